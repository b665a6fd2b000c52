/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/desk.h"

#include "desk/desk-private.h"
#include "desk/route.h"

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

static TillCall
call_of (TillKind kind)
{
  return kind == TILL_KIND_COLLECT ? TILL_CALL_ORDER
         : kind == TILL_KIND_TAP   ? TILL_CALL_TAP : TILL_CALL_CHARGE;
}

static TillBrandSet
brands_of (TillDesk *self,
           TillKind  kind,
           gboolean  is_active)
{
  TillShop *shop = till_desk_get_shop (self);
  TillBrandSet brands = 0;

  for (guint i = 0; i < shop->merchants->len; i++) {
    const TillMerchant *merchant = g_ptr_array_index (shop->merchants, i);

    if (till_acquirer_offers (merchant->acquirer, call_of (kind)) &&
        till_merchant_is_active (merchant) == is_active)
      brands |= merchant->brands;
  }

  return brands;
}

/**
 * till_desk_get_brands:
 * @kind: by payment code, by a code of ours, or by tap
 *
 * Returns: the wallets that the profile's contracts take that way, as far as they are activated;
 *   the desk's property "brands" is notified when they change
 */
TillBrandSet
till_desk_get_brands (TillDesk *self,
                      TillKind  kind)
{
  return brands_of (self, kind, TRUE);
}

/**
 * till_desk_get_route:
 *
 * Returns: (transfer none) (nullable): the id of the contract that a sale by @kind with @brand
 *   goes to first
 */
const char *
till_desk_get_route (TillDesk *self,
                     TillBrand brand,
                     TillKind  kind)
{
  TillCall call = call_of (kind);
  const TillMerchant *merchant = till_shop_route (till_desk_get_shop (self), brand, call);

  return merchant ? merchant->id : NULL;
}

/**
 * till_desk_get_block:
 * @brand: %TILL_BRAND_NONE for any
 *
 * Returns: why a sale by @kind with @brand cannot be begun now; %TILL_REASON_NONE where it can
 */
TillReason
till_desk_get_block (TillDesk *self,
                     TillBrand brand,
                     TillKind  kind)
{
  TillBrandSet asked = brand == TILL_BRAND_NONE ? ~0u : TILL_BRAND_BIT (brand);

  if (!(brands_of (self, kind, TRUE) & asked))
    return brands_of (self, kind, FALSE) & asked ? TILL_REASON_NOT_ACTIVE
                                                 : TILL_REASON_BRAND_NOT_TAKEN;
  if (till_desk_get_journal_fault (self))
    return TILL_REASON_JOURNAL;
  if (brand == TILL_BRAND_ECNY && till_health_is_offline (till_desk_get_health (self)))
    return TILL_REASON_ECNY_OFFLINE;

  return TILL_REASON_NONE;
}

/**
 * till_desk_get_brand_pulse:
 *
 * Returns: a #TillPulseGrade: how well the best of the acquirers answers that take @brand by @kind;
 *   the worst there is where none takes it
 */
guint
till_desk_get_brand_pulse (TillDesk *self,
                           TillBrand brand,
                           TillKind  kind)
{
  TillCall call = kind == TILL_KIND_COLLECT ? TILL_CALL_ORDER : TILL_CALL_CHARGE;
  TillShop *shop = till_desk_get_shop (self);
  guint best = TILL_PULSE_NONE;

  for (guint i = 0; i < shop->merchants->len; i++) {
    const TillMerchant *merchant = g_ptr_array_index (shop->merchants, i);

    if ((merchant->brands & TILL_BRAND_BIT (brand)) &&
        till_acquirer_offers (merchant->acquirer, call))
      best = MIN (best, (guint) till_health_get_grade (till_desk_get_health (self), merchant));
  }

  return best;
}

/**
 * till_desk_get_worst_pulse:
 *
 * Returns: a #TillPulseGrade: how well the worst of the acquirers answers
 */
guint
till_desk_get_worst_pulse (TillDesk *self)
{
  TillShop *shop = till_desk_get_shop (self);
  guint worst = TILL_PULSE_GOOD;

  for (guint i = 0; shop && i < shop->merchants->len; i++)
    worst = MAX (worst, (guint) till_health_get_grade (till_desk_get_health (self),
                                                       g_ptr_array_index (shop->merchants, i)));

  return worst;
}

void
till_pulse_facts_free (TillPulseFacts *facts)
{
  g_free (facts->acquirer);
  g_free (facts);
}

/**
 * till_desk_list_pulses:
 *
 * Returns: (transfer full) (element-type TillPulseFacts): each contract's, in the profile's order
 */
GPtrArray *
till_desk_list_pulses (TillDesk *self)
{
  TillShop *shop = till_desk_get_shop (self);
  TillHealth *health = till_desk_get_health (self);
  GPtrArray *pulses = g_ptr_array_new_with_free_func ((GDestroyNotify) till_pulse_facts_free);

  for (guint i = 0; i < shop->merchants->len; i++) {
    const TillMerchant *merchant = g_ptr_array_index (shop->merchants, i);
    const TillPulse *pulse = till_health_get_pulse (health, merchant);
    TillPulseFacts *facts = g_new0 (TillPulseFacts, 1);

    facts->acquirer = g_strdup (merchant->id);
    facts->grade = till_health_get_grade (health, merchant);
    facts->trouble = pulse->trouble;
    facts->n_answers = pulse->n_answers;
    facts->n_silences = pulse->n_silences;
    facts->answered_us = pulse->answered_us;
    facts->silent_us = pulse->silent_us;
    facts->took_ms = pulse->took_ms;
    facts->on_backup = merchant->backup_base_url && till_health_wants_backup (health, merchant);
    g_ptr_array_add (pulses, facts);
  }

  return pulses;
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
