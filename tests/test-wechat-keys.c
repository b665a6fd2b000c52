/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/wechat-keys.h"

#include <string.h>

#include "wire-case.h"

#define PLATFORM_SERIAL "440024045C4A427599D09BB4E3DE0279F2E813FD"

static const struct {
  const char *key;
  const char *value;
  const char *error;  /* NULL where it loads */
} settings_cases[] = {
  { "mode", "direct", NULL },
  { "mode", "both", "mode has a wrong form" },
  { "mode", "partner", "sub-mchid is missing" },
  { "sub-mchid", "1900000109", "sub-mchid has a wrong form" },
  { "mchid", NULL, "mchid is missing" },
  { "mchid", "mch1900007291", "mchid has a wrong form" },
  { "mchid", "1900007291\"", "mchid has a wrong form" },
  { "appid", NULL, "appid is missing" },
  { "appid", "wx d678", "appid has a wrong form" },
  { "serial-no", NULL, "serial-no is missing" },
  { "serial-no", "xyz", "serial-no has a wrong form" },
  { "serial-no", "408b07e79b8269fec3d5d3e6ab8ed163a6a380db", NULL },
  { "store-id", "12345", NULL },
  { "store-id", "A1", "store-id has a wrong form" },
  { "store-out-id", "晨光一店", NULL },
  { "notify-url", "https://shop.example/notify", NULL },
  { "notify-url", "http://shop.example/notify", "notify-url has a wrong form" },
  { "notify-url", "https://shop.example/notify?x=1", "notify-url has a wrong form" },
  { "private-key-file", NULL, "private-key-file is missing" },
  { "private-key-file", "own/nothing.pem", "put the file there" },
  { "private-key-file", "README.md", "is not a PEM file" },
  { "private-key-file", "own/answers-pub.pem", "is a public key" },
  { "private-key-file", "own/locked-key.pem", "passphrase" },
  { "public-key-file", "own/nothing.pem", "put the file there" },
  { "public-key-file", NULL, "public-key-file is missing" },
  { "public-key-id", NULL, "public-key-id is missing" },
  { "public-key-id", PLATFORM_SERIAL, "public-key-id has a wrong form" },
  { "certificate-files", "published/wx_java_plat_cert.pem", NULL },
  { "certificate-files",
    "published/wx_java_plat_cert.pem;published/ali_alipayCertPublicKey_RSA2.crt",
    NULL },
  { "certificate-files", "published/wx_java_plat_cert.pem;own/nothing.pem", "put the file there" },
  { "certificate-files", "published/wx_java_plat_pub.pem", "holds no certificate" },
};

/* Each setting and each file is what it should be, or the fault names it. */
static void
test_settings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings_cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");
    g_autoptr (GError) error = NULL;
    gpointer keys;

    g_test_message ("%s=%s", settings_cases[i].key, settings_cases[i].value);
    fake_settings_set (settings, settings_cases[i].key, settings_cases[i].value);
    keys = till_wechat_keys_load (settings, &error);
    if (settings_cases[i].error) {
      g_assert_null (keys);
      g_assert_true (g_str_has_prefix (error->message, "profile.ini: "));
      g_assert_nonnull (strstr (error->message, settings_cases[i].error));
    } else {
      g_assert_no_error (error);
      till_wechat_keys_unload (keys);
    }
  }
}

static void
load_fails (TillSettings *settings,
            const char   *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (till_wechat_keys_load (settings, &error));
  g_assert_nonnull (strstr (error->message, part));
}

/* The keys that people mix up are told apart. */
static void
test_mixed_up (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");

  fake_settings_set (settings, "store-id", "12345");
  fake_settings_set (settings, "store-out-id", "A1");
  load_fails (settings, "store-out-id stands beside store-id");
  fake_settings_set (settings, "store-id", NULL);

  fake_settings_set (settings, "certificate-files", "published/wx_java_plat_cert.pem");
  fake_settings_set (settings, "serial-no", PLATFORM_SERIAL);
  load_fails (settings, "serial-no is a platform certificate's");

  fake_settings_set (settings, "private-key-file", "published/wx_java_mch_key.der.b64");
  fake_settings_set (settings, "certificate-files", "published/wx_java_mch_cert.pem");
  load_fails (settings, "certificate-files names your own certificate");

  fake_settings_set (settings, "certificate-files", NULL);
  fake_settings_set (settings, "private-key-file", "published/wx_go_signer_key.der.b64");
  load_fails (settings, "public-key-file is the public half of your own key");
}

