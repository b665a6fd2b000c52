/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/three.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Which corners belong together. Cloth, gravel and print are full of false ones, so little may be
 * spent on each three. */

/* Of each colour, the most certain corners, which are tried in threes; and the threes whose pixels
 * are looked at. */
#define MOST_FINDERS 28
#define MOST_THREES  60

/* How unlike each other modules and sides may be, seen aslant; and the cosine of their angle. */
#define MOST_MODULES 2.0
#define MOST_SIDES   0.8   /* natural logarithm of the ratio */
#define MOST_COSINE  0.65

/* From corner to corner, in modules: 14 and 170, with room for what was measured wrongly. */
#define LEAST_DISTANCE 8
#define MOST_DISTANCE  240

#define LEAST_LIKENESS 0.7

/* Around a corner, with the light around it: nine by nine. */
#define SIDE     9
#define N_PIXELS (SIDE * SIDE)

/* A true corner is met in each row of its middle square that is looked at. */
static double
certainty (const TillFinder *finder)
{
  return MIN (finder->n_rows / (finder->module_px * 3 / TILL_FINDER_ROW_STEP), 1);
}

static int
compare_certainty (const void *a,
                   const void *b)
{
  double left = certainty (*(const TillFinder *const *) a);
  double right = certainty (*(const TillFinder *const *) b);

  return left < right ? 1 : left > right ? -1 : 0;
}

/* The most certain ones of each colour, in their order. */
static guint
keep_certain (const TillFinder **sorted,
              guint              n_finders)
{
  guint n_kept[2] = { 0 }, n = 0;

  for (guint i = 0; i < n_finders; i++) {
    if (n_kept[sorted[i]->is_light]++ < MOST_FINDERS)
      sorted[n++] = sorted[i];
  }

  return n;
}

static double
distance (const TillFinder *from,
          const TillFinder *to)
{
  return hypot (to->at.x - from->at.x, to->at.y - from->at.y);
}

static void
swap (TillFinder *a,
      TillFinder *b)
{
  TillFinder was = *a;

  *a = *b;
  *b = was;
}

/* Puts the corner between the others first, and the others so that they turn as in a code. */
static void
arrange (TillFinder *at)
{
  double sides[] = { distance (&at[1], &at[2]), distance (&at[0], &at[2]),
                     distance (&at[0], &at[1]) };
  guint first = sides[0] >= MAX (sides[1], sides[2]) ? 0 : sides[1] >= sides[2] ? 1 : 2;
  double turn;

  if (first > 0)
    swap (&at[0], &at[first]);
  turn = (at[1].at.x - at[0].at.x) * (at[2].at.y - at[0].at.y) -
         (at[1].at.y - at[0].at.y) * (at[2].at.x - at[0].at.x);
  if (turn < 0)
    swap (&at[1], &at[2]);
}

/* How unlike they are to the corners of a code; below 0: they are none. */
static double
cost_of (const TillFinder *at)
{
  double a = distance (&at[0], &at[1]), b = distance (&at[0], &at[2]);
  double c = distance (&at[1], &at[2]);
  double least = MIN (MIN (at[0].module_px, at[1].module_px), at[2].module_px);
  double most = MAX (MAX (at[0].module_px, at[1].module_px), at[2].module_px);
  double cosine = (a * a + b * b - c * c) / (2 * a * b), sides = fabs (log (a / b));

  if (MIN (a, b) < LEAST_DISTANCE * least || MAX (a, b) > MOST_DISTANCE * most ||
      most > MOST_MODULES * least)
    return -1;
  if (sides > MOST_SIDES || fabs (cosine) > MOST_COSINE)
    return -1;

  return sides + fabs (cosine) + log (most / least);
}

static void
keep_cheapest (TillThree       *threes,
               guint           *n_threes,
               const TillThree *three)
{
  guint at = *n_threes;

  while (at > 0 && threes[at - 1].cost > three->cost)
    at--;
  if (at >= MOST_THREES)
    return;
  *n_threes = MIN (*n_threes + 1, MOST_THREES);
  memmove (threes + at + 1, threes + at, (*n_threes - 1 - at) * sizeof *threes);
  threes[at] = *three;
}

static void
try_three (const TillFinder *const *finders,
           TillThree               *threes,
           guint                   *n_threes)
{
  TillThree three = { { *finders[0], *finders[1], *finders[2] }, 0, 0 };

  arrange (three.corners);
  three.cost = cost_of (three.corners);
  if (three.cost >= 0)
    keep_cheapest (threes, n_threes, &three);
}

