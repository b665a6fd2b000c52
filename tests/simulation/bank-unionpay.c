/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank-speech.h"
#include "teller.h"

#include <string.h>

#include "acquirer/form.h"
#include "acquirer/seal.h"

/* UnionPay's full-channel interface: forms, a number and a moment together name a transaction, a
 * payment is "accepted" and its result asked for, a code ends by its time alone. */

#define MERCHANT "777290000000001"
#define SIGNER "中国银联股份有限公司"
#define NOW_US (10 * G_TIME_SPAN_MINUTE)  /* a new transaction's moment is about now */
#define REF "88"                          /* before our number, in UnionPay's own */
#define EARLY_US (9 * G_TIME_SPAN_HOUR)   /* China's zone, and a clearing day ends at 23:00 */

static const char *const codes[N_SAYS] = {
  [SAYS_PAID] = "00",         [SAYS_OPEN] = "00",         [SAYS_DONE] = "00",
  [SAYS_PROCESSING] = "00",   [SAYS_FAILED] = "00",       [SAYS_CLOSED] = "00",
  [SAYS_REVERSED] = "00",     [SAYS_UNKNOWN] = "34",      [SAYS_CODE_EXPIRED] = "86",
  [SAYS_CODE_USED] = "88",    [SAYS_POOR] = "64",         [SAYS_REFUSED] = "60",
  [SAYS_NUMBER_USED] = "12",  [SAYS_ALREADY_PAID] = "12", [SAYS_CANNOT] = "36",
  [SAYS_AGAIN] = "06",        [SAYS_NOT_ENOUGH] = "64",   [SAYS_NOT_TAKEN] = "88",
  [SAYS_CLOSED_SHOP] = "31",  [SAYS_SHOP_LIMIT] = "33",   [SAYS_CLOCK] = "10",
  [SAYS_UNSURE] = "04",
};

/* origRespCode. */
static const char *const results[N_SAYS] = {
  [SAYS_PAID] = "00",   [SAYS_OPEN] = "05",     [SAYS_FAILED] = "60",
  [SAYS_CLOSED] = "45", [SAYS_REVERSED] = "46", [SAYS_DONE] = "00", [SAYS_PROCESSING] = "05",
};

static const char *
sign (Bank        *bank,
      const Spoil *spoil,
      TillForm    *form,
      char       **signature)
{
  g_autofree char *name = g_strdup_printf ("UNIONPAY%u@01@%s", bank->key,
                                           spoil->is_probe ? "somebody" : SIGNER);
  g_autofree char *text = NULL;
  g_autofree char *digest = NULL;

  till_form_add (form, "signMethod", "01");
  till_form_add (form, "signPubKeyCert", name);
  text = till_form_canonical (form);
  digest = till_digest_hex ("SHA256", text);
  *signature = speech_sign (spoil->is_forged ? "a stranger" : name, digest);

  return spoil->is_unsigned ? NULL : *signature;
}

static TillHttpReply *
say (Bank        *bank,
     const Told  *told,
     const Heard *heard,
     TillForm    *form)
{
  g_autofree char *signature = NULL;
  g_autofree char *body = NULL;

  till_form_add (form, "version", "5.1.0");
  till_form_add (form, "encoding", "UTF-8");
  till_form_add (form, "merId", MERCHANT);
  till_form_add (form, "txnTime", heard->moment);
  till_form_add (form, "orderId", told->spoil.names_other_order ? "SOMEONEELSE000000000"
                                                                : heard->number);
  till_form_add (form, "respCode", codes[told->says]);
  till_form_add (form, "signature", sign (bank, &told->spoil, form, &signature));
  body = till_form_canonical (form);

  return speech_reply (200, body);
}

static void
add_result (Bank       *bank,
            const Told *told,
            TillForm   *form)
{
  g_autofree char *amount = g_strdup_printf ("%" G_GINT64_FORMAT, teller_fen (told));
  g_autofree char *trace = speech_time (teller_paid_us (bank, told), "%m%d%H%M%S");
  gboolean was_declined = told->says == SAYS_OPEN && told->trade->was_declined;

  till_form_add (form, "origRespCode", was_declined                                ? "64"
                                       : told->refund && told->says == SAYS_FAILED ? "01"
                                                                    : results[told->says]);
  till_form_add (form, "txnAmt", amount);
  till_form_add (form, "currencyCode", "156");
  till_form_add (form, "traceTime", trace);
}

static gboolean
begins (TillCall call)
{
  return call == TILL_CALL_CHARGE || call == TILL_CALL_ORDER || call == TILL_CALL_REFUND;
}

static gboolean
is_query (TillCall call)
{
  return call == TILL_CALL_QUERY || call == TILL_CALL_QUERY_REFUND;
}

static gint64
clearing_day (gint64 wall_us)
{
  return (wall_us + EARLY_US) / G_TIME_SPAN_DAY;
}

/* A void gives back all, on the payment's clearing day. */
static gboolean
can_be_voided (Bank        *bank,
               const Heard *heard)
{
  const Trade *trade = bank_find (bank, heard->of);

  return trade && trade->amount_fen == heard->fen &&
         clearing_day (speech_time_us (trade->moment)) == clearing_day (bank_wall_us (bank));
}

