/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sales-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/sale-row.h"
#include "core/money.h"
#include "desk/books.h"

#define PAGE_SALES 200  /* so many are read at once, however many the journal has */

struct _TillSalesPage
{
  AdwBin              parent_instance;

  AdwLeaflet         *leaflet;
  GtkSearchEntry     *search_entry;
  GtkLabel           *count_label;
  GtkLabel           *taken_label;
  GtkLabel           *given_back_label;
  GtkStack           *list_stack;
  GtkLabel           *empty_label;
  GtkListView        *list_view;
  GtkButton          *more_button;
  TillSaleDetails    *details;

  TillDesk           *desk;
  GListStore         *sales;
  GtkSingleSelection *selection;
  GCancellable       *search;     /* the one under way */
  guint               limit;
};

enum {
  SIGNAL_TOLD,
  SIGNAL_SALE_SHOWN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillSalesPage, till_sales_page, ADW_TYPE_BIN)

static void
tell (TillSalesPage *self,
      const GError  *error)
{
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, error->message, TRUE);
}

static void
told_cb (TillSaleDetails *details,
         const char      *sentence,
         gboolean         is_bad,
         TillSalesPage   *self)
{
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, sentence, is_bad);
}

static const char *
get_digits (TillSalesPage *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
}

/* Figures of the day. */

static void
show_takings (TillSalesPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *count = NULL;
  g_autofree char *taken = NULL;
  g_autofree char *given_back = NULL;
  TillTakings takings;

  if (!till_books_takings (self->desk, till_desk_get_today (self->desk), &takings, &error)) {
    tell (self, error);
    return;
  }

  count = g_strdup_printf ("%" G_GINT64_FORMAT, takings.n);
  taken = till_money_to_text (takings.gross_fen);
  given_back = till_money_to_text (takings.refunded_fen);
  gtk_label_set_label (self->count_label, count);
  gtk_label_set_label (self->taken_label, taken);
  gtk_label_set_label (self->given_back_label, given_back);
}

/* The list. */

static void
show_list (TillSalesPage *self)
{
  guint n_sales = g_list_model_get_n_items (G_LIST_MODEL (self->sales));

  gtk_label_set_label (self->empty_label, get_digits (self)[0] != '\0'
                                            ? _("No sale has these digits in a number.")
                                            : _("No sales yet today."));
  gtk_stack_set_visible_child_name (self->list_stack, n_sales > 0 ? "list" : "empty");
  gtk_widget_set_visible (GTK_WIDGET (self->more_button), n_sales >= self->limit);
}

static gboolean
find_order (TillSalesPage *self,
            const char    *order,
            guint         *position)
{
  guint n_sales = g_list_model_get_n_items (G_LIST_MODEL (self->sales));

  for (guint i = 0; order && i < n_sales; i++) {
    g_autoptr (TillSaleItem) item = g_list_model_get_item (G_LIST_MODEL (self->sales), i);

    if (g_strcmp0 (till_sale_item_get_order (item), order) == 0) {
      *position = i;
      return TRUE;
    }
  }

  return FALSE;
}

static void
selected_cb (TillSalesPage *self)
{
  TillSaleItem *listed = gtk_single_selection_get_selected_item (self->selection);
  g_autoptr (TillSaleItem) live = NULL;

  /* The till may be busy with it: then its own item tells how it goes on. */
  if (listed)
    live = till_desk_find (self->desk, till_sale_item_get_order (listed), NULL);
  till_sale_details_show (self->details, live ? live : listed);
  g_signal_emit (self, signals[SIGNAL_SALE_SHOWN], 0);
}

/* Puts @n_items in the place of @n_gone; the sale that is shown whole stays so. */
static void
replace_sales (TillSalesPage *self,
               guint          position,
               guint          n_gone,
               gpointer      *items,
               guint          n_items)
{
  TillSaleItem *shown = till_sale_details_get_item (self->details);
  guint shown_position;

  g_signal_handlers_block_by_func (self->selection, selected_cb, self);
  g_list_store_splice (self->sales, position, n_gone, items, n_items);
  if (shown && find_order (self, till_sale_item_get_order (shown), &shown_position))
    gtk_single_selection_set_selected (self->selection, shown_position);
  g_signal_handlers_unblock_by_func (self->selection, selected_cb, self);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = till_books_find_finish (TILL_DESK (source), result, &error);
  TillSalesPage *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->search);
  if (!found) {
    tell (self, error);
    return;
  }

  replace_sales (self, 0, g_list_model_get_n_items (G_LIST_MODEL (self->sales)), found->pdata,
                 found->len);
  show_list (self);
}

