/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/fields.h"
#include "sandbox/sign.h"
#include "sandbox/teller.h"
#include "sandbox/terminal-keys.h"
#include "sandbox/text.h"

#include <string.h>

/* Shouqianba's side, "Upay v2". Fields: github.com/WoSai/shouqianba-doc, zh-cn/api/interface. All
 * values are texts. */

#define ID "shouqianba"
#define VENDOR_SN "91800000"
#define CODE_LIFE_US (4 * G_TIME_SPAN_MINUTE)  /* interface/precreate */
#define DIGITS "^[0-9]+$"
#define FEN "^[1-9][0-9]*$"

typedef struct Ask Ask;

typedef struct {
  const char       *path;
  TillSandboxCall   call;
  gboolean          by_vendor;
  const TillField  *fields;
  void            (*run) (Ask *ask);
  const char       *done;     /* the second layer's word for success */
  const char       *waits;    /* … for what is under way */
  const char       *failed;   /* … for a definite failure */
} Route;

struct Ask {
  TillExchange *exchange;
  const Route  *route;
  JsonNode     *root;
  JsonObject   *fields;
  char         *sn;
  TillTeller    teller;
};

static const TillField pay_fields[] = {
  { "terminal_sn", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "client_sn", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "total_amount", TILL_FIELD_TEXT, TRUE, 1, 10, FEN },
  { "dynamic_id", TILL_FIELD_TEXT, TRUE, 1, 32, DIGITS },
  { "subject", TILL_FIELD_TEXT, TRUE, 1, 64 },
  { "operator", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "payway", TILL_FIELD_TEXT, FALSE, 1, 3, DIGITS },
  { "description", TILL_FIELD_TEXT, FALSE, 1, 256 },
  { "device_id", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { NULL },
};

static const TillField precreate_fields[] = {
  { "terminal_sn", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "client_sn", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "total_amount", TILL_FIELD_TEXT, TRUE, 1, 10, FEN },
  { "payway", TILL_FIELD_TEXT, TRUE, 1, 2, "^([1-5]|17|18)$" },
  { "sub_payway", TILL_FIELD_TEXT, FALSE, 1, 1, DIGITS },
  { "subject", TILL_FIELD_TEXT, TRUE, 1, 64 },
  { "operator", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { NULL },
};

static const TillField number_fields[] = {
  { "terminal_sn", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "client_sn", TILL_FIELD_TEXT, TRUE, 1, 64 },
  { NULL },
};

static const TillField refund_fields[] = {
  { "terminal_sn", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "client_sn", TILL_FIELD_TEXT, TRUE, 1, 64 },
  { "refund_request_no", TILL_FIELD_TEXT, TRUE, 1, 20 },
  { "operator", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "refund_amount", TILL_FIELD_TEXT, TRUE, 1, 10, FEN },
  { NULL },
};

static const TillField checkin_fields[] = {
  { "terminal_sn", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "device_id", TILL_FIELD_TEXT, TRUE, 1, 128 },
  { NULL },
};

static const TillField activate_fields[] = {
  { "app_id", TILL_FIELD_TEXT, TRUE, 16, 16, "^2026112200000001$" },
  { "code", TILL_FIELD_TEXT, TRUE, 4, 64 },
  { "device_id", TILL_FIELD_TEXT, TRUE, 1, 128 },
  { NULL },
};

/* What the scenarios, by WeChat's word, are called here. "UNKNOWN": that the answer is the third
 * word of the route with _ERROR, and nobody can tell. */
static const TillSaying says[] = {
  { "AUTH_CODE_EXPIRED", "EXPIRED_BARCODE" },
  { "AUTH_CODE_INVALID", "INVALID_BARCODE" },
  { "AUTH_CODE_ERROR", "INVALID_BARCODE" },
  { "NOT_ENOUGH", "INSUFFICIENT_FUND" },
  { "RULE_LIMIT", "BUYER_OVER_DAILY_LIMIT" },
  { "NO_AUTH", "UPAY_TERMINAL_STATUS_ABNORMAL" },
  { "MCH_NOT_EXISTS", "UPAY_TERMINAL_NOT_EXISTS" },
  { "APPID_MCHID_NOT_MATCH", "UPAY_TERMINAL_NOT_EXISTS" },
  { "OUT_TRADE_NO_USED", "CLIENT_SN_CONFLICT" },
  { "ORDERPAID", "TRADE_HAS_SUCCESS" },
  { "ORDER_NOT_EXIST", "UPAY_ORDER_NOT_EXISTS" },
};

static const char *const order_words[] = {
  [TILL_ENTRY_UNSCANNED] = "CREATED",   [TILL_ENTRY_OPEN] = "CREATED",
  [TILL_ENTRY_TYPING] = "CREATED",      [TILL_ENTRY_PAID] = "PAID",
  [TILL_ENTRY_CLOSED] = "CANCELED",     [TILL_ENTRY_REVERSED] = "CANCELED",
  [TILL_ENTRY_FAILED] = "PAY_CANCELED",
};

/* annex payway */
static const char *const payways[TILL_N_BRANDS] = {
  [TILL_BRAND_WECHAT] = "3",    [TILL_BRAND_ALIPAY] = "2", [TILL_BRAND_UNIONPAY] = "17",
  [TILL_BRAND_JD] = "5",        [TILL_BRAND_QQ] = "6",     [TILL_BRAND_BESTPAY] = "18",
  [TILL_BRAND_BAITIAO] = "5",
};

/* The answers. */

static void
answer (Ask         *ask,
        const char  *result_code,
        const char  *error,
        JsonBuilder *biz)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  till_json_add_text (json, "result_code", result_code);
  if (error) {
    till_json_add_text (json, "error_code", error);
    till_json_add_text (json, "error_message", "见错误码");
  }
  if (biz) {
    json_builder_set_member_name (json, "biz_response");
    json_builder_add_value (json, json_builder_get_root (biz));
    g_object_unref (biz);
  }
  json_builder_end_object (json);
  till_exchange_answer (ask->exchange, 200, "application/json;charset=UTF-8",
                        till_json_to_text (json));
}

static void
refuse (Ask        *ask,
        const char *error)
{
  answer (ask, "400", error, NULL);
}

static void
say (Ask        *ask,
     const char *result,
     const char *error)
{
  JsonBuilder *biz = json_builder_new ();

  json_builder_begin_object (biz);
  till_json_add_text (biz, "result_code", result);
  if (error)
    till_json_add_text (biz, "error_code", error);
  json_builder_end_object (biz);
  answer (ask, "200", NULL, biz);
}

static void
add_ms (JsonBuilder *json,
        const char  *name,
        gint64       time_us)
{
  till_json_add_digits (json, name, time_us / 1000);
}

static const char *
order_word (const Ask *ask)
{
  const TillEntry *entry = ask->teller.entry;

  if (ask->teller.state != TILL_ENTRY_PAID || entry->given_back_fen == 0)
    return order_words[ask->teller.state];

  return entry->given_back_fen == entry->paid_fen ? "REFUNDED" : "PARTIAL_REFUNDED";
}

/* interface/pay, payment_list; no document has a word for JD's credit: this one is like that for
 * Alipay's, ALIPAY_HUABEI. */
static void
add_sources (JsonBuilder     *json,
             const TillEntry *entry)
{
  if (entry->brand != TILL_BRAND_BAITIAO)
    return;

  json_builder_set_member_name (json, "payment_list");
  json_builder_begin_array (json);
  json_builder_begin_object (json);
  till_json_add_text (json, "type", "JD_BAITIAO");
  till_json_add_digits (json, "amount_total", entry->amount_fen);
  json_builder_end_object (json);
  json_builder_end_array (json);
}

static void
add_data (Ask         *ask,
          JsonBuilder *json)
{
  const TillTeller *teller = &ask->teller;
  const TillEntry *entry = teller->entry;
  gint64 done_us = entry->paid_us ? entry->paid_us : ask->exchange->now_us;
  g_autofree char *tsn = teller->refund
                           ? g_strconcat (entry->order, "-", teller->refund->number, NULL) : NULL;

  till_json_add_text (json, "terminal_sn", ask->sn);
  till_json_add_text (json, "sn", entry->ref);
  till_json_add_text (json, "client_sn", till_teller_order (teller));
  till_json_add_text (json, "client_tsn", tsn);
  till_json_add_text (json, "status", "SUCCESS");
  till_json_add_text (json, "order_status", order_word (ask));
  till_json_add_text (json, "payway", payways[entry->brand]);
  add_sources (json, entry);
  till_json_add_digits (json, "total_amount", till_teller_fen (teller, entry->amount_fen));
  till_json_add_digits (json, "net_amount",
                        till_teller_fen (teller, entry->amount_fen - entry->given_back_fen));
  add_ms (json, "finish_time", ask->exchange->now_us);
  add_ms (json, "channel_finish_time", done_us);
  if (teller->call == TILL_SANDBOX_ORDER)
    till_json_add_text (json, "qr_code", teller->code_text);
}

static const char *
result_word (const Ask *ask)
{
  const TillTeller *teller = &ask->teller;

  if (teller->call == TILL_SANDBOX_CHARGE)
    return teller->state == TILL_ENTRY_TYPING ? ask->route->waits
           : teller->state == TILL_ENTRY_PAID ? ask->route->done : ask->route->failed;
  if (teller->call == TILL_SANDBOX_REFUND)
    return teller->refund->state == TILL_SANDBOX_REFUND_SUCCESS      ? ask->route->done
           : teller->refund->state == TILL_SANDBOX_REFUND_PROCESSING ? ask->route->waits
           : teller->refund->state == TILL_SANDBOX_REFUND_CLOSED     ? ask->route->failed
                                                                     : "REFUND_ERROR";
  return ask->route->done;
}

static void
tell (gpointer pointer,
      TillTold told)
{
  Ask *ask = pointer;
  static const char *const errors[] = {
    [TILL_TOLD_ABSENT] = "UPAY_ORDER_NOT_EXISTS",
    [TILL_TOLD_USED] = "CLIENT_SN_CONFLICT",
    [TILL_TOLD_BAD_CODE] = "INVALID_BARCODE",
    [TILL_TOLD_PAID] = "UPAY_CANCEL_INVALID_ORDER_STATE",
    [TILL_TOLD_NOT_PAID] = "UPAY_REFUND_INVALID_ORDER_STATE",
    [TILL_TOLD_TOO_MUCH] = "REFUNDABLE_AMOUNT_NOT_ENOUGH",
  };
  JsonBuilder *biz;

  if (told != TILL_TOLD_DONE) {
    say (ask, "FAIL", errors[told]);
    return;
  }

  biz = json_builder_new ();
  json_builder_begin_object (biz);
  till_json_add_text (biz, "result_code", result_word (ask));
  json_builder_set_member_name (biz, "data");
  json_builder_begin_object (biz);
  add_data (ask, biz);
  json_builder_end_object (biz);
  json_builder_end_object (biz);
  answer (ask, "200", NULL, biz);
}

/* What the scene says in place of what happened. */
static void
overrule (gpointer    pointer,
          const char *wechat_code)
{
  Ask *ask = pointer;
  TillSandboxCall call = ask->route->call;
  gboolean is_money = call == TILL_SANDBOX_CHARGE || call == TILL_SANDBOX_ORDER;
  const char *error;

  if (strcmp (wechat_code, "SIGN_ERROR") == 0) {
    refuse (ask, "ILLEGAL_SIGN");
    return;
  }
  if (strcmp (wechat_code, "PARAM_ERROR") == 0 || strcmp (wechat_code, "INVALID_REQUEST") == 0) {
    refuse (ask, "INVALID_PARAMS");
    return;
  }
  if (strcmp (wechat_code, "USERPAYING") == 0) {
    say (ask, ask->route->waits, NULL);
    return;
  }
  if (strcmp (wechat_code, "ORDERPAID") == 0 && call == TILL_SANDBOX_REFUND) {
    say (ask, "FAIL", "UPAY_REFUND_ORDER_NOOP");
    return;
  }
  if (strcmp (wechat_code, "UNHEARD_OF") == 0) {
    say (ask, "UNHEARD_OF", NULL);
    return;
  }
  if (g_str_has_suffix (wechat_code, "SYSTEM_ERROR") || strcmp (wechat_code, "BANK_ERROR") == 0 ||
      strstr (wechat_code, "LIMITED") || strstr (wechat_code, "EXCEEDED")) {
    answer (ask, "500", "UNKNOWN_SYSTEM_ERROR", NULL);
    return;
  }

  error = till_teller_translate (says, G_N_ELEMENTS (says), wechat_code,
                                 call == TILL_SANDBOX_REVERSE ? "UPAY_CANCEL_INVALID_ORDER_STATE"
                                                              : "TRADE_FAILED");
  if (strcmp (wechat_code, "NOT_ENOUGH") == 0 && !is_money)
    error = "ACCOUNT_BALANCE_NOT_ENOUGH";
  say (ask, is_money ? ask->route->failed : "FAIL", error);
}

static const TillTongue tongue = { tell, overrule };

/* The calls. */

static const char *
text_of (Ask        *ask,
         const char *name)
{
  return till_fields_get_text (ask->fields, name);
}

/* [manual] precreate: the code is the wallet's own. */
static const struct {
  const char *payway;
  const char *prefix;
} codes[] = {
  { "1", "https://qr.alipay.com/bax" }, { "3", "weixin://wxpay/bizpayurl?pr=" },
  { "17", "https://qr.95516.com/00010000/" },
};

static char *
make_code (Ask *ask)
{
  g_autofree char *word = till_sandbox_random_text (20);
  const char *payway = text_of (ask, "payway");

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (codes[i].payway, payway) == 0)
      return g_strconcat (codes[i].prefix, word, NULL);

  return g_strconcat ("https://qr.shouqianba.com/", word, NULL);
}

