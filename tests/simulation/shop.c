/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "core/money.h"

/* What shops are there: single contracts, one aggregator for all, both, two for one wallet, and
 * contracts for tapped cards beside them. */

#define LIMIT_FEN 20000

const Dialect *const shop_dialects[N_BANKS] = {
  [BANK_WECHAT]     = &dialect_wechat,     [BANK_ALIPAY]   = &dialect_alipay,
  [BANK_UNIONPAY]   = &dialect_unionpay,   [BANK_CHINAUMS] = &dialect_chinaums,
  [BANK_SHOUQIANBA] = &dialect_shouqianba, [BANK_CMB]      = &dialect_cmb,
  [BANK_SEALED]     = &dialect_sealed,     [BANK_ISO8583]  = &dialect_iso8583,
};

static const struct {
  guint  n;
  BankId banks[N_BANKS];
} shops[] = {
  { 2, { BANK_WECHAT, BANK_ALIPAY } },
  { 2, { BANK_WECHAT, BANK_ALIPAY } },
  { 3, { BANK_WECHAT, BANK_ALIPAY, BANK_UNIONPAY } },
  { 1, { BANK_UNIONPAY } },
  { 1, { BANK_CHINAUMS } },
  { 1, { BANK_SHOUQIANBA } },
  { 1, { BANK_CMB } },
  { 3, { BANK_WECHAT, BANK_ALIPAY, BANK_CHINAUMS } },
  { 4, { BANK_WECHAT, BANK_ALIPAY, BANK_UNIONPAY, BANK_SHOUQIANBA } },
  { 3, { BANK_SHOUQIANBA, BANK_WECHAT, BANK_ALIPAY } },
  { 2, { BANK_UNIONPAY, BANK_CMB } },
  { 2, { BANK_CHINAUMS, BANK_SHOUQIANBA } },
  { 6, { BANK_WECHAT, BANK_ALIPAY, BANK_UNIONPAY, BANK_CMB, BANK_SHOUQIANBA, BANK_CHINAUMS } },
  { 3, { BANK_WECHAT, BANK_ALIPAY, BANK_SEALED } },
  { 3, { BANK_WECHAT, BANK_ALIPAY, BANK_ISO8583 } },
  { 2, { BANK_CHINAUMS, BANK_ISO8583 } },
  { 3, { BANK_UNIONPAY, BANK_SEALED, BANK_ISO8583 } },
};

static const char *const sections[N_BANKS] = {
  [BANK_WECHAT] =
    "[acquirer wechat]\ntype=wechat-pay\nmchid=1900000001\nappid=wx0000000000000001\n"
    "serial-no=7C2E9A41D05B3F6688E1A4C7925D0B3E6F18A2D4\nprivate-key-file=keys/till.pem\n"
    "certificate-files=keys/wechat.pem\n",
  [BANK_ALIPAY] =
    "[acquirer alipay]\ntype=alipay\napp-id=2026000000000000\nprivate-key-file=keys/till.pem\n"
    "alipay-public-key-file=keys/alipay.pem\n",
  [BANK_UNIONPAY] =
    "[acquirer unionpay]\ntype=unionpay\nmer-id=777290000000001\nprivate-key-file=keys/till.pem\n"
    "cert-id=68759663359\nroot-cert-file=keys/unionpay.pem\n",
  [BANK_CHINAUMS] =
    "[acquirer chinaums]\ntype=chinaums\napp-id=8a81c1be00000000000000000000till\n"
    "mid=898310000000001\ntid=00000001\nmsg-src-id=3194\nbrands=wechat,alipay,unionpay,ecny\n",
  [BANK_SHOUQIANBA] =
    "[acquirer shouqianba]\ntype=shouqianba\nvendor-sn=91800000\napp-id=2026112200000001\n"
    "device-id=till\n",
  [BANK_CMB] =
    "[acquirer cmb]\ntype=cmb\nmer-id=3089991701207QT\nuser-id=N003525013\n"
    "app-id=8ab74856-8772-45c9-96db-54cb30ab9f74\npublic-key-file=keys/cmb.pem\n"
    "notify-url=https://shop.example/cmb\nbrands=wechat,alipay,unionpay,ecny\n",
  [BANK_SEALED] =
    "[acquirer sealed]\ntype=sealed\nbase-url=https://cards.example\nmerchant-no=till-0001\n"
    "terminal-no=01\nprivate-key-file=keys/till.pem\npublic-key-file=keys/cards.pem\n"
    "card-certificate-file=keys/cards.pem\nno-pin-limit=300\n",
  [BANK_ISO8583] =
    "[acquirer iso8583]\ntype=iso8583\nbase-url=https://terminals.example/pos\n"
    "merchant-no=880210010210160\nno-pin-limit=300\n",
};

