/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/card-terms.h"
#include "acquirer/iso8583-keys.h"
#include "acquirer/iso8583-request.h"
#include "acquirer/post.h"
#include "acquirer/wire.h"
#include "code/iso8583-mac.h"
#include "code/iso8583.h"

/* Cards by ISO 8583 over HTTPS, as China's acquirers have it for terminals. It has no question for
 * what became of a sale: one whose answer does not come is reversed, with the sale's own trace
 * number, until the reversal is answered. Source: Q/CUP 009.1 as public terminals have it. */

#define ON_MONEY (TILL_ON (TAP) | TILL_ON (REFUND))

/* There is no question: a refund goes again under its trace number, which the host takes once. */
static const TillBackoffStep refund_query[] = {
  { 30 * 1000, 10 * 1000 }, { 10 * 60 * 1000, 60 * 1000 }, { 0, 10 * 60 * 1000 },
};
/* At once, then again and again: no document wants it rarer than before each next sale, and nobody
 * else asks what became of the sale when the network is back. */
static const TillBackoffStep close_again[] = { { 2000, 1000 }, { 30 * 1000, 5000 }, { 0, 8000 } };

static const char *const settings_keys[] = {
  "terminal-no", "merchant-no", "sequence-no", "tpdu", "head", "cipher", TILL_CARD_SETTINGS,
  NULL,
};
static const char *const secret_names[] = { "tmk", "working-keys", NULL };
static const char *const kept_secrets[] = { "working-keys", NULL };

#define PAID(code)            { ON_MONEY, 0, code, TILL_EVENT_PAID, TILL_REASON_NONE }
#define FLAWED(code)          { ON_MONEY, 0, code, TILL_EVENT_PAID, TILL_REASON_PAID_TO_CHECK }
#define UNSURE(code, reason)  { ON_MONEY, 0, code, TILL_EVENT_LOST, TILL_REASON_##reason }
#define REFUSED(code, reason) { TILL_ON (TAP), 0, code, TILL_EVENT_REFUSED, TILL_REASON_##reason }

/* Field 39. Source: a public terminal's table with classes of action. What says that an issuer or
 * the network did not answer is no refusal: the sale may be booked yet, so it is reversed; so is a
 * sale of which only a part was approved. "Success with a flaw" is paid, and compared with the
 * statement. */
