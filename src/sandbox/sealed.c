/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/card.h"
#include "sandbox/fields.h"
#include "sandbox/sign.h"
#include "sandbox/teller.h"
#include "sandbox/text.h"

#include <string.h>

#include <openssl/cms.h>

#include "code/bcd.h"

/* The side that can open sealed cards. The contract is our own; see the README. */

#define ID "sealed"
#define MERCHANT "till-0001"
#define WINDOW_US (5 * G_TIME_SPAN_MINUTE)
#define NUMBER "^[0-9A-Za-z_]{6,32}$"
#define FEN_MAX 9999999999

typedef struct {
  const char       *path;
  TillSandboxCall   call;
  const TillField  *fields;
} Route;

typedef struct {
  TillExchange    *exchange;
  const Route     *route;
  JsonNode        *root;
  JsonObject      *fields;
  TillTeller       teller;
  TillSandboxCard  card;
} Ask;

static const TillField pay_fields[] = {
  { "merchant", TILL_FIELD_TEXT, TRUE, 9, 9, "^" MERCHANT "$" },
  { "terminal", TILL_FIELD_TEXT, TRUE, 2, 2, "^01$" },
  { "order", TILL_FIELD_TEXT, TRUE, 6, 32, NUMBER },
  { "amount", TILL_FIELD_INTEGER, TRUE, 1, FEN_MAX },
  { "currency", TILL_FIELD_TEXT, TRUE, 3, 3, "^CNY$" },
  { "subject", TILL_FIELD_TEXT, TRUE, 1, 128 },
  { "number", TILL_FIELD_TEXT, TRUE, 13, 19, "^([0-9]{6}[*]{6,9}|[*]{9,11})[0-9]{4}$" },
  { "card", TILL_FIELD_TEXT, TRUE, 10, 8192, "^[0-9A-Za-z+/=]+$" },
  { NULL },
};

static const TillField number_fields[] = {
  { "merchant", TILL_FIELD_TEXT, TRUE, 9, 9, "^" MERCHANT "$" },
  { "order", TILL_FIELD_TEXT, TRUE, 6, 32, NUMBER },
  { NULL },
};

static const TillField refund_fields[] = {
  { "merchant", TILL_FIELD_TEXT, TRUE, 9, 9, "^" MERCHANT "$" },
  { "order", TILL_FIELD_TEXT, TRUE, 6, 32, NUMBER },
  { "of", TILL_FIELD_TEXT, TRUE, 6, 32, NUMBER },
  { "amount", TILL_FIELD_INTEGER, TRUE, 1, FEN_MAX },
  { "currency", TILL_FIELD_TEXT, TRUE, 3, 3, "^CNY$" },
  { NULL },
};

static const TillField query_refund_fields[] = {
  { "merchant", TILL_FIELD_TEXT, TRUE, 9, 9, "^" MERCHANT "$" },
  { "order", TILL_FIELD_TEXT, TRUE, 6, 32, NUMBER },
  { "of", TILL_FIELD_TEXT, TRUE, 6, 32, NUMBER },
  { NULL },
};

static const Route routes[] = {
  { "/v1/card/pay", TILL_SANDBOX_CHARGE, pay_fields },
  { "/v1/card/query", TILL_SANDBOX_QUERY, number_fields },
  { "/v1/card/reverse", TILL_SANDBOX_REVERSE, number_fields },
  { "/v1/card/refund", TILL_SANDBOX_REFUND, refund_fields },
  { "/v1/card/query-refund", TILL_SANDBOX_QUERY_REFUND, query_refund_fields },
};

