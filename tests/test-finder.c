/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/finder.h"

#include <math.h>
#include <string.h>

#include "draw-tilted.h"

#define MOST 50
#define TEXT "TILL"

static const struct {
  guint      width, height;
  guint      reach;
  DrawTilted code;
} found[] = {
  { 120, 120, 1, { 1, 3 } },
  { 640, 480, 1, { 2, 2.2 } },
  { 640, 480, 1, { 2, 4, 45 } },
  { 641, 479, 1, { 2, 3, 20, 0.1, TRUE } },
  { 640, 480, 2, { 2, 12, 180 } },
  { 1280, 720, 2, { 2, 20, 90, 0, TRUE } },
  { 1280, 720, 1, { 10, 5, -35 } },
};

/* All three, and where they are. */
static void
test_find (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (found); i++) {
    const DrawTilted *code = &found[i].code;
    double far = draw_tilted_side (code) - 3.5;
    const double middles[][2] = { { 3.5, 3.5 }, { far, 3.5 }, { 3.5, far } };
    TillCanvas canvas = { 0 };
    TillFinder finders[MOST];
    TillGrey grey;
    guint n_finders;

    till_canvas_resize (&canvas, found[i].width, found[i].height);
    draw_tilted_qr (&canvas, code, TEXT);
    grey = till_canvas_get (&canvas);
    n_finders = till_finders_find (&grey, found[i].reach, finders, MOST);
    g_test_message ("row %u: %u", i, n_finders);
    for (guint j = 0; j < G_N_ELEMENTS (middles); j++) {
      TillPoint at = draw_tilted_at (code, &canvas, middles[j][0], middles[j][1]);
      double nearest = G_MAXDOUBLE;

      for (guint k = 0; k < n_finders; k++) {
        if (finders[k].is_light == code->is_light)
          nearest = MIN (nearest, hypot (finders[k].at.x + 0.5 - at.x,
                                         finders[k].at.y + 0.5 - at.y));
      }
      g_assert_cmpfloat (nearest, <, 0.3 * code->module_px + 0.5);
    }
    till_canvas_clear (&canvas);
  }
}

/* Runs of a row that are all there is, each row alike; the first is dark. */
static const struct {
  guint width, height;
  guint runs[8];
} refused[] = {
  { 1, 1, { 1 } },
  { 7, 900, { 1, 1, 3, 1, 1 } },
  { 900, 7, { 9, 9, 9 } },
  { 8, 8, { 8 } },
  { 200, 200, { 200 } },
  /* Bars alone are no corner, even with the right widths. */
  { 200, 200, { 40, 10, 10, 30, 10, 10, 90 } },
  { 200, 200, { 10, 10, 10, 10, 10, 10, 10, 10 } },
};

static void
test_refuse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    TillCanvas canvas = { 0 };
    TillFinder finders[MOST];
    TillGrey grey;

    till_canvas_resize (&canvas, refused[i].width, refused[i].height);
    memset (canvas.pixels, 230, (gsize) canvas.width * canvas.height);
    for (guint y = 0; y < canvas.height; y++) {
      guint x = 0;

      for (guint j = 0; j < G_N_ELEMENTS (refused[i].runs); j++) {
        guint run = MIN (refused[i].runs[j], canvas.width - x);

        memset (canvas.pixels + y * canvas.width + x, j % 2 ? 230 : 30, run);
        x += run;
      }
    }
    grey = till_canvas_get (&canvas);
    g_test_message ("row %u", i);
    g_assert_cmpuint (till_finders_find (&grey, 1, finders, MOST), ==, 0);
    till_canvas_clear (&canvas);
  }
}

/* No more than there is room for. */
static void
test_room (void)
{
  const DrawTilted code = { 2, 5 };
  TillCanvas canvas = { 0 };
  TillFinder finders[2];
  TillGrey grey;

  till_canvas_resize (&canvas, 300, 300);
  draw_tilted_qr (&canvas, &code, TEXT);
  grey = till_canvas_get (&canvas);
  g_assert_cmpuint (till_finders_find (&grey, 1, finders, 2), ==, 2);
  g_assert_cmpuint (till_finders_find (&grey, 1, finders, 0), ==, 0);
  till_canvas_clear (&canvas);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/finder/find", test_find);
  g_test_add_func ("/finder/refuse", test_refuse);
  g_test_add_func ("/finder/room", test_room);

  return g_test_run ();
}
