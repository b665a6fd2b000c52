/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "app/activate-form.h"
#include "app/amount-page.h"
#include "app/banners.h"
#include "app/big-label.h"
#include "app/camera-form.h"
#include "app/charge-page.h"
#include "app/code-card.h"
#include "app/collect-page.h"
#include "app/customer-phone.h"
#include "app/key-button.h"
#include "app/notice.h"
#include "app/open-bar.h"
#include "app/open-row.h"
#include "app/refund-form.h"
#include "app/result-page.h"
#include "app/sale-details.h"
#include "app/sale-row.h"
#include "app/sales-page.h"
#include "app/scan-page.h"
#include "app/sell-page.h"
#include "app/settle-form.h"
#include "app/wallet-page.h"
#include "app/window.h"
#include "app/work-page.h"
#include "app/work-row.h"
#include "till-resources.h"

typedef GType (*TypeFunc) (void);

static const TypeFunc templates[] = {
  till_activate_form_get_type,
  till_amount_page_get_type,
  till_banners_get_type,
  till_camera_form_get_type,
  till_charge_page_get_type,
  till_code_card_get_type,
  till_collect_page_get_type,
  till_customer_phone_get_type,
  till_notice_get_type,
  till_open_bar_get_type,
  till_open_row_get_type,
  till_refund_form_get_type,
  till_result_page_get_type,
  till_sale_details_get_type,
  till_sale_row_get_type,
  till_sales_page_get_type,
  till_scan_page_get_type,
  till_sell_page_get_type,
  till_settle_form_get_type,
  till_wallet_page_get_type,
  till_window_get_type,
  till_work_page_get_type,
  till_work_row_get_type,
};

static gboolean
has_name (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  if (gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL))
    return TRUE;
  /* A button is labelled by its child by itself, be it a mere picture. */
  if (GTK_IS_BUTTON (widget))
    return gtk_button_get_label (GTK_BUTTON (widget)) != NULL;

  return gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

/* What a person can act on, and what a screen reader would otherwise call "button" or "image". */
static gboolean
needs_name (GtkWidget *widget)
{
  return GTK_IS_BUTTON (widget) || GTK_IS_SEARCH_ENTRY (widget) || GTK_IS_DROP_DOWN (widget) ||
         GTK_IS_LIST_VIEW (widget) || GTK_IS_LIST_BOX (widget) || GTK_IS_MENU_BUTTON (widget);
}

/* Parts of the library's own widgets are the library's business. */
static gboolean
is_ours (GtkWidget *widget)
{
  for (GtkWidget *parent = gtk_widget_get_parent (widget); parent;
       parent = gtk_widget_get_parent (parent)) {
    if (GTK_IS_DROP_DOWN (parent) || GTK_IS_MENU_BUTTON (parent) || ADW_IS_HEADER_BAR (parent) ||
        ADW_IS_ENTRY_ROW (parent) || GTK_IS_SEARCH_ENTRY (parent))
      return FALSE;
  }

  return TRUE;
}

