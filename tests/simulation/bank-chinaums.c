/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank-speech.h"
#include "teller.h"

#include <string.h>

#include "acquirer/seal.h"

/* Chinaums: "bills" for codes that the shop shows, "poslink" for codes that customers show. Nothing
 * in an answer is signed. */

#define APP_ID "8a81c1be00000000000000000000till"
#define APP_KEY "chinaums-app-key"
#define SOURCE "3194"                        /* before our numbers, in bills */
#define WINDOW_US (5 * G_TIME_SPAN_MINUTE)

/* errCode; a decline of poslink is a number that no table of the till has. */
static const char *const bill_codes[N_SAYS] = {
  [SAYS_PAID] = "SUCCESS",      [SAYS_OPEN] = "SUCCESS",       [SAYS_FAILED] = "SUCCESS",
  [SAYS_CLOSED] = "SUCCESS",    [SAYS_REVERSED] = "SUCCESS",   [SAYS_DONE] = "SUCCESS",
  [SAYS_PROCESSING] = "SUCCESS", [SAYS_UNKNOWN] = "NO_ORDER",  [SAYS_NUMBER_USED] = "DUP_ORDER",
  [SAYS_CANNOT] = "OPERATION_NOT_ALLOWED", [SAYS_AGAIN] = "ORDER_PROCESSING",
  [SAYS_NOT_ENOUGH] = "OPERATION_NOT_ALLOWED", [SAYS_CLOSED_SHOP] = "NO_SERVICE",
  [SAYS_UNSURE] = "INTERNAL_ERROR", [SAYS_CLOCK] = "ABNORMAL_REQUEST_TIME",
};

static const char *const trade_codes[N_SAYS] = {
  [SAYS_PAID] = "00",           [SAYS_OPEN] = "0000",          [SAYS_DONE] = "00",
  [SAYS_PROCESSING] = "0000",   [SAYS_UNKNOWN] = "NO_ORDER",   [SAYS_CODE_EXPIRED] = "54",
  [SAYS_CODE_USED] = "14",      [SAYS_POOR] = "51",            [SAYS_REFUSED] = "05",
  [SAYS_NOT_TAKEN] = "14",      [SAYS_NUMBER_USED] = "DUP_ORDER", [SAYS_ALREADY_PAID] = "DUP_ORDER",
  [SAYS_CANNOT] = "OPERATION_NOT_ALLOWED", [SAYS_AGAIN] = "ORDER_PROCESSING",
  [SAYS_NOT_ENOUGH] = "OPERATION_NOT_ALLOWED", [SAYS_CLOSED_SHOP] = "NO_SERVICE",
  [SAYS_SHOP_LIMIT] = "INACTIVE_MERCHANT", [SAYS_UNSURE] = "TARGET_FAIL",
  [SAYS_CLOCK] = "ABNORMAL_REQUEST_TIME",
  [SAYS_FAILED] = "00",         [SAYS_CLOSED] = "00",          [SAYS_REVERSED] = "00",
};

static const char *const bill_words[N_SAYS] = {
  [SAYS_PAID] = "PAID",     [SAYS_OPEN] = "UNPAID",     [SAYS_FAILED] = "CLOSED",
  [SAYS_CLOSED] = "CLOSED", [SAYS_REVERSED] = "CLOSED", [SAYS_DONE] = NULL,
};

/* queryResCode. */
static const char *const trade_words[N_SAYS] = {
  [SAYS_PAID] = "0", [SAYS_OPEN] = "FF", [SAYS_FAILED] = "5", [SAYS_CLOSED] = "2",
  [SAYS_REVERSED] = "2",
};

static const struct {
  const char *path;
  TillCall    call;
  gboolean    is_bill;
} calls[] = {
  { "/v1/netpay/bills/get-qrcode", TILL_CALL_ORDER, TRUE },
  { "/v1/netpay/bills/query", TILL_CALL_QUERY, TRUE },
  { "/v1/netpay/bills/close-qrcode", TILL_CALL_CLOSE, TRUE },
  { "/v1/netpay/bills/refund", TILL_CALL_REFUND, TRUE },
  { "/v6/poslink/transaction/pay", TILL_CALL_CHARGE, FALSE },
  { "/v6/poslink/transaction/query", TILL_CALL_QUERY, FALSE },
  { "/v6/poslink/transaction/voidpayment", TILL_CALL_REVERSE, FALSE },
  { "/v6/poslink/transaction/refund", TILL_CALL_REFUND, FALSE },
  { "/v6/poslink/transaction/query-refund", TILL_CALL_QUERY_REFUND, FALSE },
};

