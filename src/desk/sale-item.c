/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/sale-item.h"

struct _TillSaleItem
{
  GObject   parent_instance;

  TillSale *sale;
  gint64    next_us;
  gint64    gives_up_us;
  GError   *fault;
  gpointer  writer;   /* whose row of it is being committed */
  gboolean  goes_on;  /* one acquirer refused it; the next one's first row is on its way */
  gboolean  yields;   /* its codes are being ended for a card that was read */
};

enum {
  PROP_0,
  PROP_ORDER,
  PROP_AMOUNT_FEN,
  PROP_STATE,
  PROP_REASON,
  PROP_BRAND,
  PROP_CODE_TEXT,
  PROP_REFUNDED_FEN,
  PROP_IS_OPEN,
  PROP_EXPIRES_US,
  PROP_NEXT_US,
  PROP_GIVES_UP_US,
  PROP_FAULT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TillSaleItem, till_sale_item, G_TYPE_OBJECT)

/* The payment whose code is on the screen: the one that still waits for its customer. */
static const TillPayment *
shown_payment (TillSaleItem *self)
{
  for (guint i = 0; i < self->sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (self->sale->payments, i);

    if (payment->state == TILL_PAYMENT_WAITING && payment->code_text)
      return payment;
  }

  return NULL;
}

static void
notify_sale (TillSaleItem *self)
{
  for (guint prop = PROP_ORDER; prop <= PROP_EXPIRES_US; prop++)
    g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static void
till_sale_item_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  TillSaleItem *self = TILL_SALE_ITEM (object);

  switch (prop_id) {
  case PROP_ORDER:
    g_value_set_string (value, self->sale->order);
    break;
  case PROP_AMOUNT_FEN:
    g_value_set_int64 (value, self->sale->amount_fen);
    break;
  case PROP_STATE:
    g_value_set_uint (value, till_sale_item_get_state (self));
    break;
  case PROP_REASON:
    g_value_set_uint (value, till_sale_item_get_reason (self));
    break;
  case PROP_BRAND:
    g_value_set_uint (value, self->sale->brand);
    break;
  case PROP_CODE_TEXT:
    g_value_set_string (value, till_sale_item_get_code_text (self));
    break;
  case PROP_REFUNDED_FEN:
    g_value_set_int64 (value, self->sale->refunded_fen);
    break;
  case PROP_IS_OPEN:
    g_value_set_boolean (value, till_sale_item_is_open (self));
    break;
  case PROP_EXPIRES_US:
    g_value_set_int64 (value, till_sale_item_get_expires_us (self));
    break;
  case PROP_NEXT_US:
    g_value_set_int64 (value, self->next_us);
    break;
  case PROP_GIVES_UP_US:
    g_value_set_int64 (value, self->gives_up_us);
    break;
  case PROP_FAULT:
    g_value_set_string (value, self->fault ? self->fault->message : NULL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_sale_item_finalize (GObject *object)
{
  TillSaleItem *self = TILL_SALE_ITEM (object);

  till_sale_free (self->sale);
  g_clear_error (&self->fault);

  G_OBJECT_CLASS (till_sale_item_parent_class)->finalize (object);
}

static void
till_sale_item_class_init (TillSaleItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = till_sale_item_get_property;
  object_class->finalize = till_sale_item_finalize;

  props[PROP_ORDER] = g_param_spec_string ("order", NULL, NULL, NULL, flags);
  props[PROP_AMOUNT_FEN] =
    g_param_spec_int64 ("amount-fen", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_STATE] =
    g_param_spec_uint ("state", NULL, NULL, 0, TILL_PAYMENT_N_STATES - 1, 0, flags);
  props[PROP_REASON] = g_param_spec_uint ("reason", NULL, NULL, 0, TILL_N_REASONS - 1, 0, flags);
  props[PROP_BRAND] = g_param_spec_uint ("brand", NULL, NULL, 0, TILL_N_BRANDS - 1, 0, flags);
  props[PROP_CODE_TEXT] = g_param_spec_string ("code-text", NULL, NULL, NULL, flags);
  props[PROP_REFUNDED_FEN] =
    g_param_spec_int64 ("refunded-fen", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_IS_OPEN] = g_param_spec_boolean ("is-open", NULL, NULL, FALSE, flags);
  props[PROP_EXPIRES_US] =
    g_param_spec_int64 ("expires-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_NEXT_US] = g_param_spec_int64 ("next-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_GIVES_UP_US] =
    g_param_spec_int64 ("gives-up-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_FAULT] = g_param_spec_string ("fault", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
till_sale_item_init (TillSaleItem *self)
{
}

/**
 * till_sale_item_new:
 * @sale: (transfer full): may be empty: a sale whose first row is not written yet
 *
 * Returns: (transfer full): the item
 */
TillSaleItem *
till_sale_item_new (TillSale *sale)
{
  TillSaleItem *self = g_object_new (TILL_TYPE_SALE_ITEM, NULL);

  self->sale = sale;

  return self;
}

const TillSale *
till_sale_item_get_sale (TillSaleItem *self)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), NULL);

  return self->sale;
}

const char *
till_sale_item_get_order (TillSaleItem *self)
{
  return till_sale_item_get_sale (self)->order;
}

gint64
till_sale_item_get_amount (TillSaleItem *self)
{
  return till_sale_item_get_sale (self)->amount_fen;
}

TillPaymentState
till_sale_item_get_state (TillSaleItem *self)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), TILL_PAYMENT_NEW);

  if (self->goes_on)
    return TILL_PAYMENT_ASKED;

  return self->yields && self->sale->state == TILL_PAYMENT_FAILED ? TILL_PAYMENT_CLOSING
                                                                  : self->sale->state;
}

