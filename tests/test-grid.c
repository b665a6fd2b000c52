/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/grid.h"

#include <math.h>
#include <string.h>

#include "draw-tilted.h"

#define MOST_FINDERS 200
#define TEXT         "TILL"

static const DrawTilted codes[] = {
  { 1, 8 },
  { 2, 2.5 },
  { 2, 4, 45 },
  { 2, 6, 180 },
  { 2, 5, 10, 0.15 },
  { 2, 5, -30, -0.15, TRUE },
  { 2, 16, 90, 0, TRUE },
  { 3, 5, 20, 0.1 },
  { 4, 4, 70, 0.1 },
  { 5, 3, 0, 0.05, TRUE },
  { 6, 4, -100 },
  { 7, 4, 3, 0.05 },
  { 10, 4, 0, 0.03 },
  { 14, 4, 45 },
  { 25, 4 },
  { 40, 3 },
};

/* Fills the rest of the picture with what has no order. */
static void
draw_noise (TillCanvas *canvas,
            guint32     seed,
            guint       from_row)
{
  GRand *rand = g_rand_new_with_seed (seed);

  for (guint i = from_row * canvas->width; i < canvas->width * canvas->height; i++)
    canvas->pixels[i] = (guint8) g_rand_int_range (rand, 0, 256);
  g_rand_free (rand);
}

static gboolean
lay (const TillCanvas *canvas,
     TillGrid         *grid,
     guint            *n_threes)
{
  TillGrey grey = till_canvas_get (canvas);
  TillFinder finders[MOST_FINDERS];
  TillThree three;
  guint n_finders = till_finders_find (&grey, 2, finders, MOST_FINDERS);

  *n_threes = till_threes_find (&grey, finders, n_finders, &three, 1);
  g_test_message ("%u corners, %u threes", n_finders, *n_threes);

  return *n_threes && till_grid_lay (grid, &grey, &three);
}

static void
assert_near (TillPoint is,
             TillPoint expected,
             double    slack)
{
  g_test_message ("%.2f, %.2f; expected %.2f, %.2f", is.x, is.y, expected.x, expected.y);
  g_assert_cmpfloat (hypot (is.x - expected.x, is.y - expected.y), <, slack);
}

/* The grid lies where the code was drawn, also where nothing of it is but data. */
static void
test_lay (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    const DrawTilted *code = &codes[i];
    guint side = draw_tilted_side (code), n_threes;
    const double places[][2] = { { 0, 0 }, { side, 0 }, { side, side }, { 0, side },
                                 { side / 2.0, side / 2.0 } };
    TillCanvas canvas = { 0 };
    TillGrid grid;

    g_test_message ("row %u", i);
    till_canvas_resize (&canvas, 720, 680);
    draw_tilted_qr (&canvas, code, TEXT);
    g_assert_true (lay (&canvas, &grid, &n_threes));
    g_assert_cmpuint (grid.side, ==, side);
    g_assert_cmpint (grid.is_light, ==, code->is_light);
    for (guint j = 0; j < G_N_ELEMENTS (places); j++) {
      TillPoint expected = draw_tilted_at (code, &canvas, places[j][0], places[j][1]);

      /* Pixels have their middles at whole numbers there. */
      assert_near (till_grid_at (&grid, places[j][0], places[j][1]),
                   (TillPoint) { expected.x - 0.5, expected.y - 0.5 }, 0.6 * code->module_px + 0.5);
    }
    till_canvas_clear (&canvas);
  }
}

static void
test_fetch (void)
{
  const DrawTilted code = { 2, 6, 25, 0.1, TRUE };
  g_autofree float *values = g_new (float, 25 * 25);
  g_autofree TillQrPattern *pattern = g_new (TillQrPattern, 1);
  TillCanvas canvas = { 0 };
  TillGrey grey;
  TillGrid grid;
  guint n_threes;

  till_canvas_resize (&canvas, 400, 400);
  draw_tilted_qr (&canvas, &code, TEXT);
  g_assert_true (lay (&canvas, &grid, &n_threes));
  grey = till_canvas_get (&canvas);
  till_grid_fetch (&grid, &grey, values);
  till_qr_pattern_fill (pattern, 25);
  for (guint i = 0; i < pattern->n_modules; i++) {
    const TillQrModule *module = &pattern->modules[i];

    g_assert_cmpint (values[module->row * 25 + module->column] > 120, ==, module->is_light);
  }
  till_canvas_clear (&canvas);
}

/* What is spoilt of a picture with a code. */
static const struct {
  guint    from_row;      /* of noise */
  gboolean is_flat;       /* instead: one shade */
  gboolean is_emptied;    /* all but the three corners */
} spoilt[] = {
  { 0 },
  { 0, TRUE },
  { 150 },
  { 200 },
  { 220, TRUE },
  { 400, FALSE, TRUE },
};

static void
empty (TillCanvas *canvas)
{
  for (guint y = 150; y < 250; y++) {
    for (guint x = 0; x < 400; x++)
      canvas->pixels[y * 400 + x] = canvas->pixels[x * 400 + y] = 200;
  }
  for (guint y = 250; y < 400; y++)
    memset (canvas->pixels + y * 400 + 250, 200, 150);
}

static void
test_refuse (void)
{
  for (guint i = 0; i < 20 * G_N_ELEMENTS (spoilt); i++) {
    const DrawTilted code = { 2, 8 };
    TillCanvas canvas = { 0 };
    TillGrid grid;
    guint from_row = spoilt[i / 20].from_row, n_threes;

    till_canvas_resize (&canvas, 400, 400);
    draw_tilted_qr (&canvas, &code, TEXT);
    draw_noise (&canvas, i, from_row);
    if (spoilt[i / 20].is_flat)
      memset (canvas.pixels + from_row * 400, 90, (400 - from_row) * 400);
    if (spoilt[i / 20].is_emptied)
      empty (&canvas);
    g_test_message ("row %u", i / 20);
    g_assert_false (lay (&canvas, &grid, &n_threes));
    g_assert_cmpint (n_threes > 0, ==, spoilt[i / 20].is_emptied);
    till_canvas_clear (&canvas);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/grid/lay", test_lay);
  g_test_add_func ("/grid/fetch", test_fetch);
  g_test_add_func ("/grid/refuse", test_refuse);

  return g_test_run ();
}
