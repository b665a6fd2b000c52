/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/journal-private.h"

#include "store/cache.h"
#include "store/lookup.h"
#include "store/row-codec.h"

#include <string.h>

/* Questions to the journal. The caches say which sales; what a sale is, its rows say. */

/* Newest first. The parameters: the first and the last row of the days wanted, the days, then
 * what may be NULL for "any". */
static const char sales_sql[] =
  "SELECT last_seq FROM sale WHERE id BETWEEN ?1 AND ?2 AND day BETWEEN ?3 AND ?4 "
  "AND (?5 IS NULL OR state = ?5) AND (?6 IS NULL OR brand = ?6) "
  "AND (?7 IS NULL OR instr (numbers, ?7)) ORDER BY id DESC";

static const char open_sales_sql[] =
  "SELECT last_seq FROM sale INDEXED BY sale_open WHERE is_open "
  "AND id BETWEEN ?1 AND ?2 AND day BETWEEN ?3 AND ?4 "
  "AND (?5 IS NULL OR state = ?5) AND (?6 IS NULL OR brand = ?6) "
  "AND (?7 IS NULL OR instr (numbers, ?7)) ORDER BY id DESC";

/* Each run of rows of the days wanted, with the row at which the next run begins. */
static const char runs_sql[] =
  "SELECT first_seq, coalesce ((SELECT min (later.first_seq) FROM day_run AS later "
  "WHERE later.first_seq > day_run.first_seq), 9223372036854775807) "
  "FROM day_run WHERE day BETWEEN ?1 AND ?2 ORDER BY first_seq";

static const char rows_sql[] =
  "SELECT " TILL_ROW_COLUMNS " FROM row WHERE seq >= ?1 AND seq < ?2 ORDER BY seq";

static const char takings_sql[] =
  "SELECT day, key, n, gross_fen, refunded_fen, fee_fen FROM rollup "
  "WHERE day BETWEEN ?1 AND ?2 AND dim = ?3 AND (n OR gross_fen OR refunded_fen OR fee_fen) "
  "ORDER BY day, key";

static const char day_takings_sql[] =
  "SELECT day, '', sum (n), sum (gross_fen), sum (refunded_fen), sum (fee_fen) FROM rollup "
  "WHERE day BETWEEN ?1 AND ?2 AND dim = ?3 GROUP BY day "
  "HAVING sum (n) OR sum (gross_fen) OR sum (refunded_fen) OR sum (fee_fen) ORDER BY day";

/* Rows first to end − 1. */
typedef struct {
  gint64 first_seq;
  gint64 end_seq;
} Run;

static int
last_day_or_any (int last_day)
{
  return last_day ? last_day : G_MAXINT;
}

static GArray *
find_runs (TillDb  *db,
           int      first_day,
           int      last_day,
           GError **error)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (Run));
  sqlite3_stmt *statement = till_db_prepare (db, runs_sql, error);
  TillDbStep step;

  if (!statement)
    return NULL;

  till_db_bind_int (statement, 1, first_day);
  till_db_bind_int (statement, 2, last_day_or_any (last_day));
  while ((step = till_db_step (db, statement, error)) == TILL_DB_ROW) {
    Run run = { sqlite3_column_int64 (statement, 0), sqlite3_column_int64 (statement, 1) };

    g_array_append_val (runs, run);
  }

  return step == TILL_DB_DONE ? g_steal_pointer (&runs) : NULL;
}

static GPtrArray *
read_rows (TillJournal *self,
           const char  *number,
           GError     **error)
{
  gint64 last_seq;

  if (!till_lookup_sale (self->reader, number, &last_seq, error) || last_seq == 0)
    return NULL;

  return till_lookup_rows (self->reader, last_seq, error);
}

static TillFold *
read_fold (TillJournal *self,
           const char  *number,
           GError     **error)
{
  gint64 last_seq;

  if (!till_lookup_sale (self->reader, number, &last_seq, error) || last_seq == 0)
    return NULL;

  return till_lookup_fold (self->reader, last_seq, error);
}

/**
 * till_journal_load_sale:
 * @number: of the sale, or of any of its payments
 * @error: set to a #TillJournalError
 *
 * Returns: (transfer full) (nullable): the sale as its rows make it; %NULL without @error where
 *   there is none
 */
TillSale *
till_journal_load_sale (TillJournal *self,
                        const char  *number,
                        GError     **error)
{
  g_autoptr (TillFold) fold = NULL;

  g_return_val_if_fail (self && number, NULL);

  if (!till_db_begin_read (self->reader, error))
    return NULL;

  fold = read_fold (self, number, error);
  till_db_end_read (self->reader);

  return fold ? g_steal_pointer (&fold->sale) : NULL;
}

