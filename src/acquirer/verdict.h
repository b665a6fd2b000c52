/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"

G_BEGIN_DECLS

/* How far a signature's time may be from now: pay.weixin.qq.com, doc/v3/merchant/4013053249. */
#define TILL_CLOCK_WINDOW_US (300 * (gint64) G_USEC_PER_SEC)

/* One row of a wallet's table of codes: what an answer of this status and code to one of these
 * calls means. The first row that fits counts. */
typedef struct {
  guint             calls;   /* TILL_ON() bits */
  guint             status;  /* 0: any; 4 or 5: any of that hundred */
  const char       *code;    /* NULL: any. Spelling as TillVerdictMatch says */
  TillPaymentEvent  event;
  TillReason        reason;
} TillVerdict;

#define TILL_ON(call) (1u << TILL_CALL_##call)
#define TILL_ON_PAY (TILL_ON (CHARGE) | TILL_ON (ORDER))
#define TILL_ON_END (TILL_ON (CLOSE) | TILL_ON (REVERSE))
#define TILL_ON_ALL (~0u)

typedef enum {
  TILL_MATCH_EQUAL,     /* but for case and '_' */
  TILL_MATCH_CONTAINS,  /* the same, anywhere in the code */
} TillVerdictMatch;

const TillVerdict *till_verdict_find   (const TillVerdict  *rows,
                                        guint               n_rows,
                                        TillVerdictMatch    match,
                                        TillCall            call,
                                        guint               status,
                                        const char         *code);

void               till_answer_set     (TillAnswer         *answer,
                                        TillPaymentEvent    event,
                                        TillReason          reason);
void               till_answer_follow  (TillAnswer         *answer,
                                        const TillVerdict  *verdict,
                                        TillReason          otherwise);
void               till_answer_show    (TillAnswer         *answer,
                                        const TillMerchant *merchant,
                                        const TillAsk      *ask,
                                        const char         *text);
void               till_answer_attribute (TillAnswer      *answer,
                                        const char         *text);
gboolean           till_reply_clock_is_off (const TillHttpReply *reply);

G_END_DECLS
