/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/unionpay-keys.h"

#include <glib/gstdio.h>
#include <string.h>

#include "wire-case.h"

static JsonObject *
published (JsonNode **root)
{
  g_autofree char *text = case_read_file ("published", "unionpay.json");

  *root = json_from_string (text, NULL);
  return json_node_get_object (*root);
}

static TillMerchant *
merchant_by (const char *method,
             const char *secret)
{
  g_autoptr (FakeSettings) settings = case_settings ("unionpay");
  g_autoptr (GError) error = NULL;
  TillMerchant *merchant;

  fake_settings_set (settings, "sign-method", method);
  if (secret)
    fake_settings_hide (settings, "secure-key", secret);
  if (strcmp (method, "21") == 0)
    fake_settings_set (settings, "private-key-file", "own/sm2-key.pem");
  merchant = till_merchant_new ("unionpay", settings, &error);
  g_assert_no_error (error);

  return merchant;
}

static TillForm *
sample (void)
{
  TillForm *form = till_form_new ();

  till_form_add (form, "transType", "01");
  till_form_add (form, "sysReserved", "{aaa=a&bbb=b}");
  till_form_add (form, "merId", "888888888888888");
  till_form_add (form, "version", "5.1.0");
  till_form_add (form, "reserved", "");

  return form;
}

/* The SDK's own example: the text, its digest, and the one signature that its key makes of it. A
 * signature by PKCS#1 v1.5 is fixed by key and text: what verifies is what signing gives. */
static void
test_certified (void)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *all = published (&root);
  JsonObject *vector = json_object_get_object_member (all, "certified");
  const char *expect = json_object_get_string_member (vector, "digest");
  g_autofree char *folder = g_dir_make_tmp ("till-unionpay-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "pub.pem", NULL);
  g_autoptr (TillMerchant) merchant = merchant_by ("01", NULL);
  g_autoptr (TillForm) form = sample ();
  g_autoptr (TillKey) key = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *text = NULL;
  g_autofree char *digest = NULL;

  g_assert_true (till_unionpay_keys_sign (merchant->keys, form, NULL));
  signature = till_form_take (form, "signature");
  text = till_form_canonical (form);
  digest = till_digest_hex ("SHA256", text);
  g_assert_cmpstr (text, ==, json_object_get_string_member (vector, "text"));
  g_assert_cmpstr (digest, ==, expect);

  g_assert_true (g_file_set_contents (path, json_object_get_string_member (all, "public_key"), -1,
                                      NULL));
  key = till_key_load_public (path, NULL);
  g_assert_true (till_key_verify (key, digest, strlen (digest),
                                  json_object_get_string_member (vector, "signature")));
  g_assert_false (till_key_verify (key, text, strlen (text),
                                   json_object_get_string_member (vector, "signature")));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* The same text under a key that both sides know, by either digest. */
static void
test_keyed (void)
{
  g_autoptr (JsonNode) root = NULL;
  JsonArray *rows = json_object_get_array_member (published (&root), "keyed");

  for (guint i = 0; i < json_array_get_length (rows); i++) {
    JsonObject *row = json_array_get_object_element (rows, i);
    g_autoptr (TillMerchant) merchant =
      merchant_by (json_object_get_string_member (row, "method"),
                   json_object_get_string_member (row, "key"));
    g_autoptr (TillForm) form = sample ();

    g_assert_true (till_unionpay_keys_sign (merchant->keys, form, NULL));
    g_assert_null (till_form_get (form, "certId"));
    g_assert_cmpstr (till_form_get (form, "signature"), ==,
                     json_object_get_string_member (row, "signature"));
  }
}

/* An answer of a sign method that has no vectors: made as the request is. */
static TillHttpReply *
echo (TillMerchant *merchant,
      const char   *certificate,
      const char   *changed)
{
  g_autoptr (TillForm) form = sample ();
  g_autofree char *pem = certificate ? case_read_file ("own", certificate) : NULL;
  g_autofree char *text = NULL;

  till_form_add (form, "respCode", "00");
  if (pem)
    till_form_add (form, "signPubKeyCert", strstr (pem, "-----BEGIN"));
  g_assert_true (till_unionpay_keys_sign (merchant->keys, form, NULL));
  if (changed)
    till_form_add (form, "merId", changed);
  text = till_form_canonical (form);

  return case_reply (200, text);
}

static const struct {
  const char *method;
  const char *secret;
  const char *form;
} ways[] = {
  { "11", "123456", NULL },
  { "12", "123456", NULL },
  { "21", NULL, "der" },
  { "21", NULL, "raw" },
};

/* What one side signs the other believes, in every way but by certificate, which the vectors
 * walk; and one changed letter is seen. */
static void
test_ways (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    gboolean is_sm2 = ways[i].form != NULL;
    g_autoptr (FakeSettings) settings = case_settings ("unionpay");
    g_autoptr (TillMerchant) merchant = NULL;
    g_autoptr (TillHttpReply) reply = NULL;
    g_autoptr (TillHttpReply) forged = NULL;
    g_autoptr (TillForm) form = NULL;
    g_autoptr (TillForm) other = NULL;
    gint64 now_us = g_get_real_time ();

    fake_settings_set (settings, "base-url", "https://127.0.0.1:8443");
    fake_settings_set (settings, "sign-method", ways[i].method);
    fake_settings_set (settings, "sm2-form", ways[i].form);
    fake_settings_hide (settings, "secure-key", ways[i].secret ? ways[i].secret : "");
    if (is_sm2) {
      fake_settings_set (settings, "private-key-file", "own/sm2-key.pem");
      fake_settings_set (settings, "root-cert-file", "own/sm2-cert.pem");
    }
    merchant = till_merchant_new ("unionpay", settings, NULL);
    reply = echo (merchant, is_sm2 ? "sm2-cert.pem" : NULL, NULL);
    forged = echo (merchant, is_sm2 ? "sm2-cert.pem" : NULL, "888888888888889");

    g_assert_cmpint (till_unionpay_keys_open (merchant, reply, now_us, &form), ==,
                     TILL_REASON_NONE);
    g_assert_cmpstr (till_form_get (form, "merId"), ==, "888888888888888");
    g_assert_cmpint (till_unionpay_keys_open (merchant, forged, now_us, &other), ==,
                     TILL_REASON_BAD_SIGNATURE);
  }
}

