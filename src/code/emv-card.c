/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv-card.h"

#include <string.h>

#include "code/bcd.h"
#include "code/emv-tags.h"

#define PAN_MIN 13 /* digits, of the cards of this scheme */
#define PAN_MAX 19

/* Card Transaction Qualifiers. Sources agree on these three bits only. */
#define CTQ_1_ONLINE_PIN 0x80
#define CTQ_1_SIGNATURE  0x40
#define CTQ_2_CDCVM      0x80

/* Issuer Application Data as PBOC has it: 07, key index, version, 03, then three bytes of results,
 * the first of which tells the cryptogram's type. PBOC 3.0 part 5. */
#define ISSUER_DATA_HEAD 0x07
#define ISSUER_DATA_CVR  0x03

#define CENTURY_TURNS 50 /* EMV Book 4: years from 50 on are of the last century */

/* Objects of field 55 in the order of China's acquirers; those that nobody knows are left out. */
static const guint32 field_55_tags[] = {
  TILL_EMV_TAG_CRYPTOGRAM, TILL_EMV_TAG_CRYPTOGRAM_INFO, TILL_EMV_TAG_ISSUER_DATA,
  TILL_EMV_TAG_UNPREDICTABLE, TILL_EMV_TAG_ATC, TILL_EMV_TAG_TVR, TILL_EMV_TAG_DATE,
  TILL_EMV_TAG_TYPE, TILL_EMV_TAG_AMOUNT, TILL_EMV_TAG_CURRENCY, TILL_EMV_TAG_AIP,
  TILL_EMV_TAG_COUNTRY, TILL_EMV_TAG_AMOUNT_OTHER, TILL_EMV_TAG_CAPABILITIES,
  TILL_EMV_TAG_CVM_RESULTS, TILL_EMV_TAG_TERMINAL_TYPE, TILL_EMV_TAG_SERIAL,
  TILL_EMV_TAG_DF_NAME, TILL_EMV_TAG_VERSION, TILL_EMV_TAG_SEQUENCE_COUNTER,
  TILL_EMV_TAG_PRODUCT,
};

static const guint32 demanded_tags[] = {
  TILL_EMV_TAG_CRYPTOGRAM, TILL_EMV_TAG_ISSUER_DATA, TILL_EMV_TAG_ATC, TILL_EMV_TAG_AIP,
};

/* The leading decimal digits of @hex, which may be the same as @digits. */
static gsize
count_digits (const char *hex)
{
  return strspn (hex, "0123456789");
}

static gboolean
is_pan (const char *digits,
        gsize       n_digits)
{
  return n_digits >= PAN_MIN && n_digits <= PAN_MAX && digits[0] != '0';
}

/* Track 2: the number, D, four digits of expiry, three of service code, the issuer's own, and an F
 * where the digits are odd. */
static gboolean
read_track_2 (TillEmvCard  *card,
              const guint8 *value,
              gsize         n_bytes)
{
  char hex[39];
  gsize n_pan;
  gsize n_rest;

  till_bcd_to_hex (value, n_bytes, hex);
  n_pan = count_digits (hex);
  n_rest = hex[n_pan] == 'D' ? count_digits (hex + n_pan + 1) : 0;
  if (n_rest > 0 && hex[n_pan + 1 + n_rest] == 'F')
    hex[n_pan + 1 + n_rest] = '\0';

  if (!is_pan (hex, n_pan) || n_rest < 7 || strlen (hex) != n_pan + 1 + n_rest ||
      strlen (hex) >= sizeof card->track_2) {
    explicit_bzero (hex, sizeof hex);
    return FALSE;
  }

  strcpy (card->track_2, hex);
  memcpy (card->pan, hex, n_pan);
  card->pan[n_pan] = '\0';
  memcpy (card->expiry, hex + n_pan + 1, 4);
  card->expiry[4] = '\0';
  explicit_bzero (hex, sizeof hex);
  return TRUE;
}

/* The number alone; it must be the one of track 2, if there is one. */
static gboolean
read_pan (TillEmvCard  *card,
          const guint8 *value,
          gsize         n_bytes)
{
  char hex[21];
  gsize n_pan;
  gboolean fits;

  till_bcd_to_hex (value, n_bytes, hex);
  n_pan = count_digits (hex);
  fits = is_pan (hex, n_pan) && strspn (hex + n_pan, "F") == strlen (hex) - n_pan;
  hex[n_pan] = '\0';
  fits = fits && (card->pan[0] == '\0' || strcmp (card->pan, hex) == 0);
  if (fits)
    strcpy (card->pan, hex);

  explicit_bzero (hex, sizeof hex);
  return fits;
}

static gboolean
read_account (TillEmvCard          *card,
              const TillEmvObjects *objects)
{
  gsize n_track_2, n_pan, n_expiry;
  const guint8 *track_2 = till_emv_objects_get (objects, TILL_EMV_TAG_TRACK_2, &n_track_2);
  const guint8 *pan = till_emv_objects_get (objects, TILL_EMV_TAG_PAN, &n_pan);
  const guint8 *expiry = till_emv_objects_get (objects, TILL_EMV_TAG_EXPIRY, &n_expiry);

  if ((track_2 && !read_track_2 (card, track_2, n_track_2)) ||
      (pan && !read_pan (card, pan, n_pan)) || card->pan[0] == '\0')
    return FALSE;
  if (card->expiry[0] == '\0' && expiry)
    till_bcd_to_hex (expiry, 2, card->expiry);

  return count_digits (card->expiry) == 4;
}

