/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/sm2.h"

#include <string.h>

#include "acquirer/acquirer.h"
#include "wire-case.h"

static char *
path_of (const char *name)
{
  return g_build_filename (TEST_DIR, "vectors", name, NULL);
}

/* The one published signature, and who made it. */
typedef struct {
  JsonNode *root;
  const char *private_hex;
  const char *public_hex;
  const char *id;
  const char *message;
  const char *signature;  /* r and s in hex */
} Published;

static void
published_clear (Published *published)
{
  json_node_unref (published->root);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Published, published_clear)

static Published
load_published (void)
{
  g_autofree char *text = case_read_file ("published", "gm.json");
  JsonNode *root = json_from_string (text, NULL);
  JsonObject *sm2 = json_object_get_object_member (json_node_get_object (root), "sm2");

  return (Published) { root,
                       json_object_get_string_member (sm2, "private"),
                       json_object_get_string_member (sm2, "public"),
                       json_object_get_string_member (sm2, "id"),
                       json_object_get_string_member (sm2, "message"),
                       json_object_get_string_member (sm2, "signature") };
}

static TillKey *
load (TillKey   *(*loader) (const char *path, GError **error),
      const char *name)
{
  g_autofree char *path = path_of (name);
  g_autoptr (GError) error = NULL;
  TillKey *key = loader (path, &error);

  g_assert_no_error (error);
  return key;
}

static gboolean
verifies (const TillKey *key,
          const char    *id,
          TillSm2Form    form,
          const char    *message,
          const char    *signature)
{
  return till_sm2_verify (key, id, form, message, strlen (message), signature);
}

/* The published signature verifies in each form in which a key can come, and with no other id,
 * message, byte or form. */
static void
test_published (void)
{
  g_auto (Published) vector = load_published ();
  g_autoptr (TillKey) key = till_sm2_parse_public_hex (vector.public_hex, "it", NULL);
  g_autoptr (TillKey) file = load (till_sm2_load_public, "own/sm2-pub.pem");
  g_autoptr (TillKey) bare = load (till_sm2_load_public, "own/sm2-bare-pub.txt");
  g_autoptr (TillKey) certificate = load (till_sm2_load_certificate, "own/sm2-cert.pem");
  const TillKey *keys[] = { key, file, bare, certificate };
  g_autofree char *other = g_strdup (vector.signature);

  other[20] = other[20] == '0' ? '1' : '0';
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_assert_true (verifies (keys[i], vector.id, TILL_SM2_RAW_HEX, vector.message,
                             vector.signature));
    g_assert_false (verifies (keys[i], "", TILL_SM2_RAW_HEX, vector.message, vector.signature));
    g_assert_false (verifies (keys[i], "ALICE123@YAHOO.COM", TILL_SM2_RAW_HEX, vector.message,
                              vector.signature));
    g_assert_false (verifies (keys[i], vector.id, TILL_SM2_RAW_HEX, "Message digest",
                              vector.signature));
    g_assert_false (verifies (keys[i], vector.id, TILL_SM2_RAW_HEX, vector.message, other));
    g_assert_false (verifies (keys[i], vector.id, TILL_SM2_RAW_BASE64, vector.message,
                              vector.signature));
  }
}

static const TillSm2Form forms[] = { TILL_SM2_DER_BASE64, TILL_SM2_RAW_BASE64, TILL_SM2_RAW_HEX };

/* What we sign verifies in the form it was made in, and in no other; often, as a number with
 * zeros in front is rare. */
static void
test_sign (void)
{
  g_auto (Published) vector = load_published ();
  g_autoptr (TillKey) ours = till_sm2_parse_private_hex (vector.private_hex, "it", NULL);
  g_autoptr (TillKey) file = load (till_sm2_load_private, "own/sm2-key.pem");
  g_autoptr (TillKey) theirs = load (till_sm2_load_public, "own/sm2-pub.pem");

  g_assert_true (till_key_fits (ours, theirs));
  g_assert_true (till_key_fits (file, ours));
  for (guint i = 0; i < 120; i++) {
    TillSm2Form form = forms[i % G_N_ELEMENTS (forms)];
    TillSm2Form other = forms[(i + 1) % G_N_ELEMENTS (forms)];
    g_autoptr (GError) error = NULL;
    g_autofree char *signature = till_sm2_sign (i % 2 ? ours : file, TILL_SM2_USER_ID, form,
                                                "收款 12.50", &error);

    g_assert_no_error (error);
    g_assert_true (verifies (theirs, TILL_SM2_USER_ID, form, "收款 12.50", signature));
    g_assert_false (verifies (theirs, TILL_SM2_USER_ID, other, "收款 12.50", signature));
  }
}

