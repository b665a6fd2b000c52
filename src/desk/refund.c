/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/desk.h"

#include <string.h>

#include "desk/desk-private.h"

/* Giving money back: by the clerk's wish, or because a payment came late or twice. */

#define DAY_US (24 * G_TIME_SPAN_HOUR)

/* A refund that can still succeed goes out again under its own number, as most acquirers ask,
 * unless the caller names another. */
static const TillPayment *
find_failed_twin (const TillSale     *sale,
                  const TillPayment  *paid,
                  const TillMerchant *merchant,
                  gint64              amount_fen,
                  const TillTicket   *ticket)
{
  if (merchant->acquirer->refund_is_once || (ticket && ticket->order))
    return NULL;

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *refund = g_ptr_array_index (sale->payments, i);

    if (till_refund_may_go_again (refund) && refund->amount_fen == amount_fen &&
        g_strcmp0 (refund->of, paid->order) == 0)
      return refund;
  }

  return NULL;
}

/* A refund whose terminal signs in first: only then its row can say which batch it is of. */
typedef struct {
  TillDesk *desk;   /* owns the sign-in, and so this */
  TillRun  *run;    /* the desk's; looked for before it is used */
  TillRow  *first;
} Waiting;

static void
waiting_free (Waiting *self)
{
  till_row_free (self->first);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Waiting, waiting_free)

/* Writes the first row, and sends. */
static gboolean
ask (TillDesk  *self,
     TillRun   *run,
     TillRow   *first,
     GError   **error)
{
  const TillPresented no_card = { NULL };

  if (!till_desk_add_keep (self, till_run_get_merchant (run),
                           till_sale_item_get_sale (till_run_get_item (run)),
                           till_run_get_payment (run), first, &no_card, error)) {
    till_run_give_up (run);
    return FALSE;
  }

  till_run_ask (run, first, NULL);
  return TRUE;
}

static void
signed_in_cb (gpointer user_data)
{
  g_autoptr (Waiting) waiting = user_data;
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  if (!till_desk_get_shop (waiting->desk) ||
      !g_ptr_array_find ((GPtrArray *) till_desk_get_runs (waiting->desk), waiting->run, NULL))
    return;

  item = g_object_ref (till_run_get_item (waiting->run));
  if (!ask (waiting->desk, waiting->run, waiting->first, &error))
    till_sale_item_set_fault (item, error);
}

/* At once, or when the terminal has signed in. */
static gboolean
begin (TillDesk  *self,
       TillRun   *run,
       TillRow   *first,
       GError   **error)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->desk = self;
  waiting->run = run;
  waiting->first = till_row_copy (first);
  till_run_reserve (run, first);
  if (till_desk_sign_in (self, till_run_get_merchant (run), signed_in_cb, waiting))
    return TRUE;

  waiting_free (waiting);
  return ask (self, run, first, error);
}

/**
 * till_desk_give_back:
 * @paid: a payment of @item's sale that is paid
 * @amount_fen: at most what till_sale_get_refundable() says
 * @ticket: (nullable): the refund's number, who asked for it, and why
 *
 * Begins a refund.
 *
 * Returns: %FALSE with @error where it cannot begin
 */
gboolean
till_desk_give_back (TillDesk           *self,
                     TillSaleItem       *item,
                     const TillPayment  *paid,
                     gint64              amount_fen,
                     const TillTicket   *ticket,
                     GError            **error)
{
  const TillSale *sale = till_sale_item_get_sale (item);
  TillMerchant *merchant = till_desk_merchant_of (self, paid, error);
  const TillPayment *twin;
  g_autoptr (TillRow) first = NULL;
  g_autofree char *number = NULL;

  if (!merchant)
    return FALSE;
  twin = find_failed_twin (sale, paid, merchant, amount_fen, ticket);
  if (twin) {
    TillRun *run = till_desk_find_run (self, twin->order);

    if (!run)
      run = till_desk_add_run (self, merchant, item, twin->order);
    till_run_feed (run, TILL_EVENT_AGAIN);
    return TRUE;
  }

  number = ticket && ticket->order ? g_strdup (ticket->order)
                                   : till_shop_new_number (till_desk_get_shop (self));
  first = till_desk_first_row (self, TILL_KIND_REFUND, amount_fen, merchant, TILL_BRAND_NONE,
                               ticket);
  first->sale = g_strdup (sale->order);
  first->of = g_strdup (paid->order);
  first->brand = paid->brand;

  return begin (self, till_desk_add_run (self, merchant, item, number), first, error);
}

/**
 * till_desk_refund_again:
 * @run: of a refund that failed, where that one cannot be tried again
 * @desk: its #TillDesk
 *
 * Begins another for the same money, under a number of its own.
 */
