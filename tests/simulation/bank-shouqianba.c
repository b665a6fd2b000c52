/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank-speech.h"
#include "teller.h"

#include <string.h>

#include "acquirer/seal.h"

/* Shouqianba: three layers, nothing signed in an answer, a terminal's key for a day. */

#define N_TERMINALS 2
#define DAY_US (24 * G_TIME_SPAN_HOUR)
#define ZONE_US (8 * G_TIME_SPAN_HOUR)

/* A second layer's word and its error. */
typedef struct {
  const char *result;
  const char *error;
} Layer;

static const Layer pays[N_SAYS] = {
  [SAYS_PAID] = { "PAY_SUCCESS", NULL },
  [SAYS_OPEN] = { "PAY_IN_PROGRESS", NULL },
  [SAYS_CODE_EXPIRED] = { "PAY_FAIL", "EXPIRED_BARCODE" },
  [SAYS_CODE_USED] = { "PAY_FAIL", "INVALID_BARCODE" },
  [SAYS_POOR] = { "PAY_FAIL", "INSUFFICIENT_FUND" },
  [SAYS_REFUSED] = { "PAY_FAIL", "TRADE_FAILED" },
  [SAYS_NUMBER_USED] = { "FAIL", "CLIENT_SN_CONFLICT" },
  [SAYS_ALREADY_PAID] = { "FAIL", "TRADE_HAS_SUCCESS" },
  [SAYS_NOT_TAKEN] = { "PAY_FAIL", "UNEXPECTED_PROVIDER_ERROR" },
  [SAYS_CLOSED_SHOP] = { "FAIL", "UPAY_TERMINAL_STATUS_ABNORMAL" },
  [SAYS_SHOP_LIMIT] = { "FAIL", "UPAY_STORE_OVER_DAILY_LIMIT" },
  [SAYS_UNSURE] = { "PAY_FAIL_ERROR", NULL },
};

static const Layer orders[N_SAYS] = {
  [SAYS_DONE] = { "PRECREATE_SUCCESS", NULL },
  [SAYS_NUMBER_USED] = { "FAIL", "CLIENT_SN_CONFLICT" },
  [SAYS_CLOSED_SHOP] = { "FAIL", "UPAY_TERMINAL_STATUS_ABNORMAL" },
  [SAYS_UNSURE] = { "PRECREATE_FAIL_ERROR", NULL },
};

static const Layer queries[N_SAYS] = {
  [SAYS_PAID] = { "SUCCESS", NULL },     [SAYS_OPEN] = { "SUCCESS", NULL },
  [SAYS_FAILED] = { "SUCCESS", NULL },   [SAYS_CLOSED] = { "SUCCESS", NULL },
  [SAYS_REVERSED] = { "SUCCESS", NULL }, [SAYS_UNSURE] = { "SUCCESS", NULL },
  [SAYS_UNKNOWN] = { "FAIL", "UPAY_ORDER_NOT_EXISTS" },
};

static const Layer cancels[N_SAYS] = {
  [SAYS_DONE] = { "CANCEL_SUCCESS", NULL },
  [SAYS_UNKNOWN] = { "FAIL", "UPAY_ORDER_NOT_EXISTS" },
  [SAYS_CANNOT] = { "FAIL", "UPAY_CANCEL_INVALID_ORDER_STATE" },
  [SAYS_AGAIN] = { "CANCEL_IN_PROGRESS", NULL },
  [SAYS_UNSURE] = { "CANCEL_ERROR", NULL },
};

static const Layer refunds[N_SAYS] = {
  [SAYS_DONE] = { "REFUND_SUCCESS", NULL },
  [SAYS_PROCESSING] = { "REFUND_IN_PROGRESS", NULL },
  [SAYS_UNKNOWN] = { "FAIL", "UPAY_ORDER_NOT_EXISTS" },
  [SAYS_CANNOT] = { "FAIL", "UPAY_REFUND_INVALID_ORDER_STATE" },
  [SAYS_NOT_ENOUGH] = { "FAIL", "ACCOUNT_BALANCE_NOT_ENOUGH" },
  [SAYS_UNSURE] = { "REFUND_ERROR", NULL },
};

static const struct {
  const char  *path;
  TillCall     call;
  const Layer *layers;
} calls[] = {
  { "/upay/v2/pay", TILL_CALL_CHARGE, pays },
  { "/upay/v2/precreate", TILL_CALL_ORDER, orders },
  { "/upay/v2/query", TILL_CALL_QUERY, queries },
  { "/upay/v2/cancel", TILL_CALL_REVERSE, cancels },
  { "/upay/v2/refund", TILL_CALL_REFUND, refunds },
  { "/terminal/checkin", TILL_CALL_KEYS, NULL },
};

