/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/alipay-codes.h"

#include "wire-case.h"

#define LOST_UNKNOWN "event=lost; reason=unknown-answer"

typedef struct {
  TillCall    call;
  const char *code;
  const char *sub_code;
  const char *expect;
} Case;

static const Case signed_cases[] = {
  { TILL_CALL_CHARGE, "10003", NULL, "event=wait; reason=payer" },
  { TILL_CALL_CHARGE, "20000", "isp.unknow-error", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, "20000", "aop.unknow-error", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, "20000", "aop.ACQ.SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, "20000", NULL, "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, "40004", "ACQ.SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, "40004", "AQC.SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, "40004", " aop.ACQ.SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, "20001", "aop.auth-token-time-out", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40001", "isv.missing-signature", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40002", "isv.invalid-signature", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40002", "isv.invalid-app-id", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40003", "isv.missing-signature-config", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40006", "isv.insufficient-isv-permissions", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40005", "isv.call-limited", "event=lost; reason=busy" },

  { TILL_CALL_CHARGE, "40004", "ACQ.TRADE_HAS_SUCCESS", LOST_UNKNOWN },
  { TILL_CALL_CHARGE, "40004", "ACQ.TRADE_HAS_CLOSE", LOST_UNKNOWN },
  { TILL_CALL_CHARGE, "40004", "ACQ.CONTEXT_INCONSISTENT", LOST_UNKNOWN },
  { TILL_CALL_CHARGE, "40004", "ACQ.TRADE_BUYER_NOT_MATCH", LOST_UNKNOWN },
  { TILL_CALL_CHARGE, "40004", "ACQ.TRADE_NOT_EXIST", LOST_UNKNOWN },
  { TILL_CALL_CHARGE, "40004", "ACQ.NEVER_HEARD_OF", LOST_UNKNOWN },
  { TILL_CALL_CHARGE, "40004", NULL, LOST_UNKNOWN },
  { TILL_CALL_CHARGE, "50000", NULL, LOST_UNKNOWN },
  { TILL_CALL_CHARGE, "", NULL, LOST_UNKNOWN },

  { TILL_CALL_CHARGE, "40004", "ACQ.PAYMENT_AUTH_CODE_INVALID",
    "event=refused; reason=code-invalid" },
  { TILL_CALL_CHARGE, "40004", "ACQ.PULL_MOBILE_CASHIER_FAIL",
    "event=refused; reason=code-expired" },
  { TILL_CALL_CHARGE, "40004", "ACQ.PAYMENT_FAIL", "event=refused; reason=code-expired" },
  { TILL_CALL_CHARGE, "40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH", "event=refused; reason=balance" },
  { TILL_CALL_CHARGE, "40004", "aop.ACQ.BUYER_BALANCE_NOT_ENOUGH",
    "event=refused; reason=balance" },
  { TILL_CALL_CHARGE, "40004", "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH",
    "event=refused; reason=balance" },
  { TILL_CALL_CHARGE, "40004", "ACQ.ERROR_BALANCE_PAYMENT_DISABLE",
    "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, "40004", "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR",
    "event=refused; reason=payer-limit" },
  { TILL_CALL_CHARGE, "40004", "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR",
    "event=refused; reason=payer-limit" },
  { TILL_CALL_CHARGE, "40004", "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE",
    "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, "40004", "ACQ.PAYMENT_REQUEST_HAS_RISK",
    "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, "40004", "ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT",
    "event=refused; reason=payer-limit" },
  { TILL_CALL_CHARGE, "40004", "ACQ.MOBILE_PAYMENT_SWITCH_OFF",
    "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, "40004", "ACQ.USER_FACE_PAYMENT_SWITCH_OFF",
    "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, "40004", "ACQ.BUYER_SELLER_EQUAL", "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, "40004", "ACQ.BUYER_ENABLE_STATUS_FORBID",
    "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, "40004", "ACQ.BEYOND_PAY_RESTRICTION",
    "event=refused; reason=merchant-limit" },
  { TILL_CALL_CHARGE, "40004", "ACQ.BEYOND_PER_RECEIPT_RESTRICTION",
    "event=refused; reason=merchant-limit" },
  { TILL_CALL_CHARGE, "40004", "ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION",
    "event=refused; reason=merchant-limit" },
  { TILL_CALL_CHARGE, "40004", "ACQ.MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT",
    "event=refused; reason=merchant-limit" },
  { TILL_CALL_CHARGE, "40004", "ACQ.TOTAL_FEE_EXCEED", "event=refused; reason=merchant-limit" },
  { TILL_CALL_CHARGE, "40004", "ACQ.SELLER_BEEN_BLOCKED",
    "event=refused; reason=merchant-refused" },
  { TILL_CALL_CHARGE, "40004", "ACQ.MERCHANT_STATUS_NOT_NORMAL",
    "event=refused; reason=merchant-refused" },
  { TILL_CALL_CHARGE, "40004", "ACQ.RISK_MERCHANT_IP_NOT_EXIST",
    "event=refused; reason=merchant-refused" },
  { TILL_CALL_CHARGE, "40004", "ACQ.ACCESS_FORBIDDEN", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40004", "ACQ.PARTNER_ERROR", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40004", "ACQ.INVALID_STORE_ID", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40004", "ACQ.INVALID_PARAMETER", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40004", "ACQ.EXIST_FORBIDDEN_WORD", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40004", "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR",
    "event=refused; reason=config" },
  { TILL_CALL_ORDER, "40004", "ACQ.APPLY_PC_MERCHANT_CODE_ERROR",
    "event=refused; reason=duplicate" },
  { TILL_CALL_ORDER, "40002", "isv.invalid-signature", "event=refused; reason=config" },
  { TILL_CALL_ORDER, "10003", NULL, LOST_UNKNOWN },

  /* Query: no code says anything about the payment but that it is unknown. */
  { TILL_CALL_QUERY, "40004", "ACQ.TRADE_NOT_EXIST", "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY, "40004", "ACQ.SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_QUERY, "40004", "ACQ.INVALID_PARAMETER", LOST_UNKNOWN },
  { TILL_CALL_QUERY, "40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH", LOST_UNKNOWN },
  { TILL_CALL_QUERY, "40002", "isv.invalid-signature", LOST_UNKNOWN },
  { TILL_CALL_QUERY, "10003", NULL, LOST_UNKNOWN },
  { TILL_CALL_QUERY, "40005", NULL, "event=lost; reason=busy" },

  { TILL_CALL_REVERSE, "40004", "ACQ.TRADE_NOT_EXIST", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, "40004", "ACQ.CANCEL_NOT_ALLOWED",
    "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_REVERSE, "40004", "ACQ.TRADE_HAS_FINISHED",
    "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_REVERSE, "40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH",
    "event=close-refused; reason=merchant-balance" },
  { TILL_CALL_REVERSE, "40004", "ACQ.REASON_TRADE_BEEN_FREEZEN",
    "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_REVERSE, "40004", "ACQ.REASON_TRADE_REFUND_FEE_ERR",
    "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_REVERSE, "40004", "ACQ.TRADE_CANCEL_TIME_OUT",
    "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_REVERSE, "40004", "ACQ.SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_REVERSE, "40004", "ACQ.NEVER_HEARD_OF", LOST_UNKNOWN },
  { TILL_CALL_REVERSE, "40002", "isv.invalid-signature", LOST_UNKNOWN },
  { TILL_CALL_CLOSE, "40004", "ACQ.TRADE_NOT_EXIST", "event=close-done; reason=" },
  { TILL_CALL_CLOSE, "40004", "ACQ.TRADE_STATUS_ERROR",
    "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_CLOSE, "40004", "ACQ.SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },

  { TILL_CALL_REFUND, "40004", "ACQ.DISCORDANT_REPEAT_REQUEST",
    "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, "40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
    "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, "40004", "ACQ.TRADE_NOT_ALLOW_REFUND",
    "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, "40004", "ACQ.NOT_ALLOW_PARTIAL_REFUND",
    "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, "40004", "ACQ.TRADE_STATUS_ERROR", "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, "40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH",
    "event=refused; reason=merchant-balance" },
  { TILL_CALL_REFUND, "40004", "ACQ.BUYER_ERROR", "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, "40004", "ACQ.SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_REFUND, "40004", "ACQ.NEVER_HEARD_OF", LOST_UNKNOWN },
  { TILL_CALL_REFUND, "40002", "isv.invalid-signature", "event=refused; reason=config" },
  { TILL_CALL_QUERY_REFUND, "40004", "ACQ.TRADE_NOT_EXIST", "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY_REFUND, "40004", "ACQ.SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_QUERY_REFUND, "40002", "isv.invalid-signature", LOST_UNKNOWN },
};

/* Nobody signed these: the gateway's own complaints stop an attempt, all others conclude
 * nothing. */
static const Case unsigned_cases[] = {
  { TILL_CALL_CHARGE, "40001", "isv.missing-method", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40002", "isv.invalid-app-id", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40003", NULL, "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40006", NULL, "event=refused; reason=config" },
  { TILL_CALL_CHARGE, "40005", NULL, "event=lost; reason=busy" },
  { TILL_CALL_CHARGE, "20000", NULL, "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, "20001", NULL, "event=lost; reason=unsigned" },
  { TILL_CALL_CHARGE, "10003", NULL, "event=lost; reason=unsigned" },
  { TILL_CALL_CHARGE, "40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH", "event=lost; reason=unsigned" },
  { TILL_CALL_QUERY, "40004", "ACQ.TRADE_NOT_EXIST", "event=lost; reason=unsigned" },
  { TILL_CALL_QUERY, "40002", "isv.invalid-app-id", "event=lost; reason=unsigned" },
  { TILL_CALL_REVERSE, "40004", "ACQ.TRADE_NOT_EXIST", "event=lost; reason=unsigned" },
  { TILL_CALL_REFUND, "40004", "ACQ.BUYER_ERROR", "event=lost; reason=unsigned" },
  { TILL_CALL_REFUND, "40001", NULL, "event=refused; reason=config" },
};

static void
check (const Case *wanted,
       TillReason  trust,
       gint64      skew_us)
{
  g_autoptr (JsonObject) node = json_object_new ();
  g_autoptr (TillHttpReply) reply = case_reply (200, "");
  TillAsk ask = case_ask (wanted->call, NULL);
  g_auto (CaseAnswer) answer = { 0 };

  reply->skew_us = skew_us;
  json_object_set_string_member (node, "code", wanted->code);
  if (wanted->sub_code)
    json_object_set_string_member (node, "sub_code", wanted->sub_code);

  g_test_message ("call %u: %s %s", wanted->call, wanted->code, wanted->sub_code);
  till_alipay_codes_read (&ask, reply, trust, node, &answer);
  case_assert_answer (&answer, wanted->expect);
  g_assert_cmpint (answer.event, !=, TILL_EVENT_PAID);
  g_assert_cmpint (answer.event, !=, TILL_EVENT_ACCEPTED);
  if (answer.event == TILL_EVENT_LOST && skew_us == 0) {
    g_assert_cmpint (answer.reason, >=, TILL_REASON_NO_ANSWER);
    g_assert_cmpint (answer.reason, <=, TILL_REASON_UNKNOWN_ANSWER);
  }
}

/* Each code means, for each call, what the documents say; none of them says paid; and where
 * nothing is certain, the clerk is told not to charge again. */
static void
test_codes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (signed_cases); i++)
    check (&signed_cases[i], TILL_REASON_NONE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (unsigned_cases); i++)
    check (&unsigned_cases[i], TILL_REASON_UNSIGNED, 0);
}

