/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/route.h"

#include <string.h>

#include "code/paycode.h"
#include "core/interop.h"

/* Digits that no table knows, of a length that a payment code may have: the wallets' own ranges
 * are 16 to 24, and prefixes are added now and then. */
#define DIGITS_LEAST 16
#define DIGITS_MOST  24

/* Why one acquirer refused, for good and without moving money, where another may do better. What
 * the payer lacks, no other acquirer gives. */
static const TillReason elsewhere[] = {
  TILL_REASON_CONFIG,
  TILL_REASON_MERCHANT_LIMIT,
  TILL_REASON_MERCHANT_REFUSED,
  TILL_REASON_BRAND_NOT_TAKEN,
  TILL_REASON_NO_NETWORK,
  TILL_REASON_UNTRUSTED_SERVER,
  TILL_REASON_BUSY,
  TILL_REASON_ACQUIRER_FAULT,
};

static gboolean
may_be_payment_code (const char *paycode)
{
  gsize n_chars = strlen (paycode);

  return n_chars >= DIGITS_LEAST && n_chars <= DIGITS_MOST &&
         strspn (paycode, "0123456789") == n_chars;
}

static GPtrArray *
offers_new (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

static void
add_offer (GPtrArray    *offers,
           TillMerchant *merchant,
           TillBrand     brand)
{
  TillOffer *offer = g_new (TillOffer, 1);

  *offer = (TillOffer) { merchant, brand };
  g_ptr_array_add (offers, offer);
}

static gboolean
is_within_limit (const TillRouting  *routing,
                 const TillMerchant *merchant)
{
  return merchant->limit_per_sale_fen == 0 || routing->amount_fen <= merchant->limit_per_sale_fen;
}

static TillPulseGrade
grade_of (const TillRouting  *routing,
          const TillMerchant *merchant)
{
  return routing->health ? till_health_get_grade (routing->health, merchant) : TILL_PULSE_GOOD;
}

/* The profile's order is the owner's; who does not answer goes behind those who do. */
static GPtrArray *
sort_by_grade (const TillRouting *routing,
               GPtrArray         *offers)
{
  GPtrArray *sorted = offers_new ();

  for (guint grade = TILL_PULSE_GOOD; grade <= TILL_PULSE_NONE; grade++) {
    for (guint i = 0; i < offers->len; i++) {
      const TillOffer *offer = g_ptr_array_index (offers, i);

      if (grade_of (routing, offer->merchant) == (TillPulseGrade) grade)
        add_offer (sorted, offer->merchant, offer->brand);
    }
  }
  g_ptr_array_unref (offers);

  return sorted;
}

/* What a merchant must have to take a code. */
typedef struct {
  TillBrandSet brands;  /* any of these; 0: does not matter */
  guint        takes;   /* TillTakes; 0: nothing beside payment codes */
} Need;

static gboolean
has_what_is_needed (const TillMerchant *merchant,
                    const Need         *need)
{
  return till_acquirer_offers (merchant->acquirer, TILL_CALL_CHARGE) &&
         (need->brands == 0 || (merchant->brands & need->brands)) &&
         (merchant->acquirer->takes & need->takes) == need->takes;
}

/* Whether it takes this sale; else @why says which wall it stands before, the limit's rather than
 * the activation's. */
static gboolean
is_open (const TillRouting  *routing,
         const TillMerchant *merchant,
         TillReason         *why)
{
  gboolean is_active = till_merchant_is_active (merchant);

  if (is_active && is_within_limit (routing, merchant))
    return TRUE;

  if (is_active)
    *why = TILL_REASON_MERCHANT_LIMIT;
  else if (*why != TILL_REASON_MERCHANT_LIMIT)
    *why = TILL_REASON_NOT_ACTIVE;
  return FALSE;
}

/* @why is set to @none where nobody takes such a code at all. */
static GPtrArray *
find_takers (const TillRouting *routing,
             const Need        *need,
             TillReason         none,
             TillReason        *why)
{
  g_autoptr (GPtrArray) takers = offers_new ();

  *why = none;
  for (guint i = 0; i < routing->shop->merchants->len; i++) {
    TillMerchant *merchant = g_ptr_array_index (routing->shop->merchants, i);

    if (has_what_is_needed (merchant, need) && is_open (routing, merchant, why))
      add_offer (takers, merchant, TILL_BRAND_NONE);
  }

  if (takers->len == 0)
    return NULL;

  return sort_by_grade (routing, g_steal_pointer (&takers));
}

/* A person who names the acquirer has looked at the code, and wants no other. */
static GPtrArray *
find_named (const TillRouting *routing,
            const Need        *need,
            const char        *acquirer_id,
            TillReason         none,
            TillReason        *why)
{
  TillMerchant *merchant = till_shop_find_merchant (routing->shop, acquirer_id);
  GPtrArray *named;

  *why = TILL_REASON_NO_ACQUIRER;
  if (!merchant || !till_acquirer_offers (merchant->acquirer, TILL_CALL_CHARGE))
    return NULL;
  *why = none;
  if (!has_what_is_needed (merchant, need) || !is_open (routing, merchant, why))
    return NULL;

  named = offers_new ();
  add_offer (named, merchant, TILL_BRAND_NONE);

  return named;
}

/* What the code asks for; %FALSE where no acquirer may be sent it. */
static gboolean
find_need (const char        *paycode,
           const TillPaycode *found,
           gboolean           is_named,
           Need              *need,
           TillReason        *none)
{
  *none = found->reason;
  if (found->kind == TILL_PAYCODE_PAYMENT && found->reason == TILL_REASON_NONE) {
    *need = (Need) { .brands = TILL_BRAND_BIT (found->brand),
                     .takes = g_str_has_prefix (paycode, "fp") ? TILL_TAKES_FACE_CODES : 0 };
    *none = TILL_REASON_BRAND_NOT_TAKEN;
    return TRUE;
  }
  if (found->kind == TILL_PAYCODE_EMV_CPM) {
    *need = (Need) { .takes = TILL_TAKES_CARD_CODES };
    return TRUE;
  }

  *need = (Need) { .takes = is_named ? 0 : TILL_TAKES_ANY_DIGITS };
  return (found->reason == TILL_REASON_IDENTITY_CODE && is_named) ||
         (found->reason == TILL_REASON_UNKNOWN_CODE && may_be_payment_code (paycode));
}

static gboolean
is_offline (const TillRouting *routing)
{
  return routing->health && till_health_is_offline (routing->health);
}

/* Digital yuan without network is for certified terminals. */
static gboolean
needs_network (TillBrandSet wanted)
{
  return wanted == TILL_BRAND_BIT (TILL_BRAND_ECNY);
}

/**
 * till_route_charge:
 * @paycode: as till_paycode_normalise() returns it
 * @acquirer_id: (nullable): the one that a person has named
 * @why: (out): why nobody takes it, where nobody does
 *
 * Returns: (transfer full) (nullable) (element-type TillOffer): who takes it, in the order in
 *   which to ask; %NULL with @why
 */
GPtrArray *
till_route_charge (const TillRouting *routing,
                   const char        *paycode,
                   const char        *acquirer_id,
                   TillReason        *why)
{
  GPtrArray *takers;
  TillPaycode found;
  TillReason none;
  Need need;

  till_paycode_identify (paycode, &found);
  if (!find_need (paycode, &found, acquirer_id != NULL, &need, &none)) {
    *why = none;
    if (acquirer_id && !till_shop_find_merchant (routing->shop, acquirer_id))
      *why = TILL_REASON_NO_ACQUIRER;
    return NULL;
  }

  takers = acquirer_id ? find_named (routing, &need, acquirer_id, none, why)
                       : find_takers (routing, &need, none, why);
  if (takers && !found.is_valid && found.kind == TILL_PAYCODE_EMV_CPM)
    *why = TILL_REASON_CODE_INVALID;
  else if (takers && needs_network (TILL_BRAND_BIT (found.brand)) && is_offline (routing))
    *why = TILL_REASON_ECNY_OFFLINE;
  else
    return takers;

  g_ptr_array_unref (takers);
  return NULL;
}

/* The sandbox is on this computer; in its mode no card may go anywhere else. */
static gboolean
is_here (const TillMerchant *merchant)
{
  static const char *const names[] = { "127.0.0.1", "localhost", "::1", NULL };
  g_autoptr (GUri) uri = g_uri_parse (merchant->base_url, G_URI_FLAGS_NONE, NULL);

  return uri && g_uri_get_host (uri) && g_strv_contains (names, g_uri_get_host (uri));
}

/**
 * till_route_tap:
 * @why: (out): why nobody takes it, where nobody does
 *
 * A card's cryptogram is good for one attempt, so there is no second in line.
 *
 * Returns: (transfer none) (nullable): who takes a tapped card, in the profile's mode
 */
TillMerchant *
till_route_tap (const TillRouting *routing,
                TillReason        *why)
{
  const char *mode = till_profile_get (routing->shop->profile, "nfc", "mode");
  g_autoptr (GPtrArray) takers = offers_new ();

  *why = strcmp (mode, "off") == 0 ? TILL_REASON_TAPS_OFF : TILL_REASON_TAPS_NOT_TAKEN;
  for (guint i = 0; *why != TILL_REASON_TAPS_OFF && i < routing->shop->merchants->len; i++) {
    TillMerchant *merchant = g_ptr_array_index (routing->shop->merchants, i);

    if (till_acquirer_offers (merchant->acquirer, TILL_CALL_TAP) &&
        (strcmp (mode, "sandbox") != 0 || is_here (merchant)) &&
        is_open (routing, merchant, why))
      add_offer (takers, merchant, TILL_BRAND_NONE);
  }
  if (takers->len == 0)
    return NULL;

  takers = sort_by_grade (routing, g_steal_pointer (&takers));
  return ((const TillOffer *) g_ptr_array_index (takers, 0))->merchant;
}

/* Who shall pay; first those are looked for whose own code it would be. */
typedef struct {
  TillBrandSet wanted;
  gboolean     is_own;
} Wish;

/**
 * till_offer_get_brands:
 *
 * Returns: the wallets that the offer's code is for: one, or all of the contract that have no code
 *   of their own
 */
TillBrandSet
till_offer_get_brands (const TillOffer *offer)
{
  const TillMerchant *merchant = offer->merchant;

  return offer->brand != TILL_BRAND_NONE ? TILL_BRAND_BIT (offer->brand)
                                         : merchant->brands & ~merchant->acquirer->own_codes;
}

static TillBrandSet
payers_of_one (const TillOffer *offer)
{
  return till_interop_get_payers (till_offer_get_brands (offer));
}

/* Whose code it is, or who else is known to pay it. */
static void
add_offer_for (GPtrArray    *offers,
               TillMerchant *merchant,
               TillBrand     brand,
               const Wish   *wish)
{
  const TillOffer offer = { merchant, brand };
  gboolean is_own = (till_offer_get_brands (&offer) & wish->wanted) != 0;

  if (wish->is_own == is_own && (payers_of_one (&offer) & wish->wanted))
    add_offer (offers, merchant, brand);
}

/* One code for all of the contract, and one for each of its wallets that has one of its own. */
static void
add_codes_of (GPtrArray    *offers,
              TillMerchant *merchant,
              const Wish   *wish)
{
  TillBrandSet own_codes = merchant->brands & merchant->acquirer->own_codes;

  if (merchant->brands & ~own_codes)
    add_offer_for (offers, merchant, TILL_BRAND_NONE, wish);
  for (guint brand = TILL_BRAND_NONE + 1; brand < TILL_N_BRANDS; brand++) {
    if (own_codes & TILL_BRAND_BIT (brand))
      add_offer_for (offers, merchant, (TillBrand) brand, wish);
  }
}

/* Which of the walls before a contract are looked at. */
typedef enum {
  WALLS_NONE,
  WALLS_ACTIVE,  /* a contract that is not activated shows nothing */
  WALLS_ALL,     /* nor does one whose limit the sale is above */
} Walls;

static gboolean
may_show (const TillRouting  *routing,
          const TillMerchant *merchant,
          TillPulseGrade      worst,
          Walls               walls)
{
  return till_acquirer_offers (merchant->acquirer, TILL_CALL_ORDER) &&
         grade_of (routing, merchant) <= worst &&
         (walls < WALLS_ACTIVE || till_merchant_is_active (merchant)) &&
         (walls < WALLS_ALL || is_within_limit (routing, merchant));
}

/* Who can show a code that some of @wanted can pay. */
static GPtrArray *
find_showers (const TillRouting *routing,
              TillBrandSet       wanted,
              TillPulseGrade     worst,
              Walls              walls)
{
  const Wish wishes[] = { { wanted, TRUE }, { wanted, FALSE } };
  GPtrArray *offers = offers_new ();

  for (guint w = 0; w < G_N_ELEMENTS (wishes); w++) {
    for (guint i = 0; i < routing->shop->merchants->len; i++) {
      TillMerchant *merchant = g_ptr_array_index (routing->shop->merchants, i);

      if (may_show (routing, merchant, worst, walls))
        add_codes_of (offers, merchant, &wishes[w]);
    }
  }

  return sort_by_grade (routing, offers);
}

static TillBrandSet
payers_of (const GPtrArray *offers)
{
  TillBrandSet payers = 0;

  for (guint i = 0; i < offers->len; i++)
    payers |= payers_of_one (g_ptr_array_index (offers, i));

  return payers;
}

static GPtrArray *
choose_fewest (const GPtrArray *offers,
               TillBrandSet     wanted)
{
  g_autofree TillBrandSet *payers = g_new0 (TillBrandSet, MAX (offers->len, 1));
  GPtrArray *chosen = offers_new ();
  guint set;

  for (guint i = 0; i < offers->len; i++)
    payers[i] = payers_of_one (g_ptr_array_index (offers, i));
  set = till_interop_cover (payers, offers->len, wanted);
  for (guint i = 0; i < MIN (offers->len, 16); i++) {
    const TillOffer *offer = g_ptr_array_index (offers, i);

    if (set & 1u << i)
      add_offer (chosen, offer->merchant, offer->brand);
  }

  return chosen;
}

static gboolean
can_all_pay (const TillRouting *routing,
             TillBrandSet       wanted,
             Walls              walls)
{
  g_autoptr (GPtrArray) showers = find_showers (routing, wanted, TILL_PULSE_NONE, walls);

  return wanted != 0 && (payers_of (showers) & wanted) == wanted;
}

static TillReason
why_not_all (const TillRouting *routing,
             TillBrandSet       wanted)
{
  if (!can_all_pay (routing, wanted, WALLS_NONE))
    return TILL_REASON_BRAND_NOT_TAKEN;
  if (!can_all_pay (routing, wanted, WALLS_ACTIVE))
    return TILL_REASON_NOT_ACTIVE;

  return needs_network (wanted) && is_offline (routing) ? TILL_REASON_ECNY_OFFLINE
                                                        : TILL_REASON_MERCHANT_LIMIT;
}

/**
 * till_route_get_payers:
 *
 * Returns: those of @wanted for whom a code can be made of this amount
 */
TillBrandSet
till_route_get_payers (const TillRouting *routing,
                       TillBrandSet       wanted)
{
  g_autoptr (GPtrArray) showers = find_showers (routing, wanted, TILL_PULSE_NONE, WALLS_ALL);

  return payers_of (showers) & wanted;
}

/**
 * till_route_collect:
 * @wanted: the wallets that shall be able to pay
 * @why: (out): why not all of them can
 *
 * Returns: (transfer full) (nullable) (element-type TillOffer): the fewest codes with which all of
 *   @wanted can pay, of those that answer where these suffice; %NULL with @why
 */
GPtrArray *
till_route_collect (const TillRouting *routing,
                    TillBrandSet       wanted,
                    TillReason        *why)
{
  gboolean may_begin = !needs_network (wanted) || !is_offline (routing);

  for (guint worst = TILL_PULSE_WEAK; may_begin && worst <= TILL_PULSE_NONE; worst++) {
    g_autoptr (GPtrArray) showers = find_showers (routing, wanted, (TillPulseGrade) worst,
                                                  WALLS_ALL);

    if (wanted != 0 && (payers_of (showers) & wanted) == wanted)
      return choose_fewest (showers, wanted);
  }

  *why = why_not_all (routing, wanted);
  return NULL;
}

static gboolean
asks (const GPtrArray    *offers,
      const TillMerchant *merchant)
{
  for (guint i = 0; i < offers->len; i++) {
    if (((const TillOffer *) g_ptr_array_index (offers, i))->merchant == merchant)
      return TRUE;
  }

  return FALSE;
}

/**
 * till_route_alternatives:
 * @chosen: as till_route_collect() returned it
 * @index: one of @chosen
 *
 * Returns: (transfer full) (element-type TillOffer): this one, then who else could show a code to
 *   all of @wanted that this one is for
 */
GPtrArray *
till_route_alternatives (const TillRouting *routing,
                         TillBrandSet       wanted,
                         const GPtrArray   *chosen,
                         guint              index)
{
  const TillOffer *first = g_ptr_array_index (chosen, index);
  TillBrandSet needed = payers_of_one (first) & wanted;
  g_autoptr (GPtrArray) others = find_showers (routing, needed, TILL_PULSE_NONE, WALLS_ALL);
  GPtrArray *asked = offers_new ();

  add_offer (asked, first->merchant, first->brand);
  for (guint i = 0; i < others->len; i++) {
    const TillOffer *other = g_ptr_array_index (others, i);

    if ((payers_of_one (other) & needed) == needed && !asks (chosen, other->merchant))
      add_offer (asked, other->merchant, other->brand);
  }

  return asked;
}

/**
 * till_route_leads_on:
 * @reason: why a payment failed, for good
 * @paycode: (nullable): of a charge
 *
 * Returns: whether another acquirer may take what this one did not
 */
gboolean
till_route_leads_on (TillReason  reason,
                     const char *paycode)
{
  TillPaycode found;

  for (guint i = 0; i < G_N_ELEMENTS (elsewhere); i++) {
    if (elsewhere[i] == reason)
      return TRUE;
  }
  if (reason != TILL_REASON_CODE_INVALID || !paycode)
    return FALSE;

  /* Where the digits do not say for certain whose they are, another may know them. */
  till_paycode_identify (paycode, &found);
  return found.brand == TILL_BRAND_UNIONPAY || found.kind == TILL_PAYCODE_UNKNOWN;
}
