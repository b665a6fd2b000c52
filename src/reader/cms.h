/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/emv-card.h"

G_BEGIN_DECLS

/* A card's account data for the acquirer's eyes only. */
char  *till_cms_seal  (const TillEmvCard  *card,
                       const char         *certificate_pem,
                       GError            **error);

G_END_DECLS
