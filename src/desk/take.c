/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/desk.h"

#include <string.h>

#include "code/paycode.h"
#include "core/money.h"
#include "desk/desk-private.h"

/* Taking money: charge and collect. */

static gboolean
check_amount (gint64   amount_fen,
              GError **error)
{
  if (amount_fen >= 1 && amount_fen <= TILL_MONEY_MAX_FEN)
    return TRUE;

  return till_desk_refuse (error, TILL_REASON_AMOUNT);
}

/* What cannot be written is not sent. */
static gboolean
check_journal (TillDesk *self,
               GError  **error)
{
  return !till_desk_get_journal_fault (self) || till_desk_refuse (error, TILL_REASON_JOURNAL);
}

static gboolean
check_limit (const TillMerchant *merchant,
             gint64              amount_fen,
             GError            **error)
{
  if (merchant->limit_per_sale_fen == 0 || amount_fen <= merchant->limit_per_sale_fen)
    return TRUE;

  return till_desk_refuse (error, TILL_REASON_MERCHANT_LIMIT);
}

/* Digits that no table knows go nowhere by themselves; a person may name the acquirer. */
static gboolean
may_force (const char *paycode)
{
  gsize n_chars = strlen (paycode);

  return n_chars >= 16 && n_chars <= 24 && strspn (paycode, "0123456789") == n_chars;
}

static TillMerchant *
route_charge (TillDesk   *self,
              const char *paycode,
              const char *acquirer_id,
              GError    **error)
{
  TillPaycode found;
  gboolean may_charge = till_paycode_identify (paycode, &found);
  TillMerchant *merchant = NULL;

  if (acquirer_id) {
    merchant = till_shop_find_merchant (till_desk_get_shop (self), acquirer_id);
    if (!merchant || !till_acquirer_offers (merchant->acquirer, TILL_CALL_CHARGE)) {
      till_desk_refuse (error, TILL_REASON_NO_ACQUIRER);
      return NULL;
    }
    /* A person who names the acquirer has looked at the code. */
    if (found.reason == TILL_REASON_IDENTITY_CODE ||
        (found.reason == TILL_REASON_UNKNOWN_CODE && may_force (paycode)))
      return merchant;
  }
  if (!may_charge) {
    till_desk_refuse (error, found.reason);
    return NULL;
  }
  if (!merchant)
    merchant = till_shop_route (till_desk_get_shop (self), found.brand, TILL_CALL_CHARGE);
  if (!merchant || !(merchant->brands & TILL_BRAND_BIT (found.brand))) {
    till_desk_refuse (error, TILL_REASON_BRAND_NOT_TAKEN);
    return NULL;
  }

  return merchant;
}

/**
 * till_desk_charge:
 * @paycode: what the scanner read
 * @acquirer_id: (nullable): instead of the first that takes the wallet
 * @ticket: (nullable): the caller's number, clerk, note
 * @error: %TILL_REFUSAL or of the journal; nothing was written or sent then
 *
 * Charges a payment code. The item tells how it goes on; a fault of the journal before the first
 * row is the item's fault, and its sale stays without a number.
 *
 * Returns: (transfer full) (nullable): the sale; with a number that was used before the sale
 *   of then
 */
TillSaleItem *
till_desk_charge (TillDesk         *self,
                  gint64            amount_fen,
                  const char       *paycode,
                  const char       *acquirer_id,
                  const TillTicket *ticket,
                  GError          **error)
{
  g_autofree char *code = till_paycode_normalise (paycode);
  g_autofree char *order = NULL;
  g_autoptr (TillRow) first = NULL;
  TillMerchant *merchant;
  TillSaleItem *item;

  g_return_val_if_fail (TILL_IS_DESK (self), NULL);

  if (!check_amount (amount_fen, error) || !check_journal (self, error) ||
      !till_desk_find_earlier (self, ticket, TILL_KIND_CHARGE, amount_fen, &item, error))
    return NULL;
  if (item)
    return item;
  if (!code) {
    till_desk_refuse (error, TILL_REASON_UNKNOWN_CODE);
    return NULL;
  }
  if (till_desk_is_charging (self, code)) {
    till_desk_refuse (error, TILL_REASON_CODE_BUSY);
    return NULL;
  }
  merchant = route_charge (self, code, acquirer_id, error);
  if (!merchant || !check_limit (merchant, amount_fen, error))
    return NULL;

  order = ticket && ticket->order ? g_strdup (ticket->order)
                                  : till_shop_new_number (till_desk_get_shop (self));
  first = till_desk_first_row (self, TILL_KIND_CHARGE, amount_fen, merchant, ticket);
  item = till_desk_start_sale (self, order);
  till_run_ask (till_desk_add_run (self, merchant, item, order), first, code);

  return item;
}

