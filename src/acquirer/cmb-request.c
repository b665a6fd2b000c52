/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/cmb-request.h"

#include <string.h>

#include "acquirer/form.h"
#include "acquirer/post.h"
#include "acquirer/setting.h"
#include "acquirer/wire.h"

/* What goes to the bank, and whether what comes is from it. Sources: cmb-request.h. */

#define ID "^[0-9A-Za-z_-]{1,64}$"
#define SUBJECT_BYTES_MAX 128
#define PLACE_BYTES_MAX 64
#define TERMINAL_IP "127.0.0.1"   /* must be given for digital yuan; of no consequence known */
#define VALID_LEAST_S 60
#define VALID_MOST_S 7200
#define ECNY_CHARGE_LIFE_S 300    /* a payment code is dead long before */
#define ECNY_PREFIX "01"          /* a hint: who paid comes with the answer */
#define ECNY_CHARS 19

typedef void (*Fill) (JsonBuilder *builder, const TillCmbKeys *keys, const TillAsk *ask);

#define AT(member) G_STRUCT_OFFSET (TillCmbKeys, member)

const TillSettingRow till_cmb_texts[] = {
  { "mer-id", ID, TRUE, AT (mer_id), NULL },
  { "user-id", ID, TRUE, AT (user_id), NULL },
  { "app-id", ID, TRUE, AT (app_id), NULL },
  { "notify-url", "^https?://[!-~]{1,240}$", TRUE, AT (notify_url), NULL },
  { "app-secret", NULL, TRUE, AT (app_secret), NULL },
  { "private-key", NULL, TRUE, AT (private_hex), NULL },
  { NULL, NULL, FALSE, 0, NULL },
};

/**
 * till_cmb_load:
 *
 * Returns: (transfer full): a #TillCmbKeys, or %NULL with @error
 */
gpointer
till_cmb_load (const TillSettings *settings,
               GError            **error)
{
  TillCmbKeys *keys = till_setting_load_rows (settings, till_cmb_texts, sizeof (TillCmbKeys),
                                              error);

  if (!keys)
    return NULL;

  keys->private_key = till_sm2_parse_private_hex (keys->private_hex, "private-key", error);
  if (keys->private_key)
    keys->public_key = till_setting_load_key (settings, "public-key-file", till_sm2_load_public,
                                              error);
  g_clear_pointer (&keys->private_hex, till_wipe);
  if (keys->public_key)
    return keys;

  till_cmb_unload (keys);
  return NULL;
}

/**
 * till_cmb_unload:
 *
 * Wipes and frees what till_cmb_load() made.
 */
void
till_cmb_unload (gpointer pointer)
{
  TillCmbKeys *keys = pointer;

  till_setting_clear_rows (till_cmb_texts, keys);
  g_clear_pointer (&keys->private_key, till_key_free);
  g_clear_pointer (&keys->public_key, till_key_free);
  g_free (keys);
}

static void
put_cleaned (JsonBuilder *builder,
             const char  *name,
             const char  *text,
             gsize        n_bytes_max)
{
  g_autofree char *clean = till_wire_clean (text, "", n_bytes_max);

  till_wire_put_text (builder, name, clean ? clean : "-");
}

/* Always by our own number: it is what we asked for. */
static void
fill_number (JsonBuilder       *builder,
             const TillCmbKeys *keys,
             const TillAsk     *ask)
{
  till_wire_put_text (builder, "merId", keys->mer_id);
  till_wire_put_text (builder, "orderId", ask->order);
  till_wire_put_text (builder, "userId", keys->user_id);
}

static void
fill_end (JsonBuilder       *builder,
          const TillCmbKeys *keys,
          const TillAsk     *ask)
{
  till_wire_put_text (builder, "merId", keys->mer_id);
  till_wire_put_text (builder, "origOrderId", ask->order);
  till_wire_put_text (builder, "userId", keys->user_id);
}

static void
put_money (JsonBuilder       *builder,
           const TillCmbKeys *keys,
           const TillAsk     *ask)
{
  fill_number (builder, keys, ask);
  till_wire_put_digits (builder, "txnAmt", ask->amount_fen);
  till_wire_put_text (builder, "notifyUrl", keys->notify_url);
}

static void
fill_charge (JsonBuilder       *builder,
             const TillCmbKeys *keys,
             const TillAsk     *ask)
{
  put_money (builder, keys, ask);
  till_wire_put_text (builder, "authCode", ask->paycode);
  put_cleaned (builder, "body", ask->subject, SUBJECT_BYTES_MAX);
}

