/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk-fixture.h"

#include <string.h>

#include "desk/books.h"

/* The desk over a scripted wire and a hand-driven clock. A test says what the wire is asked, in
 * order, and what it answers; a request that is not in the script fails it, and so does one that
 * is not made. */

typedef DeskFixture F;

static void
set_up (F            *f,
        gconstpointer data)
{
  desk_fixture_set_up (f);
}

static void
tear_down (F            *f,
           gconstpointer data)
{
  desk_fixture_tear_down (f);
}

static TillSaleItem *
charge (F *f)
{
  g_autoptr (GError) error = NULL;
  TillSaleItem *item = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, &error);

  g_assert_no_error (error);
  desk_fixture_settle ();

  return item;
}

static TillSaleItem *
collect (F           *f,
         TillBrandSet brands)
{
  g_autoptr (GError) error = NULL;
  TillSaleItem *item = till_desk_collect (f->desk, 1250, brands, 120000, NULL, &error);

  g_assert_no_error (error);
  desk_fixture_settle ();

  return item;
}

#define WECHAT TILL_BRAND_BIT (TILL_BRAND_WECHAT)
#define ALIPAY TILL_BRAND_BIT (TILL_BRAND_ALIPAY)

/* Paid at the first answer: green, with what the wallet said, and nothing more is asked. */
static void
test_charge_paid (F            *f,
                  gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "paid ref=4200001");
  item = charge (f);

  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
  g_assert_cmpstr (till_sale_item_get_sale (item)->acquirer_ref, ==, "4200001");
  g_assert_cmpint (till_sale_item_get_brand (item), ==, TILL_BRAND_WECHAT);
  g_assert_false (till_desk_is_busy (f->desk, item));
  g_assert_cmpuint (g_list_model_get_n_items (till_desk_get_open (f->desk)), ==, 0);
  desk_fixture_pass (f, 600000);
}

static gboolean
count_asked (const TillSale *sale,
             gpointer        n_asked)
{
  g_assert_cmpint (sale->state, ==, TILL_PAYMENT_ASKED);
  ++*(guint *) n_asked;

  return TRUE;
}

/* The row that asks is on disk before the first byte leaves. */
static TillHttpReply *
check_row_is_written (const TillHttpRequest *request,
                      gpointer               user_data)
{
  F *f = user_data;
  const TillSaleFilter open = { .open_only = TRUE };
  TillHttpReply *reply = till_http_reply_new (TILL_HTTP_OK);
  guint n_asked = 0;

  g_assert_true (till_books_each_sale (f->desk, &open, count_asked, &n_asked, NULL));
  g_assert_cmpuint (n_asked, ==, 1);
  reply->status = 200;
  reply->sent = TRUE;
  g_bytes_unref (reply->body);
  reply->body = g_bytes_new_static ("paid", 4);

  return reply;
}

static void
test_written_first (F            *f,
                    gconstpointer data)
{
  const TillFakeExchange exchange = {
    .body = "CHARGE", .make = check_row_is_written, .user_data = f,
  };
  g_autoptr (TillSaleItem) item = NULL;

  till_fake_http_expect (f->http, &exchange);
  item = charge (f);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

static void
test_charge_refused (F            *f,
                     gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "refused balance");
  item = charge (f);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_BALANCE);
  desk_fixture_pass (f, 600000);
}

/* A password: asked every five seconds, not sooner. */
static void
test_charge_waits (F            *f,
                   gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "wait payer");
  item = charge (f);
  assert_is (item, TILL_PAYMENT_WAITING, TILL_REASON_PAYER);
  desk_fixture_pass (f, 4999);

  desk_fixture_answer (f, "QUERY", "wait payer");
  desk_fixture_pass (f, 1);
  assert_is (item, TILL_PAYMENT_WAITING, TILL_REASON_PAYER);

  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_pass (f, 5000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* Where the wallet's guide asks for a query before a success is believed, it follows at once. */
static void
test_charge_accepted (F            *f,
                      gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "accepted");
  desk_fixture_answer (f, "QUERY", "paid");
  item = charge (f);
  desk_fixture_pass (f, 0);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* Nothing left this computer: not paid, and not asked about. */
static void
test_charge_unsent (F            *f,
                    gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_silence (f, "CHARGE", TRUE);
  item = charge (f);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_NO_NETWORK);
  desk_fixture_pass (f, 600000);
}

/* Silence is a question, not an answer: the same number is asked about, never charged again. */
static void
test_charge_lost_then_paid (F            *f,
                            gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_silence (f, "CHARGE", FALSE);
  item = charge (f);
  desk_fixture_pass (f, 15000);
  assert_is (item, TILL_PAYMENT_UNSURE, TILL_REASON_NO_ANSWER);

  desk_fixture_answer (f, "QUERY", "absent never-booked");
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_pass (f, 10000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* Never booked: asked until the time is over, a last time, reversed, asked once more, then
 * failed. */
static void
test_charge_given_up (F            *f,
                      gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_silence (f, "CHARGE", FALSE);
  item = charge (f);
  for (guint i = 0; i < 6; i++)
    desk_fixture_answer (f, "QUERY", "absent no-answer");
  desk_fixture_pass (f, 44999);
  assert_is (item, TILL_PAYMENT_UNSURE, TILL_REASON_NO_ANSWER);

  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "absent");
  desk_fixture_pass (f, 2000);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_NEVER_BOOKED);
  g_assert_false (till_desk_is_busy (f->desk, item));
  g_assert_cmpuint (g_list_model_get_n_items (till_desk_get_open (f->desk)), ==, 0);

  /* Watched until its payment code cannot be valid any more; a last question must be answered. */
  for (guint i = 0; i < 4; i++)
    desk_fixture_answer (f, "QUERY", "absent no-answer");
  desk_fixture_pass (f, 240000);
  desk_fixture_silence (f, "QUERY", TRUE);
  desk_fixture_answer (f, "QUERY", "absent no-answer");
  desk_fixture_pass (f, 600000);
  g_assert_false (till_sale_item_get_sale (item)->is_watched);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_NEVER_BOOKED);
}

