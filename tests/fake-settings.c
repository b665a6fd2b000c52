/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-settings.h"

typedef struct {
  GKeyFile *file;
  char     *folder;
} Fake;

static GStrv
fake_keys (gpointer self)
{
  return g_key_file_get_keys (((Fake *) self)->file, "settings", NULL, NULL);
}

static char *
fake_get (gpointer    self,
          const char *key)
{
  return g_key_file_get_value (((Fake *) self)->file, "settings", key, NULL);
}

/* Each of a list, as the profile does it. */
static char *
fake_path (gpointer    self,
           const char *key)
{
  g_autofree char *value = fake_get (self, key);
  g_auto (GStrv) names = value && value[0] ? g_strsplit (value, ";", -1) : NULL;

  if (!names)
    return NULL;

  for (guint i = 0; names[i]; i++) {
    g_autofree char *name = g_steal_pointer (&names[i]);

    names[i] = name[0] ? g_canonicalize_filename (name, ((Fake *) self)->folder) : g_strdup ("");
  }

  return g_strjoinv (";", names);
}

static char *
fake_secret (gpointer    self,
             const char *name,
             GError    **error)
{
  return g_key_file_get_value (((Fake *) self)->file, "secrets", name, NULL);
}

static GError *
fake_fault (gpointer    self,
            const char *key,
            const char *what)
{
  return g_error_new (g_quark_from_static_string ("fake-settings"), 1, "profile.ini: %s %s", key,
                      what);
}

TillSettings *
fake_settings_new (const char *text,
                   const char *folder)
{
  TillSettings *settings = g_new0 (TillSettings, 1);
  g_autoptr (GError) error = NULL;
  Fake *fake = g_new0 (Fake, 1);

  fake->file = g_key_file_new ();
  fake->folder = g_strdup (folder);
  g_key_file_load_from_data (fake->file, text, (gsize) -1, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);

  *settings = (TillSettings) { fake_keys, fake_get, fake_path, fake_secret, fake_fault, fake };
  return settings;
}

/* NULL takes the key away. */
void
fake_settings_set (TillSettings *settings,
                   const char   *key,
                   const char   *value)
{
  Fake *fake = settings->self;

  if (value)
    g_key_file_set_value (fake->file, "settings", key, value);
  else
    g_key_file_remove_key (fake->file, "settings", key, NULL);
}

void
fake_settings_hide (TillSettings *settings,
                    const char   *name,
                    const char   *secret)
{
  Fake *fake = settings->self;

  if (secret)
    g_key_file_set_value (fake->file, "secrets", name, secret);
  else
    g_key_file_remove_key (fake->file, "secrets", name, NULL);
}

void
fake_settings_free (TillSettings *settings)
{
  Fake *fake = settings->self;

  g_key_file_unref (fake->file);
  g_free (fake->folder);
  g_free (fake);
  g_free (settings);
}
