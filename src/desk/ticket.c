/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/desk.h"

#include "code/paycode.h"
#include "core/order-number.h"
#include "desk/desk-private.h"
#include "store/taps.h"

/* What a payment begins with: its number, its contract, its first row. */

/**
 * till_desk_find_earlier:
 * @earlier: (out) (nullable): the sale in which this number was used before, for the same thing
 *
 * The caller's own number, sent again, must not charge again: the first one's sale is the answer.
 *
 * Returns: %FALSE where the number cannot be one, or was used for something else
 */
gboolean
till_desk_find_earlier (TillDesk         *self,
                        const TillTicket *ticket,
                        TillKind          kind,
                        gint64            amount_fen,
                        TillSaleItem    **earlier,
                        GError          **error)
{
  g_autoptr (TillSaleItem) item = NULL;
  const TillPayment *payment;
  g_autoptr (GError) not_found = NULL;

  *earlier = NULL;
  if (!ticket || !ticket->order)
    return TRUE;
  if (!till_order_number_is_valid (ticket->order))
    return till_desk_refuse (error, TILL_REASON_NUMBER);

  item = till_desk_find (self, ticket->order, &not_found);
  if (!item) {
    if (g_error_matches (not_found, TILL_REFUSAL, TILL_REASON_NO_SALE))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&not_found));
    return FALSE;
  }

  payment = till_sale_find_payment (till_sale_item_get_sale (item), ticket->order);
  if (!payment || payment->kind != kind || payment->amount_fen != amount_fen)
    return till_desk_refuse (error, TILL_REASON_DUPLICATE);

  *earlier = g_steal_pointer (&item);
  return TRUE;
}

/**
 * till_desk_merchant_of:
 *
 * Returns: (transfer none): the contract that @payment was made with; %NULL with %TILL_REFUSAL
 *   where the profile has it no more
 */
TillMerchant *
till_desk_merchant_of (TillDesk          *self,
                       const TillPayment *payment,
                       GError           **error)
{
  TillMerchant *merchant = till_shop_find_merchant (till_desk_get_shop (self), payment->acquirer);

  if (!merchant)
    till_desk_refuse (error, TILL_REASON_NO_ACQUIRER);

  return merchant;
}

/* A wallet's own interface tells whose the money is; any other tells it in its answer, also where
 * the profile takes one wallet only of what it offers. */
static TillBrand
only_brand (const TillMerchant *merchant)
{
  for (guint brand = TILL_BRAND_NONE + 1; brand < TILL_N_BRANDS; brand++) {
    if (merchant->acquirer->brands == TILL_BRAND_BIT (brand))
      return (TillBrand) brand;
  }

  return TILL_BRAND_NONE;
}

/**
 * till_desk_first_row:
 * @brand: the only wallet that a code is for; %TILL_BRAND_NONE where that is not said
 * @ticket: (nullable): clerk and note
 *
 * A code or a card's number among the clerk's words is masked: a scanner types it wherever the
 * cursor is.
 *
 * Returns: (transfer full): the facts that a payment's first row states
 */
TillRow *
till_desk_first_row (TillDesk           *self,
                     TillKind            kind,
                     gint64              amount_fen,
                     const TillMerchant *merchant,
                     TillBrand           brand,
                     const TillTicket   *ticket)
{
  TillRow *row = till_row_new ();

  row->kind = kind;
  row->amount_fen = amount_fen;
  row->currency = g_strdup (till_profile_get_currency (till_desk_get_shop (self)->profile));
  row->acquirer = g_strdup (merchant->id);
  row->brand = brand != TILL_BRAND_NONE ? brand : only_brand (merchant);
  if (ticket) {
    row->clerk = till_paycode_redact (ticket->clerk);
    row->note = till_paycode_redact (ticket->note);
  }

  return row;
}

static gboolean
next_trace (TillShop           *shop,
            const TillMerchant *merchant,
            guint              *trace,
            GError            **error)
{
  guint8 bytes[3];

  till_random_fill (shop->ports->random, bytes, sizeof bytes);

  return till_taps_next_trace (till_profile_get_dir (shop->profile), merchant->id,
                               (bytes[0] << 16 | bytes[1] << 8 | bytes[2]) %
                                   TILL_TAPS_TRACE_MOST + 1,
                               trace, error);
}

/**
 * till_desk_add_keep:
 * @sale: (nullable): that it belongs to; %NULL where it is the first of one
 * @number: the payment's
 * @first: the facts of its first row; what its contract must remember before a byte is sent is
 *   added
 * @shown: the card, of a tap
 * @error: of the disk or of the acquirer; nothing may be sent then
 */
gboolean
till_desk_add_keep (TillDesk           *self,
                    const TillMerchant *merchant,
                    const TillSale     *sale,
                    const char         *number,
                    TillRow            *first,
                    const TillPresented *shown,
                    GError            **error)
{
  const TillCall call = first->kind == TILL_KIND_REFUND ? TILL_CALL_REFUND : TILL_CALL_TAP;
  TillShop *shop = till_desk_get_shop (self);
  const TillSale empty = {
    .order = first->sale, .currency = first->currency, .clerk = first->clerk,
  };
  const TillPayment payment = {
    .order = (char *) number, .kind = first->kind, .amount_fen = first->amount_fen,
    .of = first->of, .note = first->note, .asked_us = till_shop_now_us (shop),
  };
  g_autoptr (GError) fault = NULL;
  TillAsk ask;

  if (!merchant->acquirer->first_keep)
    return TRUE;

  ask = till_request_make_ask (shop, sale ? sale : &empty, &payment, call);
  ask.now_us = payment.asked_us;
  ask.card = shown->card;
  ask.card_number = shown->card_number;
  if (!next_trace (shop, merchant, &ask.trace, error))
    return FALSE;

  first->keep = till_acquirer_first_keep (merchant, &ask, &fault);
  if (!fault)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&fault));
  return FALSE;
}
