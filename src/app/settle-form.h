/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "core/work.h"
#include "desk/desk.h"

G_BEGIN_DECLS

/* What the owner says of a payment that only a person can settle, who says it, and how it is
 * known. */
#define TILL_TYPE_SETTLE_FORM (till_settle_form_get_type ())
G_DECLARE_FINAL_TYPE (TillSettleForm, till_settle_form, TILL, SETTLE_FORM, AdwBin)

/* It was settled, or @item is NULL and @error says why not. */
typedef void (*TillSettleFunc) (TillSaleItem *item,
                                const GError *error,
                                GtkWidget    *over);

void  till_settle_form_ask (GtkWidget       *over,
                            TillDesk        *desk,
                            const char      *order,
                            TillSettleFunc   done);

G_END_DECLS
