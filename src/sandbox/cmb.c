/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/fields.h"
#include "sandbox/national.h"
#include "sandbox/sign.h"
#include "sandbox/teller.h"
#include "sandbox/text.h"

#include <string.h>

/* China Merchants Bank's side, polypay. Fields: its interface manual V3.3.5; go-pay's cmbpay. */

#define ID "cmb"
#define PREFIX "/polypay/v1.0/mchorders/"
#define APP_ID "8ab74856-8772-45c9-96db-54cb30ab9f74"
#define MERCHANT "3089991701207QT"
#define WINDOW_S 300
#define CODE_LIFE_US (15 * G_TIME_SPAN_MINUTE)  /* payValidTime, 900 s */
#define NUMBER "^[0-9A-Za-z_]{6,32}$"
#define CODE_PREFIX "https://qr.95516.com/03080000/"  /* one for all wallets */
#define ECNY_PREFIX "https://ecny.example/"
#define FEN "^[1-9][0-9]{0,9}$"

typedef struct {
  const char       *name;
  TillSandboxCall   call;
  const TillField  *fields;
  const TillField  *more_fields;
} Route;

typedef struct {
  TillExchange *exchange;
  const Route  *route;
  JsonNode     *outer;
  JsonNode     *inner;
  JsonObject   *fields;
  TillTeller    teller;
} Ask;

static const TillField no_fields[] = { { NULL } };

