/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sell-page.h"

#include <glib/gi18n.h>

#include "app/amount-page.h"
#include "app/charge-page.h"
#include "app/collect-page.h"
#include "app/keying.h"
#include "app/outcome.h"
#include "app/result-page.h"
#include "app/scan-page.h"
#include "app/wish.h"
#include "code/paycode.h"

#define PAID_SHOWN_US (8 * G_USEC_PER_SEC)
#define SECOND_BEEP_MS 180

struct _TillSellPage
{
  AdwBin          parent_instance;

  GtkStack       *stack;
  TillAmountPage *amount_page;
  TillScanPage   *scan_page;
  TillCollectPage *collect_page;
  TillChargePage *charge_page;
  TillResultPage *result_page;

  TillCurrent    *current;
  GSignalGroup   *item_signals;
  TillKeying      keying;
  gboolean        is_scanning;   /* the clerk pressed Enter on an amount */
  TillKind        asked_kind;    /* of the current sale, before its first row says it */
  gint64          asked_fen;
  TillBrandSet    next_brands;   /* to be shown when the cancelled code is confirmed closed */
  TillOutcome     shown_outcome;
  guint           second_beep;
};

enum {
  PROP_0,
  PROP_CURRENT,
  N_PROPS,
};

enum {
  SIGNAL_TOLD,
  SIGNAL_PAGE_CHANGED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillSellPage, till_sell_page, ADW_TYPE_BIN)

static void
tell (TillSellPage *self,
      const char   *sentence,
      gboolean      is_bad)
{
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, sentence, is_bad);
}

static TillDesk *
get_desk (TillSellPage *self)
{
  return till_current_get_desk (self->current);
}

static TillSaleItem *
get_item (TillSellPage *self)
{
  return self->current ? till_current_get_item (self->current) : NULL;
}

static TillOutcome
get_outcome (TillSellPage *self)
{
  TillSaleItem *item = get_item (self);

  return item ? till_outcome_of (item) : TILL_OUTCOME_ASKING;
}

/* Which page. */

/* Only a code that is on its way or can still be paid is shown; all else that is not over is
 * amber. */
static gboolean
shows_code (TillSellPage *self,
            TillSaleItem *item)
{
  static const gboolean may_show[TILL_PAYMENT_N_STATES] = {
    [TILL_PAYMENT_NEW] = TRUE,
    [TILL_PAYMENT_ASKED] = TRUE,
    [TILL_PAYMENT_WAITING] = TRUE,
  };
  TillKind kind = till_sale_item_get_order (item) ? till_sale_item_get_sale (item)->kind
                                                  : self->asked_kind;

  return kind == TILL_KIND_COLLECT && may_show[till_sale_item_get_state (item)];
}

static const char *
page_name (TillSellPage *self)
{
  TillSaleItem *item = get_item (self);

  if (!item)
    return self->is_scanning ? "scan" : "amount";
  if (till_outcome_of (item) != TILL_OUTCOME_ASKING)
    return "result";

  return shows_code (self, item) ? "collect" : "charge";
}

static gboolean
second_beep_cb (gpointer user_data)
{
  TillSellPage *self = user_data;

  self->second_beep = 0;
  gtk_widget_error_bell (GTK_WIDGET (self));

  return G_SOURCE_REMOVE;
}

/* Two beeps for money, one for none. */
static void
sound (TillSellPage *self,
       TillOutcome   outcome)
{
  gtk_widget_error_bell (GTK_WIDGET (self));
  if (outcome == TILL_OUTCOME_PAID && !self->second_beep)
    self->second_beep = g_timeout_add (SECOND_BEEP_MS, second_beep_cb, self);
}

