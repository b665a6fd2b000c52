/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/unionpay-calls.h"

#include "sandbox/text.h"

#include <string.h>

/* What UnionPay does and says. Sources: open.unionpay.com apiservId 468, acpAPIId 792 (order), 793
 * (charge), 794 (void), 795 (refund), 798 (query), 799 (reversal). */

#define ID "unionpay"
#define PAYCODE "^62[0-9]{17}$"
#define CODE_LIFE_US (15 * G_TIME_SPAN_MINUTE)
#define NOW_US (10 * G_TIME_SPAN_MINUTE)   /* txnTime is when it was sent; nobody says how well */
#define ZONE_US (8 * G_TIME_SPAN_HOUR)
#define EARLY_US G_TIME_SPAN_HOUR          /* a clearing day ends at 23:00 */

/* origRespCode of what is asked about. A code that nobody scanned is no transaction yet. */
static const char *const results[] = {
  [TILL_ENTRY_UNSCANNED] = NULL,
  [TILL_ENTRY_OPEN]      = "05",
  [TILL_ENTRY_TYPING]    = "70",
  [TILL_ENTRY_PAID]      = "00",
  [TILL_ENTRY_CLOSED]    = NULL,
  [TILL_ENTRY_REVERSED]  = "46",
  [TILL_ENTRY_FAILED]    = "60",
};

static const char *const refund_results[] = {
  [TILL_SANDBOX_REFUND_SUCCESS]    = "00",
  [TILL_SANDBOX_REFUND_PROCESSING] = "05",
  [TILL_SANDBOX_REFUND_CLOSED]     = "01",
  [TILL_SANDBOX_REFUND_ABNORMAL]   = "01",
};

static const char *
param (const TillUnionpayAsk *ask,
       const char            *name)
{
  return till_unionpay_param (ask, name);
}

static gint64
amount_of (const TillUnionpayAsk *ask)
{
  return g_ascii_strtoll (param (ask, "txnAmt"), NULL, 10);
}

/* "20260520132935" in China's zone. */
static gint64
read_time (const char *text)
{
  g_autofree char *iso = g_strdup_printf ("%.8sT%s+08:00", text, text + 8);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (iso, NULL);

  return time ? g_date_time_to_unix (time) * G_USEC_PER_SEC : 0;
}

static gboolean
is_now (const TillUnionpayAsk *ask)
{
  return ABS (read_time (param (ask, "txnTime")) - ask->exchange->now_us) <= NOW_US;
}

static gint64
clearing_day (gint64 time_us)
{
  return (time_us + ZONE_US + EARLY_US) / G_TIME_SPAN_DAY;
}

/* A transaction is known by its moment too. */
static TillEntry *
find_entry (const TillUnionpayAsk *ask,
            const char            *order,
            const char            *moment)
{
  TillEntry *entry = order ? till_sandbox_ledger_find (ask->exchange->world->ledger, ID,
                                                       ask->merchant->mer_id, order) : NULL;

  return entry && g_strcmp0 (entry->digest, moment) == 0 ? entry : NULL;
}

static TillEntry *
find_asked (const TillUnionpayAsk *ask)
{
  return find_entry (ask, param (ask, "orderId"), param (ask, "txnTime"));
}

static TillEntry *
find_refund (const TillUnionpayAsk *ask,
             TillEntryRefund      **refund)
{
  TillEntry *entry = till_sandbox_ledger_find_refund (ask->exchange->world->ledger, ID,
                                                      ask->merchant->mer_id,
                                                      param (ask, "orderId"), refund);

  return entry && g_strcmp0 ((*refund)->moment, param (ask, "txnTime")) == 0 ? entry : NULL;
}

static gboolean
is_number_free (const TillUnionpayAsk *ask)
{
  TillEntryRefund *refund;

  return !till_sandbox_ledger_find (ask->exchange->world->ledger, ID, ask->merchant->mer_id,
                                    param (ask, "orderId")) &&
         !till_sandbox_ledger_find_refund (ask->exchange->world->ledger, ID, ask->merchant->mer_id,
                                           param (ask, "orderId"), &refund);
}

/* What a new transaction needs. */
static gboolean
check_new (TillUnionpayAsk *ask)
{
  if (is_now (ask) && is_number_free (ask) && amount_of (ask) > 0)
    return TRUE;

  till_unionpay_refuse (ask, !is_number_free (ask) ? "12" : "10");
  return FALSE;
}

