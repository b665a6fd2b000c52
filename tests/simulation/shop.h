/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bank.h"

G_BEGIN_DECLS

/* With whom a shop has contracts, in its order. */
typedef enum {
  BANK_WECHAT,
  BANK_ALIPAY,
  BANK_UNIONPAY,
  BANK_CHINAUMS,
  BANK_SHOUQIANBA,
  BANK_CMB,
  BANK_SEALED,
  BANK_ISO8583,
  N_BANKS,
} BankId;

typedef struct {
  BankId       banks[N_BANKS];
  gint64       limits_fen[N_BANKS];  /* per sale; 0: none */
  guint        n;
  TillBrandSet brands;               /* wallets whose codes some of them take */
  gboolean     takes_cards;          /* some of them does */
} Contracts;

extern const Dialect *const shop_dialects[N_BANKS];

void        contracts_draw     (Contracts        *self,
                                Chances          *chances);
TillBrand   contracts_draw_wallet (const Contracts *self,
                                Chances          *chances);
void        contracts_write    (const Contracts  *self,
                                const char       *dir,
                                guint             till);
void        contracts_add_secrets (GHashTable    *kept,
                                guint             till);

G_END_DECLS
