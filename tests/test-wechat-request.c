/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/wechat-request.h"

#include <string.h>

#include "acquirer/wechat-keys.h"
#include "wire-case.h"

/* The direct merchant's requests are compared byte for byte in the walk through the registry;
 * here is what differs from them. */

static TillMerchant *
partner (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");
  g_autoptr (GError) error = NULL;
  TillMerchant *merchant;

  fake_settings_set (settings, "mode", "partner");
  fake_settings_set (settings, "sub-mchid", "1900000109");
  fake_settings_set (settings, "sub-appid", "wxd678efh567hg6999");
  merchant = till_merchant_new ("wechat", settings, &error);
  g_assert_no_error (error);

  return merchant;
}

static char *
body_of (const TillMerchant *merchant,
         const TillAsk      *ask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillHttpRequest) request = till_acquirer_build (merchant, ask, &error);

  g_assert_no_error (error);
  return request->body ? g_strndup (g_bytes_get_data (request->body, NULL),
                                    g_bytes_get_size (request->body))
                       : NULL;
}

static char *
url_of (const TillMerchant *merchant,
        const TillAsk      *ask)
{
  g_autoptr (TillHttpRequest) request = till_acquirer_build (merchant, ask, NULL);

  return g_strdup (request->url);
}

#define IDS "\"sp_appid\":\"wxd678efh567hg6787\",\"sp_mchid\":\"1900007291\"," \
            "\"sub_mchid\":\"1900000109\",\"sub_appid\":\"wxd678efh567hg6999\""
#define TRADES "https://api.mch.weixin.qq.com/v3/pay/partner/transactions"
#define REFUNDS "https://api.mch.weixin.qq.com/v3/refund/domestic/refunds"

static const struct {
  TillCall    call;
  const char *url;
  const char *body;  /* its beginning; NULL: none */
} partner_cases[] = {
  { TILL_CALL_CHARGE, TRADES "/codepay", "{" IDS ",\"description\":\"晨光便利店\"," },
  { TILL_CALL_ORDER, TRADES "/native", "{" IDS ",\"description\":\"晨光便利店\"," },
  { TILL_CALL_QUERY, TRADES "/out-trade-no/" CASE_ORDER "?sp_mchid=1900007291&sub_mchid=1900000109",
    NULL },
  { TILL_CALL_CLOSE, TRADES "/out-trade-no/" CASE_ORDER "/close",
    "{\"sp_mchid\":\"1900007291\",\"sub_mchid\":\"1900000109\"}" },
  { TILL_CALL_REVERSE, TRADES "/out-trade-no/" CASE_ORDER "/reverse", "{" IDS "}" },
  { TILL_CALL_REFUND, REFUNDS, "{\"sub_mchid\":\"1900000109\",\"out_trade_no\":" },
  { TILL_CALL_QUERY_REFUND, REFUNDS "/" CASE_REFUND "?sub_mchid=1900000109", NULL },
};

/* A provider names itself and the shop, where each call wants them. */
static void
test_partner (void)
{
  g_autoptr (TillMerchant) merchant = partner ();

  for (guint i = 0; i < G_N_ELEMENTS (partner_cases); i++) {
    TillAsk ask = case_ask (partner_cases[i].call, "134567890123456789");
    g_autofree char *url = url_of (merchant, &ask);
    g_autofree char *body = body_of (merchant, &ask);

    g_assert_cmpstr (url, ==, partner_cases[i].url);
    if (partner_cases[i].body)
      g_assert_true (g_str_has_prefix (body, partner_cases[i].body));
    else
      g_assert_null (body);
  }
}

/* Once WeChat Pay's number is known, it may be asked by; what is no number is not put into an
 * address. */
static void
test_query_by_ref (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");
  static const struct {
    const char *ref;
    const char *rest;
  } cases[] = {
    { "4200002600202605201234567890", "/id/4200002600202605201234567890?" },
    { NULL, "/out-trade-no/" CASE_ORDER "?" },
    { "", "/out-trade-no/" CASE_ORDER "?" },
    { "../../x", "/out-trade-no/" CASE_ORDER "?" },
    { "42?mchid=1", "/out-trade-no/" CASE_ORDER "?" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);
    g_autofree char *url = NULL;

    ask.acquirer_ref = cases[i].ref;
    url = url_of (merchant, &ask);
    g_assert_nonnull (strstr (url, cases[i].rest));
  }
}

