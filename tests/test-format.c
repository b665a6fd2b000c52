/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/format.h"

#include <string.h>

#include "app/outcome.h"

#define SECOND_US G_GINT64_CONSTANT (1000000)
#define MINUTE_US (60 * SECOND_US)
#define NOW_US G_GINT64_CONSTANT (1795312800000000)   /* 2026-11-22 10:00 in Shanghai */

/* A paid sale looks by what was given back of it; any other by its state, and none of them alike a
 * paid one. */
static void
test_look (void)
{
  static const struct {
    TillPaymentState state;
    gint64           refunded_fen;
    gint64           refunding_fen;
    const char      *word;
    const char      *style;
  } cases[] = {
    { TILL_PAYMENT_PAID, 0, 0, "Paid", "paid" },
    { TILL_PAYMENT_PAID, 0, 500, "Being given back", "asking" },
    { TILL_PAYMENT_PAID, 500, 100, "Being given back", "asking" },
    { TILL_PAYMENT_PAID, 500, 0, "Partly given back", "paid" },
    { TILL_PAYMENT_PAID, 1250, 0, "Given back", "unpaid" },
    { TILL_PAYMENT_NEW, 0, 0, "Being asked", "asking" },
    { TILL_PAYMENT_ASKED, 0, 0, "Being asked", "asking" },
    { TILL_PAYMENT_WAITING, 0, 0, "Waiting for the customer", "asking" },
    { TILL_PAYMENT_UNSURE, 0, 0, "Being asked", "asking" },
    { TILL_PAYMENT_CLOSING, 0, 0, "Being cancelled", "asking" },
    { TILL_PAYMENT_CLOSED_ONCE, 0, 0, "Being cancelled", "asking" },
    { TILL_PAYMENT_REVERSED, 0, 0, "Being cancelled", "asking" },
    { TILL_PAYMENT_REVERSING, 0, 0, "Being cancelled", "asking" },
    { TILL_PAYMENT_FAILED, 0, 0, "Not paid", "unpaid" },
    { TILL_PAYMENT_PAID_LATE, 0, 0, "Paid too late", "late" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const TillSale sale = {
      .amount_fen = 1250,
      .state = cases[i].state,
      .refunded_fen = cases[i].refunded_fen,
      .refunding_fen = cases[i].refunding_fen,
    };
    const TillLook *look = till_format_look (&sale);

    g_assert_cmpstr (till_format_word (look), ==, cases[i].word);
    g_assert_cmpstr (look->style, ==, cases[i].style);
    g_assert_cmpint (g_str_has_suffix (look->icon, "-symbolic"), ==, TRUE);
  }
}

/* Only a payment that the journal has as paid is shown as paid. */
static void
test_outcome (void)
{
  static const TillOutcome outcomes[TILL_PAYMENT_N_STATES] = {
    [TILL_PAYMENT_NEW]         = TILL_OUTCOME_ASKING,
    [TILL_PAYMENT_ASKED]       = TILL_OUTCOME_ASKING,
    [TILL_PAYMENT_WAITING]     = TILL_OUTCOME_ASKING,
    [TILL_PAYMENT_UNSURE]      = TILL_OUTCOME_ASKING,
    [TILL_PAYMENT_CLOSING]     = TILL_OUTCOME_ASKING,
    [TILL_PAYMENT_CLOSED_ONCE] = TILL_OUTCOME_ASKING,
    [TILL_PAYMENT_REVERSED]    = TILL_OUTCOME_ASKING,
    [TILL_PAYMENT_REVERSING]   = TILL_OUTCOME_ASKING,
    [TILL_PAYMENT_PAID]        = TILL_OUTCOME_PAID,
    [TILL_PAYMENT_FAILED]      = TILL_OUTCOME_UNPAID,
    [TILL_PAYMENT_PAID_LATE]   = TILL_OUTCOME_LATE,
  };

  for (guint state = 0; state < TILL_PAYMENT_N_STATES; state++) {
    TillSale *sale = till_sale_new ();
    g_autoptr (TillSaleItem) item = NULL;
    g_autoptr (GError) fault = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_NOSPC, "disk full");

    sale->state = (TillPaymentState) state;
    sale->order = g_strdup ("TILL0000000000000001");
    item = till_sale_item_new (sale);
    g_assert_cmpint (till_outcome_of (item), ==, outcomes[state]);

    /* A fault later on changes nothing about the money. */
    till_sale_item_set_fault (item, fault);
    g_assert_cmpint (till_outcome_of (item), ==, outcomes[state]);
  }
}

/* A sale whose first row could not be written was not charged; without a fault it is on its way. */
static void
test_unasked (void)
{
  g_autoptr (TillSaleItem) item = till_sale_item_new (till_sale_new ());
  g_autoptr (GError) fault = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_NOSPC, "disk full");

  g_assert_cmpint (till_outcome_of (item), ==, TILL_OUTCOME_ASKING);
  till_sale_item_set_fault (item, fault);
  g_assert_cmpint (till_outcome_of (item), ==, TILL_OUTCOME_UNASKED);
}

