/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/entry.h"

#include <string.h>

static const char *const state_words[] = {
  [TILL_ENTRY_UNSCANNED] = "unscanned",
  [TILL_ENTRY_OPEN]      = "open",
  [TILL_ENTRY_TYPING]    = "typing",
  [TILL_ENTRY_PAID]      = "paid",
  [TILL_ENTRY_CLOSED]    = "closed",
  [TILL_ENTRY_REVERSED]  = "reversed",
  [TILL_ENTRY_FAILED]    = "failed",
};

static void
refund_free (gpointer pointer)
{
  TillEntryRefund *refund = pointer;

  g_free (refund->number);
  g_free (refund->moment);
  g_free (refund->ref);
  g_free (refund);
}

static void
code_free (gpointer pointer)
{
  TillEntryCode *code = pointer;

  g_free (code->text);
  g_free (code);
}

static void
finish_refund (TillEntry       *entry,
               TillEntryRefund *refund,
               gint64           now_us)
{
  refund->state = refund->becomes;
  refund->done_us = now_us;
  if (refund->state == TILL_SANDBOX_REFUND_SUCCESS)
    entry->given_back_fen += refund->amount_fen;
}

/**
 * till_entry_new:
 * @acquirer: a word that outlives the entry
 *
 * Returns: (transfer full): an order, unpaid; the caller says what state it is in
 */
TillEntry *
till_entry_new (const char *acquirer,
                const char *merchant,
                const char *order,
                gint64      amount_fen,
                gint64      now_us)
{
  TillEntry *entry = g_new0 (TillEntry, 1);

  entry->acquirer = acquirer;
  entry->merchant = g_strdup (merchant);
  entry->order = g_strdup (order);
  entry->amount_fen = amount_fen;
  entry->made_us = now_us;
  entry->codes = g_ptr_array_new_with_free_func (code_free);
  entry->refunds = g_ptr_array_new_with_free_func (refund_free);
  return entry;
}

void
till_entry_free (TillEntry *entry)
{
  g_free (entry->merchant);
  g_free (entry->order);
  g_free (entry->ref);
  g_free (entry->digest);
  g_free (entry->attach);
  g_ptr_array_unref (entry->codes);
  g_ptr_array_unref (entry->refunds);
  g_free (entry);
}

/**
 * till_entry_play:
 *
 * Does to a new charge what @scene says becomes of it.
 */
void
till_entry_play (TillEntry       *entry,
                 const TillScene *scene,
                 gint64           now_us)
{
  entry->is_charge = TRUE;
  entry->state = TILL_ENTRY_TYPING;
  entry->booking = scene->row->booking;
  entry->queries = scene->queries;
  entry->visible_us = now_us + (gint64) scene->after_ms * 1000;
  if (scene->row->brand != TILL_BRAND_NONE)
    entry->brand = scene->row->brand;

  switch (entry->booking) {
    case TILL_BOOK_NOTHING:
      g_assert_not_reached ();
    case TILL_BOOK_PAID:
    case TILL_BOOK_HIDDEN:
    case TILL_BOOK_LAGGING:
      till_entry_pay (entry, now_us);
      break;
    case TILL_BOOK_ROLLED_BACK:
      till_entry_pay (entry, now_us);
      till_entry_reverse (entry, now_us);
      break;
    case TILL_BOOK_FAILED:
      till_entry_fail (entry);
      break;
    case TILL_BOOK_TYPING:
    case TILL_BOOK_TYPING_PAID:
    case TILL_BOOK_TYPING_FAILED:
      break;
  }
}

/**
 * till_entry_ask:
 * @told: (out): what the acquirer says the state is; not always what it is
 *
 * Somebody queries @entry: what was to happen after some queries comes nearer.
 *
 * Returns: %FALSE where the acquirer says that there is no such order
 */
gboolean
till_entry_ask (TillEntry      *entry,
                gint64          now_us,
                TillEntryState *told)
{
  gboolean waits = entry->queries > 0;

  if (waits)
    entry->queries--;
  if (entry->state == TILL_ENTRY_TYPING && entry->queries == 0) {
    if (entry->booking == TILL_BOOK_TYPING_PAID)
      till_entry_pay (entry, now_us);
    else if (entry->booking == TILL_BOOK_TYPING_FAILED)
      till_entry_fail (entry);
  }
  if (entry->booking == TILL_BOOK_HIDDEN && (waits || now_us < entry->visible_us))
    return FALSE;

  *told = entry->booking == TILL_BOOK_LAGGING && waits && entry->state == TILL_ENTRY_PAID ?
          TILL_ENTRY_TYPING : entry->state;
  return TRUE;
}

/**
 * till_entry_add_code:
 * @until_us: when wallets stop to know it
 *
 * Gives an order one more collection code.
 */
void
till_entry_add_code (TillEntry  *entry,
                     const char *text,
                     gint64      until_us)
{
  TillEntryCode *code = g_new0 (TillEntryCode, 1);

  code->text = g_strdup (text);
  code->until_us = until_us;
  g_ptr_array_add (entry->codes, code);
}

/**
 * till_entry_pay:
 *
 * Returns: %FALSE where @entry cannot be paid, or not any more
 */
