/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/alipay-keys.h"
#include "acquirer/verdict.h"
#include "acquirer/wire.h"
#include "config.h"
#include "core/money.h"

/* Alipay's gateway.do, protocol 2.0. Sections are those of the wire notes that this was written from,
 * which name the pages of opendocs.alipay.com. */

#define SUBJECT_REFUSED "/=&"               /* section 4 */
#define SUBJECT_BYTES_MAX 256
#define OPERATOR_BYTES_MAX 28
#define TERMINAL_BYTES_MAX 32
#define REASON_BYTES_MAX 256
#define PAY_PRODUCT "FACE_TO_FACE_PAYMENT"
#define PRECREATE_PRODUCT "QR_CODE_OFFLINE" /* section 4: the current contract's */
#define CODE_LIFE_MS (2 * 60 * 60 * 1000)   /* section 4: a qr_code lives 2 h at most */
#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

/* A till that dies leaves an unpaid trade behind; after this long Alipay closes it. Section 4 advises
 * five minutes at least. */
#define PAY_TIMEOUT "5m"

static const char *const methods[TILL_N_CALLS] = {
  [TILL_CALL_CHARGE]       = "alipay.trade.pay",
  [TILL_CALL_ORDER]        = "alipay.trade.precreate",
  [TILL_CALL_QUERY]        = "alipay.trade.query",
  [TILL_CALL_CLOSE]        = "alipay.trade.close",
  [TILL_CALL_REVERSE]      = "alipay.trade.cancel",
  [TILL_CALL_REFUND]       = "alipay.trade.refund",
  [TILL_CALL_QUERY_REFUND] = "alipay.trade.fastpay.refund.query",
};

#define ON_MONEY (TILL_ON_PAY | TILL_ON (REFUND))

/* Section 5, the gateway's own complaints: it sends them unsigned, and they are believed so far as
 * they stop an attempt for which no order was made. The status column is Alipay's code. */
