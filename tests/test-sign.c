/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/sign.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "acquirer/acquirer.h"
#include "wire-case.h"

/* What each published entry proves is in vectors.json; here is which of them sign.c answers for. */

static char *
path_of (const char *name)
{
  return g_build_filename (TEST_DIR, "vectors", "published", name, NULL);
}

/* "x.pem" of a private key lies as "x.der.b64". */
static TillKey *
load_private (const char *name)
{
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen (".pem"));
  g_autofree char *file = g_strconcat (stem, ".der.b64", NULL);

  return case_private_key (file);
}

static TillKey *
load_public (const char *name)
{
  g_autofree char *path = path_of (name);
  g_autoptr (GError) error = NULL;
  TillKey *key = till_key_load_public (path, &error);

  g_assert_no_error (error);
  return key;
}

static TillKey *
load_certificate (const char *name)
{
  g_autofree char *path = path_of (name);
  g_autoptr (GError) error = NULL;
  TillKey *key = till_key_load_certificate (path, &error);

  g_assert_no_error (error);
  return key;
}

static gboolean
verifies (const TillKey *key,
          const char    *message,
          const char    *signature)
{
  return till_key_verify (key, message, strlen (message), signature);
}

static const char *const signed_ids[] = {
  "WX-REQ-POST", "WX-REQ-GET-NOBODY", "WX-GO-SIGNER",
  "ALI-REQ-SIGN (computed here with SDK test key)",
};

/* Our signatures are the published ones, byte for byte. */
static void
test_sign (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (signed_ids); i++) {
    g_autoptr (JsonNode) node = case_vector (signed_ids[i]);
    JsonObject *vector = json_node_get_object (node);
    const char *key_name = json_object_get_string_member_with_default (vector, "key",
                                                                       "wx_doc_mch_key.pem");
    g_autoptr (TillKey) key = load_private (key_name);
    g_autofree char *signature = NULL;

    signature = till_key_sign (key, json_object_get_string_member (vector, "message"), NULL);
    g_assert_cmpstr (signature, ==, json_object_get_string_member (vector, "signature"));
  }
}

static const struct {
  const char *id;
  gboolean    fits;
} verified[] = {
  { "WX-RESP-VERIFY", TRUE },
  { "WX-JAVA-VERIFY", TRUE },
  { "WX-JAVA-VERIFY-NEG", FALSE },
  { "ALI-NOTIFY-VERIFY", TRUE },
};

/* Published signatures verify, and no longer do when one byte of the message or of them is
 * another. */
static void
test_verify (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (verified); i++) {
    g_autoptr (JsonNode) node = case_vector (verified[i].id);
    JsonObject *vector = json_node_get_object (node);
    const char *message = json_object_get_string_member (vector, "message");
    const char *signature = json_object_get_string_member (vector, "signature");
    gboolean in_certificate = json_object_has_member (vector, "cert");
    const char *file = json_object_get_string_member (vector, in_certificate ? "cert" : "pub");
    g_autoptr (TillKey) key = in_certificate ? load_certificate (file) : load_public (file);
    g_autofree char *other_message = g_strconcat (message, " ", NULL);
    g_autofree char *other_signature = g_strdup (signature);

    other_signature[10] = other_signature[10] == 'A' ? 'B' : 'A';
    g_assert_true (verifies (key, message, signature) == verified[i].fits);
    g_assert_false (verifies (key, other_message, signature));
    g_assert_false (verifies (key, message, other_signature));
  }
}

static const char *const no_signatures[] = {
  "", "x", "====", "AAAA", "WECHATPAY/SIGNTEST/abcdefgh", "not base64 !", "AAA\n",
};

/* What is no signature verifies nothing, and breaks nothing. */
static void
test_verify_rubbish (void)
{
  g_autoptr (TillKey) key = load_public ("wx_doc_platform_pub.pem");

  for (guint i = 0; i < G_N_ELEMENTS (no_signatures); i++)
    g_assert_false (verifies (key, "message", no_signatures[i]));
}

/* Serials are upper hex with their zeros. */
static void
test_serial (void)
{
  g_autoptr (JsonNode) node = case_vector ("WX-CERT-SERIAL");
  JsonObject *vector = json_node_get_object (node);
  g_autoptr (TillKey) merchant = load_certificate ("wx_java_mch_cert.pem");
  g_autoptr (TillKey) platform = load_certificate ("wx_java_plat_cert.pem");

  g_assert_cmpstr (till_key_get_serial (merchant), ==,
                   json_object_get_string_member (vector, "mch"));
  g_assert_cmpstr (till_key_get_serial (platform), ==,
                   json_object_get_string_member (vector, "platform"));
  g_assert_cmpstr (till_key_get_subject (platform), ==,
                   "CN=test,OU=test,O=test,L=Shenzhen,ST=Guangdong,C=CN");
  g_assert_cmpint (till_key_get_expires_us (platform), ==,
                   G_GINT64_CONSTANT (1746756270) * G_USEC_PER_SEC);
}

