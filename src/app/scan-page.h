/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/lookout.h"
#include "core/brand.h"

G_BEGIN_DECLS

/* Waits for the customer's payment code. */
#define TILL_TYPE_SCAN_PAGE (till_scan_page_get_type ())
G_DECLARE_FINAL_TYPE (TillScanPage, till_scan_page, TILL, SCAN_PAGE, AdwBin)

void  till_scan_page_set_brands   (TillScanPage  *self,
                                   TillBrandSet   brands);
void  till_scan_page_set_lookout  (TillScanPage  *self,
                                   TillLookout   *lookout);
void  till_scan_page_show         (TillScanPage  *self,
                                   gint64         amount_fen);

G_END_DECLS
