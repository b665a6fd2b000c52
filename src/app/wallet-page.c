/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/wallet-page.h"

#include "app/big-label.h"
#include "app/brand-row.h"
#include "app/focus.h"
#include "app/key-button.h"
#include "core/money.h"

struct _TillWalletPage
{
  AdwBin        parent_instance;

  GtkLabel     *title_label;
  TillBigLabel *amount_label;
  TillBrandRow *brand_row;
};

G_DEFINE_FINAL_TYPE (TillWalletPage, till_wallet_page, ADW_TYPE_BIN)

static gboolean
till_wallet_page_grab_focus (GtkWidget *widget)
{
  return till_focus_set (GTK_WIDGET (TILL_WALLET_PAGE (widget)->title_label));
}

static void
till_wallet_page_class_init (TillWalletPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TILL_TYPE_BIG_LABEL);
  g_type_ensure (TILL_TYPE_BRAND_ROW);
  g_type_ensure (TILL_TYPE_KEY_BUTTON);
  widget_class->grab_focus = till_wallet_page_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/wallet-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TillWalletPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, TillWalletPage, amount_label);
  gtk_widget_class_bind_template_child (widget_class, TillWalletPage, brand_row);
}

static void
till_wallet_page_init (TillWalletPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * till_wallet_page_set_current:
 *
 * Opens the shop, once.
 */
void
till_wallet_page_set_current (TillWalletPage *self,
                              TillCurrent    *current)
{
  g_return_if_fail (TILL_IS_WALLET_PAGE (self));

  till_brand_row_set_current (self->brand_row, current);
}

/**
 * till_wallet_page_show:
 *
 * Says for which amount the wallet is asked.
 */
void
till_wallet_page_show (TillWalletPage *self,
                       gint64          amount_fen)
{
  g_autofree char *amount = till_money_to_text (amount_fen);

  g_return_if_fail (TILL_IS_WALLET_PAGE (self));

  till_big_label_set_label (self->amount_label, amount);
}
