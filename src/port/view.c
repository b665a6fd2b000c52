/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "port/view.h"

#include <string.h>

#define BYTES_A_PIXEL 4

static TillView *
make (guint8 *pixels,   /* (transfer full) */
      guint   width,
      guint   height)
{
  TillView *self = g_atomic_rc_box_new (TillView);

  self->pixels = g_bytes_new_take (pixels, (gsize) width * height * BYTES_A_PIXEL);
  self->width = width;
  self->height = height;

  return self;
}

static void
mirror_row (const guint8 *from,
            guint8       *to,
            guint         width)
{
  for (guint x = 0; x < width; x++)
    memcpy (to + (gsize) (width - 1 - x) * BYTES_A_PIXEL, from + (gsize) x * BYTES_A_PIXEL,
            BYTES_A_PIXEL);
}

/**
 * till_view_new_mirrored:
 * @pixels: blue, green, red and 255 of each, unmirrored; copied
 * @stride: bytes from one row to the next
 *
 * Returns: (transfer full): its mirror image
 */
TillView *
till_view_new_mirrored (const guint8 *pixels,
                        guint         width,
                        guint         height,
                        gsize         stride)
{
  guint8 *mirrored;

  g_return_val_if_fail (width > 0 && height > 0 && stride >= (gsize) width * BYTES_A_PIXEL, NULL);

  mirrored = g_malloc ((gsize) width * height * BYTES_A_PIXEL);
  for (guint y = 0; y < height; y++)
    mirror_row (pixels + y * stride, mirrored + (gsize) y * width * BYTES_A_PIXEL, width);

  return make (mirrored, width, height);
}

/**
 * till_view_new_grey:
 * @pixels: a byte each, 0 is black
 * @most_px: neither side of the view is longer
 *
 * Returns: (transfer full): the mirror image of a grey picture, made smaller by leaving out pixels
 */
TillView *
till_view_new_grey (const guint8 *pixels,
                    guint         width,
                    guint         height,
                    gsize         stride,
                    guint         most_px)
{
  guint times, columns, rows;
  guint8 *mirrored;

  g_return_val_if_fail (width > 0 && height > 0 && stride >= width && most_px > 0, NULL);

  times = (MAX (width, height) + most_px - 1) / most_px;
  columns = (width + times - 1) / times;
  rows = (height + times - 1) / times;
  mirrored = g_malloc ((gsize) columns * rows * BYTES_A_PIXEL);
  for (guint y = 0; y < rows; y++) {
    const guint8 *from = pixels + (gsize) y * times * stride;
    guint8 *to = mirrored + (gsize) y * columns * BYTES_A_PIXEL;

    for (guint x = 0; x < columns; x++) {
      guint8 *pixel = to + (gsize) (columns - 1 - x) * BYTES_A_PIXEL;

      memset (pixel, from[(gsize) x * times], BYTES_A_PIXEL - 1);
      pixel[BYTES_A_PIXEL - 1] = 255;
    }
  }

  return make (mirrored, columns, rows);
}

TillView *
till_view_ref (TillView *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  TillView *self = data;

  g_bytes_unref (self->pixels);
}

void
till_view_unref (TillView *self)
{
  g_atomic_rc_box_release_full (self, clear);
}
