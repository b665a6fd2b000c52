/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/guide.h"

#include <string.h>

#include "draw-code.h"

#define TEXT "134567890123456789"

/* A frame of 1280 × 720 with a code of @module_px at @x, @y, whose black is @black and whose white
 * is @white; a lamp of @lamp_px in its middle. */
static const struct {
  guint    module_px;   /* 0: no code */
  guint    x, y;
  guint8   black, white;
  guint    lamp_px;
  TillHint hint;
} cases[] = {
  { 0,  0,   0,   0,   128, 0,   TILL_HINT_NONE },
  { 8,  400, 200, 10,  230, 0,   TILL_HINT_NONE },     /* well held, and yet not read */
  { 2,  600, 300, 10,  230, 0,   TILL_HINT_CLOSER },
  { 3,  600, 300, 10,  230, 0,   TILL_HINT_CLOSER },
  { 8,  400, 200, 20,  60,  0,   TILL_HINT_BRIGHTER },
  { 8,  400, 200, 40,  95,  0,   TILL_HINT_BRIGHTER },
  { 8,  400, 200, 100, 118, 0,   TILL_HINT_NONE },     /* a shadow, not a code */
  { 8,  400, 200, 150, 200, 0,   TILL_HINT_NONE },     /* grey, and light enough */
  { 8,  400, 200, 10,  230, 110, TILL_HINT_TILT },
  { 8,  400, 200, 10,  230, 20,  TILL_HINT_NONE },     /* a spark does no harm */
  { 16, 300, 100, 10,  255, 0,   TILL_HINT_NONE },     /* nor does a screen as bright as can be */
  { 27, 300, 20,  10,  255, 0,   TILL_HINT_AWAY },
};

static void
draw (TillCanvas *canvas,
      guint       i)
{
  draw_code_fill (canvas, 1280, 720, 255);
  if (cases[i].module_px)
    draw_code_qr (canvas, cases[i].x, cases[i].y, cases[i].module_px, TEXT);
  for (gsize at = 0; at < 1280 * 720; at++)
    canvas->pixels[at] = canvas->pixels[at] < 128 ? cases[i].black : cases[i].white;

  for (guint y = 0; y < cases[i].lamp_px; y++)
    memset (canvas->pixels + (cases[i].y + 40 + y) * 1280 + cases[i].x + 40, 255,
            cases[i].lamp_px);
}

/* What several frames agree on is told, and no sooner. */
static void
test_hints (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillGuide *guide = till_guide_new ();
    TillCanvas canvas = { 0 };
    TillGrey frame;

    draw (&canvas, i);
    frame = till_canvas_get (&canvas);
    till_guide_look (guide, &frame);
    g_assert_cmpint (till_guide_get_hint (guide), ==, TILL_HINT_NONE);
    for (guint n = 0; n < 10; n++)
      till_guide_look (guide, &frame);
    g_test_message ("row %u", i);
    g_assert_cmpint (till_guide_get_hint (guide), ==, cases[i].hint);
    till_guide_rest (guide);
    g_assert_cmpint (till_guide_get_hint (guide), ==, TILL_HINT_NONE);
    till_guide_free (guide);
    till_canvas_clear (&canvas);
  }
}

/* A code that is larger than the picture, wherever the picture is of it. */
static void
test_too_near (void)
{
  static const struct {
    guint    module_px;
    guint    x, y;
    guint8   black, white;
    TillHint hint;
  } views[] = {
    { 40, 0,   0,   10, 255, TILL_HINT_AWAY },
    { 40, 100, 130, 10, 255, TILL_HINT_AWAY },
    { 70, 90,  300, 30, 180, TILL_HINT_AWAY },
    { 90, 400, 700, 10, 230, TILL_HINT_AWAY },
    { 70, 90,  300, 60, 140, TILL_HINT_NONE },   /* no screen that shines */
  };

  for (guint i = 0; i < G_N_ELEMENTS (views); i++) {
    TillGuide *guide = till_guide_new ();
    TillCanvas canvas = { 0 };

    draw_code_fill (&canvas, 2400, 2400, 255);
    draw_code_qr (&canvas, 60, 60, views[i].module_px, TEXT);
    for (gsize at = 0; at < 2400 * 2400; at++)
      canvas.pixels[at] = canvas.pixels[at] < 128 ? views[i].black : views[i].white;

    for (guint n = 0; n < 10; n++)
      till_guide_look (guide, &(TillGrey) { canvas.pixels + (gsize) views[i].y * 2400 + views[i].x,
                                            1280, 720, 2400 });
    g_test_message ("view %u", i);
    g_assert_cmpint (till_guide_get_hint (guide), ==, views[i].hint);
    till_guide_free (guide);
    till_canvas_clear (&canvas);
  }
}

/* The modules of an EAN-13 code, 6901234567892: 1 is black. */
static const char goods[] =
  "101000101101001110110011001101101111010100011010"
  "10100111010100001000100100100011101001101100101";

/* A goods barcode is told at once, and forgotten when it is gone. */
static void
test_goods (void)
{
  TillGuide *guide = till_guide_new ();
  TillCanvas canvas = { 0 };
  TillGrey frame;

  draw_code_fill (&canvas, 1280, 720, 230);
  for (guint i = 0; goods[i]; i++) {
    for (guint y = 300; goods[i] == '1' && y < 450; y++)
      memset (canvas.pixels + y * 1280 + 400 + i * 4, 10, 4);
  }
  frame = till_canvas_get (&canvas);
  till_guide_look (guide, &frame);
  g_assert_cmpint (till_guide_get_hint (guide), ==, TILL_HINT_GOODS);
  for (guint n = 0; n < 20; n++) {
    till_guide_look (guide, &frame);
    g_assert_cmpint (till_guide_get_hint (guide), ==, TILL_HINT_GOODS);
  }

  draw_code_fill (&canvas, 1280, 720, 230);
  frame = till_canvas_get (&canvas);
  for (guint n = 0; n < 20; n++)
    till_guide_look (guide, &frame);
  g_assert_cmpint (till_guide_get_hint (guide), ==, TILL_HINT_NONE);
  till_guide_free (guide);
  till_canvas_clear (&canvas);
}

/* Frames of any size are looked at; noise is no code. */
static void
test_sizes (void)
{
  static const struct {
    guint width, height;
  } sizes[] = { { 1, 1 }, { 1, 720 }, { 17, 16 }, { 33, 31 }, { 641, 359 }, { 7680, 4320 },
               { 16384, 3 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    gsize n_pixels = (gsize) sizes[i].width * sizes[i].height;
    g_autofree guint8 *pixels = g_malloc (n_pixels);
    const TillGrey frame = { pixels, sizes[i].width, sizes[i].height, sizes[i].width };
    TillGuide *guide = till_guide_new ();

    for (gsize at = 0; at < n_pixels; at++)
      pixels[at] = (guint8) (at * 2654435761u >> 24);
    for (guint n = 0; n < 5; n++)
      till_guide_look (guide, &frame);
    g_assert_cmpint (till_guide_get_hint (guide), !=, TILL_HINT_GOODS);
    till_guide_free (guide);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/guide/hints", test_hints);
  g_test_add_func ("/guide/too-near", test_too_near);
  g_test_add_func ("/guide/goods", test_goods);
  g_test_add_func ("/guide/sizes", test_sizes);

  return g_test_run ();
}
