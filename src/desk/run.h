/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/pulse.h"
#include "desk/sale-item.h"
#include "desk/shop.h"

G_BEGIN_DECLS

/* One payment while the till is busy with it: events in, rows out, then what the machine asks
 * for. */
typedef struct _TillRun TillRun;

/* What the desk wants to hear. */
typedef struct {
  void (*committed) (TillRun *run, gpointer desk);   /* a row is on disk, the item shows it */
  void (*wrote)     (TillRun *run, gpointer desk);   /* the sale's next row may be written */
  void (*give_back) (TillRun *run, gpointer desk);   /* the machine wants the money returned */
  void (*refund_again) (TillRun *run, gpointer desk); /* a refund failed: another one is wanted */
  void (*ended)     (TillRun *run, gpointer desk);   /* nothing more to do; free it */
  void (*answered)  (TillRun *run, const TillHeard *heard, gpointer desk);
  void (*journaled) (const GError *error, gpointer desk);   /* NULL: a row was written */
} TillRunFuncs;

TillRun             *till_run_new          (TillShop            *shop,
                                            TillMerchant        *merchant,
                                            TillSaleItem        *item,
                                            const char          *payment,
                                            const TillRunFuncs  *funcs,
                                            gpointer             desk);
void                 till_run_free         (TillRun             *self);

void                 till_run_set_card     (TillRun             *self,
                                            const char          *card,
                                            const char          *number);
void                 till_run_reserve      (TillRun             *self,
                                            const TillRow       *first);
gboolean             till_run_is_reserved  (TillRun             *self);
void                 till_run_give_up      (TillRun             *self);
void                 till_run_ask          (TillRun             *self,
                                            const TillRow       *first,
                                            const char          *paycode);
void                 till_run_resume       (TillRun             *self);
void                 till_run_query        (TillRun             *self);
void                 till_run_query_once   (TillRun             *self);
void                 till_run_feed         (TillRun             *self,
                                            TillPaymentEvent     event);
void                 till_run_settle       (TillRun             *self,
                                            TillPaymentEvent     event,
                                            const TillRow       *first,
                                            const char          *clerk,
                                            const char          *note);
void                 till_run_go_on        (TillRun             *self);

void                 till_run_set_backup   (TillRun             *self,
                                            gboolean             to_backup);
void                 till_run_set_detours  (TillRun             *self,
                                            GPtrArray           *offers);
GPtrArray           *till_run_take_detours (TillRun             *self);

gboolean             till_run_is_watching  (TillRun             *self);
gint64               till_run_get_asking   (TillRun             *self,
                                            const char          *of);
TillSaleItem        *till_run_get_item     (TillRun             *self);
TillMerchant        *till_run_get_merchant (TillRun             *self);
const char          *till_run_get_payment  (TillRun             *self);
const char          *till_run_get_paycode  (TillRun             *self);

G_END_DECLS
