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
say_query (Bank       *bank,
           const char *method,
           const char *number)
{
  static const char *const words[] = {
    [SAYS_PAID] = "TRADE_SUCCESS", [SAYS_OPEN] = "WAIT_BUYER_PAY", [SAYS_FAILED] = "TRADE_CLOSED",
    [SAYS_CLOSED] = "TRADE_CLOSED", [SAYS_REVERSED] = "TRADE_CLOSED",
  };
  const Trade *trade = bank_find (bank, number);
  const Spoil spoil = draw_spoil (bank);
  BankSays says = bank_query (bank, number);
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
hear_charge (Bank       *bank,
             const char *method,
             const char *content)
{
  static const char *const codes[N_SAYS] = {
    [SAYS_CODE_EXPIRED] = "ACQ.PAYMENT_AUTH_CODE_INVALID",
    [SAYS_CODE_USED]    = "ACQ.PAYMENT_AUTH_CODE_INVALID",
    [SAYS_POOR]         = "ACQ.BUYER_BALANCE_NOT_ENOUGH",
    [SAYS_REFUSED]      = "ACQ.PAYMENT_REQUEST_HAS_RISK",
    [SAYS_ALREADY_PAID] = "ACQ.TRADE_HAS_SUCCESS",
    [SAYS_NUMBER_USED]  = "ACQ.CONTEXT_INCONSISTENT",
  };
  g_autofree char *number = speech_field (content, "out_trade_no");
  g_autofree char *digits = speech_field (content, "auth_code");
  g_autofree char *yuan = speech_field (content, "total_amount");
  g_autofree char *facts = NULL;
  g_autofree char *node = NULL;
  const Spoil spoil = draw_spoil (bank);
  gint64 fen = 0;
  BankSays says;

  g_assert_true (till_money_parse (yuan, &fen, NULL));
  says = bank_charge (bank, number, fen, digits);
  if (says != SAYS_PAID && says != SAYS_OPEN)
    return say_code (bank, method, codes[says]);

  facts = say_facts (&spoil, bank_find (bank, number));
  node = says == SAYS_PAID || bank_is_lie (&spoil)
           ? g_strdup_printf ("{\"code\":\"10000\",\"msg\":\"Success\",%s}", facts)
                           : g_strdup_printf ("{\"code\":\"10003\",\"msg\":\"\",%s}", facts);

  return say_spoilt (&spoil, method, node);
}

static TillHttpReply *
hear_order (Bank       *bank,
            const char *method,
            const char *content)
{
  g_autofree char *number = speech_field (content, "out_trade_no");
  g_autofree char *yuan = speech_field (content, "total_amount");
  g_autofree char *life = speech_field (content, "qr_code_timeout_express");
  g_autofree char *node = NULL;
  gint64 fen = 0;
  Trade *trade;

  g_assert_true (till_money_parse (yuan, &fen, NULL));
  if (bank_order (bank, number, fen, g_ascii_strtoll (life, NULL, 10) * 60000, &trade) != SAYS_DONE)
    return say_code (bank, method, "ACQ.APPLY_PC_MERCHANT_CODE_ERROR");

  node = g_strdup_printf ("{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"%s\","
                          "\"qr_code\":\"%s\"}", number, trade->text);
  return say (bank, method, node);
}

static TillHttpReply *
hear_cancel (Bank       *bank,
             const char *method,
             const char *number)
{
  BankSays says = bank_end (bank, number, TRUE);
  g_autofree char *node = g_strdup_printf (
    "{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"%s\",\"retry_flag\":\"%s\"}",
    number, says == SAYS_AGAIN ? "Y" : "N");

  if (says == SAYS_CANNOT)
    return say_code (bank, method, "ACQ.CANCEL_NOT_ALLOWED");

  return say (bank, method, node);
}

static TillHttpReply *
hear_refund (Bank       *bank,
             const char *method,
             const char *content)
{
  static const char *const codes[N_SAYS] = {
    [SAYS_NOT_ENOUGH] = "ACQ.SELLER_BALANCE_NOT_ENOUGH",
    [SAYS_UNKNOWN]    = "ACQ.TRADE_NOT_EXIST",
    [SAYS_CANNOT]     = "ACQ.TRADE_STATUS_ERROR",
  };
  g_autofree char *number = speech_field (content, "out_trade_no");
  g_autofree char *refund = speech_field (content, "out_request_no");
  g_autofree char *yuan = speech_field (content, "refund_amount");
  g_autofree char *sum = NULL;
  g_autofree char *node = NULL;
  BankRefund *before;
  gint64 fen = 0;
  BankSays says;

  g_assert_true (till_money_parse (yuan, &fen, NULL));
  bank_query_refund (bank, number, refund, &before);
  says = bank_refund (bank, number, refund, fen);
  if (says != SAYS_DONE && says != SAYS_PROCESSING)
    return say_code (bank, method, codes[says]);

  sum = till_money_to_yuan (bank_given_back (bank, bank_find (bank, number)));
  node = g_strdup_printf (
    "{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"%s\",\"fund_change\":\"%s\","
    "\"refund_fee\":\"%s\"}", number, before || says == SAYS_PROCESSING ? "N" : "Y", sum);

  return say (bank, method, node);
}

static TillHttpReply *
hear_query_refund (Bank       *bank,
                   const char *method,
                   const char *content)
{
  g_autofree char *number = speech_field (content, "out_trade_no");
  g_autofree char *refund = speech_field (content, "out_request_no");
  g_autofree char *yuan = NULL;
  g_autofree char *node = NULL;
  BankRefund *found;

  /* What is not done yet has no state here, as what is not known. */
  if (bank_query_refund (bank, number, refund, &found) != SAYS_DONE)
    return say (bank, method, "{\"code\":\"10000\",\"msg\":\"Success\"}");

  yuan = till_money_to_yuan (found->fen);
  node = g_strdup_printf (
    "{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"%s\",\"out_request_no\":\"%s\","
    "\"refund_amount\":\"%s\",\"refund_status\":\"REFUND_SUCCESS\"}", number, refund, yuan);

  return say (bank, method, node);
}

static TillHttpReply *
hear (Bank       *bank,
      const char *method,
      const char *content)
{
  g_autofree char *number = speech_field (content, "out_trade_no");
  g_autofree char *ref = speech_field (content, "trade_no");

  if (strcmp (method, "alipay.trade.pay") == 0)
    return hear_charge (bank, method, content);
  if (strcmp (method, "alipay.trade.precreate") == 0)
    return hear_order (bank, method, content);
  if (strcmp (method, "alipay.trade.query") == 0)
    return say_query (bank, method, number ? number : ref + strlen ("2088"));
  if (strcmp (method, "alipay.trade.cancel") == 0)
    return hear_cancel (bank, method, number);
  if (strcmp (method, "alipay.trade.refund") == 0)
    return hear_refund (bank, method, content);
  if (strcmp (method, "alipay.trade.fastpay.refund.query") == 0)
    return hear_query_refund (bank, method, content);

  g_error ("nobody hears %s", method);
}

static TillHttpReply *
answer (Bank                  *bank,
        const TillHttpRequest *request)
{
  g_autofree char *body = speech_body (request);
  g_autofree char *method = speech_parameter (request->url, "method");
  g_autofree char *content = speech_parameter (body, "biz_content");

  return hear (bank, method, content);
}

const Dialect dialect_alipay = {
  .host = "alipay.example",
  .orders_exist_unscanned = FALSE,
  .end_refunds_orders = TRUE,
  .reverse_not_before_ms = 0,
  .gives_up_ms = 5 * 60000,
  .answer = answer,
};
