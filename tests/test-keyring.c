/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/keyring.h"

#include <gio/gio.h>
#include <string.h>

/* A secret service of our own on a bus of our own, in a thread, for the keyring's calls block. */

static const char introspection[] =
  "<node>"
  " <interface name='org.freedesktop.Secret.Service'>"
  "  <method name='OpenSession'>"
  "   <arg name='algorithm' type='s' direction='in'/><arg name='input' type='v' direction='in'/>"
  "   <arg name='output' type='v' direction='out'/><arg name='result' type='o' direction='out'/>"
  "  </method>"
  "  <method name='SearchItems'>"
  "   <arg name='attributes' type='a{ss}' direction='in'/>"
  "   <arg name='unlocked' type='ao' direction='out'/>"
  "   <arg name='locked' type='ao' direction='out'/>"
  "  </method>"
  "  <method name='GetSecrets'>"
  "   <arg name='items' type='ao' direction='in'/><arg name='session' type='o' direction='in'/>"
  "   <arg name='secrets' type='a{o(oayays)}' direction='out'/>"
  "  </method>"
  " </interface>"
  " <interface name='org.freedesktop.Secret.Collection'>"
  "  <method name='CreateItem'>"
  "   <arg name='properties' type='a{sv}' direction='in'/>"
  "   <arg name='secret' type='(oayays)' direction='in'/>"
  "   <arg name='replace' type='b' direction='in'/>"
  "   <arg name='item' type='o' direction='out'/><arg name='prompt' type='o' direction='out'/>"
  "  </method>"
  " </interface>"
  "</node>";

typedef struct {
  GMainContext *context;
  GMainLoop    *loop;
  GThread      *thread;
  GHashTable   *values;   /* till-secret → GVariant, ay */
  gboolean      broken;   /* refuses all */
  GMutex        lock;
  GCond         changed;
  gboolean      serving;
} Service;

#define ITEM "/org/freedesktop/secrets/collection/login/"

/* Of a name such as "wechat.api-v3-key" the path that stands for it. */
static char *
item_path (const char *name)
{
  g_autofree char *base = g_strcanon (g_strdup (name), "abcdefghijklmnopqrstuvwxyz0123456789", '_');

  return g_strconcat (ITEM, base, NULL);
}

static const char *
find_attribute (GVariant *attributes)
{
  const char *name = "";

  g_variant_lookup (attributes, "till-secret", "&s", &name);
  return name;
}

static GVariant *
open_session (Service  *service,
              GVariant *parameters)
{
  const char *algorithm;

  g_variant_get (parameters, "(&sv)", &algorithm, NULL);
  return strcmp (algorithm, "plain") != 0 ? NULL :
         g_variant_new ("(vo)", g_variant_new_string (""), "/org/freedesktop/secrets/session/1");
}

static GVariant *
search_items (Service  *service,
              GVariant *parameters)
{
  g_autoptr (GVariant) attributes = g_variant_get_child_value (parameters, 0);
  g_autofree char *path = item_path (find_attribute (attributes));
  const char *found[] = { path, NULL };
  const char *none[] = { NULL };

  return g_variant_new ("(^ao^ao)", g_hash_table_contains (service->values, path) ? found : none,
                        none);
}

static GVariant *
get_secrets (Service  *service,
             GVariant *parameters)
{
  g_autofree const char **paths = NULL;
  const char *session;
  GVariantBuilder secrets;

  g_variant_builder_init (&secrets, G_VARIANT_TYPE ("a{o(oayays)}"));
  g_variant_get (parameters, "(^a&o&o)", &paths, &session);
  for (guint i = 0; paths[i]; i++)
    g_variant_builder_add (&secrets, "{o(o@ay@ays)}", paths[i], session,
                           g_variant_new_array (G_VARIANT_TYPE_BYTE, NULL, 0),
                           g_hash_table_lookup (service->values, paths[i]), "text/plain");

  return g_variant_new ("(a{o(oayays)})", &secrets);
}

static GVariant *
create_item (Service  *service,
             GVariant *parameters)
{
  g_autoptr (GVariant) properties = g_variant_get_child_value (parameters, 0);
  g_autoptr (GVariant) secret = g_variant_get_child_value (parameters, 1);
  g_autoptr (GVariant) attributes =
    g_variant_lookup_value (properties, "org.freedesktop.Secret.Item.Attributes",
                            G_VARIANT_TYPE ("a{ss}"));
  char *path = item_path (find_attribute (attributes));

  g_hash_table_replace (service->values, path, g_variant_get_child_value (secret, 2));
  return g_variant_new ("(oo)", path, "/");
}

static const struct {
  const char *name;
  GVariant *(*answer) (Service *service, GVariant *parameters);  /* NULL: not supported */
} methods[] = {
  { "OpenSession", open_session },
  { "SearchItems", search_items },
  { "GetSecrets",  get_secrets },
  { "CreateItem",  create_item },
};

static void
method_called_cb (GDBusConnection       *connection,
                  const char            *sender,
                  const char            *path,
                  const char            *interface,
                  const char            *method,
                  GVariant              *parameters,
                  GDBusMethodInvocation *invocation,
                  gpointer               user_data)
{
  Service *service = user_data;
  GVariant *answer = NULL;

  if (service->broken) {
    g_dbus_method_invocation_return_dbus_error (invocation,
                                                "org.freedesktop.DBus.Error.AccessDenied", "no");
    return;
  }

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (strcmp (methods[i].name, method) == 0)
      answer = methods[i].answer (service, parameters);
  if (answer)
    g_dbus_method_invocation_return_value (invocation, answer);
  else
    g_dbus_method_invocation_return_dbus_error (invocation,
                                                "org.freedesktop.DBus.Error.NotSupported", "no");
}