/**
 * till_journal_load_rows:
 * @number: of the sale, or of any of its payments
 * @error: set to a #TillJournalError
 *
 * Returns: (transfer full) (nullable) (element-type TillRow): the sale's rows in their order; %NULL
 *   without @error where there is none
 */
GPtrArray *
till_journal_load_rows (TillJournal *self,
                        const char  *number,
                        GError     **error)
{
  GPtrArray *rows;

  g_return_val_if_fail (self && number, NULL);

  if (!till_db_begin_read (self->reader, error))
    return NULL;

  rows = read_rows (self, number, error);
  till_db_end_read (self->reader);

  return rows;
}

/* What may stand between the digits when they are copied from a bill does not stand in a number. */
static char *
plain_digits (const char *digits)
{
  GString *plain = g_string_new (NULL);

  for (const char *at = digits; *at; at++)
    if (!g_ascii_isspace (*at))
      g_string_append_c (plain, g_ascii_toupper (*at));

  return g_string_free (plain, FALSE);
}

static void
bind_filter (sqlite3_stmt         *statement,
             const TillSaleFilter *filter,
             const GArray         *runs,
             const char           *digits)
{
  const Run *last = runs->len ? &g_array_index (runs, Run, runs->len - 1) : NULL;

  till_db_bind_int (statement, 1, last ? g_array_index (runs, Run, 0).first_seq : 1);
  till_db_bind_int (statement, 2, last ? last->end_seq - 1 : 0);
  till_db_bind_int (statement, 3, filter->first_day);
  till_db_bind_int (statement, 4, last_day_or_any (filter->last_day));
  till_db_bind_text (statement, 5, filter->state);
  till_db_bind_text (statement, 6, filter->brand == TILL_BRAND_NONE
                                       ? NULL : till_brand_to_word (filter->brand));
  till_db_bind_text (statement, 7, digits && digits[0] ? digits : NULL);
}

static gboolean
show_sales (TillDb       *db,
            sqlite3_stmt *statement,
            guint         limit,
            TillSaleFunc  func,
            gpointer      user_data,
            GError      **error)
{
  TillDbStep step = TILL_DB_DONE;

  for (guint n = 0; limit == 0 || n < limit; n++) {
    g_autoptr (TillFold) fold = NULL;

    step = till_db_step (db, statement, error);
    if (step != TILL_DB_ROW)
      break;
    fold = till_lookup_fold (db, sqlite3_column_int64 (statement, 0), error);
    if (!fold)
      return FALSE;
    if (!func (fold->sale, user_data))
      break;
  }

  return step != TILL_DB_FAILED;
}

static gboolean
find_sales (TillDb               *db,
            const TillSaleFilter *filter,
            TillSaleFunc          func,
            gpointer              user_data,
            GError              **error)
{
  g_autoptr (GArray) runs = find_runs (db, filter->first_day, filter->last_day, error);
  g_autofree char *digits = filter->digits ? plain_digits (filter->digits) : NULL;
  sqlite3_stmt *statement = NULL;
  gboolean is_done;

  if (!runs)
    return FALSE;

  /* Not one of the kept statements: @func may ask for sales itself. */
  if (sqlite3_prepare_v2 (db->sqlite, filter->open_only ? open_sales_sql : sales_sql, -1,
                          &statement, NULL) != SQLITE_OK) {
    till_db_set_error (db, error);
    return FALSE;
  }

  bind_filter (statement, filter, runs, digits);
  is_done = show_sales (db, statement, filter->limit, func, user_data, error);
  sqlite3_finalize (statement);

  return is_done;
}

/**
 * till_journal_each_sale:
 * @func: called for each, newest first; may ask the journal again
 * @error: set to a #TillJournalError
 *
 * Shows the sales that @filter names, all of one moment.
 *
 * Returns: %FALSE with @error; %TRUE also where @func stopped it
 */
gboolean
till_journal_each_sale (TillJournal          *self,
                        const TillSaleFilter *filter,
                        TillSaleFunc          func,
                        gpointer              user_data,
                        GError              **error)
{
  gboolean is_done;

  g_return_val_if_fail (self && filter && func, FALSE);

  if (!till_db_begin_read (self->reader, error))
    return FALSE;

  is_done = find_sales (self->reader, filter, func, user_data, error);
  till_db_end_read (self->reader);

  return is_done;
}

