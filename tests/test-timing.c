/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/timing.h"

/* When a payment may be asked about, and what may be believed. Its whole life is in test-desk. */

static const TillBackoffStep every_5_s[] = { { 0, 5000 } };
static const TillBackoffStep every_2_s[] = { { 0, 2000 } };

static const TillPace pace = {
  .charge_query = every_5_s, .order_query = every_5_s, .refund_query = every_5_s,
  .close_again = every_2_s, .busy_ms = 30000, .give_up_ms = 60000, .late_ms = 300000,
};

#define BEGUN_MS 1000000

/* Who says that it is asked too often is asked no sooner than it wants; an answer that says
 * anything else, or that answers no question, changes nothing. */
static void
test_busy (void)
{
  static const struct {
    TillCall         call;
    TillPaymentEvent event;
    TillReason       reason;
    gint64           delay_ms;  /* until the next question */
  } cases[] = {
    { TILL_CALL_QUERY, TILL_EVENT_LOST, TILL_REASON_BUSY, 30000 },
    { TILL_CALL_QUERY_REFUND, TILL_EVENT_LOST, TILL_REASON_BUSY, 30000 },
    { TILL_CALL_CLOSE, TILL_EVENT_CLOSE_LOST, TILL_REASON_BUSY, 30000 },
    { TILL_CALL_CHARGE, TILL_EVENT_LOST, TILL_REASON_BUSY, 5000 },
    { TILL_CALL_QUERY, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT, 5000 },
    { TILL_CALL_QUERY, TILL_EVENT_WAIT, TILL_REASON_PAYER, 5000 },
  };
  const TillPayment payment = { .kind = TILL_KIND_CHARGE, .state = TILL_PAYMENT_UNSURE };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillTiming timing;

    g_test_message ("case %u", i);
    till_timing_init (&timing, &pace);
    till_timing_begin (&timing, BEGUN_MS, 0);
    till_timing_answered (&timing, BEGUN_MS, cases[i].call, cases[i].event, cases[i].reason);
    g_assert_cmpint (till_timing_plan_query (&timing, BEGUN_MS, &payment), ==, cases[i].delay_ms);
    g_assert_cmpint (till_timing_plan_query (&timing, BEGUN_MS + 30000, &payment), ==, 5000);
  }
}

/* Where ending a payment is asking about it, that waits too; and the last question of all. */
static void
test_busy_at_the_end (void)
{
  const TillPayment payment = { .kind = TILL_KIND_CHARGE, .state = TILL_PAYMENT_CLOSING };
  const TillPayment unsure = { .kind = TILL_KIND_CHARGE, .state = TILL_PAYMENT_UNSURE };
  TillTiming timing;

  till_timing_init (&timing, &pace);
  till_timing_begin (&timing, BEGUN_MS, 0);
  till_timing_answered (&timing, BEGUN_MS + 50000, TILL_CALL_QUERY, TILL_EVENT_LOST,
                        TILL_REASON_BUSY);
  g_assert_cmpint (till_timing_plan_query (&timing, BEGUN_MS + 50000, &unsure), ==, 30000);
  g_assert_cmpint (till_timing_plan_query (&timing, BEGUN_MS + 80000, &unsure), ==, 0);
  till_timing_asked (&timing, BEGUN_MS + 80000, &unsure);
  g_assert_true (till_timing_is_over (&timing, BEGUN_MS + 80000, &unsure));

  till_timing_answered (&timing, BEGUN_MS + 80000, TILL_CALL_CLOSE, TILL_EVENT_CLOSE_LOST,
                        TILL_REASON_BUSY);
  g_assert_cmpint (till_timing_plan_close (&timing, BEGUN_MS + 80000, &payment), ==, 30000);
  g_assert_cmpint (till_timing_plan_close (&timing, BEGUN_MS + 110000, &payment), ==, 2000);
}

/* A question that never left goes again soon, but for what waits for days; one that left goes by
 * the acquirer's pace. */
