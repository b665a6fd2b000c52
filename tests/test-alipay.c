/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <string.h>

#include "acquirer/alipay-request.h"
#include "wire-case.h"

#define OK "{\"code\":\"10000\",\"msg\":\"Success\""
#define TRADE OK ",\"out_trade_no\":\"" CASE_ORDER "\",\"trade_no\":\"2026\""
#define OTHER OK ",\"out_trade_no\":\"ANOTHER0000000000000AA\""
#define AMOUNT ",\"total_amount\":\"12.50\""

typedef struct {
  TillCall    call;
  const char *node;
  const char *expect;
} Case;

static void
check_ask (const TillMerchant *merchant,
           const TillAsk      *ask,
           const char         *node,
           const char         *expect)
{
  g_autoptr (TillHttpReply) reply = case_alipay_reply (till_alipay_get_method (ask->call), node);
  g_auto (CaseAnswer) answer = { 0 };

  g_test_message ("%s", node);
  till_acquirer_read (merchant, ask, reply, &answer);
  case_assert_answer (&answer, expect);
}

static void
check (const Case *cases,
       guint       n_cases)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("alipay");

  for (guint i = 0; i < n_cases; i++) {
    TillAsk ask = case_ask (cases[i].call, NULL);

    check_ask (merchant, &ask, cases[i].node, cases[i].expect);
  }
}

static const Case trades[] = {
  { TILL_CALL_CHARGE, TRADE AMOUNT "}", "event=accepted; reason=processing; acquirer_ref=2026" },
  { TILL_CALL_CHARGE,
    "{\"code\":\"10003\",\"out_trade_no\":\"" CASE_ORDER "\",\"trade_no\":\"2026\"}",
    "event=wait; reason=payer; acquirer_ref=2026; said=10003" },
  { TILL_CALL_QUERY, TRADE AMOUNT ",\"trade_status\":\"TRADE_SUCCESS\"}", "event=paid; reason=" },
  { TILL_CALL_QUERY, TRADE AMOUNT ",\"trade_status\":\"TRADE_FINISHED\"}", "event=paid; reason=" },
  { TILL_CALL_QUERY, TRADE AMOUNT ",\"trade_status\":\"WAIT_BUYER_PAY\"}",
    "event=wait; reason=payer" },
  { TILL_CALL_QUERY, TRADE AMOUNT ",\"trade_status\":\"TRADE_CLOSED\"}",
    "event=closed; reason=closed" },
  { TILL_CALL_QUERY, TRADE AMOUNT ",\"trade_status\":\"NEW_WORD\"}",
    "event=lost; reason=unknown-answer" },
  { TILL_CALL_QUERY, TRADE AMOUNT "}", "event=lost; reason=bad-answer" },
  { TILL_CALL_QUERY, "{\"msg\":\"Success\"}", "event=lost; reason=bad-answer" },
  { TILL_CALL_CHARGE, "{\"code\":10000}", "event=lost; reason=bad-answer" },
};

static void
test_trades (void)
{
  check (trades, G_N_ELEMENTS (trades));
}

/* Signed by Alipay, and yet not the answer to what was asked: it pays nothing. */
static const Case others[] = {
  { TILL_CALL_CHARGE, OTHER AMOUNT "}", "event=lost; reason=other-order" },
  { TILL_CALL_CHARGE, OK AMOUNT "}", "event=lost; reason=other-order" },
  { TILL_CALL_CHARGE, "{\"code\":\"10003\",\"out_trade_no\":\"ANOTHER0000000000000AA\"}",
    "event=lost; reason=other-order" },
  { TILL_CALL_CHARGE,
    "{\"code\":\"40004\",\"sub_code\":\"ACQ.PAYMENT_FAIL\","
    "\"out_trade_no\":\"ANOTHER0000000000000AA\"}", "event=lost; reason=other-order" },
  { TILL_CALL_CHARGE, TRADE ",\"total_amount\":\"12.51\"}", "event=lost; reason=other-amount" },
  { TILL_CALL_CHARGE, TRADE ",\"total_amount\":12.50}", "event=lost; reason=other-amount" },
  { TILL_CALL_CHARGE, TRADE ",\"total_amount\":\"1250\"}", "event=lost; reason=other-amount" },
  { TILL_CALL_CHARGE, TRADE "}", "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, OTHER AMOUNT ",\"trade_status\":\"TRADE_SUCCESS\"}",
    "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, OTHER AMOUNT ",\"trade_status\":\"TRADE_CLOSED\"}",
    "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, TRADE ",\"trade_status\":\"TRADE_SUCCESS\",\"receipt_amount\":\"12.50\"}",
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, TRADE ",\"total_amount\":\"0.01\",\"trade_status\":\"TRADE_SUCCESS\"}",
    "event=lost; reason=other-amount" },
  { TILL_CALL_ORDER, OTHER ",\"qr_code\":\"https://qr.alipay.com/x\"}",
    "event=lost; reason=other-order" },
  { TILL_CALL_REVERSE, OTHER ",\"retry_flag\":\"N\"}", "event=close-lost; reason=other-order" },
  { TILL_CALL_CLOSE, OTHER "}", "event=close-lost; reason=other-order" },
};

