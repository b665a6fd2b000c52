/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/focus.h"

/**
 * till_focus_set:
 * @widget: focusable; also a label that cannot be selected, which refuses to grab the focus itself
 *
 * Moves the focus, so that a screen reader says what a page begins with.
 *
 * Returns: whether @widget is in a window
 */
gboolean
till_focus_set (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  if (!root)
    return FALSE;

  gtk_root_set_focus (root, widget);

  return TRUE;
}
