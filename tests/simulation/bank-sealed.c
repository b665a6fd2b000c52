/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank-speech.h"
#include "teller.h"

#include <string.h>

/* Cards in sealed form: JSON, signed by RSA (a sum here) over the request's own nonce. */

#define PREFIX "/v1/card/"

/* "result"; NULL: OK. */
static const char *const results[N_SAYS] = {
  [SAYS_UNKNOWN] = "NOT_FOUND",       [SAYS_CODE_EXPIRED] = "CARD_INVALID",
  [SAYS_CODE_USED] = "CARD_INVALID",  [SAYS_POOR] = "INSUFFICIENT_FUNDS",
  [SAYS_REFUSED] = "PIN_REQUIRED",    [SAYS_NUMBER_USED] = "NUMBER_USED",
  [SAYS_ALREADY_PAID] = "SENT_TWICE", [SAYS_CANNOT] = "NOT_ALLOWED",
  [SAYS_AGAIN] = "BUSY",              [SAYS_NOT_ENOUGH] = "INSUFFICIENT_FUNDS",
  [SAYS_NOT_TAKEN] = "CARD_INVALID",  [SAYS_CLOSED_SHOP] = "MERCHANT",
  [SAYS_SHOP_LIMIT] = "MERCHANT_LIMIT", [SAYS_UNSURE] = "SYSTEM",
};

/* "state". */
static const char *const states[N_SAYS] = {
  [SAYS_PAID] = "PAID",       [SAYS_OPEN] = "PENDING",     [SAYS_FAILED] = "FAILED",
  [SAYS_CLOSED] = "REVERSED", [SAYS_REVERSED] = "REVERSED", [SAYS_DONE] = "REVERSED",
};

static const struct {
  const char *name;
  TillCall    call;
} calls[] = {
  { "pay", TILL_CALL_TAP },       { "query", TILL_CALL_QUERY },
  { "reverse", TILL_CALL_REVERSE }, { "refund", TILL_CALL_REFUND },
  { "query-refund", TILL_CALL_QUERY_REFUND },
};

/* Signed for the nonce of the very request. */
static TillHttpReply *
say (const Bank            *bank,
     const TillHttpRequest *request,
     const Spoil           *spoil,
     const char            *body)
{
  TillHttpReply *reply = speech_reply (200, body);
  g_autofree char *nonce = speech_header (request, "Till-Nonce");
  char *time = g_strdup_printf ("%" G_GINT64_FORMAT, bank_wall_us (bank) / G_USEC_PER_SEC);
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s\n", time, nonce, body);

  g_hash_table_insert (reply->headers, g_strdup ("till-time"), time);
  g_hash_table_insert (reply->headers, g_strdup ("till-nonce"), g_steal_pointer (&nonce));
  if (!spoil->is_unsigned)
    g_hash_table_insert (reply->headers, g_strdup ("till-signature"),
                         speech_sign (spoil->is_forged || spoil->is_probe ? "a stranger"
                                                                          : "the card bank",
                                      text));

  return reply;
}

static const char *
state_of (const Bank *bank,
          const Told *told)
{
  if (told->refund)
    return bank_now_ms (bank) < told->refund->done_ms ? "PENDING"
           : told->refund->fails                      ? "FAILED"
                                                      : "PAID";

  return states[told->says] ? states[told->says] : "PENDING";
}

static char *
say_content (const Bank  *bank,
             const Heard *heard,
             const Told  *told)
{
  const char *state = state_of (bank, told);
  g_autofree char *paid = told->trade->paid_ms && !told->refund
                            ? speech_rfc3339 (teller_paid_us (bank, told)) : NULL;
  g_autofree char *paid_member =
    paid ? g_strdup_printf (",\"paid\":\"%s\"", paid) : g_strdup ("");

  return g_strdup_printf (
    "{\"result\":\"OK\",\"state\":\"%s\",\"order\":\"%s\",\"amount\":%" G_GINT64_FORMAT ","
    "\"currency\":\"CNY\",\"reference\":\"R%s\",\"brand\":\"%s\"%s}",
    state, teller_number (told), teller_fen (told),
    told->refund ? told->refund->number : told->trade->number,
    till_brand_to_word (told->trade->brand), paid_member);
}

static void
check_signature (const TillHttpRequest *request)
{
  g_autofree char *body = speech_body (request);
  g_autofree char *nonce = speech_header (request, "Till-Nonce");
  g_autofree char *time = speech_header (request, "Till-Time");
  g_autofree char *signature = speech_header (request, "Till-Signature");
  g_autofree char *text = g_strdup_printf ("POST\n%s\n%s\n%s\n%s\n", speech_path (request), time,
                                           nonce, body);

  g_assert_true (speech_is_signed ("the till", text, signature));
}

static TillHttpReply *
answer (Bank                  *bank,
        const TillHttpRequest *request,
        const Heard           *heard)
{
  static const Spoil nothing = { 0 };
  g_autofree char *content = NULL;
  Told told;

  check_signature (request);
  told = teller_serve (bank, heard, LIE_SIGNATURE | LIE_ORDER | LIE_AMOUNT);
  if (results[told.says] || !told.trade) {
    content = g_strdup_printf ("{\"result\":\"%s\",\"order\":\"%s\"}",
                               results[told.says] ? results[told.says] : "SYSTEM", heard->number);
    return say (bank, request, &nothing, content);
  }

  content = say_content (bank, heard, &told);
  return say (bank, request, &told.spoil, content);
}

static void
hear (Bank                  *bank,
      const TillHttpRequest *request,
      Heard                 *heard)
{
  const char *name = speech_path (request) + strlen (PREFIX);
  g_autofree char *body = speech_body (request);

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    if (strcmp (calls[i].name, name) == 0)
      heard->call = calls[i].call;
  }
  heard->number = speech_field (body, "order");
  heard->of = speech_field (body, "of");
  heard->fen = speech_number (body, "amount");
  heard->digits = speech_field (body, "card");
}

const Dialect dialect_sealed = {
  .type = "sealed",
  .hosts = { "cards.example" },
  .brands = TILL_BRAND_BIT (TILL_BRAND_UNIONPAY),
  .takes_cards = TRUE,
  .refunds_may_fail = TRUE,
  .remembers_declines = TRUE,
  .reverse_not_before_ms = 5000,
  .gives_up_ms = 60000,
  .hear = hear,
  .answer = answer,
};
