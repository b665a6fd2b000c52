/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/timing.h"

/* A failed charge that may be booked late is asked about so often; and what stands by the owner's
 * word. */
static const TillBackoffStep watch_query[] = { { 60 * 1000, 20 * 1000 }, { 0, 60 * 1000 } };

/* A refund that must come is tried again so often: most fail for want of money in the day's
 * takings. */
static const TillBackoffStep refund_again[] = { { 60 * 60 * 1000, 5 * 60 * 1000 },
                                                { 0, 60 * 60 * 1000 } };

/* A question that never left counts for nothing in the acquirer's pace: it goes again so soon, for
 * when the network is back. */
#define UNSENT_AGAIN_MS 3000

/* By less than this nobody's wall clock is believed to be wrong. */
#define WALL_CLOCK_TRUST_MS (3 * 24 * 60 * 60 * G_GINT64_CONSTANT (1000))

/* For a contract that the profile has no more: nothing is asked under it. */
static const TillPace no_pace = { 0 };

/**
 * till_timing_init:
 * @pace: (nullable): the acquirer's
 *
 * Before anything else.
 */
void
till_timing_init (TillTiming     *self,
                  const TillPace *pace)
{
  *self = (TillTiming) { .pace = pace ? pace : &no_pace };
}

/**
 * till_timing_begin:
 * @now_ms: the payment is being asked now
 * @life_ms: how long its code can be paid; unused for a charge or a refund
 *
 * Starts the clock of a payment that this program asks.
 */
void
till_timing_begin (TillTiming *self,
                   gint64      now_ms,
                   gint64      life_ms)
{
  self->asked_ms = now_ms;
  self->sent_ms = now_ms;
  self->life_ms = life_ms;
}

/**
 * till_timing_take_up:
 * @now_us: wall time
 * @payment: as the journal has it
 *
 * Starts the clock of a payment that another program asked, or this one before it ended. The
 * wall clock may be wrong: it only tells how much of the payment's time is over, never that one
 * may reverse early.
 */
void
till_timing_take_up (TillTiming        *self,
                     gint64             now_ms,
                     gint64             now_us,
                     const TillPayment *payment)
{
  gint64 age_ms = MAX ((now_us - payment->asked_us) / 1000, 0);

  /* A watch that ended early would miss what it is there for. */
  if (payment->is_watched && age_ms < WALL_CLOCK_TRUST_MS)
    age_ms = 0;

  self->asked_ms = now_ms - age_ms;
  self->sent_ms = payment->is_watched ? self->asked_ms : now_ms;
  if (payment->expires_us)
    self->life_ms = MAX ((payment->expires_us - payment->asked_us) / 1000, 0);
  self->ask_now = TRUE;
  /* A refund of the program before may still be on its way. */
  if (payment->kind == TILL_KIND_REFUND && !till_payment_is_final (payment->state))
    self->lost_ms = now_ms;
}

/* When a payment's time began. A watch looks for a request that may be on its way yet: where
 * another program sent it, only the wall clock of then says when, and that may have been wrong;
 * so it begins when this program took the payment up. */
static gint64
begun_ms (const TillTiming  *self,
          const TillPayment *payment)
{
  return payment->state == TILL_PAYMENT_FAILED ? MAX (self->asked_ms, self->sent_ms)
                                               : self->asked_ms;
}

/**
 * till_timing_left_ms:
 *
 * Returns: in how many ms the till ends the payment by itself; −1: never
 */
gint64
till_timing_left_ms (const TillTiming  *self,
                     gint64             now_ms,
                     const TillPayment *payment)
{
  gint64 life_ms = payment->state == TILL_PAYMENT_FAILED   ? self->pace->late_ms
                   : payment->kind == TILL_KIND_COLLECT ? self->life_ms
                                                        : self->pace->give_up_ms;

  if (payment->kind == TILL_KIND_REFUND || till_payment_is_ending (payment->state) ||
      payment->state == TILL_PAYMENT_PAID)
    return -1;

  return MAX (begun_ms (self, payment) + life_ms - now_ms, 0);
}

/**
 * till_timing_is_over:
 *
 * Returns: whether the payment's time is over and the last question was asked
 */
