/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-shop.h"

#include <string.h>

#include "sandbox/sign.h"

#define ORDER "261122AAAAAAAAAAAAAA"
#define AES_KEY "VGlsbCBzYW5kYm94IEFFUw=="

static const char good_pay[] =
  "{\"out_trade_no\":\"" ORDER "\",\"total_amount\":\"12.50\",\"subject\":\"晨光便利店\","
  "\"auth_code\":\"281234567890123400\",\"scene\":\"bar_code\","
  "\"product_code\":\"FACE_TO_FACE_PAYMENT\",\"store_id\":\"demo-01\",\"timeout_express\":\"5m\"}";
static const char good_precreate[] =
  "{\"out_trade_no\":\"" ORDER "\",\"total_amount\":\"12.50\",\"subject\":\"晨光便利店\","
  "\"product_code\":\"QR_CODE_OFFLINE\",\"qr_code_timeout_express\":\"5m\"}";
static const char good_refund[] =
  "{\"out_trade_no\":\"" ORDER "\",\"refund_amount\":\"3.00\",\"out_request_no\":\"R1\"}";
static const char number[] = "{\"out_trade_no\":\"" ORDER "\"}";
static const char refund_number[] =
  "{\"out_trade_no\":\"" ORDER "\",\"out_request_no\":\"R1\"}";

static Reply *
ask (Shop       *shop,
     const char *method,
     const char *content,
     const char *old,
     const char *new)
{
  g_auto (GStrv) parts = old ? g_strsplit (content, old, 2) : NULL;
  g_autofree char *text = old ? g_strjoinv (new, parts) : g_strdup (content);
  g_autofree char *full = g_strconcat ("alipay.trade.", method, NULL);

  g_assert_true (!old || g_strv_length (parts) == 2);
  return shop_alipay (shop, (Alipay) { .method = full, .content = text });
}

static void
assert_business (Reply      *reply,
                 const char *sub_code)
{
  g_assert_cmpuint (reply->status, ==, 200);
  assert_member (reply, "sub_code", sub_code);
  assert_member (reply, "code", "40004");
  g_assert_true (reply_node_is_signed_by (reply, "alipay-gateway-pub.pem"));
}

/* The gateway's own errors are not signed. */
static void
assert_gateway (Reply      *reply,
                const char *code,
                const char *sub_code)
{
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_true (json_object_has_member (reply->json, "error_response"));
  assert_member (reply, "sub_code", sub_code);
  assert_member (reply, "code", code);
  g_assert_false (json_object_has_member (reply->json, "sign"));
}

static void
assert_status (Shop       *shop,
               const char *status)
{
  g_autoptr (Reply) reply = ask (shop, "query", number, NULL, NULL);

  if (status) {
    assert_member (reply, "trade_status", status);
    g_assert_true (reply_node_is_signed_by (reply, "alipay-gateway-pub.pem"));
  } else {
    assert_business (reply, "ACQ.TRADE_NOT_EXIST");
  }
}

/* A charge is paid, the node is signed by the gateway's key, and both queries tell the same. */
static void
test_pay (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) paid = ask (shop, "pay", good_pay, NULL, NULL);
  g_autofree char *by_ref = g_strdup_printf ("{\"out_trade_no\":\"X\",\"trade_no\":\"%s\"}",
                                             reply_text (paid, "trade_no"));
  g_autoptr (Reply) queried = ask (shop, "query", by_ref, NULL, NULL);

  g_assert_no_error (paid->error);
  g_assert_cmpuint (paid->status, ==, 200);
  g_assert_cmpstr (soup_message_headers_get_one (paid->headers, "Content-Type"), ==,
                   "text/html;charset=utf-8");
  g_assert_true (json_object_has_member (paid->json, "alipay_trade_pay_response"));
  g_assert_true (reply_node_is_signed_by (paid, "alipay-gateway-pub.pem"));
  assert_member (paid, "code", "10000");
  assert_member (paid, "out_trade_no", ORDER);
  assert_member (paid, "total_amount", "12.50");

  assert_member (queried, "trade_status", "TRADE_SUCCESS");
  assert_member (queried, "trade_no", reply_text (paid, "trade_no"));
  assert_member (queried, "out_trade_no", ORDER);
  assert_member (queried, "total_amount", "12.50");
}

