/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/grid.h"

#include <math.h>

#include "code/modules.h"

/* Three corners → a grid of modules: what all QR codes of a size have in common is laid over the
 * picture and moved until it fits best, as in quirc. */

/* How far timing modules must be light and dark in turn; 1: all. */
#define LEAST_TIMING 0.2

/* The share of the fixed modules that must be as they ought to be, and how far around each is
 * compared. */
#define LEAST_RIGHT 0.75
#define REACH       4

/* How far from where a parallelogram has it the fourth corner is looked for, in half modules. */
#define REACH_OF_FOURTH(side) MIN (4 + (side) / 6, 16)

/* Of a module: how far a corner is moved at first and at last. */
#define FIRST_STEP 0.5
#define LAST_STEP  0.05

/* x = (a u + b v + c) / (g u + h v + 1), y = (d u + e v + f) / (g u + h v + 1). */
typedef struct {
  double a, b, c, d, e, f, g, h;
} Plane;

/* From columns and rows to pixels, by way of a unit square (Heckbert 1989, 2.2.3). */
static Plane
plane_of (const TillGrid *grid)
{
  const TillPoint *at = grid->middles;
  double dx1 = at[1].x - at[2].x, dx2 = at[3].x - at[2].x;
  double dy1 = at[1].y - at[2].y, dy2 = at[3].y - at[2].y;
  double sx = at[0].x - at[1].x + at[2].x - at[3].x, sy = at[0].y - at[1].y + at[2].y - at[3].y;
  double area = dx1 * dy2 - dx2 * dy1, n = grid->side - 7.0;
  double g = area == 0 ? 0 : (sx * dy2 - dx2 * sy) / area;
  double h = area == 0 ? 0 : (dx1 * sy - sx * dy1) / area;
  double a = at[1].x - at[0].x + g * at[1].x, b = at[3].x - at[0].x + h * at[3].x;
  double d = at[1].y - at[0].y + g * at[1].y, e = at[3].y - at[0].y + h * at[3].y;
  /* The unit square begins at the middle of a corner, 3.5 modules from the code's. */
  double bottom = n - 3.5 * (g + h);

  if (fabs (bottom) < 1e-9)
    bottom = 1e-9;

  return (Plane) {
    a / bottom, b / bottom, (at[0].x * n - 3.5 * (a + b)) / bottom,
    d / bottom, e / bottom, (at[0].y * n - 3.5 * (d + e)) / bottom,
    g / bottom, h / bottom,
  };
}

static TillPoint
project (const Plane *plane,
         double       column,
         double       row)
{
  double bottom = plane->g * column + plane->h * row + 1;

  return (TillPoint) { (plane->a * column + plane->b * row + plane->c) / bottom,
                       (plane->d * column + plane->e * row + plane->f) / bottom };
}

/* Between four pixels; outside, the rim goes on. The comparisons also catch what is no number. */
static float
sample (const TillGrey *picture,
        const Plane    *plane,
        double          column,
        double          row)
{
  TillPoint at = project (plane, column, row);
  double last_x = picture->width - 1.001, last_y = picture->height - 1.001;
  double x = at.x > 0 ? MIN (at.x, last_x) : 0, y = at.y > 0 ? MIN (at.y, last_y) : 0;
  gsize left = (gsize) x, top = (gsize) y;
  const guint8 *pixel = picture->pixels + top * picture->stride + left;
  float right_share = (float) (x - (double) left), lower_share = (float) (y - (double) top);
  float upper = pixel[0] + right_share * (float) (pixel[1] - pixel[0]), lower;

  pixel += picture->stride;
  lower = pixel[0] + right_share * (float) (pixel[1] - pixel[0]);

  return upper + lower_share * (lower - upper);
}

