/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Modules a side of the smallest and of the largest QR code, and what a version adds. */
#define TILL_QR_LEAST_SIDE 21
#define TILL_QR_MOST_SIDE  177
#define TILL_QR_SIDE_STEP  4

/* More than any QR code has. */
#define TILL_QR_MOST_FIXED 2300

/* Those of an alignment pattern. */
#define TILL_QR_ALIGNMENT_MODULES 25

typedef struct {
  guint8   column, row;
  gboolean is_light;
  float    weight;    /* above 0 where light; light and dark of a pattern weigh the same */
} TillQrModule;

/* What all QR codes of a size have in common. */
typedef struct {
  guint        side;
  guint        n_modules;
  TillQrModule modules[TILL_QR_MOST_FIXED];  /* the last alignment pattern is the last */
} TillQrPattern;

void till_qr_pattern_fill (TillQrPattern *self,
                           guint          side);

G_END_DECLS
