/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/certificate.h"
#include "acquirer/pem.h"
#include "acquirer/setting.h"
#include "core/money.h"

/* Shorter ones cut off payments that are on their way: both wallets answer a payment within 15 s,
 * and merchants who waited less charged twice. */
#define TOTAL_TIMEOUT_LEAST_S 15
#define TOTAL_TIMEOUT_MOST_S 120
#define CONNECT_TIMEOUT_MOST_S 60

static const char *const common_settings[] = {
  "type",       "base-url", "backup-base-url", "ca-file",       "brands",
  "fee-rate",   "limit-per-sale", "connect-timeout", "total-timeout", NULL,
};

static gboolean
list_has (const char *const *words,
          const char        *word)
{
  return words && g_strv_contains (words, word);
}

static gboolean
texts_have (const TillSettingRow *rows,
            const char           *key,
            gboolean              is_secret)
{
  for (; rows && rows->key; rows++)
    if (strcmp (rows->key, key) == 0)
      return (rows->pattern == NULL) == is_secret;

  return FALSE;
}

/**
 * till_acquirer_has_secret:
 * @key: as a profile would name it
 *
 * Returns: whether it is one of the acquirer's secrets
 */
gboolean
till_acquirer_has_secret (const TillAcquirer *acquirer,
                          const char         *key)
{
  return list_has (acquirer->secrets, key) || texts_have (acquirer->texts, key, TRUE);
}

static gboolean
is_known (const TillAcquirer *acquirer,
          const char         *key)
{
  return list_has (common_settings, key) || list_has (acquirer->settings, key) ||
         texts_have (acquirer->texts, key, FALSE);
}

static gboolean
check_keys (const TillAcquirer *acquirer,
            const TillSettings *settings,
            GError            **error)
{
  g_auto (GStrv) keys = settings->keys (settings->self);

  for (guint i = 0; keys && keys[i]; i++) {
    if (till_acquirer_has_secret (acquirer, keys[i]))
      return till_setting_fail (settings, keys[i],
                                _("is a secret: it belongs in the keys folder, not in this file"),
                                error);
    if (!is_known (acquirer, keys[i]))
      return till_setting_fail (settings, keys[i], _("is no key of this type: look for a typo"),
                                error);
  }

  return TRUE;
}

static gboolean
take_url (const TillSettings *settings,
          const char         *key,
          char              **url,
          GError            **error)
{
  g_autofree char *text = till_setting_get (settings, key);
  gsize length = text ? strlen (text) : 0;

  if (text && !g_regex_match_simple ("^https://[^/?#\\s]+[^?#\\s]*$", text, 0, 0))
    return till_setting_fail (settings, key, _("must be an address that begins with https://"),
                              error);

  if (text && text[length - 1] == '/')
    text[length - 1] = '\0';
  *url = g_steal_pointer (&text);
  return TRUE;
}

static gboolean
take_urls (TillMerchant       *merchant,
           const TillSettings *settings,
           GError            **error)
{
  if (!take_url (settings, "base-url", &merchant->base_url, error) ||
      !take_url (settings, "backup-base-url", &merchant->backup_base_url, error))
    return FALSE;

  if (!merchant->base_url) {
    merchant->base_url = g_strdup (merchant->acquirer->base_url);
    if (!merchant->backup_base_url)
      merchant->backup_base_url = g_strdup (merchant->acquirer->backup_base_url);
  }

  return TRUE;
}

/* Digital yuan is taken where the contract has it, which only the profile can say: it is never
 * there by default. */
static gboolean
take_brands (TillMerchant       *merchant,
             const TillSettings *settings,
             GError            **error)
{
  g_autofree char *text = till_setting_get (settings, "brands");
  TillBrandSet brands = merchant->acquirer->brands & ~TILL_BRAND_BIT (TILL_BRAND_ECNY);

  if (text && (!till_brand_set_parse (text, &brands) || (brands & ~merchant->acquirer->brands)))
    return till_setting_fail (settings, "brands", _("names a wallet that this type does not take"),
                              error);

  merchant->brands = brands;
  return TRUE;
}

static gboolean
take_limit (TillMerchant       *merchant,
            const TillSettings *settings,
            GError            **error)
{
  g_autofree char *text = till_setting_get (settings, "limit-per-sale");

  if (text && !till_money_parse (text, &merchant->limit_per_sale_fen, NULL))
    return till_setting_fail (settings, "limit-per-sale", _("must be an amount like 50000.00"),
                              error);

  return TRUE;
}

