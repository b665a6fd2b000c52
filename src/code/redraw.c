/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/redraw.h"

#include <math.h>
#include <string.h>

#include "code/code-128.h"
#include "code/grid.h"
#include "code/modules.h"

/* Reads QR codes from a clean picture of each that is drawn after what is seen: what all codes of a
 * size have in common as it ought to be, the rest light or dark as it seems. It is zbar that reads,
 * with all its checks: what is drawn wrongly says nothing. */

#define MOST_FINDERS 400
#define MOST_THREES  3

/* The drawn picture. */
#define MODULE_PX     3
#define QUIET_MODULES 4

/* A larger one than is usual means that modules are many pixels. */
#define LARGE_SCALE 1.33

/* How light is told from dark, the most fruitful way first. */
static const struct {
  float sharpen;
  guint reach;
} ways[] = {
  { 0.3f, 5 },
  { 1.0f, 4 },
  { 0,    3 },
  { 2.5f, 6 },
};

void
till_redraw_clear (TillRedraw *self)
{
  till_canvas_clear (&self->clean);
}

/* In pixels of the base. */
static guint
find_finders (const TillCanvas *picture,
              const TillWarp   *warp,
              TillFinder       *finders)
{
  TillGrey grey = till_canvas_get (picture);
  double px = hypot (warp->a, warp->d);
  guint reach = px * LARGE_SCALE < 1 ? 2 : 1;
  guint n_finders = till_finders_find (&grey, reach, finders, MOST_FINDERS);

  for (guint i = 0; i < n_finders; i++) {
    finders[i].at = till_warp_apply (warp, finders[i].at);
    finders[i].module_px *= px;
  }

  return n_finders;
}

static void
draw_module (TillCanvas *canvas,
             guint       column,
             guint       row,
             gboolean    is_light)
{
  for (guint y = 0; y < MODULE_PX; y++)
    memset (canvas->pixels + (gsize) ((row + QUIET_MODULES) * MODULE_PX + y) * canvas->width +
            (column + QUIET_MODULES) * MODULE_PX, is_light ? 255 : 0, MODULE_PX);
}

static void
draw (TillCanvas  *canvas,
      const float *values,
      guint        side,
      guint        way)
{
  gsize n = (gsize) side * side;
  g_autofree float *sharp = g_memdup2 (values, n * sizeof *values), *beside = g_new (float, n);
  g_autofree TillQrPattern *pattern = g_new (TillQrPattern, 1);
  guint width = (side + 2 * QUIET_MODULES) * MODULE_PX;

  till_modules_sharpen (sharp, side, ways[way].sharpen);
  till_modules_compare (sharp, side, ways[way].reach, beside);
  till_canvas_resize (canvas, width, width);
  memset (canvas->pixels, 255, (gsize) width * width);
  for (guint i = 0; i < n; i++)
    draw_module (canvas, i % side, i / side, beside[i] > 0);
  till_qr_pattern_fill (pattern, side);
  for (guint i = 0; i < pattern->n_modules; i++)
    draw_module (canvas, pattern->modules[i].column, pattern->modules[i].row,
                 pattern->modules[i].is_light);
}

/* Tells where the code is in the base instead of in its clean picture. */
static void
place (const TillGrid *grid,
       GPtrArray      *found,
       guint           from)
{
  guint side = grid->side;
  const guint ends[][2] = { { 0, 0 }, { 0, side }, { side, side }, { side, 0 } };

  for (guint i = from; i < found->len; i++) {
    TillBarcode *code = g_ptr_array_index (found, i);

    code->is_whole = TRUE;
    for (guint j = 0; j < G_N_ELEMENTS (code->corners); j++)
      code->corners[j] = till_grid_at (grid, ends[j][0], ends[j][1]);
  }
}