/* The shop's number is there, exactly one of the two, whatever the profile has. */
static void
test_store (void)
{
  static const struct {
    const char *key;
    const char *value;
    const char *register_no;
    const char *store;
  } cases[] = {
    { "store-id", "12345", "01", "\"store_info\":{\"id\":\"12345\"}" },
    { "store-out-id", "A1", "01", "\"store_info\":{\"out_id\":\"A1\"}" },
    { "store-id", NULL, "07", "\"store_info\":{\"out_id\":\"07\"}" },
    { "store-id", NULL, NULL, "\"store_info\":{\"out_id\":\"1\"}" },
    { "store-id", NULL, "", "\"store_info\":{\"out_id\":\"1\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");
    g_autoptr (TillMerchant) merchant = NULL;
    TillAsk ask = case_ask (TILL_CALL_CHARGE, "134567890123456789");
    g_autofree char *body = NULL;

    fake_settings_set (settings, cases[i].key, cases[i].value);
    merchant = till_merchant_new ("wechat", settings, NULL);
    ask.register_no = cases[i].register_no;
    body = body_of (merchant, &ask);
    g_assert_nonnull (strstr (body, cases[i].store));
  }
}

/* What WeChat Pay refuses in a text is left out; a text of nothing else gives way to the number. */
static void
test_texts (void)
{
  static const struct {
    const char *subject;
    const char *description;
  } cases[] = {
    { "晨光🍜便利店", "\"description\":\"晨光便利店\"" },
    { "🍜", "\"description\":\"" CASE_ORDER "\"" },
    { NULL, "\"description\":\"" CASE_ORDER "\"" },
    { "a\"b\\c", "\"description\":\"a\\\"b\\\\c\"" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillAsk ask = case_ask (TILL_CALL_CHARGE, "134567890123456789");
    g_autofree char *body = NULL;

    ask.subject = cases[i].subject;
    body = body_of (merchant, &ask);
    g_assert_nonnull (strstr (body, cases[i].description));
  }
}

/* A code may be shown for less than WeChat Pay takes for its life. */
static void
test_life (void)
{
  static const struct {
    gint64      lives_s;
    const char *part;
  } cases[] = {
    { 300, "\"time_expire\":\"2026-05-20T13:34:35+08:00\"" },
    { 121, "\"time_expire\":\"2026-05-20T13:31:36+08:00\"" },
    { 5, "\"time_expire\":\"2026-05-20T13:31:35+08:00\"" },
    { -5, "\"time_expire\":\"2026-05-20T13:31:35+08:00\"" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillAsk ask = case_ask (TILL_CALL_ORDER, NULL);
    g_autofree char *body = NULL;

    ask.expires_us = CASE_NOW_US + cases[i].lives_s * G_USEC_PER_SEC;
    body = body_of (merchant, &ask);
    g_assert_nonnull (strstr (body, cases[i].part));
  }
}

/* In certificate mode no public key is asked for; the second host gets the same path. */
static void
test_modes (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");
  g_autoptr (TillMerchant) merchant = NULL;
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (TillHttpRequest) second = NULL;
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);

  fake_settings_set (settings, "public-key-file", NULL);
  fake_settings_set (settings, "public-key-id", NULL);
  merchant = till_merchant_new ("wechat", settings, NULL);
  request = till_acquirer_build (merchant, &ask, NULL);
  for (guint i = 0; request->headers[i]; i++)
    g_assert_false (g_str_has_prefix (request->headers[i], "Wechatpay-Serial"));

  ask.use_backup = TRUE;
  second = till_acquirer_build (merchant, &ask, NULL);
  g_assert_true (g_str_has_prefix (second->url, "https://api2.mch.weixin.qq.com/v3/pay/"));
  g_assert_cmpstr (strstr (second->url, "/v3/"), ==, strstr (request->url, "/v3/"));
  g_assert_cmpstr (second->headers[0], ==, request->headers[0]);
}

/* The published example of a signed request, header and all. */
static void
test_published_header (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");
  g_autoptr (TillMerchant) merchant = till_merchant_new ("wechat", settings, NULL);
  g_autoptr (JsonNode) vector = case_vector ("WX-REQ-GET-NOBODY");
  TillAsk ask = case_ask (TILL_CALL_QUERY_REFUND, NULL);
  g_autoptr (TillHttpRequest) request = NULL;
  g_autofree char *expect = NULL;

  ask.order = "123123123123";
  ask.now_us = G_GINT64_CONSTANT (1554208460) * G_USEC_PER_SEC;
  request = till_acquirer_build (merchant, &ask, NULL);
  expect = g_strconcat ("Authorization: ",
                        json_object_get_string_member (json_node_get_object (vector),
                                                       "authorization"), NULL);
  g_assert_cmpstr (request->headers[0], ==, expect);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wechat-request/partner", test_partner);
  g_test_add_func ("/wechat-request/query-by-ref", test_query_by_ref);
  g_test_add_func ("/wechat-request/store", test_store);
  g_test_add_func ("/wechat-request/texts", test_texts);
  g_test_add_func ("/wechat-request/life", test_life);
  g_test_add_func ("/wechat-request/modes", test_modes);
  g_test_add_func ("/wechat-request/published-header", test_published_header);

  return g_test_run ();
}
