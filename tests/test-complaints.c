/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <string.h>

#include "wire-case.h"

/* Bugs that were found in a public till of 2026 with both wallets. Each test here was seen to fail
 * with its bug put in. */

#define ALIPAY_PAID \
  "\"code\":\"10000\",\"out_trade_no\":\"" CASE_ORDER "\",\"total_amount\":\"12.50\""
#define WECHAT_PAID \
  "{\"mchid\":\"1900007291\",\"out_trade_no\":\"" CASE_ORDER "\",\"trade_state\":\"SUCCESS\"," \
  "\"amount\":{\"total\":1250,\"currency\":\"CNY\"}}"

static void
check_read (const char          *acquirer_id,
            TillCall             call,
            const TillHttpReply *reply,
            const char          *expect)
{
  g_autoptr (TillMerchant) merchant = case_merchant (acquirer_id);
  TillAsk ask = case_ask (call, NULL);
  g_auto (CaseAnswer) answer = { 0 };

  till_acquirer_read (merchant, &ask, reply, &answer);
  case_assert_answer (&answer, expect);
}

static TillHttpRequest *
build_charge (const char *acquirer_id)
{
  g_autoptr (TillMerchant) merchant = case_merchant (acquirer_id);
  g_autofree char *paycode = case_paycode (acquirer_id);
  TillAsk ask = case_ask (TILL_CALL_CHARGE, paycode);

  return till_acquirer_build (merchant, &ask, NULL);
}

/* An answer of Alipay's without a signature is no answer, whatever it says. */
static void
test_unsigned_alipay (void)
{
  static const char *const bodies[] = {
    "{\"alipay_trade_pay_response\":{" ALIPAY_PAID "}}",
    "{\"alipay_trade_pay_response\":{" ALIPAY_PAID ",\"sign\":\"AAAA\"}}",
    "{\"error_response\":{" ALIPAY_PAID "}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (TillHttpReply) reply = case_reply (200, bodies[i]);

    check_read ("alipay", TILL_CALL_CHARGE, reply, "event=lost; reason=unsigned");
  }
}

/* The signed text is the node, not all up to `,"sign"`: a certificate's number may stand
 * between, and the node may have such a key within. */
static void
test_signed_text (void)
{
  static const struct {
    const char *node;
    const char *between;  /* node and signature */
  } cases[] = {
    { "{" ALIPAY_PAID "}", ",\"alipay_cert_sn\":\"x\"" },
    { "{\"extra\":{\"a\":1,\"sign\":\"decoy\"}," ALIPAY_PAID "}", "" },
    { "{\"subject\":\"},\\\"sign\\\":\\\"\"," ALIPAY_PAID "}", "" },
  };
  g_autoptr (TillKey) key = case_private_key ("wx_go_signer_key.der.b64");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *signature = till_key_sign (key, cases[i].node, NULL);
    g_autofree char *body = g_strconcat ("{\"alipay_trade_pay_response\":", cases[i].node,
                                         cases[i].between, ",\"sign\":\"", signature, "\"}", NULL);
    g_autoptr (TillHttpReply) reply = case_reply (200, body);

    check_read ("alipay", TILL_CALL_CHARGE, reply, "event=accepted; reason=processing");
  }
}

/* Alipay's time is China's, wherever the computer believes to be. */
static void
test_time_zone (void)
{
  g_autoptr (TillHttpRequest) request = build_charge ("alipay");
  g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (CASE_NOW_US / G_USEC_PER_SEC);

  g_assert_cmpint (g_date_time_get_utc_offset (local), <, 0);
  g_assert_nonnull (strstr (request->url, "timestamp=2026-05-20%2013%3A29%3A35&"));
}

/* "Waiting for the password" and "unknown" are no failures. */
static void
test_waiting_codes (void)
{
  static const struct {
    const char *node;
    const char *expect;
  } cases[] = {
    { "{\"code\":\"10003\",\"out_trade_no\":\"" CASE_ORDER "\"}", "event=wait; reason=payer" },
    { "{\"code\":\"20000\",\"sub_code\":\"aop.unknow-error\"}",
      "event=lost; reason=acquirer-fault" },
    { "{\"code\":\"20000\"}", "event=lost; reason=acquirer-fault" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillHttpReply) reply = case_alipay_reply ("alipay.trade.pay", cases[i].node);

    check_read ("alipay", TILL_CALL_CHARGE, reply, cases[i].expect);
  }
}

