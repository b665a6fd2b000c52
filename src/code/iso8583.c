/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/iso8583.h"

#include <string.h>

#include "code/bcd.h"

/* The dialect of China's point-of-sale terminals (Q/CUP 009.1): packed digits, lengths as packed
 * digits, texts in ASCII or GBK. Sources: vfwz/iso8583-parser; E1 to E6 in the tests. */

#define HEAD_BYTES 11 /* TPDU and head */
#define BITMAP     8

typedef enum {
  UNUSED,
  DIGITS,        /* two a byte; an odd one is followed by 0 */
  DIGITS_RIGHT,  /* the same, but an odd one is preceded by 0 */
  TRACK,         /* digits and D; an odd one is followed by F */
  BYTES,         /* texts and binary values */
} Coding;

typedef struct {
  Coding coding;
  guint  n_length;  /* digits of a length before it: 0, 2 or 3 */
  guint  n_max;     /* digits or bytes; of a fixed field just so many */
} Field;

static const Field dialect[TILL_ISO8583_FIELDS + 1] = {
  [2]  = { DIGITS,       2,  19 },  /* primary account number */
  [3]  = { DIGITS,       0,   6 },  /* processing code */
  [4]  = { DIGITS_RIGHT, 0,  12 },  /* amount, in fen */
  [11] = { DIGITS,       0,   6 },  /* systems trace audit number */
  [12] = { DIGITS,       0,   6 },  /* local time, hhmmss */
  [13] = { DIGITS,       0,   4 },  /* local date, MMDD */
  [14] = { DIGITS,       0,   4 },  /* expiry, YYMM */
  [15] = { DIGITS,       0,   4 },  /* settlement date */
  [22] = { DIGITS,       0,   3 },  /* entry mode */
  [23] = { DIGITS_RIGHT, 0,   3 },  /* card sequence number */
  [25] = { DIGITS,       0,   2 },  /* condition */
  [26] = { DIGITS,       0,   2 },  /* PIN capture */
  [32] = { DIGITS,       2,  11 },  /* acquirer */
  [35] = { TRACK,        2,  37 },  /* track 2 */
  [36] = { TRACK,        3, 104 },  /* track 3 */
  [37] = { BYTES,        0,  12 },  /* retrieval reference number */
  [38] = { BYTES,        0,   6 },  /* authorisation code */
  [39] = { BYTES,        0,   2 },  /* response code */
  [40] = { BYTES,        0,   3 },
  [41] = { BYTES,        0,   8 },  /* terminal */
  [42] = { BYTES,        0,  15 },  /* merchant */
  [43] = { BYTES,        0,  40 },  /* merchant's name */
  [44] = { BYTES,        2,  25 },  /* additional response data */
  [46] = { BYTES,        3, 999 },
  [47] = { BYTES,        3, 999 },
  [48] = { DIGITS,       3, 322 },  /* totals of a settlement */
  [49] = { BYTES,        0,   3 },  /* currency */
  [52] = { BYTES,        0,   8 },  /* PIN block */
  [53] = { DIGITS,       0,  16 },  /* security control */
  [54] = { BYTES,        3,  40 },  /* balance */
  [55] = { BYTES,        3, 255 },  /* chip data */
  [56] = { BYTES,        3, 999 },
  [57] = { BYTES,        3, 999 },
  [58] = { BYTES,        3, 999 },
  [59] = { BYTES,        3, 999 },
  [60] = { DIGITS,       3,  17 },  /* kind, batch, network management, reader, condition */
  [61] = { DIGITS,       3,  29 },  /* original batch, trace number and date */
  [62] = { BYTES,        3, 999 },  /* working keys */
  [63] = { BYTES,        3, 999 },  /* operator */
  [64] = { BYTES,        0,   8 },  /* message authentication code */
};

typedef struct {
  const guint8 *next;
  const guint8 *end;
} Reader;

G_DEFINE_QUARK (till-iso8583-error-quark, till_iso8583_error)

