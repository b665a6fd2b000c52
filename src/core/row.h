/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/brand.h"
#include "core/payment.h"
#include "core/reason.h"

G_BEGIN_DECLS

#define TILL_ROW_HASH_BYTES 32

/* One line of the journal: what happened to one payment of one sale. Zero and NULL mean absent. */
typedef struct {
  gint64            seq;              /* 1, 2, 3 … without a gap; set by the journal */
  gint64            at_us;            /* µs since 1970 UTC */
  int               day;              /* the shop's business day, 20261122 */
  int               hour;             /* the hour on the shop's clock, 0 to 23 */
  char             *sale;             /* the sale's number */
  char             *payment;          /* the payment's number at its acquirer */
  gint64            before_seq;       /* the sale's row before this one, 0 for its first */
  TillPaymentEvent  event;
  TillPaymentState  state;            /* after the event */
  TillReason        reason;

  /* Facts that the payment's first row states. */
  TillKind          kind;
  gint64            amount_fen;
  char             *currency;         /* "CNY" */
  char             *acquirer;         /* the profile's id, "wechat" */
  char             *of;               /* a refund: the payment that it gives back */
  char             *clerk;
  char             *note;             /* the clerk's words: --note, --reason */

  /* Facts that an answer brings. */
  TillBrand         brand;
  char             *acquirer_ref;     /* transaction_id, trade_no, refund_id */
  gint64            payer_total_fen;
  gint64            fee_fen;          /* what the acquirer keeps, by the profile's rate */
  gint64            paid_us;
  char             *code_text;        /* the collection code to show */
  gint64            expires_us;       /* when the code or the attempt ends */
  char             *keep;             /* the acquirer's own words for a later query */
  char             *said;             /* what the answer said, "HTTP 403 NOT_ENOUGH" */

  guint8            hash[TILL_ROW_HASH_BYTES]; /* set by the journal */
} TillRow;

TillRow *till_row_new  (void);
TillRow *till_row_copy (const TillRow *row);
void     till_row_free (TillRow       *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillRow, till_row_free)

G_END_DECLS