static void
test_unsent (void)
{
  static const struct {
    TillKind         kind;
    TillPaymentState state;
    gint64           delay_ms;
  } cases[] = {
    { TILL_KIND_CHARGE, TILL_PAYMENT_UNSURE, 3000 },
    { TILL_KIND_COLLECT, TILL_PAYMENT_WAITING, 3000 },
    { TILL_KIND_REFUND, TILL_PAYMENT_WAITING, 5000 },
    { TILL_KIND_CHARGE, TILL_PAYMENT_FAILED, 20000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const TillPayment payment = { .kind = cases[i].kind, .state = cases[i].state };
    TillTiming timing;

    g_test_message ("case %u", i);
    till_timing_init (&timing, &pace);
    till_timing_begin (&timing, BEGUN_MS, 60000);
    till_timing_unsent (&timing);
    g_assert_cmpint (till_timing_plan_query (&timing, BEGUN_MS, &payment), ==, cases[i].delay_ms);
    till_timing_answered (&timing, BEGUN_MS, TILL_CALL_QUERY, TILL_EVENT_WAIT, TILL_REASON_PAYER);
    g_assert_cmpint (till_timing_plan_query (&timing, BEGUN_MS, &payment), ==,
                     cases[i].state == TILL_PAYMENT_FAILED ? 20000 : 5000);
  }
}

#define SECOND 1000
#define ARRIVES (3 * 60 * SECOND)

/* Who can be asked about a charge, and who cannot. */
static const TillPace asked = { .late_ms = 5 * 60 * SECOND };
static const TillPace silent = { .arrives_within_ms = ARRIVES };

/* What an answer means while an earlier request may still arrive. Sent at 0; lost: when a reversal
 * or a refund was, −1: none was. */
static const struct {
  const TillPace  *pace;
  TillKind         kind;
  TillPaymentState state;
  guint            n_sent;
  gint64           lost_ms;
  gint64           now_ms;
  TillPaymentEvent event;
  TillPaymentEvent means;
} cases[] = {
  /* Nothing to reverse: over only once the sale cannot come any more. */
  { &silent, TILL_KIND_TAP, TILL_PAYMENT_CLOSING, 1, -1, 0, TILL_EVENT_ABSENT, TILL_EVENT_ABSENT },
  { &silent, TILL_KIND_TAP, TILL_PAYMENT_CLOSING, 1, -1, ARRIVES - 1, TILL_EVENT_ABSENT,
    TILL_EVENT_ABSENT },
  { &silent, TILL_KIND_TAP, TILL_PAYMENT_CLOSING, 1, -1, ARRIVES, TILL_EVENT_ABSENT,
    TILL_EVENT_CLOSED },
  { &silent, TILL_KIND_TAP, TILL_PAYMENT_REVERSED, 1, -1, ARRIVES, TILL_EVENT_ABSENT,
    TILL_EVENT_CLOSED },
  { &silent, TILL_KIND_TAP, TILL_PAYMENT_UNSURE, 1, -1, ARRIVES, TILL_EVENT_ABSENT,
    TILL_EVENT_ABSENT },
  { &silent, TILL_KIND_TAP, TILL_PAYMENT_CLOSING, 1, -1, ARRIVES, TILL_EVENT_CLOSE_LOST,
    TILL_EVENT_CLOSE_LOST },
  { &silent, TILL_KIND_TAP, TILL_PAYMENT_CLOSING, 1, -1, 0, TILL_EVENT_CLOSED, TILL_EVENT_CLOSED },
  { &asked, TILL_KIND_CHARGE, TILL_PAYMENT_CLOSING, 1, -1, ARRIVES, TILL_EVENT_ABSENT,
    TILL_EVENT_ABSENT },

  /* A refund that was lost may do what the next sending of it did not. */
  { &silent, TILL_KIND_REFUND, TILL_PAYMENT_ASKED, 2, 0, ARRIVES - 1, TILL_EVENT_REFUSED,
    TILL_EVENT_LOST },
  { &silent, TILL_KIND_REFUND, TILL_PAYMENT_ASKED, 2, 0, ARRIVES, TILL_EVENT_REFUSED,
    TILL_EVENT_REFUSED },
  { &silent, TILL_KIND_REFUND, TILL_PAYMENT_ASKED, 1, -1, 0, TILL_EVENT_REFUSED,
    TILL_EVENT_REFUSED },
  { &asked, TILL_KIND_REFUND, TILL_PAYMENT_ASKED, 2, 0, ARRIVES, TILL_EVENT_REFUSED,
    TILL_EVENT_LOST },
  { &asked, TILL_KIND_REFUND, TILL_PAYMENT_ASKED, 2, -1, 0, TILL_EVENT_UNSENT, TILL_EVENT_LOST },
  { &asked, TILL_KIND_REFUND, TILL_PAYMENT_ASKED, 1, -1, 0, TILL_EVENT_UNSENT, TILL_EVENT_UNSENT },
  { &asked, TILL_KIND_REFUND, TILL_PAYMENT_ASKED, 2, 0, 0, TILL_EVENT_PAID, TILL_EVENT_PAID },

  /* A reversal that was lost may make "paid" untrue. */
  { &asked, TILL_KIND_CHARGE, TILL_PAYMENT_CLOSING, 1, 0, SECOND, TILL_EVENT_PAID,
    TILL_EVENT_LOST },
  { &asked, TILL_KIND_CHARGE, TILL_PAYMENT_UNSURE, 1, 0, SECOND, TILL_EVENT_PAID,
    TILL_EVENT_GIVE_UP },
  { &asked, TILL_KIND_CHARGE, TILL_PAYMENT_UNSURE, 1, 0, 5 * 60 * SECOND, TILL_EVENT_PAID,
    TILL_EVENT_PAID },
  { &asked, TILL_KIND_CHARGE, TILL_PAYMENT_UNSURE, 1, -1, SECOND, TILL_EVENT_PAID,
    TILL_EVENT_PAID },
};

static void
test_believe (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const TillPayment payment = {
      .kind = cases[i].kind, .state = cases[i].state, .n_sent = cases[i].n_sent,
    };
    TillTiming timing;

    g_test_message ("%u", i);
    till_timing_init (&timing, cases[i].pace);
    till_timing_begin (&timing, BEGUN_MS, 0);
    if (cases[i].lost_ms >= 0)
      till_timing_answered (&timing, BEGUN_MS + cases[i].lost_ms,
                            cases[i].kind == TILL_KIND_REFUND ? TILL_CALL_REFUND
                                                              : TILL_CALL_REVERSE,
                            cases[i].kind == TILL_KIND_REFUND ? TILL_EVENT_LOST
                                                              : TILL_EVENT_CLOSE_LOST,
                            TILL_REASON_NO_ANSWER);
    g_assert_cmpint (till_timing_believe (&timing, BEGUN_MS + cases[i].now_ms, &payment,
                                          cases[i].event),
                     ==, cases[i].means);
  }
}

