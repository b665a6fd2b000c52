/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/run-private.h"

#include "core/work.h"

/* What other programs on the same journal do to a run's payment: how it is noticed, and what it is
 * then. */

/* A program that is there writes rows about a reversal in seconds. */
#define OTHERS_TURN_MS 4000

/* A payment that is being reversed belongs to the program whose row is its last: only that one
 * sends. So whoever wants to believe "paid" after it has that row before him, and knows that
 * a reversal may be on its way. */
gboolean
till_run_ends_it (TillRun *self)
{
  return till_run_close_call (self) != TILL_CALL_REVERSE ||
         till_run_payment (self)->last_seq == self->own_seq;
}

/* While a payment is another program's to reverse, that may send at any moment; what was sent may be
 * on its way when the payment is being reversed no more. Another run of the sale may have read that
 * program's rows first. */
void
till_run_look_for_others (TillRun *self)
{
  const TillPayment *payment = till_run_payment (self);
  const gint64 now_ms = till_shop_mono_ms (self->shop);

  if (!self->merchant || !payment || payment->kind == TILL_KIND_REFUND ||
      payment->cause == TILL_REASON_NONE || payment->last_seq == self->own_seq)
    return;

  if (payment->last_seq != self->others_seq || till_payment_is_ending (payment->state))
    till_timing_others_end (&self->timing, now_ms, till_run_close_call (self));
  if (payment->last_seq != self->others_seq && (self->own_seq || self->others_seq))
    self->others_ms = now_ms;
  self->others_seq = payment->last_seq;
}

/* Whether another program has moved the payment a moment ago, before this one's eyes, and may be at
 * it: asking twice as often helps nobody. */
gboolean
till_run_is_others_turn (TillRun *self)
{
  till_run_look_for_others (self);

  return till_run_payment (self)->last_seq != self->own_seq && self->others_ms != 0 &&
         till_shop_mono_ms (self->shop) - self->others_ms < OTHERS_TURN_MS;
}

/* Another program has moved this payment: its new state says what to do. */
void
till_run_go_on_from_there (TillRun *self)
{
  till_run_clear_timer (self);
  self->timing.ask_now = TRUE;
  till_run_look_for_others (self);
  till_run_perform_effect (self, till_payment_on_resume (till_run_state (self)));
  till_run_look_after (self);
  self->funcs->committed (self, self->desk);
}

/* Another program has written a row of the sale meanwhile. What happened to this payment still
 * stands, unless the row was about this very payment. */
void
till_run_take_up_again (TillRun       *self,
                        TillHappening *happening)
{
  const TillPaymentState known = till_run_state (self);
  g_autoptr (GError) error = NULL;
  TillSale *sale =
    till_journal_load_sale (self->shop->journal, till_sale_item_get_order (self->item), &error);

  if (sale)
    till_sale_item_replace (self->item, sale);
  else
    till_sale_item_set_fault (self->item, error);

  if (sale && till_run_state (self) == known) {
    g_queue_push_head (&self->happenings, happening);
    return;
  }

  till_happening_free (happening);
  if (sale)
    till_run_go_on_from_there (self);
}

/* Before something leaves that was planned, or waited for a key: whether another program has moved
 * the payment meanwhile. What is paid there must not be reversed here, nor what failed there be
 * charged. No row of the sale may be under way. */
gboolean
till_run_was_overtaken (TillRun *self)
{
  const TillSale *known = till_sale_item_get_sale (self->item);
  const TillPaymentState state = till_run_state (self);
  g_autoptr (TillSale) sale = till_journal_load_sale (self->shop->journal, known->order, NULL);

  if (!sale || sale->last_seq == known->last_seq)
    return FALSE;

  till_sale_item_replace (self->item, g_steal_pointer (&sale));
  return till_run_state (self) != state;
}

/* While nobody answers, the owner may have settled it in another program: without a row to write
 * that would never be seen. */
void
till_run_look_at_journal (TillRun *self)
{
  const TillSale *known = till_sale_item_get_sale (self->item);
  g_autoptr (TillSale) sale = NULL;

  if (till_work_of (known, till_run_payment (self), till_shop_now_us (self->shop)) ==
      TILL_WORK_NONE)
    return;

  sale = till_journal_load_sale (self->shop->journal, known->order, NULL);
  if (!sale || sale->last_seq == known->last_seq)
    return;

  till_sale_item_replace (self->item, g_steal_pointer (&sale));
  self->funcs->committed (self, self->desk);
}
