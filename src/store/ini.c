/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ini.h"

#include "store/profile.h"

#include <glib/gi18n.h>
#include <string.h>

/* The grammar is GKeyFile's, read line by line, so that whatever is wrong is told with its line:
 * a section or a key that stands twice is an error here, not the last one's victory. */

static const char byte_order_mark[] = "\xef\xbb\xbf";

static void
entry_free (gpointer data)
{
  TillIniEntry *entry = data;

  g_free (entry->key);
  g_free (entry->value);
  g_free (entry);
}

static void
section_free (gpointer data)
{
  TillIniSection *section = data;

  g_free (section->name);
  g_ptr_array_unref (section->entries);
  g_free (section);
}

void
till_ini_free (TillIni *self)
{
  if (!self)
    return;

  g_free (self->path);
  g_ptr_array_unref (self->sections);
  g_free (self);
}

/**
 * till_ini_fault:
 * @line: where it is
 * @code: a #TillProfileError
 *
 * Returns: (transfer full): an error that names file and line
 */
GError *
till_ini_fault (const TillIni *self,
                guint          line,
                int            code,
                const char    *what)
{
  return g_error_new (TILL_PROFILE_ERROR, code, "%s:%u: %s", self->path, line, what);
}

static gboolean
refuse (const TillIni *self,
        guint          line,
        const char    *what,
        GError       **error)
{
  g_propagate_error (error, till_ini_fault (self, line, TILL_PROFILE_ERROR_SYNTAX, what));

  return FALSE;
}

/* The escapes of GKeyFile. FALSE for any other. */
static gboolean
unescape (const char *text,
          GString    *plain)
{
  static const char escapes[][2] = {
    { 's', ' ' }, { 'n', '\n' }, { 't', '\t' }, { 'r', '\r' }, { '\\', '\\' },
  };

  for (const char *at = text; *at; at++) {
    guint i = 0;

    if (*at != '\\') {
      g_string_append_c (plain, *at);
      continue;
    }
    at++;
    while (i < G_N_ELEMENTS (escapes) && escapes[i][0] != *at)
      i++;
    if (i == G_N_ELEMENTS (escapes))
      return FALSE;
    g_string_append_c (plain, escapes[i][1]);
  }

  return TRUE;
}

static gboolean
read_section (TillIni    *self,
              char       *text,
              guint       line,
              GError    **error)
{
  gsize length = strlen (text);
  TillIniSection *section;

  if (length < 3 || text[length - 1] != ']' || strpbrk (text + 1, "[]") != text + length - 1)
    return refuse (self, line, _("a section is a word in brackets, like [shop]"), error);

  text[length - 1] = '\0';
  text = g_strstrip (text + 1);
  if (text[0] == '\0')
    return refuse (self, line, _("a section is a word in brackets, like [shop]"), error);
  if (till_ini_find_section (self, text)) {
    g_autofree char *what = g_strdup_printf (_("the section [%s] stands here a second time"), text);

    return refuse (self, line, what, error);
  }

  section = g_new0 (TillIniSection, 1);
  section->name = g_strdup (text);
  section->line = line;
  section->entries = g_ptr_array_new_with_free_func (entry_free);
  g_ptr_array_add (self->sections, section);

  return TRUE;
}

static gboolean
is_key (const char *text)
{
  for (const char *at = text; *at; at++)
    if (!g_ascii_isalnum (*at) && *at != '-' && *at != '_')
      return FALSE;

  return text[0] != '\0';
}

/* A sharp after a wide gap was meant as a comment, and would become part of the value. */
static gboolean
has_comment (const char *value)
{
  const char *sharp = strchr (value, '#');

  return sharp && sharp >= value + 2 && g_ascii_isspace (sharp[-1]) && g_ascii_isspace (sharp[-2]);
}

static const char *
find_key_fault (const TillIniSection *section,
                const char           *key,
                const char           *value)
{
  if (!section)
    return _("a key stands before the first [section]");
  if (!is_key (key))
    return _("a key is made of letters, digits and dashes");
  if (value[0] == '\0')
    return _("the key has no value; give it one, or remove the line");
  if (has_comment (value))
    return _("a comment stands on a line of its own, which begins with #");
  if (till_ini_find_entry (section, key))
    return _("the key stands here a second time in its section");

  return NULL;
}

static gboolean
read_key (TillIni *self,
          char    *text,
          guint    line,
          GError **error)
{
  TillIniSection *section =
      self->sections->len ? self->sections->pdata[self->sections->len - 1] : NULL;
  char *equals = strchr (text, '=');
  g_autoptr (GString) value = g_string_new (NULL);
  const char *fault;
  TillIniEntry *entry;

  if (!equals)
    return refuse (self, line, _("a line is a [section], key=value, or a comment after #"), error);

  *equals = '\0';
  g_strchomp (text);
  g_strchug (equals + 1);
  fault = find_key_fault (section, text, equals + 1);
  if (!fault && !unescape (equals + 1, value))
    fault = _("a backslash stands before s, n, t, r or another backslash only");
  if (fault) {
    g_autofree char *what = g_strdup_printf ("%s: %s", text, fault);

    return refuse (self, line, what, error);
  }

  entry = g_new0 (TillIniEntry, 1);
  entry->key = g_strdup (text);
  entry->value = g_strdup (value->str);
  entry->line = line;
  g_ptr_array_add (section->entries, entry);

  return TRUE;
}

static gboolean
read_line (TillIni *self,
           char    *text,
           guint    line,
           GError **error)
{
  g_strstrip (text);
  if (text[0] == '\0' || text[0] == '#')
    return TRUE;
  if (!g_utf8_validate (text, -1, NULL))
    return refuse (self, line, _("the line is not UTF-8; save the file as UTF-8"), error);

  return text[0] == '[' ? read_section (self, text, line, error)
                        : read_key (self, text, line, error);
}

/**
 * till_ini_parse:
 * @path: the name that errors show
 * @text: the file's content
 * @error: set to %TILL_PROFILE_ERROR_SYNTAX, with file and line
 */
TillIni *
till_ini_parse (const char *path,
                const char *text,
                gsize       n_bytes,
                GError    **error)
{
  g_autoptr (TillIni) self = g_new0 (TillIni, 1);
  g_auto (GStrv) lines = NULL;

  self->path = g_strdup (path);
  self->sections = g_ptr_array_new_with_free_func (section_free);

  if (memchr (text, '\0', n_bytes)) {
    refuse (self, 1, _("the file has zero bytes in it; save it as UTF-8 text"), error);
    return NULL;
  }
  if (g_str_has_prefix (text, byte_order_mark))
    text += strlen (byte_order_mark);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    if (!read_line (self, lines[i], i + 1, error))
      return NULL;

  return g_steal_pointer (&self);
}

/**
 * till_ini_find_section:
 *
 * Returns: (transfer none) (nullable): the section of that name
 */
const TillIniSection *
till_ini_find_section (const TillIni *self,
                       const char    *name)
{
  for (guint i = 0; i < self->sections->len; i++) {
    const TillIniSection *section = self->sections->pdata[i];

    if (strcmp (section->name, name) == 0)
      return section;
  }

  return NULL;
}

/**
 * till_ini_find_entry:
 * @section: (nullable): where to look
 *
 * Returns: (transfer none) (nullable): the key's entry
 */
const TillIniEntry *
till_ini_find_entry (const TillIniSection *section,
                     const char           *key)
{
  for (guint i = 0; section && i < section->entries->len; i++) {
    const TillIniEntry *entry = section->entries->pdata[i];

    if (strcmp (entry->key, key) == 0)
      return entry;
  }

  return NULL;
}
