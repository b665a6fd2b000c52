/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <string.h>

#include "acquirer/seal.h"
#include "acquirer/shouqianba-keys.h"
#include "acquirer/shouqianba-request.h"
#include "wire-case.h"

#define UNKNOWN "event=lost; reason=unknown-answer"
#define FAULT "event=lost; reason=acquirer-fault"
#define BAD "event=lost; reason=bad-answer"
#define DAY_US (24 * G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

/* The data of a payment, and what a case changes of it. */
#define DATA(order, total, net, more) \
  "{\"sn\":\"7894\",\"client_sn\":\"" order "\",\"total_amount\":\"" total "\",\"net_amount\":\"" \
  net "\"" more "}"
#define STATUS(status) \
  DATA (CASE_ORDER, "1250", "1250", ",\"order_status\":\"PAID\",\"status\":\"" status "\"")
#define PAYMENT(state) DATA (CASE_ORDER, "1250", "1250", ",\"order_status\":\"" state "\"")
#define BACK(net) DATA (CASE_ORDER, "1250", net, ",\"order_status\":\"PARTIAL_REFUNDED\"")
#define BIZ(result, more) \
  "{\"result_code\":\"200\",\"biz_response\":{\"result_code\":\"" result "\"" more "}}"
#define WITH(result, data) BIZ (result, ",\"data\":" data)
#define ERROR(result, error) BIZ (result, ",\"error_code\":\"" error "\"")
#define REQUEST(code, error) "{\"result_code\":\"" code "\",\"error_code\":\"" error "\"}"

typedef struct {
  TillCall    call;
  const char *body;
  const char *expect;
} Case;

static void
check (const Case *cases,
       guint       n_cases)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");

  for (guint i = 0; i < n_cases; i++) {
    TillAsk ask = case_ask (cases[i].call, NULL);
    g_autoptr (TillHttpReply) reply = case_reply (200, cases[i].body);
    g_auto (CaseAnswer) answer = { 0 };

    g_test_message ("%s", cases[i].body);
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, cases[i].expect);
  }
}

/* The first layer refuses only what was refused before anything was done. */
static const Case requests[] = {
  { TILL_CALL_CHARGE, REQUEST ("400", "INVALID_PARAMS"), "event=refused; reason=config" },
  { TILL_CALL_CHARGE, REQUEST ("400", "INVALID_TERMINAL"), "event=refused; reason=config" },
  { TILL_CALL_CHARGE, REQUEST ("400", "ILLEGAL_SIGN"), "event=refused; reason=config" },
  { TILL_CALL_CHARGE, REQUEST ("400", "NEW_WORD"), UNKNOWN },
  { TILL_CALL_CHARGE, REQUEST ("500", "UNKNOWN_SYSTEM_ERROR"), FAULT },
  { TILL_CALL_CHARGE, REQUEST ("500", "ANYTHING"), FAULT },
  { TILL_CALL_CHARGE, REQUEST ("600", "ILLEGAL_SIGN"), UNKNOWN },
  { TILL_CALL_ORDER, REQUEST ("400", "INVALID_PARAMS"), "event=refused; reason=config" },
  { TILL_CALL_REFUND, REQUEST ("400", "ILLEGAL_SIGN"), "event=refused; reason=config" },
  { TILL_CALL_REFUND, REQUEST ("500", "UNKNOWN_SYSTEM_ERROR"), FAULT },
  { TILL_CALL_QUERY, REQUEST ("400", "ILLEGAL_SIGN"), "event=lost; reason=config" },
  { TILL_CALL_QUERY, REQUEST ("400", "INVALID_PARAMS"), UNKNOWN },
  { TILL_CALL_REVERSE, REQUEST ("400", "ILLEGAL_SIGN"), "event=close-lost; reason=config" },
  { TILL_CALL_REVERSE, REQUEST ("500", "UNKNOWN_SYSTEM_ERROR"),
    "event=close-lost; reason=acquirer-fault" },
  { TILL_CALL_CHARGE, "{\"result_code\":\"200\"}", UNKNOWN },
  { TILL_CALL_CHARGE, "{\"result_code\":200,\"biz_response\":{}}", BAD },
  { TILL_CALL_CHARGE, "{}", BAD },
  { TILL_CALL_CHARGE, "[]", BAD },
  { TILL_CALL_CHARGE, "", BAD },
};

