/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sell-flow-private.h"

#include <glib/gi18n.h>

#include "app/brand-row.h"
#include "app/wish.h"
#include "code/paycode.h"
#include "desk/codes.h"

enum {
  SIGNAL_CHANGED,
  SIGNAL_TOLD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillSellFlow, till_sell_flow, G_TYPE_OBJECT)

static void
tell (TillSellFlow *self,
      const char   *sentence,
      gboolean      is_bad)
{
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, sentence, is_bad);
}

static TillDesk *
get_desk (TillSellFlow *self)
{
  return till_current_get_desk (self->current);
}

static TillSaleItem *
get_item (TillSellFlow *self)
{
  return self->current ? till_current_get_item (self->current) : NULL;
}

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

/* Only a code that is on its way or can still be paid is shown; all else that is not over is
 * amber. */
static gboolean
shows_code (TillSellFlow *self,
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

/* Room for the next amount. What is open stays in the list of open payments. */
static void
start_anew (TillSellFlow *self,
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
    tell (self, error->message, TRUE);
    return;
  }

  if (self->asked_digest)
    till_tried_add (self->tried, self->asked_digest, till_desk_get_now_us (get_desk (self)));
  till_keying_set_amount (&self->keying, 0);
  till_sell_flow_set_item (self, item);
}

static void
start (TillSellFlow *self,
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

  /* One way at a time: no card is charged while a code is. */
  g_clear_pointer (&self->tap_wait, till_tap_wait_free);
  if (self->step == TILL_SELL_TAPPING)
    self->step = TILL_SELL_TYPING;
  self->asked_kind = paycode ? TILL_KIND_CHARGE : TILL_KIND_COLLECT;
  self->asked_fen = amount_fen;
  g_free (self->asked_digest);
  self->asked_digest = paycode ? till_tried_digest (self->tried, paycode) : NULL;
  till_wish_start (&wish);
}

/* The amount that a charge or a code is for now: the typed one, or that of a sale which was just
 * refused. */
gint64
till_sell_flow_get_wanted (TillSellFlow *self)
{
  TillOutcome outcome = till_sell_flow_get_outcome (self);

  if (outcome == TILL_OUTCOME_UNPAID || outcome == TILL_OUTCOME_UNASKED)
    return self->asked_fen;

  return get_item (self) ? 0 : till_keying_get_amount (&self->keying);
}

const char *
till_sell_flow_why_not_now (TillSellFlow *self)
{
  TillSaleItem *item = get_item (self);

  if (!item)
    return _("Enter the amount first, then scan the payment code.");
  if (till_outcome_of (item) != TILL_OUTCOME_ASKING)
    return _("This sale is over. Enter the next amount, then scan the payment code.");
  if (shows_code (self, item))
    return _("A code is on the screen. Cancel it first, then scan the payment code.");

  return _("This sale is still being asked about. Do not charge it again.");
}

/* A journal that cannot be written is known before the clerk has asked the customer for a code. */
static gboolean
may_begin (TillSellFlow *self,
           TillBrand     brand,
           TillKind      kind)
{
  TillReason block = till_desk_get_block (get_desk (self), brand, kind);

  if (block == TILL_REASON_NONE)
    return TRUE;

  tell (self, till_reason_get_text (block), TRUE);
  return FALSE;
}

/* The same amount, for whatever the clerk does next with it. */
void
till_sell_flow_go_to (TillSellFlow *self,
                      TillSellStep  step,
                      gint64        amount_fen)
{
  start_anew (self, amount_fen);
  self->step = step;
  till_sell_flow_changed (self);
}

