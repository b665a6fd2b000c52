/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/window.h"

#include <glib/gi18n.h>

#include "app/banners.h"
#include "app/keys.h"
#include "app/question.h"
#include "app/shop-view.h"
#include "app/text-size.h"

struct _TillWindow
{
  AdwApplicationWindow  parent_instance;

  AdwViewSwitcher      *view_switcher;
  GtkLabel             *shop_label;
  GtkLabel             *open_label;
  GtkWidget            *training_banner;
  TillBanners          *banners;
  GtkStack             *state_stack;
  AdwStatusPage        *fault_page;

  const TillStart      *start;
  TillDesk             *desk;
  gboolean              may_close;  /* the clerk was asked */
};

G_DEFINE_FINAL_TYPE (TillWindow, till_window, ADW_TYPE_APPLICATION_WINDOW)

/* Actions. */

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
  { "fullscreen", fullscreen_cb, NULL, NULL, NULL, { 0 } },
};

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
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (till_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TillWindow, view_switcher);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, shop_label);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, open_label);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, training_banner);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, banners);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, state_stack);
  gtk_widget_class_bind_template_child (widget_class, TillWindow, fault_page);
}

static void
till_window_class_init (TillWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = till_window_close_request;

  g_type_ensure (TILL_TYPE_BANNERS);
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
  g_autoptr (TillCurrent) current = NULL;
  g_autofree char *shop = NULL;
  TillShopView *view;

  g_return_if_fail (TILL_IS_WINDOW (self));

  if (!g_set_object (&self->desk, desk))
    return;

  ticker = till_ticker_new (self->start->ports->clock);
  current = till_current_new (desk, ticker);
  till_banners_set_current (self->banners, current);
  view = till_shop_view_new (GTK_WINDOW (self), current, self->start);
  adw_view_switcher_set_stack (self->view_switcher, till_shop_view_get_stack (view));
  gtk_widget_set_visible (self->training_banner, self->start->sandbox_url != NULL);

  /* Translators: the shop's name, and the number of this till in the shop */
  shop = g_strdup_printf (_("%s · till %s"), till_desk_get_shop_name (desk),
                          till_desk_get_register (desk));
  gtk_label_set_label (self->shop_label, shop);
  g_signal_connect_object (till_desk_get_open (desk), "items-changed",
                           G_CALLBACK (open_changed_cb), self, G_CONNECT_SWAPPED);
  open_changed_cb (self);

  gtk_stack_add_child (self->state_stack, GTK_WIDGET (view));
  gtk_stack_set_visible_child (self->state_stack, GTK_WIDGET (view));
  gtk_widget_grab_focus (GTK_WIDGET (view));
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
