/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/payment.h"

/* Every state × event of each kind, written out: the table is the specification, read across.
 * '.' cannot happen; else the first letters of the next state:
 * N new, A asked, W waiting, U unsure, C closing, c closed once, r reversed, R reversing, P
 * paid, F failed, L paid late. */
static const char letters[] = "NAWUCcrRPFL";

/* In the order of TillPaymentEvent:
 * ask again accepted paid paid-again wait refused closed absent lost unsent
 * close-done reverse-done close-refused close-lost cancel undo give-up resume
 * owner-paid owner-unpaid owner-given-back */
static const char *const charge[TILL_PAYMENT_N_STATES] = {
  "A.....................", /* new */
  "..WPLWFFUUF....C.CUPFL", /* asked */
  "..WPLWFFUU.....C.CWPFL", /* waiting */
  "..WPLWFFUU.....C.CUPFL", /* unsure */
  "..CPLCFFCCFcrUCC..CPFL", /* closing */
  "..cPLCFFFc.....c..cPFL", /* closed once */
  "..RRRRFFFr.....r..rPFL", /* reversed */
  "...........rrrRR..RPFL", /* reversing */
  "...P.PPPP.......C..PF.", /* paid */
  "..LLLFFFF........F....", /* failed */
  "...LL.L.L.........L..L", /* paid late */
};

static const char *const collect[TILL_PAYMENT_N_STATES] = {
  "A.....................", /* new */
  "...PLWFFFFF....F.FFPFL", /* asked */
  "..WPLWFFWW.....C.CWPFL", /* waiting */
  "..WPLWFFUU.....C.CUPFL", /* unsure */
  "..CPLCFFCCFcrUCC..CPFL", /* closing */
  "..cPLCFFFc.....c..cPFL", /* closed once */
  "..RRRRFFFr.....r..rPFL", /* reversed */
  "...........rrrRR..RPFL", /* reversing */
  "...P.PPPP.......C..PF.", /* paid */
  "..LLLFFFF........F....", /* failed */
  "...LL.L.L.........L..L", /* paid late */
};

static const char *const refund[TILL_PAYMENT_N_STATES] = {
  "A....................P", /* new */
  "..WP.WFFUUF.......U.FP", /* asked */
  "..WP.WFFAW........W.FP", /* waiting */
  "..WP.WFFAU........U.FP", /* unsure */
  "......................", /* closing */
  "......................", /* closed once */
  "......................", /* reversed */
  "......................", /* reversing */
  "...P..PP............FP", /* paid */
  ".A.P..................", /* failed */
  "......................", /* paid late */
};

static const char *const *const tables[TILL_N_KINDS] = { charge, collect, refund, charge };

static char
step (TillKind         kind,
      TillPaymentState state,
      TillPaymentEvent event)
{
  TillPaymentState next;

  return till_payment_step (kind, state, event, &next) ? letters[next] : '.';
}

/* The machine is exactly the table above. */
static void
test_every_step (void)
{
  for (guint kind = 0; kind < TILL_N_KINDS; kind++)
    for (guint state = 0; state < TILL_PAYMENT_N_STATES; state++)
      for (guint event = 0; event < TILL_N_EVENTS; event++)
        g_assert_cmpint (step (kind, state, event), ==, tables[kind][state][event]);
}

/* Silence never fails a charge whose request may have left. */
static void
test_silence_is_not_failure (void)
{
  static const TillPaymentEvent silences[] = {
    TILL_EVENT_LOST, TILL_EVENT_ABSENT, TILL_EVENT_CLOSE_LOST, TILL_EVENT_RESUME,
  };

  for (guint state = TILL_PAYMENT_ASKED; state <= TILL_PAYMENT_CLOSING; state++)
    for (guint i = 0; i < G_N_ELEMENTS (silences); i++)
      g_assert_cmpint (step (TILL_KIND_CHARGE, state, silences[i]), !=, 'F');
}

/* A charge is sent once: no step leads back into the state whose entry sends it. */
static void
test_a_charge_is_sent_once (void)
{
  for (guint kind = 0; kind < TILL_N_KINDS; kind++)
    for (guint state = TILL_PAYMENT_ASKED; state < TILL_PAYMENT_N_STATES; state++)
      for (guint event = 0; event < TILL_N_EVENTS; event++)
        g_assert_true (kind == TILL_KIND_REFUND || step (kind, state, event) != 'A');
}

