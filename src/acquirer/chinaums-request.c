/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/chinaums-request.h"

#include <string.h>

#include "acquirer/post.h"
#include "acquirer/setting.h"
#include "acquirer/wire.h"

/* What goes to Chinaums: to "bills" for the one code that every wallet scans, to "poslink" for the
 * codes that customers show. Sources: chinaums-request.h. */

#define ID "^[0-9A-Za-z]{1,64}$"
#define MSG_SRC_ID "^[0-9A-Za-z]{4}$"
#define INST_MID "QRPAYDEFAULT"
#define TERMINAL_IP "127.0.0.1"     /* must be given, without a place; of no consequence known */
#define DEVICE_TYPE "11"            /* [poslink]: not a terminal of hardware */
#define WALLETS "MULTIPLE"          /* [bills]: one code for several wallets */
#define NUMBER_BYTES_MAX 27         /* the WeChat route appends one, and takes 28 */
#define SUBJECT_BYTES_MAX 127
#define SPARE_US G_TIME_SPAN_MINUTE /* a code must not die while we still show it: we end it */

typedef void (*Fill) (JsonBuilder *builder, const TillMerchant *merchant, const TillAsk *ask);

typedef struct {
  const char *path;
  Fill        fill;
} Call;

#define AT(member) G_STRUCT_OFFSET (TillChinaumsKeys, member)

const TillSettingRow till_chinaums_texts[] = {
  { "app-id", ID, TRUE, AT (app_id), NULL },
  { "app-key", NULL, TRUE, AT (app_key), NULL },
  { "mid", ID, TRUE, AT (mid), NULL },
  { "tid", ID, TRUE, AT (tid), NULL },
  { "msg-src-id", MSG_SRC_ID, TRUE, AT (msg_src_id), NULL },
  { "inst-mid", ID, FALSE, AT (inst_mid), INST_MID },
  /* [bills] close-qrcode: must be given; that it is the source's number is from memory only. */
  { "system-id", ID, FALSE, AT (system_id), NULL },
  { "merchant-code", ID, FALSE, AT (merchant_code), NULL },
  { "terminal-code", ID, FALSE, AT (terminal_code), NULL },
  { "terminal-ip", "^[0-9A-Fa-f.:]{3,45}$", FALSE, AT (terminal_ip), TERMINAL_IP },
  { "notify-url", "^https?://[!-~]+$", FALSE, AT (notify_url), NULL },
  { NULL, NULL, FALSE, 0, NULL },
};

static char *
day_of (gint64 at_us)
{
  g_autofree char *time = till_wire_format_gmt8 (at_us);

  return g_strndup (time, strlen ("2026-05-20"));
}

static void
put_number (JsonBuilder        *builder,
            const TillMerchant *merchant,
            const char         *name,
            const char         *number)
{
  g_autofree char *whole = till_chinaums_number (merchant, number);

  till_wire_put_text (builder, name, whole);
}

static void
put_bill (JsonBuilder        *builder,
          const TillMerchant *merchant,
          const TillAsk      *ask)
{
  const TillChinaumsKeys *keys = merchant->keys;
  g_autofree char *now = till_wire_format_gmt8 (ask->now_us);

  till_wire_put_text (builder, "requestTimestamp", now);
  till_wire_put_text (builder, "mid", keys->mid);
  till_wire_put_text (builder, "tid", keys->tid);
  till_wire_put_text (builder, "instMid", keys->inst_mid);
}

/* A bill is found by its number and the day on which it was made, in China. */
static void
put_bill_number (JsonBuilder        *builder,
                 const TillMerchant *merchant,
                 const TillAsk      *ask)
{
  g_autofree char *day = day_of (ask->of ? ask->of_asked_us : ask->asked_us);

  put_bill (builder, merchant, ask);
  put_number (builder, merchant, "billNo", ask->of ? ask->of : ask->order);
  till_wire_put_text (builder, "billDate", day);
}

