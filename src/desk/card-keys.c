/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/desk-private.h"

#include "store/taps.h"

/* When the key of a tap's token may be forgotten: nothing is made of its card any more. */

/* A younger key may be of a payment that another program is about to write. */
#define LEFT_OVER_S (10 * 60)

static gboolean
is_over (const TillPayment *payment)
{
  return !payment || (till_payment_is_final (payment->state) && !payment->is_watched);
}

static void
forget (TillDesk   *self,
        const char *number)
{
  g_autoptr (GError) error = NULL;

  if (!till_taps_forget_key (till_profile_get_dir (till_desk_get_shop (self)->profile), number,
                             &error))
    g_message ("%s", error->message);
}

/**
 * till_desk_forget_card:
 * @number: of a payment whose row was just committed
 *
 * Takes the key away once the payment is over and nothing of it can be reversed.
 */
void
till_desk_forget_card (TillDesk       *self,
                       const TillSale *sale,
                       const char     *number)
{
  const TillPayment *payment = till_sale_find_payment (sale, number);

  if (payment && payment->kind == TILL_KIND_TAP && is_over (payment))
    forget (self, number);
}

/**
 * till_desk_sweep_cards:
 *
 * Takes away the keys that a program which was killed left of payments that are over, or that were
 * never written.
 */
void
till_desk_sweep_cards (TillDesk *self)
{
  TillShop *shop = till_desk_get_shop (self);
  g_auto (GStrv) numbers = till_taps_list_keys (till_profile_get_dir (shop->profile), LEFT_OVER_S);

  for (guint i = 0; numbers[i]; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TillSale) sale = till_journal_load_sale (shop->journal, numbers[i], &error);

    if (!error && is_over (sale ? till_sale_find_payment (sale, numbers[i]) : NULL))
      forget (self, numbers[i]);
  }
}
