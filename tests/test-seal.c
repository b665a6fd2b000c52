/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/seal.h"

#include <string.h>

#include "acquirer/acquirer.h"
#include "wire-case.h"

#define API_V3_KEY "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"
#define AES_KEY "aYA0GP8JEW+D7/UFaskCWA=="

static const char *
text_of (JsonNode   *vector,
         const char *name)
{
  return json_object_get_string_member (json_node_get_object (vector), name);
}

static const char *const gcm_ids[] = {
  "WX-GCM-JAVA", "WX-GCM-GO(16-byte key: AES-128, test only)",
};

/* What WeChat Pay's SDKs sealed opens. */
static void
test_gcm (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (gcm_ids); i++) {
    g_autoptr (JsonNode) vector = case_vector (gcm_ids[i]);
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;

    text = till_gcm_open (text_of (vector, "apiv3_key"), text_of (vector, "nonce"),
                          text_of (vector, "aad"), text_of (vector, "ciphertext"), &error);
    g_assert_no_error (error);
    g_assert_cmpstr (text, ==, text_of (vector, "plaintext"));
  }
}

/* A published download opens to the published certificate. */
static void
test_gcm_certificate (void)
{
  g_autofree char *body = case_read_file ("published", "wx_java_certificates_response.json");
  g_autofree char *expect = case_read_file ("published", "wx_java_certificates_decrypted.pem");
  g_autoptr (JsonNode) root = json_from_string (body, NULL);
  JsonArray *rows = json_object_get_array_member (json_node_get_object (root), "data");
  JsonObject *row = json_array_get_object_element (rows, 0);
  JsonObject *sealed = json_object_get_object_member (row, "encrypt_certificate");
  g_autofree char *pem = NULL;

  pem = till_gcm_open (API_V3_KEY, json_object_get_string_member (sealed, "nonce"),
                       json_object_get_string_member (sealed, "associated_data"),
                       json_object_get_string_member (sealed, "ciphertext"), NULL);
  g_assert_cmpstr (g_strchomp (pem), ==, g_strchomp (expect));
}

static const struct {
  const char *key;
  const char *nonce;
  const char *associated;
  const char *sealed;
} bad_gcm[] = {
  { "b7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb", "uluk4a9R25RW", "associatedData",
    "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=" },
  { API_V3_KEY, "vluk4a9R25RW", "associatedData", "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=" },
  { API_V3_KEY, "uluk4a9R25RW", "", "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=" },
  { API_V3_KEY, "uluk4a9R25RW", "associatedData", "vlwSiIajGClcvcOYvOQ7+l+0PAbzzwI=" },
  { API_V3_KEY, "uluk4a9R25RW", "associatedData", "ulwSiIajGClcvcOYvOQ7+g==" },
  { API_V3_KEY, "uluk4a9R25RW", "associatedData", "" },
  { API_V3_KEY, "uluk4a9R25RW", "associatedData", "no base64" },
  { API_V3_KEY, "short", "associatedData", "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=" },
  { "short", "uluk4a9R25RW", "associatedData", "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=" },
};

/* One wrong byte anywhere, and nothing opens. */
static void
test_gcm_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_gcm); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (till_gcm_open (bad_gcm[i].key, bad_gcm[i].nonce, bad_gcm[i].associated,
                                  bad_gcm[i].sealed, &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER);
  }
}

/* Alipay's content: sealed as the vector has it, and opened again. */
static void
test_cbc (void)
{
  g_autoptr (JsonNode) vector = case_vector ("ALI-AES-CBC (computed here, key from SDK test)");
  g_autofree char *sealed = till_cbc_seal (text_of (vector, "aes_key_b64"),
                                           text_of (vector, "plaintext"));
  g_autofree char *text = till_cbc_open (text_of (vector, "aes_key_b64"),
                                         text_of (vector, "ciphertext_b64"), NULL);

  g_assert_cmpstr (sealed, ==, text_of (vector, "ciphertext_b64"));
  g_assert_cmpstr (text, ==, text_of (vector, "plaintext"));
}

static const struct {
  const char *key;
  const char *sealed;
} bad_cbc[] = {
  { AES_KEY, "" },
  { AES_KEY, "no base64" },
  { AES_KEY, "HJjZXDcVHUcOrByocVgEmg==" },
  { AES_KEY, "HJjZXDcVHUcOrByo" },
  { "bYA0GP8JEW+D7/UFaskCWA==", "HJjZXDcVHUcOrByocVgEmg==" },
};

/* What is not whole blocks of that key does not open. */
static void
test_cbc_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_cbc); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (till_cbc_open (bad_cbc[i].key, bad_cbc[i].sealed, &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER);
  }
}

static const struct {
  const char *key;
  gboolean    is_valid;
} cbc_keys[] = {
  { AES_KEY, TRUE },
  { "AAAAAAAAAAAAAAAAAAAAAA==", TRUE },
  { "", FALSE },
  { "aYA0GP8JEW+D7/UFaskCWA", FALSE },
  { "aYA0GP8JEW+D7/UFaskC", FALSE },
  { "aYA0GP8JEW+D7/UFaskCWGFh", FALSE },
  { "0123456789abcdef", FALSE },
};

static void
test_cbc_key (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cbc_keys); i++)
    g_assert_true (till_cbc_key_is_valid (cbc_keys[i].key) == cbc_keys[i].is_valid);
}

/* The classic example of WeChat Pay's API v2. */
static void
test_digest (void)
{
  g_autoptr (JsonNode) vector = case_vector ("WX-V2-MD5");
  g_autofree char *md5 = till_digest_hex ("MD5", text_of (vector, "message"));
  g_autofree char *upper = g_ascii_strup (md5, -1);
  g_autofree char *sha256 = till_digest_hex ("SHA256", "abc");

  g_assert_cmpstr (upper, ==, text_of (vector, "sign"));
  g_assert_cmpstr (sha256, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static const struct {
  const char *text;
  const char *bytes;  /* NULL where it is refused */
} base64_cases[] = {
  { "bWVzc2FnZQ==", "message" },
  { "bWVzc2FnZTE=", "message1" },
  { "bWVzc2FnZTEy", "message12" },
  { "", NULL },
  { "bWVzc2FnZQ", NULL },
  { "bWVzc2FnZQ=", NULL },
  { "bWVzc2Fn ZQ==", NULL },
  { "bWVzc2FnZQ==\n", NULL },
  { "bWVz=2FnZQ==", NULL },
  { "b===", NULL },
  { "-_-_", NULL },
};

/* Strictly base64: a decoder that skips what it does not know would let a signature be edited. */
static void
test_base64 (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (base64_cases); i++) {
    gsize n_bytes = 99;
    g_autofree guint8 *bytes = till_base64_decode (base64_cases[i].text, &n_bytes);

    g_assert_cmpstr ((char *) bytes, ==, base64_cases[i].bytes);
    g_assert_cmpuint (n_bytes, ==, base64_cases[i].bytes ? strlen (base64_cases[i].bytes) : 99);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/seal/gcm", test_gcm);
  g_test_add_func ("/seal/gcm-certificate", test_gcm_certificate);
  g_test_add_func ("/seal/gcm-refused", test_gcm_refused);
  g_test_add_func ("/seal/cbc", test_cbc);
  g_test_add_func ("/seal/cbc-refused", test_cbc_refused);
  g_test_add_func ("/seal/cbc-key", test_cbc_key);
  g_test_add_func ("/seal/digest", test_digest);
  g_test_add_func ("/seal/base64", test_base64);

  return g_test_run ();
}