/* Stuck on its way and booked after it was given up: found by the watch, and given back. */
static void
test_charge_booked_late (F            *f,
                         gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_silence (f, "CHARGE", FALSE);
  item = charge (f);
  for (guint i = 0; i < 6; i++)
    desk_fixture_answer (f, "QUERY", "absent no-answer");
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "absent");
  desk_fixture_pass (f, 47000);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_NEVER_BOOKED);

  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_answer (f, "REFUND", "paid");
  desk_fixture_pass (f, 30000);
  assert_is (item, TILL_PAYMENT_PAID_LATE, TILL_REASON_PAID_LATE);
  g_assert_cmpint (till_sale_item_get_sale (item)->refunded_fen, ==, 1250);
  g_assert_false (till_sale_item_is_open (item));
}

/* The same while the till was off: the start looks at once, and goes on while the payer still
 * types. */
static void
test_watch_outlives_the_program (F            *f,
                                 gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) after = NULL;
  g_autofree char *order = NULL;

  desk_fixture_silence (f, "CHARGE", FALSE);
  item = charge (f);
  order = g_strdup (till_sale_item_get_order (item));
  for (guint i = 0; i < 6; i++)
    desk_fixture_answer (f, "QUERY", "absent no-answer");
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "absent");
  desk_fixture_pass (f, 47000);
  desk_fixture_restart (f);

  desk_fixture_answer (f, "QUERY", "wait payer");
  g_assert_true (till_desk_resume (f->desk, NULL));
  g_assert_true (till_desk_is_looking (f->desk));
  desk_fixture_pass (f, 100);
  desk_fixture_answer (f, "QUERY", "wait payer");
  desk_fixture_answer (f, "QUERY", "refused payer-left");
  desk_fixture_pass (f, 100000);
  after = till_desk_find (f->desk, order, NULL);
  g_assert_cmpint (till_sale_item_get_state (after), ==, TILL_PAYMENT_FAILED);
  g_assert_false (till_sale_item_get_sale (after)->is_watched);
}

/* The payer walks away from the password: reversed when the wallet's time is over. */
static void
test_payer_walks_away (F            *f,
                       gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "wait payer");
  item = charge (f);
  for (guint i = 0; i < 9; i++)
    desk_fixture_answer (f, "QUERY", "wait payer");
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "closed");
  desk_fixture_pass (f, 46000);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_REVERSED);
}

/* Cancelled while the payer types: not reversed before fifteen seconds, and not failed before
 * the wallet confirms. */
static void
test_cancel_waits_for_the_rules (F            *f,
                                 gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) same = NULL;

  desk_fixture_answer (f, "CHARGE", "wait payer");
  item = charge (f);
  same = till_desk_cancel (f->desk, till_sale_item_get_order (item), NULL);
  g_assert_true (same == item);
  desk_fixture_pass (f, 14999);
  assert_is (item, TILL_PAYMENT_CLOSING, TILL_REASON_ENDING);

  desk_fixture_answer (f, "REVERSE", "close-lost no-answer");
  desk_fixture_answer (f, "REVERSE", "close-lost no-answer");
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "closed");
  desk_fixture_pass (f, 20000);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_CANCELLED);
}

/* The fifteen seconds are the wallet's: they do not begin before the charge has come there. */
static void
test_cancel_counts_from_the_answer (F            *f,
                                    gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) same = NULL;

  desk_fixture_late (f, "CHARGE", "wait payer", 3000);
  item = charge (f);
  desk_fixture_pass (f, 3000);
  same = till_desk_cancel (f->desk, till_sale_item_get_order (item), NULL);
  desk_fixture_pass (f, 14999);
  assert_is (item, TILL_PAYMENT_CLOSING, TILL_REASON_ENDING);

  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "closed");
  desk_fixture_pass (f, 1);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_CANCELLED);
}

