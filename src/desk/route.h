/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/health.h"

G_BEGIN_DECLS

/* Who takes a payment: contracts in the order in which they are asked. The second is asked only
 * after the first has definitely moved no money. */
typedef struct {
  const TillShop *shop;
  TillHealth     *health;      /* NULL: nothing is known of it */
  gint64          amount_fen;
} TillRouting;

/* One who takes it. */
typedef struct {
  TillMerchant *merchant;
  TillBrand     brand;   /* the only wallet that its code will be for; NONE: all of the contract */
} TillOffer;

GPtrArray  *till_route_charge        (const TillRouting  *routing,
                                      const char         *paycode,
                                      const char         *acquirer_id,
                                      TillReason         *why);
TillMerchant *till_route_tap         (const TillRouting  *routing,
                                      TillReason         *why);
GPtrArray  *till_route_collect       (const TillRouting  *routing,
                                      TillBrandSet        wanted,
                                      TillReason         *why);
GPtrArray  *till_route_alternatives  (const TillRouting  *routing,
                                      TillBrandSet        wanted,
                                      const GPtrArray    *chosen,
                                      guint               index);
TillBrandSet till_route_get_payers   (const TillRouting  *routing,
                                      TillBrandSet        wanted);
TillBrandSet till_offer_get_brands   (const TillOffer    *offer);
gboolean    till_route_leads_on      (TillReason          reason,
                                      const char         *paycode);

G_END_DECLS
