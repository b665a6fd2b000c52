/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/teller.h"

#include <string.h>

#include "code/paycode.h"

static TillSandboxLedger *
ledger_of (const TillTeller *teller)
{
  return teller->exchange->world->ledger;
}

static TillEntry *
find (TillTeller *teller)
{
  teller->entry = till_sandbox_ledger_find (ledger_of (teller), teller->acquirer, teller->merchant,
                                            teller->order);
  if (teller->entry)
    teller->state = teller->entry->state;

  return teller->entry;
}

static void
add (TillTeller *teller)
{
  TillSandboxLedger *ledger = ledger_of (teller);

  teller->entry = till_sandbox_ledger_add (ledger, teller->acquirer, teller->merchant,
                                           teller->order, teller->amount_fen,
                                           teller->exchange->now_us);
  teller->entry->ref = g_strdup_printf ("78%014" G_GUINT64_FORMAT,
                                        till_sandbox_ledger_next (ledger));
}

static TillTold
charge (TillTeller *teller)
{
  TillExchange *exchange = teller->exchange;
  TillPaycode paycode = { .brand = TILL_BRAND_UNIONPAY };

  if (find (teller))
    return TILL_TOLD_USED;
  if ((!teller->card && !till_paycode_identify (teller->paycode, &paycode)) ||
      !till_sandbox_ledger_use_paycode (ledger_of (teller),
                                        teller->card ? teller->card : teller->paycode))
    return TILL_TOLD_BAD_CODE;

  add (teller);
  teller->entry->brand = paycode.brand;
  till_entry_play (teller->entry, &exchange->scene, exchange->now_us);
  teller->state = teller->entry->state;
  return TILL_TOLD_DONE;
}

static TillTold
order (TillTeller *teller)
{
  gint64 until_us = teller->exchange->now_us + teller->life_us;

  if (find (teller))
    return TILL_TOLD_USED;

  add (teller);
  teller->entry->state = TILL_ENTRY_OPEN;
  teller->entry->expires_us = until_us;
  till_entry_add_code (teller->entry, teller->code_text, until_us);
  teller->state = TILL_ENTRY_OPEN;
  return TILL_TOLD_DONE;
}

/* What nobody paid in time closes by itself. */
static void
expire (TillTeller *teller)
{
  TillEntry *entry = teller->entry;

  if (entry->state == TILL_ENTRY_OPEN && teller->exchange->now_us >= entry->expires_us)
    till_entry_close (entry);
}

static TillTold
query (TillTeller *teller)
{
  gint64 now_us = teller->exchange->now_us;

  if (!find (teller))
    return TILL_TOLD_ABSENT;

  expire (teller);
  for (guint i = 0; i < teller->entry->refunds->len; i++)
    till_entry_ask_refund (teller->entry, teller->entry->refunds->pdata[i], now_us);

  return till_entry_ask (teller->entry, now_us, &teller->state) ? TILL_TOLD_DONE
                                                               : TILL_TOLD_ABSENT;
}

static TillTold
end (TillTeller *teller)
{
  TillEntry *entry = find (teller);
  gboolean done;

  if (!entry)
    return TILL_TOLD_ABSENT;
  if (entry->state == TILL_ENTRY_FAILED || entry->state == TILL_ENTRY_CLOSED)
    return TILL_TOLD_DONE;

  done = teller->call == TILL_SANDBOX_CLOSE
           ? till_entry_close (entry) : till_entry_reverse (entry, teller->exchange->now_us);
  teller->state = entry->state;
  return done ? TILL_TOLD_DONE : TILL_TOLD_PAID;
}

