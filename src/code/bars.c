/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/bars.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where in a picture a bar code may be, and how it is turned: where light and dark change much, and
 * always the same way. In a QR code, in words and in cloth the changes along and across cancel each
 * other out (the structure tensor; Bigün and Granlund 1987). */

#define CELL_PX 16

/* The mean square of a change, below which there is nothing to read. */
#define LEAST_SQUARE 60

/* The least share of the changes in a cell that go the same way. */
#define LEAST_SHARE 0.45f

/* Of the peak's strength, what belongs to it, also where a code is so near that a bar fills a cell;
 * and how far it may be turned: cos of twice 20°. */
#define PART_OF_PEAK 0.15f
#define SAME_WAY     0.77f

/* A bar code has no fewer cells, whatever its size. */
#define LEAST_CELLS 3

/* The quiet zone and the rim of a cell, in cells. */
#define MARGIN_CELLS 1.5

/* Into so many rows bars are summed up: each is a read of its own, and some may be spoilt. */
#define ROWS 12

/* How much bars may lean against what their cells say, and in how many steps that is tried. */
#define MOST_SLOPE 0.12
#define SHIFTS     12

/* In so many columns at most. */
#define MOST_COLUMNS 640

/* Changes of a cell: how strong, and which way, as a vector with twice the angle. */
typedef struct {
  float along_x, along_y;
  float sum;
} Way;

typedef struct {
  guint   columns;
  guint   rows;
  Way    *ways;     /* of each cell with its neighbours */
  guint8 *is_used;
  guint  *stack;
} Grid;

static void
add_row (Way          *ways,
         const guint8 *above,
         const guint8 *below,
         guint         columns)
{
  for (guint column = 0; column < columns; column++) {
    const guint8 *upper = above + (gsize) column * CELL_PX;
    const guint8 *lower = below + (gsize) column * CELL_PX;
    gint32 xx = 0, yy = 0, xy = 0;

    /* Over both diagonals of two by two pixels, which are the ways x + y and y - x. */
    for (guint x = 0; x < CELL_PX; x++) {
      gint16 falling = (gint16) (lower[x + 1] - upper[x]);
      gint16 rising = (gint16) (upper[x + 1] - lower[x]);
      gint32 dx = falling + rising, dy = falling - rising;

      xx += dx * dx;
      yy += dy * dy;
      xy += dx * dy;
    }
    ways[column].along_x += (float) (xx - yy);
    ways[column].along_y += (float) (2 * xy);
    ways[column].sum += (float) (xx + yy);
  }
}

/* Sums of three by three cells. */
static void
spread (const Way  *cells,
        const Grid *grid)
{
  for (guint row = 0; row < grid->rows; row++) {
    for (guint column = 0; column < grid->columns; column++) {
      Way sum = { 0 };

      for (guint y = row ? row - 1 : 0; y <= MIN (row + 1, grid->rows - 1); y++) {
        for (guint x = column ? column - 1 : 0; x <= MIN (column + 1, grid->columns - 1); x++) {
          const Way *cell = &cells[y * grid->columns + x];

          sum.along_x += cell->along_x;
          sum.along_y += cell->along_y;
          sum.sum += cell->sum;
        }
      }
      grid->ways[row * grid->columns + column] = sum;
    }
  }
}

static float
strength (const Way *way)
{
  float length = hypotf (way->along_x, way->along_y);

  return length < LEAST_SHARE * way->sum ? 0 : length;
}

static guint
find_peak (const Grid *grid)
{
  guint peak = 0;
  float most = 0;

  for (guint i = 0; i < grid->columns * grid->rows; i++) {
    float here = grid->is_used[i] ? 0 : strength (&grid->ways[i]);

    if (here > most) {
      most = here;
      peak = i;
    }
  }

  return peak;
}

static gboolean
belongs (const Way *way,
         const Way *peak)
{
  float here = strength (way), there = strength (peak);
  float dot = way->along_x * peak->along_x + way->along_y * peak->along_y;

  return here > PART_OF_PEAK * there && dot > SAME_WAY * here * there;
}