/* The mean of the middle of a module, from so many places each way. */
static float
sample_module (const TillGrey *picture,
               const Plane    *plane,
               guint           column,
               guint           row,
               guint           n_places)
{
  static const double places[][3] = { { 0.5 }, { 0.3, 0.7 }, { 0.27, 0.5, 0.73 } };
  const double *at = places[n_places - 1];
  float sum = 0;

  for (guint i = 0; i < n_places; i++) {
    for (guint j = 0; j < n_places; j++)
      sum += sample (picture, plane, column + at[j], row + at[i]);
  }

  return sum / (float) (n_places * n_places);
}

/* How well the last so many modules of the pattern fit: light less dark. */
static double
fit (const TillGrid      *grid,
     const TillGrey      *picture,
     const TillQrPattern *pattern,
     guint                n_modules,
     guint                n_places)
{
  Plane plane = plane_of (grid);
  float sum = 0;

  for (guint i = pattern->n_modules - n_modules; i < pattern->n_modules; i++) {
    const TillQrModule *module = &pattern->modules[i];

    sum += module->weight * sample_module (picture, &plane, module->column, module->row, n_places);
  }

  return grid->is_light ? -sum : sum;
}

/* From one module to the next along a side. */
static TillPoint
step_along (const TillGrid *grid,
            guint           to)
{
  const TillPoint *at = grid->middles;
  double n = grid->side - 7.0;

  return (TillPoint) { (at[to].x - at[0].x) / n, (at[to].y - at[0].y) / n };
}

/* The fourth corner is where the last alignment pattern fits best. */
static void
seek_fourth (TillGrid            *grid,
             const TillGrey      *picture,
             const TillQrPattern *pattern)
{
  TillPoint *at = grid->middles, across = step_along (grid, 1), down = step_along (grid, 3);
  TillPoint middle = { at[1].x + at[3].x - at[0].x, at[1].y + at[3].y - at[0].y }, best = middle;
  int reach = (int) REACH_OF_FOURTH (grid->side);
  double highest = -G_MAXDOUBLE;

  for (int i = -reach; grid->side > TILL_QR_LEAST_SIDE && i <= reach; i++) {
    for (int j = -reach; j <= reach; j++) {
      double here;

      at[2] = (TillPoint) { middle.x + (across.x * j + down.x * i) / 2,
                            middle.y + (across.y * j + down.y * i) / 2 };
      here = fit (grid, picture, pattern, TILL_QR_ALIGNMENT_MODULES, 1);
      if (here > highest) {
        highest = here;
        best = at[2];
      }
    }
  }
  at[2] = best;
}

/* Moves each corner as long as all fits better for it, in smaller and smaller steps. */
static void
settle (TillGrid            *grid,
        const TillGrey      *picture,
        const TillQrPattern *pattern)
{
  TillPoint across = step_along (grid, 1);
  double module_px = hypot (across.x, across.y);
  double highest = fit (grid, picture, pattern, pattern->n_modules, 2);

  for (double step = FIRST_STEP; step > LAST_STEP; step /= 2) {
    for (guint i = 0; i < 4 * G_N_ELEMENTS (grid->middles); i++) {
      double *at = i % 4 < 2 ? &grid->middles[i / 4].x : &grid->middles[i / 4].y;
      double was = *at, here;

      *at += (i % 2 ? step : -step) * module_px;
      here = fit (grid, picture, pattern, pattern->n_modules, 2);
      if (here > highest)
        highest = here;
      else
        *at = was;
    }
  }
}

/* How far timing modules are light and dark in turn. */
static double
timing (const TillGrid *grid,
        const TillGrey *picture)
{
  Plane plane = plane_of (grid);
  double changes = 0, all = 1, last[2] = { 0 };

  for (guint i = 8; i < grid->side - 8; i++) {
    double here[] = { sample_module (picture, &plane, i, 6, 3),
                      sample_module (picture, &plane, 6, i, 3) };

    for (guint j = 0; j < G_N_ELEMENTS (here); j++) {
      double change = (here[j] - last[j]) * (i % 2 ? 1 : -1);

      changes += i > 8 ? change : 0;
      all += i > 8 ? fabs (change) : 0;
      last[j] = here[j];
    }
  }

  return (grid->is_light ? -changes : changes) / all;
}

