/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/alipay-request.h"

#include <string.h>

#include "acquirer/seal.h"
#include "wire-case.h"

/* The requests of public-key mode are compared byte for byte in the walk through the registry; here
 * is what differs from them. */

#define AES_KEY "aYA0GP8JEW+D7/UFaskCWA=="
#define PAYCODE "28763443825664394"

static GHashTable *
parse_form (const char *text)
{
  g_autoptr (GError) error = NULL;
  GHashTable *form = g_uri_parse_params (text, -1, "&", G_URI_PARAMS_NONE, &error);

  g_assert_no_error (error);
  return form;
}

static GHashTable *
query_of (const TillHttpRequest *request)
{
  return parse_form (strchr (request->url, '?') + 1);
}

static char *
body_of (const TillHttpRequest *request)
{
  return g_strndup (g_bytes_get_data (request->body, NULL), g_bytes_get_size (request->body));
}

static char *
content_of (const TillHttpRequest *request)
{
  g_autofree char *body = body_of (request);
  g_autoptr (GHashTable) form = parse_form (body);

  return g_strdup (g_hash_table_lookup (form, "biz_content"));
}

static TillHttpRequest *
build (const TillSettings *settings,
       const TillAsk      *ask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillMerchant) merchant = till_merchant_new ("alipay", settings, &error);
  TillHttpRequest *request;

  g_assert_no_error (error);
  request = till_acquirer_build (merchant, ask, &error);
  g_assert_no_error (error);

  return request;
}

/* In certificate mode each call carries both numbers; in public-key mode neither. */
static void
test_certificates (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("alipay");
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);
  g_autoptr (TillHttpRequest) plain = build (settings, &ask);
  g_autoptr (GHashTable) plain_query = query_of (plain);
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (GHashTable) query = NULL;

  g_assert_false (g_hash_table_contains (plain_query, "app_cert_sn"));
  g_assert_false (g_hash_table_contains (plain_query, "alipay_root_cert_sn"));

  fake_settings_set (settings, "alipay-public-key-file", NULL);
  fake_settings_set (settings, "private-key-file", "published/wx_java_mch_key.der.b64");
  fake_settings_set (settings, "app-cert-file", "published/wx_java_mch_cert.pem");
  fake_settings_set (settings, "alipay-cert-file", "published/wx_java_plat_cert.pem");
  fake_settings_set (settings, "alipay-root-cert-file", "published/ali_alipayRootCert.crt");
  request = build (settings, &ask);
  query = query_of (request);
  g_assert_cmpuint (strlen (g_hash_table_lookup (query, "app_cert_sn")), ==, 32);
  g_assert_cmpstr (g_hash_table_lookup (query, "alipay_root_cert_sn"), ==,
                   "687b59193f3f462dd5336e5abf83c5d8_02941eef3187dddf3d3b83462e1dfcf6");
}

/* Encrypted content: sealed first, then signed as it is sent. */
static void
test_encrypted (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("alipay");
  TillAsk ask = case_ask (TILL_CALL_CHARGE, PAYCODE);
  g_autoptr (TillHttpRequest) clear = build (settings, &ask);
  g_autofree char *clear_content = content_of (clear);
  g_autoptr (TillHttpRequest) request = NULL;
  g_autofree char *content = NULL;
  g_autofree char *opened = NULL;
  g_autofree char *body = NULL;

  fake_settings_hide (settings, "aes-key", AES_KEY);
  request = build (settings, &ask);
  content = content_of (request);
  opened = till_cbc_open (AES_KEY, content, NULL);
  g_assert_cmpstr (opened, ==, clear_content);
  body = body_of (request);
  g_assert_nonnull (strstr (body, "encrypt_type=AES"));
  g_assert_null (strstr (body, PAYCODE));
  g_assert_null (strstr (request->url, PAYCODE));
}

/* The whole canonical text is what the signature is over, sign_type with it. */
static void
test_signature (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("alipay");
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);
  g_autoptr (TillKey) key = case_private_key ("ali_app-private-key.der.b64");
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (GHashTable) query = NULL;
  g_autofree char *text = NULL;

  fake_settings_hide (settings, "app-auth-token", "202605BBtoken");
  request = build (settings, &ask);
  query = query_of (request);
  text = g_strdup ("app_auth_token=202605BBtoken&app_id=2021000000000001&"
                   "biz_content={\"out_trade_no\":\"" CASE_ORDER "\"}&charset=utf-8&format=JSON&"
                   "method=alipay.trade.query&sign_type=RSA2&timestamp=2026-05-20 13:29:35&"
                   "version=1.0");
  g_assert_true (till_key_verify (key, text, strlen (text), g_hash_table_lookup (query, "sign")));
}

static const struct {
  TillCall    call;
  const char *key;
  const char *value;
  const char *paycode;
  const char *part;
} contents[] = {
  { TILL_CALL_CHARGE, "store-id", "NJ_001", PAYCODE, "\"store_id\":\"NJ_001\"" },
  { TILL_CALL_CHARGE, "terminal-id", "T9", PAYCODE, "\"terminal_id\":\"T9\"" },
  { TILL_CALL_CHARGE, "store-id", NULL, PAYCODE, "\"terminal_id\":\"01\"" },
  { TILL_CALL_CHARGE, "store-id", NULL, PAYCODE, "\"scene\":\"bar_code\"" },
  { TILL_CALL_CHARGE, "store-id", NULL, "fp0123456789abcdefghijklmnopqrstuvw",
    "\"scene\":\"security_code\"" },
  { TILL_CALL_ORDER, "precreate-product-code", "FACE_TO_FACE_PAYMENT", NULL,
    "\"product_code\":\"FACE_TO_FACE_PAYMENT\"" },
  { TILL_CALL_ORDER, "store-id", NULL, NULL, "\"qr_code_timeout_express\":\"5m\"" },
};

