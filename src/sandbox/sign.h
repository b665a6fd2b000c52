/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

/* Signatures and ciphers of the acquirers' side, and the keys that are compiled in. */

EVP_PKEY *till_sandbox_key              (const char   *resource);
X509     *till_sandbox_certificate      (const char   *resource);
GBytes   *till_sandbox_resource         (const char   *resource);
char     *till_sandbox_resource_text    (const char   *resource);

char     *till_sandbox_sign             (EVP_PKEY     *key,
                                         const void   *text,
                                         gsize         length);
gboolean  till_sandbox_verify           (EVP_PKEY     *key,
                                         const void   *text,
                                         gsize         length,
                                         const char   *signature);

char     *till_sandbox_serial           (X509         *certificate);
char     *till_sandbox_alipay_sn        (X509         *certificate);
char     *till_sandbox_alipay_root_sn   (GBytes       *pem);

char     *till_sandbox_seal_gcm         (const char   *key,
                                         const char   *nonce,
                                         const char   *associated,
                                         GBytes       *plain);
char     *till_sandbox_seal_cbc         (const char   *key_base64,
                                         const char   *plain);
char     *till_sandbox_open_cbc         (const char   *key_base64,
                                         const char   *sealed);

G_END_DECLS
