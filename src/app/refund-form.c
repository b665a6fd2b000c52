/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/refund-form.h"

#include <glib/gi18n.h>

#include "app/dialog.h"
#include "core/money.h"

struct _TillRefundForm
{
  AdwBin            parent_instance;

  AdwEntryRow      *amount_row;
  AdwEntryRow      *note_row;
  GtkLabel         *mistake_label;

  AdwMessageDialog *dialog;   /* that the form is in; not owned */
  TillDesk         *desk;
  char             *order;
  gint64            left_fen;
  TillRefundFunc    done;
  GtkWidget        *over;
};

G_DEFINE_FINAL_TYPE (TillRefundForm, till_refund_form, ADW_TYPE_BIN)

/* What is wrong with the amount; NULL for nothing. */
static const char *
find_mistake (TillRefundForm *self,
              gint64         *amount_fen)
{
  g_autoptr (GError) error = NULL;

  if (!till_money_parse (gtk_editable_get_text (GTK_EDITABLE (self->amount_row)), amount_fen,
                         &error))
    return till_money_get_error_text ((TillMoneyError) error->code);
  if (*amount_fen > self->left_fen)
    return till_reason_get_text (TILL_REASON_TOO_MUCH);

  return NULL;
}

static void
amount_changed_cb (TillRefundForm *self)
{
  gint64 amount_fen;
  const char *mistake = find_mistake (self, &amount_fen);

  gtk_label_set_label (self->mistake_label, mistake ? mistake : "");
  adw_message_dialog_set_response_enabled (self->dialog, "refund", mistake == NULL);
  if (mistake)
    gtk_widget_add_css_class (GTK_WIDGET (self->amount_row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->amount_row), "error");
}

static void
entry_activated_cb (TillRefundForm *self)
{
  gint64 amount_fen;

  if (!find_mistake (self, &amount_fen))
    till_dialog_answer (self->dialog, "refund");
}

static void
refund_cb (TillRefundForm *self)
{
  const char *note = gtk_editable_get_text (GTK_EDITABLE (self->note_row));
  const TillTicket ticket = { .note = note[0] != '\0' ? note : NULL };
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;
  gint64 amount_fen;

  if (find_mistake (self, &amount_fen))
    return;

  item = till_desk_refund (self->desk, self->order, amount_fen, &ticket, &error);
  self->done (item, error, self->over);
}

static void
till_refund_form_dispose (GObject *object)
{
  TillRefundForm *self = TILL_REFUND_FORM (object);

  g_clear_object (&self->desk);
  g_clear_object (&self->over);
  g_clear_pointer (&self->order, g_free);

  G_OBJECT_CLASS (till_refund_form_parent_class)->dispose (object);
}

static void
till_refund_form_class_init (TillRefundFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_refund_form_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/refund-form.ui");
  gtk_widget_class_bind_template_child (widget_class, TillRefundForm, amount_row);
  gtk_widget_class_bind_template_child (widget_class, TillRefundForm, note_row);
  gtk_widget_class_bind_template_child (widget_class, TillRefundForm, mistake_label);
}

static void
till_refund_form_init (TillRefundForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static AdwMessageDialog *
make_dialog (GtkWidget      *over,
             const TillSale *sale,
             gint64          left_fen)
{
  g_autofree char *amount = till_money_to_text (sale->amount_fen);
  g_autofree char *left = till_money_to_text (left_fen);
  /* Translators: two amounts, "¥12.50", with a wallet between them */
  g_autofree char *body =
    g_strdup_printf (_("%s were paid with %s. Up to %s can be given back, to where the money came "
                       "from."), amount, till_brand_get_name (sale->brand), left);
  AdwMessageDialog *dialog = till_dialog_new (over, _("Give money back?"), body);

  adw_message_dialog_add_responses (dialog, "keep", _("_Back"), "refund", _("_Refund"), NULL);
  adw_message_dialog_set_close_response (dialog, "keep");
  adw_message_dialog_set_response_appearance (dialog, "refund", ADW_RESPONSE_DESTRUCTIVE);

  return dialog;
}

/**
 * till_refund_form_ask:
 * @over: a widget of the window that the question lies over
 * @item: a paid sale
 * @done: told what became of it, unless the clerk goes back
 *
 * Returns: (transfer none): the dialog, shown
 */
GtkWidget *
till_refund_form_ask (GtkWidget      *over,
                      TillDesk       *desk,
                      TillSaleItem   *item,
                      TillRefundFunc  done)
{
  const TillSale *sale = till_sale_item_get_sale (item);
  const TillPayment *paid = till_sale_get_paid (sale);
  TillRefundForm *self = g_object_new (TILL_TYPE_REFUND_FORM, NULL);
  g_autofree char *all = NULL;

  self->left_fen = paid ? till_sale_get_refundable (sale, paid->order) : 0;
  self->dialog = make_dialog (over, sale, self->left_fen);
  self->desk = g_object_ref (desk);
  self->over = g_object_ref (over);
  self->order = g_strdup (sale->order);
  self->done = done;

  adw_message_dialog_set_extra_child (self->dialog, GTK_WIDGET (self));
  g_signal_connect_object (self->amount_row, "changed", G_CALLBACK (amount_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->amount_row, "entry-activated", G_CALLBACK (entry_activated_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->note_row, "entry-activated", G_CALLBACK (entry_activated_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dialog, "response::refund", G_CALLBACK (refund_cb), self,
                           G_CONNECT_SWAPPED);
  all = till_money_to_yuan (self->left_fen);
  gtk_editable_set_text (GTK_EDITABLE (self->amount_row), all);
  gtk_window_present (GTK_WINDOW (self->dialog));
  gtk_widget_grab_focus (GTK_WIDGET (self->amount_row));
  gtk_editable_select_region (GTK_EDITABLE (self->amount_row), 0, -1);

  return GTK_WIDGET (self->dialog);
}
