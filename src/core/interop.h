/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/brand.h"

G_BEGIN_DECLS

/* What a customer holds. Finer than a brand: bank's apps and wallets from abroad have none. */
typedef enum {
  TILL_WALLET_WECHAT,
  TILL_WALLET_ALIPAY,
  TILL_WALLET_UNIONPAY,         /* 云闪付 */
  TILL_WALLET_BANK_APP,
  TILL_WALLET_JD,               /* 京东, 京东金融 */
  TILL_WALLET_ECNY,             /* 数字人民币 App */
  TILL_WALLET_ALIPAY_PLUS,      /* AlipayHK, Kakao Pay … */
  TILL_WALLET_UNIONPAY_ABROAD,  /* UnionPay International's partners */
  TILL_WALLET_CAMERA,           /* no wallet: the phone's camera or a browser */
} TillWallet;
#define TILL_N_WALLETS (TILL_WALLET_CAMERA + 1)

/* What the shop shows. */
typedef enum {
  TILL_SHOWN_WECHAT,      /* an order of WeChat's: weixin://wxpay/… */
  TILL_SHOWN_PERSONAL,    /* a person's receiving code, wxp://… : never to be configured */
  TILL_SHOWN_ALIPAY,      /* an order of Alipay's: https://qr.alipay.com/bax… */
  TILL_SHOWN_UNIONPAY,    /* https://qr.95516.com/0001… */
  TILL_SHOWN_AGGREGATED,  /* one address for all: the page decides by the app that opens it */
  TILL_SHOWN_EMV,         /* EMV merchant-presented, UnionPay's object 15 */
  TILL_SHOWN_ECNY,        /* an order of digital yuan's */
} TillShown;
#define TILL_N_SHOWN (TILL_SHOWN_ECNY + 1)

typedef enum {
  TILL_PAYS_NO,
  TILL_PAYS_YES,
  TILL_PAYS_IF_ENABLED,  /* since the date, where the shop's acquirer has switched it on */
  TILL_PAYS_UNSURE,      /* not public: said to be unsure, never as the customer's mistake */
} TillPays;

/* What to do where a wallet cannot pay a code. */
typedef enum {
  TILL_ADVICE_NONE,
  TILL_ADVICE_UNIONPAY_CODE,  /* WeChat or Alipay scanned a UnionPay or EMV code */
  TILL_ADVICE_WECHAT_CODE,    /* another wallet scanned WeChat's code */
  TILL_ADVICE_ALIPAY_CODE,    /* another wallet scanned Alipay's code */
  TILL_ADVICE_ECNY_CODE,      /* another wallet scanned the digital yuan's code */
  TILL_ADVICE_PERSONAL_CODE,
  TILL_ADVICE_USE_WALLET,     /* the camera opened a page */
  TILL_ADVICE_UNSURE,         /* nobody knows: scan the customer's code */
} TillAdvice;
#define TILL_N_ADVICES (TILL_ADVICE_UNSURE + 1)

typedef struct {
  TillPays    pays;
  int         since;   /* 20210900 for September 2021; 0: always, or not known */
  TillAdvice  advice;
} TillInterop;

const TillInterop *till_interop_get        (TillWallet           wallet,
                                            TillShown            shown);
const char        *till_interop_get_advice (TillWallet           wallet,
                                            TillShown            shown);
const char        *till_pays_to_word       (TillPays             pays);
const char        *till_wallet_to_word     (TillWallet           wallet);
gboolean           till_wallet_from_word   (const char          *word,
                                            TillWallet          *wallet);
char              *till_interop_tell       (TillBrandSet         brands);
const char        *till_wallet_get_name    (TillWallet           wallet);
TillBrand          till_wallet_get_brand   (TillWallet           wallet);
gboolean           till_interop_shown_of   (TillBrandSet         brands,
                                            TillShown           *shown);
TillBrandSet       till_interop_get_payers (TillBrandSet         contract);
guint              till_interop_cover      (const TillBrandSet  *offers,
                                            guint                n_offers,
                                            TillBrandSet         wanted);

G_END_DECLS