/* Paid in the very moment in which the clerk cancels: what the wallet says stands. */
static void
test_cancel_loses_the_race (F            *f,
                            gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_late (f, "CHARGE", "paid", 3000);
  item = charge (f);
  g_object_unref (till_desk_cancel (f->desk, till_sale_item_get_order (item), NULL));
  desk_fixture_pass (f, 1000);
  assert_is (item, TILL_PAYMENT_CLOSING, TILL_REASON_ENDING);
  desk_fixture_pass (f, 600000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* A reversal that cannot be made is asked about; it was paid. */
static void
test_reverse_refused (F            *f,
                      gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "wait payer");
  item = charge (f);
  g_object_unref (till_desk_cancel (f->desk, till_sale_item_get_order (item), NULL));
  desk_fixture_answer (f, "REVERSE", "close-refused paid-no-cancel");
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_pass (f, 16000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* A query that lags behind a confirmed reversal is not believed: the reversal is asked for
 * again. */
static void
test_query_lags_behind_reversal (F            *f,
                                 gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "wait payer");
  item = charge (f);
  g_object_unref (till_desk_cancel (f->desk, till_sale_item_get_order (item), NULL));
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "closed");
  desk_fixture_pass (f, 30000);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_CANCELLED);
}

/* A reversal got no answer, the next is refused, and while the till asks why the clerk cancels once
 * more: "paid" is not believed then either, for the first reversal may still come. */
static void
test_cancel_while_asking (F            *f,
                          gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "wait payer");
  item = charge (f);
  desk_fixture_silence (f, "REVERSE", FALSE);
  desk_fixture_answer (f, "REVERSE", "close-refused merchant-refused");
  desk_fixture_late (f, "QUERY", "paid", 100);
  g_object_unref (till_desk_cancel (f->desk, till_sale_item_get_order (item), NULL));
  for (guint i = 0; i < 1000 && till_sale_item_get_state (item) != TILL_PAYMENT_UNSURE; i++)
    desk_fixture_pass (f, 50);
  assert_is (item, TILL_PAYMENT_UNSURE, TILL_REASON_MERCHANT_REFUSED);

  g_object_unref (till_desk_cancel (f->desk, till_sale_item_get_order (item), NULL));
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "closed");
  desk_fixture_pass (f, 10000);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_CANCELLED);
}

/* A paid charge may be reversed while the wallet allows it; a paid order may not. */
static void
test_cancel_paid (F            *f,
                  gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) order = NULL;
  g_autoptr (TillSaleItem) again = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (f, "CHARGE", "paid");
  item = charge (f);
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "closed");
  again = till_desk_cancel (f->desk, till_sale_item_get_order (item), &error);
  g_assert_no_error (error);
  desk_fixture_pass (f, 2000);
  assert_is (again, TILL_PAYMENT_FAILED, TILL_REASON_CANCELLED);

  desk_fixture_answer (f, "ORDER", "wait not-scanned text=weixin://1");
  desk_fixture_answer (f, "QUERY", "paid");
  order = collect (f, WECHAT);
  desk_fixture_pass (f, 2000);
  assert_is (order, TILL_PAYMENT_PAID, TILL_REASON_NONE);
  g_assert_null (till_desk_cancel (f->desk, till_sale_item_get_order (order), &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_PAID_NO_CANCEL);
}

/* Deadlines are not the wall clock's: set an hour ahead or a day back, nothing happens sooner or
 * later. */
static void
test_wall_clock_jumps (F            *f,
                       gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "wait payer");
  item = charge (f);
  till_fake_clock_set_now (f->clock, TILL_FAKE_CLOCK_START_US + G_TIME_SPAN_HOUR);
  for (guint i = 0; i < 4; i++)
    desk_fixture_answer (f, "QUERY", "wait payer");
  desk_fixture_pass (f, 20000);
  till_fake_clock_set_now (f->clock, TILL_FAKE_CLOCK_START_US - G_TIME_SPAN_DAY);
  for (guint i = 0; i < 4; i++)
    desk_fixture_answer (f, "QUERY", "wait payer");
  desk_fixture_pass (f, 20000);
  assert_is (item, TILL_PAYMENT_WAITING, TILL_REASON_PAYER);
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_pass (f, 5000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* Codes. */

static void
test_collect_paid (F            *f,
                   gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "ORDER", "wait not-scanned text=weixin://1");
  item = collect (f, WECHAT);
  assert_is (item, TILL_PAYMENT_WAITING, TILL_REASON_NOT_SCANNED);
  g_assert_cmpstr (till_sale_item_get_code_text (item), ==, "weixin://1");

  desk_fixture_answer (f, "QUERY", "wait not-scanned");
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_pass (f, 4000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
  g_assert_null (till_sale_item_get_code_text (item));
}

/* No code came back: nobody can have paid it, so it is over at once. */
static void
test_collect_lost (F            *f,
                   gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_silence (f, "ORDER", FALSE);
  item = collect (f, WECHAT);
  desk_fixture_pass (f, 15000);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_NEVER_SHOWN);
}

/* Not paid in time: asked a last time, closed, asked once more. */
static void
test_collect_expires (F            *f,
                      gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "ORDER", "wait not-scanned text=weixin://1");
  item = collect (f, WECHAT);
  for (guint i = 0; i < 60; i++)
    desk_fixture_answer (f, "QUERY", "wait not-scanned");
  desk_fixture_answer (f, "CLOSE", "close-done");
  desk_fixture_answer (f, "QUERY", "closed");
  desk_fixture_pass (f, 121000);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_EXPIRED);
}

