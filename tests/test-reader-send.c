/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader.h"

#include "code/iso8583.h"
#include "device/system-clock.h"
#include "reader/token.h"
#include "tls-authority.h"
#include "tls-server.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* The way of a request that only till-reader may complete: the connection from here, all else over
 * there, confined as far as this kernel can. */

#define HEAD "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 02:00:05 GMT\r\n"

static const TillTlsRoute routes[] = {
  { "/ok",       HEAD "Content-Length: 2\r\n\r\n{}" },
  { "/error",    "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n" },
  { "/redirect", "HTTP/1.1 302 Go\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n" },
  { "/drop",     NULL, 0, TILL_TLS_DROP },
  { "/in-body",  HEAD "Content-Length: 9\r\n\r\n{}", 0, TILL_TLS_CLOSE },
  { "/large",    HEAD "Content-Length: 70000\r\n\r\n", 70000 },
  { "/hold",     NULL, 0, TILL_TLS_HOLD },
  { NULL },
};

typedef struct {
  TillTap          *tap;
  TillTlsAuthority *authority;
  TillTlsServer    *server;
  char             *folder;
  char             *ca_file;
  GBytes           *key;
  GBytes           *mac_key;
  char             *token;
  GBytes           *body;
} Fixture;

static GBytes *
make_body (void)
{
  g_autoptr (TillIso8583) message = till_iso8583_new (0x0200);
  GByteArray *packed;

  till_iso8583_set (message, 3, "000000");
  till_iso8583_set (message, 4, "000000001234");
  till_iso8583_set (message, 11, "000079");
  till_iso8583_set (message, 64, "00000000");
  packed = till_iso8583_pack (message, NULL);
  till_iso8583_frame (packed);

  return g_byte_array_free_to_bytes (packed);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  static const guint8 key[TILL_TOKEN_KEY] = { 7 };
  const TillEmvCard card = {
    .decision = TILL_EMV_ONLINE, .pan = "6210948000000029", .expiry = "3012",
    .track_2 = "6210948000000029D30122200000012300", .pan_sequence = 1,
    .field_55 = { 0x9f, 0x26, 0x01, 0xff }, .n_field_55 = 4,
  };

  fixture->tap = till_reader_new (g_getenv ("TILL_READER"), till_system_clock_get ());
  fixture->authority = till_tls_authority_new ("bank");
  fixture->server =
    till_tls_server_new (till_tls_authority_issue (fixture->authority, "IP:127.0.0.1", -1, 1),
                         routes);
  fixture->folder = g_dir_make_tmp ("till-send-XXXXXX", NULL);
  fixture->ca_file = g_build_filename (fixture->folder, "ca.pem", NULL);
  till_tls_authority_save (fixture->authority, fixture->ca_file);
  fixture->key = g_bytes_new (key, sizeof key);
  fixture->mac_key = g_bytes_new ("0123456789abcdef", 16);
  fixture->token = till_token_seal (&card, key, NULL);
  fixture->body = make_body ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  g_assert_finalize_object (fixture->tap);
  till_tls_server_free (fixture->server);
  till_tls_authority_free (fixture->authority);
  g_remove (fixture->ca_file);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->ca_file);
  g_bytes_unref (fixture->key);
  g_bytes_unref (fixture->mac_key);
  g_bytes_unref (fixture->body);
  g_free (fixture->token);
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  TillHttpReply **reply = user_data;

  *reply = till_tap_send_finish (TILL_TAP (object), result);
}

static TillHttpRequest *
make_request (Fixture    *fixture,
              const char *path)
{
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u%s",
                                          till_tls_server_get_port (fixture->server), path);
  TillHttpRequest *request = till_http_request_new ("POST", url);

  request->body = g_bytes_ref (fixture->body);
  request->ca_file = g_strdup (fixture->ca_file);
  request->total_timeout_ms = 1500;
  till_http_request_header (request, "Content-Type", "x-ISO-TPDU/x-auth");

  return request;
}

static TillHttpReply *
send_one (Fixture               *fixture,
          const TillHttpRequest *request,
          GCancellable          *cancellable)
{
  const TillTapSend send = { request, fixture->token, fixture->key, fixture->mac_key };
  TillHttpReply *reply = NULL;

  till_tap_send_async (fixture->tap, &send, cancellable, sent_cb, &reply);
  while (!reply)
    g_main_context_iteration (NULL, TRUE);
  g_test_message ("%s", reply->detail);

  return reply;
}

static const struct {
  const char      *path;
  TillHttpOutcome  outcome;
  guint            status;
  gboolean         sent;
} rows[] = {
  { "/ok",       TILL_HTTP_OK, 200, TRUE },
  { "/error",    TILL_HTTP_OK, 500, TRUE },
  { "/redirect", TILL_HTTP_OK, 302, TRUE },
  { "/drop",     TILL_HTTP_CUT_OFF, 0, TRUE },
  { "/in-body",  TILL_HTTP_CUT_OFF, 200, TRUE },
  { "/large",    TILL_HTTP_TOO_LARGE, 200, TRUE },
  { "/hold",     TILL_HTTP_TIMEOUT, 0, TRUE },
};

