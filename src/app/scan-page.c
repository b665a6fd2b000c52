/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/scan-page.h"

#include <glib/gi18n.h>

#include "app/big-label.h"
#include "app/focus.h"
#include "app/key-button.h"
#include "app/viewfinder.h"
#include "core/money.h"

struct _TillScanPage
{
  AdwBin        parent_instance;

  GtkWidget      *image;
  GtkLabel       *title_label;
  TillBigLabel   *amount_label;
  TillViewfinder *viewfinder;
  GtkLabel       *how_label;
  GtkLabel       *camera_label;
  GtkBox         *wallets_box;
  GtkWidget      *camera_button;

  TillLookout    *lookout;    /* NULL: there is no camera */
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

/* The camera. */

static void
view_cb (TillScanPage *self)
{
  till_viewfinder_set_view (self->viewfinder,
                            till_scanner_get_view (till_lookout_get_camera (self->lookout)));
}

static void
set_class (TillScanPage *self,
           const char   *name,
           gboolean      is_set)
{
  if (is_set)
    gtk_widget_add_css_class (GTK_WIDGET (self->camera_label), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->camera_label), name);
}

/* What is the matter with the camera, or what would help, takes the place of the usual words. */
static void
lookout_cb (TillScanPage *self)
{
  gboolean has_picture = till_lookout_has_picture (self->lookout);
  gboolean is_bad;
  const char *sentence = till_lookout_get_sentence (self->lookout, &is_bad);

  gtk_widget_set_visible (GTK_WIDGET (self->viewfinder), has_picture);
  gtk_widget_set_visible (self->image, !has_picture);
  gtk_label_set_label (self->camera_label, sentence);
  gtk_label_set_label (self->how_label,
                       has_picture ? _("The customer opens the payment code in the wallet and "
                                       "holds it before the camera.")
                                   : _("The customer opens the payment code in the wallet and "
                                       "holds it to the scanner."));
  gtk_widget_set_visible (GTK_WIDGET (self->camera_label), sentence[0] != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->how_label), sentence[0] == '\0' || !has_picture);
  set_class (self, "bad", is_bad);
  set_class (self, "help", !is_bad && has_picture);
  till_viewfinder_set_sight (self->viewfinder,
                             till_scanner_get_sight (till_lookout_get_camera (self->lookout)),
                             is_bad);
  if (!has_picture)
    till_viewfinder_set_view (self->viewfinder, NULL);
}

static void
till_scan_page_dispose (GObject *object)
{
  g_clear_object (&TILL_SCAN_PAGE (object)->lookout);
  G_OBJECT_CLASS (till_scan_page_parent_class)->dispose (object);
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
  g_type_ensure (TILL_TYPE_VIEWFINDER);
  G_OBJECT_CLASS (klass)->dispose = till_scan_page_dispose;
  widget_class->grab_focus = till_scan_page_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/scan-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TillScanPage, image);
  gtk_widget_class_bind_template_child (widget_class, TillScanPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, TillScanPage, amount_label);
  gtk_widget_class_bind_template_child (widget_class, TillScanPage, viewfinder);
  gtk_widget_class_bind_template_child (widget_class, TillScanPage, how_label);
  gtk_widget_class_bind_template_child (widget_class, TillScanPage, camera_label);
  gtk_widget_class_bind_template_child (widget_class, TillScanPage, wallets_box);
  gtk_widget_class_bind_template_child (widget_class, TillScanPage, camera_button);
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

/**
 * till_scan_page_set_lookout:
 *
 * Shows what the camera sees, once.
 */
void
till_scan_page_set_lookout (TillScanPage *self,
                            TillLookout  *lookout)
{
  g_return_if_fail (TILL_IS_SCAN_PAGE (self));

  if (!g_set_object (&self->lookout, lookout))
    return;

  gtk_widget_show (self->camera_button);
  g_signal_connect_object (lookout, "changed", G_CALLBACK (lookout_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (till_lookout_get_camera (lookout), "view-changed",
                           G_CALLBACK (view_cb), self, G_CONNECT_SWAPPED);
  lookout_cb (self);
}

/**
 * till_scan_page_show:
 *
 * Says for which amount a code is scanned.
 */
void
till_scan_page_show (TillScanPage *self,
                     gint64        amount_fen)
{
  g_autofree char *amount = till_money_to_text (amount_fen);

  g_return_if_fail (TILL_IS_SCAN_PAGE (self));

  till_big_label_set_label (self->amount_label, amount);
}
