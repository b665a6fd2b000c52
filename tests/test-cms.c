/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/cms.h"

#include <string.h>

#include <openssl/cms.h>
#include <openssl/pem.h>

#include <openssl/rsa.h>

static const TillEmvCard card = {
  .decision = TILL_EMV_ONLINE, .masked = "621094******0029", .pan = "6210948000000029",
  .expiry = "3012", .track_2 = "6210948000000029D30122200000012300", .pan_sequence = 1,
  .field_55 = { 0x9f, 0x26, 0x01, 0xff }, .n_field_55 = 4,
};

#define TEXT                                                                                   \
  "{\"field55\":\"9F2601FF\",\"track2\":\"6210948000000029D30122200000012300\","               \
  "\"number\":\"621094******0029\"}"

/* Who can read what is sealed. */
typedef struct {
  EVP_PKEY *key;
  X509     *certificate;
} Holder;

static Holder
make_holder (EVP_PKEY *key)
{
  Holder holder = { key, X509_new () };

  X509_set_version (holder.certificate, X509_VERSION_3);
  ASN1_INTEGER_set (X509_get_serialNumber (holder.certificate), 7);
  X509_gmtime_adj (X509_getm_notBefore (holder.certificate), -60);
  X509_gmtime_adj (X509_getm_notAfter (holder.certificate), 3600);
  X509_set_pubkey (holder.certificate, key);
  g_assert_true (X509_sign (holder.certificate, key, EVP_sha256 ()) > 0);
  return holder;
}

static void
holder_clear (Holder *holder)
{
  EVP_PKEY_free (holder->key);
  X509_free (holder->certificate);
}

static char *
pem_of (const Holder *holder)
{
  BIO *out = BIO_new (BIO_s_mem ());
  char *bytes;
  long n_bytes;
  char *pem;

  g_assert_true (PEM_write_bio_X509 (out, holder->certificate));
  n_bytes = BIO_get_mem_data (out, &bytes);
  pem = g_strndup (bytes, (gsize) n_bytes);
  BIO_free (out);
  return pem;
}

/* Returns: what @holder reads, or NULL */
static char *
open_sealed (const char   *sealed,
             const Holder *holder)
{
  gsize n_der;
  g_autofree guint8 *der = g_base64_decode (sealed, &n_der);
  const unsigned char *next = der;
  CMS_ContentInfo *cms = d2i_CMS_ContentInfo (NULL, &next, (long) n_der);
  BIO *out = BIO_new (BIO_s_mem ());
  char *text = NULL;
  char *bytes;

  g_assert_nonnull (cms);
  if (CMS_decrypt (cms, holder->key, holder->certificate, NULL, out, CMS_BINARY)) {
    long n_bytes = BIO_get_mem_data (out, &bytes);

    text = g_strndup (bytes, (gsize) n_bytes);
  }

  CMS_ContentInfo_free (cms);
  BIO_free (out);
  return text;
}

/* Only the holder of the key reads it, and nothing of the card stands in it. */
static void
check_seal (EVP_PKEY *key,
            EVP_PKEY *others_key)
{
  Holder acquirer = make_holder (key);
  Holder other = make_holder (others_key);
  g_autofree char *pem = pem_of (&acquirer);
  g_autoptr (GError) error = NULL;
  g_autofree char *sealed = till_cms_seal (&card, pem, &error);
  g_autofree char *again = till_cms_seal (&card, pem, NULL);
  g_autofree char *text = NULL;
  g_autofree char *others = NULL;
  g_autofree guint8 *der = NULL;
  gsize n_der;

  g_assert_no_error (error);
  text = open_sealed (sealed, &acquirer);
  others = open_sealed (sealed, &other);
  der = g_base64_decode (sealed, &n_der);
  g_assert_cmpstr (text, ==, TEXT);
  g_assert_cmpstr (others, !=, TEXT);
  g_assert_cmpstr (sealed, !=, again);
  g_assert_null (memmem (der, n_der, "62109480", 8));
  g_assert_null (memmem (der, n_der, "\x62\x10\x94\x80", 4));

  holder_clear (&acquirer);
  holder_clear (&other);
}

static void
test_rsa (void)
{
  check_seal (EVP_RSA_gen (2048), EVP_RSA_gen (2048));
}

static void
test_ec (void)
{
  check_seal (EVP_EC_gen ("P-256"), EVP_EC_gen ("P-256"));
}

static void
test_no_certificate (void)
{
  static const char *const cases[] = {
    "", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (till_cms_seal (&card, cases[i], &error));
    g_assert_nonnull (error);
    g_assert_null (strstr (error->message, "6210"));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cms/rsa", test_rsa);
  g_test_add_func ("/cms/ec", test_ec);
  g_test_add_func ("/cms/no-certificate", test_no_certificate);

  return g_test_run ();
}
