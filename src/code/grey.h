/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A grey picture that somebody else owns: one byte a pixel, 0 is black. */
typedef struct {
  const guint8 *pixels;
  guint         width;
  guint         height;
  gsize         stride;  /* bytes from one row to the next, at least @width */
} TillGrey;

/* Pixels of a picture; it lies wholly inside. */
typedef struct {
  guint x, y, width, height;
} TillBox;

typedef struct {
  double x, y;
} TillPoint;

/* Where a pixel of a new picture comes from: x' = a x + b y + c, y' = d x + e y + f. */
typedef struct {
  double a, b, c, d, e, f;
} TillWarp;

/* A grey picture of our own without gaps between rows; its memory is used again. */
typedef struct {
  guint8 *pixels;
  guint   width;
  guint   height;
  gsize   room;    /* bytes that @pixels has */
} TillCanvas;

void       till_canvas_clear   (TillCanvas       *self);
TillGrey   till_canvas_get     (const TillCanvas *self);
void       till_canvas_resize  (TillCanvas       *self,
                                guint             width,
                                guint             height);
void       till_canvas_shrink  (TillCanvas       *self,
                                const TillGrey   *from,
                                const TillBox    *box,
                                guint             factor);
void       till_canvas_warp    (TillCanvas       *self,
                                const TillGrey   *from,
                                const TillWarp   *warp,
                                guint             width,
                                guint             height);
void       till_canvas_stretch (TillCanvas       *self,
                                const TillGrey   *from,
                                const TillPoint  *corners,
                                guint             width,
                                guint             height,
                                guint             n_rows);
void       till_canvas_blur    (TillCanvas       *self);
void       till_canvas_sharpen (TillCanvas       *self,
                                guint             radius_x,
                                guint             radius_y,
                                guint             eighths);
void       till_canvas_invert  (TillCanvas       *self);

TillPoint  till_warp_apply     (const TillWarp   *self,
                                TillPoint         point);
TillWarp   till_warp_turn      (const TillBox    *box,
                                double            degrees,
                                double            scale,
                                guint            *width,
                                guint            *height);

G_END_DECLS
