/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/codes.h"

#include <string.h>

#include "core/interop.h"
#include "desk/desk-private.h"
#include "desk/route.h"

/* Which codes are worth showing, before one is ordered. */

void
till_code_facts_free (TillCodeFacts *facts)
{
  g_free (facts->acquirer);
  g_free (facts);
}

static TillCodeFacts *
facts_of (const TillOffer *offer)
{
  TillCodeFacts *facts = g_new (TillCodeFacts, 1);

  *facts = (TillCodeFacts) {
    .acquirer = g_strdup (offer->merchant->id),
    .brand = offer->brand,
    .brands = till_offer_get_brands (offer),
  };

  return facts;
}

/**
 * till_codes_plan:
 * @amount_fen: what the code is for; 1 while it is not known
 * @wanted: the wallets that shall be able to pay
 *
 * Returns: (transfer full) (element-type TillCodeFacts): the fewest codes for as many of @wanted as
 *   can pay at all: what till_desk_collect() would order for them; none where nobody can
 */
GPtrArray *
till_codes_plan (TillDesk    *desk,
                 gint64       amount_fen,
                 TillBrandSet wanted)
{
  const TillRouting routing = { till_desk_get_shop (desk), till_desk_get_health (desk),
                                amount_fen };
  GPtrArray *plan = g_ptr_array_new_with_free_func ((GDestroyNotify) till_code_facts_free);
  TillReason why;
  g_autoptr (GPtrArray) offers =
    till_route_collect (&routing, till_route_get_payers (&routing, wanted), &why);

  for (guint i = 0; offers && i < offers->len; i++)
    g_ptr_array_add (plan, facts_of (g_ptr_array_index (offers, i)));

  return plan;
}

static gboolean
may_show_several (TillDesk *desk)
{
  const TillProfile *profile = till_desk_get_shop (desk)->profile;

  return strcmp (till_profile_get (profile, "shop", "codes-at-once"), "yes") == 0;
}

static guint
count_brands (TillBrandSet brands)
{
  guint n = 0;

  for (; brands; brands &= brands - 1)
    n++;

  return n;
}

/* Of several codes the one that most wallets can pay; of equals the owner's first. */
static const TillCodeFacts *
find_widest (const GPtrArray *plan)
{
  const TillCodeFacts *widest = g_ptr_array_index (plan, 0);

  for (guint i = 1; i < plan->len; i++) {
    const TillCodeFacts *facts = g_ptr_array_index (plan, i);

    if (count_brands (facts->brands) > count_brands (widest->brands))
      widest = facts;
  }

  return widest;
}

/**
 * till_codes_propose:
 * @amount_fen: what the code is for
 * @brands: (out): what to hand to till_desk_collect(); where the customer must be asked, the wallet
 *   of the owner's first contract; 0 where no code can be made
 *
 * What is shown to a customer whose wallet nobody has asked for: one code where one is for several
 * wallets, or for all that there are. Where each wallet has its own, all of them only if the owner
 * allows that: of several live codes two may be paid, and one must then be given back.
 *
 * Returns: %FALSE where the customer must be asked which wallet it is
 */
gboolean
till_codes_propose (TillDesk     *desk,
                    gint64        amount_fen,
                    TillBrandSet *brands)
{
  TillBrandSet all = till_desk_get_brands (desk, TILL_KIND_COLLECT);
  g_autoptr (GPtrArray) plan = till_codes_plan (desk, amount_fen, all);
  const TillCodeFacts *widest = plan->len > 0 ? find_widest (plan) : NULL;

  *brands = widest ? widest->brands : 0;
  if (plan->len <= 1)
    return TRUE;
  if (!may_show_several (desk))
    return count_brands (widest->brands) > 1;

  for (guint i = 0; i < plan->len; i++)
    *brands |= ((const TillCodeFacts *) g_ptr_array_index (plan, i))->brands;

  return TRUE;
}

/**
 * till_codes_get_choices:
 *
 * Returns: the wallets among which a clerk may choose: those that have a code of their own, and
 *   those that cannot pay what till_codes_propose() proposes
 */
TillBrandSet
till_codes_get_choices (TillDesk *desk)
{
  TillBrandSet all = till_desk_get_brands (desk, TILL_KIND_COLLECT);
  TillBrandSet choices = 0;
  TillBrandSet proposed;

  if (!till_codes_propose (desk, 1, &proposed))
    return all;

  for (guint brand = TILL_BRAND_NONE + 1; brand < TILL_N_BRANDS; brand++) {
    TillBrandSet bit = TILL_BRAND_BIT (brand);
    g_autoptr (GPtrArray) plan = NULL;

    if (!(all & bit))
      continue;
    plan = till_codes_plan (desk, 1, bit);
    if (!(proposed & bit) ||
        (plan->len > 0 && ((const TillCodeFacts *) g_ptr_array_index (plan, 0))->brands == bit))
      choices |= bit;
  }

  return choices;
}

/**
 * till_codes_get_brands:
 * @payment: by a code of ours
 *
 * Returns: whose names stand over its code: the wallets that its contract has for it; 0 where the
 *   profile has the contract no more
 */
TillBrandSet
till_codes_get_brands (TillDesk          *desk,
                       const TillPayment *payment)
{
  TillOffer offer = { .brand = payment->brand };

  if (payment->brand != TILL_BRAND_NONE)
    return TILL_BRAND_BIT (payment->brand);

  offer.merchant = till_shop_find_merchant (till_desk_get_shop (desk), payment->acquirer);

  return offer.merchant ? till_offer_get_brands (&offer) : 0;
}
