/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/code-card.h"

#include <glib/gi18n.h>

#include "app/qr-paintable.h"
#include "core/money.h"

struct _TillCodeCard
{
  AdwBin      parent_instance;

  GtkStack   *stack;
  GtkPicture *picture;
  GtkImage   *brand_image;
  GtkLabel   *hint_label;
  GtkLabel   *waiting_label;
  GtkLabel   *fault_label;

  char       *code_text;   /* what the picture shows */
  char       *brand_word;
};

G_DEFINE_FINAL_TYPE (TillCodeCard, till_code_card, ADW_TYPE_BIN)

static void
till_code_card_finalize (GObject *object)
{
  TillCodeCard *self = TILL_CODE_CARD (object);

  g_free (self->code_text);
  g_free (self->brand_word);

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
  gtk_widget_class_bind_template_child (widget_class, TillCodeCard, brand_image);
  gtk_widget_class_bind_template_child (widget_class, TillCodeCard, hint_label);
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

static void
show_brand (TillCodeCard *self,
            TillBrand     brand)
{
  const TillBrandFacts *facts = till_brand_get_facts (brand);
  /* Translators: %s is a wallet, "WeChat Pay" */
  g_autofree char *waiting = g_strdup_printf (_("Getting a code from %s…"),
                                              till_brand_get_name (brand));

  if (self->brand_word)
    gtk_widget_remove_css_class (GTK_WIDGET (self->brand_image), self->brand_word);
  g_free (self->brand_word);
  self->brand_word = g_strdup (brand == TILL_BRAND_NONE ? "all" : facts->word);
  gtk_widget_add_css_class (GTK_WIDGET (self->brand_image), self->brand_word);
  gtk_image_set_from_icon_name (self->brand_image, facts->icon_name);
  gtk_label_set_label (self->hint_label, _(facts->scan_hint));
  gtk_label_set_label (self->waiting_label, waiting);
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
  said = g_strdup_printf (_("%s code for %s"), till_brand_get_name (payment->brand), amount);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (qr));
  gtk_picture_set_alternative_text (self->picture, said);
  gtk_widget_set_size_request (GTK_WIDGET (self->picture), till_qr_paintable_get_least (qr),
                               till_qr_paintable_get_least (qr));
  gtk_stack_set_visible_child_name (self->stack, "code");
}

/**
 * till_code_card_show:
 * @payment: of a sale by displayed code; its code may be on its way yet
 */
void
till_code_card_show (TillCodeCard      *self,
                     const TillPayment *payment)
{
  g_return_if_fail (TILL_IS_CODE_CARD (self));

  show_brand (self, payment->brand);
  if (!payment->code_text) {
    gtk_stack_set_visible_child_name (self->stack, "waiting");
  } else if (g_strcmp0 (self->code_text, payment->code_text) != 0) {
    g_free (self->code_text);
    self->code_text = g_strdup (payment->code_text);
    show_code (self, payment);
  }
}
