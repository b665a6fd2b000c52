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
