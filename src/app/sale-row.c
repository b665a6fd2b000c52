/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sale-row.h"

#include "app/closures.h"

struct _TillSaleRow
{
  AdwBin        parent_instance;

  TillDesk     *desk;
  TillSaleItem *item;
};

enum {
  PROP_0,
  PROP_DESK,
  PROP_ITEM,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TillSaleRow, till_sale_row, ADW_TYPE_BIN)

static void
till_sale_row_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  TillSaleRow *self = TILL_SALE_ROW (object);

  switch (prop_id) {
  case PROP_DESK:
    g_value_set_object (value, self->desk);
    break;
  case PROP_ITEM:
    g_value_set_object (value, self->item);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_sale_row_dispose (GObject *object)
{
  TillSaleRow *self = TILL_SALE_ROW (object);

  g_clear_object (&self->desk);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (till_sale_row_parent_class)->dispose (object);
}

static void
till_sale_row_class_init (TillSaleRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = till_sale_row_get_property;
  object_class->dispose = till_sale_row_dispose;

  props[PROP_DESK] = g_param_spec_object ("desk", NULL, NULL, TILL_TYPE_DESK, flags);
  props[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, TILL_TYPE_SALE_ITEM, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/sale-row.ui");
  till_closures_bind (widget_class);
}

static void
till_sale_row_init (TillSaleRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
till_sale_row_new (TillDesk *desk)
{
  TillSaleRow *self = g_object_new (TILL_TYPE_SALE_ROW, NULL);

  if (g_set_object (&self->desk, desk))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DESK]);

  return GTK_WIDGET (self);
}

/**
 * till_sale_row_set_item:
 * @item: (nullable): the sale
 */
void
till_sale_row_set_item (TillSaleRow  *self,
                        TillSaleItem *item)
{
  g_return_if_fail (TILL_IS_SALE_ROW (self));

  if (g_set_object (&self->item, item))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ITEM]);
}
