/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/shop.h"

#include <string.h>

#include "core/order-number.h"

static gboolean
load_merchants (TillShop *shop,
                GError  **error)
{
  const char *const *ids = till_profile_get_acquirers (shop->profile);

  for (guint i = 0; ids[i]; i++) {
    TillSettings *settings = till_profile_get_settings (shop->profile, ids[i]);
    TillMerchant *merchant = till_merchant_new (ids[i], settings, error);

    till_profile_settings_free (settings);
    if (!merchant)
      return FALSE;
    g_ptr_array_add (shop->merchants, merchant);
  }

  return TRUE;
}

/**
 * till_shop_open:
 * @dir: the profile's folder
 * @ports: outlives the shop
 * @error: of the profile, of an acquirer's keys, or of the journal
 *
 * Loads profile and keys, and opens the journal. Sends nothing.
 *
 * Returns: (transfer full): the shop, or %NULL with @error
 */
TillShop *
till_shop_open (const char      *dir,
                const TillPorts *ports,
                TillJournalFlags flags,
                GError         **error)
{
  g_autoptr (TillShop) shop = g_new0 (TillShop, 1);
  g_autofree char *path = NULL;

  shop->ports = ports;
  shop->renewed = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  shop->merchants = g_ptr_array_new_with_free_func ((GDestroyNotify) till_merchant_free);
  shop->profile = till_profile_load (dir, ports->secret, error);
  if (!shop->profile || !load_merchants (shop, error))
    return NULL;

  path = till_profile_journal_path (shop->profile);
  shop->journal = till_journal_open (path, flags, error);

  return shop->journal ? g_steal_pointer (&shop) : NULL;
}

void
till_shop_free (TillShop *shop)
{
  if (!shop)
    return;

  g_clear_pointer (&shop->journal, till_journal_close);
  g_hash_table_unref (shop->renewed);
  g_ptr_array_unref (shop->merchants);
  g_clear_pointer (&shop->profile, till_profile_free);
  g_free (shop);
}

/**
 * till_shop_find_merchant:
 *
 * Returns: (transfer none) (nullable): the contract with this id
 */
TillMerchant *
till_shop_find_merchant (const TillShop *shop,
                         const char     *id)
{
  for (guint i = 0; i < shop->merchants->len; i++) {
    TillMerchant *merchant = g_ptr_array_index (shop->merchants, i);

    if (strcmp (merchant->id, id) == 0)
      return merchant;
  }

  return NULL;
}

/**
 * till_shop_route:
 *
 * Returns: (transfer none) (nullable): the first contract of the profile that takes @brand,
 *   offers @call, and is activated
 */
TillMerchant *
till_shop_route (const TillShop *shop,
                 TillBrand       brand,
                 TillCall        call)
{
  for (guint i = 0; i < shop->merchants->len; i++) {
    TillMerchant *merchant = g_ptr_array_index (shop->merchants, i);

    if ((merchant->brands & TILL_BRAND_BIT (brand)) &&
        till_acquirer_offers (merchant->acquirer, call) && till_merchant_is_active (merchant))
      return merchant;
  }

  return NULL;
}

/**
 * till_shop_new_number:
 *
 * Returns: (transfer full): an order number that no till has used
 */
char *
till_shop_new_number (const TillShop *shop)
{
  guint8 bytes[TILL_ORDER_NUMBER_RANDOM_BYTES];

  till_random_fill (shop->ports->random, bytes, sizeof bytes);

  return till_order_number_new (till_day_of (till_profile_get_day (shop->profile),
                                             till_shop_now_us (shop)),
                                bytes);
}

/**
 * till_shop_now_us:
 *
 * Returns: wall time, for rows and requests
 */
gint64
till_shop_now_us (const TillShop *shop)
{
  return till_clock_now_us (shop->ports->clock);
}

/**
 * till_shop_mono_ms:
 *
 * Returns: monotonic time in ms, for deadlines
 */
gint64
till_shop_mono_ms (const TillShop *shop)
{
  return till_clock_mono_us (shop->ports->clock) / 1000;
}
