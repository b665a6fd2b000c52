/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/desk.h"

#include <string.h>

#include "desk/desk-private.h"

/* Settling what is open: query, cancel, and taking up at start. */

static TillRun *
run_for (TillDesk          *self,
         TillSaleItem      *item,
         const TillPayment *payment,
         GError           **error)
{
  TillRun *run = till_desk_find_run (self, payment->order);
  TillMerchant *merchant;

  if (run)
    return run;

  merchant = till_desk_merchant_of (self, payment, error);

  return merchant ? till_desk_add_run (self, merchant, item, payment->order) : NULL;
}

/**
 * till_desk_close_others:
 *
 * Closes what else of a paid sale can be paid yet, whoever has asked for it.
 */
void
till_desk_close_others (TillDesk     *self,
                        TillSaleItem *item)
{
  const TillPayment *paid = till_sale_get_paid (till_sale_item_get_sale (item));

  for (guint i = 0; paid && i < till_sale_item_get_sale (item)->payments->len; i++) {
    const TillPayment *other = g_ptr_array_index (till_sale_item_get_sale (item)->payments, i);
    TillRun *run = NULL;

    if (other->kind != TILL_KIND_REFUND && other->cause == TILL_REASON_NONE &&
        !till_payment_is_final (other->state))
      run = run_for (self, item, other, NULL);
    if (run)
      till_run_feed (run, TILL_EVENT_CANCEL);
  }
}

/* The payments that a number means: a payment's own number that one; a sale's number those that are
 * not final, or the one that speaks for it. */
static GPtrArray *
payments_meant (const TillSale *sale,
                const char     *number)
{
  g_autoptr (GPtrArray) meant = g_ptr_array_new ();
  TillPayment *named = till_sale_find_payment (sale, number);
  gboolean is_sale = strcmp (sale->order, number) == 0;

  for (guint i = 0; is_sale && i < sale->payments->len; i++) {
    TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (!till_payment_is_final (payment->state))
      g_ptr_array_add (meant, payment);
  }
  if (meant->len == 0)
    g_ptr_array_add (meant, named ? named : till_sale_get_paid (sale));
  if (g_ptr_array_index (meant, 0) == NULL)
    meant->pdata[0] = g_ptr_array_index (sale->payments, 0);

  return g_steal_pointer (&meant);
}

/* Numbers, because the payments themselves change while one walks over them. */
static GStrv
numbers_of (GPtrArray *payments)
{
  g_autoptr (GStrvBuilder) numbers = g_strv_builder_new ();

  for (guint i = 0; i < payments->len; i++)
    g_strv_builder_add (numbers, ((TillPayment *) g_ptr_array_index (payments, i))->order);

  return g_strv_builder_end (numbers);
}

/* What a terminal's protocol has no question for goes on by itself, or is over. */
static gboolean
check_query (TillDesk          *self,
             const TillPayment *payment,
             GError           **error)
{
  const TillMerchant *merchant =
    till_shop_find_merchant (till_desk_get_shop (self), payment->acquirer);
  const TillCall call = payment->kind == TILL_KIND_REFUND ? TILL_CALL_QUERY_REFUND
                                                          : TILL_CALL_QUERY;

  return !till_payment_is_final (payment->state) || !merchant ||
         till_acquirer_offers (merchant->acquirer, call) ||
         till_desk_refuse (error, TILL_REASON_CANNOT_ASK);
}

/* A code that another program is asking for: an answer that it is there, without what it is, would
 * keep alive what nobody could show, and perhaps nobody could close. */
static gboolean
is_being_made (const TillPayment *payment)
{
  return payment->kind == TILL_KIND_COLLECT && payment->state == TILL_PAYMENT_ASKED;
}

/**
 * till_desk_query:
 * @order: a sale's number, or a payment's
 * @error: %TILL_REFUSAL or of the journal
 *
 * Asks the acquirer now. What the till is busy with anyway it only asks sooner; anything else is
 * asked once, and the answer is written.
 *
 * Returns: (transfer full) (nullable): the sale
 */
TillSaleItem *
till_desk_query (TillDesk   *self,
                 const char *order,
                 GError    **error)
{
  g_autoptr (TillSaleItem) item = till_desk_find (self, order, error);
  g_autoptr (GPtrArray) payments = NULL;
  g_auto (GStrv) numbers = NULL;

  if (!item)
    return NULL;

  till_desk_hold (self, item);
  payments = payments_meant (till_sale_item_get_sale (item), order);
  numbers = numbers_of (payments);
  for (guint i = 0; numbers[i]; i++) {
    const TillPayment *payment =
      till_sale_find_payment (till_sale_item_get_sale (item), numbers[i]);
    gboolean is_live = till_desk_find_run (self, numbers[i]) != NULL;
    TillRun *run;

    if (!is_live && is_being_made (payment))
      continue;
    run = check_query (self, payment, error) ? run_for (self, item, payment, error) : NULL;
    if (!run)
      return NULL;
    if (is_live)
      till_run_query (run);
    else
      till_run_query_once (run);
  }

  return g_steal_pointer (&item);
}

/* A paid charge may be reversed for a while, as long as nothing of it was refunded; a paid order
 * may not: it is refunded. */
