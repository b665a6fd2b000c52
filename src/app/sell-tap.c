/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sell-flow-private.h"

#include <glib/gi18n.h>

/* A tap, from the amount to the sale that it becomes. */

/* The customer looks at the card, and the clerk elsewhere: what a card must do is said by the
 * desktop's bell too. */
static const gboolean rings[TILL_TAP_N_STATES] = {
  [TILL_TAP_READING] = TRUE,
  [TILL_TAP_AGAIN]   = TRUE,
  [TILL_TAP_REMOVE]  = TRUE,
};

static void
ring (TillSellFlow *self,
      TillTapWait  *wait)
{
  const TillTapState state = till_tap_wait_get_item (wait) || till_tap_wait_has_card (wait)
                               ? TILL_TAP_REMOVE : till_tap_wait_get_state (wait);

  if (state == self->heard_tap)
    return;

  self->heard_tap = state;
  if (rings[state])
    gtk_widget_error_bell (self->over);
}

/* What was read is charged: the next is another customer's. */
static void
take_item (TillSellFlow *self,
           TillSaleItem *charged)
{
  g_autoptr (TillSaleItem) item = g_object_ref (charged);

  if (item == till_current_get_item (self->current)) {
    g_clear_pointer (&self->tap_wait, till_tap_wait_free);
    till_sell_flow_changed (self);
    return;
  }

  self->asked_kind = TILL_KIND_TAP;
  till_sell_flow_tell (self, till_tap_state_get_text (TILL_TAP_REMOVE), FALSE);
  till_keying_set_amount (&self->keying, 0);
  till_sell_flow_set_item (self, item);
}

static void
tapped_cb (TillTapWait *wait,
           gpointer     user_data)
{
  TillSellFlow *self = user_data;
  const char *sentence = till_tap_wait_take_sentence (wait);

  if (sentence)
    till_sell_flow_tell (self, sentence, TRUE);
  ring (self, wait);
  if (till_tap_wait_get_item (wait)) {
    take_item (self, till_tap_wait_get_item (wait));
  } else if (till_tap_wait_is_over (wait) && till_current_get_item (self->current)) {
    g_clear_pointer (&self->tap_wait, till_tap_wait_free);
    till_sell_flow_changed (self);
  } else if (till_tap_wait_is_over (wait)) {
    till_sell_flow_go_to (self, TILL_SELL_TYPING, self->asked_fen);
  } else {
    till_sell_flow_changed (self);
  }
}

/* Where a code is on the screen a card may be tapped in its place, or a phone that shall open it,
 * without a key being pressed. */
static void
look_beside_code (TillSellFlow *self)
{
  TillDesk *desk = till_current_get_desk (self->current);
  TillSaleItem *item = till_current_get_item (self->current);
  g_autoptr (GError) error = NULL;

  if (self->has_looked || !till_sale_item_get_code_text (item))
    return;

  self->has_looked = TRUE;
  switch (till_desk_get_beside (desk)) {
  case TILL_BESIDE_NOTHING:
    break;
  case TILL_BESIDE_CARDS:
    self->tap_wait = till_tap_wait_new (desk, till_sale_item_get_amount (item), item, tapped_cb,
                                        self, &error);
    break;
  case TILL_BESIDE_LINK:
    self->link = till_link_new (desk, item);
    g_signal_connect_object (self->link, "changed", G_CALLBACK (till_sell_flow_changed), self,
                             G_CONNECT_SWAPPED);
    break;
  }
  /* The code can be paid all the same: why there is no other way is for the log. */
  if (error)
    g_debug ("no card beside this code: %s", error->message);
}

static void
drop_link (TillSellFlow *self)
{
  g_signal_handlers_disconnect_by_data (self->link, self);
  till_link_end (self->link);
  g_clear_object (&self->link);
}

static gboolean
is_wanted (TillSellFlow *self,
           TillSellStep  step)
{
  return till_tap_wait_get_onto (self->tap_wait) == till_current_get_item (self->current) &&
         (step == TILL_SELL_TAPPING || step == TILL_SELL_COLLECTING ||
          till_tap_wait_has_card (self->tap_wait));
}

/**
 * till_sell_flow_follow_taps:
 *
 * Who does anything else waits for a card no more; one that was read is charged.
 */
void
till_sell_flow_follow_taps (TillSellFlow *self)
{
  const TillSellStep step = till_sell_flow_get_step (self);

  if (self->tap_wait && !is_wanted (self, step))
    g_clear_pointer (&self->tap_wait, till_tap_wait_free);
  if (self->link && step != TILL_SELL_COLLECTING)
    drop_link (self);
  if (step == TILL_SELL_COLLECTING)
    look_beside_code (self);
}

/**
 * till_sell_flow_stop_taps:
 *
 * Ends what the reader does for the sale that is shown.
 */
void
till_sell_flow_stop_taps (TillSellFlow *self)
{
  g_clear_pointer (&self->tap_wait, till_tap_wait_free);
  if (self->link)
    drop_link (self);
  self->has_looked = FALSE;
  self->heard_tap = TILL_TAP_OFF;
}

/**
 * till_sell_flow_tap:
 *
 * Waits for a card or phone at the reader. What a card itself refuses was not sent: another may be
 * tapped.
 */
void
till_sell_flow_tap (TillSellFlow *self)
{
  g_autoptr (GError) error = NULL;
  TillTapWait *wait;
  gint64 amount_fen;

  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  if (!self->current || till_sell_flow_get_step (self) == TILL_SELL_TAPPING)
    return;

  amount_fen = till_sell_flow_get_wanted (self);
  if (amount_fen == 0) {
    till_sell_flow_tell (self,
                         till_current_get_item (self->current)
                           ? till_sell_flow_why_not_now (self)
                           : _("Enter the amount first, then tap the card or phone."),
                         TRUE);
    return;
  }
  wait = till_tap_wait_new (till_current_get_desk (self->current), amount_fen, NULL, tapped_cb,
                            self, &error);
  if (!wait) {
    till_sell_flow_tell (self, error->message, TRUE);
    return;
  }

  till_sell_flow_go_to (self, TILL_SELL_TAPPING, amount_fen);
  self->asked_fen = amount_fen;
  self->tap_wait = wait;
  till_sell_flow_changed (self);
}

/**
 * till_sell_flow_get_tap:
 *
 * Returns: how it is with reader and card, while a card is waited for, or phones can read the code;
 *   else %TILL_TAP_OFF
 */
TillTapState
till_sell_flow_get_tap (TillSellFlow *self)
{
  g_return_val_if_fail (TILL_IS_SELL_FLOW (self), TILL_TAP_OFF);

  if (self->link)
    return till_link_get_state (self->link);

  return self->tap_wait ? till_tap_wait_get_state (self->tap_wait) : TILL_TAP_OFF;
}

/**
 * till_sell_flow_tell_tap:
 *
 * Returns: (transfer none) (nullable): what the customer can do with a card or phone while a code
 *   is on the screen, or why that is not possible now; %NULL where nothing is to be said
 */
const char *
till_sell_flow_tell_tap (TillSellFlow *self)
{
  const TillTapState state = till_sell_flow_get_tap (self);

  /* Nobody asked for the reader: a shop without one need not be told with each code. */
  if (state == TILL_TAP_OFF || state == TILL_TAP_STARTING || state == TILL_TAP_ABSENT)
    return NULL;
  if (self->link && till_link_was_read (self->link))
    return _("A phone has opened the code. The customer pays there.");

  return state == TILL_TAP_WAITING ? _("Or hold a card or a phone to the reader.")
                                   : till_tap_state_get_text (state);
}
