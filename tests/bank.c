/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define KEPT "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

static char long_head[200 * 1000];  /* filled by bank_run */
static char flat_head[60 * 1000];

static const TillTlsRoute routes[] = {
  { "/ok",             KEPT },
  { "/no-content",     "HTTP/1.1 204 No Content\r\n\r\n" },
  { "/error",          "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno" },
  { "/redirect",       "HTTP/1.1 302 Go\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n" },
  { "/chunked",        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "2\r\n{}\r\n0\r\n\r\n" },
  { "/hint-first",     "HTTP/1.1 103 Early\r\nDate: x\r\n\r\n" KEPT },
  { "/largest",        "HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n", 1048576 },
  { "/headers",        "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 02:00:05 GMT\r\nX-Word: one\r\n"
                       "X-WORD: two \r\nContent-Length: 0\r\n\r\n" },
  { "/odd-date",       "HTTP/1.1 200 OK\r\nDate: yesterday\r\nContent-Length: 0\r\n\r\n" },
  { "/whole-drop",     KEPT, 0, TILL_TLS_DROP },
  { "/whole-close",    KEPT, 0, TILL_TLS_CLOSE },
  { "/whole-stop",     KEPT, 0, TILL_TLS_STOP },
  { "/whole-leave",    KEPT, 0, TILL_TLS_LEAVE },

  { "/nothing-drop",   NULL, 0, TILL_TLS_DROP },
  { "/nothing-close",  NULL, 0, TILL_TLS_CLOSE },
  { "/nothing-early",  NULL, 0, TILL_TLS_EARLY },
  { "/nothing-stop",   NULL, 0, TILL_TLS_STOP },
  { "/in-status",      "HTTP/1.1 20", 0, TILL_TLS_CLOSE },
  { "/in-head-drop",   "HTTP/1.1 200 OK\r\nX: 1\r\n", 0, TILL_TLS_DROP },
  { "/in-head-close",  "HTTP/1.1 200 OK\r\nX: 1\r\n", 0, TILL_TLS_CLOSE },
  { "/after-hint",     "HTTP/1.1 103 Early\r\n\r\n", 0, TILL_TLS_CLOSE },
  { "/in-next-head",   "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\n", 0, TILL_TLS_CLOSE },
  { "/in-body-drop",   "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", 0, TILL_TLS_DROP },
  { "/in-body-close",  "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", 0, TILL_TLS_CLOSE },
  { "/before-body",    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 0, TILL_TLS_CLOSE },
  { "/in-chunk",       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}", 0,
                       TILL_TLS_CLOSE },
  { "/no-last-chunk",  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", 0,
                       TILL_TLS_CLOSE },
  { "/until-close",    "HTTP/1.1 200 OK\r\n\r\n{}", 0, TILL_TLS_CLOSE },
  { "/until-drop",     "HTTP/1.1 200 OK\r\n\r\n{}", 0, TILL_TLS_DROP },

  { "/too-large",      "HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n", 1048577 },
  { "/large-on-close", "HTTP/1.1 200 OK\r\n\r\n", 2000000, TILL_TLS_CLOSE },
  { "/long-head",      long_head, 0, TILL_TLS_KEEP },
  { "/flat-head",      flat_head, 0, TILL_TLS_KEEP },
  { "/no-http",        "220 mail.example ESMTP\r\n\r\n", 0, TILL_TLS_CLOSE },
  { "/hold",           NULL, 0, TILL_TLS_HOLD },
  { NULL },
};

BankShared bank_shared;

static GLogWriterOutput
keep_log (GLogLevelFlags   level,
          const GLogField *fields,
          gsize            n_fields,
          gpointer         user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      g_string_append_printf (bank_shared.logged, "%s\n", (const char *) fields[i].value);

  return level & G_LOG_LEVEL_DEBUG ? G_LOG_WRITER_HANDLED
                                   : g_log_writer_default (level, fields, n_fields, user_data);
}

static void
fill_head (char       *head,
           gsize       n_bytes,
           const char *line,
           guint       n_lines)
{
  GString *text = g_string_new ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");

  for (guint i = 0; i < n_lines; i++)
    g_string_append (text, line);
  g_string_append (text, "\r\n");
  g_assert_cmpuint (text->len, <, n_bytes);
  memcpy (head, text->str, text->len + 1);
  g_string_free (text, TRUE);
}

static void
set_up_shared (void)
{
  static const char *const proxies[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                         "no_proxy", "NO_PROXY" };

  for (guint i = 0; i < G_N_ELEMENTS (proxies); i++)
    g_unsetenv (proxies[i]);

  fill_head (long_head, sizeof long_head, "X-Long-Header: something or other\r\n", 5000);
  fill_head (flat_head, sizeof flat_head, "a:\r\n", 6000);
  bank_shared.folder = g_dir_make_tmp ("till-test-XXXXXX", NULL);
  bank_shared.ca_file = g_build_filename (bank_shared.folder, "ca.pem", NULL);
  bank_shared.other_ca_file = g_build_filename (bank_shared.folder, "other.pem", NULL);
  bank_shared.authority = till_tls_authority_new ("Till tests");
  bank_shared.other = till_tls_authority_new ("Till tests");
  till_tls_authority_save (bank_shared.authority, bank_shared.ca_file);
  till_tls_authority_save (bank_shared.other, bank_shared.other_ca_file);
  bank_shared.logged = g_string_new (NULL);
  g_log_set_writer_func (keep_log, NULL, NULL);
  /* Newer GLib writes what a test logs as TAP, unless told so, and hands it to nobody. */
  g_log_set_default_handler (g_log_default_handler, NULL);
}

