/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "desk/desk.h"

G_BEGIN_DECLS

/* One sale: its state, its numbers, and its proof in plain words.
 *
 * Signals: "back": to the list, where there is no room for both. */
#define TILL_TYPE_SALE_DETAILS (till_sale_details_get_type ())
G_DECLARE_FINAL_TYPE (TillSaleDetails, till_sale_details, TILL, SALE_DETAILS, AdwBin)

void           till_sale_details_set_desk    (TillSaleDetails  *self,
                                              TillDesk         *desk);
void           till_sale_details_set_folded  (TillSaleDetails  *self,
                                              gboolean          folded);
TillSaleItem  *till_sale_details_get_item    (TillSaleDetails  *self);
void           till_sale_details_show        (TillSaleDetails  *self,
                                              TillSaleItem     *item);

G_END_DECLS
