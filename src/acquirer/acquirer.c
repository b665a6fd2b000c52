/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/seal.h"
#include "acquirer/verdict.h"
#include "acquirer/wire.h"
#include "acquirer-list.h"
#include "core/money.h"

G_DEFINE_QUARK (till-acquirer-error-quark, till_acquirer_error)

#define CARD_CHARS_MAX 8192 /* what is sealed of a card takes less than half of it */
#define CONNECT_TIMEOUT_MS 5000 /* as WeChat Pay's Go SDK has it */

#define DECLARE(name) extern const TillAcquirer till_acquirer_##name;
TILL_ACQUIRERS (DECLARE)
#define ROW(name) &till_acquirer_##name,
static const TillAcquirer *const acquirers[] = { TILL_ACQUIRERS (ROW) NULL };

/* What silence means: of a request that never left, and of an answer that was begun. */
static const struct {
  TillReason unsent;
  TillReason begun;
} silences[] = {
  [TILL_HTTP_OK]         = { TILL_REASON_NONE, TILL_REASON_NONE },
  [TILL_HTTP_NO_NETWORK] = { TILL_REASON_NO_NETWORK, TILL_REASON_NO_ANSWER },
  [TILL_HTTP_UNTRUSTED]  = { TILL_REASON_UNTRUSTED_SERVER, TILL_REASON_NO_ANSWER },
  [TILL_HTTP_TIMEOUT]    = { TILL_REASON_NO_NETWORK, TILL_REASON_BAD_ANSWER },
  [TILL_HTTP_CUT_OFF]    = { TILL_REASON_NO_NETWORK, TILL_REASON_BAD_ANSWER },
  [TILL_HTTP_TOO_LARGE]  = { TILL_REASON_BAD_ANSWER, TILL_REASON_BAD_ANSWER },
  [TILL_HTTP_CANCELLED]  = { TILL_REASON_CANCELLED, TILL_REASON_NO_ANSWER },
  [TILL_HTTP_FAULT]      = { TILL_REASON_NO_NETWORK, TILL_REASON_NO_ANSWER },
};

static gboolean
refuse_ask (GError    **error,
            const char *what)
{
  g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD, what);
  return FALSE;
}

/* Order numbers go into addresses and sign strings as they are: only what needs no escaping. */
static gboolean
number_fits (const char *number)
{
  return till_wire_is_made_of (number, TILL_WIRE_LETTERS_AND_DIGITS "_", 6, 32);
}

static gboolean
moves_money (TillCall call)
{
  return call == TILL_CALL_CHARGE || call == TILL_CALL_ORDER || call == TILL_CALL_REFUND ||
         call == TILL_CALL_TAP;
}

static gboolean
is_ending (TillCall call)
{
  return call == TILL_CALL_CLOSE || call == TILL_CALL_REVERSE;
}

static gboolean
is_about_refund (TillCall call)
{
  return call == TILL_CALL_REFUND || call == TILL_CALL_QUERY_REFUND;
}

/* Days are named without a year on some wires: only one that lies within the last year is asked. */
static gboolean
check_day (const TillAsk *ask,
           GError       **error)
{
  gint64 first_us = till_statement_read_day (ask->day);
  const gint64 day_us = 24 * 3600 * (gint64) G_USEC_PER_SEC;

  return (first_us > 0 && ask->asked_us > 0 && first_us <= ask->asked_us + day_us &&
          first_us > ask->asked_us - 360 * day_us) ||
         refuse_ask (error, _("the day is none of the last year"));
}

/* EMV's codes are base64; some carry track data and a cryptogram. */
static gboolean
paycode_fits (const TillAcquirer *acquirer,
              const char         *paycode)
{
  if (acquirer->takes & TILL_TAKES_CARD_CODES)
    return till_wire_is_made_of (paycode, TILL_WIRE_LETTERS_AND_DIGITS "+/=", 10, 1024);

  return till_wire_is_made_of (paycode, TILL_WIRE_LETTERS_AND_DIGITS, 10, 64);
}

static gboolean
check_ask (const TillAcquirer *acquirer,
           const TillAsk      *ask,
           GError            **error)
{
  if (!till_wire_is_made_of (ask->nonce, TILL_WIRE_LETTERS_AND_DIGITS, 1, 32))
    return refuse_ask (error, "the nonce has a wrong form");
  if (ask->call == TILL_CALL_ACTIVATE && !till_activation_is_valid (ask->activation))
    return refuse_ask (error, "the activation code has a wrong form");
  if (till_call_is_about_keys (ask->call))
    return TRUE;
  if (ask->call == TILL_CALL_STATEMENT)
    return check_day (ask, error);
  if (!number_fits (ask->order) || (is_about_refund (ask->call) && !number_fits (ask->of)))
    return refuse_ask (error, "the payment's number has a wrong form");
  if (moves_money (ask->call) && (ask->amount_fen <= 0 || ask->amount_fen > TILL_MONEY_MAX_FEN))
    return refuse_ask (error, "the amount is out of range");
  if (moves_money (ask->call) && g_strcmp0 (ask->currency, "CNY") != 0)
    return refuse_ask (error, "only CNY can be taken here");
  if (ask->call == TILL_CALL_CHARGE && !paycode_fits (acquirer, ask->paycode))
    return refuse_ask (error, "the payment code has a wrong form");
  if (ask->call == TILL_CALL_TAP && acquirer->card_way == TILL_CARD_SEALED &&
      !till_wire_is_made_of (ask->card, TILL_WIRE_LETTERS_AND_DIGITS "+/=", 10, CARD_CHARS_MAX))
    return refuse_ask (error, "the card's data have a wrong form");

  return TRUE;
}

