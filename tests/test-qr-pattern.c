/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/qr-pattern.h"

#include <math.h>
#include <qrencode.h>
#include <string.h>

static const char *const texts[] = { "1", "TILL", "134567890123456789" };

/* Each code that libqrencode makes has these modules, whatever it says. */
static void
test_versions (void)
{
  g_autofree TillQrPattern *pattern = g_new (TillQrPattern, 1);

  for (guint i = 0; i < 40 * G_N_ELEMENTS (texts); i++) {
    QRcode *code = QRcode_encodeString8bit (texts[i % G_N_ELEMENTS (texts)],
                                            (int) (i / G_N_ELEMENTS (texts)) + 1, QR_ECLEVEL_L);

    till_qr_pattern_fill (pattern, (guint) code->width);
    g_assert_cmpuint (pattern->side, ==, code->width);
    for (guint j = 0; j < pattern->n_modules; j++) {
      const TillQrModule *module = &pattern->modules[j];

      g_assert_cmpint (code->data[module->row * code->width + module->column] & 1, ==,
                       !module->is_light);
    }
    QRcode_free (code);
  }
}

/* Three corners with the light around them, two lines of timing, 25 modules an alignment. */
static const struct { guint version, n_modules; } counts[] = {
  { 1, 3 * 64 + 2 * 5 },
  { 2, 3 * 64 + 2 * 9 + 25 },
  { 6, 3 * 64 + 2 * 25 + 25 },
  { 7, 3 * 64 + 2 * 29 + 6 * 25 },
  { 14, 3 * 64 + 2 * 57 + 13 * 25 },
  { 40, 3 * 64 + 2 * 161 + 46 * 25 },
};

static void
test_counts (void)
{
  g_autofree TillQrPattern *pattern = g_new (TillQrPattern, 1);

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++) {
    guint side = 17 + 4 * counts[i].version;
    float sum = 0;

    till_qr_pattern_fill (pattern, side);
    g_assert_cmpuint (pattern->n_modules, ==, counts[i].n_modules);
    for (guint j = 0; j < pattern->n_modules; j++) {
      g_assert_cmpint (pattern->modules[j].weight > 0, ==, pattern->modules[j].is_light);
      sum += pattern->modules[j].weight;
    }
    g_assert_cmpfloat (fabsf (sum), <, 0.01f);
  }
}

/* The last are those of the alignment pattern that is nearest to the fourth corner. */
static void
test_last (void)
{
  g_autofree TillQrPattern *pattern = g_new (TillQrPattern, 1);

  for (guint version = 2; version <= 40; version++) {
    guint side = 17 + 4 * version;

    till_qr_pattern_fill (pattern, side);
    for (guint j = pattern->n_modules - TILL_QR_ALIGNMENT_MODULES; j < pattern->n_modules; j++) {
      g_assert_cmpuint (pattern->modules[j].column, >=, side - 9);
      g_assert_cmpuint (pattern->modules[j].row, >=, side - 9);
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/qr-pattern/versions", test_versions);
  g_test_add_func ("/qr-pattern/counts", test_counts);
  g_test_add_func ("/qr-pattern/last", test_last);

  return g_test_run ();
}
