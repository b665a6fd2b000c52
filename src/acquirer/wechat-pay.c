/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/verdict.h"
#include "acquirer/wechat-keys.h"
#include "acquirer/wire.h"
#include "config.h"

/* WeChat Pay API v3, direct and partner. Sections are those of the wire notes that this was written
 * from, which name the pages of pay.weixin.qq.com. */

#define SCHEME "WECHATPAY2-SHA256-RSA2048"
#define DESCRIPTION_BYTES_MAX 127           /* section 3.1 */
#define ATTACH_BYTES_MAX 128                /* section 3.1 */
#define DEVICE_BYTES_MAX 32                 /* section 3.1 */
#define REASON_BYTES_MAX 80                 /* section 3.4 */
#define CODE_LIFE_MS (2 * 60 * 60 * 1000)   /* section 3.3: the code_url lives 2 h */

/* Section 3.3 requires an address and lets a till without a public one pass any. This one can never
 * exist (RFC 6761), so nothing about a payment goes to a stranger; results come by query. */
#define NOTIFY_URL "https://till.invalid/notify"

/* Section 6. What is not here is not known, and concludes nothing: a query follows. Errors carry no
 * signature, so none of them says paid, and only those that the documents call certain say refused.
 * Where the notes mark the status as unverified, any of the 400s fits. */