static void
run_money (Ask *ask)
{
  TillTeller *teller = &ask->teller;
  const Route *route = ask->route;
  gboolean is_refund = route->call == TILL_SANDBOX_REFUND;
  g_autofree char *code = make_code (ask);

  *teller = (TillTeller) {
    .exchange = ask->exchange,
    .acquirer = ID,
    .merchant = ask->sn,
    .call = route->call,
    .order = text_of (ask, "client_sn"),
    .refund_number = text_of (ask, "refund_request_no"),
    .amount_fen = till_fields_get_digits (ask->fields,
                                          is_refund ? "refund_amount" : "total_amount"),
    .paycode = text_of (ask, "dynamic_id"),
    .code_text = code,
    .life_us = CODE_LIFE_US,
  };
  till_teller_serve (teller, &tongue, ask);
}

static void
give_key (Ask        *ask,
          const char *sn)
{
  JsonBuilder *biz = json_builder_new ();
  g_autofree char *key = till_terminal_keys_renew (ask->exchange, sn);

  json_builder_begin_object (biz);
  till_json_add_text (biz, "terminal_sn", sn);
  till_json_add_text (biz, "terminal_key", key);
  json_builder_end_object (biz);
  answer (ask, "200", NULL, biz);
}

static gboolean
lets_run (Ask *ask)
{
  TillTeller teller = { .exchange = ask->exchange, .call = TILL_SANDBOX_KEYS };

  if (till_teller_lets_run (&teller))
    return TRUE;

  answer (ask, "500", "UNKNOWN_SYSTEM_ERROR", NULL);
  return FALSE;
}

