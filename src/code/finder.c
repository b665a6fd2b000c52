/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/finder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Corners of QR codes: runs of 1:1:3:1:1 along rows, along columns and aslant (ISO/IEC 18004,
 * 6.3.3), dark on light or light on dark. What is dark is so beside the mean of the cells around
 * it, as in ZXing's HybridBinarizer. */

#define CELL_PX 8

/* A cell in which light and dark differ by less says nothing of itself: it is of its neighbours'
 * mind. */
#define LEAST_RANGE 18


/* How many ends five runs have. */
#define N_ENDS 6

typedef struct {
  const TillGrey *picture;
  guint           columns, rows;
  guint8         *levels;     /* of each cell; what is below is dark */
  TillFinder     *finders;
  guint           n_finders, n_most;
} Search;

/* The mean of a cell, or 0 where it is flat. */
static guint8
measure (const TillGrey *picture,
         guint           x,
         guint           y)
{
  guint sum = 0;
  guint8 least = 255, most = 0;

  for (guint i = 0; i < CELL_PX; i += 2) {
    const guint8 *row = picture->pixels + (y + i) * picture->stride + x;

    for (guint j = 0; j < CELL_PX; j++) {
      sum += row[j];
      least = MIN (least, row[j]);
      most = MAX (most, row[j]);
    }
  }

  return most - least < LEAST_RANGE ? 0 : (guint8) MAX (sum / (CELL_PX * CELL_PX / 2), 1);
}

static void
measure_all (Search *self,
             guint8 *means)
{
  const TillGrey *picture = self->picture;

  for (guint row = 0; row < self->rows; row++) {
    guint y = MIN (row * CELL_PX, picture->height - CELL_PX);

    for (guint column = 0; column < self->columns; column++)
      means[row * self->columns + column] =
        measure (picture, MIN (column * CELL_PX, picture->width - CELL_PX), y);
  }
}

/* A flat cell takes after the last one of its row, or after the one above or below. */
static void
fill_flat (const Search *self,
           guint8       *means)
{
  guint n = self->columns * self->rows, columns = self->columns;

  for (guint i = 0; i < n; i++) {
    guint8 left = i % columns ? means[i - 1] : 0, above = i >= columns ? means[i - columns] : 0;

    if (!means[i])
      means[i] = left && above ? (guint8) ((left + above + 1) / 2) : left ? left : above;
  }
  for (guint i = n; i-- > 0;) {
    if (!means[i] && i % columns + 1 < columns && means[i + 1])
      means[i] = means[i + 1];
    else if (!means[i] && i + columns < n)
      means[i] = means[i + columns];
  }
}

static void
smooth (const Search *self,
        const guint8 *means,
        guint         reach)
{
  guint columns = self->columns, rows = self->rows;
  g_autofree guint16 *sums = g_new (guint16, columns * rows);
  guint side = 2 * reach + 1;

  for (guint row = 0; row < rows; row++) {
    for (guint column = 0; column < columns; column++) {
      guint sum = 0;

      for (guint i = 0; i < side; i++)
        sum += means[row * columns + MIN (MAX (column + i, reach) - reach,
                                          columns - 1)];
      sums[row * columns + column] = (guint16) sum;
    }
  }
  for (guint row = 0; row < rows; row++) {
    for (guint column = 0; column < columns; column++) {
      guint sum = 0;

      for (guint i = 0; i < side; i++)
        sum += sums[MIN (MAX (row + i, reach) - reach, rows - 1) * columns + column];
      self->levels[row * columns + column] = (guint8) (sum / (side * side));
    }
  }
}

static inline gboolean
is_dark (const Search *self,
         int           x,
         int           y)
{
  return self->picture->pixels[(gsize) y * self->picture->stride + (gsize) x] <
         self->levels[(guint) y / CELL_PX * self->columns + (guint) x / CELL_PX];
}

static inline gboolean
is_inside (const Search *self,
           int           x,
           int           y)
{
  return x >= 0 && y >= 0 && x < (int) self->picture->width && y < (int) self->picture->height;
}

/* Blur and threshold move an edge from light to dark against one from dark to light; edges of the
 * same kind keep their distance, which is six modules for the outer two. */
static double
module_of (const int *ends)
{
  return (ends[5] - ends[1] + ends[4] - ends[0]) / 12.0;
}

static gboolean
is_about (int    length,
          double modules,
          double module,
          double slack)
{
  return fabs (length - modules * module) <= slack * module + 0.5;
}

/* Whether five runs are 1:1:3:1:1. */
static gboolean
is_finder (const int *ends,
           double     slack)
{
  double module = module_of (ends);

  return module >= 0.8 && is_about (ends[2] - ends[0], 2, module, slack) &&
         is_about (ends[3] - ends[1], 4, module, 1.5 * slack) &&
         is_about (ends[4] - ends[2], 4, module, 1.5 * slack) &&
         is_about (ends[5] - ends[3], 2, module, slack) &&
         is_about (ends[3] - ends[2], 3, module, 2 * slack);
}

/* Where the five runs around a pixel end, counted in steps from there; FALSE where the picture ends
 * before. */
