/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/desk.h"

#include "desk/desk-private.h"
#include "desk/open-list.h"
#include "desk/renew.h"

struct _TillDesk
{
  GObject     parent_instance;

  TillShop   *shop;
  GPtrArray  *runs;      /* (element-type TillRun) */
  GHashTable *items;     /* order → TillSaleItem, those that a run holds */
  GListStore *open;
  gint64      skew_us;
  TillRenewal *renewal;  /* NULL in a program that ends soon */
  TillHealth *health;
  TillActivation *activation;  /* under way, or the last one */
  GPtrArray  *sign_ins;        /* TillSignIns that are under way */
};

enum {
  PROP_0,
  PROP_BRANDS,
  PROP_JOURNAL_FAULT,
  PROP_TROUBLE,
  PROP_WORST_PULSE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

enum {
  SIGNAL_SALE_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_QUARK (till-refusal-quark, till_refusal)

G_DEFINE_FINAL_TYPE (TillDesk, till_desk, G_TYPE_OBJECT)

static void
till_desk_dispose (GObject *object)
{
  TillDesk *self = TILL_DESK (object);

  till_desk_close (self);

  G_OBJECT_CLASS (till_desk_parent_class)->dispose (object);
}

static void
till_desk_finalize (GObject *object)
{
  TillDesk *self = TILL_DESK (object);

  g_ptr_array_unref (self->runs);
  g_ptr_array_unref (self->sign_ins);
  g_hash_table_unref (self->items);
  g_object_unref (self->open);

  G_OBJECT_CLASS (till_desk_parent_class)->finalize (object);
}

static void
till_desk_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  TillDesk *self = TILL_DESK (object);

