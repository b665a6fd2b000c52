/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/grey.h"

#include <math.h>
#include <string.h>

/* Fixed point of the warp: sixteen bits behind the point. */
#define ONE  65536
#define HALF 32768

/**
 * till_canvas_resize:
 *
 * Makes room; the pixels are then anything.
 */
void
till_canvas_resize (TillCanvas *self,
                    guint       width,
                    guint       height)
{
  gsize n_bytes = (gsize) width * height;

  if (n_bytes > self->room) {
    g_free (self->pixels);
    self->pixels = g_malloc (n_bytes);
    self->room = n_bytes;
  }
  self->width = width;
  self->height = height;
}

/**
 * till_canvas_clear:
 *
 * Gives the memory back; the canvas may be used again.
 */
void
till_canvas_clear (TillCanvas *self)
{
  g_clear_pointer (&self->pixels, g_free);
  *self = (TillCanvas) { 0 };
}

/**
 * till_canvas_get:
 *
 * Returns: the picture, valid until the canvas changes
 */
TillGrey
till_canvas_get (const TillCanvas *self)
{
  return (TillGrey) { self->pixels, self->width, self->height, self->width };
}

static void
copy_rows (TillCanvas     *self,
           const TillGrey *from,
           const TillBox  *box)
{
  for (guint y = 0; y < self->height; y++)
    memcpy (self->pixels + (gsize) y * self->width,
            from->pixels + (box->y + y) * from->stride + box->x, self->width);
}

/* The camera's usual case, so that the compiler can do sixteen pixels at once. */
static void
halve_rows (TillCanvas     *self,
            const TillGrey *from,
            const TillBox  *box)
{
  for (guint y = 0; y < self->height; y++) {
    const guint8 *upper = from->pixels + (box->y + 2 * y) * from->stride + box->x;
    const guint8 *lower = upper + from->stride;
    guint8 *row = self->pixels + (gsize) y * self->width;

    for (guint x = 0; x < self->width; x++)
      row[x] = (guint8) ((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 2)
                         >> 2);
  }
}

static void
average_rows (TillCanvas     *self,
              const TillGrey *from,
              const TillBox  *box,
              guint           factor)
{
  g_autofree guint32 *sums = g_new (guint32, self->width);
  guint32 n_pixels = factor * factor;

  for (guint y = 0; y < self->height; y++) {
    memset (sums, 0, self->width * sizeof *sums);
    for (guint dy = 0; dy < factor; dy++) {
      const guint8 *row = from->pixels + (box->y + (gsize) y * factor + dy) * from->stride + box->x;

      for (guint x = 0; x < self->width; x++) {
        for (guint dx = 0; dx < factor; dx++)
          sums[x] += row[(gsize) x * factor + dx];
      }
    }
    for (guint x = 0; x < self->width; x++)
      self->pixels[(gsize) y * self->width + x] = (guint8) ((sums[x] + n_pixels / 2) / n_pixels);
  }
}

/**
 * till_canvas_shrink:
 * @box: what is wanted of @from
 * @factor: 1 copies; else each pixel is the mean of @factor × @factor, and what is left at the
 *   edges is dropped; at most the box's shorter side
 *
 * Fills the canvas with a part of a picture.
 */
void
till_canvas_shrink (TillCanvas     *self,
                    const TillGrey *from,
                    const TillBox  *box,
                    guint           factor)
{
  g_return_if_fail (factor >= 1 && box->width >= factor && box->height >= factor);
  g_return_if_fail (box->x + box->width <= from->width && box->y + box->height <= from->height);

  till_canvas_resize (self, box->width / factor, box->height / factor);
  if (factor == 1)
    copy_rows (self, from, box);
  else if (factor == 2)
    halve_rows (self, from, box);
  else
    average_rows (self, from, box, factor);
}

/* The mean of the four pixels around a point in fixed point; mid grey outside. */
static inline guint8
sample (const TillGrey *from,
        gint64          x,
        gint64          y)
{
  gint64 column = x >> 16, row = y >> 16;
  gint32 right = (gint32) (x & (ONE - 1)) >> 8, below = (gint32) (y & (ONE - 1)) >> 8;
  const guint8 *at;
  gint32 upper, lower;

  if (column < 0 || row < 0 || column + 1 >= from->width || row + 1 >= from->height)
    return 128;

  at = from->pixels + (gsize) row * from->stride + column;
  upper = at[0] * (256 - right) + at[1] * right;
  lower = at[from->stride] * (256 - right) + at[from->stride + 1] * right;

  return (guint8) ((upper * (256 - below) + lower * below + HALF) >> 16);
}

