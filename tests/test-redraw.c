/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/redraw.h"

#include <math.h>
#include <string.h>

#include "draw-code.h"
#include "draw-tilted.h"

#define PAYMENT "134567890123456789"
#define SIDE    480

/* What a camera and a customer do to a code. */
typedef struct {
  DrawTilted code;
  guint      n_blurs;
  guint      noise;       /* at most so much, up and down */
  double     shade;       /* by how much the lower end is darker */
  double     scale;       /* at which corners are looked for; 0: as it is */
  guint      finger_px;   /* a patch over the middle, of this side */
} Case;

static const Case good[] = {
  { { 2, 4 } },
  { { 2, 2 } },
  { { 2, 6, 37, 0.15 } },
  { { 2, 6, -20, 0.1, TRUE } },
  { { 2, 4, 10 }, 6 },
  { { 2, 5, 10 }, 2, 8 },
  { { 2, 8, 10 }, 0, 40, 0, 0.5 },
  { { 2, 5, 10 }, 0, 0, 0.8 },
  { { 2, 6 }, 0, 0, 0, 0, 30 },
  { { 3, 5, 5 }, 0, 0, 0, 2 },
  { { 4, 6, 5 }, 0, 0, 0, 0.5 },
  { { 7, 5, 50, 0.03 } },
  { { 10, 4, 4, 0.03, TRUE } },
  { { 25, 3 } },
};

static const Case bad[] = {
  { { 2, 1 } },
  { { 2, 4 }, 60 },
  { { 2, 6 }, 0, 0, 0, 0, 80 },
  { { 2, 6 }, 0, 250 },
};

static void
spoil (TillCanvas *canvas,
       const Case *row)
{
  GRand *rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < row->n_blurs; i++)
    till_canvas_blur (canvas);
  for (guint i = 0; i < SIDE * SIDE; i++) {
    double light = 1 - row->shade * (i / SIDE) / SIDE;
    int x = abs ((int) (i % SIDE) - SIDE / 2), y = abs ((int) (i / SIDE) - SIDE / 2);
    int value = canvas->pixels[i];

    if (row->noise)
      value += g_rand_int_range (rand, -(int) row->noise, (int) row->noise);
    if (2 * MAX (x, y) < (int) row->finger_px)
      value = 128;
    canvas->pixels[i] = (guint8) CLAMP (value * light, 0, 255);
  }
  g_rand_free (rand);
}

static GPtrArray *
read_case (const Case *row)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) till_barcode_free);
  double scale = row->scale > 0 ? row->scale : 1;
  TillBox all = { 0, 0, SIDE, SIDE };
  TillCanvas base = { 0 }, picture = { 0 };
  TillRedraw redraw = { 0 };
  TillZbar *zbar = till_zbar_new ();
  TillGrey grey;
  TillWarp warp;
  guint width, height;

  till_canvas_resize (&base, SIDE, SIDE);
  draw_tilted_qr (&base, &row->code, PAYMENT);
  spoil (&base, row);
  grey = till_canvas_get (&base);
  warp = till_warp_turn (&all, 0, scale, &width, &height);
  till_canvas_warp (&picture, &grey, &warp, width, height);
  till_redraw_qr (&redraw, &picture, &warp, &grey, zbar, found);
  till_redraw_clear (&redraw);
  till_zbar_free (zbar);
  till_canvas_clear (&picture);
  till_canvas_clear (&base);

  return found;
}

/* The text, and where in the base the code is, all round from its upper left end. */
static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GPtrArray) found = read_case (&good[i]);
    guint side = draw_tilted_side (&good[i].code);
    const guint ends[][2] = { { 0, 0 }, { 0, side }, { side, side }, { side, 0 } };
    TillCanvas base = { .width = SIDE, .height = SIDE };
    const TillBarcode *code;

    g_test_message ("row %u", i);
    g_assert_cmpuint (found->len, >=, 1);
    code = g_ptr_array_index (found, 0);
    g_assert_cmpint (code->symbol, ==, TILL_SYMBOL_QR);
    g_assert_cmpstr (code->text, ==, PAYMENT);
    g_assert_true (code->is_whole);
    for (guint j = 0; j < G_N_ELEMENTS (code->corners); j++) {
      TillPoint at = draw_tilted_at (&good[i].code, &base, ends[j][0], ends[j][1]);

      g_assert_cmpfloat (hypot (code->corners[j].x - at.x, code->corners[j].y - at.y), <,
                         good[i].code.module_px + 1);
    }
  }
}