/* Some way to believe an answer there must be: a public key, certificates, or the key that opens
 * them. */
static void
test_some_key (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");
  gpointer keys;

  fake_settings_set (settings, "public-key-file", NULL);
  fake_settings_set (settings, "public-key-id", NULL);
  keys = till_wechat_keys_load (settings, NULL);
  g_assert_nonnull (keys);
  till_wechat_keys_unload (keys);

  fake_settings_hide (settings, "api-v3-key", NULL);
  load_fails (settings, "no answer can be believed");
  fake_settings_hide (settings, "api-v3-key", "a7cde1ZJB1kG2e7VfTs3jQzaWizur8G");
  load_fails (settings, "must have 32 characters");

  fake_settings_hide (settings, "api-v3-key", NULL);
  fake_settings_set (settings, "certificate-files", "published/wx_java_plat_cert.pem");
  keys = till_wechat_keys_load (settings, NULL);
  g_assert_nonnull (keys);
  till_wechat_keys_unload (keys);
}

static const struct {
  const char *header;
  const char *value;    /* NULL: left out */
  gint64      skew_s;
  TillReason  reason;
} signature_cases[] = {
  { "request-id", "1", 0, TILL_REASON_NONE },
  { "wechatpay-serial", NULL, 0, TILL_REASON_UNSIGNED },
  { "wechatpay-timestamp", NULL, 0, TILL_REASON_UNSIGNED },
  { "wechatpay-nonce", NULL, 0, TILL_REASON_UNSIGNED },
  { "wechatpay-signature", NULL, 0, TILL_REASON_UNSIGNED },
  { "wechatpay-serial", "PUB_KEY_ID_0000000000000000000000000000", 0, TILL_REASON_UNKNOWN_KEY },
  { "wechatpay-serial", PLATFORM_SERIAL, 0, TILL_REASON_UNKNOWN_KEY },
  { "wechatpay-serial", "", 0, TILL_REASON_UNKNOWN_KEY },
  { "wechatpay-nonce", "another", 0, TILL_REASON_BAD_SIGNATURE },
  { "wechatpay-timestamp", "1779254977", 0, TILL_REASON_BAD_SIGNATURE },
  { "wechatpay-timestamp", "1779254976 ", 0, TILL_REASON_BAD_SIGNATURE },
  { "wechatpay-timestamp", "then", 0, TILL_REASON_BAD_SIGNATURE },
  { "wechatpay-signature", "", 0, TILL_REASON_BAD_SIGNATURE },
  { "wechatpay-signature", "AAAA", 0, TILL_REASON_BAD_SIGNATURE },
  { "wechatpay-signature", "WECHATPAY/SIGNTEST/abc", 0, TILL_REASON_BAD_SIGNATURE },
};

/* Headers missing, an unknown key and a wrong signature are three different faults. */
static void
test_verify (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (signature_cases); i++) {
    g_autoptr (TillHttpReply) reply = case_wechat_reply (200, "{\"a\":1}");
    gboolean wants_keys = TRUE;

    g_test_message ("%s: %s", signature_cases[i].header, signature_cases[i].value);
    case_header (reply, signature_cases[i].header, signature_cases[i].value);
    g_assert_cmpint (till_wechat_keys_verify (merchant->keys, &ask, reply, &wants_keys), ==,
                     signature_cases[i].reason);
    g_assert_true (wants_keys == (signature_cases[i].reason == TILL_REASON_UNKNOWN_KEY &&
                                  !g_str_has_prefix (signature_cases[i].value, "PUB_KEY_ID_")));
  }
}

/* Signed more than five minutes away from now: stale, or our own clock where the Date shows it. */
static void
test_window (void)
{
  static const struct {
    gint64     late_s;
    gint64     skew_s;
    TillReason reason;
  } cases[] = {
    { 0, 0, TILL_REASON_NONE },
    { 299, 0, TILL_REASON_NONE },
    { -301, 0, TILL_REASON_NONE },
    { 300, 0, TILL_REASON_STALE_SIGNATURE },
    { -302, 0, TILL_REASON_STALE_SIGNATURE },
    { 300, 100, TILL_REASON_STALE_SIGNATURE },
    { 3600, 3600, TILL_REASON_CLOCK },
    { -3600, -3600, TILL_REASON_CLOCK },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillHttpReply) reply = case_wechat_reply (200, "{}");
    TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);
    gboolean wants_keys;

    /* The reply is signed one second after the ask of the case. */
    ask.now_us -= cases[i].late_s * G_USEC_PER_SEC;
    reply->skew_us = cases[i].skew_s * G_USEC_PER_SEC;
    g_assert_cmpint (till_wechat_keys_verify (merchant->keys, &ask, reply, &wants_keys), ==,
                     cases[i].reason);
  }
}

