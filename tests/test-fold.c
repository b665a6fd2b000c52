/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/fold.h"

/* One row: what happens to payment 0 (the charge) or to a refund of it, 1 or 2, and what it adds to
 * the takings. The charge is of 1000 fen, the refunds are of 300. */
typedef struct {
  guint            payment;
  TillPaymentEvent event;
  gint64           fee_fen;
  TillTakings      adds;
} Step;

#define ADDS(n, gross, refunded, fee) { n, gross, refunded, fee }
#define NOTHING ADDS (0, 0, 0, 0)

static const char *const numbers[] = { "S1", "R1", "R2" };

static TillRow
make_row (const TillSale *sale,
          const Step     *step,
          gint64          seq)
{
  TillPayment *payment = till_sale_find_payment (sale, numbers[step->payment]);
  TillKind kind = step->payment == 0 ? TILL_KIND_CHARGE : TILL_KIND_REFUND;
  TillRow row = {
    .seq = seq, .at_us = seq, .day = 20270115, .hour = 9, .before_seq = sale->last_seq,
    .sale = (char *) numbers[0], .payment = (char *) numbers[step->payment],
    .event = step->event, .kind = kind, .fee_fen = step->fee_fen,
  };
  gboolean is_allowed = till_payment_step (kind, payment ? payment->state : TILL_PAYMENT_NEW,
                                           step->event, &row.state);

  g_assert_true (is_allowed);
  if (step->event == TILL_EVENT_ASK) {
    row.amount_fen = kind == TILL_KIND_REFUND ? 300 : 1000;
    row.currency = (char *) "CNY";
    row.acquirer = (char *) "wechat";
    row.clerk = (char *) (kind == TILL_KIND_REFUND ? "bo" : "ann");
    row.of = (char *) (kind == TILL_KIND_REFUND ? numbers[0] : NULL);
  } else if (step->payment == 0) {
    row.brand = TILL_BRAND_WECHAT;
  }

  return row;
}

/* Money is added when it moves and taken off when it moves back, with the fee that was added. */
static void
test_moves (void)
{
  static const Step cases[][7] = {
    { { 0, TILL_EVENT_ASK, 0, NOTHING },
      { 0, TILL_EVENT_WAIT, 4, NOTHING },
      { 0, TILL_EVENT_PAID, 4, ADDS (1, 1000, 0, 4) },
      { 0, TILL_EVENT_PAID, 9, NOTHING },
      { 0, TILL_EVENT_UNDO, 0, ADDS (-1, -1000, 0, -4) } },
    { { 0, TILL_EVENT_ASK, 0, NOTHING },
      { 0, TILL_EVENT_PAID, 4, ADDS (1, 1000, 0, 4) },
      { 0, TILL_EVENT_UNDO, 7, ADDS (-1, -1000, 0, -4) },
      { 0, TILL_EVENT_PAID, 5, ADDS (1, 1000, 0, 5) },
      { 0, TILL_EVENT_UNDO, 0, ADDS (-1, -1000, 0, -5) },
      { 0, TILL_EVENT_REVERSE_DONE, 0, NOTHING },
      { 0, TILL_EVENT_CLOSED, 0, NOTHING } },
    { { 0, TILL_EVENT_ASK, 0, NOTHING },
      { 0, TILL_EVENT_REFUSED, 0, NOTHING },
      { 0, TILL_EVENT_PAID, 4, ADDS (1, 1000, 0, 4) },
      { 1, TILL_EVENT_ASK, 0, NOTHING },
      { 1, TILL_EVENT_LOST, 0, NOTHING },
      { 1, TILL_EVENT_PAID, 0, ADDS (0, 0, 300, 0) } },
    { { 0, TILL_EVENT_ASK, 0, NOTHING },
      { 0, TILL_EVENT_PAID, 4, ADDS (1, 1000, 0, 4) },
      { 1, TILL_EVENT_ASK, 0, NOTHING },
      { 1, TILL_EVENT_REFUSED, 0, NOTHING },
      { 2, TILL_EVENT_ASK, 0, NOTHING },
      { 2, TILL_EVENT_PAID, 3, ADDS (0, 0, 300, 0) },
      { 2, TILL_EVENT_PAID, 0, NOTHING } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillFold) fold = till_fold_new ();

    for (guint j = 0; j < G_N_ELEMENTS (cases[i]) && (j == 0 || cases[i][j].event); j++) {
      const Step *step = &cases[i][j];
      TillRow row = make_row (fold->sale, step, 10 * i + j + 1);
      g_autoptr (GError) error = NULL;
      TillMove move;

      till_fold_apply (fold, &row, &move, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (&move.takings, sizeof move.takings, &step->adds, sizeof step->adds);
    }
    g_assert_cmpint (fold->id, ==, 10 * i + 1);
  }
}

/* A refund counts under the wallet and the acquirer of what it gives back, and for its own
 * clerk. */
static void
test_keys (void)
{
  static const Step steps[] = {
    { 0, TILL_EVENT_ASK, 0, NOTHING },
    { 0, TILL_EVENT_PAID, 0, NOTHING },
    { 1, TILL_EVENT_ASK, 0, NOTHING },
    { 1, TILL_EVENT_PAID, 0, NOTHING },
  };
  g_autoptr (TillFold) fold = till_fold_new ();
  TillMove move;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    TillRow row = make_row (fold->sale, &steps[i], i + 1);

    g_assert_true (till_fold_apply (fold, &row, &move, NULL));
    if (i == 1)
      g_assert_cmpstr (move.clerk, ==, "ann");
  }

  g_assert_cmpint (move.brand, ==, TILL_BRAND_WECHAT);
  g_assert_cmpstr (move.acquirer, ==, "wechat");
  g_assert_cmpstr (move.clerk, ==, "bo");
  g_assert_cmpint (move.day, ==, 20270115);
  g_assert_cmpint (move.hour, ==, 9);
}