/* Money that comes when the sale no longer wants it is money to give back, from any state. */
static void
test_unwanted_money_is_given_back (void)
{
  g_assert_cmpint (step (TILL_KIND_CHARGE, TILL_PAYMENT_FAILED, TILL_EVENT_PAID), ==, 'L');
  for (guint state = TILL_PAYMENT_ASKED; state <= TILL_PAYMENT_CLOSED_ONCE; state++)
    g_assert_cmpint (step (TILL_KIND_COLLECT, state, TILL_EVENT_PAID_AGAIN), ==, 'L');
  g_assert_cmpint (till_payment_on_entry (TILL_PAYMENT_PAID_LATE), ==, TILL_EFFECT_GIVE_BACK);
}

/* Nothing that could charge is sent when a program takes a payment up. */
static void
test_resume_never_sends (void)
{
  for (guint state = 0; state < TILL_PAYMENT_N_STATES; state++)
    g_assert_cmpint (till_payment_on_resume (state), !=, TILL_EFFECT_SEND);
}

/* Whatever is not final asks for something to be done, so that nothing stays open for ever. */
static void
test_open_states_act (void)
{
  for (guint state = TILL_PAYMENT_ASKED; state < TILL_PAYMENT_N_STATES; state++)
    if (!till_payment_is_final (state))
      g_assert_cmpint (till_payment_on_entry (state), !=, TILL_EFFECT_NONE);
}

/* The owner's word ends a payment, whatever it waits for; it sends nothing that charges, and leads
 * into no state whose entry does. */
static void
test_owner_ends (void)
{
  for (guint kind = 0; kind < TILL_N_KINDS; kind++)
    for (guint state = 0; state < TILL_PAYMENT_N_STATES; state++)
      for (guint event = 0; event < TILL_N_EVENTS; event++) {
        TillPaymentState next;

        if (!till_payment_event_is_owners (event) ||
            !till_payment_step (kind, state, event, &next))
          continue;
        g_assert_true (till_payment_is_final (next));
        g_assert_cmpint (till_payment_on_entry (next), !=, TILL_EFFECT_SEND);
      }
  for (guint state = TILL_PAYMENT_ASKED; state <= TILL_PAYMENT_REVERSING; state++)
    g_assert_cmpint (step (TILL_KIND_CHARGE, state, TILL_EVENT_OWNER_PAID), ==, 'P');
  g_assert_false (till_payment_event_is_owners (TILL_EVENT_PAID));
  g_assert_false (till_payment_event_is_owners (TILL_EVENT_RESUME));
}

/* Words of states, events and kinds come back as what they were; others are refused. */
static void
test_words (void)
{
  TillPaymentState state;
  TillPaymentEvent event;
  TillKind kind;

  for (guint i = 0; i < TILL_PAYMENT_N_STATES; i++) {
    g_assert_true (till_payment_state_from_string (till_payment_state_to_string (i), &state));
    g_assert_cmpint (state, ==, i);
  }
  for (guint i = 0; i < TILL_N_EVENTS; i++) {
    g_assert_true (till_payment_event_from_string (till_payment_event_to_string (i), &event));
    g_assert_cmpint (event, ==, i);
  }
  for (guint i = 0; i < TILL_N_KINDS; i++) {
    g_assert_true (till_kind_from_string (till_kind_to_string (i), &kind));
    g_assert_cmpint (kind, ==, i);
  }

  g_assert_false (till_payment_state_from_string ("PAID", &state));
  g_assert_false (till_payment_event_from_string ("", &event));
  g_assert_false (till_kind_from_string (NULL, &kind));
  g_assert_cmpstr (till_payment_state_to_word (TILL_PAYMENT_REVERSED), ==, "closing");
  g_assert_true (till_kind_is_pushed (TILL_KIND_CHARGE) && till_kind_is_pushed (TILL_KIND_TAP));
  g_assert_false (till_kind_is_pushed (TILL_KIND_COLLECT) ||
                  till_kind_is_pushed (TILL_KIND_REFUND));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/payment/every-step", test_every_step);
  g_test_add_func ("/payment/silence-is-not-failure", test_silence_is_not_failure);
  g_test_add_func ("/payment/a-charge-is-sent-once", test_a_charge_is_sent_once);
  g_test_add_func ("/payment/unwanted-money-is-given-back", test_unwanted_money_is_given_back);
  g_test_add_func ("/payment/resume-never-sends", test_resume_never_sends);
  g_test_add_func ("/payment/open-states-act", test_open_states_act);
  g_test_add_func ("/payment/owner-ends", test_owner_ends);
  g_test_add_func ("/payment/words", test_words);

  return g_test_run ();
}
