/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-tap.h"

static const TillTapRequest request = { .reader = "auto", .amount_fen = 1250 };

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  TillTapCard **card = user_data;

  *card = till_tap_read_finish (TILL_TAP (object), result);
}

static void
show_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  TillTapState *state = user_data;

  *state = till_tap_show_finish (TILL_TAP (object), result);
}

static void
send_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  TillHttpReply **reply = user_data;

  *reply = till_tap_send_finish (TILL_TAP (object), result);
}

static void
list_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  TillTapList **list = user_data;

  *list = till_tap_list_finish (TILL_TAP (object), result);
}

static void
run (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* A card is read while somebody reads, and not before. */
static void
test_read (void)
{
  g_autoptr (TillFakeTap) fake = till_fake_tap_new ();
  TillTapCard *card = NULL;

  till_fake_tap_hold (fake, till_tap_card_new (TILL_TAP_ONLINE));
  till_tap_read_async (TILL_TAP (fake), &request, NULL, read_cb, &card);
  run ();
  g_assert_null (card);
  g_assert_true (till_fake_tap_is_reading (fake));
  g_assert_cmpint (till_tap_get_state (TILL_TAP (fake)), ==, TILL_TAP_WAITING);
  g_assert_cmpint (till_fake_tap_get_request (fake)->amount_fen, ==, 1250);

  till_fake_tap_hold (fake, till_tap_card_new (TILL_TAP_ONLINE));
  run ();
  g_assert_cmpint (card->outcome, ==, TILL_TAP_ONLINE);
  g_assert_cmpint (till_tap_get_state (TILL_TAP (fake)), ==, TILL_TAP_REMOVE);
  g_assert_false (till_fake_tap_is_reading (fake));
  till_tap_card_free (card);
}

/* What is cancelled, or made to give way, says so. */
static void
test_cancel (void)
{
  g_autoptr (TillFakeTap) fake = till_fake_tap_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TillTapCard *card = NULL;
  TillTapState shown = TILL_TAP_FAULT;

  till_tap_read_async (TILL_TAP (fake), &request, NULL, read_cb, &card);
  till_tap_show_async (TILL_TAP (fake), "auto", "https://a.cn", cancellable, show_cb, &shown);
  run ();
  g_assert_cmpint (card->outcome, ==, TILL_TAP_CANCELLED);
  g_assert_cmpstr (till_fake_tap_get_shown (fake), ==, "https://a.cn");
  till_tap_card_free (card);

  till_fake_tap_phone (fake);
  g_cancellable_cancel (cancellable);
  run ();
  g_assert_cmpint (shown, ==, TILL_TAP_OFF);
  g_assert_null (till_fake_tap_get_shown (fake));
}

/* Requests are answered in their order; readers are listed once. */
static void
test_send_and_list (void)
{
  g_autoptr (TillFakeTap) fake = till_fake_tap_new ();
  g_autoptr (TillHttpRequest) post = till_http_request_new ("POST", "https://a.cn/");
  g_autoptr (GBytes) key = g_bytes_new ("k", 1);
  g_autoptr (TillTapList) list = NULL;
  g_autoptr (TillHttpReply) reply = NULL;

  till_http_request_body (post, "message");
  till_tap_send_async (TILL_TAP (fake), &(TillTapSend) { post, "token", key, key }, NULL, send_cb,
                       &reply);
  run ();
  g_assert_null (reply);
  g_assert_cmpuint (till_fake_tap_get_n_sent (fake), ==, 1);
  g_assert_true (g_bytes_equal (till_fake_tap_get_sent (fake), post->body));
  till_fake_tap_answer (fake, till_http_reply_new (TILL_HTTP_TIMEOUT));
  till_fake_tap_plug (fake, g_new0 (TillTapReader, 1));
  till_tap_list_async (TILL_TAP (fake), NULL, list_cb, &list);
  run ();
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_TIMEOUT);
  g_assert_cmpuint (list->readers->len, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fake-tap/read", test_read);
  g_test_add_func ("/fake-tap/cancel", test_cancel);
  g_test_add_func ("/fake-tap/send-and-list", test_send_and_list);

  return g_test_run ();
}