/* Parameters may stand in the address or in the body. */
static void
test_split (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) paid = shop_alipay (shop, (Alipay) { .method = "alipay.trade.pay",
                                                         .content = good_pay, .in_query = TRUE });

  assert_member (paid, "code", "10000");
}

/* What is wrong with the common parameters. */
static void
test_strict_params (void)
{
  static const struct {
    const char *name;
    Alipay      ask;
    const char *code;
    const char *sub_code;
  } cases[] = {
    { "no app_id", { .unset = "app_id" }, "40001", "isv.missing-app-id" },
    { "no method", { .unset = "method" }, "40001", "isv.missing-method" },
    { "no charset", { .unset = "charset" }, "40001", "isv.missing-charset" },
    { "no sign_type", { .unset = "sign_type" }, "40001", "isv.missing-signature-type" },
    { "no sign", { .unset = "sign" }, "40001", "isv.missing-signature" },
    { "no timestamp", { .unset = "timestamp" }, "40001", "isv.missing-timestamp" },
    { "no version", { .unset = "version" }, "40001", "isv.missing-version" },
    { "no content", { .unset = "biz_content" }, "40001", "isv.missing-biz-content" },
    { "another app", { .app_id = "2026112200000009" }, "40002", "isv.invalid-app-id" },
    { "a short app", { .app_id = "2026" }, "40002", "isv.invalid-app-id" },
    { "another method", { .method = "alipay.trade.orderinfo.sync" },
      "40002", "isv.invalid-method" },
    { "another format", { .set = "format=XML" }, "40002", "isv.invalid-format" },
    { "another charset", { .set = "charset=GBK" }, "40002", "isv.invalid-charset" },
    { "RSA", { .set = "sign_type=RSA" }, "40002", "isv.invalid-signature-type" },
    { "another version", { .set = "version=2.0" }, "40002", "isv.invalid-version" },
    { "an RFC 3339 time", { .set = "timestamp=2026-05-20T13:29:35+08:00" },
      "40002", "isv.invalid-timestamp" },
    { "six minutes late", { .late_s = 360 }, "40002", "isv.invalid-timestamp" },
    { "six minutes early", { .late_s = -360 }, "40002", "isv.invalid-timestamp" },
    { "UTC", { .late_s = -8 * 60 * 60 }, "40002", "isv.invalid-timestamp" },
    { "another key", { .key = "stranger-key.pem" }, "40002", "isv.invalid-signature" },
    { "another content than was signed", { .spoil = "biz_content={}" },
      "40002", "isv.invalid-signature" },
    { "a signature with a line break", { .spoil = "sign=AAAA\nAAAA" },
      "40002", "isv.invalid-signature" },
    { "encrypted without a key", { .set = "encrypt_type=AES" },
      "40002", "isv.invalid-encrypt-type" },
    { "certificate numbers in key mode",
      { .set = "app_cert_sn=0123456789abcdef0123456789abcdef" },
      "40002", "isv.invalid-app-cert-sn" },
    { "no app certificate", { .app_id = "2026112200000002", .unset = "app_cert_sn" },
      "40001", "isv.missing-app-cert-sn" },
    { "no root certificate", { .app_id = "2026112200000002", .unset = "alipay_root_cert_sn" },
      "40001", "isv.missing-alipay-root-cert-sn" },
    { "another app certificate",
      { .app_id = "2026112200000002", .set = "app_cert_sn=0123456789abcdef0123456789abcdef" },
      "40002", "isv.invalid-app-cert-sn" },
    { "one root too many",
      { .app_id = "2026112200000002",
        .set = "alipay_root_cert_sn=0123456789abcdef0123456789abcdef" },
      "40002", "isv.invalid-alipay-root-cert-sn" },
    { "not encrypted", { .app_id = "2026112200000003", .unset = "encrypt_type" },
      "40002", "isv.invalid-encrypt-type" },
    { "encrypted by another key",
      { .app_id = "2026112200000003", .set = "biz_content=AAAAAAAAAAAAAAAAAAAAAA==" },
      "40002", "isv.decryption-error-unknown" },
    { "an unknown token", { .set = "app_auth_token=X" }, "20001", "aop.invalid-app-auth-token" },
    { "an unknown parameter", { .set = "more=1" }, "40002", "isv.invalid-parameter" },
    { "two values", { .raw = "charset=utf-8&charset=GBK" }, "40002", "isv.invalid-parameter" },
    { "not UTF-8", { .raw = "biz_content=%ff" }, "40002", "isv.invalid-parameter" },
    { "half an escape", { .raw = "biz_content=%f" }, "40002", "isv.invalid-parameter" },
    { "no equals sign", { .raw = "biz_content" }, "40002", "isv.invalid-parameter" },
    { "JSON", { .type = "application/json", .raw = "{}" }, "40002", "isv.invalid-content-type" },
  };
  g_autoptr (Shop) shop = shop_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Alipay spoilt = cases[i].ask;
    g_autoptr (Reply) reply = NULL;

    g_test_message ("%s", cases[i].name);
    spoilt.content = good_pay;
    if (!spoilt.method)
      spoilt.method = "alipay.trade.pay";
    reply = shop_alipay (shop, spoilt);
    assert_gateway (reply, cases[i].code, cases[i].sub_code);
  }
}