static const TillVerdict gateway_verdicts[] = {
  { TILL_ON_ALL, 0, "SYSTEM_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "unknow-error", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 20000, NULL, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 40005, NULL, TILL_EVENT_LOST, TILL_REASON_BUSY },
  { ON_MONEY, 40001, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 40002, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 40003, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_MONEY, 40006, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
};

/* Section 5, once signed. Names are looked for anywhere in the sub_code: prefixes differ (ACQ.,
 * aop.ACQ., and AQC. by a misprint of theirs). What is not here is not known, and a query follows. */
static const TillVerdict verdicts[] = {
  { ON_MONEY, 20001, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },

  /* Pay and order. */
  { TILL_ON (CHARGE), 10003, NULL, TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { TILL_ON_PAY, 40004, "TRADE_HAS_SUCCESS", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, 40004, "TRADE_HAS_CLOSE", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, 40004, "CONTEXT_INCONSISTENT", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, 40004, "TRADE_BUYER_NOT_MATCH", TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER },
  { TILL_ON_PAY, 40004, "PAYMENT_AUTH_CODE_INVALID", TILL_EVENT_REFUSED, TILL_REASON_CODE_INVALID },
  { TILL_ON_PAY, 40004, "PULL_MOBILE_CASHIER_FAIL", TILL_EVENT_REFUSED, TILL_REASON_CODE_EXPIRED },
  { TILL_ON_PAY, 40004, "PAYMENT_FAIL", TILL_EVENT_REFUSED, TILL_REASON_CODE_EXPIRED },
  { TILL_ON_PAY, 40004, "BUYER_BALANCE_NOT_ENOUGH", TILL_EVENT_REFUSED, TILL_REASON_BALANCE },
  { TILL_ON_PAY, 40004, "BUYER_BANKCARD_BALANCE_NOT_ENOUGH", TILL_EVENT_REFUSED,
    TILL_REASON_BALANCE },
  { TILL_ON_PAY, 40004, "ERROR_BALANCE_PAYMENT_DISABLE", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_LIMIT },
  { TILL_ON_PAY, 40004, "BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_LIMIT },
  { TILL_ON_PAY, 40004, "NO_PAYMENT_INSTRUMENTS_AVAILABLE", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "PAYMENT_REQUEST_HAS_RISK", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "ERROR_BUYER_CERTIFY_LEVEL_LIMIT", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_LIMIT },
  { TILL_ON_PAY, 40004, "MOBILE_PAYMENT_SWITCH_OFF", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "USER_FACE_PAYMENT_SWITCH_OFF", TILL_EVENT_REFUSED,
    TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "BUYER_SELLER_EQUAL", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "BUYER_ENABLE_STATUS_FORBID", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON_PAY, 40004, "BEYOND_PAY_RESTRICTION", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_LIMIT },
  { TILL_ON_PAY, 40004, "BEYOND_PER_RECEIPT_", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_LIMIT },
  { TILL_ON_PAY, 40004, "MERCHANT_PERM_RECEIPT_", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_LIMIT },
  { TILL_ON_PAY, 40004, "TOTAL_FEE_EXCEED", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_LIMIT },
  { TILL_ON_PAY, 40004, "SELLER_BEEN_BLOCKED", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_REFUSED },
  { TILL_ON_PAY, 40004, "MERCHANT_STATUS_NOT_NORMAL", TILL_EVENT_REFUSED,
    TILL_REASON_MERCHANT_REFUSED },
  { TILL_ON_PAY, 40004, "RISK_MERCHANT_IP_NOT_EXIST", TILL_EVENT_REFUSED,
    TILL_REASON_MERCHANT_REFUSED },
  { TILL_ON_PAY, 40004, "ACCESS_FORBIDDEN", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 40004, "PARTNER_ERROR", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 40004, "INVALID_STORE_ID", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 40004, "INVALID_PARAMETER", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 40004, "EXIST_FORBIDDEN_WORD", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON_PAY, 40004, "NOW_TIME_AFTER_EXPIRE_TIME_ERROR", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON (ORDER), 40004, "APPLY_PC_MERCHANT_CODE_ERROR", TILL_EVENT_REFUSED,
    TILL_REASON_DUPLICATE },

  /* Query: unknown there is no proof; a code that nobody scanned yet is unknown too (section 4). */
  { TILL_ON (QUERY), 40004, "TRADE_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },

  /* Cancel and close: unknown there is done; the query after it settles. */
  { TILL_ON (REVERSE), 40004, "TRADE_NOT_EXIST", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 40004, "CANCEL_NOT_ALLOWED", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (REVERSE), 40004, "TRADE_HAS_FINISHED", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (REVERSE), 40004, "SELLER_BALANCE_NOT_ENOUGH", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REVERSE), 40004, "REASON_TRADE_BEEN_FREEZEN", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (REVERSE), 40004, "REASON_TRADE_REFUND_FEE_ERR", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (REVERSE), 40004, "TRADE_CANCEL_TIME_OUT", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },
  { TILL_ON (CLOSE), 40004, "TRADE_NOT_EXIST", TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE },
  { TILL_ON (CLOSE), 40004, "TRADE_STATUS_ERROR", TILL_EVENT_CLOSE_REFUSED,
    TILL_REASON_PAID_NO_CANCEL },

  /* Refund: the same number is sent again once the cause is gone. */
  { TILL_ON (REFUND), 40004, "DISCORDANT_REPEAT_REQUEST", TILL_EVENT_REFUSED,
    TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 40004, "REFUND_AMT_NOT_EQUAL_TOTAL", TILL_EVENT_REFUSED,
    TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 40004, "TRADE_NOT_ALLOW_REFUND", TILL_EVENT_REFUSED,
    TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 40004, "NOT_ALLOW_PARTIAL_REFUND", TILL_EVENT_REFUSED,
    TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 40004, "TRADE_STATUS_ERROR", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (REFUND), 40004, "SELLER_BALANCE_NOT_ENOUGH", TILL_EVENT_REFUSED,
    TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (REFUND), 40004, "BUYER_ERROR", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  { TILL_ON (QUERY_REFUND), 40004, "TRADE_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
};

/* Section 4. A fully refunded trade is closed too: the journal knows which it was. */
static const struct {
  const char       *word;
  TillPaymentEvent  event;
  TillReason        reason;
} trade_states[] = {
  { "WAIT_BUYER_PAY", TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { "TRADE_SUCCESS", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "TRADE_FINISHED", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "TRADE_CLOSED", TILL_EVENT_CLOSED, TILL_REASON_CLOSED },
};

/* Section 6: first after 5 s, then each 3–5 s. */
static const TillBackoffStep charge_query[] = { { 5000, 5000 }, { 0, 3000 } };
/* Section 6: each 3–5 s while the code is shown. */
static const TillBackoffStep order_query[] = { { 60 * 1000, 3000 }, { 0, 5000 } };
/* Section 4: not earlier than 10 s after the refund. */
static const TillBackoffStep refund_query[] = {
  { 60 * 1000, 10 * 1000 }, { 10 * 60 * 1000, 60 * 1000 }, { 0, 10 * 60 * 1000 },
};
/* Section 6: repeat while retry_flag says so or no answer comes. */
static const TillBackoffStep close_again[] = {
  { 1000, 1000 }, { 3000, 2000 }, { 7000, 4000 }, { 0, 8000 },
};

static const char *const settings_keys[] = {
  "app-id",        "private-key-file",      "alipay-public-key-file", "app-cert-file",
  "alipay-cert-file", "alipay-root-cert-file", "store-id",            "terminal-id",
  "precreate-product-code", "notify-url",   NULL,
};
static const char *const secret_names[] = { "app-auth-token", "aes-key", NULL };

static const TillAlipayKeys *
keys_of (const TillMerchant *merchant)
{
  return merchant->keys;
}

static void
add (TillForm   *signed_form,
     TillForm   *sent_form,
     const char *name,
     const char *value)
{
  till_form_add (signed_form, name, value);
  till_form_add (sent_form, name, value);
}

/* Section 1: what goes into the address; charset must, or a Chinese account reads GBK. */
static void
add_common (TillForm             *all,
            TillForm             *query,
            const TillAlipayKeys *keys,
            const TillAsk        *ask)
{
  gboolean notifies = ask->call == TILL_CALL_CHARGE || ask->call == TILL_CALL_ORDER;
  g_autofree char *timestamp = till_wire_format_gmt8 (ask->now_us);

  add (all, query, "app_id", keys->app_id);
  add (all, query, "method", methods[ask->call]);
  add (all, query, "format", "JSON");
  add (all, query, "charset", "utf-8");
  add (all, query, "sign_type", "RSA2");
  add (all, query, "timestamp", timestamp);
  add (all, query, "version", "1.0");
  add (all, query, "notify_url", notifies ? keys->notify_url : NULL);
  add (all, query, "app_auth_token", keys->app_auth_token);
  add (all, query, "app_cert_sn", keys->app_cert_sn);
  add (all, query, "alipay_root_cert_sn", keys->root_cert_sn);
}

/* Sections 2 and 7: encrypted first, then signed over the values before they are encoded. Takes
 * @content. */
static TillHttpRequest *
make_request (const TillMerchant *merchant,
              const TillAsk      *ask,
              char               *content,
              GError            **error)
{
  const TillAlipayKeys *keys = keys_of (merchant);
  g_autoptr (TillForm) all = till_form_new ();
  g_autoptr (TillForm) query = till_form_new ();
  g_autoptr (TillForm) body = till_form_new ();
  g_autoptr (TillWiped) clear = content;
  g_autoptr (TillWiped) sealed = keys->aes_key ? till_cbc_seal (keys->aes_key, content) : NULL;
  g_autoptr (TillWiped) canonical = NULL;
  g_autoptr (TillWiped) body_text = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *query_text = NULL;
  g_autofree char *url = NULL;
  TillHttpRequest *request;

  add_common (all, query, keys, ask);
  add (all, body, "biz_content", sealed ? sealed : clear);
  add (all, body, "encrypt_type", sealed ? "AES" : NULL);

  canonical = till_form_canonical (all);
  signature = till_key_sign (keys->private_key, canonical, error);
  if (!signature)
    return NULL;

  till_form_add (query, "sign", signature);
  query_text = till_form_encode (query);
  body_text = till_form_encode (body);
  url = g_strconcat (till_merchant_get_host (merchant, ask), "?", query_text, NULL);

  request = till_http_request_new ("POST", url);
  till_http_request_header (request, "Accept", "application/json");
  till_http_request_header (request, "User-Agent", "Till/" TILL_VERSION);
  till_http_request_header (request, "Content-Type",
                            "application/x-www-form-urlencoded;charset=utf-8");
  till_http_request_body (request, body_text);

  return request;
}

static JsonBuilder *
begin_content (void)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  return builder;
}

static char *
end_content (JsonBuilder *builder)
{
  json_builder_end_object (builder);
  return till_wire_take_json (builder);
}

static void
put_yuan (JsonBuilder *builder,
          const char  *name,
          gint64       amount_fen)
{
  g_autofree char *yuan = till_money_to_yuan (amount_fen);

  till_wire_put_text (builder, name, yuan);
}

static void
put_cleaned (JsonBuilder *builder,
             const char  *name,
             const char  *text,
             gsize        n_bytes_max)
{
  g_autofree char *clean = till_wire_clean (text, SUBJECT_REFUSED, n_bytes_max);

  till_wire_put_text (builder, name, clean);
}

static void
put_order (JsonBuilder          *builder,
           const TillAlipayKeys *keys,
           const TillAsk        *ask)
{
  g_autofree char *subject = till_wire_clean (ask->subject, SUBJECT_REFUSED, SUBJECT_BYTES_MAX);

  till_wire_put_text (builder, "out_trade_no", ask->order);
  put_yuan (builder, "total_amount", ask->amount_fen);
  till_wire_put_text (builder, "subject", subject ? subject : ask->order);
  till_wire_put_text (builder, "store_id", keys->store_id);
  put_cleaned (builder, "terminal_id", keys->terminal_id ? keys->terminal_id : ask->register_no,
               TERMINAL_BYTES_MAX);
  put_cleaned (builder, "operator_id", ask->clerk, OPERATOR_BYTES_MAX);
}

static TillHttpRequest *
build_charge (const TillMerchant *merchant,
              const TillAsk      *ask,
              GError            **error)
{
  g_autoptr (JsonBuilder) builder = begin_content ();
  gboolean is_face = g_str_has_prefix (ask->paycode, "fp");

  put_order (builder, keys_of (merchant), ask);
  till_wire_put_text (builder, "auth_code", ask->paycode);
  till_wire_put_text (builder, "scene", is_face ? "security_code" : "bar_code");
  till_wire_put_text (builder, "product_code", PAY_PRODUCT);
  till_wire_put_text (builder, "timeout_express", PAY_TIMEOUT);

  return make_request (merchant, ask, end_content (builder), error);
}

/* How long a code lives, in whole minutes, rounded up so that it does not die while we still show it;
 * we end it ourselves. */
static char *
life_of_code (const TillAsk *ask)
{
  gint64 life_us = CODE_LIFE_MS * G_GINT64_CONSTANT (1000);

  if (ask->expires_us > 0)
    life_us = CLAMP (ask->expires_us - ask->now_us, MINUTE_US, life_us);

  return g_strdup_printf ("%" G_GINT64_FORMAT "m", (life_us + MINUTE_US - 1) / MINUTE_US);
}

static TillHttpRequest *
build_order (const TillMerchant *merchant,
             const TillAsk      *ask,
             GError            **error)
{
  const TillAlipayKeys *keys = keys_of (merchant);
  g_autoptr (JsonBuilder) builder = begin_content ();
  g_autofree char *life = life_of_code (ask);

  put_order (builder, keys, ask);
  till_wire_put_text (builder, "product_code",
                      keys->precreate_product_code ? keys->precreate_product_code
                                                   : PRECREATE_PRODUCT);
  till_wire_put_text (builder, "timeout_express", life);
  till_wire_put_text (builder, "qr_code_timeout_express", life);

  return make_request (merchant, ask, end_content (builder), error);
}

/* Query, cancel and close name nothing but the trade. Only a query goes by Alipay's own number: what
 * is ended is what we asked for. */
static TillHttpRequest *
build_plain (const TillMerchant *merchant,
             const TillAsk      *ask,
             GError            **error)
{
  g_autoptr (JsonBuilder) builder = begin_content ();

  if (ask->call == TILL_CALL_QUERY && ask->acquirer_ref)
    till_wire_put_text (builder, "trade_no", ask->acquirer_ref);
  else
    till_wire_put_text (builder, "out_trade_no", ask->order);

  return make_request (merchant, ask, end_content (builder), error);
}

static TillHttpRequest *
build_refund (const TillMerchant *merchant,
              const TillAsk      *ask,
              GError            **error)
{
  g_autoptr (JsonBuilder) builder = begin_content ();

  till_wire_put_text (builder, "out_trade_no", ask->of);
  put_yuan (builder, "refund_amount", ask->amount_fen);
  till_wire_put_text (builder, "out_request_no", ask->order);
  put_cleaned (builder, "refund_reason", ask->note, REASON_BYTES_MAX);

  return make_request (merchant, ask, end_content (builder), error);
}

static TillHttpRequest *
build_query_refund (const TillMerchant *merchant,
                    const TillAsk      *ask,
                    GError            **error)
{
  g_autoptr (JsonBuilder) builder = begin_content ();

  till_wire_put_text (builder, "out_trade_no", ask->of);
  till_wire_put_text (builder, "out_request_no", ask->order);

  return make_request (merchant, ask, end_content (builder), error);
}

static gboolean
is_about_refund (const TillAsk *ask)
{
  return ask->call == TILL_CALL_REFUND || ask->call == TILL_CALL_QUERY_REFUND;
}

/* Codes other than 10000. */
static void
read_code (const TillAsk       *ask,
           const TillHttpReply *reply,
           TillReason           trust,
           JsonObject          *node,
           TillAnswer          *answer)
{
  guint code = (guint) g_ascii_strtoull (till_wire_get_text (node, "code"), NULL, 10);
  const char *sub_code = till_wire_get_text (node, "sub_code");
  const TillVerdict *verdict;

  verdict = till_verdict_find (gateway_verdicts, G_N_ELEMENTS (gateway_verdicts),
                               TILL_MATCH_CONTAINS, ask->call, code, sub_code);
  if (!verdict && trust == TILL_REASON_NONE)
    verdict = till_verdict_find (verdicts, G_N_ELEMENTS (verdicts), TILL_MATCH_CONTAINS, ask->call,
                                 code, sub_code);

  if (verdict)
    till_answer_set (answer, verdict->event, verdict->reason);
  else
    till_answer_set (answer, TILL_EVENT_LOST,
                     trust == TILL_REASON_NONE ? TILL_REASON_UNKNOWN_ANSWER : trust);

  if (sub_code && strstr (sub_code, "invalid-timestamp") && till_reply_clock_is_off (reply))
    answer->reason = TILL_REASON_CLOCK;
}

/* The gateway answers 200 to everything; any other status is something in between. */
static gboolean
check_status (const TillHttpReply *reply,
              TillAnswer          *answer)
{
  if (reply->status == 200)
    return TRUE;

  answer->said = g_strdup_printf ("HTTP %u", reply->status);
  till_answer_set (answer, TILL_EVENT_LOST,
                   reply->status == 429   ? TILL_REASON_BUSY
                   : reply->status >= 500 ? TILL_REASON_ACQUIRER_FAULT
                                          : TILL_REASON_BAD_ANSWER);
  return FALSE;
}

/* Whose trade the node is about. A refund's answer names the trade, and only its query the refund. */
static gboolean
read_trade (const TillAsk *ask,
            JsonObject    *node,
            TillAnswer    *answer)
{
  const char *trade = till_wire_get_text (node, "out_trade_no");

  if (!is_about_refund (ask)) {
    answer->order = g_strdup (trade);
    return TRUE;
  }

  if (!trade || strcmp (trade, ask->of) == 0)
    return TRUE;

  till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
  return FALSE;
}

/* The one door to a success: the node of an answer that says 10000 and that Alipay signed. Where
 * there is none, @answer says what came instead. */
static JsonNode *
read_trusted (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *node;
  const char *code;
  TillReason trust;

  if (!check_status (reply, answer))
    return NULL;

  trust = till_alipay_keys_open (keys_of (merchant), methods[ask->call], reply, &root);
  node = root ? json_node_get_object (root) : NULL;
  code = till_wire_get_text (node, "code");
  answer->said = till_wire_said (code && strlen (code) == 5 ? code : "HTTP 200",
                                 till_wire_get_text (node, "sub_code"));
  answer->brand = TILL_BRAND_ALIPAY;

  if (!code || trust != TILL_REASON_NONE)
    till_answer_set (answer, TILL_EVENT_LOST, trust ? trust : TILL_REASON_BAD_ANSWER);
  if (!code || !read_trade (ask, node, answer))
    return NULL;
  if (trust == TILL_REASON_NONE)
    answer->acquirer_ref = g_strdup (till_wire_get_text (node, "trade_no"));
  if (strcmp (code, "10000") != 0) {
    read_code (ask, reply, trust, node, answer);
    return NULL;
  }

  return trust == TILL_REASON_NONE ? g_steal_pointer (&root) : NULL;
}

static void
read_amounts (JsonObject *node,
              const char *paid_at,
              TillAnswer *answer)
{
  answer->paid_us = till_wire_parse_gmt8 (till_wire_get_text (node, paid_at));
  till_wire_get_yuan (node, "total_amount", &answer->amount_fen);
  till_wire_get_yuan (node, "buyer_pay_amount", &answer->payer_total_fen);
}

/* Section 4: paid, but it can still be rolled back; the guide asks for a query before one believes it. */
static void
parse_charge (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);

  if (!root)
    return;

  till_answer_set (answer, TILL_EVENT_ACCEPTED, TILL_REASON_PROCESSING);
  read_amounts (json_node_get_object (root), "gmt_payment", answer);
}

static void
parse_order (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  const char *text = root ? till_wire_get_text (json_node_get_object (root), "qr_code") : NULL;
  gint64 last_us = ask->now_us + CODE_LIFE_MS * G_GINT64_CONSTANT (1000);

  if (!root)
    return;
  if (!text) {
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_BAD_ANSWER);
    return;
  }

  till_answer_set (answer, TILL_EVENT_WAIT, TILL_REASON_NOT_SCANNED);
  answer->code_text = g_strdup (text);
  answer->expires_us = ask->expires_us > 0 ? MIN (ask->expires_us, last_us) : last_us;
}

static void
parse_query (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *node = root ? json_node_get_object (root) : NULL;
  const char *word = till_wire_get_text (node, "trade_status");

  if (answer->event == TILL_EVENT_ABSENT && ask->kind == TILL_KIND_COLLECT)
    answer->reason = TILL_REASON_NOT_SCANNED;
  if (!node)
    return;

  till_answer_set (answer, TILL_EVENT_LOST,
                   word ? TILL_REASON_UNKNOWN_ANSWER : TILL_REASON_BAD_ANSWER);
  for (guint i = 0; word && i < G_N_ELEMENTS (trade_states); i++)
    if (strcmp (trade_states[i].word, word) == 0)
      till_answer_set (answer, trade_states[i].event, trade_states[i].reason);

  g_free (answer->said);
  answer->said = till_wire_said ("10000", word);
  read_amounts (node, "send_pay_date", answer);
}

/* Section 4: Y, or no flag at all, asks for a repetition until it says N. */
static void
parse_cancel (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  const char *again = root ? till_wire_get_text (json_node_get_object (root), "retry_flag") : NULL;

  if (!root)
    return;

  if (g_strcmp0 (again, "N") == 0)
    till_answer_set (answer, TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE);
  else
    till_answer_set (answer, TILL_EVENT_CLOSE_LOST, TILL_REASON_ACQUIRER_FAULT);
}

static void
parse_close (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);

  if (root)
    till_answer_set (answer, TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE);
}

/* Section 4. The answer repeats neither the refund's number nor its amount: it names the trade, and in
 * refund_fee what was given back of it in all, this refund with it. */
static void
parse_refund (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *node = root ? json_node_get_object (root) : NULL;
  gint64 given_back_fen = -1;

  if (!node)
    return;

  if (g_strcmp0 (till_wire_get_text (node, "fund_change"), "Y") != 0) {
    till_answer_set (answer, TILL_EVENT_WAIT, TILL_REASON_PROCESSING);
    return;
  }

  till_wire_get_yuan (node, "refund_fee", &given_back_fen);
  if (!till_wire_get_text (node, "out_trade_no"))
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
  else if (given_back_fen < ask->given_back_fen + ask->amount_fen)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_AMOUNT);
  else
    till_answer_set (answer, TILL_EVENT_PAID, TILL_REASON_NONE);
  answer->paid_us = till_wire_parse_gmt8 (till_wire_get_text (node, "gmt_refund_pay"));
}

/* Section 4: success without a status means not refunded, or a number that is not known there. */
static void
parse_query_refund (const TillMerchant  *merchant,
                    const TillAsk       *ask,
                    const TillHttpReply *reply,
                    TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *node = root ? json_node_get_object (root) : NULL;
  const char *word = till_wire_get_text (node, "refund_status");

  if (!node)
    return;

  if (!word)
    till_answer_set (answer, TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER);
  else if (strcmp (word, "REFUND_SUCCESS") == 0)
    till_answer_set (answer, TILL_EVENT_PAID, TILL_REASON_NONE);
  else
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER);

  answer->order = g_strdup (till_wire_get_text (node, "out_request_no"));
  till_wire_get_yuan (node, "refund_amount", &answer->amount_fen);
}

#define NAMES_TRADE (TILL_NAMES_ORDER | TILL_NAMES_AMOUNT)

/* Complaint of merchants abroad and on slow lines: 15 s were too few for pay. */
const TillAcquirer till_acquirer_alipay = {
  .id = "alipay",
  .name = N_("Alipay"),
  .brands = TILL_BRAND_BIT (TILL_BRAND_ALIPAY),
  .base_url = "https://openapi.alipay.com/gateway.do",
  .settings = settings_keys,
  .secrets = secret_names,
  .load = till_alipay_keys_load,
  .unload = till_alipay_keys_unload,
  .list_keys = till_alipay_keys_list,
  .calls = {
    [TILL_CALL_CHARGE]       = { build_charge, parse_charge, 30000, NAMES_TRADE },
    [TILL_CALL_ORDER]        = { build_order, parse_order, 15000, 0 },
    [TILL_CALL_QUERY]        = { build_plain, parse_query, 15000, NAMES_TRADE },
    [TILL_CALL_CLOSE]        = { build_plain, parse_close, 15000, 0 },
    [TILL_CALL_REVERSE]      = { build_plain, parse_cancel, 30000, 0 },
    [TILL_CALL_REFUND]       = { build_refund, parse_refund, 30000, 0 },
    [TILL_CALL_QUERY_REFUND] = { build_query_refund, parse_query_refund, 15000, NAMES_TRADE },
  },
  .pace = {
    .charge_query = charge_query,
    .order_query = order_query,
    .refund_query = refund_query,
    .close_again = close_again,
    .give_up_ms = 45 * 1000,           /* section 6: 30 s says the guide, 60 s another page */
    .reverse_not_before_ms = 0,
    .close_not_before_ms = 0,
    .order_life_max_ms = CODE_LIFE_MS,
    .refund_days = 365,                /* section 4: 12 months */
    /* Section 4: on the same day only, and that day is Alipay's. Ten minutes are within it but for the
     * last ten of the day; there Alipay refuses, and the sale is refunded instead. */
    .cancel_paid_ms = 10 * 60 * 1000,
  },
  .order_close_call = TILL_CALL_REVERSE,
};
