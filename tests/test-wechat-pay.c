/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <string.h>

#include "wire-case.h"

#define AMOUNT "\"amount\":{\"total\":1250,\"currency\":\"CNY\"}"
#define TRADE(state, more) \
  "{\"mchid\":\"1900007291\",\"out_trade_no\":\"" CASE_ORDER "\",\"trade_state\":\"" state "\"" \
  more "}"
#define REFUND(status, more) \
  "{\"out_refund_no\":\"" CASE_REFUND "\",\"out_trade_no\":\"" CASE_ORDER "\",\"status\":\"" \
  status "\"" more "}"
#define BACK ",\"amount\":{\"refund\":500,\"total\":1250,\"currency\":\"CNY\"}"

typedef struct {
  TillCall    call;
  guint       status;
  const char *body;
  const char *expect;
} Case;

static void
check (const TillMerchant *merchant,
       const Case         *cases,
       guint               n_cases)
{
  for (guint i = 0; i < n_cases; i++) {
    g_autoptr (TillHttpReply) reply = case_wechat_reply (cases[i].status, cases[i].body);
    TillAsk ask = case_ask (cases[i].call, NULL);
    g_auto (CaseAnswer) answer = { 0 };

    g_test_message ("%s", cases[i].body);
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, cases[i].expect);
  }
}

static const Case trades[] = {
  { TILL_CALL_CHARGE, 200, TRADE ("SUCCESS", "," AMOUNT),
    "event=paid; reason=; payer_total_fen=0" },
  { TILL_CALL_QUERY, 200, TRADE ("SUCCESS", "," AMOUNT), "event=paid; reason=" },
  { TILL_CALL_QUERY, 200, TRADE ("REFUND", "," AMOUNT), "event=paid; reason=" },
  { TILL_CALL_CHARGE, 200, TRADE ("USERPAYING", ""), "event=wait; reason=payer" },
  { TILL_CALL_QUERY, 200, TRADE ("NOTPAY", ""), "event=wait; reason=payer" },
  { TILL_CALL_QUERY, 200, TRADE ("REVOKED", "," AMOUNT), "event=closed; reason=reversed" },
  { TILL_CALL_QUERY, 200, TRADE ("CLOSED", ""), "event=closed; reason=closed" },
  { TILL_CALL_QUERY, 200, TRADE ("PAYERROR", ""), "event=refused; reason=payer-refused" },
  { TILL_CALL_QUERY, 200, TRADE ("SOMETHING", "," AMOUNT), "event=lost; reason=unknown-answer" },
  { TILL_CALL_CHARGE, 200, "{}", "event=lost; reason=other-order" },
  { TILL_CALL_CHARGE, 202, TRADE ("SUCCESS", "," AMOUNT), "event=lost; reason=bad-answer" },
  { TILL_CALL_CHARGE, 302, "", "event=lost; reason=bad-answer" },
  { TILL_CALL_CHARGE, 204, "", "event=lost; reason=bad-answer" },
  { TILL_CALL_CHARGE, 200, "<html>", "event=lost; reason=bad-answer" },
  { TILL_CALL_CHARGE, 200, "[]", "event=lost; reason=bad-answer" },
};

static void
test_trades (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");

  check (merchant, trades, G_N_ELEMENTS (trades));
}

