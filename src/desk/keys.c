/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/keys.h"

#include <string.h>

/* A day's key that did not come is asked for again after so long; meanwhile the old one signs. */
#define RENEW_AGAIN_MS (60 * 1000)

static gboolean
keep (TillShop           *shop,
      const TillMerchant *merchant,
      GError            **error)
{
  const TillAcquirer *acquirer = merchant->acquirer;

  for (guint i = 0; acquirer->kept_secrets && acquirer->kept_secrets[i]; i++) {
    const char *name = acquirer->kept_secrets[i];
    char *value = acquirer->tell_secret (merchant->keys, name);
    gboolean kept = till_profile_store_secret (shop->profile, merchant->id, name, value, error);

    explicit_bzero (value, strlen (value));
    g_free (value);
    if (!kept)
      return FALSE;
  }

  return TRUE;
}

/**
 * till_keys_take:
 * @ask: of the KEYS or ACTIVATE that @reply answers
 * @error: of the acquirer, or of the place that keeps secrets; in the latter case the new keys
 *   hold until the program ends
 *
 * Takes the keys of @reply, and stores those that must outlive the program.
 */
gboolean
till_keys_take (TillShop            *shop,
                TillMerchant        *merchant,
                const TillAsk       *ask,
                const TillHttpReply *reply,
                GError             **error)
{
  return merchant->acquirer->take_keys (merchant, ask, reply, error) &&
         keep (shop, merchant, error);
}

/* Another program may have fetched the day's key already; two that both do would take each other's
 * away. */
static gboolean
is_due (TillShop           *shop,
        const TillMerchant *merchant)
{
  const TillAcquirer *acquirer = merchant->acquirer;
  gint64 now_us = till_shop_now_us (shop);

  if (!acquirer->keys_are_due || !acquirer->keys_are_due (merchant->keys, now_us))
    return FALSE;

  if (acquirer->read_kept) {
    TillSettings *settings = till_profile_get_settings (shop->profile, merchant->id);

    acquirer->read_kept (merchant->keys, settings);
    till_profile_settings_free (settings);
  }

  return acquirer->keys_are_due (merchant->keys, now_us);
}

/**
 * till_keys_renew:
 * @call: what shall be asked
 *
 * Says whether the day's key must be fetched before @call is signed. Says it once for all that
 * is asked at the same time: until the new key is here the old one is good, or as bad as none.
 */
gboolean
till_keys_renew (TillShop           *shop,
                 const TillMerchant *merchant,
                 TillCall            call)
{
  gint64 now_ms = till_shop_mono_ms (shop);
  const gint64 *again_ms = g_hash_table_lookup (shop->renewed, merchant);

  if (till_call_is_about_keys (call) || (again_ms && now_ms < *again_ms) ||
      !is_due (shop, merchant))
    return FALSE;

  now_ms += RENEW_AGAIN_MS;
  g_hash_table_insert (shop->renewed, (gpointer) merchant, g_memdup2 (&now_ms, sizeof now_ms));
  return TRUE;
}