static void
enter_page (TillSellPage *self,
            const char   *name)
{
  gint64 now_us = till_ticker_get_now_us (till_current_get_ticker (self->current));
  TillOutcome outcome = get_outcome (self);

  self->shown_outcome = outcome;
  till_current_set_resets_us (self->current,
                              outcome == TILL_OUTCOME_PAID ? now_us + PAID_SHOWN_US : 0);
  if (outcome != TILL_OUTCOME_ASKING)
    sound (self, outcome);

  gtk_stack_set_visible_child_name (self->stack, name);
  /* A result that comes while the clerk is at another view leaves the focus there. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (gtk_stack_get_visible_child (self->stack));
  g_signal_emit (self, signals[SIGNAL_PAGE_CHANGED], 0);
}

static void
choose_page (TillSellPage *self)
{
  g_autofree char *typed = till_keying_to_text (&self->keying);
  gint64 amount_fen = till_keying_get_amount (&self->keying);
  const char *name = page_name (self);

  till_amount_page_show (self->amount_page, typed, amount_fen > 0);
  till_scan_page_show (self->scan_page, amount_fen);
  if (g_strcmp0 (name, gtk_stack_get_visible_child_name (self->stack)) != 0 ||
      self->shown_outcome != get_outcome (self))
    enter_page (self, name);
  else
    g_signal_emit (self, signals[SIGNAL_PAGE_CHANGED], 0);
}

static void
set_item (TillSellPage *self,
          TillSaleItem *item)
{
  if (item && till_sale_item_get_order (item))
    self->asked_fen = till_sale_item_get_amount (item);
  self->is_scanning = FALSE;
  till_current_set_item (self->current, item);
  choose_page (self);
}

/* Room for the next amount. What is open stays in the list of open payments. */
static void
start_anew (TillSellPage *self,
            gint64        amount_fen)
{
  till_keying_set_amount (&self->keying, amount_fen);
  self->next_brands = 0;
  set_item (self, NULL);
}

/* Starting a sale. */

static void
started_cb (TillSaleItem *item,
            const GError *error,
            GtkWidget    *over)
{
  TillSellPage *self = TILL_SELL_PAGE (over);

  if (!item) {
    tell (self, error->message, TRUE);
    return;
  }

  till_keying_set_amount (&self->keying, 0);
  set_item (self, item);
}

static void
start (TillSellPage *self,
       gint64        amount_fen,
       const char   *paycode,
       TillBrandSet  brands)
{
  const TillWish wish = {
    .desk = till_current_get_desk (self->current),
    .over = GTK_WIDGET (self),
    .amount_fen = amount_fen,
    .paycode = paycode,
    .brands = brands,
    .done = started_cb,
  };

  self->asked_kind = paycode ? TILL_KIND_CHARGE : TILL_KIND_COLLECT;
  self->asked_fen = amount_fen;
  till_wish_start (&wish);
}

/* The amount that a charge or a code is for now: the typed one, or that of a sale which was just
 * refused. */
static gint64
wanted_fen (TillSellPage *self)
{
  TillOutcome outcome = get_outcome (self);

  if (outcome == TILL_OUTCOME_UNPAID || outcome == TILL_OUTCOME_UNASKED)
    return self->asked_fen;

  return get_item (self) ? 0 : till_keying_get_amount (&self->keying);
}

static const char *
why_not_now (TillSellPage *self)
{
  TillSaleItem *item = get_item (self);

  if (!item)
    return _("Enter the amount first, then scan the payment code.");
  if (till_outcome_of (item) != TILL_OUTCOME_ASKING)
    return _("This sale is over. Enter the next amount, then scan the payment code.");
  if (shows_code (self, item))
    return _("A code is on the screen. Cancel it first, then scan the payment code.");

  return _("This sale is still being asked about. Do not charge it again.");
}

/* Following the sale. */

static void
item_changed_cb (TillSaleItem *item,
                 GParamSpec   *pspec,
                 TillSellPage *self)
{
  TillBrandSet brands = self->next_brands;

  if (till_sale_item_get_order (item))
    self->asked_fen = till_sale_item_get_amount (item);

  /* The clerk changed the wallet: the old code is confirmed closed, so the new one may come. */
  if (brands && till_outcome_of (item) == TILL_OUTCOME_UNPAID) {
    self->next_brands = 0;
    start (self, self->asked_fen, NULL, brands);
    return;
  }

  choose_page (self);
}

static void
tick_cb (TillTicker   *ticker,
         GParamSpec   *pspec,
         TillSellPage *self)
{
  gint64 resets_us = till_current_get_resets_us (self->current);

  if (resets_us != 0 && till_ticker_get_now_us (ticker) >= resets_us)
    till_sell_page_next (self);
}

static void
current_item_cb (TillCurrent  *current,
                 GParamSpec   *pspec,
                 TillSellPage *self)
{
  g_signal_group_set_target (self->item_signals, till_current_get_item (current));
}

static void
till_sell_page_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_CURRENT:
    g_value_set_object (value, TILL_SELL_PAGE (object)->current);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_sell_page_dispose (GObject *object)
{
  TillSellPage *self = TILL_SELL_PAGE (object);

  g_clear_handle_id (&self->second_beep, g_source_remove);
  g_clear_object (&self->item_signals);
  g_clear_object (&self->current);

  G_OBJECT_CLASS (till_sell_page_parent_class)->dispose (object);
}

static gboolean
till_sell_page_grab_focus (GtkWidget *widget)
{
  TillSellPage *self = TILL_SELL_PAGE (widget);

  return gtk_widget_grab_focus (gtk_stack_get_visible_child (self->stack));
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TillSellPage, stack);
  gtk_widget_class_bind_template_child (widget_class, TillSellPage, amount_page);
  gtk_widget_class_bind_template_child (widget_class, TillSellPage, scan_page);
  gtk_widget_class_bind_template_child (widget_class, TillSellPage, collect_page);
  gtk_widget_class_bind_template_child (widget_class, TillSellPage, charge_page);
  gtk_widget_class_bind_template_child (widget_class, TillSellPage, result_page);
}