static void
name_acquired_cb (GDBusConnection *connection,
                  const char      *name,
                  gpointer         user_data)
{
  Service *service = user_data;

  g_mutex_lock (&service->lock);
  service->serving = TRUE;
  g_cond_signal (&service->changed);
  g_mutex_unlock (&service->lock);
}

static gpointer
serve (gpointer data)
{
  static const GDBusInterfaceVTable vtable = { method_called_cb, NULL, NULL, { NULL } };
  static const char *const paths[] = { "/org/freedesktop/secrets",
                                       "/org/freedesktop/secrets/aliases/default" };
  Service *service = data;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autoptr (GDBusConnection) bus = NULL;
  guint owner;

  g_main_context_push_thread_default (service->context);
  bus = g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                NULL, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_assert_cmpuint (g_dbus_connection_register_object (bus, paths[i], node->interfaces[i],
                                                         &vtable, service, NULL, NULL), !=, 0);
  owner = g_bus_own_name_on_connection (bus, "org.freedesktop.secrets", 0, name_acquired_cb, NULL,
                                        service, NULL);
  g_main_loop_run (service->loop);
  g_bus_unown_name (owner);
  g_main_context_pop_thread_default (service->context);
  return NULL;
}

static void
begin_service (Service *service,
               gboolean broken)
{
  *service = (Service) { .broken = broken };
  g_mutex_init (&service->lock);
  g_cond_init (&service->changed);
  service->context = g_main_context_new ();
  service->loop = g_main_loop_new (service->context, FALSE);
  service->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify) g_variant_unref);
  service->thread = g_thread_new ("service", serve, service);

  g_mutex_lock (&service->lock);
  while (!service->serving)
    g_cond_wait (&service->changed, &service->lock);
  g_mutex_unlock (&service->lock);
}

static void
end_service (Service *service)
{
  g_main_loop_quit (service->loop);
  g_thread_join (service->thread);
  g_main_loop_unref (service->loop);
  g_main_context_unref (service->context);
  g_hash_table_unref (service->values);
}

static void
assert_found (const char *name,
              const char *expected)
{
  const TillSecret *keyring = till_keyring_get ();
  g_autoptr (GError) error = NULL;
  g_autofree char *found = keyring->look_up (keyring->self, name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, expected);
}

static void
assert_stored (const char *name,
               const char *value)
{
  const TillSecret *keyring = till_keyring_get ();
  g_autoptr (GError) error = NULL;

  g_assert_true (keyring->store (keyring->self, name, value, &error));
  g_assert_no_error (error);
}

static void
assert_not_stored (GQuark domain,
                   int    code)
{
  const TillSecret *keyring = till_keyring_get ();
  g_autoptr (GError) error = NULL;

  g_assert_false (keyring->store (keyring->self, "wechat.api-v3-key", "s3cr3t", &error));
  g_assert_error (error, domain, code);
  g_assert_null (strstr (error->message, "s3cr3t"));
}

/* What was stored is found under its name and no other; storing again replaces. */
static void
check_service (void)
{
  Service service;

  begin_service (&service, FALSE);
  assert_found ("wechat.api-v3-key", NULL);
  assert_stored ("wechat.api-v3-key", "0123456789abcdef");
  assert_stored ("alipay.aes-key", "密钥");
  assert_found ("wechat.api-v3-key", "0123456789abcdef");
  assert_found ("alipay.aes-key", "密钥");
  assert_found ("wechat", NULL);
  assert_stored ("wechat.api-v3-key", "other");
  assert_found ("wechat.api-v3-key", "other");
  end_service (&service);
}

/* A service that refuses is a fault, in looking up too: a till must not start without its key
 * because the keyring is ill. */
static void
check_refusal (void)
{
  const TillSecret *keyring = till_keyring_get ();
  g_autoptr (GError) error = NULL;
  Service service;

  begin_service (&service, TRUE);
  g_assert_null (keyring->look_up (keyring->self, "wechat.api-v3-key", &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  assert_not_stored (G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  end_service (&service);
}

/* Where there is no service there are no secrets, and that is no fault. */
static void
check_absence (void)
{
  assert_found ("wechat.api-v3-key", NULL);
  assert_not_stored (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static const struct {
  const char *name;
  const char *address;  /* of the bus; "" for a new one, NULL for none */
  void      (*check) (void);
} cases[] = {
  { "service",    "",                               check_service },
  { "refusal",    "",                               check_refusal },
  { "no-service", "",                               check_absence },
  { "no-bus",     NULL,                             check_absence },
  { "dead-bus",   "unix:path=/nonexistent/till-bus", check_absence },
};

/* Each in a process of its own, since libsecret keeps its first bus. */
static void
test_case (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GTestDBus) bus = NULL;

  if (g_test_subprocess ()) {
    cases[i].check ();
    return;
  }

  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  if (cases[i].address && cases[i].address[0] == '\0') {
    bus = g_test_dbus_new (G_TEST_DBUS_NONE);
    g_test_dbus_up (bus);
  } else if (cases[i].address) {
    g_setenv ("DBUS_SESSION_BUS_ADDRESS", cases[i].address, TRUE);
  }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  if (bus)
    g_test_dbus_down (bus);
}

int
main (int   argc,
      char *argv[])
{
  /* No bus of the user's, and no keyring. */
  g_setenv ("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
  g_unsetenv ("SECRET_BACKEND");
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/keyring/", cases[i].name, NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
  }

  return g_test_run ();
}
