/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/modules.h"

#define SIDE 5

static const struct {
  float values[SIDE * SIDE];
  guint reach;
  guint light;               /* of the first row: one bit a module */
} rows[] = {
  { { 0 }, 1, 0 },
  { { 9, 9, 9, 9, 9 }, 1, 0x1f },
  { { 9, 0, 9, 0, 9 }, 2, 0x15 },
  /* A shadow over the left half hides nothing. */
  { { 20, 10, 90, 220, 90 }, 1, 0x1d },
  /* All modules are compared where there are few. */
  { { 9, 0, 0, 0, 0 }, 100, 0x01 },
};

/* What is no lighter than its surroundings is dark. */
static void
test_compare (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    float beside[SIDE * SIDE];
    guint light = 0;

    till_modules_compare (rows[i].values, SIDE, rows[i].reach, beside);
    for (guint j = 0; j < SIDE; j++)
      light |= (guint) (beside[j] > 0) << j;
    g_test_message ("row %u: %x", i, light);
    g_assert_cmpuint (light, ==, rows[i].light);
  }
}

static void
test_sharpen (void)
{
  float values[SIDE * SIDE] = { 0 }, flat[] = { 7, 7, 7, 7 }, one[] = { 3 };

  values[12] = 8;
  till_modules_sharpen (values, SIDE, 0);
  g_assert_cmpfloat (values[12], ==, 8);
  g_assert_cmpfloat (values[11], ==, 0);

  till_modules_sharpen (values, SIDE, 1);
  g_assert_cmpfloat (values[12], ==, 16);
  g_assert_cmpfloat (values[11], ==, -2);
  g_assert_cmpfloat (values[7], ==, -2);
  g_assert_cmpfloat (values[6], ==, 0);

  till_modules_sharpen (flat, 2, 3);
  for (guint i = 0; i < G_N_ELEMENTS (flat); i++)
    g_assert_cmpfloat (flat[i], ==, 7);
  till_modules_sharpen (one, 1, 3);
  g_assert_cmpfloat (one[0], ==, 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/modules/compare", test_compare);
  g_test_add_func ("/modules/sharpen", test_sharpen);

  return g_test_run ();
}
