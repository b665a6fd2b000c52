/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <openssl/bio.h>

G_BEGIN_DECLS

typedef BIO TillBio;

char      *till_pem_read                 (const char   *path,
                                          GError      **error);
TillBio   *till_pem_open                 (const char   *text);
int        till_pem_refuse_passphrase_cb (char         *buffer,
                                          int           size,
                                          int           writing,
                                          void         *user_data);
void       till_pem_fail                 (GError      **error,
                                          const char   *name,
                                          const char   *what);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillBio, BIO_free_all)

G_END_DECLS