/**
 * contracts_draw:
 *
 * Draws a shop.
 */
void
contracts_draw (Contracts *self,
                Chances   *chances)
{
  guint shop = chance_draw (chances, CHANCE_LIFE, G_N_ELEMENTS (shops));

  *self = (Contracts) { .n = shops[shop].n };
  for (guint i = 0; i < self->n; i++) {
    self->banks[i] = shops[shop].banks[i];
    self->takes_cards |= shop_dialects[self->banks[i]]->takes_cards;
    if (!shop_dialects[self->banks[i]]->takes_cards)
      self->brands |= shop_dialects[self->banks[i]]->brands;
    if (chance_draw (chances, CHANCE_LIFE, 6) == 0)
      self->limits_fen[i] = LIMIT_FEN;
  }
}

/**
 * contracts_draw_wallet:
 *
 * Returns: with which wallet a customer comes: one that the shop takes
 */
TillBrand
contracts_draw_wallet (const Contracts *self,
                       Chances         *chances)
{
  TillBrand taken[TILL_N_BRANDS];
  guint n = 0;

  for (guint brand = TILL_BRAND_NONE + 1; brand < TILL_N_BRANDS; brand++) {
    if (self->brands & TILL_BRAND_BIT (brand))
      taken[n++] = (TillBrand) brand;
  }

  return taken[chance_draw (chances, CHANCE_LIFE, n)];
}

/* Plainly: a file that is replaced safely would be synced, and a life is shorter than that. */
static void
write_plainly (const char *path,
               const char *text)
{
  FILE *file = g_fopen (path, "w");

  g_assert_nonnull (file);
  g_assert_cmpint (fputs (text, file), >=, 0);
  g_assert_cmpint (fclose (file), ==, 0);
  g_chmod (path, 0600);
}

/**
 * contracts_write:
 * @till: its index: each is a terminal of its own where terminals count
 *
 * Writes the profile of a till of this shop.
 */
void
contracts_write (const Contracts *self,
                 const char      *dir,
                 guint            till)
{
  g_autoptr (GString) ini =
    g_string_new ("[shop]\nname=S\nregister=01\nday-starts=04:00\n"
                  "[nfc]\nmode=acquirer-approved\n");
  g_autofree char *path = g_build_filename (dir, "profile.ini", NULL);

  for (guint i = 0; i < self->n; i++) {
    g_string_append (ini, sections[self->banks[i]]);
    if (self->banks[i] == BANK_ISO8583)
      g_string_append_printf (ini, "terminal-no=1000015%u\n", till + 1);
    if (self->limits_fen[i]) {
      g_autofree char *yuan = till_money_to_yuan (self->limits_fen[i]);

      g_string_append_printf (ini, "limit-per-sale=%s\n", yuan);
    }
  }
  write_plainly (path, ini->str);
}

/**
 * contracts_add_secrets:
 * @kept: name → value
 * @till: its index
 *
 * What a technician would have entered: each till is a terminal of its own.
 */
void
contracts_add_secrets (GHashTable *kept,
                       guint       till)
{
  const char *const secrets[][2] = {
    { "chinaums.app-key", "chinaums-app-key" },
    { "cmb.app-secret", "cmb-app-secret" },
    { "cmb.private-key", "the till" },
    { "iso8583.tmk", "0123456789ABCDEFFEDCBA9876543210" },
    { "shouqianba.terminal-sn", till == 0 ? "100000000000000001" : "100000000000000002" },
    { "shouqianba.terminal-key", "TERMINALKEY000000000" },
    { "wechat.api-v3-key", "0123456789abcdef0123456789abcdef" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_hash_table_insert (kept, g_strdup (secrets[i][0]), g_strdup (secrets[i][1]));
}