/* The payment won the race against the close: the last query finds it. */
static void
test_collect_close_race (F            *f,
                         gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "ORDER", "wait not-scanned text=weixin://1");
  item = collect (f, WECHAT);
  desk_fixture_answer (f, "CLOSE", "close-done");
  desk_fixture_answer (f, "QUERY", "paid");
  g_object_unref (till_desk_cancel (f->desk, till_sale_item_get_order (item), NULL));
  desk_fixture_pass (f, 1000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* Two codes of one sale: the first that is paid closes the other. */
static void
test_two_codes (F            *f,
                gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "ORDER", "wait not-scanned text=weixin://1");
  desk_fixture_answer (f, "ORDER", "wait not-scanned text=https://qr/2");
  item = collect (f, WECHAT | ALIPAY);
  g_assert_cmpuint (till_sale_item_get_sale (item)->payments->len, ==, 2);

  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_answer (f, "QUERY", "absent not-scanned");
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "absent");
  desk_fixture_pass (f, 5000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
  g_assert_cmpint (payment_at (item, 1)->state, ==, TILL_PAYMENT_FAILED);
  g_assert_cmpint (payment_at (item, 1)->reason, ==, TILL_REASON_OTHER_PAID);
  g_assert_false (till_sale_item_is_open (item));
}

/* Both were paid: the second is given back by itself. */
static void
test_two_codes_both_paid (F            *f,
                          gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "ORDER", "wait not-scanned text=weixin://1");
  desk_fixture_answer (f, "ORDER", "wait not-scanned text=https://qr/2");
  item = collect (f, WECHAT | ALIPAY);

  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_answer (f, "QUERY", "paid ref=second");
  desk_fixture_answer (f, "REFUND", "paid");
  desk_fixture_pass (f, 5000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
  g_assert_cmpint (payment_at (item, 1)->state, ==, TILL_PAYMENT_PAID_LATE);
  g_assert_cmpstr (payment_at (item, 2)->of, ==, payment_at (item, 1)->order);
  g_assert_cmpint (payment_at (item, 2)->state, ==, TILL_PAYMENT_PAID);
  g_assert_cmpint (till_sale_item_get_sale (item)->refunded_fen, ==, 1250);
  g_assert_false (till_sale_item_is_open (item));
}

/* What came late goes back as soon as there is money for it, under the refund's first number. */
static void
test_give_back_again (F            *f,
                      gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) asked = NULL;

  desk_fixture_answer (f, "CHARGE", "refused code-expired");
  item = charge (f);
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_answer (f, "REFUND", "refused merchant-balance");
  asked = till_desk_query (f->desk, till_sale_item_get_order (item), NULL);
  desk_fixture_pass (f, 1000);
  g_assert_cmpint (payment_at (asked, 1)->state, ==, TILL_PAYMENT_FAILED);
  g_assert_true (till_sale_item_is_open (asked));

  desk_fixture_answer (f, "REFUND", "refused merchant-balance");
  desk_fixture_pass (f, 5 * 60 * 1000);
  desk_fixture_answer (f, "REFUND", "paid");
  desk_fixture_pass (f, 5 * 60 * 1000);
  g_assert_cmpint (payment_at (asked, 1)->state, ==, TILL_PAYMENT_PAID);
  g_assert_cmpuint (till_sale_item_get_sale (asked)->payments->len, ==, 2);
  g_assert_false (till_sale_item_is_open (asked));
}

/* Paid after it was given up and failed: given back by itself. */
static void
test_paid_after_failed (F            *f,
                        gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) asked = NULL;

  desk_fixture_answer (f, "CHARGE", "refused code-expired");
  item = charge (f);
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_answer (f, "REFUND", "paid");
  asked = till_desk_query (f->desk, till_sale_item_get_order (item), NULL);
  desk_fixture_pass (f, 1000);
  assert_is (asked, TILL_PAYMENT_PAID_LATE, TILL_REASON_PAID_LATE);
  g_assert_cmpint (till_sale_item_get_sale (asked)->refunded_fen, ==, 1250);
  g_assert_false (till_sale_item_is_open (asked));
}

/* Refunds. */

static TillSaleItem *
paid_sale (F *f)
{
  desk_fixture_answer (f, "CHARGE", "paid ref=42");

  return charge (f);
}

static TillSaleItem *
refund (F            *f,
        TillSaleItem *item,
        gint64        amount_fen,
        GError      **error)
{
  TillSaleItem *same =
    till_desk_refund (f->desk, till_sale_item_get_order (item), amount_fen, NULL, error);

  desk_fixture_settle ();

  return same;
}

/* In parts, never more than is left. */
static void
test_refund_parts (F            *f,
                   gconstpointer data)
{
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillSaleItem) first = NULL;
  g_autoptr (TillSaleItem) second = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (f, "REFUND", "paid");
  first = refund (f, item, 1000, &error);
  g_assert_no_error (error);
  g_assert_cmpint (till_sale_item_get_sale (first)->refunded_fen, ==, 1000);

  g_assert_null (refund (f, item, 251, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_TOO_MUCH);
  g_clear_error (&error);

  desk_fixture_answer (f, "REFUND", "paid");
  second = refund (f, item, 0, &error);
  g_assert_cmpint (till_sale_item_get_sale (second)->refunded_fen, ==, 1250);
  g_assert_null (refund (f, item, 0, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_ALL_GIVEN_BACK);
}

/* A lost refund is asked about; one that the wallet does not know goes out again under its
 * number. */
static void
test_refund_lost (F            *f,
                  gconstpointer data)
{
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillSaleItem) given = NULL;
  g_autofree char *first = NULL;

  desk_fixture_silence (f, "REFUND", FALSE);
  given = refund (f, item, 0, NULL);
  desk_fixture_pass (f, 15000);
  first = g_strdup (payment_at (given, 1)->order);

  desk_fixture_answer (f, "ASK-REFUND", "absent");
  desk_fixture_answer (f, "REFUND", "paid");
  desk_fixture_pass (f, 5000);
  g_assert_cmpuint (till_sale_item_get_sale (given)->payments->len, ==, 2);
  g_assert_cmpint (payment_at (given, 1)->state, ==, TILL_PAYMENT_PAID);
  g_assert_cmpuint (payment_at (given, 1)->n_sent, ==, 2);
  g_assert_true (till_fake_http_body_contains (f->http,
                                               till_fake_http_get_n_requests (f->http) - 1, first));
}

