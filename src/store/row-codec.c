/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/row-codec.h"

#include "store/journal.h"

#include <glib/gi18n.h>
#include <string.h>

/* A row in its three shapes: columns of SQLite, bytes under the hash, JSON of an export. All three
 * take names and order from one table, which README.md documents for strangers: a column
 * that a later version adds comes at its end, and an absent value is in none of them. */
typedef enum {
  FIELD_INT64,
  FIELD_INT,
  FIELD_HOUR,    /* midnight is an hour too: never absent */
  FIELD_TEXT,
  FIELD_EVENT,
  FIELD_STATE,
  FIELD_REASON,
  FIELD_KIND,    /* stated by the payment's first row alone, as the amount is */
  FIELD_BRAND,
} FieldType;

typedef struct {
  const char *name;
  gsize       name_bytes;
  FieldType   type;
  gsize       offset;
} Field;

#define FIELD(type, name) { #name, sizeof #name - 1, FIELD_##type, G_STRUCT_OFFSET (TillRow, name) }

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

G_STATIC_ASSERT (G_N_ELEMENTS (fields) == TILL_ROW_N_FIELDS);
G_STATIC_ASSERT (TILL_ROW_N_COLUMNS <= 32);

static gboolean
number_value (gint64        number,
              TillRowValue *value)
{
  *value = (TillRowValue) { .number = number };

  return number != 0;
}

static gboolean
text_value (const char   *text,
            TillRowValue *value)
{
  *value = (TillRowValue) { .text = text };

  return text != NULL;
}

/* An enum's word for "none" is the empty text. */
static gboolean
word_value (const char   *word,
            TillRowValue *value)
{
  return text_value (word && word[0] ? word : NULL, value);
}

/**
 * till_row_field_name:
 * @index: 0 to %TILL_ROW_N_FIELDS − 1
 * @n_bytes: (out) (optional): its length
 */
const char *
till_row_field_name (int    index,
                     gsize *n_bytes)
{
  if (n_bytes)
    *n_bytes = fields[index].name_bytes;

  return fields[index].name;
}

/**
 * till_row_get_value:
 * @index: 0 to %TILL_ROW_N_FIELDS − 1
 * @value: (out): what the row says there
 *
 * Returns: %FALSE where the row says nothing there
 */
gboolean
till_row_get_value (const TillRow *row,
                    int            index,
                    TillRowValue  *value)
{
  const Field *field = &fields[index];

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
    return row->amount_fen > 0 && word_value (till_kind_to_string (row->kind), value);
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
  for (int i = 0; i < TILL_ROW_N_FIELDS; i++) {
    TillRowValue value;

    if (!till_row_get_value (row, i, &value))
      continue;
    if (value.text && !g_utf8_validate (value.text, -1, NULL)) {
      g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_BAD_ROW,
                   _("%s is not UTF-8"), fields[i].name);
      return FALSE;
    }
    if (value.text)
      till_db_bind_text (statement, i + 1, value.text);
    else
      till_db_bind_int (statement, i + 1, value.number);
  }

  sqlite3_bind_blob (statement, TILL_ROW_HASH_COLUMN + 1, row->hash, TILL_ROW_HASH_BYTES,
                     SQLITE_STATIC);
  return TRUE;
}

/**
 * till_row_peek_some:
 * @statement: stands on a row with as many columns as %TILL_ROW_COLUMNS
 * @wanted: a bit for each column that is read, from the lowest on
 *
 * As till_row_peek(), for who needs some of the columns many times.
 */
gboolean
till_row_peek_some (sqlite3_stmt *statement,
                    guint         wanted,
                    TillRow      *row,
                    GError      **error)
{
  *row = (TillRow) { 0 };
  for (int i = 0; i < TILL_ROW_N_FIELDS; i++) {
    if ((wanted >> i & 1) != 0 && !set_value (row, &fields[i], statement, i)) {
      g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE,
                   /* Translators: %s is the word that exports and README have for it */
                   _("row %lld of the journal says something unknown as its %s"),
                   (long long) row->seq, fields[i].name);
      return FALSE;
    }
  }

  if ((wanted >> TILL_ROW_HASH_COLUMN & 1) != 0 &&
      sqlite3_column_bytes (statement, TILL_ROW_HASH_COLUMN) == TILL_ROW_HASH_BYTES)
    memcpy (row->hash, sqlite3_column_blob (statement, TILL_ROW_HASH_COLUMN), TILL_ROW_HASH_BYTES);

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
  return till_row_peek_some (statement, G_MAXUINT, row, error);
}
