/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How bytes are packed. */
typedef enum {
  TILL_PACKED_ZLIB,
  TILL_PACKED_RAW,    /* deflated, without a head */
} TillPacked;

GBytes    *till_inflate (const guint8  *data,
                         gsize          n_data,
                         TillPacked     form,
                         gsize          n_max,
                         GError       **error);
GPtrArray *till_unzip   (GBytes        *archive,
                         gsize          n_max,
                         GError       **error);

G_END_DECLS