static void
test_requests (void)
{
  check (requests, G_N_ELEMENTS (requests));
}

/* The second layer: a definite failure is what the manual calls one; unknown is never failed. */
static const Case results[] = {
  { TILL_CALL_CHARGE, ERROR ("PAY_FAIL", "INVALID_BARCODE"), "event=refused; reason=code-invalid" },
  { TILL_CALL_CHARGE, ERROR ("PAY_FAIL", "EXPIRED_BARCODE"), "event=refused; reason=code-expired" },
  { TILL_CALL_CHARGE, ERROR ("PAY_FAIL", "INSUFFICIENT_FUND"), "event=refused; reason=balance" },
  { TILL_CALL_CHARGE, ERROR ("PAY_FAIL", "BUYER_OVER_DAILY_LIMIT"),
    "event=refused; reason=payer-limit" },
  { TILL_CALL_CHARGE, ERROR ("PAY_FAIL", "BUYER_OVER_TRANSACTION_LIMIT"),
    "event=refused; reason=payer-limit" },
  { TILL_CALL_CHARGE, ERROR ("PAY_FAIL", "SELLER_OVER_DAILY_LIMIT"),
    "event=refused; reason=merchant-limit" },
  { TILL_CALL_CHARGE, ERROR ("FAIL", "UPAY_STORE_OVER_DAILY_LIMIT"),
    "event=refused; reason=merchant-limit" },
  { TILL_CALL_CHARGE, ERROR ("PAY_FAIL", "TRADE_TIMEOUT"), "event=refused; reason=payer-left" },
  { TILL_CALL_CHARGE, ERROR ("FAIL", "UNEXPECTED_PROVIDER_ERROR"),
    "event=refused; reason=brand-not-taken" },
  { TILL_CALL_CHARGE, ERROR ("FAIL", "UPAY_TERMINAL_NOT_EXISTS"), "event=refused; reason=config" },
  { TILL_CALL_CHARGE, ERROR ("FAIL", "UPAY_TERMINAL_STATUS_ABNORMAL"),
    "event=refused; reason=config" },
  { TILL_CALL_CHARGE, ERROR ("PAY_FAIL", "TRADE_FAILED"), "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, BIZ ("PAY_FAIL", ""), "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, ERROR ("FAIL", "CLIENT_SN_CONFLICT"), UNKNOWN },
  { TILL_CALL_CHARGE, ERROR ("PAY_FAIL", "CLIENT_SN_CONFLICT"), UNKNOWN },
  { TILL_CALL_CHARGE, ERROR ("PAY_FAIL", "TRADE_HAS_SUCCESS"), UNKNOWN },
  { TILL_CALL_CHARGE, BIZ ("PAY_IN_PROGRESS", ""), "event=wait; reason=payer" },
  { TILL_CALL_CHARGE, BIZ ("PAY_FAIL_IN_PROGRESS", ""), "event=wait; reason=processing" },
  { TILL_CALL_CHARGE, BIZ ("PAY_FAIL_ERROR", ""), FAULT },
  { TILL_CALL_CHARGE, BIZ ("PAY_FAIL_NEWS", ""), UNKNOWN },
  { TILL_CALL_CHARGE, BIZ ("REFUND_FAIL", ""), UNKNOWN },
  { TILL_CALL_CHARGE, BIZ ("PAY_SUCCESS", ""), BAD },
  { TILL_CALL_ORDER, ERROR ("PRECREATE_FAIL", "UPAY_TERMINAL_STATUS_ABNORMAL"),
    "event=refused; reason=config" },
  { TILL_CALL_ORDER, BIZ ("PRECREATE_FAIL", ""), "event=refused; reason=merchant-refused" },
  { TILL_CALL_ORDER, BIZ ("PRECREATE_FAIL_ERROR", ""), FAULT },
  { TILL_CALL_ORDER, WITH ("PRECREATE_SUCCESS", PAYMENT ("CREATED")), BAD },

  { TILL_CALL_QUERY, ERROR ("FAIL", "UPAY_ORDER_NOT_EXISTS"), "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY, ERROR ("FAIL", "UPAY_ORDER_NOT_EXIST"), "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY, ERROR ("FAIL", "TRADE_NOT_EXIST"), "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY, ERROR ("FAIL", "TRADE_FAILED"), UNKNOWN },
  { TILL_CALL_QUERY, BIZ ("FAIL", ""), UNKNOWN },
  { TILL_CALL_QUERY, BIZ ("PAY_FAIL", ""), UNKNOWN },

  { TILL_CALL_REVERSE, WITH ("CANCEL_SUCCESS", PAYMENT ("CANCELED")),
    "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, WITH ("CANCEL_ABORT_SUCCESS", PAYMENT ("PAY_CANCELED")),
    "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, WITH ("SUCCESS", PAYMENT ("CANCELED")), "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, WITH ("CANCEL_SUCCESS", PAYMENT ("PAID")),
    "event=close-lost; reason=acquirer-fault" },
  { TILL_CALL_REVERSE, ERROR ("FAIL", "UPAY_CANCEL_ORDER_NOOP"), "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, ERROR ("FAIL", "UPAY_ORDER_NOT_EXISTS"), "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, ERROR ("FAIL", "UPAY_ORDER_NOT_EXIST"), "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, ERROR ("FAIL", "TRADE_NOT_EXIST"), "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, ERROR ("FAIL", "UPAY_CANCEL_INVALID_ORDER_STATE"),
    "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_REVERSE, ERROR ("FAIL", "UPAY_TCP_ORDER_NOT_REFUNDABLE"),
    "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_REVERSE, ERROR ("CANCEL_ERROR", "UPAY_TCP_ORDER_NOT_REFUNDABLE"),
    "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_REVERSE, ERROR ("FAIL", "ACCOUNT_BALANCE_NOT_ENOUGH"),
    "event=close-refused; reason=merchant-balance" },
  { TILL_CALL_REVERSE, ERROR ("FAIL", "SELLER_BALANCE_NOT_ENOUGH"),
    "event=close-refused; reason=merchant-balance" },
  { TILL_CALL_REVERSE, BIZ ("CANCEL_ERROR", ""), "event=close-lost; reason=acquirer-fault" },
  { TILL_CALL_REVERSE, BIZ ("CANCEL_ABORT_ERROR", ""), "event=close-lost; reason=acquirer-fault" },
  { TILL_CALL_REVERSE, BIZ ("CANCEL_IN_PROGRESS", ""), "event=close-lost; reason=processing" },
  { TILL_CALL_REVERSE, BIZ ("FAIL", ""), "event=close-lost; reason=unknown-answer" },

  { TILL_CALL_REFUND, ERROR ("REFUND_FAIL", "SELLER_BALANCE_NOT_ENOUGH"),
    "event=refused; reason=merchant-balance" },
  { TILL_CALL_REFUND, ERROR ("FAIL", "ACCOUNT_BALANCE_NOT_ENOUGH"),
    "event=refused; reason=merchant-balance" },
  { TILL_CALL_REFUND, ERROR ("FAIL", "UPAY_TERMINAL_NOT_EXISTS"), "event=refused; reason=config" },
  { TILL_CALL_REFUND, ERROR ("FAIL", "UPAY_TERMINAL_STATUS_ABNORMAL"),
    "event=refused; reason=config" },
  { TILL_CALL_REFUND, ERROR ("FAIL", "REFUNDABLE_AMOUNT_NOT_ENOUGH"),
    "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, ERROR ("FAIL", "UPAY_REFUND_ORDER_NOOP"), UNKNOWN },
  { TILL_CALL_REFUND, ERROR ("REFUND_FAIL", "UPAY_REFUND_ORDER_NOOP"), UNKNOWN },
  { TILL_CALL_REFUND, BIZ ("REFUND_FAIL", ""), "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, BIZ ("REFUND_IN_PROGRESS", ""), "event=wait; reason=processing" },
  { TILL_CALL_REFUND, BIZ ("REFUND_ERROR", ""), FAULT },
  { TILL_CALL_REFUND, BIZ ("REFUND_FAIL_ERROR", ""), FAULT },
  { TILL_CALL_REFUND, BIZ ("REFUND_NEWS", ""), UNKNOWN },
};

static void
test_results (void)
{
  check (results, G_N_ELEMENTS (results));
}

/* The third layer: success is not paid, and what is not final is not failed. */
static const Case orders[] = {
  { TILL_CALL_CHARGE, WITH ("PAY_SUCCESS", PAYMENT ("PAID")), "event=paid; reason=" },
  { TILL_CALL_CHARGE, WITH ("PAY_SUCCESS", PAYMENT ("CREATED")), "event=wait; reason=payer" },
  { TILL_CALL_CHARGE, WITH ("PAY_SUCCESS", PAYMENT ("PAY_ERROR")), FAULT },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("PAID")), "event=paid; reason=" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("REFUNDED")), "event=paid; reason=" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("PARTIAL_REFUNDED")), "event=paid; reason=" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("PAY_CANCELED")), "event=closed; reason=closed" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("CANCELED")), "event=closed; reason=reversed" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("CREATED")), "event=wait; reason=payer" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("IN_QUEUE")), "event=wait; reason=processing" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("CANCEL_INPROGRESS")),
    "event=wait; reason=processing" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("PAY_ERROR")), FAULT },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("REFUND_ERROR")), FAULT },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("CANCEL_ERROR")), FAULT },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("INVALID_STATUS_CODE")), FAULT },
  { TILL_CALL_QUERY, WITH ("SUCCESS", PAYMENT ("NEW_WORD")), UNKNOWN },
  { TILL_CALL_QUERY, WITH ("SUCCESS", DATA (CASE_ORDER, "1250", "1250", "")), BAD },
  { TILL_CALL_QUERY, WITH ("SUCCESS", DATA ("ANOTHER0000000000000A", "1250", "1250",
                                            ",\"order_status\":\"PAID\"")),
    "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", DATA (CASE_ORDER, "1251", "1251",
                                            ",\"order_status\":\"PAID\"")),
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", DATA (CASE_ORDER, "12.50", "1250",
                                            ",\"order_status\":\"PAID\"")),
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", "{\"order_status\":\"PAID\",\"total_amount\":\"1250\"}"),
    "event=lost; reason=other-order" },

  /* Whatever the order's state says: with such a transaction nothing is handed over. */
  { TILL_CALL_QUERY, WITH ("SUCCESS", STATUS ("SUCCESS")), "event=paid; reason=" },
  { TILL_CALL_QUERY, WITH ("SUCCESS", STATUS ("IN_PROG")), "event=paid; reason=" },
  { TILL_CALL_CHARGE, WITH ("PAY_SUCCESS", STATUS ("FAIL_PROTOCOL_1")), FAULT },
  { TILL_CALL_QUERY, WITH ("SUCCESS", STATUS ("FAIL_PROTOCOL_3")), FAULT },
  { TILL_CALL_QUERY, WITH ("SUCCESS", STATUS ("FAIL_IO_1")), FAULT },
  { TILL_CALL_QUERY, WITH ("SUCCESS", STATUS ("FAIL_ERROR")), FAULT },
  { TILL_CALL_QUERY, WITH ("SUCCESS", STATUS ("CANCEL_ERROR")), FAULT },
  { TILL_CALL_QUERY, WITH ("SUCCESS", STATUS ("REFUND_ERROR")), FAULT },
  { TILL_CALL_REFUND, WITH ("REFUND_SUCCESS", DATA (CASE_ORDER, "1250", "750",
                                                    ",\"status\":\"REFUND_ERROR\"")), FAULT },

  { TILL_CALL_REFUND, WITH ("REFUND_SUCCESS", BACK ("750")), "event=paid; reason=" },
  { TILL_CALL_REFUND, WITH ("REFUND_SUCCESS", BACK ("751")), "event=lost; reason=other-amount" },
  { TILL_CALL_REFUND, WITH ("REFUND_SUCCESS", BACK ("1251")), "event=lost; reason=other-amount" },
  { TILL_CALL_REFUND, WITH ("REFUND_SUCCESS", DATA ("ANOTHER", "1250", "750", "")),
    "event=lost; reason=other-order" },
  { TILL_CALL_REFUND, WITH ("REFUND_SUCCESS", DATA (CASE_ORDER, "1300", "750", "")),
    "event=lost; reason=other-amount" },
  { TILL_CALL_REFUND, WITH ("REFUND_SUCCESS", DATA (CASE_ORDER, "1250", "750",
                                                    ",\"client_tsn\":\"" CASE_ORDER "-1\"")),
    "event=lost; reason=other-order" },
  { TILL_CALL_QUERY_REFUND, WITH ("SUCCESS", BACK ("750")), "event=paid; reason=" },
  { TILL_CALL_QUERY_REFUND, WITH ("SUCCESS", BACK ("751")), "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY_REFUND, WITH ("SUCCESS", PAYMENT ("PAID")), "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY_REFUND, WITH ("SUCCESS", PAYMENT ("REFUND_ERROR")), FAULT },
  { TILL_CALL_QUERY_REFUND, WITH ("SUCCESS", BACK ("x")), BAD },
  { TILL_CALL_QUERY_REFUND, ERROR ("FAIL", "UPAY_ORDER_NOT_EXISTS"), UNKNOWN },
};