/* What the scenarios, by WeChat's word, are called here; SYSTEM where no row has them. */
static const TillSaying says[] = {
  { "NOT_ENOUGH", "INSUFFICIENT_FUNDS" },     { "RULE_LIMIT", "CUSTOMER_LIMIT" },
  { "USER_ACCOUNT_ABNORMAL", "CARD_BLOCKED" }, { "ACCOUNT_ERROR", "DECLINED" },
  { "TRADE_ERROR", "DECLINED" },               { "NOTSUPORTCARD", "CARD_INVALID" },
  { "AUTH_CODE_EXPIRED", "CARD_EXPIRED" },     { "AUTH_CODE_INVALID", "CARD_INVALID" },
  { "AUTH_CODE_ERROR", "PIN_REQUIRED" },       { "NO_AUTH", "MERCHANT" },
  { "MCH_NOT_EXISTS", "MERCHANT" },            { "APPID_MCHID_NOT_MATCH", "MERCHANT" },
  { "PARAM_ERROR", "PARAMETER" },              { "INVALID_REQUEST", "PARAMETER" },
  { "SIGN_ERROR", "PARAMETER" },               { "BUYER_MISMATCH", "DECLINED" },
  { "FREQUENCY_LIMITED", "BUSY" },             { "RATELIMIT_EXCEEDED", "BUSY" },
  { "OUT_TRADE_NO_USED", "NUMBER_USED" },      { "ORDER_CLOSED", "DECLINED" },
  { "ORDERREVERSED", "DECLINED" },             { "ORDER_NOT_EXIST", "NOT_FOUND" },
  { "UNHEARD_OF", "UNHEARD_OF" },
};

static const char *const states[] = {
  [TILL_ENTRY_UNSCANNED] = "PENDING", [TILL_ENTRY_OPEN] = "PENDING",
  [TILL_ENTRY_TYPING] = "PENDING",    [TILL_ENTRY_PAID] = "PAID",
  [TILL_ENTRY_CLOSED] = "REVERSED",   [TILL_ENTRY_REVERSED] = "REVERSED",
  [TILL_ENTRY_FAILED] = "FAILED",
};

static const char *const refund_states[] = {
  [TILL_SANDBOX_REFUND_SUCCESS] = "PAID",   [TILL_SANDBOX_REFUND_PROCESSING] = "PENDING",
  [TILL_SANDBOX_REFUND_CLOSED] = "FAILED",  [TILL_SANDBOX_REFUND_ABNORMAL] = "PENDING",
};

/* Answers. */

static const char *
nonce_of (const Ask *ask)
{
  const char *nonce = soup_message_headers_get_one (ask->exchange->headers, "Till-Nonce");

  return nonce ? nonce : "";
}

static void
sign (Ask        *ask,
      const char *body)
{
  TillFault fault = till_exchange_get_fault (ask->exchange);
  gint64 late_s = fault == TILL_FAULT_OLD_SIGNATURE ? 600 : 0;
  gint64 at_s = ask->exchange->now_us / G_USEC_PER_SEC - late_s;
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, at_s);
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s\n", time, nonce_of (ask), body);
  EVP_PKEY *key = till_sandbox_key (fault == TILL_FAULT_UNKNOWN_KEY ? "stranger-key.pem"
                                                                    : "card-answers-key.pem");
  g_autofree char *signature = till_sandbox_sign (key, text, strlen (text));

  if (fault == TILL_FAULT_NO_SIGNATURE)
    return;
  if (fault == TILL_FAULT_BAD_SIGNATURE)
    signature[0] = signature[0] == 'A' ? 'B' : 'A';
  till_exchange_header (ask->exchange, "Till-Time", time);
  till_exchange_header (ask->exchange, "Till-Nonce", nonce_of (ask));
  till_exchange_header (ask->exchange, "Till-Signature", signature);
}

static void
say (Ask         *ask,
     const char  *result,
     JsonBuilder *more)
{
  JsonBuilder *json = more ? more : json_builder_new ();
  char *body;

  if (!more)
    json_builder_begin_object (json);
  till_json_add_text (json, "result", result);
  json_builder_end_object (json);
  body = till_json_to_text (json);
  sign (ask, body);
  till_exchange_answer (ask->exchange, 200, "application/json", body);
  g_object_unref (json);
}

static const char *
text_of (Ask        *ask,
         const char *name)
{
  return till_fields_get_text (ask->fields, name);
}

