/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/hasher.h"

#include <string.h>

#define DIGITS 24 /* of any number, with its sign */

TillHasher *
till_hasher_new (void)
{
  TillHasher *self = g_new0 (TillHasher, 1);

  self->algorithm = EVP_MD_fetch (NULL, "SHA256", NULL);
  self->context = EVP_MD_CTX_new ();
  /* Without SHA-256 there is no journal, and nothing that could be done about it. */
  g_assert (self->algorithm);

  return self;
}

void
till_hasher_free (TillHasher *self)
{
  if (!self)
    return;

  EVP_MD_free (self->algorithm);
  EVP_MD_CTX_free (self->context);
  g_free (self->bytes);
  g_free (self);
}

/* Writes @number in decimal to the end of @digits and returns where it begins. */
static const char *
to_decimal (gint64 number,
            char   digits[static DIGITS])
{
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number;
  char *at = digits + DIGITS;

  do
    *--at = (char) ('0' + rest % 10);
  while ((rest /= 10));
  if (number < 0)
    *--at = '-';

  return at;
}

/* Room for so many bytes more, which will be written. */
static guint8 *
reserve (TillHasher *self,
         gsize       n_bytes)
{
  gsize n_before = self->n_bytes;

  self->n_bytes += n_bytes;
  if (self->n_bytes > self->n_room) {
    self->n_room = 2 * self->n_bytes;
    self->bytes = g_realloc (self->bytes, self->n_room);
  }

  return self->bytes + n_before;
}

static guint8 *
put (guint8     *at,
     const void *bytes,
     gsize       n_bytes)
{
  memcpy (at, bytes, n_bytes);

  return at + n_bytes;
}

static void
add_text (TillHasher *self,
          int         index,
          const char *text,
          gsize       n_bytes)
{
  char digits[DIGITS];
  const char *length = to_decimal ((gint64) n_bytes, digits);
  gsize n_digits = (gsize) (digits + DIGITS - length), n_name;
  const char *name = till_row_field_name (index, &n_name);
  guint8 *at = reserve (self, n_name + n_digits + n_bytes + 3);

  at = put (at, name, n_name);
  *at++ = ' ';
  at = put (at, length, n_digits);
  *at++ = ' ';
  at = put (at, text, n_bytes);
  *at = '\n';
}

static void
add_number (TillHasher *self,
            int         index,
            gint64      number)
{
  char digits[DIGITS];
  const char *text = to_decimal (number, digits);

  add_text (self, index, text, (gsize) (digits + DIGITS - text));
}

/**
 * till_hasher_to_hex:
 * @hash: 32 bytes
 * @hex: (out): 65 bytes, with the final zero
 */
void
till_hasher_to_hex (const guint8 *hash,
                      char         *hex)
{
  static const char digits[] = "0123456789abcdef";

  for (guint i = 0; i < TILL_ROW_HASH_BYTES; i++) {
    hex[2 * i] = digits[hash[i] >> 4];
    hex[2 * i + 1] = digits[hash[i] & 15];
  }
  hex[TILL_ROW_HEX_CHARS] = '\0';
}

static void
begin (TillHasher   *self,
       const guint8 *before)
{
  guint8 *at;

  self->n_bytes = 0;
  at = reserve (self, TILL_ROW_HEX_CHARS + 1);
  till_hasher_to_hex (before, (char *) at);
  at[TILL_ROW_HEX_CHARS] = '\n';
}

static void
finish (TillHasher *self,
        guint8     *hash)
{
  gboolean is_done = EVP_DigestInit_ex2 (self->context, self->algorithm, NULL) &&
                     EVP_DigestUpdate (self->context, self->bytes, self->n_bytes) &&
                     EVP_DigestFinal_ex (self->context, hash, NULL);

  g_assert (is_done);
}

/**
 * till_hasher_hash_row:
 * @before: the hash of the row before; 32 zero bytes for the first
 * @hash: (out): 32 bytes
 *
 * Computes what a row's hash must be, from the row in memory.
 */
void
till_hasher_hash_row (TillHasher    *self,
                      const guint8  *before,
                      const TillRow *row,
                      guint8        *hash)
{
  begin (self, before);
  for (int i = 0; i < TILL_ROW_N_FIELDS; i++) {
    TillRowValue value;

    if (!till_row_get_value (row, i, &value))
      continue;
    if (value.text)
      add_text (self, i, value.text, strlen (value.text));
    else
      add_number (self, i, value.number);
  }
  finish (self, hash);
}

/**
 * till_hasher_hash_stored:
 * @statement: stands on a row of SELECT %TILL_ROW_COLUMNS
 *
 * The same from the columns as they are stored, whether or not their words mean anything to us.
 */
void
till_hasher_hash_stored (TillHasher   *self,
                         const guint8 *before,
                         sqlite3_stmt *statement,
                         guint8       *hash)
{
  begin (self, before);
  for (int i = 0; i < TILL_ROW_N_FIELDS; i++) {
    /* Looked up once a column: a connection is used by one thread alone. */
    sqlite3_value *value = sqlite3_column_value (statement, i);
    int type = sqlite3_value_type (value);

    if (type == SQLITE_INTEGER) {
      add_number (self, i, sqlite3_value_int64 (value));
    } else if (type != SQLITE_NULL) {
      /* As bytes: for a text SQLite would make a copy with a zero at its end. */
      const void *text = sqlite3_value_blob (value);
      int n_bytes = sqlite3_value_bytes (value);

      add_text (self, i, n_bytes ? text : "", (gsize) n_bytes);
    }
  }
  finish (self, hash);
}
