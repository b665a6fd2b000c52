/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/alipay-keys.h"

#include <string.h>

#include "wire-case.h"

#define METHOD "alipay.trade.query"
#define NODE "{\"code\":\"10000\"}"
#define AES_KEY "aYA0GP8JEW+D7/UFaskCWA=="
#define OTHER_SN "0123456789abcdef0123456789abcdef"

/* The contract in certificate mode: key pairs whose certificates are published. */
static FakeSettings *
certified (void)
{
  FakeSettings *settings = case_settings ("alipay");

  fake_settings_set (settings, "alipay-public-key-file", NULL);
  fake_settings_set (settings, "private-key-file", "published/wx_java_mch_key.der.b64");
  fake_settings_set (settings, "app-cert-file", "published/wx_java_mch_cert.pem");
  fake_settings_set (settings, "alipay-cert-file", "published/wx_java_plat_cert.pem");
  fake_settings_set (settings, "alipay-root-cert-file", "published/ali_alipayRootCert.crt");

  return settings;
}

static const struct {
  gboolean    is_certified;
  const char *key;
  const char *value;
  const char *error;  /* NULL where it loads */
} settings_cases[] = {
  { FALSE, "app-id", "2021000000000001", NULL },
  { FALSE, "app-id", NULL, "app-id is missing" },
  { FALSE, "app-id", "app111", "app-id has a wrong form" },
  { FALSE, "store-id", "NJ_001", NULL },
  { FALSE, "store-id", "门店", "store-id has a wrong form" },
  { FALSE, "terminal-id", "T 1", "terminal-id has a wrong form" },
  { FALSE, "precreate-product-code", "FACE_TO_FACE_PAYMENT", NULL },
  { FALSE, "precreate-product-code", "face", "precreate-product-code has a wrong form" },
  { FALSE, "notify-url", "https://shop.example/n?x=1", NULL },
  { FALSE, "notify-url", "shop.example", "notify-url has a wrong form" },
  { FALSE, "private-key-file", "own/pkcs8-key.pem", NULL },
  { FALSE, "private-key-file", "own/pkcs1-key.pem", NULL },
  { FALSE, "private-key-file", NULL, "private-key-file is missing" },
  { FALSE, "private-key-file", "own/nothing.pem", "put the file there" },
  { FALSE, "private-key-file", "README.md", "is not a PEM file" },
  { FALSE, "private-key-file", "own/answers-pub.pem", "is a public key" },
  { FALSE, "alipay-public-key-file", NULL, "alipay-public-key-file is missing" },
  { FALSE, "alipay-public-key-file", "README.md", "is not a PEM file" },
  { FALSE, "alipay-public-key-file", "own/pkcs8-key.pem", "is a private key" },
  { FALSE, "alipay-public-key-file", "published/ali_app-public-key.pem",
    "is the application's own" },
  { FALSE, "alipay-public-key-file", "own/bare-pub.txt", "is the application's own" },
  { FALSE, "app-cert-file", "published/wx_java_mch_cert.pem", "stands beside certificates" },
  { TRUE, "store-id", NULL, NULL },
  { TRUE, "app-cert-file", NULL, "app-cert-file is missing" },
  { TRUE, "alipay-cert-file", NULL, "alipay-cert-file is missing" },
  { TRUE, "alipay-root-cert-file", NULL, "alipay-root-cert-file is missing" },
  { TRUE, "app-cert-file", "own/nothing.pem", "put the file there" },
  { TRUE, "app-cert-file", "published/wx_java_plat_pub.pem", "holds no certificate" },
  { TRUE, "app-cert-file", "published/wx_java_plat_cert.pem", "does not fit the private key" },
  { TRUE, "alipay-cert-file", "published/wx_java_mch_cert.pem", "is the application's own" },
  { TRUE, "alipay-root-cert-file", "own/ec-root.pem", "no RSA root" },
  { TRUE, "private-key-file", "own/pkcs8-key.pem", "app-cert-file does not fit" },
};

/* Each setting and each file is what it should be, the keys fit their certificates, and the two
 * modes do not mix; or the fault says which. */
