/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/modules.h"

/**
 * till_modules_sharpen:
 * @strength: by which a module becomes more unlike its four neighbours; 0 does nothing
 *
 * Takes back what a lens out of focus or a hand did: each module has something of its neighbours.
 */
void
till_modules_sharpen (float *values,
                      guint  side,
                      float  strength)
{
  g_autofree float *before = g_memdup2 (values, (gsize) side * side * sizeof *values);

  for (guint y = 0; y < side; y++) {
    const float *row = before + y * side;
    const float *above = y ? row - side : row, *below = y + 1 < side ? row + side : row;

    for (guint x = 0; x < side; x++) {
      float around = above[x] + below[x] + row[x ? x - 1 : x] + row[MIN (x + 1, side - 1)];

      values[y * side + x] = row[x] + strength * (row[x] - around / 4);
    }
  }
}

/* Of all modules above and to the left of each, with a row and a column of zeros before. */
static float *
sum_up (const float *values,
        guint        side)
{
  guint width = side + 1;
  float *sums = g_new0 (float, (gsize) width * width);

  for (guint y = 0; y < side; y++) {
    float sum = 0;

    for (guint x = 0; x < side; x++) {
      sum += values[y * side + x];
      sums[(y + 1) * width + x + 1] = sums[y * width + x + 1] + sum;
    }
  }

  return sums;
}

/**
 * till_modules_compare:
 * @reach: how far around, in modules
 * @beside: (out): above 0 where a module is lighter than the mean of those around it
 *
 * Tells light from dark where the light is not the same all over.
 */
void
till_modules_compare (const float *values,
                      guint        side,
                      guint        reach,
                      float       *beside)
{
  g_autofree float *sums = sum_up (values, side);
  guint width = side + 1;

  for (guint y = 0; y < side; y++) {
    guint top = MAX (y, reach) - reach, bottom = MIN (y + reach + 1, side);

    for (guint x = 0; x < side; x++) {
      guint left = MAX (x, reach) - reach, right = MIN (x + reach + 1, side);
      float sum = sums[bottom * width + right] - sums[top * width + right] -
                  sums[bottom * width + left] + sums[top * width + left];

      beside[y * side + x] = values[y * side + x] - sum / (float) ((bottom - top) * (right - left));
    }
  }
}
