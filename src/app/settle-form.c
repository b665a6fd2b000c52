/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/settle-form.h"

#include <glib/gi18n.h>

#include "app/dialog.h"
#include "core/evidence.h"
#include "core/money.h"

static const TillPaymentEvent words[] = {
  TILL_EVENT_OWNER_PAID, TILL_EVENT_OWNER_UNPAID, TILL_EVENT_OWNER_GIVEN_BACK,
};
#define N_WORDS G_N_ELEMENTS (words)

struct _TillSettleForm
{
  AdwBin            parent_instance;

  GtkBox           *words_box;
  AdwEntryRow      *clerk_row;
  AdwEntryRow      *note_row;
  GtkLabel         *follows_label;

  GtkCheckButton   *buttons[N_WORDS];   /* NULL where it cannot be said */
  AdwMessageDialog *dialog;             /* that the form is in; not owned */
  TillDesk         *desk;
  char             *order;
  gboolean          is_refund;
  TillSettleFunc    done;
  GtkWidget        *over;
};

G_DEFINE_FINAL_TYPE (TillSettleForm, till_settle_form, ADW_TYPE_BIN)

static gboolean
find_word (TillSettleForm   *self,
           TillPaymentEvent *word)
{
  for (guint i = 0; i < N_WORDS; i++) {
    if (self->buttons[i] && gtk_check_button_get_active (self->buttons[i])) {
      *word = words[i];
      return TRUE;
    }
  }

  return FALSE;
}

/* What comes of the word, so that nobody is surprised. */
static const char *
what_follows (TillSettleForm   *self,
              TillPaymentEvent  word)
{
  if (word == TILL_EVENT_OWNER_PAID)
    return _("The sale counts as paid. Should the wallet say otherwise later, it comes back here.");
  if (word == TILL_EVENT_OWNER_UNPAID && !self->is_refund)
    return _("The sale counts as not paid. Should the wallet say later that it was paid, the till "
             "gives that money back by itself.");
  if (word == TILL_EVENT_OWNER_UNPAID)
    return _("The refund counts as failed, and the money can be refunded again. Be sure that this "
             "refund cannot arrive any more.");

  return _("The money counts as given back. The till asks the wallet for no refund.");
}

static gboolean
is_blank (AdwEntryRow *row)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (row)));

  return g_strstrip (text)[0] == '\0';
}

static gboolean
is_complete (TillSettleForm *self)
{
  TillPaymentEvent word;

  return find_word (self, &word) && !is_blank (self->clerk_row) && !is_blank (self->note_row);
}

static void
changed_cb (TillSettleForm *self)
{
  TillPaymentEvent word;

  gtk_label_set_label (self->follows_label,
                       find_word (self, &word) ? what_follows (self, word) : "");
  adw_message_dialog_set_response_enabled (self->dialog, "settle", is_complete (self));
}

static void
entry_activated_cb (TillSettleForm *self)
{
  if (is_complete (self))
    till_dialog_answer (self->dialog, "settle");
}

static void
settle_cb (TillSettleForm *self)
{
  const TillTicket ticket = {
    .clerk = gtk_editable_get_text (GTK_EDITABLE (self->clerk_row)),
    .note = gtk_editable_get_text (GTK_EDITABLE (self->note_row)),
  };
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;
  TillPaymentEvent word;

  if (!find_word (self, &word))
    return;

  item = till_desk_settle (self->desk, self->order, word, &ticket, &error);
  self->done (item, error, self->over);
}

static void
till_settle_form_dispose (GObject *object)
{
  TillSettleForm *self = TILL_SETTLE_FORM (object);

  g_clear_object (&self->desk);
  g_clear_object (&self->over);
  g_clear_pointer (&self->order, g_free);

  G_OBJECT_CLASS (till_settle_form_parent_class)->dispose (object);
}

static void
till_settle_form_class_init (TillSettleFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_settle_form_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/settle-form.ui");
  gtk_widget_class_bind_template_child (widget_class, TillSettleForm, words_box);
  gtk_widget_class_bind_template_child (widget_class, TillSettleForm, clerk_row);
  gtk_widget_class_bind_template_child (widget_class, TillSettleForm, note_row);
  gtk_widget_class_bind_template_child (widget_class, TillSettleForm, follows_label);
}

