/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/amount-page.h"

#include <glib/gi18n.h>

#include "app/big-label.h"
#include "app/brand-row.h"
#include "app/key-button.h"
#include "desk/codes.h"
#include "desk/tapping.h"

struct _TillAmountPage
{
  AdwBin         parent_instance;

  TillBigLabel  *amount_label;
  TillKeyButton *scan_button;
  TillKeyButton *show_button;
  TillKeyButton *tap_button;
  GtkLabel      *apps_label;
  TillBrandRow  *brand_row;
  GtkGrid       *keypad;
};

/* What stands where; the word is the target of "win.digit". */
static const struct {
  const char *word;
  const char *face;
  const char *name;   /* N_(): to a screen reader, where the face is no word */
  int         column;
  int         row;
  int         width;
} pads[] = {
  { "7", "7", NULL, 0, 0, 1 },
  { "8", "8", NULL, 1, 0, 1 },
  { "9", "9", NULL, 2, 0, 1 },
  { "4", "4", NULL, 0, 1, 1 },
  { "5", "5", NULL, 1, 1, 1 },
  { "6", "6", NULL, 2, 1, 1 },
  { "1", "1", NULL, 0, 2, 1 },
  { "2", "2", NULL, 1, 2, 1 },
  { "3", "3", NULL, 2, 2, 1 },
  { "0", "0", NULL, 0, 3, 1 },
  { "00", "00", NULL, 1, 3, 1 },
  { ".", ".", N_("Point"), 2, 3, 1 },
  { "back", "⌫", N_("Take back the last digit"), 0, 4, 2 },
  { "clear", "C", N_("Clear the amount"), 2, 4, 1 },
};

G_DEFINE_FINAL_TYPE (TillAmountPage, till_amount_page, ADW_TYPE_BIN)

static GtkWidget *
make_pad (guint index)
{
  GtkWidget *button = gtk_button_new_with_label (pads[index].face);

  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_set_vexpand (button, TRUE);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_add_css_class (button, pads[index].name ? "pad-act" : "pad-digit");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.digit");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", pads[index].word);
  if (pads[index].name) {
    gtk_widget_set_tooltip_text (button, _(pads[index].name));
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    _(pads[index].name), -1);
  }

  return button;
}

static gboolean
till_amount_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (TILL_AMOUNT_PAGE (widget)->amount_label));
}

static void
till_amount_page_class_init (TillAmountPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TILL_TYPE_BIG_LABEL);
  g_type_ensure (TILL_TYPE_BRAND_ROW);
  g_type_ensure (TILL_TYPE_KEY_BUTTON);
  widget_class->grab_focus = till_amount_page_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/amount-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TillAmountPage, amount_label);
  gtk_widget_class_bind_template_child (widget_class, TillAmountPage, scan_button);
  gtk_widget_class_bind_template_child (widget_class, TillAmountPage, show_button);
  gtk_widget_class_bind_template_child (widget_class, TillAmountPage, tap_button);
  gtk_widget_class_bind_template_child (widget_class, TillAmountPage, apps_label);
  gtk_widget_class_bind_template_child (widget_class, TillAmountPage, brand_row);
  gtk_widget_class_bind_template_child (widget_class, TillAmountPage, keypad);
}

static void
till_amount_page_init (TillAmountPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < G_N_ELEMENTS (pads); i++)
    gtk_grid_attach (self->keypad, make_pad (i), pads[i].column, pads[i].row, pads[i].width, 1);
  till_amount_page_show (self, "¥0", FALSE);
}

/* Who can scan what the clerk shows without asking; nothing where the customer must be asked. */
static void
show_apps (TillAmountPage *self,
           TillDesk       *desk)
{
  TillBrandSet proposed;
  gboolean is_certain = till_codes_propose (desk, 1, &proposed);
  g_autofree char *apps = till_brand_set_to_apps (proposed);

  gtk_label_set_label (self->apps_label, apps);
  gtk_widget_set_visible (GTK_WIDGET (self->apps_label), is_certain && proposed != 0);
  gtk_widget_set_visible (GTK_WIDGET (self->show_button), proposed != 0);
}

/**
 * till_amount_page_set_current:
 *
 * Opens the shop, once.
 */
void
till_amount_page_set_current (TillAmountPage *self,
                              TillCurrent    *current)
{
  g_return_if_fail (TILL_IS_AMOUNT_PAGE (self));

  till_brand_row_set_current (self->brand_row, current);
  show_apps (self, till_current_get_desk (current));
  gtk_widget_set_visible (GTK_WIDGET (self->tap_button),
                          till_desk_may_tap (till_current_get_desk (current)));
}

/**
 * till_amount_page_show:
 * @typed: as far as it is typed, "¥12.5"
 * @is_amount: whether a sale may have it
 */
void
till_amount_page_show (TillAmountPage *self,
                       const char     *typed,
                       gboolean        is_amount)
{
  g_return_if_fail (TILL_IS_AMOUNT_PAGE (self));

  till_big_label_set_label (self->amount_label, typed);
  if (is_amount)
    gtk_widget_remove_css_class (GTK_WIDGET (self->amount_label), "nothing");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->amount_label), "nothing");
}

/**
 * till_amount_page_get_default:
 *
 * Returns: (transfer none): the button that Enter means
 */
GtkWidget *
till_amount_page_get_default (TillAmountPage *self)
{
  g_return_val_if_fail (TILL_IS_AMOUNT_PAGE (self), NULL);

  return GTK_WIDGET (self->scan_button);
}