static void
find (TillSalesPage *self)
{
  const char *digits = get_digits (self);
  TillSaleFilter filter = { .limit = self->limit };

  if (self->search)
    g_cancellable_cancel (self->search);
  g_clear_object (&self->search);
  if (!self->desk)
    return;

  if (digits[0] != '\0')
    filter.digits = digits;
  else
    filter.first_day = filter.last_day = till_desk_get_today (self->desk);
  self->search = g_cancellable_new ();
  till_books_find_async (self->desk, &filter, self->search, found_cb, self);
}

static void
search_changed_cb (TillSalesPage *self)
{
  self->limit = PAGE_SALES;
  find (self);
}

static void
stop_search_cb (TillSalesPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
}

static void
more_cb (TillSalesPage *self)
{
  self->limit += PAGE_SALES;
  find (self);
}

/* The live item takes the place of what was read from the journal; a new sale comes on top. */
static void
sale_changed_cb (TillDesk      *desk,
                 TillSaleItem  *item,
                 TillSalesPage *self)
{
  TillSaleItem *shown = till_sale_details_get_item (self->details);
  const char *order = till_sale_item_get_order (item);
  guint position;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  show_takings (self);
  if (find_order (self, order, &position))
    replace_sales (self, position, 1, (gpointer *) &item, 1);
  else if (get_digits (self)[0] == '\0' &&
           till_sale_item_get_sale (item)->day == till_desk_get_today (desk))
    replace_sales (self, 0, 0, (gpointer *) &item, 1);
  show_list (self);

  if (shown && g_strcmp0 (till_sale_item_get_order (shown), order) == 0) {
    till_sale_details_show (self->details, item);
    g_signal_emit (self, signals[SIGNAL_SALE_SHOWN], 0);
  }
}

static void
activated_cb (TillSalesPage *self,
              guint          position)
{
  gtk_single_selection_set_selected (self->selection, position);
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->details));
  gtk_widget_grab_focus (GTK_WIDGET (self->details));
}

/* Enter in the search: the first of what was found, whole. */
static void
search_activated_cb (TillSalesPage *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->sales)) > 0)
    activated_cb (self, 0);
}

/* Down from the search into the list. */
static gboolean
enter_list_cb (GtkWidget *search_entry,
               GVariant  *arguments,
               gpointer   user_data)
{
  TillSalesPage *self = user_data;

  if (g_list_model_get_n_items (G_LIST_MODEL (self->sales)) == 0)
    return FALSE;

  if (gtk_single_selection_get_selected (self->selection) == GTK_INVALID_LIST_POSITION)
    gtk_single_selection_set_selected (self->selection, 0);

  return gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
}