/* The first sending may still arrive: one that did not leave, or was refused, proves nothing. */
static void
test_refund_lost_then_failed (F            *f,
                              gconstpointer data)
{
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillSaleItem) given = NULL;

  desk_fixture_silence (f, "REFUND", FALSE);
  given = refund (f, item, 0, NULL);
  desk_fixture_answer (f, "ASK-REFUND", "absent");
  desk_fixture_silence (f, "REFUND", TRUE);
  desk_fixture_pass (f, 16000);
  g_assert_cmpint (payment_at (given, 1)->state, ==, TILL_PAYMENT_UNSURE);

  desk_fixture_answer (f, "ASK-REFUND", "absent");
  desk_fixture_answer (f, "REFUND", "refused merchant-balance");
  desk_fixture_pass (f, 5000);
  g_assert_cmpint (payment_at (given, 1)->state, ==, TILL_PAYMENT_UNSURE);

  desk_fixture_answer (f, "ASK-REFUND", "paid");
  desk_fixture_pass (f, 30000);
  g_assert_cmpint (payment_at (given, 1)->state, ==, TILL_PAYMENT_PAID);
  g_assert_cmpuint (till_sale_item_get_sale (given)->payments->len, ==, 2);
}

/* While a refund is under way, its money is not given back a second time. */
static void
test_refund_under_way (F            *f,
                       gconstpointer data)
{
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillSaleItem) given = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (f, "REFUND", "wait processing");
  given = refund (f, item, 1000, NULL);
  g_assert_null (refund (f, item, 1000, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_TOO_MUCH);
  desk_fixture_answer (f, "ASK-REFUND", "paid");
  desk_fixture_pass (f, 60000);
  g_assert_cmpint (till_sale_item_get_sale (given)->refunded_fen, ==, 1000);
}

/* The key was hit twice: the second finds nothing left, though the first is not written yet. */
static void
test_refund_twice (F            *f,
                   gconstpointer data)
{
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillSaleItem) given = NULL;
  g_autoptr (GError) error = NULL;
  const char *order = till_sale_item_get_order (item);

  desk_fixture_answer (f, "REFUND", "paid");
  given = till_desk_refund (f->desk, order, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (till_desk_refund (f->desk, order, 0, NULL, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_ALL_GIVEN_BACK);
  desk_fixture_settle ();
  g_assert_cmpint (till_sale_item_get_sale (given)->refunded_fen, ==, 1250);
}

/* Refused for want of money: tried again under the same number. */
static void
test_refund_again (F            *f,
                   gconstpointer data)
{
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillSaleItem) poor = NULL;
  g_autoptr (TillSaleItem) rich = NULL;

  desk_fixture_answer (f, "REFUND", "refused merchant-balance");
  poor = refund (f, item, 0, NULL);
  g_assert_cmpint (payment_at (poor, 1)->state, ==, TILL_PAYMENT_FAILED);
  desk_fixture_answer (f, "REFUND", "paid");
  rich = refund (f, item, 0, NULL);
  g_assert_cmpuint (till_sale_item_get_sale (rich)->payments->len, ==, 2);
  g_assert_cmpint (payment_at (rich, 1)->state, ==, TILL_PAYMENT_PAID);
}

static void
test_refund_of_nothing (F            *f,
                        gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (f, "CHARGE", "refused balance");
  item = charge (f);
  g_assert_null (refund (f, item, 0, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_NOT_PAID);
}

/* Start. */

/* Killed between the asking and the answer: asked about, not charged again. */
static void
test_resume_asks (F            *f,
                  gconstpointer data)
{
  g_autoptr (TillSaleItem) lost = NULL;
  g_autoptr (TillSaleItem) item = NULL;
  g_autofree char *order = NULL;

  desk_fixture_late (f, "CHARGE", "paid", 9000);
  lost = charge (f);
  order = g_strdup (till_sale_item_get_order (lost));
  desk_fixture_pass (f, 1000);
  desk_fixture_restart (f);

  desk_fixture_answer (f, "QUERY", "paid");
  g_assert_true (till_desk_resume (f->desk, NULL));
  desk_fixture_pass (f, 1000);
  item = till_desk_find (f->desk, order, NULL);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* The same after a night, never booked: a last query, then a reversal that is not sent early
 * even though the wall clock says that fifteen seconds are long over. */
static void
test_resume_after_a_night (F            *f,
                           gconstpointer data)
{
  g_autoptr (TillSaleItem) lost = NULL;
  TillSaleItem *item;

  desk_fixture_late (f, "CHARGE", "paid", 9000);
  lost = charge (f);
  desk_fixture_restart (f);
  till_fake_clock_set_now (f->clock, TILL_FAKE_CLOCK_START_US + 10 * G_TIME_SPAN_HOUR);

  desk_fixture_answer (f, "QUERY", "absent no-answer");
  g_assert_true (till_desk_resume (f->desk, NULL));
  desk_fixture_pass (f, 14000);
  item = g_list_model_get_item (till_desk_get_open (f->desk), 0);
  assert_is (item, TILL_PAYMENT_CLOSING, TILL_REASON_ENDING);

  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "absent");
  desk_fixture_pass (f, 2000);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_NEVER_BOOKED);
  for (guint i = 0; i < 7; i++)
    desk_fixture_answer (f, "QUERY", "absent");
  desk_fixture_pass (f, 300000);
  g_assert_false (till_sale_item_get_sale (item)->is_watched);
  g_object_unref (item);
}

