/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "teller.h"

#include <string.h>

#include "code/bcd.h"
#include "code/iso8583-mac.h"
#include "code/iso8583.h"
#include "code/tlv.h"

/* A host of terminals: ISO 8583 over HTTPS. Nobody can ask it anything; a message is told from
 * others by terminal, batch and trace number, and each sign-in makes new keys for the proofs. */

#define TMK      "0123456789ABCDEFFEDCBA9876543210"
#define N_KEY    16
#define CHECK    4
#define MERCHANT "880210010210160"

/* Field 39; what is left out is 00. */
static const char *const codes[N_SAYS] = {
  [SAYS_OPEN] = "68",       [SAYS_FAILED] = "05",     [SAYS_CLOSED] = "05",
  [SAYS_REVERSED] = "05",   [SAYS_UNKNOWN] = "25",    [SAYS_CODE_EXPIRED] = "14",
  [SAYS_CODE_USED] = "14",  [SAYS_POOR] = "51",       [SAYS_REFUSED] = "55",
  [SAYS_NUMBER_USED] = "94", [SAYS_ALREADY_PAID] = "94", [SAYS_CANNOT] = "64",
  [SAYS_AGAIN] = "96",      [SAYS_PROCESSING] = "68", [SAYS_NOT_ENOUGH] = "51",
  [SAYS_NOT_TAKEN] = "14",  [SAYS_CLOSED_SHOP] = "58", [SAYS_SHOP_LIMIT] = "61",
  [SAYS_UNSURE] = "96",
};

static const struct {
  guint16     mti;
  const char *processing;   /* field 3; NULL: none */
  TillCall    call;
} forms[] = {
  { 0x0800, NULL, TILL_CALL_KEYS },
  { 0x0200, "000000", TILL_CALL_TAP },
  { 0x0400, "000000", TILL_CALL_REVERSE },
  { 0x0200, "200000", TILL_CALL_REFUND },
  { 0x0220, "200000", TILL_CALL_REFUND },
};

static const char *
get (const TillIso8583 *message,
     guint              field)
{
  const char *value = till_iso8583_get (message, field);

  return value ? value : "";
}

static const guint8 *
unframe (const TillHttpRequest *request,
         gsize                 *n_bytes)
{
  const guint8 *body = g_bytes_get_data (request->body, n_bytes);

  return till_iso8583_unframe (body, n_bytes, NULL);
}

static TillIso8583 *
parse (const TillHttpRequest *request)
{
  gsize n_bytes;
  const guint8 *bytes = unframe (request, &n_bytes);
  TillIso8583 *message = till_iso8583_parse (bytes, n_bytes, NULL);

  g_assert_nonnull (message);
  g_assert_cmpstr (get (message, 42), ==, MERCHANT);

  return message;
}

/* Keys. */

static Terminal *
find_terminal (Bank              *bank,
               const TillIso8583 *message)
{
  const char *number = get (message, 41);

  return &bank->terminals[(number[7] - '1') % (int) G_N_ELEMENTS (bank->terminals)];
}

/* The host may lose them; then the terminal must sign in again. */
static void
make_key (const Bank     *bank,
          const Terminal *terminal,
          guint8          key[N_KEY])
{
  for (guint i = 0; i < N_KEY; i++)
    key[i] = (guint8) (0x11 * i + 2 * (terminal->newest % 64) + 37 * (terminal->used + i) +
                       16 * (guint) (terminal - bank->terminals));
}

static void
lose_keys (Bank     *bank,
           Terminal *terminal)
{
  if (terminal->used != bank->key)
    terminal->newest = 0;
  terminal->used = bank->key;
}

static void
add_key (GByteArray   *field_62,
         const guint8 *key)
{
  g_autoptr (GByteArray) master = g_byte_array_new ();
  guint8 sealed[N_KEY];
  guint8 check[8] = { 0 };

  g_assert_true (till_bcd_from_hex (TMK, master));
  g_assert_true (till_des_crypt (master->data, master->len, TRUE, key, N_KEY, sealed));
  g_assert_true (till_des_crypt (key, N_KEY, TRUE, check, sizeof check, check));
  g_byte_array_append (field_62, sealed, sizeof sealed);
  g_byte_array_append (field_62, check, CHECK);
}

/* Answers. */

static TillHttpReply *
reply (const TillIso8583 *message,
       const guint8      *key,
       gboolean           is_forged)
{
  TillHttpReply *self = till_http_reply_new (TILL_HTTP_OK);
  GByteArray *packed = till_iso8583_pack (message, NULL);

  g_assert_nonnull (packed);
  if (till_iso8583_get (message, 64))
    g_assert_true (till_iso8583_seal (packed, key, N_KEY));
  if (is_forged)
    packed->data[packed->len - 1] ^= 1;
  till_iso8583_frame (packed);
  self->sent = TRUE;
  self->status = 200;
  g_bytes_unref (self->body);
  self->body = g_byte_array_free_to_bytes (packed);

  return self;
}

static void
set_time (const Bank  *bank,
          TillIso8583 *message)
{
  g_autoptr (GDateTime) now =
    g_date_time_new_from_unix_utc (bank_wall_us (bank) / G_USEC_PER_SEC + 8 * 60 * 60);
  g_autofree char *time = g_date_time_format (now, "%H%M%S");
  g_autofree char *date = g_date_time_format (now, "%m%d");

  till_iso8583_set (message, 12, time);
  till_iso8583_set (message, 13, date);
}

