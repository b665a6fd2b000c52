/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ticker.h"
#include "desk/desk.h"

G_BEGIN_DECLS

/* The sale that the sell page is at, for its pages to bind to: "desk" (TillDesk), "ticker"
 * (TillTicker), "item" (TillSaleItem, NULL before a sale), "resets-us" (x, when a paid sale makes
 * room for the next; 0: not by itself). */
#define TILL_TYPE_CURRENT (till_current_get_type ())
G_DECLARE_FINAL_TYPE (TillCurrent, till_current, TILL, CURRENT, GObject)

TillCurrent  *till_current_new            (TillDesk      *desk,
                                           TillTicker    *ticker);

TillDesk     *till_current_get_desk       (TillCurrent   *self);
TillTicker   *till_current_get_ticker     (TillCurrent   *self);
TillSaleItem *till_current_get_item       (TillCurrent   *self);
void          till_current_set_item       (TillCurrent   *self,
                                           TillSaleItem  *item);
gint64        till_current_get_resets_us  (TillCurrent   *self);
void          till_current_set_resets_us  (TillCurrent   *self,
                                           gint64         resets_us);

G_END_DECLS
