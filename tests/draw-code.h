/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"

G_BEGIN_DECLS

void  draw_code_fill      (TillCanvas *canvas,
                           guint       width,
                           guint       height,
                           guint8      shade);
void  draw_code_qr        (TillCanvas *canvas,
                           guint       x,
                           guint       y,
                           guint       module_px,
                           const char *text);
void  draw_code_128       (TillCanvas *canvas,
                           guint       x,
                           guint       y,
                           guint       module_px,
                           guint       height_px,
                           const char *text);
guint draw_code_128_width (const char *text);

G_END_DECLS
