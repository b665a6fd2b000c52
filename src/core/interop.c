/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/interop.h"

#include <glib/gi18n.h>

/* Which wallet can pay which code, as far as it is public.
 *
 * Sources: a dated test of August 2021 (UnionPay's app pays a WeChat personal code; WeChat shows
 * the raw text of a UnionPay code; UnionPay and Alipay fail both ways); Tencent, 2021-09-30
 * (offline codes "both ways", receiving codes in the first provincial capitals); Alipay, 2021-12-02
 * (receiving codes with UnionPay in the whole country, 28 banks' apps; 新京报, Caixin 2021-12-03);
 * UnionPay and Tenpay, January 2020 (pilot cities: four banks' apps); Alipay+ in mainland China,
 * November 2022 to September 2023 (shine.cn 2023-10-08, Finextra 42973: ten wallets); a Chinaums
 * notification and CMB's manual of polypay (one address, paid by Alipay, WeChat and UnionPay).
 *
 * The direction that all sources agree on: UnionPay's side was let in to receiving codes of WeChat
 * and Alipay; WeChat and Alipay paying a plain UnionPay code failed in 2021 and was not announced
 * since. What was announced are receiving codes; of order codes nothing public says whether they
 * are meant. Such cells are unsure. */

#define NO(advice)          { TILL_PAYS_NO, 0, TILL_ADVICE_##advice }
#define YES                 { TILL_PAYS_YES, 0, TILL_ADVICE_NONE }
#define ENABLED(since, adv) { TILL_PAYS_IF_ENABLED, since, TILL_ADVICE_##adv }
#define UNSURE              { TILL_PAYS_UNSURE, 0, TILL_ADVICE_UNSURE }

