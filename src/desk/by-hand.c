/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/desk.h"

#include "code/paycode.h"
#include "core/work.h"
#include "desk/desk-private.h"

/* What only a person can settle. The owner's word is a row like any other; nothing that charges is
 * ever sent for it, and the acquirer's own word, when it comes, is compared with it. */

static TillRun *
run_for (TillDesk          *self,
         TillSaleItem      *item,
         const TillPayment *payment)
{
  TillRun *run = till_desk_find_run (self, payment->order);

  /* A contract that the profile has no more is a reason why nobody answers. */
  return run ? run : till_desk_add_run (self, till_desk_merchant_of (self, payment, NULL), item,
                                        payment->order);
}

/**
 * till_desk_was_given_back:
 * @paid: a payment of @item's sale that the owner gave back by hand
 * @amount_fen: what no refund has given back
 *
 * Writes the refund that no acquirer was asked for.
 */
void
till_desk_was_given_back (TillDesk          *self,
                          TillSaleItem      *item,
                          const TillPayment *paid,
                          gint64             amount_fen)
{
  g_autofree char *number = till_shop_new_number (till_desk_get_shop (self));
  TillMerchant *merchant = till_desk_merchant_of (self, paid, NULL);
  g_autoptr (TillRow) first = till_row_new ();

  first->kind = TILL_KIND_REFUND;
  first->amount_fen = amount_fen;
  first->currency = g_strdup (till_sale_item_get_sale (item)->currency);
  first->acquirer = g_strdup (paid->acquirer);
  first->brand = paid->brand;
  first->of = g_strdup (paid->order);
  first->paid_us = till_desk_get_now_us (self);
  till_run_settle (till_desk_add_run (self, merchant, item, number), TILL_EVENT_OWNER_GIVEN_BACK,
                   first, paid->owner, paid->owners_note);
}

/* A payment's own number means that one; a sale's number the first that needs a person. */
static const TillPayment *
payment_meant (const TillSale *sale,
               const char     *number,
               gint64          now_us)
{
  const TillPayment *named = till_sale_find_payment (sale, number);

  if (named && till_work_of (sale, named, now_us) != TILL_WORK_NONE)
    return named;

  return g_strcmp0 (number, sale->order) == 0 ? till_work_find (sale, now_us) : NULL;
}

static gboolean
is_said (const char *text)
{
  g_autofree char *words = text ? g_strstrip (g_strdup (text)) : NULL;

  return words && words[0] != '\0';
}

/**
 * till_desk_settle:
 * @order: a sale's number, or a payment's
 * @word: %TILL_EVENT_OWNER_PAID, _UNPAID or _GIVEN_BACK
 * @ticket: who says so (clerk) and how that is known (note): both must be there
 * @error: %TILL_REFUSAL or of the journal; nothing was written then
 *
 * Writes the owner's word about a payment that needs a person, see core/work. What was paid and is
 * not wanted any more is never charged or refunded by it; where the acquirer later says that an
 * unpaid one is paid, it is given back as any late payment.
 *
 * Returns: (transfer full) (nullable): the sale
 */
TillSaleItem *
till_desk_settle (TillDesk          *self,
                  const char        *order,
                  TillPaymentEvent   word,
                  const TillTicket  *ticket,
                  GError           **error)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autofree char *note = NULL;
  const TillPayment *payment;
  const TillSale *sale;

  g_return_val_if_fail (till_payment_event_is_owners (word), NULL);

  item = till_desk_find (self, order, error);
  if (!item)
    return NULL;

  sale = till_sale_item_get_sale (item);
  payment = sale->order ? payment_meant (sale, order, till_desk_get_now_us (self)) : NULL;
  if (!payment) {
    till_desk_relist (self, item);
    till_desk_refuse (error, TILL_REASON_SETTLES_ITSELF);
    return NULL;
  }
  if (!till_work_allows (sale, payment, word)) {
    till_desk_refuse (error, TILL_REASON_CANNOT_BE);
    return NULL;
  }
  if (!ticket || !is_said (ticket->clerk) || !is_said (ticket->note)) {
    till_desk_refuse (error, TILL_REASON_NO_EVIDENCE);
    return NULL;
  }

  till_desk_hold (self, item);
  note = till_paycode_redact (ticket->note);
  till_run_settle (run_for (self, item, payment), word, NULL, ticket->clerk, note);

  return g_steal_pointer (&item);
}
