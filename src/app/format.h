/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "core/money.h"
#include "core/sale.h"
#include "desk/desk.h"

G_BEGIN_DECLS

/* What pages say; app/closures has what templates say. */

/* How a sale looks in a list and on a page: by colour, icon and word. */
typedef struct {
  const char *word;    /* N_() */
  const char *icon;
  const char *style;   /* a style class: "paid", "unpaid", "asking", "late" */
} TillLook;

const TillLook *till_format_look            (const TillSale    *sale);
const char     *till_format_word            (const TillLook    *look);
char           *till_format_skew            (gint64             skew_us);
char           *till_format_asking_next     (TillPaymentState   state,
                                             TillBrand          brand,
                                             gint64             next_us,
                                             gint64             now_us);
char           *till_format_fault           (const char        *fault);
const char     *till_format_trouble         (TillReason         trouble);
char           *till_format_health          (TillDesk          *desk);
char           *till_format_span            (gint64             until_us,
                                             gint64             now_us);
char           *till_format_refunds         (const TillSale    *sale,
                                             const TillDay     *day);
const char     *till_format_asking_title    (TillPaymentState   state);

G_END_DECLS
