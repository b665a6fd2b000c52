/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/sale.h"

G_BEGIN_DECLS

/* A sale as a page shows it: the fold of its rows, and what the till does about it right now.
 *
 * Properties, all read-only: "order" (s), "amount-fen" (x), "state" (u, a TillPaymentState),
 * "reason" (u, a TillReason), "brand" (u, a TillBrand), "code-text" (s), "refunded-fen" (x),
 * "is-open" (b), "expires-us" (x), "next-us" (x, when the acquirer is asked next; 0 while a request
 * is under way or none is planned), "gives-up-us" (x, when the till will close or reverse it by
 * itself; 0: not planned), "fault" (s, what keeps the journal or the till from going on). */
#define TILL_TYPE_SALE_ITEM (till_sale_item_get_type ())
G_DECLARE_FINAL_TYPE (TillSaleItem, till_sale_item, TILL, SALE_ITEM, GObject)

TillSaleItem      *till_sale_item_new            (TillSale          *sale);

const TillSale    *till_sale_item_get_sale       (TillSaleItem      *self);
const char        *till_sale_item_get_order      (TillSaleItem      *self);
gint64             till_sale_item_get_amount     (TillSaleItem      *self);
TillPaymentState   till_sale_item_get_state      (TillSaleItem      *self);
TillReason         till_sale_item_get_reason     (TillSaleItem      *self);
TillBrand          till_sale_item_get_brand      (TillSaleItem      *self);
const char        *till_sale_item_get_code_text  (TillSaleItem      *self);
gint64             till_sale_item_get_expires_us (TillSaleItem      *self);
gint64             till_sale_item_get_next_us    (TillSaleItem      *self);
gint64             till_sale_item_get_gives_up_us (TillSaleItem     *self);
gboolean           till_sale_item_is_open        (TillSaleItem      *self);
const GError      *till_sale_item_get_fault      (TillSaleItem      *self);

gboolean           till_sale_item_apply          (TillSaleItem      *self,
                                                  const TillRow     *row,
                                                  GError           **error);
void               till_sale_item_replace        (TillSaleItem      *self,
                                                  TillSale          *sale);
void               till_sale_item_set_plan       (TillSaleItem      *self,
                                                  gint64             next_us,
                                                  gint64             gives_up_us);
gpointer           till_sale_item_get_writer     (TillSaleItem      *self);
void               till_sale_item_set_writer     (TillSaleItem      *self,
                                                  gpointer           writer);
gboolean           till_sale_item_get_goes_on    (TillSaleItem      *self);
void               till_sale_item_set_goes_on    (TillSaleItem      *self,
                                                  gboolean           goes_on);
gboolean           till_sale_item_get_yields     (TillSaleItem      *self);
void               till_sale_item_set_yields     (TillSaleItem      *self,
                                                  gboolean           yields);
gboolean           till_sale_item_end_hopes      (TillSaleItem      *self);
void               till_sale_item_set_fault      (TillSaleItem      *self,
                                                  const GError      *fault);

G_END_DECLS
