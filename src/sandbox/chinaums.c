/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/fields.h"
#include "sandbox/sign.h"
#include "sandbox/teller.h"
#include "sandbox/text.h"

#include <string.h>

/* Chinaums' side: "bills" for the one code of all wallets, "poslink" for payment codes. Fields:
 * open.chinaums.com, saas-doc/openplate, as its public clients have them. */

#define ID "chinaums"
#define APP_ID "8a81c1be00000000000000000000till"
#define MERCHANT "898310000000001"
#define TERMINAL "00000001"
#define SOURCE "3194"
#define WINDOW_US (5 * G_TIME_SPAN_MINUTE)
#define CODE_LIFE_US (2 * G_TIME_SPAN_HOUR)
#define TIME "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$"
#define DAY "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
#define BILL_NUMBER "^" SOURCE "[0-9A-Za-z_]{6,23}$"
#define NUMBER "^[0-9A-Za-z_]{6,50}$"
#define FEN_MAX 9999999999

typedef struct Ask Ask;

typedef struct {
  const char       *path;
  TillSandboxCall   call;
  gboolean          is_bill;
  const TillField  *fields;
  const TillField  *more_fields;
} Route;

struct Ask {
  TillExchange *exchange;
  const Route  *route;
  JsonNode     *root;
  JsonObject   *fields;
  TillTeller    teller;
};

static const TillField no_fields[] = { { NULL } };

static const TillField bill_fields[] = {
  { "requestTimestamp", TILL_FIELD_TEXT, TRUE, 19, 19, TIME },
  { "mid", TILL_FIELD_TEXT, TRUE, 15, 15, "^" MERCHANT "$" },
  { "tid", TILL_FIELD_TEXT, TRUE, 8, 8, "^" TERMINAL "$" },
  { "instMid", TILL_FIELD_TEXT, TRUE, 12, 12, "^QRPAYDEFAULT$" },
  { NULL },
};

static const TillField order_fields[] = {
  { "billNo", TILL_FIELD_TEXT, TRUE, 10, 27, BILL_NUMBER },
  { "billDate", TILL_FIELD_TEXT, TRUE, 10, 10, DAY },
  { "billDesc", TILL_FIELD_TEXT, FALSE, 1, 255 },
  { "totalAmount", TILL_FIELD_INTEGER, TRUE, 1, FEN_MAX },
  { "notifyUrl", TILL_FIELD_TEXT, FALSE, 1, 255 },
  { "expireTime", TILL_FIELD_TEXT, FALSE, 19, 19, TIME },
  { "walletOption", TILL_FIELD_TEXT, TRUE, 8, 8, "^MULTIPLE$" },
  { NULL },
};

static const TillField bill_number_fields[] = {
  { "billNo", TILL_FIELD_TEXT, TRUE, 10, 27, BILL_NUMBER },
  { "billDate", TILL_FIELD_TEXT, TRUE, 10, 10, DAY },
  { "refundOrderId", TILL_FIELD_TEXT, FALSE, 10, 27, BILL_NUMBER },
  { NULL },
};

static const TillField bill_refund_fields[] = {
  { "billNo", TILL_FIELD_TEXT, TRUE, 10, 27, BILL_NUMBER },
  { "billDate", TILL_FIELD_TEXT, TRUE, 10, 10, DAY },
  { "refundOrderId", TILL_FIELD_TEXT, TRUE, 10, 27, BILL_NUMBER },
  { "refundAmount", TILL_FIELD_INTEGER, TRUE, 1, FEN_MAX },
  { NULL },
};

static const TillField close_fields[] = {
  { "qrCodeId", TILL_FIELD_TEXT, TRUE, 1, 64 },
  { "systemId", TILL_FIELD_TEXT, TRUE, 4, 4, "^" SOURCE "$" },
  { "attachRefund", TILL_FIELD_TEXT, FALSE, 5, 5, "^false$" },
  { NULL },
};

static const TillField number_fields[] = {
  { "merchantCode", TILL_FIELD_TEXT, TRUE, 15, 15, "^" MERCHANT "$" },
  { "terminalCode", TILL_FIELD_TEXT, TRUE, 8, 8, "^" TERMINAL "$" },
  { "merchantOrderId", TILL_FIELD_TEXT, TRUE, 6, 50, NUMBER },
  { NULL },
};

