/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The modules of a QR code, without its quiet zone. */
typedef struct {
  guint   width;    /* modules a side */
  guint8 *modules;  /* width × width, row by row; 1 is dark */
} TillQr;

TillQr *till_qr_new   (const char    *text,
                       GError       **error);
void    till_qr_free  (TillQr        *qr);
GBytes *till_qr_to_png (const TillQr *qr,
                        guint         module_px);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillQr, till_qr_free)

G_END_DECLS