static const TillField common_fields[] = {
  { "merId", TILL_FIELD_TEXT, TRUE, 15, 15, "^" MERCHANT "$" },
  { "userId", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { NULL },
};

static const TillField number_fields[] = {
  { "orderId", TILL_FIELD_TEXT, TRUE, 6, 32, NUMBER },
  { NULL },
};

static const TillField end_fields[] = {
  { "origOrderId", TILL_FIELD_TEXT, TRUE, 6, 32, NUMBER },
  { NULL },
};

static const TillField money_fields[] = {
  { "orderId", TILL_FIELD_TEXT, TRUE, 6, 32, NUMBER },
  { "txnAmt", TILL_FIELD_TEXT, TRUE, 1, 10, FEN },
  { "notifyUrl", TILL_FIELD_TEXT, TRUE, 1, 256 },
  { "authCode", TILL_FIELD_TEXT, FALSE, 16, 128 },
  { "payValidTime", TILL_FIELD_TEXT, FALSE, 1, 6, FEN },
  { "body", TILL_FIELD_TEXT, FALSE, 1, 128 },
  { "transactionType", TILL_FIELD_TEXT, FALSE, 4, 4, "^TT01$" },
  { "terminalNo", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "terminalIp", TILL_FIELD_TEXT, FALSE, 1, 64 },
  { "goodsName", TILL_FIELD_TEXT, FALSE, 1, 128 },
  { "tradePlace", TILL_FIELD_TEXT, FALSE, 1, 64 },
  { "orderTimeExpire", TILL_FIELD_TEXT, FALSE, 19, 19 },
  { NULL },
};

static const TillField refund_fields[] = {
  { "orderId", TILL_FIELD_TEXT, TRUE, 6, 32, NUMBER },
  { "origOrderId", TILL_FIELD_TEXT, TRUE, 6, 32, NUMBER },
  { "txnAmt", TILL_FIELD_TEXT, TRUE, 1, 10, FEN },
  { "refundAmt", TILL_FIELD_TEXT, TRUE, 1, 10, FEN },
  { "notifyUrl", TILL_FIELD_TEXT, TRUE, 1, 256 },
  { NULL },
};

static const Route routes[] = {
  { "pay", TILL_SANDBOX_CHARGE, money_fields, no_fields },
  { "ecny/unifiedPayment", TILL_SANDBOX_CHARGE, money_fields, no_fields },
  { "qrcodeapply", TILL_SANDBOX_ORDER, money_fields, no_fields },
  { "ecny/unifiedOrder", TILL_SANDBOX_ORDER, money_fields, no_fields },
  { "orderquery", TILL_SANDBOX_QUERY, number_fields, no_fields },
  { "close", TILL_SANDBOX_CLOSE, end_fields, no_fields },
  { "cancel", TILL_SANDBOX_REVERSE, end_fields, no_fields },
  { "refund", TILL_SANDBOX_REFUND, refund_fields, no_fields },
  { "refundquery", TILL_SANDBOX_QUERY_REFUND, number_fields, no_fields },
};

/* What the scenarios, by WeChat's word, are called here. */
static const TillSaying says[] = {
  { "AUTH_CODE_EXPIRED", "AUTH_CODE_EXPIRE" }, { "AUTH_CODE_INVALID", "AUTH_CODE_INVALID" },
  { "AUTH_CODE_ERROR", "AUTH_CODE_ERROR" },    { "NOT_ENOUGH", "NOT_ENOUGH" },
  { "RULE_LIMIT", "RULE_LIMIT" },              { "SYSTEM_ERROR", "SYSTERM_ERROR" },
  { "BANK_ERROR", "SYSTERM_ERROR" },           { "FREQUENCY_LIMITED", "OPERATING_FREQUENTLY" },
  { "RATELIMIT_EXCEEDED", "OPERATING_FREQUENTLY" }, { "ORDERPAID", "SYSTERM_ERROR" },
  { "ORDER_NOT_EXIST", "CMBORDERID_NOT_EXIST" },
};

static const char *const trade_words[] = {
  [TILL_ENTRY_UNSCANNED] = "P", [TILL_ENTRY_OPEN] = "P",   [TILL_ENTRY_TYPING] = "P",
  [TILL_ENTRY_PAID] = "S",      [TILL_ENTRY_CLOSED] = "C", [TILL_ENTRY_REVERSED] = "D",
  [TILL_ENTRY_FAILED] = "F",
};

static const char *const refund_words[] = {
  [TILL_SANDBOX_REFUND_SUCCESS] = "S", [TILL_SANDBOX_REFUND_PROCESSING] = "P",
  [TILL_SANDBOX_REFUND_CLOSED] = "F",  [TILL_SANDBOX_REFUND_ABNORMAL] = "P",
};

static const char *const pay_types[TILL_N_BRANDS] = {
  [TILL_BRAND_WECHAT] = "WX", [TILL_BRAND_ALIPAY] = "ZF", [TILL_BRAND_UNIONPAY] = "YL",
  [TILL_BRAND_ECNY] = "EC",   [TILL_BRAND_BAITIAO] = "YL",
};

static char *
sign (Ask        *ask,
      const char *text)
{
  TillFault fault = till_exchange_get_fault (ask->exchange);
  EVP_PKEY *key = till_sandbox_key (fault == TILL_FAULT_UNKNOWN_KEY ? "unionpay-sm2-cert-key.pem"
                                                                    : "cmb-bank-key.pem");

  return till_sandbox_sign_sm2 (key, fault == TILL_FAULT_BAD_SIGNATURE ? "other" : text, FALSE);
}

/* The envelope; the bank signs "/" as "\/". */
static void
answer (Ask         *ask,
        const char  *return_code,
        const char  *error,
        JsonBuilder *content)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *inner = content ? till_json_to_text (content) : g_strdup ("");
  g_auto (GStrv) parts = g_strsplit (inner, "/", -1);
  g_autofree char *slashed = g_strjoinv ("\\/", parts);
  const char *response = error ? "FAIL" : "SUCCESS";
  g_autofree char *text = g_strdup_printf (
    "biz_content=%s&encoding=UTF-8&errCode=%s&respCode=%s&returnCode=%s&signMethod=02"
    "&version=0.0.1",
    slashed, error ? error : "", response, return_code);
  g_autofree char *signature = sign (ask, text);

  json_builder_begin_object (json);
  till_json_add_text (json, "biz_content", inner);
  till_json_add_text (json, "encoding", "UTF-8");
  till_json_add_text (json, "errCode", error ? error : "");
  till_json_add_text (json, "respCode", response);
  till_json_add_text (json, "returnCode", return_code);
  till_json_add_text (json, "signMethod", "02");
  till_json_add_text (json, "version", "0.0.1");
  if (till_exchange_get_fault (ask->exchange) != TILL_FAULT_NO_SIGNATURE)
    till_json_add_text (json, "sign", signature);
  json_builder_end_object (json);
  till_exchange_answer (ask->exchange, 200, "application/json", till_json_to_text (json));
}

