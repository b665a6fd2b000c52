/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/card.h"
#include "sandbox/sign.h"
#include "sandbox/teller.h"
#include "sandbox/text.h"

#include <string.h>

#include <openssl/rand.h>

#include "code/bcd.h"
#include "code/iso8583-mac.h"
#include "code/iso8583.h"

/* A terminals' host, in the dialect of China's acquirers over HTTPS. Each sign-in makes new working
 * keys, under which every other message must be proved. */

#define ID       "iso8583"
#define TYPE     "x-ISO-TPDU/x-auth"
#define TERMINAL "10000159"
#define MERCHANT "880210010210160"
#define OPERATOR_KEYS 40  /* bytes of two keys of 16 with their checks */

typedef struct {
  guint16          mti;
  const char      *processing;  /* field 3; NULL: none */
  const char      *kind;        /* field 60.1 */
  TillSandboxCall  call;
  guint64          demanded;    /* bits of fields */
} Form;

#define F(n) (G_GUINT64_CONSTANT (1) << ((n) - 1))
#define MONEY \
  (F (3) | F (4) | F (11) | F (22) | F (25) | F (41) | F (42) | F (49) | F (60) | F (64))
#define CARD (F (2) | F (14) | F (23) | F (55))

static const Form forms[] = {
  { 0x0800, NULL,     "00", TILL_SANDBOX_KEYS, F (11) | F (41) | F (42) | F (60) | F (63) },
  { 0x0200, "000000", "22", TILL_SANDBOX_CHARGE, MONEY | CARD | F (35) | F (53) },
  { 0x0400, "000000", "22", TILL_SANDBOX_REVERSE, MONEY | CARD | F (39) | F (61) },
  { 0x0200, "200000", "23", TILL_SANDBOX_REFUND, MONEY | F (37) | F (53) | F (61) },
  { 0x0220, "200000", "25", TILL_SANDBOX_REFUND, MONEY | F (37) | F (53) | F (61) | F (63) },
};

/* What the scenarios, by WeChat's word, are in field 39. */
static const TillSaying says[] = {
  { "NOT_ENOUGH", "51" },        { "RULE_LIMIT", "61" },         { "USER_ACCOUNT_ABNORMAL", "62" },
  { "ACCOUNT_ERROR", "05" },     { "TRADE_ERROR", "05" },        { "NOTSUPORTCARD", "57" },
  { "AUTH_CODE_EXPIRED", "54" }, { "AUTH_CODE_INVALID", "14" },  { "AUTH_CODE_ERROR", "55" },
  { "NO_AUTH", "03" },           { "MCH_NOT_EXISTS", "03" },     { "APPID_MCHID_NOT_MATCH", "97" },
  { "PARAM_ERROR", "30" },       { "INVALID_REQUEST", "12" },    { "SIGN_ERROR", "A0" },
  { "BUYER_MISMATCH", "05" },    { "FREQUENCY_LIMITED", "96" },  { "RATELIMIT_EXCEEDED", "96" },
  { "OUT_TRADE_NO_USED", "94" }, { "ORDERPAID", "94" },          { "ORDER_CLOSED", "05" },
  { "ORDERREVERSED", "05" },     { "SYSTEM_ERROR", "96" },       { "BANK_ERROR", "91" },
  { "USERPAYING", "68" },        { "UNHEARD_OF", "XX" },
};

typedef struct {
  TillExchange    *exchange;
  TillIso8583     *message;
  const guint8    *bytes;
  gsize            n_bytes;
  const Form      *form;
  TillTeller       teller;
  TillSandboxCard  card;
  char             number[16];  /* of the order: batch and trace number */
  char             own[16];     /* of the message */
} Ask;

static const char *
get (const Ask *ask,
     guint      field)
{
  const char *value = till_iso8583_get (ask->message, field);

  return value ? value : "";
}

/* Keys. */

static GByteArray *
from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  if (!till_bcd_from_hex (hex, bytes))
    g_error ("sandbox: a key is broken");
  return bytes;
}

static GByteArray *
master_key (void)
{
  g_autoptr (GBytes) file = till_sandbox_resource ("iso8583-tmk.txt");
  g_autofree char *hex = g_strchomp (g_strndup (g_bytes_get_data (file, NULL),
                                                g_bytes_get_size (file)));

  return from_hex (hex);
}

static const char *
proof_key_hex (const Ask *ask)
{
  GPtrArray *keys = g_hash_table_lookup (ask->exchange->world->terminals, ID);

  return keys ? g_ptr_array_index (keys, 0) : NULL;
}

