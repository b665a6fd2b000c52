/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/sale-details.h"

G_BEGIN_DECLS

/* Today's sales, or those whose numbers have the digits that were typed; and one of them whole.
 *
 * Signals: "told" (s, b): a sentence for the clerk, and whether something went wrong;
 *          "sale-shown": another sale is shown, or it changed. */
#define TILL_TYPE_SALES_PAGE (till_sales_page_get_type ())
G_DECLARE_FINAL_TYPE (TillSalesPage, till_sales_page, TILL, SALES_PAGE, AdwBin)

void              till_sales_page_set_desk     (TillSalesPage  *self,
                                                TillDesk       *desk);
TillSaleDetails  *till_sales_page_get_details  (TillSalesPage  *self);
void              till_sales_page_search       (TillSalesPage  *self,
                                                const char     *digits);
void              till_sales_page_show         (TillSalesPage  *self,
                                                const char     *order);

G_END_DECLS
