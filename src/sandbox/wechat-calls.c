/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/wechat-calls.h"

#include "sandbox/fields.h"
#include "sandbox/text.h"

#include <string.h>

/* What WeChat Pay does and says. Sources: pay.weixin.qq.com, apis/code-payment-v3/direct/{code-pay,
 * reverse}, doc/v3/merchant/{4012525171 native, 4013071036 refund, 4012081717 codes}. */

#define ID "wechat"
#define PAYCODE_PATTERN "^1[0-5][0-9]{16}$"
#define CODE_LIFE_US   (2 * G_TIME_SPAN_HOUR)  /* 4012525171: whatever time_expire says */
#define EXPIRE_MIN_US  G_TIME_SPAN_MINUTE
#define EXPIRE_MAX_US  (7 * G_TIME_SPAN_DAY)
#define REFUNDS_MAX    50                      /* 4013071036 */

static const struct {
  const char *trade_state;
  const char *description;
  guint       status;      /* what a new order under this number is told */
  const char *code;
} states[] = {
  [TILL_ENTRY_UNSCANNED] = { "NOTPAY", "订单未支付", 403, "OUT_TRADE_NO_USED" },
  [TILL_ENTRY_OPEN]      = { "NOTPAY", "订单未支付", 403, "OUT_TRADE_NO_USED" },
  [TILL_ENTRY_TYPING]    = { "USERPAYING", "需要用户输入支付密码", 403, "OUT_TRADE_NO_USED" },
  [TILL_ENTRY_PAID]      = { "SUCCESS", "支付成功", 400, "ORDERPAID" },
  [TILL_ENTRY_CLOSED]    = { "CLOSED", "订单已关闭", 400, "ORDER_CLOSED" },
  [TILL_ENTRY_REVERSED]  = { "REVOKED", "订单已撤销", 400, "ORDERREVERSED" },
  [TILL_ENTRY_FAILED]    = { "PAYERROR", "支付失败", 403, "OUT_TRADE_NO_USED" },
};

static const char *const refund_statuses[] = {
  [TILL_SANDBOX_REFUND_SUCCESS]    = "SUCCESS",
  [TILL_SANDBOX_REFUND_PROCESSING] = "PROCESSING",
  [TILL_SANDBOX_REFUND_CLOSED]     = "CLOSED",
  [TILL_SANDBOX_REFUND_ABNORMAL]   = "ABNORMAL",
};

static const char *
text_of (TillWechatAsk *ask,
         const char    *path)
{
  return till_fields_get_text (ask->fields, path);
}

/* Whose orders these are. */
static const char *
owner_of (const TillWechatAsk *ask)
{
  return ask->merchant->sub_mchid ? ask->merchant->sub_mchid : ask->merchant->mchid;
}

static TillEntry *
find_entry (TillWechatAsk *ask,
            const char    *order)
{
  TillSandboxLedger *ledger = ask->exchange->world->ledger;

  return order ? till_sandbox_ledger_find (ledger, ID, owner_of (ask), order) : NULL;
}

static void
answer_json (TillWechatAsk *ask,
             JsonBuilder   *json)
{
  till_exchange_answer (ask->exchange, 200, "application/json", till_json_to_text (json));
}

static const char *
told_order (TillWechatAsk *ask,
            const char    *order)
{
  return till_exchange_get_fault (ask->exchange) == TILL_FAULT_OTHER_ORDER ?
         "SOMEBODYELSES0000001" : order;
}

static gint64
told_fen (TillWechatAsk *ask,
          gint64         amount_fen)
{
  return till_exchange_get_fault (ask->exchange) == TILL_FAULT_OTHER_AMOUNT ?
         amount_fen + 100 : amount_fen;
}

static void
add_ids (TillWechatAsk *ask,
         JsonBuilder   *json)
{
  gboolean is_partner = ask->merchant->sub_mchid != NULL;

  till_json_add_text (json, is_partner ? "sp_appid" : "appid", ask->merchant->appid);
  till_json_add_text (json, is_partner ? "sp_mchid" : "mchid", ask->merchant->mchid);
  till_json_add_text (json, "sub_mchid", ask->merchant->sub_mchid);
}

static void
add_payment (TillWechatAsk   *ask,
             JsonBuilder     *json,
             const TillEntry *entry)
{
  g_autofree char *time = till_sandbox_time_rfc3339 (entry->paid_us);

  till_json_add_text (json, "transaction_id", entry->ref);
  till_json_add_text (json, "bank_type", "OTHERS");
  till_json_add_text (json, "success_time", time);
  till_json_add_text (json, "attach", entry->attach);
  json_builder_set_member_name (json, "payer");
  json_builder_begin_object (json);
  till_json_add_text (json, ask->merchant->sub_mchid ? "sp_openid" : "openid",
                      "oTillSandboxCustomer0000001");
  json_builder_end_object (json);
}