static const TillField pay_fields[] = {
  { "transactionAmount", TILL_FIELD_INTEGER, TRUE, 1, FEN_MAX },
  { "transactionCurrencyCode", TILL_FIELD_TEXT, TRUE, 3, 3, "^156$" },
  { "merchantRemark", TILL_FIELD_TEXT, TRUE, 1, 128 },
  { "payMode", TILL_FIELD_TEXT, TRUE, 9, 9, "^CODE_SCAN$" },
  { "payCode", TILL_FIELD_TEXT, TRUE, 16, 64 },
  { "deviceType", TILL_FIELD_TEXT, TRUE, 2, 2, "^11$" },
  { "ip", TILL_FIELD_TEXT, TRUE, 3, 64 },
  { NULL },
};

static const TillField refund_fields[] = {
  { "refundRequestId", TILL_FIELD_TEXT, TRUE, 6, 50, NUMBER },
  { "transactionAmount", TILL_FIELD_INTEGER, TRUE, 1, FEN_MAX },
  { "transactionCurrencyCode", TILL_FIELD_TEXT, FALSE, 3, 3, "^156$" },
  { NULL },
};

static const TillField query_refund_fields[] = {
  { "refundRequestId", TILL_FIELD_TEXT, TRUE, 6, 50, NUMBER },
  { NULL },
};

static const Route routes[] = {
  { "/v1/netpay/bills/get-qrcode", TILL_SANDBOX_ORDER, TRUE, bill_fields, order_fields },
  { "/v1/netpay/bills/query", TILL_SANDBOX_QUERY, TRUE, bill_fields, bill_number_fields },
  { "/v1/netpay/bills/close-qrcode", TILL_SANDBOX_CLOSE, TRUE, bill_fields, close_fields },
  { "/v1/netpay/bills/refund", TILL_SANDBOX_REFUND, TRUE, bill_fields, bill_refund_fields },
  { "/v6/poslink/transaction/pay", TILL_SANDBOX_CHARGE, FALSE, number_fields, pay_fields },
  { "/v6/poslink/transaction/query", TILL_SANDBOX_QUERY, FALSE, number_fields, no_fields },
  { "/v6/poslink/transaction/voidpayment", TILL_SANDBOX_REVERSE, FALSE, number_fields, no_fields },
  { "/v6/poslink/transaction/refund", TILL_SANDBOX_REFUND, FALSE, number_fields, refund_fields },
  { "/v6/poslink/transaction/query-refund", TILL_SANDBOX_QUERY_REFUND, FALSE, number_fields,
    query_refund_fields },
};

/* What the scenarios, by WeChat's word, are called here. Declines of a payment have numbers that
 * no public document lists. */
static const TillSaying says[] = {
  { "USERPAYING", "0000" },          { "AUTH_CODE_EXPIRED", "54" },
  { "AUTH_CODE_INVALID", "14" },     { "AUTH_CODE_ERROR", "14" },
  { "NOT_ENOUGH", "51" },            { "RULE_LIMIT", "61" },
  { "NO_AUTH", "INACTIVE_MERCHANT" }, { "MCH_NOT_EXISTS", "NO_MERCHANT" },
  { "APPID_MCHID_NOT_MATCH", "INVALID_MSGSRC" }, { "PARAM_ERROR", "BAD_REQUEST" },
  { "INVALID_REQUEST", "BAD_REQUEST" }, { "SIGN_ERROR", "BAD_SIGN" },
  { "SYSTEM_ERROR", "INTERNAL_ERROR" }, { "BANK_ERROR", "NET_ERROR" },
  { "FREQUENCY_LIMITED", "ORDER_PROCESSING" }, { "RATELIMIT_EXCEEDED", "TXN_DISCARDED" },
  { "OUT_TRADE_NO_USED", "DUP_ORDER" }, { "ORDERPAID", "DUP_ORDER" },
  { "ORDER_NOT_EXIST", "NO_ORDER" }, { "UNHEARD_OF", "UNHEARD_OF" },
};

static const char *const bill_words[] = {
  [TILL_ENTRY_UNSCANNED] = "UNPAID", [TILL_ENTRY_OPEN] = "UNPAID",
  [TILL_ENTRY_TYPING] = "UNPAID",    [TILL_ENTRY_PAID] = "PAID",
  [TILL_ENTRY_CLOSED] = "CLOSED",    [TILL_ENTRY_REVERSED] = "CLOSED",
  [TILL_ENTRY_FAILED] = "CLOSED",
};

static const char *const trade_words[] = {
  [TILL_ENTRY_UNSCANNED] = "FF", [TILL_ENTRY_OPEN] = "FF",   [TILL_ENTRY_TYPING] = "FF",
  [TILL_ENTRY_PAID] = "0",       [TILL_ENTRY_CLOSED] = "2",  [TILL_ENTRY_REVERSED] = "2",
  [TILL_ENTRY_FAILED] = "5",
};

