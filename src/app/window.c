/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/banners.h"
#include "app/customer-phone.h"
#include "app/dialog.h"
#include "app/keys.h"
#include "app/late-news.h"
#include "app/notice.h"
#include "app/open-bar.h"
#include "app/outcome.h"
#include "app/question.h"
#include "app/sales-page.h"
#include "app/sell-page.h"
#include "app/settle-form.h"
#include "app/text-size.h"
#include "app/wedge-keys.h"
#include "app/work-page.h"
#include "code/paycode.h"

#define TRAINING_WIDTH 1000  /* room for the customer's phone beside the pages */

struct _TillWindow
{
  AdwApplicationWindow  parent_instance;

  GtkLabel             *shop_label;
  GtkLabel             *open_label;
  GtkWidget            *training_banner;
  TillBanners          *banners;
  GtkStack             *state_stack;
  AdwStatusPage        *fault_page;
  AdwViewStack         *view_stack;
  TillSellPage         *sell_page;
  TillSellFlow         *sell_flow;     /* the page's */
  TillSalesPage        *sales_page;
  AdwViewStackPage     *work_view;
  TillWorkPage         *work_page;
  GtkBox               *till_box;
  TillNotice           *notice;
  TillOpenBar          *open_bar;

  const TillStart      *start;
  TillDesk             *desk;
  TillCurrent          *current;
  TillWedgeKeys        *wedge_keys;
  TillLateNews         *late_news;
  gboolean              may_close;     /* the clerk was asked */
};

G_DEFINE_FINAL_TYPE (TillWindow, till_window, ADW_TYPE_APPLICATION_WINDOW)

static void
tell (TillWindow *self,
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
         TillWindow *self)
{
  tell (self, sentence, is_bad);
}

/* Which view, and what may be done there. */

static gboolean
is_view (TillWindow *self,
         const char *name)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->view_stack), name) == 0;
}

static gboolean
is_selling (TillWindow *self)
{
  return is_view (self, "sell");
}

static void
enable (TillWindow *self,
        const char *name,
        gboolean    is_enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

static void
update_actions (TillWindow *self)
{
  TillSaleDetails *details = till_sales_page_get_details (self->sales_page);
  gboolean selling = is_selling (self);
  gboolean listing = is_view (self, "sales");

  enable (self, "cancel", selling ? till_sell_flow_may_cancel (self->sell_flow)
                                  : listing && till_sale_details_may_cancel (details));
  enable (self, "query", selling ? till_sell_flow_may_query (self->sell_flow)
                                 : listing && till_sale_details_get_item (details));
  enable (self, "refund", listing && till_sale_details_may_refund (details));
  gtk_window_set_default_widget (GTK_WINDOW (self),
                                 selling ? till_sell_page_get_default (self->sell_page) : NULL);
}

static void
view_changed_cb (TillWindow *self)
{
  update_actions (self);
  gtk_widget_grab_focus (adw_view_stack_get_visible_child (self->view_stack));
}

/* The view of what needs a person is there while something does. */
static void
show_view (TillWindow *self,
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
  TillWindow *self = user_data;

  if (!self->desk)
    return;

  show_view (self, "sell");
  till_notice_dismiss (self->notice);
  till_sell_page_press (self->sell_page, g_variant_get_string (parameter, NULL));
}

static void
charge_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillWindow *self = user_data;

  show_view (self, "sell");
  till_sell_flow_charge (self->sell_flow);
}

static void
collect_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  TillWindow *self = user_data;
  const char *word = g_variant_get_string (parameter, NULL);
  TillBrandSet taken;
  TillBrand brand;

  if (!self->desk)
    return;

  taken = till_desk_get_brands (self->desk, TILL_KIND_COLLECT);
  if (strcmp (word, "all") == 0) {
    show_view (self, "sell");
    till_sell_flow_collect (self->sell_flow, taken);
  } else if (till_brand_from_word (word, &brand) && (taken & TILL_BRAND_BIT (brand))) {
    show_view (self, "sell");
    till_sell_flow_collect (self->sell_flow, TILL_BRAND_BIT (brand));
  } else {
    tell (self, till_reason_get_text (TILL_REASON_BRAND_NOT_TAKEN), TRUE);
  }
}

static void
cancel_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillWindow *self = user_data;

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
  TillWindow *self = user_data;

  if (is_selling (self))
    till_sell_flow_query (self->sell_flow);
  else
    till_sale_details_query (till_sales_page_get_details (self->sales_page));
}

/* What is done about a sale by its number. */
static void
act_on_order (TillWindow   *self,
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
    tell (TILL_WINDOW (over), error->message, TRUE);
}

static void
settle_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillWindow *self = user_data;

  till_settle_form_ask (GTK_WIDGET (self), self->desk, g_variant_get_string (parameter, NULL),
                        settled_cb);
}

static void
show_sale_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  TillWindow *self = user_data;

  show_view (self, "sales");
  till_sales_page_show (self->sales_page, g_variant_get_string (parameter, NULL));
}

static void
refund_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  TillWindow *self = user_data;

  till_sale_details_refund (till_sales_page_get_details (self->sales_page));
}