/* The refusal of a signature shows what was signed, escaped for HTML. */
static void
test_signature_shown (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) reply = shop_alipay (shop, (Alipay) {
    .method = "alipay.trade.query", .content = number, .key = "stranger-key.pem" });

  g_assert_nonnull (strstr (reply_text (reply, "sub_msg"),
                            "app_id=2026112200000001&amp;biz_content={&quot;out_trade_no&quot;"));
  g_assert_nonnull (strstr (reply_text (reply, "sub_msg"), "&amp;sign_type=RSA2&amp;"));
}

/* A known authorisation is good. */
static void
test_token (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) reply = shop_alipay (shop, (Alipay) {
    .method = "alipay.trade.pay", .content = good_pay,
    .set = "app_auth_token=202611BBTillSandboxShop109" });

  assert_member (reply, "code", "10000");
}

/* Fields of biz_content, spoilt: a business error, signed. */
static void
test_strict_content (void)
{
  static const struct {
    const char *method;
    const char *content;
    const char *old;
    const char *new;
    const char *sub_code;
  } cases[] = {
    { "pay", good_pay, "\"12.50\"", "12.50", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "12.50", "12.505", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "12.50", "0.00", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "12.50", "1,250.00", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "晨光便利店", "a/b", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "晨光便利店", "a=b", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "晨光便利店", "a&b", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "晨光便利店", "", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, ORDER, "261122-AAA", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "\"scene\":\"bar_code\",", "", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "bar_code", "wave_code", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "bar_code", "security_code", "ACQ.PAYMENT_AUTH_CODE_INVALID" },
    { "pay", good_pay, "281234567890123400", "134567890123456700",
      "ACQ.PAYMENT_AUTH_CODE_INVALID" },
    { "pay", good_pay, "281234567890123400", "281234567890100", "ACQ.PAYMENT_AUTH_CODE_INVALID" },
    { "pay", good_pay, "5m", "90s", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "5m", "16d", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "5m", "1.5h", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "FACE_TO_FACE_PAYMENT", "QR_CODE_OFFLINE", "ACQ.INVALID_PARAMETER" },
    { "pay", good_pay, "\"timeout_express\":\"5m\"", "\"time_expire\":\"2026-01-01 00:00:00\"",
      "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR" },
    { "pay", good_pay, "\"store_id\"", "\"shop_id\"", "ACQ.INVALID_PARAMETER" },
    { "pay", "[]", NULL, NULL, "ACQ.INVALID_PARAMETER" },
    { "pay", "out_trade_no", NULL, NULL, "ACQ.INVALID_PARAMETER" },
    { "precreate", good_precreate, "\"product_code\"", "\"auth_code\"", "ACQ.INVALID_PARAMETER" },
    { "precreate", good_precreate, "\"12.50\"", "1250", "ACQ.INVALID_PARAMETER" },
    { "query", "{}", NULL, NULL, "ACQ.INVALID_PARAMETER" },
    { "cancel", "{}", NULL, NULL, "ACQ.INVALID_PARAMETER" },
    { "close", "{}", NULL, NULL, "ACQ.INVALID_PARAMETER" },
    { "refund", good_refund, "\"3.00\"", "3", "ACQ.INVALID_PARAMETER" },
    { "refund", good_refund, ",\"out_request_no\":\"R1\"", "", "ACQ.INVALID_PARAMETER" },
    { "fastpay.refund.query", number, NULL, NULL, "ACQ.INVALID_PARAMETER" },
  };
  g_autoptr (Shop) shop = shop_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Reply) reply = ask (shop, cases[i].method, cases[i].content, cases[i].old,
                                   cases[i].new);

    g_test_message ("%s: %s", cases[i].method, cases[i].new);
    assert_business (reply, cases[i].sub_code);
  }
  assert_status (shop, NULL);
}

