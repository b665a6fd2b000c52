/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include "core/work.h"

/* The owner, at the end of the day: looks at what the till cannot settle by itself, on the bank's
 * own pages, and says what is there.
 *
 * Only one thing may be left for them: a payment that came late was to be given back, and the
 * refund was refused, or failed after all. Then it was given back by a reversal of before that came
 * later still, or the owner gives it back on those pages. Whatever else stays open is a violation. */

static gboolean
was_reversed (World             *self,
              const TillPayment *payment)
{
  const Trade *trade = find_trade (self, payment->order);

  return trade && trade->state == TRADE_REVERSED;
}

static void
give_back_by_hand (World             *self,
                   const TillPayment *payment)
{
  Trade *trade = find_trade (self, payment->order);

  for (guint i = 0; trade && trade->state == TRADE_PAID && i < trade->refunds->len; i++) {
    const BankRefund *refund = g_ptr_array_index (trade->refunds, i);

    if (bank_refund_failed (trade->bank, refund)) {
      tell (self, "owner gives %s back on the bank's page", trade->number);
      trade->state = TRADE_REVERSED;
    }
  }
}

static void
settle_payment (Till              *till,
                const TillSale    *sale,
                const TillPayment *payment)
{
  const TillTicket ticket = { .clerk = "owner", .note = "the bank's page says reversed" };
  g_autofree char *order = g_strdup (payment->order);
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  if (till_work_of (sale, payment, till_clock_now_us (&till->clock)) != TILL_WORK_NOT_GIVEN_BACK)
    return;
  give_back_by_hand (till->world, payment);
  if (!was_reversed (till->world, payment))
    return;

  tell (till->world, "owner says that %s was given back", order);
  item = till_desk_settle (till->desk, order, TILL_EVENT_OWNER_GIVEN_BACK, &ticket, &error);
  if (item)
    till->world->n_owners_words++;
  else
    violate (till->world, "the owner may not settle %s: %s", order, error->message);
}

/**
 * owner_settles:
 *
 * Says of each payment that needs a person what the bank has.
 */
void
owner_settles (World *self)
{
  for (guint i = 0; i < self->n_tills; i++) {
    GListModel *open = till_desk_get_open (self->tills[i].desk);

    for (guint k = 0; k < g_list_model_get_n_items (open); k++) {
      g_autoptr (TillSaleItem) item = g_list_model_get_item (open, k);
      const TillSale *sale = till_sale_item_get_sale (item);

      for (guint p = 0; p < sale->payments->len; p++)
        settle_payment (&self->tills[i], sale, g_ptr_array_index (sale->payments, p));
    }
  }
}

/**
 * owner_gave_back:
 *
 * Returns: whether @payment, or what refund @payment gives back, was settled by the owner, and the
 *   bank has reversed it indeed
 */
gboolean
owner_gave_back (World             *self,
                 const TillSale    *sale,
                 const TillPayment *payment)
{
  const TillPayment *paid =
    payment->kind == TILL_KIND_REFUND ? till_sale_find_payment (sale, payment->of) : payment;

  return paid && paid->is_owners && paid->was_given && was_reversed (self, paid);
}