/* One minute more than we show a code: we end it ourselves. */
static gint64
get_life_s (const TillAsk *ask)
{
  if (ask->call == TILL_CALL_CHARGE)
    return ECNY_CHARGE_LIFE_S;
  if (ask->expires_us <= 0)
    return VALID_MOST_S;

  return CLAMP ((ask->expires_us - ask->now_us) / G_USEC_PER_SEC + 60, VALID_LEAST_S, VALID_MOST_S);
}

static void
fill_order (JsonBuilder       *builder,
            const TillCmbKeys *keys,
            const TillAsk     *ask)
{
  put_money (builder, keys, ask);
  till_wire_put_digits (builder, "payValidTime", get_life_s (ask));
  put_cleaned (builder, "body", ask->subject, SUBJECT_BYTES_MAX);
}

/* Digital yuan asks for the place of the trade. */
static void
put_ecny (JsonBuilder   *builder,
          const TillAsk *ask)
{
  g_autofree char *time = till_wire_format_gmt8 (ask->now_us + get_life_s (ask) * G_USEC_PER_SEC);

  time[10] = 'T';
  till_wire_put_text (builder, "transactionType", "TT01");
  till_wire_put_text (builder, "terminalNo", ask->register_no ? ask->register_no : "01");
  till_wire_put_text (builder, "terminalIp", TERMINAL_IP);
  put_cleaned (builder, "goodsName", ask->subject, SUBJECT_BYTES_MAX);
  put_cleaned (builder, "tradePlace", ask->subject, PLACE_BYTES_MAX);
  till_wire_put_text (builder, "orderTimeExpire", time);
}

static void
fill_ecny_charge (JsonBuilder       *builder,
                  const TillCmbKeys *keys,
                  const TillAsk     *ask)
{
  put_money (builder, keys, ask);
  till_wire_put_text (builder, "authCode", ask->paycode);
  put_ecny (builder, ask);
}

static void
fill_ecny_order (JsonBuilder       *builder,
                 const TillCmbKeys *keys,
                 const TillAsk     *ask)
{
  put_money (builder, keys, ask);
  put_ecny (builder, ask);
}

static void
fill_refund (JsonBuilder       *builder,
             const TillCmbKeys *keys,
             const TillAsk     *ask)
{
  fill_number (builder, keys, ask);
  till_wire_put_text (builder, "origOrderId", ask->of);
  till_wire_put_digits (builder, "txnAmt", ask->of_amount_fen);
  till_wire_put_digits (builder, "refundAmt", ask->amount_fen);
  till_wire_put_text (builder, "notifyUrl", keys->notify_url);
}

static const struct {
  const char *name;
  Fill        fill;
  const char *ecny_name;  /* the same for digital yuan; NULL: no other */
  Fill        ecny_fill;
} calls[TILL_N_CALLS] = {
  [TILL_CALL_CHARGE]       = { "pay", fill_charge, "ecny/unifiedPayment", fill_ecny_charge },
  [TILL_CALL_ORDER]        = { "qrcodeapply", fill_order, "ecny/unifiedOrder", fill_ecny_order },
  [TILL_CALL_QUERY]        = { "orderquery", fill_number, NULL, NULL },
  [TILL_CALL_CLOSE]        = { "close", fill_end, NULL, NULL },
  [TILL_CALL_REVERSE]      = { "cancel", fill_end, NULL, NULL },
  [TILL_CALL_REFUND]       = { "refund", fill_refund, NULL, NULL },
  [TILL_CALL_QUERY_REFUND] = { "refundquery", fill_number, NULL, NULL },
};

static gboolean
is_ecny (const TillMerchant *merchant,
         const TillAsk      *ask)
{
  if (!calls[ask->call].ecny_name || !(merchant->brands & TILL_BRAND_BIT (TILL_BRAND_ECNY)))
    return FALSE;
  if (ask->call == TILL_CALL_CHARGE)
    return g_str_has_prefix (ask->paycode, ECNY_PREFIX) && strlen (ask->paycode) == ECNY_CHARS;

  return ask->brand == TILL_BRAND_ECNY ||
         merchant->brands == TILL_BRAND_BIT (TILL_BRAND_ECNY);
}

/* The signed text: the outer fields by name. */
static char *
canonical (const char *content)
{
  g_autoptr (TillForm) form = till_form_new ();

  till_form_add (form, "biz_content", content);
  till_form_add (form, "encoding", "UTF-8");
  till_form_add (form, "signMethod", "02");
  till_form_add (form, "version", "0.0.1");
  return till_form_canonical (form);
}

static void
add_headers (TillHttpRequest   *request,
             const TillCmbKeys *keys,
             const TillAsk     *ask,
             const char        *signature)
{
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, ask->now_us / G_USEC_PER_SEC);
  g_autoptr (TillWiped) text = g_strdup_printf ("appid=%s&secret=%s&sign=%s&timestamp=%s",
                                                keys->app_id, keys->app_secret, signature, time);
  g_autofree char *digest = till_digest_hex ("MD5", text);

  till_http_request_header (request, "appid", keys->app_id);
  till_http_request_header (request, "timestamp", time);
  till_http_request_header (request, "apisign", digest);
}

