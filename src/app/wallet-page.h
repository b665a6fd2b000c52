/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"

G_BEGIN_DECLS

/* Asks which wallet the customer has: where each has its own code and one is live at a time. */
#define TILL_TYPE_WALLET_PAGE (till_wallet_page_get_type ())
G_DECLARE_FINAL_TYPE (TillWalletPage, till_wallet_page, TILL, WALLET_PAGE, AdwBin)

void  till_wallet_page_set_current  (TillWalletPage  *self,
                                     TillCurrent     *current);
void  till_wallet_page_show         (TillWalletPage  *self,
                                     gint64           amount_fen);

G_END_DECLS
