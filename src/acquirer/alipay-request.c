/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/alipay-request.h"

#include "acquirer/alipay-keys.h"
#include "acquirer/form.h"
#include "acquirer/wire.h"
#include "config.h"
#include "core/money.h"

/* What goes to Alipay. Sources: alipay-keys.h. */

#define SUBJECT_REFUSED "/=&"               /* [pay] */
#define SUBJECT_BYTES_MAX 256
#define OPERATOR_BYTES_MAX 28
#define TERMINAL_BYTES_MAX 32
#define REASON_BYTES_MAX 256
#define PAY_PRODUCT "FACE_TO_FACE_PAYMENT"
#define PRECREATE_PRODUCT "QR_CODE_OFFLINE" /* [precreate]: the current contract's */
#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

/* A till that dies leaves an unpaid trade behind; after this long Alipay closes it. [pay]
 * advises five minutes at least. */
#define PAY_TIMEOUT "5m"

/* Fills biz_content. */
typedef void (*Fill) (JsonBuilder *builder, const TillAlipayKeys *keys, const TillAsk *ask);

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

static void
fill_charge (JsonBuilder          *builder,
             const TillAlipayKeys *keys,
             const TillAsk        *ask)
{
  gboolean is_face = g_str_has_prefix (ask->paycode, "fp");

  put_order (builder, keys, ask);
  till_wire_put_text (builder, "auth_code", ask->paycode);
  till_wire_put_text (builder, "scene", is_face ? "security_code" : "bar_code");
  till_wire_put_text (builder, "product_code", PAY_PRODUCT);
  till_wire_put_text (builder, "timeout_express", PAY_TIMEOUT);
}

/* How long a code lives, in whole minutes, rounded up so that it does not die while we still
 * show it; we end it ourselves. */
static char *
life_of_code (const TillAsk *ask)
{
  gint64 life_us = TILL_ALIPAY_CODE_LIFE_MS * G_GINT64_CONSTANT (1000);

  if (ask->expires_us > 0)
    life_us = CLAMP (ask->expires_us - ask->now_us, MINUTE_US, life_us);

  return g_strdup_printf ("%" G_GINT64_FORMAT "m", (life_us + MINUTE_US - 1) / MINUTE_US);
}

static void
fill_order (JsonBuilder          *builder,
            const TillAlipayKeys *keys,
            const TillAsk        *ask)
{
  const char *product = keys->precreate_product_code;
  g_autofree char *life = life_of_code (ask);

  put_order (builder, keys, ask);
  till_wire_put_text (builder, "product_code", product ? product : PRECREATE_PRODUCT);
  till_wire_put_text (builder, "timeout_express", life);
  till_wire_put_text (builder, "qr_code_timeout_express", life);
}

static void
fill_query (JsonBuilder          *builder,
            const TillAlipayKeys *keys,
            const TillAsk        *ask)
{
  if (ask->acquirer_ref)
    till_wire_put_text (builder, "trade_no", ask->acquirer_ref);
  else
    till_wire_put_text (builder, "out_trade_no", ask->order);
}

/* Cancel and close: what is ended is what we asked for, by our own number. */
static void
fill_end (JsonBuilder          *builder,
          const TillAlipayKeys *keys,
          const TillAsk        *ask)
{
  till_wire_put_text (builder, "out_trade_no", ask->order);
}

static void
fill_refund (JsonBuilder          *builder,
             const TillAlipayKeys *keys,
             const TillAsk        *ask)
{
  till_wire_put_text (builder, "out_trade_no", ask->of);
  put_yuan (builder, "refund_amount", ask->amount_fen);
  till_wire_put_text (builder, "out_request_no", ask->order);
  put_cleaned (builder, "refund_reason", ask->note, REASON_BYTES_MAX);
}

static void
fill_query_refund (JsonBuilder          *builder,
                   const TillAlipayKeys *keys,
                   const TillAsk        *ask)
{
  till_wire_put_text (builder, "out_trade_no", ask->of);
  till_wire_put_text (builder, "out_request_no", ask->order);
}