static void
mask (TillEmvCard *card)
{
  gsize n = strlen (card->pan);
  gsize n_shown = n >= 16 ? 6 : 0;

  memset (card->masked, '*', n);
  memcpy (card->masked, card->pan, n_shown);
  memcpy (card->masked + n - 4, card->pan + n - 4, 4);
  card->masked[n] = '\0';
}

static void
read_label (TillEmvCard          *card,
            const TillEmvObjects *objects)
{
  gsize n_bytes;
  const guint8 *label = till_emv_objects_get (objects, TILL_EMV_TAG_LABEL, &n_bytes);

  for (gsize i = 0; i < n_bytes; i++)
    card->label[i] = g_ascii_isprint ((char) label[i]) ? (char) label[i] : '?';
  card->label[n_bytes] = '\0';
}

static void
read_public (TillEmvCard          *card,
             const TillEmvObjects *objects)
{
  gsize n_aid, n_sequence, n_atc;
  const guint8 *aid = till_emv_objects_get (objects, TILL_EMV_TAG_DF_NAME, &n_aid);
  const guint8 *sequence = till_emv_objects_get (objects, TILL_EMV_TAG_PAN_SEQUENCE, &n_sequence);
  const guint8 *atc = till_emv_objects_get (objects, TILL_EMV_TAG_ATC, &n_atc);
  guint64 number;

  if (aid)
    till_bcd_to_hex (aid, n_aid, card->aid);
  read_label (card, objects);
  card->pan_sequence = sequence && till_bcd_get (sequence, 1, &number) ? (int) number : -1;
  card->atc = atc ? atc[0] << 8 | atc[1] : -1;
}

static TillEmvCryptogram
read_cryptogram (const TillEmvObjects *objects)
{
  static const TillEmvCryptogram types[] = {
    TILL_EMV_CRYPTOGRAM_AAC, TILL_EMV_CRYPTOGRAM_TC,
    TILL_EMV_CRYPTOGRAM_ARQC, TILL_EMV_CRYPTOGRAM_NONE,
  };
  gsize n_issuer;
  const guint8 *info = till_emv_objects_get (objects, TILL_EMV_TAG_CRYPTOGRAM_INFO, NULL);
  const guint8 *issuer = till_emv_objects_get (objects, TILL_EMV_TAG_ISSUER_DATA, &n_issuer);

  if (info)
    return types[info[0] >> 6];
  if (issuer && n_issuer > 4 && issuer[0] == ISSUER_DATA_HEAD && issuer[3] == ISSUER_DATA_CVR)
    return types[issuer[4] >> 4 & 3];

  return TILL_EMV_CRYPTOGRAM_NONE;
}

static gboolean
is_expired (const TillEmvCard     *card,
            const TillEmvObjects  *objects,
            const TillEmvTerminal *terminal)
{
  gsize n_expiry;
  const guint8 *expiry = till_emv_objects_get (objects, TILL_EMV_TAG_EXPIRY, &n_expiry);
  guint64 last = 0, today;

  if (!till_bcd_get (terminal->date, 3, &today))
    return TRUE;
  /* The day that the card says, else the month on its track has to end first. */
  if (!expiry || !till_bcd_get (expiry, 3, &last))
    last = g_ascii_strtoull (card->expiry, NULL, 10) * 100 + 99;
  if (last >= CENTURY_TURNS * 10000)
    return TRUE;

  return last < today;
}

/* Without PIN pad and pen: what the card wants of them cannot be had, and above the limit only a
 * phone on which the customer has proved himself is taken. */
static TillReason
judge_cvm (const TillEmvObjects  *objects,
           const TillEmvTerminal *terminal)
{
  const guint8 *ctq = till_emv_objects_get (objects, TILL_EMV_TAG_CTQ, NULL);

  if (ctq && (ctq[0] & CTQ_1_ONLINE_PIN))
    return TILL_REASON_CARD_PIN;
  if (ctq && (ctq[0] & CTQ_1_SIGNATURE))
    return TILL_REASON_CARD_SIGNATURE;
  if (till_emv_terminal_wants_cvm (terminal) && !(ctq && (ctq[1] & CTQ_2_CDCVM)))
    return TILL_REASON_CARD_LIMIT;

  return TILL_REASON_NONE;
}

