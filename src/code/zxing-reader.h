/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* ZXing-C++ where Meson finds it; C and C++ read this file. */

#ifdef __cplusplus
extern "C" {
#endif

/* A QR code holds 7089 digits, or 2953 bytes, which can be two bytes each in UTF-8. */
#define TILL_ZXING_MAX_TEXT 7096

typedef enum {
  TILL_ZXING_QUICK,   /* upright codes */
  TILL_ZXING_TURNED,  /* also those that stand on their side */
  TILL_ZXING_HARD,    /* all that it can do */
} TillZxingEffort;

typedef struct {
  int  is_qr;                          /* else Code 128 */
  int  n_lines;                        /* of pixels that agree on a bar code */
  int  x[4], y[4];
  char text[TILL_ZXING_MAX_TEXT + 1];  /* UTF-8 */
} TillZxingCode;

int till_zxing_read (const unsigned char *pixels,
                     int                  width,
                     int                  height,
                     TillZxingEffort      effort,
                     TillZxingCode       *code);

#ifdef __cplusplus
}
#endif