static TillEntry *
add_entry (TillUnionpayAsk *ask)
{
  TillExchange *exchange = ask->exchange;
  TillEntry *entry = till_sandbox_ledger_add (exchange->world->ledger, ID, ask->merchant->mer_id,
                                              param (ask, "orderId"), amount_of (ask),
                                              exchange->now_us);

  entry->digest = g_strdup (param (ask, "txnTime"));
  entry->ref = g_strdup_printf ("%s%07" G_GUINT64_FORMAT, entry->digest,
                                till_sandbox_ledger_next (exchange->world->ledger));
  return entry;
}

/**
 * till_unionpay_charge:
 *
 * Takes a payment code. The answer says no more than that it was taken.
 */
void
till_unionpay_charge (TillUnionpayAsk *ask)
{
  TillExchange *exchange = ask->exchange;
  TillEntry *entry;

  if (!check_new (ask))
    return;
  if (!g_regex_match_simple (PAYCODE, param (ask, "qrNo"), G_REGEX_DOLLAR_ENDONLY, 0) ||
      !till_sandbox_ledger_use_paycode (exchange->world->ledger, param (ask, "qrNo"))) {
    till_unionpay_refuse (ask, "88");
    return;
  }

  entry = add_entry (ask);
  till_entry_play (entry, &exchange->scene, exchange->now_us);
  till_unionpay_say (ask, "00", "queryId", entry->ref, "txnAmt", param (ask, "txnAmt"),
                     "currencyCode", "156", NULL);
}

/**
 * till_unionpay_order:
 *
 * Makes a collection code, which nothing but its time ends.
 */
void
till_unionpay_order (TillUnionpayAsk *ask)
{
  gint64 now_us = ask->exchange->now_us;
  const char *timeout = param (ask, "payTimeout");
  gint64 until_us = timeout ? read_time (timeout) : now_us + CODE_LIFE_US;
  g_autofree char *token =
    g_strdup_printf ("%032" G_GUINT64_FORMAT,
                     till_sandbox_ledger_next (ask->exchange->world->ledger));
  g_autofree char *text = g_strconcat ("https://qr.95516.com/00010000/", token, NULL);
  TillEntry *entry;

  if (!check_new (ask))
    return;
  if (until_us <= now_us) {
    till_unionpay_refuse (ask, "10");
    return;
  }

  entry = add_entry (ask);
  entry->state = TILL_ENTRY_UNSCANNED;
  entry->expires_us = until_us;
  till_entry_add_code (entry, text, until_us);
  till_unionpay_say (ask, "00", "qrCode", text, NULL);
}

/* What is known of a payment or a refund. */
static void
tell (TillUnionpayAsk *ask,
      const TillEntry *entry,
      const char      *result,
      const char      *ref,
      gint64           amount_fen,
      gint64           done_us)
{
  gboolean is_other = till_exchange_get_fault (ask->exchange) == TILL_FAULT_OTHER_AMOUNT;
  g_autofree char *amount = g_strdup_printf ("%" G_GINT64_FORMAT,
                                             amount_fen + (is_other ? 100 : 0));
  g_autofree char *trace = done_us ? till_sandbox_time_gmt8 (done_us, "%m%d%H%M%S") : NULL;
  g_autofree char *day = done_us ? till_sandbox_time_gmt8 (done_us, "%m%d") : NULL;

  till_unionpay_say (ask, "00", "origRespCode", result, "origRespMsg", "[0000000]", "queryId", ref,
                     "txnAmt", amount, "currencyCode", "156", "settleAmt", amount, "traceTime",
                     trace, "settleDate", day,
                     "accNo", entry->is_charge ? "6221********0004" : NULL,
                     "payCardIssueName", entry->brand == TILL_BRAND_BAITIAO ? "京东白条" : NULL,
                     NULL);
}

static void
query_refund (TillUnionpayAsk *ask,
              TillEntry       *entry,
              TillEntryRefund *refund)
{
  g_autofree char *ref = g_strconcat (refund->moment, "9999999", NULL);

  till_entry_ask_refund (entry, refund, ask->exchange->now_us);
  tell (ask, entry, refund_results[refund->state], ref, refund->amount_fen, refund->done_us);
}

