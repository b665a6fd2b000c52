/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/finder.h"

G_BEGIN_DECLS

/* What may be the corners of one QR code: upper left, upper right, lower left. */
typedef struct {
  TillFinder corners[3];
  double     cost;      /* how far they are from a square */
  double     likeness;  /* the share of pixels around each that are as they must be */
} TillThree;

guint till_threes_find (const TillGrey   *picture,
                        const TillFinder *finders,
                        guint             n_finders,
                        TillThree        *threes,
                        guint             n_most);

G_END_DECLS
