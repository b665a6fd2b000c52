/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/alipay-calls.h"

#include "core/money.h"
#include "sandbox/fields.h"
#include "sandbox/text.h"

#include <string.h>

/* What Alipay does and says. Sources: opendocs.alipay.com open/02ekfp (pay), 05osv9 (precreate),
 * 02ekfr (cancel), 00f7ns and 00f7nv (guide). */

#define ID "alipay"
#define BAR_CODE      "^(2[5-9]|30)[0-9]{14,22}$"
#define SECURITY_CODE "^fp[0-9A-Za-z]{33}$"
#define CODE_LIFE_US  (2 * G_TIME_SPAN_HOUR)   /* 05osv9 */
#define TRADE_LIFE_US (3 * G_TIME_SPAN_HOUR)   /* 02ekfp: the default of this product */

/* The status that a query tells, and what a new trade under this number is told. */
static const struct {
  const char *trade_status;
  const char *taken;
} states[] = {
  [TILL_ENTRY_UNSCANNED] = { NULL, "ACQ.CONTEXT_INCONSISTENT" },
  [TILL_ENTRY_OPEN]      = { "WAIT_BUYER_PAY", "ACQ.CONTEXT_INCONSISTENT" },
  [TILL_ENTRY_TYPING]    = { "WAIT_BUYER_PAY", "ACQ.CONTEXT_INCONSISTENT" },
  [TILL_ENTRY_PAID]      = { "TRADE_SUCCESS", "ACQ.TRADE_HAS_SUCCESS" },
  [TILL_ENTRY_CLOSED]    = { "TRADE_CLOSED", "ACQ.TRADE_HAS_CLOSE" },
  [TILL_ENTRY_REVERSED]  = { "TRADE_CLOSED", "ACQ.TRADE_HAS_CLOSE" },
  [TILL_ENTRY_FAILED]    = { "TRADE_CLOSED", "ACQ.TRADE_HAS_CLOSE" },
};

static const char *
text_of (TillAlipayAsk *ask,
         const char    *path)
{
  return till_fields_get_text (ask->fields, path);
}

static gint64
fen_of (TillAlipayAsk *ask,
        const char    *path)
{
  gint64 amount_fen = 0;

  if (!till_money_parse (text_of (ask, path), &amount_fen, NULL))
    return TILL_MONEY_MAX_FEN + 1;  /* 100000000 is an amount here, and no sale can be that */

  return amount_fen;
}

static void
add_yuan (JsonBuilder *json,
          const char  *name,
          gint64       amount_fen)
{
  g_autofree char *yuan = till_money_to_yuan (amount_fen);

  till_json_add_text (json, name, yuan);
}

static TillFault
fault_of (TillAlipayAsk *ask)
{
  return till_exchange_get_fault (ask->exchange);
}

static gint64
told_fen (TillAlipayAsk *ask,
          gint64         amount_fen)
{
  return fault_of (ask) == TILL_FAULT_OTHER_AMOUNT ? amount_fen + 100 : amount_fen;
}

static void
add_numbers (TillAlipayAsk   *ask,
             JsonBuilder     *json,
             const TillEntry *entry)
{
  till_json_add_text (json, "trade_no", entry->ref);
  till_json_add_text (json, "out_trade_no", fault_of (ask) == TILL_FAULT_OTHER_ORDER ?
                      "SOMEBODYELSES0000001" : entry->order);
}

/* trade_no wins. A code that nobody scanned is no trade yet. */
static TillEntry *
find_entry (TillAlipayAsk *ask,
            gboolean       with_unscanned)
{
  TillSandboxLedger *ledger = ask->exchange->world->ledger;
  const char *ref = text_of (ask, "trade_no"), *order = text_of (ask, "out_trade_no");
  TillEntry *entry = ref ? till_sandbox_ledger_find_ref (ledger, ask->app->app_id, ref) :
                     till_sandbox_ledger_find (ledger, ID, ask->app->app_id, order);

  return entry && entry->state == TILL_ENTRY_UNSCANNED && !with_unscanned ? NULL : entry;
}

static gboolean
is_open (const TillEntry *entry)
{
  return entry->state == TILL_ENTRY_OPEN || entry->state == TILL_ENTRY_TYPING;
}

/* "5m", "2h", "1d"; "1c" is the end of the day. */
static gint64
read_express (const char *text,
              gint64      otherwise_us,
              gint64      now_us)
{
  const gint64 day_us = G_TIME_SPAN_DAY, zone_us = 8 * G_TIME_SPAN_HOUR;
  gint64 number;

  if (!text)
    return otherwise_us;
  if (strcmp (text, "1c") == 0)
    return day_us - (now_us + zone_us) % day_us;

  number = g_ascii_strtoll (text, NULL, 10);
  return number * (g_str_has_suffix (text, "m") ? G_TIME_SPAN_MINUTE :
                   g_str_has_suffix (text, "h") ? G_TIME_SPAN_HOUR : day_us);
}

