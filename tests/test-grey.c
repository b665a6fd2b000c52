/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/grey.h"

#include <string.h>

#include "code/region.h"
#include "draw-code.h"

static const guint8 ramp[] = {
  0, 10, 20, 30, 40,
  50, 60, 70, 80, 90,
  100, 110, 120, 130, 140,
};
static const TillGrey grey = { ramp, 5, 3, 5 };

static const struct {
  TillBox box;
  guint   factor;
  guint   width, height;
  guint8  pixels[15];
} shrunk[] = {
  { { 0, 0, 5, 3 }, 1, 5, 3, { 0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140 } },
  { { 1, 1, 2, 2 }, 1, 2, 2, { 60, 70, 110, 120 } },
  { { 0, 0, 5, 3 }, 2, 2, 1, { 30, 50 } },
  { { 1, 1, 4, 2 }, 2, 2, 1, { 90, 110 } },
  { { 0, 0, 5, 3 }, 3, 1, 1, { 60 } },
  { { 4, 2, 1, 1 }, 1, 1, 1, { 140 } },
};

static void
test_shrink (void)
{
  TillCanvas canvas = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (shrunk); i++) {
    till_canvas_shrink (&canvas, &grey, &shrunk[i].box, shrunk[i].factor);
    g_assert_cmpuint (canvas.width, ==, shrunk[i].width);
    g_assert_cmpuint (canvas.height, ==, shrunk[i].height);
    g_assert_cmpmem (canvas.pixels, (gsize) canvas.width * canvas.height, shrunk[i].pixels,
                     (gsize) shrunk[i].width * shrunk[i].height);
  }
  till_canvas_clear (&canvas);
}

/* What is turned by a whole turn's quarter has the pixels of the original; and points lead back. */
static void
test_turn (void)
{
  const TillBox box = { 0, 0, 5, 3 };
  TillCanvas canvas = { 0 };
  guint width, height;
  TillWarp warp = till_warp_turn (&box, 0, 1, &width, &height);
  TillPoint point;

  g_assert_cmpuint (width, ==, 5);
  g_assert_cmpuint (height, ==, 3);
  till_canvas_warp (&canvas, &grey, &warp, width, height);
  g_assert_cmpint (canvas.pixels[5 + 1], ==, 60);

  warp = till_warp_turn (&box, 30, 2, &width, &height);
  g_assert_cmpuint (width, ==, 11);
  g_assert_cmpuint (height, ==, 10);
  point = till_warp_apply (&warp, (TillPoint) { 5, 4.5 });
  g_assert_cmpfloat_with_epsilon (point.x, 2, 1e-9);
  g_assert_cmpfloat_with_epsilon (point.y, 1, 1e-9);
  till_canvas_warp (&canvas, &grey, &warp, width, height);
  g_assert_cmpint (canvas.pixels[0], ==, 128);
  till_canvas_clear (&canvas);
}

static void
test_changes (void)
{
  const TillBox box = { 0, 0, 5, 3 };
  TillCanvas canvas = { 0 };

  till_canvas_shrink (&canvas, &grey, &box, 1);
  till_canvas_blur (&canvas);
  g_assert_cmpint (canvas.pixels[0], ==, 0);
  g_assert_cmpint (canvas.pixels[5 + 2], ==, 70);
  till_canvas_invert (&canvas);
  g_assert_cmpint (canvas.pixels[5 + 2], ==, 185);
  till_canvas_clear (&canvas);
  g_assert_null (canvas.pixels);
}

static const guint8 step[] = { 100, 100, 100, 100, 160, 160, 160, 160 };

static const struct {
  guint  radius, eighths;
  guint8 pixels[8];  /* of each row */
} sharpened[] = {
  { 1, 8, { 100, 100, 100, 80, 180, 160, 160, 160 } },
  { 1, 4, { 100, 100, 100, 90, 170, 160, 160, 160 } },
  { 1, 0, { 100, 100, 100, 100, 160, 160, 160, 160 } },
  { 0, 8, { 100, 100, 100, 100, 160, 160, 160, 160 } },
  { 2, 8, { 100, 100, 88, 76, 184, 172, 160, 160 } },
  { 1, 80, { 100, 100, 100, 0, 255, 160, 160, 160 } },
};

/* What differs differs more, and all else stays; at the rim the last pixel goes on. */
static void
test_sharpen (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sharpened); i++) {
    for (guint radius_y = 0; radius_y < 3; radius_y++) {
      TillCanvas canvas = { 0 };

      till_canvas_resize (&canvas, 8, 3);
      for (guint y = 0; y < 3; y++)
        memcpy (canvas.pixels + 8 * y, step, sizeof step);
      till_canvas_sharpen (&canvas, sharpened[i].radius, radius_y, sharpened[i].eighths);
      for (guint y = 0; y < 3; y++)
        g_assert_cmpmem (canvas.pixels + 8 * y, 8, sharpened[i].pixels, 8);
      till_canvas_clear (&canvas);
    }
  }
}

