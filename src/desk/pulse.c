/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/pulse.h"

/* Trouble is forgotten after so long: then the acquirer is worth a try again. */
#define FORGET_MS (2 * 60 * 1000)

/* So long the second host is asked first after the first one failed. */
#define BACKUP_MS (5 * 60 * 1000)

/* What an answer says about the acquirer, not about the customer. */
static const struct {
  TillReason     reason;
  TillPulseGrade grade;
} troubles[] = {
  { TILL_REASON_BUSY, TILL_PULSE_WEAK },
  { TILL_REASON_BAD_ANSWER, TILL_PULSE_WEAK },
  { TILL_REASON_UNSIGNED, TILL_PULSE_WEAK },
  { TILL_REASON_BAD_SIGNATURE, TILL_PULSE_WEAK },
  { TILL_REASON_ACQUIRER_FAULT, TILL_PULSE_NONE },
  { TILL_REASON_MERCHANT_REFUSED, TILL_PULSE_NONE },
  { TILL_REASON_CONFIG, TILL_PULSE_NONE },
};

TillPulse *
till_pulse_new (const char *acquirer)
{
  TillPulse *self = g_new0 (TillPulse, 1);

  self->acquirer = g_strdup (acquirer);

  return self;
}

void
till_pulse_free (TillPulse *self)
{
  g_free (self->acquirer);
  g_free (self);
}

static TillReason
trouble_in (const TillAnswer *answer)
{
  const gboolean is_bad = answer->event == TILL_EVENT_LOST ||
                          answer->event == TILL_EVENT_CLOSE_LOST ||
                          answer->event == TILL_EVENT_REFUSED;

  for (guint i = 0; is_bad && i < G_N_ELEMENTS (troubles); i++) {
    if (troubles[i].reason == answer->reason)
      return answer->reason;
  }

  return TILL_REASON_NONE;
}

static gboolean
is_silence (const TillHttpReply *reply)
{
  return reply->outcome != TILL_HTTP_OK || reply->status == 502 || reply->status == 503;
}

/**
 * till_pulse_take:
 * @now_us: wall time, for people
 * @now_ms: monotonic, to count from
 *
 * Takes in how one question ended.
 */
void
till_pulse_take (TillPulse       *self,
                 const TillHeard *heard,
                 gint64           now_us,
                 gint64           now_ms)
{
  if (is_silence (heard->reply)) {
    self->n_silences++;
    self->n_silent_in_row++;
    self->silent_us = now_us;
    self->trouble = heard->answer->reason;
    self->trouble_ms = now_ms;
    if (!heard->was_backup)
      self->first_silent_ms = MAX (now_ms, 1);
    return;
  }

  self->n_answers++;
  self->n_silent_in_row = 0;
  self->answered_us = now_us;
  self->took_ms = heard->took_ms;
  self->trouble = trouble_in (heard->answer);
  self->trouble_ms = now_ms;
  if (!heard->was_backup)
    self->first_silent_ms = 0;
}

/**
 * till_pulse_get_grade:
 *
 * Returns: whether it is worth asking first
 */
TillPulseGrade
till_pulse_get_grade (const TillPulse *self,
                      gint64           now_ms)
{
  if (self->trouble == TILL_REASON_NONE || now_ms - self->trouble_ms >= FORGET_MS)
    return TILL_PULSE_GOOD;
  if (self->n_silent_in_row > 0)
    return self->n_silent_in_row > 1 ? TILL_PULSE_NONE : TILL_PULSE_WEAK;

  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++) {
    if (troubles[i].reason == self->trouble)
      return troubles[i].grade;
  }

  return TILL_PULSE_GOOD;
}

/**
 * till_pulse_wants_backup:
 *
 * Returns: whether the acquirer's second host is to be asked first, where it has one
 */
gboolean
till_pulse_wants_backup (const TillPulse *self,
                         gint64           now_ms)
{
  return self->first_silent_ms > 0 && now_ms - self->first_silent_ms < BACKUP_MS;
}