static void
read_grid (TillRedraw     *self,
           const TillGrid *grid,
           const TillGrey *base,
           TillZbar       *zbar,
           GPtrArray      *found)
{
  g_autofree float *values = g_new (float, (gsize) grid->side * grid->side);
  guint from = found->len;

  till_grid_fetch (grid, base, values);
  for (guint way = 0; way < G_N_ELEMENTS (ways) && found->len == from; way++) {
    draw (&self->clean, values, grid->side, way);
    till_zbar_read (zbar, &self->clean, 1, found);
  }
  place (grid, found, from);
}

/**
 * till_redraw_qr:
 * @picture: where corners of codes are looked for
 * @warp: from it to @base
 * @base: where the rest of them is
 * @found: (element-type TillBarcode): what is found is added, its corners in pixels of @base
 */
void
till_redraw_qr (TillRedraw       *self,
                const TillCanvas *picture,
                const TillWarp   *warp,
                const TillGrey   *base,
                TillZbar         *zbar,
                GPtrArray        *found)
{
  g_autofree TillFinder *finders = g_new (TillFinder, MOST_FINDERS);
  TillThree threes[MOST_THREES];
  guint n_finders = find_finders (picture, warp, finders);
  guint n_threes = till_threes_find (base, finders, n_finders, threes, MOST_THREES);

  for (guint i = 0; i < n_threes; i++) {
    TillGrid grid;

    if (till_grid_lay (&grid, base, &threes[i]))
      read_grid (self, &grid, base, zbar, found);
  }
}

/* A row as it is, or from its other end. */
static gboolean
find_in_row (TillCode128      *code,
             const TillCanvas *picture,
             guint             y,
             gboolean          is_backward,
             guint8           *backward)
{
  const guint8 *row = picture->pixels + (gsize) y * picture->width;
  double from, width = picture->width;

  if (!is_backward)
    return till_code_128_find (code, row, picture->width);

  for (guint x = 0; x < picture->width; x++)
    backward[x] = row[picture->width - 1 - x];
  if (!till_code_128_find (code, backward, picture->width))
    return FALSE;

  from = code->from;
  code->from = width - code->to;
  code->to = width - from;

  return TRUE;
}

/* What most rows say, and how many do. */
static guint
find_most (const TillCanvas *picture,
           TillCode128      *best)
{
  g_autofree TillCode128 *codes = g_new (TillCode128, 2 * (gsize) picture->height);
  g_autofree guint8 *backward = g_malloc (picture->width);
  guint n_codes = 0, most = 0;

  for (guint i = 0; i < 2 * picture->height; i++)
    n_codes += find_in_row (&codes[n_codes], picture, i / 2, i % 2, backward);
  for (guint i = 0; i < n_codes; i++) {
    guint n_alike = 0;

    for (guint j = 0; j < n_codes; j++)
      n_alike += till_code_128_is (&codes[i], &codes[j]);
    if (n_alike > most) {
      most = n_alike;
      *best = codes[i];
    }
  }

  return most;
}

/**
 * till_redraw_bars:
 * @picture: upright bars in few rows, each a read of its own
 * @found: (element-type TillBarcode): what is found is added, its corners in pixels of @picture
 */
void
till_redraw_bars (TillRedraw       *self,
                  const TillCanvas *picture,
                  TillZbar         *zbar,
                  GPtrArray        *found)
{
  TillCode128 code;
  guint from = found->len, n_lines = find_most (picture, &code);

  if (n_lines == 0)
    return;

  till_code_128_draw (&code, &self->clean);
  till_zbar_read (zbar, &self->clean, 1, found);
  for (guint i = from; i < found->len; i++) {
    TillBarcode *barcode = g_ptr_array_index (found, i);

    barcode->n_lines = n_lines;
    barcode->corners[0] = (TillPoint) { code.from, 0 };
    barcode->corners[1] = (TillPoint) { code.to, 0 };
    barcode->corners[2] = (TillPoint) { code.to, picture->height };
    barcode->corners[3] = (TillPoint) { code.from, picture->height };
  }
}
