/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <string.h>

#include "acquirer/cmb-request.h"
#include "wire-case.h"

#define UNKNOWN "event=lost; reason=unknown-answer"
#define FAULT "event=lost; reason=acquirer-fault"
#define BAD "event=lost; reason=bad-answer"
#define LEFT "event=close-lost; "

static char *
escape (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\"", -1);

  return g_strjoinv ("\\\"", parts);
}

/* An answer of the bank's, signed with its key. */
static TillHttpReply *
make_reply (const TillMerchant *merchant,
            const char         *return_code,
            const char         *response,
            const char         *error,
            const char         *content)
{
  const TillCmbKeys *keys = merchant->keys;
  g_autofree char *text = g_strdup_printf (
    "biz_content=%s&encoding=UTF-8&errCode=%s&news=1&respCode=%s&returnCode=%s", content, error,
    response, return_code);
  g_autofree char *signature = till_sm2_sign (keys->private_key, TILL_SM2_USER_ID,
                                              TILL_SM2_DER_BASE64, text, NULL);
  g_autofree char *escaped = escape (content);
  g_autofree char *body = g_strdup_printf (
    "{\"returnCode\":\"%s\",\"respCode\":\"%s\",\"errCode\":\"%s\",\"biz_content\":\"%s\","
    "\"encoding\":\"UTF-8\",\"news\":\"1\",\"sign\":\"%s\"}", return_code, response, error, escaped,
    signature);

  return case_reply (200, body);
}

