/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank.h"

#include <string.h>

static const struct {
  const char     *path;
  TillHttpOutcome outcome;
  guint           status;
  gsize           n_body_bytes;
} endings[] = {
  { "/ok",             TILL_HTTP_OK,        200, 2 },
  { "/no-content",     TILL_HTTP_OK,        204, 0 },
  { "/error",          TILL_HTTP_OK,        500, 2 },
  { "/redirect",       TILL_HTTP_OK,        302, 0 },
  { "/chunked",        TILL_HTTP_OK,        200, 2 },
  { "/hint-first",     TILL_HTTP_OK,        200, 2 },
  { "/largest",        TILL_HTTP_OK,        200, 1048576 },
  { "/whole-drop",     TILL_HTTP_OK,        200, 2 },
  { "/whole-close",    TILL_HTTP_OK,        200, 2 },
  { "/nothing-drop",   TILL_HTTP_CUT_OFF,   0,   0 },
  { "/nothing-close",  TILL_HTTP_CUT_OFF,   0,   0 },
  { "/nothing-early",  TILL_HTTP_CUT_OFF,   0,   0 },
  { "/nothing-stop",   TILL_HTTP_CUT_OFF,   0,   0 },
  { "/in-status",      TILL_HTTP_CUT_OFF,   0,   0 },
  { "/in-head-drop",   TILL_HTTP_CUT_OFF,   200, 0 },
  { "/in-head-close",  TILL_HTTP_CUT_OFF,   200, 0 },
  { "/after-hint",     TILL_HTTP_CUT_OFF,   103, 0 },
  { "/in-next-head",   TILL_HTTP_CUT_OFF,   200, 0 },
  { "/in-body-drop",   TILL_HTTP_CUT_OFF,   200, 0 },
  { "/in-body-close",  TILL_HTTP_CUT_OFF,   200, 0 },
  { "/before-body",    TILL_HTTP_CUT_OFF,   200, 0 },
  { "/in-chunk",       TILL_HTTP_CUT_OFF,   200, 0 },
  { "/no-last-chunk",  TILL_HTTP_CUT_OFF,   200, 0 },
  { "/until-close",    TILL_HTTP_CUT_OFF,   200, 0 },
  { "/until-drop",     TILL_HTTP_CUT_OFF,   200, 0 },
  { "/too-large",      TILL_HTTP_TOO_LARGE, 200, 0 },
  { "/large-on-close", TILL_HTTP_TOO_LARGE, 200, 0 },
  { "/long-head",      TILL_HTTP_TOO_LARGE, 200, 0 },
  { "/flat-head",      TILL_HTTP_TOO_LARGE, 200, 0 },
  { "/no-http",        TILL_HTTP_FAULT,     0,   0 },
};

/* Only a whole answer is one, whatever the method, on a new connection and on a kept one; and
 * whatever came, the request may have left. */
static void
test_endings (gconstpointer data)
{
  guint index = GPOINTER_TO_UINT (data);

  for (guint i = 0; i < 4; i++) {
    Bank bank;
    g_autoptr (TillHttpReply) reply = NULL;

    bank_set_up (&bank, NULL);
    if (i & 1)
      bank_warm_up (&bank);
    reply = bank_ask (&bank, i & 2 ? "POST" : "GET", endings[index].path);
    g_test_message ("%s: %s", endings[index].path, reply->detail);

    g_assert_cmpint (reply->outcome, ==, endings[index].outcome);
    g_assert_cmpuint (reply->status, ==, endings[index].status);
    g_assert_cmpuint (g_bytes_get_size (reply->body), ==, endings[index].n_body_bytes);
    g_assert_true (reply->sent);
    bank_tear_down (&bank, NULL);
  }
}

static const struct {
  const char *method;
  gboolean    body;
} methods[] = {
  { "GET",  TRUE },
  { "PUT",  TRUE },
  { "HEAD", FALSE },
  { "post", TRUE },
  { "",     FALSE },
};

