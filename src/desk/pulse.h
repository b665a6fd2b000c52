/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"

G_BEGIN_DECLS

/* How well one contract's acquirer answers, by this program's own questions. */
typedef enum {
  TILL_PULSE_GOOD,   /* answers, or was not asked lately */
  TILL_PULSE_WEAK,   /* the last question was not answered, or it is busy */
  TILL_PULSE_NONE,   /* silent again and again, in maintenance, or refuses the shop */
} TillPulseGrade;

typedef struct {
  char       *acquirer;         /* the contract's id */
  guint       n_answers;
  guint       n_silences;
  guint       n_silent_in_row;
  gint64      answered_us;      /* when it answered last, µs UTC; 0: never */
  gint64      silent_us;        /* when it did not, last */
  gint64      took_ms;          /* how long the last answer took */
  TillReason  trouble;          /* why it does not serve; NONE while it does */
  gint64      trouble_ms;       /* when that was heard, monotonic */
  gint64      first_silent_ms;  /* when the first host failed; 0: it did not */
} TillPulse;

/* One question and what became of it. */
typedef struct {
  const TillHttpReply *reply;
  const TillAnswer    *answer;
  gint64               took_ms;
  gboolean             was_backup;  /* asked of the second host */
} TillHeard;

TillPulse      *till_pulse_new           (const char       *acquirer);
void            till_pulse_free          (TillPulse        *self);
void            till_pulse_take          (TillPulse        *self,
                                          const TillHeard  *heard,
                                          gint64            now_us,
                                          gint64            now_ms);
TillPulseGrade  till_pulse_get_grade     (const TillPulse  *self,
                                          gint64            now_ms);
gboolean        till_pulse_wants_backup  (const TillPulse  *self,
                                          gint64            now_ms);

G_END_DECLS
