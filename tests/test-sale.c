/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/sale.h"

#include "core/ledger.h"

/* A row as the journal would hand it out. */
typedef struct {
  const char       *payment;
  TillPaymentEvent  event;
  TillPaymentState  state;
  TillReason        reason;
  TillKind          kind;
  gint64            fen;
  const char       *of;
} Line;

static TillRow *
make_row (const Line *line,
          gint64      seq,
          gint64      before_seq)
{
  TillRow *row = till_row_new ();

  row->seq = seq;
  row->before_seq = before_seq;
  row->at_us = seq * 1000;
  row->day = 20261122;
  row->sale = g_strdup ("S");
  row->payment = g_strdup (line->payment);
  row->event = line->event;
  row->state = line->state;
  row->reason = line->reason;
  if (line->event == TILL_EVENT_ASK) {
    row->kind = line->kind;
    row->amount_fen = line->fen;
    row->currency = g_strdup ("CNY");
    row->acquirer = g_strdup ("wechat");
    row->of = g_strdup (line->of);
  }

  return row;
}

static TillSale *
fold (const Line *lines,
      guint       n_lines)
{
  TillSale *sale = till_sale_new ();

  for (guint i = 0; i < n_lines; i++) {
    g_autoptr (TillRow) row = make_row (&lines[i], 10 * (i + 1), 10 * i);
    g_autoptr (GError) error = NULL;

    till_sale_apply (sale, row, &error);
    g_assert_no_error (error);
  }

  return sale;
}

#define ASK(payment, kind, fen, of) \
  { payment, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 0, TILL_KIND_##kind, fen, of }
#define ROW(payment, event, state, reason) \
  { payment, TILL_EVENT_##event, TILL_PAYMENT_##state, TILL_REASON_##reason, 0, 0, NULL }

/* A paid sale, given back in parts: what is left goes down with what is asked, and up again when a
 * refund fails. */
static void
test_refundable (void)
{
  static const Line lines[] = {
    ASK ("S", CHARGE, 1000, NULL),
    ROW ("S", PAID, PAID, NONE),
    ASK ("R1", REFUND, 300, "S"),
    ROW ("R1", PAID, PAID, NONE),
    ASK ("R2", REFUND, 500, "S"),
    ROW ("R2", WAIT, WAITING, PROCESSING),
    ASK ("R3", REFUND, 200, "S"),
    ROW ("R3", REFUSED, FAILED, MERCHANT_BALANCE),
  };
  static const gint64 left_fen[] = { 0, 1000, 700, 700, 200, 200, 0, 200 };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (TillSale) sale = fold (lines, i + 1);

    g_assert_cmpint (till_sale_get_refundable (sale, "S"), ==, left_fen[i]);
    g_assert_cmpint (till_sale_get_refundable (sale, "R1"), ==, 0);
    g_assert_cmpint (till_sale_get_refundable (sale, "X"), ==, 0);
  }

  {
    g_autoptr (TillSale) sale = fold (lines, G_N_ELEMENTS (lines));

    g_assert_cmpint (sale->refunded_fen, ==, 300);
    g_assert_cmpint (sale->refunding_fen, ==, 500);
    g_assert_cmpint (sale->state, ==, TILL_PAYMENT_PAID);
    g_assert_true (sale->is_open);
  }
}

/* Of several payments the paid one speaks for the sale, else the one that is least settled. */
static void
test_who_speaks (void)
{
  static const Line lines[] = {
    ASK ("S", COLLECT, 1000, NULL),
    ASK ("T", COLLECT, 1000, NULL),
    ROW ("S", WAIT, WAITING, NOT_SCANNED),
    ROW ("T", REFUSED, FAILED, CONFIG),
    ROW ("S", PAID, PAID, NONE),
  };
  static const TillPaymentState states[] = {
    TILL_PAYMENT_ASKED, TILL_PAYMENT_ASKED, TILL_PAYMENT_WAITING, TILL_PAYMENT_WAITING,
    TILL_PAYMENT_PAID,
  };
  static const gboolean open[] = { TRUE, TRUE, TRUE, TRUE, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (TillSale) sale = fold (lines, i + 1);

    g_assert_cmpint (sale->state, ==, states[i]);
    g_assert_cmpint (sale->is_open, ==, open[i]);
    g_assert_cmpstr (sale->order, ==, "S");
    g_assert_cmpint (sale->amount_fen, ==, 1000);
  }
}

/* Money that came late keeps the sale open until it is given back whole. */
static void
test_paid_late (void)
{
  static const Line lines[] = {
    ASK ("S", CHARGE, 1000, NULL),
    ROW ("S", REFUSED, FAILED, CODE_EXPIRED),
    ROW ("S", PAID, PAID_LATE, PAID_LATE),
    ASK ("R", REFUND, 1000, "S"),
    ROW ("R", PAID, PAID, NONE),
  };
  static const gboolean open[] = { TRUE, FALSE, TRUE, TRUE, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (TillSale) sale = fold (lines, i + 1);

    g_assert_cmpint (sale->is_open, ==, open[i]);
  }
}

/* Why it is being closed is remembered, for the words at its end. */
static void
test_cause (void)
{
  static const Line cancelled[] = {
    ASK ("S", CHARGE, 1000, NULL), ROW ("S", WAIT, WAITING, PAYER),
    ROW ("S", CANCEL, CLOSING, ENDING), ROW ("S", REVERSE_DONE, REVERSED, ENDING),
  };
  static const Line expired[] = {
    ASK ("S", COLLECT, 1000, NULL), ROW ("S", WAIT, WAITING, NOT_SCANNED),
    ROW ("S", GIVE_UP, CLOSING, ENDING),
  };
  static const Line other_paid[] = {
    ASK ("S", COLLECT, 1000, NULL), ASK ("T", COLLECT, 1000, NULL),
    ROW ("S", PAID, PAID, NONE), ROW ("T", CANCEL, FAILED, CANCELLED),
  };
  g_autoptr (TillSale) one = fold (cancelled, G_N_ELEMENTS (cancelled));
  g_autoptr (TillSale) two = fold (expired, G_N_ELEMENTS (expired));
  g_autoptr (TillSale) three = fold (other_paid, G_N_ELEMENTS (other_paid));

  g_assert_cmpint (till_sale_find_payment (one, "S")->cause, ==, TILL_REASON_CANCELLED);
  g_assert_cmpint (till_sale_find_payment (two, "S")->cause, ==, TILL_REASON_EXPIRED);
  g_assert_cmpint (till_sale_find_payment (three, "T")->cause, ==, TILL_REASON_OTHER_PAID);
}

/* What does not follow is refused and changes nothing: a hole, a foreign sale, a step that is
 * none. */
static void
test_refused (void)
{
  static const Line ask[] = { ASK ("S", CHARGE, 1000, NULL) };
  static const struct {
    Line   line;
    gint64 seq, before_seq;
    int    code;
  } cases[] = {
    { ROW ("S", PAID, PAID, NONE), 20, 5, TILL_SALE_ERROR_FOREIGN_ROW },
    { ROW ("S", PAID, PAID, NONE), 10, 10, TILL_SALE_ERROR_FOREIGN_ROW },
    { ROW ("S", PAID, FAILED, NONE), 20, 10, TILL_SALE_ERROR_BAD_STEP },
    { ROW ("S", AGAIN, ASKED, NONE), 20, 10, TILL_SALE_ERROR_BAD_STEP },
    { ROW ("U", PAID, PAID, NONE), 20, 10, TILL_SALE_ERROR_BAD_STEP },
    { ASK ("R", REFUND, 1, "S"), 20, 10, TILL_SALE_ERROR_TOO_MUCH },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillSale) sale = fold (ask, 1);
    g_autoptr (TillRow) row = make_row (&cases[i].line, cases[i].seq, cases[i].before_seq);
    g_autoptr (GError) error = NULL;

    g_assert_false (till_sale_apply (sale, row, &error));
    g_assert_error (error, TILL_SALE_ERROR, cases[i].code);
    g_assert_cmpint (sale->state, ==, TILL_PAYMENT_ASKED);
    g_assert_cmpuint (sale->payments->len, ==, 1);
    g_assert_cmpint (sale->last_seq, ==, 10);
  }
}