static const TillInterop table[TILL_N_WALLETS][TILL_N_SHOWN] = {
  [TILL_WALLET_WECHAT] = {
    [TILL_SHOWN_WECHAT]     = YES,
    [TILL_SHOWN_PERSONAL]   = YES,
    [TILL_SHOWN_ALIPAY]     = NO (ALIPAY_CODE),
    [TILL_SHOWN_UNIONPAY]   = NO (UNIONPAY_CODE), /* 2021-08: shows the raw text */
    [TILL_SHOWN_AGGREGATED] = YES,
    [TILL_SHOWN_EMV]        = NO (UNIONPAY_CODE), /* in the mainland; from memory only */
    [TILL_SHOWN_ECNY]       = UNSURE,
  },
  [TILL_WALLET_ALIPAY] = {
    [TILL_SHOWN_WECHAT]     = NO (WECHAT_CODE),
    [TILL_SHOWN_PERSONAL]   = NO (PERSONAL_CODE),
    [TILL_SHOWN_ALIPAY]     = YES,
    [TILL_SHOWN_UNIONPAY]   = NO (UNIONPAY_CODE), /* 2021-08 */
    [TILL_SHOWN_AGGREGATED] = YES,                /* targetSys "Alipay 2.0"; CMB's manual */
    [TILL_SHOWN_EMV]        = NO (UNIONPAY_CODE), /* from memory only */
    [TILL_SHOWN_ECNY]       = UNSURE,
  },
  [TILL_WALLET_UNIONPAY] = {
    [TILL_SHOWN_WECHAT]     = UNSURE,             /* announced were receiving codes */
    [TILL_SHOWN_PERSONAL]   = ENABLED (20210930, PERSONAL_CODE),
    [TILL_SHOWN_ALIPAY]     = ENABLED (20211202, ALIPAY_CODE),
    [TILL_SHOWN_UNIONPAY]   = YES,
    [TILL_SHOWN_AGGREGATED] = YES,
    [TILL_SHOWN_EMV]        = YES,
    [TILL_SHOWN_ECNY]       = UNSURE,
  },
  [TILL_WALLET_BANK_APP] = {
    [TILL_SHOWN_WECHAT]     = UNSURE,
    [TILL_SHOWN_PERSONAL]   = ENABLED (20200100, PERSONAL_CODE), /* pilots: ICBC, ABC, BOC, CCB */
    [TILL_SHOWN_ALIPAY]     = ENABLED (20211202, ALIPAY_CODE),   /* 28 of them */
    [TILL_SHOWN_UNIONPAY]   = YES,
    [TILL_SHOWN_AGGREGATED] = YES,
    [TILL_SHOWN_EMV]        = UNSURE,             /* some do */
    [TILL_SHOWN_ECNY]       = UNSURE,             /* those of the operating banks; memory only */
  },
  [TILL_WALLET_JD] = {
    [TILL_SHOWN_WECHAT]     = NO (WECHAT_CODE),
    [TILL_SHOWN_PERSONAL]   = UNSURE,
    [TILL_SHOWN_ALIPAY]     = UNSURE,
    [TILL_SHOWN_UNIONPAY]   = YES,                /* a UnionPay member; from memory only */
    [TILL_SHOWN_AGGREGATED] = YES,                /* its browser names itself jdapp */
    [TILL_SHOWN_EMV]        = UNSURE,
    [TILL_SHOWN_ECNY]       = UNSURE,
  },
  [TILL_WALLET_ECNY] = {
    [TILL_SHOWN_WECHAT]     = UNSURE,
    [TILL_SHOWN_PERSONAL]   = UNSURE,
    [TILL_SHOWN_ALIPAY]     = UNSURE,
    [TILL_SHOWN_UNIONPAY]   = UNSURE,
    [TILL_SHOWN_AGGREGATED] = UNSURE,             /* only if the page offers it */
    [TILL_SHOWN_EMV]        = NO (UNIONPAY_CODE),
    [TILL_SHOWN_ECNY]       = YES,
  },
  [TILL_WALLET_ALIPAY_PLUS] = {
    [TILL_SHOWN_WECHAT]     = NO (WECHAT_CODE),
    [TILL_SHOWN_PERSONAL]   = NO (PERSONAL_CODE),
    [TILL_SHOWN_ALIPAY]     = ENABLED (20221100, ALIPAY_CODE),   /* the shop changes nothing */
    [TILL_SHOWN_UNIONPAY]   = NO (UNIONPAY_CODE),
    [TILL_SHOWN_AGGREGATED] = UNSURE,             /* if it names itself like Alipay */
    [TILL_SHOWN_EMV]        = UNSURE,             /* abroad, by another object than 15 */
    [TILL_SHOWN_ECNY]       = NO (ECNY_CODE),
  },
  [TILL_WALLET_UNIONPAY_ABROAD] = {
    [TILL_SHOWN_WECHAT]     = NO (WECHAT_CODE),
    [TILL_SHOWN_PERSONAL]   = NO (PERSONAL_CODE),
    [TILL_SHOWN_ALIPAY]     = NO (ALIPAY_CODE),
    [TILL_SHOWN_UNIONPAY]   = ENABLED (0, UNSURE), /* UPI's acceptance mark; from memory only */
    [TILL_SHOWN_AGGREGATED] = UNSURE,
    [TILL_SHOWN_EMV]        = YES,
    [TILL_SHOWN_ECNY]       = NO (ECNY_CODE),
  },
  /* At most a page opens that tells one to use a wallet. */
  [TILL_WALLET_CAMERA] = {
    [TILL_SHOWN_WECHAT]     = NO (USE_WALLET),
    [TILL_SHOWN_PERSONAL]   = NO (USE_WALLET),
    [TILL_SHOWN_ALIPAY]     = NO (USE_WALLET),
    [TILL_SHOWN_UNIONPAY]   = NO (USE_WALLET),
    [TILL_SHOWN_AGGREGATED] = NO (USE_WALLET),
    [TILL_SHOWN_EMV]        = NO (USE_WALLET),
    [TILL_SHOWN_ECNY]       = NO (USE_WALLET),
  },
};

/* Each ends with what to do now. What works with every wallet is to scan the customer's code. */
static const char *const advices[TILL_N_ADVICES] = {
  [TILL_ADVICE_NONE] = "",
  [TILL_ADVICE_UNIONPAY_CODE] =
    N_("This is a UnionPay code: use UnionPay's or a bank's app, or scan the customer's payment "
       "code."),
  [TILL_ADVICE_WECHAT_CODE] =
    N_("This is a WeChat code: show the code of the customer's wallet, or scan the payment code."),
  [TILL_ADVICE_ALIPAY_CODE] =
    N_("This is an Alipay code: show the code of the customer's wallet, or scan the payment code."),
  [TILL_ADVICE_ECNY_CODE] =
    N_("This is a digital yuan code, for the digital yuan app only: show another code, or scan the "
       "payment code."),
  [TILL_ADVICE_PERSONAL_CODE] =
    N_("This is a person's receiving code, not the shop's: show a code of the till, or scan the "
       "payment code."),
  [TILL_ADVICE_USE_WALLET] =
    N_("The camera cannot pay: ask the customer to scan from within the wallet's app."),
  [TILL_ADVICE_UNSURE] =
    N_("It is not certain that this app can pay this code: scan the customer's payment code "
       "instead."),
};

