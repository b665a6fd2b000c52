/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-http.h"

typedef struct {
  TillFakeClock *clock;
  TillFakeHttp  *http;
  TillHttpReply *reply;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->clock = till_fake_clock_new ();
  fixture->http = till_fake_http_new (fixture->clock);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_clear_object (&fixture->http);
  while (g_main_context_iteration (NULL, FALSE));
  till_http_reply_free (fixture->reply);
  till_fake_clock_free (fixture->clock);
}

static void
replied_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Fixture *fixture = user_data;

  g_assert_null (fixture->reply);
  fixture->reply = till_http_send_finish (TILL_HTTP (source), result);
}

static void
send (Fixture      *fixture,
      const char   *method,
      const char   *url,
      const char   *body,
      GCancellable *cancellable)
{
  g_autoptr (TillHttpRequest) request = till_http_request_new (method, url);

  if (body)
    till_http_request_body (request, body);
  till_http_send_async (TILL_HTTP (fixture->http), request, cancellable, replied_cb, fixture);
  g_assert_null (fixture->reply);
  while (g_main_context_iteration (NULL, FALSE));
}

/* A request that the script expects gets the script's answer, and is kept to be looked at. */
static void
test_answers (Fixture      *fixture,
              gconstpointer data)
{
  static const char *const headers[] = { "Wechatpay-Serial:  AB", NULL };

  till_fake_http_expect (fixture->http, &(TillFakeExchange) {
    .method = "POST", .url = "/v3/pay", .body = "\"total\":1", .status = 202,
    .headers = headers, .answer = "{}" });
  send (fixture, "POST", "https://bank/v3/pay/codepay", "{\"total\":1}", NULL);

  g_assert_cmpint (fixture->reply->outcome, ==, TILL_HTTP_OK);
  g_assert_true (fixture->reply->sent);
  g_assert_cmpuint (fixture->reply->status, ==, 202);
  g_assert_cmpstr (till_http_reply_header (fixture->reply, "wechatpay-serial"), ==, "AB");
  g_assert_cmpuint (g_bytes_get_size (fixture->reply->body), ==, 2);
  g_assert_cmpuint (till_fake_http_get_n_left (fixture->http), ==, 0);
  g_assert_cmpuint (till_fake_http_get_n_requests (fixture->http), ==, 1);
  g_assert_cmpstr (till_fake_http_get_request (fixture->http, 0)->url, ==,
                   "https://bank/v3/pay/codepay");
  g_assert_true (till_fake_http_body_contains (fixture->http, 0, "total"));
  g_assert_false (till_fake_http_body_contains (fixture->http, 0, "refund"));
}

/* A slow answer comes when the fake clock says so. */
static void
test_takes_time (Fixture      *fixture,
                 gconstpointer data)
{
  till_fake_http_expect (fixture->http, &(TillFakeExchange) {
    .after_ms = 500, .outcome = TILL_HTTP_NO_NETWORK, .unsent = TRUE });
  send (fixture, "GET", "https://bank/", NULL, NULL);
  till_fake_clock_advance (fixture->clock, 499);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_null (fixture->reply);

  till_fake_clock_advance (fixture->clock, 1);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpint (fixture->reply->outcome, ==, TILL_HTTP_NO_NETWORK);
  g_assert_false (fixture->reply->sent);
}

/* What is never answered ends when it is cancelled, as something that may have left. */
static void
test_never (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  till_fake_http_expect (fixture->http, &(TillFakeExchange) { .never = TRUE });
  send (fixture, "GET", "https://bank/", NULL, cancellable);
  till_fake_clock_advance (fixture->clock, 3600 * 1000);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_null (fixture->reply);

  g_cancellable_cancel (cancellable);
  g_assert_null (fixture->reply);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpint (fixture->reply->outcome, ==, TILL_HTTP_CANCELLED);
  g_assert_true (fixture->reply->sent);
}

/* Whoever leaves the object hears of what was under way. */
static void
test_left_under_way (Fixture      *fixture,
                     gconstpointer data)
{
  till_fake_http_expect (fixture->http, &(TillFakeExchange) { .never = TRUE });
  send (fixture, "GET", "https://bank/", NULL, NULL);
  g_clear_object (&fixture->http);
  g_assert_null (fixture->reply);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpint (fixture->reply->outcome, ==, TILL_HTTP_CANCELLED);
}

static TillHttpReply *
made (const TillHttpRequest *request,
      gpointer               user_data)
{
  TillHttpReply *reply = till_http_reply_new (TILL_HTTP_OK);

  reply->detail = g_strconcat (request->method, user_data, NULL);
  return reply;
}

/* A script may make its answer from the request. */
static void
test_made (Fixture      *fixture,
           gconstpointer data)
{
  char ending[] = " it";

  till_fake_http_expect (fixture->http, &(TillFakeExchange) { .make = made, .user_data = ending });
  send (fixture, "GET", "https://bank/", NULL, NULL);
  g_assert_cmpstr (fixture->reply->detail, ==, "GET it");
}

static const struct {
  const char      *name;
  TillFakeExchange expected;
} refused[] = {
  { "method", { .method = "POST" } },
  { "url",    { .url = "/other" } },
  { "body",   { .body = "x" } },
};

/* A request that is not the script's next line aborts the test. */
static void
test_refused (gconstpointer data)
{
  const TillFakeExchange *expected = data;

  if (g_test_subprocess ()) {
    Fixture fixture = { 0 };

    set_up (&fixture, NULL);
    till_fake_http_expect (fixture.http, expected);
    send (&fixture, "GET", "https://bank/", NULL, NULL);
    return;
  }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*not in the script: GET https://bank/*");
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/fake-http/answers", test_answers);
  ADD ("/fake-http/takes-time", test_takes_time);
  ADD ("/fake-http/never", test_never);
  ADD ("/fake-http/left-under-way", test_left_under_way);
  ADD ("/fake-http/made", test_made);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *path = g_strconcat ("/fake-http/refused/", refused[i].name, NULL);

    g_test_add_data_func (path, &refused[i].expected, test_refused);
  }

  return g_test_run ();
}
