/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"

G_BEGIN_DECLS

/* Where the clerk types an amount. */
#define TILL_TYPE_AMOUNT_PAGE (till_amount_page_get_type ())
G_DECLARE_FINAL_TYPE (TillAmountPage, till_amount_page, TILL, AMOUNT_PAGE, AdwBin)

void       till_amount_page_set_current (TillAmountPage  *self,
                                         TillCurrent     *current);
void       till_amount_page_show        (TillAmountPage  *self,
                                         const char      *typed,
                                         gboolean         is_amount);
GtkWidget *till_amount_page_get_default (TillAmountPage  *self);

G_END_DECLS