static gboolean
take_timeouts (TillMerchant       *merchant,
               const TillSettings *settings,
               GError            **error)
{
  gint64 connect_s = 0;
  gint64 total_s = 0;

  if (!till_setting_take_int (settings, "connect-timeout", 1, CONNECT_TIMEOUT_MOST_S, &connect_s,
                              error) ||
      !till_setting_take_int (settings, "total-timeout", TOTAL_TIMEOUT_LEAST_S,
                              TOTAL_TIMEOUT_MOST_S, &total_s, error))
    return FALSE;

  merchant->connect_timeout_ms = (guint) connect_s * 1000;
  merchant->total_timeout_ms = (guint) total_s * 1000;
  return TRUE;
}

/* What curl would only say when the first payment goes out, as if there were no network. */
static gboolean
take_authority (TillMerchant       *merchant,
                const TillSettings *settings,
                GError            **error)
{
  g_autoptr (GError) fault = NULL;
  g_autofree char *pem = NULL;
  g_autoptr (TillCertificate) certificate = NULL;

  if (!till_setting_take_file (settings, "ca-file", &merchant->ca_file, error))
    return FALSE;
  if (!merchant->ca_file)
    return TRUE;

  pem = till_pem_read (merchant->ca_file, &fault);
  certificate = pem ? till_certificate_parse (pem, merchant->ca_file, &fault) : NULL;

  return certificate || till_setting_fail (settings, "ca-file", fault->message, error);
}

static gboolean
take_common (TillMerchant       *merchant,
             const TillSettings *settings,
             GError            **error)
{
  return check_keys (merchant->acquirer, settings, error) &&
         take_urls (merchant, settings, error) &&
         take_authority (merchant, settings, error) &&
         take_brands (merchant, settings, error) &&
         till_setting_take_ppm (settings, "fee-rate", &merchant->fee_ppm, error) &&
         take_limit (merchant, settings, error) && take_timeouts (merchant, settings, error);
}

/**
 * till_merchant_new:
 * @id: as in [acquirer ID]
 * @settings: used only during the call
 * @error: set to what @settings makes of a fault, which names the profile's line; or to a
 *   #TillAcquirerError
 *
 * Reads and checks one contract: unknown keys, forms, key files, and that they are the right ones.
 *
 * Returns: (transfer full): the contract, ready to ask
 */
TillMerchant *
till_merchant_new (const char         *id,
                   const TillSettings *settings,
                   GError            **error)
{
  g_autoptr (TillMerchant) merchant = g_new0 (TillMerchant, 1);
  g_autofree char *type = till_setting_get (settings, "type");

  merchant->id = g_strdup (id);
  merchant->acquirer = till_acquirer_find (type);
  if (!merchant->acquirer) {
    till_setting_fail (settings, "type", _("names no acquirer that this till knows"), error);
    return NULL;
  }
  if (!take_common (merchant, settings, error))
    return NULL;

  merchant->keys = merchant->acquirer->load
                     ? merchant->acquirer->load (settings, error)
                     : till_setting_load_rows (settings, merchant->acquirer->texts,
                                               merchant->acquirer->keys_size, error);
  return merchant->keys ? g_steal_pointer (&merchant) : NULL;
}

static void
free_keys (const TillAcquirer *acquirer,
           gpointer            keys)
{
  if (acquirer->unload) {
    acquirer->unload (keys);
    return;
  }

  till_setting_clear_rows (acquirer->texts, keys);
  g_free (keys);
}

void
till_merchant_free (TillMerchant *merchant)
{
  if (!merchant)
    return;

  if (merchant->keys)
    free_keys (merchant->acquirer, merchant->keys);
  g_free (merchant->id);
  g_free (merchant->base_url);
  g_free (merchant->backup_base_url);
  g_free (merchant->ca_file);
  g_free (merchant);
}

/**
 * till_merchant_get_host:
 *
 * Returns: the address that @ask goes to: the first, or the second where @ask wants it and there is
 *   one
 */
const char *
till_merchant_get_host (const TillMerchant *merchant,
                        const TillAsk      *ask)
{
  return ask->use_backup && merchant->backup_base_url ? merchant->backup_base_url
                                                      : merchant->base_url;
}