static void
back_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  TillWindow *self = user_data;

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
  TillWindow *self = user_data;

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
  TillWindow *self = user_data;

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
  TillWindow *self = user_data;
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
  till_notice_dismiss (TILL_WINDOW (user_data)->notice);
}

static void
fullscreen_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  GtkWindow *window = user_data;

  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else
    gtk_window_fullscreen (window);
}

static const GActionEntry actions[] = {
  { "back", back_cb, NULL, NULL, NULL, { 0 } },
  { "cancel", cancel_cb, NULL, NULL, NULL, { 0 } },
  { "cancel-order", cancel_order_cb, "s", NULL, NULL, { 0 } },
  { "charge", charge_cb, NULL, NULL, NULL, { 0 } },
  { "collect", collect_cb, "s", NULL, NULL, { 0 } },
  { "digit", digit_cb, "s", NULL, NULL, { 0 } },
  { "dismiss", dismiss_cb, NULL, NULL, NULL, { 0 } },
  { "fullscreen", fullscreen_cb, NULL, NULL, NULL, { 0 } },
  { "next", next_cb, NULL, NULL, NULL, { 0 } },
  { "open-nth", open_nth_cb, "u", NULL, NULL, { 0 } },
  { "query", query_cb, NULL, NULL, NULL, { 0 } },
  { "query-order", query_order_cb, "s", NULL, NULL, { 0 } },
  { "refund", refund_cb, NULL, NULL, NULL, { 0 } },
  { "search", search_cb, NULL, NULL, NULL, { 0 } },
  { "settle", settle_cb, "s", NULL, NULL, { 0 } },
  { "show-sale", show_sale_cb, "s", NULL, NULL, { 0 } },
  { "view", view_cb, "s", NULL, NULL, { 0 } },
};

/* The scanner. */

/* On the list of sales the number on a customer's bill is looked for; all else is for the sell
 * page. */
static void
scanned_cb (TillWedgeKeys *keys,
            const char    *text,
            TillWindow    *self)
{
  g_autofree char *normal = till_paycode_normalise (text);
  TillPaycode code;

  if (!self->desk || till_dialog_covers (GTK_WINDOW (self))) {
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
                    TillWindow *self)
{
  for (guint i = position; i < position + n_added; i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    till_wedge_keys_watch (self->wedge_keys, window);
  }
}

static void
held_cb (TillCustomerPhone *phone,
         const char        *paycode,
         TillWindow        *self)
{
  till_wedge_keys_feed (self->wedge_keys, paycode);
}

/* What the desk says. */

static void
open_changed_cb (TillWindow *self)
{
  guint n_open = g_list_model_get_n_items (till_desk_get_open (self->desk));
  g_autofree char *text =
    g_strdup_printf (ngettext ("%u open payment", "%u open payments", n_open), n_open);

  gtk_label_set_label (self->open_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->open_label), n_open > 0);
}

static void
work_cb (TillWindow *self)
{
  guint n_work = till_work_page_get_n_work (self->work_page);

  if (n_work == 0 && is_view (self, "work"))
    show_view (self, "sell");
  adw_view_stack_page_set_visible (self->work_view, n_work > 0);
  adw_view_stack_page_set_badge_number (self->work_view, n_work);
  adw_view_stack_page_set_needs_attention (self->work_view, n_work > 0);
}

static void
start_training (TillWindow *self)
{
  g_autoptr (TillTraining) training =
    till_training_new (self->start->ports, self->start->sandbox_url, self->start->sandbox_ca);
  TillCustomerPhone *phone = g_object_new (TILL_TYPE_CUSTOMER_PHONE, NULL);

  gtk_box_append (self->till_box, GTK_WIDGET (phone));
  till_customer_phone_start (phone, self->current, training);
  g_signal_connect_object (phone, "held", G_CALLBACK (held_cb), self, 0);
  gtk_widget_set_size_request (GTK_WIDGET (self), TRAINING_WIDTH, -1);
  gtk_widget_show (self->training_banner);
}

/* Closing. */

static void
close_confirmed_cb (gpointer user_data)
{
  TillWindow *self = user_data;

  self->may_close = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static gboolean
till_window_close_request (GtkWindow *window)
{
  TillWindow *self = TILL_WINDOW (window);
  guint n_open = self->desk ? g_list_model_get_n_items (till_desk_get_open (self->desk)) : 0;
  g_autofree char *body = NULL;

  if (n_open == 0 || self->may_close)
    return GTK_WINDOW_CLASS (till_window_parent_class)->close_request (window);

  body = g_strdup_printf (ngettext ("%u payment is not settled yet. It stays in the journal, and "
                                    "the till asks about it again when it starts.",
                                    "%u payments are not settled yet. They stay in the journal, "
                                    "and the till asks about them again when it starts.", n_open),
                          n_open);
  till_question_ask (GTK_WIDGET (self),
                     &(TillQuestion) {
                       .heading = _("Close the till?"),
                       .body = body,
                       .no = _("_Keep it open"),
                       .yes = _("_Close"),
                     },
                     close_confirmed_cb, g_object_ref (self), g_object_unref);

  return TRUE;
}

static void
till_window_dispose (GObject *object)
{
  TillWindow *self = TILL_WINDOW (object);

  /* A desk that ends empties its list of open sales. */
  if (self->desk)
    g_signal_handlers_disconnect_by_func (till_desk_get_open (self->desk), open_changed_cb, self);
  g_clear_pointer (&self->late_news, till_late_news_free);
  g_clear_object (&self->wedge_keys);
  g_clear_object (&self->current);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (till_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TillWindow, shop_label);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, open_label);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, training_banner);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, banners);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, state_stack);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, fault_page);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, view_stack);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, sell_page);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, sales_page);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, work_view);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, work_page);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, till_box);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, notice);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, open_bar);
}

