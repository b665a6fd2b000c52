/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/sell-flow.h"

G_BEGIN_DECLS

/* From an amount to a result: the pages, one for each step of its flow. Each page is a file; a new
 * one is a child of the stack in ui/sell-page.ui and a row of the table in sell-page.c.
 *
 * Properties: "current" (TillCurrent).
 * Signals: "page-changed". */
#define TILL_TYPE_SELL_PAGE (till_sell_page_get_type ())
G_DECLARE_FINAL_TYPE (TillSellPage, till_sell_page, TILL, SELL_PAGE, AdwBin)

void           till_sell_page_set_current    (TillSellPage  *self,
                                              TillCurrent   *current);
void           till_sell_page_set_camera     (TillSellPage  *self,
                                              TillScanner   *camera);
TillSellFlow  *till_sell_page_get_flow       (TillSellPage  *self);
GtkWidget     *till_sell_page_get_default    (TillSellPage  *self);
void           till_sell_page_press          (TillSellPage  *self,
                                              const char    *key);
void           till_sell_page_choose_camera  (TillSellPage  *self);

G_END_DECLS