static const TillVerdict verdicts[] = {
  PAID ("00"), PAID ("11"), PAID ("16"),
  FLAWED ("A2"), FLAWED ("A4"), FLAWED ("A5"), FLAWED ("A6"),

  UNSURE ("10", OTHER_AMOUNT), UNSURE ("94", UNKNOWN_ANSWER), UNSURE ("68", ACQUIRER_FAULT),
  UNSURE ("90", ACQUIRER_FAULT), UNSURE ("91", ACQUIRER_FAULT), UNSURE ("92", ACQUIRER_FAULT),
  UNSURE ("96", ACQUIRER_FAULT), UNSURE ("98", ACQUIRER_FAULT),

  REFUSED ("01", PAYER_REFUSED), REFUSED ("03", CONFIG), REFUSED ("04", PAYER_REFUSED),
  REFUSED ("05", PAYER_REFUSED), REFUSED ("07", PAYER_REFUSED), REFUSED ("12", MERCHANT_REFUSED),
  REFUSED ("13", MERCHANT_REFUSED), REFUSED ("14", CARD_UNREADABLE),
  REFUSED ("15", CARD_FOREIGN), REFUSED ("21", CARD_BLOCKED), REFUSED ("22", PAYER_REFUSED),
  REFUSED ("30", CONFIG), REFUSED ("33", CARD_EXPIRED), REFUSED ("34", PAYER_REFUSED),
  REFUSED ("35", PAYER_REFUSED), REFUSED ("36", CARD_BLOCKED), REFUSED ("37", PAYER_REFUSED),
  REFUSED ("38", PAYER_REFUSED), REFUSED ("40", MERCHANT_REFUSED), REFUSED ("41", CARD_BLOCKED),
  REFUSED ("43", CARD_BLOCKED), REFUSED ("51", BALANCE), REFUSED ("54", CARD_EXPIRED),
  REFUSED ("55", CARD_PIN), REFUSED ("57", PAYER_REFUSED), REFUSED ("58", MERCHANT_REFUSED),
  REFUSED ("59", PAYER_REFUSED), REFUSED ("61", PAYER_LIMIT), REFUSED ("62", CARD_BLOCKED),
  REFUSED ("65", PAYER_LIMIT), REFUSED ("75", PAYER_REFUSED), REFUSED ("77", CONFIG),
  REFUSED ("97", CONFIG),
  REFUSED ("99", CONFIG), REFUSED ("A0", CONFIG), REFUSED ("A1", PAYER_REFUSED),
  REFUSED ("A3", PAYER_REFUSED), REFUSED ("A7", PAYER_REFUSED), REFUSED ("Z1", CARD_DECLINED),
  REFUSED ("Z3", CARD_DECLINED),

  { TILL_ON (REFUND), 0, "25", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 0, "51", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REFUND), 0, "64", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 0, "12", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 0, "22", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 0, "40", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 0, "58", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 0, "61", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  /* They turn the message away, and say nothing of one before it that may have been booked. */
  { TILL_ON (REFUND), 0, "77", TILL_EVENT_LOST, TILL_REASON_CONFIG },
  { TILL_ON (REFUND), 0, "97", TILL_EVENT_LOST, TILL_REASON_CONFIG },
  { TILL_ON (REFUND), 0, "99", TILL_EVENT_LOST, TILL_REASON_CONFIG },
  { TILL_ON (REFUND), 0, "A0", TILL_EVENT_LOST, TILL_REASON_CONFIG },

  /* A reversal is over when the host has done it; or has nothing to reverse, once the sale cannot
   * come any more. */
  { TILL_ON (REVERSE), 0, "00", TILL_EVENT_CLOSED, TILL_REASON_REVERSED },
  { TILL_ON (REVERSE), 0, "12", TILL_EVENT_CLOSED, TILL_REASON_REVERSED },
  { TILL_ON (REVERSE), 0, "25", TILL_EVENT_ABSENT, TILL_REASON_NEVER_BOOKED },
};

/* Why a reversal says that it comes, field 39: no answer, its proof is wrong, anything else. */
#define CAUSE_NO_ANSWER "98"
#define CAUSE_PROOF     "A0"
#define CAUSE_OTHER     "06"

/* What this sale's reversal will say. */
static void
keep_cause (const TillAsk *ask,
            const char    *cause,
            TillAnswer    *answer)
{
  g_auto (TillIso8583Keep) keep = { .token = NULL };

  if (ask->call != TILL_CALL_TAP || !till_iso8583_keep_read (&keep, ask->keep))
    return;

  g_strlcpy (keep.cause, cause, sizeof keep.cause);
  g_free (answer->keep);
  answer->keep = till_iso8583_keep_write (&keep);
}

static void
lose (const TillAsk *ask,
      TillReason     reason,
      const char    *cause,
      TillAnswer    *answer)
{
  till_answer_set (answer, TILL_EVENT_LOST, reason);
  keep_cause (ask, cause, answer);
}

/* The host has other keys, or another batch, than we: the next message follows a sign-in. */
static const char *const stale_codes[] = { "77", "99", "A0" };

static void
look_for_stale_keys (const TillMerchant *merchant,
                     const TillIso8583  *message)
{
  TillIso8583Keys *keys = merchant->keys;
  const char *code = till_iso8583_get (message, 39);

  for (guint i = 0; code && i < G_N_ELEMENTS (stale_codes); i++) {
    if (strcmp (stale_codes[i], code) == 0)
      g_atomic_int_set (&keys->is_stale, TRUE);
  }
}

static TillReason
look_at_proof (const TillMerchant *merchant,
               const TillIso8583  *message,
               const guint8       *bytes,
               gsize               n_bytes)
{
  const TillIso8583Keys *keys = merchant->keys;

  if (!till_iso8583_get (message, 64))
    return TILL_REASON_UNSIGNED;

  return till_iso8583_verify (bytes, n_bytes, keys->mac_key, keys->n_mac_key)
           ? TILL_REASON_NONE : TILL_REASON_BAD_SIGNATURE;
}

