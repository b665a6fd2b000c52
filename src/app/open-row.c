/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/open-row.h"

#include <glib/gi18n.h>

#include "app/closures.h"
#include "core/money.h"

#define N_KEYS 9  /* Alt+1 to Alt+9 */

struct _TillOpenRow
{
  AdwBin        parent_instance;

  GtkLabel     *key_label;
  GtkButton    *query_button;
  GtkButton    *cancel_button;

  TillCurrent  *current;
  TillSaleItem *item;
};

enum {
  PROP_0,
  PROP_CURRENT,
  PROP_ITEM,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TillOpenRow, till_open_row, ADW_TYPE_BIN)

static void
till_open_row_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  TillOpenRow *self = TILL_OPEN_ROW (object);

  switch (prop_id) {
  case PROP_CURRENT:
    g_value_set_object (value, self->current);
    break;
  case PROP_ITEM:
    g_value_set_object (value, self->item);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_open_row_dispose (GObject *object)
{
  TillOpenRow *self = TILL_OPEN_ROW (object);

  g_clear_object (&self->current);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (till_open_row_parent_class)->dispose (object);
}

static void
till_open_row_class_init (TillOpenRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = till_open_row_get_property;
  object_class->dispose = till_open_row_dispose;

  props[PROP_CURRENT] = g_param_spec_object ("current", NULL, NULL, TILL_TYPE_CURRENT, flags);
  props[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, TILL_TYPE_SALE_ITEM, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/open-row.ui");
  till_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, TillOpenRow, key_label);
  gtk_widget_class_bind_template_child (widget_class, TillOpenRow, query_button);
  gtk_widget_class_bind_template_child (widget_class, TillOpenRow, cancel_button);
}

static void
till_open_row_init (TillOpenRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
till_open_row_new (TillCurrent *current)
{
  TillOpenRow *self = g_object_new (TILL_TYPE_OPEN_ROW, NULL);

  if (g_set_object (&self->current, current))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURRENT]);

  return GTK_WIDGET (self);
}

static void
set_act (GtkButton  *button,
         const char *action,
         const char *order)
{
  gtk_widget_set_sensitive (GTK_WIDGET (button), order != NULL);
  if (!order)
    return;

  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", order);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

/* The first row brings the number; until then there is nothing to ask about. */
static void
order_cb (TillSaleItem *item,
          GParamSpec   *pspec,
          TillOpenRow  *self)
{
  set_act (self->query_button, "win.query-order", till_sale_item_get_order (item));
  set_act (self->cancel_button, "win.cancel-order", till_sale_item_get_order (item));
  till_open_row_name (self);
}

/**
 * till_open_row_set_item:
 * @item: (nullable): the open sale
 */
void
till_open_row_set_item (TillOpenRow  *self,
                        TillSaleItem *item)
{
  g_return_if_fail (TILL_IS_OPEN_ROW (self));

  if (self->item)
    g_signal_handlers_disconnect_by_func (self->item, order_cb, self);
  g_set_object (&self->item, item);
  if (item) {
    g_signal_connect_object (item, "notify::order", G_CALLBACK (order_cb), self, 0);
    order_cb (item, NULL, self);
  }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ITEM]);
}

/**
 * till_open_row_set_position:
 * @position: in the bar, from 0; the first nine have a key
 */
void
till_open_row_set_position (TillOpenRow *self,
                            guint        position)
{
  g_autofree char *key = NULL;

  g_return_if_fail (TILL_IS_OPEN_ROW (self));

  /* Translators: a key of the keyboard, and a digit from 1 to 9 */
  key = g_strdup_printf (C_("key", "Alt+%u"), position + 1);
  gtk_label_set_label (self->key_label, key);
  gtk_widget_set_visible (GTK_WIDGET (self->key_label), position < N_KEYS);
}

/**
 * till_open_row_name:
 *
 * The list's own row around this one has the focus: a screen reader shall say which payment it is.
 */
void
till_open_row_name (TillOpenRow *self)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *amount = NULL;
  g_autofree char *name = NULL;

  g_return_if_fail (TILL_IS_OPEN_ROW (self));

  if (!row || !self->item)
    return;

  amount = till_money_to_text (till_sale_item_get_amount (self->item));
  /* Translators: an amount, "¥12.50", and a wallet, "WeChat Pay" */
  name = g_strdup_printf (_("Open payment of %s, %s"), amount,
                          till_brand_get_name (till_sale_item_get_brand (self->item)));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
