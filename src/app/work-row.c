/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/work-row.h"

#include "app/format.h"
#include "core/evidence.h"

struct _TillWorkRow
{
  AdwBin        parent_instance;

  GtkImage     *image;
  GtkLabel     *amount_label;
  GtkLabel     *wallet_label;
  GtkLabel     *what_label;
  GtkLabel     *asked_label;
  GtkLabel     *answer_label;
  GtkLabel     *search_label;
  GtkButton    *settle_button;
  GtkButton    *query_button;
  GtkButton    *show_button;

  TillDesk     *desk;
  TillSaleItem *item;
};

G_DEFINE_FINAL_TYPE (TillWorkRow, till_work_row, ADW_TYPE_BIN)

static void
show_evidence (TillWorkRow       *self,
               const TillSale    *sale,
               const TillPayment *payment,
               TillWork           work)
{
  const char *acquirer = till_desk_get_acquirer_name (self->desk, payment->acquirer);
  g_autoptr (TillEvidence) evidence =
    till_evidence_new (sale, payment, work, acquirer, till_desk_get_day (self->desk));
  g_autofree char *amount = till_money_to_text (payment->amount_fen);
  const TillLook *look = till_format_look (sale);
  const char *const styles[] = { "state-chip", look->style, NULL };

  gtk_image_set_from_icon_name (self->image, look->icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->image), (const char **) styles);
  gtk_label_set_label (self->amount_label, amount);
  gtk_label_set_label (self->wallet_label, acquirer);
  gtk_label_set_label (self->what_label, evidence->what);
  gtk_label_set_label (self->asked_label, evidence->asked);
  gtk_label_set_label (self->answer_label, evidence->answer);
  gtk_label_set_label (self->search_label, evidence->search);
}

static void
set_order (GtkButton  *button,
           const char *order)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", order);
}

static void
changed_cb (TillWorkRow *self)
{
  const TillSale *sale = till_sale_item_get_sale (self->item);
  gint64 now_us = till_desk_get_now_us (self->desk);
  const TillPayment *payment = till_work_find (sale, now_us);

  if (!payment)
    return;

  show_evidence (self, sale, payment, till_work_of (sale, payment, now_us));
  set_order (self->settle_button, payment->order);
  set_order (self->query_button, payment->order);
  set_order (self->show_button, sale->order);
}

static void
till_work_row_dispose (GObject *object)
{
  TillWorkRow *self = TILL_WORK_ROW (object);

  g_clear_object (&self->desk);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (till_work_row_parent_class)->dispose (object);
}

static void
till_work_row_class_init (TillWorkRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_work_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/work-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TillWorkRow, image);
  gtk_widget_class_bind_template_child (widget_class, TillWorkRow, amount_label);
  gtk_widget_class_bind_template_child (widget_class, TillWorkRow, wallet_label);
  gtk_widget_class_bind_template_child (widget_class, TillWorkRow, what_label);
  gtk_widget_class_bind_template_child (widget_class, TillWorkRow, asked_label);
  gtk_widget_class_bind_template_child (widget_class, TillWorkRow, answer_label);
  gtk_widget_class_bind_template_child (widget_class, TillWorkRow, search_label);
  gtk_widget_class_bind_template_child (widget_class, TillWorkRow, settle_button);
  gtk_widget_class_bind_template_child (widget_class, TillWorkRow, query_button);
  gtk_widget_class_bind_template_child (widget_class, TillWorkRow, show_button);
}

static void
till_work_row_init (TillWorkRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * till_work_row_new:
 * @item: a sale that needs a person; followed while it changes
 *
 * Returns: (transfer none): the row
 */
GtkWidget *
till_work_row_new (TillDesk     *desk,
                   TillSaleItem *item)
{
  TillWorkRow *self = g_object_new (TILL_TYPE_WORK_ROW, NULL);

  self->desk = g_object_ref (desk);
  self->item = g_object_ref (item);
  g_signal_connect_object (item, "notify::state", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);

  return GTK_WIDGET (self);
}
