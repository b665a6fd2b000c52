/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank-speech.h"

#include <string.h>

#include "core/money.h"

/* Alipay's gateway.do: one address, the method in a parameter, 200 for everything, the signature
 * over the raw node. */

static TillHttpReply *
say_spoilt (const Spoil *spoil,
            const char  *method,
            const char  *node)
{
  g_autofree char *name = g_strdelimit (g_strdup (method), ".", '_');
  g_autofree char *signature =
    speech_sign (spoil->is_forged || spoil->is_probe ? "a stranger" : "the alipay bank", node);
  g_autofree char *body = spoil->is_unsigned
    ? g_strdup_printf ("{\"%s_response\":%s}", name, node)
    : g_strdup_printf ("{\"%s_response\":%s,\"sign\":\"%s\"}", name, node, signature);

  return speech_reply (200, body);
}

static TillHttpReply *
say (Bank       *bank,
     const char *method,
     const char *node)
{
  static const Spoil nothing = { 0 };

  return say_spoilt (&nothing, method, node);
}

static TillHttpReply *
say_code (Bank       *bank,
          const char *method,
          const char *sub_code)
{
  g_autofree char *node = g_strdup_printf (
    "{\"code\":\"%s\",\"msg\":\"\",\"sub_code\":\"%s\"}",
    strcmp (sub_code, "ACQ.SYSTEM_ERROR") == 0 ? "20000" : "40004", sub_code);

  return say (bank, method, node);
}

static char *
say_facts (const Spoil *spoil,
           const Trade *trade)
{
  g_autofree char *yuan =
    till_money_to_yuan (trade->amount_fen + (spoil->names_other_amount ? 100 : 0));

  return g_strdup_printf ("\"trade_no\":\"2088%s\",\"out_trade_no\":\"%s\",\"total_amount\":\"%s\"",
                          trade->number,
                          spoil->names_other_order ? "SOMEONEELSE000000000" : trade->number, yuan);
}

/* Alipay's answers carry no time: an old one is as good as a new one, and so it tells no lie. */
static Spoil
draw_spoil (Bank *bank)
{
  Spoil spoil = bank_draw_spoil (bank);

  spoil.is_old = FALSE;

  return spoil;
}

static TillHttpReply *
say_query (Bank        *bank,
           const char  *method,
           const Heard *heard)
{
  static const char *const words[] = {
    [SAYS_PAID] = "TRADE_SUCCESS", [SAYS_OPEN] = "WAIT_BUYER_PAY", [SAYS_FAILED] = "TRADE_CLOSED",
    [SAYS_CLOSED] = "TRADE_CLOSED", [SAYS_REVERSED] = "TRADE_CLOSED",
  };
  const Trade *trade = bank_find (bank, heard->number);
  const Spoil spoil = draw_spoil (bank);
  BankSays says = bank_query (bank, heard->number);
  g_autofree char *facts = NULL;
  g_autofree char *time = NULL;
  g_autofree char *node = NULL;
  const char *word;
  gboolean all_back;

  if (says == SAYS_UNKNOWN)
    return say_code (bank, method, "ACQ.TRADE_NOT_EXIST");

  /* A trade that was given back whole is closed. */
  all_back = bank_given_back (bank, trade) == trade->amount_fen;
  word = bank_is_lie (&spoil) ? "TRADE_SUCCESS" : all_back ? "TRADE_CLOSED" : words[says];
  facts = say_facts (&spoil, trade);
  time = speech_gmt8 (bank_wall_us (bank) - (bank_now_ms (bank) - trade->paid_ms) * 1000);
  node = g_strdup_printf (
    "{\"code\":\"10000\",\"msg\":\"Success\",%s,\"trade_status\":\"%s\",\"send_pay_date\":\"%s\"}",
    facts, word, time);

  return say_spoilt (&spoil, method, node);
}

