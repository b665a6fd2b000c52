/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/interop.h"

#include <string.h>

#define W TILL_BRAND_BIT (TILL_BRAND_WECHAT)
#define A TILL_BRAND_BIT (TILL_BRAND_ALIPAY)
#define U TILL_BRAND_BIT (TILL_BRAND_UNIONPAY)
#define E TILL_BRAND_BIT (TILL_BRAND_ECNY)
#define J TILL_BRAND_BIT (TILL_BRAND_JD)
#define Q TILL_BRAND_BIT (TILL_BRAND_QQ)

/* The published table, letter by letter: Y pays, S pays since a date where it is enabled, N does
 * not, ? is not public. Columns: WeChat, personal, Alipay, UnionPay, aggregated, EMV, digital
 * yuan. */
static const char *const published[TILL_N_WALLETS] = {
  [TILL_WALLET_WECHAT]          = "YYNNYN?",
  [TILL_WALLET_ALIPAY]          = "NNYNYN?",
  [TILL_WALLET_UNIONPAY]        = "?SSYYY?",
  [TILL_WALLET_BANK_APP]        = "?SSYY??",
  [TILL_WALLET_JD]              = "N??YY??",
  [TILL_WALLET_ECNY]            = "?????NY",
  [TILL_WALLET_ALIPAY_PLUS]     = "NNSN??N",
  [TILL_WALLET_UNIONPAY_ABROAD] = "NNNS?YN",
  [TILL_WALLET_CAMERA]          = "NNNNNNN",
};

static void
test_table (void)
{
  static const char letters[] = {
    [TILL_PAYS_NO] = 'N', [TILL_PAYS_YES] = 'Y', [TILL_PAYS_IF_ENABLED] = 'S',
    [TILL_PAYS_UNSURE] = '?',
  };

  for (guint wallet = 0; wallet < TILL_N_WALLETS; wallet++) {
    for (guint shown = 0; shown < TILL_N_SHOWN; shown++) {
      const TillInterop *cell = till_interop_get ((TillWallet) wallet, (TillShown) shown);

      g_test_message ("%u %u", wallet, shown);
      g_assert_cmpint (letters[cell->pays], ==, published[wallet][shown]);
    }
  }
}

/* Whoever cannot pay, or may not, is told what to do; who pays is told nothing. What is unsure is
 * called so, and every sentence leads to the one way that works with all. */
static void
test_advice (void)
{
  for (guint wallet = 0; wallet < TILL_N_WALLETS; wallet++) {
    for (guint shown = 0; shown < TILL_N_SHOWN; shown++) {
      const TillInterop *cell = till_interop_get ((TillWallet) wallet, (TillShown) shown);
      const char *advice = till_interop_get_advice ((TillWallet) wallet, (TillShown) shown);

      g_assert_cmpint (advice[0] == '\0', ==, cell->pays == TILL_PAYS_YES);
      if (advice[0])
        g_assert_nonnull (strstr (advice, "scan"));
      if (cell->pays == TILL_PAYS_UNSURE)
        g_assert_nonnull (strstr (advice, "not certain"));
    }
  }
}

/* A wallet's own order code is paid by it, and it has a name. */
static void
test_wallets (void)
{
  for (guint wallet = 0; wallet < TILL_N_WALLETS; wallet++) {
    TillBrand brand = till_wallet_get_brand ((TillWallet) wallet);
    TillShown shown;

    g_assert_cmpstr (till_wallet_get_name ((TillWallet) wallet), !=, "");
    if (brand == TILL_BRAND_NONE || !till_interop_shown_of (TILL_BRAND_BIT (brand), &shown))
      continue;
    g_assert_cmpint (till_interop_get ((TillWallet) wallet, shown)->pays, !=, TILL_PAYS_NO);
  }
}

/* Words go there and back; nothing else is one. */
static void
test_words (void)
{
  static const char *const none[] = { NULL, "", "WECHAT", "wechat ", "qq", "bank", "none" };
  TillWallet found = TILL_WALLET_CAMERA;

  for (guint i = 0; i < TILL_N_WALLETS; i++) {
    g_assert_true (till_wallet_from_word (till_wallet_to_word ((TillWallet) i), &found));
    g_assert_cmpint (found, ==, i);
  }
  for (guint i = 0; i < G_N_ELEMENTS (none); i++) {
    g_assert_false (till_wallet_from_word (none[i], &found));
    g_assert_cmpint (found, ==, TILL_WALLET_CAMERA);
  }
  g_assert_cmpstr (till_pays_to_word (TILL_PAYS_NO), ==, "no");
  g_assert_cmpstr (till_pays_to_word (TILL_PAYS_YES), ==, "yes");
  g_assert_cmpstr (till_pays_to_word (TILL_PAYS_IF_ENABLED), ==, "if-enabled");
  g_assert_cmpstr (till_pays_to_word (TILL_PAYS_UNSURE), ==, "unsure");
}

