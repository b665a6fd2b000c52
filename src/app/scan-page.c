/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/scan-page.h"

#include "app/big-label.h"
#include "app/focus.h"
#include "app/key-button.h"
#include "core/money.h"

struct _TillScanPage
{
  AdwBin        parent_instance;

  GtkLabel     *title_label;
  TillBigLabel *amount_label;
  GtkBox       *wallets_box;
};

G_DEFINE_FINAL_TYPE (TillScanPage, till_scan_page, ADW_TYPE_BIN)

static GtkWidget *
make_wallet (TillBrand brand)
{
  const TillBrandFacts *facts = till_brand_get_facts (brand);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *chip = gtk_image_new_from_icon_name (facts->icon_name);

  gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (chip, "brand-chip");
  gtk_widget_add_css_class (chip, facts->word);
  gtk_box_append (GTK_BOX (box), chip);
  gtk_box_append (GTK_BOX (box), gtk_label_new (till_brand_get_name (brand)));

  return box;
}

static gboolean
till_scan_page_grab_focus (GtkWidget *widget)
{
  return till_focus_set (GTK_WIDGET (TILL_SCAN_PAGE (widget)->title_label));
}

static void
till_scan_page_class_init (TillScanPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TILL_TYPE_BIG_LABEL);
  g_type_ensure (TILL_TYPE_KEY_BUTTON);
  widget_class->grab_focus = till_scan_page_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/scan-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TillScanPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, TillScanPage, amount_label);
  gtk_widget_class_bind_template_child (widget_class, TillScanPage, wallets_box);
}

static void
till_scan_page_init (TillScanPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * till_scan_page_set_brands:
 * @brands: those whose payment codes this shop can charge
 */
void
till_scan_page_set_brands (TillScanPage *self,
                           TillBrandSet  brands)
{
  GtkWidget *child;

  g_return_if_fail (TILL_IS_SCAN_PAGE (self));

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->wallets_box))))
    gtk_box_remove (self->wallets_box, child);
  for (guint brand = TILL_BRAND_NONE + 1; brand < TILL_N_BRANDS; brand++) {
    if (brands & TILL_BRAND_BIT (brand))
      gtk_box_append (self->wallets_box, make_wallet ((TillBrand) brand));
  }
}

void
till_scan_page_show (TillScanPage *self,
                     gint64        amount_fen)
{
  g_autofree char *amount = till_money_to_text (amount_fen);

  g_return_if_fail (TILL_IS_SCAN_PAGE (self));

  till_big_label_set_label (self->amount_label, amount);
}
