/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sell-flow.h"
#include "app/tap-wait.h"
#include "app/tried.h"
#include "desk/beside.h"

G_BEGIN_DECLS

/* What sell-flow.c, sell-acts.c and sell-tap.c share. */
struct _TillSellFlow
{
  GObject         parent_instance;

  GtkWidget      *over;          /* not owned: it owns the flow */
  TillCurrent    *current;
  GSignalGroup   *item_signals;
  TillKeying      keying;
  TillSellStep    step;          /* where there is no sale: what the clerk chose */
  TillKind        asked_kind;    /* of the current sale, before its first row says it */
  gint64          asked_fen;
  TillBrandSet    next_brands;   /* to be shown when the cancelled code is confirmed closed */
  TillTried      *tried;
  TillTapWait    *tap_wait;      /* for a card, while one is wanted */
  TillLink       *link;          /* the code on the screen, at the reader too */
  gboolean        has_looked;    /* whether a card may be tapped in place of the code shown */
  TillTapState    heard_tap;     /* what the last tone about a card said */
  char           *asked_digest;  /* of the payment code that is being charged; NULL: none */
};

void         till_sell_flow_changed      (TillSellFlow  *self);
void         till_sell_flow_set_item     (TillSellFlow  *self,
                                          TillSaleItem  *item);
void         till_sell_flow_go_to        (TillSellFlow  *self,
                                          TillSellStep   step,
                                          gint64         amount_fen);
gint64       till_sell_flow_get_wanted   (TillSellFlow  *self);
TillSaleItem *till_sell_flow_get_item    (TillSellFlow  *self);
gboolean     till_sell_flow_shows_code   (TillSellFlow  *self,
                                          TillSaleItem  *item);
void         till_sell_flow_start        (TillSellFlow  *self,
                                          gint64         amount_fen,
                                          const char    *paycode,
                                          TillBrandSet   brands);
void         till_sell_flow_start_anew   (TillSellFlow  *self,
                                          gint64         amount_fen);
void         till_sell_flow_follow_taps  (TillSellFlow  *self);
void         till_sell_flow_stop_taps    (TillSellFlow  *self);
const char  *till_sell_flow_why_not_now  (TillSellFlow  *self);

G_END_DECLS