static const TillVerdict verdicts[] = {
  { TILL_ON_ALL, 5, NULL, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 429, NULL, TILL_EVENT_LOST, TILL_REASON_BUSY },
  { TILL_ON_ALL, 4, "FREQUENCY_LIMITED", TILL_EVENT_LOST, TILL_REASON_BUSY },
  { TILL_ON_ALL, 4, "RATELIMIT_EXCEEDED", TILL_EVENT_LOST, TILL_REASON_BUSY },
  { TILL_ON_ALL, 4, "RATE_LIMITED", TILL_EVENT_LOST, TILL_REASON_BUSY },
  { TILL_ON_ALL, 4, "SYSTEM_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 4, "BANK_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },

  /* Pay and order: no order was made. */
  { TILL_ON_PAY, 401, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 4, "USER_PAYING", TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { TILL_ON_PAY, 4, "AUTH_CODE_EXPIRED", TILL_EVENT_REFUSED, TILL_REASON_CODE_EXPIRED },
  { TILL_ON_PAY, 4, "AUTH_CODE_EXPIRE", TILL_EVENT_REFUSED, TILL_REASON_CODE_EXPIRED },
  { TILL_ON_PAY, 4, "AUTH_CODE_ERROR", TILL_EVENT_REFUSED, TILL_REASON_CODE_INVALID },
  { TILL_ON_PAY, 4, "AUTH_CODE_INVALID", TILL_EVENT_REFUSED, TILL_REASON_CODE_INVALID },
  { TILL_ON_PAY, 4, "NOT_ENOUGH", TILL_EVENT_REFUSED, TILL_REASON_BALANCE },
  { TILL_ON_PAY, 4, "RULE_LIMIT", TILL_EVENT_REFUSED, TILL_REASON_PAYER_LIMIT },
  { TILL_ON_PAY, 4, "ORDER_CLOSED", TILL_EVENT_REFUSED, TILL_REASON_CLOSED },
  { TILL_ON_PAY, 4, "ORDER_REVERSED", TILL_EVENT_REFUSED, TILL_REASON_REVERSED },
  { TILL_ON_PAY, 403, "NO_AUTH", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 403, "TRADE_ERROR", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 403, "USER_ACCOUNT_ABNORMAL", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 403, "ACCOUNT_ERROR", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 400, "PARAM_ERROR", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 400, "INVALID_REQUEST", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 400, "APPID_MCHID_NOT_MATCH", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 400, "MCH_NOT_EXISTS", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },

  /* The same, certain in the v2 table whose spelling v3 answers may carry. */
  { TILL_ON_PAY, 4, "NOT_SUPORT_CARD", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 4, "BUYER_MISMATCH", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 4, "LACK_PARAMS", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 4, "NOT_UTF8", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 4, "APPID_NOT_EXIST", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 4, "MCHID_NOT_EXIST", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },

  /* The number is known there: whether it is ours and paid, a query tells. */
  { TILL_ON_PAY, 4, "OUT_TRADE_NO_USED", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, 4, "ORDER_PAID", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },

  /* Query: unknown there is no proof (section 5). */
  { TILL_ON (QUERY), 404, "ORDER_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
  { TILL_ON (QUERY), 404, "RESOURCE_NOT_EXISTS", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },

  /* Close: unknown there, or closed before, is done; the query after it settles. */
  { TILL_ON (CLOSE), 4, "ORDER_CLOSED", TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE },
  { TILL_ON (CLOSE), 404, "ORDER_NOT_EXIST", TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE },
  { TILL_ON (CLOSE), 404, "RESOURCE_NOT_EXISTS", TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE },
  { TILL_ON (CLOSE), 4, "ORDER_PAID", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_PAID_NO_CANCEL },

  { TILL_ON (REVERSE), 4, "ORDER_REVERSED", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 4, "ORDER_CLOSED", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 404, "ORDER_NOT_EXIST", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 404, "RESOURCE_NOT_EXISTS", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 4, "NOT_ENOUGH", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REVERSE), 4, "USER_PAYING", TILL_EVENT_CLOSE_LOST, TILL_REASON_PAYER },

  { TILL_ON_END, 403, "NO_AUTH", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_END, 403, "TRADE_ERROR", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_MERCHANT_REFUSED },
  { TILL_ON_END, 400, "PARAM_ERROR", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_END, 400, "INVALID_REQUEST", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_CONFIG },

  /* Refund: the same number is sent again once the cause is gone. */
  { TILL_ON (REFUND), 401, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON (REFUND), 403, "NOT_ENOUGH", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REFUND), 403, "NO_AUTH", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON (REFUND), 4, "RULE_LIMIT", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 403, "TRADE_ERROR", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 403, "USER_ACCOUNT_ABNORMAL", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 403, "ACCOUNT_ERROR", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 400, "PARAM_ERROR", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON (REFUND), 400, "INVALID_REQUEST", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 400, "MCH_NOT_EXISTS", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },

  /* Refund query: unknown there, so the same number is sent again (sections 3.4, 6). */
  { TILL_ON (QUERY_REFUND), 404, "ORDER_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
  { TILL_ON (QUERY_REFUND), 404, "RESOURCE_NOT_EXISTS", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
};

typedef struct {
  const char       *word;
  TillPaymentEvent  event;
  TillReason        reason;
} State;

/* Section 3.2. REFUND is paid, and in part or whole given back since: never unpaid. */
static const State trade_states[] = {
  { "SUCCESS", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "REFUND", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "NOTPAY", TILL_EVENT_WAIT, TILL_REASON_NOT_SCANNED },
  { "CLOSED", TILL_EVENT_CLOSED, TILL_REASON_CLOSED },
  { "REVOKED", TILL_EVENT_CLOSED, TILL_REASON_REVERSED },
  { "USERPAYING", TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { "PAYERROR", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { "ACCEPT", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
};

/* Section 3.4. An abnormal one is settled by people on the merchant platform, so it is not final. */
static const State refund_states[] = {
  { "SUCCESS", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "PROCESSING", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { "CLOSED", TILL_EVENT_CLOSED, TILL_REASON_REFUND_REFUSED },
  { "ABNORMAL", TILL_EVENT_WAIT, TILL_REASON_REFUND_ABNORMAL },
};

/* Section 5: query 5 s after the charge, then each 5–10 s. */
static const TillBackoffStep charge_query[] = { { 0, 5000 } };
/* Section 5: a shown code each 2 s up to 60 s, then 5 s, 30 s, 1, 3, 5, 10, 30 min. */
static const TillBackoffStep order_query[] = {
  { 60 * 1000, 2000 },        { 5 * 60 * 1000, 5000 },          { 15 * 60 * 1000, 30 * 1000 },
  { 30 * 60 * 1000, 60000 },  { 60 * 60 * 1000, 3 * 60 * 1000 }, { 0, 10 * 60 * 1000 },
};
/* Section 3.4: after 1 min, then 5, 10, 20, 30. */
static const TillBackoffStep refund_query[] = {
  { 60 * 1000, 60 * 1000 },            { 6 * 60 * 1000, 5 * 60 * 1000 },
  { 16 * 60 * 1000, 10 * 60 * 1000 },  { 36 * 60 * 1000, 20 * 60 * 1000 },
  { 0, 30 * 60 * 1000 },
};
/* Section 6: back off 1–2–4 s; section 5: repeat until an answer arrives. */
static const TillBackoffStep close_again[] = {
  { 1000, 1000 }, { 3000, 2000 }, { 7000, 4000 }, { 0, 8000 },
};

static const char *const settings_keys[] = {
  "mode",             "mchid",         "appid",             "sub-mchid", "sub-appid",
  "serial-no",        "private-key-file", "public-key-file", "public-key-id",
  "certificate-files", "store-id",     "store-out-id",      "notify-url", NULL,
};
static const char *const secret_names[] = { "api-v3-key", NULL };

static const TillWechatKeys *
keys_of (const TillMerchant *merchant)
{
  return merchant->keys;
}

/* Section 4.1. The body that is signed is the very text that is sent. A base-url with a path of its
 * own is a proxy's; WeChat Pay sees, and signs, what comes after it. */
static char *
authorize (const TillWechatKeys *keys,
           const TillAsk        *ask,
           const char           *method,
           const char           *path,
           const char           *body,
           GError              **error)
{
  gint64 at_s = ask->now_us / G_USEC_PER_SEC;
  g_autofree char *signature = NULL;
  g_autoptr (TillWiped) text = NULL;

  text = g_strdup_printf ("%s\n%s\n%" G_GINT64_FORMAT "\n%s\n%s\n", method, path, at_s, ask->nonce,
                          body ? body : "");
  signature = till_key_sign (keys->private_key, text, error);
  if (!signature)
    return NULL;

  return g_strdup_printf (SCHEME " mchid=\"%s\",nonce_str=\"%s\",signature=\"%s\","
                                 "timestamp=\"%" G_GINT64_FORMAT "\",serial_no=\"%s\"",
                          keys->mchid, ask->nonce, signature, at_s, keys->serial_no);
}

/* Takes @path and @body. */
static TillHttpRequest *
make_request (const TillMerchant *merchant,
              const TillAsk      *ask,
              const char         *method,
              char               *path,
              char               *body,
              GError            **error)
{
  const TillWechatKeys *keys = keys_of (merchant);
  g_autofree char *owned_path = path;
  g_autoptr (TillWiped) owned_body = body;
  g_autofree char *authorization = authorize (keys, ask, method, path, body, error);
  g_autofree char *url = NULL;
  TillHttpRequest *request;

  if (!authorization)
    return NULL;

  url = g_strconcat (till_merchant_get_host (merchant, ask), path, NULL);
  request = till_http_request_new (method, url);
  till_http_request_header (request, "Authorization", authorization);
  till_http_request_header (request, "Accept", "application/json");
  till_http_request_header (request, "User-Agent", "Till/" TILL_VERSION);
  if (keys->public_key_id)
    till_http_request_header (request, "Wechatpay-Serial", keys->public_key_id);
  if (body) {
    till_http_request_header (request, "Content-Type", "application/json");
    till_http_request_body (request, body);
  }

  return request;
}

static char *
trade_path (const TillWechatKeys *keys,
            const char           *rest)
{
  return g_strconcat (keys->is_partner ? "/v3/pay/partner/transactions/" : "/v3/pay/transactions/",
                      rest, NULL);
}

static JsonBuilder *
begin_body (void)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  return builder;
}

static char *
end_body (JsonBuilder *builder)
{
  json_builder_end_object (builder);
  return till_wire_take_json (builder);
}

/* Section 2: who asks. A partner signs as provider, for a shop. */
static void
put_ids (JsonBuilder          *builder,
         const TillWechatKeys *keys,
         gboolean              with_appid)
{
  if (with_appid)
    till_wire_put_text (builder, keys->is_partner ? "sp_appid" : "appid", keys->appid);
  till_wire_put_text (builder, keys->is_partner ? "sp_mchid" : "mchid", keys->mchid);
  till_wire_put_text (builder, "sub_mchid", keys->sub_mchid);
  if (with_appid)
    till_wire_put_text (builder, "sub_appid", keys->sub_appid);
}

static void
put_cleaned (JsonBuilder *builder,
             const char  *name,
             const char  *text,
             gsize        n_bytes_max)
{
  g_autofree char *clean = till_wire_clean (text, "", n_bytes_max);

  till_wire_put_text (builder, name, clean);
}

static void
put_order (JsonBuilder          *builder,
           const TillWechatKeys *keys,
           const TillAsk        *ask)
{
  g_autofree char *subject = till_wire_clean (ask->subject, "", DESCRIPTION_BYTES_MAX);

  put_ids (builder, keys, TRUE);
  till_wire_put_text (builder, "description", subject ? subject : ask->order);
  till_wire_put_text (builder, "out_trade_no", ask->order);
  put_cleaned (builder, "attach", ask->sale, ATTACH_BYTES_MAX);
}

static void
put_total (JsonBuilder   *builder,
           const TillAsk *ask)
{
  json_builder_set_member_name (builder, "amount");
  json_builder_begin_object (builder);
  till_wire_put_int (builder, "total", ask->amount_fen);
  till_wire_put_text (builder, "currency", ask->currency);
  json_builder_end_object (builder);
}

/* Section 3.1: the shop's number is required, exactly one of the two. Where the profile has neither,
 * our own number of the shop is the register's. */
static void
put_scene (JsonBuilder          *builder,
           const TillWechatKeys *keys,
           const TillAsk        *ask)
{
  const char *own = keys->store_out_id ? keys->store_out_id : ask->register_no;

  json_builder_set_member_name (builder, "scene_info");
  json_builder_begin_object (builder);
  put_cleaned (builder, "device_id", ask->register_no, DEVICE_BYTES_MAX);
  json_builder_set_member_name (builder, "store_info");
  json_builder_begin_object (builder);
  if (keys->store_id)
    till_wire_put_text (builder, "id", keys->store_id);
  else
    till_wire_put_text (builder, "out_id", own && own[0] ? own : "1");
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static TillHttpRequest *
build_charge (const TillMerchant *merchant,
              const TillAsk      *ask,
              GError            **error)
{
  const TillWechatKeys *keys = keys_of (merchant);
  g_autoptr (JsonBuilder) builder = begin_body ();

  put_order (builder, keys, ask);
  json_builder_set_member_name (builder, "payer");
  json_builder_begin_object (builder);
  till_wire_put_text (builder, "auth_code", ask->paycode);
  json_builder_end_object (builder);
  put_total (builder, ask);
  put_scene (builder, keys, ask);

  return make_request (merchant, ask, "POST", trade_path (keys, "codepay"), end_body (builder), error);
}

static TillHttpRequest *
build_order (const TillMerchant *merchant,
             const TillAsk      *ask,
             GError            **error)
{
  const TillWechatKeys *keys = keys_of (merchant);
  g_autoptr (JsonBuilder) builder = begin_body ();
  g_autofree char *expires = NULL;

  if (ask->expires_us > 0)
    expires = till_wire_format_rfc3339 (ask->expires_us);

  put_order (builder, keys, ask);
  till_wire_put_text (builder, "time_expire", expires);
  till_wire_put_text (builder, "notify_url", keys->notify_url ? keys->notify_url : NOTIFY_URL);
  put_total (builder, ask);

  return make_request (merchant, ask, "POST", trade_path (keys, "native"), end_body (builder), error);
}

static TillHttpRequest *
build_query (const TillMerchant *merchant,
             const TillAsk      *ask,
             GError            **error)
{
  const TillWechatKeys *keys = keys_of (merchant);
  gboolean by_ref = ask->acquirer_ref && g_regex_match_simple ("^[0-9A-Za-z]{1,32}$",
                                                               ask->acquirer_ref,
                                                               G_REGEX_DOLLAR_ENDONLY, 0);
  g_autofree char *rest = NULL;

  rest = g_strdup_printf ("%s/%s?%s=%s%s%s", by_ref ? "id" : "out-trade-no",
                          by_ref ? ask->acquirer_ref : ask->order,
                          keys->is_partner ? "sp_mchid" : "mchid", keys->mchid,
                          keys->is_partner ? "&sub_mchid=" : "",
                          keys->is_partner ? keys->sub_mchid : "");

  return make_request (merchant, ask, "GET", trade_path (keys, rest), NULL, error);
}

static TillHttpRequest *
build_end (const TillMerchant *merchant,
           const TillAsk      *ask,
           GError            **error)
{
  const TillWechatKeys *keys = keys_of (merchant);
  gboolean reverses = ask->call == TILL_CALL_REVERSE;
  g_autoptr (JsonBuilder) builder = begin_body ();
  g_autofree char *rest = NULL;

  rest = g_strdup_printf ("out-trade-no/%s/%s", ask->order, reverses ? "reverse" : "close");
  put_ids (builder, keys, reverses);

  return make_request (merchant, ask, "POST", trade_path (keys, rest), end_body (builder), error);
}

/* By our own number of the payment, always: a repetition must have the same parameters, and the
 * acquirer's number may have become known in between. */
static TillHttpRequest *
build_refund (const TillMerchant *merchant,
              const TillAsk      *ask,
              GError            **error)
{
  const TillWechatKeys *keys = keys_of (merchant);
  g_autoptr (JsonBuilder) builder = begin_body ();

  till_wire_put_text (builder, "sub_mchid", keys->sub_mchid);
  till_wire_put_text (builder, "out_trade_no", ask->of);
  till_wire_put_text (builder, "out_refund_no", ask->order);
  put_cleaned (builder, "reason", ask->note, REASON_BYTES_MAX);
  json_builder_set_member_name (builder, "amount");
  json_builder_begin_object (builder);
  till_wire_put_int (builder, "refund", ask->amount_fen);
  till_wire_put_int (builder, "total", ask->of_amount_fen);
  till_wire_put_text (builder, "currency", ask->currency);
  json_builder_end_object (builder);

  return make_request (merchant, ask, "POST", g_strdup ("/v3/refund/domestic/refunds"),
                       end_body (builder), error);
}

static TillHttpRequest *
build_query_refund (const TillMerchant *merchant,
                    const TillAsk      *ask,
                    GError            **error)
{
  const TillWechatKeys *keys = keys_of (merchant);
  char *path = g_strconcat ("/v3/refund/domestic/refunds/", ask->order,
                            keys->is_partner ? "?sub_mchid=" : "",
                            keys->is_partner ? keys->sub_mchid : "", NULL);

  return make_request (merchant, ask, "GET", path, NULL, error);
}

static TillHttpRequest *
build_keys (const TillMerchant *merchant,
            const TillAsk      *ask,
            GError            **error)
{
  return make_request (merchant, ask, "GET", g_strdup ("/v3/certificates"), NULL, error);
}

static JsonNode *
parse_body (const TillHttpReply *reply)
{
  gsize n_body;
  const char *body = g_bytes_get_data (reply->body, &n_body);

  return n_body > 0 ? till_wire_parse_object (body, n_body) : NULL;
}

static void
say (TillAnswer          *answer,
     const TillHttpReply *reply,
     const char          *word)
{
  g_autofree char *status = g_strdup_printf ("HTTP %u", reply->status);

  g_free (answer->said);
  answer->said = till_wire_said (status, word);
}

/* Nobody signed this: it may end an attempt by the table above, and do nothing else. */
static void
read_error (const TillAsk       *ask,
            const TillHttpReply *reply,
            TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = parse_body (reply);
  const char *code = root ? till_wire_get_text (json_node_get_object (root), "code") : NULL;
  const TillVerdict *verdict = NULL;

  say (answer, reply, code);
  if (code || reply->status == 429 || reply->status >= 500)
    verdict = till_verdict_find (verdicts, G_N_ELEMENTS (verdicts), TILL_MATCH_EQUAL, ask->call,
                                 reply->status, code);

  if (verdict)
    till_answer_set (answer, verdict->event, verdict->reason);
  else
    till_answer_set (answer, TILL_EVENT_LOST,
                     code ? TILL_REASON_UNKNOWN_ANSWER : TILL_REASON_BAD_ANSWER);

  if (reply->status == 401 && till_reply_clock_is_off (reply))
    answer->reason = TILL_REASON_CLOCK;
}

/* The one door to a success: returns whether @reply is one that WeChat Pay signed, and else says in
 * @answer what it is. */
static gboolean
is_trusted (const TillMerchant  *merchant,
            const TillAsk       *ask,
            const TillHttpReply *reply,
            TillAnswer          *answer)
{
  const char *request_id = till_http_reply_header (reply, "request-id");
  TillReason reason;

  g_debug ("wechat-pay: HTTP %u, Request-ID %s", reply->status, request_id ? request_id : "none");
  say (answer, reply, NULL);

  if (reply->status >= 400) {
    read_error (ask, reply, answer);
    return FALSE;
  }
  if (reply->status != 200 && reply->status != 204) {
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_BAD_ANSWER);
    return FALSE;
  }

  reason = till_wechat_keys_verify (keys_of (merchant), ask, reply, &answer->wants_keys);
  if (reason == TILL_REASON_NONE)
    return TRUE;

  till_answer_set (answer, TILL_EVENT_LOST, reason);
  return FALSE;
}

/* The same for answers with a body; NULL where there is nothing to read. */
static JsonNode *
read_trusted (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  JsonNode *root;

  if (!is_trusted (merchant, ask, reply, answer))
    return NULL;

  root = parse_body (reply);
  if (!root)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_BAD_ANSWER);

  return root;
}

static void
read_state (TillAnswer          *answer,
            const TillHttpReply *reply,
            const State         *states,
            guint                n_states,
            const char          *word)
{
  till_answer_set (answer, TILL_EVENT_LOST,
                   word ? TILL_REASON_UNKNOWN_ANSWER : TILL_REASON_BAD_ANSWER);
  say (answer, reply, word);

  for (guint i = 0; word && i < n_states; i++)
    if (strcmp (states[i].word, word) == 0)
      till_answer_set (answer, states[i].event, states[i].reason);
}

/* Section 3.2: an answer for another shop is not for us. */
static gboolean
names_us (const TillWechatKeys *keys,
          JsonObject           *trade)
{
  const char *mchid = till_wire_get_text (trade, keys->is_partner ? "sp_mchid" : "mchid");

  return g_strcmp0 (mchid, keys->mchid) == 0 &&
         (!keys->is_partner ||
          g_strcmp0 (till_wire_get_text (trade, "sub_mchid"), keys->sub_mchid) == 0);
}

static void
parse_trade (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *trade = root ? json_node_get_object (root) : NULL;
  JsonObject *amount = till_wire_get_object (trade, "amount");

  if (!trade)
    return;

  read_state (answer, reply, trade_states, G_N_ELEMENTS (trade_states),
              till_wire_get_text (trade, "trade_state"));
  if (!names_us (keys_of (merchant), trade))
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);

  if (answer->reason == TILL_REASON_NOT_SCANNED && ask->kind == TILL_KIND_CHARGE)
    answer->reason = TILL_REASON_PAYER;

  answer->brand = TILL_BRAND_WECHAT;
  answer->order = g_strdup (till_wire_get_text (trade, "out_trade_no"));
  answer->acquirer_ref = g_strdup (till_wire_get_text (trade, "transaction_id"));
  answer->currency = g_strdup (till_wire_get_text (amount, "currency"));
  answer->paid_us = till_wire_parse_rfc3339 (till_wire_get_text (trade, "success_time"));
  till_wire_get_fen (amount, "total", &answer->amount_fen);
  till_wire_get_fen (amount, "payer_total", &answer->payer_total_fen);
}

static void
parse_order (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  const char *text = root ? till_wire_get_text (json_node_get_object (root), "code_url") : NULL;
  gint64 last_us = ask->now_us + CODE_LIFE_MS * G_GINT64_CONSTANT (1000);

  if (!root)
    return;
  if (!text) {
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_BAD_ANSWER);
    return;
  }

  till_answer_set (answer, TILL_EVENT_WAIT, TILL_REASON_NOT_SCANNED);
  answer->brand = TILL_BRAND_WECHAT;
  answer->code_text = g_strdup (text);
  answer->expires_us = ask->expires_us > 0 ? MIN (ask->expires_us, last_us) : last_us;
}

/* 204, and signed like any other success, over an empty body. */
static void
parse_close (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  if (is_trusted (merchant, ask, reply, answer))
    till_answer_set (answer, TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE);
}

static void
parse_reverse (const TillMerchant  *merchant,
               const TillAsk       *ask,
               const TillHttpReply *reply,
               TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);

  if (!root)
    return;

  till_answer_set (answer, TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE);
  answer->order = g_strdup (till_wire_get_text (json_node_get_object (root), "out_trade_no"));
}

static void
parse_refund (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *refund = root ? json_node_get_object (root) : NULL;
  JsonObject *amount = till_wire_get_object (refund, "amount");
  gint64 total_fen = -1;

  if (!refund)
    return;

  read_state (answer, reply, refund_states, G_N_ELEMENTS (refund_states),
              till_wire_get_text (refund, "status"));
  till_wire_get_fen (amount, "total", &total_fen);
  if (g_strcmp0 (till_wire_get_text (refund, "out_trade_no"), ask->of) != 0)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
  else if (total_fen != ask->of_amount_fen)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_AMOUNT);

  answer->brand = TILL_BRAND_WECHAT;
  answer->order = g_strdup (till_wire_get_text (refund, "out_refund_no"));
  answer->acquirer_ref = g_strdup (till_wire_get_text (refund, "refund_id"));
  answer->currency = g_strdup (till_wire_get_text (amount, "currency"));
  answer->paid_us = till_wire_parse_rfc3339 (till_wire_get_text (refund, "success_time"));
  till_wire_get_fen (amount, "refund", &answer->amount_fen);
  till_wire_get_fen (amount, "payer_refund", &answer->payer_total_fen);
}

