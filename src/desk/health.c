/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/health.h"

#define TRY_AGAIN_MS 2000

/* So long "no network" is believed without asking again. */
#define OFFLINE_MS 10000

struct _TillHealth
{
  TillShop       *shop;
  TillHealthFunc  changed;
  gpointer        user_data;
  char           *fault;      /* what the journal said when it could not be written */
  TillReason      trouble;    /* why no wallet can be heard, by the last answer */
  gint64          heard_ms;   /* when that was */
  GPtrArray      *pulses;     /* (element-type TillPulse), of those that were asked */
  guint           timer;
  struct Try     *try;
};

/* One look whether the journal can be written; it may outlast who wanted to know. */
typedef struct Try {
  TillHealth *health;   /* NULL when it ended meanwhile */
} Try;

static void look_again (TillHealth *self);

static void
set_fault (TillHealth *self,
           const char *fault)
{
  if (g_strcmp0 (self->fault, fault) == 0)
    return;

  g_free (self->fault);
  self->fault = g_strdup (fault);
  self->changed (self->user_data);
}

static void
tried_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autofree Try *try = user_data;
  TillHealth *self = try->health;
  g_autoptr (GError) error = NULL;

  if (!self)
    return;

  self->try = NULL;
  till_journal_try_finish (self->shop->journal, result, &error);
  set_fault (self, error ? error->message : NULL);
  if (error)
    look_again (self);
}

static void
try_cb (gpointer user_data)
{
  TillHealth *self = user_data;

  self->timer = 0;
  self->try = g_new (Try, 1);
  self->try->health = self;
  till_journal_try_async (self->shop->journal, tried_cb, self->try);
}

static void
look_again (TillHealth *self)
{
  if (!self->timer && !self->try)
    self->timer = till_clock_add_timer (self->shop->ports->clock, TRY_AGAIN_MS, try_cb, self);
}

/**
 * till_health_new:
 * @shop: outlives it
 * @changed: called when what till_health_get_fault() or till_health_get_trouble() says has changed
 *
 * Returns: (transfer full): in good health
 */
TillHealth *
till_health_new (TillShop       *shop,
                 TillHealthFunc  changed,
                 gpointer        user_data)
{
  TillHealth *self = g_new0 (TillHealth, 1);

  self->shop = shop;
  self->changed = changed;
  self->user_data = user_data;
  self->pulses = g_ptr_array_new_with_free_func ((GDestroyNotify) till_pulse_free);

  return self;
}

void
till_health_free (TillHealth *self)
{
  if (!self)
    return;

  if (self->timer)
    till_clock_cancel (self->shop->ports->clock, self->timer);
  if (self->try)
    self->try->health = NULL;
  g_ptr_array_unref (self->pulses);
  g_free (self->fault);
  g_free (self);
}

static TillPulse *
pulse_of (TillHealth         *self,
          const TillMerchant *merchant)
{
  TillPulse *pulse;

  for (guint i = 0; i < self->pulses->len; i++) {
    pulse = g_ptr_array_index (self->pulses, i);
    if (g_strcmp0 (pulse->acquirer, merchant->id) == 0)
      return pulse;
  }

  pulse = till_pulse_new (merchant->id);
  g_ptr_array_add (self->pulses, pulse);

  return pulse;
}

/* A row that the journal refuses for what it says is no fault of the journal's. */
static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_CONFLICT) ||
         g_error_matches (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_DUPLICATE) ||
         g_error_matches (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_BAD_ROW);
}

/**
 * till_health_wrote:
 * @error: (nullable): why a row could not be written; %NULL where it could
 */
void
till_health_wrote (TillHealth   *self,
                   const GError *error)
{
  if (is_refusal (error))
    return;

  set_fault (self, error ? error->message : NULL);
  if (error)
    look_again (self);
}

/* What tells of the way to the wallets, not of the wallet: no network, or somebody else who answers
 * in its place. */
static TillReason
trouble_of (const TillHttpReply *reply,
            const TillAnswer    *answer)
{
  gboolean is_silence = answer->event == TILL_EVENT_LOST || answer->event == TILL_EVENT_UNSENT ||
                        answer->event == TILL_EVENT_CLOSE_LOST;
  TillReason reason = answer->reason;

  if (!is_silence)
    return TILL_REASON_NONE;
  if (reply->outcome != TILL_HTTP_OK)
    return reason == TILL_REASON_NO_NETWORK || reason == TILL_REASON_UNTRUSTED_SERVER
             ? reason : TILL_REASON_NO_ANSWER;
  if (reason == TILL_REASON_BAD_ANSWER || reason == TILL_REASON_UNSIGNED ||
      reason == TILL_REASON_BAD_SIGNATURE)
    return reason;

  return TILL_REASON_NONE;
}

/**
 * till_health_heard:
 * @merchant: who was asked
 *
 * An answer came, or none.
 */
void
till_health_heard (TillHealth         *self,
                   const TillMerchant *merchant,
                   const TillHeard    *heard)
{
  gint64 now_ms = till_shop_mono_ms (self->shop);
  TillPulse *pulse = pulse_of (self, merchant);
  const TillPulseGrade grade = till_pulse_get_grade (pulse, now_ms);
  const TillReason trouble = self->trouble;

  till_pulse_take (pulse, heard, till_shop_now_us (self->shop), now_ms);
  self->trouble = trouble_of (heard->reply, heard->answer);
  self->heard_ms = now_ms;
  if (self->trouble != trouble || till_pulse_get_grade (pulse, now_ms) != grade)
    self->changed (self->user_data);
}

/**
 * till_health_get_fault:
 *
 * Returns: (nullable): why the journal cannot be written; %NULL while it can
 */
const char *
till_health_get_fault (TillHealth *self)
{
  return self->fault;
}

/**
 * till_health_get_trouble:
 *
 * Returns: why no wallet could be heard when one was asked last; %TILL_REASON_NONE where one was
 */
TillReason
till_health_get_trouble (TillHealth *self)
{
  return self->trouble;
}

/**
 * till_health_is_offline:
 *
 * Returns: whether there was no network a moment ago; later it is worth a try
 */
gboolean
till_health_is_offline (TillHealth *self)
{
  return self->trouble == TILL_REASON_NO_NETWORK &&
         till_shop_mono_ms (self->shop) - self->heard_ms < OFFLINE_MS;
}

/**
 * till_health_get_pulse:
 *
 * Returns: (transfer none): how well @merchant's acquirer answers
 */
const TillPulse *
till_health_get_pulse (TillHealth         *self,
                       const TillMerchant *merchant)
{
  return pulse_of (self, merchant);
}

/**
 * till_health_get_grade:
 *
 * Returns: whether it is worth asking the acquirer first, by how well it answers now
 */
TillPulseGrade
till_health_get_grade (TillHealth         *self,
                       const TillMerchant *merchant)
{
  return till_pulse_get_grade (pulse_of (self, merchant), till_shop_mono_ms (self->shop));
}

/**
 * till_health_wants_backup:
 *
 * Returns: whether the acquirer's second host is to be asked first now
 */
gboolean
till_health_wants_backup (TillHealth         *self,
                          const TillMerchant *merchant)
{
  return till_pulse_wants_backup (pulse_of (self, merchant), till_shop_mono_ms (self->shop));
}