static TillIso8583 *
begin_answer (const Bank        *bank,
              const TillIso8583 *message,
              const char        *code)
{
  static const guint copied[] = { 2, 3, 4, 11, 14, 25, 41, 42, 49, 60 };
  TillIso8583 *answer = till_iso8583_new (message->mti + 0x10);

  memcpy (answer->tpdu, message->tpdu, sizeof answer->tpdu);
  memcpy (answer->head, message->head, sizeof answer->head);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++) {
    if (till_iso8583_get (message, copied[i]))
      till_iso8583_set (answer, copied[i], get (message, copied[i]));
  }
  set_time (bank, answer);
  till_iso8583_set (answer, 39, code);

  return answer;
}

/* A batch is a day's. */
static TillHttpReply *
sign_in (Bank              *bank,
         const TillIso8583 *message)
{
  g_autoptr (TillIso8583) answer = begin_answer (bank, message, "00");
  Terminal *terminal = find_terminal (bank, message);
  g_autofree char *field_60 = g_strdup_printf ("0000%.4s003", get (answer, 13));
  g_autoptr (GByteArray) field_62 = g_byte_array_new ();
  guint8 key[N_KEY];

  terminal->newest++;
  make_key (bank, terminal, key);
  add_key (field_62, key);
  add_key (field_62, key);
  till_iso8583_set (answer, 60, field_60);
  till_iso8583_set_bytes (answer, 62, field_62->data, field_62->len);

  return reply (answer, NULL, FALSE);
}

/* Twelve characters of the number. */
static void
set_reference (TillIso8583 *answer,
               const char  *number)
{
  till_iso8583_set (answer, 37, number + strlen (number) - 12);
}

static const char *
code_of (const Heard *heard,
         const Told  *told)
{
  const char *code = codes[told->says] ? codes[told->says] : "00";

  /* A reversal that is refused is one that must come again. */
  if (heard->call == TILL_CALL_REVERSE && told->says != SAYS_DONE && told->says != SAYS_UNKNOWN)
    return "96";

  return code;
}

static TillHttpReply *
say (Bank              *bank,
     const TillIso8583 *message,
     const Heard       *heard,
     const Told        *told,
     const guint8      *key)
{
  g_autoptr (TillIso8583) answer = begin_answer (bank, message, code_of (heard, told));
  g_autofree char *amount = NULL;

  if (told->trade)
    set_reference (answer, told->refund ? told->refund->number : told->trade->number);
  if (!told->spoil.is_unsigned)
    till_iso8583_set (answer, 64, "00000000");
  if (told->spoil.names_other_order)
    till_iso8583_set (answer, 11, "000000");
  if (told->spoil.names_other_amount) {
    amount = g_strdup_printf ("%012" G_GINT64_FORMAT, heard->fen + 100);
    till_iso8583_set (answer, 4, amount);
  }

  return reply (answer, key, told->spoil.is_forged || told->spoil.is_probe);
}

static TillHttpReply *
answer (Bank                  *bank,
        const TillHttpRequest *request,
        const Heard           *heard)
{
  g_autoptr (TillIso8583) message = parse (request);
  g_autoptr (TillIso8583) refusal = NULL;
  Terminal *terminal = find_terminal (bank, message);
  gsize n_bytes;
  const guint8 *bytes = unframe (request, &n_bytes);
  guint8 key[N_KEY];
  Told told;

  lose_keys (bank, terminal);
  if (heard->call == TILL_CALL_KEYS)
    return sign_in (bank, message);

  make_key (bank, terminal, key);
  if (terminal->newest == 0 || !heard->number ||
      !till_iso8583_verify (bytes, n_bytes, key, sizeof key)) {
    refusal = begin_answer (bank, message, "A0");
    return reply (refusal, NULL, FALSE);
  }

  told = teller_serve (bank, heard, LIE_SIGNATURE | LIE_ORDER | LIE_AMOUNT);
  return say (bank, message, heard, &told, key);
}

static char *
find_number (Bank              *bank,
             const TillIso8583 *message,
             const char        *batch_and_trace)
{
  g_autofree char *key = g_strdup_printf ("%s %.12s", get (message, 41), batch_and_trace);

  return g_strdup (g_hash_table_lookup (bank->town->traces, key));
}

/* The terminal's own random number stands for the card. */
static char *
find_card (const TillIso8583 *message)
{
  g_autoptr (GPtrArray) objects =
    till_tlv_parse ((const guint8 *) get (message, 55), message->fields[55].n_bytes, NULL);
  const TillTlv *random = objects ? till_tlv_find (objects, 0x9f37) : NULL;
  guint32 tap = 0;

  g_assert_true (random && random->n_bytes == sizeof tap);
  memcpy (&tap, random->value, sizeof tap);

  return g_strdup_printf ("tap-%08x", GUINT32_FROM_BE (tap));
}

static void
hear (Bank                  *bank,
      const TillHttpRequest *request,
      Heard                 *heard)
{
  g_autoptr (TillIso8583) message = parse (request);
  g_autofree char *own = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    if (forms[i].mti == message->mti &&
        (!forms[i].processing || strcmp (forms[i].processing, get (message, 3)) == 0))
      heard->call = forms[i].call;
  }
  if (heard->call == TILL_CALL_KEYS)
    return;

  own = g_strdup_printf ("%.6s%s", get (message, 60) + 2, get (message, 11));
  heard->number = find_number (bank, message, own);
  if (heard->call == TILL_CALL_REFUND)
    heard->of = find_number (bank, message, get (message, 61));
  if (heard->call == TILL_CALL_TAP)
    heard->digits = find_card (message);
  till_iso8583_get_number (message, 4, &heard->fen);
}

const Dialect dialect_iso8583 = {
  .type = "iso8583",
  .hosts = { "terminals.example" },
  .brands = TILL_BRAND_BIT (TILL_BRAND_UNIONPAY),
  .takes_cards = TRUE,
  .remembers_declines = TRUE,
  .gives_up_ms = 60000,
  .hear = hear,
  .answer = answer,
};
