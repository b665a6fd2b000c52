/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank-speech.h"
#include "teller.h"

#include <string.h>

#include "acquirer/seal.h"

/* China Merchants Bank's polypay: JSON in JSON, signed with SM2 (by a sum here), and its table of
 * decisions. */

#define APP_ID "8ab74856-8772-45c9-96db-54cb30ab9f74"
#define APP_SECRET "cmb-app-secret"
#define PREFIX "/polypay/v1.0/mchorders/"
#define WINDOW_S 300

/* errCode of respCode FAIL; NULL: SUCCESS. */
static const char *const errors[N_SAYS] = {
  [SAYS_UNKNOWN] = "CMBORDERID_NOT_EXIST",   [SAYS_CODE_EXPIRED] = "AUTH_CODE_EXPIRE",
  [SAYS_CODE_USED] = "AUTH_CODE_INVALID",    [SAYS_POOR] = "NOT_ENOUGH",
  [SAYS_REFUSED] = "PAYER_REFUSED",          [SAYS_NUMBER_USED] = "SYSTERM_ERROR",
  [SAYS_ALREADY_PAID] = "SYSTERM_ERROR",     [SAYS_CANNOT] = "NOT_ALLOWED",
  [SAYS_AGAIN] = "OPERATING_FREQUENTLY",     [SAYS_NOT_ENOUGH] = "NOT_ENOUGH",
  [SAYS_NOT_TAKEN] = "AUTH_CODE_INVALID",    [SAYS_CLOSED_SHOP] = "MERCHANT_STATUS_ERROR",
  [SAYS_SHOP_LIMIT] = "MERCHANT_LIMIT",      [SAYS_UNSURE] = "SYSTERM_MAINTAINING",
};

/* tradeState. */
static const char *const words[N_SAYS] = {
  [SAYS_PAID] = "S",   [SAYS_OPEN] = "P",     [SAYS_FAILED] = "F",
  [SAYS_CLOSED] = "C", [SAYS_REVERSED] = "D", [SAYS_PROCESSING] = "P",
};

static const struct {
  const char *name;
  TillCall    call;
} calls[] = {
  { "pay", TILL_CALL_CHARGE },           { "ecny/unifiedPayment", TILL_CALL_CHARGE },
  { "qrcodeapply", TILL_CALL_ORDER },    { "ecny/unifiedOrder", TILL_CALL_ORDER },
  { "orderquery", TILL_CALL_QUERY },     { "close", TILL_CALL_CLOSE },
  { "cancel", TILL_CALL_REVERSE },       { "refund", TILL_CALL_REFUND },
  { "refundquery", TILL_CALL_QUERY_REFUND },
};

static const char *const pay_types[TILL_N_BRANDS] = {
  [TILL_BRAND_NONE] = "YL", [TILL_BRAND_WECHAT] = "WX", [TILL_BRAND_ALIPAY] = "ZF",
  [TILL_BRAND_UNIONPAY] = "YL", [TILL_BRAND_ECNY] = "EC",
};

/* The bank signs "/" as "\/"; nothing else in here needs an escape but the quotes of the inner
 * object. */
static TillHttpReply *
say (const Spoil *spoil,
     const char  *return_code,
     const char  *error,
     const char  *content)
{
  const char *response = error ? "FAIL" : "SUCCESS";
  g_auto (GStrv) parts = g_strsplit (content, "/", -1);
  g_autofree char *slashed = g_strjoinv ("\\/", parts);
  g_autofree char *escaped = g_strescape (content, NULL);
  g_autofree char *text = g_strdup_printf (
    "biz_content=%s&encoding=UTF-8&errCode=%s&respCode=%s&returnCode=%s&signMethod=02"
    "&version=0.0.1",
    slashed, error ? error : "", response, return_code);
  g_autofree char *signature =
    speech_sign (spoil->is_forged || spoil->is_probe ? "a stranger" : "the cmb bank", text);
  g_autofree char *signed_by = spoil->is_unsigned
    ? g_strdup ("") : g_strdup_printf (",\"sign\":\"%s\"", signature);
  g_autofree char *body = g_strdup_printf (
    "{\"biz_content\":\"%s\",\"encoding\":\"UTF-8\",\"errCode\":\"%s\",\"respCode\":\"%s\","
    "\"returnCode\":\"%s\",\"signMethod\":\"02\",\"version\":\"0.0.1\"%s}",
    escaped, error ? error : "", response, return_code, signed_by);

  return speech_reply (200, body);
}

static const char *
word_of (const Bank  *bank,
         const Heard *heard,
         const Told  *told)
{
  if (told->refund)
    return bank_now_ms (bank) < told->refund->done_ms ? "P" : told->refund->fails ? "F" : "S";
  if (heard->call == TILL_CALL_CLOSE)
    return "C";
  if (heard->call == TILL_CALL_REVERSE)
    return "D";

  return words[told->says] ? words[told->says] : "P";
}