static void
push (Grid      *grid,
      guint     *n_stacked,
      guint      cell,
      const Way *peak)
{
  if (grid->is_used[cell] || !belongs (&grid->ways[cell], peak))
    return;

  grid->is_used[cell] = 1;
  grid->stack[(*n_stacked)++] = cell;
}

/* Takes the cells connected to @peak that go its way; says how many. */
static guint
grow (Grid  *grid,
      guint  peak)
{
  const Way way = grid->ways[peak];
  guint n_stacked = 0;

  push (grid, &n_stacked, peak, &way);
  for (guint i = 0; i < n_stacked; i++) {
    guint cell = grid->stack[i], column = cell % grid->columns, row = cell / grid->columns;

    if (column > 0)
      push (grid, &n_stacked, cell - 1, &way);
    if (column + 1 < grid->columns)
      push (grid, &n_stacked, cell + 1, &way);
    if (row > 0)
      push (grid, &n_stacked, cell - grid->columns, &way);
    if (row + 1 < grid->rows)
      push (grid, &n_stacked, cell + grid->columns, &way);
  }

  return n_stacked;
}

/* The box round the grown cells that is turned as their changes are. */
static TillBars
enclose (const Grid *grid,
         guint       n_cells)
{
  double x = 0, y = 0, angle, cosine, sine;
  double across[2] = { G_MAXDOUBLE, -G_MAXDOUBLE }, along[2] = { G_MAXDOUBLE, -G_MAXDOUBLE };
  TillBars bars = { 0 };

  for (guint i = 0; i < n_cells; i++) {
    x += grid->ways[grid->stack[i]].along_x;
    y += grid->ways[grid->stack[i]].along_y;
  }
  angle = atan2 (y, x) / 2;
  cosine = cos (angle);
  sine = sin (angle);
  for (guint i = 0; i < n_cells; i++) {
    double column = grid->stack[i] % grid->columns + 0.5;
    double row = grid->stack[i] / grid->columns + 0.5;

    across[0] = MIN (across[0], column * cosine + row * sine);
    across[1] = MAX (across[1], column * cosine + row * sine);
    along[0] = MIN (along[0], row * cosine - column * sine);
    along[1] = MAX (along[1], row * cosine - column * sine);
  }
  across[0] -= MARGIN_CELLS;
  across[1] += MARGIN_CELLS;
  /* The neighbours' sums already reach a cell too far. */
  along[0] = MIN (along[0], (along[0] + along[1] - 1) / 2);
  along[1] = MAX (along[1], along[0] + 1);
  bars.width = (across[1] - across[0]) * CELL_PX;
  bars.height = (along[1] - along[0]) * CELL_PX;
  for (guint i = 0; i < G_N_ELEMENTS (bars.corners); i++) {
    double side = across[i == 1 || i == 2] * CELL_PX, end = along[i >= 2] * CELL_PX;

    bars.corners[i] = (TillPoint) { side * cosine - end * sine, side * sine + end * cosine };
  }

  return bars;
}

/* How much the columns of a part of the canvas differ, when each row is shifted by @shift more. */
static double
contrast (const TillCanvas *canvas,
          guint             from,
          guint             to,
          double            shift)
{
  gint32 columns[MOST_COLUMNS] = { 0 };
  double sum = 0, squares = 0, n = MAX (to - from, 1);

  g_assert (from <= to && to <= canvas->width && to <= MOST_COLUMNS);
  for (guint y = 0; y < canvas->height; y++) {
    const guint8 *row = canvas->pixels + (gsize) y * canvas->width;
    int step = (int) lround (shift * ((double) y - (canvas->height - 1) / 2.0));
    int first = MAX ((int) from, -step), last = MIN ((int) to, (int) canvas->width - step);

    for (int x = first; x < last; x++)
      columns[x] += row[x + step];
  }
  for (guint x = from; x < to; x++) {
    sum += columns[x];
    squares += (double) columns[x] * columns[x];
  }

  return squares / n - sum / n * (sum / n);
}

