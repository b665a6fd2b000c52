/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/exchange.h"

G_BEGIN_DECLS

/* What every aggregator's side does with the ledger. Each speaks a language of its own around it:
 * reads the request into a teller, lets it run, and says what was told. */

typedef enum {
  TILL_TOLD_DONE,
  TILL_TOLD_ABSENT,     /* no such order, or no such refund */
  TILL_TOLD_USED,       /* the number is another order's, or not for this any more */
  TILL_TOLD_BAD_CODE,   /* the payment code is none, or was used */
  TILL_TOLD_PAID,       /* too late to close it */
  TILL_TOLD_NOT_PAID,   /* nothing to give back */
  TILL_TOLD_TOO_MUCH,   /* more than is left to give back */
} TillTold;

typedef struct {
  TillExchange    *exchange;
  const char      *acquirer;      /* the bank's id */
  const char      *merchant;
  TillSandboxCall  call;
  const char      *order;
  const char      *refund_number;
  gint64           amount_fen;
  const char      *paycode;       /* or, of a tapped card, what chooses the scene */
  const char      *card;          /* CHARGE: the tap, NULL where it is by payment code */
  char            *code_text;     /* ORDER: what the new code says; owned by the caller */
  gint64           life_us;       /* ORDER: of that code */

  TillEntry       *entry;         /* out: NULL where there is none */
  TillEntryState   state;         /* out: what a query is told */
  TillEntryRefund *refund;        /* out */
} TillTeller;

/* How a bank says it; @ask is the bank's own. */
typedef struct {
  void (*tell)     (gpointer ask, TillTold told);
  void (*overrule) (gpointer ask, const char *wechat_code);  /* the scene's word, in its place */
} TillTongue;

/* A bank's word for one of WeChat's, by which scenes are named. */
typedef struct {
  const char *wechat_code;
  const char *code;
} TillSaying;

void        till_teller_serve       (TillTeller       *teller,
                                     const TillTongue *tongue,
                                     gpointer          ask);
gboolean    till_teller_lets_run    (TillTeller       *teller);
const char *till_teller_translate   (const TillSaying *sayings,
                                     guint             n_sayings,
                                     const char       *wechat_code,
                                     const char       *otherwise);

const char *till_teller_order       (const TillTeller *teller);
gint64      till_teller_fen         (const TillTeller *teller,
                                     gint64            amount_fen);

G_END_DECLS