static void
till_sell_page_class_init (TillSellPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = till_sell_page_get_property;
  object_class->dispose = till_sell_page_dispose;
  widget_class->grab_focus = till_sell_page_grab_focus;

  props[PROP_CURRENT] =
    g_param_spec_object ("current", NULL, NULL, TILL_TYPE_CURRENT,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_TOLD] =
    g_signal_new ("told", TILL_TYPE_SELL_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[SIGNAL_PAGE_CHANGED] =
    g_signal_new ("page-changed", TILL_TYPE_SELL_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  g_type_ensure (TILL_TYPE_AMOUNT_PAGE);
  g_type_ensure (TILL_TYPE_SCAN_PAGE);
  g_type_ensure (TILL_TYPE_COLLECT_PAGE);
  g_type_ensure (TILL_TYPE_CHARGE_PAGE);
  g_type_ensure (TILL_TYPE_RESULT_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/sell-page.ui");
  bind_children (widget_class);
}

static void
till_sell_page_init (TillSellPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->item_signals = g_signal_group_new (TILL_TYPE_SALE_ITEM);
  g_signal_group_connect (self->item_signals, "notify::state", G_CALLBACK (item_changed_cb), self);
  g_signal_group_connect (self->item_signals, "notify::fault", G_CALLBACK (item_changed_cb), self);
}

/**
 * till_sell_page_set_current:
 *
 * Opens the shop, once.
 */
void
till_sell_page_set_current (TillSellPage *self,
                            TillCurrent  *current)
{
  TillBrandSet collects;

  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  if (!g_set_object (&self->current, current))
    return;

  collects = till_desk_get_brands (get_desk (self), TILL_KIND_COLLECT);
  till_amount_page_set_brands (self->amount_page, collects);
  till_collect_page_set_brands (self->collect_page, collects);
  till_result_page_set_brands (self->result_page, collects);
  till_scan_page_set_brands (self->scan_page,
                             till_desk_get_brands (get_desk (self), TILL_KIND_CHARGE));
  g_signal_connect_object (current, "notify::item", G_CALLBACK (current_item_cb), self, 0);
  g_signal_connect_object (till_current_get_ticker (current), "notify::now-us",
                           G_CALLBACK (tick_cb), self, 0);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURRENT]);
  choose_page (self);
}

/**
 * till_sell_page_get_default:
 *
 * Returns: (transfer none) (nullable): the button that Enter means now; none while a customer is
 *   paying
 */
GtkWidget *
till_sell_page_get_default (TillSellPage *self)
{
  GtkWidget *page;

  g_return_val_if_fail (TILL_IS_SELL_PAGE (self), NULL);

  page = gtk_stack_get_visible_child (self->stack);
  if (page == GTK_WIDGET (self->amount_page))
    return till_amount_page_get_default (self->amount_page);
  if (page == GTK_WIDGET (self->result_page))
    return till_result_page_get_default (self->result_page);

  return NULL;
}

/**
 * till_sell_page_may_query:
 *
 * Returns: whether there is a sale here to ask about
 */
gboolean
till_sell_page_may_query (TillSellPage *self)
{
  TillSaleItem *item = get_item (self);

  return item && till_sale_item_get_order (item) && till_outcome_of (item) == TILL_OUTCOME_ASKING;
}

/**
 * till_sell_page_may_cancel:
 *
 * Returns: whether there is a sale here to cancel that is not being cancelled already
 */
gboolean
till_sell_page_may_cancel (TillSellPage *self)
{
  static const gboolean is_closing[TILL_PAYMENT_N_STATES] = {
    [TILL_PAYMENT_CLOSING] = TRUE,
    [TILL_PAYMENT_CLOSED_ONCE] = TRUE,
    [TILL_PAYMENT_REVERSED] = TRUE,
    [TILL_PAYMENT_REVERSING] = TRUE,
  };

  return till_sell_page_may_query (self) && !is_closing[till_sale_item_get_state (get_item (self))];
}

/**
 * till_sell_page_press:
 * @key: as till_keying_press() takes it
 *
 * A digit belongs to the amount, whatever is shown: a sale that is over makes room, one that is
 * under way goes on in the list of open payments.
 */
void
till_sell_page_press (TillSellPage *self,
                      const char   *key)
{
  gboolean is_digit = g_ascii_isdigit (key[0]) || key[0] == '.';

  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  if (!self->current || (get_item (self) && !is_digit))
    return;

  if (get_item (self))
    start_anew (self, 0);
  self->is_scanning = FALSE;
  till_keying_press (&self->keying, key);
  choose_page (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->amount_page));
}