static gboolean
fail (GError           **error,
      TillIso8583Error   code,
      guint              field,
      const char        *what)
{
  if (field > 0)
    g_set_error (error, TILL_ISO8583_ERROR, (int) code, "field %u %s", field, what);
  else
    g_set_error_literal (error, TILL_ISO8583_ERROR, (int) code, what);
  return FALSE;
}

static gboolean
is_packed (const Field *field)
{
  return field->coding != BYTES;
}

/* Bytes that so many digits, or bytes, take. */
static gsize
size_of (const Field *field,
         gsize        n)
{
  return is_packed (field) ? (n + 1) / 2 : n;
}

TillIso8583 *
till_iso8583_new (guint16 mti)
{
  TillIso8583 *self = g_new0 (TillIso8583, 1);

  self->mti = mti;
  return self;
}

void
till_iso8583_clear (TillIso8583 *self,
                    guint        field)
{
  g_return_if_fail (field <= TILL_ISO8583_FIELDS);

  if (self->fields[field].value)
    explicit_bzero (self->fields[field].value, self->fields[field].n_bytes);
  g_clear_pointer (&self->fields[field].value, g_free);
  self->fields[field].n_bytes = 0;
}

void
till_iso8583_free (TillIso8583 *self)
{
  if (!self)
    return;

  for (guint i = 0; i <= TILL_ISO8583_FIELDS; i++)
    till_iso8583_clear (self, i);
  g_free (self);
}

/**
 * till_iso8583_get:
 * @field: 2 to 64
 *
 * Returns: (nullable): the field's digits or bytes, with a zero behind; %NULL where it is absent
 */
const char *
till_iso8583_get (const TillIso8583 *self,
                  guint              field)
{
  g_return_val_if_fail (field <= TILL_ISO8583_FIELDS, NULL);

  return self->fields[field].value;
}

/**
 * till_iso8583_get_number:
 * @number: set on success only
 *
 * Returns: %FALSE where the field is absent or no number of up to 18 digits
 */
gboolean
till_iso8583_get_number (const TillIso8583 *self,
                         guint              field,
                         gint64            *number)
{
  const char *text = till_iso8583_get (self, field);
  gsize n = text ? strlen (text) : 0;

  if (n == 0 || n > 18 || strspn (text, "0123456789") != n)
    return FALSE;

  *number = g_ascii_strtoll (text, NULL, 10);
  return TRUE;
}

/**
 * till_iso8583_set_bytes:
 *
 * Sets a field, in place of what it was. Whether it fits is seen when the message is packed.
 */
void
till_iso8583_set_bytes (TillIso8583  *self,
                        guint         field,
                        const guint8 *bytes,
                        gsize         n_bytes)
{
  g_return_if_fail (field <= TILL_ISO8583_FIELDS);

  till_iso8583_clear (self, field);
  self->fields[field].value = g_malloc (n_bytes + 1);
  memcpy (self->fields[field].value, bytes, n_bytes);
  self->fields[field].value[n_bytes] = '\0';
  self->fields[field].n_bytes = n_bytes;
}

/**
 * till_iso8583_set:
 *
 * Sets a field to digits or to a text; see till_iso8583_set_bytes().
 */
void
till_iso8583_set (TillIso8583 *self,
                  guint        field,
                  const char  *text)
{
  till_iso8583_set_bytes (self, field, (const guint8 *) text, strlen (text));
}

/* Out. */

static void
put_digits (GByteArray *message,
            const char *digits,
            gsize       n_digits,
            Coding      coding)
{
  guint8 byte = 0;
  gsize at = coding == DIGITS_RIGHT ? n_digits % 2 : 0;

  for (gsize i = 0; i < n_digits; i++, at++) {
    guint8 digit = digits[i] == 'D' ? 0xd : (guint8) (digits[i] - '0');

    byte = at % 2 == 0 ? (guint8) (digit << 4) : (guint8) (byte | digit);
    if (at % 2 == 1)
      g_byte_array_append (message, &byte, 1);
  }
  if (coding == TRACK)
    byte |= 0xf;
  if (at % 2 == 1)
    g_byte_array_append (message, &byte, 1);
}

