/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/text-size.h"

/* From these sizes on the text grows, in pixels of the application. Two steps only: text must not
 * swim while a window is drawn larger. */
#define LARGE_WIDTH 1600
#define LARGE_HEIGHT 900
#define HUGE_WIDTH 2560
#define HUGE_HEIGHT 1400

static void
set_class (GtkWidget  *window,
           const char *name,
           gboolean    is_set)
{
  if (is_set)
    gtk_widget_add_css_class (window, name);
  else
    gtk_widget_remove_css_class (window, name);
}

static void
layout_cb (GdkSurface *surface,
           int         width,
           int         height,
           GtkWidget  *window)
{
  gboolean is_huge = width >= HUGE_WIDTH && height >= HUGE_HEIGHT;

  set_class (window, "huge", is_huge);
  set_class (window, "large", !is_huge && width >= LARGE_WIDTH && height >= LARGE_HEIGHT);
}

static void
realize_cb (GtkWidget *window,
            gpointer   user_data)
{
  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (window)), "layout",
                           G_CALLBACK (layout_cb), window, 0);
}

/**
 * till_text_size_follow:
 * @window: gets the style class "large" or "huge"
 *
 * Lets the text grow with the window: a larger screen stands further away.
 */
void
till_text_size_follow (GtkWidget *window)
{
  g_signal_connect_after (window, "realize", G_CALLBACK (realize_cb), NULL);
}
