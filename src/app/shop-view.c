/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/shop-view-private.h"

#include "app/customer-phone.h"
#include "app/dialog.h"
#include "code/paycode.h"

#define TRAINING_WIDTH 1000  /* room for the customer's phone beside the pages */

G_DEFINE_FINAL_TYPE (TillShopView, till_shop_view, ADW_TYPE_BIN)

static void
late_cb (const char *sentence,
         gpointer    user_data)
{
  till_notice_tell (TILL_SHOP_VIEW (user_data)->notice, sentence, TRUE);
}

static void
told_cb (GObject      *teller,
         const char   *sentence,
         gboolean      is_bad,
         TillShopView *self)
{
  till_notice_tell (self->notice, sentence, is_bad);
}

/* Which view, and what may be done there. */

static gboolean
is_view (TillShopView *self,
         const char   *name)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->view_stack), name) == 0;
}

/**
 * till_shop_view_is_selling:
 *
 * Returns: whether the sell page is shown, not the sales or what needs a person
 */
gboolean
till_shop_view_is_selling (TillShopView *self)
{
  return is_view (self, "sell");
}

static void
enable (TillShopView *self,
        const char   *name,
        gboolean      is_enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->window), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

static void
update_actions (TillShopView *self)
{
  TillSaleDetails *details = till_sales_page_get_details (self->sales_page);
  gboolean selling = till_shop_view_is_selling (self);
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

/**
 * till_shop_view_show:
 * @name: "sell", "sales" or "work"; what needs a person is there only while something does
 */
void
till_shop_view_show (TillShopView *self,
                     const char   *name)
{
  if (g_strcmp0 (name, "work") == 0 && !adw_view_stack_page_get_visible (self->work_view))
    return;

  adw_view_stack_set_visible_child_name (self->view_stack, name);
}

/* The scanner. */

/* On the list of sales the number on a customer's bill is looked for; all else is for the sell
 * page. */
static void
scanned_cb (TillWedgeKeys *keys,
            const char    *text,
            TillShopView  *self)
{
  g_autofree char *normal = till_paycode_normalise (text);
  TillPaycode code;

  if (till_dialog_covers (self->window)) {
    gtk_widget_error_bell (GTK_WIDGET (self));
    return;
  }

  till_notice_dismiss (self->notice);
  if (!till_shop_view_is_selling (self) && normal && !till_paycode_identify (normal, &code) &&
      code.kind == TILL_PAYCODE_UNKNOWN) {
    till_sales_page_search (self->sales_page, normal);
    return;
  }
  till_shop_view_show (self, "sell");
  till_sell_flow_scan (self->sell_flow, text);
}

/* A dialog has its own keys, and the scanner may type into it as well. */
static void
windows_changed_cb (GListModel   *windows,
                    guint         position,
                    guint         n_removed,
                    guint         n_added,
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
         TillShopView      *self)
{
  till_wedge_keys_feed (self->wedge_keys, paycode);
}

static void
work_cb (TillShopView *self)
{
  guint n_work = till_work_page_get_n_work (self->work_page);

  if (n_work == 0 && is_view (self, "work"))
    till_shop_view_show (self, "sell");
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
 * @start: where the profile is, and the sandbox in training
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
  till_shop_view_add_acts (self);
  follow_pages (self);

  till_sell_page_set_current (self->sell_page, current);
  till_sell_flow_keep_tried (till_sell_page_get_flow (self->sell_page), start->dir);
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
