/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sell-flow-private.h"

#include <glib/gi18n.h>

#include "app/brand-row.h"
#include "code/paycode.h"
#include "desk/codes.h"

/* What the clerk does; each act tells by itself why it cannot be done now. */

static TillDesk *
get_desk (TillSellFlow *self)
{
  return till_current_get_desk (self->current);
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

  till_sell_flow_tell (self, till_reason_get_text (block), TRUE);
  return FALSE;
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

  if (!self->current || (till_sell_flow_get_item (self) && !is_digit))
    return FALSE;
  if (self->step == TILL_SELL_CHOOSING && choose (self, key))
    return FALSE;

  if (till_sell_flow_get_item (self))
    till_sell_flow_start_anew (self, 0);
  self->step = TILL_SELL_TYPING;
  till_keying_press (&self->keying, key);
  till_sell_flow_changed (self);

  return TRUE;
}

/* The camera and the scanner that types read the same phone. */
static gboolean
is_being_charged (TillSellFlow *self,
                  const char   *text)
{
  g_autofree char *digest = till_tried_digest (self->tried, text);

  return till_sell_flow_get_item (self) && g_strcmp0 (digest, self->asked_digest) == 0;
}

/**
 * till_sell_flow_scan:
 * @text: what the scanner read; never logged
 *
 * Charges at once where there is an amount to charge. The code that the sale on the screen is
 * charged with needs no word.
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
    till_sell_flow_start (self, amount_fen, text, 0);
  else if (!till_sell_flow_get_item (self) && (!normal || !till_paycode_identify (normal, &code)))
    till_sell_flow_tell (self, till_reason_get_text (normal ? code.reason
                                                            : TILL_REASON_UNKNOWN_CODE), TRUE);
  else if (!is_being_charged (self, text))
    till_sell_flow_tell (self, till_sell_flow_why_not_now (self), TRUE);
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
    till_sell_flow_tell (self, till_sell_flow_why_not_now (self), TRUE);
  else if (may_begin (self, TILL_BRAND_NONE, TILL_KIND_CHARGE))
    till_sell_flow_go_to (self, TILL_SELL_SCANNING, amount_fen);
}

static void
start_codes (TillSellFlow *self,
             gint64        amount_fen,
             TillBrandSet  brands)
{
  if (brands == 0 && !till_codes_propose (get_desk (self), amount_fen, &brands))
    till_sell_flow_go_to (self, TILL_SELL_CHOOSING, amount_fen);
  else
    till_sell_flow_start (self, amount_fen, NULL,
                          brands ? brands
                                 : till_desk_get_brands (get_desk (self), TILL_KIND_COLLECT));
}

/* One code for another, which the clerk chooses while the first is on the screen. */
static void
change_code (TillSellFlow *self,
             TillBrandSet  brands)
{
  if (brands == 0 && !till_codes_propose (get_desk (self), self->asked_fen, &brands)) {
    till_sell_flow_tell (self, _("A code is on the screen. Press another wallet's key to change "
                                 "it."), TRUE);
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

  item = till_sell_flow_get_item (self);
  amount_fen = till_sell_flow_get_wanted (self);
  if (amount_fen == 0 && !item)
    till_sell_flow_tell (self, _("Enter the amount first, then show the code."), TRUE);
  else if (amount_fen == 0 && till_sell_flow_get_step (self) != TILL_SELL_COLLECTING)
    till_sell_flow_tell (self, till_sell_flow_why_not_now (self), TRUE);
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
  item = till_desk_cancel (get_desk (self),
                           till_sale_item_get_order (till_sell_flow_get_item (self)), &error);
  if (!item)
    till_sell_flow_tell (self, error->message, TRUE);
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

  item = till_desk_query (get_desk (self),
                          till_sale_item_get_order (till_sell_flow_get_item (self)), &error);
  if (!item)
    till_sell_flow_tell (self, error->message, TRUE);
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

  item = till_sell_flow_get_item (self);
  if (item && till_outcome_of (item) == TILL_OUTCOME_ASKING &&
      till_sell_flow_shows_code (self, item)) {
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
    till_sell_flow_start_anew (self, 0);
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
