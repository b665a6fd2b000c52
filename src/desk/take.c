/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/desk.h"

#include "code/paycode.h"
#include "core/money.h"
#include "desk/desk-private.h"
#include "desk/route.h"

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

static TillRouting
routing_of (TillDesk *self,
            gint64    amount_fen)
{
  return (TillRouting) { till_desk_get_shop (self), till_desk_get_health (self), amount_fen };
}

/* The first takes it; the others may where it does not. */
static TillRun *
add_run_with_detours (TillDesk     *self,
                      TillSaleItem *item,
                      const char   *number,
                      GPtrArray    *offers)
{
  const TillOffer *offer = g_ptr_array_index (offers, 0);
  TillRun *run = till_desk_add_run (self, offer->merchant, item, number);

  g_ptr_array_remove_index (offers, 0);
  till_run_set_detours (run, g_ptr_array_ref (offers));

  return run;
}

static TillRow *
first_row_of (TillDesk         *self,
              TillKind          kind,
              gint64            amount_fen,
              const GPtrArray  *offers,
              const TillTicket *ticket)
{
  const TillOffer *offer = g_ptr_array_index (offers, 0);

  return till_desk_first_row (self, kind, amount_fen, offer->merchant, offer->brand, ticket);
}

/**
 * till_desk_go_elsewhere:
 * @refused: a run whose payment failed for good without moving money, and has detours
 *
 * Asks the next acquirer: a new payment of the same sale, with a number of its own.
 */
void
till_desk_go_elsewhere (TillDesk *self,
                        TillRun  *refused)
{
  TillSaleItem *item = till_run_get_item (refused);
  const TillSale *sale = till_sale_item_get_sale (item);
  const TillPayment *payment = till_sale_find_payment (sale, till_run_get_payment (refused));
  g_autoptr (GPtrArray) offers = till_run_take_detours (refused);
  g_autofree char *number = till_shop_new_number (till_desk_get_shop (self));
  const TillTicket ticket = { .clerk = sale->clerk, .note = payment->note };
  g_autoptr (TillRow) first =
    first_row_of (self, payment->kind, payment->amount_fen, offers, &ticket);

  first->sale = g_strdup (sale->order);
  first->expires_us = payment->expires_us;
  till_run_ask (add_run_with_detours (self, item, number, offers), first,
                till_run_get_paycode (refused));
}

static GPtrArray *
route_charge (TillDesk   *self,
              gint64      amount_fen,
              const char *paycode,
              const char *acquirer_id,
              GError    **error)
{
  const TillRouting routing = routing_of (self, amount_fen);
  TillReason why = TILL_REASON_NONE;
  GPtrArray *offers = till_route_charge (&routing, paycode, acquirer_id, &why);

  if (!offers)
    till_desk_refuse (error, why);

  return offers;
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
  g_autoptr (GPtrArray) offers = NULL;
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
  offers = route_charge (self, amount_fen, code, acquirer_id, error);
  if (!offers)
    return NULL;

  order = ticket && ticket->order ? g_strdup (ticket->order)
                                  : till_shop_new_number (till_desk_get_shop (self));
  first = first_row_of (self, TILL_KIND_CHARGE, amount_fen, offers, ticket);
  item = till_desk_start_sale (self, order, TILL_KIND_CHARGE, amount_fen);
  till_run_ask (add_run_with_detours (self, item, order, offers), first, code);

  return item;
}

static GPtrArray *
route_collect (TillDesk     *self,
               gint64        amount_fen,
               TillBrandSet  brands,
               GError      **error)
{
  const TillRouting routing = routing_of (self, amount_fen);
  TillReason why = TILL_REASON_NONE;
  GPtrArray *offers = till_route_collect (&routing, brands, &why);

  /* For nobody: where the shop as a whole has no code to show, that is why. */
  if (brands == 0 && till_desk_get_brands (self, TILL_KIND_COLLECT) == 0)
    why = till_desk_get_block (self, TILL_BRAND_NONE, TILL_KIND_COLLECT);
  if (!offers)
    till_desk_refuse (error, why);

  return offers;
}

static void
order_code (TillDesk     *self,
            TillSaleItem *item,
            GPtrArray    *offers,
            TillRow      *first,
            const char   *payment,
            gint64        life_ms)
{
  const TillOffer *offer = g_ptr_array_index (offers, 0);
  gint64 most_ms = offer->merchant->acquirer->pace.order_life_max_ms;

  if (most_ms > 0)
    life_ms = MIN (life_ms, most_ms);
  first->expires_us = till_desk_get_now_us (self) + life_ms * 1000;
  till_run_ask (add_run_with_detours (self, item, payment, offers), first, NULL);
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
  g_autoptr (GPtrArray) chosen = NULL;
  g_autofree char *order = NULL;
  TillRouting routing;
  TillSaleItem *item;

  g_return_val_if_fail (TILL_IS_DESK (self), NULL);
  g_return_val_if_fail (life_ms > 0, NULL);

  routing = routing_of (self, amount_fen);
  if (!check_amount (amount_fen, error) || !check_journal (self, error) ||
      !till_desk_find_earlier (self, ticket, TILL_KIND_COLLECT, amount_fen, &item, error))
    return NULL;
  if (item)
    return item;
  chosen = route_collect (self, amount_fen, brands, error);
  if (!chosen)
    return NULL;

  order = ticket && ticket->order ? g_strdup (ticket->order)
                                  : till_shop_new_number (till_desk_get_shop (self));
  item = till_desk_start_sale (self, order, TILL_KIND_COLLECT, amount_fen);
  for (guint i = 0; i < chosen->len; i++) {
    g_autofree char *number = i == 0 ? g_strdup (order)
                                     : till_shop_new_number (till_desk_get_shop (self));
    g_autoptr (GPtrArray) asked = till_route_alternatives (&routing, brands, chosen, i);
    g_autoptr (TillRow) first =
      first_row_of (self, TILL_KIND_COLLECT, amount_fen, asked, ticket);

    first->sale = g_strdup (order);
    order_code (self, item, asked, first, number, life_ms);
  }

  return item;
}

/**
 * till_desk_may_begin_again:
 * @fault: (nullable): till_sale_item_get_fault() of a sale or refund that was just begun
 *
 * Returns: whether another program changed the sale, or used the number, first. Nothing was
 *   sent then; the same call, made again, sees what the other program wrote
 */
gboolean
till_desk_may_begin_again (const GError *fault)
{
  return g_error_matches (fault, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_CONFLICT) ||
         g_error_matches (fault, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_DUPLICATE);
}
