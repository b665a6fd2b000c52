/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/fields.h"

#include <string.h>

#define YUAN_PATTERN "^((0|[1-9][0-9]{0,7})(\\.[0-9]{1,2})?|100000000(\\.00?)?)$"

static JsonNode *
find_member (JsonObject *object,
             const char *path)
{
  const char *dot = strchr (path, '.');
  g_autofree char *head = dot ? g_strndup (path, (gsize) (dot - path)) : g_strdup (path);
  JsonNode *node = json_object_get_member (object, head);

  if (!node || !dot)
    return node;

  return JSON_NODE_HOLDS_OBJECT (node) ? find_member (json_node_get_object (node), dot + 1) : NULL;
}

/* Characters, not bytes: so WeChat's and Alipay's pages count. */
static const char *
check_text (const TillField *field,
            const char      *text)
{
  glong length = g_utf8_strlen (text, -1);

  if (length < field->min)
    return "is too short";
  if (field->max && length > field->max)
    return "is too long";
  if (field->pattern && !g_regex_match_simple (field->pattern, text, G_REGEX_DOLLAR_ENDONLY, 0))
    return "has characters or a form that may not be";

  return NULL;
}

static const char *
check_yuan (const char *text)
{
  if (!g_regex_match_simple (YUAN_PATTERN, text, G_REGEX_DOLLAR_ENDONLY, 0))
    return "is not an amount in yuan";
  if (strspn (text, "0.") == strlen (text))
    return "is zero";

  return NULL;
}

static const char *
check_time (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return time && strlen (text) >= 20 && text[10] == 'T' ? NULL : "is not an RFC 3339 time";
}

static const char *
check_string_node (const TillField *field,
                   JsonNode        *node)
{
  const char *text;

  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return "is not a string";

  text = json_node_get_string (node);
  if (field->type == TILL_FIELD_YUAN)
    return check_yuan (text);
  if (field->type == TILL_FIELD_TIME)
    return check_time (text);

  return check_text (field, text);
}

static const char *
check_node (const TillField *field,
            JsonNode        *node)
{
  switch (field->type) {
    case TILL_FIELD_TEXT:
    case TILL_FIELD_YUAN:
    case TILL_FIELD_TIME:
      return check_string_node (field, node);
    case TILL_FIELD_INTEGER:
      if (json_node_get_value_type (node) != G_TYPE_INT64)
        return "is not an integer";
      if (json_node_get_int (node) < field->min || json_node_get_int (node) > field->max)
        return "is out of range";
      return NULL;
    case TILL_FIELD_BOOLEAN:
      return json_node_get_value_type (node) == G_TYPE_BOOLEAN ? NULL : "is not true or false";
    case TILL_FIELD_ANY:
      return JSON_NODE_HOLDS_OBJECT (node) || JSON_NODE_HOLDS_ARRAY (node) ?
             NULL : "is not an object or array";
  }

  g_assert_not_reached ();
}

/* Whether @path is a row, and @below whether rows lie below it. */
static const TillField *
find_field (const TillField *const *tables,
            const char             *path,
            gboolean               *below)
{
  gsize length = strlen (path);

  *below = FALSE;
  for (; *tables; tables++) {
    for (const TillField *field = *tables; field->path; field++) {
      if (strcmp (field->path, path) == 0)
        return field;
      if (strncmp (field->path, path, length) == 0 && field->path[length] == '.')
        *below = TRUE;
    }
  }

  return NULL;
}

static gboolean
refuse (TillFieldFault *fault,
        const char     *path,
        const char     *issue)
{
  fault->path = g_strdup (path);
  fault->issue = g_strdup (issue);
  return FALSE;
}

static gboolean
check_members (JsonObject             *object,
               const char             *prefix,
               const TillField *const *tables,
               TillFieldFault         *fault)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *l = names; l; l = l->next) {
    g_autofree char *path = g_strconcat (prefix, l->data, NULL);
    g_autofree char *below = g_strconcat (path, ".", NULL);
    JsonNode *node = json_object_get_member (object, l->data);
    gboolean has_below;
    const TillField *field = find_field (tables, path, &has_below);
    const char *issue = field ? check_node (field, node) : NULL;

    if (issue)
      return refuse (fault, path, issue);
    if (field)
      continue;
    if (!has_below)
      return refuse (fault, path, "is no field of this call");
    if (!JSON_NODE_HOLDS_OBJECT (node))
      return refuse (fault, path, "is not an object");
    if (!check_members (json_node_get_object (node), below, tables, fault))
      return FALSE;
  }

  return TRUE;
}

/**
 * till_fields_check:
 * @tables: the document's tables, %NULL after the last
 * @fault: (out caller-allocates): written where the answer is %FALSE
 *
 * Returns: %FALSE where a field is missing, unknown, or not of its type and length
 */
gboolean
till_fields_check (JsonObject             *object,
                   const TillField *const *tables,
                   TillFieldFault         *fault)
{
  if (!check_members (object, "", tables, fault))
    return FALSE;

  for (; *tables; tables++)
    for (const TillField *field = *tables; field->path; field++)
      if (field->required && !find_member (object, field->path))
        return refuse (fault, field->path, "is missing");

  return TRUE;
}

/**
 * till_fields_read:
 * @root: (out): what the object lies in, to be unreferenced in every case; %NULL where there is
 *   none
 *
 * Returns: (transfer none) (nullable): the object that @body is, where it fits @tables
 */
JsonObject *
till_fields_read (const char             *body,
                  const TillField *const *tables,
                  JsonNode              **root)
{
  g_auto (TillFieldFault) fault = { NULL };
  JsonObject *object;

  *root = json_from_string (body, NULL);
  object = *root && JSON_NODE_HOLDS_OBJECT (*root) ? json_node_get_object (*root) : NULL;

  return object && till_fields_check (object, tables, &fault) ? object : NULL;
}

void
till_field_fault_clear (TillFieldFault *fault)
{
  g_clear_pointer (&fault->path, g_free);
  g_clear_pointer (&fault->issue, g_free);
}

/**
 * till_fields_get:
 * @path: "amount.total"
 *
 * Returns: (transfer none) (nullable): the node at @path
 */
JsonNode *
till_fields_get (JsonObject *object,
                 const char *path)
{
  return find_member (object, path);
}

/**
 * till_fields_get_text:
 *
 * Returns: (transfer none) (nullable): the text at @path of a checked object
 */
const char *
till_fields_get_text (JsonObject *object,
                      const char *path)
{
  JsonNode *node = find_member (object, path);

  if (!node || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  return json_node_get_string (node);
}

/**
 * till_fields_get_int:
 *
 * Returns: the integer at @path of a checked object; 0 where there is none
 */
gint64
till_fields_get_int (JsonObject *object,
                     const char *path)
{
  JsonNode *node = find_member (object, path);

  return node && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;
}

/**
 * till_fields_get_digits:
 *
 * Returns: the integer that is a text of digits at @path of a checked object; 0 where there is none
 */
gint64
till_fields_get_digits (JsonObject *object,
                        const char *path)
{
  const char *text = till_fields_get_text (object, path);

  return text ? g_ascii_strtoll (text, NULL, 10) : 0;
}
