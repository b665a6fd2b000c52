/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/profile-private.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

/* One [acquirer ID] as its acquirer reads it. */

#define SECRET_MAX_BYTES (64 * 1024)
#define OTHERS_MAY_READ  (S_IRWXG | S_IRWXO)

static void
note_if_public (const char *path)
{
  GStatBuf status;

  if (g_stat (path, &status) == 0 && (status.st_mode & OTHERS_MAY_READ) != 0)
    g_message ("%s can be read by other users of this computer; make it private (chmod 600)", path);
}

/**
 * till_profile_read_file:
 * @error: set to a #TillProfileError
 *
 * Reads a file that nobody else should be able to read, and says so where others can.
 */
gboolean
till_profile_read_file (const char *path,
                        gsize       max_bytes,
                        char      **text,
                        gsize      *n_bytes,
                        GError    **error)
{
  g_autoptr (GError) fault = NULL;
  GStatBuf status;

  if (g_stat (path, &status) == 0 && (gsize) status.st_size > max_bytes) {
    g_set_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_UNREADABLE,
                 _("%s: the file is far too large to be what it should be; put the right one "
                   "there"), path);
    return FALSE;
  }
  if (g_file_get_contents (path, text, n_bytes, &fault)) {
    note_if_public (path);
    return TRUE;
  }

  g_set_error (error, TILL_PROFILE_ERROR,
               g_error_matches (fault, G_FILE_ERROR, G_FILE_ERROR_NOENT)
                   ? TILL_PROFILE_ERROR_MISSING : TILL_PROFILE_ERROR_UNREADABLE,
               /* Translators: the file, then what the system says */
               _("%s: %s; make it readable for the till's user"), path, fault->message);
  return FALSE;
}

/* The acquirer's own view of its section. */
typedef struct {
  const TillProfile    *profile;
  const TillIniSection *section;
  const char           *id;
} View;

static GStrv
settings_keys (gpointer user_data)
{
  const View *view = user_data;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < view->section->entries->len; i++) {
    const TillIniEntry *entry = view->section->entries->pdata[i];

    g_strv_builder_add (builder, entry->key);
  }

  return g_strv_builder_end (builder);
}

static char *
settings_get (gpointer    user_data,
              const char *key)
{
  const View *view = user_data;
  const TillIniEntry *entry = till_ini_find_entry (view->section, key);

  return entry ? g_strdup (entry->value) : NULL;
}

/* Each of a list is made absolute; a list is written with semicolons. */
static char *
settings_path (gpointer    user_data,
               const char *key)
{
  const View *view = user_data;
  const TillIniEntry *entry = till_ini_find_entry (view->section, key);
  g_auto (GStrv) names = entry ? g_strsplit (entry->value, ";", -1) : NULL;

  if (!names)
    return NULL;

  for (guint i = 0; names[i]; i++) {
    g_autofree char *name = g_strdup (g_strstrip (names[i]));

    if (name[0] != '\0') {
      g_free (names[i]);
      names[i] = g_canonicalize_filename (name, view->profile->dir);
    }
  }

  return g_strjoinv (";", names);
}

static char *
settings_secret (gpointer    user_data,
                 const char *name,
                 GError    **error)
{
  const View *view = user_data;
  const TillSecret *secret = view->profile->secret;
  g_autofree char *item = g_strconcat (view->id, ".", name, NULL);
  g_autofree char *file_name = g_strconcat (item, ".secret", NULL);
  g_autofree char *path = g_build_filename (view->profile->dir, "keys", file_name, NULL);
  g_autofree char *text = NULL;
  gsize n_bytes;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return secret ? secret->look_up (secret->self, item, error) : NULL;
  if (!till_profile_read_file (path, SECRET_MAX_BYTES, &text, &n_bytes, error))
    return NULL;

  g_strchomp (text);
  if (text[0] == '\0') {
    g_set_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_VALUE,
                 _("%s: the file is empty; write the secret into it"), path);
    return NULL;
  }

  return g_steal_pointer (&text);
}

static GError *
settings_fault (gpointer    user_data,
                const char *key,
                const char *what)
{
  const View *view = user_data;
  const TillIniEntry *entry = key ? till_ini_find_entry (view->section, key) : NULL;
  g_autofree char *message = g_strdup_printf ("[%s] %s%s%s", view->section->name,
                                              key ? key : "", key ? ": " : "", what);

  return till_ini_fault (view->profile->ini, entry ? entry->line : view->section->line,
                         TILL_PROFILE_ERROR_VALUE, message);
}

/**
 * till_profile_get_settings:
 * @acquirer_id: one of till_profile_get_acquirers()
 *
 * Returns: (transfer full): that section as an acquirer reads it; must not outlive the profile
 */
TillSettings *
till_profile_get_settings (const TillProfile *self,
                           const char        *acquirer_id)
{
  g_autofree char *name = g_strconcat (TILL_PROFILE_ACQUIRER_PREFIX, acquirer_id, NULL);
  const TillIniSection *section = till_ini_find_section (self->ini, name);
  TillSettings *settings;
  View *view;

  g_return_val_if_fail (section, NULL);

  view = g_new0 (View, 1);
  view->profile = self;
  view->section = section;
  view->id = section->name + strlen (TILL_PROFILE_ACQUIRER_PREFIX);

  settings = g_new0 (TillSettings, 1);
  *settings = (TillSettings) {
    .keys = settings_keys,
    .get = settings_get,
    .path = settings_path,
    .secret = settings_secret,
    .fault = settings_fault,
    .self = view,
  };

  return settings;
}

void
till_profile_settings_free (TillSettings *settings)
{
  if (!settings)
    return;

  g_free (settings->self);
  g_free (settings);
}

/**
 * till_profile_store_secret:
 * @acquirer_id: one of till_profile_get_acquirers()
 * @name: "terminal-key"
 * @value: what settings->secret() shall find from now on
 * @error: set to %TILL_PROFILE_ERROR_WRITE, or to what the secret service says
 *
 * Stores a secret that an acquirer gave: in its file of the keys folder where there is one, else
 * with the secret service, else in a new file.
 *
 * Returns: %FALSE with @error; what was stored before stands then
 */
gboolean
till_profile_store_secret (const TillProfile *self,
                           const char        *acquirer_id,
                           const char        *name,
                           const char        *value,
                           GError           **error)
{
  g_autofree char *item = g_strconcat (acquirer_id, ".", name, NULL);
  g_autofree char *file_name = g_strconcat (item, ".secret", NULL);
  g_autofree char *path = g_build_filename (self->dir, "keys", file_name, NULL);
  const TillSecret *secret = self->secret;
  g_autoptr (GError) fault = NULL;

  if (secret && secret->store && !g_file_test (path, G_FILE_TEST_EXISTS)) {
    if (secret->store (secret->self, item, value, &fault))
      return TRUE;
    g_debug ("%s: %s; it goes into a file", item, fault ? fault->message : "not stored");
  }

  return till_profile_add_key (self->dir, file_name, value, error);
}