TillReason
till_sale_item_get_reason (TillSaleItem *self)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), TILL_REASON_NONE);

  if (self->goes_on)
    return TILL_REASON_NONE;

  return self->yields && self->sale->state != TILL_PAYMENT_PAID ? TILL_REASON_CARD_NEXT
                                                                : self->sale->reason;
}

TillBrand
till_sale_item_get_brand (TillSaleItem *self)
{
  return till_sale_item_get_sale (self)->brand;
}

const char *
till_sale_item_get_code_text (TillSaleItem *self)
{
  const TillPayment *shown;

  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), NULL);

  shown = shown_payment (self);

  return shown ? shown->code_text : NULL;
}

gint64
till_sale_item_get_expires_us (TillSaleItem *self)
{
  const TillPayment *shown;

  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), 0);

  shown = shown_payment (self);

  return shown ? shown->expires_us : 0;
}

gint64
till_sale_item_get_next_us (TillSaleItem *self)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), 0);

  return self->next_us;
}

gint64
till_sale_item_get_gives_up_us (TillSaleItem *self)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), 0);

  return self->gives_up_us;
}

/**
 * till_sale_item_is_open:
 *
 * Returns: whether the till has something to do about it yet
 */
gboolean
till_sale_item_is_open (TillSaleItem *self)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), FALSE);

  return self->sale->is_open || self->sale->order == NULL || self->goes_on || self->yields;
}

const GError *
till_sale_item_get_fault (TillSaleItem *self)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), NULL);

  return self->fault;
}

/**
 * till_sale_item_apply:
 * @row: a committed row of the sale
 * @error: as till_sale_apply() sets it
 *
 * Folds @row in and tells whoever watches.
 *
 * Returns: %FALSE where @row does not follow; nothing changed then
 */
gboolean
till_sale_item_apply (TillSaleItem  *self,
                      const TillRow *row,
                      GError       **error)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), FALSE);

  if (!till_sale_apply (self->sale, row, error))
    return FALSE;

  if (row->event == TILL_EVENT_ASK)
    self->goes_on = self->yields = FALSE;
  notify_sale (self);
  return TRUE;
}