/* The bank's own table of decisions, appendix 4 of its manual: row by row, call by call. */
static const struct {
  TillCall    call;
  const char *return_code;  /* NULL: no answer */
  const char *response;
  const char *error;
  const char *state;        /* NULL: no content */
  const char *expect;
} decisions[] = {
  /* No answer in time. */
  { TILL_CALL_CHARGE, NULL, NULL, NULL, NULL, "event=lost; reason=no-answer" },
  { TILL_CALL_ORDER, NULL, NULL, NULL, NULL, "event=lost; reason=no-answer" },
  { TILL_CALL_QUERY, NULL, NULL, NULL, NULL, "event=lost; reason=no-answer" },
  { TILL_CALL_REVERSE, NULL, NULL, NULL, NULL, LEFT "reason=no-answer" },
  { TILL_CALL_REFUND, NULL, NULL, NULL, NULL, "event=lost; reason=no-answer" },

  /* returnCode FAIL: nothing was made, and what was stays. */
  { TILL_CALL_CHARGE, "FAIL", "", "X", NULL, "event=refused; reason=config" },
  { TILL_CALL_ORDER, "FAIL", "", "X", NULL, "event=refused; reason=config" },
  { TILL_CALL_QUERY, "FAIL", "", "X", NULL, "event=lost; reason=config" },
  { TILL_CALL_REVERSE, "FAIL", "", "X", NULL, LEFT "reason=config" },
  { TILL_CALL_CLOSE, "FAIL", "", "X", NULL, LEFT "reason=config" },
  { TILL_CALL_REFUND, "FAIL", "", "X", NULL, "event=refused; reason=config" },
  { TILL_CALL_QUERY_REFUND, "FAIL", "", "X", NULL, "event=lost; reason=config" },

  /* respCode FAIL and a fault of the system: nobody knows. */
  { TILL_CALL_CHARGE, "SUCCESS", "FAIL", "SYSTERM_ERROR", NULL, FAULT },
  { TILL_CALL_CHARGE, "SUCCESS", "FAIL", "SYSTERM_MAINTAINING", NULL, FAULT },
  { TILL_CALL_CHARGE, "SUCCESS", "FAIL", "SYSTEM_ERROR", NULL, FAULT },
  { TILL_CALL_CHARGE, "SUCCESS", "FAIL", "SYSTEM_MAINTAINING", NULL, FAULT },
  { TILL_CALL_ORDER, "SUCCESS", "FAIL", "SYSTERM_ERROR", NULL, FAULT },
  { TILL_CALL_QUERY, "SUCCESS", "FAIL", "SYSTERM_ERROR", NULL, FAULT },
  { TILL_CALL_REVERSE, "SUCCESS", "FAIL", "SYSTERM_ERROR", NULL, LEFT "reason=acquirer-fault" },
  { TILL_CALL_REFUND, "SUCCESS", "FAIL", "SYSTERM_MAINTAINING", NULL, FAULT },

  /* respCode FAIL and anything else: it failed, and will not happen. */
  { TILL_CALL_CHARGE, "SUCCESS", "FAIL", "ANYTHING", NULL, "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, "SUCCESS", "FAIL", "AUTH_CODE_EXPIRE", NULL,
    "event=refused; reason=code-expired" },
  { TILL_CALL_CHARGE, "SUCCESS", "FAIL", "AUTH_CODE_INVALID", NULL,
    "event=refused; reason=code-invalid" },
  { TILL_CALL_CHARGE, "SUCCESS", "FAIL", "AUTHCODE_X", NULL, "event=refused; reason=code-invalid" },
  { TILL_CALL_CHARGE, "SUCCESS", "FAIL", "NOT_ENOUGH", NULL, "event=refused; reason=balance" },
  { TILL_CALL_CHARGE, "SUCCESS", "FAIL", "RULE_LIMIT", NULL, "event=refused; reason=payer-limit" },
  { TILL_CALL_CHARGE, "SUCCESS", "FAIL", "MERCHANT_X", NULL, "event=refused; reason=config" },
  { TILL_CALL_ORDER, "SUCCESS", "FAIL", "ANYTHING", NULL,
    "event=refused; reason=merchant-refused" },
  { TILL_CALL_QUERY, "SUCCESS", "FAIL", "ANYTHING", NULL, UNKNOWN },
  { TILL_CALL_QUERY, "SUCCESS", "FAIL", "CMBORDERID_NOT_EXIST", NULL,
    "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY, "SUCCESS", "FAIL", "UNPAIED_ORDER", NULL, "event=wait; reason=not-scanned" },
  { TILL_CALL_QUERY, "SUCCESS", "FAIL", "ORDERID_INVALID", NULL, "event=wait; reason=not-scanned" },
  { TILL_CALL_REVERSE, "SUCCESS", "FAIL", "OPERATING_FREQUENTLY", NULL, LEFT "reason=busy" },
  { TILL_CALL_REVERSE, "SUCCESS", "FAIL", "NOT_ALLOWED", NULL,
    "event=close-refused; reason=ending" },
  { TILL_CALL_REVERSE, "SUCCESS", "FAIL", "CMBORDERID_NOT_EXIST", NULL, "event=reverse-done" },
  { TILL_CALL_CLOSE, "SUCCESS", "FAIL", "NOT_ALLOWED", NULL,
    "event=close-refused; reason=ending" },
  { TILL_CALL_CLOSE, "SUCCESS", "FAIL", "CMBORDERID_NOT_EXIST", NULL, "event=close-done" },
  { TILL_CALL_REFUND, "SUCCESS", "FAIL", "ANYTHING", NULL, "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, "SUCCESS", "FAIL", "NOT_ENOUGH", NULL,
    "event=refused; reason=merchant-balance" },
  { TILL_CALL_QUERY_REFUND, "SUCCESS", "FAIL", "CMBORDERID_NOT_EXIST", NULL,
    "event=absent; reason=no-answer" },

  /* SUCCESS: the state decides, and none decides nothing. */
  { TILL_CALL_CHARGE, "SUCCESS", "SUCCESS", "", "P", "event=wait; reason=payer" },
  { TILL_CALL_CHARGE, "SUCCESS", "SUCCESS", "", "F", "event=refused; reason=payer-refused" },
  { TILL_CALL_CHARGE, "SUCCESS", "SUCCESS", "", "S", "event=paid; reason=; brand=unionpay" },
  { TILL_CALL_CHARGE, "SUCCESS", "SUCCESS", "", "", BAD },
  { TILL_CALL_CHARGE, "SUCCESS", "SUCCESS", "", "X", UNKNOWN },
  { TILL_CALL_CHARGE, "SUCCESS", "NEWS", "", "S", BAD },
  { TILL_CALL_QUERY, "SUCCESS", "SUCCESS", "", "P", "event=wait; reason=payer" },
  { TILL_CALL_QUERY, "SUCCESS", "SUCCESS", "", "F", "event=refused; reason=payer-refused" },
  { TILL_CALL_QUERY, "SUCCESS", "SUCCESS", "", "S", "event=paid; reason=" },
  { TILL_CALL_QUERY, "SUCCESS", "SUCCESS", "", "C", "event=closed; reason=closed" },
  { TILL_CALL_QUERY, "SUCCESS", "SUCCESS", "", "D", "event=closed; reason=reversed" },
  { TILL_CALL_QUERY, "SUCCESS", "SUCCESS", "", "R", "event=paid; reason=" },
  { TILL_CALL_REVERSE, "SUCCESS", "SUCCESS", "", "D", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, "SUCCESS", "SUCCESS", "", "P", LEFT "reason=processing" },
  { TILL_CALL_REVERSE, "SUCCESS", "SUCCESS", "", "F", "event=close-refused; reason=ending" },
  { TILL_CALL_REVERSE, "SUCCESS", "SUCCESS", "", "", LEFT "reason=bad-answer" },
  { TILL_CALL_CLOSE, "SUCCESS", "SUCCESS", "", "C", "event=close-done; reason=" },
  { TILL_CALL_CLOSE, "SUCCESS", "SUCCESS", "", "S", "event=close-refused; reason=ending" },
  { TILL_CALL_REFUND, "SUCCESS", "SUCCESS", "", "P", "event=wait; reason=processing" },
  { TILL_CALL_REFUND, "SUCCESS", "SUCCESS", "", "F", "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, "SUCCESS", "SUCCESS", "", "S", "event=paid; reason=" },
};

static void
test_decisions (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("cmb");

  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++) {
    TillAsk ask = case_ask (decisions[i].call, NULL);
    g_autofree char *content = g_strdup_printf (
      "{\"orderId\":\"%s\",\"txnAmt\":\"1250\",\"refundAmt\":\"500\",\"payType\":\"YL\","
      "\"tradeState\":\"%s\"}", ask.order, decisions[i].state ? decisions[i].state : "");
    g_autoptr (TillHttpReply) reply = NULL;
    g_auto (CaseAnswer) answer = { 0 };

    if (decisions[i].return_code) {
      reply = make_reply (merchant, decisions[i].return_code, decisions[i].response,
                          decisions[i].error, decisions[i].state ? content : "");
    } else {
      reply = till_http_reply_new (TILL_HTTP_TIMEOUT);
      reply->sent = TRUE;
    }
    g_test_message ("row %u", i);
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, decisions[i].expect);
  }
}

