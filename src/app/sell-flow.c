/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sell-flow-private.h"

#include <glib/gi18n.h>

#include "app/wish.h"

enum {
  SIGNAL_CHANGED,
  SIGNAL_TOLD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillSellFlow, till_sell_flow, G_TYPE_OBJECT)

/**
 * till_sell_flow_get_item:
 *
 * Returns: (transfer none) (nullable): the sale that is shown
 */
TillSaleItem *
till_sell_flow_get_item (TillSellFlow *self)
{
  return self->current ? till_current_get_item (self->current) : NULL;
}

/**
 * till_sell_flow_changed:
 *
 * Tells the pages that the flow is at something else now, after the reader was told.
 */
void
till_sell_flow_changed (TillSellFlow *self)
{
  till_sell_flow_follow_taps (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
is_tapped (const TillSale *sale)
{
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (payment->kind == TILL_KIND_TAP && !till_payment_is_final (payment->state))
      return TRUE;
  }

  return FALSE;
}

/**
 * till_sell_flow_shows_code:
 *
 * Returns: whether @item is a code that is on its way or can still be paid; all else that is not
 *   over is amber
 */
gboolean
till_sell_flow_shows_code (TillSellFlow *self,
                           TillSaleItem *item)
{
  static const gboolean may_show[TILL_PAYMENT_N_STATES] = {
    [TILL_PAYMENT_NEW] = TRUE,
    [TILL_PAYMENT_ASKED] = TRUE,
    [TILL_PAYMENT_WAITING] = TRUE,
  };
  TillKind kind = till_sale_item_get_order (item) ? till_sale_item_get_sale (item)->kind
                                                  : self->asked_kind;

  return kind == TILL_KIND_COLLECT && may_show[till_sale_item_get_state (item)] &&
         !is_tapped (till_sale_item_get_sale (item));
}

/**
 * till_sell_flow_set_item:
 * @item: (nullable): a sale to show from now on; whatever the clerk chose before is over
 */
void
till_sell_flow_set_item (TillSellFlow *self,
                         TillSaleItem *item)
{
  if (item && till_sale_item_get_order (item))
    self->asked_fen = till_sale_item_get_amount (item);
  self->step = TILL_SELL_TYPING;
  till_current_set_item (self->current, item);
  till_sell_flow_changed (self);
}

/**
 * till_sell_flow_start_anew:
 *
 * Makes room for the next amount. What is open stays in the list of open payments.
 */
void
till_sell_flow_start_anew (TillSellFlow *self,
                           gint64        amount_fen)
{
  till_keying_set_amount (&self->keying, amount_fen);
  self->next_brands = 0;
  till_sell_flow_set_item (self, NULL);
}

/* Starting a sale. */

static void
started_cb (TillSaleItem *item,
            const GError *error,
            gpointer      wisher)
{
  TillSellFlow *self = TILL_SELL_FLOW (wisher);

  if (!item) {
    till_sell_flow_tell (self, error->message, TRUE);
    return;
  }

  if (self->asked_digest)
    till_tried_add (self->tried, self->asked_digest,
                    till_desk_get_now_us (till_current_get_desk (self->current)));
  till_keying_set_amount (&self->keying, 0);
  till_sell_flow_set_item (self, item);
}

/**
 * till_sell_flow_start:
 * @paycode: (nullable): what the customer showed; codes are asked for without it
 *
 * Begins a sale. One way at a time: whatever waits for a card is given up.
 */
void
till_sell_flow_start (TillSellFlow *self,
                      gint64        amount_fen,
                      const char   *paycode,
                      TillBrandSet  brands)
{
  const TillWish wish = {
    .desk = till_current_get_desk (self->current),
    .over = self->over,
    .wisher = G_OBJECT (self),
    .amount_fen = amount_fen,
    .paycode = paycode,
    .brands = brands,
    .done = started_cb,
  };

  g_clear_pointer (&self->tap_wait, till_tap_wait_free);
  if (self->step == TILL_SELL_TAPPING)
    self->step = TILL_SELL_TYPING;
  self->asked_kind = paycode ? TILL_KIND_CHARGE : TILL_KIND_COLLECT;
  self->asked_fen = amount_fen;
  g_free (self->asked_digest);
  self->asked_digest = paycode ? till_tried_digest (self->tried, paycode) : NULL;
  till_wish_start (&wish);
}

/**
 * till_sell_flow_get_wanted:
 *
 * Returns: the amount that a charge or a code is for now: the typed one, or that of a sale which
 *   was just refused; 0 where there is none
 */
gint64
till_sell_flow_get_wanted (TillSellFlow *self)
{
  TillOutcome outcome = till_sell_flow_get_outcome (self);

  if (outcome == TILL_OUTCOME_UNPAID || outcome == TILL_OUTCOME_UNASKED)
    return self->asked_fen;

  return till_sell_flow_get_item (self) ? 0 : till_keying_get_amount (&self->keying);
}

/**
 * till_sell_flow_why_not_now:
 *
 * Returns: the sentence for a clerk who scans or taps where there is nothing to charge
 */
const char *
till_sell_flow_why_not_now (TillSellFlow *self)
{
  TillSaleItem *item = till_sell_flow_get_item (self);

  if (!item)
    return _("Enter the amount first, then scan the payment code.");
  if (till_outcome_of (item) != TILL_OUTCOME_ASKING)
    return _("This sale is over. Enter the next amount, then scan the payment code.");
  if (till_sell_flow_shows_code (self, item))
    return _("A code is on the screen. Cancel it first, then scan the payment code.");

  return _("This sale is still being asked about. Do not charge it again.");
}

/**
 * till_sell_flow_go_to:
 *
 * The same amount, for whatever the clerk does next with it.
 */
void
till_sell_flow_go_to (TillSellFlow *self,
                      TillSellStep  step,
                      gint64        amount_fen)
{
  till_sell_flow_start_anew (self, amount_fen);
  self->step = step;
  till_sell_flow_changed (self);
}

/* Following the sale. */

static void
item_changed_cb (TillSaleItem *item,
                 GParamSpec   *pspec,
                 TillSellFlow *self)
{
  TillBrandSet brands = self->next_brands;

  if (till_sale_item_get_order (item))
    self->asked_fen = till_sale_item_get_amount (item);

  /* The clerk changed the wallet: the old code is confirmed closed, so the new one may come. */
  if (brands && till_outcome_of (item) == TILL_OUTCOME_UNPAID) {
    self->next_brands = 0;
    till_sell_flow_start (self, self->asked_fen, NULL, brands);
    return;
  }

  till_sell_flow_changed (self);
}

static void
current_item_cb (TillCurrent  *current,
                 GParamSpec   *pspec,
                 TillSellFlow *self)
{
  till_sell_flow_stop_taps (self);
  g_signal_group_set_target (self->item_signals, till_current_get_item (current));
}

static void
till_sell_flow_dispose (GObject *object)
{
  TillSellFlow *self = TILL_SELL_FLOW (object);

  till_sell_flow_stop_taps (self);
  g_clear_object (&self->item_signals);
  g_clear_object (&self->current);

  G_OBJECT_CLASS (till_sell_flow_parent_class)->dispose (object);
}

static void
till_sell_flow_finalize (GObject *object)
{
  TillSellFlow *self = TILL_SELL_FLOW (object);

  till_tried_free (self->tried);
  g_free (self->asked_digest);

  G_OBJECT_CLASS (till_sell_flow_parent_class)->finalize (object);
}

static void
till_sell_flow_class_init (TillSellFlowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = till_sell_flow_dispose;
  G_OBJECT_CLASS (klass)->finalize = till_sell_flow_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", TILL_TYPE_SELL_FLOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
  signals[SIGNAL_TOLD] =
    g_signal_new ("told", TILL_TYPE_SELL_FLOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
till_sell_flow_init (TillSellFlow *self)
{
  self->tried = till_tried_new ();
  self->item_signals = g_signal_group_new (TILL_TYPE_SALE_ITEM);
  g_signal_group_connect (self->item_signals, "notify::state", G_CALLBACK (item_changed_cb), self);
  g_signal_group_connect (self->item_signals, "notify::fault", G_CALLBACK (item_changed_cb), self);
}

/**
 * till_sell_flow_new:
 * @over: the widget that owns the flow; questions lie over its window
 */
TillSellFlow *
till_sell_flow_new (GtkWidget *over)
{
  TillSellFlow *self = g_object_new (TILL_TYPE_SELL_FLOW, NULL);

  self->over = over;

  return self;
}

/**
 * till_sell_flow_set_current:
 *
 * Opens the shop, once.
 */
void
till_sell_flow_set_current (TillSellFlow *self,
                            TillCurrent  *current)
{
  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  if (!g_set_object (&self->current, current))
    return;

  g_signal_connect_object (current, "notify::item", G_CALLBACK (current_item_cb), self, 0);
  till_sell_flow_changed (self);
}

/**
 * till_sell_flow_keep_tried:
 * @dir: the profile's
 *
 * Lets the codes that were tried outlive the window, so that one that still lies before the camera
 * when it is opened again is not charged once more.
 */
void
till_sell_flow_keep_tried (TillSellFlow *self,
                           const char   *dir)
{
  g_autofree char *path = g_build_filename (dir, "tried.ini", NULL);

  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  till_tried_keep (self->tried, path);
}

/**
 * till_sell_flow_get_step:
 *
 * Returns: what the clerk is at; a sale says it itself
 */
TillSellStep
till_sell_flow_get_step (TillSellFlow *self)
{
  TillSaleItem *item;

  g_return_val_if_fail (TILL_IS_SELL_FLOW (self), TILL_SELL_TYPING);

  item = till_sell_flow_get_item (self);
  if (!item)
    return self->step;
  if (till_outcome_of (item) != TILL_OUTCOME_ASKING)
    return TILL_SELL_OVER;

  return till_sell_flow_shows_code (self, item) ? TILL_SELL_COLLECTING : TILL_SELL_ASKING;
}

/**
 * till_sell_flow_get_outcome:
 *
 * Returns: of the sale that is shown; %TILL_OUTCOME_ASKING where there is none
 */
TillOutcome
till_sell_flow_get_outcome (TillSellFlow *self)
{
  TillSaleItem *item;

  g_return_val_if_fail (TILL_IS_SELL_FLOW (self), TILL_OUTCOME_ASKING);

  item = till_sell_flow_get_item (self);

  return item ? till_outcome_of (item) : TILL_OUTCOME_ASKING;
}

/**
 * till_sell_flow_get_keying:
 *
 * Returns: (transfer none): the amount, as far as it is typed
 */
const TillKeying *
till_sell_flow_get_keying (TillSellFlow *self)
{
  g_return_val_if_fail (TILL_IS_SELL_FLOW (self), NULL);

  return &self->keying;
}

/**
 * till_sell_flow_may_query:
 *
 * Returns: whether there is a sale here to ask about
 */
gboolean
till_sell_flow_may_query (TillSellFlow *self)
{
  TillSaleItem *item = till_sell_flow_get_item (self);

  return item && till_sale_item_get_order (item) && till_outcome_of (item) == TILL_OUTCOME_ASKING;
}

/**
 * till_sell_flow_may_cancel:
 *
 * Returns: whether there is a sale here to cancel that is not being cancelled already
 */
gboolean
till_sell_flow_may_cancel (TillSellFlow *self)
{
  static const gboolean is_closing[TILL_PAYMENT_N_STATES] = {
    [TILL_PAYMENT_CLOSING] = TRUE,
    [TILL_PAYMENT_CLOSED_ONCE] = TRUE,
    [TILL_PAYMENT_REVERSED] = TRUE,
    [TILL_PAYMENT_REVERSING] = TRUE,
  };

  /* What is being ended for a card can still be cancelled for good. */
  return till_sell_flow_may_query (self) &&
         (!is_closing[till_sale_item_get_state (till_sell_flow_get_item (self))] ||
          till_sale_item_get_yields (till_sell_flow_get_item (self)));
}

/**
 * till_sell_flow_tell:
 * @is_bad: whether something went wrong
 *
 * Tells the clerk something.
 */
void
till_sell_flow_tell (TillSellFlow *self,
                     const char   *sentence,
                     gboolean      is_bad)
{
  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  g_signal_emit (self, signals[SIGNAL_TOLD], 0, sentence, is_bad);
}