static const struct {
  const char *base_url;
  const char *signer;
  const char *pairs;
  TillReason  reason;
} trusts[] = {
  { NULL, "unionpay-signer.pem", "respCode=00", TILL_REASON_NONE },
  { NULL, "unionpay-other.pem", "respCode=00", TILL_REASON_UNKNOWN_KEY },
  { NULL, "unionpay-old.pem", "respCode=00", TILL_REASON_UNKNOWN_KEY },
  { NULL, "unionpay-stranger.pem", "respCode=00", TILL_REASON_UNKNOWN_KEY },
  { NULL, "unionpay-signer.pem", "respCode=00&signMethod=11", TILL_REASON_BAD_SIGNATURE },
  { NULL, "unionpay-signer.pem", "respMsg=x", TILL_REASON_BAD_ANSWER },
  /* Its test system signs under another name. */
  { "https://gateway.test.95516.com", "unionpay-other.pem", "respCode=00", TILL_REASON_NONE },
  { "https://127.0.0.1:8443", "unionpay-other.pem", "respCode=00", TILL_REASON_NONE },
  { "https://127.0.0.1:8443", "unionpay-stranger.pem", "respCode=00", TILL_REASON_UNKNOWN_KEY },
  { "https://127.0.0.1.example", "unionpay-other.pem", "respCode=00", TILL_REASON_UNKNOWN_KEY },
  { "https://gateway.95516.com", "unionpay-other.pem", "respCode=00", TILL_REASON_UNKNOWN_KEY },
};