static void
test_settings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings_cases); i++) {
    g_autoptr (FakeSettings) settings = settings_cases[i].is_certified ? certified ()
                                                                       : case_settings ("alipay");
    g_autoptr (GError) error = NULL;
    gpointer keys;

    g_test_message ("%s=%s", settings_cases[i].key, settings_cases[i].value);
    fake_settings_set (settings, settings_cases[i].key, settings_cases[i].value);
    keys = till_alipay_keys_load (settings, &error);
    if (settings_cases[i].error) {
      g_assert_null (keys);
      g_assert_true (g_str_has_prefix (error->message, "profile.ini: "));
      g_assert_nonnull (strstr (error->message, settings_cases[i].error));
    } else {
      g_assert_no_error (error);
      till_alipay_keys_unload (keys);
    }
  }
}

static void
test_aes_key (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("alipay");
  g_autoptr (GError) error = NULL;
  gpointer keys;

  fake_settings_hide (settings, "aes-key", "not sixteen bytes");
  g_assert_null (till_alipay_keys_load (settings, &error));
  g_assert_nonnull (strstr (error->message, "aes-key must be"));
  g_assert_null (strstr (error->message, "sixteen"));

  fake_settings_hide (settings, "aes-key", AES_KEY);
  keys = till_alipay_keys_load (settings, NULL);
  g_assert_nonnull (keys);
  till_alipay_keys_unload (keys);
}

static const struct {
  const char *id;
  const char *pub;
  const char *method;
} published[] = {
  { "ALI-RESP-VERIFY (real gateway answer)", "published/ali_alipay_pub_wrapped.pem",
    "alipay.open.file.upload" },
  { "ALI-RESP-SLASH (computed here: \"\\/\", braces and a \"sign\" key inside strings)",
    "published/ali_slash_pub.pem", "alipay.trade.precreate" },
};

/* Published answers are believed as they came, and not once a JSON library has had them. */
static void
test_published (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (published); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("alipay");
    g_autoptr (JsonNode) vector = case_vector (published[i].id);
    const char *raw = json_object_get_string_member (json_node_get_object (vector), "raw_response");
    g_autoptr (TillHttpReply) reply = case_reply (200, raw);
    g_autoptr (GString) edited = g_string_new (raw);
    g_autoptr (TillHttpReply) other = NULL;
    g_autoptr (JsonNode) node = NULL;
    g_autoptr (JsonNode) none = NULL;
    TillAlipayKeys *keys;

    /* The application's key of the case signed one of them, and must not be both. */
    fake_settings_set (settings, "private-key-file", "published/wx_doc_mch_key.der.b64");
    fake_settings_set (settings, "alipay-public-key-file", published[i].pub);
    keys = till_alipay_keys_load (settings, NULL);
    g_assert_cmpint (till_alipay_keys_open (keys, published[i].method, reply, &node), ==,
                     TILL_REASON_NONE);
    g_assert_cmpstr (json_object_get_string_member (json_node_get_object (node), "code"), ==,
                     "10000");

    if (g_string_replace (edited, "\\/", "/", 0) == 0)
      g_string_replace (edited, ",\"msg\"", ", \"msg\"", 1);
    other = case_reply (200, edited->str);
    g_assert_cmpint (till_alipay_keys_open (keys, published[i].method, other, &none), ==,
                     TILL_REASON_BAD_SIGNATURE);
    g_assert_null (none);
    till_alipay_keys_unload (keys);
  }
}

