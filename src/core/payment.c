/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/payment.h"

/* The whole life of a payment, as three tables.
 *
 * next:      what a state becomes when something happens. Staying is an answer too: the state is
 *            entered again, and what it asks for is done again.
 * on_entry:  what must be done on entering a state.
 * on_resume: what must be done with a payment that a starting program finds in that state.
 *
 * A cell that is left out cannot happen: the caller does not offer it, and a row that says so is
 * refused. Requests of one payment go out one after the other, so in CLOSING an answer to a charge
 * or a query is one that was on its way when the wish to close came. */

#define NO 0
#define TO(state) ((guint8) (TILL_PAYMENT_##state + 1))

typedef guint8 Cells[TILL_N_EVENTS];

static const Cells charge_next[TILL_PAYMENT_N_STATES] = {
  [TILL_PAYMENT_NEW] = {
    [TILL_EVENT_ASK]           = TO (ASKED),
  },
  [TILL_PAYMENT_ASKED] = {
    [TILL_EVENT_ACCEPTED]      = TO (WAITING),
    [TILL_EVENT_PAID]          = TO (PAID),
    [TILL_EVENT_PAID_AGAIN]    = TO (PAID_LATE),
    [TILL_EVENT_WAIT]          = TO (WAITING),
    [TILL_EVENT_REFUSED]       = TO (FAILED),
    [TILL_EVENT_CLOSED]        = TO (FAILED),
    [TILL_EVENT_ABSENT]        = TO (UNSURE),
    [TILL_EVENT_LOST]          = TO (UNSURE),
    [TILL_EVENT_UNSENT]        = TO (FAILED),
    [TILL_EVENT_CANCEL]        = TO (CLOSING),
    [TILL_EVENT_GIVE_UP]       = TO (CLOSING),
    [TILL_EVENT_RESUME]        = TO (UNSURE),
    [TILL_EVENT_OWNER_PAID]    = TO (PAID),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID_LATE),
  },
  [TILL_PAYMENT_WAITING] = {
    [TILL_EVENT_ACCEPTED]      = TO (WAITING),
    [TILL_EVENT_PAID]          = TO (PAID),
    [TILL_EVENT_PAID_AGAIN]    = TO (PAID_LATE),
    [TILL_EVENT_WAIT]          = TO (WAITING),
    [TILL_EVENT_REFUSED]       = TO (FAILED),
    [TILL_EVENT_CLOSED]        = TO (FAILED),
    [TILL_EVENT_ABSENT]        = TO (UNSURE),
    [TILL_EVENT_LOST]          = TO (UNSURE),
    [TILL_EVENT_CANCEL]        = TO (CLOSING),
    [TILL_EVENT_GIVE_UP]       = TO (CLOSING),
    [TILL_EVENT_RESUME]        = TO (WAITING),
    [TILL_EVENT_OWNER_PAID]    = TO (PAID),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID_LATE),
  },
  [TILL_PAYMENT_UNSURE] = {
    [TILL_EVENT_ACCEPTED]      = TO (WAITING),
    [TILL_EVENT_PAID]          = TO (PAID),
    [TILL_EVENT_PAID_AGAIN]    = TO (PAID_LATE),
    [TILL_EVENT_WAIT]          = TO (WAITING),
    [TILL_EVENT_REFUSED]       = TO (FAILED),
    [TILL_EVENT_CLOSED]        = TO (FAILED),
    [TILL_EVENT_ABSENT]        = TO (UNSURE),
    [TILL_EVENT_LOST]          = TO (UNSURE),
    [TILL_EVENT_CANCEL]        = TO (CLOSING),
    [TILL_EVENT_GIVE_UP]       = TO (CLOSING),
    [TILL_EVENT_RESUME]        = TO (UNSURE),
    [TILL_EVENT_OWNER_PAID]    = TO (PAID),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID_LATE),
  },
  [TILL_PAYMENT_CLOSING] = {
    [TILL_EVENT_ACCEPTED]      = TO (CLOSING),
    [TILL_EVENT_PAID]          = TO (PAID),
    [TILL_EVENT_PAID_AGAIN]    = TO (PAID_LATE),
    [TILL_EVENT_WAIT]          = TO (CLOSING),
    [TILL_EVENT_REFUSED]       = TO (FAILED),
    [TILL_EVENT_CLOSED]        = TO (FAILED),
    [TILL_EVENT_ABSENT]        = TO (CLOSING),
    [TILL_EVENT_LOST]          = TO (CLOSING),
    [TILL_EVENT_UNSENT]        = TO (FAILED),
    [TILL_EVENT_CLOSE_DONE]    = TO (CLOSED_ONCE),
    [TILL_EVENT_REVERSE_DONE]  = TO (REVERSED),
    [TILL_EVENT_CLOSE_REFUSED] = TO (UNSURE),
    [TILL_EVENT_CLOSE_LOST]    = TO (CLOSING),
    [TILL_EVENT_CANCEL]        = TO (CLOSING),
    [TILL_EVENT_RESUME]        = TO (CLOSING),
    [TILL_EVENT_OWNER_PAID]    = TO (PAID),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID_LATE),
  },
  /* Closed, not reversed: a payment that won the race stands. */
  [TILL_PAYMENT_CLOSED_ONCE] = {
    [TILL_EVENT_ACCEPTED]      = TO (CLOSED_ONCE),
    [TILL_EVENT_PAID]          = TO (PAID),
    [TILL_EVENT_PAID_AGAIN]    = TO (PAID_LATE),
    [TILL_EVENT_WAIT]          = TO (CLOSING),
    [TILL_EVENT_REFUSED]       = TO (FAILED),
    [TILL_EVENT_CLOSED]        = TO (FAILED),
    [TILL_EVENT_ABSENT]        = TO (FAILED),
    [TILL_EVENT_LOST]          = TO (CLOSED_ONCE),
    [TILL_EVENT_CANCEL]        = TO (CLOSED_ONCE),
    [TILL_EVENT_RESUME]        = TO (CLOSED_ONCE),
    [TILL_EVENT_OWNER_PAID]    = TO (PAID),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID_LATE),
  },
  /* Reversed: a query that still says paid lags behind, or the reversal did not hold. It is
   * idempotent, so it is asked for again; and whatever comes of that, "paid" is believed no
   * more. */
  [TILL_PAYMENT_REVERSED] = {
    [TILL_EVENT_ACCEPTED]      = TO (REVERSING),
    [TILL_EVENT_PAID]          = TO (REVERSING),
    [TILL_EVENT_PAID_AGAIN]    = TO (REVERSING),
    [TILL_EVENT_WAIT]          = TO (REVERSING),
    [TILL_EVENT_REFUSED]       = TO (FAILED),
    [TILL_EVENT_CLOSED]        = TO (FAILED),
    [TILL_EVENT_ABSENT]        = TO (FAILED),
    [TILL_EVENT_LOST]          = TO (REVERSED),
    [TILL_EVENT_CANCEL]        = TO (REVERSED),
    [TILL_EVENT_RESUME]        = TO (REVERSED),
    [TILL_EVENT_OWNER_PAID]    = TO (PAID),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID_LATE),
  },
  [TILL_PAYMENT_REVERSING] = {
    [TILL_EVENT_CLOSE_DONE]    = TO (REVERSED),
    [TILL_EVENT_REVERSE_DONE]  = TO (REVERSED),
    [TILL_EVENT_CLOSE_REFUSED] = TO (REVERSED),
    [TILL_EVENT_CLOSE_LOST]    = TO (REVERSING),
    [TILL_EVENT_CANCEL]        = TO (REVERSING),
    [TILL_EVENT_RESUME]        = TO (REVERSING),
    [TILL_EVENT_OWNER_PAID]    = TO (PAID),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID_LATE),
  },
  /* A paid charge may be undone where the acquirer's rules allow; the desk asks first. A cancel
   * that comes too late is not an undo: the customer has paid. An acquirer's "no" is written only
   * while the payment stands by the owner's word alone; else it is no news: Alipay says "closed" of
   * what was refunded whole. */
  [TILL_PAYMENT_PAID] = {
    [TILL_EVENT_PAID]          = TO (PAID),
    [TILL_EVENT_UNDO]          = TO (CLOSING),
    [TILL_EVENT_WAIT]          = TO (PAID),
    [TILL_EVENT_REFUSED]       = TO (PAID),
    [TILL_EVENT_CLOSED]        = TO (PAID),
    [TILL_EVENT_ABSENT]        = TO (PAID),
    [TILL_EVENT_OWNER_PAID]    = TO (PAID),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
  },
  /* A request that was stuck on its way may be booked after all, and its payer be asked for the
   * password: while its code can be valid it is watched, and GIVE_UP ends the watch. It can
   * never be good again: what is paid now is paid late. */
  [TILL_PAYMENT_FAILED] = {
    [TILL_EVENT_ACCEPTED]      = TO (PAID_LATE),
    [TILL_EVENT_PAID]          = TO (PAID_LATE),
    [TILL_EVENT_PAID_AGAIN]    = TO (PAID_LATE),
    [TILL_EVENT_WAIT]          = TO (FAILED),
    [TILL_EVENT_REFUSED]       = TO (FAILED),
    [TILL_EVENT_CLOSED]        = TO (FAILED),
    [TILL_EVENT_ABSENT]        = TO (FAILED),
    [TILL_EVENT_GIVE_UP]       = TO (FAILED),
  },
  [TILL_PAYMENT_PAID_LATE] = {
    [TILL_EVENT_PAID]          = TO (PAID_LATE),
    [TILL_EVENT_PAID_AGAIN]    = TO (PAID_LATE),
    [TILL_EVENT_RESUME]        = TO (PAID_LATE),
    [TILL_EVENT_REFUSED]       = TO (PAID_LATE),
    [TILL_EVENT_ABSENT]        = TO (PAID_LATE),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID_LATE),
  },
};

