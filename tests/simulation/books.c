/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <string.h>

/* What must hold at the end: the journals are the ledgers. */

#define SHOP_OFFSET_US  (8 * G_TIME_SPAN_HOUR)   /* Shanghai, all the year */
#define DAY_STARTS_US   (4 * G_TIME_SPAN_HOUR)

typedef struct {
  World      *world;
  GHashTable *numbers;   /* all payments of all journals */
  GHashTable *sales;     /* number → TillSale: of one journal, folded from its rows */
} Books;

/* The business day by arithmetic: the shop's zone has no summer time. */
static int
day_of (gint64 at_us)
{
  g_autoptr (GDateTime) shifted =
    g_date_time_new_from_unix_utc ((at_us + SHOP_OFFSET_US - DAY_STARTS_US) / G_USEC_PER_SEC);

  return g_date_time_get_year (shifted) * 10000 + g_date_time_get_month (shifted) * 100 +
         g_date_time_get_day_of_month (shifted);
}

static void
check_day (World         *self,
           const TillRow *row)
{
  int hour = (int) ((row->at_us + SHOP_OFFSET_US) / G_TIME_SPAN_HOUR % 24);

  if (row->day != day_of (row->at_us) || row->hour != hour)
    violate (self, "row %" G_GINT64_FORMAT " is put into day %d, hour %d; it is %d, %d", row->seq,
             row->day, row->hour, day_of (row->at_us), hour);
}

/* No card's number. */
static void
check_texts (World         *self,
             const TillRow *row)
{
  const char *const texts[] = { row->keep, row->said, row->note, row->acquirer_ref };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (texts[i] && strstr (texts[i], pad_pan_begins ()))
      violate (self, "row %" G_GINT64_FORMAT " has a card's number", row->seq);
  }
}

static gboolean
take_row_cb (const TillRow *row,
             gpointer       user_data)
{
  Books *books = user_data;
  TillSale *sale = g_hash_table_lookup (books->sales, row->sale);
  g_autoptr (GError) error = NULL;

  check_day (books->world, row);
  check_texts (books->world, row);
  if (!sale) {
    sale = till_sale_new ();
    g_hash_table_insert (books->sales, g_strdup (row->sale), sale);
  }
  if (!till_sale_apply (sale, row, &error))
    violate (books->world, "%s", error->message);

  return TRUE;
}

static void
check_payments (World          *self,
                const TillSale *sale)
{
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);
    const Trade *trade = find_trade (self, payment->order);
    gboolean has_money = trade && trade->state == TRADE_PAID;
    gboolean says_money = payment->state == TILL_PAYMENT_PAID ||
                          payment->state == TILL_PAYMENT_PAID_LATE;

    if (payment->kind == TILL_KIND_REFUND || owner_gave_back (self, sale, payment))
      continue;
    if (says_money != has_money)
      violate (self, "the journal has %s as %s, the bank %s the money", payment->order,
               till_payment_state_to_string (payment->state), has_money ? "has" : "does not have");
    else if (has_money && trade->amount_fen != payment->amount_fen)
      violate (self, "%s is of another amount at the bank", payment->order);
    else if (has_money && payment->brand != trade->brand)
      violate (self, "%s was paid with %s; the journal says %s", payment->order,
               till_brand_to_word (trade->brand), till_brand_to_word (payment->brand));
  }
}

/* The refunds of the journal are the refunds of the bank. */
static void
check_refunds (World          *self,
               const TillSale *sale)
{
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *refund = g_ptr_array_index (sale->payments, i);
    const BankRefund *found;
    gboolean is_done;

    if (refund->kind != TILL_KIND_REFUND || owner_gave_back (self, sale, refund))
      continue;
    found = find_refund (self, refund->of, refund->order);
    is_done = found && !found->fails;
    if ((refund->state == TILL_PAYMENT_PAID) != is_done)
      violate (self, "the journal has refund %s as %s, the bank %s it", refund->order,
               till_payment_state_to_string (refund->state), is_done ? "has" : "does not have");
    if (found && found->fen != refund->amount_fen)
      violate (self, "refund %s is of another amount at the bank", refund->order);
  }
}

static void
check_sale (Books          *books,
            const TillSale *sale)
{
  if (sale->is_open)
    violate (books->world, "%s is open for ever, %s %s", sale->order,
             till_payment_state_to_string (sale->state), till_reason_to_word (sale->reason));
  check_payments (books->world, sale);
  check_refunds (books->world, sale);
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (!g_hash_table_add (books->numbers, g_strdup (payment->order)))
      violate (books->world, "%s stands for two payments", payment->order);
  }
}

