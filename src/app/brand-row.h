/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "core/brand.h"

G_BEGIN_DECLS

/* A button for each wallet whose code can be shown, with its key: acts "win.collect". */
#define TILL_TYPE_BRAND_ROW (till_brand_row_get_type ())
G_DECLARE_FINAL_TYPE (TillBrandRow, till_brand_row, TILL, BRAND_ROW, AdwBin)

const char *till_brand_row_get_key     (TillBrand      brand);
void        till_brand_row_set_brands  (TillBrandRow  *self,
                                        TillBrandSet   brands);

G_END_DECLS
