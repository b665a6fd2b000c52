/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/shop-view-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/activate-form.h"
#include "app/outcome.h"
#include "app/settle-form.h"
#include "desk/activate.h"

/* The acts of the window whose shop is open: keys and buttons name them, "win.charge". */

static void
digit_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  TillShopView *self = user_data;

  till_shop_view_show (self, "sell");
  till_notice_dismiss (self->notice);
  till_sell_page_press (self->sell_page, g_variant_get_string (parameter, NULL));
}

static void
charge_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillShopView *self = user_data;

  till_shop_view_show (self, "sell");
  till_sell_flow_charge (self->sell_flow);
}

static void
tap_cb (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       user_data)
{
  TillShopView *self = user_data;

  till_shop_view_show (self, "sell");
  till_sell_flow_tap (self->sell_flow);
}

static void
collect_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  TillShopView *self = user_data;
  const char *word = g_variant_get_string (parameter, NULL);
  gboolean is_all = strcmp (word, "all") == 0;
  TillBrand brand = TILL_BRAND_NONE;

  if (!is_all && !till_brand_from_word (word, &brand))
    return;

  if (is_all || (till_desk_get_brands (self->desk, TILL_KIND_COLLECT) & TILL_BRAND_BIT (brand))) {
    till_shop_view_show (self, "sell");
    till_sell_flow_collect (self->sell_flow, is_all ? 0 : TILL_BRAND_BIT (brand));
  } else {
    till_notice_tell (self->notice,
                      till_desk_get_block (self->desk, brand, TILL_KIND_CHARGE) == TILL_REASON_NONE
                        ? _("No code of this shop is for this wallet. Scan the customer's payment "
                            "code.")
                        : till_reason_get_text (TILL_REASON_BRAND_NOT_TAKEN), TRUE);
  }
}

static void
cancel_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillShopView *self = user_data;

  if (till_shop_view_is_selling (self))
    till_sell_flow_cancel (self->sell_flow);
  else
    till_sale_details_cancel (till_sales_page_get_details (self->sales_page));
}

static void
query_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  TillShopView *self = user_data;

  if (till_shop_view_is_selling (self))
    till_sell_flow_query (self->sell_flow);
  else
    till_sale_details_query (till_sales_page_get_details (self->sales_page));
}

/* What is done about a sale by its number. */
static void
act_on_order (TillShopView *self,
              GVariant     *parameter,
              TillSaleItem *(*act) (TillDesk *desk, const char *order, GError **error))
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSaleItem) item =
    act (self->desk, g_variant_get_string (parameter, NULL), &error);

  if (!item)
    till_notice_tell (self->notice, error->message, TRUE);
}

static void
query_order_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  act_on_order (user_data, parameter, till_desk_query);
}

static void
cancel_order_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  act_on_order (user_data, parameter, till_desk_cancel);
}

static void
settled_cb (TillSaleItem *item,
            const GError *error,
            GtkWidget    *over)
{
  if (!item)
    till_notice_tell (TILL_SHOP_VIEW (over)->notice, error->message, TRUE);
}

static void
settle_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillShopView *self = user_data;

  till_settle_form_ask (GTK_WIDGET (self), self->desk, g_variant_get_string (parameter, NULL),
                        settled_cb);
}

static void
show_sale_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  TillShopView *self = user_data;

  till_shop_view_show (self, "sales");
  till_sales_page_show (self->sales_page, g_variant_get_string (parameter, NULL));
}

static void
refund_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillShopView *self = user_data;

  till_sale_details_refund (till_sales_page_get_details (self->sales_page));
}

static void
back_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  TillShopView *self = user_data;

  till_notice_dismiss (self->notice);
  if (till_shop_view_is_selling (self))
    till_sell_flow_back (self->sell_flow);
  else
    till_shop_view_show (self, "sell");
}

static void
next_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  TillShopView *self = user_data;

  till_notice_dismiss (self->notice);
  till_shop_view_show (self, "sell");
  till_sell_flow_next (self->sell_flow);
}

static void
view_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  till_shop_view_show (user_data, g_variant_get_string (parameter, NULL));
}

static void
search_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillShopView *self = user_data;

  till_shop_view_show (self, "sales");
  gtk_widget_grab_focus (GTK_WIDGET (self->sales_page));
}

/* A sale that is being asked about is shown large; one whose money is on its way back, in the
 * list. */
static void
open_nth_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  TillShopView *self = user_data;
  g_autoptr (TillSaleItem) item =
    till_open_bar_get_nth (self->open_bar, g_variant_get_uint32 (parameter));

  if (!item || !till_sale_item_get_order (item))
    return;

  if (till_work_find (till_sale_item_get_sale (item), till_desk_get_now_us (self->desk))) {
    till_shop_view_show (self, "work");
  } else if (till_outcome_of (item) == TILL_OUTCOME_ASKING) {
    till_shop_view_show (self, "sell");
    till_sell_flow_open (self->sell_flow, item);
  } else {
    till_shop_view_show (self, "sales");
    till_sales_page_show (self->sales_page, till_sale_item_get_order (item));
  }
}

static void
dismiss_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  till_notice_dismiss (TILL_SHOP_VIEW (user_data)->notice);
}

static void
camera_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  till_sell_page_choose_camera (TILL_SHOP_VIEW (user_data)->sell_page);
}

static void
activated_cb (const char *sentence,
              gboolean    is_bad,
              GtkWidget  *over)
{
  till_notice_tell (TILL_SHOP_VIEW (over)->notice, sentence, is_bad);
}

static void
activate_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  TillShopView *self = user_data;
  g_auto (GStrv) ids = till_desk_list_inactive (self->desk);

  if (ids[0])
    till_activate_form_ask (GTK_WIDGET (self), self->desk, ids[0], activated_cb);
}

static const GActionEntry actions[] = {
  { "activate", activate_cb, NULL, NULL, NULL, { 0 } },
  { "back", back_cb, NULL, NULL, NULL, { 0 } },
  { "camera", camera_cb, NULL, NULL, NULL, { 0 } },
  { "cancel", cancel_cb, NULL, NULL, NULL, { 0 } },
  { "cancel-order", cancel_order_cb, "s", NULL, NULL, { 0 } },
  { "charge", charge_cb, NULL, NULL, NULL, { 0 } },
  { "collect", collect_cb, "s", NULL, NULL, { 0 } },
  { "digit", digit_cb, "s", NULL, NULL, { 0 } },
  { "dismiss", dismiss_cb, NULL, NULL, NULL, { 0 } },
  { "next", next_cb, NULL, NULL, NULL, { 0 } },
  { "open-nth", open_nth_cb, "u", NULL, NULL, { 0 } },
  { "query", query_cb, NULL, NULL, NULL, { 0 } },
  { "query-order", query_order_cb, "s", NULL, NULL, { 0 } },
  { "refund", refund_cb, NULL, NULL, NULL, { 0 } },
  { "search", search_cb, NULL, NULL, NULL, { 0 } },
  { "settle", settle_cb, "s", NULL, NULL, { 0 } },
  { "show-sale", show_sale_cb, "s", NULL, NULL, { 0 } },
  { "tap", tap_cb, NULL, NULL, NULL, { 0 } },
  { "view", view_cb, "s", NULL, NULL, { 0 } },
};

/**
 * till_shop_view_add_acts:
 *
 * Gives the window the acts of an open shop.
 */
void
till_shop_view_add_acts (TillShopView *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self->window), actions, G_N_ELEMENTS (actions),
                                   self);
}