/* The wall clock went wrong by four minutes when it was asked, and was set right before the till
 * started again: what is on its way has only just left, and is watched for its whole time. */
static void
test_resume_after_wrong_clock (F            *f,
                               gconstpointer data)
{
  g_autoptr (TillSaleItem) lost = NULL;
  g_autoptr (TillSaleItem) item = NULL;

  till_fake_clock_set_now (f->clock, TILL_FAKE_CLOCK_START_US - 4 * G_TIME_SPAN_MINUTE);
  desk_fixture_late (f, "CHARGE", "paid", 9000);
  lost = charge (f);
  desk_fixture_restart (f);
  till_fake_clock_set_now (f->clock, TILL_FAKE_CLOCK_START_US);

  desk_fixture_answer (f, "QUERY", "absent no-answer");
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "absent");
  for (guint i = 0; i < 4; i++)
    desk_fixture_answer (f, "QUERY", "absent");
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_answer (f, "REFUND", "paid");
  g_assert_true (till_desk_resume (f->desk, NULL));
  desk_fixture_pass (f, 200000);
  item = till_desk_find (f->desk, till_sale_item_get_order (lost), NULL);
  assert_is (item, TILL_PAYMENT_PAID_LATE, TILL_REASON_PAID_LATE);
  g_assert_false (till_sale_item_is_open (item));
}

/* A late payment whose refund was never sent is given back at start. */
static void
test_resume_gives_back (F            *f,
                        gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) asked = NULL;
  g_autoptr (TillSaleItem) after = NULL;

  desk_fixture_answer (f, "CHARGE", "refused balance");
  item = charge (f);
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_silence (f, "REFUND", TRUE);
  asked = till_desk_query (f->desk, till_sale_item_get_order (item), NULL);
  desk_fixture_pass (f, 100);
  g_assert_true (till_sale_item_is_open (asked));

  desk_fixture_restart (f);
  desk_fixture_answer (f, "REFUND", "paid");
  g_assert_true (till_desk_resume (f->desk, NULL));
  desk_fixture_pass (f, 100);
  after = till_desk_find (f->desk, till_sale_item_get_order (item), NULL);
  g_assert_cmpint (till_sale_item_get_sale (after)->refunded_fen, ==, 1250);
  g_assert_false (till_sale_item_is_open (after));
}

/* A code that was to be closed when the program ended, and was paid: to close it takes no money
 * back, so "paid" is believed at once. */
static void
test_resume_paid_code (F            *f,
                       gconstpointer data)
{
  g_autoptr (TillSaleItem) lost = NULL;
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "ORDER", "wait not-scanned text=weixin://1");
  lost = collect (f, WECHAT);
  desk_fixture_late (f, "CLOSE", "close-refused paid-no-cancel", 9000);
  g_object_unref (till_desk_cancel (f->desk, till_sale_item_get_order (lost), NULL));
  desk_fixture_pass (f, 1000);
  desk_fixture_restart (f);

  desk_fixture_answer (f, "CLOSE", "close-refused paid-no-cancel");
  desk_fixture_answer (f, "QUERY", "paid");
  g_assert_true (till_desk_resume (f->desk, NULL));
  desk_fixture_pass (f, 1000);
  item = till_desk_find (f->desk, till_sale_item_get_order (lost), NULL);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

static void
wrote_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  F *f = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillRow) row = till_journal_append_finish (f->shop->journal, result, &error);

  g_assert_no_error (error);
}

/* The power went when the payment was written, and before it was written that the other code is to
 * be closed: that is done at start, not when the code's time is over. */