/* The answer of a charge and of a query. */
static void
tell_trade (TillWechatAsk   *ask,
            const TillEntry *entry,
            TillEntryState   state)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  gboolean was_paid = entry->paid_fen > 0 && state != TILL_ENTRY_TYPING;
  gboolean is_refunded = entry->state == TILL_ENTRY_PAID &&
                         till_entry_get_left_fen (entry) < entry->paid_fen;

  json_builder_begin_object (json);
  add_ids (ask, json);
  till_json_add_text (json, "out_trade_no", told_order (ask, entry->order));
  till_json_add_text (json, "trade_type", entry->is_charge ? "MICROPAY" : "NATIVE");
  till_json_add_text (json, "trade_state", state == TILL_ENTRY_PAID && is_refunded ?
                      "REFUND" : states[state].trade_state);
  till_json_add_text (json, "trade_state_desc", states[state].description);
  if (was_paid)
    add_payment (ask, json, entry);
  json_builder_set_member_name (json, "amount");
  json_builder_begin_object (json);
  till_json_add_int (json, "total", told_fen (ask, entry->amount_fen));
  till_json_add_text (json, "currency", "CNY");
  if (was_paid) {
    till_json_add_int (json, "payer_total", told_fen (ask, entry->amount_fen));
    till_json_add_text (json, "payer_currency", "CNY");
  }
  json_builder_end_object (json);
  json_builder_end_object (json);

  answer_json (ask, json);
}

static TillEntry *
add_entry (TillWechatAsk *ask)
{
  TillExchange *exchange = ask->exchange;
  TillEntry *entry = till_sandbox_ledger_add (exchange->world->ledger, ID, owner_of (ask),
                                              text_of (ask, "out_trade_no"),
                                              till_fields_get_int (ask->fields, "amount.total"),
                                              exchange->now_us);
  g_autofree char *day = till_sandbox_time_gmt8 (exchange->now_us, "%Y%m%d");

  entry->ref = g_strdup_printf ("4200000000%s%010" G_GUINT64_FORMAT, day,
                                till_sandbox_ledger_next (exchange->world->ledger));
  entry->attach = g_strdup (text_of (ask, "attach"));
  return entry;
}

/**
 * till_wechat_charge:
 *
 * Charges the payer's wallet: code pay.
 */
void
till_wechat_charge (TillWechatAsk *ask)
{
  TillExchange *exchange = ask->exchange;
  TillEntry *entry = find_entry (ask, text_of (ask, "out_trade_no"));
  const char *paycode = text_of (ask, "payer.auth_code");

  if (entry) {
    till_wechat_refuse (exchange, states[entry->state].status, states[entry->state].code,
                        "this out_trade_no was used");
    return;
  }
  if (!g_regex_match_simple (PAYCODE_PATTERN, paycode, G_REGEX_DOLLAR_ENDONLY, 0)) {
    till_wechat_refuse (exchange, 400, "AUTH_CODE_ERROR", "this is no payment code of WeChat");
    return;
  }
  if (!till_sandbox_ledger_use_paycode (exchange->world->ledger, paycode)) {
    till_wechat_refuse (exchange, 400, "AUTH_CODE_INVALID", "101 this payment code was used");
    return;
  }

  /* What WeChat says is paid stays paid. */
  if (exchange->scene.row->booking == TILL_BOOK_ROLLED_BACK)
    exchange->scene.row = till_scenario_find ("approve");
  entry = add_entry (ask);
  till_entry_play (entry, &exchange->scene, exchange->now_us);
  tell_trade (ask, entry, entry->state);
}

static void
tell_code (TillWechatAsk *ask,
           TillEntry     *entry)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *word = till_sandbox_random_text (9);
  g_autofree char *text = g_strconcat ("weixin://wxpay/bizpayurl?pr=", word, NULL);

  till_entry_add_code (entry, text, ask->exchange->now_us + CODE_LIFE_US);
  json_builder_begin_object (json);
  till_json_add_text (json, "code_url", text);
  json_builder_end_object (json);
  answer_json (ask, json);
}

/* 0 without time_expire; −1 where it is too near or too far. */
static gint64
read_expiry (TillWechatAsk *ask)
{
  const char *text = text_of (ask, "time_expire");
  g_autoptr (GDateTime) time = text ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
  gint64 ahead_us;

  if (!time)
    return 0;
  ahead_us = g_date_time_to_unix (time) * G_USEC_PER_SEC - ask->exchange->now_us;
  if (ahead_us < EXPIRE_MIN_US || ahead_us > EXPIRE_MAX_US)
    return -1;

  return ahead_us + ask->exchange->now_us;
}