static void
fill_order (JsonBuilder        *builder,
            const TillMerchant *merchant,
            const TillAsk      *ask)
{
  const TillChinaumsKeys *keys = merchant->keys;
  g_autofree char *subject = till_wire_clean (ask->subject, "", SUBJECT_BYTES_MAX);
  g_autofree char *expires = till_wire_format_gmt8 (ask->expires_us + SPARE_US);

  put_bill_number (builder, merchant, ask);
  till_wire_put_text (builder, "billDesc", subject ? subject : ask->order);
  till_wire_put_int (builder, "totalAmount", ask->amount_fen);
  till_wire_put_text (builder, "notifyUrl", keys->notify_url);
  if (ask->expires_us > 0)
    till_wire_put_text (builder, "expireTime", expires);
  till_wire_put_text (builder, "walletOption", WALLETS);
}

/* attachRefund: a code that was paid must not be closed and given back behind our back. */
static void
fill_close (JsonBuilder        *builder,
            const TillMerchant *merchant,
            const TillAsk      *ask)
{
  const TillChinaumsKeys *keys = merchant->keys;

  put_bill (builder, merchant, ask);
  till_wire_put_text (builder, "qrCodeId", ask->keep);
  till_wire_put_text (builder, "systemId", keys->system_id ? keys->system_id : keys->msg_src_id);
  till_wire_put_text (builder, "attachRefund", "false");
}

static void
fill_bill_refund (JsonBuilder        *builder,
                  const TillMerchant *merchant,
                  const TillAsk      *ask)
{
  put_bill_number (builder, merchant, ask);
  put_number (builder, merchant, "refundOrderId", ask->order);
  till_wire_put_int (builder, "refundAmount", ask->amount_fen);
}

static void
fill_bill_query_refund (JsonBuilder        *builder,
                        const TillMerchant *merchant,
                        const TillAsk      *ask)
{
  put_bill_number (builder, merchant, ask);
  put_number (builder, merchant, "refundOrderId", ask->order);
}

static void
put_transaction (JsonBuilder        *builder,
                 const TillMerchant *merchant,
                 const TillAsk      *ask)
{
  const TillChinaumsKeys *keys = merchant->keys;

  /* Most shops have one number for both. */
  till_wire_put_text (builder, "merchantCode",
                      keys->merchant_code ? keys->merchant_code : keys->mid);
  till_wire_put_text (builder, "terminalCode",
                      keys->terminal_code ? keys->terminal_code : keys->tid);
  till_wire_put_text (builder, "merchantOrderId", ask->of ? ask->of : ask->order);
}

static void
fill_charge (JsonBuilder        *builder,
             const TillMerchant *merchant,
             const TillAsk      *ask)
{
  const TillChinaumsKeys *keys = merchant->keys;
  g_autofree char *subject = till_wire_clean (ask->subject, "", SUBJECT_BYTES_MAX);

  put_transaction (builder, merchant, ask);
  till_wire_put_int (builder, "transactionAmount", ask->amount_fen);
  till_wire_put_text (builder, "transactionCurrencyCode", "156");
  till_wire_put_text (builder, "merchantRemark", subject ? subject : ask->order);
  till_wire_put_text (builder, "payMode", "CODE_SCAN");
  till_wire_put_text (builder, "payCode", ask->paycode);
  till_wire_put_text (builder, "deviceType", DEVICE_TYPE);
  till_wire_put_text (builder, "ip", keys->terminal_ip);
}

static void
fill_refund (JsonBuilder        *builder,
             const TillMerchant *merchant,
             const TillAsk      *ask)
{
  put_transaction (builder, merchant, ask);
  till_wire_put_text (builder, "refundRequestId", ask->order);
  till_wire_put_int (builder, "transactionAmount", ask->amount_fen);
  till_wire_put_text (builder, "transactionCurrencyCode", "156");
}

static void
fill_query_refund (JsonBuilder        *builder,
                   const TillMerchant *merchant,
                   const TillAsk      *ask)
{
  put_transaction (builder, merchant, ask);
  till_wire_put_text (builder, "refundRequestId", ask->order);
}

