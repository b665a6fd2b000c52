/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <openssl/ssl.h>

G_BEGIN_DECLS

/* An authority of the moment, that signs what the tests' servers show. */
typedef struct _TillTlsAuthority TillTlsAuthority;

TillTlsAuthority *till_tls_authority_new   (const char       *name);
void              till_tls_authority_free  (TillTlsAuthority *self);

void              till_tls_authority_save  (TillTlsAuthority *self,
                                            const char       *path);
void              till_tls_authority_hash  (TillTlsAuthority *self,
                                            const char       *folder);
SSL_CTX          *till_tls_authority_issue (TillTlsAuthority *self,
                                            const char       *alt_name,
                                            int               valid_from_days,
                                            int               valid_until_days);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillTlsAuthority, till_tls_authority_free)

G_END_DECLS
