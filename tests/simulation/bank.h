/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "chance.h"
#include "port/clock.h"
#include "port/http.h"

G_BEGIN_DECLS

/* An acquirer with a ledger of its own. What it does is the same for both wallets; what it says
 * is a dialect's. It lives on true time, whatever the tills' clocks say. */

typedef enum {
  TRADE_OPEN,       /* the payer has not finished */
  TRADE_PAID,
  TRADE_FAILED,     /* the payer or the wallet ended it unpaid */
  TRADE_CLOSED,
  TRADE_REVERSED,   /* and given back, if it was paid */
} TradeState;

typedef struct {
  char   *number;
  gint64  fen;
  gint64  done_ms;   /* when the money is back */
} BankRefund;

typedef struct {
  char       *number;
  char       *basket;       /* what the customer was to pay for */
  gboolean    is_charge;
  gboolean    is_known;     /* an Alipay order exists once it was scanned */
  gint64      amount_fen;
  TradeState  state;
  TradeState  state_before; /* what a query that lags shows */
  gboolean    known_before;
  gint64      shown_ms;     /* from when on queries show the state */
  gint64      asked_ms;
  gint64      expires_ms;   /* an order cannot be paid later; 0: no end */
  gint64      paid_ms;
  char       *text;         /* the code to scan */
  GPtrArray  *refunds;      /* (element-type BankRefund) */
} Trade;

/* A payment code on a customer's phone. */
typedef enum {
  CODE_PAYS,
  CODE_ASKS_PASSWORD,       /* and pays after a while, or never */
  CODE_POOR,
  CODE_REFUSES,
} CodeKind;

typedef struct {
  char     *digits;
  char     *basket;
  CodeKind  kind;
  gint64    shown_ms;
  gint64    pays_after_ms;  /* ASKS_PASSWORD; 0: never */
  gboolean  is_used;
} PayCode;

typedef enum {
  SAYS_PAID,
  SAYS_OPEN,
  SAYS_FAILED,
  SAYS_CLOSED,
  SAYS_REVERSED,
  SAYS_DONE,
  SAYS_UNKNOWN,        /* no such order */
  SAYS_CODE_EXPIRED,
  SAYS_CODE_USED,
  SAYS_POOR,
  SAYS_REFUSED,
  SAYS_NUMBER_USED,
  SAYS_ALREADY_PAID,
  SAYS_CANNOT,         /* this cannot be closed, reversed or refunded */
  SAYS_AGAIN,          /* repeat it */
  SAYS_PROCESSING,
  SAYS_NOT_ENOUGH,     /* the merchant's balance */
} BankSays;
#define N_SAYS 17

typedef struct Bank Bank;

/* How an answer is not what it should be. What nobody who may speak says is a lie, too: it says
 * paid. */
typedef struct {
  gboolean is_unsigned;
  gboolean is_forged;
  gboolean is_probe;
  gboolean is_old;
  gboolean names_other_order;
  gboolean names_other_amount;
} Spoil;

/* How a wallet's bank differs, and how it speaks. */
typedef struct {
  const char    *host;
  gboolean       orders_exist_unscanned;
  gboolean       end_refunds_orders;      /* Alipay's cancel */
  gint64         reverse_not_before_ms;
  gint64         gives_up_ms;             /* the wallet ends an unpaid charge itself */
  TillHttpReply *(*answer) (Bank *bank, const TillHttpRequest *request);
} Dialect;

struct Bank
{
  const Dialect   *dialect;
  const TillClock *clock;
  Chances         *chances;
  GHashTable      *trades;    /* number → Trade */
  GHashTable      *codes;     /* digits → PayCode */
  GPtrArray       *order;     /* the trades as they were made */
  guint            n_texts;
  guint            key;       /* the how-manieth key signs */
  gboolean         was_overdrawn;  /* somebody asked to give back more than was paid */
  gboolean         was_asked_twice;/* a charge or an order came under a number used before */
  gint64           slept_ms;       /* nights, through which the clock stood */
  gint64           wall_offset_us; /* true wall time − the clock's monotonic time */
  void           (*say) (gpointer world, const char *what);
  gpointer         world;
};

Bank       *bank_new           (const Dialect    *dialect,
                                const TillClock  *clock,
                                Chances          *chances);
void        bank_clear         (Bank             *self);
void        bank_free          (Bank             *self);

gint64      bank_now_ms        (const Bank       *self);
gint64      bank_wall_us       (const Bank       *self);
void        bank_note          (Bank             *self,
                                const char       *format,
                                ...) G_GNUC_PRINTF (2, 3);

Spoil       bank_draw_spoil    (Bank             *self);
gboolean    bank_is_lie        (const Spoil      *spoil);

PayCode    *bank_add_code      (Bank             *self,
                                const char       *digits,
                                const char       *basket);
Trade      *bank_find          (Bank             *self,
                                const char       *number);
gint64      bank_given_back    (const Bank       *self,
                                const Trade      *trade);
gboolean    bank_pay           (Bank             *self,
                                Trade            *trade);

BankSays    bank_charge        (Bank             *self,
                                const char       *number,
                                gint64            amount_fen,
                                const char       *digits);
BankSays    bank_order         (Bank             *self,
                                const char       *number,
                                gint64            amount_fen,
                                gint64            life_ms,
                                Trade           **trade);
BankSays    bank_query         (Bank             *self,
                                const char       *number);
BankSays    bank_end           (Bank             *self,
                                const char       *number,
                                gboolean          reverses);
BankSays    bank_refund        (Bank             *self,
                                const char       *number,
                                const char       *refund,
                                gint64            amount_fen);
BankSays    bank_query_refund  (Bank             *self,
                                const char       *number,
                                const char       *refund,
                                BankRefund      **found);

extern const Dialect dialect_wechat;
extern const Dialect dialect_alipay;

G_END_DECLS