static TillReason
judge (const TillEmvCard     *card,
       const TillEmvObjects  *objects,
       const TillEmvTerminal *terminal)
{
  switch (card->cryptogram) {
  case TILL_EMV_CRYPTOGRAM_NONE:
    return TILL_REASON_CARD_UNREADABLE;
  case TILL_EMV_CRYPTOGRAM_AAC:
    return is_expired (card, objects, terminal) ? TILL_REASON_CARD_EXPIRED
                                                : TILL_REASON_CARD_DECLINED;
  case TILL_EMV_CRYPTOGRAM_TC:
    return TILL_REASON_CARD_OFFLINE;
  case TILL_EMV_CRYPTOGRAM_ARQC:
    return is_expired (card, objects, terminal) ? TILL_REASON_CARD_EXPIRED
                                                : judge_cvm (objects, terminal);
  }

  return TILL_REASON_CARD_UNREADABLE;
}

static gboolean
put_object (TillEmvCard  *card,
            guint32       tag,
            const guint8 *value,
            gsize         n_bytes)
{
  guint8 *place = card->field_55 + card->n_field_55;
  gsize n_tag = tag > 0xff ? 2 : 1;

  if (card->n_field_55 + n_tag + 1 + n_bytes > sizeof card->field_55)
    return FALSE;
  if (n_tag == 2)
    *place++ = (guint8) (tag >> 8);
  *place++ = (guint8) tag;
  *place++ = (guint8) n_bytes;
  memcpy (place, value, n_bytes);
  card->n_field_55 += n_tag + 1 + n_bytes;
  return TRUE;
}

static gboolean
put_field_55 (TillEmvCard           *card,
              const TillEmvObjects  *objects,
              const TillEmvTerminal *terminal)
{
  static const guint8 arqc = 0x80;
  gboolean fits = TRUE;

  for (guint i = 0; fits && i < G_N_ELEMENTS (field_55_tags); i++) {
    guint32 tag = field_55_tags[i];
    gsize n_bytes;
    const guint8 *of_card = till_emv_objects_get (objects, tag, &n_bytes);
    TillDolValue value;

    if (of_card)
      fits = put_object (card, tag, of_card, n_bytes);
    else if (tag == TILL_EMV_TAG_CRYPTOGRAM_INFO)
      fits = put_object (card, tag, &arqc, 1);  /* qPBOC: the issuer data have said it */
    else if (till_emv_terminal_get (terminal, tag, &value))
      fits = put_object (card, tag, value.bytes, value.n_bytes);
  }

  return fits;
}

static gboolean
has_all_demanded (const TillEmvObjects *objects)
{
  for (guint i = 0; i < G_N_ELEMENTS (demanded_tags); i++) {
    if (!till_emv_objects_get (objects, demanded_tags[i], NULL))
      return FALSE;
  }

  return TRUE;
}

/**
 * till_emv_card_decide:
 * @card: (out caller-allocates): all of it is set; its account data only where the decision is
 *   to go online
 *
 * Decides what becomes of a tap from all that the card has said. A card that approved although it
 * was told to go online is refused: nobody would pay for it.
 */
void
till_emv_card_decide (TillEmvCard           *card,
                      const TillEmvObjects  *objects,
                      const TillEmvTerminal *terminal)
{
  *card = (TillEmvCard) { .decision = TILL_EMV_REFUSE };

  read_public (card, objects);
  card->cryptogram = read_cryptogram (objects);
  if (!read_account (card, objects) || !has_all_demanded (objects)) {
    till_emv_card_refuse (card, TILL_REASON_CARD_UNREADABLE);
    return;
  }

  mask (card);
  card->reason = judge (card, objects, terminal);
  if (card->reason != TILL_REASON_NONE || !put_field_55 (card, objects, terminal)) {
    till_emv_card_refuse (card, card->reason != TILL_REASON_NONE ? card->reason
                                                                 : TILL_REASON_CARD_UNREADABLE);
    return;
  }

  card->decision = TILL_EMV_ONLINE;
}

/**
 * till_emv_card_refuse:
 *
 * Ends a tap for @reason; what the card has said about its account is wiped.
 */
void
till_emv_card_refuse (TillEmvCard *card,
                      TillReason   reason)
{
  card->decision = TILL_EMV_REFUSE;
  card->reason = reason;
  till_emv_card_wipe_account (card);
}

/**
 * till_emv_card_wipe_account:
 *
 * Forgets what only the acquirer may know; what people may see stays.
 */
void
till_emv_card_wipe_account (TillEmvCard *card)
{
  explicit_bzero (card->pan, sizeof card->pan);
  explicit_bzero (card->track_2, sizeof card->track_2);
  explicit_bzero (card->expiry, sizeof card->expiry);
  explicit_bzero (card->field_55, sizeof card->field_55);
  card->n_field_55 = 0;
}

/**
 * till_emv_cryptogram_to_word:
 *
 * Returns: EMV's name for it in small letters, "none" where there was none
 */
const char *
till_emv_cryptogram_to_word (TillEmvCryptogram cryptogram)
{
  static const char *const words[] = {
    [TILL_EMV_CRYPTOGRAM_NONE] = "none",
    [TILL_EMV_CRYPTOGRAM_AAC]  = "aac",
    [TILL_EMV_CRYPTOGRAM_TC]   = "tc",
    [TILL_EMV_CRYPTOGRAM_ARQC] = "arqc",
  };

  g_return_val_if_fail ((guint) cryptogram < G_N_ELEMENTS (words), "none");

  return words[cryptogram];
}
