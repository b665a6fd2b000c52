/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/sign.h"

#include <json-glib/json-glib.h>
#include <openssl/pem.h>
#include <string.h>

/* The published vectors, so that the sandbox is right by more than its own word. */

#define PUBLISHED TEST_DIR "/vectors/published/"

static JsonArray *
load_vectors (void)
{
  static JsonParser *parser;
  g_autoptr (GError) error = NULL;

  if (!parser) {
    parser = json_parser_new ();
    json_parser_load_from_file (parser, PUBLISHED "vectors.json", &error);
    g_assert_no_error (error);
  }

  return json_node_get_array (json_parser_get_root (parser));
}

static JsonObject *
find_vector (const char *id)
{
  JsonArray *vectors = load_vectors ();

  for (guint i = 0; i < json_array_get_length (vectors); i++) {
    JsonObject *vector = json_array_get_object_element (vectors, i);

    if (g_str_has_prefix (json_object_get_string_member (vector, "id"), id))
      return vector;
  }

  g_assert_not_reached ();
}

static GBytes *
load (const char *file)
{
  g_autofree char *path = g_strconcat (PUBLISHED, file, NULL);
  g_autoptr (GError) error = NULL;
  char *text;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, length);
}

/* "NAME.pem" stands there as "NAME.der.b64". */
static EVP_PKEY *
load_private_key (const char *name)
{
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen (".pem"));
  g_autofree char *file = g_strconcat (stem, ".der.b64", NULL);
  g_autoptr (GBytes) text = load (file);
  g_autofree char *base64 = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  gsize length;
  g_autofree guchar *der = g_base64_decode (base64, &length);
  const guchar *start = der;
  EVP_PKEY *key = d2i_AutoPrivateKey (NULL, &start, (long) length);

  g_assert_nonnull (key);
  return key;
}

static X509 *
load_certificate (const char *file)
{
  g_autoptr (GBytes) pem = load (file);
  BIO *in = BIO_new_mem_buf (g_bytes_get_data (pem, NULL), (int) g_bytes_get_size (pem));
  X509 *certificate = PEM_read_bio_X509 (in, NULL, NULL, NULL);

  BIO_free (in);
  g_assert_nonnull (certificate);
  return certificate;
}

static EVP_PKEY *
load_public_key (const char *file)
{
  g_autoptr (GBytes) pem = load (file);
  BIO *in = BIO_new_mem_buf (g_bytes_get_data (pem, NULL), (int) g_bytes_get_size (pem));
  EVP_PKEY *key = PEM_read_bio_PUBKEY (in, NULL, NULL, NULL);

  BIO_free (in);
  g_assert_nonnull (key);
  return key;
}

/* Signatures of published requests come out byte for byte. */
static void
test_sign (void)
{
  static const char *const ids[] = {
    "WX-REQ-POST", "WX-REQ-GET-NOBODY", "WX-GO-SIGNER", "ALI-REQ-SIGN",
  };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    JsonObject *vector = find_vector (ids[i]);
    const char *message = json_object_get_string_member (vector, "message");
    EVP_PKEY *key = load_private_key (json_object_get_string_member (vector, "key"));
    g_autofree char *signature = till_sandbox_sign (key, message, strlen (message));

    g_assert_cmpstr (signature, ==, json_object_get_string_member (vector, "signature"));
    EVP_PKEY_free (key);
  }
}

/* A published signature verifies; the same over one byte less, or in another form, does not. */
static void
test_verify (void)
{
  JsonObject *vector = find_vector ("WX-RESP-VERIFY");
  const char *message = json_object_get_string_member (vector, "message");
  const char *signature = json_object_get_string_member (vector, "signature");
  EVP_PKEY *key = load_public_key (json_object_get_string_member (vector, "pub"));
  g_autofree char *broken = g_strdup_printf ("%.76s\n%s", signature, signature + 76);
  gsize length = strlen (message);

  g_assert_true (till_sandbox_verify (key, message, length, signature));
  g_assert_false (till_sandbox_verify (key, message, length - 1, signature));
  g_assert_false (till_sandbox_verify (key, message, length, broken));
  g_assert_false (till_sandbox_verify (key, message, length, ""));
  g_assert_false (till_sandbox_verify (key, message, length, "="));
  g_assert_false (till_sandbox_verify (till_sandbox_key ("stranger-key.pem"), message, length,
                                       signature));
  EVP_PKEY_free (key);
}

