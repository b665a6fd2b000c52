/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/chinaums-codes.h"

#include <string.h>

/* What Chinaums' codes and states mean. Sources: chinaums-request.h. */

#define ON_MONEY (TILL_ON_PAY | TILL_ON (REFUND))
#define ON_NEITHER (TILL_ON (QUERY) | TILL_ON (QUERY_REFUND) | TILL_ON_END)

/* [errors]. Only what is said before anything is done refuses. TARGET_FAIL is said too where the
 * wallet did it and its answer was lost; a code that is not here, a decline too, is asked about:
 * the query says what failed for good. */
static const TillVerdict verdicts[] = {
  { TILL_ON_ALL, 0, "INTERNAL_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "TIMEOUT", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "NET_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "TXN_DISCARDED", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "INVALID_RESPONSE", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "TARGET_FAIL", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "ORDER_PROCESSING", TILL_EVENT_LOST, TILL_REASON_BUSY },
  { ON_MONEY, 0, "DUP_ORDER", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },

  { ON_MONEY, 0, "ABNORMAL_REQUEST_TIME", TILL_EVENT_REFUSED, TILL_REASON_CLOCK },
  { ON_NEITHER, 0, "ABNORMAL_REQUEST_TIME", TILL_EVENT_LOST, TILL_REASON_CLOCK },
  { ON_MONEY, 0, "INACTIVE_MERCHANT", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_REFUSED },
  { ON_MONEY, 0, "BAD_REQUEST", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 0, "BAD_SIGN", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 0, "NO_SERVICE", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 0, "NO_MERCHANT", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 0, "INVALID_MSGSRC", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 0, "DENIED_IP", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 0, "INVLID_MERCHANT_CONFIG", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_NEITHER, 0, "BAD_SIGN", TILL_EVENT_LOST, TILL_REASON_CONFIG },

  { TILL_ON (REFUND), 0, "NO_ORDER", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 0, "OPERATION_NOT_ALLOWED", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },

  /* Unknown there is no proof, and nothing to end; the query after an ending settles. */
  { TILL_ON (QUERY) | TILL_ON (QUERY_REFUND), 0, "NO_ORDER", TILL_EVENT_ABSENT,
    TILL_REASON_NO_ANSWER },
  { TILL_ON (CLOSE), 0, "NO_ORDER", TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 0, "NO_ORDER", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON_END, 0, "OPERATION_NOT_ALLOWED", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON_END, 0, "NO_CROSS_DAY_TRADING", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_PAID_NO_CANCEL },

  /* [poslink]: 00 is done; the other two were accepted, and a query tells. */
  { TILL_ON (CHARGE), 0, "00", TILL_EVENT_ACCEPTED, TILL_REASON_PROCESSING },
  { TILL_ON (CHARGE), 0, "0000", TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { TILL_ON (CHARGE), 0, "SUCCESS", TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { TILL_ON (REVERSE), 0, "00", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 0, "0000", TILL_EVENT_CLOSE_LOST, TILL_REASON_PROCESSING },
  { TILL_ON (REVERSE), 0, "SUCCESS", TILL_EVENT_CLOSE_LOST, TILL_REASON_PROCESSING },
  { TILL_ON (REFUND), 0, "00", TILL_EVENT_PAID, TILL_REASON_NONE },
  { TILL_ON (REFUND), 0, "0000", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { TILL_ON (REFUND), 0, "SUCCESS", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
};

/* [bills], billStatus. Refunded was paid first. */
static const TillStateRow bill_states[] = {
  { "PAID", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "REFUND", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "UNPAID", TILL_EVENT_WAIT, TILL_REASON_NOT_SCANNED },
  { "CLOSED", TILL_EVENT_CLOSED, TILL_REASON_CLOSED },
  { "UNKNOWN", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
};

/* [poslink], queryResCode. "Timed out" leaves open what became of it. */
static const TillStateRow trade_states[] = {
  { "0", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "1", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { "2", TILL_EVENT_CLOSED, TILL_REASON_REVERSED },
  { "3", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "4", TILL_EVENT_CLOSED, TILL_REASON_REVERSED },
  { "5", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { "FF", TILL_EVENT_WAIT, TILL_REASON_PAYER },
};

/* [bills], refundStatus, and [poslink], queryResCode of a refund. */
static const TillStateRow refund_states[] = {
  { "SUCCESS", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "PROCESSING", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { "UNKNOWN", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { "FAIL", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { "00", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "FF", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { "5", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
};

/* [bills], targetSys, digital yuan's and JD's from memory; [poslink], thirdPartyName, from memory:
 * what is looked for in it. */
static const struct {
  const char *part;
  TillBrand   brand;
} systems[] = {
  { "Alipay", TILL_BRAND_ALIPAY },   { "支付宝", TILL_BRAND_ALIPAY },
  { "WXPay", TILL_BRAND_WECHAT },    { "微信", TILL_BRAND_WECHAT },
  { "UnionPay", TILL_BRAND_UNIONPAY }, { "UAC", TILL_BRAND_UNIONPAY },
  { "ACP", TILL_BRAND_UNIONPAY },    { "银联", TILL_BRAND_UNIONPAY },
  { "云闪付", TILL_BRAND_UNIONPAY }, { "数字人民币", TILL_BRAND_ECNY },
  { "ECNY", TILL_BRAND_ECNY },       { "京东", TILL_BRAND_JD },
  { "JDPay", TILL_BRAND_JD },
};

/**
 * till_chinaums_codes_error:
 * @code: (nullable): errCode
 *
 * Says what it means for @ask. What the table does not know concludes nothing.
 */
void
till_chinaums_codes_error (const TillAsk *ask,
                           const char    *code,
                           TillAnswer    *answer)
{
  const TillVerdict *verdict =
    code ? till_verdict_find (verdicts, G_N_ELEMENTS (verdicts), TILL_MATCH_EQUAL, ask->call, 0,
                              code) : NULL;

  till_answer_follow (answer, verdict,
                      code ? TILL_REASON_UNKNOWN_ANSWER : TILL_REASON_BAD_ANSWER);
}

/**
 * till_chinaums_codes_bill:
 * @word: (nullable): billStatus
 *
 * Says what a bill's state means.
 */
void
till_chinaums_codes_bill (const char *word,
                          TillAnswer *answer)
{
  till_post_state (bill_states, G_N_ELEMENTS (bill_states), word, answer);
}

/**
 * till_chinaums_codes_trade:
 * @word: (nullable): queryResCode
 *
 * Says what a transaction's state means.
 */
void
till_chinaums_codes_trade (const char *word,
                           TillAnswer *answer)
{
  till_post_state (trade_states, G_N_ELEMENTS (trade_states), word, answer);
}

/**
 * till_chinaums_codes_refund:
 * @word: (nullable): refundStatus, or queryResCode
 *
 * Says what a refund's state means.
 */
void
till_chinaums_codes_refund (const char *word,
                            TillAnswer *answer)
{
  till_post_state (refund_states, G_N_ELEMENTS (refund_states), word, answer);
}

/**
 * till_chinaums_codes_brand:
 * @system: (nullable): the system behind, as the answer names it
 *
 * Returns: whose wallet paid; %TILL_BRAND_NONE where the table does not know
 */
TillBrand
till_chinaums_codes_brand (const char *system)
{
  for (guint i = 0; system && i < G_N_ELEMENTS (systems); i++)
    if (strstr (system, systems[i].part))
      return systems[i].brand;

  return TILL_BRAND_NONE;
}
