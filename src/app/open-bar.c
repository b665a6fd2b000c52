/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/open-bar.h"

#include <glib/gi18n.h>

#include "app/open-row.h"

struct _TillOpenBar
{
  AdwBin              parent_instance;

  GtkLabel           *count_label;
  GtkListView        *list_view;

  TillCurrent        *current;
  GtkFilterListModel *others;
};

G_DEFINE_FINAL_TYPE (TillOpenBar, till_open_bar, ADW_TYPE_BIN)

static gboolean
is_other (gpointer item,
          gpointer user_data)
{
  return item != till_current_get_item (TILL_OPEN_BAR (user_data)->current);
}

static void
position_cb (GtkListItem *list_item,
             GParamSpec  *pspec,
             TillOpenRow *row)
{
  till_open_row_set_position (row, gtk_list_item_get_position (list_item));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          TillOpenBar              *self)
{
  GtkWidget *row = till_open_row_new (self->current);

  g_signal_connect_object (list_item, "notify::position", G_CALLBACK (position_cb), row, 0);
  gtk_list_item_set_child (list_item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         TillOpenBar              *self)
{
  TillOpenRow *row = TILL_OPEN_ROW (gtk_list_item_get_child (list_item));

  till_open_row_set_item (row, gtk_list_item_get_item (list_item));
  till_open_row_set_position (row, gtk_list_item_get_position (list_item));
  till_open_row_name (row);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           TillOpenBar              *self)
{
  till_open_row_set_item (TILL_OPEN_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
activate_cb (GtkListView *list_view,
             guint        position,
             TillOpenBar *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-nth", "u", position);
}

static void
count_cb (TillOpenBar *self)
{
  guint n_open = g_list_model_get_n_items (G_LIST_MODEL (self->others));
  g_autofree char *count =
    g_strdup_printf (ngettext ("%u open payment", "%u open payments", n_open), n_open);

  gtk_label_set_label (self->count_label, count);
  gtk_widget_set_visible (GTK_WIDGET (self), n_open > 0);
}

static void
refilter_cb (TillOpenBar *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->others), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
till_open_bar_dispose (GObject *object)
{
  TillOpenBar *self = TILL_OPEN_BAR (object);

  g_clear_object (&self->others);
  g_clear_object (&self->current);

  G_OBJECT_CLASS (till_open_bar_parent_class)->dispose (object);
}

static void
till_open_bar_class_init (TillOpenBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_open_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/open-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, TillOpenBar, count_label);
  gtk_widget_class_bind_template_child (widget_class, TillOpenBar, list_view);
}

static void
till_open_bar_init (TillOpenBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect (self->list_view, "activate", G_CALLBACK (activate_cb), self);
}

static void
make_factory (TillOpenBar *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->list_view, factory);
}

/**
 * till_open_bar_set_current:
 *
 * Opens the shop, once.
 */
void
till_open_bar_set_current (TillOpenBar *self,
                           TillCurrent *current)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  g_return_if_fail (TILL_IS_OPEN_BAR (self));

  if (!g_set_object (&self->current, current))
    return;

  self->others =
    gtk_filter_list_model_new (g_object_ref (till_desk_get_open (till_current_get_desk (current))),
                               GTK_FILTER (gtk_custom_filter_new (is_other, self, NULL)));
  g_signal_connect_object (self->others, "items-changed", G_CALLBACK (count_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (current, "notify::item", G_CALLBACK (refilter_cb), self,
                           G_CONNECT_SWAPPED);
  make_factory (self);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->others)));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));
  count_cb (self);
}

/**
 * till_open_bar_get_nth:
 *
 * Returns: (transfer full) (nullable): the open sale at @position in the bar
 */
TillSaleItem *
till_open_bar_get_nth (TillOpenBar *self,
                       guint        position)
{
  g_return_val_if_fail (TILL_IS_OPEN_BAR (self), NULL);

  return self->others ? g_list_model_get_item (G_LIST_MODEL (self->others), position) : NULL;
}
