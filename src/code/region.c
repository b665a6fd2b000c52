/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/region.h"

#include <stdlib.h>
#include <string.h>

/* Where in a picture a code may be: codes are where light and dark change most. */

/* A side of a cell in pixels; a module of a code that one can read is smaller. */
#define CELL_PX 8

/* The mean change from pixel to pixel, both ways together, below which there is nothing to read. */
#define LEAST_CHANGE 5

/* A region is what is connected to a peak and has this many eighths of it; where that is more
 * than two fifths of the picture, reading it gains nothing over reading all, and more is asked. */
static const guint parts[] = { 4, 5, 6 };
#define MOST_AREA(n_cells) ((n_cells) * 2 / 5)

/* A code has a quiet zone, and its rim has half of the change. */
#define MARGIN_CELLS 2

typedef struct {
  guint    columns;
  guint    rows;
  guint32 *change;   /* of each cell with its neighbours */
  guint8  *owner;    /* 0: free, else the number of its region; RESERVED while one grows */
  guint   *stack;
} Grid;

#define RESERVED 255

static void
add_change (guint32      *cells,
            const guint8 *row,
            const guint8 *below,
            guint         columns)
{
  for (guint column = 0; column < columns; column++) {
    const guint8 *at = row + column * CELL_PX, *under = below + column * CELL_PX;
    guint32 sum = 0;

    for (guint x = 0; x < CELL_PX; x++)
      sum += (guint32) (abs (at[x + 1] - at[x]) + abs (under[x] - at[x]));
    cells[column] += sum;
  }
}

/* Sums of three by three cells, so that gaps in a code do not cut it. */
static void
spread (const guint32 *cells,
        Grid          *grid)
{
  for (guint row = 0; row < grid->rows; row++) {
    for (guint column = 0; column < grid->columns; column++) {
      guint32 sum = 0;

      for (guint y = row ? row - 1 : 0; y <= MIN (row + 1, grid->rows - 1); y++) {
        for (guint x = column ? column - 1 : 0; x <= MIN (column + 1, grid->columns - 1); x++)
          sum += cells[y * grid->columns + x];
      }
      grid->change[row * grid->columns + column] = sum;
    }
  }
}

static guint
find_peak (const Grid *grid)
{
  guint peak = 0;
  guint32 most = 0;

  for (guint i = 0; i < grid->columns * grid->rows; i++) {
    if (!grid->owner[i] && grid->change[i] > most) {
      most = grid->change[i];
      peak = i;
    }
  }

  return peak;
}

static void
push (Grid    *grid,
      guint   *n_stacked,
      guint    cell,
      guint32  least)
{
  if (grid->owner[cell] || grid->change[cell] < least)
    return;

  grid->owner[cell] = RESERVED;
  grid->stack[(*n_stacked)++] = cell;
}

/* Takes all cells connected to @peak that have @least; says how many, and what holds them. */
static guint
grow (Grid    *grid,
      guint    peak,
      guint32  least,
      TillBox *box)
{
  guint n_stacked = 0, n_done = 0;
  guint left = grid->columns, right = 0, top = grid->rows, bottom = 0;

  push (grid, &n_stacked, peak, least);
  for (; n_done < n_stacked; n_done++) {
    guint cell = grid->stack[n_done], column = cell % grid->columns, row = cell / grid->columns;

    left = MIN (left, column);
    right = MAX (right, column);
    top = MIN (top, row);
    bottom = MAX (bottom, row);
    if (column > 0)
      push (grid, &n_stacked, cell - 1, least);
    if (column + 1 < grid->columns)
      push (grid, &n_stacked, cell + 1, least);
    if (row > 0)
      push (grid, &n_stacked, cell - grid->columns, least);
    if (row + 1 < grid->rows)
      push (grid, &n_stacked, cell + grid->columns, least);
  }
  *box = (TillBox) { left, top, right - left + 1, bottom - top + 1 };

  return n_done;
}

static void
give_back (Grid   *grid,
           guint   n_cells,
           guint8  owner)
{
  for (guint i = 0; i < n_cells; i++)
    grid->owner[grid->stack[i]] = owner;
}

static TillBox
widen (const Grid    *grid,
       const TillBox *cells)
{
  guint left = cells->x - MIN (cells->x, MARGIN_CELLS);
  guint top = cells->y - MIN (cells->y, MARGIN_CELLS);
  guint right = MIN (cells->x + cells->width + MARGIN_CELLS, grid->columns);
  guint bottom = MIN (cells->y + cells->height + MARGIN_CELLS, grid->rows);

  return (TillBox) { left * CELL_PX, top * CELL_PX, (right - left) * CELL_PX,
                     (bottom - top) * CELL_PX };
}

static gboolean
take_next (Grid    *grid,
           guint8   owner,
           TillBox *box)
{
  guint peak = find_peak (grid);
  guint32 change = grid->change[peak];
  TillBox cells;
  guint n_cells = 0;

  if (grid->owner[peak] || change < 9 * CELL_PX * CELL_PX * LEAST_CHANGE)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    give_back (grid, n_cells, 0);
    n_cells = grow (grid, peak, change / 8 * parts[i], &cells);
    if (cells.width * cells.height <= MOST_AREA (grid->columns * grid->rows))
      break;
  }
  give_back (grid, n_cells, owner);
  *box = widen (grid, &cells);

  return TRUE;
}

/**
 * till_regions_find:
 * @picture: about a camera's picture at half its size
 * @boxes: (out): what was found, the most promising first; they may overlap at their rims
 * @n_most: room in @boxes, at most 200
 *
 * Finds what changes most between light and dark.
 *
 * Returns: how many were found
 */
guint
till_regions_find (const TillGrey *picture,
                   TillBox        *boxes,
                   guint           n_most)
{
  /* One row and column of pixels stay over for the differences. */
  Grid grid = { (picture->width - 1) / CELL_PX, (picture->height - 1) / CELL_PX };
  guint n_cells = grid.columns * grid.rows, n_found = 0;
  g_autofree guint32 *cells = g_new0 (guint32, n_cells);
  g_autofree guint32 *change = grid.change = g_new (guint32, n_cells);
  g_autofree guint8 *owner = grid.owner = g_new0 (guint8, n_cells);
  g_autofree guint *stack = grid.stack = g_new (guint, n_cells);

  g_return_val_if_fail (n_most <= 200, 0);

  if (n_cells == 0)
    return 0;

  for (guint y = 0; y < grid.rows * CELL_PX; y++)
    add_change (cells + y / CELL_PX * grid.columns, picture->pixels + y * picture->stride,
                picture->pixels + (y + 1) * picture->stride, grid.columns);
  spread (cells, &grid);
  while (n_found < n_most && take_next (&grid, (guint8) (n_found + 1), &boxes[n_found]))
    n_found++;

  return n_found;
}