/* While another program's reversal may be on its way, "paid" is not believed, also where this one
 * has begun to reverse it itself; what only closes an unpaid code is no reason to doubt. */
static void
test_believe_beside_others (void)
{
  static const struct {
    TillCall         call;
    gboolean         is_own;
    gint64           now_ms;
    TillPaymentEvent means;
  } rows[] = {
    { TILL_CALL_REVERSE, FALSE, SECOND, TILL_EVENT_LOST },
    { TILL_CALL_REVERSE, FALSE, 5 * 60 * SECOND, TILL_EVENT_PAID },
    { TILL_CALL_REVERSE, TRUE, SECOND, TILL_EVENT_LOST },
    { TILL_CALL_CLOSE, FALSE, SECOND, TILL_EVENT_PAID },
  };
  const TillPayment payment = { .kind = TILL_KIND_CHARGE, .state = TILL_PAYMENT_CLOSING };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    TillTiming timing;

    g_test_message ("%u", i);
    till_timing_init (&timing, &asked);
    till_timing_begin (&timing, BEGUN_MS, 0);
    if (rows[i].is_own)
      till_timing_plan_close (&timing, BEGUN_MS, &payment);
    till_timing_others_end (&timing, BEGUN_MS, rows[i].call);
    g_assert_cmpint (till_timing_believe (&timing, BEGUN_MS + rows[i].now_ms, &payment,
                                          TILL_EVENT_PAID),
                     ==, rows[i].means);
  }
}

/* Before its first row nothing is in doubt. */
static void
test_believe_first (void)
{
  TillTiming timing;

  till_timing_init (&timing, &silent);
  g_assert_cmpint (till_timing_believe (&timing, BEGUN_MS, NULL, TILL_EVENT_ASK), ==,
                   TILL_EVENT_ASK);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timing/busy", test_busy);
  g_test_add_func ("/timing/busy-at-the-end", test_busy_at_the_end);
  g_test_add_func ("/timing/unsent", test_unsent);
  g_test_add_func ("/timing/believe", test_believe);
  g_test_add_func ("/timing/believe-beside-others", test_believe_beside_others);
  g_test_add_func ("/timing/believe-first", test_believe_first);

  return g_test_run ();
}
