/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/schema.h"

#include "store/journal.h"

#include <glib/gi18n.h>

/* What a journal's file holds.
 *
 * row      what happened; the only truth, and only ever added to
 * sale     a line a sale: what its rows come to, for lists and searches
 * rollup   the takings: day × dimension → what till_ledger_delta() adds up to
 * day_run  where in the rows a business day begins, and where it begins again after a clock went
 *          back: a day is then one or more runs of rows
 *
 * The last three are caches, written with the row. A sale's id is the number of its first row.
 * Only the payments' numbers are indexed, and the open sales: each more index is a page more to
 * force to the disk for each row. */
#define TEXT(macro)  #macro
#define VALUE(macro) TEXT (macro)

static const char schema_sql[] =
  "CREATE TABLE row ("
  "  seq INTEGER PRIMARY KEY,"
  "  at_us INTEGER NOT NULL,"
  "  day INTEGER NOT NULL,"
  "  hour INTEGER NOT NULL,"
  "  sale TEXT,"
  "  payment TEXT,"
  "  before_seq INTEGER,"
  "  event TEXT NOT NULL,"
  "  state TEXT,"
  "  reason TEXT,"
  "  kind TEXT,"
  "  amount_fen INTEGER,"
  "  currency TEXT,"
  "  acquirer TEXT,"
  "  of TEXT,"
  "  clerk TEXT,"
  "  note TEXT,"
  "  brand TEXT,"
  "  acquirer_ref TEXT,"
  "  payer_total_fen INTEGER,"
  "  fee_fen INTEGER,"
  "  paid_us INTEGER,"
  "  code_text TEXT,"
  "  expires_us INTEGER,"
  "  keep TEXT,"
  "  said TEXT,"
  "  hash BLOB NOT NULL"
  ") STRICT;"
  "CREATE UNIQUE INDEX row_ask ON row (payment) WHERE event = 'ask';"
  "CREATE TRIGGER row_no_update BEFORE UPDATE ON row BEGIN"
  "  SELECT raise (ABORT, 'a row of the journal is never changed');"
  "END;"
  "CREATE TRIGGER row_no_delete BEFORE DELETE ON row BEGIN"
  "  SELECT raise (ABORT, 'a row of the journal is never removed');"
  "END;"

  "CREATE TABLE sale ("
  "  id INTEGER PRIMARY KEY,"
  "  number TEXT NOT NULL,"
  "  day INTEGER NOT NULL,"
  "  state TEXT NOT NULL,"
  "  reason TEXT,"
  "  brand TEXT,"
  "  acquirer TEXT,"
  "  amount_fen INTEGER NOT NULL,"
  "  refunded_fen INTEGER NOT NULL,"
  "  clerk TEXT,"
  "  created_us INTEGER NOT NULL,"
  "  changed_us INTEGER NOT NULL,"
  "  last_seq INTEGER NOT NULL,"
  "  is_open INTEGER NOT NULL,"
  "  numbers TEXT NOT NULL"
  ") STRICT;"
  "CREATE INDEX sale_open ON sale (id) WHERE is_open;"

  "CREATE TABLE rollup ("
  "  day INTEGER NOT NULL,"
  "  dim TEXT NOT NULL,"
  "  key TEXT NOT NULL,"
  "  n INTEGER NOT NULL,"
  "  gross_fen INTEGER NOT NULL,"
  "  refunded_fen INTEGER NOT NULL,"
  "  fee_fen INTEGER NOT NULL,"
  "  PRIMARY KEY (day, dim, key)"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE day_run ("
  "  first_seq INTEGER PRIMARY KEY,"
  "  day INTEGER NOT NULL"
  ") STRICT;";

/**
 * till_schema_create:
 * @db: an empty file
 *
 * Makes it a journal without rows, of this version.
 */
gboolean
till_schema_create (TillDb  *db,
                    GError **error)
{
  return till_db_exec (db, "PRAGMA page_size = 4096; BEGIN IMMEDIATE;", error) &&
         till_db_exec (db, schema_sql, error) &&
         till_db_exec (db,
                       "PRAGMA application_id = " VALUE (TILL_SCHEMA_APPLICATION_ID) ";"
                       "PRAGMA user_version = " VALUE (TILL_SCHEMA_VERSION) ";"
                       "COMMIT;", error);
}

/**
 * till_schema_read_version:
 * @newest: the newest version that the caller knows
 * @version: (out): the file's, @newest or older
 * @error: set to %TILL_JOURNAL_ERROR_NOT_ONE or %TILL_JOURNAL_ERROR_NEWER
 *
 * Tells whether the file is a journal, and of which version.
 */
gboolean
till_schema_read_version (TillDb  *db,
                          int      newest,
                          int     *version,
                          GError **error)
{
  gint64 application_id, user_version;

  if (!till_db_get_int (db, "PRAGMA application_id", &application_id, error) ||
      !till_db_get_int (db, "PRAGMA user_version", &user_version, error))
    return FALSE;

  if (application_id != TILL_SCHEMA_APPLICATION_ID || user_version < 1) {
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE,
                 _("%s: this file is not a journal of Till; put it aside, and take up one from the "
                   "backups folder"), db->path);
    return FALSE;
  }
  if (user_version > newest) {
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NEWER,
                 _("%s: a newer Till wrote this journal (version %d, this one knows %d); install "
                   "the newer Till again"), db->path, (int) user_version, newest);
    return FALSE;
  }

  *version = (int) user_version;
  return TRUE;
}

/**
 * till_schema_check:
 * @error: as for till_schema_read_version()
 *
 * Tells whether the file is a journal that this program can use as it is.
 */
gboolean
till_schema_check (TillDb  *db,
                   GError **error)
{
  int version;

  if (!till_schema_read_version (db, TILL_SCHEMA_VERSION, &version, error))
    return FALSE;
  if (version != TILL_SCHEMA_VERSION)
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_READ_ONLY,
                 _("%s: an older Till wrote this journal (version %d); start the till once, so "
                   "that it is brought up to date"), db->path, version);

  return version == TILL_SCHEMA_VERSION;
}
