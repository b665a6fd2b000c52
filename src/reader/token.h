/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/emv-card.h"

G_BEGIN_DECLS

#define TILL_TOKEN_KEY 32 /* bytes */

/* A card's account data as the till keeps them: sealed under a key of this one payment. When the
 * key is forgotten, so are they. */
char     *till_token_seal  (const TillEmvCard  *card,
                            const guint8        key[TILL_TOKEN_KEY],
                            GError            **error);
gboolean  till_token_open  (const char         *token,
                            const guint8        key[TILL_TOKEN_KEY],
                            TillEmvCard        *card,
                            GError            **error);

G_END_DECLS
