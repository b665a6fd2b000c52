/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/scan-view.h"

#include <math.h>

#include "code/region.h"

/* The longer side that a camera's frame usually has; a larger one is looked at in about this
 * size, and its regions as sharp as MOST_PIXELS allows. */
#define BASE_SIDE 1280

/* What a pass on a region reads has at most so many pixels: they bound its time. That of zbar grows
 * with the third power of what looks like a corner of a QR code, of which cloth has many. */
#define MOST_PIXELS      (720 * 480)
#define MOST_ZBAR_PIXELS (500 * 400)

/* How far around a pixel sharpening looks, in pixels of the base: about a module of a code that is
 * hard to read; and how much more unlike this a pixel becomes. */
#define SHARPEN_PX    1.4
#define CRISP_EIGHTHS 4
#define SHARP_EIGHTHS 18

/* How thick each bar of a fence is, more where a view is enlarged: no decoder takes it for
 * noise. */
#define FENCE_PX 3

void
till_scan_view_clear (TillScanView *self)
{
  till_canvas_clear (&self->shrunk);
  till_canvas_clear (&self->half);
  till_canvas_clear (&self->picture);
}

static TillBox
whole (const TillGrey *picture)
{
  return (TillBox) { 0, 0, picture->width, picture->height };
}

static void
find_regions (TillScanView *self)
{
  TillBox base = whole (&self->base);
  guint halving = MIN (2, MIN (base.width, base.height));
  guint times = self->factor * halving;
  TillGrey half;

  till_canvas_shrink (&self->half, &self->base, &base, halving);
  half = till_canvas_get (&self->half);
  self->n_regions = till_regions_find (&half, self->regions, TILL_SCAN_N_REGIONS);
  for (guint i = 0; i < self->n_regions; i++) {
    TillBox *box = &self->regions[i];

    *box = (TillBox) { box->x * times, box->y * times, box->width * times, box->height * times };
  }
}

/**
 * till_scan_view_take:
 * @frame: must outlive the passes on it
 *
 * Gets a frame ready for passes.
 */
void
till_scan_view_take (TillScanView   *self,
                     const TillGrey *frame)
{
  guint longer = MAX (frame->width, frame->height), shorter = MIN (frame->width, frame->height);
  TillBox all = whole (frame);

  self->frame = self->base = *frame;
  self->factor = MIN ((longer + BASE_SIDE - 1) / BASE_SIDE, shorter);
  if (self->factor > 1) {
    till_canvas_shrink (&self->shrunk, frame, &all, self->factor);
    self->base = till_canvas_get (&self->shrunk);
  }
  self->has_bars = FALSE;
  find_regions (self);
}

static gboolean
choose_box (const TillScanView *self,
            TillScanPart        part,
            const TillBox      *last,
            TillBox            *box)
{
  switch (part) {
  case TILL_SCAN_OF_FRAME:
    *box = whole (&self->frame);
    return TRUE;
  case TILL_SCAN_OF_LAST:
    if (last)
      *box = *last;
    return last != NULL;
  case TILL_SCAN_OF_BARS_1:
  case TILL_SCAN_OF_BARS_2:
  case TILL_SCAN_OF_BARS_3:
    return FALSE;
  case TILL_SCAN_OF_REGION_1:
  case TILL_SCAN_OF_REGION_2:
  case TILL_SCAN_OF_REGION_3:
    if (part - TILL_SCAN_OF_REGION_1 < self->n_regions)
      *box = self->regions[part - TILL_SCAN_OF_REGION_1];
    return part - TILL_SCAN_OF_REGION_1 < self->n_regions;
  }
  g_assert_not_reached ();
}

static gsize
most_pixels (const TillScanPass *pass)
{
  return pass->by == TILL_SCAN_BY_ZBAR || pass->by == TILL_SCAN_BY_ZBAR_2 ? MOST_ZBAR_PIXELS
                                                                         : MOST_PIXELS;
}

/* An upright region in whole steps, as sharp as it may be; FALSE where it must be fetched
 * otherwise. */
static gboolean
shrink (TillScanView       *self,
        const TillScanPass *pass,
        const TillBox      *box)
{
  guint times = pass->scale == 0.5 ? 2 : 1;
  guint factor = pass->part == TILL_SCAN_OF_FRAME ? self->factor * times : times;
  const gsize n_pixels = (gsize) box->width * box->height;

  if (pass->degrees != 0 || pass->scale > 1)
    return FALSE;
  while (pass->part != TILL_SCAN_OF_FRAME && factor < self->factor * times &&
         n_pixels / factor / factor > most_pixels (pass))
    factor++;
  if (pass->part != TILL_SCAN_OF_FRAME && n_pixels / factor / factor > most_pixels (pass))
    return FALSE;
  if (MIN (box->width, box->height) < factor)
    return FALSE;

  till_canvas_shrink (&self->picture, &self->frame, box, factor);
  self->warp = (TillWarp) {
    factor, 0, box->x + (factor - 1) / 2.0, 0, factor, box->y + (factor - 1) / 2.0,
  };

  return TRUE;
}

/* A box in frame pixels, in pixels of the base picture. */
static TillBox
in_base (const TillScanView *self,
         const TillBox      *box)
{
  TillBox scaled = { box->x / self->factor, box->y / self->factor,
                     MAX (box->width / self->factor, 1), MAX (box->height / self->factor, 1) };

  return scaled;
}