static void
add_key (GByteArray   *field_62,
         const guint8 *key,
         const guint8 *master)
{
  guint8 sealed[16];
  guint8 check[8] = { 0 };

  if (!till_des_crypt (master, 16, TRUE, key, 16, sealed) ||
      !till_des_crypt (key, 16, TRUE, check, sizeof check, check))
    g_error ("sandbox: no DES");
  g_byte_array_append (field_62, sealed, sizeof sealed);
  g_byte_array_append (field_62, check, 4);
}

/* Field 62 of a sign-in's answer; what was before is forgotten. */
static GByteArray *
make_working_keys (const Ask *ask)
{
  g_autoptr (GByteArray) master = master_key ();
  GByteArray *field_62 = g_byte_array_sized_new (OPERATOR_KEYS);
  GPtrArray *kept = g_ptr_array_new_with_free_func (g_free);
  guint8 keys[2][16];
  char hex[33];

  if (RAND_bytes (keys[0], sizeof keys) != 1)
    g_error ("sandbox: no random bytes");
  add_key (field_62, keys[0], master->data);
  add_key (field_62, keys[1], master->data);
  till_bcd_to_hex (keys[1], sizeof keys[1], hex);
  g_ptr_array_add (kept, g_strdup (hex));
  g_hash_table_insert (ask->exchange->world->terminals, g_strdup (ID), kept);
  return field_62;
}

/* A batch is a day's, unless a new one is begun on a wish. */
static void
tell_batch (const Ask *ask,
            char       batch[7])
{
  g_autofree char *date = till_sandbox_time_gmt8 (ask->exchange->now_us, "%m%d");
  gint64 number = g_ascii_strtoll (date, NULL, 10);

  g_snprintf (batch, 7, "%06u",
              (guint) (number + 10000 * (ask->exchange->world->n_batches % 99)));
}

/* Answers. */

static void
prove (const Ask  *ask,
       GByteArray *packed)
{
  TillFault fault = till_exchange_get_fault (ask->exchange);
  const char *hex = proof_key_hex (ask);
  g_autoptr (GByteArray) key = from_hex (hex);

  if (fault == TILL_FAULT_UNKNOWN_KEY)
    key->data[1] ^= 0xfe;
  if (!till_iso8583_seal (packed, key->data, key->len))
    g_error ("sandbox: no proof");
  if (fault == TILL_FAULT_BAD_SIGNATURE)
    packed->data[packed->len - 1] ^= 1;
}

static TillIso8583 *
begin_answer (const Ask *ask)
{
  static const guint copied[] = { 2, 3, 4, 11, 14, 25, 41, 42, 49, 60 };
  TillIso8583 *answer = till_iso8583_new (ask->message->mti + 0x10);
  g_autofree char *time = till_sandbox_time_gmt8 (ask->exchange->now_us, "%H%M%S");
  g_autofree char *date = till_sandbox_time_gmt8 (ask->exchange->now_us, "%m%d");

  /* The way back is the way there, turned. */
  memcpy (answer->tpdu, ask->message->tpdu, 1);
  memcpy (answer->tpdu + 1, ask->message->tpdu + 3, 2);
  memcpy (answer->tpdu + 3, ask->message->tpdu + 1, 2);
  memcpy (answer->head, ask->message->head, sizeof answer->head);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    if (till_iso8583_get (ask->message, copied[i]))
      till_iso8583_set (answer, copied[i], get (ask, copied[i]));
  till_iso8583_set (answer, 12, time);
  till_iso8583_set (answer, 13, date);
  return answer;
}

static void
spoil (const Ask   *ask,
       TillIso8583 *answer)
{
  TillFault fault = till_exchange_get_fault (ask->exchange);
  g_autofree char *amount = NULL;
  gint64 fen;

  if (fault == TILL_FAULT_OTHER_ORDER)
    till_iso8583_set (answer, 11, "999999");
  if (fault == TILL_FAULT_OTHER_AMOUNT && till_iso8583_get_number (answer, 4, &fen)) {
    amount = g_strdup_printf ("%012" G_GINT64_FORMAT, fen + 100);
    till_iso8583_set (answer, 4, amount);
  }
}

static void
say (const Ask  *ask,
     const char *code,
     const char *reference)
{
  g_autoptr (TillIso8583) answer = begin_answer (ask);
  gboolean is_proved = ask->form && ask->form->call != TILL_SANDBOX_KEYS && proof_key_hex (ask) &&
                       till_exchange_get_fault (ask->exchange) != TILL_FAULT_NO_SIGNATURE;
  GByteArray *packed;

  till_iso8583_set (answer, 39, code);
  if (reference)
    till_iso8583_set (answer, 37, reference);
  if (is_proved)
    till_iso8583_set (answer, 64, "00000000");
  spoil (ask, answer);
  packed = till_iso8583_pack (answer, NULL);
  g_assert (packed != NULL);
  if (is_proved)
    prove (ask, packed);
  till_iso8583_frame (packed);
  till_exchange_answer_bytes (ask->exchange, TYPE, packed);
}