static void
start_codes (TillSellFlow *self,
             gint64        amount_fen,
             TillBrandSet  brands)
{
  if (brands == 0 && !till_codes_propose (get_desk (self), amount_fen, &brands))
    till_sell_flow_go_to (self, TILL_SELL_CHOOSING, amount_fen);
  else
    start (self, amount_fen, NULL,
           brands ? brands : till_desk_get_brands (get_desk (self), TILL_KIND_COLLECT));
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
    start (self, self->asked_fen, NULL, brands);
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
 * till_sell_flow_get_step:
 *
 * Returns: what the clerk is at; a sale says it itself
 */
TillSellStep
till_sell_flow_get_step (TillSellFlow *self)
{
  TillSaleItem *item;

  g_return_val_if_fail (TILL_IS_SELL_FLOW (self), TILL_SELL_TYPING);

  item = get_item (self);
  if (!item)
    return self->step;
  if (till_outcome_of (item) != TILL_OUTCOME_ASKING)
    return TILL_SELL_OVER;

  return shows_code (self, item) ? TILL_SELL_COLLECTING : TILL_SELL_ASKING;
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

  item = get_item (self);

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
  TillSaleItem *item = get_item (self);

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
         (!is_closing[till_sale_item_get_state (get_item (self))] ||
          till_sale_item_get_yields (get_item (self)));
}

/* Where the clerk is asked for the wallet, its number is the answer. */
static gboolean
choose (TillSellFlow *self,
        const char   *key)
{
  TillBrand brand;

  if (!till_brand_row_find_number (till_desk_get_brands (get_desk (self), TILL_KIND_COLLECT), key,
                                   &brand))
    return FALSE;

  till_sell_flow_collect (self, TILL_BRAND_BIT (brand));
  return TRUE;
}

/**
 * till_sell_flow_press:
 * @key: as till_keying_press() takes it
 *
 * A digit belongs to the amount, whatever is shown: a sale that is over makes room, one that is
 * under way goes on in the list of open payments.
 *
 * Returns: whether the key belonged to the amount
 */
gboolean
till_sell_flow_press (TillSellFlow *self,
                      const char   *key)
{
  gboolean is_digit = g_ascii_isdigit (key[0]) || key[0] == '.';

  g_return_val_if_fail (TILL_IS_SELL_FLOW (self), FALSE);

  if (!self->current || (get_item (self) && !is_digit))
    return FALSE;
  if (self->step == TILL_SELL_CHOOSING && choose (self, key))
    return FALSE;

  if (get_item (self))
    start_anew (self, 0);
  self->step = TILL_SELL_TYPING;
  till_keying_press (&self->keying, key);
  till_sell_flow_changed (self);

  return TRUE;
}

/**
 * till_sell_flow_scan:
 * @text: what the scanner read; never logged
 *
 * Charges at once where there is an amount to charge.
 */
void
till_sell_flow_scan (TillSellFlow *self,
                     const char   *text)
{
  g_autofree char *normal = till_paycode_normalise (text);
  TillPaycode code;
  gint64 amount_fen;

  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  if (!self->current)
    return;

  amount_fen = till_sell_flow_get_wanted (self);
  if (amount_fen > 0)
    start (self, amount_fen, text, 0);
  else if (!get_item (self) && (!normal || !till_paycode_identify (normal, &code)))
    tell (self, till_reason_get_text (normal ? code.reason : TILL_REASON_UNKNOWN_CODE), TRUE);
  else
    tell (self, till_sell_flow_why_not_now (self), TRUE);
}

/**
 * till_sell_flow_see:
 * @text: a payment code that lies before the camera; never logged
 *
 * Charges as till_sell_flow_scan() does while one waits for a scan, and does nothing at any other
 * time. Nobody pressed a key for it: what was charged a moment ago is not charged again.
 *
 * Returns: %FALSE where this very code was tried already, by whatever scanner
 */
gboolean
till_sell_flow_see (TillSellFlow *self,
                    const char   *text)
{
  g_autofree char *digest = NULL;

  g_return_val_if_fail (TILL_IS_SELL_FLOW (self), TRUE);

  if (!self->current || till_sell_flow_get_step (self) != TILL_SELL_SCANNING)
    return TRUE;

  digest = till_tried_digest (self->tried, text);
  if (till_tried_contains (self->tried, digest, till_desk_get_now_us (get_desk (self))))
    return FALSE;

  till_sell_flow_scan (self, text);

  return TRUE;
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

  tell (self, sentence, is_bad);
}

/**
 * till_sell_flow_charge:
 *
 * Takes the money by payment code: waits for the scan.
 */
void
till_sell_flow_charge (TillSellFlow *self)
{
  gint64 amount_fen;

  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  if (!self->current)
    return;

  amount_fen = till_sell_flow_get_wanted (self);
  if (amount_fen == 0)
    tell (self, till_sell_flow_why_not_now (self), TRUE);
  else if (may_begin (self, TILL_BRAND_NONE, TILL_KIND_CHARGE))
    till_sell_flow_go_to (self, TILL_SELL_SCANNING, amount_fen);
}

/* One code for another, which the clerk chooses while the first is on the screen. */
static void
change_code (TillSellFlow *self,
             TillBrandSet  brands)
{
  if (brands == 0 && !till_codes_propose (get_desk (self), self->asked_fen, &brands)) {
    tell (self, _("A code is on the screen. Press another wallet's key to change it."), TRUE);
    return;
  }

  till_sell_flow_cancel (self);
  self->next_brands = brands;
}

/**
 * till_sell_flow_collect:
 * @brands: whose codes to show; 0 where nobody has asked the customer yet
 *
 * Shows codes, or asks which wallet it is. One that is on the screen is closed first, and the new
 * one comes when the wallet has confirmed it: never two that both could be paid.
 */
void
till_sell_flow_collect (TillSellFlow *self,
                        TillBrandSet  brands)
{
  gboolean is_digital_yuan = brands == TILL_BRAND_BIT (TILL_BRAND_ECNY);
  TillSaleItem *item;
  gint64 amount_fen;

  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  if (!self->current)
    return;

  item = get_item (self);
  amount_fen = till_sell_flow_get_wanted (self);
  if (amount_fen == 0 && !item)
    tell (self, _("Enter the amount first, then show the code."), TRUE);
  else if (amount_fen == 0 && till_sell_flow_get_step (self) != TILL_SELL_COLLECTING)
    tell (self, till_sell_flow_why_not_now (self), TRUE);
  else if (!may_begin (self, is_digital_yuan ? TILL_BRAND_ECNY : TILL_BRAND_NONE,
                       TILL_KIND_COLLECT))
    return;
  else if (amount_fen > 0)
    start_codes (self, amount_fen, brands);
  else
    change_code (self, brands);
}

/**
 * till_sell_flow_cancel:
 *
 * Closes or reverses the sale that is shown; it is over when the wallet confirms it.
 */
void
till_sell_flow_cancel (TillSellFlow *self)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  if (!till_sell_flow_may_cancel (self))
    return;

  self->next_brands = 0;
  item = till_desk_cancel (get_desk (self), till_sale_item_get_order (get_item (self)), &error);
  if (!item)
    tell (self, error->message, TRUE);
}