static TillTold
refund (TillTeller *teller)
{
  TillExchange *exchange = teller->exchange;
  TillEntry *entry = find (teller);

  if (!entry)
    return TILL_TOLD_ABSENT;
  teller->refund = till_entry_find_refund (entry, teller->refund_number);
  if (teller->refund) {
    if (teller->refund->amount_fen != teller->amount_fen)
      return TILL_TOLD_USED;
    till_entry_retry_refund (entry, teller->refund, exchange->now_us);
    return TILL_TOLD_DONE;
  }
  if (entry->state != TILL_ENTRY_PAID)
    return TILL_TOLD_NOT_PAID;

  teller->refund = till_entry_refund (entry, teller->refund_number, teller->amount_fen,
                                      &exchange->scene, exchange->now_us);
  if (!teller->refund)
    return TILL_TOLD_TOO_MUCH;

  teller->refund->ref = g_strdup_printf ("79%014" G_GUINT64_FORMAT,
                                         till_sandbox_ledger_next (ledger_of (teller)));
  return TILL_TOLD_DONE;
}

static TillTold
query_refund (TillTeller *teller)
{
  teller->entry = till_sandbox_ledger_find_refund (ledger_of (teller), teller->acquirer,
                                                   teller->merchant, teller->refund_number,
                                                   &teller->refund);
  if (!teller->entry)
    return TILL_TOLD_ABSENT;

  teller->state = teller->entry->state;
  till_entry_ask_refund (teller->entry, teller->refund, teller->exchange->now_us);
  return TILL_TOLD_DONE;
}

/**
 * till_teller_lets_run:
 *
 * Takes the next scene of the plan for the call.
 *
 * Returns: %FALSE where the scene says that nothing happens
 */
gboolean
till_teller_lets_run (TillTeller *teller)
{
  TillExchange *exchange = teller->exchange;

  exchange->scene = till_plan_take (exchange->world->plan, teller->call, teller->paycode);
  return till_scenario_lets_run (exchange->scene.row, teller->call);
}

static TillTold
run (TillTeller *teller)
{
  static TillTold (*const runs[TILL_SANDBOX_N_CALLS]) (TillTeller *teller) = {
    [TILL_SANDBOX_CHARGE] = charge,   [TILL_SANDBOX_ORDER] = order,
    [TILL_SANDBOX_QUERY] = query,     [TILL_SANDBOX_CLOSE] = end,
    [TILL_SANDBOX_REVERSE] = end,     [TILL_SANDBOX_REFUND] = refund,
    [TILL_SANDBOX_QUERY_REFUND] = query_refund,
  };

  return runs[teller->call](teller);
}

/**
 * till_teller_serve:
 *
 * Does the call to the ledger, unless the scene says that nothing happens, and has @tongue say what
 * came of it; then what the scene says in place of that.
 */
void
till_teller_serve (TillTeller       *teller,
                   const TillTongue *tongue,
                   gpointer          ask)
{
  gboolean runs = till_teller_lets_run (teller);
  TillTold told = runs ? run (teller) : TILL_TOLD_DONE;
  const char *wechat_code = teller->exchange->scene.row->wechat_code;

  if (runs)
    tongue->tell (ask, told);
  if (wechat_code && told == TILL_TOLD_DONE)
    tongue->overrule (ask, wechat_code);
}

/**
 * till_teller_translate:
 * @otherwise: (nullable): for a word that no row has
 *
 * Returns: (nullable): the bank's word for @wechat_code
 */
const char *
till_teller_translate (const TillSaying *sayings,
                       guint             n_sayings,
                       const char       *wechat_code,
                       const char       *otherwise)
{
  for (guint i = 0; i < n_sayings; i++)
    if (strcmp (sayings[i].wechat_code, wechat_code) == 0)
      return sayings[i].code;

  return otherwise;
}

/**
 * till_teller_order:
 *
 * Returns: the number that the answer names
 */
const char *
till_teller_order (const TillTeller *teller)
{
  return till_exchange_get_fault (teller->exchange) == TILL_FAULT_OTHER_ORDER
           ? "SOMEBODYELSES0000001" : teller->entry->order;
}

/**
 * till_teller_fen:
 *
 * Returns: the amount that the answer names
 */
gint64
till_teller_fen (const TillTeller *teller,
                 gint64            amount_fen)
{
  return till_exchange_get_fault (teller->exchange) == TILL_FAULT_OTHER_AMOUNT ? amount_fen + 100
                                                                               : amount_fen;
}
