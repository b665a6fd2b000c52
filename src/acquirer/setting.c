/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/setting.h"

#include <glib/gi18n.h>
#include <string.h>

/* How the keys of an [acquirer ID] are read: each has a form, and what has not is a fault of the
 * profile that names its line. */

/* A new message for @key around the one of @fault, which is taken. */
static gboolean
fail_by (const TillSettings *settings,
         const char         *key,
         GError             *fault,
         GError            **error)
{
  till_setting_fail (settings, key, fault->message, error);
  g_error_free (fault);
  return FALSE;
}

/* "0.0038" → 3800; at most six decimals, at most 1. */
static gboolean
read_ppm (const char *text,
          guint      *ppm)
{
  gsize n_whole = strspn (text, "0123456789");
  const char *decimals = text[n_whole] == '.' ? text + n_whole + 1 : "";
  gsize n_decimals = strspn (decimals, "0123456789");
  guint value;

  if (n_whole < 1 || n_whole > 3 || n_decimals > 6 || decimals[n_decimals] != '\0' ||
      (text[n_whole] != '.' && text[n_whole] != '\0') || (text[n_whole] == '.' && n_decimals == 0))
    return FALSE;

  value = (guint) g_ascii_strtoull (text, NULL, 10);
  for (gsize i = 0; i < 6; i++)
    value = value * 10 + (i < n_decimals ? (guint) (decimals[i] - '0') : 0);
  if (value > 1000000)
    return FALSE;

  *ppm = value;
  return TRUE;
}

/**
 * till_setting_fail:
 * @what: a phrase: what is wrong, and what to do
 *
 * Sets @error to a fault of the profile that names file, line and @key.
 *
 * Returns: %FALSE
 */
gboolean
till_setting_fail (const TillSettings *settings,
                   const char         *key,
                   const char         *what,
                   GError            **error)
{
  g_propagate_error (error, settings->fault (settings->self, key, what));
  return FALSE;
}

/**
 * till_setting_get:
 *
 * Returns: (transfer full) (nullable): the value without blanks around it; %NULL where it is absent
 *   or empty
 */
char *
till_setting_get (const TillSettings *settings,
                  const char         *key)
{
  char *value = settings->get (settings->self, key);

  if (value && g_strstrip (value)[0] == '\0')
    g_clear_pointer (&value, g_free);

  return value;
}

/**
 * till_setting_take:
 * @pattern: a regular expression for the whole value
 * @value: (out): the value, %NULL where it is absent and may be; written on success only
 *
 * Returns: %FALSE with @error where the value is missing or does not fit
 */
gboolean
till_setting_take (const TillSettings *settings,
                   const char         *key,
                   const char         *pattern,
                   gboolean            is_required,
                   char              **value,
                   GError            **error)
{
  g_autofree char *text = till_setting_get (settings, key);

  if (!text && is_required)
    return till_setting_fail (settings, key,
                              _("is missing: copy it from the wallet's merchant page"),
                              error);
  if (text && !g_regex_match_simple (pattern, text, G_REGEX_DOLLAR_ENDONLY, 0))
    return till_setting_fail (settings, key,
                              _("has a wrong form: copy it again from the wallet's merchant page"),
                              error);

  *value = g_steal_pointer (&text);
  return TRUE;
}

/**
 * till_setting_take_int:
 * @value: (inout): left as it is where the key is absent
 *
 * Returns: %FALSE with @error where the value is no whole number from @least to @most
 */
gboolean
till_setting_take_int (const TillSettings *settings,
                       const char         *key,
                       gint64              least,
                       gint64              most,
                       gint64             *value,
                       GError            **error)
{
  g_autofree char *text = till_setting_get (settings, key);
  g_autofree char *what = NULL;

  if (!text || g_ascii_string_to_signed (text, 10, least, most, value, NULL))
    return TRUE;

  what = g_strdup_printf (_("must be a whole number from %lld to %lld"), (long long) least,
                          (long long) most);
  return till_setting_fail (settings, key, what, error);
}

/**
 * till_setting_take_ppm:
 * @ppm: (inout): millionths; left as it is where the key is absent
 *
 * Returns: %FALSE with @error where the value is no share like "0.0038"
 */
gboolean
till_setting_take_ppm (const TillSettings *settings,
                       const char         *key,
                       guint              *ppm,
                       GError            **error)
{
  g_autofree char *text = till_setting_get (settings, key);

  if (!text || read_ppm (text, ppm))
    return TRUE;

  return till_setting_fail (settings, key, _("must be a share like 0.0038, which is 0.38 %"),
                            error);
}

/**
 * till_setting_take_file:
 * @path: (out): absolute, %NULL where the key is absent; written on success only
 *
 * Returns: %FALSE with @error where the file that @key names is not there
 */