static void
test_skew (void)
{
  static const struct {
    gint64      skew_us;
    const char *says;
  } cases[] = {
    { 6 * MINUTE_US, "6 minutes slow" },
    { -6 * MINUTE_US, "6 minutes fast" },
    { MINUTE_US, "1 minute slow" },
    { -MINUTE_US, "1 minute fast" },
    { 6 * MINUTE_US + 29 * SECOND_US, "6 minutes slow" },
    { 6 * MINUTE_US + 31 * SECOND_US, "7 minutes slow" },
    { 365 * 24 * 60 * MINUTE_US, "525600 minutes slow" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = till_format_skew (cases[i].skew_us);

    g_assert_nonnull (g_strstr_len (text, -1, cases[i].says));
  }
}

/* Countdowns never show less time than there is, and never a negative one. */
static void
test_time (void)
{
  static const struct {
    gint64      left_us;
    const char *span;
    const char *next;
  } cases[] = {
    { 299 * SECOND_US, "4:59", "Asking WeChat Pay again in 299 s" },
    { 60 * SECOND_US, "1:00", "Asking WeChat Pay again in 60 s" },
    { SECOND_US, "0:01", "Asking WeChat Pay again in 1 s" },
    { 1, "0:01", "Asking WeChat Pay again in 1 s" },
    { 0, "0:00", "Asking WeChat Pay now…" },
    { -1, "0:00", "Asking WeChat Pay now…" },
    { -299 * SECOND_US, "0:00", "Asking WeChat Pay now…" },
  };
  g_autofree char *now = till_format_asking_next (TILL_PAYMENT_UNSURE, TILL_BRAND_NONE, 0, NOW_US);
  g_autofree char *closing =
    till_format_asking_next (TILL_PAYMENT_CLOSING, TILL_BRAND_ALIPAY, NOW_US + 9 * SECOND_US,
                             NOW_US);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *span = till_format_span (NOW_US + cases[i].left_us, NOW_US);
    g_autofree char *next =
      till_format_asking_next (TILL_PAYMENT_WAITING, TILL_BRAND_WECHAT, NOW_US + cases[i].left_us,
                               NOW_US);

    g_assert_cmpstr (span, ==, cases[i].span);
    g_assert_cmpstr (next, ==, cases[i].next);
  }
  g_assert_cmpstr (now, ==, "Asking the wallet now…");
  g_assert_cmpstr (closing, ==, "Alipay is told to cancel in 9 s");
}

/* Each trouble says who must do what; what is the wallet's own business is none. */
static void
test_trouble (void)
{
  static const struct {
    TillReason  reason;
    const char *says;   /* NULL: nothing */
  } cases[] = {
    { TILL_REASON_NO_NETWORK, "Check the cable" },
    { TILL_REASON_NO_ANSWER, "Check the network" },
    { TILL_REASON_UNTRUSTED_SERVER, "login page" },
    { TILL_REASON_BAD_ANSWER, "login page" },
    { TILL_REASON_UNSIGNED, "proxy" },
    { TILL_REASON_NONE, NULL },
    { TILL_REASON_BALANCE, NULL },
    { TILL_REASON_BUSY, NULL },
  };
  g_autofree char *none = till_format_fault (NULL);
  g_autofree char *full = till_format_fault ("disk is full");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *text = till_format_trouble (cases[i].reason);

    if (cases[i].says)
      g_assert_nonnull (strstr (text, cases[i].says));
    else
      g_assert_cmpstr (text, ==, "");
  }
  g_assert_cmpstr (none, ==, "");
  g_assert_nonnull (strstr (full, "disk is full"));
}

static void
add_refund (TillSale        *sale,
            TillPaymentState state,
            TillReason       reason,
            gint64           amount_fen)
{
  TillPayment *refund = g_new0 (TillPayment, 1);

  refund->kind = TILL_KIND_REFUND;
  refund->state = state;
  refund->reason = reason;
  refund->amount_fen = amount_fen;
  refund->changed_us = NOW_US;
  g_ptr_array_add (sale->payments, refund);
}

/* Each refund has its line, with what became of it. */
static void
test_refunds (void)
{
  g_autoptr (TillDay) day = till_day_new ("Asia/Shanghai", "04:00", NULL);
  g_autoptr (TillSale) sale = till_sale_new ();
  g_autofree char *none = till_format_refunds (sale, day);
  g_autofree char *lines = NULL;

  g_assert_cmpstr (none, ==, "");

  add_refund (sale, TILL_PAYMENT_PAID, TILL_REASON_NONE, 100);
  add_refund (sale, TILL_PAYMENT_WAITING, TILL_REASON_PROCESSING, 200);
  add_refund (sale, TILL_PAYMENT_FAILED, TILL_REASON_REFUND_REFUSED, 300);
  lines = till_format_refunds (sale, day);
  g_assert_cmpstr (lines, ==,
                   "¥1.00 given back at 10:00\n"
                   "¥2.00 is on its way back; the till keeps asking.\n"
                   "¥3.00 not given back. The wallet refused the refund. Give the money back "
                   "another way.");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/format/look", test_look);
  g_test_add_func ("/format/outcome", test_outcome);
  g_test_add_func ("/format/unasked", test_unasked);
  g_test_add_func ("/format/skew", test_skew);
  g_test_add_func ("/format/time", test_time);
  g_test_add_func ("/format/trouble", test_trouble);
  g_test_add_func ("/format/refunds", test_refunds);

  return g_test_run ();
}