/* A row that does not follow changes nothing. */
static void
test_refused (void)
{
  static const Step ask = { 0, TILL_EVENT_ASK, 0, NOTHING };
  static const Step paid = { 0, TILL_EVENT_PAID, 0, NOTHING };
  g_autoptr (TillFold) fold = till_fold_new ();
  TillRow first = make_row (fold->sale, &ask, 1), second;
  TillMove move;

  g_assert_true (till_fold_apply (fold, &first, &move, NULL));
  second = make_row (fold->sale, &paid, 2);
  second.before_seq = 0;
  g_assert_false (till_fold_apply (fold, &second, &move, NULL));
  second.before_seq = 1;
  second.state = TILL_PAYMENT_FAILED;
  g_assert_false (till_fold_apply (fold, &second, &move, NULL));
  g_assert_cmpint (fold->sale->last_seq, ==, 1);
  g_assert_cmpint (fold->changed_us, ==, 1);
  second.state = TILL_PAYMENT_PAID;
  g_assert_true (till_fold_apply (fold, &second, &move, NULL));
}

/* All numbers by which somebody may ask for the sale, in capitals. */
static void
test_numbers (void)
{
  static const Step steps[] = {
    { 0, TILL_EVENT_ASK, 0, NOTHING },
    { 0, TILL_EVENT_PAID, 0, NOTHING },
    { 1, TILL_EVENT_ASK, 0, NOTHING },
  };
  g_autoptr (TillFold) fold = till_fold_new ();
  g_autofree char *text = NULL;
  TillMove move;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    TillRow row = make_row (fold->sale, &steps[i], i + 1);

    row.acquirer_ref = (char *) (i == 1 ? "42aZ_é" : NULL);
    g_assert_true (till_fold_apply (fold, &row, &move, NULL));
  }
  text = till_fold_numbers (fold);
  g_assert_cmpstr (text, ==, "S1 42AZ_é R1");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fold/moves", test_moves);
  g_test_add_func ("/fold/keys", test_keys);
  g_test_add_func ("/fold/refused", test_refused);
  g_test_add_func ("/fold/numbers", test_numbers);

  return g_test_run ();
}
