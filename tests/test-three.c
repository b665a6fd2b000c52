/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/three.h"

#include <math.h>

#include "draw-tilted.h"

#define TEXT "TILL"

/* Where a code's corners are said to be, turned, and in which order they are told. */
static const struct {
  double   degrees;
  guint    order[3];
  gboolean is_light;
} turned[] = {
  { 0, { 0, 1, 2 } },
  { 30, { 2, 1, 0 } },
  { 45, { 1, 0, 2 } },
  { 90, { 2, 0, 1 } },
  { 135, { 1, 2, 0 }, TRUE },
  { 180, { 0, 2, 1 } },
  { -80, { 0, 1, 2 } },
};

static void
draw (TillCanvas       *canvas,
      const DrawTilted *code,
      TillFinder       *finders)
{
  double far = draw_tilted_side (code) - 3.5;
  const double middles[][2] = { { 3.5, 3.5 }, { far, 3.5 }, { 3.5, far } };
  double angle = code->degrees * G_PI / 180;

  till_canvas_resize (canvas, 400, 400);
  draw_tilted_qr (canvas, code, TEXT);
  for (guint i = 0; i < G_N_ELEMENTS (middles); i++)
    finders[i] = (TillFinder) {
      draw_tilted_at (code, canvas, middles[i][0], middles[i][1]),
      code->module_px / MAX (fabs (cos (angle)), fabs (sin (angle))), 9, code->is_light,
    };
}

/* Upper left, upper right, lower left, as the code has them. */
static void
test_arrange (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (turned); i++) {
    const DrawTilted code = { 2, 6, turned[i].degrees, 0, turned[i].is_light };
    TillCanvas canvas = { 0 };
    TillFinder finders[3], told[3];
    TillThree threes[2];
    TillGrey grey;

    draw (&canvas, &code, finders);
    for (guint j = 0; j < 3; j++)
      told[j] = finders[turned[i].order[j]];
    grey = till_canvas_get (&canvas);
    g_test_message ("row %u", i);
    g_assert_cmpuint (till_threes_find (&grey, told, 3, threes, 2), ==, 1);
    g_assert_cmpfloat (threes[0].likeness, >, 0.85);
    for (guint j = 0; j < 3; j++) {
      g_assert_cmpfloat (threes[0].corners[j].at.x, ==, finders[j].at.x);
      g_assert_cmpfloat (threes[0].corners[j].at.y, ==, finders[j].at.y);
    }
    till_canvas_clear (&canvas);
  }
}

/* One of three corners is told wrongly. */
static const struct {
  double   x, y;       /* added */
  double   larger;
  gboolean is_light;
} wrong[] = {
  { 0, 0, 1, TRUE },
  { 0, 0, 2.5, FALSE },
  { 0, 0, 0.3, FALSE },
  { 60, 0, 1, FALSE },
  { -108, 30, 1, FALSE },
  { 0, 200, 1, FALSE },
  { 100, -100, 1, FALSE },
  { 12, 12, 1, FALSE },
};

static void
test_refuse (void)
{
  const DrawTilted code = { 2, 6 };
  TillCanvas canvas = { 0 };
  TillFinder finders[3];
  TillThree threes[2];
  TillGrey grey;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    draw (&canvas, &code, finders);
    grey = till_canvas_get (&canvas);
    finders[1].at.x += wrong[i].x;
    finders[1].at.y += wrong[i].y;
    finders[1].module_px *= wrong[i].larger;
    finders[1].is_light = wrong[i].is_light;
    g_test_message ("row %u", i);
    g_assert_cmpuint (till_threes_find (&grey, finders, 3, threes, 2), ==, 0);
  }
  draw (&canvas, &code, finders);
  for (guint n = 0; n < 3; n++)
    g_assert_cmpuint (till_threes_find (&grey, finders, n, threes, 2), ==, 0);
  till_canvas_clear (&canvas);
}

/* The true one before those of false corners. */
static void
test_order (void)
{
  const DrawTilted code = { 2, 6 };
  TillCanvas canvas = { 0 };
  TillFinder finders[3 + 40];
  TillThree threes[3];
  TillGrey grey;

  draw (&canvas, &code, finders);
  for (guint i = 0; i < 40; i++)
    finders[3 + i] = (TillFinder) { { i * 53 % 400, i * 131 % 400 }, 6, 1 + i % 2, FALSE };
  grey = till_canvas_get (&canvas);
  g_assert_cmpuint (till_threes_find (&grey, finders, 43, threes, 3), >=, 1);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (threes[0].corners[i].at.x, ==, finders[i].at.x);
  till_canvas_clear (&canvas);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/three/arrange", test_arrange);
  g_test_add_func ("/three/refuse", test_refuse);
  g_test_add_func ("/three/order", test_order);

  return g_test_run ();
}
