/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"

G_BEGIN_DECLS

/* The open payments, always in sight, but for the one that the sell page shows. */
#define TILL_TYPE_OPEN_BAR (till_open_bar_get_type ())
G_DECLARE_FINAL_TYPE (TillOpenBar, till_open_bar, TILL, OPEN_BAR, AdwBin)

void           till_open_bar_set_current  (TillOpenBar  *self,
                                           TillCurrent  *current);
TillSaleItem  *till_open_bar_get_nth      (TillOpenBar  *self,
                                           guint         position);

G_END_DECLS