/* A code that nobody paid in its time is none any more. */
static void
end_code (TillEntry *entry,
          gint64     now_us)
{
  if (!entry->is_charge && now_us >= entry->expires_us)
    till_entry_close (entry);
}

/**
 * till_unionpay_is_refund:
 *
 * Returns: whether the number is that of a void or a refund
 */
gboolean
till_unionpay_is_refund (TillUnionpayAsk *ask)
{
  TillEntryRefund *refund;

  return find_refund (ask, &refund) != NULL;
}

/**
 * till_unionpay_query:
 *
 * Says what became of a transaction.
 */
void
till_unionpay_query (TillUnionpayAsk *ask)
{
  TillEntry *entry = find_asked (ask);
  gint64 now_us = ask->exchange->now_us;
  TillEntryRefund *refund;
  TillEntryState told;

  if (entry)
    end_code (entry, now_us);
  if (!entry && (entry = find_refund (ask, &refund))) {
    query_refund (ask, entry, refund);
    return;
  }
  if (!entry || !till_entry_ask (entry, now_us, &told) || !results[told]) {
    till_unionpay_refuse (ask, "34");
    return;
  }

  tell (ask, entry, entry->attach && told == entry->state ? entry->attach : results[told],
        entry->ref, entry->amount_fen, told == TILL_ENTRY_PAID ? entry->paid_us : 0);
}

/**
 * till_unionpay_reverse:
 *
 * Undoes a charge, named by its own number and moment; may be repeated.
 */
void
till_unionpay_reverse (TillUnionpayAsk *ask)
{
  TillEntry *entry = find_asked (ask);

  if (!entry)
    till_unionpay_refuse (ask, "34");
  else if (!entry->is_charge)
    till_unionpay_refuse (ask, "36");
  else if (entry->state == TILL_ENTRY_REVERSED)
    till_unionpay_refuse (ask, "46");
  else if (!till_entry_reverse (entry, ask->exchange->now_us))
    till_unionpay_refuse (ask, "45");
  else
    till_unionpay_say (ask, "00", "queryId", entry->ref, NULL);
}

/* By UnionPay's own number, or by ours and its moment. */
static TillEntry *
find_original (TillUnionpayAsk *ask)
{
  const char *ref = param (ask, "origQryId");

  return ref ? till_sandbox_ledger_find_ref (ask->exchange->world->ledger, ask->merchant->mer_id,
                                             ref)
             : find_entry (ask, param (ask, "origOrderId"), param (ask, "origTxnTime"));
}

static void
give_back (TillUnionpayAsk *ask,
           TillEntry       *entry)
{
  TillExchange *exchange = ask->exchange;
  TillEntryRefund *refund = till_entry_refund (entry, param (ask, "orderId"), amount_of (ask),
                                               &exchange->scene, exchange->now_us);
  g_autofree char *ref = NULL;

  if (!refund) {
    till_unionpay_refuse (ask, "36");
    return;
  }

  refund->moment = g_strdup (param (ask, "txnTime"));
  ref = g_strconcat (refund->moment, "9999999", NULL);
  till_unionpay_say (ask, "00", "queryId", ref, "txnAmt", param (ask, "txnAmt"), NULL);
}

static TillEntry *
check_original (TillUnionpayAsk *ask)
{
  TillEntry *entry = check_new (ask) ? find_original (ask) : NULL;

  if (!ask->was_refused && (!entry || entry->state != TILL_ENTRY_PAID)) {
    till_unionpay_refuse (ask, entry ? "36" : "35");
    return NULL;
  }

  return entry;
}

/**
 * till_unionpay_void:
 *
 * Gives back the whole of a payment on its clearing day.
 */
void
till_unionpay_void (TillUnionpayAsk *ask)
{
  TillEntry *entry = check_original (ask);

  if (!entry)
    return;

  if (amount_of (ask) != entry->paid_fen ||
      clearing_day (entry->made_us) != clearing_day (ask->exchange->now_us))
    till_unionpay_refuse (ask, "36");
  else
    give_back (ask, entry);
}

/**
 * till_unionpay_refund:
 *
 * Gives back some or all.
 */
void
till_unionpay_refund (TillUnionpayAsk *ask)
{
  TillEntry *entry = check_original (ask);

  if (entry)
    give_back (ask, entry);
}
