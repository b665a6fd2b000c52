/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/row.h"

G_BEGIN_DECLS

#define TILL_SALE_ERROR (till_sale_error_quark ())

typedef enum {
  TILL_SALE_ERROR_FOREIGN_ROW,   /* the row is of another sale, or out of order */
  TILL_SALE_ERROR_BAD_STEP,      /* the machine does not allow what the row says */
  TILL_SALE_ERROR_TOO_MUCH,      /* a refund of more than is left to give back */
} TillSaleError;

/* One payment of a sale, folded from its rows. */
typedef struct {
  char             *order;
  TillKind          kind;
  TillPaymentState  state;
  TillReason        reason;
  TillReason        cause;        /* why it is being closed, NONE while it is not */
  gint64            amount_fen;
  char             *acquirer;
  char             *of;
  TillBrand         brand;
  char             *acquirer_ref;
  gint64            payer_total_fen;
  gint64            asked_us;
  gint64            changed_us;
  gint64            paid_us;
  char             *code_text;
  gint64            expires_us;
  char             *keep;
  char             *note;
  gboolean          is_watched;   /* the acquirer's last word is awaited: it failed unknown to it
                                   * and may be booked late, or it ended by the owner's word */
  gboolean          is_owners;    /* it is what it is by the owner's word alone */
  gboolean          was_given;    /* the owner gave it back by hand: the till must not */
  gboolean          is_disputed;  /* the acquirer has contradicted the owner since */
  char             *owner;        /* who settled it last by hand */
  char             *owners_note;  /* how that was known */
  guint             n_sent;       /* how often the charge, order or refund was sent */
  gint64            last_seq;     /* of its last row */
} TillPayment;

/* A sale, folded from its rows; the payments stand in the order in which they were asked. */
typedef struct {
  char             *order;
  TillKind          kind;
  gint64            amount_fen;
  char             *currency;
  char             *clerk;
  char             *note;
  int               day;          /* business day on which it was made */
  gint64            created_us;
  gint64            last_seq;
  GPtrArray        *payments;     /* (element-type TillPayment) */

  /* What the payments add up to. */
  TillPaymentState  state;
  TillReason        reason;
  TillBrand         brand;
  char             *acquirer;
  char             *acquirer_ref;
  gint64            payer_total_fen;
  gint64            paid_us;
  gint64            refunded_fen;  /* refunds that are paid */
  gint64            refunding_fen; /* refunds that are asked and not final */
  gboolean          is_open;       /* some payment is not final, or must be given back */
  gboolean          is_watched;    /* some failed payment may be booked late */
} TillSale;

GQuark        till_sale_error_quark     (void);

TillSale     *till_sale_new             (void);
TillSale     *till_sale_copy            (const TillSale  *sale);
void          till_sale_free            (TillSale        *sale);

gboolean      till_sale_apply           (TillSale        *sale,
                                         const TillRow   *row,
                                         GError         **error);
TillPayment  *till_sale_find_payment    (const TillSale  *sale,
                                         const char      *order);
TillPayment  *till_sale_get_paid        (const TillSale  *sale);
gint64        till_sale_get_refundable  (const TillSale  *sale,
                                         const char      *of);
gboolean      till_refund_may_go_again  (const TillPayment *payment);
gboolean      till_payment_needs_care   (const TillSale    *sale,
                                         const TillPayment *payment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillSale, till_sale_free)

G_END_DECLS
