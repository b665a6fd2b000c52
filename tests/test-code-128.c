/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/code-128.h"

#include <math.h>
#include <string.h>

#include "code/barcode.h"
#include "code/zbar-reader.h"
#include "draw-code.h"

#define PAYMENT "134567890123456789"
#define QUIET   12

/* What a lens and a camera make of one row of a code. */
typedef struct {
  const char *text;
  guint       module_px;
  guint       n_blurs;     /* each over three pixels */
  int         thicker;     /* bars, in pixels */
  guint       contrast;    /* in percent of all there is */
  guint       narrower;    /* the last module, in percent of the first; 0: all alike */
  guint       spoilt;      /* from, in percent of the row; 0: nothing */
} Case;

static const Case good[] = {
  { PAYMENT, 2 },
  { PAYMENT, 3 },
  { PAYMENT, 12 },
  { "TILL-128", 3 },
  { "62000000000000000001", 2 },
  { PAYMENT, 4, 3 },
  { PAYMENT, 4, 0, 1 },
  { PAYMENT, 4, 0, -1 },
  { PAYMENT, 4, 2, 1 },
  { PAYMENT, 3, 1, 0, 12 },
  { PAYMENT, 4, 1, 0, 0, 60 },
};

static const Case bad[] = {
  { PAYMENT, 1, 2 },
  { PAYMENT, 3, 0, 3 },
  { PAYMENT, 3, 0, 0, 3 },
  { PAYMENT, 3, 0, 0, 0, 0, 20 },
  { PAYMENT, 3, 0, 0, 0, 0, 50 },
  { PAYMENT, 3, 0, 0, 0, 0, 85 },
  { "TILL-128", 3, 0, 0, 0, 0, 70 },
};

static void
blur (guint8 *row,
      guint   width)
{
  guint8 before = row[0];

  for (guint x = 1; x + 1 < width; x++) {
    guint8 here = row[x];

    row[x] = (guint8) ((before + here + row[x + 1]) / 3);
    before = here;
  }
}

static void
thicken (guint8 *row,
         guint   width,
         int     px)
{
  g_autofree guint8 *before = g_memdup2 (row, width);

  for (int x = 0; x < (int) width; x++) {
    for (int i = -abs (px); i <= abs (px); i++) {
      int at = CLAMP (x + i, 0, (int) width - 1);

      row[x] = px > 0 ? MIN (row[x], before[at]) : MAX (row[x], before[at]);
    }
  }
}

/* Seen aslant: the place of a pixel moves on more and more slowly, or faster. */
static void
squeeze (guint8 *row,
         guint   width,
         double  share)
{
  g_autofree guint8 *before = g_memdup2 (row, width);

  memset (row, 255, width);
  for (guint x = 0; x < width; x++) {
    double at = x / (double) width, to = at - (1 - share) / 2 * at * at;

    row[(guint) (to * width)] = before[x];
  }
}

static guint8 *
draw (const Case *row,
      guint      *width)
{
  TillCanvas canvas = { 0 };

  *width = (draw_code_128_width (row->text) + 2 * QUIET) * row->module_px;
  draw_code_fill (&canvas, *width, 1, 255);
  draw_code_128 (&canvas, QUIET * row->module_px, 0, row->module_px, 1, row->text);
  if (row->narrower)
    squeeze (canvas.pixels, *width, row->narrower / 100.0);
  if (row->thicker)
    thicken (canvas.pixels, *width, row->thicker);
  for (guint i = 0; i < row->n_blurs; i++)
    blur (canvas.pixels, *width);
  for (guint x = 0; row->contrast && x < *width; x++)
    canvas.pixels[x] = (guint8) (100 + canvas.pixels[x] * row->contrast / 100);
  if (row->spoilt)
    memset (canvas.pixels + *width * row->spoilt / 100, 0, row->module_px * 9);

  return canvas.pixels;
}

/* What zbar reads in the clean picture is what was drawn first. */
static void
assert_says (const TillCode128 *code,
             const char        *text)
{
  g_autoptr (GPtrArray) found =
    g_ptr_array_new_with_free_func ((GDestroyNotify) till_barcode_free);
  TillZbar *zbar = till_zbar_new ();
  TillCanvas clean = { 0 };

  till_code_128_draw (code, &clean);
  till_zbar_read (zbar, &clean, 1, found);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpstr (((TillBarcode *) found->pdata[0])->text, ==, text);
  till_canvas_clear (&clean);
  till_zbar_free (zbar);
}

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    guint width;
    g_autofree guint8 *row = draw (&good[i], &width);
    double quiet_px = QUIET * good[i].module_px;
    TillCode128 code;

    g_test_message ("row %u", i);
    g_assert_true (till_code_128_find (&code, row, width));
    assert_says (&code, good[i].text);
    g_assert_cmpfloat (fabs (code.from - quiet_px), <, good[i].module_px);
    if (!good[i].narrower)
      g_assert_cmpfloat (fabs (width - quiet_px - code.to), <, good[i].module_px);
  }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    guint width;
    g_autofree guint8 *row = draw (&bad[i], &width);
    TillCode128 code;

    g_test_message ("row %u", i);
    g_assert_false (till_code_128_find (&code, row, width));
  }
}

/* A code whose ends are not all there: each part of it. What is in doubt is the light beside it,
 * where a module more or less makes no code of it that is none. */
static void
test_cut (void)
{
  const Case whole = { PAYMENT, 2 };
  guint width;
  g_autofree guint8 *row = draw (&whole, &width);
  TillCode128 code;

  for (guint cut = 0; cut < width; cut++) {
    if (cut <= (QUIET - 3) * 2 || cut >= (QUIET - 2) * 2)
      g_assert_cmpint (till_code_128_find (&code, row + cut, width - cut), ==,
                       cut <= (QUIET - 3) * 2);
    if (cut <= (QUIET - 2) * 2 || cut >= (QUIET - 1) * 2)
      g_assert_cmpint (till_code_128_find (&code, row, width - cut), ==, cut <= (QUIET - 2) * 2);
  }
}

/* Neither noise nor bars of any width are a code, nor is a row of a pixel. */
static void
test_noise (void)
{
  GRand *rand = g_rand_new_with_seed (20261122);
  guint8 row[700];
  TillCode128 code;

  for (guint i = 0; i < 3000; i++) {
    guint8 shade = 0;

    for (guint x = 0, left = 0; x < G_N_ELEMENTS (row); x++) {
      if (i % 2 || left == 0)
        shade = i % 2 ? (guint8) g_rand_int (rand) : (guint8) ~shade;
      left = left ? left - 1 : (guint) g_rand_int_range (rand, 1, 5) * 3 - 1;
      row[x] = shade;
    }
    g_assert_false (till_code_128_find (&code, row, i % 7 ? G_N_ELEMENTS (row) : i % 70 + 1));
  }
  g_rand_free (rand);
}

static void
test_is (void)
{
  TillCode128 a = { { 105, 1, 2 }, 3, 0, 9 }, b = a;

  b.from = 4;
  g_assert_true (till_code_128_is (&a, &b));
  b.values[2] = 3;
  g_assert_false (till_code_128_is (&a, &b));
  b = a;
  b.n_values = 2;
  g_assert_false (till_code_128_is (&a, &b));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/code-128/good", test_good);
  g_test_add_func ("/code-128/bad", test_bad);
  g_test_add_func ("/code-128/cut", test_cut);
  g_test_add_func ("/code-128/noise", test_noise);
  g_test_add_func ("/code-128/is", test_is);

  return g_test_run ();
}
