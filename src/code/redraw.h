/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"
#include "code/zbar-reader.h"

G_BEGIN_DECLS

/* Codes that are drawn anew before they are read; the memory is used again. */
typedef struct {
  TillCanvas clean;
} TillRedraw;

void till_redraw_clear (TillRedraw       *self);
void till_redraw_bars  (TillRedraw       *self,
                        const TillCanvas *picture,
                        TillZbar         *zbar,
                        GPtrArray        *found);
void till_redraw_qr    (TillRedraw       *self,
                        const TillCanvas *picture,
                        const TillWarp   *warp,
                        const TillGrey   *base,
                        TillZbar         *zbar,
                        GPtrArray        *found);

G_END_DECLS