/* WeChat Pay wants to know in which shop a code was scanned. */
static void
test_store_info (void)
{
  g_autoptr (TillHttpRequest) request = build_charge ("wechat-pay");
  g_autofree char *body = g_strndup (g_bytes_get_data (request->body, NULL),
                                     g_bytes_get_size (request->body));

  g_assert_nonnull (strstr (body, "\"scene_info\":{\"device_id\":\"01\","
                                  "\"store_info\":{\"out_id\":\"01\"}}"));
}

/* A success of WeChat Pay's that lacks a header of its signature is no success, in any call. */
static void
test_unsigned_wechat (void)
{
  static const char *const headers[] = {
    "wechatpay-serial", "wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature",
  };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++) {
    g_autoptr (TillHttpReply) reply = case_wechat_reply (200, WECHAT_PAID);
    g_autoptr (TillHttpReply) closed = case_wechat_reply (204, "");

    case_header (reply, headers[i], NULL);
    case_header (closed, headers[i], NULL);
    check_read ("wechat-pay", TILL_CALL_CHARGE, reply, "event=lost; reason=unsigned");
    check_read ("wechat-pay", TILL_CALL_QUERY, reply, "event=lost; reason=unsigned");
    check_read ("wechat-pay", TILL_CALL_REVERSE, reply, "event=close-lost; reason=unsigned");
    check_read ("wechat-pay", TILL_CALL_CLOSE, closed, "event=close-lost; reason=unsigned");
  }
}

/* A signature that was made more than five minutes away from now may be a recording. */
static void
test_five_minutes (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");
  g_autoptr (TillHttpReply) reply = case_wechat_reply (200, WECHAT_PAID);
  static const struct {
    gint64      later_s;
    const char *expect;
  } cases[] = {
    { 0, "event=paid; reason=" },
    { 301, "event=paid; reason=" },
    { 302, "event=lost; reason=stale-signature" },
    { -300, "event=lost; reason=stale-signature" },
    { 86400, "event=lost; reason=stale-signature" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);
    g_auto (CaseAnswer) answer = { 0 };

    ask.now_us += cases[i].later_s * G_USEC_PER_SEC;
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, cases[i].expect);
  }
}

/* A charge that may have left and was not answered is unknown, never failed. */
static void
test_network (void)
{
  static const TillHttpOutcome outcomes[] = {
    TILL_HTTP_NO_NETWORK, TILL_HTTP_TIMEOUT, TILL_HTTP_CUT_OFF, TILL_HTTP_TOO_LARGE,
    TILL_HTTP_CANCELLED, TILL_HTTP_FAULT, TILL_HTTP_UNTRUSTED,
  };
  static const char *const acquirers[] = { "alipay", "wechat-pay" };

  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    for (guint n = 0; n < G_N_ELEMENTS (acquirers); n++) {
      g_autoptr (TillHttpReply) reply = till_http_reply_new (outcomes[i]);

      reply->sent = TRUE;
      check_read (acquirers[n], TILL_CALL_CHARGE, reply, "event=lost");
    }
  }
}

/* Without a User-Agent WeChat Pay refuses some calls; it is always there, and Accept with it. */
static void
test_user_agent (void)
{
  static const char *const acquirers[] = { "alipay", "wechat-pay" };

  for (guint n = 0; n < G_N_ELEMENTS (acquirers); n++) {
    g_autoptr (TillHttpRequest) request = build_charge (acquirers[n]);
    gboolean has_agent = FALSE;
    gboolean has_accept = FALSE;

    for (guint i = 0; request->headers[i]; i++) {
      has_agent |= g_str_has_prefix (request->headers[i], "User-Agent: Till");
      has_accept |= g_str_equal (request->headers[i], "Accept: application/json");
    }
    g_assert_true (has_agent);
    g_assert_true (has_accept);
  }
}

int
main (int   argc,
      char *argv[])
{
  /* A zone that is far from China's, for the test of it; set before anyone asks for the zone. */
  g_setenv ("TZ", "EST5", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/complaints/unsigned-alipay", test_unsigned_alipay);
  g_test_add_func ("/complaints/signed-text", test_signed_text);
  g_test_add_func ("/complaints/time-zone", test_time_zone);
  g_test_add_func ("/complaints/waiting-codes", test_waiting_codes);
  g_test_add_func ("/complaints/store-info", test_store_info);
  g_test_add_func ("/complaints/unsigned-wechat", test_unsigned_wechat);
  g_test_add_func ("/complaints/five-minutes", test_five_minutes);
  g_test_add_func ("/complaints/network", test_network);
  g_test_add_func ("/complaints/user-agent", test_user_agent);

  return g_test_run ();
}