gboolean
till_entry_pay (TillEntry *entry,
                gint64     now_us)
{
  if (entry->state != TILL_ENTRY_OPEN && entry->state != TILL_ENTRY_TYPING &&
      entry->state != TILL_ENTRY_UNSCANNED)
    return FALSE;
  if (entry->expires_us && now_us >= entry->expires_us)
    return FALSE;

  entry->state = TILL_ENTRY_PAID;
  entry->paid_fen = entry->amount_fen;
  entry->paid_us = now_us;
  return TRUE;
}

/**
 * till_entry_fail:
 *
 * Returns: %FALSE where there is no charge under way
 */
gboolean
till_entry_fail (TillEntry *entry)
{
  if (entry->state != TILL_ENTRY_TYPING)
    return FALSE;

  entry->state = TILL_ENTRY_FAILED;
  return TRUE;
}

/**
 * till_entry_close:
 *
 * Returns: %FALSE where @entry is paid
 */
gboolean
till_entry_close (TillEntry *entry)
{
  if (entry->state == TILL_ENTRY_PAID)
    return FALSE;

  if (entry->state != TILL_ENTRY_REVERSED)
    entry->state = TILL_ENTRY_CLOSED;
  return TRUE;
}

/**
 * till_entry_reverse:
 *
 * Undoes a charge: what was paid is given back. May be repeated.
 *
 * Returns: %FALSE where some of it was refunded already
 */
gboolean
till_entry_reverse (TillEntry *entry,
                    gint64     now_us)
{
  if (entry->state == TILL_ENTRY_REVERSED)
    return TRUE;
  if (entry->paid_fen > 0 && till_entry_get_left_fen (entry) < entry->paid_fen)
    return FALSE;

  entry->given_back_fen = entry->paid_fen;
  entry->state = TILL_ENTRY_REVERSED;
  entry->reversed_us = now_us;
  entry->booking = TILL_BOOK_PAID;  /* whatever queries were to see first is over */
  return TRUE;
}

/**
 * till_entry_get_left_fen:
 *
 * Returns: what can still be refunded. What is under way, or stuck at the payer's bank, cannot.
 */
gint64
till_entry_get_left_fen (const TillEntry *entry)
{
  gint64 left_fen = entry->paid_fen;

  if (entry->state == TILL_ENTRY_REVERSED)
    return 0;
  for (guint i = 0; i < entry->refunds->len; i++) {
    const TillEntryRefund *refund = entry->refunds->pdata[i];

    if (refund->state != TILL_SANDBOX_REFUND_CLOSED)
      left_fen -= refund->amount_fen;
  }

  return left_fen;
}

/**
 * till_entry_refund:
 * @number: one that this entry does not have
 *
 * Returns: (transfer none) (nullable): the new refund, %NULL where it is more than is left
 */
TillEntryRefund *
till_entry_refund (TillEntry       *entry,
                   const char      *number,
                   gint64           amount_fen,
                   const TillScene *scene,
                   gint64           now_us)
{
  TillEntryRefund *refund;

  g_assert (!till_entry_find_refund (entry, number));
  if (amount_fen <= 0 || amount_fen > till_entry_get_left_fen (entry))
    return NULL;

  refund = g_new0 (TillEntryRefund, 1);
  refund->number = g_strdup (number);
  refund->amount_fen = amount_fen;
  refund->state = TILL_SANDBOX_REFUND_PROCESSING;
  refund->becomes = scene->row->refund;
  refund->queries = scene->queries;
  refund->made_us = now_us;
  g_ptr_array_add (entry->refunds, refund);
  if (refund->queries == 0)
    finish_refund (entry, refund, now_us);

  return refund;
}

/**
 * till_entry_ask_refund:
 *
 * Somebody queries @refund: its end comes nearer.
 */
void
till_entry_ask_refund (TillEntry       *entry,
                       TillEntryRefund *refund,
                       gint64           now_us)
{
  if (refund->state == TILL_SANDBOX_REFUND_PROCESSING && --refund->queries == 0)
    finish_refund (entry, refund, now_us);
}

/**
 * till_entry_retry_refund:
 *
 * Asks again for a refund that failed.
 *
 * Returns: whether money moved now
 */
gboolean
till_entry_retry_refund (TillEntry       *entry,
                         TillEntryRefund *refund,
                         gint64           now_us)
{
  if (refund->state != TILL_SANDBOX_REFUND_CLOSED ||
      refund->amount_fen > till_entry_get_left_fen (entry))
    return FALSE;

  refund->becomes = TILL_SANDBOX_REFUND_SUCCESS;
  finish_refund (entry, refund, now_us);
  return TRUE;
}

/**
 * till_entry_find_refund:
 *
 * Returns: (transfer none) (nullable): the refund with this number
 */
TillEntryRefund *
till_entry_find_refund (const TillEntry *entry,
                        const char      *number)
{
  for (guint i = 0; i < entry->refunds->len; i++) {
    TillEntryRefund *refund = entry->refunds->pdata[i];

    if (strcmp (refund->number, number) == 0)
      return refund;
  }

  return NULL;
}

/**
 * till_entry_state_to_word:
 *
 * Returns: the state's word in the ledger's JSON
 */
const char *
till_entry_state_to_word (TillEntryState state)
{
  return state_words[state];
}
