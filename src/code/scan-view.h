/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/bars.h"
#include "code/grey.h"
#include "code/scan-pass.h"

G_BEGIN_DECLS

/* A frame as the passes look at it; the memory is used again for the next. */
typedef struct {
  TillGrey    frame;
  TillGrey    base;      /* the frame in a camera's usual size */
  guint       factor;    /* frame pixels a pixel of @base */
  TillBox     regions[TILL_SCAN_N_REGIONS];  /* in frame pixels */
  guint       n_regions;
  TillBars    bars[TILL_SCAN_N_BARS];        /* in pixels of @base; found when a pass asks */
  guint       n_bars;
  gboolean    has_bars;
  TillCanvas  shrunk;
  TillCanvas  half;
  TillCanvas  picture;   /* what the last pass got to read */
  TillWarp    warp;      /* from it to the frame */
} TillScanView;

void      till_scan_view_clear (TillScanView       *self);
void      till_scan_view_take  (TillScanView       *self,
                                const TillGrey     *frame);
gboolean  till_scan_view_make  (TillScanView       *self,
                                const TillScanPass *pass,
                                const TillBox      *last);
gboolean  till_scan_view_holds (const TillScanView *self,
                                TillPoint           point);
void      till_scan_view_fence (TillScanView       *self,
                                const TillScanPass *pass);

G_END_DECLS
