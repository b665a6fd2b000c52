/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/question.h"

#include "app/dialog.h"

typedef struct {
  TillQuestionFunc yes;
  gpointer         user_data;
  GDestroyNotify   destroy;
} Asked;

static void
asked_free (gpointer data,
            GClosure *closure)
{
  Asked *asked = data;

  if (asked->destroy)
    asked->destroy (asked->user_data);
  g_free (asked);
}

static void
response_cb (AdwMessageDialog *dialog,
             const char       *response,
             gpointer          user_data)
{
  const Asked *asked = user_data;

  asked->yes (asked->user_data);
}

/**
 * till_question_ask:
 * @over: a widget of the window that the question lies over
 * @yes: called when the answer is yes
 * @destroy: (nullable): of @user_data, when the question is over
 *
 * Returns: (transfer none): the dialog, shown
 */
GtkWidget *
till_question_ask (GtkWidget          *over,
                   const TillQuestion *question,
                   TillQuestionFunc    yes,
                   gpointer            user_data,
                   GDestroyNotify      destroy)
{
  AdwMessageDialog *dialog = till_dialog_new (over, question->heading, question->body);
  Asked *asked = g_new (Asked, 1);

  *asked = (Asked) { yes, user_data, destroy };
  adw_message_dialog_add_responses (dialog, "no", question->no, "yes", question->yes, NULL);
  adw_message_dialog_set_default_response (dialog, "no");
  adw_message_dialog_set_close_response (dialog, "no");
  if (question->is_grave)
    adw_message_dialog_set_response_appearance (dialog, "yes", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_data (dialog, "response::yes", G_CALLBACK (response_cb), asked, asked_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));

  return GTK_WIDGET (dialog);
}
