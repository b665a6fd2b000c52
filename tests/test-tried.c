/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/tried.h"

#include <glib/gstdio.h>
#include <string.h>

#include "scratch.h"

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

/* The next window knows what this one tried, for as long as it would have; in a file that is its
 * user's alone and tells no code. */
static void
test_kept (void)
{
  g_autofree char *dir = g_dir_make_tmp ("till-tried-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "tried.ini", NULL);
  g_autofree char *text = NULL;
  GStatBuf status;

  for (guint i = 0; i < 3; i++) {
    TillTried *tried = till_tried_new ();
    g_autofree char *first = NULL, *second = NULL;

    till_tried_keep (tried, path);
    first = till_tried_digest (tried, cases[0].text);
    second = till_tried_digest (tried, cases[7].text);
    g_assert_cmpint (till_tried_contains (tried, first, i * 3 * MINUTE_US), ==, i == 1);
    g_assert_false (till_tried_contains (tried, second, 0));
    if (i == 0)
      till_tried_add (tried, first, 0);
    till_tried_free (tried);
  }

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "5678"));
  scratch_remove (dir);
}

/* What is no such file counts for nothing, and is written anew; where none can be, one goes on. */
static void
test_damaged (void)
{
  static const char *const texts[] = {
    "", "no key file", "[tried]\nx=1\n", "[salt]\nsalt=short\n[tried]\nx=1\n",
    "[salt]\nsalt=0123456789abcdef0123456789abcdef\n[tried]\nx=no number\n",
  };
  g_autofree char *dir = g_dir_make_tmp ("till-tried-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "tried.ini", NULL);
  g_autofree char *nowhere = g_build_filename (dir, "no", "tried.ini", NULL);

  for (guint i = 0; i <= G_N_ELEMENTS (texts); i++) {
    TillTried *tried = till_tried_new ();
    g_autofree char *digest = NULL;

    if (i < G_N_ELEMENTS (texts))
      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
    else
      g_test_expect_message ("till", G_LOG_LEVEL_MESSAGE, "codes that were tried*");
    till_tried_keep (tried, i < G_N_ELEMENTS (texts) ? path : nowhere);
    digest = till_tried_digest (tried, cases[0].text);
    g_assert_false (till_tried_contains (tried, digest, 0));
    till_tried_add (tried, digest, 0);
    g_assert_true (till_tried_contains (tried, digest, 0));
    till_tried_free (tried);
  }
  g_test_assert_expected_messages ();
  scratch_remove (dir);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tried/life", test_life);
  g_test_add_func ("/tried/digest", test_digest);
  g_test_add_func ("/tried/kept", test_kept);
  g_test_add_func ("/tried/damaged", test_damaged);

  return g_test_run ();
}