/* targetSys, thirdPartyName. */
static const char *const systems[TILL_N_BRANDS][2] = {
  [TILL_BRAND_NONE] = { "ACP", "银联" },      [TILL_BRAND_WECHAT] = { "WXPay", "微信" },
  [TILL_BRAND_ALIPAY] = { "Alipay 2.0", "支付宝" }, [TILL_BRAND_UNIONPAY] = { "ACP", "云闪付" },
  [TILL_BRAND_ECNY] = { "ECNY", "数字人民币" },
};

static TillHttpReply *
say (const char *code,
     const char *more)
{
  g_autofree char *body = g_strdup_printf ("{\"errCode\":\"%s\"%s}", code, more);

  g_assert_nonnull (code);

  return speech_reply (200, body);
}

static char *
say_refund (const Bank *bank,
            const Told *told,
            gboolean    is_bill)
{
  static const char *const ends[][2] = {
    { "PROCESSING", "FF" }, { "SUCCESS", "00" }, { "FAIL", "5" },
  };
  gboolean is_over = bank_now_ms (bank) >= told->refund->done_ms;
  guint end = !is_over ? 0 : told->refund->fails ? 2 : 1;

  if (is_bill)
    return g_strdup_printf (",\"refundOrderId\":\"" SOURCE "%s\",\"refundStatus\":\"%s\","
                            "\"refundAmount\":%" G_GINT64_FORMAT, told->refund->number,
                            ends[end][0], told->refund->fen);

  return g_strdup_printf (",\"refundRequestId\":\"%s\",\"queryResCode\":\"%s\"",
                          told->refund->number, ends[end][1]);
}

static char *
say_bill (const Bank *bank,
          const Told *told)
{
  g_autofree char *time = speech_gmt8 (teller_paid_us (bank, told));
  g_autofree char *payment = told->says == SAYS_PAID
    ? g_strdup_printf (",\"billPayment\":{\"status\":\"TRADE_SUCCESS\",\"targetSys\":\"%s\","
                       "\"payTime\":\"%s\"}", systems[told->trade->brand][0], time)
    : g_strdup ("");

  return g_strdup_printf (
    ",\"billNo\":\"" SOURCE "%s\",\"billStatus\":\"%s\",\"totalAmount\":%" G_GINT64_FORMAT "%s",
    teller_number (told), bill_words[told->says], teller_fen (told), payment);
}

static char *
say_transaction (const Told *told)
{
  return g_strdup_printf (
    ",\"merchantOrderId\":\"%s\",\"orderId\":\"77%s\",\"thirdPartyName\":\"%s\","
    "\"queryResCode\":\"%s\",\"originalTransactionAmount\":%" G_GINT64_FORMAT,
    teller_number (told), told->trade->number, systems[told->trade->brand][1],
    trade_words[told->says], teller_fen (told));
}

static char *
say_code (const Told *told)
{
  return g_strdup_printf (",\"billNo\":\"" SOURCE "%s\",\"billQRCode\":\"%s\",\"qrCodeId\":\"%s\"",
                          told->trade->number, told->trade->text,
                          strrchr (told->trade->text, '/') + 1);
}

static gboolean
is_about_bill (const TillHttpRequest *request)
{
  return strstr (request->url, "/bills/") != NULL;
}

static char *
say_more (const Bank            *bank,
          const TillHttpRequest *request,
          const Heard           *heard,
          const Told            *told)
{
  gboolean is_bill = is_about_bill (request);

  if (told->refund)
    return say_refund (bank, told, is_bill);
  if (heard->call == TILL_CALL_ORDER && told->says == SAYS_DONE)
    return say_code (told);
  if (heard->call == TILL_CALL_QUERY && trade_words[told->says])
    return is_bill ? say_bill (bank, told) : say_transaction (told);
  if (heard->call == TILL_CALL_CHARGE && (told->says == SAYS_PAID || told->says == SAYS_OPEN))
    return say_transaction (told);
  if (heard->call == TILL_CALL_CLOSE && told->says == SAYS_DONE)
    return g_strdup (",\"billStatus\":\"CLOSED\"");

  return g_strdup ("");
}

static char *
part_of (const char *line,
         const char *name)
{
  g_autofree char *begin = g_strconcat (name, "=\"", NULL);
  const char *start = strstr (line, begin) + strlen (begin);

  return g_strndup (start, strcspn (start, "\""));
}