static TillHttpReply *
do_charge (Bank        *bank,
           const char  *method,
           const Heard *heard)
{
  static const char *const codes[N_SAYS] = {
    [SAYS_CODE_EXPIRED] = "ACQ.PAYMENT_AUTH_CODE_INVALID",
    [SAYS_CODE_USED]    = "ACQ.PAYMENT_AUTH_CODE_INVALID",
    [SAYS_POOR]         = "ACQ.BUYER_BALANCE_NOT_ENOUGH",
    [SAYS_REFUSED]      = "ACQ.PAYMENT_REQUEST_HAS_RISK",
    [SAYS_ALREADY_PAID] = "ACQ.TRADE_HAS_SUCCESS",
    [SAYS_NUMBER_USED]  = "ACQ.CONTEXT_INCONSISTENT",
    [SAYS_NOT_TAKEN]    = "ACQ.PAYMENT_AUTH_CODE_INVALID",
    [SAYS_CLOSED_SHOP]  = "ACQ.MERCHANT_STATUS_NOT_NORMAL",
    [SAYS_SHOP_LIMIT]   = "ACQ.BEYOND_PAY_RESTRICTION",
  };
  g_autofree char *facts = NULL;
  g_autofree char *node = NULL;
  const Spoil spoil = draw_spoil (bank);
  BankSays says = bank_charge (bank, heard->number, heard->fen, heard->digits);

  if (says != SAYS_PAID && says != SAYS_OPEN)
    return say_code (bank, method, codes[says]);

  facts = say_facts (&spoil, bank_find (bank, heard->number));
  node = says == SAYS_PAID || bank_is_lie (&spoil)
           ? g_strdup_printf ("{\"code\":\"10000\",\"msg\":\"Success\",%s}", facts)
                           : g_strdup_printf ("{\"code\":\"10003\",\"msg\":\"\",%s}", facts);

  return say_spoilt (&spoil, method, node);
}

static TillHttpReply *
do_order (Bank        *bank,
          const char  *method,
          const Heard *heard)
{
  g_autofree char *node = NULL;
  Trade *trade;
  BankSays says = bank_order (bank, heard->number, heard->fen, heard->life_ms, &trade);

  if (says == SAYS_CLOSED_SHOP)
    return say_code (bank, method, "ACQ.MERCHANT_STATUS_NOT_NORMAL");
  if (says != SAYS_DONE)
    return say_code (bank, method, "ACQ.APPLY_PC_MERCHANT_CODE_ERROR");

  node = g_strdup_printf ("{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"%s\","
                          "\"qr_code\":\"%s\"}", heard->number, trade->text);
  return say (bank, method, node);
}

static TillHttpReply *
do_cancel (Bank        *bank,
           const char  *method,
           const Heard *heard)
{
  BankSays says = bank_end (bank, heard->number, TRUE);
  g_autofree char *node = g_strdup_printf (
    "{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"%s\",\"retry_flag\":\"%s\"}",
    heard->number, says == SAYS_AGAIN ? "Y" : "N");

  if (says == SAYS_CANNOT)
    return say_code (bank, method, "ACQ.CANCEL_NOT_ALLOWED");

  return say (bank, method, node);
}

static TillHttpReply *
do_refund (Bank        *bank,
           const char  *method,
           const Heard *heard)
{
  static const char *const codes[N_SAYS] = {
    [SAYS_NOT_ENOUGH] = "ACQ.SELLER_BALANCE_NOT_ENOUGH",
    [SAYS_UNKNOWN]    = "ACQ.TRADE_NOT_EXIST",
    [SAYS_CANNOT]     = "ACQ.TRADE_STATUS_ERROR",
  };
  g_autofree char *sum = NULL;
  g_autofree char *node = NULL;
  BankRefund *before;
  BankSays says;

  bank_query_refund (bank, heard->of, heard->number, &before);
  says = bank_refund (bank, heard->of, heard->number, heard->fen);
  if (says != SAYS_DONE && says != SAYS_PROCESSING)
    return say_code (bank, method, codes[says]);

  sum = till_money_to_yuan (bank_given_back (bank, bank_find (bank, heard->of)));
  node = g_strdup_printf (
    "{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"%s\",\"fund_change\":\"%s\","
    "\"refund_fee\":\"%s\"}", heard->of, before || says == SAYS_PROCESSING ? "N" : "Y", sum);

  return say (bank, method, node);
}