static const char *const no_signatures[] = {
  "", "x", "====", "AAAA", "MAA=", "MAYCAQACAQA=", "MAYCAQECAQEA", "no base64 !",
};

/* What is no signature verifies nothing, and breaks nothing. */
static void
test_rubbish (void)
{
  g_autoptr (TillKey) key = load (till_sm2_load_public, "own/sm2-pub.pem");

  for (guint i = 0; i < G_N_ELEMENTS (no_signatures); i++)
    for (guint j = 0; j < G_N_ELEMENTS (forms); j++)
      g_assert_false (verifies (key, TILL_SM2_USER_ID, forms[j], "text", no_signatures[i]));
}

/* A public key signs nothing. */
static void
test_public_signs_not (void)
{
  g_autoptr (TillKey) key = load (till_sm2_load_public, "own/sm2-pub.pem");
  g_autoptr (GError) error = NULL;

  g_assert_null (till_sm2_sign (key, TILL_SM2_USER_ID, TILL_SM2_DER_BASE64, "text", &error));
  g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD);
}

typedef TillKey *(*Loader) (const char *path, GError **error);

static const struct {
  Loader      load;
  const char *file;   /* of tests/vectors */
  const char *error;
} bad_files[] = {
  { till_sm2_load_private, "own/nothing.pem", "put the file there" },
  { till_sm2_load_private, "own/ec-key.pem", "holds no SM2 key" },
  { till_sm2_load_private, "own/pkcs8-key.pem", "holds no SM2 key" },
  { till_sm2_load_private, "own/sm2-pub.pem", "is a public key" },
  { till_sm2_load_private, "own/sm2-cert.pem", "is a certificate" },
  { till_sm2_load_public, "own/sm2-key.pem", "is a private key" },
  { till_sm2_load_public, "published/wx_doc_platform_pub.pem", "holds no SM2 key" },
  { till_sm2_load_certificate, "published/wx_java_mch_cert.pem", "holds no SM2 key" },
  { till_sm2_load_certificate, "own/sm2-pub.pem", "holds no certificate" },
  { till_key_load_private, "own/sm2-key.pem", "holds no RSA key" },
};

/* A file that is not what it should be is named, with what to do. */
static void
test_files (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_files); i++) {
    g_autofree char *path = path_of (bad_files[i].file);
    g_autoptr (GError) error = NULL;
    g_autoptr (TillKey) key = bad_files[i].load (path, &error);

    g_assert_null (key);
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY);
    g_assert_nonnull (strstr (error->message, bad_files[i].error));
    g_assert_nonnull (strstr (error->message, bad_files[i].file));
  }
}

static const char *const bad_private[] = {
  "", "00", "not hex", "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b",
  "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5bg",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};
static const char *const bad_public[] = {
  "", "04", "not hex",
  "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
  "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad14",
  "0209f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
  "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
};

/* Digits that are no key are refused, and a private one is not repeated. */
static void
test_hex_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_private); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (till_sm2_parse_private_hex (bad_private[i], "private-key", &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY);
    g_assert_true (g_str_has_prefix (error->message, "private-key is no SM2 private key"));
    g_assert_true (strlen (bad_private[i]) < 8 || !strstr (error->message, bad_private[i]));
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad_public); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (till_sm2_parse_public_hex (bad_public[i], "public-key", &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY);
  }
}

/* A certificate's key comes with whose it is and how long. */
static void
test_certificate (void)
{
  g_autoptr (TillKey) key = load (till_sm2_load_certificate, "own/sm2-cert.pem");

  g_assert_cmpstr (till_key_get_serial (key), ==, "0123456789");
  g_assert_cmpstr (till_key_get_subject (key), ==, "CN=Till test SM2");
  g_assert_cmpint (till_key_get_expires_us (key), >, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sm2/published", test_published);
  g_test_add_func ("/sm2/sign", test_sign);
  g_test_add_func ("/sm2/rubbish", test_rubbish);
  g_test_add_func ("/sm2/public-signs-not", test_public_signs_not);
  g_test_add_func ("/sm2/files", test_files);
  g_test_add_func ("/sm2/hex-refused", test_hex_refused);
  g_test_add_func ("/sm2/certificate", test_certificate);

  return g_test_run ();
}
