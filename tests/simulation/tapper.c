/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <sqlite3.h>
#include <string.h>

#include "store/journal-private.h"

/* Cards at the counter: what the clerk does for them, and what must hold of them. */

/* So long the clerk waits for a card. */
#define WAIT_MS 30000

/* The first row of what is sent now is among so many last ones. */
#define N_LOOKED_AT 16

static void
wait_for_card (Basket      *basket,
               TillTapping *tapping)
{
  if (basket->tapping && !till_tapping_is_over (basket->tapping))
    till_tapping_cancel (basket->tapping);
  g_clear_object (&basket->tapping);
  basket->tapping = tapping;
}

/**
 * tap_begin:
 *
 * The clerk presses the key for cards, or presses it twice.
 *
 * Returns: whether a card is waited for
 */
gboolean
tap_begin (Basket     *basket,
           const char *order)
{
  World *self = basket->till->world;
  const TillTicket ticket = { .order = order };
  guint n_times = happens (self, CHANCE_FRAMES, 40) ? 2 : 1;
  TillTapping *tapping = NULL;

  for (guint i = 0; i < n_times; i++) {
    tell (self, "clerk waits for a card of %s: %s", basket->name, order);
    tapping = till_desk_tap (basket->till->desk, basket->fen, NULL, WAIT_MS, &ticket, NULL);
    if (!tapping)
      return FALSE;
    wait_for_card (basket, tapping);
  }

  return TRUE;
}

/**
 * tap_may_go_onto:
 *
 * Returns: whether a card could be taken beside the code on the screen
 */
gboolean
tap_may_go_onto (const Basket *basket)
{
  return basket->till->world->contracts.takes_cards && !basket->tapping &&
         till_sale_item_get_sale (basket->item)->kind == TILL_KIND_COLLECT;
}

/**
 * tap_onto:
 *
 * A card instead of the code on the screen.
 */
void
tap_onto (Basket *basket)
{
  TillTapping *tapping = till_desk_tap_onto (basket->till->desk, basket->item, NULL);

  if (!tapping)
    return;
  tell (basket->till->world, "clerk waits for a card beside the code of %s", basket->name);
  wait_for_card (basket, tapping);
}

/* The same key once more, now that the card was read: the same sale. */
static void
press_again (Basket *basket)
{
  World *self = basket->till->world;
  const TillTicket ticket = { .order = basket->order };
  g_autoptr (TillTapping) again = NULL;

  if (!till_sale_item_get_order (basket->item) || !happens (self, CHANCE_SAME_NUMBER, 50))
    return;

  tell (self, "clerk waits for a card again, under the same number");
  again = till_desk_tap (basket->till->desk, basket->fen, NULL, WAIT_MS, &ticket, NULL);
  if (again && (!till_tapping_is_over (again) || !till_tapping_get_item (again)))
    violate (self, "%s is tapped for twice", basket->order);
}

/* What became of the wait. */
static void
take_result (Basket *basket)
{
  World *self = basket->till->world;
  g_autoptr (TillTapping) tapping = g_steal_pointer (&basket->tapping);
  TillSaleItem *item = till_tapping_get_item (tapping);

  if (!item) {
    tell (self, "no card of %s is charged: %s", basket->name,
          till_reason_to_word (till_tapping_get_reason (tapping)));
    return;
  }
  if (basket->item)
    return;

  basket->item = g_object_ref (item);
  press_again (basket);
}

/**
 * tap_serve:
 *
 * The clerk looks at the reader.
 *
 * Returns: whether there is nothing else to do now
 */
gboolean
tap_serve (Basket *basket)
{
  World *self = basket->till->world;

  if (!basket->tapping)
    return FALSE;
  if (till_tapping_is_over (basket->tapping)) {
    take_result (basket);
    return FALSE;
  }
  if (happens (self, CHANCE_CANCEL, 35) ||
      (basket->item && !till_sale_item_is_open (basket->item))) {
    tell (self, "clerk waits no longer for a card of %s", basket->name);
    till_tapping_cancel (basket->tapping);
  }

  return basket->item == NULL;
}

