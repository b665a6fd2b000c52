/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/current.h"
#include "app/keying.h"
#include "app/outcome.h"
#include "core/tap.h"

G_BEGIN_DECLS

/* What the clerk is at. Each has its page; another way of taking money, a tap, say, is another
 * row of the table in sell-flow.c. */
typedef enum {
  TILL_SELL_TYPING,      /* the amount */
  TILL_SELL_CHOOSING,    /* is asked which wallet the customer has */
  TILL_SELL_SCANNING,    /* waits for a payment code: the clerk pressed Enter on an amount */
  TILL_SELL_TAPPING,     /* waits for a card or phone at the reader */
  TILL_SELL_COLLECTING,  /* a code that can be paid is on the screen, or on its way */
  TILL_SELL_ASKING,      /* it is not known yet what becomes of the sale */
  TILL_SELL_OVER,
} TillSellStep;
#define TILL_SELL_N_STEPS (TILL_SELL_OVER + 1)

/* From an amount to a result: what the clerk may do now, and what comes of it. Knows no page.
 *
 * Signals: "changed": step, outcome, amount or what may be done;
 *          "told" (s, b): a sentence for the clerk, and whether something went wrong. */
#define TILL_TYPE_SELL_FLOW (till_sell_flow_get_type ())
G_DECLARE_FINAL_TYPE (TillSellFlow, till_sell_flow, TILL, SELL_FLOW, GObject)

TillSellFlow      *till_sell_flow_new          (GtkWidget        *over);
void               till_sell_flow_set_current  (TillSellFlow     *self,
                                                TillCurrent      *current);
void               till_sell_flow_keep_tried   (TillSellFlow     *self,
                                                const char       *dir);

TillSellStep       till_sell_flow_get_step     (TillSellFlow     *self);
TillOutcome        till_sell_flow_get_outcome  (TillSellFlow     *self);
const TillKeying  *till_sell_flow_get_keying   (TillSellFlow     *self);
gboolean           till_sell_flow_may_cancel   (TillSellFlow     *self);
gboolean           till_sell_flow_may_query    (TillSellFlow     *self);

gboolean           till_sell_flow_press        (TillSellFlow     *self,
                                                const char       *key);
void               till_sell_flow_scan         (TillSellFlow     *self,
                                                const char       *text);
gboolean           till_sell_flow_see          (TillSellFlow     *self,
                                                const char       *text);
void               till_sell_flow_tell         (TillSellFlow     *self,
                                                const char       *sentence,
                                                gboolean          is_bad);
void               till_sell_flow_charge       (TillSellFlow     *self);
void               till_sell_flow_collect      (TillSellFlow     *self,
                                                TillBrandSet      brands);
void               till_sell_flow_tap          (TillSellFlow     *self);
TillTapState       till_sell_flow_get_tap      (TillSellFlow     *self);
const char        *till_sell_flow_tell_tap      (TillSellFlow     *self);
void               till_sell_flow_cancel       (TillSellFlow     *self);
void               till_sell_flow_query        (TillSellFlow     *self);
void               till_sell_flow_back         (TillSellFlow     *self);
void               till_sell_flow_next         (TillSellFlow     *self);
void               till_sell_flow_open         (TillSellFlow     *self,
                                                TillSaleItem     *item);

G_END_DECLS
