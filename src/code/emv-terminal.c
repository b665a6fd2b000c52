/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv-terminal.h"

#include <string.h>

#include "code/bcd.h"
#include "code/emv-tags.h"

#define TTQ_CVM_REQUIRED 0x40 /* of the second byte */

/* What an acquirer usually prescribes for a shop's terminal that is always online and has neither a
 * PIN pad nor a pen. The profile's objects go before it. Sources: UnionPay's codes for China and
 * the yuan (ISO 4217 and 3166: 156); qPBOC for the TTQ and zeros as TVR; EMV Book 4 annex A for
 * the rest, whose values are of memory: an acquirer's table wins. */
static const struct {
  guint32 tag;
  guint8  bytes[4];
  gsize   n_bytes;
} usual[] = {
  { TILL_EMV_TAG_COUNTRY,       { 0x01, 0x56 }, 2 },
  { TILL_EMV_TAG_CURRENCY,      { 0x01, 0x56 }, 2 },
  { TILL_EMV_TAG_TTQ,           { 0x20, 0x80, 0x00, 0x80 }, 4 },
  { TILL_EMV_TAG_CAPABILITIES,  { 0x20, 0x08, 0x00 }, 3 },  /* cards with a chip; no CVM */
  { TILL_EMV_TAG_CVM_RESULTS,   { 0x3f, 0x00, 0x00 }, 3 },  /* no CVM was performed */
  { TILL_EMV_TAG_TERMINAL_TYPE, { 0x21 }, 1 },              /* attended, online only */
  { TILL_EMV_TAG_VERSION,       { 0x00, 0x20 }, 2 },
};

static gboolean
set_value (TillDolValue *value,
           const guint8 *bytes,
           gsize         n_bytes)
{
  memcpy (value->bytes, bytes, n_bytes);
  value->n_bytes = n_bytes;
  return TRUE;
}

static gboolean
get_amount (gint64        amount_fen,
            TillDolValue *value)
{
  value->n_bytes = 6;
  return till_bcd_put ((guint64) amount_fen, value->bytes, value->n_bytes);
}

/* What differs from sale to sale; none of it is the profile's to say. */
static gboolean
get_of_sale (const TillEmvTerminal *terminal,
             guint32                tag,
             TillDolValue          *value)
{
  switch (tag) {
  case TILL_EMV_TAG_AMOUNT:
    return get_amount (terminal->amount_fen, value);
  case TILL_EMV_TAG_AMOUNT_OTHER:
    return get_amount (0, value);
  case TILL_EMV_TAG_DATE:
    return set_value (value, terminal->date, sizeof terminal->date);
  case TILL_EMV_TAG_TYPE:
    return set_value (value, &terminal->type, 1);
  case TILL_EMV_TAG_UNPREDICTABLE:
    return set_value (value, terminal->unpredictable, sizeof terminal->unpredictable);
  case TILL_EMV_TAG_TVR:
    /* In qPBOC the terminal has verified nothing when the card is asked. */
    return set_value (value, (const guint8[5]) { 0 }, 5);
  default:
    return FALSE;
  }
}

static gboolean
get_of_profile (const TillEmvTerminal *terminal,
                guint32                tag,
                TillDolValue          *value)
{
  g_autoptr (GPtrArray) objects =
    terminal->n_objects > 0 ? till_tlv_parse (terminal->objects, terminal->n_objects, NULL) : NULL;
  const TillTlv *object = till_tlv_find (objects, tag);

  return object && object->n_bytes <= sizeof value->bytes &&
         set_value (value, object->value, object->n_bytes);
}

static gboolean
get_usual (guint32       tag,
           TillDolValue *value)
{
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++) {
    if (usual[i].tag == tag)
      return set_value (value, usual[i].bytes, usual[i].n_bytes);
  }

  return FALSE;
}

static gboolean
get_ttq (const TillEmvTerminal *terminal,
         TillDolValue          *value)
{
  static const guint8 unsaid[4];

  if (memcmp (terminal->ttq, unsaid, sizeof unsaid) != 0)
    set_value (value, terminal->ttq, sizeof terminal->ttq);
  else
    get_usual (TILL_EMV_TAG_TTQ, value);

  if (till_emv_terminal_wants_cvm (terminal))
    value->bytes[1] |= TTQ_CVM_REQUIRED;
  return TRUE;
}

/**
 * till_emv_terminal_check:
 * @error: set to a #TillTlvError that says what is wrong with the objects or the amount
 *
 * Returns: whether cards can be told this
 */
gboolean
till_emv_terminal_check (const TillEmvTerminal  *terminal,
                         GError                **error)
{
  g_autoptr (GPtrArray) objects = till_tlv_parse (terminal->objects, terminal->n_objects, error);
  TillDolValue amount;

  if (!objects)
    return FALSE;

  for (guint i = 0; i < objects->len; i++) {
    const TillTlv *object = g_ptr_array_index (objects, i);

    if (object->n_bytes <= TILL_DOL_VALUE_MAX && !object->children)
      continue;
    g_set_error (error, TILL_TLV_ERROR, TILL_TLV_ERROR_LENGTH,
                 "terminal object %X is a template or too long", object->tag);
    return FALSE;
  }

  if (terminal->amount_fen > 0 && get_amount (terminal->amount_fen, &amount))
    return TRUE;
  g_set_error_literal (error, TILL_TLV_ERROR, TILL_TLV_ERROR_LENGTH, "the amount does not fit");
  return FALSE;
}

/**
 * till_emv_terminal_get:
 * @value: set on success only
 *
 * Tells a terminal object: of the sale, of the profile, or else the usual one.
 *
 * Returns: %FALSE where nothing is known about @tag
 */
gboolean
till_emv_terminal_get (const TillEmvTerminal *terminal,
                       guint32                tag,
                       TillDolValue          *value)
{
  if (tag == TILL_EMV_TAG_TTQ)
    return get_ttq (terminal, value);

  return get_of_sale (terminal, tag, value) || get_of_profile (terminal, tag, value) ||
         get_usual (tag, value);
}

/**
 * till_emv_terminal_wants_cvm:
 *
 * Returns: whether the amount is above what is taken without proof that it is the customer
 */
gboolean
till_emv_terminal_wants_cvm (const TillEmvTerminal *terminal)
{
  return terminal->amount_fen > terminal->no_pin_limit_fen;
}
