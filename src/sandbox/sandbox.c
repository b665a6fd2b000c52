/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/sandbox.h"

#include "sandbox/deliver.h"
#include "sandbox/exchange.h"
#include "sandbox/sign.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define CA_FILE "till-sandbox-ca.pem"

struct _TillSandbox
{
  GObject           parent_instance;
  SoupServer       *server;
  TillSandboxWorld  world;
  GHashTable       *waits;    /* of GSource: answers that are held back */
  char             *url;
  char             *ca_path;
};

G_DEFINE_FINAL_TYPE (TillSandbox, till_sandbox, G_TYPE_OBJECT)
G_DEFINE_QUARK (till-sandbox-error-quark, till_sandbox_error)

typedef struct {
  TillSandbox       *self;
  SoupServerMessage *message;
  GSource           *source;
} Wait;

static void
wait_free (gpointer pointer)
{
  Wait *wait = pointer;

  g_object_unref (wait->message);
  g_free (wait);
}

static gboolean
wait_over_cb (gpointer user_data)
{
  Wait *wait = user_data;

  soup_server_message_unpause (wait->message);
  g_hash_table_remove (wait->self->waits, wait->source);
  return G_SOURCE_REMOVE;
}

static void
source_free (gpointer pointer)
{
  GSource *source = pointer;

  g_source_destroy (source);
  g_source_unref (source);
}

static void
hold_back (TillSandbox       *self,
           SoupServerMessage *message,
           guint              after_ms)
{
  Wait *wait = g_new0 (Wait, 1);

  wait->self = self;
  wait->message = g_object_ref (message);
  wait->source = g_timeout_source_new (after_ms);
  g_source_set_callback (wait->source, wait_over_cb, wait, wait_free);
  g_source_attach (wait->source, g_main_context_get_thread_default ());
  g_hash_table_add (self->waits, wait->source);
  soup_server_message_pause (message);
}

/* The bytes as they are, with a NUL behind them. */
static char *
copy_text (GBytes *bytes)
{
  gsize length;
  const char *start = g_bytes_get_data (bytes, &length);
  char *text = g_malloc (length + 1);

  if (length > 0)
    memcpy (text, start, length);
  text[length] = '\0';
  return text;
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *params,
            gpointer           user_data)
{
  TillSandbox *self = user_data;
  GUri *uri = soup_server_message_get_uri (message);
  SoupMessageBody *sent = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) body = soup_message_body_flatten (sent);
  g_autofree char *text = copy_text (body);
  g_auto (TillExchange) exchange = {
    .world = &self->world,
    .now_us = g_get_real_time (),
    .method = soup_server_message_get_method (message),
    .path = g_uri_get_path (uri),
    .query = g_uri_get_query (uri),
    .headers = soup_server_message_get_request_headers (message),
    .body = text,
    .body_length = g_bytes_get_size (body),
  };
  guint after_ms;

  till_sandbox_banks_serve (&exchange);
  g_debug ("sandbox: %s %s → %u%s%s", exchange.method, exchange.path, exchange.status,
           exchange.scene.row ? ", " : "", exchange.scene.row ? exchange.scene.row->word : "");
  after_ms = till_exchange_deliver (&exchange, message);
  if (after_ms > 0)
    hold_back (self, message, after_ms);
}

/* "127.0.0.1:8443", "[::1]:0"; nothing that another computer could reach. */
static GSocketAddress *
parse_listen (const char *listen,
              GError    **error)
{
  const char *colon = strrchr (listen, ':');
  gboolean is_v6 = g_str_has_prefix (listen, "[::1]:");
  guint64 port;

  if ((!is_v6 && !g_str_has_prefix (listen, "127.0.0.1:")) ||
      (is_v6 ? colon != listen + strlen ("[::1]") : colon != listen + strlen ("127.0.0.1")) ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL)) {
    g_set_error (error, TILL_SANDBOX_ERROR, TILL_SANDBOX_ERROR_LISTEN,
                 _("cannot listen on “%s”: the sandbox takes 127.0.0.1:PORT or [::1]:PORT only"),
                 listen);
    return NULL;
  }

  return g_inet_socket_address_new_from_string (is_v6 ? "::1" : "127.0.0.1", (guint) port);
}

/* "https://127.0.0.1:8443", with the port that was picked. */
static char *
make_url (TillSandbox *self)
{
  g_autoptr (GSList) sockets = soup_server_get_listeners (self->server);
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (sockets->data, NULL);
  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);
  gboolean is_v6 = g_socket_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf ("https://%s:%u", is_v6 ? "[::1]" : "127.0.0.1",
                          g_inet_socket_address_get_port (inet));
}

