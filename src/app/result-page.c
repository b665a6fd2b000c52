/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/result-page.h"

#include "app/big-label.h"
#include "app/brand-row.h"
#include "app/closures.h"
#include "app/focus.h"
#include "app/key-button.h"
#include "app/outcome.h"

struct _TillResultPage
{
  AdwBin         parent_instance;

  GtkLabel      *title_label;
  TillBrandRow  *brand_row;
  TillKeyButton *again_button;
  TillKeyButton *next_button;

  TillCurrent   *current;
};

enum {
  PROP_0,
  PROP_CURRENT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TillResultPage, till_result_page, ADW_TYPE_BIN)

static gboolean
till_result_page_grab_focus (GtkWidget *widget)
{
  return till_focus_set (GTK_WIDGET (TILL_RESULT_PAGE (widget)->title_label));
}

static void
till_result_page_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_CURRENT:
    g_value_set_object (value, TILL_RESULT_PAGE (object)->current);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
set_current (TillResultPage *self,
             TillCurrent    *current)
{
  if (g_set_object (&self->current, current) && current)
    till_brand_row_set_current (self->brand_row, current);
}

static void
till_result_page_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  switch (prop_id) {
  case PROP_CURRENT:
    set_current (TILL_RESULT_PAGE (object), g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_result_page_dispose (GObject *object)
{
  g_clear_object (&TILL_RESULT_PAGE (object)->current);

  G_OBJECT_CLASS (till_result_page_parent_class)->dispose (object);
}

static void
till_result_page_class_init (TillResultPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = till_result_page_get_property;
  object_class->set_property = till_result_page_set_property;
  object_class->dispose = till_result_page_dispose;
  widget_class->grab_focus = till_result_page_grab_focus;

  props[PROP_CURRENT] = g_param_spec_object ("current", NULL, NULL, TILL_TYPE_CURRENT,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (TILL_TYPE_BIG_LABEL);
  g_type_ensure (TILL_TYPE_BRAND_ROW);
  g_type_ensure (TILL_TYPE_KEY_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/result-page.ui");
  till_closures_bind (widget_class);
  till_outcome_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, TillResultPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, TillResultPage, brand_row);
  gtk_widget_class_bind_template_child (widget_class, TillResultPage, again_button);
  gtk_widget_class_bind_template_child (widget_class, TillResultPage, next_button);
}

static void
till_result_page_init (TillResultPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * till_result_page_get_default:
 *
 * Returns: (transfer none): the button that Enter means: after a refusal the same amount again by
 *   payment code, which every wallet has; else the next customer
 */
GtkWidget *
till_result_page_get_default (TillResultPage *self)
{
  TillSaleItem *item;
  TillOutcome outcome;

  g_return_val_if_fail (TILL_IS_RESULT_PAGE (self), NULL);

  item = till_current_get_item (self->current);
  outcome = item ? till_outcome_of (item) : TILL_OUTCOME_PAID;
  if (outcome == TILL_OUTCOME_UNPAID || outcome == TILL_OUTCOME_UNASKED)
    return GTK_WIDGET (self->again_button);

  return GTK_WIDGET (self->next_button);
}
