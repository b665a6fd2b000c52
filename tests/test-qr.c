/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/qr.h"

#include <string.h>

/* A code is square, has its three finder patterns, and differs with its text. */
static void
test_modules (void)
{
  g_autoptr (TillQr) qr = till_qr_new ("weixin://wxpay/bizpayurl?pr=JyC91EIz1", NULL);
  g_autoptr (TillQr) other = till_qr_new ("weixin://wxpay/bizpayurl?pr=JyC91EIz2", NULL);
  const guint corners[][2] = { { 0, 0 }, { qr->width - 7, 0 }, { 0, qr->width - 7 } };

  g_assert_cmpuint (qr->width, ==, 29);
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++) {
    for (guint k = 0; k < 7; k++) {
      g_assert_cmpuint (qr->modules[corners[i][1] * qr->width + corners[i][0] + k], ==, 1);
      g_assert_cmpuint (qr->modules[(corners[i][1] + k) * qr->width + corners[i][0]], ==, 1);
    }
  }
  g_assert_cmpint (memcmp (qr->modules, other->modules, 29 * 29), !=, 0);
}

/* Too long for any code is an error, not a crash. */
static void
test_too_long (void)
{
  g_autofree char *text = g_strnfill (5000, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_null (till_qr_new (text, &error));
  g_assert_nonnull (error);
}

/* The picture is a PNG of the right size: the modules and four light ones all round. */
static void
test_png (void)
{
  g_autoptr (TillQr) qr = till_qr_new ("https://qr.alipay.com/bax00000", NULL);
  g_autoptr (GBytes) png = till_qr_to_png (qr, 8);
  const guint8 *bytes = g_bytes_get_data (png, NULL);
  guint32 width;

  memcpy (&width, bytes + 16, sizeof width);
  g_assert_cmpint (memcmp (bytes, "\x89PNG\r\n\x1a\n", 8), ==, 0);
  g_assert_cmpuint (GUINT32_FROM_BE (width), ==, (qr->width + 8) * 8);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/qr/modules", test_modules);
  g_test_add_func ("/qr/too-long", test_too_long);
  g_test_add_func ("/qr/png", test_png);

  return g_test_run ();
}
