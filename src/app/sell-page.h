/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"

G_BEGIN_DECLS

/* From an amount to a result: which page is shown, and what the clerk may do there.
 *
 * Properties: "current" (TillCurrent).
 * Signals: "told" (s, b): a sentence for the clerk, and whether something went wrong;
 *          "page-changed". */
#define TILL_TYPE_SELL_PAGE (till_sell_page_get_type ())
G_DECLARE_FINAL_TYPE (TillSellPage, till_sell_page, TILL, SELL_PAGE, AdwBin)

void        till_sell_page_set_current    (TillSellPage  *self,
                                           TillCurrent   *current);
GtkWidget  *till_sell_page_get_default    (TillSellPage  *self);
gboolean    till_sell_page_may_cancel     (TillSellPage  *self);
gboolean    till_sell_page_may_query      (TillSellPage  *self);

void        till_sell_page_press          (TillSellPage  *self,
                                           const char    *key);
void        till_sell_page_scan           (TillSellPage  *self,
                                           const char    *text);
void        till_sell_page_charge         (TillSellPage  *self);
void        till_sell_page_collect        (TillSellPage  *self,
                                           TillBrandSet   brands);
void        till_sell_page_cancel         (TillSellPage  *self);
void        till_sell_page_query          (TillSellPage  *self);
void        till_sell_page_back           (TillSellPage  *self);
void        till_sell_page_next           (TillSellPage  *self);
void        till_sell_page_open           (TillSellPage  *self,
                                           TillSaleItem  *item);

G_END_DECLS
