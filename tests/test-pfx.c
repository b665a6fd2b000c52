/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/pfx.h"

#include <string.h>

#include "acquirer/acquirer.h"
#include "wire-case.h"

#define NUMBER "68759663125"

static const struct {
  const char *file;      /* of tests/vectors */
  const char *password;
  const char *error;     /* NULL where it loads */
} cases[] = {
  { "own/unionpay.pfx", "000000", NULL },     /* RC2-40, as UnionPay's own is */
  { "own/modern.pfx", "000000", NULL },
  { "own/open.pfx", "", NULL },
  { "own/unionpay.pfx", "000001", "does not open with this password" },
  { "own/unionpay.pfx", "", "does not open with this password" },
  { "own/modern.pfx", "密码", "does not open with this password" },
  { "own/open.pfx", "000000", "does not open with this password" },
  { "own/nothing.pfx", "000000", "put the file there" },
  { "own", "000000", "put the file there" },
  { "own/empty.pem", "000000", "is not a PFX file" },
  { "own/pkcs8-key.pem", "000000", "is not a PFX file" },
  { "published/wx_java_mch_cert.pem", "000000", "is not a PFX file" },
  { "own/keyless.pfx", "000000", "holds no private key" },
  { "own/bare.pfx", "000000", "holds no certificate of its key" },
  { "own/ec.pfx", "000000", "holds no RSA key" },
};

/* A file opens, whatever its ciphers, or the message names it and says what to do; never the
 * password. */
static void
test_load (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_build_filename (TEST_DIR, "vectors", cases[i].file, NULL);
    g_autofree char *number = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (TillKey) key = till_pfx_load (path, cases[i].password, &number, &error);

    g_test_message ("%s: %s", cases[i].file, error ? error->message : "loaded");
    if (!cases[i].error) {
      g_assert_no_error (error);
      g_assert_cmpstr (number, ==, NUMBER);
      g_assert_cmpstr (till_key_get_subject (key), ==, "CN=Till test merchant 777290058110097");
      continue;
    }
    g_assert_null (key);
    g_assert_null (number);
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY);
    g_assert_nonnull (strstr (error->message, cases[i].error));
    g_assert_nonnull (strstr (error->message, cases[i].file));
    g_assert_true (cases[i].password[0] == '\0' || !strstr (error->message, cases[i].password));
  }
}

/* The key that came out signs as the same key from a PEM file does, long after the file's own
 * context is gone. */
static void
test_signs (void)
{
  g_autofree char *path = g_build_filename (TEST_DIR, "vectors", "own", "unionpay.pfx", NULL);
  g_autofree char *number = NULL;
  g_autoptr (TillKey) key = till_pfx_load (path, "000000", &number, NULL);
  g_autoptr (TillKey) same = case_private_key ("wx_doc_mch_key.der.b64");
  g_autofree char *one = till_key_sign (key, "text", NULL);
  g_autofree char *other = till_key_sign (same, "text", NULL);

  g_assert_true (till_key_fits (key, same));
  g_assert_cmpstr (one, ==, other);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pfx/load", test_load);
  g_test_add_func ("/pfx/signs", test_signs);

  return g_test_run ();
}
