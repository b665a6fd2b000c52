/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/shouqianba-request.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/form.h"
#include "acquirer/post.h"
#include "acquirer/wire.h"

/* What goes to Shouqianba. Sources: shouqianba-keys.h. All values are texts, amounts are fen. */

#define SUBJECT_BYTES_MAX 64
#define OPERATOR_BYTES_MAX 32
#define OPERATOR "till"              /* must be given; for a sale that names no clerk */
#define PAYWAY_WECHAT "3"
#define REFUND_NUMBER_CHARS_MAX 20
#define PAYCODE_CHARS_MAX 32         /* [manual] pay, dynamic_id */
#define SUBJECT_REFUSED "&="         /* of the page's address, which is signed bare */

/* Fills the body behind the terminal's number. */
typedef void (*Fill) (JsonBuilder *builder, const TillShouqianbaKeys *keys, const TillAsk *ask);

static char *
operator_of (const TillAsk *ask)
{
  char *name = till_wire_clean (ask->clerk, SUBJECT_REFUSED, OPERATOR_BYTES_MAX);

  return name ? name : g_strdup (OPERATOR);
}

static char *
subject_of (const TillAsk *ask)
{
  char *subject = till_wire_clean (ask->subject, SUBJECT_REFUSED, SUBJECT_BYTES_MAX);

  return subject ? subject : g_strdup (ask->order);
}

static void
put_words (JsonBuilder   *builder,
           const TillAsk *ask)
{
  g_autofree char *subject = subject_of (ask);
  g_autofree char *name = operator_of (ask);

  till_wire_put_text (builder, "subject", subject);
  till_wire_put_text (builder, "operator", name);
}

static void
fill_pay (JsonBuilder              *builder,
          const TillShouqianbaKeys *keys,
          const TillAsk            *ask)
{
  till_wire_put_text (builder, "client_sn", ask->order);
  till_wire_put_digits (builder, "total_amount", ask->amount_fen);
  till_wire_put_text (builder, "dynamic_id", ask->paycode);
  put_words (builder, ask);
}

/* [manual] precreate: a code is made for one wallet; the desk says which. Answers may call Alipay
 * 2: annex payway. */
static const char *
payway_of (const TillAsk *ask)
{
  static const struct {
    TillBrand   brand;
    const char *payway;
  } payways[] = {
    { TILL_BRAND_ALIPAY, "1" },
    { TILL_BRAND_WECHAT, "3" },
    { TILL_BRAND_JD, "5" },
    { TILL_BRAND_UNIONPAY, "17" },
    { TILL_BRAND_BESTPAY, "18" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (payways); i++)
    if (payways[i].brand == ask->brand)
      return payways[i].payway;

  return PAYWAY_WECHAT;
}

static void
fill_precreate (JsonBuilder              *builder,
                const TillShouqianbaKeys *keys,
                const TillAsk            *ask)
{
  till_wire_put_text (builder, "client_sn", ask->order);
  till_wire_put_digits (builder, "total_amount", ask->amount_fen);
  till_wire_put_text (builder, "payway", payway_of (ask));
  put_words (builder, ask);
}

/* Always by our own number: it is what we asked for. */
static void
fill_number (JsonBuilder              *builder,
             const TillShouqianbaKeys *keys,
             const TillAsk            *ask)
{
  till_wire_put_text (builder, "client_sn", ask->of ? ask->of : ask->order);
}

/* [manual] refund: the same refund_request_no again is the same refund. */
static void
fill_refund (JsonBuilder              *builder,
             const TillShouqianbaKeys *keys,
             const TillAsk            *ask)
{
  g_autofree char *name = operator_of (ask);

  till_wire_put_text (builder, "client_sn", ask->of);
  till_wire_put_text (builder, "refund_request_no", till_shouqianba_refund_number (ask));
  till_wire_put_text (builder, "operator", name);
  till_wire_put_digits (builder, "refund_amount", ask->amount_fen);
}

static void
fill_checkin (JsonBuilder              *builder,
              const TillShouqianbaKeys *keys,
              const TillAsk            *ask)
{
  till_wire_put_text (builder, "device_id", keys->device_id);
}

static void
fill_activate (JsonBuilder              *builder,
               const TillShouqianbaKeys *keys,
               const TillAsk            *ask)
{
  till_wire_put_text (builder, "app_id", keys->app_id);
  till_wire_put_text (builder, "code", ask->activation);
  till_wire_put_text (builder, "device_id", keys->device_id);
}

static const struct {
  const char *path;
  gboolean    by_vendor;
  Fill        fill;
} calls[TILL_N_CALLS] = {
  [TILL_CALL_CHARGE]       = { "/upay/v2/pay", FALSE, fill_pay },
  [TILL_CALL_ORDER]        = { "/upay/v2/precreate", FALSE, fill_precreate },
  [TILL_CALL_QUERY]        = { "/upay/v2/query", FALSE, fill_number },
  [TILL_CALL_REVERSE]      = { "/upay/v2/cancel", FALSE, fill_number },
  [TILL_CALL_REFUND]       = { "/upay/v2/refund", FALSE, fill_refund },
  [TILL_CALL_QUERY_REFUND] = { "/upay/v2/query", FALSE, fill_number },
  [TILL_CALL_KEYS]         = { "/terminal/checkin", FALSE, fill_checkin },
  [TILL_CALL_ACTIVATE]     = { "/terminal/activate", TRUE, fill_activate },
};

static gpointer
refuse (GError    **error,
        const char *what)
{
  g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD, what);
  return NULL;
}