/* What came is told as it came; what may have left is told so. */
static void
test_answers (Fixture       *fixture,
              gconstpointer  unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TillHttpRequest) request = make_request (fixture, rows[i].path);
    g_autoptr (TillHttpReply) reply = send_one (fixture, request, NULL);
    g_autofree char *line = g_strdup_printf ("POST %s ", rows[i].path);

    g_assert_cmpint (reply->outcome, ==, rows[i].outcome);
    g_assert_cmpuint (reply->status, ==, rows[i].status);
    g_assert_cmpint (reply->sent, ==, rows[i].sent);
    g_assert_cmpuint (till_tls_server_count (fixture->server, line), ==, 1);
    /* It is no message of ISO 8583, so the till sees none of it. */
    g_assert_cmpuint (g_bytes_get_size (reply->body), ==, 0);
    if (rows[i].outcome == TILL_HTTP_OK && rows[i].status == 200)
      g_assert_cmpint (reply->date_us, ==, G_GINT64_CONSTANT (1795312805) * G_USEC_PER_SEC);
  }
  g_assert_cmpuint (till_tls_server_count (fixture->server, "x-ISO-TPDU/x-auth"), ==,
                    G_N_ELEMENTS (rows));
}

/* The card's number is on the wire, and was put there by till-reader. */
static void
test_completed (Fixture       *fixture,
                gconstpointer  unused)
{
  static const char digits[] = { 0x62, 0x10, (char) 0x94, (char) 0x80, 0 };
  g_autoptr (TillHttpRequest) request = make_request (fixture, "/ok");
  g_autoptr (TillHttpReply) reply = NULL;

  g_assert_null (memmem (g_bytes_get_data (fixture->body, NULL), g_bytes_get_size (fixture->body),
                         digits, 4));
  reply = send_one (fixture, request, NULL);
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
  g_assert_cmpuint (till_tls_server_count (fixture->server, digits), >=, 1);
}

typedef enum { NO_SERVER, NO_TRUST, NO_TOKEN, NO_KEY, NO_MAC, NO_MESSAGE, NO_PROGRAM } Lack;

static const struct {
  Lack             lack;
  TillHttpOutcome  outcome;
} lacks[] = {
  { NO_SERVER,  TILL_HTTP_NO_NETWORK },
  { NO_TRUST,   TILL_HTTP_UNTRUSTED },
  { NO_TOKEN,   TILL_HTTP_FAULT },
  { NO_KEY,     TILL_HTTP_FAULT },
  { NO_MAC,     TILL_HTTP_FAULT },
  { NO_MESSAGE, TILL_HTTP_FAULT },
  { NO_PROGRAM, TILL_HTTP_FAULT },
};

static void
replace_bytes (GBytes    **bytes,
               const char *text)
{
  g_bytes_unref (*bytes);
  *bytes = g_bytes_new (text, strlen (text));
}

static void
take_away (Fixture         *fixture,
           TillHttpRequest *request,
           Lack             lack)
{
  switch (lack) {
  case NO_SERVER:
    g_free (request->url);
    request->url = g_strdup ("https://127.0.0.1:1/ok");
    break;
  case NO_TRUST:
    g_clear_pointer (&request->ca_file, g_free);
    break;
  case NO_TOKEN:
    fixture->token[20] ^= 1;
    break;
  case NO_KEY:
    replace_bytes (&fixture->key, "01234567890123456789012345678901");
    break;
  case NO_MAC:
    replace_bytes (&fixture->mac_key, "012");
    break;
  case NO_MESSAGE:
    replace_bytes (&request->body, "{}");
    break;
  case NO_PROGRAM:
    g_object_unref (fixture->tap);
    fixture->tap = till_reader_new ("/nonexistent/till-reader", till_system_clock_get ());
    break;
  }
}

/* What cannot be completed, or has nobody to go to, does not leave, and is told so. */
static void
test_lacks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lacks); i++) {
    Fixture fixture = { 0 };
    g_autoptr (TillHttpRequest) request = NULL;
    g_autoptr (TillHttpReply) reply = NULL;

    set_up (&fixture, NULL);
    request = make_request (&fixture, "/ok");
    take_away (&fixture, request, lacks[i].lack);
    reply = send_one (&fixture, request, NULL);
    g_assert_cmpint (reply->outcome, ==, lacks[i].outcome);
    g_assert_false (reply->sent);
    g_assert_cmpuint (till_tls_server_count (fixture.server, "POST"), ==, 0);
    tear_down (&fixture, NULL);
  }
}

static gboolean
cancel_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);

  return G_SOURCE_REMOVE;
}

/* What is cancelled may have left, unless it was before there was a connection. */
static void
test_cancel (Fixture       *fixture,
             gconstpointer  unused)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (TillHttpRequest) request = make_request (fixture, "/hold");
    g_autoptr (TillHttpReply) reply = NULL;

    if (i == 0)
      g_cancellable_cancel (cancellable);
    else
      g_timeout_add (700, cancel_cb, cancellable);
    reply = send_one (fixture, request, cancellable);
    g_assert_cmpint (reply->outcome, ==, TILL_HTTP_CANCELLED);
    g_assert_cmpint (reply->sent, ==, i == 1);
  }
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  ADD ("/reader-send/answers", test_answers);
  ADD ("/reader-send/completed", test_completed);
  g_test_add_func ("/reader-send/lacks", test_lacks);
  ADD ("/reader-send/cancel", test_cancel);

  return g_test_run ();
}