static void
sign_in (const Ask *ask)
{
  g_autoptr (TillIso8583) answer = begin_answer (ask);
  g_autoptr (GByteArray) keys = make_working_keys (ask);
  char batch[7];
  g_autofree char *field_60 = NULL;
  GByteArray *packed;

  tell_batch (ask, batch);
  field_60 = g_strconcat ("00", batch, "003", NULL);

  till_iso8583_set (answer, 37, "000000000000");
  till_iso8583_set (answer, 39, "00");
  till_iso8583_set (answer, 60, field_60);
  till_iso8583_set_bytes (answer, 62, keys->data, keys->len);
  packed = till_iso8583_pack (answer, NULL);
  g_assert (packed != NULL);
  till_iso8583_frame (packed);
  till_exchange_answer_bytes (ask->exchange, TYPE, packed);
}

/* Twelve of the ledger's sixteen digits. */
static const char *
reference_of (const char *ref)
{
  return ref + strlen (ref) - 12;
}

static const char *
code_of (const Ask *ask,
         TillTold   told)
{
  static const char *const codes[] = {
    [TILL_TOLD_ABSENT] = "25",   [TILL_TOLD_USED] = "94", [TILL_TOLD_BAD_CODE] = "14",
    [TILL_TOLD_PAID] = "12",     [TILL_TOLD_NOT_PAID] = "22",
    [TILL_TOLD_TOO_MUCH] = "64",
  };
  const TillTeller *teller = &ask->teller;

  if (told != TILL_TOLD_DONE)
    return codes[told];
  if (teller->call == TILL_SANDBOX_CHARGE)
    return teller->state == TILL_ENTRY_PAID     ? "00"
           : teller->state == TILL_ENTRY_TYPING ? "68" : "05";
  if (teller->call == TILL_SANDBOX_REFUND)
    return teller->refund->state == TILL_SANDBOX_REFUND_SUCCESS ? "00" : "68";

  return "00";
}

static void
tell (gpointer data,
      TillTold told)
{
  const Ask *ask = data;
  const TillTeller *teller = &ask->teller;

  say (ask, code_of (ask, told),
       told == TILL_TOLD_DONE
         ? reference_of (teller->refund ? teller->refund->ref : teller->entry->ref) : NULL);
}

static void
overrule (gpointer    data,
          const char *wechat_code)
{
  const Ask *ask = data;
  const char *code = till_teller_translate (says, G_N_ELEMENTS (says), wechat_code, "96");

  /* A reversal that is refused is one that must come again. */
  say (ask, ask->form->call == TILL_SANDBOX_REVERSE ? "96" : code, NULL);
}

static const TillTongue tongue = { tell, overrule };

static void
run (Ask *ask)
{
  TillTeller *teller = &ask->teller;
  gint64 fen = 0;

  till_iso8583_get_number (ask->message, 4, &fen);
  *teller = (TillTeller) {
    .exchange = ask->exchange,
    .acquirer = ID,
    .merchant = MERCHANT,
    .call = ask->form->call,
    .order = ask->number,
    .refund_number = ask->form->call == TILL_SANDBOX_REFUND ? ask->own : NULL,
    .amount_fen = fen,
    .paycode = ask->card.once ? ask->card.scene : NULL,
    .card = ask->form->call == TILL_SANDBOX_CHARGE ? ask->card.once : NULL,
  };

  till_teller_serve (teller, &tongue, ask);
}

/* The door. */

static const Form *
find_form (const Ask *ask)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    if (forms[i].mti == ask->message->mti &&
        (!forms[i].processing || strcmp (get (ask, 3), forms[i].processing) == 0) &&
        strncmp (get (ask, 60), forms[i].kind, 2) == 0)
      return &forms[i];

  return NULL;
}

/* Just the fields that the message has, each as it should be. */
static gboolean
check_fields (const Ask *ask)
{
  gboolean has_card = (ask->form->demanded & F (2)) != 0;

  for (guint i = 2; i <= TILL_ISO8583_FIELDS; i++) {
    gboolean is_demanded = (ask->form->demanded & F (i)) != 0;
    gboolean may_lack = i == 23 || (i == 62 && ask->form->call == TILL_SANDBOX_KEYS);

    if (!may_lack && is_demanded != (till_iso8583_get (ask->message, i) != NULL))
      return FALSE;
  }

  return strcmp (get (ask, 41), TERMINAL) == 0 && strcmp (get (ask, 42), MERCHANT) == 0 &&
         (ask->form->call == TILL_SANDBOX_KEYS ||
          (strcmp (get (ask, 49), "156") == 0 &&
           strcmp (get (ask, 22), has_card ? "072" : "012") == 0 &&
           strlen (get (ask, 60)) == 13 && strcmp (get (ask, 60) + 8, "00060") == 0));
}

