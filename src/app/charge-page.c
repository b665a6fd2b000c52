/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/charge-page.h"

#include "app/big-label.h"
#include "app/closures.h"
#include "app/focus.h"
#include "app/key-button.h"

struct _TillChargePage
{
  AdwBin       parent_instance;

  GtkLabel    *title_label;

  TillCurrent *current;
};

enum {
  PROP_0,
  PROP_CURRENT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TillChargePage, till_charge_page, ADW_TYPE_BIN)

static gboolean
till_charge_page_grab_focus (GtkWidget *widget)
{
  return till_focus_set (GTK_WIDGET (TILL_CHARGE_PAGE (widget)->title_label));
}

static void
till_charge_page_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_CURRENT:
    g_value_set_object (value, TILL_CHARGE_PAGE (object)->current);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_charge_page_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  switch (prop_id) {
  case PROP_CURRENT:
    g_set_object (&TILL_CHARGE_PAGE (object)->current, g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_charge_page_dispose (GObject *object)
{
  g_clear_object (&TILL_CHARGE_PAGE (object)->current);

  G_OBJECT_CLASS (till_charge_page_parent_class)->dispose (object);
}

static void
till_charge_page_class_init (TillChargePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = till_charge_page_get_property;
  object_class->set_property = till_charge_page_set_property;
  object_class->dispose = till_charge_page_dispose;
  widget_class->grab_focus = till_charge_page_grab_focus;

  props[PROP_CURRENT] = g_param_spec_object ("current", NULL, NULL, TILL_TYPE_CURRENT,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (TILL_TYPE_BIG_LABEL);
  g_type_ensure (TILL_TYPE_KEY_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/charge-page.ui");
  till_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, TillChargePage, title_label);
}

static void
till_charge_page_init (TillChargePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
