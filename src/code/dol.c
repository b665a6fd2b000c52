/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/dol.h"

#include <string.h>

#include "code/emv-tags.h"

/* How a value is made to fit the length that is asked for: EMV Book 3, 5.4. */
typedef enum {
  BINARY,       /* zeros on the right, cut on the right */
  NUMERIC,      /* zeros on the left, cut on the left */
  COMPRESSED,   /* F on the right, cut on the right */
} Format;

/* What is not binary of what a terminal is asked for: EMV Book 3, annex A. */
static const struct {
  guint32 tag;
  Format  format;
} formats[] = {
  { TILL_EMV_TAG_AMOUNT,             NUMERIC },
  { TILL_EMV_TAG_AMOUNT_OTHER,       NUMERIC },
  { TILL_EMV_TAG_COUNTRY,            NUMERIC },
  { TILL_EMV_TAG_CURRENCY,           NUMERIC },
  { TILL_EMV_TAG_DATE,               NUMERIC },
  { TILL_EMV_TAG_TIME,               NUMERIC },
  { TILL_EMV_TAG_TYPE,               NUMERIC },
  { TILL_EMV_TAG_TERMINAL_TYPE,      NUMERIC },
  { TILL_EMV_TAG_SEQUENCE_COUNTER,   NUMERIC },
  { TILL_EMV_TAG_ACQUIRER,           NUMERIC },
  { TILL_EMV_TAG_CATEGORY,           NUMERIC },
  { TILL_EMV_TAG_ENTRY_MODE,         NUMERIC },
  { TILL_EMV_TAG_TOKEN_REQUESTOR,    NUMERIC },
  { TILL_EMV_TAG_EXPIRY,             NUMERIC },
  { TILL_EMV_TAG_PAN_SEQUENCE,       NUMERIC },
  { TILL_EMV_TAG_PAN,                COMPRESSED },
  { TILL_EMV_TAG_TRACK_2_FREE,       COMPRESSED },
};

static Format
format_of (guint32 tag)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (formats[i].tag == tag)
      return formats[i].format;
  }

  return BINARY;
}

static gboolean
fail (GError    **error,
      const char *what)
{
  g_set_error_literal (error, TILL_TLV_ERROR, TILL_TLV_ERROR_TRUNCATED, what);
  return FALSE;
}

/**
 * till_dol_next:
 * @dol: (inout): where to read on; moved behind the entry
 * @n_bytes: (inout): what is left of the list, more than 0
 * @entry: set on success only
 * @error: set to a #TillTlvError
 *
 * Reads the next entry of a data object list.
 */
gboolean
till_dol_next (const guint8 **dol,
               gsize         *n_bytes,
               TillDolEntry  *entry,
               GError       **error)
{
  const guint8 *next = *dol;
  const guint8 *end = *dol + *n_bytes;
  guint32 tag;

  g_return_val_if_fail (*n_bytes > 0, FALSE);

  tag = *next++;
  if ((tag & 0x1f) == 0x1f) {
    do {
      if (next == end || tag > 0xffffff)
        return fail (error, "a data object list ends within a tag");
      tag = tag << 8 | *next++;
    } while (tag & 0x80);
  }
  if (next == end)
    return fail (error, "a data object list ends before a length");

  *entry = (TillDolEntry) { tag, *next++ };
  *dol = next;
  *n_bytes = (gsize) (end - next);
  return TRUE;
}

/* Where the value begins, and which part of it is taken, differs by format. */
static void
put_value (const TillDolEntry *entry,
           const TillDolValue *value,
           guint8             *place)
{
  gsize n_taken = MIN (entry->n_bytes, value->n_bytes);

  switch (format_of (entry->tag)) {
  case NUMERIC:
    memset (place, 0, entry->n_bytes);
    memcpy (place + entry->n_bytes - n_taken, value->bytes + value->n_bytes - n_taken, n_taken);
    return;
  case COMPRESSED:
    memset (place, 0xff, entry->n_bytes);
    memcpy (place, value->bytes, n_taken);
    return;
  case BINARY:
    memset (place, 0, entry->n_bytes);
    memcpy (place, value->bytes, n_taken);
    return;
  }
}

/**
 * till_dol_fill:
 * @dol: the list, as the card gave it; an empty one asks for nothing
 * @data: the values are appended, one behind the other
 * @error: set to a #TillTlvError where the list is cut off, or asks for more than
 *   %TILL_DOL_DATA_MAX bytes
 *
 * Makes the data that a card's list asks for. What @get_value does not know, or a card may not be
 * told, is zeros. Source: EMV Book 3, 5.4.
 */
gboolean
till_dol_fill (const guint8  *dol,
               gsize          n_bytes,
               TillDolSource  get_value,
               gpointer       source,
               GByteArray    *data,
               GError       **error)
{
  guint n_before = data->len;
  gboolean is_whole = TRUE;

  while (n_bytes > 0 && is_whole) {
    TillDolEntry entry;
    TillDolValue value = { .n_bytes = 0 };
    guint n_filled = data->len;

    is_whole = till_dol_next (&dol, &n_bytes, &entry, error);
    if (!is_whole)
      break;
    if (n_filled - n_before + entry.n_bytes > TILL_DOL_DATA_MAX) {
      is_whole = fail (error, "a data object list asks for more than an APDU carries");
      break;
    }

    if (entry.n_bytes == 0)
      continue;

    g_byte_array_set_size (data, n_filled + (guint) entry.n_bytes);
    if (get_value (source, entry.tag, &value))
      put_value (&entry, &value, data->data + n_filled);
    else
      memset (data->data + n_filled, 0, entry.n_bytes);
    explicit_bzero (&value, sizeof value);
  }

  if (!is_whole)
    g_byte_array_set_size (data, n_before);
  return is_whole;
}
