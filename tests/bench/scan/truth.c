/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "truth.h"

#include <string.h>

static void
truth_free (Truth *self)
{
  g_free (self->file);
  g_free (self->path);
  g_free (self->kind);
  g_free (self->text);
  g_free (self);
}

/**
 * truth_unescape:
 *
 * Line feeds and backslashes are escaped, nothing else: "http\://" stays what it is.
 *
 * Returns: (transfer full): the text
 */
char *
truth_unescape (const char *text)
{
  static const struct { char letter, stands_for; } escapes[] = {
    { 'n', '\n' }, { 'r', '\r' }, { '\\', '\\' },
  };
  GString *plain = g_string_new (NULL);

  for (const char *at = text; *at; at++) {
    char letter = *at;

    for (guint i = 0; *at == '\\' && i < G_N_ELEMENTS (escapes); i++) {
      if (at[1] == escapes[i].letter) {
        letter = escapes[i].stands_for;
        at++;
        break;
      }
    }
    g_string_append_c (plain, letter);
  }

  return g_string_free (plain, FALSE);
}

static Truth *
parse_line (const char *folder,
            const char *line)
{
  g_auto (GStrv) fields = g_strsplit (line, "\t", -1);
  Truth *self = g_new0 (Truth, 1);

  g_assert_cmpuint (g_strv_length (fields), >=, 3);
  self->file = g_strdup (fields[0]);
  self->path = g_build_filename (folder, fields[0], NULL);
  self->kind = g_strdup (fields[1]);
  self->text = strcmp (fields[1], "none") == 0 ? NULL : truth_unescape (fields[2]);

  return self;
}

/**
 * truth_load:
 * @folder: with a truth.tsv; without one the program ends
 *
 * Returns: (transfer full) (element-type Truth): its lines in their order
 */
GPtrArray *
truth_load (const char *folder)
{
  GPtrArray *truths = g_ptr_array_new_with_free_func ((GDestroyNotify) truth_free);
  g_autofree char *path = g_build_filename (folder, "truth.tsv", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[0] && lines[i]; i++) {
    if (lines[i][0] != '\0')
      g_ptr_array_add (truths, parse_line (folder, lines[i]));
  }

  return truths;
}

/**
 * truth_is_right:
 * @text: (nullable): what was read
 *
 * Returns: whether @text is what the picture says; anything is where nobody knows
 */
gboolean
truth_is_right (const Truth *self,
                const char  *text)
{
  return text && self->text && (strcmp (self->text, "?") == 0 || strcmp (self->text, text) == 0);
}
