/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/desk.h"

#include "desk/desk-private.h"

/* What the shop is, by its profile: its name, its day, the wallets it takes. */

const char *
till_desk_get_shop_name (TillDesk *self)
{
  return till_profile_get_shop_name (till_desk_get_shop (self)->profile);
}

const char *
till_desk_get_register (TillDesk *self)
{
  return till_profile_get_register (till_desk_get_shop (self)->profile);
}

const TillDay *
till_desk_get_day (TillDesk *self)
{
  return till_profile_get_day (till_desk_get_shop (self)->profile);
}

/**
 * till_desk_get_today:
 *
 * Returns: the shop's business day now, 20261122
 */
int
till_desk_get_today (TillDesk *self)
{
  return till_day_of (till_desk_get_day (self), till_desk_get_now_us (self));
}

/**
 * till_desk_get_brands:
 * @kind: by payment code, or by a code of ours
 *
 * Returns: the wallets that the profile's contracts take that way
 */
TillBrandSet
till_desk_get_brands (TillDesk *self,
                      TillKind  kind)
{
  TillCall call = kind == TILL_KIND_COLLECT ? TILL_CALL_ORDER : TILL_CALL_CHARGE;
  TillShop *shop = till_desk_get_shop (self);
  TillBrandSet brands = 0;

  for (guint i = 0; i < shop->merchants->len; i++) {
    const TillMerchant *merchant = g_ptr_array_index (shop->merchants, i);

    if (till_acquirer_offers (merchant->acquirer, call))
      brands |= merchant->brands;
  }

  return brands;
}

/**
 * till_desk_get_route:
 *
 * Returns: (transfer none) (nullable): the id of the contract that a sale by @kind with @brand
 *   goes to
 */
const char *
till_desk_get_route (TillDesk *self,
                     TillBrand brand,
                     TillKind  kind)
{
  TillCall call = kind == TILL_KIND_COLLECT ? TILL_CALL_ORDER : TILL_CALL_CHARGE;
  const TillMerchant *merchant = till_shop_route (till_desk_get_shop (self), brand, call);

  return merchant ? merchant->id : NULL;
}

/**
 * till_desk_get_acquirer_name:
 * @id: of a contract
 *
 * Returns: (transfer none): whom the contract is with, for people, translated; @id itself where
 *   the profile has it no more
 */
const char *
till_desk_get_acquirer_name (TillDesk   *self,
                             const char *id)
{
  const TillMerchant *merchant =
    id ? till_shop_find_merchant (till_desk_get_shop (self), id) : NULL;

  if (!merchant)
    return id ? id : "";

  return g_dgettext (NULL, merchant->acquirer->name);
}