static const char *const refund_words[][2] = {
  [TILL_SANDBOX_REFUND_SUCCESS]    = { "SUCCESS", "00" },
  [TILL_SANDBOX_REFUND_PROCESSING] = { "PROCESSING", "FF" },
  [TILL_SANDBOX_REFUND_CLOSED]     = { "FAIL", "5" },
  [TILL_SANDBOX_REFUND_ABNORMAL]   = { "UNKNOWN", "FF" },
};

static const struct {
  const char *target_sys;
  const char *name;
} systems[TILL_N_BRANDS] = {
  [TILL_BRAND_WECHAT] = { "WXPay", "微信" },    [TILL_BRAND_ALIPAY] = { "Alipay 2.0", "支付宝" },
  [TILL_BRAND_UNIONPAY] = { "ACP", "云闪付" }, [TILL_BRAND_ECNY] = { "ECNY", "数字人民币" },
  [TILL_BRAND_JD] = { "JDPay", "京东" },       [TILL_BRAND_BAITIAO] = { "JDBT", "京东白条" },
};

static void
say (Ask         *ask,
     const char  *code,
     JsonBuilder *more)
{
  JsonBuilder *json = more ? more : json_builder_new ();

  if (!more)
    json_builder_begin_object (json);
  till_json_add_text (json, "errCode", code);
  json_builder_end_object (json);
  till_exchange_answer (ask->exchange, 200, "application/json;charset=UTF-8",
                        till_json_to_text (json));
  g_object_unref (json);
}

static const char *
text_of (Ask        *ask,
         const char *name)
{
  return till_fields_get_text (ask->fields, name);
}

/* Without the source's word. */
static const char *
number_of (Ask        *ask,
           const char *name)
{
  const char *text = text_of (ask, name);

  return text && ask->route->is_bill ? text + strlen (SOURCE) : text;
}

static void
add_number (JsonBuilder *json,
            const char  *name,
            const char  *number)
{
  g_autofree char *whole = g_strconcat (SOURCE, number, NULL);

  till_json_add_text (json, name, whole);
}

static void
add_payment (Ask         *ask,
             JsonBuilder *json)
{
  const TillTeller *teller = &ask->teller;
  const TillEntry *entry = teller->entry;
  g_autofree char *time = till_sandbox_time_gmt8 (entry->paid_us, "%Y-%m-%d %H:%M:%S");
  gboolean gave_back = entry->given_back_fen > 0;

  json_builder_set_member_name (json, "billPayment");
  json_builder_begin_object (json);
  till_json_add_text (json, "status", gave_back ? "TRADE_REFUND" : "TRADE_SUCCESS");
  till_json_add_text (json, "targetSys", systems[entry->brand].target_sys);
  till_json_add_text (json, "targetOrderId", entry->ref);
  till_json_add_text (json, "payTime", time);
  till_json_add_int (json, "totalAmount", till_teller_fen (teller, entry->amount_fen));
  till_json_add_int (json, "buyerPayAmount", till_teller_fen (teller, entry->amount_fen));
  json_builder_end_object (json);
}

static void
add_refund (Ask         *ask,
            JsonBuilder *json)
{
  const TillTeller *teller = &ask->teller;

  add_number (json, "refundOrderId",
              till_exchange_get_fault (ask->exchange) == TILL_FAULT_OTHER_ORDER
                ? "SOMEBODYELSES0000001" : teller->refund->number);
  till_json_add_text (json, "refundStatus", refund_words[teller->refund->state][0]);
  till_json_add_text (json, "refundTargetOrderId", teller->refund->ref);
  till_json_add_int (json, "refundAmount", till_teller_fen (teller, teller->refund->amount_fen));
}

static void
add_bill (Ask         *ask,
          JsonBuilder *json)
{
  const TillTeller *teller = &ask->teller;
  const TillEntry *entry = teller->entry;
  gboolean is_paid = teller->state == TILL_ENTRY_PAID;

  till_json_add_text (json, "mid", MERCHANT);
  add_number (json, "billNo", till_teller_order (teller));
  till_json_add_text (json, "billStatus", is_paid && entry->given_back_fen > 0
                                            ? "REFUND" : bill_words[teller->state]);
  till_json_add_int (json, "totalAmount", till_teller_fen (teller, entry->amount_fen));
  if (teller->call == TILL_SANDBOX_ORDER) {
    till_json_add_text (json, "billQRCode", teller->code_text);
    till_json_add_text (json, "qrCodeId", strrchr (teller->code_text, '/') + 1);
  }
  if (is_paid)
    add_payment (ask, json);
  if (teller->refund)
    add_refund (ask, json);
}