/* What must hold. */

static void
learn_trace (World      *self,
             const char *terminal,
             const char *number,
             const char *keep)
{
  g_autofree char *key = NULL;
  const char *known;

  if (strlen (keep) < 13)
    return;
  key = g_strdup_printf ("%s %.6s%.6s", terminal, keep, keep + 7);
  known = g_hash_table_lookup (self->town.traces, key);
  if (known && strcmp (known, number) != 0)
    violate (self, "%s and %s have one trace number", known, number);
  else if (!known)
    g_hash_table_insert (self->town.traces, g_steal_pointer (&key), g_strdup (number));
}

/**
 * learn_traces:
 *
 * A message to a host of terminals is about to leave: which payments have which trace numbers, as
 * the journal has it.
 */
void
learn_traces (Till *till)
{
  g_autofree char *terminal = g_strdup_printf ("1000015%u", till->index + 1);
  sqlite3_stmt *rows;

  if (!till->desk)
    return;

  rows = till_db_prepare (till->shop->journal->reader,
                          "SELECT payment, keep FROM row WHERE event = 'ask' "
                          "AND acquirer = 'iso8583' ORDER BY seq DESC "
                          "LIMIT " G_STRINGIFY (N_LOOKED_AT),
                          NULL);
  while (rows && sqlite3_step (rows) == SQLITE_ROW) {
    const char *number = (const char *) sqlite3_column_text (rows, 0);
    const char *keep = (const char *) sqlite3_column_text (rows, 1);

    if (number && keep)
      learn_trace (till->world, terminal, number, keep);
  }
  sqlite3_reset (rows);
}

/* What reverses it is on the disk: all that its first row keeps, and the key of the card. */
static void
check_reversal_is_kept (Till        *till,
                        const Heard *heard)
{
  g_autoptr (TillSale) sale = till_journal_load_sale (till->shop->journal, heard->number, NULL);
  const TillPayment *payment = sale ? till_sale_find_payment (sale, heard->number) : NULL;

  if (!payment || !payment->keep || g_str_has_suffix (payment->keep, " -") ||
      !kept_cards_has (&till->cards, heard->number))
    violate (till->world, "%s leaves before its reversal is kept", heard->number);
}

/* The customer of a code that was scanned, or may be, is not charged by card too. What nobody was
 * shown nobody can pay. */
static void
check_codes_are_over (Till        *till,
                      const Heard *heard)
{
  World *self = till->world;
  g_autoptr (TillSale) sale = till_journal_load_sale (till->shop->journal, heard->number, NULL);

  for (guint i = 0; sale && i < sale->payments->len; i++) {
    const TillPayment *other = g_ptr_array_index (sale->payments, i);
    const Trade *trade = find_trade (self, other->order);

    if (strcmp (other->order, heard->number) != 0 && trade && trade->basket &&
        (trade->state == TRADE_PAID ||
         (trade->state == TRADE_OPEN && bank_now_ms (trade->bank) < trade->expires_ms)))
      violate (self, "%s is charged by card while the code of %s may be paid", heard->number,
               other->order);
  }
}

/**
 * check_tap:
 *
 * A card's charge leaves.
 */
void
check_tap (Till        *till,
           const Bank  *bank,
           const Heard *heard)
{
  World *self = till->world;
  const PayCode *code =
    heard->digits ? g_hash_table_lookup (self->town.codes, heard->digits) : NULL;

  if (!code)
    violate (self, "%s charges a card that nobody held there", heard->number);
  else if (code->is_unchargeable)
    violate (self, "%s charges a card that did not ask its issuer", heard->number);
  if (bank->dialect == &dialect_iso8583)
    check_reversal_is_kept (till, heard);
  check_codes_are_over (till, heard);
}

/**
 * check_kept_cards:
 *
 * At the end no card can be told any more.
 */
void
check_kept_cards (Till *till)
{
  till_desk_sweep_cards (till->desk);
  if (kept_cards_count (&till->cards) > 0)
    violate (till->world, "%u cards are kept for ever", kept_cards_count (&till->cards));
}
