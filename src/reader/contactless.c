/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/contactless.h"

#include "code/emv.h"
#include "reader/channel.h"
#include "reader/cms.h"
#include "reader/token.h"

#include <string.h>
#include <sys/random.h>

/* How often the field is looked at. Shorter would keep cards from being found: each look switches
 * them off. */
#define LOOK_MS 100

/* After so many tries with one card, or so long, it is over: the clerk must hear something. */
#define MAX_TRIES 3
#define TRY_FOR_US (4 * G_USEC_PER_SEC)

/* The business of cards in China is dated by China's clock. */
#define CHINA_OFFSET_S (8 * 3600)

typedef struct {
  const TillOpened *opened;
  GVariant         *request;
  TillEmvTerminal   terminal;
  gboolean          wait_empty;   /* a card that lies there from before must leave first */
  gint64            until_us;     /* monotonic */
  gint64            seen_us;      /* when the first card was found; 0: none yet */
  guint             n_tries;
  guint             n_faults;     /* of the reader, in a row */
  TillTapState      state;        /* last told */
} Reading;

static void
tell (Reading      *reading,
      TillTapState  state)
{
  if (reading->state != state)
    till_channel_send_state (state);
  reading->state = state;
}

/* Bytes that live as long as the request. */
static const guint8 *
get_bytes (GVariant   *request,
           const char *name,
           gsize      *n_bytes)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (request, name, G_VARIANT_TYPE_BYTESTRING);

  *n_bytes = 0;
  return value ? g_variant_get_fixed_array (value, n_bytes, 1) : NULL;
}

/* What of a card the till may know. */
static void
insert_card (GVariantDict      *dict,
             const TillEmvCard *card,
             gint64             field_us)
{
  g_variant_dict_insert (dict, "aid", "s", card->aid);
  g_variant_dict_insert (dict, "label", "s", card->label);
  g_variant_dict_insert (dict, "number", "s", card->masked);
  g_variant_dict_insert (dict, "sequence", "i", card->pan_sequence);
  g_variant_dict_insert (dict, "counter", "i", card->atc);
  g_variant_dict_insert (dict, "cryptogram", "s", till_emv_cryptogram_to_word (card->cryptogram));
  g_variant_dict_insert (dict, "field-us", "x", field_us);
}

/* Its account data leave only like this: under the till's key of this sale, and to the acquirer.
 * Returns: FALSE where they could not be sealed as the till wants it */
static gboolean
insert_sealed (Reading           *reading,
               GVariantDict      *dict,
               const TillEmvCard *card)
{
  gsize n_key;
  const guint8 *key = get_bytes (reading->request, "key", &n_key);
  const char *certificate = NULL;
  g_autofree char *token = n_key == TILL_TOKEN_KEY ? till_token_seal (card, key, NULL) : NULL;
  g_autofree char *sealed = NULL;

  if (g_variant_lookup (reading->request, "certificate", "&s", &certificate))
    sealed = till_cms_seal (card, certificate, NULL);
  if (token)
    g_variant_dict_insert (dict, "token", "s", token);
  if (sealed)
    g_variant_dict_insert (dict, "sealed", "s", sealed);

  return (token || n_key == 0) && (sealed || !certificate);
}

static void
finish (Reading           *reading,
        const char        *outcome,
        TillReason         reason,
        const TillEmvCard *card,
        gint64             field_us)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  if (card)
    insert_card (&dict, card, field_us);
  if (card && card->decision == TILL_EMV_ONLINE && !insert_sealed (reading, &dict, card)) {
    outcome = "refused";
    reason = TILL_REASON_CONFIG;
  }
  g_variant_dict_insert (&dict, "outcome", "s", outcome);
  g_variant_dict_insert (&dict, "reason", "s", till_reason_to_word (reason));
  g_variant_dict_insert (&dict, "reader", "s", reading->opened->connstring);
  if (reading->seen_us)
    tell (reading, TILL_TAP_REMOVE);
  till_channel_send ("card", g_variant_dict_end (&dict));
}

/* Carries commands and answers until the card has said all. */
static TillCarry
carry_all (Reading *reading,
           TillEmv *emv)
{
  g_autoptr (GByteArray) capdu = g_byte_array_sized_new (TILL_RAPDU_MAX + 5);
  const TillOpened *opened = reading->opened;
  guint8 rapdu[TILL_RAPDU_MAX];
  gsize n_rapdu = 0;
  TillCarry carry = TILL_CARRY_DONE;

  while (carry == TILL_CARRY_DONE) {
    g_byte_array_set_size (capdu, 0);
    if (till_emv_step (emv, n_rapdu ? rapdu : NULL, n_rapdu, capdu) == TILL_EMV_DONE)
      break;
    carry = opened->way->carry (opened->self, capdu->data, capdu->len, rapdu, &n_rapdu);
    /* An answer without a status word is none. */
    if (carry == TILL_CARRY_DONE && n_rapdu < 2)
      carry = TILL_CARRY_LOST;
  }
  explicit_bzero (rapdu, sizeof rapdu);

  return carry;
}

