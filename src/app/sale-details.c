/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sale-details.h"

#include <glib/gi18n.h>

#include "app/focus.h"
#include "app/format.h"
#include "app/key-button.h"
#include "app/outcome.h"
#include "app/question.h"
#include "app/refund-form.h"
#include "desk/books.h"

struct _TillSaleDetails
{
  AdwBin        parent_instance;

  GtkStack     *stack;
  GtkWidget    *back_button;
  GtkImage     *state_image;
  GtkLabel     *state_label;
  GtkLabel     *amount_label;
  GtkLabel     *reason_label;
  GtkLabel     *refunds_label;
  GtkGrid      *facts_grid;
  GtkListBox   *story_list;

  TillDesk     *desk;
  TillSaleItem *item;
  gint64        shown_seq;    /* the sale's last row whose story is shown */
};

enum {
  SIGNAL_BACK,
  SIGNAL_TOLD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillSaleDetails, till_sale_details, ADW_TYPE_BIN)

static void
tell (TillSaleDetails *self,
      const GError    *error)
{
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, error->message, TRUE);
}

static GtkWidget *
make_text (const char *text,
           const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (style)
    gtk_widget_add_css_class (label, style);

  return label;
}

static void
add_fact (TillSaleDetails *self,
          int             *row,
          const char      *name,
          const char      *value)
{
  GtkWidget *name_label;
  GtkWidget *value_label;

  if (!value || value[0] == '\0')
    return;

  name_label = gtk_label_new (name);
  gtk_label_set_xalign (GTK_LABEL (name_label), 0);
  gtk_widget_set_valign (name_label, GTK_ALIGN_START);
  gtk_widget_add_css_class (name_label, "dim-label");
  value_label = make_text (value, "numeric");
  gtk_widget_set_hexpand (value_label, TRUE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value_label), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  name_label, NULL, -1);
  gtk_grid_attach (self->facts_grid, name_label, 0, *row, 1, 1);
  gtk_grid_attach (self->facts_grid, value_label, 1, *row, 1, 1);
  (*row)++;
}

static char *
moment (TillSaleDetails *self,
        gint64           at_us)
{
  return at_us > 0 ? till_day_format (till_desk_get_day (self->desk), at_us, "%Y-%m-%d %H:%M:%S")
                   : NULL;
}

static void
show_facts (TillSaleDetails *self,
            const TillSale  *sale)
{
  g_autofree char *made = moment (self, sale->created_us);
  g_autofree char *paid = moment (self, sale->paid_us);
  g_autofree char *payer_total =
    sale->payer_total_fen > 0 && sale->payer_total_fen != sale->amount_fen
      ? till_money_to_text (sale->payer_total_fen) : NULL;
  GtkWidget *child;
  int row = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts_grid))))
    gtk_grid_remove (self->facts_grid, child);

  add_fact (self, &row, _("Number"), sale->order);
  add_fact (self, &row, _("Wallet"), till_brand_get_name (sale->brand));
  add_fact (self, &row, _("Wallet's number"), sale->acquirer_ref);
  add_fact (self, &row, _("Made at"), made);
  add_fact (self, &row, _("Paid at"), paid);
  add_fact (self, &row, _("The customer paid"), payer_total);
  add_fact (self, &row, _("Clerk"), sale->clerk);
  add_fact (self, &row, _("Note"), sale->note);
}

static GtkWidget *
make_story_row (TillSaleDetails     *self,
                const TillStoryLine *line)
{
  g_autofree char *time = till_day_format (till_desk_get_day (self->desk), line->at_us, "%H:%M:%S");
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *time_label = make_text (time, "numeric");
  GtkWidget *text_label = make_text (line->text, NULL);

  gtk_widget_add_css_class (grid, "story-row");
  gtk_widget_add_css_class (time_label, "dim-label");
  gtk_widget_set_valign (time_label, GTK_ALIGN_START);
  gtk_widget_set_hexpand (text_label, TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 14);
  gtk_grid_attach (GTK_GRID (grid), time_label, 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), text_label, 1, 0, 1, 1);
  if (line->said && line->said[0] != '\0') {
    GtkWidget *said_label = make_text (line->said, "caption");

    gtk_widget_add_css_class (said_label, "dim-label");
    gtk_grid_attach (GTK_GRID (grid), said_label, 1, 1, 1, 1);
  }
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), grid);

  return row;
}