static gint64
read_expiry (TillAlipayAsk *ask)
{
  gint64 now_us = ask->exchange->now_us;
  const char *text = text_of (ask, "time_expire");
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 60 * 60);
  g_autoptr (GDateTime) time = text ? g_date_time_new_from_iso8601 (text, zone) : NULL;

  return time ? g_date_time_to_unix (time) * G_USEC_PER_SEC :
         now_us + read_express (text_of (ask, "timeout_express"), TRADE_LIFE_US, now_us);
}

static TillEntry *
add_entry (TillAlipayAsk *ask)
{
  TillExchange *exchange = ask->exchange;
  TillEntry *entry = till_sandbox_ledger_add (exchange->world->ledger, ID, ask->app->app_id,
                                              text_of (ask, "out_trade_no"),
                                              fen_of (ask, "total_amount"), exchange->now_us);
  g_autofree char *day = till_sandbox_time_gmt8 (exchange->now_us, "%Y%m%d");

  entry->ref = g_strdup_printf ("%s2200148%013" G_GUINT64_FORMAT, day,
                                till_sandbox_ledger_next (exchange->world->ledger));
  entry->expires_us = read_expiry (ask);
  return entry;
}

static void
add_payment (TillAlipayAsk   *ask,
             JsonBuilder     *json,
             const TillEntry *entry,
             const char      *time_name)
{
  g_autofree char *time = till_sandbox_time_gmt8 (entry->paid_us, "%Y-%m-%d %H:%M:%S");

  add_yuan (json, "receipt_amount", told_fen (ask, entry->amount_fen));
  add_yuan (json, "buyer_pay_amount", told_fen (ask, entry->amount_fen));
  add_yuan (json, "invoice_amount", told_fen (ask, entry->amount_fen));
  add_yuan (json, "point_amount", 0);
  till_json_add_text (json, time_name, time);
  till_json_add_text (json, "buyer_user_id", "2088000000000001");
  json_builder_set_member_name (json, "fund_bill_list");
  json_builder_begin_array (json);
  json_builder_begin_object (json);
  till_json_add_text (json, "fund_channel", "ALIPAYACCOUNT");
  add_yuan (json, "amount", told_fen (ask, entry->amount_fen));
  json_builder_end_object (json);
  json_builder_end_array (json);
}

static void
tell_payment (TillAlipayAsk   *ask,
              const TillEntry *entry)
{
  gboolean is_typing = entry->state == TILL_ENTRY_TYPING;
  JsonBuilder *json = till_alipay_begin (is_typing ? "10003" : "10000");

  add_numbers (ask, json, entry);
  till_json_add_text (json, "buyer_logon_id", "138****0000");
  add_yuan (json, "total_amount", told_fen (ask, entry->amount_fen));
  if (!is_typing)
    add_payment (ask, json, entry, "gmt_payment");
  till_alipay_finish (ask, json);
}

/* The same request again, while the payer still types, is the same trade. */
static void
tell_taken (TillAlipayAsk *ask,
            TillEntry     *entry)
{
  if (entry->state == TILL_ENTRY_TYPING && entry->amount_fen == fen_of (ask, "total_amount"))
    tell_payment (ask, entry);
  else
    till_alipay_refuse (ask, states[entry->state].taken, "this out_trade_no was used");
}

/**
 * till_alipay_pay:
 *
 * Charges the payer's wallet: alipay.trade.pay.
 */
void
till_alipay_pay (TillAlipayAsk *ask)
{
  TillExchange *exchange = ask->exchange;
  TillEntry *entry = find_entry (ask, TRUE);
  const char *paycode = text_of (ask, "auth_code");
  const char *pattern = strcmp (text_of (ask, "scene"), "bar_code") == 0 ? BAR_CODE : SECURITY_CODE;

  if (entry) {
    tell_taken (ask, entry);
    return;
  }
  if (read_expiry (ask) <= exchange->now_us) {
    till_alipay_refuse (ask, "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR", "time_expire is over");
    return;
  }
  if (!g_regex_match_simple (pattern, paycode, G_REGEX_DOLLAR_ENDONLY, 0) ||
      !till_sandbox_ledger_use_paycode (exchange->world->ledger, paycode)) {
    till_alipay_refuse (ask, "ACQ.PAYMENT_AUTH_CODE_INVALID", "this payment code cannot be used");
    return;
  }

  entry = add_entry (ask);
  till_entry_play (entry, &exchange->scene, exchange->now_us);
  tell_payment (ask, entry);
}

/**
 * till_alipay_precreate:
 *
 * Makes a collection code. The trade exists once somebody scans it.
 */
