/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"
#include "town.h"

G_BEGIN_DECLS

/* An acquirer with a ledger of its own. What it does is the same for all of them; what it says is a
 * dialect's. It lives on true time, whatever the tills' clocks say. */

typedef struct Bank Bank;

typedef enum {
  TRADE_OPEN,       /* the payer has not finished */
  TRADE_PAID,
  TRADE_FAILED,     /* the payer or the wallet ended it unpaid */
  TRADE_CLOSED,
  TRADE_REVERSED,   /* and given back, if it was paid */
} TradeState;

typedef struct Trade Trade;

typedef struct {
  Trade  *trade;
  char   *number;
  gint64  fen;
  char   *moment;    /* UnionPay's: its number and this name it */
  gint64  done_ms;   /* when the money is back */
  gint64  abnormal_ms; /* from when on people at the bank look into it; 0: none do */
  gboolean fails;    /* at done_ms the money is not back, and never will be */
} BankRefund;

struct Trade
{
  Bank       *bank;
  char       *number;
  char       *moment;       /* UnionPay's: its number and this name it */
  char       *basket;       /* what the customer was to pay for */
  TillBrand   brand;        /* whose wallet pays; NONE: nobody does yet */
  gboolean    is_charge;
  gboolean    is_known;     /* an order of some exists once it was scanned */
  gboolean    was_declined; /* somebody scanned it, and could not pay */
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
};

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
  SAYS_NOT_TAKEN,      /* this wallet's codes are not taken here */
  SAYS_CLOSED_SHOP,    /* nothing is taken at all: maintenance, or the contract sleeps */
  SAYS_SHOP_LIMIT,     /* the shop's own limit */
  SAYS_UNSURE,         /* "ask later": it was done, or it was not */
  SAYS_CLOCK,          /* the request's time is too wrong */
} BankSays;
#define N_SAYS 22

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

/* What a request asks for. */
typedef struct {
  TillCall  call;        /* KEYS: about no payment */
  char     *number;      /* ours: of the payment, or of the refund */
  char     *of;          /* of a refund: the payment, where the request says it */
  gint64    fen;
  char     *digits;      /* of a payment code; what stands for a card that was tapped */
  gint64    life_ms;     /* of an order */
  char     *moment;      /* UnionPay's */
  char     *of_moment;
  TillBrand brand;       /* of an order: the only wallet that can pay; NONE: any */
} Heard;

/* How a bank differs, and how it speaks. */
typedef struct {
  const char    *type;                    /* in the profile */
  const char    *hosts[2];                /* the second stands by */
  TillBrandSet   brands;
  gboolean       takes_cards;             /* that are tapped, and no codes */
  gboolean       orders_exist_unscanned;
  gboolean       refunds_may_fail;        /* after they were accepted */
  gboolean       refunds_get_stuck;       /* "abnormal", until people have settled it */
  gboolean       remembers_declines;      /* a charge that it declined is known to queries */
  gint64         reverse_not_before_ms;
  gint64         asks_every_ms;           /* it may be asked no more often; 0: soon enough */
  gint64         codes_end_ms;            /* no call ends a code: its time does, then so long */
  gint64         gives_up_ms;             /* the wallet ends an unpaid charge itself */
  void           (*hear)   (Bank *bank, const TillHttpRequest *request, Heard *heard);
  TillHttpReply *(*answer) (Bank *bank, const TillHttpRequest *request, const Heard *heard);
} Dialect;

/* A till at Shouqianba, or at a host of terminals: its keys are numbered. */
typedef struct {
  guint  newest;
  guint  used;       /* the newest that it signed with */
  gint64 used_day;
} Terminal;

struct Bank
{
  const Dialect   *dialect;
  Town            *town;
  GPtrArray       *order;     /* the trades as they were made */
  guint            n_texts;
  guint            key;       /* the how-manieth key signs */
  Terminal         terminals[2];
  gint64           closed_until_ms;
  gint64           down_until_ms;  /* its first host */
  gboolean         was_overdrawn;  /* somebody asked to give back more than was paid */
  gboolean         was_asked_twice;/* a charge or an order came under a number used before */
};

Bank       *bank_new           (const Dialect    *dialect,
                                Town             *town);
void        bank_clear         (Bank             *self);
void        bank_free          (Bank             *self);

gint64      bank_now_ms        (const Bank       *self);
gint64      bank_wall_us       (const Bank       *self);
gboolean    bank_is_down       (Bank             *self);

Spoil       bank_draw_spoil    (Bank             *self);
gboolean    bank_is_lie        (const Spoil      *spoil);

Trade      *bank_find          (Bank             *self,
                                const char       *number);
gint64      bank_given_back    (const Bank       *self,
                                const Trade      *trade);
gboolean    bank_refund_failed (const Bank       *self,
                                const BankRefund *refund);
gboolean    bank_pay           (Bank             *self,
                                Trade            *trade);
void        bank_decline       (Bank             *self,
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

void        heard_clear        (Heard            *heard);

extern const Dialect dialect_wechat;
extern const Dialect dialect_alipay;
extern const Dialect dialect_unionpay;
extern const Dialect dialect_chinaums;
extern const Dialect dialect_shouqianba;
extern const Dialect dialect_cmb;
extern const Dialect dialect_sealed;
extern const Dialect dialect_iso8583;

G_END_DECLS