static const char *
text_of (Ask        *ask,
         const char *name)
{
  return till_fields_get_text (ask->fields, name);
}

static void
add_times (JsonBuilder *json,
           gint64       at_us)
{
  g_autofree char *day = till_sandbox_time_gmt8 (at_us, "%Y%m%d");
  g_autofree char *time = till_sandbox_time_gmt8 (at_us, "%H%M%S");

  till_json_add_text (json, "endDate", day);
  till_json_add_text (json, "endTime", time);
}

static gboolean
is_ecny (const Ask *ask)
{
  return g_str_has_prefix (ask->route->name, "ecny/");
}

static void
tell_done (Ask *ask)
{
  const TillTeller *teller = &ask->teller;
  const TillEntry *entry = teller->entry;
  gboolean other = till_exchange_get_fault (ask->exchange) == TILL_FAULT_OTHER_ORDER;
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  till_json_add_text (json, "merId", MERCHANT);
  if (teller->refund) {
    till_json_add_text (json, "orderId",
                        other ? "SOMEBODYELSES0000001" : teller->refund->number);
    till_json_add_text (json, "cmbOrderId", teller->refund->ref);
    till_json_add_text (json, "tradeState", refund_words[teller->refund->state]);
    till_json_add_digits (json, "refundAmt", till_teller_fen (teller, teller->refund->amount_fen));
  } else {
    till_json_add_text (json, "orderId", till_teller_order (teller));
    till_json_add_text (json, "cmbOrderId", entry->ref);
    till_json_add_text (json, "tradeState", trade_words[teller->state]);
    till_json_add_text (json, "payType", pay_types[entry->brand]);
    if (entry->brand == TILL_BRAND_BAITIAO)
      till_json_add_text (json, "payBank", "京东白条");
    till_json_add_digits (json, "txnAmt", till_teller_fen (teller, entry->amount_fen));
    if (teller->state == TILL_ENTRY_PAID)
      add_times (json, entry->paid_us);
    if (teller->call == TILL_SANDBOX_ORDER)
      till_json_add_text (json, "qrCode", teller->code_text);
  }
  json_builder_end_object (json);
  answer (ask, "SUCCESS", NULL, json);
}

static void
tell (gpointer pointer,
      TillTold told)
{
  Ask *ask = pointer;
  static const char *const errors[] = {
    [TILL_TOLD_ABSENT] = "CMBORDERID_NOT_EXIST", [TILL_TOLD_USED] = "SYSTERM_ERROR",
    [TILL_TOLD_BAD_CODE] = "AUTH_CODE_INVALID",  [TILL_TOLD_PAID] = "NOT_ALLOWED",
    [TILL_TOLD_NOT_PAID] = "NOT_ALLOWED",        [TILL_TOLD_TOO_MUCH] = "REFUND_AMT_ERROR",
  };

  if (told == TILL_TOLD_DONE && ask->route->call == TILL_SANDBOX_ORDER && is_ecny (ask))
    ask->teller.entry->brand = TILL_BRAND_ECNY;
  if (told == TILL_TOLD_DONE)
    tell_done (ask);
  else
    answer (ask, "SUCCESS", errors[told], NULL);
}

static void
overrule (gpointer    pointer,
          const char *wechat_code)
{
  Ask *ask = pointer;

  if (strcmp (wechat_code, "USERPAYING") == 0)
    return;
  if (strcmp (wechat_code, "SIGN_ERROR") == 0) {
    answer (ask, "FAIL", "SIGN_ERROR", NULL);
    return;
  }
  answer (ask, "SUCCESS",
          till_teller_translate (says, G_N_ELEMENTS (says), wechat_code, wechat_code), NULL);
}

static const TillTongue tongue = { tell, overrule };

static const char *
order_of (Ask *ask)
{
  TillSandboxCall call = ask->route->call;

  return text_of (ask, call == TILL_SANDBOX_CLOSE || call == TILL_SANDBOX_REVERSE ||
                       call == TILL_SANDBOX_REFUND ? "origOrderId" : "orderId");
}

