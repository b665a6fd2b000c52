/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean  till_bcd_put        (guint64        number,
                               guint8        *bytes,
                               gsize          n_bytes);
gboolean  till_bcd_get        (const guint8  *bytes,
                               gsize          n_bytes,
                               guint64       *number);
void      till_bcd_to_hex     (const guint8  *bytes,
                               gsize          n_bytes,
                               char          *text);
gboolean  till_bcd_from_hex   (const char    *text,
                               GByteArray    *bytes);

G_END_DECLS
