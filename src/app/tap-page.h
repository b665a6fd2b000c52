/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "core/tap.h"

G_BEGIN_DECLS

/* Waits for a card or phone at the reader. */
#define TILL_TYPE_TAP_PAGE (till_tap_page_get_type ())
G_DECLARE_FINAL_TYPE (TillTapPage, till_tap_page, TILL, TAP_PAGE, AdwBin)

void  till_tap_page_show  (TillTapPage   *self,
                           gint64         amount_fen,
                           TillTapState   state);

G_END_DECLS
