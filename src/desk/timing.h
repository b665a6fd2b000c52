/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"
#include "core/sale.h"

G_BEGIN_DECLS

/* When a payment may be asked about, and when it is over, by its acquirer's pace. All times are
 * in ms on the monotonic clock: nobody can set that. */
typedef struct {
  const TillPace *pace;
  gint64          asked_ms;      /* when it was asked; may lie before this program's start */
  gint64          sent_ms;       /* when this program sent it and was answered, or took it up */
  gint64          closing_ms;    /* when it began to be closed; 0: it is not */
  gint64          life_ms;       /* how long a code can be paid */
  gint64          lost_ms;       /* when a reversal or refund got no answer; 0: it got one */
  gint64          busy_until_ms; /* the acquirer says that we ask too often; 0: it does not */
  gint64          failed_ms;     /* when a refund failed that must come; 0: it did not */
  gboolean        asked_last;    /* the last question before giving up was asked */
  gboolean        is_unsent;     /* what was to be asked last never left */
  gboolean        ask_now;       /* the next question needs no waiting */
  gboolean        end_now;       /* nor the next close or reversal, but for the acquirer's rules */
} TillTiming;

void      till_timing_init         (TillTiming         *self,
                                    const TillPace     *pace);
void      till_timing_begin        (TillTiming         *self,
                                    gint64              now_ms,
                                    gint64              life_ms);
void      till_timing_take_up      (TillTiming         *self,
                                    gint64              now_ms,
                                    gint64              now_us,
                                    const TillPayment  *payment);
gint64    till_timing_left_ms      (const TillTiming   *self,
                                    gint64              now_ms,
                                    const TillPayment  *payment);
gboolean  till_timing_is_over      (const TillTiming   *self,
                                    gint64              now_ms,
                                    const TillPayment  *payment);
gint64    till_timing_plan_query   (TillTiming         *self,
                                    gint64              now_ms,
                                    const TillPayment  *payment);
void      till_timing_asked        (TillTiming         *self,
                                    gint64              now_ms,
                                    const TillPayment  *payment);
gint64    till_timing_plan_again   (TillTiming         *self,
                                    gint64              now_ms,
                                    guint               n_before);
void      till_timing_unsent       (TillTiming         *self);
void      till_timing_answered     (TillTiming         *self,
                                    gint64              now_ms,
                                    TillCall            call,
                                    TillPaymentEvent    event,
                                    TillReason          reason);
void      till_timing_others_end   (TillTiming         *self,
                                    gint64              now_ms,
                                    TillCall            call);

TillPaymentEvent  till_timing_believe  (const TillTiming   *self,
                                        gint64              now_ms,
                                        const TillPayment  *payment,
                                        TillPaymentEvent    event);
gint64    till_timing_plan_close   (TillTiming         *self,
                                    gint64              now_ms,
                                    const TillPayment  *payment);

G_END_DECLS