/* Too small, too blurred, too much hidden: nothing, and nothing wrong. */
static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GPtrArray) found = read_case (&bad[i]);

    g_test_message ("row %u", i);
    g_assert_cmpuint (found->len, ==, 0);
  }
}

/* Rows of bars: how many say what is drawn, the others another text; from which end. */
static const struct {
  guint       n_rows, n_others;
  gboolean    is_backward;
  const char *text;
} bars[] = {
  { 12, 0, FALSE, PAYMENT },
  { 12, 0, TRUE, PAYMENT },
  { 12, 5, FALSE, PAYMENT },
  { 1, 0, FALSE, "TILL-128" },
  { 0, 0 },
};

static void
turn_round (TillCanvas *canvas)
{
  for (guint i = 0; i < canvas->width * canvas->height / 2; i++) {
    guint8 *from = &canvas->pixels[i];
    guint8 *to = &canvas->pixels[canvas->width * canvas->height - 1 - i], was = *from;

    *from = *to;
    *to = was;
  }
}

static void
test_bars (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bars); i++) {
    g_autoptr (GPtrArray) found =
      g_ptr_array_new_with_free_func ((GDestroyNotify) till_barcode_free);
    TillRedraw redraw = { 0 };
    TillZbar *zbar = till_zbar_new ();
    TillCanvas canvas = { 0 };
    const TillBarcode *code;

    draw_code_fill (&canvas, 600, 17, 220);
    if (bars[i].n_rows)
      draw_code_128 (&canvas, 60, 0, 3, bars[i].n_rows, bars[i].text);
    if (bars[i].n_others)
      draw_code_128 (&canvas, 60, bars[i].n_rows, 3, bars[i].n_others, "280000000000000000");
    if (bars[i].is_backward)
      turn_round (&canvas);
    till_redraw_bars (&redraw, &canvas, zbar, found);
    g_test_message ("row %u", i);
    g_assert_cmpuint (found->len, ==, bars[i].text ? 1 : 0);
    if (bars[i].text) {
      double left = 60, right = 60 + 3 * draw_code_128_width (bars[i].text);

      code = g_ptr_array_index (found, 0);
      g_assert_cmpstr (code->text, ==, bars[i].text);
      g_assert_cmpuint (code->n_lines, ==, bars[i].n_rows);
      g_assert_cmpfloat (fabs (code->corners[0].x - (bars[i].is_backward ? 600 - right : left)), <,
                         2);
      g_assert_cmpfloat (fabs (code->corners[2].x - (bars[i].is_backward ? 600 - left : right)), <,
                         2);
    }
    till_redraw_clear (&redraw);
    till_zbar_free (zbar);
    till_canvas_clear (&canvas);
  }
}

/* Pictures too small for anything. */
static const struct { guint width, height; } small[] = {
  { 1, 1 }, { 1, 900 }, { 900, 1 }, { 2, 2 }, { 7, 7 }, { 8, 8 }, { 21, 21 },
};

static void
test_small (void)
{
  TillRedraw redraw = { 0 };
  TillZbar *zbar = till_zbar_new ();

  for (guint i = 0; i < G_N_ELEMENTS (small); i++) {
    g_autoptr (GPtrArray) found = g_ptr_array_new ();
    TillWarp as_it_is = { 1, 0, 0, 0, 1, 0 };
    TillCanvas canvas = { 0 };
    TillGrey grey;

    till_canvas_resize (&canvas, small[i].width, small[i].height);
    for (guint j = 0; j < canvas.width * canvas.height; j++)
      canvas.pixels[j] = j % 3 ? 255 : 0;
    grey = till_canvas_get (&canvas);
    till_redraw_qr (&redraw, &canvas, &as_it_is, &grey, zbar, found);
    till_redraw_bars (&redraw, &canvas, zbar, found);
    g_assert_cmpuint (found->len, ==, 0);
    till_canvas_clear (&canvas);
  }
  till_redraw_clear (&redraw);
  till_zbar_free (zbar);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/redraw/good", test_good);
  g_test_add_func ("/redraw/bad", test_bad);
  g_test_add_func ("/redraw/bars", test_bars);
  g_test_add_func ("/redraw/small", test_small);

  return g_test_run ();
}