static const struct {
  const char *method;
  Fill        fill;
} calls[TILL_N_CALLS] = {
  [TILL_CALL_CHARGE]       = { "alipay.trade.pay", fill_charge },
  [TILL_CALL_ORDER]        = { "alipay.trade.precreate", fill_order },
  [TILL_CALL_QUERY]        = { "alipay.trade.query", fill_query },
  [TILL_CALL_CLOSE]        = { "alipay.trade.close", fill_end },
  [TILL_CALL_REVERSE]      = { "alipay.trade.cancel", fill_end },
  [TILL_CALL_REFUND]       = { "alipay.trade.refund", fill_refund },
  [TILL_CALL_QUERY_REFUND] = { "alipay.trade.fastpay.refund.query", fill_query_refund },
};

static void
add (TillForm   *signed_form,
     TillForm   *sent_form,
     const char *name,
     const char *value)
{
  till_form_add (signed_form, name, value);
  till_form_add (sent_form, name, value);
}

/* [rules]: what goes into the address; charset must, or a Chinese account reads GBK. */
static void
add_common (TillForm             *all,
            TillForm             *query,
            const TillAlipayKeys *keys,
            const TillAsk        *ask)
{
  gboolean notifies = ask->call == TILL_CALL_CHARGE || ask->call == TILL_CALL_ORDER;
  g_autofree char *timestamp = till_wire_format_gmt8 (ask->now_us);

  add (all, query, "app_id", keys->app_id);
  add (all, query, "method", calls[ask->call].method);
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

/* The bytes that are signed: the parameters before they are encoded. Wiped, since a payment code
 * is in them. */
static char *
sign_form (const TillAlipayKeys *keys,
           const TillForm       *all,
           GError              **error)
{
  g_autoptr (TillWiped) canonical = till_form_canonical (all);

  return till_key_sign (keys->private_key, canonical, error);
}

static TillHttpRequest *
make_post (const TillMerchant *merchant,
           const TillAsk      *ask,
           const TillForm     *query,
           const TillForm     *body)
{
  g_autofree char *query_text = till_form_encode (query);
  g_autoptr (TillWiped) body_text = till_form_encode (body);
  g_autofree char *url = NULL;
  TillHttpRequest *request;

  url = g_strconcat (till_merchant_get_host (merchant, ask), "?", query_text, NULL);
  request = till_http_request_new ("POST", url);
  till_http_request_header (request, "Accept", "application/json");
  till_http_request_header (request, "User-Agent", "Till/" TILL_VERSION);
  till_http_request_header (request, "Content-Type",
                            "application/x-www-form-urlencoded;charset=utf-8");
  till_http_request_body (request, body_text);

  return request;
}

/**
 * till_alipay_get_method:
 *
 * Returns: the method's name, which the answer's node is called by
 */
const char *
till_alipay_get_method (TillCall call)
{
  return calls[call].method;
}

/**
 * till_alipay_build:
 *
 * A #TillBuild for every call. [sdk]: encrypted first, then signed over the values before
 * they are encoded.
 *
 * Returns: (transfer full): the request
 */
TillHttpRequest *
till_alipay_build (const TillMerchant *merchant,
                   const TillAsk      *ask,
                   GError            **error)
{
  const TillAlipayKeys *keys = merchant->keys;
  g_autoptr (TillForm) all = till_form_new ();
  g_autoptr (TillForm) query = till_form_new ();
  g_autoptr (TillForm) body = till_form_new ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (TillWiped) content = NULL;
  g_autoptr (TillWiped) sealed = NULL;
  g_autofree char *signature = NULL;

  json_builder_begin_object (builder);
  calls[ask->call].fill (builder, keys, ask);
  json_builder_end_object (builder);
  content = till_wire_take_json (builder);
  if (keys->aes_key)
    sealed = till_cbc_seal (keys->aes_key, content);

  add_common (all, query, keys, ask);
  add (all, body, "biz_content", sealed ? sealed : content);
  add (all, body, "encrypt_type", sealed ? "AES" : NULL);

  signature = sign_form (keys, all, error);
  if (!signature)
    return NULL;

  till_form_add (query, "sign", signature);
  return make_post (merchant, ask, query, body);
}
