/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"

G_BEGIN_DECLS

/* A QR code in the middle of a picture, as a camera sees it. */
typedef struct {
  guint    version;    /* 1…40 */
  double   module_px;
  double   degrees;    /* by which it is turned */
  double   lean;       /* to the side: by how much of itself its right end is nearer than its middle */
  gboolean is_light;   /* on dark */
} DrawTilted;

guint     draw_tilted_side (const DrawTilted *code);
TillPoint draw_tilted_at   (const DrawTilted *code,
                            const TillCanvas *canvas,
                            double            column,
                            double            row);
void      draw_tilted_qr   (TillCanvas       *canvas,
                            const DrawTilted *code,
                            const char       *text);

G_END_DECLS
