/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/code-card.h"

#include <glib/gi18n.h>

#include "app/brand-chip.h"
#include "app/qr-paintable.h"
#include "core/money.h"

struct _TillCodeCard
{
  AdwBin      parent_instance;

  GtkStack   *stack;
  GtkPicture *picture;
  GtkBox     *chips_box;
  GtkLabel   *head_label;
  GtkLabel   *waiting_label;
  GtkLabel   *fault_label;

  char         *code_text;  /* what the picture shows */
  TillBrandSet  brands;     /* what the head names */
};

G_DEFINE_FINAL_TYPE (TillCodeCard, till_code_card, ADW_TYPE_BIN)

static void
till_code_card_finalize (GObject *object)
{
  TillCodeCard *self = TILL_CODE_CARD (object);

  g_free (self->code_text);

  G_OBJECT_CLASS (till_code_card_parent_class)->finalize (object);
}

static void
till_code_card_class_init (TillCodeCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = till_code_card_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/code-card.ui");
  gtk_widget_class_bind_template_child (widget_class, TillCodeCard, stack);
  gtk_widget_class_bind_template_child (widget_class, TillCodeCard, picture);
  gtk_widget_class_bind_template_child (widget_class, TillCodeCard, chips_box);
  gtk_widget_class_bind_template_child (widget_class, TillCodeCard, head_label);
  gtk_widget_class_bind_template_child (widget_class, TillCodeCard, waiting_label);
  gtk_widget_class_bind_template_child (widget_class, TillCodeCard, fault_label);
}

static void
till_code_card_init (TillCodeCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
till_code_card_new (void)
{
  return g_object_new (TILL_TYPE_CODE_CARD, NULL);
}

/* Exactly the wallets that the contract has for this code, each with its chip. */
static void
show_brands (TillCodeCard *self,
             TillBrandSet  brands)
{
  g_autofree char *apps = till_brand_set_to_apps (brands);
  gboolean is_one = brands != 0 && (brands & (brands - 1)) == 0;
  const char *only = till_brand_get_facts (TILL_BRAND_NONE)->scan_hint;
  g_autofree char *head = NULL;
  GtkWidget *chip;

  while ((chip = gtk_widget_get_first_child (GTK_WIDGET (self->chips_box))))
    gtk_box_remove (self->chips_box, chip);
  for (guint i = TILL_BRAND_NONE + 1; i < TILL_N_BRANDS; i++) {
    if (!(brands & TILL_BRAND_BIT (i)))
      continue;
    gtk_box_append (self->chips_box, till_brand_chip_new ((TillBrand) i));
    only = till_brand_get_facts ((TillBrand) i)->scan_hint;
  }

  /* Translators: %s are apps, "WeChat / Alipay / UnionPay / bank apps" */
  head = is_one || brands == 0 ? g_strdup (_(only)) : g_strdup_printf (_("Scan with %s"), apps);
  gtk_label_set_label (self->head_label, head);
}

static void
show_waiting (TillCodeCard      *self,
              const TillPayment *payment)
{
  /* Translators: %s is a wallet, "WeChat Pay" */
  g_autofree char *waiting =
    payment->brand == TILL_BRAND_NONE
      ? g_strdup (_("Getting a code…"))
      : g_strdup_printf (_("Getting a code from %s…"), till_brand_get_name (payment->brand));

  gtk_label_set_label (self->waiting_label, waiting);
  gtk_stack_set_visible_child_name (self->stack, "waiting");
}

static void
show_code (TillCodeCard      *self,
           const TillPayment *payment)
{
  g_autofree char *amount = till_money_to_text (payment->amount_fen);
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillQrPaintable) qr = till_qr_paintable_new (payment->code_text, &error);

  if (!qr) {
    gtk_label_set_label (self->fault_label, error->message);
    gtk_stack_set_visible_child_name (self->stack, "fault");
    return;
  }

  /* Translators: the first %s is a wallet, the second an amount, "¥12.50" */
  said = payment->brand == TILL_BRAND_NONE
           ? g_strdup_printf (_("Code for %s"), amount)
           : g_strdup_printf (_("%s code for %s"), till_brand_get_name (payment->brand), amount);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (qr));
  gtk_picture_set_alternative_text (self->picture, said);
  gtk_widget_set_size_request (GTK_WIDGET (self->picture), till_qr_paintable_get_least (qr),
                               till_qr_paintable_get_least (qr));
  gtk_stack_set_visible_child_name (self->stack, "code");
}

/**
 * till_code_card_show:
 * @payment: of a sale by displayed code; its code may be on its way yet
 * @brands: whose names stand over it
 */
void
till_code_card_show (TillCodeCard      *self,
                     const TillPayment *payment,
                     TillBrandSet       brands)
{
  g_return_if_fail (TILL_IS_CODE_CARD (self));

  if (self->brands != brands || brands == 0)
    show_brands (self, brands);
  self->brands = brands;
  if (!payment->code_text) {
    show_waiting (self, payment);
  } else if (g_strcmp0 (self->code_text, payment->code_text) != 0) {
    g_free (self->code_text);
    self->code_text = g_strdup (payment->code_text);
    show_code (self, payment);
  }
}