/* An order is a charge that cannot be paid before its code was shown: until the code is here,
 * whatever goes wrong ends it. */
static const Cells collect_asked = {
  [TILL_EVENT_PAID]          = TO (PAID),
  [TILL_EVENT_PAID_AGAIN]    = TO (PAID_LATE),
  [TILL_EVENT_WAIT]          = TO (WAITING),
  [TILL_EVENT_REFUSED]       = TO (FAILED),
  [TILL_EVENT_CLOSED]        = TO (FAILED),
  [TILL_EVENT_ABSENT]        = TO (FAILED),
  [TILL_EVENT_LOST]          = TO (FAILED),
  [TILL_EVENT_UNSENT]        = TO (FAILED),
  [TILL_EVENT_CANCEL]        = TO (FAILED),
  [TILL_EVENT_GIVE_UP]       = TO (FAILED),
  [TILL_EVENT_RESUME]        = TO (FAILED),
  [TILL_EVENT_OWNER_PAID]    = TO (PAID),
  [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
  [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID_LATE),
};

/* While a code is shown, silence changes nothing: it can be paid as before. */
static const Cells collect_waiting = {
  [TILL_EVENT_ACCEPTED]      = TO (WAITING),
  [TILL_EVENT_PAID]          = TO (PAID),
  [TILL_EVENT_PAID_AGAIN]    = TO (PAID_LATE),
  [TILL_EVENT_WAIT]          = TO (WAITING),
  [TILL_EVENT_REFUSED]       = TO (FAILED),
  [TILL_EVENT_CLOSED]        = TO (FAILED),
  [TILL_EVENT_ABSENT]        = TO (WAITING),
  [TILL_EVENT_LOST]          = TO (WAITING),
  [TILL_EVENT_CANCEL]        = TO (CLOSING),
  [TILL_EVENT_GIVE_UP]       = TO (CLOSING),
  [TILL_EVENT_RESUME]        = TO (WAITING),
  [TILL_EVENT_OWNER_PAID]    = TO (PAID),
  [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
  [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID_LATE),
};

/* A refund is sent again under its number until the acquirer knows it: the number makes that
 * safe. One that the owner gave by hand was never sent at all. */
static const Cells refund_next[TILL_PAYMENT_N_STATES] = {
  [TILL_PAYMENT_NEW] = {
    [TILL_EVENT_ASK]           = TO (ASKED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID),
  },
  [TILL_PAYMENT_ASKED] = {
    [TILL_EVENT_ACCEPTED]      = TO (WAITING),
    [TILL_EVENT_PAID]          = TO (PAID),
    [TILL_EVENT_WAIT]          = TO (WAITING),
    [TILL_EVENT_REFUSED]       = TO (FAILED),
    [TILL_EVENT_CLOSED]        = TO (FAILED),
    [TILL_EVENT_ABSENT]        = TO (UNSURE),
    [TILL_EVENT_LOST]          = TO (UNSURE),
    [TILL_EVENT_UNSENT]        = TO (FAILED),
    [TILL_EVENT_RESUME]        = TO (UNSURE),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID),
  },
  [TILL_PAYMENT_WAITING] = {
    [TILL_EVENT_ACCEPTED]      = TO (WAITING),
    [TILL_EVENT_PAID]          = TO (PAID),
    [TILL_EVENT_WAIT]          = TO (WAITING),
    [TILL_EVENT_REFUSED]       = TO (FAILED),
    [TILL_EVENT_CLOSED]        = TO (FAILED),
    [TILL_EVENT_ABSENT]        = TO (ASKED),
    [TILL_EVENT_LOST]          = TO (WAITING),
    [TILL_EVENT_RESUME]        = TO (WAITING),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID),
  },
  [TILL_PAYMENT_UNSURE] = {
    [TILL_EVENT_ACCEPTED]      = TO (WAITING),
    [TILL_EVENT_PAID]          = TO (PAID),
    [TILL_EVENT_WAIT]          = TO (WAITING),
    [TILL_EVENT_REFUSED]       = TO (FAILED),
    [TILL_EVENT_CLOSED]        = TO (FAILED),
    [TILL_EVENT_ABSENT]        = TO (ASKED),
    [TILL_EVENT_LOST]          = TO (UNSURE),
    [TILL_EVENT_RESUME]        = TO (UNSURE),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID),
  },
  [TILL_PAYMENT_PAID] = {
    [TILL_EVENT_PAID]          = TO (PAID),
    [TILL_EVENT_REFUSED]       = TO (PAID),
    [TILL_EVENT_CLOSED]        = TO (PAID),
    [TILL_EVENT_OWNER_UNPAID]  = TO (FAILED),
    [TILL_EVENT_OWNER_GIVEN_BACK] = TO (PAID),
  },
  [TILL_PAYMENT_FAILED] = {
    [TILL_EVENT_AGAIN]         = TO (ASKED),
    [TILL_EVENT_PAID]          = TO (PAID),
  },
};