static gboolean
may_cancel_paid (TillDesk          *self,
                 const TillSale    *sale,
                 const TillPayment *paid)
{
  TillMerchant *merchant = till_shop_find_merchant (till_desk_get_shop (self), paid->acquirer);
  /* A clock that is behind makes it no younger. */
  gint64 age_ms = MAX ((till_desk_get_now_us (self) - paid->paid_us) / 1000, 0);

  return till_kind_is_pushed (paid->kind) && merchant &&
         till_acquirer_offers (merchant->acquirer, TILL_CALL_REVERSE) &&
         age_ms < merchant->acquirer->pace.cancel_paid_ms &&
         till_sale_get_refundable (sale, paid->order) == paid->amount_fen;
}

static gboolean
cancel_payment (TillDesk          *self,
                TillSaleItem      *item,
                const char        *number,
                GError           **error)
{
  const TillSale *sale = till_sale_item_get_sale (item);
  const TillPayment *payment = till_sale_find_payment (sale, number);
  TillRun *run;

  if (payment->kind == TILL_KIND_REFUND)
    return till_desk_refuse (error, TILL_REASON_REFUND_NO_CANCEL);
  if (payment->state == TILL_PAYMENT_FAILED)
    return TRUE;
  if (till_payment_is_final (payment->state) &&
      (till_desk_is_busy (self, item) || !may_cancel_paid (self, sale, payment)))
    return till_desk_refuse (error, TILL_REASON_PAID_NO_CANCEL);

  run = run_for (self, item, payment, error);
  if (!run)
    return FALSE;
  till_run_feed (run, till_payment_is_final (payment->state) ? TILL_EVENT_UNDO : TILL_EVENT_CANCEL);

  return TRUE;
}

/* All of @order that is not final, or what was paid. */
static gboolean
cancel_payments (TillDesk      *self,
                 TillSaleItem  *item,
                 const char    *order,
                 GError       **error)
{
  g_autoptr (GPtrArray) payments = NULL;
  g_auto (GStrv) numbers = NULL;

  till_desk_hold (self, item);
  payments = payments_meant (till_sale_item_get_sale (item), order);
  numbers = numbers_of (payments);
  for (guint i = 0; numbers[i]; i++) {
    if (!cancel_payment (self, item, numbers[i], error))
      return FALSE;
  }

  return TRUE;
}

/**
 * till_desk_cancel:
 * @order: a sale's number, or a payment's
 * @error: %TILL_REFUSAL or of the journal
 *
 * Closes or reverses what is not final; a paid charge only where the acquirer's rules allow. The
 * sale counts as cancelled when the acquirer confirms it, not before. A card that was read for it
 * is not charged any more.
 *
 * Returns: (transfer full) (nullable): the sale
 */
TillSaleItem *
till_desk_cancel (TillDesk   *self,
                  const char *order,
                  GError    **error)
{
  g_autoptr (TillSaleItem) item = till_desk_find (self, order, error);

  if (!item)
    return NULL;
  /* Cancelled before its first row: the asking is on its way to the journal. */
  if (!till_sale_item_get_order (item)) {
    till_run_feed (till_desk_find_run (self, order), TILL_EVENT_CANCEL);
    return g_steal_pointer (&item);
  }

  till_sale_item_set_yields (item, FALSE);
  return cancel_payments (self, item, order, error) ? g_steal_pointer (&item) : NULL;
}

/**
 * till_desk_yield:
 * @item: a sale whose codes are shown, and a card was read for it
 *
 * Ends the codes. The item says by till_sale_item_get_yields() whether the card is still wanted.
 */
gboolean
till_desk_yield (TillDesk      *self,
                 TillSaleItem  *item,
                 GError       **error)
{
  till_sale_item_set_yields (item, TRUE);
  if (cancel_payments (self, item, till_sale_item_get_order (item), error))
    return TRUE;

  till_sale_item_set_yields (item, FALSE);
  return FALSE;
}

static void
resume_sale (TillDesk     *self,
             TillSaleItem *item)
{
  const TillSale *sale = till_sale_item_get_sale (item);
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_auto (GStrv) numbers = NULL;

  for (guint i = 0; i < sale->payments->len; i++) {
    TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (payment->is_watched || till_payment_needs_care (sale, payment))
      g_ptr_array_add (open, payment);
  }

  numbers = numbers_of (open);
  for (guint i = 0; numbers[i]; i++) {
    const TillPayment *payment =
      till_sale_find_payment (till_sale_item_get_sale (item), numbers[i]);
    g_autoptr (GError) error = NULL;
    TillRun *run;

    if (till_desk_find_run (self, numbers[i]))
      continue;
    run = run_for (self, item, payment, &error);
    if (run)
      till_run_resume (run);
    else
      till_sale_item_set_fault (item, error);
  }
}

static gboolean
collect_open (const TillSale *sale,
              gpointer        user_data)
{
  g_ptr_array_add (user_data, till_sale_item_new (till_sale_copy (sale)));

  return TRUE;
}

/**
 * till_desk_resume:
 * @error: of the journal
 *
 * Takes up every payment that is not final, and looks whether one that failed was booked late.
 * Nothing that could charge a customer is sent.
 *
 * Returns: %FALSE where the journal cannot be read
 */
gboolean
till_desk_resume (TillDesk *self,
                  GError  **error)
{
  const TillSaleFilter filter = { .open_only = TRUE };
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (TILL_IS_DESK (self), FALSE);

  if (!till_journal_each_sale (till_desk_get_shop (self)->journal, &filter, collect_open, items,
                               error))
    return FALSE;

  for (guint i = 0; i < items->len; i++) {
    TillSaleItem *item = g_ptr_array_index (items, i);

    if (till_desk_hold (self, item)) {
      resume_sale (self, item);
      till_desk_close_others (self, item);
    }
  }
  till_desk_sweep_cards (self);

  return TRUE;
}