/* A copy is the same sale and shares nothing with it. */
static void
test_copy (void)
{
  static const Line lines[] = { ASK ("S", CHARGE, 1000, NULL), ROW ("S", PAID, PAID, NONE) };
  TillSale *sale = fold (lines, G_N_ELEMENTS (lines));
  g_autoptr (TillSale) copy = till_sale_copy (sale);

  till_sale_free (sale);
  g_assert_cmpstr (copy->order, ==, "S");
  g_assert_cmpint (till_sale_get_paid (copy)->amount_fen, ==, 1000);
}

/* Over any walk through the machine the deltas of a payment add up to whether its money is here. */
static void
test_deltas_add_up (void)
{
  for (guint walk = 0; walk < 2000; walk++) {
    TillKind kind = g_test_rand_int_range (0, TILL_N_KINDS);
    TillPaymentState state = TILL_PAYMENT_NEW, next;
    TillTakings sum = { 0 }, delta;

    for (guint i = 0; i < 30; i++) {
      if (!till_payment_step (kind, state, g_test_rand_int_range (0, TILL_N_EVENTS), &next))
        continue;
      till_ledger_delta (kind, state, next, 1000, 4, &delta);
      sum.n += delta.n;
      sum.gross_fen += delta.gross_fen;
      sum.refunded_fen += delta.refunded_fen;
      sum.fee_fen += delta.fee_fen;
      state = next;
    }

    {
      gint64 here = state == TILL_PAYMENT_PAID || state == TILL_PAYMENT_PAID_LATE;
      gboolean refund = kind == TILL_KIND_REFUND;

      g_assert_cmpint (sum.n, ==, refund ? 0 : here);
      g_assert_cmpint (sum.gross_fen, ==, refund ? 0 : here * 1000);
      g_assert_cmpint (sum.fee_fen, ==, refund ? 0 : here * 4);
      g_assert_cmpint (sum.refunded_fen, ==, refund ? here * 1000 : 0);
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sale/refundable", test_refundable);
  g_test_add_func ("/sale/who-speaks", test_who_speaks);
  g_test_add_func ("/sale/paid-late", test_paid_late);
  g_test_add_func ("/sale/cause", test_cause);
  g_test_add_func ("/sale/refused", test_refused);
  g_test_add_func ("/sale/copy", test_copy);
  g_test_add_func ("/ledger/deltas-add-up", test_deltas_add_up);

  return g_test_run ();
}