static GPtrArray *
route_collect (TillDesk     *self,
               gint64        amount_fen,
               TillBrandSet  brands,
               GError      **error)
{
  g_autoptr (GPtrArray) merchants = g_ptr_array_new ();

  for (guint brand = TILL_BRAND_NONE + 1; brand < TILL_N_BRANDS; brand++) {
    TillMerchant *merchant;

    if (!(brands & TILL_BRAND_BIT (brand)))
      continue;
    merchant = till_shop_route (till_desk_get_shop (self), (TillBrand) brand, TILL_CALL_ORDER);
    if (!merchant) {
      till_desk_refuse (error, TILL_REASON_BRAND_NOT_TAKEN);
      return NULL;
    }
    if (!check_limit (merchant, amount_fen, error))
      return NULL;
    if (!g_ptr_array_find (merchants, merchant, NULL))
      g_ptr_array_add (merchants, merchant);
  }

  if (merchants->len == 0) {
    till_desk_refuse (error, TILL_REASON_BRAND_NOT_TAKEN);
    return NULL;
  }

  return g_steal_pointer (&merchants);
}

static void
order_code (TillDesk     *self,
            TillSaleItem *item,
            TillMerchant *merchant,
            TillRow      *first,
            const char   *payment,
            gint64        life_ms)
{
  gint64 most_ms = merchant->acquirer->pace.order_life_max_ms;

  if (most_ms > 0)
    life_ms = MIN (life_ms, most_ms);
  first->expires_us = till_desk_get_now_us (self) + life_ms * 1000;
  till_run_ask (till_desk_add_run (self, merchant, item, payment), first, NULL);
}

/**
 * till_desk_collect:
 * @brands: the wallets that shall be able to pay
 * @life_ms: how long the codes can be paid
 * @ticket: (nullable): the caller's number, clerk, note
 * @error: %TILL_REFUSAL; nothing was written or sent then
 *
 * Orders a code from each contract that is needed for @brands, as payments of one sale. The first
 * that is paid closes the others; a second success is given back.
 *
 * Returns: (transfer full) (nullable): the sale
 */
TillSaleItem *
till_desk_collect (TillDesk         *self,
                   gint64            amount_fen,
                   TillBrandSet      brands,
                   gint64            life_ms,
                   const TillTicket *ticket,
                   GError          **error)
{
  g_autoptr (GPtrArray) merchants = NULL;
  g_autofree char *order = NULL;
  TillSaleItem *item;

  g_return_val_if_fail (TILL_IS_DESK (self), NULL);
  g_return_val_if_fail (life_ms > 0, NULL);

  if (!check_amount (amount_fen, error) || !check_journal (self, error) ||
      !till_desk_find_earlier (self, ticket, TILL_KIND_COLLECT, amount_fen, &item, error))
    return NULL;
  if (item)
    return item;
  merchants = route_collect (self, amount_fen, brands, error);
  if (!merchants)
    return NULL;

  order = ticket && ticket->order ? g_strdup (ticket->order)
                                  : till_shop_new_number (till_desk_get_shop (self));
  item = till_desk_start_sale (self, order);
  for (guint i = 0; i < merchants->len; i++) {
    g_autofree char *number = i == 0 ? g_strdup (order)
                                     : till_shop_new_number (till_desk_get_shop (self));
    TillMerchant *merchant = g_ptr_array_index (merchants, i);
    g_autoptr (TillRow) first =
      till_desk_first_row (self, TILL_KIND_COLLECT, amount_fen, merchant, ticket);

    first->sale = g_strdup (order);
    order_code (self, item, merchant, first, number, life_ms);
  }

  return item;
}
