/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/alipay-codes.h"

#include "acquirer/verdict.h"
#include "acquirer/wire.h"

#include <string.h>

/* What Alipay's codes and states mean. Sources: alipay-keys.h. */

#define ON_MONEY (TILL_ON_PAY | TILL_ON (REFUND))

/* [codes], the gateway's own complaints: it sends them unsigned, and they are believed so far as
 * they stop an attempt for which no order was made. The status column is Alipay's code. */
static const TillVerdict gateway_verdicts[] = {
  { TILL_ON_ALL, 0, "SYSTEM_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "unknow-error", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 20000, NULL, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 40005, NULL, TILL_EVENT_LOST, TILL_REASON_BUSY },
  { ON_MONEY, 40001, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 40002, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 40003, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 40006, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
};

/* [codes], once signed. Names are looked for anywhere in the sub_code: prefixes differ (ACQ.,
 * aop.ACQ., and AQC. by a misprint of theirs). What is not here is not known, and a query
 * follows. */
static const TillVerdict verdicts[] = {
  { ON_MONEY, 20001, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },

  /* Pay and order. */
  { TILL_ON (CHARGE), 10003, NULL, TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { TILL_ON_PAY, 40004, "TRADE_HAS_SUCCESS", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, 40004, "TRADE_HAS_CLOSE", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, 40004, "CONTEXT_INCONSISTENT", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, 40004, "TRADE_BUYER_NOT_MATCH", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, 40004, "PAYMENT_AUTH_CODE_INVALID", TILL_EVENT_REFUSED, TILL_REASON_CODE_INVALID },
  { TILL_ON_PAY, 40004, "PULL_MOBILE_CASHIER_FAIL", TILL_EVENT_REFUSED, TILL_REASON_CODE_EXPIRED },
  { TILL_ON_PAY, 40004, "PAYMENT_FAIL", TILL_EVENT_REFUSED, TILL_REASON_CODE_EXPIRED },
  { TILL_ON_PAY, 40004, "BUYER_BALANCE_NOT_ENOUGH", TILL_EVENT_REFUSED, TILL_REASON_BALANCE },
  { TILL_ON_PAY, 40004, "BUYER_BANKCARD_BALANCE_NOT_ENOUGH", TILL_EVENT_REFUSED,
    TILL_REASON_BALANCE },
  { TILL_ON_PAY, 40004, "ERROR_BALANCE_PAYMENT_DISABLE", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_LIMIT },
  { TILL_ON_PAY, 40004, "BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_LIMIT },
  { TILL_ON_PAY, 40004, "NO_PAYMENT_INSTRUMENTS_AVAILABLE", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "PAYMENT_REQUEST_HAS_RISK", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "ERROR_BUYER_CERTIFY_LEVEL_LIMIT", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_LIMIT },
  { TILL_ON_PAY, 40004, "MOBILE_PAYMENT_SWITCH_OFF", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "USER_FACE_PAYMENT_SWITCH_OFF", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "BUYER_SELLER_EQUAL", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "BUYER_ENABLE_STATUS_FORBID", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "BEYOND_PAY_RESTRICTION", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_LIMIT },
  { TILL_ON_PAY, 40004, "BEYOND_PER_RECEIPT_", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_LIMIT },
  { TILL_ON_PAY, 40004, "MERCHANT_PERM_RECEIPT_", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_LIMIT },
  { TILL_ON_PAY, 40004, "TOTAL_FEE_EXCEED", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_LIMIT },
  { TILL_ON_PAY, 40004, "SELLER_BEEN_BLOCKED", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_REFUSED },
  { TILL_ON_PAY, 40004, "MERCHANT_STATUS_NOT_NORMAL", TILL_EVENT_REFUSED,
    TILL_REASON_MERCHANT_REFUSED },
  { TILL_ON_PAY, 40004, "RISK_MERCHANT_IP_NOT_EXIST", TILL_EVENT_REFUSED,
    TILL_REASON_MERCHANT_REFUSED },
  { TILL_ON_PAY, 40004, "ACCESS_FORBIDDEN", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 40004, "PARTNER_ERROR", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 40004, "INVALID_STORE_ID", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 40004, "INVALID_PARAMETER", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 40004, "EXIST_FORBIDDEN_WORD", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 40004, "NOW_TIME_AFTER_EXPIRE_TIME_ERROR", TILL_EVENT_REFUSED,
    TILL_REASON_CONFIG },
  { TILL_ON (ORDER), 40004, "APPLY_PC_MERCHANT_CODE_ERROR", TILL_EVENT_REFUSED,
    TILL_REASON_DUPLICATE },

  /* Query: unknown there is no proof; a code that nobody scanned yet is unknown too
   * ([precreate]). */
  { TILL_ON (QUERY), 40004, "TRADE_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },

  /* Cancel and close: unknown there is done; the query after it settles. */
  { TILL_ON (REVERSE), 40004, "TRADE_NOT_EXIST", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 40004, "CANCEL_NOT_ALLOWED", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (REVERSE), 40004, "TRADE_HAS_FINISHED", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (REVERSE), 40004, "SELLER_BALANCE_NOT_ENOUGH", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REVERSE), 40004, "REASON_TRADE_BEEN_FREEZEN", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (REVERSE), 40004, "REASON_TRADE_REFUND_FEE_ERR", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (REVERSE), 40004, "TRADE_CANCEL_TIME_OUT", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (CLOSE), 40004, "TRADE_NOT_EXIST", TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE },
  { TILL_ON (CLOSE), 40004, "TRADE_STATUS_ERROR", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },

  /* Refund: the same number is sent again once the cause is gone. */
  { TILL_ON (REFUND), 40004, "DISCORDANT_REPEAT_REQUEST", TILL_EVENT_REFUSED,
    TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 40004, "REFUND_AMT_NOT_EQUAL_TOTAL", TILL_EVENT_REFUSED,
    TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 40004, "TRADE_NOT_ALLOW_REFUND", TILL_EVENT_REFUSED,
    TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 40004, "NOT_ALLOW_PARTIAL_REFUND", TILL_EVENT_REFUSED,
    TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 40004, "TRADE_STATUS_ERROR", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 40004, "SELLER_BALANCE_NOT_ENOUGH", TILL_EVENT_REFUSED,
    TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REFUND), 40004, "BUYER_ERROR", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (QUERY_REFUND), 40004, "TRADE_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
};

/* [query]. A fully refunded trade is closed too: the journal knows which it was. */
static const struct {
  const char       *word;
  TillPaymentEvent  event;
  TillReason        reason;
} trade_states[] = {
  { "WAIT_BUYER_PAY", TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { "TRADE_SUCCESS", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "TRADE_FINISHED", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "TRADE_CLOSED", TILL_EVENT_CLOSED, TILL_REASON_CLOSED },
};

/**
 * till_alipay_codes_read:
 * @trust: %TILL_REASON_NONE where @node is signed
 * @node: with a code other than 10000
 *
 * Says what a complaint of the gateway, or a refusal of the business, means for @ask.
 */
void
till_alipay_codes_read (const TillAsk       *ask,
                        const TillHttpReply *reply,
                        TillReason           trust,
                        JsonObject          *node,
                        TillAnswer          *answer)
{
  const char *text = till_wire_get_text (node, "code");
  guint code = text ? (guint) g_ascii_strtoull (text, NULL, 10) : 0;
  const char *sub_code = till_wire_get_text (node, "sub_code");
  const TillVerdict *verdict;

  verdict = till_verdict_find (gateway_verdicts, G_N_ELEMENTS (gateway_verdicts),
                               TILL_MATCH_CONTAINS, ask->call, code, sub_code);
  if (!verdict && trust == TILL_REASON_NONE)
    verdict = till_verdict_find (verdicts, G_N_ELEMENTS (verdicts), TILL_MATCH_CONTAINS, ask->call,
                                 code, sub_code);

  till_answer_follow (answer, verdict,
                      trust == TILL_REASON_NONE ? TILL_REASON_UNKNOWN_ANSWER : trust);

  if (sub_code && strstr (sub_code, "invalid-timestamp") && till_reply_clock_is_off (reply))
    answer->reason = TILL_REASON_CLOCK;
}

/**
 * till_alipay_codes_read_trade:
 * @word: (nullable): trade_status
 *
 * Says what a payment's state means.
 */
void
till_alipay_codes_read_trade (const char *word,
                              TillAnswer *answer)
{
  till_answer_set (answer, TILL_EVENT_LOST,
                   word ? TILL_REASON_UNKNOWN_ANSWER : TILL_REASON_BAD_ANSWER);
  g_free (answer->said);
  answer->said = till_wire_said ("10000", word);

  for (guint i = 0; word && i < G_N_ELEMENTS (trade_states); i++)
    if (strcmp (trade_states[i].word, word) == 0)
      till_answer_set (answer, trade_states[i].event, trade_states[i].reason);
}