/* Signed by WeChat Pay, and yet not the answer to what was asked: it pays nothing. */
static const Case others[] = {
  { TILL_CALL_QUERY, 200,
    "{\"mchid\":\"1900007291\",\"out_trade_no\":\"ANOTHER0000000000000AA\","
    "\"trade_state\":\"SUCCESS\"," AMOUNT "}", "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 200,
    "{\"mchid\":\"1900007291\",\"trade_state\":\"SUCCESS\"," AMOUNT "}",
    "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 200,
    "{\"mchid\":\"1900000000\",\"out_trade_no\":\"" CASE_ORDER "\","
    "\"trade_state\":\"SUCCESS\"," AMOUNT "}", "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 200,
    "{\"out_trade_no\":\"" CASE_ORDER "\",\"trade_state\":\"SUCCESS\"," AMOUNT "}",
    "event=lost; reason=other-order" },
  { TILL_CALL_CHARGE, 200,
    "{\"mchid\":\"1900007291\",\"out_trade_no\":\"ANOTHER0000000000000AA\","
    "\"trade_state\":\"USERPAYING\"}", "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 200,
    "{\"mchid\":\"1900007291\",\"out_trade_no\":\"ANOTHER0000000000000AA\","
    "\"trade_state\":\"CLOSED\"}", "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 200,
    "{\"mchid\":\"1900007291\",\"out_trade_no\":\"ANOTHER0000000000000AA\","
    "\"trade_state\":\"PAYERROR\"}", "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 200, TRADE ("SUCCESS", ",\"amount\":{\"total\":1249,\"currency\":\"CNY\"}"),
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, 200, TRADE ("REFUND", ",\"amount\":{\"total\":125000,\"currency\":\"CNY\"}"),
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, 200, TRADE ("SUCCESS",
    ",\"amount\":{\"total\":\"1250\",\"currency\":\"CNY\"}"),
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, 200, TRADE ("SUCCESS", ",\"amount\":{\"total\":1250.0,\"currency\":\"CNY\"}"),
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, 200, TRADE ("SUCCESS", ",\"amount\":{\"total\":1250,\"currency\":\"HKD\"}"),
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, 200, TRADE ("SUCCESS", ",\"amount\":{\"total\":1250}"),
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, 200, TRADE ("SUCCESS",
    ",\"amount\":{\"payer_total\":1250,\"currency\":\"CNY\"}"),
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, 200, TRADE ("SUCCESS", ""), "event=lost; reason=other-amount" },
  { TILL_CALL_REVERSE, 200, "{\"out_trade_no\":\"ANOTHER0000000000000AA\"}",
    "event=close-lost; reason=other-order" },
};

static void
test_others (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");

  check (merchant, others, G_N_ELEMENTS (others));
}

/* A coupon makes the customer pay less; the sale is paid in full all the same. */
static void
test_coupon (void)
{
  static const Case coupon = {
    TILL_CALL_QUERY, 200,
    TRADE ("SUCCESS", ",\"amount\":{\"total\":1250,\"payer_total\":1,\"currency\":\"CNY\"}"),
    "event=paid; reason=; amount_fen=1250; payer_total_fen=1"
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");

  check (merchant, &coupon, 1);
}

static const Case orders[] = {
  { TILL_CALL_ORDER, 200, "{\"code_url\":\"weixin:\\/\\/wxpay\\/bizpayurl?pr=a\"}",
    "event=wait; reason=not-scanned; code_text=weixin://wxpay/bizpayurl?pr=a" },
  { TILL_CALL_ORDER, 200, "{\"code_url\":\"\"}",
    "event=lost; reason=bad-answer; code_text=(none)" },
  { TILL_CALL_ORDER, 200, "{\"code_url\":7}", "event=lost; reason=bad-answer" },
  { TILL_CALL_ORDER, 200, "{}", "event=lost; reason=bad-answer" },
  { TILL_CALL_CLOSE, 204, "", "event=close-done; reason=" },
  { TILL_CALL_CLOSE, 200, "{}", "event=close-done; reason=" },
  { TILL_CALL_CLOSE, 302, "", "event=close-lost; reason=bad-answer" },
  { TILL_CALL_REVERSE, 200, "{}", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, 204, "", "event=close-lost; reason=bad-answer" },
};

static void
test_orders (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");

  check (merchant, orders, G_N_ELEMENTS (orders));
}

static const Case refunds[] = {
  { TILL_CALL_REFUND, 200, REFUND ("PROCESSING", BACK), "event=wait; reason=processing" },
  { TILL_CALL_REFUND, 200, REFUND ("SUCCESS", BACK), "event=paid; reason=; amount_fen=500" },
  { TILL_CALL_QUERY_REFUND, 200, REFUND ("SUCCESS", BACK), "event=paid; reason=" },
  { TILL_CALL_QUERY_REFUND, 200, REFUND ("CLOSED", BACK), "event=closed; reason=refund-refused" },
  { TILL_CALL_QUERY_REFUND, 200, REFUND ("ABNORMAL", BACK), "event=wait; reason=refund-abnormal" },
  { TILL_CALL_QUERY_REFUND, 200, REFUND ("ELSE", BACK), "event=lost; reason=unknown-answer" },
  { TILL_CALL_REFUND, 202, REFUND ("SUCCESS", BACK), "event=lost; reason=bad-answer" },
  { TILL_CALL_REFUND, 200,
    "{\"out_refund_no\":\"ANOTHER0000000000000AA\",\"out_trade_no\":\"" CASE_ORDER
    "\",\"status\":\"SUCCESS\"" BACK "}", "event=lost; reason=other-order" },
  { TILL_CALL_REFUND, 200,
    "{\"out_refund_no\":\"" CASE_REFUND "\",\"out_trade_no\":\"ANOTHER0000000000000AA\","
    "\"status\":\"SUCCESS\"" BACK "}", "event=lost; reason=other-order" },
  { TILL_CALL_REFUND, 200, "{\"out_trade_no\":\"" CASE_ORDER "\",\"status\":\"SUCCESS\"" BACK "}",
    "event=lost; reason=other-order" },
  { TILL_CALL_REFUND, 200,
    REFUND ("SUCCESS", ",\"amount\":{\"refund\":501,\"total\":1250,\"currency\":\"CNY\"}"),
    "event=lost; reason=other-amount" },
  { TILL_CALL_REFUND, 200,
    REFUND ("SUCCESS", ",\"amount\":{\"refund\":500,\"total\":1251,\"currency\":\"CNY\"}"),
    "event=lost; reason=other-amount" },
  { TILL_CALL_REFUND, 200, REFUND ("SUCCESS", ",\"amount\":{\"refund\":500,\"total\":1250}"),
    "event=lost; reason=other-amount" },
  { TILL_CALL_REFUND, 200, REFUND ("SUCCESS", ""), "event=lost; reason=other-amount" },
};

static void
test_refunds (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");

  check (merchant, refunds, G_N_ELEMENTS (refunds));
}

#define PARTNER(sp, sub) \
  "{\"sp_mchid\":\"" sp "\",\"sub_mchid\":\"" sub "\",\"out_trade_no\":\"" CASE_ORDER \
  "\",\"trade_state\":\"SUCCESS\"," AMOUNT "}"

static const Case partners[] = {
  { TILL_CALL_QUERY, 200, PARTNER ("1900007291", "1900000109"), "event=paid; reason=" },
  { TILL_CALL_QUERY, 200, PARTNER ("1900007291", "1900000110"), "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 200, PARTNER ("1900007292", "1900000109"), "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 200, TRADE ("SUCCESS", "," AMOUNT), "event=lost; reason=other-order" },
};

/* A provider's answer is about this shop. */
static void
test_partner (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");
  g_autoptr (TillMerchant) merchant = NULL;

  fake_settings_set (settings, "mode", "partner");
  fake_settings_set (settings, "sub-mchid", "1900000109");
  merchant = till_merchant_new ("wechat", settings, NULL);
  check (merchant, partners, G_N_ELEMENTS (partners));
}

/* Unsigned, or signed under a key that we lack: the desk is told when fetching keys may help. */
static void
test_wants_keys (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");
  static const struct {
    const char *serial;
    gboolean    wants_keys;
    const char *expect;
  } cases[] = {
    { "440024045C4A427599D09BB4E3DE0279F2E813FD", TRUE, "event=lost; reason=unknown-key" },
    { "PUB_KEY_ID_00", FALSE, "event=lost; reason=unknown-key" },
    { NULL, FALSE, "event=lost; reason=unsigned" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillHttpReply) reply = case_wechat_reply (200, TRADE ("SUCCESS", "," AMOUNT));
    TillAsk ask = case_ask (TILL_CALL_CHARGE, NULL);
    g_auto (CaseAnswer) answer = { 0 };

    case_header (reply, "wechatpay-serial", cases[i].serial);
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, cases[i].expect);
    g_assert_true (answer.wants_keys == cases[i].wants_keys);
  }
}

