/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank.h"

#include <signal.h>
#include <string.h>

/* One connection serves request after request; a second stands only beside a busy one. */
static void
test_reuse (Bank         *bank,
            gconstpointer data)
{
  for (guint i = 0; i < 20; i++) {
    g_autoptr (TillHttpReply) reply = bank_ask (bank, i % 2 ? "POST" : "GET", "/ok");

    g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
  }
  g_assert_cmpuint (till_tls_server_get_n_connections (bank->server), ==, 1);
}

/* The deadline ends a request that left, and tells so. */
static void
test_deadline (Bank         *bank,
               gconstpointer data)
{
  g_autoptr (TillHttpRequest) request = bank_request (bank, "POST", "/hold");
  TillHttpReply *reply;

  request->total_timeout_ms = 15000;
  bank_begin_request (bank, request, NULL, &reply);
  bank_wait_for_bytes (bank, "POST /hold", 1);
  till_fake_clock_advance (bank->clock, 14999);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_null (reply);

  till_fake_clock_advance (bank->clock, 1);
  g_assert_null (reply);
  bank_wait (&reply);
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_TIMEOUT);
  g_assert_true (reply->sent);
  till_http_reply_free (reply);
}

/* Nothing is without a deadline, even where the request names none. */
static void
test_default_deadline (Bank         *bank,
                       gconstpointer data)
{
  TillHttpReply *reply;

  bank_begin (bank, "/hold", NULL, &reply);
  g_assert_cmpint (till_fake_clock_get_next_ms (bank->clock), ==, 30000);
  till_fake_clock_advance (bank->clock, 30000);
  bank_wait (&reply);
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_TIMEOUT);
  till_http_reply_free (reply);
}

#define N_RUNNING 8

/* Eight are under way; the rest wait in order, and one that ends lets the next go. */
static void
test_ninth_waits (Bank         *bank,
                  gconstpointer user_data)
{
  g_autoptr (GCancellable) first = g_cancellable_new ();
  g_autoptr (GCancellable) tenth = g_cancellable_new ();
  TillHttpReply *replies[N_RUNNING + 3];

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    bank_begin (bank, i < N_RUNNING ? "/hold" : i == 8 ? "/hold/ninth" : "/hold/last",
                i == 0 ? first : i == 9 ? tenth : NULL, &replies[i]);
  bank_wait_for_bytes (bank, "GET /hold", N_RUNNING);
  for (guint i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (till_tls_server_get_n_connections (bank->server), ==, N_RUNNING);

  g_cancellable_cancel (tenth);
  bank_wait (&replies[9]);
  g_assert_cmpint (replies[9]->outcome, ==, TILL_HTTP_CANCELLED);
  g_assert_false (replies[9]->sent);

  g_cancellable_cancel (first);
  bank_wait_for_bytes (bank, "GET /hold/ninth", 1);
  g_assert_true (replies[0]->sent);
  g_assert_cmpuint (till_tls_server_count (bank->server, "GET /hold/last"), ==, 0);

  /* All came at once, so all deadlines pass at once, and the last one never left. */
  till_fake_clock_advance (bank->clock, 30000);
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++) {
    bank_wait (&replies[i]);
    g_assert_cmpint (replies[i]->outcome, ==, i == 0 || i == 9 ? TILL_HTTP_CANCELLED
                                                               : TILL_HTTP_TIMEOUT);
    g_assert_cmpint (replies[i]->sent, ==, i < 9);
    till_http_reply_free (replies[i]);
  }
  g_assert_cmpuint (till_tls_server_count (bank->server, "GET /hold/last"), ==, 0);
}

/* Cancelled before it began: nothing leaves. Cancelled on its way: it may have left. */
static void
test_cancel (Bank         *bank,
             gconstpointer data)
{
  g_autoptr (GCancellable) early = g_cancellable_new ();
  g_autoptr (GCancellable) soon = g_cancellable_new ();
  g_autoptr (GCancellable) late = g_cancellable_new ();
  TillHttpReply *replies[3];

  bank_warm_up (bank);
  g_cancellable_cancel (early);
  bank_begin (bank, "/ok/early", early, &replies[0]);
  bank_begin (bank, "/ok/soon", soon, &replies[1]);
  g_cancellable_cancel (soon);
  bank_begin (bank, "/hold/late", late, &replies[2]);
  bank_wait_for_bytes (bank, "GET /hold/late", 1);
  g_cancellable_cancel (late);

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++) {
    bank_wait (&replies[i]);
    g_assert_cmpint (replies[i]->outcome, ==, TILL_HTTP_CANCELLED);
    g_assert_cmpint (replies[i]->sent, ==, i == 2);
    till_http_reply_free (replies[i]);
  }
  g_assert_cmpuint (till_tls_server_count (bank->server, "GET /ok/"), ==, 0);
}

