/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/brand.h"
#include "core/day.h"
#include "desk/sale-item.h"
#include "port/ports.h"

G_BEGIN_DECLS

/* A refusal is an outcome, not a fault: nothing was sent and nothing written. The code is a
 * #TillReason, the message its sentence, translated, for the clerk. */
#define TILL_REFUSAL (till_refusal_quark ())

/* How well an acquirer answers, by this program's own questions. */
typedef struct {
  char       *acquirer;     /* the contract's id */
  guint       grade;        /* 0 good, 1 weak, 2 none: a TillPulseGrade */
  TillReason  trouble;      /* what is the matter; NONE where nothing is */
  guint       n_answers;
  guint       n_silences;
  gint64      answered_us;  /* 0: not yet */
  gint64      silent_us;
  gint64      took_ms;      /* the last answer */
  gboolean    on_backup;    /* its second host is asked */
} TillPulseFacts;

void till_pulse_facts_free (TillPulseFacts *facts);

/* What comes with a sale, whatever kind it is. All may be NULL. */
typedef struct {
  const char *order;   /* the caller's own number; else the desk makes one */
  const char *clerk;
  const char *note;
} TillTicket;

/* Runs payments: the one loop of step, append, enter, perform. Makes no widget and prints nothing.
 *
 * Properties, all read-only: "journal-fault" (s, why no sale can be taken), "trouble" (u, a
 * TillReason: what was in the way when a wallet was asked last), "worst-pulse" (u, a
 * TillPulseGrade: how well the worst of the acquirers answers; till_desk_list_pulses() tells more).
 *
 * Signals: "sale-changed" (TillSaleItem*): a row of it was committed. */
#define TILL_TYPE_DESK (till_desk_get_type ())
G_DECLARE_FINAL_TYPE (TillDesk, till_desk, TILL, DESK, GObject)

GQuark          till_refusal_quark           (void);

TillDesk       *till_desk_open               (const char        *dir,
                                              const TillPorts   *ports,
                                              GError           **error);
void            till_desk_close              (TillDesk          *self);
void            till_desk_keep_fresh         (TillDesk          *self);

const char     *till_desk_get_shop_name      (TillDesk          *self);
const char     *till_desk_get_register       (TillDesk          *self);
const TillDay  *till_desk_get_day            (TillDesk          *self);
int             till_desk_get_today          (TillDesk          *self);
gint64          till_desk_get_now_us         (TillDesk          *self);
gint64          till_desk_get_skew_us        (TillDesk          *self);
const char     *till_desk_get_journal_fault  (TillDesk          *self);
TillReason      till_desk_get_trouble        (TillDesk          *self);
TillBrandSet    till_desk_get_brands         (TillDesk          *self,
                                              TillKind           kind);
const char     *till_desk_get_route          (TillDesk          *self,
                                              TillBrand          brand,
                                              TillKind           kind);
TillReason      till_desk_get_block          (TillDesk          *self,
                                              TillBrand          brand,
                                              TillKind           kind);
guint           till_desk_get_brand_pulse    (TillDesk          *self,
                                              TillBrand          brand,
                                              TillKind           kind);
guint           till_desk_get_worst_pulse    (TillDesk          *self);
GPtrArray      *till_desk_list_pulses        (TillDesk          *self);
const char     *till_desk_get_acquirer_name  (TillDesk          *self,
                                              const char        *id);
GListModel     *till_desk_get_open           (TillDesk          *self);

TillSaleItem   *till_desk_charge             (TillDesk          *self,
                                              gint64             amount_fen,
                                              const char        *paycode,
                                              const char        *acquirer_id,
                                              const TillTicket  *ticket,
                                              GError           **error);
TillSaleItem   *till_desk_collect            (TillDesk          *self,
                                              gint64             amount_fen,
                                              TillBrandSet       brands,
                                              gint64             life_ms,
                                              const TillTicket  *ticket,
                                              GError           **error);
TillSaleItem   *till_desk_refund             (TillDesk          *self,
                                              const char        *order,
                                              gint64             amount_fen,
                                              const TillTicket  *ticket,
                                              GError           **error);
TillSaleItem   *till_desk_query              (TillDesk          *self,
                                              const char        *order,
                                              GError           **error);
TillSaleItem   *till_desk_cancel             (TillDesk          *self,
                                              const char        *order,
                                              GError           **error);
TillSaleItem   *till_desk_find               (TillDesk          *self,
                                              const char        *order,
                                              GError           **error);
TillSaleItem   *till_desk_settle             (TillDesk          *self,
                                              const char        *order,
                                              TillPaymentEvent   word,
                                              const TillTicket  *ticket,
                                              GError           **error);
gboolean        till_desk_resume             (TillDesk          *self,
                                              GError           **error);
gboolean        till_desk_is_busy            (TillDesk          *self,
                                              TillSaleItem      *item);
gboolean        till_desk_is_beginning       (TillDesk          *self,
                                              TillSaleItem      *item);
gboolean        till_desk_is_looking         (TillDesk          *self);
gboolean        till_desk_may_begin_again    (const GError      *fault);

G_END_DECLS
