/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/brand.h"

#include <glib/gi18n.h>
#include <string.h>

/* The colours are the ones by which customers know the wallets; the icons are our own drawings. */
static const TillBrandFacts table[TILL_N_BRANDS] = {
  [TILL_BRAND_NONE] =
    { "", N_("Wallet"), "till-wallet-symbolic", "#5e5c64", N_("Scan with your wallet"),
      N_("Wallet") },
  [TILL_BRAND_WECHAT] =
    { "wechat", N_("WeChat Pay"), "till-wechat-symbolic", "#07a050", N_("Scan with WeChat"),
      N_("WeChat") },
  [TILL_BRAND_ALIPAY] =
    { "alipay", N_("Alipay"), "till-alipay-symbolic", "#1677ff", N_("Scan with Alipay"),
      N_("Alipay") },
  [TILL_BRAND_UNIONPAY] =
    { "unionpay", N_("UnionPay"), "till-unionpay-symbolic", "#c8102e",
      N_("Scan with UnionPay or a bank's app"), N_("UnionPay / bank apps") },
  [TILL_BRAND_ECNY] =
    { "ecny", N_("Digital yuan"), "till-ecny-symbolic", "#c01c28",
      N_("Scan with the digital yuan app"), N_("Digital yuan") },
  [TILL_BRAND_JD] =
    { "jd", N_("JD Pay"), "till-jd-symbolic", "#b0191e", N_("Scan with JD"), N_("JD") },
  [TILL_BRAND_QQ] =
    { "qq", N_("QQ Wallet"), "till-qq-symbolic", "#1265b0", N_("Scan with QQ"), N_("QQ") },
  [TILL_BRAND_BESTPAY] =
    { "bestpay", N_("BestPay"), "till-bestpay-symbolic", "#c64600", N_("Scan with BestPay"),
      N_("BestPay") },
  [TILL_BRAND_BAITIAO] =
    { "baitiao", N_("JD Baitiao"), "till-baitiao-symbolic", "#8f3a1c", NULL, NULL },
};

/**
 * till_brand_get_facts:
 *
 * Returns: the brand's row of the table
 */
const TillBrandFacts *
till_brand_get_facts (TillBrand brand)
{
  g_return_val_if_fail ((guint) brand < TILL_N_BRANDS, &table[TILL_BRAND_NONE]);

  return &table[brand];
}

/**
 * till_brand_to_word:
 *
 * Returns: the brand's word in JSON, rows and the profile; "" for %TILL_BRAND_NONE
 */
const char *
till_brand_to_word (TillBrand brand)
{
  return till_brand_get_facts (brand)->word;
}

const char *
till_brand_get_name (TillBrand brand)
{
  return _(till_brand_get_facts (brand)->name);
}

/**
 * till_brand_is_wallet:
 *
 * Returns: whether a customer can be asked for it, and a contract can have it
 */
gboolean
till_brand_is_wallet (TillBrand brand)
{
  return brand != TILL_BRAND_NONE && till_brand_get_facts (brand)->apps != NULL;
}

/**
 * till_brand_from_word:
 *
 * Returns: %FALSE where no brand has this word
 */
gboolean
till_brand_from_word (const char *word,
                      TillBrand  *brand)
{
  for (guint i = TILL_BRAND_NONE + 1; word && i < TILL_N_BRANDS; i++) {
    if (strcmp (table[i].word, word) == 0) {
      *brand = (TillBrand) i;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * till_brand_set_to_apps:
 *
 * Returns: (transfer full): the apps of @brands, "WeChat / Alipay / UnionPay / bank apps",
 *   translated
 */
char *
till_brand_set_to_apps (TillBrandSet brands)
{
  GString *apps = g_string_new (NULL);

  for (guint i = TILL_BRAND_NONE + 1; i < TILL_N_BRANDS; i++) {
    if (brands & TILL_BRAND_BIT (i))
      g_string_append_printf (apps, "%s%s", apps->len > 0 ? " / " : "", _(table[i].apps));
  }

  return g_string_free (apps, FALSE);
}

/**
 * till_brand_set_parse:
 * @words: "wechat,alipay" or "wechat;alipay", blanks allowed
 *
 * Returns: %FALSE where a word is no wallet's, or where there is none
 */
gboolean
till_brand_set_parse (const char   *words,
                      TillBrandSet *set)
{
  g_auto (GStrv) parts = g_strsplit_set (words, ",; ", -1);
  TillBrandSet found = 0;

  for (guint i = 0; parts[i]; i++) {
    TillBrand brand;

    if (parts[i][0] == '\0')
      continue;
    if (!till_brand_from_word (parts[i], &brand) || !till_brand_is_wallet (brand))
      return FALSE;
    found |= TILL_BRAND_BIT (brand);
  }

  if (!found)
    return FALSE;

  *set = found;
  return TRUE;
}