static gboolean
cross (const Search *self,
       const int    *from,
       const int    *step,
       int           most,
       int          *ends)
{
  for (int side = -1; side <= 1; side += 2) {
    int at = 0;

    for (int run = 0; run < 3; run++) {
      int x = from[0] + at * step[0], y = from[1] + at * step[1];
      gboolean dark;

      if (!is_inside (self, x, y) || abs (at) > most)
        return FALSE;
      dark = is_dark (self, x, y);
      while (is_inside (self, x, y) && abs (at) <= most && is_dark (self, x, y) == dark) {
        at += side;
        x += side * step[0];
        y += side * step[1];
      }
      ends[side > 0 ? 3 + run : 2 - run] = side > 0 ? at : at + 1;
    }
  }

  return TRUE;
}

static void
add (Search           *self,
     const TillFinder *finder)
{
  for (guint i = 0; i < self->n_finders; i++) {
    TillFinder *other = &self->finders[i];
    double n = other->n_rows, near = 1.5 * MAX (other->module_px, finder->module_px);

    if (other->is_light == finder->is_light && fabs (other->at.x - finder->at.x) <= near &&
        fabs (other->at.y - finder->at.y) <= near &&
        finder->module_px < 1.6 * other->module_px && other->module_px < 1.6 * finder->module_px) {
      other->at.x += (finder->at.x - other->at.x) / (n + 1);
      other->at.y += (finder->at.y - other->at.y) / (n + 1);
      other->module_px += (finder->module_px - other->module_px) / (n + 1);
      other->n_rows++;
      return;
    }
  }

  if (self->n_finders < self->n_most)
    self->finders[self->n_finders++] = *finder;
}

/* What is one along a row must be one along its column, along the row in its middle, and aslant. */
static void
check (Search    *self,
       const int *row_ends,
       int        y)
{
  static const int along[] = { 1, 0 }, down[] = { 0, 1 }, aslant[] = { 1, 1 };
  int at[] = { (row_ends[2] + row_ends[3]) / 2, y }, ends[N_ENDS];
  int most = 2 * (row_ends[5] - row_ends[0]) + 2;
  TillFinder finder = { .n_rows = 1, .is_light = !is_dark (self, at[0], y) };

  if (!cross (self, at, down, most, ends) || !is_finder (ends, 0.7))
    return;
  finder.at.y = at[1] + (ends[2] + ends[3] - 1) / 2.0;
  finder.module_px = module_of (ends) / 2;
  at[1] += (ends[2] + ends[3]) / 2;
  if (!cross (self, at, along, most, ends) || !is_finder (ends, 0.7))
    return;
  finder.at.x = at[0] + (ends[2] + ends[3] - 1) / 2.0;
  finder.module_px += module_of (ends) / 2;
  if (module_of (ends) > 1.5 * finder.module_px || module_of (ends) < 0.5 * finder.module_px)
    return;
  at[0] += (ends[2] + ends[3]) / 2;
  if (cross (self, at, aslant, most, ends) && is_finder (ends, 1))
    add (self, &finder);
}

static void
search_row (Search *self,
            guint   y)
{
  const guint8 *row = self->picture->pixels + y * self->picture->stride;
  const guint8 *levels = self->levels + y / CELL_PX * self->columns;
  gboolean was_dark = row[0] < levels[0];
  int ends[N_ENDS] = { 0 };
  guint n_ends = 0;

  for (guint x = 1; x < self->picture->width; x++) {
    gboolean dark = row[x] < levels[x / CELL_PX];

    if (dark == was_dark)
      continue;
    was_dark = dark;
    memmove (ends, ends + 1, (N_ENDS - 1) * sizeof *ends);
    ends[N_ENDS - 1] = (int) x;
    if (++n_ends >= N_ENDS - 1 && is_finder (ends, 0.7))
      check (self, ends, (int) y);
  }
}

/**
 * till_finders_find:
 * @reach: how far light and dark are compared, in cells of eight pixels: 1, or 2 where modules are
 *   many pixels
 * @finders: (out): what was found, in the order of its first row
 * @n_most: room in @finders
 *
 * Finds what looks like a corner of a QR code.
 *
 * Returns: how many were found
 */
guint
till_finders_find (const TillGrey *picture,
                   guint           reach,
                   TillFinder     *finders,
                   guint           n_most)
{
  Search self = {
    picture, (picture->width + CELL_PX - 1) / CELL_PX, (picture->height + CELL_PX - 1) / CELL_PX,
    .finders = finders, .n_most = n_most,
  };
  g_autofree guint8 *means = NULL, *levels = NULL;

  if (picture->width < CELL_PX || picture->height < CELL_PX)
    return 0;

  means = g_malloc ((gsize) self.columns * self.rows);
  levels = self.levels = g_malloc ((gsize) self.columns * self.rows);
  measure_all (&self, means);
  fill_flat (&self, means);
  smooth (&self, means, reach);
  for (guint y = 0; y < picture->height; y += TILL_FINDER_ROW_STEP)
    search_row (&self, y);

  return self.n_finders;
}