/* An order that has expired is closed, once its time is over here too. */
static void
test_expired (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("cmb");
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);
  g_autoptr (TillHttpReply) reply = make_reply (merchant, "SUCCESS", "FAIL", "ORDERID_INVALID", "");
  g_auto (CaseAnswer) answer = { 0 };

  ask.expires_us = ask.now_us;
  till_acquirer_read (merchant, &ask, reply, &answer);
  case_assert_answer (&answer, "event=closed; reason=expired");
}

/* Unsigned, the bank's "no" to a request as a whole is believed, and nothing else. */
static void
test_unsigned (void)
{
  static const struct {
    const char *body;
    const char *expect;
  } rows[] = {
    { "{\"returnCode\":\"FAIL\"}", "event=refused; reason=config" },
    { "{\"returnCode\":\"FAIL\",\"sign\":\"AAAA\"}", "event=lost; reason=bad-signature" },
    { "{\"returnCode\":\"SUCCESS\",\"respCode\":\"FAIL\",\"errCode\":\"X\"}",
      "event=lost; reason=unsigned" },
    { "{\"returnCode\":\"SUCCESS\",\"respCode\":\"SUCCESS\",\"biz_content\":\"{}\"}",
      "event=lost; reason=unsigned" },
    { "{}", BAD },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("cmb");
  TillAsk ask = case_ask (TILL_CALL_CHARGE, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TillHttpReply) reply = case_reply (200, rows[i].body);
    g_auto (CaseAnswer) answer = { 0 };

    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, rows[i].expect);
  }
}