static guint16
answers_to (const TillAsk *ask)
{
  g_auto (TillIso8583Keep) keep = { .token = NULL };
  gboolean is_void = till_iso8583_keep_read (&keep, ask->keep) && strcmp (keep.cause, "V") == 0;

  if (ask->call == TILL_CALL_REVERSE)
    return 0x0410;
  return ask->call == TILL_CALL_REFUND && !is_void ? 0x0230 : 0x0210;
}

/* The one door to what an answer says: whole, and proved. */
static TillIso8583 *
read_trusted (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  gsize n_bytes;
  const guint8 *body = g_bytes_get_data (reply->body, &n_bytes);
  const guint8 *bytes;
  g_autoptr (TillIso8583) message = NULL;
  TillReason fault;

  if (!till_post_check (reply, answer)) {
    keep_cause (ask, CAUSE_NO_ANSWER, answer);
    return NULL;
  }

  bytes = till_iso8583_unframe (body, &n_bytes, NULL);
  message = bytes ? till_iso8583_parse (bytes, n_bytes, NULL) : NULL;
  till_post_said (answer, message ? till_iso8583_get (message, 39) : NULL, NULL);
  if (!message || message->mti != answers_to (ask)) {
    lose (ask, TILL_REASON_BAD_ANSWER, CAUSE_OTHER, answer);
    return NULL;
  }

  look_for_stale_keys (merchant, message);
  fault = look_at_proof (merchant, message, bytes, n_bytes);
  if (fault != TILL_REASON_NONE) {
    lose (ask, fault, CAUSE_PROOF, answer);
    return NULL;
  }

  return g_steal_pointer (&message);
}

/* Whose answer it is: the terminal's, the shop's, and the trace number's. */
static gboolean
is_about (const TillMerchant *merchant,
          const TillAsk      *ask,
          const TillIso8583  *message)
{
  const TillIso8583Keys *keys = merchant->keys;
  g_auto (TillIso8583Keep) keep = { .token = NULL };

  return till_iso8583_keep_read (&keep, ask->keep) &&
         g_strcmp0 (till_iso8583_get (message, 11), keep.trace) == 0 &&
         g_strcmp0 (till_iso8583_get (message, 41), keys->terminal) == 0 &&
         g_strcmp0 (till_iso8583_get (message, 42), keys->merchant) == 0;
}

/* Field 13 and 12 have no year: the latest that is not ahead. */
static gint64
read_time (const TillIso8583 *message,
           gint64             now_us)
{
  const char *date = till_iso8583_get (message, 13);
  const char *time = till_iso8583_get (message, 12);
  g_autofree char *now = till_wire_format_gmt8 (now_us);
  int year = (int) g_ascii_strtoll (now, NULL, 10);

  for (int back = 0; date && time && back < 2; back++) {
    g_autofree char *text = g_strdup_printf ("%04d-%.2s-%.2s %.2s:%.2s:%.2s", year - back, date,
                                             date + 2, time, time + 2, time + 4);
    gint64 at_us = till_wire_parse_gmt8 (text);

    if (at_us > 0 && at_us <= now_us + G_TIME_SPAN_DAY)
      return at_us;
  }

  return 0;
}

/* From now on void and refund name the host's date, and nobody needs the card any more. */
static void
keep_paid (const TillAsk     *ask,
           const TillIso8583 *message,
           TillAnswer        *answer)
{
  g_auto (TillIso8583Keep) keep = { .token = NULL };
  const char *date = till_iso8583_get (message, 13);

  if (!till_iso8583_keep_read (&keep, ask->keep))
    return;

  g_clear_pointer (&keep.token, g_free);
  if (date)
    g_strlcpy (keep.date, date, sizeof keep.date);
  g_free (answer->keep);
  answer->keep = till_iso8583_keep_write (&keep);
}

static void
read_money (const TillAsk     *ask,
            const TillIso8583 *message,
            TillAnswer        *answer)
{
  const char *reference = till_iso8583_get (message, 37);

  if (!till_iso8583_get_number (message, 4, &answer->amount_fen))
    answer->amount_fen = -1;
  if (g_strcmp0 (till_iso8583_get (message, 49), "156") == 0)
    answer->currency = g_strdup ("CNY");
  if (till_wire_is_made_of (reference, TILL_WIRE_LETTERS_AND_DIGITS, 12, 12))
    answer->acquirer_ref = g_strdup (reference);
  answer->brand = ask->call == TILL_CALL_TAP ? TILL_BRAND_UNIONPAY : TILL_BRAND_NONE;
  answer->paid_us = read_time (message, ask->now_us);
}

