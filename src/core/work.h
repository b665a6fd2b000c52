/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/sale.h"

G_BEGIN_DECLS

/* What only a person can settle, by looking on the acquirer's own pages. */
typedef enum {
  TILL_WORK_NONE,
  TILL_WORK_SILENT,          /* nobody says whether it was paid */
  TILL_WORK_NOT_CLOSED,      /* nobody confirms that it was closed or reversed */
  TILL_WORK_NOT_GIVEN_BACK,  /* it came late or twice, and cannot be given back */
  TILL_WORK_REFUND_SILENT,   /* nobody says whether the refund arrived */
  TILL_WORK_DISPUTED,        /* the owner settled it, and the acquirer says otherwise */
} TillWork;
#define TILL_N_WORKS 6

TillWork            till_work_of      (const TillSale     *sale,
                                       const TillPayment  *payment,
                                       gint64              now_us);
const TillPayment  *till_work_find    (const TillSale     *sale,
                                       gint64              now_us);
gboolean            till_work_allows  (const TillSale     *sale,
                                       const TillPayment  *payment,
                                       TillPaymentEvent    event);

const char         *till_work_to_word (TillWork            work);

G_END_DECLS