static void
add_refund (Ask         *ask,
            JsonBuilder *json)
{
  const TillTeller *teller = &ask->teller;
  gboolean is_other = till_exchange_get_fault (ask->exchange) == TILL_FAULT_OTHER_ORDER;

  till_json_add_text (json, "order", is_other ? "SOMEBODYELSES0000001" : teller->refund->number);
  till_json_add_int (json, "amount", till_teller_fen (teller, teller->refund->amount_fen));
  till_json_add_text (json, "reference", teller->refund->ref);
  till_json_add_text (json, "state", refund_states[teller->refund->state]);
}

static void
add_payment (Ask         *ask,
             JsonBuilder *json)
{
  const TillTeller *teller = &ask->teller;

  till_json_add_text (json, "order", till_teller_order (teller));
  till_json_add_int (json, "amount", till_teller_fen (teller, teller->entry->amount_fen));
  till_json_add_text (json, "reference", teller->entry->ref);
  till_json_add_text (json, "state", states[teller->state]);
  till_json_add_text (json, "brand", till_brand_to_word (teller->entry->brand));
  if (teller->state == TILL_ENTRY_PAID) {
    g_autofree char *time = till_sandbox_time_rfc3339 (teller->entry->paid_us);

    till_json_add_text (json, "paid", time);
  }
}

static void
tell (gpointer pointer,
      TillTold told)
{
  Ask *ask = pointer;
  static const char *const errors[] = {
    [TILL_TOLD_ABSENT] = "NOT_FOUND",
    [TILL_TOLD_USED] = "NUMBER_USED",
    [TILL_TOLD_BAD_CODE] = "CARD_INVALID",
    [TILL_TOLD_PAID] = "NOT_ALLOWED",
    [TILL_TOLD_NOT_PAID] = "NOT_ALLOWED",
    [TILL_TOLD_TOO_MUCH] = "NOT_ALLOWED",
  };
  JsonBuilder *json;

  if (told != TILL_TOLD_DONE) {
    say (ask, errors[told], NULL);
    return;
  }

  json = json_builder_new ();
  json_builder_begin_object (json);
  till_json_add_text (json, "currency", "CNY");
  if (ask->teller.refund)
    add_refund (ask, json);
  else
    add_payment (ask, json);
  say (ask, "OK", json);
}

static void
overrule (gpointer    pointer,
          const char *wechat_code)
{
  Ask *ask = pointer;

  if (ask->teller.call == TILL_SANDBOX_REVERSE && strcmp (wechat_code, "TRADE_ERROR") == 0)
    say (ask, "NOT_ALLOWED", NULL);
  else
    say (ask, till_teller_translate (says, G_N_ELEMENTS (says), wechat_code, "SYSTEM"), NULL);
}

static const TillTongue tongue = { tell, overrule };

static void
run (Ask *ask)
{
  TillTeller *teller = &ask->teller;
  gboolean is_refund = ask->route->call == TILL_SANDBOX_REFUND ||
                       ask->route->call == TILL_SANDBOX_QUERY_REFUND;

  *teller = (TillTeller) {
    .exchange = ask->exchange,
    .acquirer = ID,
    .merchant = MERCHANT,
    .call = ask->route->call,
    .order = text_of (ask, is_refund ? "of" : "order"),
    .refund_number = is_refund ? text_of (ask, "order") : NULL,
    .amount_fen = till_fields_get_int (ask->fields, "amount"),
    .paycode = ask->card.once ? ask->card.scene : NULL,
    .card = ask->card.once,
  };

  till_teller_serve (teller, &tongue, ask);
}

/* The door. */

static gboolean
check_sender (Ask *ask)
{
  SoupMessageHeaders *headers = ask->exchange->headers;
  const char *merchant = soup_message_headers_get_one (headers, "Till-Merchant");
  const char *time = soup_message_headers_get_one (headers, "Till-Time");
  const char *signature = soup_message_headers_get_one (headers, "Till-Signature");
  g_autofree char *text = g_strdup_printf ("POST\n%s\n%s\n%s\n%s\n", ask->route->path,
                                           time ? time : "", nonce_of (ask), ask->exchange->body);
  gint64 at_us = time ? g_ascii_strtoll (time, NULL, 10) * G_USEC_PER_SEC : 0;

  if (strcmp (ask->exchange->method, "POST") == 0 && g_strcmp0 (merchant, MERCHANT) == 0 &&
      nonce_of (ask)[0] != '\0' && signature &&
      ABS (at_us - ask->exchange->now_us) <= WINDOW_US &&
      till_sandbox_verify (till_sandbox_key ("card-merchant-pub.pem"), text, strlen (text),
                           signature))
    return TRUE;

  say (ask, "PARAMETER", NULL);
  return FALSE;
}