/* What is no POST and no plain GET is not guessed at. */
static void
test_methods (Bank         *bank,
              gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
    g_autoptr (TillHttpRequest) request = bank_request (bank, methods[i].method, "/ok");
    g_autoptr (TillHttpReply) reply = NULL;

    if (methods[i].body)
      till_http_request_body (request, "{}");
    reply = bank_ask_request (bank, request);
    g_assert_cmpint (reply->outcome, ==, TILL_HTTP_FAULT);
    g_assert_false (reply->sent);
  }
  g_assert_cmpuint (till_tls_server_get_n_connections (bank->server), ==, 0);
}

static const struct {
  const char *path;
  guint       n_padding;      /* of the body; more than the kernel takes, where it matters */
  gboolean    listening;      /* libcurl could connect again */
} lost[] = {
  { "/nothing-drop",  0,       TRUE },
  { "/nothing-close", 0,       TRUE },
  { "/nothing-early", 8000000, TRUE },
  { "/nothing-stop",  0,       FALSE },
};

/* A POST that a server took on a kept connection, and hung up, is not put on the wire again, and is
 * not said to be unsent, even where no second connection could be made. */
static void
test_post_once (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *line = g_strconcat ("POST ", lost[i].path, NULL);
  g_autofree char *body = g_strnfill (lost[i].n_padding, 'b');
  Bank bank;
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (TillHttpReply) reply = NULL;

  bank_set_up (&bank, NULL);
  bank_warm_up (&bank);
  request = bank_request (&bank, "POST", lost[i].path);
  till_http_request_body (request, body);
  reply = bank_ask_request (&bank, request);
  g_test_message ("%s: %s", lost[i].path, reply->detail);

  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_CUT_OFF);
  g_assert_true (reply->sent);
  g_assert_cmpuint (till_tls_server_count (bank.server, line), ==, 1);
  g_clear_object (&bank.http);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (till_tls_server_count (bank.server, line), ==, 1);
  bank_tear_down (&bank, NULL);
}

static const struct {
  const char     *path;
  TillHttpOutcome outcome;  /* of the next request */
} ended[] = {
  { "/whole-drop",  TILL_HTTP_OK },
  { "/whole-close", TILL_HTTP_OK },
  { "/whole-stop",  TILL_HTTP_NO_NETWORK },
  { "/whole-leave", TILL_HTTP_NO_NETWORK },
};

/* A bank that hung up after its answer is called anew: the next POST is not written on what is left
 * of the kept connection, so that it is answered, or is known not to have left. */
static void
test_idle_end (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  gboolean answered = ended[i].outcome == TILL_HTTP_OK;
  Bank bank;
  g_autoptr (TillHttpReply) reply = NULL;
  g_autoptr (TillHttpReply) next = NULL;

  bank_set_up (&bank, NULL);
  reply = bank_ask (&bank, "POST", ended[i].path);
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
  bank_wait_for_ends (&bank);

  next = bank_ask (&bank, "POST", "/ok");
  g_test_message ("%s: %s", ended[i].path, next->detail);
  g_assert_cmpint (next->outcome, ==, ended[i].outcome);
  g_assert_cmpint (next->sent, ==, answered);
  g_assert_cmpuint (till_tls_server_count (bank.server, "POST /ok"), ==, answered);
  g_assert_cmpuint (till_tls_server_get_n_connections (bank.server), ==, 1 + answered);
  bank_tear_down (&bank, NULL);
}

/* A question may be asked again where a kept connection died under it: that needs no query by a
 * clerk. */
static void
test_get_twice (Bank         *bank,
                gconstpointer data)
{
  g_autoptr (TillHttpReply) reply = NULL;

  bank_warm_up (bank);
  reply = bank_ask (bank, "GET", "/nothing-drop");
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_CUT_OFF);
  g_assert_cmpuint (till_tls_server_count (bank->server, "GET /nothing-drop"), ==, 2);
  g_assert_cmpuint (till_tls_server_get_n_connections (bank->server), ==, 2);
}

/* The bytes are those that were signed: path, headers and body as they were given, and nothing that
 * would change the answer. */
