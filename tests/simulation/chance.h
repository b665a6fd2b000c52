/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What may go wrong, or be done, in a life. Each kind is drawn by itself, and anew for each
 * customer, so that leaving a kind or a customer out changes little about the others; shrinking
 * leaves out as many as it can. */
typedef enum {
  CHANCE_LIFE,            /* what the life is about; never left out */

  CHANCE_NET_DOWN,        /* no route: the request provably never leaves */
  CHANCE_NET_ASK_LOST,    /* it leaves and never arrives */
  CHANCE_NET_ASK_LATE,    /* it arrives after the till has stopped waiting */
  CHANCE_NET_ANSWER_LOST,
  CHANCE_NET_ANSWER_LATE, /* it comes when nobody waits any more */
  CHANCE_NET_CUT_OFF,
  CHANCE_NET_PORTAL,      /* a captive portal's page, 200 */
  CHANCE_NET_REDIRECT,
  CHANCE_NET_HOST_DOWN,   /* of one bank; its second host, if it has one, can be reached */
  CHANCE_NET_SLOW_KEYS,   /* for seconds */
  CHANCE_NET_STRIPPED,    /* a proxy takes the signature headers away */

  CHANCE_BANK_FAULT,      /* 5xx, nothing done */
  CHANCE_BANK_FAULT_DONE, /* 5xx though it was done */
  CHANCE_BANK_BUSY,       /* 429 */
  CHANCE_BANK_CLOSED,     /* takes no money for a while, and says so */
  CHANCE_BANK_LIMIT,      /* the shop's own limit */
  CHANCE_BANK_UNSURE,     /* signed, and says only "ask later" */
  CHANCE_BANK_UNSIGNED,
  CHANCE_BANK_FORGED,     /* wrong signature */
  CHANCE_BANK_OLD,        /* signed two days ago */
  CHANCE_BANK_PROBE,      /* a deliberate wrong signature */
  CHANCE_BANK_OTHER_ORDER,
  CHANCE_BANK_OTHER_AMOUNT,
  CHANCE_BANK_LAGS,       /* queries show the state of some seconds ago */
  CHANCE_BANK_BOOKS_LATE, /* a charge is not to be found for a while, or arrives late */
  CHANCE_BANK_ROTATES,    /* a new key signs */
  CHANCE_BANK_REFUSES_END,/* a close or reversal is refused this time */
  CHANCE_BANK_RETRY,      /* Alipay's retry_flag */
  CHANCE_BANK_SLOW_REFUND,
  CHANCE_BANK_REFUND_FAILS, /* after it was accepted */
  CHANCE_BANK_ABNORMAL,   /* WeChat: people have to look into a refund */
  CHANCE_BANK_POOR,       /* the merchant's balance is too low for a refund */

  CHANCE_DISK_WRITE,      /* fails, and may leave half of it */
  CHANCE_DISK_SYNC,
  CHANCE_DISK_FULL,
  CHANCE_POWER,           /* kill, or a power cut */
  CHANCE_SECTOR,          /* which sectors a power cut leaves; never left out */
  CHANCE_CLOCK,           /* the wall clock jumps */
  CHANCE_NIGHT,           /* the tills sleep for hours, and wake */

  CHANCE_PASSWORD,        /* never typed */
  CHANCE_POOR_PAYER,      /* no money, or the wallet refuses */
  CHANCE_NO_SCAN,         /* nobody scans the code on the screen */
  CHANCE_TWO_SCAN,        /* two people do */
  CHANCE_RACE,            /* pays in the very moment of the reversal */
  CHANCE_BAD_CARD,        /* a card that must not be charged */
  CHANCE_CARD_MOVES,      /* before it was read */
  CHANCE_READER,          /* what reads cards dies, with a request or without */

  CHANCE_FRAMES,          /* the same code in fifty frames; a double click */
  CHANCE_SECOND_CODE,     /* another code for a sale that is open: refreshed, or a second scan */
  CHANCE_SAME_NUMBER,     /* the number of a failed sale once more */
  CHANCE_CANCEL,          /* Esc */
  CHANCE_ASK_NOW,
  CHANCE_TAP_ONTO,        /* a card, while a code is on the screen */
  CHANCE_COMMAND,         /* somebody types one beside the window */
  CHANCE_WINDOW,          /* closed on whatever is open, and opened again */
  CHANCE_REFUND,
  CHANCE_UNDO,            /* the customer changes their mind after paying */
  N_CHANCES,
} Chance;

/* One time that something happened: the how-manieth draw of which kind, since which customer
 * came. */
typedef struct {
  Chance kind;
  guint  draw;
  guint  customer;
} Happened;

typedef struct {
  guint64     seed;
  guint       customer;
  guint       drawn[N_CHANCES];     /* draws of each kind since the customer came */
  guint       taken[N_CHANCES];     /* how many of them came true */
  gint64      until_ms[N_CHANCES];  /* a kind of trouble that goes on for a while */
  gboolean    is_off[N_CHANCES];    /* left out */
  gboolean    all_off;              /* calm: nothing goes wrong any more */
  GArray     *happened;             /* (nullable) (element-type Happened): noted while not NULL */
  GHashTable *muted;                /* (nullable): draws that are left out; see chances_mute() */
} Chances;

void        chances_begin     (Chances    *self,
                               guint64     seed);
void        chances_come      (Chances    *self,
                               guint       customer);
gboolean    chance_happens    (Chances    *self,
                               Chance      kind,
                               guint       permille);
gboolean    chance_goes_on    (Chances    *self,
                               Chance      kind,
                               guint       permille,
                               gint64      now_ms,
                               guint       longest_ms);
guint       chance_draw       (Chances    *self,
                               Chance      kind,
                               guint       n);
void        chances_mute      (Chances    *self,
                               Happened    happened,
                               gboolean    is_muted);
const char *chance_to_string  (Chance      kind);

G_END_DECLS
