/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"

G_BEGIN_DECLS

/* How a sale ended, as large as the page.
 *
 * Properties: "current" (TillCurrent). */
#define TILL_TYPE_RESULT_PAGE (till_result_page_get_type ())
G_DECLARE_FINAL_TYPE (TillResultPage, till_result_page, TILL, RESULT_PAGE, AdwBin)

GtkWidget *till_result_page_get_default (TillResultPage *self);

G_END_DECLS
