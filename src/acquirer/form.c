/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/form.h"

#include <string.h>

struct _TillForm
{
  GTree *values;  /* name → value, by strcmp(): the order of ASCII */
};

static int
compare_names (gconstpointer one,
               gconstpointer other,
               gpointer      user_data)
{
  return strcmp (one, other);
}

static gboolean
append_bare_cb (gpointer name,
                gpointer value,
                gpointer text)
{
  g_string_append_printf (text, "%s%s=%s", ((GString *) text)->len ? "&" : "", (char *) name,
                          (char *) value);
  return FALSE;
}

static gboolean
append_encoded_cb (gpointer name,
                   gpointer value,
                   gpointer text)
{
  g_autofree char *encoded = g_uri_escape_string (value, NULL, FALSE);

  return append_bare_cb (name, encoded, text);
}

/* How long the value at the start of @text is. */
static gsize
measure_value (const char *text)
{
  char closing = '\0';
  const char *p;

  for (p = text; *p && (closing || *p != '&'); p++) {
    if (closing)
      closing = *p == closing ? '\0' : closing;
    else
      closing = *p == '{' ? '}' : *p == '[' ? ']' : '\0';
  }

  return (gsize) (p - text);
}

TillForm *
till_form_new (void)
{
  TillForm *form = g_new0 (TillForm, 1);

  form->values = g_tree_new_full (compare_names, NULL, g_free, g_free);
  return form;
}

void
till_form_free (TillForm *form)
{
  if (!form)
    return;

  g_tree_unref (form->values);
  g_free (form);
}

/**
 * till_form_add:
 * @value: (nullable): UTF-8; empty values neither signed nor sent
 */
void
till_form_add (TillForm   *form,
               const char *name,
               const char *value)
{
  if (value && value[0] != '\0')
    g_tree_insert (form->values, g_strdup (name), g_strdup (value));
}

/**
 * till_form_parse_bare:
 * @text: `k=v&…`, values not encoded
 *
 * UnionPay's answers: a value ends at '&', but not within "{…}" or "[…]", and may hold anything
 * else, '=' and '+' too. Source: parseQString() of its SDKs.
 *
 * Returns: (transfer full) (nullable): the pairs; %NULL where one has no name, or comes twice
 */
TillForm *
till_form_parse_bare (const char *text)
{
  g_autoptr (TillForm) form = till_form_new ();

  while (text[0] != '\0') {
    gsize n_name = strcspn (text, "=&");
    gsize n_value = text[n_name] == '=' ? measure_value (text + n_name + 1) : 0;
    g_autofree char *name = g_strndup (text, n_name);
    g_autofree char *value = NULL;

    if (n_name == 0 || text[n_name] != '=' || till_form_get (form, name))
      return NULL;
    value = g_strndup (text + n_name + 1, n_value);
    till_form_add (form, name, value);
    text += n_name + 1 + n_value;
    if (text[0] == '&')
      text++;
  }

  return g_steal_pointer (&form);
}

/**
 * till_form_get:
 *
 * Returns: (nullable): the value; %NULL where it is absent or empty
 */
const char *
till_form_get (const TillForm *form,
               const char     *name)
{
  return g_tree_lookup (form->values, name);
}

/**
 * till_form_take:
 *
 * Takes a value out, so that it is not signed with the others.
 *
 * Returns: (transfer full) (nullable): the value
 */
char *
till_form_take (TillForm   *form,
                const char *name)
{
  char *value = g_strdup (till_form_get (form, name));

  g_tree_remove (form->values, name);
  return value;
}

/**
 * till_form_canonical:
 *
 * Returns: (transfer full): `k=v&…` by name, values as they are: what is signed
 */
char *
till_form_canonical (const TillForm *form)
{
  GString *text = g_string_new (NULL);

  g_tree_foreach (form->values, append_bare_cb, text);
  return g_string_free (text, FALSE);
}

/**
 * till_form_encode:
 *
 * Returns: (transfer full): the same with each value percent-encoded: what is sent
 */
char *
till_form_encode (const TillForm *form)
{
  GString *text = g_string_new (NULL);

  g_tree_foreach (form->values, append_encoded_cb, text);
  return g_string_free (text, FALSE);
}
