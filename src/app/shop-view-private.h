/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/late-news.h"
#include "app/notice.h"
#include "app/open-bar.h"
#include "app/sales-page.h"
#include "app/sell-page.h"
#include "app/shop-view.h"
#include "app/wedge-keys.h"
#include "app/work-page.h"

G_BEGIN_DECLS

/* What shop-view.c and shop-acts.c share. */
struct _TillShopView
{
  AdwBin             parent_instance;

  AdwViewStack      *view_stack;
  TillSellPage      *sell_page;
  TillSellFlow      *sell_flow;   /* the page's */
  TillSalesPage     *sales_page;
  AdwViewStackPage  *work_view;
  TillWorkPage      *work_page;
  GtkBox            *pages_box;
  TillNotice        *notice;
  TillOpenBar       *open_bar;

  GtkWindow         *window;      /* it is in that one */
  TillDesk          *desk;
  TillCurrent       *current;
  TillWedgeKeys     *wedge_keys;
  TillLateNews      *late_news;
};

void      till_shop_view_add_acts    (TillShopView *self);
void      till_shop_view_show        (TillShopView *self,
                                      const char   *name);
gboolean  till_shop_view_is_selling  (TillShopView *self);

G_END_DECLS
