/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/sign.h"

G_BEGIN_DECLS

/* The authorities that vouch for a certificate which comes along with an answer. */
typedef struct _TillTrust TillTrust;

TillTrust  *till_trust_load        (const char       *root_path,
                                    const char       *middle_path,
                                    GError          **error);
void        till_trust_free        (TillTrust        *trust);
TillKey    *till_trust_open        (const TillTrust  *trust,
                                    const char       *pem,
                                    gint64            now_us,
                                    char            **name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillTrust, till_trust_free)

G_END_DECLS