  switch (prop_id) {
  case PROP_BRANDS:
    g_value_set_uint (value, till_desk_get_brands (self, TILL_KIND_CHARGE) |
                             till_desk_get_brands (self, TILL_KIND_COLLECT));
    break;
  case PROP_JOURNAL_FAULT:
    g_value_set_string (value, till_desk_get_journal_fault (self));
    break;
  case PROP_TROUBLE:
    g_value_set_uint (value, till_desk_get_trouble (self));
    break;
  case PROP_WORST_PULSE:
    g_value_set_uint (value, till_desk_get_worst_pulse (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_desk_class_init (TillDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = till_desk_get_property;
  object_class->dispose = till_desk_dispose;
  object_class->finalize = till_desk_finalize;

  props[PROP_BRANDS] = g_param_spec_uint ("brands", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_JOURNAL_FAULT] = g_param_spec_string ("journal-fault", NULL, NULL, NULL, flags);
  props[PROP_TROUBLE] = g_param_spec_uint ("trouble", NULL, NULL, 0, TILL_N_REASONS - 1, 0, flags);
  props[PROP_WORST_PULSE] =
    g_param_spec_uint ("worst-pulse", NULL, NULL, 0, TILL_PULSE_NONE, TILL_PULSE_GOOD, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_SALE_CHANGED] =
    g_signal_new ("sale-changed", TILL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, TILL_TYPE_SALE_ITEM);
}

static void
till_desk_init (TillDesk *self)
{
  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) till_run_free);
  self->sign_ins = g_ptr_array_new_with_free_func ((GDestroyNotify) till_sign_in_free);
  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->open = g_list_store_new (TILL_TYPE_SALE_ITEM);
}

/* What runs tell. */

static void
committed_cb (TillRun *run,
              gpointer user_data)
{
  TillDesk *self = user_data;
  g_autoptr (TillSaleItem) item = g_object_ref (till_run_get_item (run));

  till_open_list_update (self->open, item);
  till_desk_forget_card (self, till_sale_item_get_sale (item), till_run_get_payment (run));
  g_signal_emit (self, signals[SIGNAL_SALE_CHANGED], 0, item);
  till_desk_close_others (self, item);
  if (till_sale_item_get_goes_on (item))
    till_desk_go_elsewhere (self, run);
}

static void
give_back_cb (TillRun *run,
              gpointer user_data)
{
  TillDesk *self = user_data;
  TillSaleItem *item = till_run_get_item (run);
  const TillSale *sale = till_sale_item_get_sale (item);
  const TillPayment *paid = till_sale_find_payment (sale, till_run_get_payment (run));
  gint64 left_fen = till_sale_get_refundable (sale, paid->order);
  const TillTicket ticket = { .note = till_reason_to_word (paid->reason) };
  g_autoptr (GError) error = NULL;

  if (left_fen > 0 && paid->was_given)
    till_desk_was_given_back (self, item, paid, left_fen);
  else if (left_fen > 0 && !till_desk_give_back (self, item, paid, left_fen, &ticket, &error))
    till_sale_item_set_fault (item, error);
}

static void
wrote_cb (TillRun *run,
          gpointer user_data)
{
  TillDesk *self = user_data;
  TillSaleItem *item = till_run_get_item (run);
  g_autoptr (GPtrArray) runs = g_ptr_array_copy (self->runs, NULL, NULL);

  g_ptr_array_set_free_func (runs, NULL);
  for (guint i = 0; i < runs->len; i++) {
    TillRun *other = g_ptr_array_index (runs, i);

    if (other != run && g_ptr_array_find (self->runs, other, NULL) &&
        till_run_get_item (other) == item)
      till_run_go_on (other);
  }
}

static gboolean
is_item (gpointer order,
         gpointer item,
         gpointer wanted)
{
  return item == wanted;
}

static gboolean
has_run (TillDesk     *self,
         TillSaleItem *item)
{
  for (guint i = 0; i < self->runs->len; i++) {
    if (till_run_get_item (g_ptr_array_index (self->runs, i)) == item)
      return TRUE;
  }

  return FALSE;
}

static void
ended_cb (TillRun *run,
          gpointer user_data)
{
  TillDesk *self = user_data;
  g_autoptr (TillSaleItem) item = g_object_ref (till_run_get_item (run));
  guint position;

  g_ptr_array_remove (self->runs, run);
  if (has_run (self, item))
    return;

  g_hash_table_foreach_remove (self->items, is_item, item);
  if (till_sale_item_end_hopes (item))
    till_open_list_update (self->open, item);
  /* A sale whose first row was never written is no sale. */
  if (!till_sale_item_get_order (item) && g_list_store_find (self->open, item, &position))
    g_list_store_remove (self->open, position);
}

static void
health_changed_cb (gpointer user_data)
{
  g_object_notify_by_pspec (user_data, props[PROP_JOURNAL_FAULT]);
  g_object_notify_by_pspec (user_data, props[PROP_TROUBLE]);
  g_object_notify_by_pspec (user_data, props[PROP_WORST_PULSE]);
}

static void
journaled_cb (const GError *error,
              gpointer      user_data)
{
  till_health_wrote (TILL_DESK (user_data)->health, error);
}

static void
answered_cb (TillRun         *run,
             const TillHeard *heard,
             gpointer         user_data)
{
  TillDesk *self = user_data;

  till_health_heard (self->health, till_run_get_merchant (run), heard);
  if (heard->reply->date_us != 0)
    self->skew_us = heard->reply->skew_us;
}

static const TillRunFuncs run_funcs = {
  .committed = committed_cb,
  .wrote = wrote_cb,
  .give_back = give_back_cb,
  .refund_again = till_desk_refund_again,
  .ended = ended_cb,
  .answered = answered_cb,
  .journaled = journaled_cb,
};

/**
 * till_desk_open:
 * @dir: the profile's folder
 * @ports: outlives the desk
 * @error: of the profile, of an acquirer's keys, or of the journal
 *
 * Opens the shop. Sends nothing; till_desk_resume() takes up what is open.
 *
 * Returns: (transfer full): the desk, or %NULL with @error
 */
TillDesk *
till_desk_open (const char      *dir,
                const TillPorts *ports,
                GError         **error)
{
  g_autoptr (TillShop) shop = till_shop_open (dir, ports, TILL_JOURNAL_DEFAULT, error);

  return shop ? till_desk_new (g_steal_pointer (&shop)) : NULL;
}

/**
 * till_desk_new:
 * @shop: (transfer full): opened
 *
 * Returns: (transfer full): a desk over @shop
 */
TillDesk *
till_desk_new (TillShop *shop)
{
  TillDesk *self = g_object_new (TILL_TYPE_DESK, NULL);

  self->shop = shop;
  self->health = till_health_new (shop, health_changed_cb, self);

  return self;
}

/**
 * till_desk_close:
 *
 * Ends all runs and closes the journal. What is open stays open in the journal.
 */
void
till_desk_close (TillDesk *self)
{
  TillShop *shop;

  g_return_if_fail (TILL_IS_DESK (self));

  g_clear_pointer (&self->activation, till_activation_free);
  g_clear_pointer (&self->renewal, till_renewal_free);
  g_ptr_array_set_size (self->runs, 0);
  g_hash_table_remove_all (self->items);
  g_list_store_remove_all (self->open);
  g_clear_pointer (&self->health, till_health_free);
  /* Who waits for keys is told, and finds that there is no shop any more. */
  shop = g_steal_pointer (&self->shop);
  g_ptr_array_set_size (self->sign_ins, 0);
  g_clear_pointer (&shop, till_shop_free);
}

/**
 * till_desk_keep_fresh:
 *
 * For a program that runs all day: fetches the keys that answers are signed with, now and before
 * they change, and signs terminals in.
 */
void
till_desk_keep_fresh (TillDesk *self)
{
  g_return_if_fail (TILL_IS_DESK (self));

  if (!self->renewal) {
    self->renewal = till_renewal_new (self->shop);
    till_sign_in_all (self->shop, self->sign_ins);
  }
}

TillShop *
till_desk_get_shop (TillDesk *self)
{
  g_return_val_if_fail (TILL_IS_DESK (self), NULL);

  return self->shop;
}

/**
 * till_desk_sign_in:
 *
 * Returns: (transfer none) (nullable): as till_sign_in_new(); ends with the desk
 */
TillSignIn *
till_desk_sign_in (TillDesk       *self,
                   TillMerchant   *merchant,
                   TillSignInFunc  func,
                   gpointer        user_data)
{
  return till_sign_in_new (self->shop, merchant, func, user_data, self->sign_ins);
}

TillHealth *
till_desk_get_health (TillDesk *self)
{
  return self->health;
}

/**
 * till_desk_set_activation:
 * @activation: (transfer full) (nullable): ends with the desk
 */
void
till_desk_set_activation (TillDesk       *self,
                          TillActivation *activation)
{
  till_activation_free (self->activation);
  self->activation = activation;
}

/**
 * till_desk_get_now_us:
 *
 * Returns: the shop's clock, µs since 1970 UTC
 */
gint64
till_desk_get_now_us (TillDesk *self)
{
  return till_shop_now_us (till_desk_get_shop (self));
}

/**
 * till_desk_get_skew_us:
 *
 * Returns: how far an acquirer's clock was ahead of this computer's at the last answer, in µs;
 *   0 while unknown. Good to about a second.
 */
gint64
till_desk_get_skew_us (TillDesk *self)
{
  g_return_val_if_fail (TILL_IS_DESK (self), 0);

  return self->skew_us;
}

/**
 * till_desk_get_journal_fault:
 *
 * Returns: (nullable): why the journal cannot be written, and so no sale be taken; tried again
 *   until it can, which makes it %NULL
 */
const char *
till_desk_get_journal_fault (TillDesk *self)
{
  g_return_val_if_fail (TILL_IS_DESK (self), NULL);

  return self->health ? till_health_get_fault (self->health) : NULL;
}

/**
 * till_desk_get_trouble:
 *
 * Returns: what was in the way when a wallet was asked last: no network, or somebody who answers in
 *   the wallet's place; %TILL_REASON_NONE where the wallet was heard
 */
TillReason
till_desk_get_trouble (TillDesk *self)
{
  g_return_val_if_fail (TILL_IS_DESK (self), TILL_REASON_NONE);

  return self->health ? till_health_get_trouble (self->health) : TILL_REASON_NONE;
}

/**
 * till_desk_get_open:
 *
 * Returns: (transfer none): the #TillSaleItem of every sale that the till has something to do about
 */
GListModel *
till_desk_get_open (TillDesk *self)
{
  g_return_val_if_fail (TILL_IS_DESK (self), NULL);

  return G_LIST_MODEL (self->open);
}

/**
 * till_desk_find:
 * @order: a number of the sale or of any of its payments
 *
 * Returns: (transfer full): the sale, live where the till is busy with it; %NULL with
 *   %TILL_REFUSAL (%TILL_REASON_NO_SALE) or an error of the journal
 */
TillSaleItem *
till_desk_find (TillDesk   *self,
                const char *order,
                GError    **error)
{
  TillSaleItem *item;
  TillSale *sale;
  GError *load_error = NULL;

  g_return_val_if_fail (TILL_IS_DESK (self), NULL);

  item = g_hash_table_lookup (self->items, order);
  if (item)
    return g_object_ref (item);

  sale = till_journal_load_sale (self->shop->journal, order, &load_error);
  if (load_error) {
    g_propagate_error (error, load_error);
    return NULL;
  }
  if (!sale) {
    till_desk_refuse (error, TILL_REASON_NO_SALE);
    return NULL;
  }

  item = g_hash_table_lookup (self->items, sale->order);
  if (!item)
    return till_sale_item_new (sale);

  till_sale_free (sale);
  return g_object_ref (item);
}

/**
 * till_desk_refuse:
 *
 * Sets @error to the refusal and its sentence.
 *
 * Returns: %FALSE
 */
gboolean
till_desk_refuse (GError   **error,
                  TillReason reason)
{
  g_set_error_literal (error, TILL_REFUSAL, (int) reason, till_reason_get_text (reason));
  return FALSE;
}

/**
 * till_desk_get_runs:
 *
 * Returns: (transfer none) (element-type TillRun): what is under way or planned
 */
const GPtrArray *
till_desk_get_runs (TillDesk *self)
{
  return self->runs;
}

/**
 * till_desk_add_run:
 *
 * Returns: (transfer none): a run for a payment of @item, not begun
 */
TillRun *
till_desk_add_run (TillDesk     *self,
                   TillMerchant *merchant,
                   TillSaleItem *item,
                   const char   *payment)
{
  TillRun *run = till_run_new (self->shop, merchant, item, payment, &run_funcs, self);

  g_ptr_array_add (self->runs, run);
  if (merchant)
    till_run_set_backup (run, till_health_wants_backup (self->health, merchant));

  return run;
}

/**
 * till_desk_start_sale:
 * @amount_fen: for those who look before the first row is written, or when it cannot be
 *
 * Returns: (transfer full): the item of a sale whose first row is yet to come
 */
TillSaleItem *
till_desk_start_sale (TillDesk   *self,
                      const char *order,
                      TillKind    kind,
                      gint64      amount_fen)
{
  TillSale *sale = till_sale_new ();
  TillSaleItem *item = till_sale_item_new (sale);

  sale->kind = kind;
  sale->amount_fen = amount_fen;

  g_hash_table_insert (self->items, g_strdup (order), g_object_ref (item));
  g_list_store_append (self->open, item);

  return item;
}

/**
 * till_desk_relist:
 * @item: a sale that the journal was just asked for
 *
 * Another program may have settled what is still listed as open here.
 */
void
till_desk_relist (TillDesk     *self,
                  TillSaleItem *item)
{
  if (till_sale_item_get_order (item))
    till_open_list_update (self->open, item);
}

/**
 * till_desk_hold:
 *
 * Lists @item among those that are alive, so that nobody makes a second one for the same sale.
 *
 * Returns: %FALSE where another item for the sale is alive already
 */
gboolean
till_desk_hold (TillDesk     *self,
                TillSaleItem *item)
{
  const char *order = till_sale_item_get_order (item);
  gpointer known = g_hash_table_lookup (self->items, order);

  if (known)
    return known == item;

  g_hash_table_insert (self->items, g_strdup (order), g_object_ref (item));
  till_open_list_update (self->open, item);

  return TRUE;
}