static TillHttpReply *
reply_of (const char *name)
{
  g_autofree char *text = case_read_file ("wechat-pay", name);
  g_autofree char *expect = NULL;

  return case_parse_reply (text, &expect);
}

/* Signed by the certificate of the download, as a merchant sees it who never had one. */
static TillHttpReply *
certified_reply (const char *body)
{
  g_autoptr (TillKey) key = case_private_key ("wx_java_plat_key.der.b64");
  g_autofree char *text = g_strdup_printf ("1779254976\nn\n%s\n", body);
  g_autofree char *signature = till_key_sign (key, text, NULL);
  TillHttpReply *reply = case_reply (200, body);

  case_header (reply, "wechatpay-serial", PLATFORM_SERIAL);
  case_header (reply, "wechatpay-timestamp", "1779254976");
  case_header (reply, "wechatpay-nonce", "n");
  case_header (reply, "wechatpay-signature", signature);

  return reply;
}

/* An answer under a serial that we lack asks for the keys; once fetched, the same answer is
 * believed, and one under the public key is too. */
static void
test_rotation (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");
  g_autoptr (TillHttpReply) download = reply_of ("keys.good.reply");
  g_autoptr (TillHttpReply) reply = certified_reply ("{\"a\":1}");
  g_autoptr (TillHttpReply) other = case_wechat_reply (200, "{\"a\":1}");
  g_autoptr (GError) error = NULL;
  TillAsk ask = case_ask (TILL_CALL_KEYS, NULL);
  gboolean wants_keys;

  g_assert_cmpint (till_wechat_keys_verify (merchant->keys, &ask, reply, &wants_keys), ==,
                   TILL_REASON_UNKNOWN_KEY);
  g_assert_true (wants_keys);

  g_assert_true (till_wechat_keys_take (merchant, &ask, download, &error));
  g_assert_no_error (error);
  g_assert_true (till_wechat_keys_take (merchant, &ask, download, &error));
  g_assert_cmpuint (((TillWechatKeys *) merchant->keys)->certificates->len, ==, 1);
  g_assert_cmpint (till_wechat_keys_verify (merchant->keys, &ask, reply, &wants_keys), ==,
                   TILL_REASON_NONE);
  g_assert_false (wants_keys);
  g_assert_cmpint (till_wechat_keys_verify (merchant->keys, &ask, other, &wants_keys), ==,
                   TILL_REASON_NONE);
}

/* Without the APIv3 key there is nothing to fetch, and nothing is asked for. */
static void
test_no_api_key (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");
  g_autoptr (TillMerchant) merchant = NULL;
  g_autoptr (TillHttpReply) download = reply_of ("keys.good.reply");
  g_autoptr (TillHttpReply) reply = certified_reply ("{}");
  g_autoptr (GError) error = NULL;
  TillAsk ask = case_ask (TILL_CALL_KEYS, NULL);
  gboolean wants_keys = TRUE;

  fake_settings_hide (settings, "api-v3-key", NULL);
  merchant = till_merchant_new ("wechat", settings, NULL);
  till_wechat_keys_verify (merchant->keys, &ask, reply, &wants_keys);
  g_assert_false (wants_keys);
  g_assert_false (till_wechat_keys_take (merchant, &ask, download, &error));
  g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER);
  g_assert_nonnull (strstr (error->message, "api-v3-key"));
}

typedef void (*Spoil) (TillHttpReply *reply);

static void
spoil_status (TillHttpReply *reply)
{
  reply->status = 401;
}

static void
spoil_outcome (TillHttpReply *reply)
{
  reply->outcome = TILL_HTTP_TIMEOUT;
}

static void
replace_body (TillHttpReply *reply,
              const char    *from,
              const char    *to)
{
  g_autoptr (GString) body = g_string_new_len (g_bytes_get_data (reply->body, NULL),
                                               (gssize) g_bytes_get_size (reply->body));

  g_assert_cmpuint (g_string_replace (body, from, to, 1), ==, 1);
  g_bytes_unref (reply->body);
  reply->body = g_bytes_new (body->str, body->len);
}

