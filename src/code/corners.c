/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/corners.h"

#include <stdlib.h>
#include <string.h>

/* What looks like a corner of a QR code: runs of 1:1:3:1:1 along and across (ISO/IEC 18004, 6.3.3).
 * Decoders try all threes of them, and no clock stops them meanwhile: a page with thousands of
 * corners keeps one busy for minutes. */

/* Each which row is looked at; odd, so that none of a regular pattern is always missed. */
#define ROW_STEP 7

/* What is dark is so beside the mean of the last pixels, of about so many. */
#define MEAN_SHIFT 5

typedef struct {
  int x, y, module_px;
} Corner;

/* Whether a run is about a third of the middle one, as far as whole pixels tell. */
static gboolean
is_third (int run,
          int middle)
{
  return middle >= 2 && 5 * run >= middle && 2 * run <= middle + 1;
}

/* How many pixels from (x, y) on go up or down on the same side of @threshold; moves @y behind
 * them. */
static int
walk (const TillCanvas *picture,
      int               x,
      int              *y,
      int               step,
      guint8            threshold)
{
  int from = *y;
  gboolean is_dark;

  if (*y < 0 || *y >= (int) picture->height)
    return 0;
  is_dark = picture->pixels[(gsize) *y * picture->width + x] < threshold;
  while (*y >= 0 && *y < (int) picture->height &&
         (picture->pixels[(gsize) *y * picture->width + x] < threshold) == is_dark)
    *y += step;

  return abs (*y - from);
}

/* Whether it is also one from top to bottom. */
static gboolean
is_upright (const TillCanvas *picture,
            Corner           *corner,
            guint8            threshold)
{
  int up = corner->y, down = corner->y;
  int middle = walk (picture, corner->x, &up, -1, threshold) +
               walk (picture, corner->x, &down, 1, threshold) - 1;

  corner->y = (up + down) / 2;

  return middle <= 6 * corner->module_px + 2 && middle >= corner->module_px &&
         is_third (walk (picture, corner->x, &up, -1, threshold), middle) &&
         is_third (walk (picture, corner->x, &down, 1, threshold), middle);
}

static gboolean
is_known (const Corner *corners,
          guint         n_corners,
          const Corner *corner)
{
  for (guint i = 0; i < n_corners; i++) {
    if (abs (corners[i].x - corner->x) <= 2 * corner->module_px &&
        abs (corners[i].y - corner->y) <= 2 * corner->module_px)
      return TRUE;
  }

  return FALSE;
}

/* @ends: of the last five runs and of the one before them */
static gboolean
is_corner (const guint *ends)
{
  int middle = (int) (ends[3] - ends[2]);

  return is_third ((int) (ends[1] - ends[0]), middle) &&
         is_third ((int) (ends[2] - ends[1]), middle) &&
         is_third ((int) (ends[4] - ends[3]), middle) &&
         is_third ((int) (ends[5] - ends[4]), middle);
}

static guint
count_row (const TillCanvas *picture,
           guint             y,
           Corner           *corners,
           guint             n_corners)
{
  const guint8 *row = picture->pixels + (gsize) y * picture->width;
  guint ends[6] = { 0 }, sum = (guint) row[0] << MEAN_SHIFT;
  gboolean was_dark = FALSE;

  for (guint x = 0; x < picture->width && n_corners < TILL_CORNERS_MOST; x++) {
    guint8 mean = (guint8) (sum >> MEAN_SHIFT);
    gboolean is_dark = row[x] < mean;

    sum += row[x];
    sum -= mean;
    if (is_dark == was_dark)
      continue;
    was_dark = is_dark;
    memmove (ends, ends + 1, 5 * sizeof *ends);
    ends[5] = x;
    if (is_corner (ends)) {
      Corner corner = { (int) (ends[2] + ends[3]) / 2, (int) y, (int) (ends[5] - ends[0] + 6) / 7 };

      if (is_upright (picture, &corner, mean) && !is_known (corners, n_corners, &corner))
        corners[n_corners++] = corner;
    }
  }

  return n_corners;
}

/**
 * till_corners_count:
 *
 * Counts what looks like a corner of a QR code, dark or light, in some of the rows.
 *
 * Returns: how many, at most %TILL_CORNERS_MOST
 */
guint
till_corners_count (const TillCanvas *picture)
{
  Corner corners[TILL_CORNERS_MOST];
  guint n_corners = 0;

  for (guint y = ROW_STEP / 2; y < picture->height; y += ROW_STEP)
    n_corners = count_row (picture, y, corners, n_corners);

  return n_corners;
}
