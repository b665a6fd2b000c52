/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/scenario.h"

#include <string.h>

#define BIT(call) (1u << TILL_SANDBOX_##call)

static const char *const call_words[TILL_SANDBOX_N_CALLS] = {
  [TILL_SANDBOX_CHARGE]       = "charge",
  [TILL_SANDBOX_ORDER]        = "order",
  [TILL_SANDBOX_QUERY]        = "query",
  [TILL_SANDBOX_CLOSE]        = "close",
  [TILL_SANDBOX_REVERSE]      = "reverse",
  [TILL_SANDBOX_REFUND]       = "refund",
  [TILL_SANDBOX_QUERY_REFUND] = "query-refund",
  [TILL_SANDBOX_KEYS]         = "keys",
};

/* A refusal: the word, the digits, what stays in the ledger, WeChat's status and code, Alipay's
 * sub_code. Sources: the code-pay and micropay pages of WeChat Pay, the public copies of Alipay's
 * ACQ tables; where one of them has no twin, the nearest stands in. */
#define REFUSAL(word_, digits_, booking_, status_, wechat_, alipay_, about_) \
  { .word = word_, .digits = digits_, .calls = TILL_SANDBOX_ANY, .booking = TILL_BOOK_##booking_, \
    .status = status_, .wechat_code = wechat_, .alipay_code = "40004", .alipay_sub_code = alipay_, \
    .about = about_ }