/* A face code is paid by the other scene. */
static void
test_face (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) paid = ask (shop, "pay", good_pay,
                                "\"281234567890123400\",\"scene\":\"bar_code\"",
                                "\"fp000000000000000000000000000000000\","
                                "\"scene\":\"security_code\"");

  assert_member (paid, "code", "10000");
}

/* A number and a payment code are good for one charge; while the payer types it is repeated. */
static void
test_single_use (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) first = ask (shop, "pay", good_pay, NULL, NULL);
  g_autoptr (Reply) again = ask (shop, "pay", good_pay, NULL, NULL);
  g_autoptr (Reply) same_code = ask (shop, "pay", good_pay, ORDER, "261122BBBB");
  g_autoptr (Reply) typing = ask (shop, "pay", good_pay, ORDER "\",\"total_amount\":\"12.50\","
                                  "\"subject\":\"晨光便利店\",\"auth_code\":\"281234567890123400",
                                  "261122CCCC\",\"total_amount\":\"12.50\",\"subject\":\"s\","
                                  "\"auth_code\":\"281234567890123411");
  g_autoptr (Reply) same = ask (shop, "pay", good_pay, ORDER, "261122CCCC");
  g_autoptr (Reply) other = ask (shop, "pay", good_pay, ORDER "\",\"total_amount\":\"12.50",
                                 "261122CCCC\",\"total_amount\":\"12.51");

  assert_member (first, "code", "10000");
  assert_business (again, "ACQ.TRADE_HAS_SUCCESS");
  assert_business (same_code, "ACQ.PAYMENT_AUTH_CODE_INVALID");
  assert_member (typing, "code", "10003");
  g_assert_true (reply_node_is_signed_by (typing, "alipay-gateway-pub.pem"));
  assert_member (same, "code", "10003");
  assert_business (other, "ACQ.CONTEXT_INCONSISTENT");
}

/* Until it is scanned there is no trade; cancelling makes the code unusable all the same. */
static void
test_precreate (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) order = ask (shop, "precreate", good_precreate, NULL, NULL);
  g_autoptr (Reply) again = ask (shop, "precreate", good_precreate, NULL, NULL);
  g_autoptr (Reply) closed = ask (shop, "close", number, NULL, NULL);
  g_autoptr (Reply) scanned = NULL;
  g_autoptr (Reply) paid = NULL;

  g_assert_true (reply_node_is_signed_by (order, "alipay-gateway-pub.pem"));
  g_assert_nonnull (strstr (order->body, "\"qr_code\":\"https:\\/\\/qr.alipay.com\\/bax"));
  assert_business (again, "ACQ.APPLY_PC_MERCHANT_CODE_ERROR");
  assert_business (closed, "ACQ.TRADE_NOT_EXIST");
  assert_status (shop, NULL);

  scanned = shop_post (shop, "/sandbox/customer", "{\"do\":\"scan\",\"text\":\"%s\"}",
                       reply_text (order, "qr_code"));
  assert_member (scanned, "order", ORDER);
  assert_status (shop, "WAIT_BUYER_PAY");
  paid = shop_post (shop, "/sandbox/customer", "{\"do\":\"pay\",\"order\":\"" ORDER "\"}");
  assert_member (paid, "state", "paid");
  assert_status (shop, "TRADE_SUCCESS");
}

static void
test_cancel_unscanned (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) order = ask (shop, "precreate", good_precreate, NULL, NULL);
  g_autoptr (Reply) cancelled = ask (shop, "cancel", number, NULL, NULL);
  g_autoptr (Reply) paid = shop_post (shop, "/sandbox/customer", "{\"do\":\"pay\",\"text\":\"%s\"}",
                                      reply_text (order, "qr_code"));

  assert_member (cancelled, "code", "10000");
  assert_member (cancelled, "retry_flag", "N");
  assert_member (cancelled, "action", NULL);
  g_assert_cmpuint (paid->status, ==, 409);
}