static char *
say_content (const Bank  *bank,
             const Heard *heard,
             const Told  *told)
{
  g_autofree char *day = speech_time (teller_paid_us (bank, told), "%Y%m%d");
  g_autofree char *time = speech_time (teller_paid_us (bank, told), "%H%M%S");
  g_autofree char *code = heard->call == TILL_CALL_ORDER
    ? g_strdup_printf (",\"qrCode\":\"%s\"", told->trade->text) : g_strdup ("");

  return g_strdup_printf (
    "{\"orderId\":\"%s\",\"cmbOrderId\":\"77%s\",\"tradeState\":\"%s\",\"payType\":\"%s\","
    "\"%s\":\"%" G_GINT64_FORMAT "\",\"endDate\":\"%s\",\"endTime\":\"%s\"%s}",
    teller_number (told), told->refund ? told->refund->number : told->trade->number,
    word_of (bank, heard, told), pay_types[told->trade->brand],
    told->refund ? "refundAmt" : "txnAmt", teller_fen (told), day, time, code);
}

/* An order that nobody paid yet has words of its own: it waits, or its time is over. */
static const char *
error_of (const Bank  *bank,
          const Heard *heard,
          const Told  *told)
{
  const Trade *trade = told->trade;

  if (heard->call != TILL_CALL_QUERY || told->says != SAYS_OPEN || trade->is_charge)
    return errors[told->says];

  return bank_now_ms (bank) >= trade->expires_ms ? "ORDERID_INVALID" : "UNPAIED_ORDER";
}

static char *
inner (const TillHttpRequest *request)
{
  g_autofree char *body = speech_body (request);

  return g_strcompress (body);
}

/* Returns when it was signed. */
static gint64
check_signature (const TillHttpRequest *request)
{
  g_autofree char *body = inner (request);
  g_autofree char *signature = speech_field (body, "sign");
  g_autofree char *time = speech_header (request, "timestamp");
  g_autofree char *digest = speech_header (request, "apisign");
  const char *begin = strstr (body, "\"biz_content\":\"") + strlen ("\"biz_content\":\"");
  const char *end = strstr (begin, "\",\"encoding\"");
  g_autofree char *content = g_strndup (begin, (gsize) (end - begin));
  g_autofree char *text = g_strdup_printf (
    "biz_content=%s&encoding=UTF-8&signMethod=02&version=0.0.1", content);
  g_autofree char *header = g_strdup_printf ("appid=" APP_ID "&secret=" APP_SECRET
                                             "&sign=%s&timestamp=%s", signature, time);
  g_autofree char *right = till_digest_hex ("MD5", header);

  g_assert_true (speech_is_signed ("the till", text, signature));
  g_assert_cmpstr (digest, ==, right);

  return g_ascii_strtoll (time, NULL, 10);
}

static TillHttpReply *
answer (Bank                  *bank,
        const TillHttpRequest *request,
        const Heard           *heard)
{
  static const Spoil nothing = { 0 };
  gint64 off_s = check_signature (request) - bank_wall_us (bank) / G_USEC_PER_SEC;
  g_autofree char *content = NULL;
  const char *error;
  Told told;

  if (ABS (off_s) > WINDOW_S)
    return say (&nothing, "FAIL", "SIGN_OR_PARAMETER_ERROR", "");

  told = teller_serve (bank, heard, LIE_SIGNATURE | LIE_ORDER | LIE_AMOUNT);
  error = error_of (bank, heard, &told);
  if (error)
    return say (&nothing, "SUCCESS", error, "");

  content = say_content (bank, heard, &told);
  return say (&told.spoil, "SUCCESS", NULL, content);
}

static void
hear (Bank                  *bank,
      const TillHttpRequest *request,
      Heard                 *heard)
{
  const char *name = speech_path (request) + strlen (PREFIX);
  g_autofree char *body = inner (request);
  g_autofree char *number = speech_field (body, "orderId");
  g_autofree char *original = speech_field (body, "origOrderId");
  g_autofree char *valid = speech_field (body, "payValidTime");
  g_autofree char *amount = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    if (strcmp (calls[i].name, name) == 0)
      heard->call = calls[i].call;
  }
  amount = speech_field (body, heard->call == TILL_CALL_REFUND ? "refundAmt" : "txnAmt");
  heard->number = number ? g_steal_pointer (&number) : g_strdup (original);
  if (heard->call == TILL_CALL_REFUND)
    heard->of = g_steal_pointer (&original);
  heard->fen = amount ? g_ascii_strtoll (amount, NULL, 10) : 0;
  heard->digits = speech_field (body, "authCode");
  heard->life_ms = valid ? g_ascii_strtoll (valid, NULL, 10) * 1000 : 15 * 60000;
}

const Dialect dialect_cmb = {
  .type = "cmb",
  .hosts = { "api.cmbchina.com" },
  .brands = TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY) |
            TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) | TILL_BRAND_BIT (TILL_BRAND_ECNY),
  .refunds_may_fail = TRUE,
  .orders_exist_unscanned = TRUE,
  .reverse_not_before_ms = 15000,
  .gives_up_ms = 60000,
  .hear = hear,
  .answer = answer,
};