static void
spoil_serial (TillHttpReply *reply)
{
  replace_body (reply, PLATFORM_SERIAL, "540024045C4A427599D09BB4E3DE0279F2E813FD");
}

static void
spoil_cipher (TillHttpReply *reply)
{
  replace_body (reply, "AEAD_AES_256_GCM", "AEAD_SM4_GCM");
}

static void
spoil_nonce (TillHttpReply *reply)
{
  replace_body (reply, "uluk4a9R25RW", "vluk4a9R25RW");
}

static void
spoil_list (TillHttpReply *reply)
{
  replace_body (reply, "{\"data\":[{", "{\"data\":[7,{");
}

static void
spoil_name (TillHttpReply *reply)
{
  replace_body (reply, "{\"data\":[", "{\"other\":[");
}

static void
spoil_time (TillHttpReply *reply)
{
  case_header (reply, "wechatpay-timestamp", "1779254000");
}

static const struct {
  Spoil       spoil;
  const char *error;
} bad_downloads[] = {
  { spoil_status, "refused with HTTP 401" },
  { spoil_outcome, "no answer" },
  { spoil_serial, "another serial" },
  { spoil_cipher, "wrong form" },
  { spoil_nonce, "APIv3 key" },
  { spoil_list, "wrong form" },
  { spoil_name, "holds none" },
  { spoil_time, "not signed by any" },
};

/* A download that is not whole, ours and signed changes nothing. */
static void
test_bad_downloads (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_downloads); i++) {
    g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");
    g_autoptr (TillHttpReply) reply = reply_of ("keys.good.reply");
    g_autoptr (GError) error = NULL;
    TillAsk ask = case_ask (TILL_CALL_KEYS, NULL);

    bad_downloads[i].spoil (reply);
    g_assert_false (till_wechat_keys_take (merchant, &ask, reply, &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER);
    g_assert_nonnull (strstr (error->message, bad_downloads[i].error));
    g_assert_cmpuint (((TillWechatKeys *) merchant->keys)->certificates->len, ==, 0);
  }
}

/* The published download opens; its certificate is the one that the vector names. */
static void
test_published_download (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("wechat-pay");
  g_autofree char *body = case_read_file ("published", "wx_java_certificates_response.json");
  g_autoptr (TillHttpReply) reply = case_wechat_reply (200, body);
  g_autoptr (JsonNode) vector = case_vector ("WX-CERTIFICATES-DECRYPT");
  g_autoptr (GError) error = NULL;
  TillAsk ask = case_ask (TILL_CALL_KEYS, NULL);
  GPtrArray *held = ((TillWechatKeys *) merchant->keys)->certificates;

  g_assert_true (till_wechat_keys_take (merchant, &ask, reply, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (held->len, ==, 1);
  g_assert_cmpstr (till_key_get_serial (held->pdata[0]), ==,
                   json_object_get_string_member (json_node_get_object (vector), "serial_no"));
}

/* What doctor shows. */
static void
test_list (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");
  gpointer keys;
  g_autoptr (GArray) list = NULL;
  const TillKeyFacts *facts;

  fake_settings_set (settings, "certificate-files", "published/wx_java_plat_cert.pem");
  keys = till_wechat_keys_load (settings, NULL);
  list = till_wechat_keys_list (keys);
  facts = &g_array_index (list, TillKeyFacts, 0);
  g_assert_cmpuint (list->len, ==, 3);
  g_assert_cmpstr (facts[0].serial, ==, "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB");
  g_assert_cmpstr (facts[1].setting, ==, "public-key-file");
  g_assert_cmpstr (facts[2].serial, ==, PLATFORM_SERIAL);
  g_assert_cmpint (facts[2].expires_us, >, 0);
  till_wechat_keys_unload (keys);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wechat-keys/settings", test_settings);
  g_test_add_func ("/wechat-keys/mixed-up", test_mixed_up);
  g_test_add_func ("/wechat-keys/some-key", test_some_key);
  g_test_add_func ("/wechat-keys/verify", test_verify);
  g_test_add_func ("/wechat-keys/window", test_window);
  g_test_add_func ("/wechat-keys/rotation", test_rotation);
  g_test_add_func ("/wechat-keys/no-api-key", test_no_api_key);
  g_test_add_func ("/wechat-keys/bad-downloads", test_bad_downloads);
  g_test_add_func ("/wechat-keys/published-download", test_published_download);
  g_test_add_func ("/wechat-keys/list", test_list);

  return g_test_run ();
}