static const TillEffect on_entry[TILL_PAYMENT_N_STATES] = {
  [TILL_PAYMENT_NEW]         = TILL_EFFECT_NONE,
  [TILL_PAYMENT_ASKED]       = TILL_EFFECT_SEND,
  [TILL_PAYMENT_WAITING]     = TILL_EFFECT_QUERY,
  [TILL_PAYMENT_UNSURE]      = TILL_EFFECT_QUERY,
  [TILL_PAYMENT_CLOSING]     = TILL_EFFECT_CLOSE,
  [TILL_PAYMENT_CLOSED_ONCE] = TILL_EFFECT_QUERY,
  [TILL_PAYMENT_REVERSED]    = TILL_EFFECT_QUERY,
  [TILL_PAYMENT_REVERSING]   = TILL_EFFECT_CLOSE,
  [TILL_PAYMENT_PAID]        = TILL_EFFECT_NONE,
  [TILL_PAYMENT_FAILED]      = TILL_EFFECT_NONE,
  [TILL_PAYMENT_PAID_LATE]   = TILL_EFFECT_GIVE_BACK,
};

/* The same, but that nothing which could charge a customer is ever sent again: an ASKED payment is
 * fed RESUME, becomes UNSURE, and is asked about. */
static const TillEffect on_resume[TILL_PAYMENT_N_STATES] = {
  [TILL_PAYMENT_NEW]         = TILL_EFFECT_NONE,
  [TILL_PAYMENT_ASKED]       = TILL_EFFECT_NONE,
  [TILL_PAYMENT_WAITING]     = TILL_EFFECT_QUERY,
  [TILL_PAYMENT_UNSURE]      = TILL_EFFECT_QUERY,
  [TILL_PAYMENT_CLOSING]     = TILL_EFFECT_CLOSE,
  [TILL_PAYMENT_CLOSED_ONCE] = TILL_EFFECT_QUERY,
  [TILL_PAYMENT_REVERSED]    = TILL_EFFECT_QUERY,
  [TILL_PAYMENT_REVERSING]   = TILL_EFFECT_CLOSE,
  [TILL_PAYMENT_PAID]        = TILL_EFFECT_NONE,
  [TILL_PAYMENT_FAILED]      = TILL_EFFECT_NONE,
  [TILL_PAYMENT_PAID_LATE]   = TILL_EFFECT_GIVE_BACK,
};