gboolean
till_timing_is_over (const TillTiming  *self,
                     gint64             now_ms,
                     const TillPayment *payment)
{
  return self->asked_last && till_timing_left_ms (self, now_ms, payment) == 0;
}

static const TillBackoffStep *
query_steps (const TillTiming  *self,
             const TillPayment *payment)
{
  if (till_payment_is_ending (payment->state))
    return self->pace->close_again;
  if (payment->state == TILL_PAYMENT_FAILED || payment->is_watched)
    return watch_query;
  if (payment->kind == TILL_KIND_COLLECT)
    return self->pace->order_query;
  if (payment->kind == TILL_KIND_REFUND && payment->state == TILL_PAYMENT_WAITING)
    return self->pace->refund_query;

  return self->pace->charge_query;
}

/**
 * till_timing_plan_query:
 *
 * Returns: in how many ms to ask what became of it: by the acquirer's pace, and at the end of
 *   its time a last time
 */
gint64
till_timing_plan_query (TillTiming        *self,
                        gint64             now_ms,
                        const TillPayment *payment)
{
  gboolean is_ending = till_payment_is_ending (payment->state) && self->closing_ms != 0;
  gint64 since_ms = is_ending ? self->closing_ms : begun_ms (self, payment);
  gint64 left_ms = till_timing_left_ms (self, now_ms, payment);
  gint64 delay_ms = till_backoff_ms (query_steps (self, payment), now_ms - since_ms);

  if (self->is_unsent && payment->kind != TILL_KIND_REFUND &&
      payment->state != TILL_PAYMENT_FAILED)
    delay_ms = MIN (delay_ms, UNSENT_AGAIN_MS);

  if (self->ask_now)
    delay_ms = 0;
  self->ask_now = FALSE;

  /* A watch whose last question found no answer goes on at its pace. */
  if (left_ms > 0 || (left_ms == 0 && payment->state != TILL_PAYMENT_FAILED))
    delay_ms = MIN (delay_ms, left_ms);

  return MAX (delay_ms, self->busy_until_ms - now_ms);
}

/**
 * till_timing_asked:
 *
 * It is being asked about now.
 */
void
till_timing_asked (TillTiming        *self,
                   gint64             now_ms,
                   const TillPayment *payment)
{
  self->asked_last = till_timing_left_ms (self, now_ms, payment) == 0;
}

/**
 * till_timing_unsent:
 *
 * What was to be asked never left.
 */
void
till_timing_unsent (TillTiming *self)
{
  self->is_unsent = TRUE;
}

/**
 * till_timing_answered:
 * @event: what the answer to @call says, which was sent
 * @reason: why
 *
 * A reversal or a refund without an answer may still be on its way. A charge that is answered was
 * there by now: the acquirer's "not before" counts from when it came, not from when it left.
 */
void
till_timing_answered (TillTiming       *self,
                      gint64            now_ms,
                      TillCall          call,
                      TillPaymentEvent  event,
                      TillReason        reason)
{
  gboolean is_question = call == TILL_CALL_QUERY || call == TILL_CALL_QUERY_REFUND ||
                         call == TILL_CALL_CLOSE;

  self->is_unsent = FALSE;
  if (is_question && reason == TILL_REASON_BUSY)
    self->busy_until_ms = now_ms + self->pace->busy_ms;
  if ((call == TILL_CALL_REVERSE && event == TILL_EVENT_CLOSE_LOST) ||
      (call == TILL_CALL_REFUND && event == TILL_EVENT_LOST))
    self->lost_ms = now_ms;
  if ((call == TILL_CALL_CHARGE || call == TILL_CALL_TAP) && event != TILL_EVENT_LOST)
    self->sent_ms = now_ms;
}

/**
 * till_timing_others_end:
 * @call: what ends the payment
 *
 * Another program of the till ends the payment, or did: what it sent may be on its way.
 */
void
till_timing_others_end (TillTiming *self,
                        gint64      now_ms,
                        TillCall    call)
{
  if (call == TILL_CALL_REVERSE)
    self->lost_ms = now_ms;
}

/* A reversal that arrives late would make "paid" untrue: it is then reversed again, until the
 * acquirer confirms that. */
