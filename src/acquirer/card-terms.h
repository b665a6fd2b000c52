/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"

G_BEGIN_DECLS

/* The settings of a contract for cards, which all kinds of such contracts share. */
#define TILL_CARD_SETTINGS "ttq", "terminal-objects", "no-pin-limit"

gboolean  till_card_terms_load   (TillCardTerms       *terms,
                                  const TillSettings  *settings,
                                  GError             **error);
void      till_card_terms_clear  (TillCardTerms       *terms);

G_END_DECLS