/* Numbers of certificates, as each wallet writes them. */
static void
test_numbers (void)
{
  X509 *wechat = load_certificate ("wx_java_mch_cert.pem");
  X509 *app = load_certificate ("ali_appCertPublicKey_2021001161683774.crt");
  X509 *alipay = load_certificate ("ali_alipayCertPublicKey_RSA2.crt");
  g_autoptr (GBytes) roots = load ("ali_alipayRootCert.crt");
  g_autofree char *serial = till_sandbox_serial (wechat);
  g_autofree char *app_sn = till_sandbox_alipay_sn (app);
  g_autofree char *alipay_sn = till_sandbox_alipay_sn (alipay);
  g_autofree char *root_sn = till_sandbox_alipay_root_sn (roots);

  g_assert_cmpstr (serial, ==, "5F1C72E2A8931B72A2E13AF8DEE92471EB397115");
  g_assert_cmpstr (app_sn, ==, "866efef280dec9137a87d047ac446315");
  g_assert_cmpstr (alipay_sn, ==, "7513daaaa48aa3ba2e4018d84402479c");
  g_assert_cmpstr (root_sn, ==,
                   "687b59193f3f462dd5336e5abf83c5d8_02941eef3187dddf3d3b83462e1dfcf6");
  X509_free (wechat);
  X509_free (app);
  X509_free (alipay);
}

/* Our own root file has one certificate that is not RSA, and it is skipped; zeros are kept. */
static void
test_own_numbers (void)
{
  g_autoptr (GBytes) roots = till_sandbox_resource ("alipay-root-cert.pem");
  g_autofree char *root_sn = till_sandbox_alipay_root_sn (roots);
  g_autofree char *serial =
    till_sandbox_serial (till_sandbox_certificate ("wechat-platform-cert-2.pem"));

  g_assert_cmpuint (strlen (root_sn), ==, 65);
  g_assert_cmpstr (serial, ==, "0B6E81D2F75A39C4401D8E6F2B93C5A7D814E069");
}

static void
test_gcm (void)
{
  JsonObject *vector = find_vector ("WX-GCM-JAVA");
  g_autoptr (GBytes) plain = g_bytes_new_static ("message", 7);
  g_autofree char *sealed =
    till_sandbox_seal_gcm (json_object_get_string_member (vector, "apiv3_key"),
                           json_object_get_string_member (vector, "nonce"),
                           json_object_get_string_member (vector, "aad"), plain);

  g_assert_cmpstr (sealed, ==, json_object_get_string_member (vector, "ciphertext"));
}

/* Content is encrypted as the SDK does, comes back, and anything else does not. */
static void
test_cbc (void)
{
  JsonObject *vector = find_vector ("ALI-AES-CBC");
  const char *key = json_object_get_string_member (vector, "aes_key_b64");
  const char *plain = json_object_get_string_member (vector, "plaintext");
  const char *cipher = json_object_get_string_member (vector, "ciphertext_b64");
  g_autofree char *sealed = till_sandbox_seal_cbc (key, plain);
  g_autofree char *opened = till_sandbox_open_cbc (key, cipher);

  g_assert_cmpstr (sealed, ==, cipher);
  g_assert_cmpstr (opened, ==, plain);
  g_assert_null (till_sandbox_open_cbc (key, ""));
  g_assert_null (till_sandbox_open_cbc (key, "AAAA"));
  g_assert_null (till_sandbox_open_cbc (key, "AAAAAAAAAAAAAAAAAAAAAA=="));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-sign/sign", test_sign);
  g_test_add_func ("/sandbox-sign/verify", test_verify);
  g_test_add_func ("/sandbox-sign/numbers", test_numbers);
  g_test_add_func ("/sandbox-sign/own-numbers", test_own_numbers);
  g_test_add_func ("/sandbox-sign/gcm", test_gcm);
  g_test_add_func ("/sandbox-sign/cbc", test_cbc);

  return g_test_run ();
}
