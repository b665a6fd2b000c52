/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Keys of China's terminals: single DES (8 bytes) and triple DES with two keys (16). */
gboolean  till_des_check      (gsize          n_key);
gboolean  till_des_crypt      (const guint8  *key,
                               gsize          n_key,
                               gboolean       encrypt,
                               const guint8  *in,
                               gsize          n_bytes,
                               guint8        *out);

gboolean  till_iso8583_mac    (const guint8  *key,
                               gsize          n_key,
                               const guint8  *bytes,
                               gsize          n_bytes,
                               char           mac[9]);
gboolean  till_iso8583_seal   (GByteArray    *message,
                               const guint8  *key,
                               gsize          n_key);
gboolean  till_iso8583_verify (const guint8  *message,
                               gsize          n_bytes,
                               const guint8  *key,
                               gsize          n_key);

G_END_DECLS
