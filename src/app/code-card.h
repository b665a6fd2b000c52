/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "core/sale.h"

G_BEGIN_DECLS

/* One code on the screen, and which app scans it. */
#define TILL_TYPE_CODE_CARD (till_code_card_get_type ())
G_DECLARE_FINAL_TYPE (TillCodeCard, till_code_card, TILL, CODE_CARD, AdwBin)

GtkWidget *till_code_card_new   (void);
void       till_code_card_show (TillCodeCard      *self,
                                const TillPayment *payment,
                                TillBrandSet       brands);

G_END_DECLS