/* No answer came whole. "Unsent" ends a payment, so it is said only of the request that asked
 * for the money: a query that could not leave says nothing about the payment. */
static void
read_silence (const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  if (reply->sent && reply->status == 0)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_NO_ANSWER);
  else if (reply->sent)
    till_answer_set (answer, TILL_EVENT_LOST, silences[reply->outcome].begun);
  else
    till_answer_set (answer, moves_money (ask->call) ? TILL_EVENT_UNSENT : TILL_EVENT_LOST,
                     silences[reply->outcome].unsent);

  answer->said = g_strdup (reply->detail ? reply->detail : "no answer");
}

static gboolean
is_money (TillPaymentEvent event)
{
  return event == TILL_EVENT_PAID || event == TILL_EVENT_ACCEPTED;
}

/* Whether the answer is about another amount, or keeps silent about what this call's answer has. */
static gboolean
amount_differs (const TillAsk    *ask,
                const TillAnswer *answer,
                guint             names)
{
  if (answer->amount_fen >= 0 ? answer->amount_fen != ask->amount_fen
                              : (names & TILL_NAMES_AMOUNT) != 0)
    return TRUE;

  return answer->currency ? g_strcmp0 (answer->currency, ask->currency) != 0
                          : (names & TILL_NAMES_CURRENCY) != 0;
}

/* The one place where an answer, however well signed, is held against what was asked: a replayed or
 * mixed-up answer of another order must not pay this one. */
static void
cross_check (const TillAsk *ask,
             guint          names,
             TillAnswer    *answer)
{
  gboolean says_paid = is_money (answer->event);

  if (answer->event == TILL_EVENT_LOST)
    return;

  if (answer->order ? strcmp (answer->order, ask->order) != 0
                    : says_paid && (names & TILL_NAMES_ORDER))
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
  else if (says_paid && amount_differs (ask, answer, names))
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_AMOUNT);
}

/**
 * till_acquirer_find:
 * @id: (nullable): what stands behind type= in the profile
 *
 * Returns: (nullable): the acquirer; %NULL where there is none of this name
 */
const TillAcquirer *
till_acquirer_find (const char *id)
{
  for (guint i = 0; id && acquirers[i]; i++)
    if (strcmp (acquirers[i]->id, id) == 0)
      return acquirers[i];

  return NULL;
}

/**
 * till_acquirer_list:
 *
 * Returns: all acquirers, %NULL at the end
 */
const TillAcquirer *const *
till_acquirer_list (void)
{
  return acquirers;
}

/**
 * till_call_is_about_keys:
 *
 * Returns: whether the answer to @call is for .take_keys, and about no payment
 */
gboolean
till_call_is_about_keys (TillCall call)
{
  return call == TILL_CALL_KEYS || call == TILL_CALL_ACTIVATE;
}

/**
 * till_acquirer_offers:
 *
 * Returns: whether @acquirer has @call at all
 */
gboolean
till_acquirer_offers (const TillAcquirer *acquirer,
                      TillCall            call)
{
  g_return_val_if_fail ((guint) call < TILL_N_CALLS, FALSE);

  return acquirer->calls[call].build != NULL;
}

/**
 * till_acquirer_first_keep:
 * @ask: of the payment's first call, with its trace number and its card
 * @error: set to %TILL_ACQUIRER_ERROR_BUILD where the ask lacks what must be kept
 *
 * Tells what must stand as "keep" in the payment's first row, before a byte of it is sent: what
 * this acquirer's reversals are made of, and a repetition must not change.
 *
 * Returns: (transfer full) (nullable): %NULL without @error where nothing must be kept
 */
char *
till_acquirer_first_keep (const TillMerchant *merchant,
                          const TillAsk      *ask,
                          GError            **error)
{
  return merchant->acquirer->first_keep ? merchant->acquirer->first_keep (merchant, ask, error)
                                        : NULL;
}

/**
 * till_merchant_is_active:
 *
 * Returns: whether it can be asked for anything: %FALSE while the code is still to come that makes
 *   this till's first key
 */
