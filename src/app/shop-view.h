/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/application.h"
#include "app/current.h"

G_BEGIN_DECLS

/* What a window shows of an open shop: selling, the sales, what needs a person; and what the clerk
 * may do in each. Made after the window's first frame, which need not wait for it. */
#define TILL_TYPE_SHOP_VIEW (till_shop_view_get_type ())
G_DECLARE_FINAL_TYPE (TillShopView, till_shop_view, TILL, SHOP_VIEW, AdwBin)

TillShopView  *till_shop_view_new        (GtkWindow        *window,
                                          TillCurrent      *current,
                                          const TillStart  *start);
AdwViewStack  *till_shop_view_get_stack  (TillShopView     *self);

G_END_DECLS