static void
run_checkin (Ask *ask)
{
  if (lets_run (ask))
    give_key (ask, ask->sn);
}

/* A code is good once; those that begin with 0 have expired. */
static void
run_activate (Ask *ask)
{
  const char *code = text_of (ask, "code");
  g_autofree char *sn = g_strdup_printf ("1%.17s", code);

  if (!lets_run (ask))
    return;

  if (code[0] == '0' || till_terminal_keys_are_there (ask->exchange, sn))
    refuse (ask, "INVALID_PARAMS");
  else
    give_key (ask, sn);
}

static const Route routes[] = {
  { "/upay/v2/pay", TILL_SANDBOX_CHARGE, FALSE, pay_fields, run_money, "PAY_SUCCESS",
    "PAY_IN_PROGRESS", "PAY_FAIL" },
  { "/upay/v2/precreate", TILL_SANDBOX_ORDER, FALSE, precreate_fields, run_money,
    "PRECREATE_SUCCESS", "PRECREATE_SUCCESS", "PRECREATE_FAIL" },
  { "/upay/v2/query", TILL_SANDBOX_QUERY, FALSE, number_fields, run_money, "SUCCESS", "SUCCESS",
    "FAIL" },
  { "/upay/v2/cancel", TILL_SANDBOX_REVERSE, FALSE, number_fields, run_money, "CANCEL_SUCCESS",
    "CANCEL_IN_PROGRESS", "FAIL" },
  { "/upay/v2/refund", TILL_SANDBOX_REFUND, FALSE, refund_fields, run_money, "REFUND_SUCCESS",
    "REFUND_IN_PROGRESS", "REFUND_FAIL" },
  { "/terminal/checkin", TILL_SANDBOX_KEYS, FALSE, checkin_fields, run_checkin },
  { "/terminal/activate", TILL_SANDBOX_KEYS, TRUE, activate_fields, run_activate },
};

