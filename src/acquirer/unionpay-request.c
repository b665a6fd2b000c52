/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/unionpay-request.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/unionpay-keys.h"
#include "acquirer/wire.h"
#include "config.h"

/* What goes to UnionPay. Sources: unionpay-keys.h. */

#define BACK_TRANS "/gateway/api/backTransReq.do"
#define QUERY_TRANS "/gateway/api/queryTrans.do"
#define TERM_DIGITS 8
#define CODE_DIGITS_MAX 20

/* [acp]: the clearing day runs from 23:00 to 23:00. */
#define CLEARING_SHIFT_US (TILL_WIRE_ZONE_US + 3600 * (gint64) G_USEC_PER_SEC)
#define DAY_US (24 * 3600 * (gint64) G_USEC_PER_SEC)
#define DAY_END_US (10 * 60 * (gint64) G_USEC_PER_SEC)

/* Where statements are, by the host that takes payments; the profile's file-url goes first. */
static const struct {
  const char *base_url;
  const char *file_url;
} file_hosts[] = {
  { "https://gateway.95516.com", "https://filedownload.95516.com/" },  /* from memory only */
  { "https://gateway.test.95516.com", "https://filedownload.test.95516.com/" },  /* [sdk] */
};

typedef struct _Trade Trade;

/* Adds what this kind of transaction has beside the common fields. */
typedef void (*Fill) (TillForm *form, const TillUnionpayKeys *keys, const TillAsk *ask);

struct _Trade
{
  const char *txn_type;
  const char *txn_sub_type;
  const char *path;
  Fill        fill;
};

static void
add_int (TillForm   *form,
         const char *name,
         gint64      value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  till_form_add (form, name, text);
}

static void
add_time (TillForm   *form,
          const char *name,
          gint64      at_us)
{
  g_autofree char *text = till_unionpay_format_time (at_us);

  till_form_add (form, name, text);
}

static void
add_money (TillForm               *form,
           const TillUnionpayKeys *keys,
           const TillAsk          *ask)
{
  add_int (form, "txnAmt", ask->amount_fen);
  till_form_add (form, "currencyCode", "156");
  till_form_add (form, "backUrl", keys->back_url);
}

/* [acp]: eight characters; the register's number with zeros before it will do. */
static void
add_terminal (TillForm               *form,
              const TillUnionpayKeys *keys,
              const TillAsk          *ask)
{
  const char *number = ask->register_no ? ask->register_no : "";
  gsize length = strlen (number);
  g_autofree char *padded = NULL;

  if (till_wire_is_made_of (number, TILL_WIRE_LETTERS_AND_DIGITS, 1, TERM_DIGITS))
    padded = g_strdup_printf ("%.*s%s", (int) (TERM_DIGITS - length), "00000000", number);

  till_form_add (form, "termId", keys->term_id ? keys->term_id : padded ? padded : "00000001");
}

static void
fill_charge (TillForm               *form,
             const TillUnionpayKeys *keys,
             const TillAsk          *ask)
{
  add_money (form, keys, ask);
  add_terminal (form, keys, ask);
  till_form_add (form, "qrNo", ask->paycode);
}

/* [acp]: what is paid after payTimeout goes back by itself. Whole seconds, rounded up, so that the
 * code does not die while it is shown. */
static void
fill_order (TillForm               *form,
            const TillUnionpayKeys *keys,
            const TillAsk          *ask)
{
  add_money (form, keys, ask);
  add_terminal (form, keys, ask);
  if (ask->expires_us > 0)
    add_time (form, "payTimeout", ask->expires_us + G_USEC_PER_SEC - 1);
}

static void
fill_nothing (TillForm               *form,
              const TillUnionpayKeys *keys,
              const TillAsk          *ask)
{
}

static void
fill_back (TillForm               *form,
           const TillUnionpayKeys *keys,
           const TillAsk          *ask)
{
  add_int (form, "txnAmt", ask->amount_fen);
  till_form_add (form, "backUrl", keys->back_url);
  if (ask->of_ref) {
    till_form_add (form, "origQryId", ask->of_ref);
  } else {
    till_form_add (form, "origOrderId", ask->of);
    add_time (form, "origTxnTime", ask->of_asked_us);
  }
}

/* [sdk] file transfer: a day has no year there, and no order stands in it. */
static void
fill_statement (TillForm               *form,
                const TillUnionpayKeys *keys,
                const TillAsk          *ask)
{
  till_form_add (form, "fileType", "00");
  till_form_add (form, "settleDate", ask->day + 4);
}

static const Trade charge = { "01", "06", BACK_TRANS, fill_charge };
static const Trade order = { "01", "07", BACK_TRANS, fill_order };
static const Trade query = { "00", "00", QUERY_TRANS, fill_nothing };
static const Trade reversal = { "99", "01", BACK_TRANS, fill_nothing };
static const Trade refund = { "04", "00", BACK_TRANS, fill_back };
static const Trade voiding = { "31", "00", BACK_TRANS, fill_back };
static const Trade statement = { "76", "01", NULL, fill_statement };