static void
test_contents (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (contents); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("alipay");
    TillAsk ask = case_ask (contents[i].call, contents[i].paycode);
    g_autoptr (TillHttpRequest) request = NULL;
    g_autofree char *content = NULL;

    fake_settings_set (settings, contents[i].key, contents[i].value);
    request = build (settings, &ask);
    content = content_of (request);
    g_assert_nonnull (strstr (content, contents[i].part));
  }
}

/* What Alipay refuses in a subject is left out; Chinese stays UTF-8. */
static void
test_subjects (void)
{
  static const struct {
    const char *subject;
    const char *part;
  } cases[] = {
    { "晨光/便利=店&", "\"subject\":\"晨光便利店\"" },
    { "/=&", "\"subject\":\"" CASE_ORDER "\"" },
    { NULL, "\"subject\":\"" CASE_ORDER "\"" },
    { "a\"b", "\"subject\":\"a\\\"b\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("alipay");
    TillAsk ask = case_ask (TILL_CALL_CHARGE, PAYCODE);
    g_autoptr (TillHttpRequest) request = NULL;
    g_autofree char *content = NULL;

    ask.subject = cases[i].subject;
    request = build (settings, &ask);
    content = content_of (request);
    g_assert_nonnull (strstr (content, cases[i].part));
  }
}

/* A code's life in whole minutes: never less than is shown, never more than two hours. */
static void
test_life (void)
{
  static const struct {
    gint64      lives_s;
    const char *part;
  } cases[] = {
    { 300, "\"5m\"" }, { 301, "\"6m\"" }, { 1, "\"1m\"" }, { -5, "\"1m\"" }, { 7200, "\"120m\"" },
    { 86400, "\"120m\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("alipay");
    TillAsk ask = case_ask (TILL_CALL_ORDER, NULL);
    g_autoptr (TillHttpRequest) request = NULL;
    g_autofree char *content = NULL;

    ask.expires_us = CASE_NOW_US + cases[i].lives_s * G_USEC_PER_SEC;
    request = build (settings, &ask);
    content = content_of (request);
    g_assert_nonnull (strstr (content, cases[i].part));
  }
}

/* Amounts are made by digits. */
static void
test_amounts (void)
{
  static const struct {
    gint64      fen;
    const char *part;
  } cases[] = {
    { 1, "\"total_amount\":\"0.01\"" },
    { 10, "\"total_amount\":\"0.10\"" },
    { 1990, "\"total_amount\":\"19.90\"" },
    { G_GINT64_CONSTANT (9999999999), "\"total_amount\":\"99999999.99\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("alipay");
    TillAsk ask = case_ask (TILL_CALL_CHARGE, PAYCODE);
    g_autoptr (TillHttpRequest) request = NULL;
    g_autofree char *content = NULL;

    ask.amount_fen = cases[i].fen;
    request = build (settings, &ask);
    content = content_of (request);
    g_assert_nonnull (strstr (content, cases[i].part));
  }
}

/* Once Alipay's number is known a query goes by it; what ends a payment goes by ours. */
static void
test_by_ref (void)
{
  static const struct {
    TillCall    call;
    const char *content;
  } cases[] = {
    { TILL_CALL_QUERY, "{\"trade_no\":\"2026052022001412345678901234\"}" },
    { TILL_CALL_REVERSE, "{\"out_trade_no\":\"" CASE_ORDER "\"}" },
    { TILL_CALL_CLOSE, "{\"out_trade_no\":\"" CASE_ORDER "\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("alipay");
    TillAsk ask = case_ask (cases[i].call, NULL);
    g_autoptr (TillHttpRequest) request = NULL;
    g_autofree char *content = NULL;

    ask.acquirer_ref = "2026052022001412345678901234";
    request = build (settings, &ask);
    content = content_of (request);
    g_assert_cmpstr (content, ==, cases[i].content);
  }
}

static void
test_method (void)
{
  g_assert_cmpstr (till_alipay_get_method (TILL_CALL_CHARGE), ==, "alipay.trade.pay");
  g_assert_null (till_alipay_get_method (TILL_CALL_KEYS));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/alipay-request/certificates", test_certificates);
  g_test_add_func ("/alipay-request/encrypted", test_encrypted);
  g_test_add_func ("/alipay-request/signature", test_signature);
  g_test_add_func ("/alipay-request/contents", test_contents);
  g_test_add_func ("/alipay-request/subjects", test_subjects);
  g_test_add_func ("/alipay-request/life", test_life);
  g_test_add_func ("/alipay-request/amounts", test_amounts);
  g_test_add_func ("/alipay-request/by-ref", test_by_ref);
  g_test_add_func ("/alipay-request/method", test_method);

  return g_test_run ();
}
