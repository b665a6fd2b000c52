/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A QR code that stays crisp at any size: whole pixels a module, white around it in dark mode
 * too. */
#define TILL_TYPE_QR_PAINTABLE (till_qr_paintable_get_type ())
G_DECLARE_FINAL_TYPE (TillQrPaintable, till_qr_paintable, TILL, QR_PAINTABLE, GObject)

TillQrPaintable *till_qr_paintable_new       (const char       *text,
                                              GError          **error);
int              till_qr_paintable_get_least (TillQrPaintable  *self);

G_END_DECLS