static void
show_story (TillSaleDetails *self,
            const TillSale  *sale)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  GtkWidget *child;

  if (self->shown_seq == sale->last_seq)
    return;

  self->shown_seq = sale->last_seq;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->story_list))))
    gtk_list_box_remove (self->story_list, child);

  lines = till_books_story (self->desk, sale->order, &error);
  if (!lines) {
    gtk_list_box_append (self->story_list, make_text (error->message, "error"));
    return;
  }
  for (guint i = 0; i < lines->len; i++)
    gtk_list_box_append (self->story_list, make_story_row (self, g_ptr_array_index (lines, i)));
}

static void
show_state (TillSaleDetails *self,
            const TillSale  *sale)
{
  const TillLook *look = till_format_look (sale);
  const char *const styles[] = { "state-chip", look->style, NULL };
  g_autofree char *amount = till_money_to_text (sale->amount_fen);
  g_autofree char *refunds = till_format_refunds (sale, till_desk_get_day (self->desk));
  const char *reason = till_reason_get_text (sale->reason);

  gtk_image_set_from_icon_name (self->state_image, look->icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->state_image), (const char **) styles);
  gtk_label_set_label (self->state_label, till_format_word (look));
  gtk_label_set_label (self->amount_label, amount);
  gtk_label_set_label (self->reason_label, reason);
  gtk_widget_set_visible (GTK_WIDGET (self->reason_label), reason[0] != '\0');
  gtk_label_set_label (self->refunds_label, refunds);
  gtk_widget_set_visible (GTK_WIDGET (self->refunds_label), refunds[0] != '\0');
}

static void
item_changed_cb (TillSaleItem    *item,
                 GParamSpec      *pspec,
                 TillSaleDetails *self)
{
  const TillSale *sale = till_sale_item_get_sale (item);

  if (!sale->order)
    return;

  show_state (self, sale);
  show_facts (self, sale);
  show_story (self, sale);
}

static void
back_cb (TillSaleDetails *self)
{
  g_signal_emit (self, signals[SIGNAL_BACK], 0);
}

static void
cancel_cb (gpointer user_data)
{
  TillSaleDetails *self = user_data;
  TillSaleItem *shown = self->item;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSaleItem) item = NULL;

  item = till_desk_cancel (self->desk, till_sale_item_get_order (shown), &error);
  if (item)
    till_sale_details_show (self, item);
  else
    tell (self, error);
}

static void
refunded_cb (TillSaleItem *item,
             const GError *error,
             GtkWidget    *over)
{
  if (item)
    till_sale_details_show (TILL_SALE_DETAILS (over), item);
  else
    tell (TILL_SALE_DETAILS (over), error);
}

static gboolean
till_sale_details_grab_focus (GtkWidget *widget)
{
  return till_focus_set (GTK_WIDGET (TILL_SALE_DETAILS (widget)->state_label));
}

static void
till_sale_details_dispose (GObject *object)
{
  TillSaleDetails *self = TILL_SALE_DETAILS (object);

  g_clear_object (&self->desk);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (till_sale_details_parent_class)->dispose (object);
}

