/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The part of a frame that a pass looks at. */
typedef enum {
  TILL_SCAN_OF_FRAME,
  TILL_SCAN_OF_LAST,      /* where a code was a moment ago */
  TILL_SCAN_OF_REGION_1,  /* the most promising */
  TILL_SCAN_OF_REGION_2,
  TILL_SCAN_OF_REGION_3,
  TILL_SCAN_OF_BARS_1,    /* what may be a bar code, turned upright and summed up along its bars */
  TILL_SCAN_OF_BARS_2,
  TILL_SCAN_OF_BARS_3,
} TillScanPart;
#define TILL_SCAN_N_REGIONS 3
#define TILL_SCAN_N_BARS    3

/* Who reads, and how hard. */
typedef enum {
  TILL_SCAN_BY_ZBAR,      /* each line of pixels */
  TILL_SCAN_BY_ZBAR_2,    /* each second line */
  TILL_SCAN_BY_ZXING,
  TILL_SCAN_BY_ZXING_HARD,
  TILL_SCAN_BY_DRAWN,     /* codes that are drawn anew, for zbar */
} TillScanBy;

/* What is done to the pixels before, in this order. */
typedef enum {
  TILL_SCAN_AS_IT_IS  = 0,
  TILL_SCAN_BLURRED   = 1 << 0,  /* against the grid of a screen */
  TILL_SCAN_CRISP     = 1 << 1,  /* for what is a little out of focus */
  TILL_SCAN_SHARPENED = 1 << 2,  /* for what is much, or moved, and has little noise */
  TILL_SCAN_INVERTED  = 1 << 3,  /* for dark mode */
} TillScanChange;

/* One way to look at a frame. */
typedef struct {
  TillScanBy      by;
  TillScanPart    part;
  double          scale;    /* of the frame in a camera's usual size */
  double          degrees;  /* by which it is turned */
  TillScanChange  change;
} TillScanPass;

/* When a pass is made. */
typedef enum {
  TILL_SCAN_CHEAP,     /* for each frame, in this order */
  TILL_SCAN_DEAR,      /* in rotation, as long as the frame's time lasts */
  TILL_SCAN_THOROUGH,  /* only where all codes are wanted */
} TillScanTurn;
#define TILL_SCAN_N_TURNS 3

const TillScanPass *till_scan_passes          (TillScanTurn        turn,
                                               guint              *n_passes);
gboolean            till_scan_pass_is_by_zbar (const TillScanPass *self);

G_END_DECLS
