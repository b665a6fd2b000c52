/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/trust.h"

#include <string.h>

#include "acquirer/acquirer.h"
#include "wire-case.h"

#define NAME "041@Z2026-5-1@中国银联股份有限公司@00000001"

static char *
path_of (const char *name)
{
  return g_build_filename (TEST_DIR, "vectors", name, NULL);
}

static TillTrust *
load (const char *root,
      const char *middle,
      GError    **error)
{
  g_autofree char *root_path = path_of (root);
  g_autofree char *middle_path = middle ? path_of (middle) : NULL;

  return till_trust_load (root_path, middle_path, error);
}

static const struct {
  const char *middle;
  const char *file;
  gint64      at_us;
  const char *name;    /* NULL where nobody vouches for it */
} cases[] = {
  { "own/unionpay-middle.pem", "unionpay-signer.pem", CASE_NOW_US, NAME },
  { "own/unionpay-middle.pem", "unionpay-other.pem", CASE_NOW_US,
    "041@Z2026-5-1@某某有限公司@00000001" },
  { "own/unionpay-middle.pem", "unionpay-old.pem", G_GINT64_CONSTANT (1700000000000000), NAME },
  { "own/unionpay-middle.pem", "unionpay-root.pem", CASE_NOW_US, "Till test root" },
  { "own/unionpay-middle.pem", "unionpay-old.pem", CASE_NOW_US, NULL },
  { "own/unionpay-middle.pem", "unionpay-signer.pem", G_GINT64_CONSTANT (1000000000000000), NULL },
  { "own/unionpay-middle.pem", "unionpay-stranger.pem", CASE_NOW_US, NULL },
  { "own/unionpay-middle.pem", "sm2-cert.pem", CASE_NOW_US, NULL },
  { "own/unionpay-middle.pem", "answers-pub.pem", CASE_NOW_US, NULL },
  { NULL, "unionpay-signer.pem", CASE_NOW_US, NULL },
};

/* A certificate is taken when the authorities vouch for it at that moment, and only then. */
static void
test_open (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillTrust) trust = load ("own/unionpay-root.pem", cases[i].middle, NULL);
    g_autofree char *pem = case_read_file ("own", cases[i].file);
    g_autofree char *name = NULL;
    g_autoptr (TillKey) key = till_trust_open (trust, pem, cases[i].at_us, &name);

    g_test_message ("%s", cases[i].file);
    g_assert_cmpstr (name, ==, cases[i].name);
    g_assert_true ((key != NULL) == (cases[i].name != NULL));
  }
}

/* A certificate that SM2 signed needs its signer's id, or it fits nobody. */
static void
test_sm2 (void)
{
  g_autoptr (TillTrust) trust = load ("own/sm2-cert.pem", NULL, NULL);
  g_autofree char *pem = case_read_file ("own", "sm2-cert.pem");
  g_autofree char *name = NULL;
  g_autoptr (TillKey) key = till_trust_open (trust, pem, g_get_real_time (), &name);

  g_assert_nonnull (key);
  g_assert_cmpstr (name, ==, "Till test SM2");
}

static const struct {
  const char *root;
  const char *middle;
  const char *error;
} bad_files[] = {
  { "own/nothing.pem", NULL, "put the file there" },
  { "own/answers-pub.pem", NULL, "holds no certificate" },
  { "README.md", NULL, "holds no certificate" },
  { "own/unionpay-root.pem", "own/nothing.pem", "put the file there" },
  { "own/unionpay-root.pem", "own/pkcs8-key.pem", "holds no certificate" },
};

/* A file without certificates is named. */
static void
test_files (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_files); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TillTrust) trust = load (bad_files[i].root, bad_files[i].middle, &error);

    g_assert_null (trust);
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY);
    g_assert_nonnull (strstr (error->message, bad_files[i].error));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/trust/open", test_open);
  g_test_add_func ("/trust/sm2", test_sm2);
  g_test_add_func ("/trust/files", test_files);

  return g_test_run ();
}
