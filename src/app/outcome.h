/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "desk/sale-item.h"

G_BEGIN_DECLS

/* Where a sale stands, as the sell page sees it: four ends, and all that is before them. */
typedef enum {
  TILL_OUTCOME_ASKING,   /* not known yet */
  TILL_OUTCOME_PAID,
  TILL_OUTCOME_UNPAID,
  TILL_OUTCOME_LATE,     /* paid when nobody wanted it any more: it is given back */
  TILL_OUTCOME_UNASKED,  /* its first row could not be written: nothing was sent */
} TillOutcome;
#define TILL_N_OUTCOMES 5

TillOutcome  till_outcome_of    (TillSaleItem    *item);
void         till_outcome_bind  (GtkWidgetClass  *widget_class);

G_END_DECLS