static const char *const payways[TILL_N_BRANDS] = {
  [TILL_BRAND_WECHAT] = "3", [TILL_BRAND_ALIPAY] = "2",   [TILL_BRAND_UNIONPAY] = "17",
  [TILL_BRAND_JD] = "5",     [TILL_BRAND_BESTPAY] = "18",
};

static TillHttpReply *
say_refused (const char *error)
{
  g_autofree char *body =
    g_strdup_printf ("{\"result_code\":\"400\",\"error_code\":\"%s\"}", error);

  return speech_reply (200, body);
}

/* What is done by now: what is under way is not told. */
static gint64
done_fen (const Bank  *bank,
          const Trade *trade)
{
  gint64 sum_fen = 0;

  for (guint i = 0; i < trade->refunds->len; i++) {
    const BankRefund *refund = g_ptr_array_index (trade->refunds, i);

    if (bank_now_ms (bank) >= refund->done_ms)
      sum_fen += refund->fen;
  }

  return sum_fen;
}

static const char *
order_word (const Bank *bank,
            const Told *told)
{
  static const char *const words[N_SAYS] = {
    [SAYS_OPEN] = "CREATED",      [SAYS_FAILED] = "PAY_CANCELED", [SAYS_CLOSED] = "CANCELED",
    [SAYS_REVERSED] = "CANCELED", [SAYS_UNSURE] = "PAY_ERROR",
  };
  static const char *const states[] = {
    [TRADE_OPEN] = "CREATED",    [TRADE_PAID] = NULL,           [TRADE_FAILED] = "PAY_CANCELED",
    [TRADE_CLOSED] = "CANCELED", [TRADE_REVERSED] = "CANCELED",
  };
  gint64 given_fen = done_fen (bank, told->trade);

  if (words[told->says])
    return words[told->says];
  if (told->says != SAYS_PAID && states[told->trade->state])
    return states[told->trade->state];

  return given_fen == 0 ? "PAID" : given_fen < told->trade->amount_fen ? "PARTIAL_REFUNDED"
                                                                       : "REFUNDED";
}

static char *
say_data (Bank        *bank,
          const Told  *told,
          const Heard *heard)
{
  const Trade *trade = told->trade;
  gint64 total_fen = trade->amount_fen + (told->spoil.names_other_amount ? 100 : 0);
  g_autofree char *code = heard->call == TILL_CALL_ORDER
    ? g_strdup_printf (",\"qr_code\":\"%s\"", trade->text) : g_strdup ("");
  g_autofree char *tsn = heard->call == TILL_CALL_REFUND
    ? g_strdup_printf (",\"client_tsn\":\"%s-%s\"", trade->number, heard->number) : g_strdup ("");
  g_autofree char *payway = payways[trade->brand]
    ? g_strdup_printf (",\"payway\":\"%s\"", payways[trade->brand]) : g_strdup ("");

  return g_strdup_printf (
    ",\"data\":{\"sn\":\"77%s\",\"client_sn\":\"%s\",\"order_status\":\"%s\",\"total_amount\":"
    "\"%" G_GINT64_FORMAT "\",\"net_amount\":\"%" G_GINT64_FORMAT "\",\"channel_finish_time\":"
    "\"%" G_GINT64_FORMAT "\"%s%s%s}",
    trade->number, told->spoil.names_other_order ? "SOMEONEELSE000000000" : trade->number,
    order_word (bank, told), total_fen, total_fen - done_fen (bank, trade),
    teller_paid_us (bank, told) / 1000, code, tsn, payway);
}

static TillHttpReply *
say (Bank        *bank,
     const Told  *told,
     const Heard *heard,
     const Layer *layer)
{
  g_autofree char *error = layer->error ? g_strdup_printf (",\"error_code\":\"%s\"", layer->error)
                                        : g_strdup ("");
  gboolean has_data = told->trade && (heard->call != TILL_CALL_REFUND || told->refund);
  g_autofree char *data = has_data ? say_data (bank, told, heard) : g_strdup ("");
  g_autofree char *body = g_strdup_printf (
    "{\"result_code\":\"200\",\"biz_response\":{\"result_code\":\"%s\"%s%s}}", layer->result, error,
    data);

  g_assert_nonnull (layer->result);

  return speech_reply (200, body);
}

/* Check-in: the key before stays good until the end of the day on which the new one is first used.
 * The manual says "of the day on which it is made"; what becomes of a terminal whose answer is lost
 * at midnight it does not say. */

static char *
key_of (guint terminal,
        guint n)
{
  return n == 0 ? g_strdup ("TERMINALKEY000000000")
                : g_strdup_printf ("TERMINAL%uKEY%08u", terminal, n);
}

static gint64
today (const Bank *bank)
{
  return (bank_wall_us (bank) + ZONE_US) / DAY_US;
}