gboolean
till_merchant_is_active (const TillMerchant *merchant)
{
  const TillAcquirer *acquirer = merchant->acquirer;

  if (!till_acquirer_offers (acquirer, TILL_CALL_ACTIVATE))
    return TRUE;

  for (guint i = 0; acquirer->kept_secrets && acquirer->kept_secrets[i]; i++) {
    g_autoptr (TillWiped) kept = acquirer->tell_secret (merchant->keys, acquirer->kept_secrets[i]);

    if (!kept)
      return FALSE;
  }

  return TRUE;
}

/**
 * till_merchant_get_card_terms:
 *
 * Returns: (nullable): what the contract says about tapped cards; %NULL where it takes none
 */
const TillCardTerms *
till_merchant_get_card_terms (const TillMerchant *merchant)
{
  return merchant->acquirer->card_way == TILL_CARD_NONE
           ? NULL : merchant->acquirer->get_card_terms (merchant->keys);
}

/**
 * till_activation_is_valid:
 *
 * Returns: whether @code has the form of an acquirer's activation code
 */
gboolean
till_activation_is_valid (const char *code)
{
  return till_wire_is_made_of (code, TILL_WIRE_LETTERS_AND_DIGITS, 4, 64);
}

/**
 * till_acquirer_build:
 * @ask: complete; the same @ask makes the same bytes
 * @error: set to %TILL_ACQUIRER_ERROR_BUILD where no request can be made of it
 *
 * Makes and signs the request. Reads @merchant and changes nothing, so it may run in any thread.
 *
 * Returns: (transfer full): the request
 */
TillHttpRequest *
till_acquirer_build (const TillMerchant *merchant,
                     const TillAsk      *ask,
                     GError            **error)
{
  const TillCallSpec *spec = &merchant->acquirer->calls[ask->call];
  TillHttpRequest *request;

  if (!spec->build) {
    refuse_ask (error, "this acquirer does not offer that");
    return NULL;
  }
  if (!check_ask (merchant->acquirer, ask, error))
    return NULL;

  request = spec->build (merchant, ask, error);
  if (!request)
    return NULL;

  request->ca_file = g_strdup (merchant->ca_file);
  request->connect_timeout_ms = merchant->connect_timeout_ms ? merchant->connect_timeout_ms
                                                             : CONNECT_TIMEOUT_MS;
  request->total_timeout_ms = merchant->total_timeout_ms ? merchant->total_timeout_ms
                                                         : spec->total_timeout_ms;
  return request;
}

/**
 * till_acquirer_read:
 * @ask: what the request was built of
 * @answer: (out caller-allocates): filled in every case; clear it with till_answer_clear()
 *
 * Tells what a reply says, once it is verified and held against @ask. Not for %TILL_CALL_KEYS.
 */
void
till_acquirer_read (const TillMerchant  *merchant,
                    const TillAsk       *ask,
                    const TillHttpReply *reply,
                    TillAnswer          *answer)
{
  const TillCallSpec *spec = &merchant->acquirer->calls[ask->call];

  *answer = (TillAnswer) { .event = TILL_EVENT_LOST,
                           .reason = TILL_REASON_BAD_ANSWER,
                           .amount_fen = -1 };
  g_return_if_fail (spec->parse != NULL);

  if (reply->outcome != TILL_HTTP_OK)
    read_silence (ask, reply, answer);
  else
    spec->parse (merchant, ask, reply, answer);

  cross_check (ask, spec->names, answer);
  /* Some name a time of whatever they speak of, and one that is not paid has none to count from. */
  if (!is_money (answer->event))
    answer->paid_us = 0;
  if (is_ending (ask->call) && answer->event == TILL_EVENT_LOST)
    answer->event = TILL_EVENT_CLOSE_LOST;
}

/**
 * till_acquirer_read_statement:
 * @ask: what the request was built of
 * @statement: (out caller-allocates): filled in every case; clear it with till_statement_clear()
 *
 * Tells what a reply to %TILL_CALL_STATEMENT says, once it is verified: all lines of that day, or
 * none of them and why.
 */
void
till_acquirer_read_statement (const TillMerchant  *merchant,
                              const TillAsk       *ask,
                              const TillHttpReply *reply,
                              TillStatement       *statement)
{
  till_statement_init (statement);
  g_return_if_fail (merchant->acquirer->read_statement != NULL);

  if (reply->outcome == TILL_HTTP_OK) {
    merchant->acquirer->read_statement (merchant, ask, reply, statement);
  } else {
    g_auto (TillAnswer) answer = { 0 };

    read_silence (ask, reply, &answer);
    statement->reason = answer.reason;
    statement->said = g_steal_pointer (&answer.said);
  }
}

void
till_answer_clear (TillAnswer *answer)
{
  g_clear_pointer (&answer->order, g_free);
  g_clear_pointer (&answer->currency, g_free);
  g_clear_pointer (&answer->acquirer_ref, g_free);
  g_clear_pointer (&answer->code_text, g_free);
  g_clear_pointer (&answer->keep, g_free);
  g_clear_pointer (&answer->said, g_free);
}