static void
turn (TillScanView       *self,
      const TillScanPass *pass,
      const TillBox      *box)
{
  TillBox base = in_base (self, box);
  guint width, height;
  double scale = pass->scale, factor = self->factor;
  TillWarp warp = till_warp_turn (&base, pass->degrees, scale, &width, &height);

  if ((gsize) width * height > most_pixels (pass)) {
    scale *= sqrt ((double) most_pixels (pass) / ((double) width * height));
    warp = till_warp_turn (&base, pass->degrees, scale, &width, &height);
  }
  till_canvas_warp (&self->picture, &self->base, &warp, width, height);
  self->warp = (TillWarp) {
    warp.a * factor, warp.b * factor, warp.c * factor,
    warp.d * factor, warp.e * factor, warp.f * factor,
  };
}

/* Upright, and flattened to few rows: what spoils one line of the bars does not spoil their sum. */
static gboolean
take_bars (TillScanView       *self,
           const TillScanPass *pass)
{
  guint which = pass->part - TILL_SCAN_OF_BARS_1;
  double factor = self->factor, wide, high;
  TillBars *bars = &self->bars[which];
  const TillPoint *corners = bars->corners;

  if (!self->has_bars)
    self->n_bars = till_bars_find (&self->base, self->bars, TILL_SCAN_N_BARS);
  self->has_bars = TRUE;
  if (which >= self->n_bars)
    return FALSE;

  till_bars_fetch (bars, &self->base, pass->scale, &self->picture);
  wide = self->picture.width / factor;
  high = self->picture.height / factor;
  self->warp = (TillWarp) {
    .a = (corners[1].x - corners[0].x) / wide,
    .b = (corners[3].x - corners[0].x) / high,
    .c = corners[0].x * factor,
    .d = (corners[1].y - corners[0].y) / wide,
    .e = (corners[3].y - corners[0].y) / high,
    .f = corners[0].y * factor,
  };

  return TRUE;
}

/* Along and across, but what was summed up along its bars has only the way across them. */
static void
sharpen (TillScanView       *self,
         const TillScanPass *pass,
         guint               eighths)
{
  guint radius = (guint) (SHARPEN_PX * pass->scale + 0.5);

  till_canvas_sharpen (&self->picture, radius, pass->part >= TILL_SCAN_OF_BARS_1 ? 0 : radius,
                       eighths);
}

static void
change (TillScanView       *self,
        const TillScanPass *pass)
{
  if (pass->change & TILL_SCAN_BLURRED)
    till_canvas_blur (&self->picture);
  if (pass->change & TILL_SCAN_CRISP)
    sharpen (self, pass, CRISP_EIGHTHS);
  if (pass->change & TILL_SCAN_SHARPENED)
    sharpen (self, pass, SHARP_EIGHTHS);
  if (pass->change & TILL_SCAN_INVERTED)
    till_canvas_invert (&self->picture);
}

/**
 * till_scan_view_make:
 * @last: (nullable): where a code was a moment ago, in frame pixels
 *
 * Makes the picture that @pass reads.
 *
 * Returns: %FALSE where the frame has no such part
 */
gboolean
till_scan_view_make (TillScanView       *self,
                     const TillScanPass *pass,
                     const TillBox      *last)
{
  TillBox box;

  if (pass->part >= TILL_SCAN_OF_BARS_1) {
    if (!take_bars (self, pass))
      return FALSE;
  } else if (!choose_box (self, pass->part, last, &box)) {
    return FALSE;
  } else if (!shrink (self, pass, &box)) {
    turn (self, pass, &box);
  }

  change (self, pass);

  return TRUE;
}

/* How far a place in the picture is inside it and the frame, in its pixels; below 0: outside. */
static double
depth (const TillScanView *self,
       double              x,
       double              y,
       gboolean            has_ends)
{
  const TillWarp *warp = &self->warp;
  TillPoint at = till_warp_apply (warp, (TillPoint) { x, y });
  double px = hypot (warp->a, warp->d);   /* of the frame */
  double wide = MIN (MIN (at.x, self->frame.width - 1 - at.x) / px,
                     MIN (x, self->picture.width - 1 - x));
  double high = MIN (at.y, self->frame.height - 1 - at.y) / px;

  return MIN (wide, has_ends ? MIN (high, MIN (y, self->picture.height - 1 - y)) : high);
}

/**
 * till_scan_view_holds:
 * @point: in pixels of the picture
 *
 * Returns: whether the picture shows something of the frame there
 */
gboolean
till_scan_view_holds (const TillScanView *self,
                      TillPoint           point)
{
  return depth (self, point.x, point.y, TRUE) >= 0;
}

/**
 * till_scan_view_fence:
 * @pass: that the view was made for
 *
 * Puts a thin light and a dark bar where the picture or the frame ends. What is read then, too, has
 * light around it of its own: it was not cut off.
 */
void
till_scan_view_fence (TillScanView       *self,
                      const TillScanPass *pass)
{
  /* Bars that were summed up have no ends above and below, and few rows. */
  gboolean has_ends = pass->part < TILL_SCAN_OF_BARS_1;
  double thick = has_ends ? FENCE_PX * MAX (pass->scale, 1) : FENCE_PX;

  for (guint y = 0; y < self->picture.height; y++) {
    guint8 *row = self->picture.pixels + (gsize) y * self->picture.width;
    guint8 least = 255, most = 0;

    for (guint x = 0; x < self->picture.width; x++) {
      least = MIN (least, row[x]);
      most = MAX (most, row[x]);
    }
    for (guint x = 0; x < self->picture.width; x++) {
      double inside = depth (self, x, y, has_ends);

      if (inside < 2 * thick)
        row[x] = inside < thick ? least : most;
    }
  }
}