static void
test_others (void)
{
  check (others, G_N_ELEMENTS (others));
}

static const Case ends[] = {
  { TILL_CALL_ORDER, TRADE ",\"qr_code\":\"https:\\/\\/qr.alipay.com\\/bax\"}",
    "event=wait; reason=not-scanned; code_text=https://qr.alipay.com/bax" },
  { TILL_CALL_ORDER, TRADE "}", "event=lost; reason=bad-answer" },
  { TILL_CALL_ORDER, TRADE ",\"qr_code\":\"\"}", "event=lost; reason=bad-answer" },
  { TILL_CALL_REVERSE, TRADE ",\"retry_flag\":\"N\",\"action\":\"close\"}",
    "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, TRADE ",\"retry_flag\":\"N\",\"action\":\"refund\"}",
    "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, TRADE ",\"retry_flag\":\"N\"}", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, TRADE ",\"retry_flag\":\"Y\"}", "event=close-lost; reason=acquirer-fault" },
  { TILL_CALL_REVERSE, TRADE "}", "event=close-lost; reason=acquirer-fault" },
  { TILL_CALL_CLOSE, TRADE "}", "event=close-done; reason=" },
};

static void
test_ends (void)
{
  check (ends, G_N_ELEMENTS (ends));
}

static const Case refunds[] = {
  { TILL_CALL_REFUND, TRADE ",\"fund_change\":\"Y\",\"refund_fee\":\"5.00\"}",
    "event=paid; reason=" },
  { TILL_CALL_REFUND, TRADE ",\"fund_change\":\"Y\",\"refund_fee\":\"12.50\"}",
    "event=paid; reason=" },
  { TILL_CALL_REFUND, TRADE ",\"fund_change\":\"N\",\"refund_fee\":\"5.00\"}",
    "event=wait; reason=processing" },
  { TILL_CALL_REFUND, TRADE ",\"refund_fee\":\"5.00\"}", "event=wait; reason=processing" },
  { TILL_CALL_REFUND, TRADE ",\"fund_change\":\"Y\",\"refund_fee\":\"4.99\"}",
    "event=lost; reason=other-amount" },
  { TILL_CALL_REFUND, TRADE ",\"fund_change\":\"Y\"}", "event=lost; reason=other-amount" },
  { TILL_CALL_REFUND, OTHER ",\"fund_change\":\"Y\",\"refund_fee\":\"5.00\"}",
    "event=lost; reason=other-order" },
  { TILL_CALL_REFUND, OK ",\"fund_change\":\"Y\",\"refund_fee\":\"5.00\"}",
    "event=lost; reason=other-order" },
  { TILL_CALL_QUERY_REFUND,
    TRADE ",\"out_request_no\":\"" CASE_REFUND "\",\"refund_amount\":\"5.00\","
    "\"refund_status\":\"REFUND_SUCCESS\"}", "event=paid; reason=; amount_fen=500" },
  { TILL_CALL_QUERY_REFUND, TRADE ",\"out_request_no\":\"" CASE_REFUND "\"}",
    "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY_REFUND, OK "}", "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY_REFUND,
    TRADE ",\"out_request_no\":\"" CASE_REFUND "\",\"refund_amount\":\"5.00\","
    "\"refund_status\":\"REFUND_PROCESSING\"}", "event=lost; reason=unknown-answer" },
  { TILL_CALL_QUERY_REFUND,
    TRADE ",\"out_request_no\":\"ANOTHER0000000000000AA\",\"refund_amount\":\"5.00\","
    "\"refund_status\":\"REFUND_SUCCESS\"}", "event=lost; reason=other-order" },
  { TILL_CALL_QUERY_REFUND,
    TRADE ",\"refund_amount\":\"5.00\",\"refund_status\":\"REFUND_SUCCESS\"}",
    "event=lost; reason=other-order" },
  { TILL_CALL_QUERY_REFUND,
    TRADE ",\"out_request_no\":\"" CASE_REFUND "\",\"refund_amount\":\"5.01\","
    "\"refund_status\":\"REFUND_SUCCESS\"}", "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY_REFUND,
    TRADE ",\"out_request_no\":\"" CASE_REFUND "\",\"refund_status\":\"REFUND_SUCCESS\"}",
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY_REFUND,
    OTHER ",\"out_request_no\":\"" CASE_REFUND "\",\"refund_amount\":\"5.00\","
    "\"refund_status\":\"REFUND_SUCCESS\"}", "event=lost; reason=other-order" },
};