static const struct {
  const char *word;
  const char *name;
  TillBrand   brand;
} wallets[TILL_N_WALLETS] = {
  [TILL_WALLET_WECHAT] = { "wechat", N_("WeChat Pay"), TILL_BRAND_WECHAT },
  [TILL_WALLET_ALIPAY] = { "alipay", N_("Alipay"), TILL_BRAND_ALIPAY },
  [TILL_WALLET_UNIONPAY] = { "unionpay", N_("UnionPay app"), TILL_BRAND_UNIONPAY },
  [TILL_WALLET_BANK_APP] = { "bank-app", N_("A bank's app"), TILL_BRAND_UNIONPAY },
  [TILL_WALLET_JD] = { "jd", N_("JD"), TILL_BRAND_JD },
  [TILL_WALLET_ECNY] = { "ecny", N_("Digital yuan app"), TILL_BRAND_ECNY },
  [TILL_WALLET_ALIPAY_PLUS] = { "alipay-plus", N_("A wallet of Alipay+"), TILL_BRAND_ALIPAY },
  [TILL_WALLET_UNIONPAY_ABROAD] = { "unionpay-abroad", N_("A foreign UnionPay wallet"),
                                    TILL_BRAND_UNIONPAY },
  [TILL_WALLET_CAMERA] = { "camera", N_("The phone's camera"), TILL_BRAND_NONE },
};

static const char *const pays_words[] = {
  [TILL_PAYS_NO] = "no", [TILL_PAYS_YES] = "yes", [TILL_PAYS_IF_ENABLED] = "if-enabled",
  [TILL_PAYS_UNSURE] = "unsure",
};

/* What a contract for one wallet shows. */
static const struct {
  TillBrand brand;
  TillShown shown;
} shown_of[] = {
  { TILL_BRAND_WECHAT, TILL_SHOWN_WECHAT },
  { TILL_BRAND_ALIPAY, TILL_SHOWN_ALIPAY },
  { TILL_BRAND_UNIONPAY, TILL_SHOWN_UNIONPAY },
  { TILL_BRAND_ECNY, TILL_SHOWN_ECNY },
};

/**
 * till_interop_get:
 *
 * Returns: whether @wallet can pay what is shown
 */
const TillInterop *
till_interop_get (TillWallet wallet,
                  TillShown  shown)
{
  g_return_val_if_fail ((guint) wallet < TILL_N_WALLETS && (guint) shown < TILL_N_SHOWN,
                        &table[TILL_WALLET_CAMERA][0]);

  return &table[wallet][shown];
}

/**
 * till_interop_get_advice:
 *
 * Returns: what to do where @wallet does not pay it, one sentence, translated; "" where it pays
 *   for certain
 */
const char *
till_interop_get_advice (TillWallet wallet,
                         TillShown  shown)
{
  TillAdvice advice = till_interop_get (wallet, shown)->advice;

  return advice == TILL_ADVICE_NONE ? "" : _(advices[advice]);
}

/**
 * till_pays_to_word:
 *
 * Returns: the word of the command line's JSON
 */
const char *
till_pays_to_word (TillPays pays)
{
  g_return_val_if_fail ((guint) pays < G_N_ELEMENTS (pays_words), "");

  return pays_words[pays];
}

/**
 * till_wallet_to_word:
 *
 * Returns: the wallet's word in JSON
 */
const char *
till_wallet_to_word (TillWallet wallet)
{
  g_return_val_if_fail ((guint) wallet < TILL_N_WALLETS, "");

  return wallets[wallet].word;
}

/**
 * till_wallet_from_word:
 * @word: (nullable)
 * @wallet: (out): written on success only
 *
 * Returns: whether there is a wallet with this word
 */
gboolean
till_wallet_from_word (const char *word,
                       TillWallet *wallet)
{
  for (guint i = 0; i < TILL_N_WALLETS; i++) {
    if (g_strcmp0 (wallets[i].word, word) == 0) {
      *wallet = (TillWallet) i;
      return TRUE;
    }
  }

  return FALSE;
}

const char *
till_wallet_get_name (TillWallet wallet)
{
  g_return_val_if_fail ((guint) wallet < TILL_N_WALLETS, "");

  return _(wallets[wallet].name);
}

TillBrand
till_wallet_get_brand (TillWallet wallet)
{
  g_return_val_if_fail ((guint) wallet < TILL_N_WALLETS, TILL_BRAND_NONE);

  return wallets[wallet].brand;
}

/**
 * till_interop_shown_of:
 * @brands: of a contract
 * @shown: (out): the kind of code that it makes
 *
 * Returns: %FALSE where the kind is not known here: a contract for QQ alone, or for nobody
 */
gboolean
till_interop_shown_of (TillBrandSet brands,
                       TillShown   *shown)
{
  if (brands & (brands - 1)) {
    *shown = TILL_SHOWN_AGGREGATED;
    return TRUE;
  }

  for (guint i = 0; i < G_N_ELEMENTS (shown_of); i++) {
    if (brands == TILL_BRAND_BIT (shown_of[i].brand)) {
      *shown = shown_of[i].shown;
      return TRUE;
    }
  }

  return FALSE;
}

