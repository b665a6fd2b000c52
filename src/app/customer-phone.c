/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/customer-phone.h"

#include <glib/gi18n.h>

#include "app/qr-paintable.h"
#include "core/interop.h"
#include "core/money.h"
#include "desk/codes.h"

struct _TillCustomerPhone
{
  AdwBin         parent_instance;

  GtkFlowBox    *wallets_box;
  GtkWidget     *first_wallet;
  GtkStack      *screen_stack;
  GtkPicture    *code_picture;
  GtkLabel      *bill_label;
  GtkDropDown   *scenario_dropdown;
  GtkWidget     *show_button;
  GtkWidget     *hold_button;
  GtkWidget     *scan_button;
  GtkWidget     *pay_button;
  GtkWidget     *decline_button;
  GtkWidget     *password_button;
  GtkWidget     *leave_button;
  GtkLabel      *said_label;

  TillCurrent   *current;
  TillTraining  *training;
  TillBrand      brand;      /* whose app is open on the phone */
  char          *paycode;    /* on the phone's screen */
  char          *bill;       /* the order whose code was scanned */
};

/* What can be played with a payment code; the words are the sandbox's. */
static const struct {
  const char *word;
  const char *text;
} scenarios[] = {
  { "approve", N_("Pays at once") },
  { "password", N_("Must type a password") },
  { "not-enough", N_("Has too little money") },
  { "code-expired", N_("The code has expired") },
  { "code-invalid", N_("The code was used before") },
  { "account-abnormal", N_("The account is blocked") },
  { "lost-booked", N_("Pays, but the answer is lost") },
  { "lost-unbooked", N_("The request is lost") },
};

enum {
  SIGNAL_HELD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillCustomerPhone, till_customer_phone, ADW_TYPE_BIN)

static TillDesk *
get_desk (TillCustomerPhone *self)
{
  return till_current_get_desk (self->current);
}

static gboolean
can_pay (TillCustomerPhone *self,
         const TillPayment *payment)
{
  TillBrandSet brands = till_codes_get_brands (get_desk (self), payment);

  return (till_interop_get_payers (brands) & TILL_BRAND_BIT (self->brand)) != 0;
}

/* The code on the till's screen: of several the one that the open app can pay. */
static const TillPayment *
find_code (TillCustomerPhone *self)
{
  TillSaleItem *item = till_current_get_item (self->current);
  GPtrArray *payments = item ? till_sale_item_get_sale (item)->payments : NULL;
  const TillPayment *found = NULL;

  for (guint i = 0; payments && i < payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (payments, i);

    if (payment->kind == TILL_KIND_COLLECT && payment->state == TILL_PAYMENT_WAITING &&
        payment->code_text && (!found || can_pay (self, payment)))
      found = payment;
  }

  return found;
}

/* A charge that waits for its customer; there is one customer here, so any will do. */
static TillSaleItem *
find_waiting_charge (TillCustomerPhone *self)
{
  GListModel *open = till_desk_get_open (till_current_get_desk (self->current));

  for (guint i = 0; i < g_list_model_get_n_items (open); i++) {
    g_autoptr (TillSaleItem) item = g_list_model_get_item (open, i);

    if (till_sale_item_get_state (item) == TILL_PAYMENT_WAITING &&
        till_sale_item_get_sale (item)->kind == TILL_KIND_CHARGE)
      return item;
  }

  return NULL;
}

static void
update_buttons (TillCustomerPhone *self)
{
  gboolean has_charge = find_waiting_charge (self) != NULL;
  gboolean has_bill = self->bill != NULL;
  TillReason block = till_desk_get_block (get_desk (self), self->brand, TILL_KIND_CHARGE);

  gtk_widget_set_sensitive (self->show_button, block == TILL_REASON_NONE);
  gtk_widget_set_sensitive (self->hold_button, self->paycode != NULL && block == TILL_REASON_NONE);
  if (block != TILL_REASON_NONE)
    gtk_label_set_label (self->said_label, till_reason_get_text (block));
  gtk_widget_set_sensitive (self->scan_button, find_code (self) != NULL);
  gtk_widget_set_sensitive (self->pay_button, has_bill);
  gtk_widget_set_sensitive (self->password_button, has_charge);
  gtk_widget_set_sensitive (self->decline_button, has_bill || has_charge);
  gtk_widget_set_sensitive (self->leave_button, has_bill || has_charge || self->paycode);
}

static void
clear_screen (TillCustomerPhone *self)
{
  g_clear_pointer (&self->paycode, g_free);
  g_clear_pointer (&self->bill, g_free);
  gtk_stack_set_visible_child_name (self->screen_stack, "idle");
  update_buttons (self);
}