/* The door. */

static gboolean
is_signed (Ask        *ask,
           const char *signature)
{
  g_autofree char *vendor_key = NULL;

  if (!ask->route->by_vendor)
    return till_terminal_keys_verify (ask->exchange, ask->sn, signature);

  vendor_key = till_sandbox_resource_text ("shouqianba-vendor-key.txt");
  return strcmp (ask->sn, VENDOR_SN) == 0 &&
         till_terminal_key_fits (ask->exchange, vendor_key, signature);
}

static gboolean
check_sender (Ask *ask)
{
  SoupMessageHeaders *headers = ask->exchange->headers;
  const char *line = soup_message_headers_get_one (headers, "Authorization");
  const char *type = soup_message_headers_get_content_type (headers, NULL);
  g_auto (GStrv) words = g_strsplit (line ? line : "", " ", -1);

  if (strcmp (ask->exchange->method, "POST") != 0 || g_strcmp0 (type, "application/json") != 0)
    refuse (ask, "INVALID_PARAMS");
  else if (g_strv_length (words) != 2)
    refuse (ask, "ILLEGAL_SIGN");
  else {
    ask->sn = g_strdup (words[0]);
    if (!ask->route->by_vendor && !till_terminal_keys_are_there (ask->exchange, ask->sn))
      refuse (ask, "INVALID_TERMINAL");
    else if (is_signed (ask, words[1]))
      return TRUE;
    else
      refuse (ask, "ILLEGAL_SIGN");
  }

  return FALSE;
}

static gboolean
check_fields (Ask *ask)
{
  const TillField *const tables[] = { ask->route->fields, NULL };
  const char *sn;

  ask->fields = till_fields_read (ask->exchange->body, tables, &ask->root);
  sn = ask->fields ? text_of (ask, "terminal_sn") : NULL;
  if (ask->fields && (!sn || strcmp (sn, ask->sn) == 0))
    return TRUE;

  refuse (ask, "INVALID_PARAMS");
  return FALSE;
}

static void
serve (TillExchange *exchange)
{
  Ask ask = { .exchange = exchange, .route = exchange->route };

  if (check_sender (&ask) && check_fields (&ask))
    ask.route->run (&ask);

  g_clear_pointer (&ask.root, json_node_unref);
  g_free (ask.sn);
}

const TillSandboxBank till_sandbox_shouqianba = {
  .id = ID,
  .paycode_prefix = "13",
  .paycode_digits = 18,
  TILL_ROUTES (routes),
  .serve = serve,
};