/**
 * till_wechat_native:
 *
 * Makes an order and a collection code; or one more code, where the request is the same again.
 */
void
till_wechat_native (TillWechatAsk *ask)
{
  TillExchange *exchange = ask->exchange;
  TillEntry *entry = find_entry (ask, text_of (ask, "out_trade_no"));
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
                                                         (const guchar *) exchange->body,
                                                         exchange->body_length);
  gint64 expires_us = read_expiry (ask);

  if (entry && (entry->state != TILL_ENTRY_OPEN || g_strcmp0 (entry->digest, digest) != 0)) {
    till_wechat_refuse (exchange, states[entry->state].status, states[entry->state].code,
                        "this out_trade_no was used");
    return;
  }
  if (!entry && expires_us < 0) {
    till_wechat_refuse_field (exchange, "time_expire", "is not 1 minute to 7 days ahead");
    return;
  }

  if (!entry) {
    entry = add_entry (ask);
    entry->state = TILL_ENTRY_OPEN;
    entry->expires_us = expires_us ? expires_us : exchange->now_us + EXPIRE_MAX_US;
    entry->digest = g_steal_pointer (&digest);
  }
  tell_code (ask, entry);
}

static void
tell_queried (TillWechatAsk *ask,
              TillEntry     *entry)
{
  TillEntryState told;

  if (!entry || !till_entry_ask (entry, ask->exchange->now_us, &told)) {
    till_wechat_refuse (ask->exchange, 404, "ORDER_NOT_EXIST", "no such order");
    return;
  }

  tell_trade (ask, entry, told);
}

/**
 * till_wechat_query:
 *
 * Says what became of an order, by the merchant's number.
 */
void
till_wechat_query (TillWechatAsk *ask)
{
  tell_queried (ask, find_entry (ask, ask->number));
}

/**
 * till_wechat_query_ref:
 *
 * Says what became of an order, by WeChat's number.
 */
void
till_wechat_query_ref (TillWechatAsk *ask)
{
  tell_queried (ask, till_sandbox_ledger_find_ref (ask->exchange->world->ledger, owner_of (ask),
                                                   ask->number));
}

/**
 * till_wechat_close:
 *
 * Closes an order that was made with a collection code.
 */
void
till_wechat_close (TillWechatAsk *ask)
{
  TillEntry *entry = find_entry (ask, ask->number);

  if (!entry)
    till_wechat_refuse (ask->exchange, 404, "ORDER_NOT_EXIST", "no such order");
  else if (entry->is_charge)
    till_wechat_refuse (ask->exchange, 400, "INVALID_REQUEST", "reverse it, do not close it");
  else if (!till_entry_close (entry))
    till_wechat_refuse (ask->exchange, 400, "ORDERPAID", "this order is paid");
  else
    till_exchange_answer (ask->exchange, 204, NULL, NULL);
}

/**
 * till_wechat_reverse:
 *
 * Undoes a charge; may be repeated.
 */
void
till_wechat_reverse (TillWechatAsk *ask)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  TillEntry *entry = find_entry (ask, ask->number);

  if (!entry) {
    till_wechat_refuse (ask->exchange, 404, "ORDER_NOT_EXIST", "no such order");
    return;
  }
  if (!entry->is_charge) {
    till_wechat_refuse (ask->exchange, 400, "INVALID_REQUEST", "close it, do not reverse it");
    return;
  }
  if (!till_entry_reverse (entry, ask->exchange->now_us)) {
    till_wechat_refuse (ask->exchange, 403, "TRADE_ERROR", "some of this order was refunded");
    return;
  }

  json_builder_begin_object (json);
  add_ids (ask, json);
  till_json_add_text (json, "out_trade_no", told_order (ask, entry->order));
  json_builder_end_object (json);
  answer_json (ask, json);
}

static void
add_refund_amounts (TillWechatAsk         *ask,
                    JsonBuilder           *json,
                    const TillEntry       *entry,
                    const TillEntryRefund *refund)
{
  const struct { const char *name; gint64 amount_fen; } amounts[] = {
    { "total", entry->amount_fen },
    { "refund", told_fen (ask, refund->amount_fen) },
    { "payer_total", entry->amount_fen },
    { "payer_refund", refund->amount_fen },
    { "settlement_total", entry->amount_fen },
    { "settlement_refund", refund->amount_fen },
    { "discount_refund", 0 },
    { "refund_fee", 0 },
  };

  json_builder_set_member_name (json, "amount");
  json_builder_begin_object (json);
  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    till_json_add_int (json, amounts[i].name, amounts[i].amount_fen);
  till_json_add_text (json, "currency", "CNY");
  json_builder_end_object (json);
}