/* A code has no close there: whether it can still be paid is asked, until its time is over. */
static const Trade *const trades[TILL_N_CALLS] = {
  [TILL_CALL_CHARGE]       = &charge,
  [TILL_CALL_ORDER]        = &order,
  [TILL_CALL_QUERY]        = &query,
  [TILL_CALL_CLOSE]        = &query,
  [TILL_CALL_REVERSE]      = &reversal,
  [TILL_CALL_REFUND]       = &refund,
  [TILL_CALL_QUERY_REFUND] = &query,
  [TILL_CALL_STATEMENT]    = &statement,
};

static gint64
clearing_day (gint64 at_us)
{
  return (at_us + CLEARING_SHIFT_US) / DAY_US;
}

/* [acp] 794: on its clearing day a payment is voided whole, and the payer has it back at once; what
 * is refunded later, or in part, takes days. Shortly before the day's end it is refunded too: our
 * clock may be slow. The same refund asks for the same again. */
static const Trade *
trade_of (const TillAsk *ask)
{
  if (ask->call == TILL_CALL_REFUND && ask->amount_fen == ask->of_amount_fen &&
      clearing_day (ask->asked_us + DAY_END_US) == clearing_day (ask->of_asked_us))
    return &voiding;

  return trades[ask->call];
}

static gboolean
is_trade (const TillAsk *ask)
{
  return ask->call != TILL_CALL_STATEMENT;
}

/* [acp]: merId, orderId and txnTime together name a transaction: its own moment is sent each time,
 * whenever it is asked about. */
static void
add_common (TillForm               *form,
            const TillUnionpayKeys *keys,
            const TillAsk          *ask,
            const Trade            *trade)
{
  till_form_add (form, "version", "5.1.0");
  till_form_add (form, "encoding", "UTF-8");
  till_form_add (form, "bizType", "000000");
  till_form_add (form, "accessType", "0");
  till_form_add (form, "merId", keys->mer_id);
  till_form_add (form, "txnType", trade->txn_type);
  till_form_add (form, "txnSubType", trade->txn_sub_type);
  add_time (form, "txnTime", ask->asked_us);
  if (!is_trade (ask))
    return;

  till_form_add (form, "channelType", "08");
  till_form_add (form, "orderId", ask->order);
}

static gboolean
refuse (GError    **error,
        const char *what)
{
  g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD, what);
  return FALSE;
}

/* [acp]: orderId AN8..40, qrNo N1..20. */
static gboolean
check_ask (const TillAsk *ask,
           GError       **error)
{
  if (is_trade (ask) &&
      !till_wire_is_made_of (ask->order, TILL_WIRE_LETTERS_AND_DIGITS, 8, 40))
    return refuse (error, "UnionPay takes numbers of letters and digits only");
  if (ask->call == TILL_CALL_CHARGE &&
      !till_wire_is_made_of (ask->paycode, "0123456789", 1, CODE_DIGITS_MAX))
    return refuse (error, "UnionPay takes payment codes of at most 20 digits");

  return TRUE;
}

static char *
make_url (const TillMerchant *merchant,
          const TillAsk      *ask,
          const Trade        *trade,
          GError            **error)
{
  const TillUnionpayKeys *keys = merchant->keys;

  if (is_trade (ask))
    return g_strconcat (till_merchant_get_host (merchant, ask), trade->path, NULL);
  if (keys->file_url)
    return g_strdup (keys->file_url);
  for (guint i = 0; i < G_N_ELEMENTS (file_hosts); i++)
    if (strcmp (file_hosts[i].base_url, merchant->base_url) == 0)
      return g_strdup (file_hosts[i].file_url);

  refuse (error, _("file-url is missing: name the address that has the statements"));
  return NULL;
}

/**
 * till_unionpay_format_time:
 *
 * Returns: (transfer full): "20260520132935", in China's zone
 */
char *
till_unionpay_format_time (gint64 at_us)
{
  g_autofree char *text = till_wire_format_gmt8 (at_us);
  char *digits = g_malloc0 (strlen (text) + 1);

  for (gsize i = 0, n = 0; text[i]; i++)
    if (g_ascii_isdigit (text[i]))
      digits[n++] = text[i];

  return digits;
}

/**
 * till_unionpay_build:
 *
 * A #TillBuild for every call.
 *
 * Returns: (transfer full): the request
 */
TillHttpRequest *
till_unionpay_build (const TillMerchant *merchant,
                     const TillAsk      *ask,
                     GError            **error)
{
  const TillUnionpayKeys *keys = merchant->keys;
  const Trade *trade = trade_of (ask);
  g_autoptr (TillForm) form = till_form_new ();
  g_autoptr (TillWiped) body = NULL;
  g_autofree char *url = make_url (merchant, ask, trade, error);
  TillHttpRequest *request;

  if (!url || !check_ask (ask, error))
    return NULL;

  add_common (form, keys, ask, trade);
  trade->fill (form, keys, ask);
  if (!till_unionpay_keys_sign (keys, form, error))
    return NULL;

  body = till_form_encode (form);
  request = till_http_request_new ("POST", url);
  till_http_request_header (request, "Accept", "*/*");
  till_http_request_header (request, "User-Agent", "Till/" TILL_VERSION);
  till_http_request_header (request, "Content-Type",
                            "application/x-www-form-urlencoded;charset=utf-8");
  till_http_request_body (request, body);

  return request;
}