static const Call bills[TILL_N_CALLS] = {
  [TILL_CALL_ORDER]        = { "/v1/netpay/bills/get-qrcode", fill_order },
  [TILL_CALL_QUERY]        = { "/v1/netpay/bills/query", put_bill_number },
  [TILL_CALL_CLOSE]        = { "/v1/netpay/bills/close-qrcode", fill_close },
  [TILL_CALL_REFUND]       = { "/v1/netpay/bills/refund", fill_bill_refund },
  [TILL_CALL_QUERY_REFUND] = { "/v1/netpay/bills/query", fill_bill_query_refund },
};

static const Call transactions[TILL_N_CALLS] = {
  [TILL_CALL_CHARGE]       = { "/v6/poslink/transaction/pay", fill_charge },
  [TILL_CALL_QUERY]        = { "/v6/poslink/transaction/query", put_transaction },
  [TILL_CALL_REVERSE]      = { "/v6/poslink/transaction/voidpayment", put_transaction },
  [TILL_CALL_REFUND]       = { "/v6/poslink/transaction/refund", fill_refund },
  [TILL_CALL_QUERY_REFUND] = { "/v6/poslink/transaction/query-refund", fill_query_refund },
};

/**
 * till_chinaums_is_bill:
 *
 * Returns: whether @ask is about a code that we showed, or what was paid with one
 */
gboolean
till_chinaums_is_bill (const TillAsk *ask)
{
  return (ask->of ? ask->of_kind : ask->kind) == TILL_KIND_COLLECT;
}

/**
 * till_chinaums_number:
 *
 * Returns: (transfer full): how "bills" calls a number of ours: it begins with the source's word
 */
char *
till_chinaums_number (const TillMerchant *merchant,
                      const char         *number)
{
  const TillChinaumsKeys *keys = merchant->keys;

  return g_strconcat (keys->msg_src_id, number, NULL);
}

/* OPEN-BODY-SIG: HMAC-SHA256 over id, time, nonce and the digest of the body's bytes. */
static char *
authorize (const TillChinaumsKeys *keys,
           const TillAsk          *ask,
           const char             *body)
{
  g_autofree char *text = till_wire_format_gmt8 (ask->now_us);
  g_autofree char *time = g_strdup_printf ("%.4s%.2s%.2s%.2s%.2s%.2s", text, text + 5, text + 8,
                                           text + 11, text + 14, text + 17);
  g_autofree char *digest = till_digest_hex ("SHA256", body);
  g_autofree char *whole = g_strconcat (keys->app_id, time, ask->nonce, digest, NULL);
  g_autofree char *signature = till_hmac_base64 ("SHA256", keys->app_key, whole);

  return g_strdup_printf ("OPEN-BODY-SIG AppId=\"%s\", Timestamp=\"%s\", Nonce=\"%s\", "
                          "Signature=\"%s\"", keys->app_id, time, ask->nonce, signature);
}

static gboolean
number_fits (const TillMerchant *merchant,
             const TillAsk      *ask)
{
  g_autofree char *whole = till_chinaums_number (merchant, ask->order);

  return strlen (whole) <= NUMBER_BYTES_MAX;
}

/**
 * till_chinaums_build:
 *
 * A #TillBuild for every call.
 *
 * Returns: (transfer full): the request
 */
TillHttpRequest *
till_chinaums_build (const TillMerchant *merchant,
                     const TillAsk      *ask,
                     GError            **error)
{
  const Call *call = till_chinaums_is_bill (ask) ? &bills[ask->call] : &transactions[ask->call];
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (TillWiped) body = NULL;
  g_autofree char *authorization = NULL;
  TillHttpRequest *request;

  if (!call->path || (ask->call == TILL_CALL_CLOSE && !ask->keep) ||
      (till_chinaums_is_bill (ask) && !number_fits (merchant, ask))) {
    g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD,
                         "this cannot be asked of this payment: no such call, a code without an "
                         "id, or a number longer than 23 characters");
    return NULL;
  }

  json_builder_begin_object (builder);
  call->fill (builder, merchant, ask);
  json_builder_end_object (builder);
  body = till_wire_take_json (builder);
  authorization = authorize (merchant->keys, ask, body);
  request = till_post_json (till_merchant_get_host (merchant, ask), call->path, body);
  till_http_request_header (request, "Authorization", authorization);

  return request;
}