static guint
group (const TillFinder **finders,
       guint              n_finders,
       TillThree         *threes)
{
  guint n_threes = 0;

  for (guint i = 0; i < n_finders; i++) {
    for (guint j = i + 1; j < n_finders; j++) {
      for (guint k = j + 1; finders[i]->is_light == finders[j]->is_light && k < n_finders; k++) {
        const TillFinder *const at[] = { finders[i], finders[j], finders[k] };

        if (finders[i]->is_light == finders[k]->is_light)
          try_three (at, threes, &n_threes);
      }
    }
  }

  return n_threes;
}

static guint8
pixel (const TillGrey *picture,
       double          x,
       double          y)
{
  guint column = (guint) CLAMP (x + 0.5, 0, picture->width - 1.0);
  guint row = (guint) CLAMP (y + 0.5, 0, picture->height - 1.0);

  return picture->pixels[row * picture->stride + column];
}

static gboolean
must_be_light (const TillFinder *finder,
               int               i)
{
  int ring = MAX (abs (i % SIDE - SIDE / 2), abs (i / SIDE - SIDE / 2));

  return (ring == 2 || ring == 4) != finder->is_light;
}

/* How many pixels around a corner are as they must be, when its sides go along these steps. */
static guint
count_like (const TillFinder *finder,
            const TillGrey   *picture,
            TillPoint         across,
            TillPoint         down)
{
  guint8 values[N_PIXELS];
  guint sums[2] = { 0 }, n_light = 0, n_right = 0, middle;

  for (int i = 0; i < N_PIXELS; i++) {
    int x = i % SIDE - SIDE / 2, y = i / SIDE - SIDE / 2;
    gboolean is_light = must_be_light (finder, i);

    values[i] = pixel (picture, finder->at.x + across.x * x + down.x * y,
                       finder->at.y + across.y * x + down.y * y);
    sums[is_light] += values[i];
    n_light += is_light;
  }
  middle = (sums[0] / (N_PIXELS - n_light) + sums[1] / n_light) / 2;
  for (int i = 0; i < N_PIXELS; i++)
    n_right += (values[i] > middle) == must_be_light (finder, i);

  return n_right;
}

/* A module's length towards another corner; rows and columns cut what is turned aslant. */
static TillPoint
step_towards (const TillFinder *from,
              const TillFinder *to,
              double            module_px)
{
  double x = to->at.x - from->at.x, y = to->at.y - from->at.y, length = hypot (x, y);
  double step = module_px * MAX (fabs (x), fabs (y)) / (length * length);

  return (TillPoint) { x * step, y * step };
}

static double
likeness (const TillThree *three,
          const TillGrey  *picture)
{
  const TillFinder *at = three->corners;
  guint least = N_PIXELS;

  for (guint i = 0; i < G_N_ELEMENTS (three->corners); i++) {
    guint n_right = count_like (&at[i], picture,
                                step_towards (&at[0], &at[1], at[i].module_px),
                                step_towards (&at[0], &at[2], at[i].module_px));

    least = MIN (least, n_right);
  }

  return least / (double) N_PIXELS;
}

static int
compare_likeness (const void *a,
                  const void *b)
{
  const TillThree *left = a, *right = b;

  return left->likeness < right->likeness ? 1 : left->likeness > right->likeness ? -1 : 0;
}

/**
 * till_threes_find:
 * @finders: in @picture's pixels
 * @threes: (out): the likeliest first
 * @n_most: room in @threes
 *
 * Finds corners that belong together.
 *
 * Returns: how many threes were found
 */
guint
till_threes_find (const TillGrey   *picture,
                  const TillFinder *finders,
                  guint             n_finders,
                  TillThree        *threes,
                  guint             n_most)
{
  g_autofree const TillFinder **sorted = g_new (const TillFinder *, n_finders);
  g_autofree TillThree *all = g_new (TillThree, MOST_THREES);
  guint n_all, n_found = 0;

  for (guint i = 0; i < n_finders; i++)
    sorted[i] = &finders[i];
  if (n_finders > 0)
    qsort (sorted, n_finders, sizeof *sorted, compare_certainty);
  n_all = group (sorted, keep_certain (sorted, n_finders), all);
  for (guint i = 0; i < n_all; i++)
    all[i].likeness = likeness (&all[i], picture);
  qsort (all, n_all, sizeof *all, compare_likeness);
  while (n_found < MIN (n_all, n_most) && all[n_found].likeness >= LEAST_LIKENESS) {
    threes[n_found] = all[n_found];
    n_found++;
  }

  return n_found;
}
