/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/profile-private.h"

#include <string.h>

/* Changes one line of a file that a person wrote, and leaves the others as they are. */

static gboolean
is_header (const char *line,
           const char *section)
{
  g_autofree char *stripped = g_strstrip (g_strdup (line));
  gsize length = strlen (stripped);

  if (stripped[0] != '[' || stripped[length - 1] != ']')
    return FALSE;

  stripped[length - 1] = '\0';

  return strcmp (stripped + 1, section) == 0;
}

static gboolean
is_any_header (const char *line)
{
  return g_str_has_prefix (line + strspn (line, " \t"), "[");
}

static gboolean
is_entry (const char *line,
          const char *key)
{
  g_autofree char *name = g_strdup (line);
  char *equals = strchr (name, '=');

  if (!equals)
    return FALSE;

  *equals = '\0';

  return strcmp (g_strstrip (name), key) == 0;
}

/* A blank at either end would be lost; one before these would begin a comment. */
static gboolean
must_hide_blank (const char *value,
                 gsize       i)
{
  return value[i] == ' ' && (i == 0 || value[i + 1] == '\0' || strchr ("#;", value[i + 1]));
}

/* As GKeyFile writes it. */
static char *
escape (const char *value)
{
  static const char escapes[][2] = {
    { '\n', 'n' }, { '\t', 't' }, { '\r', 'r' }, { '\\', '\\' },
  };
  GString *text = g_string_new (NULL);
  gsize length = strlen (value);

  for (gsize i = 0; i < length; i++) {
    char as = must_hide_blank (value, i) ? 's' : '\0';

    for (guint j = 0; j < G_N_ELEMENTS (escapes); j++)
      as = escapes[j][0] == value[i] ? escapes[j][1] : as;
    if (as)
      g_string_append_printf (text, "\\%c", as);
    else
      g_string_append_c (text, value[i]);
  }

  return g_string_free (text, FALSE);
}

/* Where the section's header is and where its key, each the number of lines where it is not. */
static void
find_line (GPtrArray  *lines,
           const char *section,
           const char *key,
           guint      *header,
           guint      *entry)
{
  *header = *entry = lines->len;
  for (guint i = 0; i < lines->len && *entry == lines->len; i++) {
    if (*header == lines->len && is_header (lines->pdata[i], section))
      *header = i;
    else if (*header < i && is_any_header (lines->pdata[i]))
      return;
    else if (*header < i && is_entry (lines->pdata[i], key))
      *entry = i;
  }
}

static char *
join (GPtrArray *lines)
{
  g_ptr_array_add (lines, NULL);

  return g_strjoinv ("\n", (char **) lines->pdata);
}

static char *
change_text (const char *text,
             const char *section,
             const char *key,
             const char *value)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char **split = g_strsplit (text, "\n", -1);
  g_autofree char *escaped = escape (value);
  g_autofree char *line = g_strdup_printf ("%s=%s", key, escaped);
  guint header, entry, n_lines;

  for (char **at = split; *at; at++)
    g_ptr_array_add (lines, *at);
  /* What follows the last line feed is no line. */
  if (lines->len > 0 && ((char *) lines->pdata[lines->len - 1])[0] == '\0')
    g_ptr_array_set_size (lines, (int) lines->len - 1);
  find_line (lines, section, key, &header, &entry);
  n_lines = lines->len;

  if (entry < n_lines) {
    g_free (lines->pdata[entry]);
    lines->pdata[entry] = g_steal_pointer (&line);
  } else if (header < n_lines) {
    g_ptr_array_insert (lines, (int) header + 1, g_steal_pointer (&line));
  } else {
    g_ptr_array_add (lines, g_strdup (""));
    g_ptr_array_add (lines, g_strdup_printf ("[%s]", section));
    g_ptr_array_add (lines, g_steal_pointer (&line));
  }
  g_ptr_array_add (lines, g_strdup (""));

  return join (lines);
}

/**
 * till_profile_change:
 * @dir: the till's folder
 * @section: one that may stand once, like "camera"
 * @key: one of its keys
 * @value: not empty
 * @error: set to a #TillProfileError; nothing is changed then
 *
 * Writes one value into DIR/profile.ini, for the next start; what is loaded stays as it is. After a
 * power cut there is the old file or the new one.
 */
gboolean
till_profile_change (const char *dir,
                     const char *section,
                     const char *key,
                     const char *value,
                     GError    **error)
{
  g_autofree char *path = g_build_filename (dir, "profile.ini", NULL);
  g_autofree char *text = NULL;
  g_autofree char *changed = NULL;
  gsize n_bytes;

  g_return_val_if_fail (value && value[0], FALSE);

  if (!till_profile_read_file (path, TILL_PROFILE_MAX_BYTES, &text, &n_bytes, error))
    return FALSE;

  changed = change_text (text, section, key, value);

  return till_profile_check (path, changed, error) &&
         till_profile_replace_file (path, changed, error);
}