/* What is wrong with a request before anybody looks into the books. */
static gboolean
check_moment (Bank        *bank,
              const Heard *heard,
              Told        *told)
{
  const Trade *trade = bank_find (bank, heard->number);
  BankRefund *refund;
  const char *moment;

  bank_query_refund (bank, NULL, heard->number, &refund);
  moment = trade ? trade->moment : refund ? refund->moment : NULL;
  *told = (Told) { .says = SAYS_CLOCK };
  if (begins (heard->call) && moment)
    told->says = SAYS_NUMBER_USED;
  else if (heard->call == TILL_CALL_ORDER && heard->life_ms <= 0)
    return FALSE;
  else if (begins (heard->call))
    return ABS (speech_time_us (heard->moment) - bank_wall_us (bank)) <= NOW_US;
  else
    told->says = SAYS_UNKNOWN;

  return moment && !begins (heard->call) && strcmp (moment, heard->moment) == 0;
}

static void
remember_moment (const Heard *heard,
                 const Told  *told)
{
  if (told->refund && !told->refund->moment)
    told->refund->moment = g_strdup (heard->moment);
  else if (heard->call != TILL_CALL_REFUND && told->trade && !told->trade->moment)
    told->trade->moment = g_strdup (heard->moment);
}

static void
check_signature (const TillHttpRequest *request)
{
  g_autofree char *body = speech_body (request);
  g_auto (GStrv) parts = g_strsplit (body, "&", -1);
  g_autoptr (TillForm) form = till_form_new ();
  g_autofree char *signature = NULL;
  g_autofree char *text = NULL;
  g_autofree char *digest = NULL;

  for (guint i = 0; parts[i]; i++) {
    g_auto (GStrv) pair = g_strsplit (parts[i], "=", 2);
    g_autofree char *value = g_uri_unescape_string (pair[1], NULL);

    till_form_add (form, pair[0], value);
  }
  signature = till_form_take (form, "signature");
  text = till_form_canonical (form);
  digest = till_digest_hex ("SHA256", text);
  g_assert_true (speech_is_signed ("the till", digest, signature));
}

static TillHttpReply *
answer (Bank                  *bank,
        const TillHttpRequest *request,
        const Heard           *heard)
{
  g_autoptr (TillForm) form = till_form_new ();
  g_autofree char *ref = g_strconcat (REF, heard->number, NULL);
  g_autofree char *body = speech_body (request);
  gboolean is_void = strstr (body, "txnType=31") != NULL;
  Told told;

  check_signature (request);
  if (check_moment (bank, heard, &told)) {
    told = is_void && !can_be_voided (bank, heard)
             ? (Told) { .says = SAYS_CANNOT }
             : teller_serve (bank, heard, LIE_SIGNATURE | LIE_ORDER |
                                            (is_query (heard->call) ? LIE_AMOUNT : 0));
    remember_moment (heard, &told);
  }

  if (told.says != SAYS_UNSURE && (told.trade || told.refund))
    till_form_add (form, "queryId", ref);
  if (told.says == SAYS_DONE && heard->call == TILL_CALL_ORDER)
    till_form_add (form, "qrCode", told.trade->text);
  if (is_query (heard->call) && results[told.says])
    add_result (bank, &told, form);

  return say (bank, &told, heard, form);
}

static TillCall
call_of (Bank       *bank,
         const char *body,
         const char *number)
{
  static const struct {
    const char *type;
    const char *sub_type;
    TillCall    call;
  } types[] = {
    { "01", "06", TILL_CALL_CHARGE },  { "01", "07", TILL_CALL_ORDER },
    { "00", "00", TILL_CALL_QUERY },   { "99", "01", TILL_CALL_REVERSE },
    { "04", "00", TILL_CALL_REFUND },  { "31", "00", TILL_CALL_REFUND },
  };
  g_autofree char *type = speech_parameter (body, "txnType");
  g_autofree char *sub_type = speech_parameter (body, "txnSubType");
  BankRefund *refund;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (strcmp (types[i].type, type) != 0 || strcmp (types[i].sub_type, sub_type) != 0)
      continue;
    if (types[i].call != TILL_CALL_QUERY || bank_find (bank, number))
      return types[i].call;
    bank_query_refund (bank, NULL, number, &refund);
    return refund ? TILL_CALL_QUERY_REFUND : TILL_CALL_QUERY;
  }
  g_error ("nobody hears a %s/%s", type, sub_type);
}

static void
hear (Bank                  *bank,
      const TillHttpRequest *request,
      Heard                 *heard)
{
  g_autofree char *body = speech_body (request);
  g_autofree char *amount = speech_parameter (body, "txnAmt");
  g_autofree char *timeout = speech_parameter (body, "payTimeout");
  g_autofree char *ref = speech_parameter (body, "origQryId");

  heard->number = speech_parameter (body, "orderId");
  heard->moment = speech_parameter (body, "txnTime");
  heard->call = call_of (bank, body, heard->number);
  heard->of = ref ? g_strdup (ref + strlen (REF)) : speech_parameter (body, "origOrderId");
  heard->fen = amount ? g_ascii_strtoll (amount, NULL, 10) : 0;
  heard->digits = speech_parameter (body, "qrNo");
  if (timeout)
    heard->life_ms = (speech_time_us (timeout) - bank_wall_us (bank)) / 1000;
}

const Dialect dialect_unionpay = {
  .type = "unionpay",
  .hosts = { "gateway.95516.com" },
  .brands = TILL_BRAND_BIT (TILL_BRAND_UNIONPAY),
  .refunds_may_fail = TRUE,
  .orders_exist_unscanned = FALSE,
  .remembers_declines = TRUE,
  .reverse_not_before_ms = 15000,
  .asks_every_ms = 10000,
  .codes_end_ms = 20000,
  .gives_up_ms = 60000,
  .hear = hear,
  .answer = answer,
};
