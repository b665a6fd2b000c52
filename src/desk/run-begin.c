/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/run-private.h"

#include <string.h>

/* A payment's first row, and what it waits for. */

/* A request may name the moment of its asking, and later ones name it again: the row has the
 * same. */
static void
sign_ahead (TillRun       *self,
            const TillRow *first)
{
  const TillSale *sale = till_sale_item_get_sale (self->item);
  TillSale empty = {
    .order = first->sale ? first->sale : self->payment,
    .currency = first->currency,
    .clerk = first->clerk,
  };
  TillPayment payment = {
    .order = self->payment,
    .kind = first->kind,
    .amount_fen = first->amount_fen,
    .of = first->of,
    .brand = first->brand,
    .note = first->note,
    .keep = first->keep,
    .asked_us = first->at_us,
    .expires_us = first->expires_us,
  };

  till_run_prepare (self, sale->order ? sale : &empty, &payment);
}

/**
 * till_run_set_card:
 * @card: (nullable): what till-reader sealed of the card that was tapped
 * @number: its first six and last four digits
 *
 * Before till_run_ask(), for a tap; kept in memory until the run ends.
 */
void
till_run_set_card (TillRun    *self,
                   const char *card,
                   const char *number)
{
  self->card = g_strdup (card);
  self->card_number = g_strdup (number);
}

/**
 * till_run_reserve:
 * @first: the facts of the payment's first row, as far as they are known
 *
 * It will be asked once its contract has the keys of the day: end this with till_run_ask() or
 * till_run_give_up(). Until then nothing is written, and till_run_get_asking() counts it.
 */
void
till_run_reserve (TillRun       *self,
                  const TillRow *first)
{
  self->reserved = till_row_copy (first);
}

/**
 * till_run_is_reserved:
 *
 * Returns: whether its first row waits for keys
 */
gboolean
till_run_is_reserved (TillRun *self)
{
  return self->reserved != NULL;
}

/**
 * till_run_give_up:
 *
 * What was reserved is not asked; the run ends.
 */
void
till_run_give_up (TillRun *self)
{
  g_clear_pointer (&self->reserved, till_row_free);
  till_run_pump (self);
}

/**
 * till_run_ask:
 * @first: the facts of the payment's first row
 * @paycode: (nullable): of a charge; kept in memory until the run ends
 *
 * Writes the asking, then sends it. It is signed here while the journal's thread commits.
 */
void
till_run_ask (TillRun       *self,
              const TillRow *first,
              const char    *paycode)
{
  g_autoptr (TillRow) asking = till_row_copy (first);
  gint64 life_ms;

  g_clear_pointer (&self->reserved, till_row_free);
  asking->at_us = till_shop_now_us (self->shop);
  life_ms = (asking->expires_us - asking->at_us) / 1000;
  self->paycode = g_strdup (paycode);
  till_timing_begin (&self->timing, till_shop_mono_ms (self->shop), life_ms);
  till_run_happen (self, TILL_EVENT_ASK);
  ((TillHappening *) g_queue_peek_tail (&self->happenings))->first = till_row_copy (asking);
  till_run_pump (self);
  sign_ahead (self, asking);
}

/**
 * till_run_get_asking:
 * @of: a payment of the sale
 *
 * Returns: how much of @of this run is about to give back whose first row is not written yet
 */
gint64
till_run_get_asking (TillRun    *self,
                     const char *of)
{
  const TillHappening *asking = self->append ? self->append->happening
                                             : g_queue_peek_head (&self->happenings);
  const TillRow *first = self->reserved ? self->reserved : asking ? asking->first : NULL;

  if (till_run_payment (self) || !first || g_strcmp0 (first->of, of) != 0)
    return 0;

  return first->amount_fen;
}
