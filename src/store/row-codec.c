/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/row-codec.h"

#include "store/journal.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* A row in its three shapes: columns of SQLite, bytes under the hash, JSON of an export. All three
 * take names and order from one table, which src/store/README.md documents for strangers: a column
 * that a later version adds comes at its end, and an absent value is in none of them. */
typedef enum {
  FIELD_INT64,
  FIELD_INT,
  FIELD_HOUR,    /* midnight is an hour too: never absent */
  FIELD_TEXT,
  FIELD_EVENT,
  FIELD_STATE,
  FIELD_REASON,
  FIELD_KIND,    /* stated by the payment's first row alone */
  FIELD_BRAND,
} FieldType;

typedef struct {
  const char *name;
  FieldType   type;
  gsize       offset;
} Field;

#define FIELD(type, name) { #name, FIELD_##type, G_STRUCT_OFFSET (TillRow, name) }

static const Field fields[] = {
  FIELD (INT64, seq),
  FIELD (INT64, at_us),
  FIELD (INT, day),
  FIELD (HOUR, hour),
  FIELD (TEXT, sale),
  FIELD (TEXT, payment),
  FIELD (INT64, before_seq),
  FIELD (EVENT, event),
  FIELD (STATE, state),
  FIELD (REASON, reason),
  FIELD (KIND, kind),
  FIELD (INT64, amount_fen),
  FIELD (TEXT, currency),
  FIELD (TEXT, acquirer),
  FIELD (TEXT, of),
  FIELD (TEXT, clerk),
  FIELD (TEXT, note),
  FIELD (BRAND, brand),
  FIELD (TEXT, acquirer_ref),
  FIELD (INT64, payer_total_fen),
  FIELD (INT64, fee_fen),
  FIELD (INT64, paid_us),
  FIELD (TEXT, code_text),
  FIELD (INT64, expires_us),
  FIELD (TEXT, keep),
  FIELD (TEXT, said),
};
#define N_FIELDS    ((int) G_N_ELEMENTS (fields))
#define HASH_COLUMN N_FIELDS

G_STATIC_ASSERT (G_N_ELEMENTS (fields) + 1 == TILL_ROW_N_COLUMNS);

/* A text, or a number where there is none. */
typedef struct {
  const char *text;
  gint64      number;
} Value;

static gboolean
number_value (gint64 number,
              Value *value)
{
  *value = (Value) { .number = number };

  return number != 0;
}

static gboolean
text_value (const char *text,
            Value      *value)
{
  *value = (Value) { .text = text };

  return text != NULL;
}

/* An enum's word for "none" is the empty text. */
static gboolean
word_value (const char *word,
            Value      *value)
{
  return text_value (word && word[0] ? word : NULL, value);
}

/* FALSE where the row does not have it. */
static gboolean
get_value (const TillRow *row,
           const Field   *field,
           Value         *value)
{
  switch (field->type) {
  case FIELD_INT64:
    return number_value (G_STRUCT_MEMBER (gint64, row, field->offset), value);
  case FIELD_INT:
    return number_value (G_STRUCT_MEMBER (int, row, field->offset), value);
  case FIELD_HOUR:
    number_value (row->hour, value);
    return TRUE;
  case FIELD_TEXT:
    return text_value (G_STRUCT_MEMBER (char *, row, field->offset), value);
  case FIELD_EVENT:
    return word_value (till_payment_event_to_string (row->event), value);
  case FIELD_STATE:
    return word_value (till_payment_state_to_string (row->state), value);
  case FIELD_REASON:
    return word_value (till_reason_to_word (row->reason), value);
  case FIELD_KIND:
    return row->event == TILL_EVENT_ASK && word_value (till_kind_to_string (row->kind), value);
  case FIELD_BRAND:
    return word_value (till_brand_to_word (row->brand), value);
  }

  g_assert_not_reached ();
}

