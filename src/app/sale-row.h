/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "desk/desk.h"

G_BEGIN_DECLS

/* A sale in the list of sales.
 *
 * Properties: "desk" (TillDesk), "item" (TillSaleItem). */
#define TILL_TYPE_SALE_ROW (till_sale_row_get_type ())
G_DECLARE_FINAL_TYPE (TillSaleRow, till_sale_row, TILL, SALE_ROW, AdwBin)

GtkWidget *till_sale_row_new       (TillDesk      *desk);
void       till_sale_row_set_item  (TillSaleRow   *self,
                                    TillSaleItem  *item);

G_END_DECLS