static void
read_verdict (const TillAsk     *ask,
              const TillIso8583 *message,
              TillAnswer        *answer)
{
  const TillVerdict *verdict =
    till_verdict_find (verdicts, G_N_ELEMENTS (verdicts), TILL_MATCH_EQUAL, ask->call, 0,
                       till_iso8583_get (message, 39));

  if (verdict)
    till_answer_set (answer, verdict->event, verdict->reason);
  else
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER);
}

static void
parse_money (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (TillIso8583) message = read_trusted (merchant, ask, reply, answer);

  if (!message)
    return;

  read_verdict (ask, message, answer);
  read_money (ask, message, answer);
  answer->order = g_strdup (is_about (merchant, ask, message) ? ask->order : "another");
  if (answer->event == TILL_EVENT_PAID && strcmp (answer->order, ask->order) == 0 &&
      answer->amount_fen == ask->amount_fen)
    keep_paid (ask, message, answer);
  else if (answer->event != TILL_EVENT_REFUSED)
    keep_cause (ask, CAUSE_OTHER, answer);
}

static void
parse_reverse (const TillMerchant  *merchant,
               const TillAsk       *ask,
               const TillHttpReply *reply,
               TillAnswer          *answer)
{
  g_autoptr (TillIso8583) message = read_trusted (merchant, ask, reply, answer);

  if (!message)
    return;

  read_verdict (ask, message, answer);
  answer->order = g_strdup (is_about (merchant, ask, message) ? ask->order : "another");
}

static const TillCardTerms *
get_card_terms (gconstpointer keys)
{
  return &((const TillIso8583Keys *) keys)->terms;
}

#define NAMES_MONEY (TILL_NAMES_ORDER | TILL_NAMES_AMOUNT)

const TillAcquirer till_acquirer_iso8583 = {
  .id = "iso8583",
  .name = N_("Bank cards"),
  .brands = TILL_BRAND_BIT (TILL_BRAND_UNIONPAY),
  .base_url = "https://terminals.invalid",  /* each acquirer has its own: the profile must say it */
  .settings = settings_keys,
  .secrets = secret_names,
  .load = till_iso8583_keys_load,
  .unload = till_iso8583_keys_unload,
  .take_keys = till_iso8583_keys_take,
  .keys_are_due = till_iso8583_keys_are_due,
  .kept_secrets = kept_secrets,
  .tell_secret = till_iso8583_keys_tell_secret,
  .read_kept = till_iso8583_keys_read_kept,
  .card_way = TILL_CARD_TOKEN,
  .get_card_terms = get_card_terms,
  .first_keep = till_iso8583_first_keep,
  .calls = {
    [TILL_CALL_TAP]     = { till_iso8583_build, parse_money, 60000, NAMES_MONEY },
    [TILL_CALL_REVERSE] = { till_iso8583_build, parse_reverse, 60000, TILL_NAMES_ORDER },
    [TILL_CALL_REFUND]  = { till_iso8583_build, parse_money, 60000, NAMES_MONEY },
    [TILL_CALL_KEYS]    = { till_iso8583_build, NULL, 30000, 0 },
  },
  .pace = {
    .charge_query = refund_query,
    .order_query = refund_query,
    .refund_query = refund_query,
    .close_again = close_again,
    .give_up_ms = 1,             /* nothing can be asked: what is not answered is reversed */
    .late_ms = 0,                /* nothing is told as failed while it may come */
    .arrives_within_ms = 3 * 60 * 1000,  /* no document says how long a stuck sale lives */
    .reverse_not_before_ms = 0,
    .close_not_before_ms = 0,
    .order_life_max_ms = 0,
    .refund_days = 30,           /* no document says it */
    .cancel_paid_ms = 0,         /* a paid sale is given back by void, which is a refund here */
  },
  .order_close_call = TILL_CALL_REVERSE,
  .refund_is_once = TRUE,        /* field 11 is of a batch, and the next try's batch is another */
};