/* What cancel does, by what it finds; it may be repeated. */
static void
test_cancel (void)
{
  static const struct {
    const char *paycode;   /* NULL: nothing was charged */
    const char *action;
    const char *status;    /* afterwards */
    gint64      given_back_fen;
  } cases[] = {
    { NULL, NULL, NULL, 0 },
    { "281234567890123400", "refund", "TRADE_CLOSED", 1250 },
    { "281234567890123411", "close", "TRADE_CLOSED", 0 },
    { "281234567890123423", NULL, "TRADE_CLOSED", 0 },
    { "281234567890123479", "refund", "TRADE_CLOSED", 1250 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Shop) shop = shop_new (NULL);
    g_autoptr (Reply) charge = cases[i].paycode ?
                               ask (shop, "pay", good_pay, "281234567890123400", cases[i].paycode) :
                               NULL;
    g_autoptr (Reply) first = ask (shop, "cancel", number, NULL, NULL);
    g_autoptr (Reply) second = ask (shop, "cancel", number, NULL, NULL);
    g_autoptr (Reply) ledger = shop_send (shop, "GET", "/sandbox/ledger", NULL, NULL);
    JsonArray *orders = json_object_get_array_member (ledger->json, "orders");

    g_test_message ("%s", cases[i].paycode);
    assert_member (first, "code", "10000");
    assert_member (first, "out_trade_no", ORDER);
    assert_member (first, "retry_flag", "N");
    assert_member (first, "action", cases[i].action);
    assert_member (second, "code", "10000");
    assert_member (second, "action", NULL);
    assert_status (shop, cases[i].status);
    if (charge)
      g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (orders, 0),
                                                   "given_back_fen"), ==, cases[i].given_back_fen);
  }
}

/* Close takes only what waits for its payer. */
static void
test_close (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) absent = ask (shop, "close", number, NULL, NULL);
  g_autoptr (Reply) order = ask (shop, "precreate", good_precreate, NULL, NULL);
  g_autoptr (Reply) scanned = shop_post (shop, "/sandbox/customer",
                                         "{\"do\":\"scan\",\"text\":\"%s\"}",
                                         reply_text (order, "qr_code"));
  g_autoptr (Reply) closed = ask (shop, "close", number, NULL, NULL);
  g_autoptr (Reply) again = ask (shop, "close", number, NULL, NULL);
  g_autoptr (Reply) charge = ask (shop, "pay", good_pay, ORDER, "261122BBBB");
  g_autoptr (Reply) paid = ask (shop, "close", number, ORDER, "261122BBBB");

  assert_business (absent, "ACQ.TRADE_NOT_EXIST");
  g_assert_cmpuint (scanned->status, ==, 200);
  assert_member (closed, "code", "10000");
  assert_business (again, "ACQ.TRADE_STATUS_ERROR");
  assert_status (shop, "TRADE_CLOSED");
  assert_member (charge, "code", "10000");
  assert_business (paid, "ACQ.TRADE_STATUS_ERROR");
}

/* refund_fee sums all refunds; the same number is the same refund; never more than is left. */
static void
test_refund (void)
{
  static const struct {
    const char *old;
    const char *new;
    const char *sub_code;     /* NULL: done */
    const char *fund_change;
    const char *refund_fee;
  } cases[] = {
    { NULL, NULL, NULL, "Y", "3.00" },
    { NULL, NULL, NULL, "N", "3.00" },
    { "3.00", "3.01", "ACQ.DISCORDANT_REPEAT_REQUEST", NULL, NULL },
    { "R1", "R2", NULL, "Y", "6.00" },
    { "3.00\",\"out_request_no\":\"R1", "6.51\",\"out_request_no\":\"R3",
      "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", NULL, NULL },
    { "3.00\",\"out_request_no\":\"R1", "6.50\",\"out_request_no\":\"R3", NULL, "Y", "12.50" },
    { "3.00\",\"out_request_no\":\"R1", "0.01\",\"out_request_no\":\"R4",
      "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", NULL, NULL },
    { NULL, NULL, NULL, "N", "12.50" },
  };
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) absent = ask (shop, "refund", good_refund, NULL, NULL);
  g_autoptr (Reply) paid = ask (shop, "pay", good_pay, NULL, NULL);
  g_autoptr (Reply) before = ask (shop, "fastpay.refund.query", refund_number, NULL, NULL);
  g_autoptr (Reply) after = NULL;
  g_autoptr (Reply) cancelled = NULL;

  assert_business (absent, "ACQ.TRADE_NOT_EXIST");
  assert_member (paid, "code", "10000");
  assert_member (before, "code", "10000");
  assert_member (before, "refund_status", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Reply) reply = ask (shop, "refund", good_refund, cases[i].old, cases[i].new);

    g_test_message ("%u: %s", i, cases[i].new);
    assert_member (reply, "sub_code", cases[i].sub_code);
    assert_member (reply, "fund_change", cases[i].fund_change);
    assert_member (reply, "refund_fee", cases[i].refund_fee);
    assert_status (shop, i < 5 ? "TRADE_SUCCESS" : "TRADE_CLOSED");
    if (i == 3)
      cancelled = ask (shop, "cancel", number, NULL, NULL);
  }
  assert_business (cancelled, "ACQ.REASON_TRADE_REFUND_FEE_ERR");
  after = ask (shop, "fastpay.refund.query", refund_number, NULL, NULL);
  assert_member (after, "refund_status", "REFUND_SUCCESS");
  assert_member (after, "refund_amount", "3.00");
  assert_member (after, "total_amount", "12.50");
}