static const struct {
  double upper, lower;  /* ends of what is fetched */
  guint  n_fetched;
  guint  n_rows;
  guint  height;
  guint8 first[4];
} summed[] = {
  { -0.5,  1.5,  2, 1, 2, { 0, 10, 20, 30 } },
  { -0.5,  1.5,  2, 2, 1, { 25, 35, 45, 55 } },
  { -0.25, 1.25, 3, 1, 3, { 0, 10, 20, 30 } },
  { -0.25, 1.25, 3, 2, 1, { 13, 23, 33, 43 } },
  { -0.25, 1.25, 3, 3, 1, { 25, 35, 45, 55 } },
};

/* Many rows become few without room for the many. */
static void
test_sum (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (summed); i++) {
    const TillPoint corners[4] = {
      { 0, summed[i].upper }, { 4, summed[i].upper },
      { 4, summed[i].lower }, { 0, summed[i].lower },
    };
    TillCanvas canvas = { 0 };

    till_canvas_stretch (&canvas, &grey, corners, 4, summed[i].n_fetched, summed[i].n_rows);
    g_assert_cmpuint (canvas.width, ==, 4);
    g_assert_cmpuint (canvas.height, ==, summed[i].height);
    g_assert_cmpuint (canvas.room, ==, 4 * summed[i].height);
    g_assert_cmpmem (canvas.pixels, 4, summed[i].first, 4);
    till_canvas_clear (&canvas);
  }
}

/* Rows lie where the corners say; what is outside of the picture is mid grey. */
static void
test_stretch (void)
{
  const TillPoint upright[4] = { { 0, 0 }, { 4, 0 }, { 4, 2 }, { 0, 2 } };
  const TillPoint turned[4] = { { 3, 0 }, { 3, 2 }, { 0, 2 }, { 0, 0 } };
  const TillPoint outside[4] = { { -9, -9 }, { -5, -9 }, { 40, -5 }, { -40, -5 } };
  TillCanvas canvas = { 0 };

  till_canvas_stretch (&canvas, &grey, upright, 4, 1, 1);
  g_assert_cmpint (canvas.pixels[0], ==, 50);
  g_assert_cmpint (canvas.pixels[3], ==, 80);
  till_canvas_stretch (&canvas, &grey, turned, 2, 3, 1);
  g_assert_cmpint (canvas.pixels[0], ==, 25);
  g_assert_cmpint (canvas.pixels[1], ==, 75);
  g_assert_cmpint (canvas.pixels[4], ==, 5);
  till_canvas_stretch (&canvas, &grey, outside, 3, 2, 1);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpint (canvas.pixels[i], ==, 128);
  till_canvas_clear (&canvas);
}

/* The code is inside of the first region, and plain paper has none. */
static void
test_regions (void)
{
  static const struct { guint width, height, x, y, module_px; } places[] = {
    { 640, 360, 40, 60, 3 },
    { 640, 360, 500, 240, 3 },
    { 320, 240, 100, 100, 2 },
    { 1000, 1000, 0, 0, 4 },
  };
  TillBox boxes[3];
  TillGrey picture;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    TillCanvas canvas = { 0 };
    guint side = 21 * places[i].module_px;

    draw_code_fill (&canvas, places[i].width, places[i].height, 200);
    picture = till_canvas_get (&canvas);
    g_assert_cmpuint (till_regions_find (&picture, boxes, 3), ==, 0);
    draw_code_qr (&canvas, places[i].x, places[i].y, places[i].module_px, "hello");
    g_assert_cmpuint (till_regions_find (&picture, boxes, 3), >=, 1);
    g_assert_cmpuint (boxes[0].x, <=, places[i].x);
    g_assert_cmpuint (boxes[0].y, <=, places[i].y);
    g_assert_cmpuint (boxes[0].x + boxes[0].width, >=, places[i].x + side);
    g_assert_cmpuint (boxes[0].y + boxes[0].height, >=, places[i].y + side);
    g_assert_cmpuint (boxes[0].x + boxes[0].width, <=, places[i].width);
    g_assert_cmpuint (boxes[0].y + boxes[0].height, <=, places[i].height);
    till_canvas_clear (&canvas);
  }
  for (guint side = 1; side < 20; side++) {
    picture = (TillGrey) { ramp, MIN (side, 5), MIN (side, 3), 5 };
    g_assert_cmpuint (till_regions_find (&picture, boxes, 3), ==, 0);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/grey/shrink", test_shrink);
  g_test_add_func ("/grey/turn", test_turn);
  g_test_add_func ("/grey/changes", test_changes);
  g_test_add_func ("/grey/sharpen", test_sharpen);
  g_test_add_func ("/grey/sum", test_sum);
  g_test_add_func ("/grey/stretch", test_stretch);
  g_test_add_func ("/grey/regions", test_regions);

  return g_test_run ();
}