gboolean
till_setting_take_file (const TillSettings *settings,
                        const char         *key,
                        char              **path,
                        GError            **error)
{
  g_autofree char *found = settings->path (settings->self, key);

  if (found && !g_file_test (found, G_FILE_TEST_IS_REGULAR))
    return till_setting_fail (settings, key,
                              _("names a file that is not there: put it there, or correct the "
                                "name"), error);

  *path = g_steal_pointer (&found);
  return TRUE;
}

/**
 * till_setting_get_files:
 * @key: of a list, with ';' between; the profile makes each of it absolute
 *
 * Returns: (transfer full): the paths, none where the key is absent
 */
GStrv
till_setting_get_files (const TillSettings *settings,
                        const char         *key)
{
  g_autofree char *value = settings->path (settings->self, key);
  g_auto (GStrv) paths = g_strsplit (value ? value : "", ";", -1);
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();

  for (guint i = 0; paths[i]; i++)
    if (g_strstrip (paths[i])[0] != '\0')
      g_strv_builder_add (files, paths[i]);

  return g_strv_builder_end (files);
}

/**
 * till_setting_load_key:
 * @load: how the file is read
 *
 * Returns: (transfer full) (nullable): the key; %NULL with @error where the setting is missing, or
 *   the file is not what it should be
 */
TillKey *
till_setting_load_key (const TillSettings *settings,
                       const char         *key,
                       TillKeyLoader       load,
                       GError            **error)
{
  g_autofree char *path = settings->path (settings->self, key);
  GError *fault = NULL;
  TillKey *loaded;

  if (!path) {
    till_setting_fail (settings, key, _("is missing: name the key's PEM file"), error);
    return NULL;
  }

  loaded = load (path, &fault);
  if (!loaded)
    fail_by (settings, key, fault, error);

  return loaded;
}

/**
 * till_setting_take_secret:
 * @secret: (out): %NULL where there is none; written on success only
 *
 * Returns: %FALSE with @error where the place that keeps secrets cannot be read
 */
gboolean
till_setting_take_secret (const TillSettings *settings,
                          const char         *name,
                          TillWiped         **secret,
                          GError            **error)
{
  GError *fault = NULL;
  g_autoptr (TillWiped) found = settings->secret (settings->self, name, &fault);

  if (fault) {
    g_propagate_error (error, fault);
    return FALSE;
  }
  if (found && g_strstrip (found)[0] == '\0')
    g_clear_pointer (&found, till_wipe);

  *secret = g_steal_pointer (&found);
  return TRUE;
}

static gboolean
take_row (const TillSettings   *settings,
          const TillSettingRow *row,
          char                **value,
          GError              **error)
{
  if (row->pattern)
    return till_setting_take (settings, row->key, row->pattern, row->is_required, value, error);
  if (!till_setting_take_secret (settings, row->key, value, error))
    return FALSE;

  return *value || !row->is_required ||
         till_setting_fail (settings, row->key,
                            _("is missing: put it into the keys folder as a secret"), error);
}

/**
 * till_setting_take_rows:
 * @keys: the struct that the offsets are of, zeroed
 *
 * Returns: %FALSE with @error at the first text that is missing or does not fit; what was taken
 *   before it lies in @keys
 */
gboolean
till_setting_take_rows (const TillSettings   *settings,
                        const TillSettingRow *rows,
                        gpointer              keys,
                        GError              **error)
{
  for (const TillSettingRow *row = rows; row->key; row++) {
    char **value = (char **) ((char *) keys + row->offset);

    if (!take_row (settings, row, value, error))
      return FALSE;
    if (!*value)
      *value = g_strdup (row->otherwise);
  }

  return TRUE;
}

/**
 * till_setting_clear_rows:
 *
 * Wipes and frees the texts of @rows in @keys.
 */
void
till_setting_clear_rows (const TillSettingRow *rows,
                         gpointer              keys)
{
  for (const TillSettingRow *row = rows; row->key; row++)
    g_clear_pointer ((char **) ((char *) keys + row->offset), till_wipe);
}

/**
 * till_setting_load_rows:
 *
 * Returns: (transfer full) (nullable): a new struct of @keys_size with the texts of @rows, the rest
 *   of it zeroed; %NULL with @error
 */
gpointer
till_setting_load_rows (const TillSettings   *settings,
                        const TillSettingRow *rows,
                        gsize                 keys_size,
                        GError              **error)
{
  gpointer keys = g_malloc0 (keys_size);

  if (till_setting_take_rows (settings, rows, keys, error))
    return keys;

  till_setting_clear_rows (rows, keys);
  g_free (keys);
  return NULL;
}
