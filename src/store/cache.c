/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/cache.h"

#include "store/row-codec.h"

#include <string.h>

/* The caches: what the rows come to, written in the row's own transaction. */

static const char write_sale_sql[] =
  "INSERT INTO sale VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
  "ON CONFLICT (id) DO UPDATE SET state = ?4, reason = ?5, brand = ?6, acquirer = ?7, "
  "refunded_fen = ?9, changed_us = ?12, last_seq = ?13, is_open = ?14, numbers = ?15";

static const char read_sales_sql[] = "SELECT * FROM sale WHERE id >= ?1 ORDER BY id";

#define SALE_COLUMNS    15
#define LAST_SEQ_COLUMN 12
#define NEAR            4  /* so many lines ahead are cheaper to step over than to seek */

static const char write_takings_sql[] =
  "INSERT INTO rollup VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
  "ON CONFLICT (day, dim, key) DO UPDATE SET n = n + ?4, gross_fen = gross_fen + ?5, "
  "refunded_fen = refunded_fen + ?6, fee_fen = fee_fen + ?7";

static const char write_day_sql[] = "INSERT INTO day_run VALUES (?1, ?2)";

static const char *const dim_words[TILL_N_DIMS] = {
  [TILL_DIM_BRAND]    = "brand",
  [TILL_DIM_ACQUIRER] = "acquirer",
  [TILL_DIM_CLERK]    = "clerk",
  [TILL_DIM_HOUR]     = "hour",
};

/**
 * till_dim_to_word:
 *
 * Returns: the dimension's word, as it stands in the cache
 */
const char *
till_dim_to_word (TillDim dim)
{
  return dim_words[dim];
}

/**
 * till_dim_from_word:
 *
 * Returns: %FALSE where no dimension has this word
 */
