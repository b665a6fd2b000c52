/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/shop-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/activate-form.h"
#include "app/customer-phone.h"
#include "app/dialog.h"
#include "app/late-news.h"
#include "app/notice.h"
#include "app/open-bar.h"
#include "app/outcome.h"
#include "app/sales-page.h"
#include "app/sell-page.h"
#include "app/settle-form.h"
#include "app/wedge-keys.h"
#include "app/work-page.h"
#include "code/paycode.h"
#include "desk/activate.h"

#define TRAINING_WIDTH 1000  /* room for the customer's phone beside the pages */

struct _TillShopView
{
  AdwBin             parent_instance;

  AdwViewStack      *view_stack;
  TillSellPage      *sell_page;
  TillSellFlow      *sell_flow;   /* the page's */
  TillSalesPage     *sales_page;
  AdwViewStackPage  *work_view;
  TillWorkPage      *work_page;
  GtkBox            *pages_box;
  TillNotice        *notice;
  TillOpenBar       *open_bar;

  GtkWindow         *window;      /* it is in that one */
  TillDesk          *desk;
  TillCurrent       *current;
  TillWedgeKeys     *wedge_keys;
  TillLateNews      *late_news;
};

G_DEFINE_FINAL_TYPE (TillShopView, till_shop_view, ADW_TYPE_BIN)

static void
tell (TillShopView *self,
      const char *sentence,
      gboolean    is_bad)
{
  till_notice_tell (self->notice, sentence, is_bad);
}

static void
late_cb (const char *sentence,
         gpointer    user_data)
{
  tell (user_data, sentence, TRUE);
}

static void
told_cb (GObject    *teller,
         const char *sentence,
         gboolean    is_bad,
         TillShopView *self)
{
  tell (self, sentence, is_bad);
}

/* Which view, and what may be done there. */

static gboolean
is_view (TillShopView *self,
         const char *name)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->view_stack), name) == 0;
}

static gboolean
is_selling (TillShopView *self)
{
  return is_view (self, "sell");
}

static void
enable (TillShopView *self,
        const char *name,
        gboolean    is_enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->window), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

static void
update_actions (TillShopView *self)
{
  TillSaleDetails *details = till_sales_page_get_details (self->sales_page);
  gboolean selling = is_selling (self);
  gboolean listing = is_view (self, "sales");

  enable (self, "cancel", selling ? till_sell_flow_may_cancel (self->sell_flow)
                                  : listing && till_sale_details_may_cancel (details));
  enable (self, "query", selling ? till_sell_flow_may_query (self->sell_flow)
                                 : listing && till_sale_details_get_item (details));
  enable (self, "refund", listing && till_sale_details_may_refund (details));
  gtk_window_set_default_widget (self->window,
                                 selling ? till_sell_page_get_default (self->sell_page) : NULL);
}

static void
view_changed_cb (TillShopView *self)
{
  update_actions (self);
  gtk_widget_grab_focus (adw_view_stack_get_visible_child (self->view_stack));
}

/* The view of what needs a person is there while something does. */
static void
show_view (TillShopView *self,
           const char *name)
{
  if (g_strcmp0 (name, "work") == 0 && !adw_view_stack_page_get_visible (self->work_view))
    return;

  adw_view_stack_set_visible_child_name (self->view_stack, name);
}

/* Actions. */

static void
digit_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  TillShopView *self = user_data;

  show_view (self, "sell");
  till_notice_dismiss (self->notice);
  till_sell_page_press (self->sell_page, g_variant_get_string (parameter, NULL));
}

static void
charge_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillShopView *self = user_data;

  show_view (self, "sell");
  till_sell_flow_charge (self->sell_flow);
}

static void
tap_cb (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       user_data)
{
  TillShopView *self = user_data;

  show_view (self, "sell");
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
    show_view (self, "sell");
    till_sell_flow_collect (self->sell_flow, is_all ? 0 : TILL_BRAND_BIT (brand));
  } else {
    tell (self, till_desk_get_block (self->desk, brand, TILL_KIND_CHARGE) == TILL_REASON_NONE
                  ? _("No code of this shop is for this wallet. Scan the customer's payment code.")
                  : till_reason_get_text (TILL_REASON_BRAND_NOT_TAKEN), TRUE);
  }
}