/* A code lives two hours at most, and no longer than it was asked for. */
static void
test_code_life (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");
  static const struct {
    gint64 asked_s;
    gint64 lives_s;
  } cases[] = { { 0, 7200 }, { 300, 300 }, { 7200, 7200 }, { 86400, 7200 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillHttpReply) reply = case_wechat_reply (200, "{\"code_url\":\"weixin://x\"}");
    TillAsk ask = case_ask (TILL_CALL_ORDER, NULL);
    g_auto (CaseAnswer) answer = { 0 };

    ask.expires_us = cases[i].asked_s ? CASE_NOW_US + cases[i].asked_s * G_USEC_PER_SEC : 0;
    till_acquirer_read (merchant, &ask, reply, &answer);
    g_assert_cmpint (answer.expires_us, ==, CASE_NOW_US + cases[i].lives_s * G_USEC_PER_SEC);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wechat-pay/trades", test_trades);
  g_test_add_func ("/wechat-pay/others", test_others);
  g_test_add_func ("/wechat-pay/coupon", test_coupon);
  g_test_add_func ("/wechat-pay/orders", test_orders);
  g_test_add_func ("/wechat-pay/refunds", test_refunds);
  g_test_add_func ("/wechat-pay/partner", test_partner);
  g_test_add_func ("/wechat-pay/wants-keys", test_wants_keys);
  g_test_add_func ("/wechat-pay/code-life", test_code_life);

  return g_test_run ();
}
