/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialog.h"

#define WIDTH 372  /* what libadwaita 1.2 prefers */

/* libadwaita has a heading in two sizes, and measures the large one, which it does not wrap, for
 * widths that only the small one fits; GTK 4.18 warns of that at each dialog. A heading that wraps
 * fits every width, and with a body of one width the dialog is measured for few. */
static void
fit (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "title-2")) {
    gtk_label_set_wrap (GTK_LABEL (widget), TRUE);
    gtk_label_set_wrap_mode (GTK_LABEL (widget), PANGO_WRAP_WORD_CHAR);
  }
  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "body"))
    gtk_widget_set_size_request (widget, WIDTH, -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    fit (child);
}

/**
 * till_dialog_new:
 * @over: a widget of the window that the dialog lies over
 *
 * Returns: (transfer none): a dialog, not shown yet
 */
AdwMessageDialog *
till_dialog_new (GtkWidget  *over,
                 const char *heading,
                 const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (over)), heading,
                                              body);

  fit (dialog);
  return ADW_MESSAGE_DIALOG (dialog);
}

/**
 * till_dialog_answer:
 * @response: of @dialog
 *
 * Answers it from within, as Enter in an entry does: once. libadwaita tells the answer and leaves
 * the dialog where it is, for a second Enter.
 */
void
till_dialog_answer (AdwMessageDialog *dialog,
                    const char       *response)
{
  g_object_ref (dialog);
  adw_message_dialog_response (dialog, response);
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_object_unref (dialog);
}

/**
 * till_dialog_covers:
 *
 * Returns: whether something modal lies over @window
 */
gboolean
till_dialog_covers (GtkWindow *window)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) other = g_list_model_get_item (windows, i);

    if (other != window && gtk_window_get_modal (other) &&
        gtk_widget_get_visible (GTK_WIDGET (other)))
      return TRUE;
  }

  return FALSE;
}
