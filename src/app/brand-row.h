/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"

G_BEGIN_DECLS

/* A button for each wallet whose code can be shown, and below it what is the matter with those that
 * do not answer; nothing when all is well.
 *
 * Properties: "numbered" (b): all wallets, by the keys 1, 2 …, for a page that asks which it is;
 *             else those that have a code of their own, by the same key in every shop;
 *             "with-all" (b): the code for all of them as well;
 *             "columns" (u): so many beside each other at most. */
#define TILL_TYPE_BRAND_ROW (till_brand_row_get_type ())
G_DECLARE_FINAL_TYPE (TillBrandRow, till_brand_row, TILL, BRAND_ROW, AdwBin)

const char  *till_brand_row_get_key      (TillBrand      brand);
gboolean     till_brand_row_find_number  (TillBrandSet   brands,
                                          const char    *digit,
                                          TillBrand     *brand);
void         till_brand_row_set_current  (TillBrandRow  *self,
                                          TillCurrent   *current);

G_END_DECLS
