/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/current.h"

struct _TillCurrent
{
  GObject       parent_instance;

  TillDesk     *desk;
  TillTicker   *ticker;
  TillSaleItem *item;
  gint64        resets_us;
};

enum {
  PROP_0,
  PROP_DESK,
  PROP_TICKER,
  PROP_ITEM,
  PROP_RESETS_US,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TillCurrent, till_current, G_TYPE_OBJECT)

static void
till_current_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  TillCurrent *self = TILL_CURRENT (object);

  switch (prop_id) {
  case PROP_DESK:
    g_value_set_object (value, self->desk);
    break;
  case PROP_TICKER:
    g_value_set_object (value, self->ticker);
    break;
  case PROP_ITEM:
    g_value_set_object (value, self->item);
    break;
  case PROP_RESETS_US:
    g_value_set_int64 (value, self->resets_us);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_current_dispose (GObject *object)
{
  TillCurrent *self = TILL_CURRENT (object);

  g_clear_object (&self->desk);
  g_clear_object (&self->ticker);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (till_current_parent_class)->dispose (object);
}

static void
till_current_class_init (TillCurrentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = till_current_get_property;
  object_class->dispose = till_current_dispose;

  props[PROP_DESK] = g_param_spec_object ("desk", NULL, NULL, TILL_TYPE_DESK, flags);
  props[PROP_TICKER] = g_param_spec_object ("ticker", NULL, NULL, TILL_TYPE_TICKER, flags);
  props[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, TILL_TYPE_SALE_ITEM, flags);
  props[PROP_RESETS_US] =
    g_param_spec_int64 ("resets-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
till_current_init (TillCurrent *self)
{
}

TillCurrent *
till_current_new (TillDesk   *desk,
                  TillTicker *ticker)
{
  TillCurrent *self = g_object_new (TILL_TYPE_CURRENT, NULL);

  self->desk = g_object_ref (desk);
  self->ticker = g_object_ref (ticker);

  return self;
}

TillDesk *
till_current_get_desk (TillCurrent *self)
{
  g_return_val_if_fail (TILL_IS_CURRENT (self), NULL);

  return self->desk;
}

TillTicker *
till_current_get_ticker (TillCurrent *self)
{
  g_return_val_if_fail (TILL_IS_CURRENT (self), NULL);

  return self->ticker;
}

TillSaleItem *
till_current_get_item (TillCurrent *self)
{
  g_return_val_if_fail (TILL_IS_CURRENT (self), NULL);

  return self->item;
}

/**
 * till_current_set_item:
 * @item: (nullable): the sale to show
 */
void
till_current_set_item (TillCurrent  *self,
                       TillSaleItem *item)
{
  g_return_if_fail (TILL_IS_CURRENT (self));

  if (g_set_object (&self->item, item))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ITEM]);
}

gint64
till_current_get_resets_us (TillCurrent *self)
{
  g_return_val_if_fail (TILL_IS_CURRENT (self), 0);

  return self->resets_us;
}

/**
 * till_current_set_resets_us:
 * @resets_us: when the page makes room by itself, µs UTC; 0: never
 */
void
till_current_set_resets_us (TillCurrent *self,
                            gint64       resets_us)
{
  g_return_if_fail (TILL_IS_CURRENT (self));

  if (self->resets_us == resets_us)
    return;

  self->resets_us = resets_us;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RESETS_US]);
}
