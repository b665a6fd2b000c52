/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"

G_BEGIN_DECLS

/* An open payment in the bar: amount, wallet, since when, what happens next.
 *
 * Properties: "current" (TillCurrent), "item" (TillSaleItem). */
#define TILL_TYPE_OPEN_ROW (till_open_row_get_type ())
G_DECLARE_FINAL_TYPE (TillOpenRow, till_open_row, TILL, OPEN_ROW, AdwBin)

GtkWidget *till_open_row_new           (TillCurrent   *current);
void       till_open_row_set_item      (TillOpenRow   *self,
                                        TillSaleItem  *item);
void       till_open_row_set_position  (TillOpenRow   *self,
                                        guint          position);
void       till_open_row_name          (TillOpenRow   *self);

G_END_DECLS