/* Whose wallet is payType's word; 白条 the name of what paid. */
static void
test_brands (void)
{
  static const struct {
    const char *more;
    const char *brand;
  } rows[] = {
    { "\"payType\":\"ZF\"", "alipay" },   { "\"payType\":\"WX\"", "wechat" },
    { "\"payType\":\"YL\"", "unionpay" }, { "\"payType\":\"EC\"", "ecny" },
    { "\"payType\":\"YL\",\"payBank\":\"上海银行\"", "unionpay" },
    { "\"payType\":\"YL\",\"payBank\":\"京东白条\"", "baitiao" },
    { "\"payType\":\"YL\",\"body\":\"京东白条\"", "unionpay" },
    { "\"payType\":\"XX\"", "" },         { "\"payType\":1", "" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("cmb");
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *content = g_strdup_printf (
      "{\"orderId\":\"%s\",\"txnAmt\":\"1250\",\"tradeState\":\"S\",%s}", ask.order, rows[i].more);
    g_autofree char *expect = g_strdup_printf ("event=paid; brand=%s", rows[i].brand);
    g_autoptr (TillHttpReply) reply = make_reply (merchant, "SUCCESS", "SUCCESS", "", content);
    g_auto (CaseAnswer) answer = { 0 };

    g_test_message ("%s", content);
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, expect);
  }
}

/* The bank's test host shows codes for its own payer, and no other host does. */
static void
test_code_texts (void)
{
  static const struct {
    const char *base_url;
    const char *code;
    const char *shown;
  } rows[] = {
    { "https://api.cmburl.cn:8065", "https://qr.95516.com/03080000/1",
      "http://payment-uat.cs.cmburl.cn/03080000/1" },
    { "https://api.cmburl.cn:8065", "https://qr.95516.com.example/1",
      "https://qr.95516.com.example/1" },
    { "https://api.cmburl.cn:8065", "https://other.example/1", "https://other.example/1" },
    { "https://api.cmbchina.com", "https://qr.95516.com/03080000/1",
      "https://qr.95516.com/03080000/1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("cmb");
    TillAsk ask = case_ask (TILL_CALL_ORDER, NULL);
    g_autofree char *content = g_strdup_printf ("{\"orderId\":\"%s\",\"qrCode\":\"%s\"}", ask.order,
                                                rows[i].code);
    g_autofree char *expect = g_strdup_printf ("event=wait; code_text=%s", rows[i].shown);
    g_autoptr (TillMerchant) merchant = NULL;
    g_autoptr (TillHttpReply) reply = NULL;
    g_auto (CaseAnswer) answer = { 0 };

    fake_settings_set (settings, "base-url", rows[i].base_url);
    merchant = till_merchant_new ("cmb", settings, NULL);
    reply = make_reply (merchant, "SUCCESS", "SUCCESS", "", content);
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, expect);
  }
}

/* What the bank gave the customer, the customer did not pay. */
static void
test_discounts (void)
{
  static const struct {
    const char *more;
    const char *expect;
  } rows[] = {
    { ",\"dscAmt\":\"250\"", "event=paid; amount_fen=1250; payer_total_fen=1000" },
    { ",\"dscAmt\":\"0\"", "event=paid; amount_fen=1250; payer_total_fen=1250" },
    { "", "event=paid; payer_total_fen=0" },
    { ",\"dscAmt\":\"1250\"", "event=paid; payer_total_fen=0" },
    { ",\"dscAmt\":\"2.50\"", "event=paid; payer_total_fen=0" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("cmb");
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *content = g_strdup_printf (
      "{\"orderId\":\"%s\",\"txnAmt\":\"1250\",\"tradeState\":\"S\"%s}", ask.order, rows[i].more);
    g_autoptr (TillHttpReply) reply = make_reply (merchant, "SUCCESS", "SUCCESS", "", content);
    g_auto (CaseAnswer) answer = { 0 };

    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, rows[i].expect);
  }
}