static char *
make_body (const TillShouqianbaKeys *keys,
           const TillAsk            *ask,
           const char               *sn)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  if (!calls[ask->call].by_vendor)
    till_wire_put_text (builder, "terminal_sn", sn);
  calls[ask->call].fill (builder, keys, ask);
  json_builder_end_object (builder);

  return till_wire_take_json (builder);
}

/* The number that signs; NULL with @error where there is none yet, or no key to sign with. */
static char *
signer_of (const TillShouqianbaKeys *keys,
           const TillAsk            *ask,
           GError                  **error)
{
  char *sn;

  if (calls[ask->call].by_vendor)
    return keys->vendor_key ? g_strdup (keys->vendor_sn)
                            : refuse (error, _("the secret vendor-key is missing"));

  sn = till_shouqianba_keys_sn (keys);
  return sn ? sn : refuse (error, _("this till is not activated: till activate ID CODE"));
}

/**
 * till_shouqianba_refund_number:
 *
 * [manual] refund: at most 20 characters. The numbers of the desk have as many; of a longer one
 * these are the last, which differ.
 *
 * Returns: (transfer none): the number by which Shouqianba knows this refund
 */
const char *
till_shouqianba_refund_number (const TillAsk *ask)
{
  gsize n_chars = strlen (ask->order);

  return ask->order + (n_chars > REFUND_NUMBER_CHARS_MAX ? n_chars - REFUND_NUMBER_CHARS_MAX : 0);
}

/**
 * till_shouqianba_build:
 *
 * A #TillBuild for every call. [manual] sign: the MD5 of the body's bytes and the key.
 *
 * Returns: (transfer full): the request
 */
TillHttpRequest *
till_shouqianba_build (const TillMerchant *merchant,
                       const TillAsk      *ask,
                       GError            **error)
{
  const TillShouqianbaKeys *keys = merchant->keys;
  g_autofree char *sn = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *authorization = NULL;
  g_autoptr (TillWiped) body = NULL;
  TillHttpRequest *request;

  if (ask->call == TILL_CALL_KEYS && !till_shouqianba_keys_are_due (keys, ask->now_us))
    return refuse (error, "this terminal has checked in today, or is not activated");
  if (ask->call == TILL_CALL_CHARGE && strlen (ask->paycode) > PAYCODE_CHARS_MAX)
    return refuse (error, "Shouqianba takes payment codes of at most 32 characters");
  sn = signer_of (keys, ask, error);
  if (!sn)
    return NULL;

  body = make_body (keys, ask, sn);
  signature = till_shouqianba_keys_sign (keys, calls[ask->call].by_vendor, body);
  if (!signature)
    return refuse (error, _("this till is not activated: till activate ID CODE"));

  authorization = g_strdup_printf ("%s %s", sn, signature);
  request = till_post_json (till_merchant_get_host (merchant, ask), calls[ask->call].path, body);
  till_http_request_header (request, "Authorization", authorization);
  return request;
}

/**
 * till_shouqianba_page_url:
 * @ask: as of an ORDER; its brand, where it has one, is the only wallet that can pay
 * @error: set to %TILL_ACQUIRER_ERROR_BUILD
 *
 * The address of a page on which any wallet can pay, made and signed without the network; drawn as
 * a QR it is one code for all. Whether it was paid is a QUERY's business, as for any code.
 * [manual] wap2: sorted k=v, "&key=", the MD5 in upper hex.
 *
 * Returns: (transfer full): the address
 */
char *
till_shouqianba_page_url (const TillMerchant *merchant,
                          const TillAsk      *ask,
                          GError            **error)
{
  const TillShouqianbaKeys *keys = merchant->keys;
  g_autoptr (TillForm) form = till_form_new ();
  g_autofree char *sn = till_shouqianba_keys_sn (keys);
  g_autofree char *fen = g_strdup_printf ("%" G_GINT64_FORMAT, ask->amount_fen);
  g_autofree char *subject = subject_of (ask);
  g_autofree char *name = operator_of (ask);
  g_autofree char *canonical = NULL;
  g_autofree char *signed_text = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *capitals = NULL;
  g_autofree char *query = NULL;

  till_form_add (form, "terminal_sn", sn);
  till_form_add (form, "client_sn", ask->order);
  till_form_add (form, "total_amount", fen);
  till_form_add (form, "subject", subject);
  till_form_add (form, "payway", ask->brand ? payway_of (ask) : NULL);
  till_form_add (form, "operator", name);
  till_form_add (form, "return_url", keys->return_url);
  canonical = till_form_canonical (form);
  signed_text = g_strconcat (canonical, "&key=", NULL);
  signature = till_shouqianba_keys_sign (keys, FALSE, signed_text);
  if (!sn || !signature)
    return refuse (error, _("this till is not activated: till activate ID CODE"));

  capitals = g_ascii_strup (signature, -1);
  till_form_add (form, "sign", capitals);
  query = till_form_encode (form);
  return g_strconcat (keys->gateway_url, "?", query, NULL);
}