/* An answer is UnionPay's when its certificate is: vouched for now, and of the right name. */
static void
test_trust (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (trusts); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("unionpay");
    g_autoptr (TillMerchant) merchant = NULL;
    g_autoptr (TillHttpReply) reply = case_unionpay_reply (trusts[i].signer, CASE_ORDER,
                                                           trusts[i].pairs);
    g_autoptr (TillForm) form = NULL;

    g_test_message ("%s %s", trusts[i].base_url, trusts[i].signer);
    fake_settings_set (settings, "base-url", trusts[i].base_url);
    merchant = till_merchant_new ("unionpay", settings, NULL);
    g_assert_cmpint (till_unionpay_keys_open (merchant, reply, CASE_NOW_US, &form), ==,
                     trusts[i].reason);
  }
}

static const struct {
  const char *body;
  TillReason  reason;
} rubbish[] = {
  { "", TILL_REASON_BAD_ANSWER },
  { "<html><body>登录</body></html>", TILL_REASON_BAD_ANSWER },
  { "{\"respCode\":\"00\"}", TILL_REASON_BAD_ANSWER },
  { "respCode=00&respCode=00", TILL_REASON_BAD_ANSWER },
  { "respCode=00&respMsg=\xff", TILL_REASON_BAD_ANSWER },
  { "respCode=00", TILL_REASON_UNSIGNED },
  { "respCode=00&signature=", TILL_REASON_UNSIGNED },
  { "respCode=00&signature=AAAA", TILL_REASON_BAD_SIGNATURE },
  { "respCode=00&signMethod=01&signature=AAAA", TILL_REASON_UNKNOWN_KEY },
  { "respCode=00&signMethod=01&signPubKeyCert=x&signature=AAAA", TILL_REASON_UNKNOWN_KEY },
};

/* What is not signed is not believed. */
static void
test_rubbish (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");

  for (guint i = 0; i < G_N_ELEMENTS (rubbish); i++) {
    g_autoptr (TillHttpReply) reply = case_reply (200, rubbish[i].body);
    g_autoptr (TillForm) form = NULL;

    g_test_message ("rubbish %u", i);
    g_assert_cmpint (till_unionpay_keys_open (merchant, reply, CASE_NOW_US, &form), ==,
                     rubbish[i].reason);
  }
}

#define PFX "sign-pfx-file"
#define PEM "private-key-file"

static const struct {
  const char *unset;   /* a key of the contract */
  const char *key;
  const char *value;
  const char *secret;  /* "name value" */
  const char *error;   /* NULL where it loads */
} settings_cases[] = {
  { NULL, "mer-id", "777290058110097", NULL, NULL },
  { NULL, "mer-id", NULL, NULL, "mer-id is missing" },
  { NULL, "mer-id", "7772900581", NULL, "mer-id has a wrong form" },
  { NULL, "term-id", "49000002", NULL, NULL },
  { NULL, "term-id", "490", NULL, "term-id has a wrong form" },
  { NULL, "access-type", "0", NULL, NULL },
  { NULL, "access-type", "1", NULL, "access-type must be 0" },
  { NULL, "access-type", "9", NULL, "access-type has a wrong form" },
  { NULL, "back-url", "https://shop.example/n", NULL, NULL },
  { NULL, "back-url", "shop.example", NULL, "back-url has a wrong form" },
  { NULL, "file-url", "https://filedownload.95516.com", NULL, NULL },
  { NULL, "file-url", "filedownload", NULL, "file-url has a wrong form" },
  { NULL, "sign-method", "02", NULL, "sign-method must be" },
  { NULL, "sign-method", "11", NULL, "sign-method needs the key" },
  { NULL, "sign-method", "11", "secure-key abc", NULL },
  { NULL, "sign-method", "12", "secure-key abc", NULL },
  { NULL, "sign-method", "21", NULL, "holds no SM2 key" },
  { NULL, "sm2-form", "raw", NULL, NULL },
  { NULL, "sm2-form", "hex", NULL, "sm2-form has a wrong form" },
  { NULL, "sm2-user-id", "ALICE123@YAHOO.COM", NULL, NULL },
  { NULL, PEM, NULL, NULL, "private-key-file is missing" },
  { NULL, PEM, "own/answers-pub.pem", NULL, "is a public key" },
  { NULL, "cert-id", NULL, NULL, "cert-id is missing" },
  { NULL, "cert-id", "1002653215A", NULL, "cert-id has a wrong form" },
  { NULL, PFX, "own/unionpay.pfx", NULL, "stands beside sign-pfx-file" },
  { PEM, PFX, "own/unionpay.pfx", "pfx-password 000000", "cert-id stands beside" },
  { NULL, "root-cert-file", NULL, NULL, "root-cert-file is missing" },
  { NULL, "root-cert-file", "own/nothing.pem", NULL, "root-cert-file names a file" },
  { NULL, "root-cert-file", "own/answers-pub.pem", NULL, "holds no certificate" },
  { NULL, "middle-cert-file", "README.md", NULL, "middle-cert-file" },
  { NULL, "middle-cert-file", NULL, NULL, NULL },
};