/* TILL_DB_ROW where @func stopped it. */
static TillDbStep
show_run (TillDb      *db,
          const Run   *run,
          TillRowFunc  func,
          gpointer     user_data,
          GError     **error)
{
  sqlite3_stmt *statement = NULL;
  TillDbStep step;

  if (sqlite3_prepare_v2 (db->sqlite, rows_sql, -1, &statement, NULL) != SQLITE_OK) {
    till_db_set_error (db, error);
    return TILL_DB_FAILED;
  }

  till_db_bind_int (statement, 1, run->first_seq);
  till_db_bind_int (statement, 2, run->end_seq);
  while ((step = till_db_step (db, statement, error)) == TILL_DB_ROW) {
    TillRow row;

    if (!till_row_peek (statement, &row, error)) {
      step = TILL_DB_FAILED;
      break;
    }
    if (!func (&row, user_data))
      break;
  }

  sqlite3_finalize (statement);
  return step;
}

static gboolean
show_runs (TillDb       *db,
           const GArray *runs,
           TillRowFunc   func,
           gpointer      user_data,
           GError      **error)
{
  TillDbStep step = TILL_DB_DONE;

  for (guint i = 0; i < runs->len && step == TILL_DB_DONE; i++)
    step = show_run (db, &g_array_index (runs, Run, i), func, user_data, error);

  return step != TILL_DB_FAILED;
}

/**
 * till_journal_each_row:
 * @first_day: the first business day wanted, 0 for any
 * @last_day: the last one, 0 for any
 * @func: called for each in the chain's order; the row is only lent
 * @error: set to a #TillJournalError
 *
 * Shows the rows themselves.
 *
 * Returns: %FALSE with @error; %TRUE also where @func stopped it
 */
gboolean
till_journal_each_row (TillJournal *self,
                       int          first_day,
                       int          last_day,
                       TillRowFunc  func,
                       gpointer     user_data,
                       GError     **error)
{
  g_autoptr (GArray) runs = NULL;
  gboolean is_done;

  g_return_val_if_fail (self && func, FALSE);

  if (!till_db_begin_read (self->reader, error))
    return FALSE;

  runs = find_runs (self->reader, first_day, last_day, error);
  is_done = runs && show_runs (self->reader, runs, func, user_data, error);
  till_db_end_read (self->reader);

  return is_done;
}

static TillTakingsLine *
read_line (sqlite3_stmt *statement)
{
  TillTakingsLine *line = g_new0 (TillTakingsLine, 1);

  line->day = sqlite3_column_int (statement, 0);
  line->key = g_strdup ((const char *) sqlite3_column_text (statement, 1));
  line->takings = (TillTakings) {
    .n = sqlite3_column_int64 (statement, 2),
    .gross_fen = sqlite3_column_int64 (statement, 3),
    .refunded_fen = sqlite3_column_int64 (statement, 4),
    .fee_fen = sqlite3_column_int64 (statement, 5),
  };

  return line;
}

/**
 * till_journal_takings:
 * @first_day: the first business day wanted, 0 for any
 * @last_day: the last one, 0 for any
 * @dimension: "brand", "acquirer", "clerk", "hour", or "day" for the days alone
 * @error: set to a #TillJournalError
 *
 * Returns: (transfer full) (element-type TillTakingsLine): a line for each day and key on which
 *   money moved, by day and key; hours are "00" to "23", and what is not known has the key ""
 */
GPtrArray *
till_journal_takings (TillJournal *self,
                      int          first_day,
                      int          last_day,
                      const char  *dimension,
                      GError     **error)
{
  g_autoptr (GPtrArray) lines = NULL;
  sqlite3_stmt *statement;
  gboolean by_day = strcmp (dimension, "day") == 0;
  TillDim dim = TILL_DIM_ACQUIRER;
  TillDbStep step;

  g_return_val_if_fail (self, NULL);
  g_return_val_if_fail (by_day || till_dim_from_word (dimension, &dim), NULL);

  statement = till_db_prepare (self->reader, by_day ? day_takings_sql : takings_sql, error);
  if (!statement)
    return NULL;

  lines = g_ptr_array_new_with_free_func ((GDestroyNotify) till_takings_line_free);
  till_db_bind_int (statement, 1, first_day);
  till_db_bind_int (statement, 2, last_day_or_any (last_day));
  till_db_bind_text (statement, 3, till_dim_to_word (dim));
  while ((step = till_db_step (self->reader, statement, error)) == TILL_DB_ROW)
    g_ptr_array_add (lines, read_line (statement));

  return step == TILL_DB_DONE ? g_steal_pointer (&lines) : NULL;
}
