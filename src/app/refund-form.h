/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "desk/desk.h"

G_BEGIN_DECLS

/* How much to give back, and why. */
#define TILL_TYPE_REFUND_FORM (till_refund_form_get_type ())
G_DECLARE_FINAL_TYPE (TillRefundForm, till_refund_form, TILL, REFUND_FORM, AdwBin)

/* The refund was asked for, or @item is NULL and @error says why not. */
typedef void (*TillRefundFunc) (TillSaleItem *item,
                                const GError *error,
                                GtkWidget    *over);

GtkWidget *till_refund_form_ask (GtkWidget       *over,
                                 TillDesk        *desk,
                                 TillSaleItem    *item,
                                 TillRefundFunc   done);

G_END_DECLS