static void
check_names (GtkWidget  *widget,
             const char *template)
{
  if (needs_name (widget) && is_ours (widget) && !has_name (widget)) {
    g_test_message ("%s: a %s without a name", template, G_OBJECT_TYPE_NAME (widget));
    g_test_fail ();
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    check_names (child, template);
}

/* Every template can be made, and everything in it that a person acts on has a name. */
static void
test_names (gconstpointer data)
{
  TypeFunc get_type = templates[GPOINTER_TO_UINT (data)];
  GtkWidget *widget = g_object_new (get_type (), NULL);

  check_names (widget, G_OBJECT_TYPE_NAME (widget));
  if (GTK_IS_WINDOW (widget))
    gtk_window_destroy (GTK_WINDOW (widget));
  else
    g_object_unref (g_object_ref_sink (widget));
}

/* The check above can fail. */
static void
test_nameless (void)
{
  GtkWidget *button = g_object_ref_sink (gtk_button_new_from_icon_name ("open-menu-symbolic"));
  GtkWidget *named = g_object_ref_sink (g_object_new (TILL_TYPE_KEY_BUTTON, "text", "Cancel",
                                                      "key", "Esc", NULL));

  g_assert_false (has_name (button));
  g_assert_true (needs_name (button) && is_ours (button));
  g_assert_true (has_name (named));
  gtk_test_accessible_assert_property (named, GTK_ACCESSIBLE_PROPERTY_LABEL, "Cancel");
  gtk_test_accessible_assert_property (named, GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS, "Esc");
  g_object_unref (button);
  g_object_unref (named);
}

/* What is drawn by us is said, too. */
static void
test_big_label (void)
{
  GtkWidget *label =
    g_object_ref_sink (g_object_new (TILL_TYPE_BIG_LABEL, "label", "¥12.50", NULL));

  gtk_test_accessible_assert_role (label, GTK_ACCESSIBLE_ROLE_LABEL);
  gtk_test_accessible_assert_property (label, GTK_ACCESSIBLE_PROPERTY_LABEL, "¥12.50");
  till_big_label_set_label (TILL_BIG_LABEL (label), "¥1.00");
  gtk_test_accessible_assert_property (label, GTK_ACCESSIBLE_PROPERTY_LABEL, "¥1.00");
  till_big_label_set_label (TILL_BIG_LABEL (label), NULL);
  gtk_test_accessible_assert_property (label, GTK_ACCESSIBLE_PROPERTY_LABEL, "");
  g_object_unref (label);
}

/* Every icon that a template or a table names is there. */
static void
test_icons (void)
{
  static const char *const names[] = {
    "till-asking-symbolic", "till-given-back-symbolic", "till-late-symbolic",
    "till-paid-symbolic", "till-scan-symbolic", "till-unpaid-symbolic", "cn.till.Till",
  };
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());

  gtk_icon_theme_add_resource_path (theme, "/cn/till/Till/icons");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (gtk_icon_theme_has_icon (theme, names[i]));
  for (guint brand = 0; brand < TILL_N_BRANDS; brand++)
    g_assert_true (gtk_icon_theme_has_icon (theme,
                                            till_brand_get_facts ((TillBrand) brand)->icon_name));
}

/* Every icon can be drawn: GTK shows a broken picture where nothing on the machine reads SVG, and
 * says nothing. */
static void
check_drawn (const char *folder)
{
  g_auto (GStrv) names =
    g_resources_enumerate_children (folder, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  g_assert_nonnull (names);
  for (guint i = 0; names[i]; i++) {
    g_autofree char *path = g_strconcat (folder, names[i], NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new_from_resource (path, &error);

    g_assert_no_error (error);
    g_assert_nonnull (picture);
  }
}

static void
test_icons_drawn (void)
{
  check_drawn ("/cn/till/Till/icons/scalable/actions/");
  check_drawn ("/cn/till/Till/icons/scalable/apps/");
}

/* The shortcuts window can be made. */
static void
test_help_overlay (void)
{
  g_autoptr (GtkBuilder) builder =
    gtk_builder_new_from_resource ("/cn/till/Till/gtk/help-overlay.ui");
  GObject *window = gtk_builder_get_object (builder, "help_overlay");

  g_assert_true (GTK_IS_SHORTCUTS_WINDOW (window));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  till_register_resource ();

  for (guint i = 0; i < G_N_ELEMENTS (templates); i++) {
    g_autofree char *path = g_strdup_printf ("/templates/names/%s", g_type_name (templates[i] ()));

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_names);
  }
  g_test_add_func ("/templates/nameless", test_nameless);
  g_test_add_func ("/templates/big-label", test_big_label);
  g_test_add_func ("/templates/icons", test_icons);
  g_test_add_func ("/templates/icons-drawn", test_icons_drawn);
  g_test_add_func ("/templates/help-overlay", test_help_overlay);

  return g_test_run ();
}