static void
put_length (GByteArray *message,
            gsize       length,
            guint       n_digits)
{
  char digits[8];

  g_snprintf (digits, sizeof digits, "%0*u", n_digits == 2 ? 2 : 4, (guint) length);
  put_digits (message, digits, strlen (digits), DIGITS);
}

static gboolean
value_fits (const Field *field,
            const char  *value,
            gsize        n)
{
  if (field->n_length > 0 ? n > field->n_max : n != field->n_max)
    return FALSE;
  if (!is_packed (field))
    return TRUE;

  return strlen (value) == n &&
         strspn (value, field->coding == TRACK ? "0123456789D" : "0123456789") == n;
}

static gboolean
put_field (const TillIso8583 *self,
           guint              number,
           GByteArray        *message,
           GError           **error)
{
  const Field *field = &dialect[number];
  const char *value = self->fields[number].value;
  gsize n = self->fields[number].n_bytes;

  if (field->coding == UNUSED)
    return fail (error, TILL_ISO8583_ERROR_UNSUPPORTED, number, "is not of this dialect");
  if (!value_fits (field, value, n))
    return fail (error, TILL_ISO8583_ERROR_VALUE, number, "has a value that it cannot hold");

  if (field->n_length > 0)
    put_length (message, n, field->n_length);
  if (is_packed (field))
    put_digits (message, value, n, field->coding);
  else
    g_byte_array_append (message, (const guint8 *) value, (guint) n);
  return TRUE;
}

/**
 * till_iso8583_pack:
 * @error: set to a #TillIso8583Error where a value does not fit its field
 *
 * Returns: (transfer full) (nullable): the message from its TPDU on. It may hold card data, so who
 *   put them in wipes it
 */
GByteArray *
till_iso8583_pack (const TillIso8583 *self,
                   GError           **error)
{
  /* As large as it may grow: growing would leave copies behind. */
  g_autoptr (GByteArray) message = g_byte_array_sized_new (TILL_ISO8583_MAX);
  const guint8 mti[] = { (guint8) (self->mti >> 8), (guint8) self->mti };
  guint8 bitmap[BITMAP] = { 0 };

  for (guint i = 1; i <= TILL_ISO8583_FIELDS; i++) {
    if (self->fields[i].value)
      bitmap[(i - 1) / 8] |= (guint8) (0x80 >> (i - 1) % 8);
  }
  g_byte_array_append (message, self->tpdu, sizeof self->tpdu);
  g_byte_array_append (message, self->head, sizeof self->head);
  g_byte_array_append (message, mti, sizeof mti);
  g_byte_array_append (message, bitmap, sizeof bitmap);

  for (guint i = 1; i <= TILL_ISO8583_FIELDS; i++) {
    if (self->fields[i].value && !put_field (self, i, message, error)) {
      explicit_bzero (message->data, message->len);
      return NULL;
    }
  }

  return g_steal_pointer (&message);
}

/* In. */

static gboolean
take (Reader        *reader,
      gsize          n_bytes,
      guint          field,
      const guint8 **bytes,
      GError       **error)
{
  if (n_bytes > (gsize) (reader->end - reader->next))
    return fail (error, TILL_ISO8583_ERROR_SHORT, field, "is cut off");

  *bytes = reader->next;
  reader->next += n_bytes;
  return TRUE;
}

static gboolean
take_length (Reader  *reader,
             guint    number,
             gsize   *n,
             GError **error)
{
  const Field *field = &dialect[number];
  gsize n_bytes = field->n_length == 2 ? 1 : 2;
  const guint8 *bytes;
  guint64 length;

  *n = field->n_max;
  if (field->n_length == 0)
    return TRUE;
  if (!take (reader, n_bytes, number, &bytes, error))
    return FALSE;
  if (!till_bcd_get (bytes, n_bytes, &length) || length > field->n_max)
    return fail (error, TILL_ISO8583_ERROR_LENGTH, number, "has a length that it cannot have");

  *n = (gsize) length;
  return TRUE;
}