static double
find_shift (const TillCanvas *canvas,
            guint             from,
            guint             to,
            double            most)
{
  double best = 0, highest = contrast (canvas, from, to, 0);

  for (int i = -SHIFTS; i <= SHIFTS; i++) {
    double shift = most * i / SHIFTS, here = contrast (canvas, from, to, shift);

    if (here > highest) {
      highest = here;
      best = shift;
    }
  }

  return best;
}

/* Shears the box so that the bars stand upright in both halves of it. */
static void
straighten (TillBars       *self,
            const TillGrey *picture,
            TillCanvas     *canvas)
{
  guint width = (guint) CLAMP (self->width, 1, MOST_COLUMNS);
  double unit = self->width / width, left, right, ends[2];
  double most = self->height / ROWS * MOST_SLOPE / unit;
  TillPoint across = { (self->corners[1].x - self->corners[0].x) / self->width,
                       (self->corners[1].y - self->corners[0].y) / self->width };

  till_canvas_stretch (canvas, picture, self->corners, width, ROWS, 1);
  left = find_shift (canvas, 0, width / 2, most);
  right = find_shift (canvas, width / 2, width, most);
  /* They hold for the middle of each half; from the middle to the first and to the last row. */
  ends[0] = (left - (right - left) / 2) * unit * ROWS / 2;
  ends[1] = (right + (right - left) / 2) * unit * ROWS / 2;
  for (guint i = 0; i < G_N_ELEMENTS (self->corners); i++) {
    double step = ends[i == 1 || i == 2] * (i >= 2 ? 1 : -1);

    self->corners[i].x += across.x * step;
    self->corners[i].y += across.y * step;
  }
  self->is_straight = TRUE;
}

/**
 * till_bars_find:
 * @picture: about a camera's picture at its usual size
 * @bars: (out): what was found, the most promising first
 * @n_most: room in @bars
 *
 * Finds what changes between light and dark in one direction only.
 *
 * Returns: how many were found
 */
guint
till_bars_find (const TillGrey *picture,
                TillBars       *bars,
                guint           n_most)
{
  Grid grid = { (picture->width - 1) / CELL_PX, (picture->height - 1) / CELL_PX };
  guint n_cells = grid.columns * grid.rows, n_found = 0;
  g_autofree Way *cells = g_new0 (Way, n_cells);
  g_autofree Way *ways = grid.ways = g_new (Way, n_cells);
  g_autofree guint8 *is_used = grid.is_used = g_new0 (guint8, n_cells);
  g_autofree guint *stack = grid.stack = g_new (guint, n_cells);

  for (guint y = 0; y < grid.rows * CELL_PX; y++)
    add_row (cells + y / CELL_PX * grid.columns, picture->pixels + y * picture->stride,
             picture->pixels + (y + 1) * picture->stride, grid.columns);
  spread (cells, &grid);
  while (n_cells > 0 && n_found < n_most) {
    guint peak = find_peak (&grid), n_grown;

    if (grid.is_used[peak] ||
        strength (&grid.ways[peak]) < 9.0f * CELL_PX * CELL_PX * 4 * LEAST_SQUARE)
      break;
    n_grown = grow (&grid, peak);
    if (n_grown >= LEAST_CELLS)
      bars[n_found++] = enclose (&grid, n_grown);
  }

  return n_found;
}

/**
 * till_bars_fetch:
 * @self: is made straight, once
 * @picture: where it was found
 * @scale: by which it is enlarged across the bars
 * @canvas: (inout): what is fetched, its corners those of @self
 *
 * Fills the canvas with few rows of upright bars, each the mean of many: what spoils one place of a
 * bar does not spoil their sum.
 */
void
till_bars_fetch (TillBars       *self,
                 const TillGrey *picture,
                 double          scale,
                 TillCanvas     *canvas)
{
  guint height = (guint) MAX (self->height, 1);

  if (!self->is_straight)
    straighten (self, picture, canvas);
  till_canvas_stretch (canvas, picture, self->corners, (guint) MAX (self->width * scale, 1),
                       height, MAX (height / ROWS, 1));
}