gboolean
till_dim_from_word (const char *word,
                    TillDim    *dim)
{
  for (guint i = 0; i < TILL_N_DIMS; i++) {
    if (strcmp (dim_words[i], word) == 0) {
      *dim = (TillDim) i;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * till_dim_key:
 * @hour: room for %TILL_DIM_HOUR_CHARS and the final zero
 *
 * Returns: (transfer none): under which key of @dim the move counts; "" for what is not known
 */
const char *
till_dim_key (TillDim         dim,
              const TillMove *move,
              char           *hour)
{
  switch (dim) {
  case TILL_DIM_BRAND:
    return till_brand_to_word (move->brand);
  case TILL_DIM_ACQUIRER:
    return move->acquirer ? move->acquirer : "";
  case TILL_DIM_CLERK:
    return move->clerk ? move->clerk : "";
  case TILL_DIM_HOUR:
    hour[0] = (char) ('0' + move->hour / 10);
    hour[1] = (char) ('0' + move->hour % 10);
    hour[2] = '\0';
    return hour;
  }

  g_assert_not_reached ();
}

static const char *
word_or_null (const char *word)
{
  return word[0] ? word : NULL;
}

/* The sale's line as @fold says it must be, in the table's order. */
static void
fill_line (const TillFold *fold,
           const char     *numbers,
           TillRowValue    line[static SALE_COLUMNS])
{
  const TillSale *sale = fold->sale;
  const TillRowValue values[SALE_COLUMNS] = {
    { .number = fold->id },
    { .text = sale->order },
    { .number = sale->day },
    { .text = till_payment_state_to_word (sale->state) },
    { .text = word_or_null (till_reason_to_word (sale->reason)) },
    { .text = word_or_null (till_brand_to_word (sale->brand)) },
    { .text = sale->acquirer },
    { .number = sale->amount_fen },
    { .number = sale->refunded_fen },
    { .text = sale->clerk },
    { .number = sale->created_us },
    { .number = fold->changed_us },
    { .number = sale->last_seq },
    { .number = sale->is_open || sale->is_watched ? 1 : 0 },
    { .text = numbers },
  };

  memcpy (line, values, sizeof values);
}

static gboolean
is_text_column (int column)
{
  static const guint texts = 1 << 1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 9 | 1 << 14;

  return (texts >> column & 1) != 0;
}

/**
 * till_cache_write_sale:
 *
 * Makes the sale's line what @fold says.
 */
gboolean
till_cache_write_sale (TillDb         *db,
                       const TillFold *fold,
                       GError        **error)
{
  sqlite3_stmt *statement = till_db_prepare (db, write_sale_sql, error);
  g_autofree char *numbers = till_fold_numbers (fold);
  TillRowValue line[SALE_COLUMNS];
  gboolean is_done;

  if (!statement)
    return FALSE;

  fill_line (fold, numbers, line);
  for (int i = 0; i < SALE_COLUMNS; i++) {
    if (is_text_column (i))
      till_db_bind_text (statement, i + 1, line[i].text);
    else
      till_db_bind_int (statement, i + 1, line[i].number);
  }
  is_done = till_db_run (db, statement, error);
  sqlite3_clear_bindings (statement);

  return is_done;
}

static gboolean
is_same_text (sqlite3_stmt *statement,
              int           column,
              const char   *text)
{
  gsize n_bytes = text ? strlen (text) : 0;

  if (!text)
    return sqlite3_column_type (statement, column) == SQLITE_NULL;

  return sqlite3_column_type (statement, column) == SQLITE_TEXT &&
         (gsize) sqlite3_column_bytes (statement, column) == n_bytes &&
         (n_bytes == 0 || memcmp (sqlite3_column_blob (statement, column), text, n_bytes) == 0);
}

static gboolean
is_same_line (sqlite3_stmt       *statement,
              const TillRowValue *line)
{
  for (int i = 0; i < SALE_COLUMNS; i++)
    if (is_text_column (i) ? !is_same_text (statement, i, line[i].text)
                           : sqlite3_column_int64 (statement, i) != line[i].number)
      return FALSE;

  return TRUE;
}

static gboolean
step_cursor (TillSaleCursor *cursor,
             GError        **error)
{
  TillDbStep step = till_db_step (cursor->db, cursor->statement, error);

  cursor->id = step == TILL_DB_ROW ? sqlite3_column_int64 (cursor->statement, 0) : 0;
  return step != TILL_DB_FAILED;
}

/* To the line of that sale, or to the next one, or to the end. */
static gboolean
move_cursor (TillSaleCursor *cursor,
             gint64          id,
             GError        **error)
{
  for (guint i = 0; i < NEAR && cursor->id != 0 && cursor->id < id; i++)
    if (!step_cursor (cursor, error))
      return FALSE;
  if (cursor->id == id)
    return TRUE;

  if (!cursor->statement)
    cursor->statement = till_db_prepare (cursor->db, read_sales_sql, error);
  if (!cursor->statement)
    return FALSE;

  sqlite3_reset (cursor->statement);
  till_db_bind_int (cursor->statement, 1, id);
  return step_cursor (cursor, error);
}

/**
 * till_sale_cursor_compare:
 * @agrees: (out): whether the sale's line is what @fold says
 * @last_seq: (out): the last row that the line knows, 0 where there is no line
 *
 * Cheap for sales that come in their order.
 */
gboolean
till_sale_cursor_compare (TillSaleCursor *cursor,
                          const TillFold *fold,
                          gboolean       *agrees,
                          gint64         *last_seq,
                          GError        **error)
{
  g_autofree char *numbers = NULL;
  TillRowValue line[SALE_COLUMNS];

  if (!move_cursor (cursor, fold->id, error))
    return FALSE;
  if (cursor->id != fold->id) {
    *agrees = FALSE;
    *last_seq = 0;
    return TRUE;
  }

  numbers = till_fold_numbers (fold);
  fill_line (fold, numbers, line);
  *agrees = is_same_line (cursor->statement, line);
  *last_seq = sqlite3_column_int64 (cursor->statement, LAST_SEQ_COLUMN);
  return TRUE;
}

static gboolean
write_one (TillDb         *db,
           TillDim         dim,
           const TillMove *move,
           GError        **error)
{
  sqlite3_stmt *statement = till_db_prepare (db, write_takings_sql, error);
  char hour[TILL_DIM_HOUR_CHARS + 1];

  if (!statement)
    return FALSE;

  till_db_bind_int (statement, 1, move->day);
  till_db_bind_text (statement, 2, till_dim_to_word (dim));
  till_db_bind_text (statement, 3, till_dim_key (dim, move, hour));
  till_db_bind_int (statement, 4, move->takings.n);
  till_db_bind_int (statement, 5, move->takings.gross_fen);
  till_db_bind_int (statement, 6, move->takings.refunded_fen);
  till_db_bind_int (statement, 7, move->takings.fee_fen);

  return till_db_run (db, statement, error);
}

/**
 * till_cache_write_takings:
 *
 * Adds the move to its day, once in each dimension.
 */
gboolean
till_cache_write_takings (TillDb         *db,
                          const TillMove *move,
                          GError        **error)
{
  for (guint dim = 0; dim < TILL_N_DIMS; dim++)
    if (!write_one (db, (TillDim) dim, move, error))
      return FALSE;

  return TRUE;
}

/**
 * till_cache_write_day:
 * @first_seq: the first row of a run of rows
 * @day: the business day of them all
 */
gboolean
till_cache_write_day (TillDb  *db,
                      gint64   first_seq,
                      int      day,
                      GError **error)
{
  sqlite3_stmt *statement = till_db_prepare (db, write_day_sql, error);

  if (!statement)
    return FALSE;

  till_db_bind_int (statement, 1, first_seq);
  till_db_bind_int (statement, 2, day);

  return till_db_run (db, statement, error);
}
