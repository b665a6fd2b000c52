/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/card-terms.h"
#include "acquirer/post.h"
#include "acquirer/sealed-request.h"
#include "acquirer/wire.h"

/* Cards whose data are sealed to the acquirer before the till sees them. The contract is our own;
 * an acquirer that offers cards to shops without certified terminals puts it before its host. */

#define ON_MONEY (TILL_ON (TAP) | TILL_ON (REFUND))
#define ON_QUERY (TILL_ON (QUERY) | TILL_ON (QUERY_REFUND))

static const TillBackoffStep charge_query[] = { { 20 * 1000, 2000 }, { 0, 5000 } };
static const TillBackoffStep order_query[] = { { 0, 5000 } };  /* there are no orders */
static const TillBackoffStep refund_query[] = {
  { 60 * 1000, 10 * 1000 }, { 10 * 60 * 1000, 60 * 1000 }, { 0, 10 * 60 * 1000 },
};
static const TillBackoffStep close_again[] = {
  { 1000, 1000 }, { 3000, 2000 }, { 7000, 4000 }, { 0, 8000 },
};

static const char *const settings_keys[] = {
  "merchant-no", "terminal-no", "private-key-file", "public-key-file", "card-certificate-file",
  TILL_CARD_SETTINGS, NULL,
};
static const char *const secret_names[] = { NULL };

/* Words of "result" but OK. What refuses a payment is final; what speaks of the system says nothing
 * about it. */