static void
test_refunds (void)
{
  check (refunds, G_N_ELEMENTS (refunds));
}

/* refund_fee is what was given back in all: an earlier refund's sum does not make this one. */
static void
test_second_refund (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("alipay");
  TillAsk ask = case_ask (TILL_CALL_REFUND, NULL);

  ask.given_back_fen = 500;
  check_ask (merchant, &ask, TRADE ",\"fund_change\":\"Y\",\"refund_fee\":\"10.00\"}",
             "event=paid; reason=");
  check_ask (merchant, &ask, TRADE ",\"fund_change\":\"Y\",\"refund_fee\":\"5.00\"}",
             "event=lost; reason=other-amount");
}

/* A code that nobody scanned yet does not exist at Alipay; that is no failure. */
static void
test_not_scanned (void)
{
  static const char node[] = "{\"code\":\"40004\",\"sub_code\":\"ACQ.TRADE_NOT_EXIST\"}";
  g_autoptr (TillMerchant) merchant = case_merchant ("alipay");
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);

  check_ask (merchant, &ask, node, "event=absent; reason=no-answer");
  ask.kind = TILL_KIND_COLLECT;
  check_ask (merchant, &ask, node, "event=absent; reason=not-scanned");
}

static const struct {
  guint       status;
  const char *body;
  const char *expect;
} replies[] = {
  { 200, "{\"error_response\":{\"code\":\"40002\",\"sub_code\":\"isv.invalid-app-id\"}}",
    "event=refused; reason=config; said=40002 isv.invalid-app-id" },
  { 200, "{\"alipay_trade_pay_response\":{\"code\":\"10000\",\"out_trade_no\":\"" CASE_ORDER
    "\",\"total_amount\":\"12.50\"}}", "event=lost; reason=unsigned; said=10000" },
  { 200, "<html></html>", "event=lost; reason=bad-answer; said=HTTP 200" },
  { 200, "", "event=lost; reason=bad-answer" },
  { 302, "", "event=lost; reason=bad-answer; said=HTTP 302" },
  { 404, "{\"error_response\":{\"code\":\"40002\"}}", "event=lost; reason=bad-answer" },
  { 429, "", "event=lost; reason=busy" },
  { 502, "<html></html>", "event=lost; reason=acquirer-fault; said=HTTP 502" },
};

/* The gateway answers 200 to all; what is between us and it concludes nothing. */
static void
test_replies (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("alipay");

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++) {
    g_autoptr (TillHttpReply) reply = case_reply (replies[i].status, replies[i].body);
    TillAsk ask = case_ask (TILL_CALL_CHARGE, NULL);
    g_auto (CaseAnswer) answer = { 0 };

    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, replies[i].expect);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/alipay/trades", test_trades);
  g_test_add_func ("/alipay/others", test_others);
  g_test_add_func ("/alipay/ends", test_ends);
  g_test_add_func ("/alipay/refunds", test_refunds);
  g_test_add_func ("/alipay/second-refund", test_second_refund);
  g_test_add_func ("/alipay/not-scanned", test_not_scanned);
  g_test_add_func ("/alipay/replies", test_replies);

  return g_test_run ();
}
