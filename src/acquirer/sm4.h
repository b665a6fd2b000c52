/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of a key, of an initial vector, and of a block. */
#define TILL_SM4_BYTES 16

char  *till_sm4_seal  (const guint8  *key,
                       const guint8  *iv,
                       const char    *text);
char  *till_sm4_open  (const guint8  *key,
                       const guint8  *iv,
                       const char    *sealed,
                       GError       **error);

G_END_DECLS