static guint8
look_up (TillKind         kind,
         TillPaymentState state,
         TillPaymentEvent event)
{
  if (kind == TILL_KIND_REFUND)
    return refund_next[state][event];
  if (kind == TILL_KIND_COLLECT && state == TILL_PAYMENT_ASKED)
    return collect_asked[event];
  if (kind == TILL_KIND_COLLECT && state == TILL_PAYMENT_WAITING)
    return collect_waiting[event];

  return charge_next[state][event];
}

/**
 * till_payment_step:
 * @next: (out): the state after @event; may be @state itself
 *
 * The only place that says what may follow what.
 *
 * Returns: %FALSE where the table has no such step; @next is then untouched, and
 *   the caller leaves the payment as it is
 */
gboolean
till_payment_step (TillKind          kind,
                   TillPaymentState  state,
                   TillPaymentEvent  event,
                   TillPaymentState *next)
{
  guint8 cell;

  g_return_val_if_fail ((guint) kind < TILL_N_KINDS, FALSE);
  g_return_val_if_fail ((guint) state < TILL_PAYMENT_N_STATES, FALSE);
  g_return_val_if_fail ((guint) event < TILL_N_EVENTS, FALSE);

  cell = look_up (kind, state, event);
  if (cell == NO)
    return FALSE;

  *next = (TillPaymentState) (cell - 1);
  return TRUE;
}