static void
add_transaction (Ask         *ask,
                 JsonBuilder *json)
{
  const TillTeller *teller = &ask->teller;
  const TillEntry *entry = teller->entry;
  gboolean is_paid = teller->state == TILL_ENTRY_PAID;

  if (teller->refund) {
    till_json_add_text (json, "refundRequestId",
                        till_exchange_get_fault (ask->exchange) == TILL_FAULT_OTHER_ORDER
                          ? "SOMEBODYELSES0000001" : teller->refund->number);
    till_json_add_text (json, "queryResCode", refund_words[teller->refund->state][1]);
    return;
  }

  till_json_add_text (json, "orderId", entry->ref);
  till_json_add_text (json, "merchantOrderId", till_teller_order (teller));
  till_json_add_text (json, "thirdPartyName", systems[entry->brand].name);
  till_json_add_int (json, "amount", till_teller_fen (teller, entry->amount_fen));
  if (teller->call != TILL_SANDBOX_QUERY)
    return;

  till_json_add_text (json, "queryResCode", is_paid && entry->given_back_fen > 0
                                              ? "3" : trade_words[teller->state]);
  till_json_add_int (json, "originalTransactionAmount",
                     till_teller_fen (teller, entry->amount_fen));
  till_json_add_int (json, "refundedAmount", entry->given_back_fen);
}

/* errCode of what was done. */
static const char *
done_code (const Ask *ask)
{
  const TillTeller *teller = &ask->teller;

  if (ask->route->is_bill)
    return "SUCCESS";
  if (teller->call == TILL_SANDBOX_CHARGE)
    return teller->state == TILL_ENTRY_TYPING ? "0000"
           : teller->state == TILL_ENTRY_PAID ? "00" : "05";
  if (teller->call == TILL_SANDBOX_REFUND)
    return teller->refund->state == TILL_SANDBOX_REFUND_SUCCESS ? "00" : "0000";

  return "00";
}

static void
tell (gpointer pointer,
      TillTold told)
{
  Ask *ask = pointer;
  static const char *const errors[] = {
    [TILL_TOLD_ABSENT] = "NO_ORDER",
    [TILL_TOLD_USED] = "DUP_ORDER",
    [TILL_TOLD_BAD_CODE] = "14",
    [TILL_TOLD_PAID] = "OPERATION_NOT_ALLOWED",
    [TILL_TOLD_NOT_PAID] = "OPERATION_NOT_ALLOWED",
    [TILL_TOLD_TOO_MUCH] = "OPERATION_NOT_ALLOWED",
  };
  JsonBuilder *json;

  if (told != TILL_TOLD_DONE) {
    say (ask, errors[told], NULL);
    return;
  }

  json = json_builder_new ();
  json_builder_begin_object (json);
  if (ask->route->is_bill)
    add_bill (ask, json);
  else
    add_transaction (ask, json);
  say (ask, done_code (ask), json);
}

static void
overrule (gpointer    pointer,
          const char *wechat_code)
{
  Ask *ask = pointer;
  TillSandboxCall call = ask->teller.call;
  gboolean is_barred =
    (call == TILL_SANDBOX_REVERSE && strcmp (wechat_code, "TRADE_ERROR") == 0) ||
    (call == TILL_SANDBOX_REFUND && strcmp (wechat_code, "NOT_ENOUGH") == 0);

  say (ask, is_barred ? "OPERATION_NOT_ALLOWED"
                      : till_teller_translate (says, G_N_ELEMENTS (says), wechat_code, "96"), NULL);
}

static const TillTongue tongue = { tell, overrule };

/* A code is closed by its id. */
static const char *
find_order_of_code (Ask *ask)
{
  g_autofree char *text = g_strconcat ("https://qr.95516.com/48020000/", text_of (ask, "qrCodeId"),
                                       NULL);
  TillEntry *entry = till_sandbox_ledger_find_code (ask->exchange->world->ledger, text, 0);

  return entry ? entry->order : "";
}

static gint64
life_of (Ask *ask)
{
  const char *text = text_of (ask, "expireTime");
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 60 * 60);
  g_autoptr (GDateTime) time = text ? g_date_time_new_from_iso8601 (text, zone) : NULL;

  return time ? g_date_time_to_unix (time) * G_USEC_PER_SEC - ask->exchange->now_us
              : CODE_LIFE_US;
}

static gint64
amount_of (Ask *ask)
{
  const char *name = !ask->route->is_bill                          ? "transactionAmount"
                     : ask->route->call == TILL_SANDBOX_REFUND ? "refundAmount" : "totalAmount";

  return till_fields_get_int (ask->fields, name);
}

