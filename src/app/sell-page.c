/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sell-page.h"

#include "app/amount-page.h"
#include "app/camera-form.h"
#include "app/charge-page.h"
#include "app/collect-page.h"
#include "app/lookout.h"
#include "app/result-page.h"
#include "app/scan-page.h"
#include "app/tap-page.h"
#include "app/wallet-page.h"

#define PAID_SHOWN_US (8 * G_USEC_PER_SEC)
#define SECOND_BEEP_MS 180

struct _TillSellPage
{
  AdwBin          parent_instance;

  GtkStack       *stack;
  TillAmountPage *amount_page;
  TillScanPage   *scan_page;
  TillTapPage    *tap_page;
  TillWalletPage *wallet_page;
  TillCollectPage *collect_page;
  TillChargePage *charge_page;
  TillResultPage *result_page;

  TillCurrent    *current;
  TillSellFlow   *flow;
  TillLookout    *lookout;       /* NULL: there shall be no camera */
  TillOutcome     shown_outcome;
  guint           second_beep;
};

enum {
  PROP_0,
  PROP_CURRENT,
  N_PROPS,
};

enum {
  SIGNAL_PAGE_CHANGED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillSellPage, till_sell_page, ADW_TYPE_BIN)

/* The stack's names of the pages. */
static const char *const pages[TILL_SELL_N_STEPS] = {
  [TILL_SELL_TYPING] = "amount",
  [TILL_SELL_CHOOSING] = "wallet",
  [TILL_SELL_SCANNING] = "scan",
  [TILL_SELL_TAPPING] = "tap",
  [TILL_SELL_COLLECTING] = "collect",
  [TILL_SELL_ASKING] = "charge",
  [TILL_SELL_OVER] = "result",
};

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
  TillOutcome outcome = till_sell_flow_get_outcome (self->flow);

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
  const TillKeying *keying = till_sell_flow_get_keying (self->flow);
  g_autofree char *typed = till_keying_to_text (keying);
  gint64 amount_fen = till_keying_get_amount (keying);
  const char *name = pages[till_sell_flow_get_step (self->flow)];

  till_amount_page_show (self->amount_page, typed, amount_fen > 0);
  till_scan_page_show (self->scan_page, amount_fen);
  till_tap_page_show (self->tap_page, amount_fen, till_sell_flow_get_tap (self->flow));
  till_collect_page_tell_tap (self->collect_page, till_sell_flow_tell_tap (self->flow),
                              till_tap_state_is_fault (till_sell_flow_get_tap (self->flow)));
  till_wallet_page_show (self->wallet_page, amount_fen);
  if (g_strcmp0 (name, gtk_stack_get_visible_child_name (self->stack)) != 0 ||
      self->shown_outcome != till_sell_flow_get_outcome (self->flow))
    enter_page (self, name);
  else
    g_signal_emit (self, signals[SIGNAL_PAGE_CHANGED], 0);
}

static void
tick_cb (TillTicker   *ticker,
         GParamSpec   *pspec,
         TillSellPage *self)
{
  gint64 resets_us = till_current_get_resets_us (self->current);

  if (resets_us != 0 && till_ticker_get_now_us (ticker) >= resets_us)
    till_sell_flow_next (self->flow);
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
  g_clear_object (&self->lookout);
  g_clear_object (&self->flow);
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
  gtk_widget_class_bind_template_child (widget_class, TillSellPage, tap_page);
  gtk_widget_class_bind_template_child (widget_class, TillSellPage, wallet_page);
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

  signals[SIGNAL_PAGE_CHANGED] =
    g_signal_new ("page-changed", TILL_TYPE_SELL_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  g_type_ensure (TILL_TYPE_AMOUNT_PAGE);
  g_type_ensure (TILL_TYPE_SCAN_PAGE);
  g_type_ensure (TILL_TYPE_TAP_PAGE);
  g_type_ensure (TILL_TYPE_COLLECT_PAGE);
  g_type_ensure (TILL_TYPE_CHARGE_PAGE);
  g_type_ensure (TILL_TYPE_RESULT_PAGE);
  g_type_ensure (TILL_TYPE_WALLET_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/sell-page.ui");
  bind_children (widget_class);
}

static void
till_sell_page_init (TillSellPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->flow = till_sell_flow_new (GTK_WIDGET (self));
  g_signal_connect_object (self->flow, "changed", G_CALLBACK (choose_page), self,
                           G_CONNECT_SWAPPED);
}

static void
brands_cb (TillSellPage *self)
{
  TillDesk *desk = till_current_get_desk (self->current);

  till_scan_page_set_brands (self->scan_page, till_desk_get_brands (desk, TILL_KIND_CHARGE));
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
  TillDesk *desk;

  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  if (!g_set_object (&self->current, current))
    return;

  desk = till_current_get_desk (current);
  till_amount_page_set_current (self->amount_page, current);
  till_wallet_page_set_current (self->wallet_page, current);
  brands_cb (self);
  g_signal_connect_object (desk, "notify::brands", G_CALLBACK (brands_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (till_current_get_ticker (current), "notify::now-us",
                           G_CALLBACK (tick_cb), self, 0);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURRENT]);
  till_sell_flow_set_current (self->flow, current);
}

/**
 * till_sell_page_set_camera:
 *
 * Reads payment codes with @camera too, once the shop is open.
 */
void
till_sell_page_set_camera (TillSellPage *self,
                           TillScanner  *camera)
{
  g_autoptr (TillCameraChoice) choice = NULL;

  g_return_if_fail (TILL_IS_SELL_PAGE (self));
  g_return_if_fail (self->current && !self->lookout);

  choice = till_camera_choice_load (till_current_get_desk (self->current));
  self->lookout = till_lookout_new (camera, self->flow, choice);
  till_scan_page_set_lookout (self->scan_page, self->lookout);
  till_lookout_watch (self->lookout, GTK_WIDGET (self->scan_page), GTK_WIDGET (self->amount_page));
}

static void
chosen_cb (const GError *error,
           GtkWidget    *over)
{
  if (error)
    till_sell_flow_tell (TILL_SELL_PAGE (over)->flow, error->message, TRUE);
}

/**
 * till_sell_page_choose_camera:
 *
 * Asks the clerk which camera to read with.
 */
void
till_sell_page_choose_camera (TillSellPage *self)
{
  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  if (self->lookout)
    till_camera_form_ask (GTK_WIDGET (self), till_current_get_desk (self->current), self->lookout,
                          chosen_cb);
}

/**
 * till_sell_page_get_flow:
 *
 * Returns: (transfer none): what the clerk may do now
 */
TillSellFlow *
till_sell_page_get_flow (TillSellPage *self)
{
  g_return_val_if_fail (TILL_IS_SELL_PAGE (self), NULL);

  return self->flow;
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
 * till_sell_page_press:
 * @key: as till_keying_press() takes it
 *
 * A digit belongs to the amount, whatever is shown, and so does the focus then.
 */
void
till_sell_page_press (TillSellPage *self,
                      const char   *key)
{
  g_return_if_fail (TILL_IS_SELL_PAGE (self));

  if (till_sell_flow_press (self->flow, key))
    gtk_widget_grab_focus (GTK_WIDGET (self->amount_page));
}
