/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/certificate.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "acquirer/acquirer.h"
#include "wire-case.h"

typedef char *(*Loader) (const char *path, GError **error);

static const struct {
  const char *id;      /* of vectors.json */
  Loader      load;
  const char *file;
} numbers[] = {
  { "ALI-APP-CERT-SN", till_certificate_load_sn, "ali_appCertPublicKey_2021001161683774.crt" },
  { "ALI-PUB-CERT-SN", till_certificate_load_sn, "ali_alipayCertPublicKey_RSA2.crt" },
  { "ALI-ROOT-CERT-SN", till_certificate_load_root_sn, "ali_alipayRootCert.crt" },
};

/* Alipay's numbers of certificates are the SDK's, also where an issuer is not ASCII and where roots
 * are to be left out. */
static void
test_numbers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autoptr (JsonNode) node = case_vector (numbers[i].id);
    const char *expect = json_object_get_string_member (json_node_get_object (node), "sn");
    g_autofree char *path = g_build_filename (TEST_DIR, "vectors", "published", numbers[i].file,
                                              NULL);
    g_autoptr (GError) error = NULL;
    g_autofree char *sn = numbers[i].load (path, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (sn, ==, expect);
  }
}

static const struct {
  Loader      load;
  const char *file;
  const char *error;
} refused[] = {
  { till_certificate_load_sn, "published/wx_doc_platform_pub.pem", "holds no certificate" },
  { till_certificate_load_sn, "own/nothing.pem", "put the file there" },
  { till_certificate_load_sn, "own/empty.pem", "is not a PEM file" },
  { till_certificate_load_root_sn, "published/wx_doc_platform_pub.pem", "no RSA root" },
  { till_certificate_load_root_sn, "own/ec-root.pem", "no RSA root" },
  { till_certificate_load_root_sn, "own/nothing.pem", "put the file there" },
};

/* What has no number gets none. */
static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *path = g_build_filename (TEST_DIR, "vectors", refused[i].file, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_null (refused[i].load (path, &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY);
    g_assert_nonnull (strstr (error->message, refused[i].error));
  }
}

/* A name in Chinese stays what it is. */
static void
test_subject (void)
{
  g_autofree char *text = case_read_file ("published", "ali_alipayCertPublicKey_RSA2.crt");
  g_autoptr (TillCertificate) certificate = till_certificate_parse (text, "x", NULL);
  g_autofree char *subject = till_certificate_get_subject (certificate);
  g_autofree char *serial = till_certificate_get_serial (certificate);

  g_assert_nonnull (strstr (subject, "OU=Alipay,O=杭州焕旭信息技术有限公司,C=CN"));
  g_assert_cmpstr (serial, ==, "20200514E63C2FE04D538716FE21358B");
  g_assert_cmpint (till_certificate_get_expires_us (certificate), ==,
                   G_GINT64_CONSTANT (1652539321) * G_USEC_PER_SEC);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/certificate/numbers", test_numbers);
  g_test_add_func ("/certificate/refused", test_refused);
  g_test_add_func ("/certificate/subject", test_subject);

  return g_test_run ();
}