/* A key fits its certificate, and no other. */
static void
test_fits (void)
{
  g_autoptr (TillKey) merchant = case_private_key ("wx_java_mch_key.der.b64");
  g_autoptr (TillKey) merchant_certificate = load_certificate ("wx_java_mch_cert.pem");
  g_autoptr (TillKey) platform_certificate = load_certificate ("wx_java_plat_cert.pem");
  g_autoptr (TillKey) platform_public = load_public ("wx_java_plat_pub.pem");

  g_assert_true (till_key_fits (merchant, merchant_certificate));
  g_assert_false (till_key_fits (merchant, platform_certificate));
  g_assert_true (till_key_fits (platform_public, platform_certificate));
  g_assert_null (till_key_get_serial (platform_public));
  g_assert_cmpint (till_key_get_expires_us (platform_public), ==, 0);
}

/* WeChat Pay's sealed fields open with our key, and only with it. */
static void
test_oaep (void)
{
  g_autoptr (JsonNode) node = case_vector ("WX-OAEP-SHA1");
  JsonObject *vector = json_node_get_object (node);
  const char *sealed = json_object_get_string_member (vector, "ciphertext");
  g_autoptr (TillKey) key = load_private (json_object_get_string_member (vector, "key"));
  g_autoptr (TillKey) other = case_private_key ("wx_java_plat_key.der.b64");
  g_autofree char *text = till_key_open_oaep (key, sealed, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) form = NULL;

  g_assert_cmpstr (text, ==, json_object_get_string_member (vector, "plaintext"));
  g_assert_null (till_key_open_oaep (other, sealed, &error));
  g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER);
  g_assert_null (till_key_open_oaep (key, "no base64", &form));
  g_assert_error (form, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER);
}

typedef TillKey *(*Loader) (const char *path, GError **error);

static const struct {
  Loader      load;
  const char *file;   /* of tests/vectors */
  const char *error;  /* NULL where it loads */
} files[] = {
  { till_key_load_private, "published/ali_app-private-key.der.b64", NULL },
  { till_key_load_private, "own/pkcs8-key.pem", NULL },
  { till_key_load_private, "own/pkcs1-key.pem", NULL },
  { till_key_load_public, "published/ali_app-public-key.pem", NULL },
  { till_key_load_public, "own/bare-pub.txt", NULL },
  { till_key_load_certificate, "published/ali_alipayCertPublicKey_RSA2.crt", NULL },
  { till_key_load_private, "own/nothing.pem", "put the file there" },
  { till_key_load_private, "own", "put the file there" },
  { till_key_load_private, "README.md", "is not a PEM file" },
  { till_key_load_private, "own/empty.pem", "is not a PEM file" },
  { till_key_load_private, "own/locked-key.pem", "passphrase" },
  { till_key_load_private, "own/locked-pkcs1-key.pem", "passphrase" },
  { till_key_load_private, "published/wx_doc_platform_pub.pem", "is a public key" },
  { till_key_load_private, "published/wx_java_mch_cert.pem", "is a certificate" },
  { till_key_load_private, "own/ec-key.pem", "no RSA key" },
  { till_key_load_private, "own/short-key.pem", "no RSA key" },
  { till_key_load_private, "own/broken-key.pem", "cannot be used here" },
  { till_key_load_public, "own/pkcs8-key.pem", "is a private key" },
  { till_key_load_public, "published/wx_java_mch_cert.pem", "is a certificate" },
  { till_key_load_public, "README.md", "is not a PEM file" },
  { till_key_load_certificate, "published/wx_doc_platform_pub.pem", "holds no certificate" },
  { till_key_load_certificate, "README.md", "holds no certificate" },
  { till_key_load_certificate, "own/nothing.pem", "put the file there" },
};

/* A file is what it should be, or the message names it and says what to do. */
static void
test_files (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (TEST_DIR, "vectors", files[i].file, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (TillKey) key = files[i].load (path, &error);

    g_test_message ("%s: %s", files[i].file, error ? error->message : "loaded");
    if (!files[i].error) {
      g_assert_no_error (error);
      continue;
    }
    g_assert_null (key);
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY);
    g_assert_nonnull (strstr (error->message, files[i].error));
    g_assert_nonnull (strstr (error->message, files[i].file));
  }
}

/* A file that the till's user may not read is said to be so. Root reads everything. */
static void
test_unreadable (void)
{
  g_autofree char *folder = g_dir_make_tmp ("till-sign-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "key.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TillKey) key = NULL;

  g_assert_true (g_file_set_contents_full (path, "x", 1, G_FILE_SET_CONTENTS_NONE, 0, NULL));
  key = till_key_load_private (path, &error);
  g_assert_null (key);
  g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY);
  g_assert_nonnull (strstr (error->message, path));

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sign/sign", test_sign);
  g_test_add_func ("/sign/verify", test_verify);
  g_test_add_func ("/sign/verify-rubbish", test_verify_rubbish);
  g_test_add_func ("/sign/serial", test_serial);
  g_test_add_func ("/sign/fits", test_fits);
  g_test_add_func ("/sign/oaep", test_oaep);
  g_test_add_func ("/sign/files", test_files);
  g_test_add_func ("/sign/unreadable", test_unreadable);

  return g_test_run ();
}