static void
test_resume_two_codes (F            *f,
                       gconstpointer data)
{
  g_autoptr (TillSaleItem) lost = NULL;
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillRow) row = till_row_new ();
  const TillSale *sale;

  desk_fixture_answer (f, "ORDER", "wait not-scanned text=weixin://1");
  desk_fixture_answer (f, "ORDER", "wait not-scanned text=https://qr/2");
  lost = collect (f, WECHAT | ALIPAY);
  sale = till_sale_item_get_sale (lost);
  desk_fixture_restart (f);
  row->sale = g_strdup (sale->order);
  row->payment = g_strdup (sale->order);
  row->before_seq = sale->last_seq;
  row->event = TILL_EVENT_PAID;
  row->state = TILL_PAYMENT_PAID;
  row->at_us = row->paid_us = TILL_FAKE_CLOCK_START_US;
  row->day = sale->day;
  row->hour = 10;
  till_journal_append_async (f->shop->journal, row, wrote_cb, f);
  desk_fixture_settle ();

  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "absent");
  g_assert_true (till_desk_resume (f->desk, NULL));
  desk_fixture_pass (f, 1000);
  item = till_desk_find (f->desk, sale->order, NULL);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
  g_assert_cmpint (payment_at (item, 1)->state, ==, TILL_PAYMENT_FAILED);
  g_assert_cmpint (payment_at (item, 1)->reason, ==, TILL_REASON_OTHER_PAID);
}

/* Keys. */

/* An answer that is signed with an unknown key: the keys are fetched once, and it is believed. */
static void
test_keys_are_fetched (F            *f,
                       gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "sealed:paid");
  desk_fixture_answer (f, "KEYS", "");
  item = charge (f);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* The keys cannot be had: one try an answer, and the answer stays without trust. */
static void
test_keys_are_not_to_be_had (F            *f,
                             gconstpointer data)
{
  const TillFakeExchange none = { .body = "KEYS", .status = 404 };
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "sealed:paid");
  till_fake_http_expect (f->http, &none);
  g_test_expect_message ("till", G_LOG_LEVEL_MESSAGE, "*no keys*");
  item = charge (f);
  g_test_assert_expected_messages ();
  assert_is (item, TILL_PAYMENT_UNSURE, TILL_REASON_UNKNOWN_KEY);

  desk_fixture_answer (f, "QUERY", "sealed:paid");
  desk_fixture_answer (f, "KEYS", "");
  desk_fixture_pass (f, 5000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* A till that runs all day fetches keys at start and before they can change. */
static void
test_keys_stay_fresh (F            *f,
                      gconstpointer data)
{
  desk_fixture_answer (f, "KEYS", "");
  till_desk_keep_fresh (f->desk);
  desk_fixture_pass (f, 11 * 60 * 60 * 1000 - 1);
  desk_fixture_answer (f, "KEYS", "");
  desk_fixture_pass (f, 1);
}

/* What is refused before anything is written. */

static void
test_refusals (F            *f,
               gconstpointer data)
{
  static const struct {
    gint64      fen;
    const char *code;
    const char *acquirer;
    TillReason  reason;
  } cases[] = {
    { 1250, "weixin://wxpay/bizpayurl?pr=1", NULL, TILL_REASON_SHOP_CODE },
    { 1250, "6901234567892", NULL, TILL_REASON_GOODS_CODE },
    { 1250, "6212345678901234567", NULL, TILL_REASON_BRAND_NOT_TAKEN },
    { 1250, "hello", NULL, TILL_REASON_UNKNOWN_CODE },
    { 1250, "", NULL, TILL_REASON_UNKNOWN_CODE },
    { 1250, "110101199003072316", NULL, TILL_REASON_IDENTITY_CODE },
    { 1250, WECHAT_CODE, "nobody", TILL_REASON_NO_ACQUIRER },
    { 1250, WECHAT_CODE, "alipay", TILL_REASON_BRAND_NOT_TAKEN },
    { 5000001, WECHAT_CODE, NULL, TILL_REASON_MERCHANT_LIMIT },
    { 0, WECHAT_CODE, NULL, TILL_REASON_AMOUNT },
    { -1, WECHAT_CODE, NULL, TILL_REASON_AMOUNT },
  };
  const TillSaleFilter any = { 0 };
  guint n_asked = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (till_desk_charge (f->desk, cases[i].fen, cases[i].code, cases[i].acquirer, NULL,
                                     &error));
    g_assert_error (error, TILL_REFUSAL, (int) cases[i].reason);
    g_assert_cmpstr (error->message, !=, "");
  }

  g_assert_true (till_books_each_sale (f->desk, &any, count_asked, &n_asked, NULL));
  g_assert_cmpuint (n_asked, ==, 0);
}

