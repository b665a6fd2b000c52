/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/bcd.h"

#include <string.h>

/**
 * till_bcd_put:
 *
 * Writes @number as packed decimal digits, two a byte, zeros on the left.
 *
 * Returns: %FALSE where it has more digits than @bytes can hold; @bytes is then undefined
 */
gboolean
till_bcd_put (guint64  number,
              guint8  *bytes,
              gsize    n_bytes)
{
  for (gsize i = n_bytes; i > 0; i--) {
    bytes[i - 1] = (guint8) (number % 10 | (number / 10 % 10) << 4);
    number /= 100;
  }

  return number == 0;
}

/**
 * till_bcd_get:
 * @n_bytes: up to nine
 * @number: set on success only
 *
 * Returns: %FALSE where a half byte is no decimal digit
 */
gboolean
till_bcd_get (const guint8 *bytes,
              gsize         n_bytes,
              guint64      *number)
{
  guint64 read = 0;

  g_return_val_if_fail (n_bytes <= 9, FALSE);

  for (gsize i = 0; i < n_bytes; i++) {
    if (bytes[i] >> 4 > 9 || (bytes[i] & 0xf) > 9)
      return FALSE;
    read = read * 100 + (guint64) (bytes[i] >> 4) * 10 + (bytes[i] & 0xf);
  }

  *number = read;
  return TRUE;
}

/**
 * till_bcd_to_hex:
 * @text: (out caller-allocates): of 2 × @n_bytes + 1 characters, in capitals
 *
 * Half bytes as characters. It allocates nothing, since the digits may be a card's.
 */
void
till_bcd_to_hex (const guint8 *bytes,
                 gsize         n_bytes,
                 char         *text)
{
  static const char digits[] = "0123456789ABCDEF";

  for (gsize i = 0; i < n_bytes; i++) {
    text[2 * i] = digits[bytes[i] >> 4];
    text[2 * i + 1] = digits[bytes[i] & 0xf];
  }
  text[2 * n_bytes] = '\0';
}

/**
 * till_bcd_from_hex:
 * @bytes: what was read is appended
 *
 * Returns: %FALSE where @text is not whole bytes in hexadecimal; @bytes is then as it was
 */
gboolean
till_bcd_from_hex (const char *text,
                   GByteArray *bytes)
{
  gsize n = strlen (text);
  guint n_before = bytes->len;

  for (gsize i = 0; i + 1 < n; i += 2) {
    int high = g_ascii_xdigit_value (text[i]);
    int low = g_ascii_xdigit_value (text[i + 1]);
    guint8 byte;

    if (high < 0 || low < 0) {
      g_byte_array_set_size (bytes, n_before);
      return FALSE;
    }
    byte = (guint8) (high << 4 | low);
    g_byte_array_append (bytes, &byte, 1);
  }

  if (n % 2 != 0)
    g_byte_array_set_size (bytes, n_before);
  return n % 2 == 0;
}