static gboolean
check_fields (Ask *ask)
{
  const TillField *const tables[] = { ask->route->fields, NULL };

  ask->fields = till_fields_read (ask->exchange->body, tables, &ask->root);
  if (!ask->fields)
    say (ask, "PARAMETER", NULL);

  return ask->fields != NULL;
}

/* Returns: what the till-reader has sealed, or NULL */
static JsonNode *
open_sealed (const char *sealed)
{
  gsize n_der;
  g_autofree guint8 *der = g_base64_decode (sealed, &n_der);
  const unsigned char *next = der;
  CMS_ContentInfo *cms = d2i_CMS_ContentInfo (NULL, &next, (long) n_der);
  BIO *out = BIO_new (BIO_s_mem ());
  JsonNode *root = NULL;
  char *bytes;

  if (cms && CMS_decrypt (cms, till_sandbox_key ("card-seal-key.pem"),
                          till_sandbox_certificate ("card-seal.pem"), NULL, out, CMS_BINARY)) {
    long n_bytes = BIO_get_mem_data (out, &bytes);
    g_autofree char *text = g_strndup (bytes, (gsize) n_bytes);

    root = json_from_string (text, NULL);
  }

  BIO_free (out);
  CMS_ContentInfo_free (cms);
  return root;
}

/* The number that is told in the clear must be the card's. */
static gboolean
is_masked (const char *number,
           const char *track_2)
{
  gsize n = strlen (number);

  if (strspn (track_2, "0123456789") != n)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (number[i] != '*' && number[i] != track_2[i])
      return FALSE;

  return TRUE;
}

static gboolean
check_card (Ask *ask)
{
  static const TillField fields[] = {
    { "field55", TILL_FIELD_TEXT, TRUE, 2, 510, "^([0-9A-F]{2})+$" },
    { "track2", TILL_FIELD_TEXT, TRUE, 0, 37, "^[0-9D]*$" },
    { "number", TILL_FIELD_TEXT, TRUE, 13, 19, "^[0-9*]+$" },
    { NULL },
  };
  const TillField *const tables[] = { fields, NULL };
  g_auto (TillFieldFault) fault = { NULL };
  g_autoptr (JsonNode) root = open_sealed (text_of (ask, "card"));
  JsonObject *object = root && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  g_autoptr (GByteArray) field_55 = g_byte_array_new ();
  const char *issue = "it cannot be opened";

  if (object && till_fields_check (object, tables, &fault) &&
      till_bcd_from_hex (till_fields_get_text (object, "field55"), field_55) &&
      is_masked (text_of (ask, "number"), till_fields_get_text (object, "track2")) &&
      strcmp (text_of (ask, "number"), till_fields_get_text (object, "number")) == 0 &&
      till_sandbox_card_check (&ask->card, field_55->data, field_55->len,
                               till_fields_get_text (object, "track2"),
                               till_fields_get_int (ask->fields, "amount"), ask->exchange->now_us,
                               &issue))
    return TRUE;

  g_debug ("sandbox: a card is refused: %s", issue);
  say (ask, "CARD_INVALID", NULL);
  return FALSE;
}

static void
serve (TillExchange *exchange)
{
  Ask ask = { .exchange = exchange, .route = exchange->route };

  if (check_sender (&ask) && check_fields (&ask) &&
      (ask.route->call != TILL_SANDBOX_CHARGE || check_card (&ask)))
    run (&ask);

  g_clear_pointer (&ask.root, json_node_unref);
  till_sandbox_card_clear (&ask.card);
}

const TillSandboxBank till_sandbox_sealed = {
  .id = ID,
  TILL_ROUTES (routes),
  .serve = serve,
};