/**
 * till_sell_flow_query:
 *
 * Asks the wallet now.
 */
void
till_sell_flow_query (TillSellFlow *self)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  if (!till_sell_flow_may_query (self))
    return;

  item = till_desk_query (get_desk (self), till_sale_item_get_order (get_item (self)), &error);
  if (!item)
    tell (self, error->message, TRUE);
}

/**
 * till_sell_flow_back:
 *
 * One step back: from the scan to the amount, from a code to its cancelling, from all else to a new
 * amount.
 */
void
till_sell_flow_back (TillSellFlow *self)
{
  TillSaleItem *item;

  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  item = get_item (self);
  if (item && till_outcome_of (item) == TILL_OUTCOME_ASKING && shows_code (self, item)) {
    till_sell_flow_cancel (self);
  } else if (!item && self->step != TILL_SELL_TYPING) {
    self->step = TILL_SELL_TYPING;
    till_sell_flow_changed (self);
  } else {
    till_sell_flow_next (self);
  }
}

/**
 * till_sell_flow_next:
 *
 * Makes room for the next customer.
 */
void
till_sell_flow_next (TillSellFlow *self)
{
  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  if (self->current)
    start_anew (self, 0);
}

/**
 * till_sell_flow_open:
 * @item: an open sale
 *
 * Shows a sale that is under way.
 */
void
till_sell_flow_open (TillSellFlow *self,
                     TillSaleItem *item)
{
  g_return_if_fail (TILL_IS_SELL_FLOW (self));

  self->next_brands = 0;
  till_sell_flow_set_item (self, item);
}
