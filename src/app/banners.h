/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"

G_BEGIN_DECLS

/* What keeps the till from working, above all pages: said while it is so. */
#define TILL_TYPE_BANNERS (till_banners_get_type ())
G_DECLARE_FINAL_TYPE (TillBanners, till_banners, TILL, BANNERS, AdwBin)

void  till_banners_set_current (TillBanners *self,
                                TillCurrent *current);

G_END_DECLS
