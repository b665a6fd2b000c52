/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A text that is overwritten before its memory is given back. */
typedef char TillWiped;

void       till_wipe               (TillWiped    *secret);

guint8    *till_base64_decode      (const char   *text,
                                    gsize        *n_bytes);
char      *till_hex                (const guint8 *bytes,
                                    gsize         n_bytes);
char      *till_digest_hex         (const char   *digest,
                                    const char   *text);
char      *till_hmac_hex           (const char   *digest,
                                    const char   *key,
                                    const char   *text);
char      *till_hmac_base64        (const char   *digest,
                                    const char   *key,
                                    const char   *text);

char      *till_gcm_open           (const char   *key,
                                    const char   *nonce,
                                    const char   *associated,
                                    const char   *sealed,
                                    GError      **error);

gboolean   till_cbc_key_is_valid   (const char   *key);
char      *till_cbc_seal           (const char   *key,
                                    const char   *text);
char      *till_cbc_open           (const char   *key,
                                    const char   *sealed,
                                    GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillWiped, till_wipe)

G_END_DECLS
