/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/pem.h"

#include <string.h>

#include "acquirer/acquirer.h"
#include "wire-case.h"

static char *
path_of (const char *file)
{
  return g_build_filename (TEST_DIR, "vectors", file, NULL);
}

static const struct {
  const char *file;
  const char *error;  /* NULL where it is read */
} cases[] = {
  { "own/pkcs8-key.pem", NULL },
  { "README.md", NULL },
  { "own/empty.pem", "is not a PEM file" },
  { "own/nothing.pem", "put the file there" },
  { "own", "put the file there" },
};

/* A text file is read as it is; what it holds, others say. */
static void
test_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = path_of (cases[i].file);
    g_autoptr (GError) error = NULL;
    g_autofree char *text = till_pem_read (path, &error);

    g_assert_true ((text != NULL) == (cases[i].error == NULL));
    if (cases[i].error) {
      g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY);
      g_assert_nonnull (strstr (error->message, cases[i].error));
      g_assert_nonnull (strstr (error->message, path));
    }
  }
}

/* No passphrase is ever asked for; a text can be read by OpenSSL to its end. */
static void
test_open (void)
{
  g_autoptr (TillBio) bio = till_pem_open ("abc");
  char bytes[8];

  g_assert_cmpint (BIO_read (bio, bytes, sizeof bytes), ==, 3);
  g_assert_cmpint (till_pem_refuse_passphrase_cb (bytes, sizeof bytes, 0, NULL), ==, -1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pem/read", test_read);
  g_test_add_func ("/pem/open", test_open);

  return g_test_run ();
}
