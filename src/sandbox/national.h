/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <openssl/evp.h>

G_BEGIN_DECLS

/* SM2 and digests of the acquirers' side. */

char     *till_sandbox_digest      (const char  *digest,
                                    const char  *text);
char     *till_sandbox_sign_sm2    (EVP_PKEY    *key,
                                    const char  *text,
                                    gboolean     is_raw);
gboolean  till_sandbox_verify_sm2  (EVP_PKEY    *key,
                                    const char  *text,
                                    gboolean     is_raw,
                                    const char  *signature);

G_END_DECLS
