/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/lookup.h"

#include <glib/gi18n.h>

#include "store/journal.h"
#include "store/row-codec.h"

/* From a number to its sale, and from a sale's last row back to its first. A sale's first payment
 * bears the sale's own number, so that the one index on payments finds both. */

static const char sale_sql[] =
  "SELECT sale.last_seq FROM row AS asked "
  "JOIN row AS first ON first.event = 'ask' AND first.payment = asked.sale "
  "JOIN sale ON sale.id = first.seq "
  "WHERE asked.event = 'ask' AND asked.payment = ?1";

static const char row_sql[] = "SELECT " TILL_ROW_COLUMNS " FROM row WHERE seq = ?1";

/**
 * till_lookup_sale:
 * @number: any of the sale's payments' numbers
 * @last_seq: (out): the number of the sale's last row; 0 where no sale has @number
 */
gboolean
till_lookup_sale (TillDb     *db,
                  const char *number,
                  gint64     *last_seq,
                  GError    **error)
{
  sqlite3_stmt *statement = till_db_prepare (db, sale_sql, error);
  TillDbStep step;

  if (!statement)
    return FALSE;

  till_db_bind_text (statement, 1, number);
  step = till_db_step (db, statement, error);
  if (step == TILL_DB_FAILED)
    return FALSE;

  *last_seq = step == TILL_DB_ROW ? sqlite3_column_int64 (statement, 0) : 0;
  sqlite3_reset (statement);
  return TRUE;
}

static TillRow *
read_row (TillDb  *db,
          gint64   seq,
          GError **error)
{
  sqlite3_stmt *statement = till_db_prepare (db, row_sql, error);
  TillDbStep step;
  TillRow *copy = NULL;
  TillRow row;

  if (!statement)
    return NULL;

  till_db_bind_int (statement, 1, seq);
  step = till_db_step (db, statement, error);
  if (step == TILL_DB_DONE)
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE,
                 _("%s: row %lld is missing"), db->path, (long long) seq);
  if (step == TILL_DB_ROW && till_row_peek (statement, &row, error))
    copy = till_row_copy (&row);

  sqlite3_reset (statement);
  return copy;
}

/**
 * till_lookup_rows:
 * @last_seq: the sale's last row
 * @error: set to %TILL_JOURNAL_ERROR_NOT_ONE where the rows do not lead back to a first one
 *
 * Returns: (transfer full) (element-type TillRow): the sale's rows, in their order
 */
GPtrArray *
till_lookup_rows (TillDb  *db,
                  gint64   last_seq,
                  GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) till_row_free);

  for (gint64 seq = last_seq; seq != 0;) {
    TillRow *row = read_row (db, seq, error);

    if (!row)
      return NULL;
    g_ptr_array_add (rows, row);
    if (row->before_seq >= seq) {
      g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE,
                   _("%s: row %lld follows a later one"), db->path, (long long) seq);
      return NULL;
    }
    seq = row->before_seq;
  }

  for (guint i = 0; i < rows->len / 2; i++) {
    gpointer first = rows->pdata[i];

    rows->pdata[i] = rows->pdata[rows->len - 1 - i];
    rows->pdata[rows->len - 1 - i] = first;
  }

  return g_steal_pointer (&rows);
}

/**
 * till_lookup_fold:
 * @last_seq: the sale's last row; 0 for a sale that has none yet
 * @error: set to %TILL_JOURNAL_ERROR_NOT_ONE where the rows do not make a sale
 *
 * Returns: (transfer full): the sale
 */
TillFold *
till_lookup_fold (TillDb  *db,
                  gint64   last_seq,
                  GError **error)
{
  g_autoptr (GPtrArray) rows = till_lookup_rows (db, last_seq, error);
  g_autoptr (TillFold) fold = till_fold_new ();

  if (!rows)
    return NULL;

  for (guint i = 0; i < rows->len; i++) {
    g_autoptr (GError) fault = NULL;
    TillMove move;

    if (!till_fold_apply (fold, g_ptr_array_index (rows, i), &move, &fault)) {
      g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE, "%s: %s", db->path,
                   fault->message);
      return NULL;
    }
  }

  return g_steal_pointer (&fold);
}
