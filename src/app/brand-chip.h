/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "core/brand.h"

G_BEGIN_DECLS

GtkWidget  *till_brand_chip_new  (TillBrand brand);

G_END_DECLS