/**
 * till_canvas_warp:
 * @warp: from the canvas to @from
 *
 * Fills the canvas with a picture that is turned, enlarged or both.
 */
void
till_canvas_warp (TillCanvas     *self,
                  const TillGrey *from,
                  const TillWarp *warp,
                  guint           width,
                  guint           height)
{
  gint64 step_x = llround (warp->a * ONE), step_y = llround (warp->d * ONE);

  g_return_if_fail (width >= 1 && height >= 1);

  till_canvas_resize (self, width, height);
  for (guint y = 0; y < height; y++) {
    gint64 from_x = llround ((warp->b * y + warp->c) * ONE);
    gint64 from_y = llround ((warp->e * y + warp->f) * ONE);
    guint8 *row = self->pixels + (gsize) y * width;

    for (guint x = 0; x < width; x++) {
      row[x] = sample (from, from_x, from_y);
      from_x += step_x;
      from_y += step_y;
    }
  }
}

/* Adds the pixels of a straight row, @down of the way from the upper two corners to the lower two. */
static void
add_stretched (const TillGrey  *from,
               const TillPoint *corners,
               double           down,
               guint            width,
               guint32         *sums)
{
  double left_x = corners[0].x + (corners[3].x - corners[0].x) * down;
  double left_y = corners[0].y + (corners[3].y - corners[0].y) * down;
  double right_x = corners[1].x + (corners[2].x - corners[1].x) * down;
  double right_y = corners[1].y + (corners[2].y - corners[1].y) * down;
  gint64 from_x = llround (left_x * ONE), step_x = llround ((right_x - left_x) / width * ONE);
  gint64 from_y = llround (left_y * ONE), step_y = llround ((right_y - left_y) / width * ONE);

  for (guint x = 0; x < width; x++) {
    sums[x] += sample (from, from_x, from_y);
    from_x += step_x;
    from_y += step_y;
  }
}

/**
 * till_canvas_stretch:
 * @corners: the four of what is wanted in @from: upper left, upper right, lower right, lower left
 * @height: of what is fetched, in rows
 * @n_rows: so many of them become one row of the canvas, their mean; what is left at the end is
 *   dropped; at least 1, at most @height
 *
 * Fills the canvas with a part of a picture that has straight rows, each of its own length.
 */
void
till_canvas_stretch (TillCanvas      *self,
                     const TillGrey  *from,
                     const TillPoint *corners,
                     guint            width,
                     guint            height,
                     guint            n_rows)
{
  g_autofree guint32 *sums = g_new (guint32, width);

  g_return_if_fail (width >= 1 && n_rows >= 1 && n_rows <= height);

  till_canvas_resize (self, width, height / n_rows);
  for (guint y = 0; y < self->height; y++) {
    memset (sums, 0, width * sizeof *sums);
    for (guint i = 0; i < n_rows; i++)
      add_stretched (from, corners, (y * n_rows + i + 0.5) / height, width, sums);
    for (guint x = 0; x < width; x++)
      self->pixels[(gsize) y * width + x] = (guint8) ((sums[x] + n_rows / 2) / n_rows);
  }
}

/**
 * till_canvas_blur:
 *
 * Each pixel becomes the mean of itself and its eight neighbours; the rim stays. Takes the grid of
 * a photographed screen away.
 */
void
till_canvas_blur (TillCanvas *self)
{
  g_autofree guint16 *columns = g_new (guint16, self->width);
  g_autofree guint8 *above = g_memdup2 (self->pixels, self->width);

  for (guint y = 1; y + 1 < self->height; y++) {
    guint8 *row = self->pixels + (gsize) y * self->width;
    const guint8 *below = row + self->width;

    for (guint x = 0; x < self->width; x++)
      columns[x] = (guint16) (above[x] + row[x] + below[x]);
    memcpy (above, row, self->width);
    for (guint x = 1; x + 1 < self->width; x++)
      row[x] = (guint8) ((guint32) (columns[x - 1] + columns[x] + columns[x + 1]) * 7282 >> 16);
  }
}

/* Of the row @y: sums of the pixels up to @radius_y rows away; the rim counts again where there are
 * no rows. */