/* Cancelled when the answer is there, though nobody has been told yet: the answer counts. */
static void
test_cancel_too_late (Bank         *bank,
                      gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TillHttpReply *reply;

  bank_begin (bank, "/ok/too-late", cancellable, &reply);
  while (!strstr (bank_shared.logged->str, "/ok/too-late: 200"))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (reply);
  g_cancellable_cancel (cancellable);
  bank_wait (&reply);
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
  till_http_reply_free (reply);
}

static void
cancel_other_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (TillHttpReply) reply = till_http_send_finish (TILL_HTTP (source), result);

  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
  g_cancellable_cancel (user_data);
}

/* From the callback of one request another may be cancelled, and the way out goes on. */
static void
test_cancel_within (Bank         *bank,
                    gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TillHttpRequest) request = bank_request (bank, "GET", "/ok");
  TillHttpReply *held, *answered;

  bank_begin (bank, "/hold", cancellable, &held);
  bank_wait_for_bytes (bank, "GET /hold", 1);
  till_http_send_async (bank->http, request, cancellable, cancel_other_cb, cancellable);
  bank_wait (&held);
  g_assert_cmpint (held->outcome, ==, TILL_HTTP_CANCELLED);
  till_http_reply_free (held);

  bank_begin (bank, "/ok", NULL, &answered);
  bank_wait (&answered);
  g_assert_cmpint (answered->outcome, ==, TILL_HTTP_OK);
  till_http_reply_free (answered);
}

/* Whoever leaves the object hears of what was under way, and what waited never leaves. */
static void
test_left_under_way (Bank         *bank,
                     gconstpointer data)
{
  TillHttpReply *replies[N_RUNNING + 1];
  gpointer watched = bank->http;

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    bank_begin (bank, "/hold", NULL, &replies[i]);
  bank_wait_for_bytes (bank, "GET /hold", N_RUNNING);
  g_object_add_weak_pointer (watched, &watched);
  g_clear_object (&bank->http);
  g_assert_null (replies[0]);

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++) {
    bank_wait (&replies[i]);
    g_assert_cmpint (replies[i]->outcome, ==, TILL_HTTP_CANCELLED);
    g_assert_cmpint (replies[i]->sent, ==, i < N_RUNNING);
    till_http_reply_free (replies[i]);
  }
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_null (watched);
  g_assert_cmpuint (till_tls_server_count (bank->server, "GET /hold"), ==, N_RUNNING);
}

/* It lives on the context of the thread that made it, whichever that is. */
static void
test_own_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Bank bank;
  TillHttpReply *reply;

  g_main_context_push_thread_default (context);
  bank_set_up (&bank, NULL);
  bank_begin (&bank, "/ok", NULL, &reply);
  while (!reply) {
    g_assert_false (g_main_context_iteration (NULL, FALSE));
    g_main_context_iteration (context, TRUE);
  }
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
  till_http_reply_free (reply);
  bank_tear_down (&bank, NULL);
  g_main_context_pop_thread_default (context);
}

/* A bank that hangs up while we write must not end the program. */
static void
test_no_sigpipe (Bank         *bank,
                 gconstpointer data)
{
  struct sigaction action;

  g_assert_cmpint (sigaction (SIGPIPE, NULL, &action), ==, 0);
  g_assert_true (action.sa_handler == SIG_IGN);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  BANK_ADD ("/curl-multi/reuse", test_reuse);
  BANK_ADD ("/curl-multi/deadline", test_deadline);
  BANK_ADD ("/curl-multi/default-deadline", test_default_deadline);
  BANK_ADD ("/curl-multi/ninth-waits", test_ninth_waits);
  BANK_ADD ("/curl-multi/cancel", test_cancel);
  BANK_ADD ("/curl-multi/cancel-too-late", test_cancel_too_late);
  BANK_ADD ("/curl-multi/cancel-within", test_cancel_within);
  BANK_ADD ("/curl-multi/left-under-way", test_left_under_way);
  BANK_ADD ("/curl-multi/no-sigpipe", test_no_sigpipe);
  g_test_add_func ("/curl-multi/own-context", test_own_context);

  return bank_run ();
}
