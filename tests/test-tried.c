/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/tried.h"

#include <string.h>

#define MINUTE_US (60 * G_USEC_PER_SEC)

static const struct {
  gint64      at_us;
  const char *text;
  gboolean    adds;
  gboolean    is_there;   /* before it is added */
} cases[] = {
  { 0,                 "134567890123456789",    TRUE,  FALSE },
  { 0,                 "134567890123456789",    FALSE, TRUE },
  { 0,                 "1345 6789 0123 456789", FALSE, TRUE },
  { 0,                 "134567890123456780",    TRUE,  FALSE },
  { 5 * MINUTE_US - 1, "134567890123456789",    FALSE, TRUE },
  { -MINUTE_US,        "134567890123456789",    FALSE, TRUE },   /* the clock was set back */
  { 5 * MINUTE_US,     "134567890123456789",    FALSE, FALSE },
  { 5 * MINUTE_US,     "284736251849362514",    TRUE,  FALSE },
  { 9 * MINUTE_US,     "284736251849362514",    TRUE,  TRUE },
  { 13 * MINUTE_US,    "284736251849362514",    FALSE, TRUE },   /* added once more at nine */
  { 14 * MINUTE_US,    "284736251849362514",    FALSE, FALSE },
  { 14 * MINUTE_US,    "",                      FALSE, FALSE },
};

static void
test_life (void)
{
  TillTried *tried = till_tried_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *digest = till_tried_digest (tried, cases[i].text);

    g_test_message ("row %u", i);
    g_assert_cmpint (till_tried_contains (tried, digest, cases[i].at_us), ==, cases[i].is_there);
    if (cases[i].adds)
      till_tried_add (tried, digest, cases[i].at_us);
  }
  till_tried_free (tried);
}

/* A digest does not tell the code, nor is it the same in two tills. */
static void
test_digest (void)
{
  TillTried *first = till_tried_new ();
  TillTried *second = till_tried_new ();
  g_autofree char *a = till_tried_digest (first, cases[0].text);
  g_autofree char *b = till_tried_digest (second, cases[0].text);

  g_assert_cmpstr (a, !=, b);
  g_assert_null (strstr (a, "134567890"));
  till_tried_free (first);
  till_tried_free (second);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tried/life", test_life);
  g_test_add_func ("/tried/digest", test_digest);

  return g_test_run ();
}
