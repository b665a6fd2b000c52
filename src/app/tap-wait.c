/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/tap-wait.h"

/* After so many cards that may not be charged the customer is asked for a code. */
#define TRIES_MOST 2

struct _TillTapWait
{
  TillDesk        *desk;
  gint64           amount_fen;
  TillSaleItem    *onto;       /* the sale whose code is on the screen; NULL: a sale of its own */
  TillTapWaitFunc  func;
  gpointer         user_data;

  TillTapping     *tapping;
  guint            n_refused;
  char            *sentence;   /* for the clerk, not yet taken */
  char            *taken;
  gboolean         is_over;
};

static void changed_cb (TillTapping *tapping,
                        TillTapWait *self);

static gboolean
begin (TillTapWait *self,
       GError     **error)
{
  TillTapping *tapping =
    self->onto ? till_desk_tap_onto (self->desk, self->onto, error)
               : till_desk_tap (self->desk, self->amount_fen, NULL, 0, NULL, error);

  if (!tapping)
    return FALSE;

  g_clear_object (&self->tapping);
  self->tapping = tapping;
  g_signal_connect (tapping, "changed", G_CALLBACK (changed_cb), self);

  return TRUE;
}

static void
say (TillTapWait *self,
     const char  *sentence)
{
  g_free (self->sentence);
  self->sentence = g_strdup (sentence);
}

/* After these no other card would fare better. */
static const TillReason last_reasons[] = {
  TILL_REASON_CANCELLED, TILL_REASON_CODE_OPEN, TILL_REASON_CODE_PAID, TILL_REASON_TAP_OPEN,
  TILL_REASON_JOURNAL,   TILL_REASON_NONE,
};

/* While a code is on the screen a further card costs nobody any time. */
static gboolean
may_go_on (TillTapWait *self)
{
  const TillReason reason = till_tapping_get_reason (self->tapping);

  for (guint i = 0; self->onto && i < G_N_ELEMENTS (last_reasons); i++) {
    if (last_reasons[i] == reason)
      return FALSE;
  }

  return !till_tapping_get_fault (self->tapping) &&
         (++self->n_refused < TRIES_MOST || self->onto);
}

/* Nothing was sent: the next card may be tapped, once more. */
static void
take_refusal (TillTapWait *self)
{
  g_autoptr (GError) error = NULL;

  if (till_tapping_get_fault (self->tapping))
    say (self, till_tapping_get_fault (self->tapping)->message);
  else
    say (self, till_reason_get_text (till_tapping_get_reason (self->tapping)));

  if (!may_go_on (self)) {
    self->is_over = TRUE;
  } else if (!begin (self, &error)) {
    say (self, error->message);
    self->is_over = TRUE;
  }
}

static void
changed_cb (TillTapping *tapping,
            TillTapWait *self)
{
  g_autoptr (TillTapping) held = g_object_ref (tapping);

  if (till_tapping_is_over (tapping) && !till_tapping_get_item (tapping)) {
    g_signal_handlers_disconnect_by_data (tapping, self);
    take_refusal (self);
  }
  self->func (self, self->user_data);
}

/**
 * till_tap_wait_new:
 * @onto: (nullable): a sale whose code is on the screen, which a card may pay in the code's place
 * @func: called when something changed, until it is freed
 * @error: %TILL_REFUSAL; no card is waited for then
 *
 * Returns: (transfer full) (nullable): the wait; to free it ends it
 */
TillTapWait *
till_tap_wait_new (TillDesk        *desk,
                   gint64           amount_fen,
                   TillSaleItem    *onto,
                   TillTapWaitFunc  func,
                   gpointer         user_data,
                   GError         **error)
{
  TillTapWait *self = g_new0 (TillTapWait, 1);

  self->desk = g_object_ref (desk);
  self->amount_fen = amount_fen;
  self->onto = onto ? g_object_ref (onto) : NULL;
  self->func = func;
  self->user_data = user_data;
  if (begin (self, error))
    return self;

  till_tap_wait_free (self);
  return NULL;
}

void
till_tap_wait_free (TillTapWait *self)
{
  if (self->tapping) {
    g_signal_handlers_disconnect_by_data (self->tapping, self);
    if (!till_tapping_is_over (self->tapping))
      till_tapping_cancel (self->tapping);
  }
  g_clear_object (&self->tapping);
  g_clear_object (&self->onto);
  g_object_unref (self->desk);
  g_free (self->sentence);
  g_free (self->taken);
  g_free (self);
}

TillTapState
till_tap_wait_get_state (TillTapWait *self)
{
  return till_tapping_get_state (self->tapping);
}

/**
 * till_tap_wait_get_item:
 *
 * Returns: (transfer none) (nullable): the sale, once a card is being charged
 */
TillSaleItem *
till_tap_wait_get_item (TillTapWait *self)
{
  return till_tapping_get_item (self->tapping);
}

/**
 * till_tap_wait_get_onto:
 *
 * Returns: (transfer none) (nullable): the sale whose code is on the screen
 */
TillSaleItem *
till_tap_wait_get_onto (TillTapWait *self)
{
  return self->onto;
}

/**
 * till_tap_wait_has_card:
 *
 * Returns: whether a card was read, and is charged as soon as the code is ended
 */
gboolean
till_tap_wait_has_card (TillTapWait *self)
{
  return till_tapping_has_card (self->tapping);
}

/**
 * till_tap_wait_is_over:
 *
 * Returns: whether no further card is waited for, and none is being charged
 */
gboolean
till_tap_wait_is_over (TillTapWait *self)
{
  return self->is_over;
}

/**
 * till_tap_wait_take_sentence:
 *
 * Returns: (transfer none) (nullable): what the clerk must be told, once
 */
const char *
till_tap_wait_take_sentence (TillTapWait *self)
{
  g_free (self->taken);
  self->taken = g_steal_pointer (&self->sentence);

  return self->taken;
}
