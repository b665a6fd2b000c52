/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <openssl/evp.h>

#include "acquirer/certificate.h"
#include "acquirer/sign.h"

G_BEGIN_DECLS

/* What the files that make keys share; acquirers need none of it. */
typedef enum {
  TILL_KEY_RSA,
  TILL_KEY_SM2,
} TillKeyKind;

TillKey   *till_key_parse            (const char             *text,
                                      const char             *name,
                                      gboolean                wants_private,
                                      TillKeyKind             kind,
                                      GError                **error);
TillKey   *till_key_parse_certified  (const char             *text,
                                      const char             *name,
                                      TillKeyKind             kind,
                                      GError                **error);
TillKey   *till_key_take             (EVP_PKEY               *pkey,
                                      const char             *name,
                                      TillKeyKind             kind,
                                      GError                **error);
void       till_key_certify          (TillKey                *key,
                                      const TillCertificate  *certificate);
EVP_PKEY  *till_key_get_pkey         (const TillKey          *key);

G_END_DECLS
