/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "desk/desk.h"

G_BEGIN_DECLS

/* One sale: its state, its numbers, its proof in plain words, and what can be done about it.
 *
 * Signals: "back": to the list, where there is no room for both;
 *          "told" (s, b): a sentence for the clerk, and whether something went wrong. */
#define TILL_TYPE_SALE_DETAILS (till_sale_details_get_type ())
G_DECLARE_FINAL_TYPE (TillSaleDetails, till_sale_details, TILL, SALE_DETAILS, AdwBin)

void           till_sale_details_set_desk    (TillSaleDetails  *self,
                                              TillDesk         *desk);
void           till_sale_details_set_folded  (TillSaleDetails  *self,
                                              gboolean          folded);
TillSaleItem  *till_sale_details_get_item    (TillSaleDetails  *self);
void           till_sale_details_show        (TillSaleDetails  *self,
                                              TillSaleItem     *item);

gboolean       till_sale_details_may_cancel  (TillSaleDetails  *self);
gboolean       till_sale_details_may_refund  (TillSaleDetails  *self);
void           till_sale_details_query       (TillSaleDetails  *self);
void           till_sale_details_cancel      (TillSaleDetails  *self);
void           till_sale_details_refund      (TillSaleDetails  *self);

G_END_DECLS
