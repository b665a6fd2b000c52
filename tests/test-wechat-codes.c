/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/wechat-codes.h"

#include "wire-case.h"

static const struct {
  TillCall    call;
  guint       status;
  const char *code;
  const char *expect;
} errors[] = {
  /* Charge: what is certain ends it. */
  { TILL_CALL_CHARGE, 400, "USERPAYING", "event=wait; reason=payer" },
  { TILL_CALL_CHARGE, 403, "USER_PAYING", "event=wait; reason=payer" },
  { TILL_CALL_CHARGE, 400, "AUTH_CODE_EXPIRED", "event=refused; reason=code-expired" },
  { TILL_CALL_CHARGE, 400, "AUTHCODEEXPIRE", "event=refused; reason=code-expired" },
  { TILL_CALL_CHARGE, 400, "AUTH_CODE_ERROR", "event=refused; reason=code-invalid" },
  { TILL_CALL_CHARGE, 400, "AUTH_CODE_INVALID", "event=refused; reason=code-invalid" },
  { TILL_CALL_CHARGE, 403, "NOT_ENOUGH", "event=refused; reason=balance" },
  { TILL_CALL_CHARGE, 400, "NOTENOUGH", "event=refused; reason=balance" },
  { TILL_CALL_CHARGE, 403, "RULE_LIMIT", "event=refused; reason=payer-limit" },
  { TILL_CALL_CHARGE, 403, "RULELIMIT", "event=refused; reason=payer-limit" },
  { TILL_CALL_CHARGE, 400, "ORDER_CLOSED", "event=refused; reason=closed" },
  { TILL_CALL_CHARGE, 400, "ORDERCLOSED", "event=refused; reason=closed" },
  { TILL_CALL_CHARGE, 400, "ORDERREVERSED", "event=refused; reason=reversed" },
  { TILL_CALL_CHARGE, 401, "SIGN_ERROR", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, 401, "ANYTHING_ELSE", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, 403, "NO_AUTH", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, 403, "TRADE_ERROR", "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, 403, "USER_ACCOUNT_ABNORMAL", "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, 403, "ACCOUNT_ERROR", "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, 400, "PARAM_ERROR", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, 400, "INVALID_REQUEST", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, 400, "APPID_MCHID_NOT_MATCH", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, 400, "MCH_NOT_EXISTS", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, 400, "NOTSUPORTCARD", "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, 400, "BUYER_MISMATCH", "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, 400, "LACK_PARAMS", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, 400, "NOT_UTF8", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, 400, "APPID_NOT_EXIST", "event=refused; reason=config" },
  { TILL_CALL_CHARGE, 400, "MCHID_NOT_EXIST", "event=refused; reason=config" },

  /* Charge: what is not certain is asked about. */
  { TILL_CALL_CHARGE, 403, "OUT_TRADE_NO_USED", "event=lost; reason=unknown-answer" },
  { TILL_CALL_CHARGE, 400, "ORDERPAID", "event=lost; reason=unknown-answer" },
  { TILL_CALL_CHARGE, 400, "ORDER_PAID", "event=lost; reason=unknown-answer" },
  { TILL_CALL_CHARGE, 500, "SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, 400, "SYSTEMERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, 500, "BANK_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, 400, "BANKERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, 503, "SERVICE_UNAVAILABLE", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, 500, "NOT_ENOUGH", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, 502, NULL, "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, 429, "FREQUENCY_LIMITED", "event=lost; reason=busy" },
  { TILL_CALL_CHARGE, 429, "RATELIMIT_EXCEEDED", "event=lost; reason=busy" },
  { TILL_CALL_CHARGE, 403, "RATE_LIMITED", "event=lost; reason=busy" },
  { TILL_CALL_CHARGE, 429, NULL, "event=lost; reason=busy" },
  { TILL_CALL_CHARGE, 404, "ORDER_NOT_EXIST", "event=lost; reason=unknown-answer" },
  { TILL_CALL_CHARGE, 400, "NEVER_HEARD_OF", "event=lost; reason=unknown-answer" },
  { TILL_CALL_CHARGE, 400, "NO_AUTH", "event=lost; reason=unknown-answer" },
  { TILL_CALL_CHARGE, 404, NULL, "event=lost; reason=bad-answer" },
  { TILL_CALL_CHARGE, 401, NULL, "event=lost; reason=bad-answer" },
  { TILL_CALL_CHARGE, 405, NULL, "event=lost; reason=bad-answer" },
  { TILL_CALL_ORDER, 401, "SIGN_ERROR", "event=refused; reason=config" },
  { TILL_CALL_ORDER, 403, "OUT_TRADE_NO_USED", "event=lost; reason=unknown-answer" },
  { TILL_CALL_ORDER, 400, "PARAM_ERROR", "event=refused; reason=config" },

  /* Query: no error says anything about the payment but that it is unknown. */
  { TILL_CALL_QUERY, 404, "ORDER_NOT_EXIST", "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY, 404, "ORDERNOTEXIST", "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY, 404, "RESOURCE_NOT_EXISTS", "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY, 404, NULL, "event=lost; reason=bad-answer" },
  { TILL_CALL_QUERY, 401, "SIGN_ERROR", "event=lost; reason=unknown-answer" },
  { TILL_CALL_QUERY, 403, "NO_AUTH", "event=lost; reason=unknown-answer" },
  { TILL_CALL_QUERY, 400, "PARAM_ERROR", "event=lost; reason=unknown-answer" },
  { TILL_CALL_QUERY, 403, "NOT_ENOUGH", "event=lost; reason=unknown-answer" },
  { TILL_CALL_QUERY, 400, "USERPAYING", "event=lost; reason=unknown-answer" },
  { TILL_CALL_QUERY, 500, "SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_QUERY, 429, "RATELIMIT_EXCEEDED", "event=lost; reason=busy" },

  { TILL_CALL_CLOSE, 400, "ORDER_CLOSED", "event=close-done; reason=" },
  { TILL_CALL_CLOSE, 404, "ORDER_NOT_EXIST", "event=close-done; reason=" },
  { TILL_CALL_CLOSE, 404, "RESOURCE_NOT_EXISTS", "event=close-done; reason=" },
  { TILL_CALL_CLOSE, 400, "ORDERPAID", "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_CLOSE, 403, "NO_AUTH", "event=close-refused; reason=config" },
  { TILL_CALL_CLOSE, 400, "INVALID_REQUEST", "event=close-refused; reason=config" },
  { TILL_CALL_CLOSE, 500, "SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CLOSE, 401, "SIGN_ERROR", "event=lost; reason=unknown-answer" },
  { TILL_CALL_CLOSE, 404, NULL, "event=lost; reason=bad-answer" },

  { TILL_CALL_REVERSE, 400, "ORDERREVERSED", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, 400, "ORDER_CLOSED", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, 404, "ORDER_NOT_EXIST", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, 404, "RESOURCE_NOT_EXISTS", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, 403, "NOT_ENOUGH", "event=close-refused; reason=merchant-balance" },
  { TILL_CALL_REVERSE, 400, "USERPAYING", "event=close-lost; reason=payer" },
  { TILL_CALL_REVERSE, 403, "TRADE_ERROR", "event=close-refused; reason=merchant-refused" },
  { TILL_CALL_REVERSE, 403, "NO_AUTH", "event=close-refused; reason=config" },
  { TILL_CALL_REVERSE, 400, "PARAM_ERROR", "event=close-refused; reason=config" },
  { TILL_CALL_REVERSE, 500, "SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_REVERSE, 429, "FREQUENCY_LIMITED", "event=lost; reason=busy" },
  { TILL_CALL_REVERSE, 400, "NEVER_HEARD_OF", "event=lost; reason=unknown-answer" },

  { TILL_CALL_REFUND, 403, "NOT_ENOUGH", "event=refused; reason=merchant-balance" },
  { TILL_CALL_REFUND, 403, "USER_ACCOUNT_ABNORMAL", "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, 403, "RULE_LIMIT", "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, 403, "TRADE_ERROR", "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, 403, "ACCOUNT_ERROR", "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, 400, "INVALID_REQUEST", "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, 400, "PARAM_ERROR", "event=refused; reason=config" },
  { TILL_CALL_REFUND, 400, "MCH_NOT_EXISTS", "event=refused; reason=config" },
  { TILL_CALL_REFUND, 403, "NO_AUTH", "event=refused; reason=config" },
  { TILL_CALL_REFUND, 401, "SIGN_ERROR", "event=refused; reason=config" },
  { TILL_CALL_REFUND, 404, "RESOURCE_NOT_EXISTS", "event=lost; reason=unknown-answer" },
  { TILL_CALL_REFUND, 429, "FREQUENCY_LIMITED", "event=lost; reason=busy" },
  { TILL_CALL_REFUND, 500, "SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },

  { TILL_CALL_QUERY_REFUND, 404, "RESOURCE_NOT_EXISTS", "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY_REFUND, 404, "ORDER_NOT_EXIST", "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY_REFUND, 404, NULL, "event=lost; reason=bad-answer" },
  { TILL_CALL_QUERY_REFUND, 403, "NOT_ENOUGH", "event=lost; reason=unknown-answer" },
  { TILL_CALL_QUERY_REFUND, 500, "SYSTEM_ERROR", "event=lost; reason=acquirer-fault" },
};

static TillHttpReply *
error_reply (guint       status,
             const char *code)
{
  g_autofree char *body = code ? g_strdup_printf ("{\"code\":\"%s\",\"message\":\"说明\"}", code)
                               : g_strdup ("<html>nginx</html>");

  return case_reply (status, body);
}

/* Each code means, for each call, what the documents say; none of them says paid; and where
 * nothing is certain, the clerk is told not to charge again. */
static void
test_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_autoptr (TillHttpReply) reply = error_reply (errors[i].status, errors[i].code);
    TillAsk ask = case_ask (errors[i].call, "134567890123456789");
    g_auto (CaseAnswer) answer = { 0 };

    g_test_message ("call %u: %u %s", errors[i].call, errors[i].status, errors[i].code);
    till_wechat_codes_read_error (&ask, reply, &answer);
    case_assert_answer (&answer, errors[i].expect);
    g_assert_cmpint (answer.event, !=, TILL_EVENT_PAID);
    g_assert_cmpint (answer.event, !=, TILL_EVENT_ACCEPTED);
    if (answer.event == TILL_EVENT_LOST) {
      g_assert_cmpint (answer.reason, >=, TILL_REASON_NO_ANSWER);
      g_assert_cmpint (answer.reason, <=, TILL_REASON_UNKNOWN_ANSWER);
    }
  }
}

/* A refused signature is the clock's fault where the clock is wrong, and the settings' where
 * not. */
static void
test_clock (void)
{
  static const struct {
    TillCall    call;
    gint64      skew_s;
    const char *expect;
  } cases[] = {
    { TILL_CALL_CHARGE, 0, "event=refused; reason=config; said=HTTP 401 SIGN_ERROR" },
    { TILL_CALL_CHARGE, 299, "event=refused; reason=config" },
    { TILL_CALL_CHARGE, 301, "event=refused; reason=clock" },
    { TILL_CALL_CHARGE, -86400, "event=refused; reason=clock" },
    { TILL_CALL_QUERY, -86400, "event=lost; reason=clock" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillHttpReply) reply = error_reply (401, "SIGN_ERROR");
    TillAsk ask = case_ask (cases[i].call, NULL);
    g_auto (CaseAnswer) answer = { 0 };

    reply->skew_us = cases[i].skew_s * G_USEC_PER_SEC;
    till_wechat_codes_read_error (&ask, reply, &answer);
    case_assert_answer (&answer, cases[i].expect);
  }
}

static const struct {
  const char *word;
  const char *expect;
} trade_states[] = {
  { "SUCCESS", "event=paid; reason=; said=HTTP 200 SUCCESS" },
  { "REFUND", "event=paid; reason=" },
  { "NOTPAY", "event=wait; reason=not-scanned" },
  { "CLOSED", "event=closed; reason=closed" },
  { "REVOKED", "event=closed; reason=reversed" },
  { "USERPAYING", "event=wait; reason=payer" },
  { "PAYERROR", "event=refused; reason=payer-refused" },
  { "ACCEPT", "event=wait; reason=processing" },
  { "success", "event=lost; reason=unknown-answer" },
  { "PAID", "event=lost; reason=unknown-answer; said=HTTP 200 PAID" },
  { NULL, "event=lost; reason=bad-answer; said=HTTP 200" },
};

static const struct {
  const char *word;
  const char *expect;
} refund_states[] = {
  { "SUCCESS", "event=paid; reason=" },
  { "PROCESSING", "event=wait; reason=processing" },
  { "CLOSED", "event=closed; reason=refund-refused" },
  { "ABNORMAL", "event=wait; reason=refund-abnormal" },
  { "REFUND", "event=lost; reason=unknown-answer" },
  { NULL, "event=lost; reason=bad-answer" },
};

/* A state is one of those that the documents name; any other concludes nothing. */
static void
test_states (void)
{
  g_autoptr (TillHttpReply) reply = case_reply (200, "");

  for (guint i = 0; i < G_N_ELEMENTS (trade_states); i++) {
    g_auto (CaseAnswer) answer = { 0 };

    till_wechat_codes_read_trade (reply, trade_states[i].word, &answer);
    case_assert_answer (&answer, trade_states[i].expect);
  }
  for (guint i = 0; i < G_N_ELEMENTS (refund_states); i++) {
    g_auto (CaseAnswer) answer = { 0 };

    till_wechat_codes_read_refund (reply, refund_states[i].word, &answer);
    case_assert_answer (&answer, refund_states[i].expect);
  }
}

static void
test_parse (void)
{
  g_autoptr (TillHttpReply) object = case_reply (200, "{\"a\":1}");
  g_autoptr (TillHttpReply) page = case_reply (200, "<html>");
  g_autoptr (TillHttpReply) nothing = case_reply (204, "");
  g_autoptr (JsonNode) root = till_wechat_codes_parse (object);

  g_assert_nonnull (root);
  g_assert_null (till_wechat_codes_parse (page));
  g_assert_null (till_wechat_codes_parse (nothing));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wechat-codes/errors", test_errors);
  g_test_add_func ("/wechat-codes/clock", test_clock);
  g_test_add_func ("/wechat-codes/states", test_states);
  g_test_add_func ("/wechat-codes/parse", test_parse);

  return g_test_run ();
}
