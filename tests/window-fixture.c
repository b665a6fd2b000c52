/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "window-fixture.h"

#include <string.h>

#include "app/big-label.h"
#include "app/sell-page.h"
#include "till-resources.h"

/* What AdwApplication does. */
static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/cn/till/Till/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static guint n_bells;

/* In place of GTK's, which a display without sound swallows. */
void
gtk_widget_error_bell (GtkWidget *widget)
{
  g_assert_true (GTK_IS_WIDGET (widget));
  n_bells++;
}

/**
 * window_take_n_bells:
 *
 * Returns: how often the bell rang since this was asked before
 */
guint
window_take_n_bells (void)
{
  const guint n = n_bells;

  n_bells = 0;

  return n;
}

void
window_init (int    *argc,
             char ***argv)
{
  gtk_test_init (argc, argv, NULL);
  adw_init ();
  till_register_resource ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  load_style ();
}

void
window_open (WindowFixture *f)
{
  f->start = (TillStart) { .dir = f->desk.dir, .ports = &f->desk.ports };
  f->window = till_window_new (NULL, &f->start);
  till_window_open_shop (f->window, f->desk.desk);
  gtk_window_present (GTK_WINDOW (f->window));
  desk_fixture_settle ();
}

void
window_close (WindowFixture *f)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  desk_fixture_settle ();
}

void
window_set_up (WindowFixture *f,
               gconstpointer  data)
{
  desk_fixture_set_up (&f->desk);
  window_open (f);
}

void
window_tear_down (WindowFixture *f,
                  gconstpointer  data)
{
  window_close (f);
  desk_fixture_tear_down (&f->desk);
}

/* The owner has changed the profile. */
void
window_configure (WindowFixture *f,
                  const char    *line)
{
  window_close (f);
  desk_fixture_configure (&f->desk, line);
  window_open (f);
}

void
window_act (WindowFixture *f,
            const char    *name,
            const char    *target)
{
  g_action_group_activate_action (G_ACTION_GROUP (f->window), name,
                                  target ? g_variant_new_string (target) : NULL);
  desk_fixture_settle ();
}

void
window_type (WindowFixture *f,
             const char    *keys)
{
  for (const char *p = keys; *p; p++) {
    const char key[] = { *p, '\0' };

    window_act (f, "digit", key);
  }
}

/* As a scanner that types. */
void
window_scan (WindowFixture *f,
             const char    *text)
{
  GtkWidget *page = window_find (GTK_WIDGET (f->window), TILL_TYPE_SELL_PAGE);

  till_sell_flow_scan (till_sell_page_get_flow (TILL_SELL_PAGE (page)), text);
  desk_fixture_settle ();
}

/* The first widget of this type, from @widget on. */
GtkWidget *
window_find (GtkWidget *widget,
             GType      type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = window_find (child, type);

    if (found)
      return found;
  }

  return NULL;
}

/* The dialog over the window, or NULL. */
GtkWidget *
window_find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window))
      return window;   /* GTK keeps it */
  }

  return NULL;
}

/* The dialog over the window, answered. */
void
window_respond (const char *response)
{
  GtkWidget *dialog = window_find_dialog ();

  g_assert_nonnull (dialog);
  g_object_ref (dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  desk_fixture_settle ();
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_object_unref (dialog);
}

/* Enter in the dialog's first entry: it acts once, and the dialog is gone. */
void
window_press_enter (GType       type,
                    const char *signal)
{
  g_signal_emit_by_name (window_find (window_find_dialog (), type), signal);
  desk_fixture_settle ();
}

static void
read_widget (GtkWidget *widget,
             GString   *text)
{
  if (!gtk_widget_get_mapped (widget))
    return;

  if (GTK_IS_LABEL (widget))
    g_string_append_printf (text, "%s\n", gtk_label_get_text (GTK_LABEL (widget)));
  else if (TILL_IS_BIG_LABEL (widget))
    g_string_append_printf (text, "%s\n", till_big_label_get_label (TILL_BIG_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    read_widget (child, text);
}

/* Everything that can be read in the window. */
static char *
read_window (WindowFixture *f)
{
  GString *text = g_string_new (NULL);

  read_widget (GTK_WIDGET (f->window), text);

  return g_string_free (text, FALSE);
}

/* A page that was just chosen is read once it is laid out. */
void
window_wait_until (WindowFixture *f,
                   const char    *what,
                   gboolean       shown,
                   int            line)
{
  gint64 until_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  g_autofree char *text = read_window (f);

  while ((strstr (text, what) != NULL) != shown) {
    if (g_get_monotonic_time () > until_us)
      g_error ("line %d: “%s” is%s shown:\n%s", line, what, shown ? " not" : "", text);
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
    g_free (text);
    text = read_window (f);
  }
}

/* What the window says at this very moment. */
void
window_assert_absent (WindowFixture *f,
                      const char    *what,
                      int            line)
{
  g_autofree char *text = read_window (f);

  if (strstr (text, what))
    g_error ("line %d: “%s” is shown:\n%s", line, what, text);
}

/* Every state has room on the smallest screen, 1024 × 600, also beside the customer's phone and
 * below the training shop's banner, and with some height to spare for other fonts. */
void
window_assert_fits (WindowFixture *f)
{
  int width;
  int height;

  gtk_widget_measure (GTK_WIDGET (f->window), GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL,
                      NULL);
  gtk_widget_measure (GTK_WIDGET (f->window), GTK_ORIENTATION_VERTICAL, 1024 - 272, &height, NULL,
                      NULL, NULL);
  g_assert_cmpint (width, <=, 1024 - 272);
  g_assert_cmpint (height, <=, 600 - 30 - 40);
}
