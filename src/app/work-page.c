/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/work-page.h"

#include "app/focus.h"
#include "app/work-row.h"
#include "core/work.h"

struct _TillWorkPage
{
  AdwBin              parent_instance;

  GtkStack           *stack;
  GtkLabel           *title_label;
  GtkLabel           *empty_label;
  GtkListBox         *list_box;

  TillCurrent        *current;
  GtkFilterListModel *work;
};

enum {
  PROP_0,
  PROP_N_WORK,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TillWorkPage, till_work_page, ADW_TYPE_BIN)

static gboolean
needs_person (gpointer item,
              gpointer user_data)
{
  TillWorkPage *self = user_data;

  return till_work_find (till_sale_item_get_sale (item),
                         till_ticker_get_now_us (till_current_get_ticker (self->current))) != NULL;
}

static GtkWidget *
make_row (gpointer item,
          gpointer user_data)
{
  TillWorkPage *self = user_data;
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row),
                              till_work_row_new (till_current_get_desk (self->current), item));

  return row;
}

static void
changed_cb (TillWorkPage *self)
{
  gtk_stack_set_visible_child_name (self->stack,
                                    till_work_page_get_n_work (self) > 0 ? "work" : "empty");
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_WORK]);
}

/* What was quiet long enough becomes work without anything else happening; what is work may be
 * settled by an answer. A filter that lets the same through changes nothing on the page. */
static void
look_again_cb (TillWorkPage *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->work), GTK_FILTER_CHANGE_DIFFERENT);
}

static gboolean
till_work_page_grab_focus (GtkWidget *widget)
{
  TillWorkPage *self = TILL_WORK_PAGE (widget);

  return till_focus_set (till_work_page_get_n_work (self) > 0 ? GTK_WIDGET (self->title_label)
                                                              : GTK_WIDGET (self->empty_label));
}

static void
till_work_page_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_N_WORK:
    g_value_set_uint (value, till_work_page_get_n_work (TILL_WORK_PAGE (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_work_page_dispose (GObject *object)
{
  TillWorkPage *self = TILL_WORK_PAGE (object);

  g_clear_object (&self->work);
  g_clear_object (&self->current);

  G_OBJECT_CLASS (till_work_page_parent_class)->dispose (object);
}

static void
till_work_page_class_init (TillWorkPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = till_work_page_get_property;
  object_class->dispose = till_work_page_dispose;
  widget_class->grab_focus = till_work_page_grab_focus;

  props[PROP_N_WORK] =
    g_param_spec_uint ("n-work", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/work-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TillWorkPage, stack);
  gtk_widget_class_bind_template_child (widget_class, TillWorkPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, TillWorkPage, empty_label);
  gtk_widget_class_bind_template_child (widget_class, TillWorkPage, list_box);
}

static void
till_work_page_init (TillWorkPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * till_work_page_set_current:
 *
 * Opens the shop, once.
 */
void
till_work_page_set_current (TillWorkPage *self,
                            TillCurrent  *current)
{
  TillDesk *desk;

  g_return_if_fail (TILL_IS_WORK_PAGE (self));

  if (!g_set_object (&self->current, current))
    return;

  desk = till_current_get_desk (current);
  self->work = gtk_filter_list_model_new (g_object_ref (till_desk_get_open (desk)),
                                          GTK_FILTER (gtk_custom_filter_new (needs_person, self,
                                                                             NULL)));
  g_signal_connect_object (self->work, "items-changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (till_current_get_ticker (current), "notify::now-us",
                           G_CALLBACK (look_again_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "sale-changed", G_CALLBACK (look_again_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (self->list_box, G_LIST_MODEL (self->work), make_row, self, NULL);
  changed_cb (self);
}

guint
till_work_page_get_n_work (TillWorkPage *self)
{
  g_return_val_if_fail (TILL_IS_WORK_PAGE (self), 0);

  return self->work ? g_list_model_get_n_items (G_LIST_MODEL (self->work)) : 0;
}
