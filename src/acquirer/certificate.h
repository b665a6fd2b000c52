/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

typedef X509 TillCertificate;

TillCertificate *till_certificate_parse          (const char             *pem,
                                                  const char             *name,
                                                  GError                **error);
char            *till_certificate_get_serial     (const TillCertificate  *certificate);
char            *till_certificate_get_number     (const TillCertificate  *certificate);
char            *till_certificate_get_subject    (const TillCertificate  *certificate);
gint64           till_certificate_get_expires_us (const TillCertificate  *certificate);

char            *till_certificate_load_sn        (const char             *path,
                                                  GError                **error);
char            *till_certificate_load_root_sn   (const char             *path,
                                                  GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillCertificate, X509_free)

G_END_DECLS