static void
test_orders (void)
{
  check (orders, G_N_ELEMENTS (orders));
}

/* What other refunds gave back of a payment does not pass for this one. */
static void
test_refunded_before (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");
  TillAsk ask = case_ask (TILL_CALL_QUERY_REFUND, NULL);
  g_autoptr (TillHttpReply) one = case_reply (200, WITH ("SUCCESS", BACK ("750")));
  g_autoptr (TillHttpReply) both = case_reply (200, WITH ("SUCCESS", BACK ("250")));
  g_auto (CaseAnswer) answer = { 0 };
  g_auto (CaseAnswer) other = { 0 };

  ask.given_back_fen = 500;
  till_acquirer_read (merchant, &ask, one, &answer);
  case_assert_answer (&answer, "event=absent");
  till_acquirer_read (merchant, &ask, both, &other);
  case_assert_answer (&other, "event=paid");
}

/* What another refund that is not over may have given back does not either: this one is sent
 * again. */
static void
test_refunded_beside (void)
{
  static const struct {
    const char *left;
    const char *expect;
  } cases[] = {
    { BACK ("1250"), "event=absent" },
    { BACK ("750"), "event=absent" },
    { BACK ("550"), "event=absent" },
    { BACK ("450"), "event=paid" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");
  TillAsk ask = case_ask (TILL_CALL_QUERY_REFUND, NULL);

  ask.pending_fen = 300;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *body = g_strdup_printf (
      "{\"result_code\":\"200\",\"biz_response\":{\"result_code\":\"SUCCESS\",\"data\":%s}}",
      cases[i].left);
    g_autoptr (TillHttpReply) reply = case_reply (200, body);
    g_auto (CaseAnswer) answer = { 0 };

    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, cases[i].expect);
  }
}