static void
till_sale_details_class_init (TillSaleDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_sale_details_dispose;
  widget_class->grab_focus = till_sale_details_grab_focus;

  signals[SIGNAL_BACK] = g_signal_new ("back", TILL_TYPE_SALE_DETAILS, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);

  signals[SIGNAL_TOLD] =
    g_signal_new ("told", TILL_TYPE_SALE_DETAILS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);

  g_type_ensure (TILL_TYPE_KEY_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/sale-details.ui");
  gtk_widget_class_bind_template_child (widget_class, TillSaleDetails, stack);
  gtk_widget_class_bind_template_child (widget_class, TillSaleDetails, back_button);
  gtk_widget_class_bind_template_child (widget_class, TillSaleDetails, state_image);
  gtk_widget_class_bind_template_child (widget_class, TillSaleDetails, state_label);
  gtk_widget_class_bind_template_child (widget_class, TillSaleDetails, amount_label);
  gtk_widget_class_bind_template_child (widget_class, TillSaleDetails, reason_label);
  gtk_widget_class_bind_template_child (widget_class, TillSaleDetails, refunds_label);
  gtk_widget_class_bind_template_child (widget_class, TillSaleDetails, facts_grid);
  gtk_widget_class_bind_template_child (widget_class, TillSaleDetails, story_list);
}

static void
till_sale_details_init (TillSaleDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_object (self->back_button, "clicked", G_CALLBACK (back_cb), self,
                           G_CONNECT_SWAPPED);
}

void
till_sale_details_set_desk (TillSaleDetails *self,
                            TillDesk        *desk)
{
  g_return_if_fail (TILL_IS_SALE_DETAILS (self));

  g_set_object (&self->desk, desk);
}

/**
 * till_sale_details_set_folded:
 * @folded: whether the list has no room beside it
 */
void
till_sale_details_set_folded (TillSaleDetails *self,
                              gboolean         folded)
{
  g_return_if_fail (TILL_IS_SALE_DETAILS (self));

  gtk_widget_set_visible (self->back_button, folded);
}

TillSaleItem *
till_sale_details_get_item (TillSaleDetails *self)
{
  g_return_val_if_fail (TILL_IS_SALE_DETAILS (self), NULL);

  return self->item;
}

/**
 * till_sale_details_show:
 * @item: (nullable): the sale; followed while it changes
 */
void
till_sale_details_show (TillSaleDetails *self,
                        TillSaleItem    *item)
{
  g_return_if_fail (TILL_IS_SALE_DETAILS (self));

  if (self->item == item)
    return;

  if (self->item)
    g_signal_handlers_disconnect_by_func (self->item, item_changed_cb, self);
  g_set_object (&self->item, item);
  self->shown_seq = 0;
  gtk_stack_set_visible_child_name (self->stack, item ? "sale" : "none");
  if (item) {
    g_signal_connect_object (item, "notify::state", G_CALLBACK (item_changed_cb), self, 0);
    item_changed_cb (item, NULL, self);
  }
}

/**
 * till_sale_details_may_cancel:
 *
 * Returns: whether a sale is shown that is not over unpaid already
 */
gboolean
till_sale_details_may_cancel (TillSaleDetails *self)
{
  TillSaleItem *item = self->item;

  return item && till_outcome_of (item) != TILL_OUTCOME_UNPAID;
}

/**
 * till_sale_details_may_refund:
 *
 * Returns: whether a sale is shown of which something is left to give back
 */
gboolean
till_sale_details_may_refund (TillSaleDetails *self)
{
  TillSaleItem *item = self->item;
  const TillSale *sale = item ? till_sale_item_get_sale (item) : NULL;
  const TillPayment *paid = sale ? till_sale_get_paid (sale) : NULL;

  return paid && till_sale_get_refundable (sale, paid->order) > 0;
}

/**
 * till_sale_details_query:
 *
 * Asks the wallet about the sale that is shown.
 */
void
till_sale_details_query (TillSaleDetails *self)
{
  TillSaleItem *shown = self->item;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSaleItem) item = NULL;

  if (!shown)
    return;

  item = till_desk_query (self->desk, till_sale_item_get_order (shown), &error);
  if (item)
    till_sale_details_show (self, item);
  else
    tell (self, error);
}

/**
 * till_sale_details_cancel:
 *
 * Cancels the sale that is shown. A paid one gives its money back by that, so it is asked about.
 */
void
till_sale_details_cancel (TillSaleDetails *self)
{
  const TillQuestion question = {
    .heading = _("Cancel this paid sale?"),
    .body = _("The wallet gives the whole amount back to the customer."),
    .no = _("_Back"),
    .yes = _("_Cancel the sale"),
    .is_grave = TRUE,
  };

  if (!till_sale_details_may_cancel (self))
    return;

  if (till_outcome_of (self->item) == TILL_OUTCOME_PAID)
    till_question_ask (GTK_WIDGET (self), &question, cancel_cb, g_object_ref (self),
                       g_object_unref);
  else
    cancel_cb (self);
}

/**
 * till_sale_details_refund:
 *
 * Asks how much of the sale that is shown to give back.
 */
void
till_sale_details_refund (TillSaleDetails *self)
{
  if (till_sale_details_may_refund (self))
    till_refund_form_ask (GTK_WIDGET (self), self->desk, self->item,
                          refunded_cb);
}