/* Where %s stands, goes the true signature of NODE. */
static const struct {
  const char *body;
  TillReason  reason;
  gboolean    has_node;
} answers[] = {
  { "{\"alipay_trade_query_response\":" NODE ",\"sign\":\"%s\"}", TILL_REASON_NONE, TRUE },
  { "{\"sign\":\"%s\",\"alipay_trade_query_response\":" NODE "}", TILL_REASON_NONE, TRUE },
  { " { \"sign\" : \"%s\" ,\n\"alipay_trade_query_response\" : " NODE " } ", TILL_REASON_NONE,
    TRUE },
  { "{\"alipay_trade_query_response\":" NODE ",\"alipay_cert_sn\":\"x\",\"sign\":\"%s\"}",
    TILL_REASON_NONE, TRUE },
  { "{\"error_response\":" NODE ",\"sign\":\"%s\"}", TILL_REASON_NONE, TRUE },
  { "{\"alipay_trade_query_response\":" NODE "}", TILL_REASON_UNSIGNED, TRUE },
  { "{\"error_response\":" NODE "}", TILL_REASON_UNSIGNED, TRUE },
  { "{\"alipay_trade_query_response\":{\"code\":\"10000\",\"sign\":\"%s\"}}", TILL_REASON_UNSIGNED,
    TRUE },
  { "{\"alipay_trade_query_response\":{\"code\":\"10001\"},\"sign\":\"%s\"}",
    TILL_REASON_BAD_SIGNATURE, FALSE },
  { "{\"alipay_trade_query_response\":{\"code\": \"10000\"},\"sign\":\"%s\"}",
    TILL_REASON_BAD_SIGNATURE, FALSE },
  { "{\"alipay_trade_query_response\":" NODE ",\"sign\":\"AAAA%s\"}", TILL_REASON_BAD_SIGNATURE,
    FALSE },
  { "{\"alipay_trade_query_response\":" NODE ",\"sign\":\"\"}", TILL_REASON_BAD_ANSWER, FALSE },
  { "{\"alipay_trade_query_response\":" NODE ",\"sign\":7}", TILL_REASON_BAD_ANSWER, FALSE },
  { "{\"alipay_trade_query_response\":" NODE ",\"sign\":\"%s\",\"sign\":\"x\"}",
    TILL_REASON_BAD_ANSWER, FALSE },
  { "{\"alipay_trade_query_response\":" NODE ",\"alipay_trade_query_response\":" NODE
    ",\"sign\":\"%s\"}", TILL_REASON_BAD_ANSWER, FALSE },
  { "{\"alipay_trade_query_response\":" NODE ",\"error_response\":" NODE ",\"sign\":\"%s\"}",
    TILL_REASON_BAD_ANSWER, FALSE },
  { "{\"alipay_trade_pay_response\":" NODE ",\"sign\":\"%s\"}", TILL_REASON_BAD_ANSWER, FALSE },
  { "{\"alipay_trade_query_response\":\"x\",\"sign\":\"%s\"}", TILL_REASON_BAD_SIGNATURE, FALSE },
  { "{\"alipay_trade_query_response\":" NODE ",\"sign\":\"%s\"", TILL_REASON_BAD_ANSWER, FALSE },
  { "{\"sign\":\"%s\"}", TILL_REASON_BAD_ANSWER, FALSE },
  { "<html>%s</html>", TILL_REASON_BAD_ANSWER, FALSE },
  { "", TILL_REASON_BAD_ANSWER, FALSE },
};

/* What is signed is the one node of the root, wherever the signature stands; two of anything are
 * none. */
static void
test_open (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("alipay");
  g_autoptr (TillKey) key = case_private_key ("wx_go_signer_key.der.b64");
  g_autofree char *signature = till_key_sign (key, NODE, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (GString) body = g_string_new (answers[i].body);
    g_autoptr (TillHttpReply) reply = NULL;
    g_autoptr (JsonNode) node = NULL;

    g_string_replace (body, "%s", signature, 0);
    reply = case_reply (200, body->str);
    g_test_message ("answer %u", i);
    g_assert_cmpint (till_alipay_keys_open (merchant->keys, METHOD, reply, &node), ==,
                     answers[i].reason);
    g_assert_true ((node != NULL) == answers[i].has_node);
  }
}

static TillHttpReply *
certified_reply (const char *more)
{
  g_autoptr (TillKey) key = case_private_key ("wx_java_plat_key.der.b64");
  g_autofree char *signature = till_key_sign (key, NODE, NULL);
  g_autofree char *body = g_strdup_printf ("{\"alipay_trade_query_response\":" NODE
                                           "%s,\"sign\":\"%s\"}", more, signature);

  return case_reply (200, body);
}