/* A refused time is the clock's fault where the clock is wrong, and the settings' where not. */
static void
test_clock (void)
{
  static const struct {
    Case   wanted;
    gint64 skew_s;
  } cases[] = {
    { { TILL_CALL_CHARGE, "40002", "isv.invalid-timestamp", "event=refused; reason=config" }, 0 },
    { { TILL_CALL_CHARGE, "40002", "isv.invalid-timestamp", "event=refused; reason=config" }, 299 },
    { { TILL_CALL_CHARGE, "40002", "isv.invalid-timestamp", "event=refused; reason=clock" }, -301 },
    { { TILL_CALL_QUERY, "40002", "isv.invalid-timestamp", "event=lost; reason=clock" }, 86400 },
    { { TILL_CALL_CHARGE, "40002", "isv.invalid-signature", "event=refused; reason=config" },
      86400 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check (&cases[i].wanted, TILL_REASON_UNSIGNED, cases[i].skew_s * G_USEC_PER_SEC);
}

static const struct {
  const char *word;
  const char *expect;
} trade_states[] = {
  { "WAIT_BUYER_PAY", "event=wait; reason=payer; said=10000 WAIT_BUYER_PAY" },
  { "TRADE_SUCCESS", "event=paid; reason=" },
  { "TRADE_FINISHED", "event=paid; reason=" },
  { "TRADE_CLOSED", "event=closed; reason=closed" },
  { "TRADE_PENDING", LOST_UNKNOWN },
  { "trade_success", LOST_UNKNOWN },
  { NULL, "event=lost; reason=bad-answer; said=10000" },
};

static void
test_states (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (trade_states); i++) {
    g_auto (CaseAnswer) answer = { 0 };

    till_alipay_codes_read_trade (trade_states[i].word, &answer);
    case_assert_answer (&answer, trade_states[i].expect);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/alipay-codes/codes", test_codes);
  g_test_add_func ("/alipay-codes/clock", test_clock);
  g_test_add_func ("/alipay-codes/states", test_states);

  return g_test_run ();
}
