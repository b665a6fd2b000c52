/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/brand-row.h"

#include <glib/gi18n.h>

#define MOST_IN_A_LINE 4

struct _TillBrandRow
{
  AdwBin      parent_instance;

  GtkFlowBox *buttons_box;
};

/* Not F1 (help), F10 (menu), F11 (whole screen); the same key for a wallet in every shop. */
static const char *const keys[TILL_N_BRANDS] = {
  [TILL_BRAND_NONE]     = "F2",   /* all wallets at once */
  [TILL_BRAND_WECHAT]   = "F5",
  [TILL_BRAND_ALIPAY]   = "F6",
  [TILL_BRAND_UNIONPAY] = "F7",
  [TILL_BRAND_ECNY]     = "F8",
  [TILL_BRAND_JD]       = "F9",
  [TILL_BRAND_QQ]       = "F3",
  [TILL_BRAND_BESTPAY]  = "F4",
};

G_DEFINE_FINAL_TYPE (TillBrandRow, till_brand_row, ADW_TYPE_BIN)

static GtkWidget *
make_label (const char *text,
            const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, style);

  return label;
}

/* The name is in the button's own words, so that a screen reader says it once. */
static GtkWidget *
make_button (TillBrand   brand,
             const char *word,
             const char *name,
             const char *tooltip)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *chip = gtk_image_new_from_icon_name (till_brand_get_facts (brand)->icon_name);

  gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (chip, "brand-chip");
  gtk_widget_add_css_class (chip, word);
  gtk_box_append (GTK_BOX (box), chip);
  gtk_box_append (GTK_BOX (box), make_label (name, "brand-name"));
  gtk_box_append (GTK_BOX (box), make_label (keys[brand], "keycap"));
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "brand-button");
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.collect");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", word);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tooltip, -1);

  return button;
}

static void
add_button (TillBrandRow *self,
            GtkWidget    *button)
{
  GtkWidget *child = gtk_flow_box_child_new ();

  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), button);
  gtk_widget_set_focusable (child, FALSE);
  gtk_flow_box_insert (self->buttons_box, child, -1);
}

static void
till_brand_row_class_init (TillBrandRowClass *klass)
{
}

static void
till_brand_row_init (TillBrandRow *self)
{
  self->buttons_box = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (self->buttons_box, GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (self->buttons_box, TRUE);
  gtk_flow_box_set_min_children_per_line (self->buttons_box, 1);
  gtk_flow_box_set_row_spacing (self->buttons_box, 6);
  gtk_flow_box_set_column_spacing (self->buttons_box, 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->buttons_box),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Wallets"), -1);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->buttons_box));
}

/**
 * till_brand_row_get_key:
 * @brand: %TILL_BRAND_NONE for all wallets at once
 *
 * Returns: the key that shows this wallet's code, "F5"
 */
const char *
till_brand_row_get_key (TillBrand brand)
{
  g_return_val_if_fail ((guint) brand < TILL_N_BRANDS, NULL);

  return keys[brand];
}

/**
 * till_brand_row_set_brands:
 * @brands: those whose code this shop can show
 */
void
till_brand_row_set_brands (TillBrandRow *self,
                           TillBrandSet  brands)
{
  guint n_brands = 0;
  GtkWidget *child;

  g_return_if_fail (TILL_IS_BRAND_ROW (self));

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->buttons_box))))
    gtk_flow_box_remove (self->buttons_box, child);

  for (guint brand = TILL_BRAND_NONE + 1; brand < TILL_N_BRANDS; brand++) {
    if (!(brands & TILL_BRAND_BIT (brand)))
      continue;
    n_brands++;
    add_button (self, make_button ((TillBrand) brand, till_brand_to_word ((TillBrand) brand),
                                   till_brand_get_name ((TillBrand) brand),
                                   _("Show a code for the customer to scan with this wallet")));
  }
  if (n_brands > 1) {
    n_brands++;
    add_button (self, make_button (TILL_BRAND_NONE, "all", _("All wallets"),
                                   _("Show the codes of all wallets at once")));
  }
  gtk_flow_box_set_max_children_per_line (self->buttons_box, CLAMP (n_brands, 1, MOST_IN_A_LINE));
}