/* The brand is what the answer says, never the digits. */
static void
test_brands (void)
{
  static const struct {
    const char *payway;
    const char *brand;
  } cases[] = {
    { "1", "alipay" }, { "2", "alipay" },  { "3", "wechat" },    { "5", "jd" },     { "6", "qq" },
    { "15", "wechat" }, { "17", "unionpay" }, { "18", "bestpay" }, { "19", "wechat" },
    { "20", "alipay" }, { "4", "" }, { "7", "" }, { "16", "" }, { "100", "" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *data = g_strdup_printf (
      "{\"sn\":\"1\",\"client_sn\":\"" CASE_ORDER "\",\"total_amount\":\"1250\",\"order_status\":"
      "\"PAID\",\"payway\":\"%s\"}", cases[i].payway);
    g_autofree char *body = g_strdup_printf (
      "{\"result_code\":\"200\",\"biz_response\":{\"result_code\":\"SUCCESS\",\"data\":%s}}", data);
    g_autofree char *expect = g_strdup_printf ("event=paid; brand=%s", cases[i].brand);
    g_autoptr (TillHttpReply) reply = case_reply (200, body);
    g_auto (CaseAnswer) answer = { 0 };

    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, expect);
  }
}

/* 白条 is what the answer says paid: not the wallet, and not the shop's own words. */
static void
test_baitiao (void)
{
  static const struct {
    const char *more;
    const char *brand;
  } cases[] = {
    { "\"payway\":\"5\",\"payment_list\":[{\"type\":\"JD_BAITIAO\",\"amount_total\":\"1250\"}]",
      "baitiao" },
    { "\"payway\":\"5\",\"payment_list\":[{\"type\":\"DISCOUNT_CHANNEL\"},{\"type\":\"白条\"}]",
      "baitiao" },
    { "\"payway\":\"5\",\"payway_name\":\"京东白条\"", "baitiao" },
    { "\"payway\":\"5\",\"payway_name\":\"京东钱包\"", "jd" },
    { "\"payway\":\"5\",\"subject\":\"白条鸡\",\"operator\":\"白条\"", "jd" },
    { "\"payway\":\"5\",\"payment_list\":[{\"type\":\"BANKCARD_CREDIT\"}]", "jd" },
    { "\"payway\":\"5\",\"payment_list\":\"JD_BAITIAO\"", "jd" },
    { "\"payway\":\"5\",\"payment_list\":[\"JD_BAITIAO\",null,{\"type\":1}]", "jd" },
    { "\"payway\":\"17\",\"payer_login\":\"6221280000000000004\"", "unionpay" },
    { "\"payway\":\"3\",\"payment_list\":[{\"type\":\"白条\"}]", "wechat" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *body = g_strdup_printf (
      "{\"result_code\":\"200\",\"biz_response\":{\"result_code\":\"SUCCESS\",\"data\":"
      "{\"sn\":\"1\",\"client_sn\":\"" CASE_ORDER "\",\"total_amount\":\"1250\","
      "\"order_status\":\"PAID\",%s}}}", cases[i].more);
    g_autofree char *expect = g_strdup_printf ("event=paid; brand=%s", cases[i].brand);
    g_autoptr (TillHttpReply) reply = case_reply (200, body);
    g_auto (CaseAnswer) answer = { 0 };

    g_test_message ("%s", cases[i].more);
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, expect);
  }
}