/* What the sandbox answers. */

static TillCustomerReply *
finish (GObject      *source,
        GAsyncResult *result,
        GtkLabel     *said_label)
{
  g_autoptr (GError) error = NULL;
  TillCustomerReply *reply =
    till_training_act_finish (TILL_TRAINING (source), result, &error);

  gtk_label_set_label (said_label, error ? error->message : "");

  return reply;
}

static void
code_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (TillCustomerPhone) self = user_data;
  g_autoptr (TillCustomerReply) reply = finish (source, result, self->said_label);
  g_autoptr (TillQrPaintable) qr = NULL;

  if (!reply || !reply->code)
    return;

  clear_screen (self);
  self->paycode = g_strdup (reply->code);
  qr = till_qr_paintable_new (reply->code, NULL);
  gtk_picture_set_paintable (self->code_picture, GDK_PAINTABLE (qr));
  gtk_stack_set_visible_child_name (self->screen_stack, "code");
  update_buttons (self);
}

static void
bill_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (TillCustomerPhone) self = user_data;
  g_autoptr (TillCustomerReply) reply = finish (source, result, self->said_label);
  g_autofree char *amount = NULL;
  g_autofree char *text = NULL;

  if (!reply || !reply->order)
    return;

  clear_screen (self);
  self->bill = g_strdup (reply->order);
  amount = till_money_to_text (reply->amount_fen);
  /* Translators: an amount, "¥12.50", and the name of a shop */
  text = g_strdup_printf (_("Pay %s to %s?"), amount,
                          till_desk_get_shop_name (till_current_get_desk (self->current)));
  gtk_label_set_label (self->bill_label, text);
  gtk_stack_set_visible_child_name (self->screen_stack, "bill");
  update_buttons (self);
}

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (TillCustomerPhone) self = user_data;
  g_autoptr (TillCustomerReply) reply = finish (source, result, self->said_label);

  /* The till hears of it when it asks next; the customer's own phone knows at once. */
  if (reply)
    clear_screen (self);
}

/* What the customer does. */

static void
act (TillCustomerPhone  *self,
     TillCustomerAct     what,
     const char         *subject,
     const char         *scenario,
     GAsyncReadyCallback callback)
{
  const TillCustomerWish wish = { what, subject, self->brand, scenario };

  till_training_act_async (self->training, &wish, callback, g_object_ref (self));
}

static void
act_on_order (TillCustomerPhone *self,
              TillCustomerAct    what)
{
  TillSaleItem *charge = find_waiting_charge (self);

  if (self->bill)
    act (self, what, self->bill, NULL, done_cb);
  else if (charge)
    act (self, what, till_sale_item_get_order (charge), NULL, done_cb);
  else
    clear_screen (self);
}

static void
show_clicked_cb (TillCustomerPhone *self)
{
  guint chosen = gtk_drop_down_get_selected (self->scenario_dropdown);

  act (self, TILL_CUSTOMER_SHOW_CODE, NULL, scenarios[chosen].word, code_cb);
}

static void
hold_clicked_cb (TillCustomerPhone *self)
{
  if (self->paycode)
    g_signal_emit (self, signals[SIGNAL_HELD], 0, self->paycode);
}

/* An app that cannot pay the code shows nothing that helps; what the clerk may do is said here. */
static void
scan_clicked_cb (TillCustomerPhone *self)
{
  const TillPayment *code = find_code (self);
  g_autofree char *advice = NULL;

  if (!code)
    return;
  if (can_pay (self, code)) {
    act (self, TILL_CUSTOMER_SCAN, code->code_text, NULL, bill_cb);
    return;
  }

  advice = till_interop_tell (till_codes_get_brands (get_desk (self), code));
  gtk_label_set_label (self->said_label, advice);
}

static void
pay_clicked_cb (TillCustomerPhone *self)
{
  act_on_order (self, TILL_CUSTOMER_PAY);
}

static void
decline_clicked_cb (TillCustomerPhone *self)
{
  act_on_order (self, TILL_CUSTOMER_DECLINE);
}

static void
password_clicked_cb (TillCustomerPhone *self)
{
  TillSaleItem *charge = find_waiting_charge (self);

  if (charge)
    act (self, TILL_CUSTOMER_PASSWORD, till_sale_item_get_order (charge), NULL, done_cb);
}

static void
leave_clicked_cb (TillCustomerPhone *self)
{
  act_on_order (self, TILL_CUSTOMER_WALK_AWAY);
}