/**
 * till_sell_page_scan:
 * @text: what the scanner read; never logged
 *
 * Charges at once where there is an amount to charge.
 */
void
till_sell_page_scan (TillSellPage *self,
                     const char   *text)
{
  g_autofree char *normal = till_paycode_normalise (text);
  TillPaycode code;
  gint64 amount_fen;

  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  if (!self->current)
    return;

  amount_fen = wanted_fen (self);
  if (amount_fen > 0)
    start (self, amount_fen, text, 0);
  else if (!get_item (self) && (!normal || !till_paycode_identify (normal, &code)))
    tell (self, till_reason_get_text (normal ? code.reason : TILL_REASON_UNKNOWN_CODE), TRUE);
  else
    tell (self, why_not_now (self), TRUE);
}

/**
 * till_sell_page_charge:
 *
 * Takes the money by payment code: waits for the scan.
 */
void
till_sell_page_charge (TillSellPage *self)
{
  gint64 amount_fen;

  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  if (!self->current)
    return;

  amount_fen = wanted_fen (self);
  if (amount_fen == 0) {
    tell (self, why_not_now (self), TRUE);
    return;
  }

  start_anew (self, amount_fen);
  self->is_scanning = TRUE;
  choose_page (self);
}

/**
 * till_sell_page_collect:
 * @brands: whose codes to show
 *
 * Shows codes. One that is on the screen is closed first, and the new one comes when the wallet has
 * confirmed it: never two that both could be paid.
 */
void
till_sell_page_collect (TillSellPage *self,
                        TillBrandSet  brands)
{
  TillSaleItem *item;
  gint64 amount_fen;

  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  if (!self->current)
    return;

  item = get_item (self);
  amount_fen = wanted_fen (self);
  if (amount_fen > 0) {
    start (self, amount_fen, NULL, brands);
  } else if (item && shows_code (self, item) && till_outcome_of (item) == TILL_OUTCOME_ASKING) {
    till_sell_page_cancel (self);
    self->next_brands = brands;
  } else {
    tell (self, item ? why_not_now (self) : _("Enter the amount first, then show the code."), TRUE);
  }
}

/**
 * till_sell_page_cancel:
 *
 * Closes or reverses the sale that is shown; it is over when the wallet confirms it.
 */
void
till_sell_page_cancel (TillSellPage *self)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  if (!till_sell_page_may_cancel (self))
    return;

  self->next_brands = 0;
  item = till_desk_cancel (get_desk (self), till_sale_item_get_order (get_item (self)), &error);
  if (!item)
    tell (self, error->message, TRUE);
}

/**
 * till_sell_page_query:
 *
 * Asks the wallet now.
 */
void
till_sell_page_query (TillSellPage *self)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  if (!till_sell_page_may_query (self))
    return;

  item = till_desk_query (get_desk (self), till_sale_item_get_order (get_item (self)), &error);
  if (!item)
    tell (self, error->message, TRUE);
}

/**
 * till_sell_page_back:
 *
 * One step back: from the scan to the amount, from a code to its cancelling, from all else to a new
 * amount.
 */
void
till_sell_page_back (TillSellPage *self)
{
  TillSaleItem *item;

  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  item = get_item (self);
  if (item && till_outcome_of (item) == TILL_OUTCOME_ASKING && shows_code (self, item)) {
    till_sell_page_cancel (self);
  } else if (self->is_scanning) {
    self->is_scanning = FALSE;
    choose_page (self);
  } else {
    till_sell_page_next (self);
  }
}

/**
 * till_sell_page_next:
 *
 * Makes room for the next customer.
 */
void
till_sell_page_next (TillSellPage *self)
{
  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  if (self->current)
    start_anew (self, 0);
}

/**
 * till_sell_page_open:
 * @item: an open sale
 *
 * Shows a sale that is under way.
 */
void
till_sell_page_open (TillSellPage *self,
                     TillSaleItem *item)
{
  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  self->next_brands = 0;
  set_item (self, item);
}