void
till_desk_refund_again (TillRun  *run,
                        gpointer  desk)
{
  TillSaleItem *item = till_run_get_item (run);
  const TillSale *sale = till_sale_item_get_sale (item);
  const TillPayment *failed = till_sale_find_payment (sale, till_run_get_payment (run));
  const TillPayment *paid = till_sale_find_payment (sale, failed->of);
  const TillTicket ticket = { .note = failed->note };
  g_autoptr (GError) error = NULL;

  if (!till_desk_give_back (desk, item, paid, failed->amount_fen, &ticket, &error))
    till_sale_item_set_fault (item, error);
}

/* A number of the sale means its paid payment; a number of a payment means that one. */
static const TillPayment *
find_refundable (const TillSale *sale,
                 const char     *number)
{
  const TillPayment *payment = till_sale_find_payment (sale, number);

  if (payment && payment->kind != TILL_KIND_REFUND &&
      till_sale_get_refundable (sale, payment->order) > 0)
    return payment;

  return till_sale_get_paid (sale);
}

/* What is left when the refunds that are on their way to the journal are written too: a key hit
 * twice gives back once. */
static gint64
get_left (TillDesk          *self,
          TillSaleItem      *item,
          const TillPayment *paid)
{
  const TillSale *sale = till_sale_item_get_sale (item);

  return MAX (till_sale_get_refundable (sale, paid->order) -
                till_desk_get_asking (self, item, paid->order), 0);
}

/* All that is left; for a refund's number that is sent again, all that was left when it was asked,
 * so that who gave back the whole is told what became of that. */
static gint64
get_whole (TillDesk          *self,
           TillSaleItem      *item,
           const TillPayment *paid,
           const TillTicket  *ticket)
{
  const TillSale *sale = till_sale_item_get_sale (item);
  const TillPayment *same =
    ticket && ticket->order ? till_sale_find_payment (sale, ticket->order) : NULL;
  const TillPayment *whole = same && same->of ? till_sale_find_payment (sale, same->of) : NULL;
  gint64 left_fen;

  if (!whole)
    return get_left (self, item, paid);

  left_fen = whole->amount_fen;
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *refund = g_ptr_array_index (sale->payments, i);

    if (refund == same)
      break;
    if (g_strcmp0 (refund->of, same->of) == 0 &&
        !(refund->state == TILL_PAYMENT_FAILED && refund->changed_us <= same->asked_us))
      left_fen -= refund->amount_fen;
  }

  return left_fen;
}

static gboolean
check_refund (TillDesk           *self,
              TillSaleItem       *item,
              const TillPayment  *paid,
              gint64              amount_fen,
              GError            **error)
{
  gint64 left_fen = paid ? get_left (self, item, paid) : 0;
  TillMerchant *merchant;

  if (!paid)
    return till_desk_refuse (error, TILL_REASON_NOT_PAID);
  if (left_fen == 0)
    return till_desk_refuse (error, TILL_REASON_ALL_GIVEN_BACK);
  if (amount_fen > left_fen)
    return till_desk_refuse (error, TILL_REASON_TOO_MUCH);

  merchant = till_desk_merchant_of (self, paid, error);
  if (!merchant)
    return FALSE;
  if (till_desk_get_now_us (self) - paid->paid_us >
      merchant->acquirer->pace.refund_days * DAY_US)
    return till_desk_refuse (error, TILL_REASON_REFUND_TOO_LATE);

  return TRUE;
}

/**
 * till_desk_refund:
 * @order: the sale's number, or a payment's
 * @amount_fen: 0 for all that is left
 * @ticket: (nullable): the refund's own number, the clerk, the reason in the clerk's words
 * @error: %TILL_REFUSAL or of the journal; nothing was written or sent then
 *
 * Gives money back, in whole or part, never more than is left.
 *
 * Returns: (transfer full) (nullable): the sale
 */
TillSaleItem *
till_desk_refund (TillDesk          *self,
                  const char        *order,
                  gint64             amount_fen,
                  const TillTicket  *ticket,
                  GError           **error)
{
  g_autoptr (TillSaleItem) item = NULL;
  TillSaleItem *earlier;
  const TillSale *sale;
  const TillPayment *paid;

  g_return_val_if_fail (TILL_IS_DESK (self), NULL);
  g_return_val_if_fail (amount_fen >= 0, NULL);

  item = till_desk_find (self, order, error);
  if (!item)
    return NULL;
  sale = till_sale_item_get_sale (item);
  paid = find_refundable (sale, order);
  if (amount_fen == 0 && paid)
    amount_fen = get_whole (self, item, paid, ticket);

  if (!till_desk_find_earlier (self, ticket, TILL_KIND_REFUND, amount_fen, &earlier, error))
    return NULL;
  if (earlier && g_strcmp0 (till_sale_item_get_order (earlier), sale->order) != 0) {
    g_object_unref (earlier);
    till_desk_refuse (error, TILL_REASON_DUPLICATE);
    return NULL;
  }
  if (earlier)
    return earlier;
  if (!check_refund (self, item, paid, amount_fen, error))
    return NULL;

  till_desk_hold (self, item);
  if (!till_desk_give_back (self, item, paid, amount_fen, ticket, error))
    return NULL;

  return g_steal_pointer (&item);
}