/* Whose app is open. */

static void
wallet_toggled_cb (GtkToggleButton   *button,
                   TillCustomerPhone *self)
{
  if (!gtk_toggle_button_get_active (button))
    return;

  self->brand = (TillBrand) GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "brand"));
  gtk_label_set_label (self->said_label, "");
  clear_screen (self);
}

static void
add_wallet (TillCustomerPhone *self,
            TillBrand          brand)
{
  GtkWidget *first = self->first_wallet;
  GtkWidget *button = gtk_toggle_button_new_with_label (till_brand_get_name (brand));
  GtkWidget *child = gtk_flow_box_child_new ();

  g_object_set_data (G_OBJECT (button), "brand", GUINT_TO_POINTER (brand));
  gtk_widget_set_focus_on_click (button, FALSE);
  if (first)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (first));
  else
    self->first_wallet = button;
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), button);
  gtk_widget_set_focusable (child, FALSE);
  gtk_flow_box_insert (self->wallets_box, child, -1);
  g_signal_connect_object (button, "toggled", G_CALLBACK (wallet_toggled_cb), self, 0);
  if (!first)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
}

static void
till_customer_phone_dispose (GObject *object)
{
  TillCustomerPhone *self = TILL_CUSTOMER_PHONE (object);

  g_clear_object (&self->current);
  g_clear_object (&self->training);
  g_clear_pointer (&self->paycode, g_free);
  g_clear_pointer (&self->bill, g_free);

  G_OBJECT_CLASS (till_customer_phone_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, wallets_box);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, screen_stack);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, code_picture);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, bill_label);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, scenario_dropdown);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, show_button);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, hold_button);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, scan_button);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, pay_button);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, decline_button);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, password_button);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, leave_button);
  gtk_widget_class_bind_template_child (widget_class, TillCustomerPhone, said_label);
}

static void
till_customer_phone_class_init (TillCustomerPhoneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_customer_phone_dispose;

  signals[SIGNAL_HELD] = g_signal_new ("held", TILL_TYPE_CUSTOMER_PHONE, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/customer-phone.ui");
  bind_children (widget_class);
}

static void
till_customer_phone_init (TillCustomerPhone *self)
{
  g_autoptr (GtkStringList) texts = gtk_string_list_new (NULL);
  const struct {
    GtkWidget **button;
    void      (*clicked_cb) (TillCustomerPhone *self);
  } wires[] = {
    { &self->show_button, show_clicked_cb },
    { &self->hold_button, hold_clicked_cb },
    { &self->scan_button, scan_clicked_cb },
    { &self->pay_button, pay_clicked_cb },
    { &self->decline_button, decline_clicked_cb },
    { &self->password_button, password_clicked_cb },
    { &self->leave_button, leave_clicked_cb },
  };

  gtk_widget_init_template (GTK_WIDGET (self));

  /* The keyboard's focus stays with the clerk. */
  for (guint i = 0; i < G_N_ELEMENTS (wires); i++) {
    gtk_widget_set_focus_on_click (*wires[i].button, FALSE);
    g_signal_connect_object (*wires[i].button, "clicked", G_CALLBACK (wires[i].clicked_cb), self,
                             G_CONNECT_SWAPPED);
  }
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    gtk_string_list_append (texts, _(scenarios[i].text));
  gtk_drop_down_set_model (self->scenario_dropdown, G_LIST_MODEL (texts));
}

/**
 * till_customer_phone_start:
 *
 * Opens the training, once.
 */
void
till_customer_phone_start (TillCustomerPhone *self,
                           TillCurrent       *current,
                           TillTraining      *training)
{
  TillBrandSet brands;

  g_return_if_fail (TILL_IS_CUSTOMER_PHONE (self));

  g_set_object (&self->training, training);
  if (!g_set_object (&self->current, current))
    return;

  brands = till_desk_get_brands (get_desk (self), TILL_KIND_CHARGE) |
           till_desk_get_brands (get_desk (self), TILL_KIND_COLLECT);
  for (guint brand = TILL_BRAND_NONE + 1; brand < TILL_N_BRANDS; brand++) {
    if (brands & TILL_BRAND_BIT (brand))
      add_wallet (self, (TillBrand) brand);
  }
  g_signal_connect_object (current, "notify::item", G_CALLBACK (update_buttons), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_desk (self), "sale-changed", G_CALLBACK (update_buttons), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_desk (self), "notify::journal-fault", G_CALLBACK (update_buttons),
                           self, G_CONNECT_SWAPPED);
  update_buttons (self);
}
