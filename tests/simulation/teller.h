/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bank.h"

G_BEGIN_DECLS

/* What an answer of UnionPay and of the aggregators is about, once the bank has done what it was
 * asked. */
typedef struct {
  BankSays    says;      /* of a lie: paid */
  Spoil       spoil;
  Trade      *trade;     /* NULL: it knows none */
  BankRefund *refund;
} Told;

/* Which lies can be told from the truth at all: where nothing is signed, TLS alone vouches. */
typedef enum {
  LIE_SIGNATURE = 1 << 0,
  LIE_ORDER     = 1 << 1,
  LIE_AMOUNT    = 1 << 2,
} Lies;

Told        teller_serve     (Bank         *bank,
                              const Heard  *heard,
                              guint         lies);
gint64      teller_fen       (const Told   *told);
const char *teller_number    (const Told   *told);
gint64      teller_paid_us   (const Bank   *bank,
                              const Told   *told);

G_END_DECLS