/* FALSE where a word is none of ours. The row is all zero before. */
static gboolean
set_value (TillRow      *row,
           const Field  *field,
           sqlite3_stmt *statement,
           int           column)
{
  const char *text;

  switch (field->type) {
  case FIELD_INT64:
    G_STRUCT_MEMBER (gint64, row, field->offset) = sqlite3_column_int64 (statement, column);
    return TRUE;
  case FIELD_INT:
  case FIELD_HOUR:
    G_STRUCT_MEMBER (int, row, field->offset) = sqlite3_column_int (statement, column);
    return TRUE;
  case FIELD_TEXT:
    G_STRUCT_MEMBER (const char *, row, field->offset) =
        (const char *) sqlite3_column_text (statement, column);
    return TRUE;
  case FIELD_EVENT:
  case FIELD_STATE:
  case FIELD_REASON:
  case FIELD_KIND:
  case FIELD_BRAND:
    break;
  }

  text = (const char *) sqlite3_column_text (statement, column);
  if (!text)
    return field->type != FIELD_EVENT && field->type != FIELD_STATE;

  if (field->type == FIELD_EVENT)
    return till_payment_event_from_string (text, &row->event);
  if (field->type == FIELD_STATE)
    return till_payment_state_from_string (text, &row->state);
  if (field->type == FIELD_REASON)
    return till_reason_from_word (text, &row->reason);
  if (field->type == FIELD_KIND)
    return till_kind_from_string (text, &row->kind);

  return till_brand_from_word (text, &row->brand);
}

TillHasher *
till_hasher_new (void)
{
  TillHasher *self = g_new0 (TillHasher, 1);

  self->algorithm = EVP_MD_fetch (NULL, "SHA256", NULL);
  self->context = EVP_MD_CTX_new ();
  self->bytes = g_byte_array_sized_new (1024);
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
  g_byte_array_unref (self->bytes);
  g_free (self);
}

static void
add_bytes (TillHasher *self,
           const char *bytes,
           gsize       n_bytes)
{
  g_byte_array_append (self->bytes, (const guint8 *) bytes, (guint) n_bytes);
}

/* Writes @number in decimal to the end of @digits and returns where it begins. */
static const char *
to_decimal (gint64 number,
            char   digits[static 24])
{
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number;
  char *at = digits + 24;

  do
    *--at = (char) ('0' + rest % 10);
  while ((rest /= 10));
  if (number < 0)
    *--at = '-';

  return at;
}

static void
add_text (TillHasher *self,
          const char *name,
          const char *text,
          gsize       n_bytes)
{
  char digits[24];
  const char *length = to_decimal ((gint64) n_bytes, digits);

  add_bytes (self, name, strlen (name));
  add_bytes (self, " ", 1);
  add_bytes (self, length, (gsize) (digits + 24 - length));
  add_bytes (self, " ", 1);
  add_bytes (self, text, n_bytes);
  add_bytes (self, "\n", 1);
}

static void
add_number (TillHasher *self,
            const char *name,
            gint64      number)
{
  char digits[24];
  const char *text = to_decimal (number, digits);

  add_text (self, name, text, (gsize) (digits + 24 - text));
}

static void
begin (TillHasher   *self,
       const guint8 *before)
{
  char hex[TILL_ROW_HEX_CHARS + 1];

  till_row_hash_to_hex (before, hex);
  g_byte_array_set_size (self->bytes, 0);
  add_bytes (self, hex, TILL_ROW_HEX_CHARS);
  add_bytes (self, "\n", 1);
}

static void
finish (TillHasher *self,
        guint8     *hash)
{
  gboolean is_done = EVP_DigestInit_ex2 (self->context, self->algorithm, NULL) &&
                     EVP_DigestUpdate (self->context, self->bytes->data, self->bytes->len) &&
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
  for (int i = 0; i < N_FIELDS; i++) {
    Value value;

    if (!get_value (row, &fields[i], &value))
      continue;
    if (value.text)
      add_text (self, fields[i].name, value.text, strlen (value.text));
    else
      add_number (self, fields[i].name, value.number);
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
  for (int i = 0; i < N_FIELDS; i++) {
    int type = sqlite3_column_type (statement, i);

    if (type == SQLITE_INTEGER) {
      add_number (self, fields[i].name, sqlite3_column_int64 (statement, i));
    } else if (type != SQLITE_NULL) {
      const char *text = (const char *) sqlite3_column_text (statement, i);

      add_text (self, fields[i].name, text, (gsize) sqlite3_column_bytes (statement, i));
    }
  }
  finish (self, hash);
}

/**
 * till_row_hash_to_hex:
 * @hash: 32 bytes
 * @hex: (out): 65 bytes, with the final zero
 */
void
till_row_hash_to_hex (const guint8 *hash,
                      char         *hex)
{
  static const char digits[] = "0123456789abcdef";

  for (guint i = 0; i < TILL_ROW_HASH_BYTES; i++) {
    hex[2 * i] = digits[hash[i] >> 4];
    hex[2 * i + 1] = digits[hash[i] & 15];
  }
  hex[TILL_ROW_HEX_CHARS] = '\0';
}

/**
 * till_row_bind:
 * @row: must live until the statement has run
 * @statement: with a parameter for each of %TILL_ROW_COLUMNS
 * @error: set to %TILL_JOURNAL_ERROR_BAD_ROW where a text is not UTF-8
 */
gboolean
till_row_bind (const TillRow *row,
               sqlite3_stmt  *statement,
               GError       **error)
{
  for (int i = 0; i < N_FIELDS; i++) {
    Value value;

    if (!get_value (row, &fields[i], &value))
      continue;
    if (value.text && !g_utf8_validate (value.text, -1, NULL)) {
      g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_BAD_ROW,
                   "%s is not UTF-8", fields[i].name);
      return FALSE;
    }
    if (value.text)
      till_db_bind_text (statement, i + 1, value.text);
    else
      till_db_bind_int (statement, i + 1, value.number);
  }

  sqlite3_bind_blob (statement, HASH_COLUMN + 1, row->hash, TILL_ROW_HASH_BYTES, SQLITE_STATIC);
  return TRUE;
}