static void
till_settle_form_init (TillSettleForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* None is chosen before a person chooses. */
static void
add_words (TillSettleForm    *self,
           const TillSale    *sale,
           const TillPayment *payment)
{
  GtkCheckButton *group = NULL;

  for (guint i = 0; i < N_WORDS; i++) {
    GtkWidget *button;

    if (!till_work_allows (sale, payment, words[i]))
      continue;
    button = gtk_check_button_new_with_label (till_evidence_get_word (payment, words[i]));
    gtk_check_button_set_group (GTK_CHECK_BUTTON (button), group);
    group = group ? group : GTK_CHECK_BUTTON (button);
    self->buttons[i] = GTK_CHECK_BUTTON (button);
    gtk_box_append (self->words_box, button);
    g_signal_connect_object (button, "toggled", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  }
}

static void
follow (TillSettleForm *self,
        AdwEntryRow    *row)
{
  g_signal_connect_object (row, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "entry-activated", G_CALLBACK (entry_activated_cb), self,
                           G_CONNECT_SWAPPED);
}

static AdwMessageDialog *
make_dialog (GtkWidget         *over,
             TillDesk          *desk,
             const TillSale    *sale,
             const TillPayment *payment)
{
  const char *acquirer = till_desk_get_acquirer_name (desk, payment->acquirer);
  TillWork work = till_work_of (sale, payment, till_desk_get_now_us (desk));
  g_autoptr (TillEvidence) evidence =
    till_evidence_new (sale, payment, work, acquirer, till_desk_get_day (desk));
  g_autofree char *amount = till_money_to_text (payment->amount_fen);
  /* Translators: %s is an amount, "¥12.50" */
  g_autofree char *heading = g_strdup_printf (_("What became of %s?"), amount);
  AdwMessageDialog *dialog = till_dialog_new (over, heading, evidence->search);

  adw_message_dialog_add_responses (dialog, "back", _("_Back"), "settle", _("_Settle it"), NULL);
  adw_message_dialog_set_close_response (dialog, "back");
  adw_message_dialog_set_response_appearance (dialog, "settle", ADW_RESPONSE_DESTRUCTIVE);

  return dialog;
}

static void
ask (GtkWidget         *over,
     TillDesk          *desk,
     const TillSale    *sale,
     const TillPayment *payment,
     TillSettleFunc     done)
{
  TillSettleForm *self = g_object_new (TILL_TYPE_SETTLE_FORM, NULL);

  self->dialog = make_dialog (over, desk, sale, payment);
  self->desk = g_object_ref (desk);
  self->over = g_object_ref (over);
  self->order = g_strdup (payment->order);
  self->is_refund = payment->kind == TILL_KIND_REFUND;
  self->done = done;
  add_words (self, sale, payment);

  adw_message_dialog_set_extra_child (self->dialog, GTK_WIDGET (self));
  follow (self, self->clerk_row);
  follow (self, self->note_row);
  g_signal_connect_object (self->dialog, "response::settle", G_CALLBACK (settle_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);
  gtk_window_present (GTK_WINDOW (self->dialog));
  gtk_widget_grab_focus (gtk_widget_get_first_child (GTK_WIDGET (self->words_box)));
}

/**
 * till_settle_form_ask:
 * @over: a widget of the window that the question lies over
 * @order: the number of a payment that needs a person
 * @done: told what became of it, unless the owner goes back
 *
 * Asks the owner.
 */
void
till_settle_form_ask (GtkWidget      *over,
                      TillDesk       *desk,
                      const char     *order,
                      TillSettleFunc  done)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSaleItem) item = till_desk_find (desk, order, &error);
  const TillSale *sale = item ? till_sale_item_get_sale (item) : NULL;
  const TillPayment *payment = sale ? till_sale_find_payment (sale, order) : NULL;

  if (payment && till_work_of (sale, payment, till_desk_get_now_us (desk)) != TILL_WORK_NONE) {
    ask (over, desk, sale, payment, done);
    return;
  }
  if (!error)
    error = g_error_new_literal (TILL_REFUSAL, TILL_REASON_SETTLES_ITSELF,
                                 till_reason_get_text (TILL_REASON_SETTLES_ITSELF));
  done (NULL, error, over);
}
