/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"

G_BEGIN_DECLS

/* The sales that only a person can settle.
 *
 * Properties: "n-work" (u, read-only): how many. */
#define TILL_TYPE_WORK_PAGE (till_work_page_get_type ())
G_DECLARE_FINAL_TYPE (TillWorkPage, till_work_page, TILL, WORK_PAGE, AdwBin)

void   till_work_page_set_current (TillWorkPage *self,
                                   TillCurrent  *current);
guint  till_work_page_get_n_work  (TillWorkPage *self);

G_END_DECLS