/* One code is charged once at a time, also when it is seen in fifty frames. */
static void
test_same_code_again (F            *f,
                      gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_late (f, "CHARGE", "paid", 1000);
  item = charge (f);
  for (guint i = 0; i < 50; i++) {
    g_assert_null (till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, &error));
    g_assert_error (error, TILL_REFUSAL, TILL_REASON_CODE_BUSY);
    g_clear_error (&error);
  }
  desk_fixture_pass (f, 1000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* The caller's own number: the first one's outcome, or a refusal; nothing is sent either way. */
static void
test_number_again (F            *f,
                   gconstpointer data)
{
  const TillTicket ticket = { .order = "TESTORDER00000000001" };
  const TillTicket bad = { .order = "short" };
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) again = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (f, "CHARGE TESTORDER00000000001 1250", "paid");
  item = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, &ticket, &error);
  desk_fixture_settle ();
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);

  again = till_desk_charge (f->desk, 1250, ALIPAY_CODE, NULL, &ticket, &error);
  g_assert_no_error (error);
  assert_is (again, TILL_PAYMENT_PAID, TILL_REASON_NONE);
  g_assert_null (till_desk_charge (f->desk, 1251, WECHAT_CODE, NULL, &ticket, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_DUPLICATE);
  g_clear_error (&error);
  g_assert_null (till_desk_collect (f->desk, 1250, WECHAT, 120000, &ticket, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_DUPLICATE);
  g_clear_error (&error);
  g_assert_null (till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, &bad, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_NUMBER);
}

/* Another program cancelled the sale meanwhile: this one reads what was written and goes on from
 * there. */
static void
test_other_program (F            *f,
                    gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) theirs = NULL;
  g_autoptr (TillDesk) other = NULL;
  TillShop *shop;

  desk_fixture_answer (f, "CHARGE", "wait payer");
  item = charge (f);

  shop = till_shop_open (f->dir, &f->ports, TILL_JOURNAL_INLINE, NULL);
  g_ptr_array_set_free_func (shop->merchants, NULL);
  g_ptr_array_add (shop->merchants, g_ptr_array_index (f->shop->merchants, 0));
  other = till_desk_new (shop);
  theirs = till_desk_cancel (other, till_sale_item_get_order (item), NULL);
  desk_fixture_settle ();
  assert_is (theirs, TILL_PAYMENT_CLOSING, TILL_REASON_ENDING);
  till_desk_close (other);

  desk_fixture_answer (f, "QUERY", "closed");
  desk_fixture_pass (f, 5000);
  assert_is (item, TILL_PAYMENT_CLOSING, TILL_REASON_ENDING);
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "closed");
  desk_fixture_pass (f, 20000);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_CANCELLED);
}

/* The proof has a line for each row, in order. */
static void
test_story (F            *f,
            gconstpointer data)
{
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillSaleItem) given = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (f, "REFUND", "paid");
  given = refund (f, item, 250, NULL);
  lines = till_books_story (f->desk, till_sale_item_get_order (item), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lines->len, ==, 4);
  g_assert_nonnull (strstr (((TillStoryLine *) g_ptr_array_index (lines, 0))->text, "¥12.50"));
  g_assert_nonnull (strstr (((TillStoryLine *) g_ptr_array_index (lines, 2))->text, "¥2.50"));
  g_assert_null (till_books_story (f->desk, "261122AAAAAAAAAAAAAA", &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_NO_SALE);
}

#define ADD(path, func) g_test_add ("/desk/" path, F, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("charge/paid", test_charge_paid);
  ADD ("charge/written-first", test_written_first);
  ADD ("charge/refused", test_charge_refused);
  ADD ("charge/waits", test_charge_waits);
  ADD ("charge/accepted", test_charge_accepted);
  ADD ("charge/unsent", test_charge_unsent);
  ADD ("charge/lost-then-paid", test_charge_lost_then_paid);
  ADD ("charge/given-up", test_charge_given_up);
  ADD ("charge/booked-late", test_charge_booked_late);
  ADD ("charge/watch-outlives-the-program", test_watch_outlives_the_program);
  ADD ("charge/payer-walks-away", test_payer_walks_away);
  ADD ("charge/wall-clock-jumps", test_wall_clock_jumps);
  ADD ("cancel/waits-for-the-rules", test_cancel_waits_for_the_rules);
  ADD ("cancel/counts-from-the-answer", test_cancel_counts_from_the_answer);
  ADD ("cancel/loses-the-race", test_cancel_loses_the_race);
  ADD ("cancel/reverse-refused", test_reverse_refused);
  ADD ("cancel/while-asking", test_cancel_while_asking);
  ADD ("cancel/query-lags", test_query_lags_behind_reversal);
  ADD ("cancel/paid", test_cancel_paid);
  ADD ("collect/paid", test_collect_paid);
  ADD ("collect/lost", test_collect_lost);
  ADD ("collect/expires", test_collect_expires);
  ADD ("collect/close-race", test_collect_close_race);
  ADD ("collect/two-codes", test_two_codes);
  ADD ("collect/two-codes-both-paid", test_two_codes_both_paid);
  ADD ("late/paid-after-failed", test_paid_after_failed);
  ADD ("late/give-back-again", test_give_back_again);
  ADD ("refund/parts", test_refund_parts);
  ADD ("refund/lost", test_refund_lost);
  ADD ("refund/lost-then-failed", test_refund_lost_then_failed);
  ADD ("refund/under-way", test_refund_under_way);
  ADD ("refund/twice", test_refund_twice);
  ADD ("refund/again", test_refund_again);
  ADD ("refund/of-nothing", test_refund_of_nothing);
  ADD ("resume/asks", test_resume_asks);
  ADD ("resume/after-a-night", test_resume_after_a_night);
  ADD ("resume/after-wrong-clock", test_resume_after_wrong_clock);
  ADD ("resume/gives-back", test_resume_gives_back);
  ADD ("resume/paid-code", test_resume_paid_code);
  ADD ("resume/two-codes", test_resume_two_codes);
  ADD ("keys/fetched", test_keys_are_fetched);
  ADD ("keys/not-to-be-had", test_keys_are_not_to_be_had);
  ADD ("keys/stay-fresh", test_keys_stay_fresh);
  ADD ("refusals", test_refusals);
  ADD ("same-code-again", test_same_code_again);
  ADD ("number-again", test_number_again);
  ADD ("other-program", test_other_program);
  ADD ("story", test_story);

  return g_test_run ();
}