/* What to do where the first wallet that cannot pay it comes. */
static TillAdvice
find_advice (TillShown shown)
{
  for (guint wallet = 0; wallet < TILL_N_WALLETS; wallet++) {
    if (table[wallet][shown].pays == TILL_PAYS_NO)
      return table[wallet][shown].advice;
  }

  return TILL_ADVICE_UNSURE;
}

static char *
join_unsure (TillShown shown)
{
  GString *names = g_string_new (NULL);

  for (guint wallet = 0; wallet < TILL_N_WALLETS; wallet++) {
    TillPays pays = table[wallet][shown].pays;

    if (pays != TILL_PAYS_UNSURE && pays != TILL_PAYS_IF_ENABLED)
      continue;
    if (names->len > 0)
      /* Translators: between the names of wallets */
      g_string_append (names, _(", "));
    g_string_append (names, till_wallet_get_name ((TillWallet) wallet));
  }

  return g_string_free (names, FALSE);
}

/**
 * till_interop_tell:
 * @brands: whose names stand over a code
 *
 * What the clerk may say when a wallet cannot pay the code: what to do, and of which wallets nobody
 * knows for certain.
 *
 * Returns: (transfer full): one or two sentences, translated
 */
char *
till_interop_tell (TillBrandSet brands)
{
  TillShown shown;
  g_autofree char *unsure = NULL;
  const char *advice;

  if (!till_interop_shown_of (brands, &shown))
    return g_strdup (_(advices[TILL_ADVICE_UNSURE]));

  advice = _(advices[find_advice (shown)]);
  unsure = join_unsure (shown);
  if (unsure[0] == '\0')
    return g_strdup (advice);

  /* Translators: a sentence, and the names of wallets */
  return g_strdup_printf (_("%s Not certain: %s."), advice, unsure);
}

/**
 * till_interop_get_payers:
 * @contract: the wallets that stand in it
 *
 * Returns: the brands that can pay its code for certain: those of the contract, and beside a plain
 *   UnionPay code those that are UnionPay members
 */
TillBrandSet
till_interop_get_payers (TillBrandSet contract)
{
  TillBrandSet payers = contract;
  TillShown shown;

  if (!till_interop_shown_of (contract, &shown))
    return contract;
  /* On an aggregator's page only what the contract has is offered; UnionPay's part takes all that
   * are members of it. */
  if (shown == TILL_SHOWN_AGGREGATED) {
    if (!(contract & TILL_BRAND_BIT (TILL_BRAND_UNIONPAY)))
      return contract;
    shown = TILL_SHOWN_UNIONPAY;
  }

  for (guint wallet = 0; wallet < TILL_N_WALLETS; wallet++) {
    if (table[wallet][shown].pays == TILL_PAYS_YES)
      payers |= TILL_BRAND_BIT (wallets[wallet].brand);
  }

  return payers;
}

static guint
count_bits (guint set)
{
  guint n = 0;

  for (; set; set &= set - 1)
    n++;

  return n;
}

/* The first contracts win where as many others would do: the profile's order is the owner's. */
static gboolean
is_better (guint set,
           guint best)
{
  guint n_set = count_bits (set);
  guint n_best = count_bits (best);

  if (n_set != n_best)
    return n_set < n_best;

  return ((set ^ best) & -(set ^ best) & set) != 0;
}

/**
 * till_interop_cover:
 * @offers: what each contract's code can be paid with, by preference
 * @n_offers: at most 16; what follows is not looked at
 * @wanted: the wallets that shall be able to pay
 *
 * Finds the fewest codes with which all of @wanted can pay; where not all can, the fewest for all
 * that can.
 *
 * Returns: a set of indices, 1 << i for @offers[i]; 0 where none helps
 */
guint
till_interop_cover (const TillBrandSet *offers,
                    guint               n_offers,
                    TillBrandSet        wanted)
{
  TillBrandSet possible = 0;
  guint best = 0;

  n_offers = MIN (n_offers, 16);
  for (guint i = 0; i < n_offers; i++)
    possible |= offers[i] & wanted;
  if (possible == 0)
    return 0;

  best = (1u << n_offers) - 1;
  for (guint set = 1; set < 1u << n_offers; set++) {
    TillBrandSet covered = 0;

    for (guint i = 0; i < n_offers; i++)
      covered |= set & 1u << i ? offers[i] : 0;
    if ((covered & possible) == possible && is_better (set, best))
      best = set;
  }

  return best;
}
