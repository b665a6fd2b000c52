/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/wechat-request.h"

#include "acquirer/wechat-keys.h"
#include "acquirer/wire.h"
#include "config.h"

/* What goes to WeChat Pay. Sources: wechat-keys.h. */

#define SCHEME "WECHATPAY2-SHA256-RSA2048"
#define DESCRIPTION_BYTES_MAX 127           /* [code-pay] */
#define ATTACH_BYTES_MAX 128                /* [code-pay] */
#define DEVICE_BYTES_MAX 32                 /* [code-pay] */
#define REASON_BYTES_MAX 80                 /* [refund] */

/* [native]: the last moment to pay lies a minute ahead at least, by WeChat Pay's clock and not
 * by ours. A code that is shown for less is closed by ourselves. */
#define LIFE_LEAST_US (120 * (gint64) G_USEC_PER_SEC)

/* [native] requires an address and lets a till without a public one pass any. This one can never
 * exist (RFC 6761), so nothing about a payment goes to a stranger; results come by query. */
#define NOTIFY_URL "https://till.invalid/notify"

/* Fills a body. */
typedef void (*Fill) (JsonBuilder *builder, const TillWechatKeys *keys, const TillAsk *ask);
/* Makes the path and the query, as they are signed and sent. */
typedef char *(*Path) (const TillWechatKeys *keys, const TillAsk *ask);

/* [rules]: who asks. A partner signs as provider, for a shop. */
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

/* [code-pay]: the shop's number is required, exactly one of the two. Where the profile has neither,
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

static void
fill_charge (JsonBuilder          *builder,
             const TillWechatKeys *keys,
             const TillAsk        *ask)
{
  put_order (builder, keys, ask);
  json_builder_set_member_name (builder, "payer");
  json_builder_begin_object (builder);
  till_wire_put_text (builder, "auth_code", ask->paycode);
  json_builder_end_object (builder);
  put_total (builder, ask);
  put_scene (builder, keys, ask);
}

static void
fill_order (JsonBuilder          *builder,
            const TillWechatKeys *keys,
            const TillAsk        *ask)
{
  g_autofree char *expires = NULL;

  if (ask->expires_us > 0)
    expires = till_wire_format_rfc3339 (MAX (ask->expires_us, ask->now_us + LIFE_LEAST_US));

  put_order (builder, keys, ask);
  till_wire_put_text (builder, "time_expire", expires);
  till_wire_put_text (builder, "notify_url", keys->notify_url ? keys->notify_url : NOTIFY_URL);
  put_total (builder, ask);
}

static void
fill_close (JsonBuilder          *builder,
            const TillWechatKeys *keys,
            const TillAsk        *ask)
{
  put_ids (builder, keys, FALSE);
}

static void
fill_reverse (JsonBuilder          *builder,
              const TillWechatKeys *keys,
              const TillAsk        *ask)
{
  put_ids (builder, keys, TRUE);
}

/* By our own number of the payment, always: a repetition must have the same parameters, and the
 * acquirer's number may have become known in between. */
static void
fill_refund (JsonBuilder          *builder,
             const TillWechatKeys *keys,
             const TillAsk        *ask)
{
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
}

static const char *
trade_base (const TillWechatKeys *keys)
{
  return keys->is_partner ? "/v3/pay/partner/transactions" : "/v3/pay/transactions";
}

static char *
path_charge (const TillWechatKeys *keys,
             const TillAsk        *ask)
{
  return g_strconcat (trade_base (keys), "/codepay", NULL);
}

static char *
path_order (const TillWechatKeys *keys,
            const TillAsk        *ask)
{
  return g_strconcat (trade_base (keys), "/native", NULL);
}

static char *
path_query (const TillWechatKeys *keys,
            const TillAsk        *ask)
{
  gboolean by_ref = till_wire_is_made_of (ask->acquirer_ref, TILL_WIRE_LETTERS_AND_DIGITS, 1, 32);
  g_autofree char *trade = NULL;

  trade = g_strconcat (trade_base (keys), by_ref ? "/id/" : "/out-trade-no/",
                       by_ref ? ask->acquirer_ref : ask->order, NULL);
  return keys->is_partner
           ? g_strconcat (trade, "?sp_mchid=", keys->mchid, "&sub_mchid=", keys->sub_mchid, NULL)
           : g_strconcat (trade, "?mchid=", keys->mchid, NULL);
}

static char *
path_close (const TillWechatKeys *keys,
            const TillAsk        *ask)
{
  return g_strconcat (trade_base (keys), "/out-trade-no/", ask->order, "/close", NULL);
}

static char *
path_reverse (const TillWechatKeys *keys,
              const TillAsk        *ask)
{
  return g_strconcat (trade_base (keys), "/out-trade-no/", ask->order, "/reverse", NULL);
}

static char *
path_refund (const TillWechatKeys *keys,
             const TillAsk        *ask)
{
  return g_strdup ("/v3/refund/domestic/refunds");
}

static char *
path_query_refund (const TillWechatKeys *keys,
                   const TillAsk        *ask)
{
  return g_strconcat ("/v3/refund/domestic/refunds/", ask->order,
                      keys->is_partner ? "?sub_mchid=" : "",
                      keys->is_partner ? keys->sub_mchid : "", NULL);
}

static char *
path_keys (const TillWechatKeys *keys,
           const TillAsk        *ask)
{
  return g_strdup ("/v3/certificates");
}

/* [rules]. What has no body is a GET. */
static const struct {
  Path path;
  Fill fill;
} calls[TILL_N_CALLS] = {
  [TILL_CALL_CHARGE]       = { path_charge, fill_charge },
  [TILL_CALL_ORDER]        = { path_order, fill_order },
  [TILL_CALL_QUERY]        = { path_query, NULL },
  [TILL_CALL_CLOSE]        = { path_close, fill_close },
  [TILL_CALL_REVERSE]      = { path_reverse, fill_reverse },
  [TILL_CALL_REFUND]       = { path_refund, fill_refund },
  [TILL_CALL_QUERY_REFUND] = { path_query_refund, NULL },
  [TILL_CALL_KEYS]         = { path_keys, NULL },
};

static char *
make_body (const TillWechatKeys *keys,
           const TillAsk        *ask)
{
  g_autoptr (JsonBuilder) builder = NULL;

  if (!calls[ask->call].fill)
    return NULL;

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  calls[ask->call].fill (builder, keys, ask);
  json_builder_end_object (builder);

  return till_wire_take_json (builder);
}

/* [sign]. The body that is signed is the very text that is sent. A base-url with a path of its
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

/**
 * till_wechat_build:
 *
 * A #TillBuild for every call.
 *
 * Returns: (transfer full): the request
 */
TillHttpRequest *
till_wechat_build (const TillMerchant *merchant,
                   const TillAsk      *ask,
                   GError            **error)
{
  const TillWechatKeys *keys = merchant->keys;
  g_autofree char *path = calls[ask->call].path (keys, ask);
  g_autoptr (TillWiped) body = make_body (keys, ask);
  const char *method = body ? "POST" : "GET";
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