void
till_alipay_precreate (TillAlipayAsk *ask)
{
  TillEntry *entry = find_entry (ask, TRUE);
  gint64 now_us = ask->exchange->now_us, life_us;
  g_autofree char *word = NULL;
  g_autofree char *text = NULL;
  JsonBuilder *json;

  if (entry) {
    till_alipay_refuse (ask, "ACQ.APPLY_PC_MERCHANT_CODE_ERROR", "this out_trade_no was used");
    return;
  }
  if (read_expiry (ask) <= now_us) {
    till_alipay_refuse (ask, "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR", "time_expire is over");
    return;
  }

  word = till_sandbox_random_text (24);
  text = g_strconcat ("https://qr.alipay.com/bax", word, NULL);
  life_us = read_express (text_of (ask, "qr_code_timeout_express"), CODE_LIFE_US, now_us);
  entry = add_entry (ask);
  entry->state = TILL_ENTRY_UNSCANNED;
  till_entry_add_code (entry, text, now_us + MIN (life_us, CODE_LIFE_US));
  json = till_alipay_begin ("10000");
  till_json_add_text (json, "out_trade_no", fault_of (ask) == TILL_FAULT_OTHER_ORDER ?
                      "SOMEBODYELSES0000001" : entry->order);
  till_json_add_text (json, "qr_code", text);
  till_alipay_finish (ask, json);
}

/* A trade that was given back in full is closed. */
static const char *
status_of (const TillEntry *entry,
           TillEntryState   told)
{
  if (told == TILL_ENTRY_PAID && entry->given_back_fen == entry->paid_fen)
    return "TRADE_CLOSED";

  return states[told].trade_status;
}

/**
 * till_alipay_query:
 *
 * Says what became of a trade.
 */
void
till_alipay_query (TillAlipayAsk *ask)
{
  TillEntry *entry = find_entry (ask, FALSE);
  gint64 now_us = ask->exchange->now_us;
  TillEntryState told;
  JsonBuilder *json;

  if (!entry || !till_entry_ask (entry, now_us, &told)) {
    till_alipay_refuse (ask, "ACQ.TRADE_NOT_EXIST", "no such trade");
    return;
  }

  /* A trade that nobody paid in time closes by itself. */
  if (is_open (entry) && now_us >= entry->expires_us) {
    till_entry_close (entry);
    told = entry->state;
  }

  json = till_alipay_begin ("10000");
  add_numbers (ask, json, entry);
  till_json_add_text (json, "trade_status", status_of (entry, told));
  add_yuan (json, "total_amount", told_fen (ask, entry->amount_fen));
  till_json_add_text (json, "buyer_logon_id", "138****0000");
  if (entry->paid_fen > 0 && told != TILL_ENTRY_TYPING)
    add_payment (ask, json, entry, "send_pay_date");
  till_alipay_finish (ask, json);
}

static void
tell_cancel (TillAlipayAsk *ask,
             const char    *order,
             TillEntry     *entry,
             const char    *action)
{
  JsonBuilder *json = till_alipay_begin ("10000");

  if (entry)
    add_numbers (ask, json, entry);
  else
    till_json_add_text (json, "out_trade_no", order);
  till_json_add_text (json, "retry_flag", "N");
  till_json_add_text (json, "action", action);
  till_alipay_finish (ask, json);
}

static gboolean
is_same_day (gint64 a_us,
             gint64 b_us)
{
  g_autofree char *a = till_sandbox_time_gmt8 (a_us, "%F");
  g_autofree char *b = till_sandbox_time_gmt8 (b_us, "%F");

  return strcmp (a, b) == 0;
}

/**
 * till_alipay_cancel:
 *
 * Undoes a trade; may be repeated. One that nobody knows is undone already.
 */
void
till_alipay_cancel (TillAlipayAsk *ask)
{
  TillEntry *entry = find_entry (ask, TRUE);
  gint64 now_us = ask->exchange->now_us;
  gboolean was_paid = entry && entry->state == TILL_ENTRY_PAID;
  gboolean was_open = entry && is_open (entry);

  if (entry && was_paid && !is_same_day (entry->made_us, now_us)) {
    till_alipay_refuse (ask, "ACQ.TRADE_CANCEL_TIME_OUT", "refund this trade, do not cancel it");
    return;
  }
  if (entry && (was_paid || was_open) && !till_entry_reverse (entry, now_us)) {
    till_alipay_refuse (ask, "ACQ.REASON_TRADE_REFUND_FEE_ERR", "some of this trade was refunded");
    return;
  }
  if (entry && entry->state == TILL_ENTRY_UNSCANNED) {
    till_entry_close (entry);
    entry = NULL;
  }

  tell_cancel (ask, text_of (ask, "out_trade_no"), entry,
               was_paid ? "refund" : was_open ? "close" : NULL);
}