/**
 * till_payment_on_entry:
 *
 * Returns: what must be done once the row that leads into @state is on disk
 */
TillEffect
till_payment_on_entry (TillPaymentState state)
{
  g_return_val_if_fail ((guint) state < TILL_PAYMENT_N_STATES, TILL_EFFECT_NONE);

  return on_entry[state];
}

/**
 * till_payment_on_resume:
 *
 * Returns: what must be done with a payment found in @state at start
 */
TillEffect
till_payment_on_resume (TillPaymentState state)
{
  g_return_val_if_fail ((guint) state < TILL_PAYMENT_N_STATES, TILL_EFFECT_NONE);

  return on_resume[state];
}

/**
 * till_payment_is_final:
 *
 * Returns: whether nothing more is asked of the acquirer about it. PAID_LATE is final in this
 *   sense; what it needs is a refund, see till_payment_needs_care().
 */
gboolean
till_payment_is_final (TillPaymentState state)
{
  return state == TILL_PAYMENT_PAID || state == TILL_PAYMENT_FAILED ||
         state == TILL_PAYMENT_PAID_LATE;
}

/**
 * till_payment_is_ending:
 *
 * Returns: whether it is being closed or reversed, and the acquirer's last word is awaited
 */
gboolean
till_payment_is_ending (TillPaymentState state)
{
  return state == TILL_PAYMENT_CLOSING || state == TILL_PAYMENT_CLOSED_ONCE ||
         state == TILL_PAYMENT_REVERSED || state == TILL_PAYMENT_REVERSING;
}

/**
 * till_kind_is_pushed:
 *
 * Returns: whether our request itself takes the customer's money; nobody pays by scanning
 */
gboolean
till_kind_is_pushed (TillKind kind)
{
  return kind == TILL_KIND_CHARGE || kind == TILL_KIND_TAP;
}

/**
 * till_payment_event_is_owners:
 *
 * Returns: whether @event is the owner's word, and no answer of an acquirer
 */
gboolean
till_payment_event_is_owners (TillPaymentEvent event)
{
  return event == TILL_EVENT_OWNER_PAID || event == TILL_EVENT_OWNER_UNPAID ||
         event == TILL_EVENT_OWNER_GIVEN_BACK;
}
