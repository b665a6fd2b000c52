/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"

G_BEGIN_DECLS

/* Codes for the customer to scan.
 *
 * Properties: "current" (TillCurrent). */
#define TILL_TYPE_COLLECT_PAGE (till_collect_page_get_type ())
G_DECLARE_FINAL_TYPE (TillCollectPage, till_collect_page, TILL, COLLECT_PAGE, AdwBin)

void till_collect_page_tell_tap (TillCollectPage *self,
                                 const char      *sentence,
                                 gboolean         is_bad);

G_END_DECLS