/* A payment code has 32 characters at most. */
static void
test_long_codes (void)
{
  static const struct {
    const char *paycode;
    gboolean    fits;
  } cases[] = {
    { "134567890123456789", TRUE }, { "12345678901234567890123456789012", TRUE },
    { "123456789012345678901234567890123", FALSE },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillAsk ask = case_ask (TILL_CALL_CHARGE, cases[i].paycode);
    g_autoptr (GError) error = NULL;
    g_autoptr (TillHttpRequest) request = till_acquirer_build (merchant, &ask, &error);

    g_assert_true ((request != NULL) == cases[i].fits);
    if (!request)
      g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD);
  }
}

/* A code is made for the wallet that is wanted. */
static void
test_payways (void)
{
  static const struct {
    TillBrand   brand;
    const char *payway;
  } cases[] = {
    { TILL_BRAND_NONE, "\"payway\":\"3\"" },     { TILL_BRAND_WECHAT, "\"payway\":\"3\"" },
    { TILL_BRAND_ALIPAY, "\"payway\":\"1\"" },   { TILL_BRAND_JD, "\"payway\":\"5\"" },
    { TILL_BRAND_UNIONPAY, "\"payway\":\"17\"" }, { TILL_BRAND_BESTPAY, "\"payway\":\"18\"" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");
  TillAsk ask = case_ask (TILL_CALL_ORDER, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillHttpRequest) request = NULL;

    ask.brand = cases[i].brand;
    request = till_acquirer_build (merchant, &ask, NULL);
    g_assert_true (case_body_has (request, cases[i].payway));
  }
}

/* The published sample of the signature. */
static void
test_vector (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");
  g_autofree char *signature = till_shouqianba_keys_sign (
    merchant->keys, FALSE,
    "{\"terminal_sn\":\"10298371039\",\"client_sn\":\"20230615143052001\",\"total_amount\":\"100\","
    "\"dynamic_id\":\"130818341921600584\",\"subject\":\"测试\",\"operator\":\"c1\"}");

  g_assert_cmpstr (signature, ==, "a9ac87a81430a515e1c279e29e9ed87d");
}

/* One address for all wallets, made without the network: sorted, signed bare, sent encoded. */
static void
test_page (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");
  TillAsk ask = case_ask (TILL_CALL_ORDER, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *url = till_shouqianba_page_url (merchant, &ask, &error);
  g_autofree char *sign =
    till_digest_hex ("MD5", "client_sn=" CASE_ORDER "&operator=1001&return_url=https://www."
                            "shouqianba.com&subject=晨光便利店&terminal_sn=10298371039&"
                            "total_amount=1250&key=68d499beda5f72116592f5c527465656");
  g_autofree char *capitals = g_ascii_strup (sign, -1);
  g_autofree char *expect = g_strconcat (
    "https://m.wosai.cn/qr/gateway?client_sn=" CASE_ORDER "&operator=1001&return_url=https%3A%2F%2F"
    "www.shouqianba.com&sign=", capitals, "&subject=%E6%99%A8%E5%85%89%E4%BE%BF%E5%88%A9%E5%BA%97&"
    "terminal_sn=10298371039&total_amount=1250", NULL);

  g_assert_no_error (error);
  g_assert_cmpstr (url, ==, expect);
}

/* Before it is activated a contract is loaded, and asks for nothing but its activation. */
static void
test_not_activated (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("shouqianba");
  g_autoptr (TillMerchant) merchant = NULL;
  TillAsk ask = case_ask (TILL_CALL_ORDER, NULL);
  g_autofree char *url = NULL;

  fake_settings_hide (settings, "terminal-sn", NULL);
  fake_settings_hide (settings, "terminal-key", NULL);
  merchant = till_merchant_new ("sqb", settings, NULL);
  g_assert_nonnull (merchant);
  g_assert_false (till_shouqianba_keys_are_due (merchant->keys, CASE_NOW_US));

  for (guint call = 0; call < TILL_N_CALLS; call++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TillHttpRequest) request = NULL;

    if (!till_acquirer_offers (merchant->acquirer, call))
      continue;
    ask = case_ask (call, "134567890123456789");
    request = till_acquirer_build (merchant, &ask, &error);
    g_assert_true ((request != NULL) == (call == TILL_CALL_ACTIVATE));
    g_assert_true (request || g_error_matches (error, TILL_ACQUIRER_ERROR,
                                               TILL_ACQUIRER_ERROR_BUILD));
  }

  ask = case_ask (TILL_CALL_ORDER, NULL);
  url = till_shouqianba_page_url (merchant, &ask, NULL);
  g_assert_null (url);
}

#define KEYS(sn, key) "{\"result_code\":\"200\",\"biz_response\":{\"terminal_sn\":\"" sn \
  "\",\"terminal_key\":\"" key "\"}}"
#define NEW_KEY "0123456789abcdef0123456789abcdef"

static gboolean
take (TillMerchant *merchant,
      TillCall      call,
      const char   *body)
{
  TillAsk ask = case_ask (call, NULL);
  g_autoptr (TillHttpReply) reply = body ? case_reply (200, body)
                                         : till_http_reply_new (TILL_HTTP_TIMEOUT);

  return merchant->acquirer->take_keys (merchant, &ask, reply, NULL);
}

/* Check-in is due once a day of China's; whatever goes wrong with it, the old key stays and is
 * good for another try. */
static void
test_check_in (void)
{
  static const char *const bad[] = {
    NULL, "", "{}", "{\"result_code\":\"500\"}", KEYS ("999", NEW_KEY), KEYS ("10298371039", ""),
    "{\"result_code\":\"400\",\"error_code\":\"ILLEGAL_SIGN\"}",
    "{\"result_code\":\"200\",\"biz_response\":{}}", KEYS ("10298371039", "no key"),
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");
  TillShouqianbaKeys *keys = merchant->keys;
  g_autofree char *kept = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_false (take (merchant, TILL_CALL_KEYS, bad[i]));
    g_assert_cmpstr (keys->terminal_key, ==, "68d499beda5f72116592f5c527465656");
    g_assert_true (till_shouqianba_keys_are_due (keys, CASE_NOW_US));
  }

  g_assert_true (take (merchant, TILL_CALL_KEYS, KEYS ("10298371039", NEW_KEY)));
  g_assert_false (till_shouqianba_keys_are_due (keys, CASE_NOW_US));
  g_assert_true (till_shouqianba_keys_are_due (keys, CASE_NOW_US + DAY_US));
  kept = till_shouqianba_keys_tell (keys, "terminal-key");
  g_assert_cmpstr (kept, ==, NEW_KEY " 20260520");
}

/* What is kept is what is read at the next start: the day too. */
static void
test_kept (void)
{
  static const struct {
    const char *sn;
    const char *key;
    gboolean    loads;
    gboolean    is_due;
  } cases[] = {
    { "1", NEW_KEY " 20260520", TRUE, FALSE },
    { "1", NEW_KEY " 20260519", TRUE, TRUE },
    { "1", NEW_KEY, TRUE, TRUE },
    { "1", NEW_KEY " yesterday", FALSE, FALSE },
    { "1", "short", FALSE, FALSE },
    { "a b", NEW_KEY, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("shouqianba");
    g_autoptr (TillMerchant) merchant = NULL;

    fake_settings_hide (settings, "terminal-sn", cases[i].sn);
    fake_settings_hide (settings, "terminal-key", cases[i].key);
    merchant = till_merchant_new ("sqb", settings, NULL);
    g_assert_true ((merchant != NULL) == cases[i].loads);
    if (merchant)
      g_assert_true (till_shouqianba_keys_are_due (merchant->keys, CASE_NOW_US) ==
                     cases[i].is_due);
  }
}

/* What another program of this till has stored counts; what cannot be read changes nothing. */
static void
test_read_kept (void)
{
  static const struct {
    const char *kept;
    const char *key;
    gboolean    is_due;
  } cases[] = {
    { NEW_KEY " 20260520", NEW_KEY, FALSE },
    { NEW_KEY " 20260519", NEW_KEY, TRUE },
    { "short", "68d499beda5f72116592f5c527465656", TRUE },
    { NULL, "68d499beda5f72116592f5c527465656", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("shouqianba");
    g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");
    const TillShouqianbaKeys *keys = merchant->keys;

    fake_settings_hide (settings, "terminal-key", cases[i].kept);
    merchant->acquirer->read_kept (merchant->keys, settings);
    g_assert_cmpstr (keys->terminal_key, ==, cases[i].key);
    g_assert_cmpstr (keys->terminal_sn, ==, "10298371039");
    g_assert_true (till_shouqianba_keys_are_due (keys, CASE_NOW_US) == cases[i].is_due);
  }
}

/* An activation gives another terminal; one that is refused changes nothing. */
static void
test_activate (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("shouqianba");
  TillShouqianbaKeys *keys = merchant->keys;
  TillAsk ask = case_ask (TILL_CALL_ACTIVATE, NULL);
  g_autoptr (TillHttpRequest) request = NULL;

  g_assert_false (take (merchant, TILL_CALL_ACTIVATE,
                        "{\"result_code\":\"400\",\"error_code\":\"INVALID_PARAMS\"}"));
  g_assert_cmpstr (keys->terminal_sn, ==, "10298371039");
  g_assert_true (take (merchant, TILL_CALL_ACTIVATE, KEYS ("777", NEW_KEY)));
  g_assert_cmpstr (keys->terminal_sn, ==, "777");
  g_assert_cmpstr (keys->terminal_key, ==, NEW_KEY);

  ask.activation = "12 34";
  request = till_acquirer_build (merchant, &ask, NULL);
  g_assert_null (request);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/shouqianba/requests", test_requests);
  g_test_add_func ("/shouqianba/results", test_results);
  g_test_add_func ("/shouqianba/orders", test_orders);
  g_test_add_func ("/shouqianba/refunded-before", test_refunded_before);
  g_test_add_func ("/shouqianba/refunded-beside", test_refunded_beside);
  g_test_add_func ("/shouqianba/brands", test_brands);
  g_test_add_func ("/shouqianba/baitiao", test_baitiao);
  g_test_add_func ("/shouqianba/long-codes", test_long_codes);
  g_test_add_func ("/shouqianba/payways", test_payways);
  g_test_add_func ("/shouqianba/vector", test_vector);
  g_test_add_func ("/shouqianba/page", test_page);
  g_test_add_func ("/shouqianba/not-activated", test_not_activated);
  g_test_add_func ("/shouqianba/check-in", test_check_in);
  g_test_add_func ("/shouqianba/kept", test_kept);
  g_test_add_func ("/shouqianba/read-kept", test_read_kept);
  g_test_add_func ("/shouqianba/activate", test_activate);

  return g_test_run ();
}