/* Returns when it was signed. */
static gint64
check_signature (const TillHttpRequest *request)
{
  g_autofree char *line = speech_header (request, "Authorization");
  g_autofree char *body = speech_body (request);
  g_autofree char *time = part_of (line, "Timestamp");
  g_autofree char *nonce = part_of (line, "Nonce");
  g_autofree char *signature = part_of (line, "Signature");
  g_autofree char *digest = till_digest_hex ("SHA256", body);
  g_autofree char *text = g_strconcat (APP_ID, time, nonce, digest, NULL);
  g_autofree char *right = till_hmac_base64 ("SHA256", APP_KEY, text);

  g_assert_cmpstr (signature, ==, right);

  return speech_time_us (time);
}

static TillHttpReply *
answer (Bank                  *bank,
        const TillHttpRequest *request,
        const Heard           *heard)
{
  gboolean is_off = ABS (check_signature (request) - bank_wall_us (bank)) > WINDOW_US;
  Told told = { .says = SAYS_CLOCK };
  g_autofree char *more = NULL;

  if (!is_off)
    told = teller_serve (bank, heard, LIE_ORDER |
                           (heard->call == TILL_CALL_QUERY ? LIE_AMOUNT : 0));
  more = told.says == SAYS_UNSURE || told.says == SAYS_CLOCK
           ? g_strdup ("") : say_more (bank, request, heard, &told);

  return say ((is_about_bill (request) ? bill_codes : trade_codes)[told.says], more);
}

/* A code is closed by its id, which says which order it is of. */
static char *
number_of_code (Bank       *bank,
                const char *id)
{
  for (guint i = 0; i < bank->order->len; i++) {
    const Trade *trade = g_ptr_array_index (bank->order, i);

    if (trade->text && strcmp (strrchr (trade->text, '/') + 1, id) == 0)
      return g_strdup (trade->number);
  }
  g_error ("no code has the id %s", id);
}

static char *
bill_number (const char *body,
             const char *name)
{
  g_autofree char *whole = speech_field (body, name);

  return whole ? g_strdup (whole + strlen (SOURCE)) : NULL;
}

static void
hear_bill (Bank       *bank,
           const char *body,
           Heard      *heard)
{
  g_autofree char *refund = bill_number (body, "refundOrderId");
  g_autofree char *number = bill_number (body, "billNo");
  g_autofree char *id = speech_field (body, "qrCodeId");
  g_autofree char *expires = speech_field (body, "expireTime");

  if (heard->call == TILL_CALL_QUERY && refund)
    heard->call = TILL_CALL_QUERY_REFUND;
  if (id)
    heard->number = number_of_code (bank, id);
  else
    heard->number = refund ? g_strdup (refund) : g_strdup (number);
  heard->of = refund ? g_strdup (number) : NULL;
  heard->fen = speech_number (body, heard->of ? "refundAmount" : "totalAmount");
  if (expires)
    heard->life_ms = (speech_time_us (expires) - bank_wall_us (bank)) / 1000;
}

static void
hear_transaction (const char *body,
                  Heard      *heard)
{
  heard->number = speech_field (body, "refundRequestId");
  if (heard->number)
    heard->of = speech_field (body, "merchantOrderId");
  else
    heard->number = speech_field (body, "merchantOrderId");
  heard->fen = speech_number (body, "transactionAmount");
  heard->digits = speech_field (body, "payCode");
}

static void
hear (Bank                  *bank,
      const TillHttpRequest *request,
      Heard                 *heard)
{
  const char *path = speech_path (request);
  g_autofree char *body = speech_body (request);

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    if (strcmp (calls[i].path, path) != 0)
      continue;
    heard->call = calls[i].call;
    if (calls[i].is_bill)
      hear_bill (bank, body, heard);
    else
      hear_transaction (body, heard);
    return;
  }
  g_error ("nobody hears %s", path);
}

const Dialect dialect_chinaums = {
  .type = "chinaums",
  .hosts = { "api-mop.chinaums.com" },
  .brands = TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY) |
            TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) | TILL_BRAND_BIT (TILL_BRAND_ECNY),
  .refunds_may_fail = TRUE,
  .orders_exist_unscanned = TRUE,
  .remembers_declines = TRUE,
  .reverse_not_before_ms = 15000,
  .gives_up_ms = 60000,
  .hear = hear,
  .answer = answer,
};