/* Rows and columns cut what is turned aslant, and so do they measure its modules. */
static double
modules_between (const TillFinder *from,
                 const TillFinder *to)
{
  double x = to->at.x - from->at.x, y = to->at.y - from->at.y, squares = x * x + y * y;

  return squares / ((from->module_px + to->module_px) / 2 * MAX (fabs (x), fabs (y)));
}

/* The size that has the best timing of those near to what the corners tell. */
static gboolean
choose_side (TillGrid        *best,
             const TillGrey  *picture,
             const TillThree *three,
             TillQrPattern   *pattern)
{
  const TillFinder *at = three->corners;
  double side = 7 + (modules_between (&at[0], &at[1]) + modules_between (&at[0], &at[2])) / 2;
  double guess = (side - TILL_QR_LEAST_SIDE) / TILL_QR_SIDE_STEP, slack = MAX (1, guess / 6);
  double most = LEAST_TIMING;
  int last = (TILL_QR_MOST_SIDE - TILL_QR_LEAST_SIDE) / TILL_QR_SIDE_STEP;

  for (int i = MAX ((int) ceil (guess - slack), 0); i <= MIN (guess + slack, last); i++) {
    TillGrid grid = {
      { at[0].at, at[1].at, { 0 }, at[2].at },
      TILL_QR_LEAST_SIDE + TILL_QR_SIDE_STEP * (guint) i, at[0].is_light,
    };
    double here;

    till_qr_pattern_fill (pattern, grid.side);
    seek_fourth (&grid, picture, pattern);
    here = timing (&grid, picture);
    if (here > most) {
      most = here;
      *best = grid;
    }
  }

  return most > LEAST_TIMING;
}

static gboolean
is_code (const TillGrid      *grid,
         const TillGrey      *picture,
         const TillQrPattern *pattern)
{
  gsize n = (gsize) grid->side * grid->side;
  g_autofree float *values = g_new (float, n), *beside = g_new (float, n);
  guint n_right = 0;

  till_grid_fetch (grid, picture, values);
  till_modules_compare (values, grid->side, REACH, beside);
  for (guint i = 0; i < pattern->n_modules; i++) {
    const TillQrModule *module = &pattern->modules[i];

    n_right += (beside[module->row * grid->side + module->column] > 0) == module->is_light;
  }

  return n_right >= LEAST_RIGHT * pattern->n_modules;
}

/**
 * till_grid_lay:
 * @self: (out)
 * @picture: at least two pixels wide and high
 * @three: in pixels of @picture
 *
 * Finds out how many modules a code has and where each of them is.
 *
 * Returns: %FALSE where there seems to be no code
 */
gboolean
till_grid_lay (TillGrid        *self,
               const TillGrey  *picture,
               const TillThree *three)
{
  g_autofree TillQrPattern *pattern = g_new (TillQrPattern, 1);

  g_return_val_if_fail (picture->width >= 2 && picture->height >= 2, FALSE);

  if (!choose_side (self, picture, three, pattern))
    return FALSE;

  till_qr_pattern_fill (pattern, self->side);
  settle (self, picture, pattern);

  return is_code (self, picture, pattern);
}

/**
 * till_grid_fetch:
 * @values: (out): how light each module is, row by row; dark ones are those of the code
 */
void
till_grid_fetch (const TillGrid *self,
                 const TillGrey *picture,
                 float          *values)
{
  Plane plane = plane_of (self);

  for (guint row = 0; row < self->side; row++) {
    for (guint column = 0; column < self->side; column++) {
      float value = sample_module (picture, &plane, column, row, 3);

      values[row * self->side + column] = self->is_light ? 255 - value : value;
    }
  }
}

/**
 * till_grid_at:
 *
 * Returns: where a place of the code is in the picture, in modules from its upper left end
 */
TillPoint
till_grid_at (const TillGrid *self,
              double          column,
              double          row)
{
  Plane plane = plane_of (self);

  return project (&plane, column, row);
}