/* Something that goes wrong with an answer, whatever the call is. */
#define FAULT(word_, digits_, booking_, fault_, about_) \
  { .word = word_, .digits = digits_, .calls = TILL_SANDBOX_ANY, .booking = TILL_BOOK_##booking_, \
    .fault = TILL_FAULT_##fault_, .about = about_ }

static const TillScenario scenarios[] = {
  { .word = "approve", .digits = 0, .calls = TILL_SANDBOX_ANY,
    .about = "paid; so are all digits that stand nowhere else" },

  { .word = "password-paid", .digits = 10, .calls = BIT (CHARGE), .booking = TILL_BOOK_TYPING_PAID,
    .queries = 2, .about = "the payer types a password; the second query says paid" },
  { .word = "password", .digits = 11, .calls = BIT (CHARGE), .booking = TILL_BOOK_TYPING,
    .about = "the payer is asked for a password and does nothing" },
  { .word = "password-refused", .digits = 12, .calls = BIT (CHARGE),
    .booking = TILL_BOOK_TYPING_FAILED, .queries = 2,
    .about = "the payer is asked for a password; the second query says refused" },
  { .word = "password-error", .digits = 13, .calls = BIT (CHARGE),
    .booking = TILL_BOOK_TYPING_PAID, .queries = 2, .status = 400, .wechat_code = "USERPAYING",
    .about = "as password-paid; WeChat says it as an error code" },

  REFUSAL ("code-expired", 20, NOTHING, 400, "AUTH_CODE_EXPIRED", "ACQ.PAYMENT_AUTH_CODE_INVALID",
           "the payment code is too old"),
  REFUSAL ("code-invalid", 21, NOTHING, 400, "AUTH_CODE_INVALID", "ACQ.PAYMENT_AUTH_CODE_INVALID",
           "the payment code was used"),
  REFUSAL ("code-error", 22, NOTHING, 400, "AUTH_CODE_ERROR", "ACQ.PULL_MOBILE_CASHIER_FAIL",
           "the payment code was misread"),
  REFUSAL ("not-enough", 23, FAILED, 403, "NOT_ENOUGH", "ACQ.BUYER_BALANCE_NOT_ENOUGH",
           "too little money in the wallet"),
  REFUSAL ("card-not-enough", 24, FAILED, 403, "NOT_ENOUGH",
           "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH", "too little money on the card"),
  REFUSAL ("account-abnormal", 25, FAILED, 403, "USER_ACCOUNT_ABNORMAL",
           "ACQ.BUYER_ENABLE_STATUS_FORBID", "the payer's account is blocked"),
  REFUSAL ("account-error", 26, FAILED, 403, "ACCOUNT_ERROR", "ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT",
           "the payer's account is not verified"),
  REFUSAL ("risk", 27, FAILED, 403, "TRADE_ERROR", "ACQ.PAYMENT_REQUEST_HAS_RISK", "risk control"),
  REFUSAL ("trade-error", 28, FAILED, 403, "TRADE_ERROR", "ACQ.PAYMENT_FAIL", "the payment failed"),
  REFUSAL ("no-instrument", 29, FAILED, 400, "NOTSUPORTCARD",
           "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE", "no usable card"),
  REFUSAL ("balance-disabled", 30, FAILED, 403, "USER_ACCOUNT_ABNORMAL",
           "ACQ.ERROR_BALANCE_PAYMENT_DISABLE", "the payer switched balance payments off"),
  REFUSAL ("day-limit", 31, FAILED, 403, "RULE_LIMIT", "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR",
           "the payer's limit for a day"),
  REFUSAL ("month-limit", 32, FAILED, 403, "RULE_LIMIT",
           "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR", "the payer's limit for a month"),
  REFUSAL ("mobile-off", 33, FAILED, 403, "USER_ACCOUNT_ABNORMAL", "ACQ.MOBILE_PAYMENT_SWITCH_OFF",
           "the payer switched mobile payments off"),
  REFUSAL ("face-off", 34, FAILED, 403, "USER_ACCOUNT_ABNORMAL", "ACQ.USER_FACE_PAYMENT_SWITCH_OFF",
           "the payer switched payment codes off"),
  REFUSAL ("buyer-is-seller", 35, FAILED, 403, "TRADE_ERROR", "ACQ.BUYER_SELLER_EQUAL",
           "the shop's own account"),
  REFUSAL ("buyer-mismatch", 36, FAILED, 400, "BUYER_MISMATCH", "ACQ.TRADE_BUYER_NOT_MATCH",
           "another payer began to pay this order"),
  REFUSAL ("rule-limit", 37, NOTHING, 403, "RULE_LIMIT", "ACQ.BEYOND_PAY_RESTRICTION",
           "the shop's limit"),
  REFUSAL ("receipt-limit", 38, NOTHING, 403, "RULE_LIMIT",
           "ACQ.BEYOND_PER_RECEIPT_SINGLE_RESTRICTION", "the shop's limit for one payment"),
  REFUSAL ("shop-limit", 39, NOTHING, 403, "RULE_LIMIT", "ACQ.MERCHANT_PERM_RECEIPT_DAY_LIMIT",
           "the shop's limit for a day"),
  REFUSAL ("no-auth", 40, NOTHING, 403, "NO_AUTH", "ACQ.ACCESS_FORBIDDEN",
           "the shop has no right to this"),
  REFUSAL ("shop-blocked", 41, NOTHING, 403, "NO_AUTH", "ACQ.SELLER_BEEN_BLOCKED",
           "the shop is blocked"),
  REFUSAL ("shop-status", 42, NOTHING, 403, "NO_AUTH", "ACQ.MERCHANT_STATUS_NOT_NORMAL",
           "the shop's contract is not in order"),
  REFUSAL ("partner-error", 43, NOTHING, 400, "MCH_NOT_EXISTS", "ACQ.PARTNER_ERROR",
           "no such merchant"),
  REFUSAL ("app-mismatch", 44, NOTHING, 400, "APPID_MCHID_NOT_MATCH", "ACQ.INVALID_STORE_ID",
           "ids that do not belong together"),
  REFUSAL ("param-error", 45, NOTHING, 400, "PARAM_ERROR", "ACQ.INVALID_PARAMETER",
           "a field is wrong"),
  REFUSAL ("invalid-request", 46, NOTHING, 400, "INVALID_REQUEST", "ACQ.TOTAL_FEE_EXCEED",
           "the request breaks a rule"),
  REFUSAL ("forbidden-word", 47, NOTHING, 400, "PARAM_ERROR", "ACQ.EXIST_FORBIDDEN_WORD",
           "a word that may not be"),
  REFUSAL ("expired", 48, NOTHING, 400, "INVALID_REQUEST", "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR",
           "the order's time is over"),
  REFUSAL ("risk-ip", 49, NOTHING, 400, "INVALID_REQUEST", "ACQ.RISK_MERCHANT_IP_NOT_EXIST",
           "the shop's address is not known"),
  REFUSAL ("order-closed", 50, NOTHING, 400, "ORDER_CLOSED", "ACQ.TRADE_HAS_CLOSE",
           "the number is that of a closed order"),
  REFUSAL ("order-reversed", 51, NOTHING, 400, "ORDERREVERSED", "ACQ.TRADE_HAS_CLOSE",
           "the number is that of a reversed order"),
  REFUSAL ("number-used", 52, NOTHING, 403, "OUT_TRADE_NO_USED", "ACQ.CONTEXT_INCONSISTENT",
           "the number was used for something else"),
  REFUSAL ("says-paid", 53, PAID, 400, "ORDERPAID", "ACQ.TRADE_HAS_SUCCESS",
           "paid, and the answer says: is paid already"),
  REFUSAL ("unheard-of", 54, NOTHING, 400, "UNHEARD_OF", "ACQ.UNHEARD_OF",
           "a code that no document has"),
  { .word = "sign-error", .digits = 55, .calls = TILL_SANDBOX_ANY, .booking = TILL_BOOK_NOTHING,
    .status = 401, .wechat_code = "SIGN_ERROR", .alipay_code = "40002",
    .alipay_sub_code = "isv.invalid-signature", .about = "the request's signature is refused" },

  FAULT ("lost-booked", 60, PAID, DROP, "paid, and the connection ends without an answer"),
  FAULT ("lost-unbooked", 61, NOTHING, DROP, "the connection ends before anything is booked"),
  FAULT ("error-page-booked", 62, PAID, ERROR_PAGE, "paid, and the answer is 502 and HTML"),
  FAULT ("error-page-unbooked", 63, NOTHING, ERROR_PAGE, "the answer is 502 and HTML"),
  { .word = "system-error-booked", .digits = 64, .calls = TILL_SANDBOX_ANY, .status = 500,
    .wechat_code = "SYSTEM_ERROR", .alipay_code = "20000",
    .alipay_sub_code = "aop.ACQ.SYSTEM_ERROR", .about = "paid, and the answer says: system error" },
  { .word = "system-error-unbooked", .digits = 65, .calls = TILL_SANDBOX_ANY,
    .booking = TILL_BOOK_NOTHING, .status = 500, .wechat_code = "SYSTEM_ERROR",
    .alipay_code = "40004", .alipay_sub_code = "ACQ.SYSTEM_ERROR",
    .about = "not booked, and the answer says: system error" },
  { .word = "bank-error", .digits = 66, .calls = TILL_SANDBOX_ANY, .status = 500,
    .wechat_code = "BANK_ERROR", .alipay_code = "20000", .alipay_sub_code = "isp.unknow-error",
    .about = "paid, and the answer says: bank error" },
  { .word = "slow", .digits = 67, .calls = TILL_SANDBOX_ANY, .fault = TILL_FAULT_SLOW,
    .after_ms = 8000, .about = "paid at once, the answer comes 8 s later" },
  FAULT ("cut-off", 68, PAID, CUT, "paid, and the answer ends in its middle"),
  FAULT ("too-large", 69, PAID, LARGE, "paid, and the answer is longer than 1 MiB"),
  FAULT ("not-json", 70, NOTHING, PAGE, "not booked; 200 and a captive portal's page"),
  FAULT ("redirect", 71, NOTHING, REDIRECT, "not booked; 302 to another address"),
  FAULT ("bad-signature", 72, PAID, BAD_SIGNATURE, "paid; the answer's signature is wrong"),
  FAULT ("no-signature", 73, PAID, NO_SIGNATURE, "paid; the answer is not signed"),
  FAULT ("old-signature", 74, PAID, OLD_SIGNATURE,
         "paid; the answer is signed for ten minutes ago (WeChat)"),
  FAULT ("unknown-key", 75, PAID, UNKNOWN_KEY, "paid; the answer is signed by a key nobody knows"),
  FAULT ("signtest", 76, PAID, SIGNTEST, "paid; the signature is a SIGNTEST probe (WeChat)"),
  FAULT ("other-order", 77, PAID, OTHER_ORDER, "paid; the answer speaks of another order"),
  FAULT ("other-amount", 78, PAID, OTHER_AMOUNT, "paid; the answer says another amount"),
  { .word = "booked-late", .digits = 79, .calls = BIT (CHARGE), .booking = TILL_BOOK_HIDDEN,
    .fault = TILL_FAULT_DROP, .after_ms = 10000,
    .about = "no answer; queries find no order for 10 s, then it is paid" },
  { .word = "absent-at-first", .digits = 80, .calls = BIT (CHARGE), .booking = TILL_BOOK_HIDDEN,
    .fault = TILL_FAULT_DROP, .queries = 2,
    .about = "no answer; the first two queries find no order, then it is paid" },
  { .word = "query-lags", .digits = 81, .calls = BIT (CHARGE), .booking = TILL_BOOK_LAGGING,
    .fault = TILL_FAULT_DROP, .queries = 2,
    .about = "no answer; paid, but the first two queries still say: types a password" },
  { .word = "rate-limited", .digits = 82, .calls = TILL_SANDBOX_ANY, .booking = TILL_BOOK_NOTHING,
    .status = 429, .wechat_code = "FREQUENCY_LIMITED", .alipay_code = "40005",
    .alipay_sub_code = "isv.app-call-limited", .about = "not booked; asked too often" },
  { .word = "rate-limited-booked", .digits = 83, .calls = TILL_SANDBOX_ANY, .status = 429,
    .wechat_code = "RATELIMIT_EXCEEDED", .alipay_code = "40005",
    .alipay_sub_code = "isv.app-call-limited", .about = "paid, and the answer says: too often" },
  FAULT ("new-key", 84, PAID, NEW_KEY,
         "paid; from now on WeChat signs with a certificate that must be downloaded first"),
  FAULT ("sign-first", 85, PAID, SIGN_FIRST, "paid; \"sign\" stands before the node (Alipay)"),
  FAULT ("decoy-sign", 86, PAID, DECOY_SIGN, "paid; the node has a \"sign\" of its own (Alipay)"),
  { .word = "error-unsigned", .digits = 87, .calls = TILL_SANDBOX_ANY,
    .fault = TILL_FAULT_NO_SIGNATURE, .alipay_code = "40004", .alipay_sub_code = "ACQ.PAYMENT_FAIL",
    .about = "paid, and an error that nobody signed says it failed (Alipay)" },
  { .word = "rolled-back", .digits = 88, .calls = BIT (CHARGE), .booking = TILL_BOOK_ROLLED_BACK,
    .about = "the answer says paid, and it is rolled back (Alipay)" },

  /* The till's own clock is wrong: the wallets refuse what it signs, and tell the time. */
  { .word = "clock-slow", .digits = 89, .calls = TILL_SANDBOX_ANY, .booking = TILL_BOOK_NOTHING,
    .fault = TILL_FAULT_CLOCK_AHEAD, .after_ms = 600000, .status = 401,
    .wechat_code = "SIGN_ERROR", .alipay_code = "40002",
    .alipay_sub_code = "isv.invalid-timestamp",
    .about = "refused: the till's clock is 10 min behind the wallet's" },
  { .word = "clock-fast", .digits = 90, .calls = TILL_SANDBOX_ANY, .booking = TILL_BOOK_NOTHING,
    .fault = TILL_FAULT_CLOCK_BEHIND, .after_ms = 600000, .status = 401,
    .wechat_code = "SIGN_ERROR", .alipay_code = "40002",
    .alipay_sub_code = "isv.invalid-timestamp",
    .about = "refused: the till's clock is 10 min ahead of the wallet's" },

  { .word = "baitiao", .digits = 91, .calls = BIT (CHARGE), .brand = TILL_BRAND_BAITIAO,
    .about = "paid by JD's credit (白条), which an acquirer of many wallets says" },

  { .word = "paid-to-check", .digits = 92, .calls = BIT (CHARGE),
    .about = "paid, with a flaw that UnionPay says (A6)" },

  { .word = "absent", .digits = -1, .calls = BIT (QUERY) | BIT (QUERY_REFUND),
    .booking = TILL_BOOK_NOTHING, .status = 404, .wechat_code = "ORDER_NOT_EXIST",
    .alipay_code = "40004", .alipay_sub_code = "ACQ.TRADE_NOT_EXIST", .about = "no such order" },
  { .word = "reverse-refused", .digits = -1, .calls = BIT (REVERSE), .booking = TILL_BOOK_NOTHING,
    .status = 403, .wechat_code = "TRADE_ERROR", .alipay_code = "40004",
    .alipay_sub_code = "ACQ.CANCEL_NOT_ALLOWED", .about = "the reversal is refused" },
  { .word = "reverse-again", .digits = -1, .calls = BIT (REVERSE), .booking = TILL_BOOK_NOTHING,
    .status = 500, .wechat_code = "SYSTEM_ERROR",
    .about = "nothing is reversed yet: Alipay says retry_flag=Y, WeChat system error" },
  { .word = "refund-processing", .digits = -1, .calls = BIT (REFUND), .queries = 2,
    .about = "the refund is under way; the second query says it is back" },
  { .word = "refund-closed", .digits = -1, .calls = BIT (REFUND), .queries = 1,
    .refund = TILL_SANDBOX_REFUND_CLOSED, .about = "the refund is under way, then it fails" },
  { .word = "refund-abnormal", .digits = -1, .calls = BIT (REFUND), .queries = 1,
    .refund = TILL_SANDBOX_REFUND_ABNORMAL,
    .about = "the refund is under way, then the payer's bank refuses it" },
  { .word = "refund-not-enough", .digits = -1, .calls = BIT (REFUND), .booking = TILL_BOOK_NOTHING,
    .status = 403, .wechat_code = "NOT_ENOUGH", .alipay_code = "40004",
    .alipay_sub_code = "ACQ.SELLER_BALANCE_NOT_ENOUGH",
    .about = "the shop has too little money at the acquirer" },
  { .word = "no-certificates", .digits = -1, .calls = BIT (KEYS), .booking = TILL_BOOK_NOTHING,
    .status = 404, .wechat_code = "RESOURCE_NOT_EXISTS",
    .about = "a new merchant has no certificates (WeChat)" },
};

/**
 * till_scenario_find:
 *
 * Returns: (nullable): the row with this word
 */
const TillScenario *
till_scenario_find (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (strcmp (scenarios[i].word, word) == 0)
      return &scenarios[i];

  return NULL;
}

/**
 * till_scenario_for_paycode:
 *
 * Returns: the row that the last two digits of @paycode ask for; digits that no row has approve
 */
const TillScenario *
till_scenario_for_paycode (const char *paycode)
{
  gsize length = strlen (paycode);
  int digits = 0;

  if (length >= 2 && g_ascii_isdigit (paycode[length - 2]) && g_ascii_isdigit (paycode[length - 1]))
    digits = (paycode[length - 2] - '0') * 10 + (paycode[length - 1] - '0');

  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (scenarios[i].digits == digits)
      return &scenarios[i];

  return &scenarios[0];
}

/**
 * till_scenario_get:
 *
 * Returns: (nullable): the row at @index, for whoever lists them all
 */
const TillScenario *
till_scenario_get (guint index)
{
  return index < G_N_ELEMENTS (scenarios) ? &scenarios[index] : NULL;
}

/**
 * till_scenario_lets_run:
 *
 * Returns: whether @call does what it is there for, whatever is answered
 */
gboolean
till_scenario_lets_run (const TillScenario *row,
                        TillSandboxCall     call)
{
  return row->booking != TILL_BOOK_NOTHING &&
         (row->booking != TILL_BOOK_FAILED || call == TILL_SANDBOX_CHARGE);
}

/**
 * till_sandbox_call_to_word:
 *
 * Returns: the call's word at the control address
 */
const char *
till_sandbox_call_to_word (TillSandboxCall call)
{
  g_return_val_if_fail ((guint) call < TILL_SANDBOX_N_CALLS, NULL);

  return call_words[call];
}

/**
 * till_sandbox_call_from_word:
 * @calls: (out): bits of #TillSandboxCall; all of them for "any"
 *
 * Returns: %FALSE where no call has this word
 */
gboolean
till_sandbox_call_from_word (const char *word,
                             guint      *calls)
{
  if (strcmp (word, "any") == 0) {
    *calls = TILL_SANDBOX_ANY;
    return TRUE;
  }

  for (guint i = 0; i < TILL_SANDBOX_N_CALLS; i++) {
    if (strcmp (call_words[i], word) == 0) {
      *calls = 1u << i;
      return TRUE;
    }
  }

  return FALSE;
}
