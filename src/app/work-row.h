/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "desk/desk.h"

G_BEGIN_DECLS

/* One sale that needs a person, with the evidence. */
#define TILL_TYPE_WORK_ROW (till_work_row_get_type ())
G_DECLARE_FINAL_TYPE (TillWorkRow, till_work_row, TILL, WORK_ROW, AdwBin)

GtkWidget *till_work_row_new (TillDesk     *desk,
                              TillSaleItem *item);

G_END_DECLS
