/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-random.h"

#include <string.h>

/* The same seed draws the same bytes, another seed others, and so does the next draw. */
static void
test_seeds (void)
{
  TillFakeRandom one, same, other;
  guint8 a[14], b[14], c[14], d[14];

  till_fake_random_init (&one, 1);
  till_fake_random_init (&same, 1);
  till_fake_random_init (&other, 2);
  till_random_fill (&one.port, a, sizeof a);
  till_random_fill (&same.port, b, sizeof b);
  till_random_fill (&other.port, c, sizeof c);
  till_random_fill (&one.port, d, sizeof d);

  g_assert_cmpmem (a, sizeof a, b, sizeof b);
  g_assert_cmpint (memcmp (a, c, sizeof a), !=, 0);
  g_assert_cmpint (memcmp (a, d, sizeof a), !=, 0);
}

/* No two of ten thousand draws are alike in the five low bits that an order number takes. */
static void
test_draws_differ (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                                       (GDestroyNotify) g_bytes_unref, NULL);
  TillFakeRandom random;
  guint8 bytes[14];

  till_fake_random_init (&random, 0);
  for (guint i = 0; i < 10000; i++) {
    till_random_fill (&random.port, bytes, sizeof bytes);
    for (guint j = 0; j < sizeof bytes; j++)
      bytes[j] &= 31;
    g_assert_true (g_hash_table_add (seen, g_bytes_new (bytes, sizeof bytes)));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fake-random/seeds", test_seeds);
  g_test_add_func ("/fake-random/draws-differ", test_draws_differ);

  return g_test_run ();
}