static gboolean
check_proof (const Ask *ask)
{
  const char *hex = proof_key_hex (ask);
  g_autoptr (GByteArray) key = hex ? from_hex (hex) : NULL;

  return key && till_iso8583_verify (ask->bytes, ask->n_bytes, key->data, key->len);
}

/* The number and month stand once in track 2, and once alone; the sequence number is the chip's. */
static gboolean
check_card (Ask *ask)
{
  const char *track_2 = get (ask, 35);
  g_autofree char *head = g_strconcat (get (ask, 2), "D", get (ask, 14), NULL);
  const char *issue = "track 2 is another card's";
  gint64 fen = 0;

  if (till_iso8583_get_number (ask->message, 4, &fen) && g_str_has_prefix (track_2, head) &&
      till_sandbox_card_check (&ask->card, (const guint8 *) get (ask, 55),
                               ask->message->fields[55].n_bytes, track_2, fen,
                               ask->exchange->now_us, &issue))
    return TRUE;

  g_debug ("sandbox: a card is refused: %s", issue);
  return FALSE;
}

/* Batch and trace number of the order that the message is about, and of itself. */
static gboolean
read_numbers (Ask *ask)
{
  const char *field_60 = get (ask, 60);
  const char *field_61 = get (ask, 61);
  gboolean is_new = ask->form->call == TILL_SANDBOX_CHARGE;

  if (!is_new && strlen (field_61) != 16)
    return FALSE;

  g_snprintf (ask->own, sizeof ask->own, "%.6s%s", field_60 + 2, get (ask, 11));
  g_snprintf (ask->number, sizeof ask->number, "%.12s", is_new ? ask->own : field_61);
  return ask->form->call != TILL_SANDBOX_REVERSE || strcmp (ask->own, ask->number) == 0;
}

/* What gives back names the sale's reference as we told it. */
static gboolean
check_reference (const Ask *ask)
{
  TillEntry *entry = till_sandbox_ledger_find (ask->exchange->world->ledger, ID, MERCHANT,
                                               ask->number);

  return ask->form->call != TILL_SANDBOX_REFUND || !entry ||
         strcmp (reference_of (entry->ref), get (ask, 37)) == 0;
}

/* A number that is new is one of this batch; what is repeated bears the number that it had. */
static gboolean
check_batch (const Ask *ask)
{
  TillSandboxLedger *ledger = ask->exchange->world->ledger;
  TillEntryRefund *refund;
  char batch[7];

  tell_batch (ask, batch);
  return strncmp (ask->own, batch, 6) == 0 || ask->form->call == TILL_SANDBOX_REVERSE ||
         till_sandbox_ledger_find (ledger, ID, MERCHANT, ask->own) ||
         till_sandbox_ledger_find_refund (ledger, ID, MERCHANT, ask->own, &refund);
}

static void
answer (Ask *ask)
{
  ask->form = find_form (ask);
  if (!ask->form || !check_fields (ask))
    say (ask, "30", NULL);
  else if (ask->form->call == TILL_SANDBOX_KEYS)
    sign_in (ask);
  else if (!check_proof (ask))
    say (ask, "A0", NULL);
  else if (!read_numbers (ask) || !check_reference (ask))
    say (ask, "30", NULL);
  else if (!check_batch (ask))
    say (ask, "77", NULL);
  else if (ask->form->call == TILL_SANDBOX_CHARGE && !check_card (ask))
    say (ask, "14", NULL);
  else
    run (ask);
}

static gboolean
is_post (const TillExchange *exchange)
{
  return strcmp (exchange->method, "POST") == 0 &&
         g_strcmp0 (soup_message_headers_get_one (exchange->headers, "Content-Type"), TYPE) == 0;
}

static void
serve (TillExchange *exchange)
{
  Ask ask = { .exchange = exchange, .n_bytes = exchange->body_length };

  ask.bytes = is_post (exchange)
                ? till_iso8583_unframe ((const guint8 *) exchange->body, &ask.n_bytes, NULL) : NULL;
  ask.message = ask.bytes ? till_iso8583_parse (ask.bytes, ask.n_bytes, NULL) : NULL;
  /* What the access gateway does with anything else. */
  if (ask.message)
    answer (&ask);
  else
    till_exchange_answer (exchange, 500, NULL, NULL);

  g_clear_pointer (&ask.message, till_iso8583_free);
  till_sandbox_card_clear (&ask.card);
}

static const char *const paths[] = { "/unp/webtrans/WPOS" };

const TillSandboxBank till_sandbox_iso8583 = {
  .id = ID,
  TILL_ROUTES (paths),
  .serve = serve,
};
