/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sell-flow-private.h"

#include <glib/gi18n.h>

/* A tap, from the amount to the sale that it becomes. */

static void
tapped_cb (TillTapWait *wait,
           gpointer     user_data)
{
  TillSellFlow *self = user_data;
  g_autoptr (TillSaleItem) item = NULL;
  const char *sentence = till_tap_wait_take_sentence (wait);

  if (sentence)
    till_sell_flow_tell (self, sentence, TRUE);
  if (till_tap_wait_get_item (wait)) {
    item = g_object_ref (till_tap_wait_get_item (wait));
    self->asked_kind = TILL_KIND_TAP;
    gtk_widget_error_bell (self->over);
    till_sell_flow_tell (self, till_tap_state_get_text (TILL_TAP_REMOVE), FALSE);
    till_keying_set_amount (&self->keying, 0);
    till_sell_flow_set_item (self, item);
  } else if (till_tap_wait_is_over (wait)) {
    till_sell_flow_go_to (self, TILL_SELL_TYPING, self->asked_fen);
  } else {
    till_sell_flow_changed (self);
  }
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
  wait = till_tap_wait_new (till_current_get_desk (self->current), amount_fen, tapped_cb, self,
                            &error);
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
 * Returns: how it is with the reader and the card, while one waits for a tap
 */
TillTapState
till_sell_flow_get_tap (TillSellFlow *self)
{
  g_return_val_if_fail (TILL_IS_SELL_FLOW (self), TILL_TAP_OFF);

  return self->tap_wait ? till_tap_wait_get_state (self->tap_wait) : TILL_TAP_OFF;
}