static void
cancel_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillShopView *self = user_data;

  if (is_selling (self))
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

  if (is_selling (self))
    till_sell_flow_query (self->sell_flow);
  else
    till_sale_details_query (till_sales_page_get_details (self->sales_page));
}

/* What is done about a sale by its number. */
static void
act_on_order (TillShopView   *self,
              GVariant     *parameter,
              TillSaleItem *(*act) (TillDesk *desk, const char *order, GError **error))
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSaleItem) item =
    act (self->desk, g_variant_get_string (parameter, NULL), &error);

  if (!item)
    tell (self, error->message, TRUE);
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
    tell (TILL_SHOP_VIEW (over), error->message, TRUE);
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

  show_view (self, "sales");
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
  if (is_selling (self))
    till_sell_flow_back (self->sell_flow);
  else
    show_view (self, "sell");
}

static void
next_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  TillShopView *self = user_data;

  till_notice_dismiss (self->notice);
  show_view (self, "sell");
  till_sell_flow_next (self->sell_flow);
}

static void
view_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  show_view (user_data, g_variant_get_string (parameter, NULL));
}

static void
search_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillShopView *self = user_data;

  show_view (self, "sales");
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
    show_view (self, "work");
  } else if (till_outcome_of (item) == TILL_OUTCOME_ASKING) {
    show_view (self, "sell");
    till_sell_flow_open (self->sell_flow, item);
  } else {
    show_view (self, "sales");
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
  tell (TILL_SHOP_VIEW (over), sentence, is_bad);
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

/* The scanner. */

/* On the list of sales the number on a customer's bill is looked for; all else is for the sell
 * page. */
static void
scanned_cb (TillWedgeKeys *keys,
            const char    *text,
            TillShopView    *self)
{
  g_autofree char *normal = till_paycode_normalise (text);
  TillPaycode code;

  if (till_dialog_covers (self->window)) {
    gtk_widget_error_bell (GTK_WIDGET (self));
    return;
  }

  till_notice_dismiss (self->notice);
  if (!is_selling (self) && normal && !till_paycode_identify (normal, &code) &&
      code.kind == TILL_PAYCODE_UNKNOWN) {
    till_sales_page_search (self->sales_page, normal);
    return;
  }
  show_view (self, "sell");
  till_sell_flow_scan (self->sell_flow, text);
}

/* A dialog has its own keys, and the scanner may type into it as well. */
static void
windows_changed_cb (GListModel *windows,
                    guint       position,
                    guint       n_removed,
                    guint       n_added,
                    TillShopView *self)
{
  for (guint i = position; i < position + n_added; i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    till_wedge_keys_watch (self->wedge_keys, window);
  }
}

static void
held_cb (TillCustomerPhone *phone,
         const char        *paycode,
         TillShopView        *self)
{
  till_wedge_keys_feed (self->wedge_keys, paycode);
}

static void
work_cb (TillShopView *self)
{
  guint n_work = till_work_page_get_n_work (self->work_page);

  if (n_work == 0 && is_view (self, "work"))
    show_view (self, "sell");
  adw_view_stack_page_set_visible (self->work_view, n_work > 0);
  adw_view_stack_page_set_badge_number (self->work_view, n_work);
  adw_view_stack_page_set_needs_attention (self->work_view, n_work > 0);
}

static void
start_training (TillShopView    *self,
                const TillStart *start)
{
  g_autoptr (TillTraining) training =
    till_training_new (start->ports, start->sandbox_url, start->sandbox_ca);
  TillCustomerPhone *phone = g_object_new (TILL_TYPE_CUSTOMER_PHONE, NULL);

  gtk_box_append (self->pages_box, GTK_WIDGET (phone));
  till_customer_phone_start (phone, self->current, training);
  g_signal_connect_object (phone, "held", G_CALLBACK (held_cb), self, 0);
  gtk_widget_set_size_request (GTK_WIDGET (self->window), TRAINING_WIDTH, -1);
}

static void
till_shop_view_dispose (GObject *object)
{
  TillShopView *self = TILL_SHOP_VIEW (object);

  g_clear_pointer (&self->late_news, till_late_news_free);
  g_clear_object (&self->wedge_keys);
  g_clear_object (&self->current);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (till_shop_view_parent_class)->dispose (object);
}

static gboolean
till_shop_view_grab_focus (GtkWidget *widget)
{
  TillShopView *self = TILL_SHOP_VIEW (widget);

  return gtk_widget_grab_focus (adw_view_stack_get_visible_child (self->view_stack));
}

static void
till_shop_view_class_init (TillShopViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_shop_view_dispose;
  widget_class->grab_focus = till_shop_view_grab_focus;

  g_type_ensure (TILL_TYPE_NOTICE);
  g_type_ensure (TILL_TYPE_OPEN_BAR);
  g_type_ensure (TILL_TYPE_SALES_PAGE);
  g_type_ensure (TILL_TYPE_SELL_PAGE);
  g_type_ensure (TILL_TYPE_WORK_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/shop-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TillShopView, view_stack);
  gtk_widget_class_bind_template_child (widget_class, TillShopView, sell_page);
  gtk_widget_class_bind_template_child (widget_class, TillShopView, sales_page);
  gtk_widget_class_bind_template_child (widget_class, TillShopView, work_view);
  gtk_widget_class_bind_template_child (widget_class, TillShopView, work_page);
  gtk_widget_class_bind_template_child (widget_class, TillShopView, pages_box);
  gtk_widget_class_bind_template_child (widget_class, TillShopView, notice);
  gtk_widget_class_bind_template_child (widget_class, TillShopView, open_bar);
}

static void
till_shop_view_init (TillShopView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->wedge_keys = till_wedge_keys_new ();
  g_signal_connect_object (self->wedge_keys, "scanned", G_CALLBACK (scanned_cb), self, 0);
  self->sell_flow = till_sell_page_get_flow (self->sell_page);
  g_signal_connect_object (self->sell_flow, "told", G_CALLBACK (told_cb), self, 0);
  g_signal_connect_object (self->sales_page, "told", G_CALLBACK (told_cb), self, 0);
}

/* Once there is a window whose acts these are. */
static void
follow_pages (TillShopView *self)
{
  g_signal_connect_object (self->sell_page, "page-changed", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sales_page, "sale-shown", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->work_page, "notify::n-work", G_CALLBACK (work_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view_stack, "notify::visible-child",
                           G_CALLBACK (view_changed_cb), self, G_CONNECT_SWAPPED);
  till_wedge_keys_watch (self->wedge_keys, GTK_WIDGET (self->window));
  g_signal_connect_object (gtk_window_get_toplevels (), "items-changed",
                           G_CALLBACK (windows_changed_cb), self, 0);
}

/**
 * till_shop_view_new:
 * @window: where it will be; its acts are added there, and it outlives the view
 * @current: of an opened desk
 * @start: where the sandbox is, in training
 *
 * Returns: (transfer floating): the view
 */
TillShopView *
till_shop_view_new (GtkWindow       *window,
                    TillCurrent     *current,
                    const TillStart *start)
{
  TillShopView *self = g_object_new (TILL_TYPE_SHOP_VIEW, NULL);

  self->window = window;
  self->current = g_object_ref (current);
  self->desk = g_object_ref (till_current_get_desk (current));
  g_action_map_add_action_entries (G_ACTION_MAP (window), actions, G_N_ELEMENTS (actions), self);
  follow_pages (self);

  till_sell_page_set_current (self->sell_page, current);
  if (start->ports->scanner)
    till_sell_page_set_camera (self->sell_page, start->ports->scanner);
  else
    g_action_map_remove_action (G_ACTION_MAP (window), "camera");
  till_sales_page_set_desk (self->sales_page, self->desk);
  till_open_bar_set_current (self->open_bar, current);
  till_work_page_set_current (self->work_page, current);
  work_cb (self);
  self->late_news = till_late_news_new (self->desk, late_cb, self);
  if (start->sandbox_url)
    start_training (self, start);
  update_actions (self);

  return self;
}

/**
 * till_shop_view_get_stack:
 *
 * Returns: (transfer none): the views, for a switcher
 */
AdwViewStack *
till_shop_view_get_stack (TillShopView *self)
{
  g_return_val_if_fail (TILL_IS_SHOP_VIEW (self), NULL);

  return self->view_stack;
}