static void
back_cb (TillSalesPage *self)
{
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
folded_cb (TillSalesPage *self)
{
  till_sale_details_set_folded (self->details, adw_leaflet_get_folded (self->leaflet));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          TillSalesPage            *self)
{
  gtk_list_item_set_child (list_item, till_sale_row_new (self->desk));
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         TillSalesPage            *self)
{
  till_sale_row_set_item (TILL_SALE_ROW (gtk_list_item_get_child (list_item)),
                          gtk_list_item_get_item (list_item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           TillSalesPage            *self)
{
  till_sale_row_set_item (TILL_SALE_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static gboolean
till_sales_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (TILL_SALES_PAGE (widget)->search_entry));
}

/* The journal is read anew: other programs write to it too. */
static void
till_sales_page_map (GtkWidget *widget)
{
  TillSalesPage *self = TILL_SALES_PAGE (widget);

  GTK_WIDGET_CLASS (till_sales_page_parent_class)->map (widget);

  if (self->desk) {
    show_takings (self);
    find (self);
  }
}

static void
till_sales_page_dispose (GObject *object)
{
  TillSalesPage *self = TILL_SALES_PAGE (object);

  if (self->search)
    g_cancellable_cancel (self->search);
  g_clear_object (&self->search);
  g_clear_object (&self->selection);
  g_clear_object (&self->sales);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (till_sales_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TillSalesPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, TillSalesPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, TillSalesPage, count_label);
  gtk_widget_class_bind_template_child (widget_class, TillSalesPage, taken_label);
  gtk_widget_class_bind_template_child (widget_class, TillSalesPage, given_back_label);
  gtk_widget_class_bind_template_child (widget_class, TillSalesPage, list_stack);
  gtk_widget_class_bind_template_child (widget_class, TillSalesPage, empty_label);
  gtk_widget_class_bind_template_child (widget_class, TillSalesPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, TillSalesPage, more_button);
  gtk_widget_class_bind_template_child (widget_class, TillSalesPage, details);
}

static void
till_sales_page_class_init (TillSalesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_sales_page_dispose;
  widget_class->grab_focus = till_sales_page_grab_focus;
  widget_class->map = till_sales_page_map;

  signals[SIGNAL_TOLD] =
    g_signal_new ("told", TILL_TYPE_SALES_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[SIGNAL_SALE_SHOWN] =
    g_signal_new ("sale-shown", TILL_TYPE_SALES_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  g_type_ensure (TILL_TYPE_SALE_DETAILS);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/sales-page.ui");
  bind_children (widget_class);
}

static void
make_list (TillSalesPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->sales = g_list_store_new (TILL_TYPE_SALE_ITEM);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->sales)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->list_view, factory);
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
}

static void
add_search_keys (TillSalesPage *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Down|KP_Down"),
                      gtk_callback_action_new (enter_list_cb, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->search_entry), keys);
  g_signal_connect_object (self->search_entry, "activate", G_CALLBACK (search_activated_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
till_sales_page_init (TillSalesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->limit = PAGE_SALES;
  make_list (self);
  add_search_keys (self);
  g_signal_connect_object (self->search_entry, "search-changed", G_CALLBACK (search_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search_entry, "stop-search", G_CALLBACK (stop_search_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->more_button, "clicked", G_CALLBACK (more_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list_view, "activate", G_CALLBACK (activated_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->details, "told", G_CALLBACK (told_cb), self, 0);
  g_signal_connect_object (self->details, "back", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->leaflet, "notify::folded", G_CALLBACK (folded_cb), self,
                           G_CONNECT_SWAPPED);
  folded_cb (self);
}

/**
 * till_sales_page_set_desk:
 *
 * Opens the shop, once.
 */
void
till_sales_page_set_desk (TillSalesPage *self,
                          TillDesk      *desk)
{
  g_return_if_fail (TILL_IS_SALES_PAGE (self));

  if (!g_set_object (&self->desk, desk))
    return;

  till_sale_details_set_desk (self->details, desk);
  g_signal_connect_object (desk, "sale-changed", G_CALLBACK (sale_changed_cb), self, 0);
}

/**
 * till_sales_page_get_details:
 *
 * Returns: (transfer none): where one sale is shown whole
 */
TillSaleDetails *
till_sales_page_get_details (TillSalesPage *self)
{
  g_return_val_if_fail (TILL_IS_SALES_PAGE (self), NULL);

  return self->details;
}

/**
 * till_sales_page_search:
 * @digits: any digits of any number of a sale
 */
void
till_sales_page_search (TillSalesPage *self,
                        const char    *digits)
{
  g_return_if_fail (TILL_IS_SALES_PAGE (self));

  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), digits);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  gtk_editable_select_region (GTK_EDITABLE (self->search_entry), 0, -1);
}

/**
 * till_sales_page_show:
 * @order: a number of the sale, whatever list is shown
 */
void
till_sales_page_show (TillSalesPage *self,
                      const char    *order)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSaleItem) item = NULL;

  g_return_if_fail (TILL_IS_SALES_PAGE (self));

  item = till_desk_find (self->desk, order, &error);
  if (!item) {
    tell (self, error);
    return;
  }

  till_sale_details_show (self->details, item);
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->details));
  g_signal_emit (self, signals[SIGNAL_SALE_SHOWN], 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->details));
}