/**
 * till_sale_item_replace:
 * @sale: (transfer full): the same sale as the journal has it now
 *
 * Takes what another program wrote.
 */
void
till_sale_item_replace (TillSaleItem *self,
                        TillSale     *sale)
{
  g_return_if_fail (TILL_IS_SALE_ITEM (self));

  till_sale_free (self->sale);
  self->sale = sale;
  notify_sale (self);
}

/**
 * till_sale_item_set_plan:
 * @next_us: when the acquirer is asked next, µs UTC; 0: not planned
 * @gives_up_us: when it will be closed or reversed; 0: not planned
 *
 * For the countdown that the clerk sees.
 */
void
till_sale_item_set_plan (TillSaleItem *self,
                         gint64        next_us,
                         gint64        gives_up_us)
{
  g_return_if_fail (TILL_IS_SALE_ITEM (self));

  if (self->next_us != next_us) {
    self->next_us = next_us;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NEXT_US]);
  }
  if (self->gives_up_us != gives_up_us) {
    self->gives_up_us = gives_up_us;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_GIVES_UP_US]);
  }
}

/**
 * till_sale_item_set_goes_on:
 * @goes_on: whether the sale is about to be asked of another acquirer
 *
 * Until that one's first row the sale passes for asked, not for failed: nobody must be told to
 * start again.
 */
void
till_sale_item_set_goes_on (TillSaleItem *self,
                            gboolean      goes_on)
{
  g_return_if_fail (TILL_IS_SALE_ITEM (self));

  if (self->goes_on == goes_on)
    return;

  self->goes_on = goes_on;
  if (!goes_on)
    notify_sale (self);
}

gboolean
till_sale_item_get_goes_on (TillSaleItem *self)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), FALSE);

  return self->goes_on;
}

/**
 * till_sale_item_set_yields:
 * @yields: whether its codes are being ended so that a card that was read can be charged
 *
 * Until the card's first row the sale passes for one that is being closed, not for failed.
 */
void
till_sale_item_set_yields (TillSaleItem *self,
                           gboolean      yields)
{
  g_return_if_fail (TILL_IS_SALE_ITEM (self));

  if (self->yields == yields)
    return;

  self->yields = yields;
  notify_sale (self);
}

gboolean
till_sale_item_get_yields (TillSaleItem *self)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), FALSE);

  return self->yields;
}

/**
 * till_sale_item_end_hopes:
 *
 * Neither another acquirer's payment nor a card's will come: the sale is what its rows say.
 *
 * Returns: whether one was expected
 */
gboolean
till_sale_item_end_hopes (TillSaleItem *self)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), FALSE);

  if (!self->goes_on && !self->yields)
    return FALSE;

  self->goes_on = self->yields = FALSE;
  notify_sale (self);
  return TRUE;
}

gpointer
till_sale_item_get_writer (TillSaleItem *self)
{
  g_return_val_if_fail (TILL_IS_SALE_ITEM (self), NULL);

  return self->writer;
}

/**
 * till_sale_item_set_writer:
 * @writer: (nullable): whose row is being committed
 *
 * A row states which row of its sale it follows, so a sale's payments write one at a time.
 */
void
till_sale_item_set_writer (TillSaleItem *self,
                           gpointer      writer)
{
  g_return_if_fail (TILL_IS_SALE_ITEM (self));

  self->writer = writer;
}

/**
 * till_sale_item_set_fault:
 * @fault: (nullable): what keeps the till from going on with it; %NULL when that is over
 *
 * Says that the journal cannot be written, or the like.
 */
void
till_sale_item_set_fault (TillSaleItem *self,
                          const GError *fault)
{
  g_return_if_fail (TILL_IS_SALE_ITEM (self));

  if (!fault && !self->fault)
    return;

  g_clear_error (&self->fault);
  self->fault = fault ? g_error_copy (fault) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FAULT]);
}
