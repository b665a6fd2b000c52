/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A picture of what a camera sees, for the one who stands before it: left and right as in a
 * mirror. It never changes; any thread may have it. */
typedef struct {
  GBytes *pixels;  /* blue, green, red, 255: a byte each; no gaps between rows */
  guint   width;
  guint   height;
} TillView;

TillView *till_view_new_mirrored  (const guint8 *pixels,
                                   guint         width,
                                   guint         height,
                                   gsize         stride);
TillView *till_view_new_grey      (const guint8 *pixels,
                                   guint         width,
                                   guint         height,
                                   gsize         stride,
                                   guint         most_px);
TillView *till_view_ref           (TillView     *self);
void      till_view_unref         (TillView     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillView, till_view_unref)

G_END_DECLS