#define NAMES_ALL (TILL_NAMES_ORDER | TILL_NAMES_AMOUNT | TILL_NAMES_CURRENCY)

/* Section 1: total 15–30 s. */
const TillAcquirer till_acquirer_wechat_pay = {
  .id = "wechat-pay",
  .name = N_("WeChat Pay"),
  .brands = TILL_BRAND_BIT (TILL_BRAND_WECHAT),
  .base_url = "https://api.mch.weixin.qq.com",
  .backup_base_url = "https://api2.mch.weixin.qq.com",
  .settings = settings_keys,
  .secrets = secret_names,
  .load = till_wechat_keys_load,
  .unload = till_wechat_keys_unload,
  .take_keys = till_wechat_keys_take,
  .list_keys = till_wechat_keys_list,
  .calls = {
    [TILL_CALL_CHARGE]       = { build_charge, parse_trade, 30000, NAMES_ALL },
    [TILL_CALL_ORDER]        = { build_order, parse_order, 15000, 0 },
    [TILL_CALL_QUERY]        = { build_query, parse_trade, 15000, NAMES_ALL },
    [TILL_CALL_CLOSE]        = { build_end, parse_close, 15000, 0 },
    [TILL_CALL_REVERSE]      = { build_end, parse_reverse, 30000, 0 },
    [TILL_CALL_REFUND]       = { build_refund, parse_refund, 30000, NAMES_ALL },
    [TILL_CALL_QUERY_REFUND] = { build_query_refund, parse_refund, 15000, NAMES_ALL },
    [TILL_CALL_KEYS]         = { build_keys, NULL, 15000, 0 },
  },
  .pace = {
    .charge_query = charge_query,
    .order_query = order_query,
    .refund_query = refund_query,
    .close_again = close_again,
    .give_up_ms = 45 * 1000,              /* section 5: the platform gives up at about 45 s */
    .reverse_not_before_ms = 15 * 1000,   /* section 5 */
    .close_not_before_ms = 0,
    .order_life_max_ms = CODE_LIFE_MS,
    .refund_days = 365,                   /* section 3.4 */
    .cancel_paid_ms = 7 * G_GINT64_CONSTANT (24) * 60 * 60 * 1000, /* section 5: within 7 days */
  },
  .order_close_call = TILL_CALL_CLOSE,
};