static void
run (Ask *ask)
{
  gint64 valid_s = till_fields_get_digits (ask->fields, "payValidTime");
  g_autofree char *word = till_sandbox_random_text (24);
  g_autofree char *code = g_strconcat (is_ecny (ask) ? ECNY_PREFIX : CODE_PREFIX, word, NULL);
  const char *amount = ask->route->call == TILL_SANDBOX_REFUND ? "refundAmt" : "txnAmt";

  ask->teller = (TillTeller) {
    .exchange = ask->exchange,
    .acquirer = ID,
    .merchant = MERCHANT,
    .call = ask->route->call,
    .order = order_of (ask),
    .refund_number = text_of (ask, "orderId"),
    .amount_fen = till_fields_get_digits (ask->fields, amount),
    .paycode = text_of (ask, "authCode"),
    .code_text = code,
    .life_us = valid_s > 0 ? valid_s * G_USEC_PER_SEC : CODE_LIFE_US,
  };
  till_teller_serve (&ask->teller, &tongue, ask);
}

/* The door. */

static gboolean
is_from_app (Ask        *ask,
             const char *signature)
{
  SoupMessageHeaders *headers = ask->exchange->headers;
  const char *app_id = soup_message_headers_get_one (headers, "appid");
  const char *time = soup_message_headers_get_one (headers, "timestamp");
  const char *digest = soup_message_headers_get_one (headers, "apisign");
  g_autofree char *secret = till_sandbox_resource_text ("cmb-app-secret.txt");
  g_autofree char *text = g_strdup_printf ("appid=%s&secret=%s&sign=%s&timestamp=%s",
                                           app_id ? app_id : "", secret, signature,
                                           time ? time : "");
  g_autofree char *right = g_compute_checksum_for_string (G_CHECKSUM_MD5, text, -1);
  gint64 off_s = time ? g_ascii_strtoll (time, NULL, 10) - ask->exchange->now_us / G_USEC_PER_SEC
                      : G_MAXINT64;

  return g_strcmp0 (app_id, APP_ID) == 0 && g_strcmp0 (digest, right) == 0 &&
         ABS (off_s) <= WINDOW_S;
}

static gboolean
is_signed (JsonObject *outer,
           const char *content,
           const char *signature)
{
  g_autofree char *text = g_strdup_printf (
    "biz_content=%s&encoding=UTF-8&signMethod=02&version=0.0.1", content);
  EVP_PKEY *key = till_sandbox_key ("cmb-merchant-pub.pem");

  return till_sandbox_verify_sm2 (key, text, FALSE, signature) &&
         g_strcmp0 (till_fields_get_text (outer, "signMethod"), "02") == 0;
}

static gboolean
open_request (Ask *ask)
{
  const TillField *const tables[] = { common_fields, ask->route->fields, ask->route->more_fields,
                                      NULL };
  g_auto (TillFieldFault) fault = { NULL };
  const char *content, *signature;
  JsonObject *outer;

  ask->outer = json_from_string (ask->exchange->body, NULL);
  if (!ask->outer || !JSON_NODE_HOLDS_OBJECT (ask->outer))
    return FALSE;

  outer = json_node_get_object (ask->outer);
  content = till_fields_get_text (outer, "biz_content");
  signature = till_fields_get_text (outer, "sign");
  if (!content || !signature || !is_from_app (ask, signature) ||
      !is_signed (outer, content, signature))
    return FALSE;

  ask->inner = json_from_string (content, NULL);
  if (!ask->inner || !JSON_NODE_HOLDS_OBJECT (ask->inner))
    return FALSE;

  ask->fields = json_node_get_object (ask->inner);
  return till_fields_check (ask->fields, tables, &fault) &&
         (ask->route->call != TILL_SANDBOX_CHARGE || text_of (ask, "authCode"));
}

static void
serve (TillExchange *exchange)
{
  Ask ask = { .exchange = exchange, .route = exchange->route };

  if (strcmp (exchange->method, "POST") == 0 && open_request (&ask))
    run (&ask);
  else
    answer (&ask, "FAIL", "SIGN_OR_PARAMETER_ERROR", NULL);

  g_clear_pointer (&ask.outer, json_node_unref);
  g_clear_pointer (&ask.inner, json_node_unref);
}

const TillSandboxBank till_sandbox_cmb = {
  .id = ID,
  .paycode_prefix = "28",
  .paycode_digits = 18,
  .path_prefix = PREFIX,
  TILL_ROUTES (routes),
  .serve = serve,
};