/* Settings are taken in their form, or the fault names them and says what to do. */
static void
test_settings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings_cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("unionpay");
    g_autoptr (TillMerchant) merchant = NULL;
    g_autoptr (GError) error = NULL;

    g_test_message ("%s=%s", settings_cases[i].key, settings_cases[i].value);
    if (settings_cases[i].unset)
      fake_settings_set (settings, settings_cases[i].unset, NULL);
    if (settings_cases[i].secret) {
      g_auto (GStrv) words = g_strsplit (settings_cases[i].secret, " ", 2);

      fake_settings_hide (settings, words[0], words[1]);
    }
    fake_settings_set (settings, settings_cases[i].key, settings_cases[i].value);
    merchant = till_merchant_new ("unionpay", settings, &error);
    if (settings_cases[i].error) {
      g_assert_null (merchant);
      g_assert_nonnull (strstr (error->message, settings_cases[i].error));
    } else {
      g_assert_no_error (error);
    }
  }
}

static const struct {
  const char *file;
  const char *password;
  const char *error;
} pfx_cases[] = {
  { "own/unionpay.pfx", "000000", NULL },
  { "own/modern.pfx", "000000", NULL },
  { "own/unionpay.pfx", NULL, "sign-pfx-file needs its password" },
  { "own/unionpay.pfx", "123456", "does not open with this password" },
  { "own/keyless.pfx", "000000", "holds no private key" },
  { "own/nothing.pfx", "000000", "put the file there" },
};

/* A PFX file knows its certificate's number; each thing that can be wrong with one is told
 * apart. */
static void
test_pfx (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pfx_cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("unionpay");
    g_autoptr (TillMerchant) merchant = NULL;
    g_autoptr (GError) error = NULL;

    fake_settings_set (settings, PEM, NULL);
    fake_settings_set (settings, "cert-id", NULL);
    fake_settings_set (settings, PFX, pfx_cases[i].file);
    if (pfx_cases[i].password)
      fake_settings_hide (settings, "pfx-password", pfx_cases[i].password);
    merchant = till_merchant_new ("unionpay", settings, &error);
    if (pfx_cases[i].error) {
      g_assert_null (merchant);
      g_assert_nonnull (strstr (error->message, pfx_cases[i].error));
      continue;
    }
    g_assert_no_error (error);
    g_assert_cmpstr (((TillUnionpayKeys *) merchant->keys)->cert_id, ==, "68759663125");
  }
}

/* doctor shows the certificate that signs, by the number that UnionPay's page has. */
static void
test_list (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");
  g_autoptr (GArray) list = merchant->acquirer->list_keys (merchant->keys);
  const TillKeyFacts *facts = &g_array_index (list, TillKeyFacts, 0);

  g_assert_cmpuint (list->len, ==, 1);
  g_assert_cmpstr (facts->setting, ==, PEM);
  g_assert_cmpstr (facts->serial, ==, "68759663125");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unionpay-keys/certified", test_certified);
  g_test_add_func ("/unionpay-keys/keyed", test_keyed);
  g_test_add_func ("/unionpay-keys/ways", test_ways);
  g_test_add_func ("/unionpay-keys/trust", test_trust);
  g_test_add_func ("/unionpay-keys/rubbish", test_rubbish);
  g_test_add_func ("/unionpay-keys/settings", test_settings);
  g_test_add_func ("/unionpay-keys/pfx", test_pfx);
  g_test_add_func ("/unionpay-keys/list", test_list);

  return g_test_run ();
}
