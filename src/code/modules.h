/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How light the modules of a QR code are, row by row. */
void till_modules_sharpen (float       *values,
                           guint        side,
                           float        strength);
void till_modules_compare (const float *values,
                           guint        side,
                           guint        reach,
                           float       *beside);

G_END_DECLS
