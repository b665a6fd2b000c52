/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/brand-chip.h"

/**
 * till_brand_chip_new:
 * @brand: %TILL_BRAND_NONE for all wallets
 *
 * Returns: the wallet's icon on its colour; the name stands beside it, so it says nothing itself
 */
GtkWidget *
till_brand_chip_new (TillBrand brand)
{
  const TillBrandFacts *facts = till_brand_get_facts (brand);
  GtkWidget *chip = g_object_new (GTK_TYPE_IMAGE,
                                  "icon-name", facts->icon_name,
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                  "valign", GTK_ALIGN_CENTER,
                                  NULL);

  gtk_widget_add_css_class (chip, "brand-chip");
  gtk_widget_add_css_class (chip, brand == TILL_BRAND_NONE ? "all" : facts->word);

  return chip;
}
