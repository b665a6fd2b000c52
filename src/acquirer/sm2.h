/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/sign.h"

G_BEGIN_DECLS

/* Who signs, where a protocol says nothing else: GM/T 0009, and every API in China. */
#define TILL_SM2_USER_ID "1234567812345678"

/* How a signature is written: the standard's SEQUENCE, or r and s side by side. The protocols do
 * not agree, so each names its own. */
typedef enum {
  TILL_SM2_DER_BASE64,
  TILL_SM2_RAW_BASE64,
  TILL_SM2_RAW_HEX,
} TillSm2Form;

TillKey   *till_sm2_load_private       (const char     *path,
                                        GError        **error);
TillKey   *till_sm2_load_public        (const char     *path,
                                        GError        **error);
TillKey   *till_sm2_load_certificate   (const char     *path,
                                        GError        **error);
TillKey   *till_sm2_parse_certificate  (const char     *pem,
                                        GError        **error);
TillKey   *till_sm2_parse_private_hex  (const char     *hex,
                                        const char     *name,
                                        GError        **error);
TillKey   *till_sm2_parse_public_hex   (const char     *hex,
                                        const char     *name,
                                        GError        **error);

char      *till_sm2_sign               (const TillKey  *key,
                                        const char     *user_id,
                                        TillSm2Form     form,
                                        const char     *text,
                                        GError        **error);
gboolean   till_sm2_verify             (const TillKey  *key,
                                        const char     *user_id,
                                        TillSm2Form     form,
                                        const char     *bytes,
                                        gsize           n_bytes,
                                        const char     *signature);

G_END_DECLS