static void
run (Ask *ask)
{
  TillTeller *teller = &ask->teller;
  gboolean is_bill = ask->route->is_bill;
  g_autofree char *word = till_sandbox_random_text (24);
  g_autofree char *code = g_strconcat ("https://qr.95516.com/48020000/", word, NULL);

  *teller = (TillTeller) {
    .exchange = ask->exchange,
    .acquirer = ID,
    .merchant = MERCHANT,
    .call = ask->route->call,
    .order = ask->route->call == TILL_SANDBOX_CLOSE
               ? find_order_of_code (ask) : number_of (ask, is_bill ? "billNo" : "merchantOrderId"),
    .refund_number = number_of (ask, is_bill ? "refundOrderId" : "refundRequestId"),
    .amount_fen = amount_of (ask),
    .paycode = text_of (ask, "payCode"),
    .code_text = code,
    .life_us = life_of (ask),
  };
  if (teller->call == TILL_SANDBOX_QUERY && teller->refund_number)
    teller->call = TILL_SANDBOX_QUERY_REFUND;

  till_teller_serve (teller, &tongue, ask);
}

/* The door. */

static char *
part_of (const char *line,
         const char *name)
{
  g_autofree char *begin = g_strconcat (name, "=\"", NULL);
  const char *at = strstr (line, begin);
  const char *start = at ? at + strlen (begin) : "";

  return g_strndup (start, strcspn (start, "\""));
}

static char *
sign (Ask        *ask,
      const char *time,
      const char *nonce)
{
  g_autofree char *key = till_sandbox_resource_text ("chinaums-app-key.txt");
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, ask->exchange->body,
                                                           -1);
  g_autofree char *text = g_strconcat (APP_ID, time, nonce, digest, NULL);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, (guint8 *) key, strlen (key));
  guint8 bytes[32];
  gsize n_bytes = sizeof bytes;

  g_hmac_update (hmac, (guint8 *) text, -1);
  g_hmac_get_digest (hmac, bytes, &n_bytes);
  return g_base64_encode (bytes, n_bytes);
}

static gboolean
is_in_time (Ask        *ask,
            const char *time)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 60 * 60);
  g_autofree char *iso = strlen (time) == 14 ? g_strdup_printf ("%.8sT%s", time, time + 8) : NULL;
  g_autoptr (GDateTime) at = iso ? g_date_time_new_from_iso8601 (iso, zone) : NULL;

  return at && ABS (g_date_time_to_unix (at) * G_USEC_PER_SEC - ask->exchange->now_us) <= WINDOW_US;
}

static gboolean
check_sender (Ask *ask)
{
  const char *line = soup_message_headers_get_one (ask->exchange->headers, "Authorization");
  const char *type = soup_message_headers_get_content_type (ask->exchange->headers, NULL);
  g_autofree char *app_id = part_of (line ? line : "", "AppId");
  g_autofree char *time = part_of (line ? line : "", "Timestamp");
  g_autofree char *nonce = part_of (line ? line : "", "Nonce");
  g_autofree char *signature = part_of (line ? line : "", "Signature");
  g_autofree char *right = sign (ask, time, nonce);

  if (strcmp (ask->exchange->method, "POST") != 0 || g_strcmp0 (type, "application/json") != 0)
    say (ask, "BAD_REQUEST", NULL);
  else if (!line || !g_str_has_prefix (line, "OPEN-BODY-SIG ") || strcmp (app_id, APP_ID) != 0 ||
           nonce[0] == '\0' || strcmp (signature, right) != 0)
    say (ask, "BAD_SIGN", NULL);
  else if (!is_in_time (ask, time))
    say (ask, "ABNORMAL_REQUEST_TIME", NULL);
  else
    return TRUE;

  return FALSE;
}

static gboolean
check_fields (Ask *ask)
{
  const TillField *const tables[] = { ask->route->fields, ask->route->more_fields, NULL };

  ask->fields = till_fields_read (ask->exchange->body, tables, &ask->root);
  if (!ask->fields)
    say (ask, "BAD_REQUEST", NULL);

  return ask->fields != NULL;
}

static void
serve (TillExchange *exchange)
{
  Ask ask = { .exchange = exchange, .route = exchange->route };

  if (check_sender (&ask) && check_fields (&ask))
    run (&ask);

  g_clear_pointer (&ask.root, json_node_unref);
}

const TillSandboxBank till_sandbox_chinaums = {
  .id = ID,
  .paycode_prefix = "28",
  .paycode_digits = 18,
  TILL_ROUTES (routes),
  .serve = serve,
};
