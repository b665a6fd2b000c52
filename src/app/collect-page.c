/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/collect-page.h"

#include <glib/gi18n.h>

#include "app/big-label.h"
#include "app/brand-row.h"
#include "app/closures.h"
#include "app/code-card.h"
#include "app/focus.h"
#include "app/key-button.h"
#include "core/interop.h"
#include "desk/codes.h"

struct _TillCollectPage
{
  AdwBin        parent_instance;

  GtkBox       *codes_box;
  GtkLabel     *title_label;
  GtkLabel     *advice_label;
  GtkBox       *tap_box;
  GtkLabel     *tap_label;
  TillBrandRow *brand_row;

  TillCurrent  *current;
  GSignalGroup *item_signals;
};

enum {
  PROP_0,
  PROP_CURRENT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TillCollectPage, till_collect_page, ADW_TYPE_BIN)

/* A code that is on its way or can be paid; one that is being closed must not be scanned. */
static gboolean
shows_code (const TillPayment *payment)
{
  return payment->kind == TILL_KIND_COLLECT &&
         (payment->state == TILL_PAYMENT_ASKED || payment->state == TILL_PAYMENT_WAITING);
}

static GtkWidget *
nth_card (TillCollectPage *self,
          guint            n)
{
  GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self->codes_box));

  for (guint i = 0; card && i < n; i++)
    card = gtk_widget_get_next_sibling (card);

  return card;
}

/* What works with every wallet where none of the codes does; of one code, what is known of it. */
static void
show_advice (TillCollectPage *self,
             TillBrandSet     brands,
             guint            n_shown)
{
  g_autofree char *advice =
    n_shown == 1 ? till_interop_tell (brands)
                 : g_strdup (n_shown > 1 ? _("Where no code works, scan the customer's payment "
                                             "code.") : "");

  gtk_label_set_label (self->advice_label, advice);
}

static void
show_codes (TillCollectPage *self,
            const TillSale  *sale)
{
  TillDesk *desk = till_current_get_desk (self->current);
  TillBrandSet brands = 0;
  guint n_shown = 0;
  GtkWidget *card;

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (!shows_code (payment))
      continue;
    card = nth_card (self, n_shown++);
    if (!card) {
      card = till_code_card_new ();
      gtk_box_append (self->codes_box, card);
    }
    brands = till_codes_get_brands (desk, payment);
    till_code_card_show (TILL_CODE_CARD (card), payment, brands);
  }
  show_advice (self, brands, n_shown);

  while ((card = nth_card (self, n_shown)))
    gtk_box_remove (self->codes_box, card);
}

static void
item_changed_cb (TillSaleItem    *item,
                 GParamSpec      *pspec,
                 TillCollectPage *self)
{
  show_codes (self, till_sale_item_get_sale (item));
}

static void
bind_item_cb (GSignalGroup    *group,
              TillSaleItem    *item,
              TillCollectPage *self)
{
  show_codes (self, till_sale_item_get_sale (item));
}

static void
current_item_cb (TillCurrent     *current,
                 GParamSpec      *pspec,
                 TillCollectPage *self)
{
  g_signal_group_set_target (self->item_signals, till_current_get_item (current));
}

static void
set_current (TillCollectPage *self,
             TillCurrent     *current)
{
  if (!g_set_object (&self->current, current) || !current)
    return;

  till_brand_row_set_current (self->brand_row, current);
  g_signal_connect_object (current, "notify::item", G_CALLBACK (current_item_cb), self, 0);
  current_item_cb (current, NULL, self);
}

static gboolean
till_collect_page_grab_focus (GtkWidget *widget)
{
  return till_focus_set (GTK_WIDGET (TILL_COLLECT_PAGE (widget)->title_label));
}

static void
till_collect_page_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_CURRENT:
    g_value_set_object (value, TILL_COLLECT_PAGE (object)->current);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_collect_page_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  switch (prop_id) {
  case PROP_CURRENT:
    set_current (TILL_COLLECT_PAGE (object), g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_collect_page_dispose (GObject *object)
{
  TillCollectPage *self = TILL_COLLECT_PAGE (object);

  g_clear_object (&self->item_signals);
  g_clear_object (&self->current);

  G_OBJECT_CLASS (till_collect_page_parent_class)->dispose (object);
}

static void
till_collect_page_class_init (TillCollectPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = till_collect_page_get_property;
  object_class->set_property = till_collect_page_set_property;
  object_class->dispose = till_collect_page_dispose;
  widget_class->grab_focus = till_collect_page_grab_focus;

  props[PROP_CURRENT] = g_param_spec_object ("current", NULL, NULL, TILL_TYPE_CURRENT,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (TILL_TYPE_BIG_LABEL);
  g_type_ensure (TILL_TYPE_BRAND_ROW);
  g_type_ensure (TILL_TYPE_KEY_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/collect-page.ui");
  till_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, TillCollectPage, codes_box);
  gtk_widget_class_bind_template_child (widget_class, TillCollectPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, TillCollectPage, advice_label);
  gtk_widget_class_bind_template_child (widget_class, TillCollectPage, tap_box);
  gtk_widget_class_bind_template_child (widget_class, TillCollectPage, tap_label);
  gtk_widget_class_bind_template_child (widget_class, TillCollectPage, brand_row);
}

static void
till_collect_page_init (TillCollectPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->item_signals = g_signal_group_new (TILL_TYPE_SALE_ITEM);
  g_signal_group_connect (self->item_signals, "notify::state", G_CALLBACK (item_changed_cb), self);
  g_signal_connect (self->item_signals, "bind", G_CALLBACK (bind_item_cb), self);
}

/**
 * till_collect_page_tell_tap:
 * @sentence: (nullable): what can be done with a card or phone beside the code
 * @is_bad: whether that is not possible now
 */
void
till_collect_page_tell_tap (TillCollectPage *self,
                            const char      *sentence,
                            gboolean         is_bad)
{
  g_return_if_fail (TILL_IS_COLLECT_PAGE (self));

  gtk_label_set_label (self->tap_label, sentence ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->tap_box), sentence != NULL);
  if (is_bad)
    gtk_widget_add_css_class (GTK_WIDGET (self->tap_box), "dim-label");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->tap_box), "dim-label");
}
