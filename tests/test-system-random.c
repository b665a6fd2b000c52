/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/system-random.h"

#include <string.h>

static const gsize sizes[] = { 0, 1, 14, 32, 256, 100000 };

/* It fills all it is asked for and not a byte more, and two draws differ. */
static void
test_fills (void)
{
  const TillRandom *random = till_system_random_get ();

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree guint8 *bytes = g_malloc0 (sizes[i] + 1);
    g_autofree guint8 *again = g_malloc0 (sizes[i] + 1);

    till_random_fill (random, bytes, sizes[i]);
    till_random_fill (random, again, sizes[i]);
    g_assert_cmpuint (bytes[sizes[i]], ==, 0);
    if (sizes[i] >= 14)
      g_assert_cmpint (memcmp (bytes, again, sizes[i]), !=, 0);
  }
}

/* Each bit of the last byte comes both ways: a cut short fill would leave it at 0. */
static void
test_reaches_the_end (void)
{
  const TillRandom *random = till_system_random_get ();
  guint8 ones = 0, zeros = 0;

  for (guint i = 0; i < 200; i++) {
    guint8 bytes[300] = { 0 };

    till_random_fill (random, bytes, sizeof bytes);
    ones |= bytes[sizeof bytes - 1];
    zeros |= (guint8) ~bytes[sizeof bytes - 1];
  }
  g_assert_cmpuint (ones & zeros, ==, 0xff);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/system-random/fills", test_fills);
  g_test_add_func ("/system-random/reaches-the-end", test_reaches_the_end);

  return g_test_run ();
}