static gboolean
unpack (TillIso8583  *self,
        guint         number,
        const guint8 *bytes,
        gsize         n_digits,
        GError      **error)
{
  const Field *field = &dialect[number];
  gsize n_bytes = size_of (field, n_digits);
  g_autofree char *hex = g_malloc (2 * n_bytes + 1);
  gsize begin = field->coding == DIGITS_RIGHT ? n_digits % 2 : 0;
  gboolean fits;

  till_bcd_to_hex (bytes, n_bytes, hex);
  hex[begin + n_digits] = '\0';
  fits = strspn (hex + begin, field->coding == TRACK ? "0123456789D" : "0123456789") == n_digits;
  if (fits)
    till_iso8583_set (self, number, hex + begin);

  explicit_bzero (hex, 2 * n_bytes);
  return fits || fail (error, TILL_ISO8583_ERROR_VALUE, number, "is not made of digits");
}

static gboolean
take_field (TillIso8583 *self,
            guint        number,
            Reader      *reader,
            GError     **error)
{
  const Field *field = &dialect[number];
  const guint8 *bytes;
  gsize n;

  if (field->coding == UNUSED)
    return fail (error, TILL_ISO8583_ERROR_UNSUPPORTED, number, "is not of this dialect");
  if (!take_length (reader, number, &n, error) ||
      !take (reader, size_of (field, n), number, &bytes, error))
    return FALSE;
  if (is_packed (field))
    return unpack (self, number, bytes, n, error);

  till_iso8583_set_bytes (self, number, bytes, n);
  return TRUE;
}

/**
 * till_iso8583_parse:
 * @bytes: from the TPDU on, and nothing behind the last field
 * @error: set to a #TillIso8583Error
 *
 * Returns: (transfer full) (nullable): the message
 */
TillIso8583 *
till_iso8583_parse (const guint8 *bytes,
                    gsize         n_bytes,
                    GError      **error)
{
  g_autoptr (TillIso8583) self = till_iso8583_new (0);
  Reader reader = { bytes, bytes + n_bytes };
  const guint8 *head, *bitmap;

  if (!take (&reader, HEAD_BYTES + 2, 0, &head, error) ||
      !take (&reader, BITMAP, 0, &bitmap, error))
    return NULL;

  memcpy (self->tpdu, head, sizeof self->tpdu);
  memcpy (self->head, head + sizeof self->tpdu, sizeof self->head);
  self->mti = (guint16) (head[HEAD_BYTES] << 8 | head[HEAD_BYTES + 1]);
  for (guint i = 1; i <= TILL_ISO8583_FIELDS; i++) {
    if ((bitmap[(i - 1) / 8] & 0x80 >> (i - 1) % 8) && !take_field (self, i, &reader, error))
      return NULL;
  }
  if (reader.next != reader.end) {
    fail (error, TILL_ISO8583_ERROR_LONG, 0, "bytes behind the last field");
    return NULL;
  }

  return g_steal_pointer (&self);
}

/**
 * till_iso8583_frame:
 *
 * Puts the length before a message, as it goes over the wire. It stays in its memory.
 */
void
till_iso8583_frame (GByteArray *message)
{
  const guint8 length[] = { (guint8) (message->len >> 8), (guint8) message->len };

  g_byte_array_prepend (message, length, sizeof length);
}

/**
 * till_iso8583_unframe:
 * @n_bytes: (inout): of what came over the wire; becomes that of the message
 * @error: set to a #TillIso8583Error where the length before it is another
 *
 * Returns: (transfer none) (nullable): the message within @bytes
 */
const guint8 *
till_iso8583_unframe (const guint8 *bytes,
                      gsize        *n_bytes,
                      GError      **error)
{
  if (*n_bytes < 2) {
    fail (error, TILL_ISO8583_ERROR_SHORT, 0, "no length");
    return NULL;
  }
  if ((gsize) (bytes[0] << 8 | bytes[1]) != *n_bytes - 2) {
    fail (error, (gsize) (bytes[0] << 8 | bytes[1]) > *n_bytes - 2 ? TILL_ISO8583_ERROR_SHORT
                                                                   : TILL_ISO8583_ERROR_LONG,
          0, "another length than it says");
    return NULL;
  }

  *n_bytes -= 2;
  return bytes + 2;
}
