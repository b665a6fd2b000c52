/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/brand.h"
#include "sandbox/scenario.h"

G_BEGIN_DECLS

typedef enum {
  TILL_ENTRY_UNSCANNED,  /* a code that nobody scanned: for Alipay there is no trade yet */
  TILL_ENTRY_OPEN,       /* can be paid */
  TILL_ENTRY_TYPING,     /* the payer is asked for a password */
  TILL_ENTRY_PAID,
  TILL_ENTRY_CLOSED,
  TILL_ENTRY_REVERSED,
  TILL_ENTRY_FAILED,
} TillEntryState;

typedef struct {
  char                   *number;
  char                   *moment;      /* UnionPay: the txnTime under which it is known */
  char                   *ref;         /* the acquirer's own */
  gint64                  amount_fen;
  TillSandboxRefundState  state;
  TillSandboxRefundState  becomes;     /* when @queries are over */
  guint                   queries;
  gint64                  made_us;
  gint64                  done_us;
} TillEntryRefund;

/* A collection code's text; an order may have several. */
typedef struct {
  char   *text;
  gint64  until_us;
} TillEntryCode;

/* What the acquirers' side knows of one order. Money is only ever moved in here. */
typedef struct {
  const char     *acquirer;
  char           *merchant;
  char           *order;
  char           *ref;             /* the acquirer's own number */
  gboolean        is_charge;
  TillBrand       brand;           /* whose wallet pays, at an acquirer that takes several */
  TillEntryState  state;
  gint64          amount_fen;
  gint64          paid_fen;
  gint64          given_back_fen;
  gint64          made_us;
  gint64          paid_us;
  gint64          reversed_us;
  gint64          expires_us;      /* a collection code's last moment */
  char           *digest;          /* of the request, to tell a repetition from another order */
  char           *attach;
  GPtrArray      *codes;           /* of TillEntryCode */
  GPtrArray      *refunds;         /* of TillEntryRefund */
  TillBooking     booking;         /* what queries do to it */
  guint           queries;         /* how many are left until then */
  gint64          visible_us;      /* HIDDEN: when queries find it */
} TillEntry;

TillEntry       *till_entry_new           (const char      *acquirer,
                                           const char      *merchant,
                                           const char      *order,
                                           gint64           amount_fen,
                                           gint64           now_us);
void             till_entry_free          (TillEntry       *entry);
void             till_entry_play          (TillEntry       *entry,
                                           const TillScene *scene,
                                           gint64           now_us);
gboolean         till_entry_ask           (TillEntry       *entry,
                                           gint64           now_us,
                                           TillEntryState  *told);
void             till_entry_add_code      (TillEntry       *entry,
                                           const char      *text,
                                           gint64           until_us);
gboolean         till_entry_pay           (TillEntry       *entry,
                                           gint64           now_us);
gboolean         till_entry_fail          (TillEntry       *entry);
gboolean         till_entry_close         (TillEntry       *entry);
gboolean         till_entry_reverse       (TillEntry       *entry,
                                           gint64           now_us);
gint64           till_entry_get_left_fen  (const TillEntry *entry);
TillEntryRefund *till_entry_refund        (TillEntry       *entry,
                                           const char      *number,
                                           gint64           amount_fen,
                                           const TillScene *scene,
                                           gint64           now_us);
void             till_entry_ask_refund    (TillEntry       *entry,
                                           TillEntryRefund *refund,
                                           gint64           now_us);
gboolean         till_entry_retry_refund  (TillEntry       *entry,
                                           TillEntryRefund *refund,
                                           gint64           now_us);
TillEntryRefund *till_entry_find_refund   (const TillEntry *entry,
                                           const char      *number);
const char      *till_entry_state_to_word (TillEntryState   state);

G_END_DECLS