static void
test_bytes (Bank         *bank,
            gconstpointer data)
{
  static const char *const expected[] = {
    "POST /ok/../%2f|?b=%20&a=1 HTTP/1.1\r\n", "\r\nAccept: application/json\r\n",
    "\r\nUser-Agent: Till/", "\r\nContent-Length: 12\r\n", "\r\n\r\n{\"a\":\n\"\xe6\xb1\x89\"}",
  };
  static const char *const absent[] = { "Expect", "Accept-Encoding", "Cookie", "x-www-form" };
  g_autoptr (TillHttpRequest) request = bank_request (bank, "POST", "/ok/../%2f|?b=%20&a=1");
  g_autoptr (TillHttpReply) reply = NULL;

  till_http_request_header (request, "Accept", "application/json");
  till_http_request_header (request, "Content-Type", "application/json");
  till_http_request_body (request, "{\"a\":\n\"\xe6\xb1\x89\"}");
  reply = bank_ask_request (bank, request);

  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (till_tls_server_count (bank->server, expected[i]), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (absent); i++)
    g_assert_cmpuint (till_tls_server_count (bank->server, absent[i]), ==, 0);
}

/* A long body goes without asking leave, and whole; an empty one is an empty one. */
static void
test_bodies (Bank         *bank,
             gconstpointer data)
{
  static const guint sizes[] = { 0, 1, 1024, 65535, 65536, 300000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (TillHttpRequest) request = bank_request (bank, "POST", "/ok");
    g_autofree char *body = g_strnfill (sizes[i], 'b');
    g_autofree char *length = g_strdup_printf ("\r\nContent-Length: %u\r\n", sizes[i]);
    g_autoptr (TillHttpReply) reply = NULL;

    till_http_request_body (request, body);
    reply = bank_ask_request (bank, request);
    g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
    g_assert_cmpuint (till_tls_server_count (bank->server, length), ==, 1);
  }
  g_assert_cmpuint (till_tls_server_count (bank->server, "Expect"), ==, 0);
}

/* Names are lower-case, the last of a name wins, and the Date header is held against our clock. */
static void
test_headers (Bank         *bank,
              gconstpointer data)
{
  g_autoptr (TillHttpReply) reply = bank_ask (bank, "GET", "/headers");
  g_autoptr (TillHttpReply) odd = bank_ask (bank, "GET", "/odd-date");
  g_autoptr (TillHttpReply) none = bank_ask (bank, "GET", "/ok");

  g_assert_cmpstr (till_http_reply_header (reply, "x-word"), ==, "two");
  g_assert_null (till_http_reply_header (reply, "X-Word"));
  g_assert_cmpint (reply->date_us, ==, TILL_FAKE_CLOCK_START_US + 5 * G_USEC_PER_SEC);
  g_assert_cmpint (reply->skew_us, ==, 5 * G_USEC_PER_SEC);
  g_assert_cmpint (odd->date_us, ==, 0);
  g_assert_cmpint (odd->skew_us, ==, 0);
  g_assert_cmpint (none->date_us, ==, 0);
}

/* The log names method, host, path, status and outcome of a request, and nothing that is secret. */
static void
test_log (Bank         *bank,
          gconstpointer data)
{
  const char *good_path = "/error?sign=" BANK_SECRET "#" BANK_SECRET;
  const char *bad_url = "https://till:" BANK_SECRET "@bank.test/p?q=" BANK_SECRET;
  g_autoptr (TillHttpReply) good = bank_ask (bank, "POST", good_path);
  g_autoptr (TillHttpReply) bad = bank_ask (bank, "GET", bad_url);
  const char *logged = bank_shared.logged->str;

  g_assert_nonnull (strstr (logged, "POST 127.0.0.1/error: 500, 0 ms, answered\n"));
  g_assert_nonnull (strstr (logged, "GET bank.test/p: 0, 0 ms, fault, not sent\n"));
  g_assert_null (strstr (logged, BANK_SECRET));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  BANK_ADD_ROWS ("/curl-transfer/endings", endings, path, test_endings);
  BANK_ADD_ROWS ("/curl-transfer/post-once", lost, path, test_post_once);
  BANK_ADD_ROWS ("/curl-transfer/idle-end", ended, path, test_idle_end);
  BANK_ADD ("/curl-transfer/methods", test_methods);
  BANK_ADD ("/curl-transfer/get-twice", test_get_twice);
  BANK_ADD ("/curl-transfer/bytes", test_bytes);
  BANK_ADD ("/curl-transfer/bodies", test_bodies);
  BANK_ADD ("/curl-transfer/headers", test_headers);
  BANK_ADD ("/curl-transfer/log", test_log);

  return bank_run ();
}