static const TillVerdict results[] = {
  { TILL_ON_ALL, 0, "SYSTEM", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "BUSY", TILL_EVENT_LOST, TILL_REASON_BUSY },
  { TILL_ON_ALL, 0, "SENT_TWICE", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },

  { ON_QUERY, 0, "NOT_FOUND", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
  { TILL_ON (REVERSE), 0, "NOT_FOUND", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 0, "NOT_ALLOWED", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_PAID_NO_CANCEL },

  { TILL_ON (TAP), 0, "INSUFFICIENT_FUNDS", TILL_EVENT_REFUSED, TILL_REASON_BALANCE },
  { TILL_ON (TAP), 0, "CUSTOMER_LIMIT", TILL_EVENT_REFUSED, TILL_REASON_PAYER_LIMIT },
  { TILL_ON (TAP), 0, "DECLINED", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON (TAP), 0, "CARD_EXPIRED", TILL_EVENT_REFUSED, TILL_REASON_CARD_EXPIRED },
  { TILL_ON (TAP), 0, "CARD_BLOCKED", TILL_EVENT_REFUSED, TILL_REASON_CARD_BLOCKED },
  { TILL_ON (TAP), 0, "CARD_INVALID", TILL_EVENT_REFUSED, TILL_REASON_CARD_UNREADABLE },
  { TILL_ON (TAP), 0, "PIN_REQUIRED", TILL_EVENT_REFUSED, TILL_REASON_CARD_PIN },
  { TILL_ON (TAP), 0, "NUMBER_USED", TILL_EVENT_REFUSED, TILL_REASON_DUPLICATE },
  { ON_MONEY, 0, "MERCHANT_LIMIT", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_LIMIT },
  { ON_MONEY, 0, "MERCHANT", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_REFUSED },
  { ON_MONEY, 0, "PARAMETER", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON (REFUND), 0, "INSUFFICIENT_FUNDS", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REFUND), 0, "TOO_LATE", TILL_EVENT_REFUSED, TILL_REASON_REFUND_TOO_LATE },
  { TILL_ON (REFUND), 0, "NOT_ALLOWED", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 0, "NOT_FOUND", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
};

static const TillStateRow payment_states[] = {
  { "PAID", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "PENDING", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { "FAILED", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { "REVERSED", TILL_EVENT_CLOSED, TILL_REASON_REVERSED },
};

static const TillStateRow reverse_states[] = {
  { "REVERSED", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { "FAILED", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { "PENDING", TILL_EVENT_CLOSE_LOST, TILL_REASON_PROCESSING },
};

static const TillStateRow refund_states[] = {
  { "PAID", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "PENDING", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { "FAILED", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
};

static void
read_result (const TillAsk *ask,
             const char    *result,
             TillAnswer    *answer)
{
  const TillVerdict *verdict =
    till_verdict_find (results, G_N_ELEMENTS (results), TILL_MATCH_EQUAL, ask->call, 0, result);

  if (verdict)
    till_answer_set (answer, verdict->event, verdict->reason);
  else
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER);
}

/* The one door to what an answer says: verified, and OK. */
static JsonNode *
read_trusted (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = till_post_read (reply, answer);
  JsonObject *object = root ? json_node_get_object (root) : NULL;
  TillReason fault;
  const char *result;

  if (!root)
    return NULL;

  fault = till_sealed_verify (merchant->keys, ask, reply);
  if (fault != TILL_REASON_NONE) {
    till_post_said (answer, NULL, NULL);
    till_answer_set (answer, TILL_EVENT_LOST, fault);
    return NULL;
  }

  result = till_wire_get_text (object, "result");
  till_post_said (answer, result, till_wire_get_text (object, "state"));
  if (g_strcmp0 (result, "OK") == 0)
    return g_steal_pointer (&root);

  answer->order = g_strdup (till_wire_get_text (object, "order"));
  read_result (ask, result, answer);
  return NULL;
}

static void
read_members (JsonObject *object,
              TillAnswer *answer)
{
  const char *paid = till_wire_get_text (object, "paid");
  TillBrand brand = TILL_BRAND_NONE;

  answer->order = g_strdup (till_wire_get_text (object, "order"));
  answer->currency = g_strdup (till_wire_get_text (object, "currency"));
  answer->acquirer_ref = g_strdup (till_wire_get_text (object, "reference"));
  if (!till_wire_get_fen (object, "amount", &answer->amount_fen))
    answer->amount_fen = -1;
  if (paid)
    answer->paid_us = till_wire_parse_rfc3339 (paid);
  if (till_brand_from_word (till_wire_get_text (object, "brand"), &brand))
    answer->brand = brand;
}

static void
parse_payment (const TillMerchant  *merchant,
               const TillAsk       *ask,
               const TillHttpReply *reply,
               TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *object = root ? json_node_get_object (root) : NULL;

  if (!object)
    return;

  till_post_state (payment_states, G_N_ELEMENTS (payment_states),
                   till_wire_get_text (object, "state"), answer);
  read_members (object, answer);
}

static void
parse_reverse (const TillMerchant  *merchant,
               const TillAsk       *ask,
               const TillHttpReply *reply,
               TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *object = root ? json_node_get_object (root) : NULL;

  if (!object)
    return;

  till_post_state (reverse_states, G_N_ELEMENTS (reverse_states),
                   till_wire_get_text (object, "state"), answer);
  answer->order = g_strdup (till_wire_get_text (object, "order"));
}

static void
parse_refund (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *object = root ? json_node_get_object (root) : NULL;

  if (!object)
    return;

  till_post_state (refund_states, G_N_ELEMENTS (refund_states),
                   till_wire_get_text (object, "state"), answer);
  read_members (object, answer);
}

static const TillCardTerms *
get_card_terms (gconstpointer keys)
{
  return &((const TillSealedKeys *) keys)->terms;
}

static GArray *
list_keys (gconstpointer pointer)
{
  const TillSealedKeys *keys = pointer;
  GArray *facts = g_array_new (FALSE, TRUE, sizeof (TillKeyFacts));
  const TillKeyFacts fact = {
    .setting = "card-certificate-file",
    .serial = till_key_get_serial (keys->card_key),
    .subject = till_key_get_subject (keys->card_key),
    .expires_us = till_key_get_expires_us (keys->card_key),
  };

  g_array_append_val (facts, fact);
  return facts;
}

#define NAMES_MONEY (TILL_NAMES_ORDER | TILL_NAMES_AMOUNT | TILL_NAMES_CURRENCY)

const TillAcquirer till_acquirer_sealed = {
  .id = "sealed",
  .name = N_("Bank cards"),
  .brands = TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) | TILL_BRAND_BIT (TILL_BRAND_JD),
  .base_url = "https://cards.invalid",  /* each acquirer has its own: the profile says it */
  .settings = settings_keys,
  .secrets = secret_names,
  .load = till_sealed_load,
  .unload = till_sealed_unload,
  .list_keys = list_keys,
  .card_way = TILL_CARD_SEALED,
  .get_card_terms = get_card_terms,
  .calls = {
    [TILL_CALL_TAP]          = { till_sealed_build, parse_payment, 30000, NAMES_MONEY },
    [TILL_CALL_QUERY]        = { till_sealed_build, parse_payment, 15000, NAMES_MONEY },
    [TILL_CALL_REVERSE]      = { till_sealed_build, parse_reverse, 30000, TILL_NAMES_ORDER },
    [TILL_CALL_REFUND]       = { till_sealed_build, parse_refund, 30000, NAMES_MONEY },
    [TILL_CALL_QUERY_REFUND] = { till_sealed_build, parse_refund, 15000, NAMES_MONEY },
  },
  .pace = {
    .charge_query = charge_query,
    .order_query = order_query,
    .refund_query = refund_query,
    .close_again = close_again,
    .give_up_ms = 45 * 1000,             /* our contract; nobody types a password */
    .late_ms = 5 * 60 * 1000,
    .reverse_not_before_ms = 5 * 1000,
    .close_not_before_ms = 0,
    .order_life_max_ms = 0,
    .refund_days = 180,
    .cancel_paid_ms = 10 * 60 * 1000,
  },
  .order_close_call = TILL_CALL_REVERSE,
};