/* What was not paid is not refunded. */
static void
test_refund_unpaid (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) typing = ask (shop, "pay", good_pay, "281234567890123400",
                                  "281234567890123411");
  g_autoptr (Reply) refused = ask (shop, "refund", good_refund, NULL, NULL);

  assert_member (typing, "code", "10003");
  assert_business (refused, "ACQ.TRADE_STATUS_ERROR");
}

/* With certificates, answers name the one that signs; another application's trades are not seen. */
static void
test_certificates (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) paid = shop_alipay (shop, (Alipay) { .method = "alipay.trade.pay",
                                                         .content = good_pay,
                                                         .app_id = "2026112200000002" });
  g_autofree char *sn = till_sandbox_alipay_sn (till_sandbox_certificate ("alipay-cert.pem"));

  assert_member (paid, "code", "10000");
  g_assert_true (reply_node_is_signed_by (paid, "alipay-cert.pem"));
  g_assert_false (reply_node_is_signed_by (paid, "alipay-gateway-pub.pem"));
  g_assert_cmpstr (json_object_get_string_member (paid->json, "alipay_cert_sn"), ==, sn);
  assert_status (shop, NULL);
}

/* Encrypted both ways: the node is a text, signed with its quotes; so are business errors. */
static void
test_encrypted (void)
{
  static const char *const methods[] = { "alipay.trade.pay", "alipay.trade.close" };
  static const char *const inside[] = {
    "\"out_trade_no\":\"" ORDER "\"", "\"ACQ.TRADE_STATUS_ERROR\"",
  };
  g_autoptr (Shop) shop = shop_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
    g_autoptr (Reply) reply = shop_alipay (shop, (Alipay) { .method = methods[i],
                                                            .content = i == 0 ? good_pay : number,
                                                            .app_id = "2026112200000003" });
    const char *sealed = json_object_get_string_member (reply->json, i == 0 ?
                                                        "alipay_trade_pay_response" :
                                                        "alipay_trade_close_response");
    g_autofree char *opened = till_sandbox_open_cbc (AES_KEY, sealed);

    g_assert_true (reply_node_is_signed_by (reply, "alipay-gateway-pub.pem"));
    g_assert_nonnull (strstr (opened, inside[i]));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-alipay/pay", test_pay);
  g_test_add_func ("/sandbox-alipay/split", test_split);
  g_test_add_func ("/sandbox-alipay/strict-params", test_strict_params);
  g_test_add_func ("/sandbox-alipay/signature-shown", test_signature_shown);
  g_test_add_func ("/sandbox-alipay/token", test_token);
  g_test_add_func ("/sandbox-alipay/strict-content", test_strict_content);
  g_test_add_func ("/sandbox-alipay/face", test_face);
  g_test_add_func ("/sandbox-alipay/single-use", test_single_use);
  g_test_add_func ("/sandbox-alipay/precreate", test_precreate);
  g_test_add_func ("/sandbox-alipay/cancel-unscanned", test_cancel_unscanned);
  g_test_add_func ("/sandbox-alipay/cancel", test_cancel);
  g_test_add_func ("/sandbox-alipay/close", test_close);
  g_test_add_func ("/sandbox-alipay/refund", test_refund);
  g_test_add_func ("/sandbox-alipay/refund-unpaid", test_refund_unpaid);
  g_test_add_func ("/sandbox-alipay/certificates", test_certificates);
  g_test_add_func ("/sandbox-alipay/encrypted", test_encrypted);

  return g_test_run ();
}