static void
sum_columns (const TillCanvas *self,
             guint             y,
             guint             radius_y,
             guint16          *sums)
{
  memset (sums, 0, self->width * sizeof *sums);
  for (guint i = 0; i <= 2 * radius_y; i++) {
    guint at = MIN (MAX (y + i, radius_y) - radius_y, self->height - 1);
    const guint8 *row = self->pixels + (gsize) at * self->width;

    for (guint x = 0; x < self->width; x++)
      sums[x] += row[x];
  }
}

static void
sharpen_row (const guint8  *row,
             const guint16 *columns,
             guint          width,
             guint          radius,
             gint32         n_pixels,
             gint32         eighths,
             guint8        *sharp)
{
  gint32 sum = 0;

  for (guint i = 0; i <= 2 * radius; i++)
    sum += columns[MIN (MAX (i, radius) - radius, width - 1)];
  for (guint x = 0; x < width; x++) {
    gint32 value = row[x] + (row[x] * n_pixels - sum) * eighths / (8 * n_pixels);

    sharp[x] = (guint8) CLAMP (value, 0, 255);
    sum += columns[MIN (x + radius + 1, width - 1)];
    sum -= columns[MAX (x, radius) - radius];
  }
}

/**
 * till_canvas_sharpen:
 * @radius_x: of what a pixel is compared with, at most 30
 * @radius_y: likewise, at most 30; 0 where only what stands upright is to be sharpened
 * @eighths: of its difference to the mean around it, by which a pixel becomes more unlike it
 *
 * Gives back some of what the lens or the hand took away.
 */
void
till_canvas_sharpen (TillCanvas *self,
                     guint       radius_x,
                     guint       radius_y,
                     guint       eighths)
{
  gsize n_bytes = (gsize) self->width * self->height;
  g_autofree guint16 *columns = g_new (guint16, self->width);
  g_autofree guint8 *sharp = g_malloc (n_bytes);

  g_return_if_fail (radius_x <= 30 && radius_y <= 30);

  for (guint y = 0; y < self->height; y++) {
    sum_columns (self, y, radius_y, columns);
    sharpen_row (self->pixels + (gsize) y * self->width, columns, self->width, radius_x,
                 (gint32) ((2 * radius_x + 1) * (2 * radius_y + 1)), (gint32) eighths,
                 sharp + (gsize) y * self->width);
  }
  memcpy (self->pixels, sharp, n_bytes);
}

/**
 * till_canvas_invert:
 *
 * Light becomes dark.
 */
void
till_canvas_invert (TillCanvas *self)
{
  gsize n_bytes = (gsize) self->width * self->height;

  for (gsize i = 0; i < n_bytes; i++)
    self->pixels[i] = (guint8) ~self->pixels[i];
}

/**
 * till_warp_apply:
 *
 * Returns: where @point comes from
 */
TillPoint
till_warp_apply (const TillWarp *self,
                 TillPoint       point)
{
  return (TillPoint) {
    self->a * point.x + self->b * point.y + self->c,
    self->d * point.x + self->e * point.y + self->f,
  };
}

/**
 * till_warp_turn:
 * @degrees: by which the picture is turned round the middle of @box
 * @scale: by which it is enlarged
 * @width: (out): of a canvas that holds all of @box
 *
 * Returns: how a turned picture is fetched
 */
TillWarp
till_warp_turn (const TillBox *box,
                double         degrees,
                double         scale,
                guint         *width,
                guint         *height)
{
  double cosine = cos (degrees * G_PI / 180), sine = sin (degrees * G_PI / 180);
  double whole_x = (box->width * fabs (cosine) + box->height * fabs (sine)) * scale;
  double whole_y = (box->width * fabs (sine) + box->height * fabs (cosine)) * scale;
  TillWarp warp = {
    .a = cosine / scale, .b = sine / scale, .d = -sine / scale, .e = cosine / scale,
  };

  *width = (guint) MAX (1, whole_x);
  *height = (guint) MAX (1, whole_y);
  warp.c = box->x + (box->width - 1) / 2.0 - warp.a * (*width - 1) / 2 - warp.b * (*height - 1) / 2;
  warp.f = box->y + (box->height - 1) / 2.0 - warp.d * (*width - 1) / 2 -
           warp.e * (*height - 1) / 2;

  return warp;
}
