/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"

G_BEGIN_DECLS

/* Where bars stand beside each other, in pixels; the first two corners and the last two lie across
 * the bars. */
typedef struct {
  TillPoint corners[4];
  double    width;    /* across the bars */
  double    height;   /* along them */
  gboolean  is_straight;
} TillBars;

guint  till_bars_find   (const TillGrey *picture,
                         TillBars       *bars,
                         guint           n_most);
void   till_bars_fetch  (TillBars       *self,
                         const TillGrey *picture,
                         double          scale,
                         TillCanvas     *canvas);

G_END_DECLS