static void
tell_refund (TillWechatAsk         *ask,
             const TillEntry       *entry,
             const TillEntryRefund *refund)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *made = till_sandbox_time_rfc3339 (refund->made_us);
  g_autofree char *done = till_sandbox_time_rfc3339 (refund->done_us);

  json_builder_begin_object (json);
  till_json_add_text (json, "refund_id", refund->ref);
  till_json_add_text (json, "out_refund_no", told_order (ask, refund->number));
  till_json_add_text (json, "transaction_id", entry->ref);
  till_json_add_text (json, "out_trade_no", entry->order);
  till_json_add_text (json, "channel", "ORIGINAL");
  till_json_add_text (json, "user_received_account", "支付用户零钱");
  till_json_add_text (json, "create_time", made);
  if (refund->state == TILL_SANDBOX_REFUND_SUCCESS)
    till_json_add_text (json, "success_time", done);
  till_json_add_text (json, "status", refund_statuses[refund->state]);
  till_json_add_text (json, "funds_account", "AVAILABLE");
  add_refund_amounts (ask, json, entry, refund);
  json_builder_end_object (json);

  answer_json (ask, json);
}

/* What forbids a refund that was not asked for before. */
static const char *
refund_issue (TillWechatAsk   *ask,
              const TillEntry *entry)
{
  TillEntryRefund *other;

  if (till_fields_get_int (ask->fields, "amount.total") != entry->amount_fen)
    return "amount.total is not the order's";
  if (entry->state != TILL_ENTRY_PAID)
    return "this order is not paid";
  if (entry->refunds->len >= REFUNDS_MAX)
    return "this order was refunded 50 times";
  if (till_sandbox_ledger_find_refund (ask->exchange->world->ledger, ID, owner_of (ask),
                                       text_of (ask, "out_refund_no"), &other))
    return "this out_refund_no is another order's";

  return NULL;
}

static void
make_refund (TillWechatAsk *ask,
             TillEntry     *entry)
{
  TillExchange *exchange = ask->exchange;
  const char *issue = refund_issue (ask, entry);
  TillEntryRefund *refund = issue ? NULL :
                            till_entry_refund (entry, text_of (ask, "out_refund_no"),
                                               till_fields_get_int (ask->fields, "amount.refund"),
                                               &exchange->scene, exchange->now_us);

  if (!refund) {
    till_wechat_refuse (exchange, 400, "INVALID_REQUEST", issue ? issue : "more than is left");
    return;
  }

  refund->ref = g_strdup_printf ("5030000000%018" G_GUINT64_FORMAT,
                                 till_sandbox_ledger_next (exchange->world->ledger));
  tell_refund (ask, entry, refund);
}

/**
 * till_wechat_refund:
 *
 * Gives back some or all; the same number again is the same refund.
 */
void
till_wechat_refund (TillWechatAsk *ask)
{
  const char *order = text_of (ask, "out_trade_no");
  const char *ref = text_of (ask, "transaction_id");
  TillEntry *entry = ref ? till_sandbox_ledger_find_ref (ask->exchange->world->ledger,
                                                         owner_of (ask), ref) :
                     find_entry (ask, order);
  TillEntryRefund *refund;

  if (!order == !ref) {
    till_wechat_refuse_field (ask->exchange, "out_trade_no",
                              "and transaction_id: exactly one of the two");
    return;
  }
  if (!entry) {
    till_wechat_refuse (ask->exchange, 404, "RESOURCE_NOT_EXISTS", "no such order");
    return;
  }

  refund = till_entry_find_refund (entry, text_of (ask, "out_refund_no"));
  if (!refund)
    make_refund (ask, entry);
  else if (refund->amount_fen != till_fields_get_int (ask->fields, "amount.refund") ||
           entry->amount_fen != till_fields_get_int (ask->fields, "amount.total"))
    till_wechat_refuse (ask->exchange, 400, "INVALID_REQUEST",
                        "this out_refund_no was used with other amounts");
  else
    tell_refund (ask, entry, refund);
}

/**
 * till_wechat_query_refund:
 *
 * Says what became of a refund.
 */
void
till_wechat_query_refund (TillWechatAsk *ask)
{
  TillEntryRefund *refund = NULL;
  TillEntry *entry = till_sandbox_ledger_find_refund (ask->exchange->world->ledger, ID,
                                                      owner_of (ask), ask->number, &refund);

  if (!entry) {
    till_wechat_refuse (ask->exchange, 404, "RESOURCE_NOT_EXISTS", "no such refund");
    return;
  }

  till_entry_ask_refund (entry, refund, ask->exchange->now_us);
  tell_refund (ask, entry, refund);
}

/**
 * till_wechat_keys:
 *
 * Gives the certificates that answers are signed with.
 */
void
till_wechat_keys (TillWechatAsk *ask)
{
  till_exchange_answer (ask->exchange, 200, "application/json",
                        till_wechat_certificates (ask->exchange));
}
