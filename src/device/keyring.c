/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/keyring.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <libsecret/secret.h>

#define ATTRIBUTE "till-secret"

/* Found by the attribute alone, so that what somebody stored with secret-tool is found too. */
static const SecretSchema schema = {
  .name = "cn.till.Till",
  .flags = SECRET_SCHEMA_DONT_MATCH_NAME,
  .attributes = { { ATTRIBUTE, SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

/* What a machine without a secret service, or without a bus, answers. */
static const int absent_dbus[] = {
  G_DBUS_ERROR_SERVICE_UNKNOWN,
  G_DBUS_ERROR_NAME_HAS_NO_OWNER,
  G_DBUS_ERROR_NO_SERVER,
  G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND,
};
static const int absent_io[] = {
  G_IO_ERROR_NOT_FOUND,
  G_IO_ERROR_CONNECTION_REFUSED,
};

static gboolean
matches_any (const GError *error,
             GQuark        domain,
             const int    *codes,
             guint         n_codes)
{
  for (guint i = 0; i < n_codes; i++)
    if (g_error_matches (error, domain, codes[i]))
      return TRUE;

  return FALSE;
}

static gboolean
is_absence (const GError *error)
{
  return matches_any (error, G_DBUS_ERROR, absent_dbus, G_N_ELEMENTS (absent_dbus)) ||
         matches_any (error, G_IO_ERROR, absent_io, G_N_ELEMENTS (absent_io));
}

/* Where no bus is told of, GDBus would start one, which takes its time and knows no secrets. */
static gboolean
has_bus (void)
{
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);

  return g_getenv ("DBUS_SESSION_BUS_ADDRESS") || g_file_test (path, G_FILE_TEST_EXISTS);
}

static char *
look_up (gpointer    self,
         const char *name,
         GError    **error)
{
  g_autoptr (GError) failure = NULL;
  char *password, *copy;

  if (!has_bus ())
    return NULL;

  password = secret_password_lookup_sync (&schema, NULL, &failure, ATTRIBUTE, name, NULL);
  if (failure && !is_absence (failure))
    g_propagate_error (error, g_steal_pointer (&failure));

  copy = g_strdup (password);
  secret_password_free (password);
  return copy;
}

static gboolean
store (gpointer    self,
       const char *name,
       const char *value,
       GError    **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *label = g_strdup_printf ("Till: %s", name);

  if (has_bus () &&
      secret_password_store_sync (&schema, SECRET_COLLECTION_DEFAULT, label, value, NULL, &failure,
                                  ATTRIBUTE, name, NULL))
    return TRUE;

  if (failure && !is_absence (failure))
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         _("there is no secret service"));
  return FALSE;
}

/**
 * till_keyring_get:
 *
 * The desktop's secret service, where an item has the attribute till-secret=ID.NAME. Its calls
 * block: without a bus or a service not at all, with a locked keyring until the user has answered.
 * Where there is no service, looking up finds nothing and is no error, and storing fails with
 * %G_IO_ERROR_NOT_SUPPORTED.
 *
 * Returns: secrets of the user's session
 */
const TillSecret *
till_keyring_get (void)
{
  static const TillSecret keyring = { .look_up = look_up, .store = store };

  return &keyring;
}