static void
test_shown_of (void)
{
  static const struct {
    TillBrandSet brands;
    int          shown;   /* −1: not known */
    TillBrandSet payers;
  } cases[] = {
    { W, TILL_SHOWN_WECHAT, W },
    { A, TILL_SHOWN_ALIPAY, A },
    { U, TILL_SHOWN_UNIONPAY, U | J },
    { E, TILL_SHOWN_ECNY, E },
    { W | A, TILL_SHOWN_AGGREGATED, W | A },
    { W | A | U, TILL_SHOWN_AGGREGATED, W | A | U | J },
    { J, -1, J },
    { Q, -1, Q },
    { 0, -1, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillShown shown = TILL_SHOWN_WECHAT;
    gboolean is_known = till_interop_shown_of (cases[i].brands, &shown);

    g_assert_cmpint (is_known, ==, cases[i].shown >= 0);
    if (is_known)
      g_assert_cmpint (shown, ==, cases[i].shown);
    g_assert_cmpuint (till_interop_get_payers (cases[i].brands), ==, cases[i].payers);
  }
}

static void
test_cover (void)
{
  static const struct {
    TillBrandSet offers[5];
    TillBrandSet wanted;
    guint        chosen;
  } cases[] = {
    { { W, A }, W | A, 1 << 0 | 1 << 1 },
    { { W, A }, A, 1 << 1 },
    { { W, A, W | A | U }, W | A | U, 1 << 2 },
    { { W, A, W | A | U }, W | A, 1 << 2 },
    { { W, A, W | A | U }, W, 1 << 0 },
    { { W | A | U, W, A }, W, 1 << 0 },
    { { W, A, U | J }, W | A | U | J, 1 << 0 | 1 << 1 | 1 << 2 },
    { { W | A, U | J, E }, W | A | U | E, 1 << 0 | 1 << 1 | 1 << 2 },
    { { W | A, A | U, U | W }, W | A | U, 1 << 0 | 1 << 1 },
    { { W, A }, W | E, 1 << 0 },
    { { W, A }, E, 0 },
    { { W, A }, 0, 0 },
    { { 0 }, W, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%u", i);
    g_assert_cmpuint (till_interop_cover (cases[i].offers, 5, cases[i].wanted), ==,
                      cases[i].chosen);
  }
  g_assert_cmpuint (till_interop_cover (NULL, 0, W), ==, 0);
}

/* Of each code the shop may show: what to do, and who is not certain to pay it. */
static void
test_tell (void)
{
  static const struct {
    TillBrandSet  brands;
    const char   *says;
    const char   *unsure;   /* NULL: nobody */
  } cases[] = {
    { W, "This is a WeChat code: ", "Not certain: UnionPay app, A bank's app, Digital yuan app." },
    { A, "This is an Alipay code: ", "A wallet of Alipay+" },
    { U, "This is a UnionPay code: use UnionPay's or a bank's app", "A foreign UnionPay wallet" },
    { E, "This is a digital yuan code", "WeChat Pay" },
    { W | A | U, "The camera cannot pay: ", "Digital yuan app" },
    { J, "It is not certain that this app can pay this code", NULL },
    { 0, "It is not certain that this app can pay this code", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = till_interop_tell (cases[i].brands);

    g_test_message ("%s", text);
    g_assert_true (g_str_has_prefix (text, cases[i].says));
    g_assert_cmpint (strstr (text, "Not certain: ") != NULL, ==, cases[i].unsure != NULL);
    if (cases[i].unsure)
      g_assert_nonnull (strstr (text, cases[i].unsure));
  }
}

/* Exactly the apps of the wallets that it is told. */
static void
test_apps (void)
{
  static const struct {
    TillBrandSet  brands;
    const char   *apps;
  } cases[] = {
    { 0, "" },
    { W, "WeChat" },
    { W | A | U, "WeChat / Alipay / UnionPay / bank apps" },
    { A | E, "Alipay / Digital yuan" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *apps = till_brand_set_to_apps (cases[i].brands);

    g_assert_cmpstr (apps, ==, cases[i].apps);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/interop/table", test_table);
  g_test_add_func ("/interop/advice", test_advice);
  g_test_add_func ("/interop/wallets", test_wallets);
  g_test_add_func ("/interop/words", test_words);
  g_test_add_func ("/interop/shown-of", test_shown_of);
  g_test_add_func ("/interop/cover", test_cover);
  g_test_add_func ("/interop/tell", test_tell);
  g_test_add_func ("/interop/apps", test_apps);

  return g_test_run ();
}
