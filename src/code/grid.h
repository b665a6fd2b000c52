/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/qr-pattern.h"
#include "code/three.h"

G_BEGIN_DECLS

/* Where the modules of a QR code are in a picture. */
typedef struct {
  TillPoint middles[4];  /* of its three corners and of where a fourth would be, all round */
  guint     side;        /* modules */
  gboolean  is_light;    /* modules on dark */
} TillGrid;

gboolean  till_grid_lay   (TillGrid        *self,
                           const TillGrey  *picture,
                           const TillThree *three);
void      till_grid_fetch (const TillGrid  *self,
                           const TillGrey  *picture,
                           float           *values);
TillPoint till_grid_at    (const TillGrid  *self,
                           double           column,
                           double           row);

G_END_DECLS