/**
 * till_alipay_cancel_again:
 *
 * Answers a cancel that did nothing yet: retry_flag is Y.
 */
void
till_alipay_cancel_again (TillAlipayAsk *ask)
{
  JsonBuilder *json = till_alipay_begin ("10000");

  till_json_add_text (json, "out_trade_no", text_of (ask, "out_trade_no"));
  till_json_add_text (json, "retry_flag", "Y");
  till_alipay_finish (ask, json);
}

/**
 * till_alipay_close:
 *
 * Closes a trade that was scanned and is not paid.
 */
void
till_alipay_close (TillAlipayAsk *ask)
{
  TillEntry *entry = find_entry (ask, FALSE);
  JsonBuilder *json;

  if (!entry) {
    till_alipay_refuse (ask, "ACQ.TRADE_NOT_EXIST", "no such trade");
    return;
  }
  if (!is_open (entry)) {
    till_alipay_refuse (ask, "ACQ.TRADE_STATUS_ERROR", "this trade does not wait for its payer");
    return;
  }

  till_entry_close (entry);
  json = till_alipay_begin ("10000");
  add_numbers (ask, json, entry);
  till_alipay_finish (ask, json);
}

static void
tell_refund (TillAlipayAsk   *ask,
             const TillEntry *entry,
             gboolean         has_moved)
{
  g_autofree char *time = till_sandbox_time_gmt8 (ask->exchange->now_us, "%Y-%m-%d %H:%M:%S");
  JsonBuilder *json = till_alipay_begin ("10000");

  add_numbers (ask, json, entry);
  till_json_add_text (json, "buyer_logon_id", "138****0000");
  till_json_add_text (json, "fund_change", has_moved ? "Y" : "N");
  add_yuan (json, "refund_fee", told_fen (ask, entry->given_back_fen));
  if (has_moved)
    till_json_add_text (json, "gmt_refund_pay", time);
  till_alipay_finish (ask, json);
}

/* The same number again: the same refund, if it is for the same amount. */
static void
repeat_refund (TillAlipayAsk   *ask,
               TillEntry       *entry,
               TillEntryRefund *refund)
{
  if (refund->amount_fen != fen_of (ask, "refund_amount"))
    till_alipay_refuse (ask, "ACQ.DISCORDANT_REPEAT_REQUEST", "the same number, another amount");
  else
    tell_refund (ask, entry, till_entry_retry_refund (entry, refund, ask->exchange->now_us));
}

/**
 * till_alipay_refund:
 *
 * Gives back some or all.
 */
void
till_alipay_refund (TillAlipayAsk *ask)
{
  TillExchange *exchange = ask->exchange;
  TillEntry *entry = find_entry (ask, FALSE);
  const char *number = text_of (ask, "out_request_no");
  TillEntryRefund *refund = entry ? till_entry_find_refund (entry, number) : NULL;

  if (!entry) {
    till_alipay_refuse (ask, "ACQ.TRADE_NOT_EXIST", "no such trade");
    return;
  }
  if (refund) {
    repeat_refund (ask, entry, refund);
    return;
  }
  if (entry->state != TILL_ENTRY_PAID) {
    till_alipay_refuse (ask, "ACQ.TRADE_STATUS_ERROR", "this trade is not paid");
    return;
  }
  refund = till_entry_refund (entry, number, fen_of (ask, "refund_amount"), &exchange->scene,
                              exchange->now_us);
  if (!refund) {
    till_alipay_refuse (ask, "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "this is more than is left");
    return;
  }

  tell_refund (ask, entry, refund->state == TILL_SANDBOX_REFUND_SUCCESS);
}

/**
 * till_alipay_query_refund:
 *
 * Says whether a refund's money is back; it says nothing of one that is not.
 */
void
till_alipay_query_refund (TillAlipayAsk *ask)
{
  TillEntry *entry = find_entry (ask, FALSE);
  const char *number = text_of (ask, "out_request_no");
  TillEntryRefund *refund = entry ? till_entry_find_refund (entry, number) : NULL;
  JsonBuilder *json;

  if (!entry) {
    till_alipay_refuse (ask, "ACQ.TRADE_NOT_EXIST", "no such trade");
    return;
  }
  if (refund)
    till_entry_ask_refund (entry, refund, ask->exchange->now_us);

  json = till_alipay_begin ("10000");
  if (refund && refund->state == TILL_SANDBOX_REFUND_SUCCESS) {
    add_numbers (ask, json, entry);
    till_json_add_text (json, "out_request_no", refund->number);
    till_json_add_text (json, "refund_status", "REFUND_SUCCESS");
    add_yuan (json, "total_amount", entry->amount_fen);
    add_yuan (json, "refund_amount", told_fen (ask, refund->amount_fen));
  }
  till_alipay_finish (ask, json);
}
