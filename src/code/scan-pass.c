/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "code/scan-pass.h"

/* The order is that of codes read for each millisecond on what the passes before left unread,
 * measured with tests/bench/scan/bench-scan.c --passes on synthetic frames and photographs. */

#define FRAME     TILL_SCAN_OF_FRAME
#define LAST      TILL_SCAN_OF_LAST
#define REGION_1  TILL_SCAN_OF_REGION_1
#define REGION_2  TILL_SCAN_OF_REGION_2
#define REGION_3  TILL_SCAN_OF_REGION_3
#define BARS_1    TILL_SCAN_OF_BARS_1
#define BARS_2    TILL_SCAN_OF_BARS_2
#define BARS_3    TILL_SCAN_OF_BARS_3
#define INVERTED  TILL_SCAN_INVERTED
#define BLURRED   TILL_SCAN_BLURRED
#define CRISP     TILL_SCAN_CRISP
#define SHARPENED TILL_SCAN_SHARPENED
#define ZBAR      TILL_SCAN_BY_ZBAR
#define ZBAR_2    TILL_SCAN_BY_ZBAR_2
#define ZXING     TILL_SCAN_BY_ZXING
#define DRAWN     TILL_SCAN_BY_DRAWN
#define HARD      TILL_SCAN_BY_ZXING_HARD

#ifdef TILL_HAVE_ZXING
static const TillScanPass cheap[] = {
  { ZXING,  LAST,     1,   0 },
  { ZXING,  REGION_1, 1,   0 },
  { DRAWN,  BARS_1,   2,   0, SHARPENED },
  { DRAWN,  REGION_1, 0.5, 0 },
  { DRAWN,  REGION_1, 1,   0 },
  { ZXING,  REGION_1, 1,   0, INVERTED },
  { ZXING,  FRAME,    0.5, 0 },
  { DRAWN,  BARS_1,   2,   0, SHARPENED | INVERTED },
  { ZXING,  BARS_1,   3,   0, SHARPENED },
  { DRAWN,  REGION_1, 2,   0 },
  { DRAWN,  FRAME,    0.5, 0 },
  { DRAWN,  BARS_1,   2,   0, CRISP },
  { ZXING,  FRAME,    1,   0 },
};

static const TillScanPass dear[] = {
  { DRAWN,  REGION_1, 2,   0, BLURRED | SHARPENED },
  { DRAWN,  BARS_2,   2,   0, SHARPENED },
  { ZXING,  REGION_1, 3,   0, SHARPENED },
  { ZBAR_2, REGION_1, 1,   0 },
  { DRAWN,  BARS_1,   3,   0, SHARPENED },
  { ZXING,  REGION_2, 1,   30 },
  { ZXING,  REGION_1, 2,   45, BLURRED | SHARPENED },
  { DRAWN,  REGION_2, 1,   0 },
  { ZBAR,   REGION_1, 1,   -45 },
  { DRAWN,  FRAME,    1,   0 },
  { ZXING,  REGION_1, 2,   30, CRISP },
  { ZXING,  REGION_1, 2,   0, CRISP | INVERTED },
  { HARD,   FRAME,    1,   0 },
  { ZXING,  REGION_2, 2,   0, BLURRED | SHARPENED },
  { HARD,   REGION_1, 2,   0, CRISP },
  { ZXING,  REGION_1, 2,   60, BLURRED | SHARPENED },
  { DRAWN,  BARS_3,   2,   0, SHARPENED },
  { ZBAR,   REGION_1, 1,   30 },
  { ZXING,  REGION_3, 1,   30 },
};
#else
static const TillScanPass cheap[] = {
  { DRAWN,  LAST,     1,   0 },
  { DRAWN,  REGION_1, 0.5, 0 },
  { DRAWN,  BARS_1,   2,   0, SHARPENED },
  { DRAWN,  REGION_1, 1,   0 },
  { ZBAR_2, LAST,     1,   0 },
  { DRAWN,  BARS_1,   2,   0, SHARPENED | INVERTED },
  { DRAWN,  REGION_1, 2,   0 },
  { DRAWN,  FRAME,    0.5, 0 },
  { DRAWN,  BARS_1,   2,   0, CRISP },
  { ZBAR,   REGION_1, 0.5, 0 },
};

static const TillScanPass dear[] = {
  { DRAWN,  REGION_1, 2,   0, BLURRED | SHARPENED },
  { DRAWN,  BARS_2,   2,   0, SHARPENED },
  { ZBAR_2, REGION_1, 1,   0 },
  { DRAWN,  BARS_1,   3,   0, SHARPENED },
  { DRAWN,  REGION_2, 1,   0 },
  { ZBAR_2, REGION_1, 2,   15, CRISP },
  { ZBAR_2, REGION_1, 1,   0, INVERTED },
  { DRAWN,  FRAME,    1,   0 },
  { ZBAR,   REGION_1, 1,   30 },
  { ZBAR_2, FRAME,    0.5, 0 },
  { ZBAR,   REGION_1, 1,   -45 },
  { DRAWN,  BARS_3,   2,   0, SHARPENED },
  { DRAWN,  REGION_3, 1,   0 },
  { ZBAR_2, REGION_2, 1,   0 },
  { ZBAR,   REGION_2, 1,   30 },
  { ZBAR_2, FRAME,    1,   0 },
  { DRAWN,  FRAME,    2,   0 },   /* as large as it may be */
};
#endif

static const TillScanPass thorough[] = {
  { ZBAR,   FRAME,    1,   0 },
  { ZBAR,   FRAME,    0.5, 0 },
  { ZBAR,   FRAME,    1,   0, INVERTED },
  { ZBAR,   REGION_2, 1,   0 },
  { ZBAR,   REGION_3, 1,   0 },
  { ZBAR,   REGION_3, 2,   0 },
};

#define PASSES(table) { table, G_N_ELEMENTS (table) }
static const struct {
  const TillScanPass *passes;
  guint               n_passes;
} turns[TILL_SCAN_N_TURNS] = {
  [TILL_SCAN_CHEAP]    = PASSES (cheap),
  [TILL_SCAN_DEAR]     = PASSES (dear),
  [TILL_SCAN_THOROUGH] = PASSES (thorough),
};

/**
 * till_scan_passes:
 * @n_passes: (out): how many there are
 *
 * Returns: the passes of this turn, in their order
 */
const TillScanPass *
till_scan_passes (TillScanTurn  turn,
                  guint        *n_passes)
{
  g_return_val_if_fail ((guint) turn < TILL_SCAN_N_TURNS, NULL);

  *n_passes = turns[turn].n_passes;

  return turns[turn].passes;
}

gboolean
till_scan_pass_is_by_zbar (const TillScanPass *self)
{
  return self->by == TILL_SCAN_BY_ZBAR || self->by == TILL_SCAN_BY_ZBAR_2;
}
