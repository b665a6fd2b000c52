/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/wechat-codes.h"

#include "acquirer/verdict.h"
#include "acquirer/wire.h"

#include <string.h>

/* What WeChat Pay's codes and states mean. Sources: wechat-keys.h. */

/* [errors]. What is not here is not known, and concludes nothing: a query follows. Errors carry no
 * signature, so none of them says paid, and only those that the documents call certain say refused.
 * Where the notes mark the status as unverified, any of the 400s fits. */
static const TillVerdict verdicts[] = {
  { TILL_ON_ALL, 5, NULL, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 429, NULL, TILL_EVENT_LOST, TILL_REASON_BUSY },
  { TILL_ON_ALL, 4, "FREQUENCY_LIMITED", TILL_EVENT_LOST, TILL_REASON_BUSY },
  { TILL_ON_ALL, 4, "RATELIMIT_EXCEEDED", TILL_EVENT_LOST, TILL_REASON_BUSY },
  { TILL_ON_ALL, 4, "RATE_LIMITED", TILL_EVENT_LOST, TILL_REASON_BUSY },
  { TILL_ON_ALL, 4, "SYSTEM_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 4, "BANK_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },

  /* Pay and order: no order was made. */
  { TILL_ON_PAY, 401, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 4, "USER_PAYING", TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { TILL_ON_PAY, 4, "AUTH_CODE_EXPIRED", TILL_EVENT_REFUSED, TILL_REASON_CODE_EXPIRED },
  { TILL_ON_PAY, 4, "AUTH_CODE_EXPIRE", TILL_EVENT_REFUSED, TILL_REASON_CODE_EXPIRED },
  { TILL_ON_PAY, 4, "AUTH_CODE_ERROR", TILL_EVENT_REFUSED, TILL_REASON_CODE_INVALID },
  { TILL_ON_PAY, 4, "AUTH_CODE_INVALID", TILL_EVENT_REFUSED, TILL_REASON_CODE_INVALID },
  { TILL_ON_PAY, 4, "NOT_ENOUGH", TILL_EVENT_REFUSED, TILL_REASON_BALANCE },
  { TILL_ON_PAY, 4, "RULE_LIMIT", TILL_EVENT_REFUSED, TILL_REASON_PAYER_LIMIT },
  { TILL_ON_PAY, 4, "ORDER_CLOSED", TILL_EVENT_REFUSED, TILL_REASON_CLOSED },
  { TILL_ON_PAY, 4, "ORDER_REVERSED", TILL_EVENT_REFUSED, TILL_REASON_REVERSED },
  { TILL_ON_PAY, 403, "NO_AUTH", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 403, "TRADE_ERROR", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 403, "USER_ACCOUNT_ABNORMAL", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 403, "ACCOUNT_ERROR", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 400, "PARAM_ERROR", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 400, "INVALID_REQUEST", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 400, "APPID_MCHID_NOT_MATCH", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 400, "MCH_NOT_EXISTS", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },

  /* The same, certain in the v2 table whose spelling v3 answers may carry. */
  { TILL_ON_PAY, 4, "NOT_SUPORT_CARD", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 4, "BUYER_MISMATCH", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 4, "LACK_PARAMS", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 4, "NOT_UTF8", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 4, "APPID_NOT_EXIST", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 4, "MCHID_NOT_EXIST", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },

  /* The number is known there: whether it is ours and paid, a query tells. */
  { TILL_ON_PAY, 4, "OUT_TRADE_NO_USED", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, 4, "ORDER_PAID", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },

  /* Query: unknown there is no proof ([reverse]). */
  { TILL_ON (QUERY), 404, "ORDER_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
  { TILL_ON (QUERY), 404, "RESOURCE_NOT_EXISTS", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },

  /* Close: unknown there, or closed before, is done; the query after it settles. */
  { TILL_ON (CLOSE), 4, "ORDER_CLOSED", TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE },
  { TILL_ON (CLOSE), 404, "ORDER_NOT_EXIST", TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE },
  { TILL_ON (CLOSE), 404, "RESOURCE_NOT_EXISTS", TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE },
  { TILL_ON (CLOSE), 4, "ORDER_PAID", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_PAID_NO_CANCEL },

  { TILL_ON (REVERSE), 4, "ORDER_REVERSED", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 4, "ORDER_CLOSED", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 404, "ORDER_NOT_EXIST", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 404, "RESOURCE_NOT_EXISTS", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 4, "NOT_ENOUGH", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REVERSE), 4, "USER_PAYING", TILL_EVENT_CLOSE_LOST, TILL_REASON_PAYER },

  { TILL_ON_END, 403, "NO_AUTH", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_END, 403, "TRADE_ERROR", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_MERCHANT_REFUSED },
  { TILL_ON_END, 400, "PARAM_ERROR", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_END, 400, "INVALID_REQUEST", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_CONFIG },

  /* Refund: the same number is sent again once the cause is gone. */
  { TILL_ON (REFUND), 401, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON (REFUND), 403, "NOT_ENOUGH", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REFUND), 403, "NO_AUTH", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON (REFUND), 4, "RULE_LIMIT", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 403, "TRADE_ERROR", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 403, "USER_ACCOUNT_ABNORMAL", TILL_EVENT_REFUSED,
    TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 403, "ACCOUNT_ERROR", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 400, "PARAM_ERROR", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON (REFUND), 400, "INVALID_REQUEST", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 400, "MCH_NOT_EXISTS", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },

  /* Refund query: unknown there, so the same number is sent again ([refund]). */
  { TILL_ON (QUERY_REFUND), 404, "ORDER_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
  { TILL_ON (QUERY_REFUND), 404, "RESOURCE_NOT_EXISTS", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
};

typedef struct {
  const char       *word;
  TillPaymentEvent  event;
  TillReason        reason;
} State;

/* [code-pay]. REFUND is paid, and in part or whole given back since: never unpaid. */
static const State trade_states[] = {
  { "SUCCESS", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "REFUND", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "NOTPAY", TILL_EVENT_WAIT, TILL_REASON_NOT_SCANNED },
  { "CLOSED", TILL_EVENT_CLOSED, TILL_REASON_CLOSED },
  { "REVOKED", TILL_EVENT_CLOSED, TILL_REASON_REVERSED },
  { "USERPAYING", TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { "PAYERROR", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { "ACCEPT", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
};

/* [refund]. An abnormal one is settled by people on the merchant platform, so it is not final. */
static const State refund_states[] = {
  { "SUCCESS", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "PROCESSING", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { "CLOSED", TILL_EVENT_CLOSED, TILL_REASON_REFUND_REFUSED },
  { "ABNORMAL", TILL_EVENT_WAIT, TILL_REASON_REFUND_ABNORMAL },
};

static void
read_state (TillAnswer          *answer,
            const TillHttpReply *reply,
            const State         *states,
            guint                n_states,
            const char          *word)
{
  till_answer_set (answer, TILL_EVENT_LOST,
                   word ? TILL_REASON_UNKNOWN_ANSWER : TILL_REASON_BAD_ANSWER);
  till_wechat_codes_say (answer, reply, word);

  for (guint i = 0; word && i < n_states; i++)
    if (strcmp (states[i].word, word) == 0)
      till_answer_set (answer, states[i].event, states[i].reason);
}

/**
 * till_wechat_codes_parse:
 *
 * Returns: (transfer full) (nullable): the body; %NULL where it is no JSON object
 */
JsonNode *
till_wechat_codes_parse (const TillHttpReply *reply)
{
  gsize n_body;
  const char *body = g_bytes_get_data (reply->body, &n_body);

  return n_body > 0 ? till_wire_parse_object (body, n_body) : NULL;
}

/**
 * till_wechat_codes_say:
 * @word: (nullable): a code or a state
 *
 * Notes status and word for the log and the proof of the sale.
 */
void
till_wechat_codes_say (TillAnswer          *answer,
                       const TillHttpReply *reply,
                       const char          *word)
{
  g_autofree char *status = g_strdup_printf ("HTTP %u", reply->status);

  g_free (answer->said);
  answer->said = till_wire_said (status, word);
}

/**
 * till_wechat_codes_read_error:
 * @reply: with a status of 400 or more
 *
 * Nobody signed this: it may end an attempt by the table above, and do nothing else.
 */
void
till_wechat_codes_read_error (const TillAsk       *ask,
                              const TillHttpReply *reply,
                              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = till_wechat_codes_parse (reply);
  const char *code = root ? till_wire_get_text (json_node_get_object (root), "code") : NULL;
  const TillVerdict *verdict = NULL;

  till_wechat_codes_say (answer, reply, code);
  if (code || reply->status == 429 || reply->status >= 500)
    verdict = till_verdict_find (verdicts, G_N_ELEMENTS (verdicts), TILL_MATCH_EQUAL, ask->call,
                                 reply->status, code);

  till_answer_follow (answer, verdict,
                      code ? TILL_REASON_UNKNOWN_ANSWER : TILL_REASON_BAD_ANSWER);

  if (reply->status == 401 && till_reply_clock_is_off (reply))
    answer->reason = TILL_REASON_CLOCK;
}

/**
 * till_wechat_codes_read_trade:
 * @word: (nullable): trade_state
 *
 * Says what a payment's state means.
 */
void
till_wechat_codes_read_trade (const TillHttpReply *reply,
                              const char          *word,
                              TillAnswer          *answer)
{
  read_state (answer, reply, trade_states, G_N_ELEMENTS (trade_states), word);
}

/**
 * till_wechat_codes_read_refund:
 * @word: (nullable): status
 *
 * Says what a refund's state means.
 */
void
till_wechat_codes_read_refund (const TillHttpReply *reply,
                               const char          *word,
                               TillAnswer          *answer)
{
  read_state (answer, reply, refund_states, G_N_ELEMENTS (refund_states), word);
}
