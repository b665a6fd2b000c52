/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An RSA key, or an SM2 one (sm2.h): our private one, or a public one of the other side, alone or
 * in its certificate. */
typedef struct _TillKey TillKey;

TillKey     *till_key_load_private        (const char     *path,
                                           GError        **error);
TillKey     *till_key_load_public         (const char     *path,
                                           GError        **error);
TillKey     *till_key_load_certificate    (const char     *path,
                                           GError        **error);
TillKey     *till_key_parse_certificate   (const char     *pem,
                                           GError        **error);
void         till_key_free                (TillKey        *key);

const char  *till_key_get_serial          (const TillKey  *key);
const char  *till_key_get_subject         (const TillKey  *key);
gint64       till_key_get_expires_us      (const TillKey  *key);
gboolean     till_key_fits                (const TillKey  *one,
                                           const TillKey  *other);

char        *till_key_sign                (const TillKey  *key,
                                           const char     *text,
                                           GError        **error);
gboolean     till_key_verify              (const TillKey  *key,
                                           const char     *bytes,
                                           gsize           n_bytes,
                                           const char     *signature);
char        *till_key_open_oaep           (const TillKey  *key,
                                           const char     *sealed,
                                           GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillKey, till_key_free)

G_END_DECLS
