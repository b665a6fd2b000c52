/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialog.h"

#define HEADING_WIDTH 200 /* at least; a dialog of libadwaita is 300 wide at least */

/* libadwaita has a heading in two sizes, and measures the large one, which it does not wrap, for
 * the least width of the small one too. GTK 4.18 warns of that at each dialog. Headings that both
 * wrap and have the same least width are shown as before, and measured for widths that they fit. */
static void
let_heading_wrap (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && (gtk_widget_has_css_class (widget, "title-2") ||
                                gtk_widget_has_css_class (widget, "title-4"))) {
    gtk_label_set_wrap (GTK_LABEL (widget), TRUE);
    gtk_label_set_wrap_mode (GTK_LABEL (widget), PANGO_WRAP_WORD_CHAR);
    gtk_widget_set_size_request (widget, HEADING_WIDTH, -1);
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    let_heading_wrap (child);
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

  let_heading_wrap (dialog);
  return ADW_MESSAGE_DIALOG (dialog);
}
