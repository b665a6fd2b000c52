/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/shouqianba-codes.h"

#include <string.h>

#include "acquirer/post.h"
#include "acquirer/wire.h"

/* What Shouqianba's three layers mean: result_code of the request, biz_response.result_code of the
 * business, biz_response.data.order_status of the order. Sources: shouqianba-keys.h. Nothing in an
 * answer is signed: TLS vouches for the server, the numbers in it for the order. */

#define ON_MONEY (TILL_ON_PAY | TILL_ON (REFUND))

/* [manual] annex, the first layer. 400 is said before anything is done. The company's sample code
 * takes 500 for final too; that is wrong for money, a query tells. The status column is
 * result_code. */
static const TillVerdict request_verdicts[] = {
  { ON_MONEY, 400, "INVALID_PARAMS", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 400, "INVALID_TERMINAL", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 400, "ILLEGAL_SIGN", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_ALL, 400, "INVALID_TERMINAL", TILL_EVENT_LOST, TILL_REASON_CONFIG },
  { TILL_ON_ALL, 400, "ILLEGAL_SIGN", TILL_EVENT_LOST, TILL_REASON_CONFIG },
  { TILL_ON_ALL, 500, NULL, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
};

/* One row of the second layer: the first that fits counts. */
typedef struct {
  guint             calls;
  const char       *result;
  const char       *error;   /* NULL: any */
  TillPaymentEvent  event;
  TillReason        reason;
} Result;

/* A pay that failed for good ([manual] annex: "the order has been cancelled", [skills] status):
 * the error only says why. Of the plain FAIL two may speak of another request with our number. */
#define FAILED(error, reason) \
  { TILL_ON_PAY, "PAY_FAIL", error, TILL_EVENT_REFUSED, TILL_REASON_##reason }, \
  { TILL_ON_PAY, "PRECREATE_FAIL", error, TILL_EVENT_REFUSED, TILL_REASON_##reason }, \
  { TILL_ON_PAY, "FAIL", error, TILL_EVENT_REFUSED, TILL_REASON_##reason }

#define NOT_REFUNDED(error, reason) \
  { TILL_ON (REFUND), "REFUND_FAIL", error, TILL_EVENT_REFUSED, TILL_REASON_##reason }, \
  { TILL_ON (REFUND), "FAIL", error, TILL_EVENT_REFUSED, TILL_REASON_##reason }

static const Result results[] = {
  { TILL_ON_PAY, "FAIL", "CLIENT_SN_CONFLICT", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, "PAY_FAIL", "CLIENT_SN_CONFLICT", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, "FAIL", "TRADE_HAS_SUCCESS", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, "PAY_FAIL", "TRADE_HAS_SUCCESS", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  FAILED ("INVALID_BARCODE", CODE_INVALID),
  FAILED ("EXPIRED_BARCODE", CODE_EXPIRED),
  FAILED ("INSUFFICIENT_FUND", BALANCE),
  FAILED ("BUYER_OVER_DAILY_LIMIT", PAYER_LIMIT),
  FAILED ("BUYER_OVER_TRANSACTION_LIMIT", PAYER_LIMIT),
  FAILED ("SELLER_OVER_DAILY_LIMIT", MERCHANT_LIMIT),
  FAILED ("UPAY_STORE_OVER_DAILY_LIMIT", MERCHANT_LIMIT),
  FAILED ("TRADE_TIMEOUT", PAYER_LEFT),
  FAILED ("UNEXPECTED_PROVIDER_ERROR", BRAND_NOT_TAKEN),
  FAILED ("UPAY_TERMINAL_NOT_EXISTS", CONFIG),
  FAILED ("UPAY_TERMINAL_STATUS_ABNORMAL", CONFIG),
  { TILL_ON (ORDER), "PRECREATE_FAIL", NULL, TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_REFUSED },
  { TILL_ON (ORDER), "FAIL", NULL, TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_REFUSED },
  FAILED (NULL, PAYER_REFUSED),

  { TILL_ON (CHARGE), "PAY_SUCCESS", NULL, TILL_EVENT_PAID, TILL_REASON_NONE },
  { TILL_ON (CHARGE), "PAY_IN_PROGRESS", NULL, TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { TILL_ON (CHARGE), "PAY_FAIL_IN_PROGRESS", NULL, TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { TILL_ON (CHARGE), "PAY_FAIL_ERROR", NULL, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON (ORDER), "PRECREATE_SUCCESS", NULL, TILL_EVENT_WAIT, TILL_REASON_NOT_SCANNED },
  { TILL_ON (ORDER), "PRECREATE_FAIL_ERROR", NULL, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },

  /* Query: unknown there is no proof. */
  { TILL_ON (QUERY) | TILL_ON (QUERY_REFUND), "SUCCESS", NULL, TILL_EVENT_WAIT,
    TILL_REASON_PROCESSING },
  { TILL_ON (QUERY), "FAIL", "UPAY_ORDER_NOT_EXISTS", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
  { TILL_ON (QUERY), "FAIL", "UPAY_ORDER_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
  { TILL_ON (QUERY), "FAIL", "TRADE_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },

  /* [manual] revoke&cancel: on the day of the payment, and nothing of it refunded. Unknown there,
   * or cancelled before, is done; the query after it settles. The company's Python takes
   * CANCEL_ABORT_ERROR for a definite failure, the manual does not. */
  { TILL_ON (REVERSE), "CANCEL_SUCCESS", NULL, TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), "CANCEL_ABORT_SUCCESS", NULL, TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), "SUCCESS", NULL, TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), "FAIL", "UPAY_CANCEL_ORDER_NOOP", TILL_EVENT_REVERSE_DONE,
    TILL_REASON_NONE },
  { TILL_ON (REVERSE), "FAIL", "UPAY_ORDER_NOT_EXISTS", TILL_EVENT_REVERSE_DONE,
    TILL_REASON_NONE },
  { TILL_ON (REVERSE), "FAIL", "UPAY_ORDER_NOT_EXIST", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), "FAIL", "TRADE_NOT_EXIST", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), "FAIL", "UPAY_CANCEL_INVALID_ORDER_STATE", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (REVERSE), "FAIL", "UPAY_TCP_ORDER_NOT_REFUNDABLE", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (REVERSE), "CANCEL_ERROR", "UPAY_TCP_ORDER_NOT_REFUNDABLE", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (REVERSE), "FAIL", "ACCOUNT_BALANCE_NOT_ENOUGH", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REVERSE), "FAIL", "SELLER_BALANCE_NOT_ENOUGH", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REVERSE), "CANCEL_IN_PROGRESS", NULL, TILL_EVENT_CLOSE_LOST, TILL_REASON_PROCESSING },
  { TILL_ON (REVERSE), "CANCEL_ERROR", NULL, TILL_EVENT_CLOSE_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON (REVERSE), "CANCEL_ABORT_ERROR", NULL, TILL_EVENT_CLOSE_LOST,
    TILL_REASON_ACQUIRER_FAULT },

  /* Refund: a number that was done before is no refusal; a query tells. */
  { TILL_ON (REFUND), "REFUND_SUCCESS", NULL, TILL_EVENT_PAID, TILL_REASON_NONE },
  { TILL_ON (REFUND), "SUCCESS", NULL, TILL_EVENT_PAID, TILL_REASON_NONE },
  { TILL_ON (REFUND), "FAIL", "UPAY_REFUND_ORDER_NOOP", TILL_EVENT_LOST,
    TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON (REFUND), "REFUND_FAIL", "UPAY_REFUND_ORDER_NOOP", TILL_EVENT_LOST,
    TILL_REASON_UNKNOWN_ANSWER },
  NOT_REFUNDED ("ACCOUNT_BALANCE_NOT_ENOUGH", MERCHANT_BALANCE),
  NOT_REFUNDED ("SELLER_BALANCE_NOT_ENOUGH", MERCHANT_BALANCE),
  NOT_REFUNDED ("UPAY_TERMINAL_NOT_EXISTS", CONFIG),
  NOT_REFUNDED ("UPAY_TERMINAL_STATUS_ABNORMAL", CONFIG),
  NOT_REFUNDED (NULL, REFUND_REFUSED),
  { TILL_ON (REFUND), "REFUND_IN_PROGRESS", NULL, TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { TILL_ON (REFUND), "REFUND_ERROR", NULL, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON (REFUND), "REFUND_FAIL_ERROR", NULL, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
};

/* [manual] annex, [skills] status: the third layer. Refunded, in part or whole, was paid first.
 * What is not final concludes nothing. */
static const TillStateRow orders[] = {
  { "PAID", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "REFUNDED", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "PARTIAL_REFUNDED", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "PAY_CANCELED", TILL_EVENT_CLOSED, TILL_REASON_CLOSED },
  { "CANCELED", TILL_EVENT_CLOSED, TILL_REASON_REVERSED },
  { "CREATED", TILL_EVENT_WAIT, TILL_REASON_NOT_SCANNED },
  { "IN_QUEUE", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { "CANCEL_INPROGRESS", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { "PAY_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { "REFUND_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { "CANCEL_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { "INVALID_STATUS_CODE", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
};

/* [manual] annex payway. */
static const struct {
  const char *payway;
  TillBrand   brand;
} payways[] = {
  { "1", TILL_BRAND_ALIPAY },  { "2", TILL_BRAND_ALIPAY },   { "20", TILL_BRAND_ALIPAY },
  { "3", TILL_BRAND_WECHAT },  { "15", TILL_BRAND_WECHAT },  { "19", TILL_BRAND_WECHAT },
  { "5", TILL_BRAND_JD },      { "6", TILL_BRAND_QQ },       { "17", TILL_BRAND_UNIONPAY },
  { "18", TILL_BRAND_BESTPAY },
};

/**
 * till_shouqianba_codes_open:
 *
 * Reads the first layer.
 *
 * Returns: (transfer none) (nullable): biz_response; %NULL where @answer says what came instead
 */
JsonObject *
till_shouqianba_codes_open (const TillAsk *ask,
                            JsonObject    *root,
                            TillAnswer    *answer)
{
  const char *code = till_wire_get_text (root, "result_code");
  const char *error = till_wire_get_text (root, "error_code");
  JsonObject *biz = till_wire_get_object (root, "biz_response");
  const TillVerdict *verdict;

  till_post_said (answer, code, error);
  if (g_strcmp0 (code, "200") == 0 && biz)
    return biz;

  verdict = till_verdict_find (request_verdicts, G_N_ELEMENTS (request_verdicts), TILL_MATCH_EQUAL,
                               ask->call, code ? (guint) g_ascii_strtoull (code, NULL, 10) : 0,
                               error);
  till_answer_follow (answer, verdict,
                      code && !biz ? TILL_REASON_UNKNOWN_ANSWER : TILL_REASON_BAD_ANSWER);

  return NULL;
}

/**
 * till_shouqianba_codes_result:
 *
 * Reads the second layer. What the table does not know concludes nothing.
 *
 * Returns: whether the business was done, so that the third layer has to be read
 */
gboolean
till_shouqianba_codes_result (const TillAsk *ask,
                              JsonObject    *biz,
                              TillAnswer    *answer)
{
  const char *result = till_wire_get_text (biz, "result_code");
  const char *error = till_wire_get_text (biz, "error_code");

  till_post_said (answer, result, error);
  till_answer_set (answer, TILL_EVENT_LOST,
                   result ? TILL_REASON_UNKNOWN_ANSWER : TILL_REASON_BAD_ANSWER);

  for (guint i = 0; result && i < G_N_ELEMENTS (results); i++) {
    const Result *row = &results[i];

    if ((row->calls & (1u << ask->call)) && strcmp (row->result, result) == 0 &&
        (!row->error || g_strcmp0 (row->error, error) == 0)) {
      till_answer_set (answer, row->event, row->reason);
      break;
    }
  }

  return result && g_str_has_suffix (result, "SUCCESS");
}

/**
 * till_shouqianba_codes_order:
 * @word: (nullable): order_status
 *
 * Says what an order's state means.
 */
void
till_shouqianba_codes_order (const TillAsk *ask,
                             const char    *word,
                             TillAnswer    *answer)
{
  till_post_state (orders, G_N_ELEMENTS (orders), word, answer);
  if (answer->reason == TILL_REASON_NOT_SCANNED && ask->kind == TILL_KIND_CHARGE)
    answer->reason = TILL_REASON_PAYER;
}

/**
 * till_shouqianba_codes_status:
 * @word: (nullable): status, of the last transaction of the order
 *
 * [manual] annex: with any other word than these the goods are not to be handed over, whatever the
 * order's state says.
 */
void
till_shouqianba_codes_status (const char *word,
                              TillAnswer *answer)
{
  static const char *const sound[] = { "SUCCESS", "FAIL_CANCELED", "IN_PROG", NULL };

  if (answer->event != TILL_EVENT_PAID || !word || g_strv_contains (sound, word))
    return;

  till_post_said (answer, word, NULL);
  till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT);
}

/**
 * till_shouqianba_codes_brand:
 * @payway: (nullable): as the answer has it
 *
 * Returns: whose wallet paid; %TILL_BRAND_NONE where the table does not know
 */
TillBrand
till_shouqianba_codes_brand (const char *payway)
{
  for (guint i = 0; payway && i < G_N_ELEMENTS (payways); i++)
    if (strcmp (payways[i].payway, payway) == 0)
      return payways[i].brand;

  return TILL_BRAND_NONE;
}