static void
till_window_class_init (TillWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = till_window_close_request;

  g_type_ensure (TILL_TYPE_BANNERS);
  g_type_ensure (TILL_TYPE_NOTICE);
  g_type_ensure (TILL_TYPE_OPEN_BAR);
  g_type_ensure (TILL_TYPE_SALES_PAGE);
  g_type_ensure (TILL_TYPE_SELL_PAGE);
  g_type_ensure (TILL_TYPE_WORK_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/window.ui");
  bind_children (widget_class);
}

static void
till_window_init (TillWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  till_keys_add (GTK_WIDGET (self));
  till_text_size_follow (GTK_WIDGET (self));

  self->wedge_keys = till_wedge_keys_new ();
  g_signal_connect_object (self->wedge_keys, "scanned", G_CALLBACK (scanned_cb), self, 0);
  till_wedge_keys_watch (self->wedge_keys, GTK_WIDGET (self));
  g_signal_connect_object (gtk_window_get_toplevels (), "items-changed",
                           G_CALLBACK (windows_changed_cb), self, 0);

  self->sell_flow = till_sell_page_get_flow (self->sell_page);
  g_signal_connect_object (self->sell_flow, "told", G_CALLBACK (told_cb), self, 0);
  g_signal_connect_object (self->sales_page, "told", G_CALLBACK (told_cb), self, 0);
  g_signal_connect_object (self->sell_page, "page-changed", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sales_page, "sale-shown", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->work_page, "notify::n-work", G_CALLBACK (work_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view_stack, "notify::visible-child",
                           G_CALLBACK (view_changed_cb), self, G_CONNECT_SWAPPED);
  update_actions (self);
}

/**
 * till_window_new:
 * @start: outlives the window
 *
 * Returns: (transfer none): a window without a shop
 */
TillWindow *
till_window_new (TillApplication *application,
                 const TillStart *start)
{
  TillWindow *self = g_object_new (TILL_TYPE_WINDOW, "application", application, NULL);

  self->start = start;

  return self;
}

/**
 * till_window_open_shop:
 * @desk: opened; what is open is taken up
 */
void
till_window_open_shop (TillWindow *self,
                       TillDesk   *desk)
{
  g_autoptr (TillTicker) ticker = NULL;
  g_autofree char *shop = NULL;

  g_return_if_fail (TILL_IS_WINDOW (self));

  if (!g_set_object (&self->desk, desk))
    return;

  ticker = till_ticker_new (self->start->ports->clock);
  self->current = till_current_new (desk, ticker);
  till_sell_page_set_current (self->sell_page, self->current);
  till_sales_page_set_desk (self->sales_page, desk);
  till_open_bar_set_current (self->open_bar, self->current);
  till_banners_set_current (self->banners, self->current);
  till_work_page_set_current (self->work_page, self->current);
  work_cb (self);
  /* Translators: the shop's name, and the number of this till in the shop */
  shop = g_strdup_printf (_("%s · till %s"), till_desk_get_shop_name (desk),
                          till_desk_get_register (desk));
  gtk_label_set_label (self->shop_label, shop);
  g_signal_connect_object (till_desk_get_open (desk), "items-changed",
                           G_CALLBACK (open_changed_cb), self, G_CONNECT_SWAPPED);
  open_changed_cb (self);
  self->late_news = till_late_news_new (desk, late_cb, self);
  if (self->start->sandbox_url)
    start_training (self);
  gtk_stack_set_visible_child_name (self->state_stack, "till");
  gtk_widget_grab_focus (GTK_WIDGET (self->sell_page));
  update_actions (self);
}

/**
 * till_window_show_fault:
 * @error: why there is no shop
 */
void
till_window_show_fault (TillWindow   *self,
                        const GError *error)
{
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;

  g_return_if_fail (TILL_IS_WINDOW (self));

  /* Translators: %s is what is wrong, in a program's words */
  text = g_strdup_printf (_("%s\n\nNothing was sent and nothing is lost. Mend it, or call the "
                            "technician: the command “till doctor” checks everything and says "
                            "what to do."), error->message);
  markup = g_markup_escape_text (text, -1);
  adw_status_page_set_description (self->fault_page, markup);
  gtk_stack_set_visible_child_name (self->state_stack, "fault");
}

TillDesk *
till_window_get_desk (TillWindow *self)
{
  g_return_val_if_fail (TILL_IS_WINDOW (self), NULL);

  return self->desk;
}