/* Returns: whether the till has its answer */
static gboolean
try_card (Reading *reading)
{
  const gint64 found_us = g_get_monotonic_time ();
  g_autoptr (TillEmv) emv = NULL;
  const TillEmvCard *card;
  TillCarry carry;

  tell (reading, TILL_TAP_READING);
  if (getrandom (reading->terminal.unpredictable, sizeof reading->terminal.unpredictable, 0) !=
      sizeof reading->terminal.unpredictable) {
    tell (reading, TILL_TAP_FAULT);
    return TRUE;
  }
  emv = till_emv_new (&reading->terminal);
  carry = carry_all (reading, emv);
  if (carry == TILL_CARRY_DONE) {
    card = till_emv_get_card (emv);
    finish (reading, card->decision == TILL_EMV_ONLINE ? "online" : "refused", card->reason, card,
            g_get_monotonic_time () - found_us);
    return TRUE;
  }

  if (++reading->n_tries < MAX_TRIES) {
    tell (reading, TILL_TAP_AGAIN);
    return FALSE;
  }
  if (carry == TILL_CARRY_LOST)
    finish (reading, "refused", TILL_REASON_CARD_MOVED, NULL, 0);
  else
    tell (reading, TILL_TAP_FAULT);

  return TRUE;
}

/* Nothing is in the field. */
static gboolean
wait_on (Reading *reading)
{
  const gint64 now_us = g_get_monotonic_time ();

  reading->wait_empty = FALSE;
  if (reading->seen_us && now_us - reading->seen_us >= TRY_FOR_US) {
    finish (reading, "refused", TILL_REASON_CARD_MOVED, NULL, 0);
    return TRUE;
  }
  if (!reading->seen_us && now_us >= reading->until_us) {
    finish (reading, "no-card", TILL_REASON_NONE, NULL, 0);
    return TRUE;
  }
  tell (reading, reading->seen_us ? TILL_TAP_AGAIN : TILL_TAP_WAITING);

  return FALSE;
}

static gboolean
meet_card (Reading  *reading,
           TillFind  find)
{
  const TillOpened *opened = reading->opened;

  if (reading->wait_empty) {
    tell (reading, TILL_TAP_REMOVE);
    opened->way->leave (opened->self);
    return FALSE;
  }
  if (!reading->seen_us)
    reading->seen_us = g_get_monotonic_time ();
  if (find == TILL_FIND_OTHER) {
    finish (reading, "refused", TILL_REASON_CARD_NONE, NULL, 0);
    return TRUE;
  }
  if (try_card (reading))
    return TRUE;
  opened->way->leave (opened->self);

  return FALSE;
}

/* Returns: whether the till has its answer */
static gboolean
look (Reading *reading)
{
  const TillFind find = reading->opened->way->find (reading->opened->self);
  const gboolean is_fault = find == TILL_FIND_FAULT || find == TILL_FIND_BUSY;

  reading->n_faults = is_fault ? reading->n_faults + 1 : 0;
  switch (find) {
  case TILL_FIND_NONE:
    return wait_on (reading);
  case TILL_FIND_CARD:
  case TILL_FIND_OTHER:
    return meet_card (reading, find);
  case TILL_FIND_BUSY:
  case TILL_FIND_FAULT:
    if (reading->n_faults >= MAX_TRIES)
      tell (reading, find == TILL_FIND_BUSY ? TILL_TAP_BUSY : TILL_TAP_FAULT);
    return reading->n_faults >= MAX_TRIES;
  }
  g_assert_not_reached ();
}

static void
set_date (TillEmvTerminal *terminal,
          gint64           now_us)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC +
                                                             CHINA_OFFSET_S);
  const int parts[] = {
    g_date_time_get_year (now) % 100, g_date_time_get_month (now),
    g_date_time_get_day_of_month (now),
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    terminal->date[i] = (guint8) (parts[i] / 10 << 4 | parts[i] % 10);
}

static void
read_request (Reading  *reading,
              GVariant *request)
{
  TillEmvTerminal *terminal = &reading->terminal;
  gint64 now_us = 0;
  guint32 timeout_ms = 0;
  const guint8 *ttq;
  gsize n_ttq;

  terminal->no_pin_limit_fen = TILL_EMV_NO_PIN_LIMIT_FEN;
  g_variant_lookup (request, "amount-fen", "x", &terminal->amount_fen);
  g_variant_lookup (request, "no-pin-limit-fen", "x", &terminal->no_pin_limit_fen);
  g_variant_lookup (request, "type", "y", &terminal->type);
  g_variant_lookup (request, "now-us", "x", &now_us);
  g_variant_lookup (request, "timeout-ms", "u", &timeout_ms);
  g_variant_lookup (request, "wait-empty", "b", &reading->wait_empty);
  terminal->objects = get_bytes (request, "objects", &terminal->n_objects);
  ttq = get_bytes (request, "ttq", &n_ttq);
  if (n_ttq == sizeof terminal->ttq)
    memcpy (terminal->ttq, ttq, n_ttq);
  set_date (terminal, now_us);
  reading->until_us = timeout_ms ? g_get_monotonic_time () + timeout_ms * G_GINT64_CONSTANT (1000)
                                 : G_MAXINT64;
}

/**
 * till_contactless_read:
 * @request: "amount-fen" x; and as the till likes "no-pin-limit-fen" x, "type" y, "ttq" and
 *   "objects" ay, "now-us" x, "timeout-ms" u (0: for ever), "wait-empty" b,
 *   "key" ay, "certificate" s
 *
 * Waits for a card, reads it, and tells the till what it is and what may be done with it: states on
 * the way, and at the end "card" or a state that is a fault.
 */
void
till_contactless_read (const TillOpened *opened,
                       GVariant         *request)
{
  Reading reading = { .opened = opened, .request = request };

  read_request (&reading, request);
  while (!look (&reading) && till_channel_pause (LOOK_MS))
    ;
  explicit_bzero (&reading, sizeof reading);
}
