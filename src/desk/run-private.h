/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/entry.h"
#include "desk/request.h"
#include "desk/run.h"
#include "desk/timing.h"

G_BEGIN_DECLS

/* A row that is being committed. */
typedef struct TillAppend {
  TillRun       *run;        /* NULL when it ended meanwhile */
  TillHappening *happening;
} TillAppend;

/* What run.c, run-begin.c and effect.c share: what happens to a payment, and what it then asks for. */
struct _TillRun
{
  TillShop           *shop;
  TillMerchant       *merchant;
  TillSaleItem       *item;
  char               *payment;
  char               *paycode;
  char               *card;             /* of a tap: what till-reader sealed of it */
  char               *card_number;      /* first six and last four */
  const TillRunFuncs *funcs;
  gpointer            desk;

  TillRow            *reserved;         /* a first row that waits for its contract's keys */
  GQueue              happenings;
  TillAppend         *append;           /* the row that is being committed */
  gboolean            is_stuck;         /* the journal refused it; it is tried again */
  TillRequest        *request;          /* in flight, or being built */
  TillCall            call;             /* of the request */
  gboolean            is_sent;
  guint               timer;
  gboolean            once;             /* one query, then the end */
  gboolean            must_write;       /* the next answer is written even if it is no news */

  gint64              own_seq;          /* the payment's last row that this run wrote */
  gint64              others_seq;       /* the last one of others that it has seen */
  gint64              others_ms;        /* when that was, on the monotonic clock; 0: before its time */
  TillTiming          timing;
  gboolean            to_backup;        /* the host that failed is not asked next */
  gint64              asking_ms;        /* when the request in flight was sent */
  GPtrArray          *detours;          /* TillOffers: who else may take it, if this one does not */
};

/* run.c */
const TillPayment  *till_run_payment         (TillRun            *self);
TillPaymentState    till_run_state           (TillRun            *self);
void                till_run_happen          (TillRun            *self,
                                              TillPaymentEvent    event);
void                till_run_pump            (TillRun            *self);

/* run-others.c */
gboolean            till_run_ends_it         (TillRun            *self);
gboolean            till_run_is_others_turn  (TillRun            *self);
gboolean            till_run_was_overtaken   (TillRun            *self);
void                till_run_look_for_others (TillRun            *self);
void                till_run_look_at_journal (TillRun            *self);
void                till_run_go_on_from_there (TillRun           *self);
void                till_run_take_up_again   (TillRun            *self,
                                              TillHappening      *happening);

/* effect.c */
TillCall            till_run_close_call      (TillRun            *self);
void                till_run_plan            (TillRun            *self,
                                              gint64              delay_ms,
                                              TillClockFunc       func);
void                till_run_clear_timer     (TillRun            *self);
void                till_run_prepare         (TillRun            *self,
                                              const TillSale     *sale,
                                              const TillPayment  *payment);
void                till_run_perform         (TillRun            *self);
void                till_run_perform_effect  (TillRun            *self,
                                              TillEffect          effect);
void                till_run_look_after      (TillRun            *self);
void                till_run_plan_query      (TillRun            *self);
void                till_run_look_now        (TillRun            *self);

G_END_DECLS
