/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/bars.h"

#include <math.h>

#include "code/zbar-reader.h"
#include "draw-code.h"

#define PAYMENT "134567890123456789"

/* A bar code on paper, turned round the middle of a frame. */
static const struct {
  double      degrees;
  guint       module_px;
  guint       height_px;
  double      noise;      /* shades, up or down */
  guint       n_blurs;
  const char *text;  /* NULL: PAYMENT */
} codes[] = {
  { 0, 3, 120, 0, 0 },
  { 5, 3, 120, 0, 0 },
  { -12, 3, 120, 0, 0 },
  { 30, 3, 120, 0, 0 },
  { 45, 3, 120, 0, 0 },
  { -60, 3, 120, 0, 0 },
  { 85, 3, 120, 0, 0 },
  { 90, 3, 120, 0, 0 },
  { 178, 3, 120, 0, 0 },
  { 20, 2, 60, 0, 0 },
  { 20, 2, 60, 8, 0 },
  { 20, 3, 100, 8, 0 },
  { -33, 3, 100, 8, 1 },
  { 63, 4, 200, 12, 2 },
  { 10, 8, 400, 8, 1 },
  /* So near that some windows of the search hold two bars. */
  { 0, 9, 300, 0, 0, "00040004" },
};

static const char *
text_of (guint i)
{
  return codes[i].text ? codes[i].text : PAYMENT;
}

static void
draw (TillCanvas *canvas,
      guint       i)
{
  guint code_px = draw_code_128_width (text_of (i)) * codes[i].module_px;
  TillCanvas paper = { 0 };
  TillGrey from;
  TillBox all = { 0, 0, 1280, 720 };
  TillWarp warp;
  guint width, height;

  draw_code_fill (&paper, 1280, 720, 220);
  draw_code_128 (&paper, (1280 - code_px) / 2, (720 - codes[i].height_px) / 2, codes[i].module_px,
                 codes[i].height_px, text_of (i));
  from = till_canvas_get (&paper);
  warp = till_warp_turn (&all, codes[i].degrees, 1, &width, &height);
  till_canvas_warp (canvas, &from, &warp, width, height);
  for (guint j = 0; j < codes[i].n_blurs; j++)
    till_canvas_blur (canvas);
  for (guint j = 0; codes[i].noise > 0 && j < width * height; j++) {
    double shade = canvas->pixels[j] + g_test_rand_double_range (-codes[i].noise, codes[i].noise);

    canvas->pixels[j] = (guint8) CLAMP (shade, 0, 255);
  }
  till_canvas_clear (&paper);
}

/* However it is turned, it is found first, at its place, and what is fetched can be read
 * upright. */
static void
test_codes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (TillZbar) zbar = till_zbar_new ();
    g_autoptr (GPtrArray) found =
      g_ptr_array_new_with_free_func ((GDestroyNotify) till_barcode_free);
    TillCanvas canvas = { 0 }, upright = { 0 };
    TillBars bars[3];
    TillGrey picture;
    TillPoint middle = { 0 };

    g_test_message ("%u: %g°", i, codes[i].degrees);
    draw (&canvas, i);
    picture = till_canvas_get (&canvas);
    g_assert_cmpuint (till_bars_find (&picture, bars, 3), >=, 1);
    for (guint j = 0; j < 4; j++) {
      middle.x += bars[0].corners[j].x / 4;
      middle.y += bars[0].corners[j].y / 4;
    }
    g_assert_cmpfloat_with_epsilon (middle.x, canvas.width / 2.0, 25);
    g_assert_cmpfloat_with_epsilon (middle.y, canvas.height / 2.0, 25);

    till_bars_fetch (&bars[0], &picture, 2, &upright);
    g_assert_cmpuint (upright.height, <=, 24);
    till_zbar_read (zbar, &upright, 1, found);
    g_assert_cmpuint (found->len, ==, 1);
    g_assert_cmpstr (((TillBarcode *) found->pdata[0])->text, ==, text_of (i));
    till_canvas_clear (&canvas);
    till_canvas_clear (&upright);
  }
}

static guint8
shade_of (guint kind,
          guint x,
          guint y)
{
  switch (kind) {
  case 0:
    return 200;
  case 1:
    return (guint8) (x * 255 / 1280);
  case 2:
    return (guint8) g_test_rand_int_range (0, 256);
  case 3:
    return (x / 6 + y / 6) % 2 ? 255 : 0;
  case 4:
    return (guint8) (128 + 100 * sin (x * 0.9) * sin (y * 0.8));
  default:
    g_assert_not_reached ();
  }
}

/* Paper, noise and cloth have no bars; nor has a QR code that covers a part of a cell only. */
static void
test_nothing (void)
{
  TillCanvas canvas = { 0 };
  TillGrey picture;
  TillBars bars[3];

  for (guint kind = 0; kind < 5; kind++) {
    draw_code_fill (&canvas, 1280, 720, 0);
    for (guint i = 0; i < 1280 * 720; i++)
      canvas.pixels[i] = shade_of (kind, i % 1280, i / 1280);
    picture = till_canvas_get (&canvas);
    g_assert_cmpuint (till_bars_find (&picture, bars, 3), ==, 0);
  }
  for (guint side = 1; side < 50; side++) {
    draw_code_fill (&canvas, side, 51 - side, 220);
    picture = till_canvas_get (&canvas);
    g_assert_cmpuint (till_bars_find (&picture, bars, 3), ==, 0);
  }
  till_canvas_clear (&canvas);
}

/* At most as many as there is room for, and each can be fetched, at whatever scale. */
static void
test_many (void)
{
  TillCanvas canvas = { 0 }, upright = { 0 };
  TillBars bars[2];
  TillGrey picture;

  draw_code_fill (&canvas, 1000, 700, 255);
  for (guint i = 0; i < 4; i++)
    draw_code_128 (&canvas, 60, 40 + 160 * i, 2, 80, "1310000000000000000" + i);
  picture = till_canvas_get (&canvas);
  g_assert_cmpuint (till_bars_find (&picture, bars, 2), ==, 2);
  for (guint i = 0; i < 2; i++) {
    static const double scales[] = { 0.001, 0.5, 1, 3 };

    for (guint j = 0; j < G_N_ELEMENTS (scales); j++) {
      till_bars_fetch (&bars[i], &picture, scales[j], &upright);
      g_assert_cmpuint (upright.width, >=, 1);
      g_assert_cmpuint (upright.height, >=, 1);
    }
  }
  till_canvas_clear (&canvas);
  till_canvas_clear (&upright);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bars/codes", test_codes);
  g_test_add_func ("/bars/nothing", test_nothing);
  g_test_add_func ("/bars/many", test_many);

  return g_test_run ();
}