static gboolean
start (TillSandbox *self,
       const char  *listen,
       GError     **error)
{
  g_autoptr (GSocketAddress) address = parse_listen (listen, error);
  g_autoptr (GError) fault = NULL;

  if (!address)
    return FALSE;
  if (!soup_server_listen (self->server, address, SOUP_SERVER_LISTEN_HTTPS, &fault)) {
    g_set_error (error, TILL_SANDBOX_ERROR, TILL_SANDBOX_ERROR_LISTEN,
                 _("cannot listen on “%s”: %s"), listen, fault->message);
    return FALSE;
  }

  self->url = make_url (self);
  return TRUE;
}

/* All sandboxes have the same certificate authority, so that its file may be shared and is left. */
static gboolean
write_ca (TillSandbox *self,
          GError     **error)
{
  g_autoptr (GBytes) pem = till_sandbox_resource ("ca.pem");
  g_autoptr (GError) fault = NULL;
  g_autofree char *folder = g_strdup (g_get_user_runtime_dir ());

  if (g_access (folder, W_OK) != 0) {
    g_free (folder);
    folder = g_dir_make_tmp ("till-sandbox-XXXXXX", &fault);
  }
  if (folder) {
    self->ca_path = g_build_filename (folder, CA_FILE, NULL);
    g_file_set_contents (self->ca_path, g_bytes_get_data (pem, NULL),
                         (gssize) g_bytes_get_size (pem), &fault);
  }
  if (fault)
    g_set_error (error, TILL_SANDBOX_ERROR, TILL_SANDBOX_ERROR_FILE,
                 _("cannot write the sandbox's certificate: %s"), fault->message);

  return fault == NULL;
}

static gboolean
read_script (TillSandbox *self,
             const char  *script_path,
             GError     **error)
{
  g_autoptr (GError) fault = NULL;

  if (!script_path || till_plan_add_script (self->world.plan, script_path, &fault))
    return TRUE;

  g_set_error_literal (error, TILL_SANDBOX_ERROR, TILL_SANDBOX_ERROR_SCRIPT, fault->message);
  return FALSE;
}

static GTlsCertificate *
load_certificate (void)
{
  g_autoptr (GBytes) certificate = till_sandbox_resource ("server.pem");
  g_autoptr (GBytes) key = till_sandbox_resource ("server-key.pem");
  g_autofree char *pem = g_strconcat (g_bytes_get_data (certificate, NULL),
                                      g_bytes_get_data (key, NULL), NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *loaded = g_tls_certificate_new_from_pem (pem, -1, &error);

  g_assert_no_error (error);
  return loaded;
}

static void
till_sandbox_finalize (GObject *object)
{
  TillSandbox *self = TILL_SANDBOX (object);

  g_hash_table_unref (self->waits);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  till_plan_free (self->world.plan);
  till_sandbox_ledger_free (self->world.ledger);
  g_hash_table_unref (self->world.terminals);
  g_free (self->url);
  g_free (self->ca_path);

  G_OBJECT_CLASS (till_sandbox_parent_class)->finalize (object);
}

static void
till_sandbox_class_init (TillSandboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_sandbox_finalize;
}

static void
till_sandbox_init (TillSandbox *self)
{
  g_autoptr (GTlsCertificate) certificate = load_certificate ();

  self->world.ledger = till_sandbox_ledger_new ();
  self->world.terminals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                 (GDestroyNotify) g_ptr_array_unref);
  self->world.plan = till_plan_new ();
  self->waits = g_hash_table_new_full (NULL, NULL, source_free, NULL);
  self->server = soup_server_new ("tls-certificate", certificate, "raw-paths", TRUE,
                                  "server-header", "till-sandbox", NULL);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
}

/**
 * till_sandbox_new:
 * @listen: (nullable): "127.0.0.1:PORT" or "[::1]:PORT"; port 0 picks one; %NULL is
 *   %TILL_SANDBOX_DEFAULT_LISTEN
 * @script_path: (nullable): a file of wishes, one JSON object a line; see till_plan_add()
 * @error: set to a #TillSandboxError
 *
 * Starts the acquirers' side. It listens until the object is gone.
 *
 * Returns: (nullable): %NULL where it cannot listen, or the script is wrong
 */
TillSandbox *
till_sandbox_new (const char *listen,
                  const char *script_path,
                  GError    **error)
{
  g_autoptr (TillSandbox) self = g_object_new (TILL_TYPE_SANDBOX, NULL);

  if (!read_script (self, script_path, error) || !write_ca (self, error) ||
      !start (self, listen ? listen : TILL_SANDBOX_DEFAULT_LISTEN, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * till_sandbox_get_url:
 *
 * Returns: "https://127.0.0.1:8443"
 */
const char *
till_sandbox_get_url (TillSandbox *self)
{
  g_return_val_if_fail (TILL_IS_SANDBOX (self), NULL);

  return self->url;
}

/**
 * till_sandbox_get_ca_path:
 *
 * Returns: the PEM file that a client must trust to talk to the sandbox
 */
const char *
till_sandbox_get_ca_path (TillSandbox *self)
{
  g_return_val_if_fail (TILL_IS_SANDBOX (self), NULL);

  return self->ca_path;
}