/* In certificate mode an answer under another certificate of Alipay's is not looked at. */
static void
test_certificate (void)
{
  g_autoptr (FakeSettings) settings = certified ();
  TillAlipayKeys *keys = till_alipay_keys_load (settings, NULL);
  g_autofree char *ours = g_strdup_printf (",\"alipay_cert_sn\":\"%s\"", keys->alipay_cert_sn);
  const struct {
    const char *more;
    TillReason  reason;
  } cases[] = {
    { ours, TILL_REASON_NONE },
    { "", TILL_REASON_NONE },
    { ",\"alipay_cert_sn\":\"" OTHER_SN "\"", TILL_REASON_UNKNOWN_KEY },
    { ",\"alipay_cert_sn\":7", TILL_REASON_BAD_ANSWER },
    { ",\"alipay_cert_sn\":\"a\",\"alipay_cert_sn\":\"b\"", TILL_REASON_BAD_ANSWER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillHttpReply) reply = certified_reply (cases[i].more);
    g_autoptr (JsonNode) node = NULL;

    g_assert_cmpint (till_alipay_keys_open (keys, METHOD, reply, &node), ==, cases[i].reason);
  }
  till_alipay_keys_unload (keys);
}

/* Encrypted answers: verified with their quotes, then opened; never opened unverified. */
static void
test_encrypted (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("alipay");
  g_autofree char *sealed = till_cbc_seal (AES_KEY, NODE);
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", sealed);
  g_autofree char *bare_body = g_strdup_printf ("{\"alipay_trade_query_response\":%s}", quoted);
  g_autoptr (TillHttpReply) good = case_alipay_reply (METHOD, quoted);
  g_autoptr (TillHttpReply) bare = case_reply (200, bare_body);
  g_autoptr (TillHttpReply) rubbish = case_alipay_reply (METHOD, "\"QUJD\"");
  g_autoptr (TillHttpReply) clear = case_alipay_reply (METHOD, NODE);
  g_autoptr (TillMerchant) without = case_merchant ("alipay");
  const struct {
    const TillHttpReply *reply;
    TillReason           reason;
    gboolean             has_node;
  } cases[] = {
    { good, TILL_REASON_NONE, TRUE },
    { clear, TILL_REASON_NONE, TRUE },
    { bare, TILL_REASON_UNSIGNED, FALSE },
    { rubbish, TILL_REASON_BAD_ANSWER, FALSE },
  };
  g_autoptr (JsonNode) none = NULL;
  TillAlipayKeys *keys;

  fake_settings_hide (settings, "aes-key", AES_KEY);
  keys = till_alipay_keys_load (settings, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonNode) node = NULL;

    g_assert_cmpint (till_alipay_keys_open (keys, METHOD, cases[i].reply, &node), ==,
                     cases[i].reason);
    g_assert_true ((node != NULL) == cases[i].has_node);
  }
  till_alipay_keys_unload (keys);

  g_assert_cmpint (till_alipay_keys_open (without->keys, METHOD, good, &none), ==,
                   TILL_REASON_BAD_ANSWER);
}

/* What doctor shows. */
static void
test_list (void)
{
  g_autoptr (FakeSettings) settings = certified ();
  TillAlipayKeys *keys = till_alipay_keys_load (settings, NULL);
  g_autoptr (GArray) list = till_alipay_keys_list (keys);
  const TillKeyFacts *facts = &g_array_index (list, TillKeyFacts, 0);

  g_assert_cmpuint (list->len, ==, 3);
  g_assert_cmpstr (facts[1].setting, ==, "app-cert-file");
  g_assert_cmpstr (facts[1].serial, ==, "5F1C72E2A8931B72A2E13AF8DEE92471EB397115");
  g_assert_cmpstr (facts[2].setting, ==, "alipay-cert-file");
  g_assert_cmpint (facts[2].expires_us, >, 0);
  till_alipay_keys_unload (keys);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/alipay-keys/settings", test_settings);
  g_test_add_func ("/alipay-keys/aes-key", test_aes_key);
  g_test_add_func ("/alipay-keys/published", test_published);
  g_test_add_func ("/alipay-keys/open", test_open);
  g_test_add_func ("/alipay-keys/certificate", test_certificate);
  g_test_add_func ("/alipay-keys/encrypted", test_encrypted);
  g_test_add_func ("/alipay-keys/list", test_list);

  return g_test_run ();
}