static gboolean
is_paid_in_doubt (const TillPayment *payment,
                  TillPaymentEvent   event,
                  gboolean           may_arrive)
{
  return event == TILL_EVENT_PAID && may_arrive && payment->kind != TILL_KIND_REFUND &&
         (payment->state == TILL_PAYMENT_UNSURE || payment->state == TILL_PAYMENT_WAITING ||
          payment->state == TILL_PAYMENT_CLOSING);
}

/* A refund has not failed while an earlier sending of it may do what this one did not. */
static gboolean
is_failure_in_doubt (const TillPayment *payment,
                     TillPaymentEvent   event,
                     gboolean           may_arrive)
{
  return payment->kind == TILL_KIND_REFUND &&
         ((event == TILL_EVENT_UNSENT && payment->n_sent > 1) ||
          (event == TILL_EVENT_REFUSED && may_arrive));
}

/* Nothing is there to be reversed, and nothing can come any more. */
static gboolean
is_never_booked (const TillTiming  *self,
                 gint64             now_ms,
                 const TillPayment *payment,
                 TillPaymentEvent   event)
{
  return event == TILL_EVENT_ABSENT && till_payment_is_ending (payment->state) &&
         self->pace->arrives_within_ms > 0 &&
         now_ms - self->sent_ms >= self->pace->arrives_within_ms;
}

/**
 * till_timing_believe:
 * @payment: (nullable): %NULL before its first row
 *
 * Returns: what @event means for @payment as long as an earlier request of ours may still arrive
 */
TillPaymentEvent
till_timing_believe (const TillTiming  *self,
                     gint64             now_ms,
                     const TillPayment *payment,
                     TillPaymentEvent   event)
{
  const gint64 late_ms = MAX (self->pace->late_ms, self->pace->arrives_within_ms);
  const gboolean may_arrive = self->lost_ms != 0 && now_ms - self->lost_ms < late_ms;

  if (payment && is_paid_in_doubt (payment, event, may_arrive))
    return payment->state == TILL_PAYMENT_CLOSING ? TILL_EVENT_LOST : TILL_EVENT_GIVE_UP;
  if (payment && is_failure_in_doubt (payment, event, may_arrive))
    return TILL_EVENT_LOST;
  if (payment && is_never_booked (self, now_ms, payment, event))
    return TILL_EVENT_CLOSED;

  return event;
}

/**
 * till_timing_plan_again:
 * @n_before: how many other tries failed, where each is a refund of its own
 *
 * Returns: in how many ms to try a refund again that failed and that nobody but the till will
 *   try again
 */
gint64
till_timing_plan_again (TillTiming *self,
                        gint64      now_ms,
                        guint       n_before)
{
  if (self->failed_ms == 0)
    self->failed_ms = now_ms - n_before * refund_again[0].every_ms;

  return till_backoff_ms (refund_again, now_ms - self->failed_ms);
}

/**
 * till_timing_plan_close:
 *
 * Returns: in how many ms to close or reverse it: at once where the rules allow, then again
 *   and again until it is confirmed. A paid one that is reversed needs not wait for its payer.
 */
gint64
till_timing_plan_close (TillTiming        *self,
                        gint64             now_ms,
                        const TillPayment *payment)
{
  gint64 not_before_ms = payment->kind == TILL_KIND_COLLECT ? self->pace->close_not_before_ms
                                                            : self->pace->reverse_not_before_ms;
  gint64 delay_ms = 0;

  if (self->closing_ms == 0)
    self->closing_ms = now_ms;
  else
    delay_ms = till_backoff_ms (self->pace->close_again, now_ms - self->closing_ms);
  if (self->is_unsent)
    delay_ms = MIN (delay_ms, UNSENT_AGAIN_MS);
  if (self->end_now)
    delay_ms = 0;
  if (payment->paid_us == 0)
    delay_ms = MAX (delay_ms, self->sent_ms + not_before_ms - now_ms);

  self->asked_last = FALSE;
  self->ask_now = TRUE;
  self->end_now = FALSE;

  return MAX (delay_ms, self->busy_until_ms - now_ms);
}