/* Digital yuan goes its own way, both ways, where the contract has it. */
static void
test_ecny (void)
{
  static const struct {
    const char *brands;
    TillCall    call;
    const char *paycode;
    TillBrand   brand;
    const char *path;
  } rows[] = {
    { "wechat,ecny", TILL_CALL_CHARGE, "0112345678901234567", 0, "/ecny/unifiedPayment" },
    { "wechat,ecny", TILL_CALL_CHARGE, "134567890123456789", 0, "/mchorders/pay" },
    { "wechat", TILL_CALL_CHARGE, "0112345678901234567", 0, "/mchorders/pay" },
    { "wechat,ecny", TILL_CALL_ORDER, NULL, TILL_BRAND_ECNY, "/ecny/unifiedOrder" },
    { "wechat,ecny", TILL_CALL_ORDER, NULL, TILL_BRAND_NONE, "/mchorders/qrcodeapply" },
    { "ecny", TILL_CALL_ORDER, NULL, TILL_BRAND_NONE, "/ecny/unifiedOrder" },
    { "wechat", TILL_CALL_ORDER, NULL, TILL_BRAND_ECNY, "/mchorders/qrcodeapply" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("cmb");
    TillAsk ask = case_ask (rows[i].call, rows[i].paycode);
    g_autoptr (TillMerchant) merchant = NULL;
    g_autoptr (TillHttpRequest) request = NULL;

    fake_settings_set (settings, "brands", rows[i].brands);
    merchant = till_merchant_new ("cmb", settings, NULL);
    ask.brand = rows[i].brand;
    request = till_acquirer_build (merchant, &ask, NULL);
    g_assert_true (g_str_has_suffix (request->url, rows[i].path));
    g_assert_true (case_body_has (request, "TT01") ==
                   (strstr (rows[i].path, "ecny") != NULL));
  }
}

/* A code lives a minute longer there than it is shown, of either kind; but not for ever. */
static void
test_lives (void)
{
  static const struct {
    TillBrand   brand;
    gint64      shown_s;      /* 0: does not say */
    const char *part;         /* the case's now is 2026-05-20 13:29:35 in China */
  } rows[] = {
    { TILL_BRAND_NONE, 120, "payValidTime\\\":\\\"180\\\"" },
    { TILL_BRAND_NONE, 0, "payValidTime\\\":\\\"7200\\\"" },
    { TILL_BRAND_NONE, 7200, "payValidTime\\\":\\\"7200\\\"" },
    { TILL_BRAND_ECNY, 120, "orderTimeExpire\\\":\\\"2026-05-20T13:32:35\\\"" },
    { TILL_BRAND_ECNY, 3600, "orderTimeExpire\\\":\\\"2026-05-20T14:30:35\\\"" },
    { TILL_BRAND_ECNY, 0, "orderTimeExpire\\\":\\\"2026-05-20T15:29:35\\\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("cmb");
    TillAsk ask = case_ask (TILL_CALL_ORDER, NULL);
    g_autoptr (TillMerchant) merchant = NULL;
    g_autoptr (TillHttpRequest) request = NULL;

    fake_settings_set (settings, "brands", "wechat,ecny");
    merchant = till_merchant_new ("cmb", settings, NULL);
    ask.brand = rows[i].brand;
    ask.expires_us = rows[i].shown_s ? ask.now_us + rows[i].shown_s * G_USEC_PER_SEC : 0;
    request = till_acquirer_build (merchant, &ask, NULL);
    g_assert_true (case_body_has (request, rows[i].part));
  }
}

/* What is sent bears our signature over the outer fields, by name. */
static void
test_signed (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("cmb");
  const TillCmbKeys *keys = merchant->keys;
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);
  g_autoptr (TillHttpRequest) request = till_acquirer_build (merchant, &ask, NULL);
  g_autofree char *body = g_strndup (g_bytes_get_data (request->body, NULL),
                                     g_bytes_get_size (request->body));
  g_autoptr (JsonNode) root = json_from_string (body, NULL);
  JsonObject *outer = json_node_get_object (root);
  g_autofree char *text = g_strdup_printf (
    "biz_content=%s&encoding=UTF-8&signMethod=02&version=0.0.1",
    json_object_get_string_member (outer, "biz_content"));
  g_autofree char *digest = till_digest_hex ("MD5", "appid=app&secret=sec&sign=sig&timestamp=123");

  g_assert_true (till_sm2_verify (keys->public_key, TILL_SM2_USER_ID, TILL_SM2_DER_BASE64, text,
                                  strlen (text), json_object_get_string_member (outer, "sign")));
  g_assert_cmpstr (digest, ==, "ad1208145c71998d47ada12a4799d53e");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cmb/decisions", test_decisions);
  g_test_add_func ("/cmb/expired", test_expired);
  g_test_add_func ("/cmb/unsigned", test_unsigned);
  g_test_add_func ("/cmb/brands", test_brands);
  g_test_add_func ("/cmb/code-texts", test_code_texts);
  g_test_add_func ("/cmb/discounts", test_discounts);
  g_test_add_func ("/cmb/ecny", test_ecny);
  g_test_add_func ("/cmb/lives", test_lives);
  g_test_add_func ("/cmb/signed", test_signed);

  return g_test_run ();
}