static TillHttpReply *
do_query_refund (Bank        *bank,
                 const char  *method,
                 const Heard *heard)
{
  g_autofree char *yuan = NULL;
  g_autofree char *node = NULL;
  BankRefund *found;

  /* What is not done yet has no state here, as what is not known. */
  if (bank_query_refund (bank, heard->of, heard->number, &found) != SAYS_DONE)
    return say (bank, method, "{\"code\":\"10000\",\"msg\":\"Success\"}");

  yuan = till_money_to_yuan (found->fen);
  node = g_strdup_printf (
    "{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"%s\",\"out_request_no\":\"%s\","
    "\"refund_amount\":\"%s\",\"refund_status\":\"REFUND_SUCCESS\"}",
    heard->of, heard->number, yuan);

  return say (bank, method, node);
}

typedef TillHttpReply *(*Do) (Bank *bank, const char *method, const Heard *heard);

static const struct {
  const char *method;
  TillCall    call;
  Do          does;
} methods[] = {
  { "alipay.trade.pay", TILL_CALL_CHARGE, do_charge },
  { "alipay.trade.precreate", TILL_CALL_ORDER, do_order },
  { "alipay.trade.query", TILL_CALL_QUERY, say_query },
  { "alipay.trade.cancel", TILL_CALL_REVERSE, do_cancel },
  { "alipay.trade.refund", TILL_CALL_REFUND, do_refund },
  { "alipay.trade.fastpay.refund.query", TILL_CALL_QUERY_REFUND, do_query_refund },
};

static guint
find_method (const TillHttpRequest *request)
{
  g_autofree char *method = speech_parameter (request->url, "method");

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
    if (strcmp (methods[i].method, method) == 0)
      return i;
  }
  g_error ("nobody hears %s", method);
}

/* Amounts are in yuan here. */
static gint64
amount_in (const char *content,
           gboolean    is_refund)
{
  g_autofree char *yuan = speech_field (content, is_refund ? "refund_amount" : "total_amount");
  gint64 fen = 0;

  if (yuan)
    g_assert_true (till_money_parse (yuan, &fen, NULL));

  return fen;
}

static void
hear (Bank                  *bank,
      const TillHttpRequest *request,
      Heard                 *heard)
{
  g_autofree char *body = speech_body (request);
  g_autofree char *content = speech_parameter (body, "biz_content");
  g_autofree char *number = speech_field (content, "out_trade_no");
  g_autofree char *ref = number ? NULL : speech_field (content, "trade_no");
  g_autofree char *life = speech_field (content, "qr_code_timeout_express");
  gboolean is_refund;

  heard->call = methods[find_method (request)].call;
  is_refund = heard->call == TILL_CALL_REFUND || heard->call == TILL_CALL_QUERY_REFUND;
  if (!number)
    number = g_strdup (ref + strlen ("2088"));
  heard->number = is_refund ? speech_field (content, "out_request_no") : g_strdup (number);
  heard->of = is_refund ? g_steal_pointer (&number) : NULL;
  heard->fen = amount_in (content, is_refund);
  heard->digits = speech_field (content, "auth_code");
  heard->life_ms = life ? g_ascii_strtoll (life, NULL, 10) * 60000 : 0;
}

static TillHttpReply *
answer (Bank                  *bank,
        const TillHttpRequest *request,
        const Heard           *heard)
{
  guint i = find_method (request);

  return methods[i].does (bank, methods[i].method, heard);
}

const Dialect dialect_alipay = {
  .type = "alipay",
  .hosts = { "openapi.alipay.com" },
  .brands = TILL_BRAND_BIT (TILL_BRAND_ALIPAY),
  .orders_exist_unscanned = FALSE,
  .reverse_not_before_ms = 0,
  .gives_up_ms = 5 * 60000,
  .hear = hear,
  .answer = answer,
};
