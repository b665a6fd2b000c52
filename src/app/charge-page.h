/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"

G_BEGIN_DECLS

/* A payment that is under way: what happens now, and next.
 *
 * Properties: "current" (TillCurrent). */
#define TILL_TYPE_CHARGE_PAGE (till_charge_page_get_type ())
G_DECLARE_FINAL_TYPE (TillChargePage, till_charge_page, TILL, CHARGE_PAGE, AdwBin)

G_END_DECLS