/**
 * till_row_peek:
 * @statement: stands on a row of SELECT %TILL_ROW_COLUMNS
 * @row: (out caller-allocates): its texts are the statement's, until it steps on
 * @error: set to %TILL_JOURNAL_ERROR_NOT_ONE where a word is none of ours
 *
 * Reads a row without copying it; till_row_copy() makes one that stays.
 */
gboolean
till_row_peek (sqlite3_stmt *statement,
               TillRow      *row,
               GError      **error)
{
  *row = (TillRow) { 0 };
  for (int i = 0; i < N_FIELDS; i++) {
    if (!set_value (row, &fields[i], statement, i)) {
      g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE,
                   "row %" G_GINT64_FORMAT " of the journal says something unknown as its %s",
                   row->seq, fields[i].name);
      return FALSE;
    }
  }

  if (sqlite3_column_bytes (statement, HASH_COLUMN) == TILL_ROW_HASH_BYTES)
    memcpy (row->hash, sqlite3_column_blob (statement, HASH_COLUMN), TILL_ROW_HASH_BYTES);

  return TRUE;
}

/**
 * till_row_to_json:
 *
 * Returns: (transfer full): the row as one line of an export: what stands under its hash, in that
 *   order, and the hash
 */
char *
till_row_to_json (const TillRow *row)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  char hex[TILL_ROW_HEX_CHARS + 1];

  json_builder_begin_object (builder);
  for (int i = 0; i < N_FIELDS; i++) {
    Value value;

    if (!get_value (row, &fields[i], &value))
      continue;
    json_builder_set_member_name (builder, fields[i].name);
    if (value.text)
      json_builder_add_string_value (builder, value.text);
    else
      json_builder_add_int_value (builder, value.number);
  }
  till_row_hash_to_hex (row->hash, hex);
  json_builder_set_member_name (builder, "hash");
  json_builder_add_string_value (builder, hex);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);

  return json_generator_to_data (generator, NULL);
}

/**
 * till_row_csv_header:
 *
 * Returns: (transfer full): the names of all columns, as the first line of a table
 */
char *
till_row_csv_header (void)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (int i = 0; i < N_FIELDS; i++)
    g_string_append_printf (line, "%s,", fields[i].name);
  g_string_append (line, "hash");

  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* RFC 4180: quoted where it must be, quotes doubled. A spreadsheet must not run what a clerk typed, so
 * a text that would begin a formula is quoted with an apostrophe before it. */
static void
append_csv_text (GString    *line,
                 const char *text)
{
  gboolean is_formula = text[0] != '\0' && strchr ("=+-@", text[0]) != NULL;

  if (!is_formula && strpbrk (text, ",\"\r\n") == NULL) {
    g_string_append (line, text);
    return;
  }

  g_string_append (line, is_formula ? "\"'" : "\"");
  for (const char *p = text; *p; p++) {
    if (*p == '"')
      g_string_append_c (line, '"');
    g_string_append_c (line, *p);
  }
  g_string_append_c (line, '"');
}

/**
 * till_row_to_csv:
 *
 * Returns: (transfer full): the row as one line of a table under till_row_csv_header()
 */
char *
till_row_to_csv (const TillRow *row)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char hex[TILL_ROW_HEX_CHARS + 1];

  for (int i = 0; i < N_FIELDS; i++) {
    Value value;

    if (get_value (row, &fields[i], &value) && value.text)
      append_csv_text (line, value.text);
    else if (get_value (row, &fields[i], &value))
      g_string_append_printf (line, "%" G_GINT64_FORMAT, value.number);
    g_string_append_c (line, ',');
  }
  till_row_hash_to_hex (row->hash, hex);
  g_string_append (line, hex);

  return g_string_free (g_steal_pointer (&line), FALSE);
}