static void
check_till (Books *books,
            Till  *till)
{
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer sale;

  till_check_journal (till);
  check_kept_cards (till);
  g_hash_table_remove_all (books->sales);
  if (!till_journal_each_row (till->shop->journal, 0, 99991231, take_row_cb, books, &error))
    violate (till->world, "the journal cannot be read: %s", error->message);

  g_hash_table_iter_init (&iter, books->sales);
  while (g_hash_table_iter_next (&iter, NULL, &sale))
    check_sale (books, sale);
}

static void
check_bank (World      *self,
            const Bank *bank,
            GHashTable *numbers)
{
  for (guint i = 0; i < bank->order->len; i++) {
    const Trade *trade = g_ptr_array_index (bank->order, i);

    if (!g_hash_table_contains (numbers, trade->number))
      violate (self, "the bank has %s, the journal has not", trade->number);
    for (guint k = 0; k < trade->refunds->len; k++) {
      const BankRefund *refund = g_ptr_array_index (trade->refunds, k);

      if (!g_hash_table_contains (numbers, refund->number))
        violate (self, "the bank has refund %s, the journal has not", refund->number);
    }
    if (bank_given_back (bank, trade) > trade->amount_fen)
      violate (self, "more was given back of %s than was paid", trade->number);
  }
  if (bank->was_overdrawn)
    violate (self, "the till asked to give back more than was paid");
  if (bank->was_asked_twice)
    violate (self, "a number was used for two charges");
}

/* A basket is paid at most once: all but one of its payments were given back whole. */
static void
check_basket (World  *self,
              Basket *basket)
{
  guint n_kept = 0;

  for (guint b = 0; b < N_BANKS; b++) {
    const Bank *bank = self->banks[b];

    for (guint i = 0; i < bank->order->len; i++) {
      const Trade *trade = g_ptr_array_index (bank->order, i);

      n_kept += g_strcmp0 (trade->basket, basket->name) == 0 && trade->state == TRADE_PAID &&
                bank_given_back (bank, trade) < trade->amount_fen;
    }
  }
  if (n_kept > 1)
    violate (self, "%s was paid %u times", basket->name, n_kept);
}

/* Nobody waits for anything, but each till for the day's next keys. */
static void
check_rest (World *self)
{
  for (guint i = 0; i < self->n_tills; i++) {
    guint n_waiting = net_get_n_waiting (self->tills[i].net, NULL);

    if (n_waiting > 0)
      violate (self, "till %u waits for %u answers for ever", i + 1, n_waiting);
  }
  if (till_fake_clock_get_n_timers (self->fake) > self->n_tills)
    violate (self, "%u timers run when all is done", till_fake_clock_get_n_timers (self->fake));
}

/**
 * check_books:
 *
 * Compares each row of the journals with each line of the ledgers, both ways.
 */
void
check_books (World *self)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) sales =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) till_sale_free);
  Books books = { self, numbers, sales };

  for (guint i = 0; i < self->n_tills; i++)
    check_till (&books, &self->tills[i]);
  for (guint i = 0; i < N_BANKS; i++)
    check_bank (self, self->banks[i], numbers);
  for (guint i = 0; i < self->n_baskets; i++)
    check_basket (self, &self->baskets[i]);
  check_rest (self);
}

/**
 * check_amber:
 *
 * The rules' time is over: no charge and no code is amber any more. Refunds may be: the bank takes
 * its time.
 */
void
check_amber (World *self)
{
  for (guint i = 0; i < self->n_tills; i++) {
    GListModel *open = till_desk_get_open (self->tills[i].desk);

    for (guint k = 0; k < g_list_model_get_n_items (open); k++) {
      g_autoptr (TillSaleItem) item = g_list_model_get_item (open, k);
      const TillSale *sale = till_sale_item_get_sale (item);

      for (guint p = 0; p < sale->payments->len; p++) {
        const TillPayment *payment = g_ptr_array_index (sale->payments, p);

        if (payment->kind != TILL_KIND_REFUND && !till_payment_is_final (payment->state))
          violate (self, "%s is %s after the rules' time", payment->order,
                   till_payment_state_to_string (payment->state));
      }
    }
  }
}