static gboolean
is_signed_by (const char *body,
              const char *signature,
              guint       terminal,
              guint       n)
{
  g_autofree char *key = key_of (terminal, n);
  g_autofree char *text = g_strconcat (body, key, NULL);
  g_autofree char *right = till_digest_hex ("MD5", text);

  return strcmp (right, signature) == 0;
}

/* %TRUE where a key that is good signed it; that ends the day of the keys before it. */
static gboolean
check_signature (Bank                  *bank,
                 const TillHttpRequest *request,
                 guint                 *terminal)
{
  g_autofree char *line = speech_header (request, "Authorization");
  g_autofree char *body = speech_body (request);
  const char *signature = strchr (line, ' ') + 1;
  Terminal *keys;

  *terminal = (guint) (signature[-2] - '1');
  g_assert_cmpuint (*terminal, <, N_TERMINALS);
  keys = &bank->terminals[*terminal];
  for (guint n = keys->newest + 1; n-- > 0;) {
    if (!is_signed_by (body, signature, *terminal, n))
      continue;
    if (n > keys->used) {
      keys->used = n;
      keys->used_day = today (bank);
    }
    return n == keys->used || keys->used_day == today (bank);
  }
  g_error ("no key of terminal %u signed this", *terminal + 1);
}

static TillHttpReply *
check_in (Bank  *bank,
          guint  terminal)
{
  g_autofree char *key = key_of (terminal, ++bank->terminals[terminal].newest);
  g_autofree char *body = g_strdup_printf (
    "{\"result_code\":\"200\",\"biz_response\":{\"terminal_sn\":\"10000000000000000%u\","
    "\"terminal_key\":\"%s\"}}", terminal + 1, key);

  town_note (bank->town, "terminal %u checks in", terminal + 1);

  return speech_reply (200, body);
}

static const Layer *
layers_of (const TillHttpRequest *request)
{
  const char *path = speech_path (request);

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    if (strcmp (calls[i].path, path) == 0)
      return calls[i].layers;
  }
  g_error ("nobody hears %s", path);
}

static TillHttpReply *
answer (Bank                  *bank,
        const TillHttpRequest *request,
        const Heard           *heard)
{
  const Layer *layers = layers_of (request);
  guint terminal;
  Told told;

  if (!check_signature (bank, request, &terminal))
    return say_refused ("ILLEGAL_SIGN");
  if (!layers)
    return check_in (bank, terminal);

  told = teller_serve (bank, heard, LIE_ORDER | LIE_AMOUNT);
  if (heard->call == TILL_CALL_ORDER && told.trade)
    told.trade->brand = heard->brand;
  if (told.says == SAYS_UNSURE && (heard->call == TILL_CALL_QUERY || !layers[told.says].result))
    return speech_reply (200, "{\"result_code\":\"500\",\"error_code\":\"UNKNOWN_SYSTEM_ERROR\"}");

  return say (bank, &told, heard, &layers[told.says]);
}

/* A code is made for one wallet; Alipay is 1 there, and 2 in answers. */
static TillBrand
brand_of (const char *payway)
{
  if (g_strcmp0 (payway, "1") == 0)
    return TILL_BRAND_ALIPAY;

  for (guint brand = 0; payway && brand < TILL_N_BRANDS; brand++) {
    if (g_strcmp0 (payways[brand], payway) == 0)
      return (TillBrand) brand;
  }

  return TILL_BRAND_NONE;
}

static void
hear (Bank                  *bank,
      const TillHttpRequest *request,
      Heard                 *heard)
{
  g_autofree char *body = speech_body (request);
  g_autofree char *number = speech_field (body, "client_sn");
  g_autofree char *amount = speech_field (body, "total_amount");
  g_autofree char *payway = speech_field (body, "payway");

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    if (strcmp (calls[i].path, speech_path (request)) == 0)
      heard->call = calls[i].call;
  }
  if (heard->call == TILL_CALL_REFUND) {
    g_free (amount);
    amount = speech_field (body, "refund_amount");
    heard->of = g_steal_pointer (&number);
    heard->number = speech_field (body, "refund_request_no");
  } else {
    heard->number = g_steal_pointer (&number);
  }
  heard->fen = amount ? g_ascii_strtoll (amount, NULL, 10) : 0;
  heard->digits = speech_field (body, "dynamic_id");
  heard->brand = brand_of (payway);
  heard->life_ms = 4 * 60000;
}

const Dialect dialect_shouqianba = {
  .type = "shouqianba",
  .hosts = { "vsi-api.shouqianba.com" },
  .brands = TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY) |
            TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) | TILL_BRAND_BIT (TILL_BRAND_JD),
  .orders_exist_unscanned = TRUE,
  .remembers_declines = TRUE,
  .reverse_not_before_ms = 0,
  .gives_up_ms = 90000,
  .hear = hear,
  .answer = answer,
};
