/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/wire.h"

#include "core/money.h"

#include <string.h>

static JsonNode *
get_value (JsonObject *object,
           const char *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

/* Exactly digits, a point and one or two decimals after it if any: what the wire has, not what a
 * person types. */
static gboolean
read_yuan (const char *text,
           gint64     *amount_fen)
{
  gsize n_whole = strspn (text, "0123456789");
  const char *point = text + n_whole;
  gsize n_decimals = *point == '.' ? strspn (point + 1, "0123456789") : 0;
  gint64 fen;

  if (n_whole < 1 || n_whole > 9 || (*point == '.' && (n_decimals < 1 || n_decimals > 2)) ||
      point[*point == '.' ? n_decimals + 1 : 0] != '\0')
    return FALSE;

  fen = g_ascii_strtoll (text, NULL, 10) * 100;
  if (n_decimals > 0)
    fen += (point[1] - '0') * 10;
  if (n_decimals > 1)
    fen += point[2] - '0';

  *amount_fen = fen;
  return TRUE;
}

/* The wall clock of China, dressed up as UTC: what is printed from it needs no zone file. */
static GDateTime *
in_china (gint64 at_us)
{
  return g_date_time_new_from_unix_utc ((at_us + TILL_WIRE_ZONE_US) / G_USEC_PER_SEC);
}

/**
 * till_wire_is_made_of:
 * @text: (nullable)
 * @characters: ASCII
 *
 * Returns: whether @text has from @n_min to @n_max characters, all of them of @characters
 */
gboolean
till_wire_is_made_of (const char *text,
                      const char *characters,
                      gsize       n_min,
                      gsize       n_max)
{
  gsize n = text ? strspn (text, characters) : 0;

  return text && text[n] == '\0' && n >= n_min && n <= n_max;
}

/**
 * till_wire_put_text:
 * @value: (nullable): UTF-8; nothing is put for %NULL and for ""
 */
void
till_wire_put_text (JsonBuilder *builder,
                    const char  *name,
                    const char  *value)
{
  if (!value || value[0] == '\0')
    return;

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

/**
 * till_wire_put_int:
 *
 * Puts a JSON integer, never "1" and never 1.0.
 */
void
till_wire_put_int (JsonBuilder *builder,
                   const char  *name,
                   gint64       value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

/**
 * till_wire_put_digits:
 *
 * Puts an integer as a text of digits, as some gateways want it.
 */
void
till_wire_put_digits (JsonBuilder *builder,
                      const char  *name,
                      gint64       value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  till_wire_put_text (builder, name, text);
}

/**
 * till_wire_take_json:
 * @builder: whose object is ended
 *
 * Returns: (transfer full): one line of UTF-8; members stand in the order in which they were put
 */
char *
till_wire_take_json (JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  JsonNode *root = json_builder_get_root (builder);
  char *text;

  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);
  json_node_unref (root);

  return text;
}

/**
 * till_wire_parse_object:
 * @bytes: an answer's body; need not end with NUL
 *
 * Returns: (transfer full) (nullable): the root; %NULL where @bytes are no UTF-8, no JSON object,
 *   or nested deeper than any wallet's answer
 */
JsonNode *
till_wire_parse_object (const char *bytes,
                        gsize       n_bytes)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (n_bytes > G_MAXINT || !g_utf8_validate (bytes, (gssize) n_bytes, NULL) ||
      !till_span_is_object (bytes, n_bytes) ||
      !json_parser_load_from_data (parser, bytes, (gssize) n_bytes, NULL))
    return NULL;

  root = json_parser_get_root (parser);
  return root && JSON_NODE_HOLDS_OBJECT (root) ? json_node_ref (root) : NULL;
}

/**
 * till_wire_get_text:
 *
 * Returns: (nullable): the member's text; %NULL where it is absent, empty or no string
 */
const char *
till_wire_get_text (JsonObject *object,
                    const char *name)
{
  JsonNode *node = get_value (object, name);
  const char *text;

  if (!node || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  text = json_node_get_string (node);
  return text && text[0] != '\0' ? text : NULL;
}

/**
 * till_wire_get_object:
 *
 * Returns: (nullable): the member; %NULL where it is absent or no object
 */
JsonObject *
till_wire_get_object (JsonObject *object,
                      const char *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/**
 * till_wire_get_int:
 * @value: (out): written on success only
 *
 * Returns: %FALSE where the member is absent or anything but a JSON integer: 1.0 and "1" are none
 */
gboolean
till_wire_get_int (JsonObject *object,
                   const char *name,
                   gint64     *value)
{
  JsonNode *node = get_value (object, name);

  if (!node || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;

  *value = json_node_get_int (node);
  return TRUE;
}

/**
 * till_wire_get_fen:
 * @amount_fen: (out): 0 to %TILL_MONEY_MAX_FEN, written on success only
 *
 * Returns: %FALSE where the member is no integer, or no amount that a sale can have
 */
gboolean
till_wire_get_fen (JsonObject *object,
                   const char *name,
                   gint64     *amount_fen)
{
  gint64 fen;

  if (!till_wire_get_int (object, name, &fen) || fen < 0 || fen > TILL_MONEY_MAX_FEN)
    return FALSE;

  *amount_fen = fen;
  return TRUE;
}

/**
 * till_wire_get_yuan:
 * @amount_fen: (out): written on success only
 *
 * Reads a text like "88.88" by its digits; no floating point comes near it.
 *
 * Returns: %FALSE where the member is no such text
 */
gboolean
till_wire_get_yuan (JsonObject *object,
                    const char *name,
                    gint64     *amount_fen)
{
  const char *text = till_wire_get_text (object, name);
  gint64 fen;

  if (!text || !read_yuan (text, &fen) || fen > TILL_MONEY_MAX_FEN)
    return FALSE;

  *amount_fen = fen;
  return TRUE;
}

/**
 * till_wire_read_span:
 * @span: a JSON string, its quotes included
 *
 * Returns: (transfer full) (nullable): the text without quotes and escapes; %NULL where @span is no
 *   string, or an empty one
 */
char *
till_wire_read_span (const TillSpan *span)
{
  g_autoptr (GString) object = g_string_new ("{\"v\":");
  g_autoptr (JsonNode) root = NULL;

  g_string_append_len (object, span->bytes, (gssize) span->n_bytes);
  g_string_append_c (object, '}');
  root = till_wire_parse_object (object->str, object->len);

  return root ? g_strdup (till_wire_get_text (json_node_get_object (root), "v")) : NULL;
}

/**
 * till_wire_format_rfc3339:
 *
 * Returns: (transfer full): "2026-05-20T13:29:35+08:00"
 */
char *
till_wire_format_rfc3339 (gint64 at_us)
{
  g_autoptr (GDateTime) at = in_china (at_us);

  return g_date_time_format (at, "%Y-%m-%dT%H:%M:%S+08:00");
}

/**
 * till_wire_parse_rfc3339:
 * @text: (nullable): with its offset from UTC
 *
 * Returns: µs since 1970 UTC; 0 where @text is no such time
 */
gint64
till_wire_parse_rfc3339 (const char *text)
{
  g_autoptr (GDateTime) at = text ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  return at ? g_date_time_to_unix (at) * G_USEC_PER_SEC : 0;
}

/**
 * till_wire_format_gmt8:
 *
 * Returns: (transfer full): "2026-05-20 13:29:35", in GMT+8 whatever the computer's zone is
 */
char *
till_wire_format_gmt8 (gint64 at_us)
{
  g_autoptr (GDateTime) at = in_china (at_us);

  return g_date_time_format (at, "%Y-%m-%d %H:%M:%S");
}

/**
 * till_wire_parse_gmt8:
 * @text: (nullable): "2026-05-20 13:29:35" in GMT+8
 *
 * Returns: µs since 1970 UTC; 0 where @text is no such time
 */
gint64
till_wire_parse_gmt8 (const char *text)
{
  g_autofree char *iso = NULL;

  if (!text || strlen (text) != strlen ("2026-05-20 13:29:35") || text[10] != ' ')
    return 0;

  iso = g_strdup_printf ("%.10sT%s+08:00", text, text + 11);
  return till_wire_parse_rfc3339 (iso);
}

/**
 * till_wire_clean:
 * @text: (nullable): what a person wrote
 * @refused: ASCII characters that the wallet does not take there
 * @n_bytes_max: the field's length
 *
 * WeChat Pay refuses characters of four bytes (emoji), and takes its lengths for bytes.
 *
 * Returns: (transfer full) (nullable): what is left of @text, cut between two characters; %NULL
 *   where nothing is
 */
char *
till_wire_clean (const char *text,
                 const char *refused,
                 gsize       n_bytes_max)
{
  GString *clean = g_string_new (NULL);
  char *left;

  gboolean is_utf8 = text && g_utf8_validate (text, -1, NULL);

  for (const char *p = text; is_utf8 && *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gsize n_bytes = (gsize) (g_utf8_next_char (p) - p);

    if (c > 0xffff || g_unichar_iscntrl (c) || (c < 0x80 && strchr (refused, (int) c)))
      continue;
    if (clean->len + n_bytes > n_bytes_max)
      break;
    g_string_append_len (clean, p, (gssize) n_bytes);
  }

  left = g_strstrip (g_string_free (clean, FALSE));
  if (left[0] == '\0')
    g_clear_pointer (&left, g_free);
  return left;
}

/**
 * till_wire_said:
 * @where: "HTTP 403", or the wallet's own number
 * @code: (nullable): the wallet's word; of an error nobody signed it
 *
 * Returns: (transfer full): "HTTP 403 NOT_ENOUGH", fit for a log and a row: a word that is no
 *   word is left out
 */
char *
till_wire_said (const char *where,
                const char *code)
{
  static const char fit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

  if (!code || code[0] == '\0' || strlen (code) > 64 || code[strspn (code, fit)] != '\0')
    return g_strdup (where);

  return g_strdup_printf ("%s %s", where, code);
}

/**
 * till_wire_squeeze:
 * @code: "NOT_ENOUGH", "NOTENOUGH", " not_enough"
 *
 * Returns: (transfer full): "NOTENOUGH": the spelling in which the tables are compared
 */
char *
till_wire_squeeze (const char *code)
{
  GString *squeezed = g_string_new (NULL);

  for (const char *p = code; *p; p++)
    if (*p != '_' && !g_ascii_isspace (*p))
      g_string_append_c (squeezed, g_ascii_toupper (*p));

  return g_string_free (squeezed, FALSE);
}
