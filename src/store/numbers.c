/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/numbers.h"

#include <string.h>

static const char asked_sql[] =
  "SELECT payment, seq FROM row INDEXED BY row_ask WHERE event = 'ask' ORDER BY payment";

/**
 * till_numbers_add:
 * @seq: the row that asks for @payment
 */
void
till_numbers_add (TillNumbers *self,
                  const char  *payment,
                  gint64       seq)
{
  guint64 hash = self->secret;

  for (const char *at = payment; *at; at++)
    hash = (hash ^ (guint8) *at) * G_GUINT64_CONSTANT (1099511628211);
  hash ^= (guint64) seq * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  hash = (hash ^ (hash >> 31)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);

  self->sum += hash ^ (hash >> 29);
  self->n++;
}

static gboolean
read_all (TillNumbers  *self,
          TillDb       *db,
          sqlite3_stmt *statement,
          gint64       *twice_seq,
          GError      **error)
{
  g_autoptr (GString) before = g_string_new (NULL);
  TillDbStep step;

  while ((step = till_db_step (db, statement, error)) == TILL_DB_ROW) {
    const char *payment = (const char *) sqlite3_column_text (statement, 0);
    gint64 seq = sqlite3_column_int64 (statement, 1);

    if (self->n > 0 && *twice_seq == 0 && strcmp (before->str, payment) >= 0)
      *twice_seq = seq;
    g_string_assign (before, payment);
    till_numbers_add (self, payment, seq);
  }

  return step == TILL_DB_DONE;
}

/**
 * till_numbers_read_index:
 * @self: empty, with its secret
 * @twice_seq: (out): a row whose number another one has too; 0 where there is none
 * @error: set to a #TillJournalError
 *
 * Adds all that the index has, in its order. An index that somebody put in its place, and that
 * cannot have them all, has none.
 */
gboolean
till_numbers_read_index (TillNumbers *self,
                         TillDb      *db,
                         gint64      *twice_seq,
                         GError     **error)
{
  g_autoptr (GError) fault = NULL;
  sqlite3_stmt *statement = till_db_prepare (db, asked_sql, &fault);

  *twice_seq = 0;
  if (statement)
    return read_all (self, db, statement, twice_seq, error);
  if (sqlite3_errcode (db->sqlite) == SQLITE_ERROR)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&fault));
  return FALSE;
}
