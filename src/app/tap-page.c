/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/tap-page.h"

#include "app/big-label.h"
#include "app/focus.h"
#include "app/key-button.h"
#include "core/money.h"

struct _TillTapPage
{
  AdwBin        parent_instance;

  GtkLabel     *state_label;
  TillBigLabel *amount_label;
};

G_DEFINE_FINAL_TYPE (TillTapPage, till_tap_page, ADW_TYPE_BIN)

static gboolean
till_tap_page_grab_focus (GtkWidget *widget)
{
  return till_focus_set (GTK_WIDGET (TILL_TAP_PAGE (widget)->state_label));
}

static void
till_tap_page_class_init (TillTapPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TILL_TYPE_BIG_LABEL);
  g_type_ensure (TILL_TYPE_KEY_BUTTON);
  widget_class->grab_focus = till_tap_page_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/tap-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TillTapPage, state_label);
  gtk_widget_class_bind_template_child (widget_class, TillTapPage, amount_label);
}

static void
till_tap_page_init (TillTapPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * till_tap_page_show:
 * @state: how it is with reader and card: what customer and clerk are told
 */
void
till_tap_page_show (TillTapPage  *self,
                    gint64        amount_fen,
                    TillTapState  state)
{
  g_autofree char *amount = till_money_to_text (amount_fen);

  g_return_if_fail (TILL_IS_TAP_PAGE (self));

  till_big_label_set_label (self->amount_label, amount);
  gtk_label_set_label (self->state_label, till_tap_state_get_text (state));
  if (till_tap_state_is_fault (state))
    gtk_widget_add_css_class (GTK_WIDGET (self->state_label), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->state_label), "error");
}
