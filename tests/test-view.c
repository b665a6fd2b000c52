/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "port/view.h"

#include <string.h>

#include "core/hint.h"

static const guint8 two_rows[] = {
  1, 1, 1, 255, 2, 2, 2, 255, 3, 3, 3, 255, 99, 99, 99, 99,
  4, 4, 4, 255, 5, 5, 5, 255, 6, 6, 6, 255, 99, 99, 99, 99,
};
static const guint8 greys[] = { 10, 20, 30, 40, 50, 99, 60, 70, 80, 90, 100, 99 };

/* @grey: what each pixel of the view is, row by row. */
static const struct {
  guint  width, height, most_px;
  guint  view_width, view_height;
  guint8 grey[10];
} shrunk[] = {
  { 5, 2, 5, 5, 2, { 50, 40, 30, 20, 10, 100, 90, 80, 70, 60 } },
  { 5, 2, 9, 5, 2, { 50, 40, 30, 20, 10, 100, 90, 80, 70, 60 } },
  { 5, 2, 4, 3, 1, { 50, 30, 10 } },
  { 5, 2, 1, 1, 1, { 10 } },
  { 1, 1, 1, 1, 1, { 10 } },
  { 1, 2, 1, 1, 1, { 10 } },
};

static void
assert_greys (TillView     *view,
              const guint8 *greys_wanted)
{
  gsize n_bytes;
  const guint8 *pixels = g_bytes_get_data (view->pixels, &n_bytes);

  g_assert_cmpuint (n_bytes, ==, (gsize) view->width * view->height * 4);
  for (gsize i = 0; i < n_bytes; i++)
    g_assert_cmpuint (pixels[i], ==, i % 4 == 3 ? 255 : greys_wanted[i / 4]);
}

/* Left is right, top is top, and what is between the rows stays out. */
static void
test_mirrored (void)
{
  static const guint8 mirrored[] = { 3, 2, 1, 6, 5, 4 };
  g_autoptr (TillView) view = till_view_new_mirrored (two_rows, 3, 2, 16);
  TillView *same = till_view_ref (view);

  assert_greys (view, mirrored);
  till_view_unref (same);
  assert_greys (view, mirrored);
}

static void
test_grey (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (shrunk); i++) {
    g_autoptr (TillView) view =
      till_view_new_grey (greys, shrunk[i].width, shrunk[i].height, 6, shrunk[i].most_px);

    g_assert_cmpuint (view->width, ==, shrunk[i].view_width);
    g_assert_cmpuint (view->height, ==, shrunk[i].view_height);
    assert_greys (view, shrunk[i].grey);
  }
}

static void
expect_refusal (void)
{
  g_test_expect_message ("till", G_LOG_LEVEL_CRITICAL, "*assertion*failed*");
}

/* Nothing is made of no pixels, nor of rows that overlap. */
static void
test_refused (void)
{
  static const struct {
    guint width, height;
    gsize stride;
  } cases[] = { { 0, 1, 4 }, { 1, 0, 4 }, { 2, 1, 7 }, { 3, 2, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    expect_refusal ();
    g_assert_null (till_view_new_mirrored (two_rows, cases[i].width, cases[i].height,
                                           cases[i].stride));
    g_test_assert_expected_messages ();
    expect_refusal ();
    g_assert_null (till_view_new_grey (greys, cases[i].width, cases[i].height,
                                       cases[i].stride / 4, 100));
    g_test_assert_expected_messages ();
  }
}

/* Each hint has a sentence of its own. */
static void
test_hints (void)
{
  g_assert_cmpstr (till_hint_get_text (TILL_HINT_NONE), ==, "");
  for (guint i = TILL_HINT_NONE + 1; i < TILL_N_HINTS; i++) {
    g_assert_true (g_str_has_suffix (till_hint_get_text ((TillHint) i), "."));
    for (guint j = 0; j < i; j++)
      g_assert_cmpstr (till_hint_get_text ((TillHint) i), !=, till_hint_get_text ((TillHint) j));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/view/mirrored", test_mirrored);
  g_test_add_func ("/view/grey", test_grey);
  g_test_add_func ("/view/refused", test_refused);
  g_test_add_func ("/view/hints", test_hints);

  return g_test_run ();
}
