/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/activate-form.h"

#include <glib/gi18n.h>

#include "app/dialog.h"
#include "desk/activate.h"

struct _TillActivateForm
{
  AdwBin            parent_instance;

  GtkEditable      *code_entry;

  AdwMessageDialog *dialog;   /* that the form is in; not owned */
  TillDesk         *desk;
  char             *acquirer_id;
  TillActivateFunc  done;
  GtkWidget        *over;
};

G_DEFINE_FINAL_TYPE (TillActivateForm, till_activate_form, ADW_TYPE_BIN)

static gboolean
has_code (TillActivateForm *self)
{
  g_autofree char *code = g_strstrip (g_strdup (gtk_editable_get_text (self->code_entry)));

  return code[0] != '\0';
}

static void
code_changed_cb (TillActivateForm *self)
{
  adw_message_dialog_set_response_enabled (self->dialog, "activate", has_code (self));
}

static void
entry_activated_cb (TillActivateForm *self)
{
  if (has_code (self))
    till_dialog_answer (self->dialog, "activate");
}

/* Who is told when the acquirer has answered; the dialog is gone by then. */
typedef struct {
  GtkWidget        *over;
  char             *acquirer_id;
  TillActivateFunc  done;
} Told;

static void
tell (const Told   *told,
      TillDesk     *desk,
      const GError *error)
{
  g_autofree char *sentence = NULL;

  if (error)
    /* Translators: %s is what went wrong */
    sentence = g_strdup_printf (_("Not activated: %s. Check the code and try again, or ask for a "
                                  "new one."), error->message);
  else
    /* Translators: %s is an acquirer */
    sentence = g_strdup_printf (_("This till is activated at %s. It can take money there now."),
                                till_desk_get_acquirer_name (desk, told->acquirer_id));
  told->done (sentence, error != NULL, told->over);
}

static void
activated_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Told *told = user_data;
  g_autoptr (GError) error = NULL;

  till_desk_activate_finish (TILL_DESK (source), result, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell (told, TILL_DESK (source), error);
  g_object_unref (told->over);
  g_free (told->acquirer_id);
  g_free (told);
}

static void
activate_cb (TillActivateForm *self)
{
  g_autofree char *code = g_strstrip (g_strdup (gtk_editable_get_text (self->code_entry)));

  Told *told = g_new (Told, 1);

  *told = (Told) { g_object_ref (self->over), g_strdup (self->acquirer_id), self->done };
  till_desk_activate_async (self->desk, self->acquirer_id, code, activated_cb, told);
}

static void
till_activate_form_dispose (GObject *object)
{
  TillActivateForm *self = TILL_ACTIVATE_FORM (object);

  g_clear_object (&self->desk);
  g_clear_object (&self->over);
  g_clear_pointer (&self->acquirer_id, g_free);

  G_OBJECT_CLASS (till_activate_form_parent_class)->dispose (object);
}

static void
till_activate_form_class_init (TillActivateFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_activate_form_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/activate-form.ui");
  gtk_widget_class_bind_template_child (widget_class, TillActivateForm, code_entry);
}

static void
till_activate_form_init (TillActivateForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static AdwMessageDialog *
make_dialog (GtkWidget  *over,
             const char *acquirer)
{
  /* Translators: %s is an acquirer */
  g_autofree char *heading = g_strdup_printf (_("Activate this till at %s"), acquirer);
  AdwMessageDialog *dialog =
    till_dialog_new (over, heading,
                     _("Ask the acquirer for an activation code, or make one on its merchant page, "
                       "and enter it. A code is good for a few days and a few tills; it becomes "
                       "this till's own key."));

  adw_message_dialog_add_responses (dialog, "back", _("_Back"), "activate", _("_Activate"), NULL);
  adw_message_dialog_set_close_response (dialog, "back");
  adw_message_dialog_set_response_appearance (dialog, "activate", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_response_enabled (dialog, "activate", FALSE);

  return dialog;
}

/**
 * till_activate_form_ask:
 * @over: a widget of the window that the question lies over
 * @acquirer_id: one of till_desk_list_inactive()
 * @done: told what became of it, unless the technician goes back
 *
 * Returns: (transfer none): the dialog, shown
 */
GtkWidget *
till_activate_form_ask (GtkWidget        *over,
                        TillDesk         *desk,
                        const char       *acquirer_id,
                        TillActivateFunc  done)
{
  TillActivateForm *self = g_object_new (TILL_TYPE_ACTIVATE_FORM, NULL);

  self->dialog = make_dialog (over, till_desk_get_acquirer_name (desk, acquirer_id));
  self->desk = g_object_ref (desk);
  self->over = g_object_ref (over);
  self->acquirer_id = g_strdup (acquirer_id);
  self->done = done;

  adw_message_dialog_set_extra_child (self->dialog, GTK_WIDGET (self));
  g_signal_connect_object (self->code_entry, "changed", G_CALLBACK (code_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->code_entry, "activate", G_CALLBACK (entry_activated_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dialog, "response::activate", G_CALLBACK (activate_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (self->dialog));
  gtk_widget_grab_focus (GTK_WIDGET (self->code_entry));

  return GTK_WIDGET (self->dialog);
}