/**
 * till_cmb_build:
 *
 * A #TillBuild for every call. SM2 draws a number for each signature, so the same ask makes the
 * same bytes but for those.
 *
 * Returns: (transfer full): the request
 */
TillHttpRequest *
till_cmb_build (const TillMerchant *merchant,
                const TillAsk      *ask,
                GError            **error)
{
  const TillCmbKeys *keys = merchant->keys;
  gboolean ecny = is_ecny (merchant, ask);
  const char *name = ecny ? calls[ask->call].ecny_name : calls[ask->call].name;
  g_autofree char *path = g_strconcat ("/polypay/v1.0/mchorders/", name, NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonBuilder) outer = json_builder_new ();
  g_autoptr (TillWiped) content = NULL;
  g_autoptr (TillWiped) signed_text = NULL;
  g_autoptr (TillWiped) body = NULL;
  g_autofree char *signature = NULL;
  TillHttpRequest *request;

  json_builder_begin_object (builder);
  (ecny ? calls[ask->call].ecny_fill : calls[ask->call].fill) (builder, keys, ask);
  json_builder_end_object (builder);
  content = till_wire_take_json (builder);
  signed_text = canonical (content);
  signature = till_sm2_sign (keys->private_key, TILL_SM2_USER_ID, TILL_SM2_DER_BASE64, signed_text,
                             error);
  if (!signature)
    return NULL;

  json_builder_begin_object (outer);
  till_wire_put_text (outer, "biz_content", content);
  till_wire_put_text (outer, "encoding", "UTF-8");
  till_wire_put_text (outer, "signMethod", "02");
  till_wire_put_text (outer, "version", "0.0.1");
  till_wire_put_text (outer, "sign", signature);
  json_builder_end_object (outer);
  body = till_wire_take_json (outer);
  request = till_post_json (till_merchant_get_host (merchant, ask), path, body);
  add_headers (request, keys, ask, signature);

  return request;
}

/* How a value stands in the text that the bank signs: the documents do not agree. */
typedef enum {
  FORM_BARE,      /* [gopay]: without escapes */
  FORM_SLASHES,   /* [manual]: with "\/" for "/" */
  FORM_RECEIVED,  /* as it lies in the answer */
} Form;

static char *
value_in (Form                 form,
          const TillHttpReply *reply,
          JsonObject          *envelope,
          const char          *name)
{
  gsize n_body;
  const char *body = g_bytes_get_data (reply->body, &n_body);
  const char *text = till_wire_get_text (envelope, name);
  TillSpan span;
  g_auto (GStrv) parts = NULL;

  if (form == FORM_RECEIVED)
    return till_span_find (body, n_body, name, &span) == 1 && span.n_bytes > 1
             ? g_strndup (span.bytes + 1, span.n_bytes - 2) : NULL;
  if (!text || form == FORM_BARE)
    return g_strdup (text);

  parts = g_strsplit (text, "/", -1);
  return g_strjoinv ("\\/", parts);
}

static gboolean
fits (const TillCmbKeys   *keys,
      Form                 form,
      const TillHttpReply *reply,
      JsonObject          *envelope,
      const char          *signature)
{
  g_autoptr (GList) names = g_list_sort (json_object_get_members (envelope), (GCompareFunc) strcmp);
  g_autoptr (GString) text = g_string_new (NULL);

  for (GList *l = names; l; l = l->next) {
    g_autofree char *value = value_in (form, reply, envelope, l->data);

    if (strcmp (l->data, "sign") != 0)
      g_string_append_printf (text, "%s%s=%s", text->len ? "&" : "", (char *) l->data,
                              value ? value : "");
  }

  return till_sm2_verify (keys->public_key, TILL_SM2_USER_ID, TILL_SM2_DER_BASE64, text->str,
                          text->len, signature);
}

/**
 * till_cmb_verify:
 * @envelope: the whole answer; fields that nobody knows are signed too
 *
 * Returns: %TILL_REASON_NONE where the bank signed it
 */
TillReason
till_cmb_verify (const TillCmbKeys   *keys,
                 const TillHttpReply *reply,
                 JsonObject          *envelope)
{
  const char *signature = till_wire_get_text (envelope, "sign");

  if (!signature)
    return TILL_REASON_UNSIGNED;

  for (guint form = FORM_BARE; form <= FORM_RECEIVED; form++)
    if (fits (keys, (Form) form, reply, envelope, signature))
      return TILL_REASON_NONE;

  return TILL_REASON_BAD_SIGNATURE;
}