static void
tear_down_shared (void)
{
  g_autoptr (GDir) folder = g_dir_open (bank_shared.folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder))) {
    g_autofree char *path = g_build_filename (bank_shared.folder, name, NULL);

    g_remove (path);
  }
  g_rmdir (bank_shared.folder);
  till_tls_authority_free (bank_shared.authority);
  till_tls_authority_free (bank_shared.other);
  g_string_free (bank_shared.logged, TRUE);
  g_free (bank_shared.ca_file);
  g_free (bank_shared.other_ca_file);
  g_free (bank_shared.folder);
}

/**
 * bank_run:
 *
 * Returns: the status of g_test_run(), with all that the tests share
 */
int
bank_run (void)
{
  int status;

  set_up_shared ();
  status = g_test_run ();
  tear_down_shared ();
  return status;
}

void
bank_set_up (Bank         *bank,
             gconstpointer data)
{
  bank->clock = till_fake_clock_new ();
  bank->http = till_curl_multi_new (till_fake_clock_get_port (bank->clock));
  bank->server = till_tls_server_new (till_tls_authority_issue (bank_shared.authority,
                                                                "IP:127.0.0.1", -1, 1), routes);
}

void
bank_tear_down (Bank         *bank,
                gconstpointer data)
{
  g_clear_object (&bank->http);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (till_fake_clock_get_n_timers (bank->clock), ==, 0);
  till_fake_clock_free (bank->clock);
  till_tls_server_free (bank->server);
}

/**
 * bank_serve:
 * @context: (transfer full): with another certificate
 *
 * Puts another server in place of the usual one.
 */
void
bank_serve (Bank    *bank,
            SSL_CTX *context)
{
  till_tls_server_free (bank->server);
  bank->server = till_tls_server_new (context, routes);
}

static void
replied_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  TillHttpReply **reply = user_data;

  g_assert_null (*reply);
  *reply = till_http_send_finish (TILL_HTTP (source), result);
}

static char *
make_url (Bank       *bank,
          const char *path)
{
  return g_strdup_printf ("https://127.0.0.1:%u%s", till_tls_server_get_port (bank->server),
                          path);
}

/* A path that begins with a slash is the server's. */
TillHttpRequest *
bank_request (Bank       *bank,
              const char *method,
              const char *path)
{
  g_autofree char *url = path[0] == '/' ? make_url (bank, path) : g_strdup (path);
  TillHttpRequest *request = till_http_request_new (method, url);

  request->ca_file = g_strdup (bank_shared.ca_file);
  till_http_request_header (request, "Authorization", BANK_SECRET);
  if (strcmp (method, "POST") == 0)
    till_http_request_body (request, "{\"auth_code\":\"" BANK_SECRET "\"}");

  return request;
}

/* The reply comes later, never from within the call. */
void
bank_begin_request (Bank                  *bank,
                    const TillHttpRequest *request,
                    GCancellable          *cancellable,
                    TillHttpReply        **reply)
{
  *reply = NULL;
  till_http_send_async (bank->http, request, cancellable, replied_cb, reply);
  g_assert_null (*reply);
}

void
bank_begin (Bank           *bank,
            const char     *path,
            GCancellable   *cancellable,
            TillHttpReply **reply)
{
  g_autoptr (TillHttpRequest) request = bank_request (bank, "GET", path);

  bank_begin_request (bank, request, cancellable, reply);
}

void
bank_wait (TillHttpReply **reply)
{
  while (!*reply)
    g_main_context_iteration (NULL, TRUE);
}

TillHttpReply *
bank_ask_request (Bank                  *bank,
                  const TillHttpRequest *request)
{
  TillHttpReply *reply;

  bank_begin_request (bank, request, NULL, &reply);
  bank_wait (&reply);
  g_assert_null (strstr (reply->detail, BANK_SECRET));

  return reply;
}

TillHttpReply *
bank_ask (Bank       *bank,
          const char *method,
          const char *path)
{
  g_autoptr (TillHttpRequest) request = bank_request (bank, method, path);

  return bank_ask_request (bank, request);
}

void
bank_wait_for_bytes (Bank       *bank,
                     const char *piece,
                     guint       n)
{
  while (till_tls_server_count (bank->server, piece) < n)
    g_main_context_iteration (NULL, TRUE);
}

/* Until the server has hung up on all that called. */
void
bank_wait_for_ends (Bank *bank)
{
  while (till_tls_server_get_n_open (bank->server) > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* A request that the server answers and after which the connection is kept. */
void
bank_warm_up (Bank *bank)
{
  g_autoptr (TillHttpReply) reply = bank_ask (bank, "GET", "/ok");

  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
}

/* A socket that has the port, and listens or not; nobody ever answers. */
int
bank_take_port (gboolean listening,
                guint   *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t n_bytes = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  if (listening)
    g_assert_cmpint (listen (fd, 8), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &n_bytes), ==, 0);
  *port = ntohs (address.sin_port);

  return fd;
}
