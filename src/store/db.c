/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/db.h"

#include "store/journal.h"

#include <errno.h>
#include <glib/gi18n.h>

static const char begin_sql[] = "BEGIN";
static const char commit_sql[] = "COMMIT";

/* What SQLite says, and what a person can do about it. */
static const struct {
  int              code;
  TillJournalError error;
  const char      *advice;
} faults[] = {
  { SQLITE_BUSY, TILL_JOURNAL_ERROR_LOCKED,
    N_("another program holds the journal; close it or wait, then try again") },
  { SQLITE_LOCKED, TILL_JOURNAL_ERROR_LOCKED,
    N_("another program holds the journal; close it or wait, then try again") },
  { SQLITE_READONLY, TILL_JOURNAL_ERROR_READ_ONLY,
    N_("the journal cannot be written; make its file and its folder writable for this user") },
  { SQLITE_PERM, TILL_JOURNAL_ERROR_READ_ONLY,
    N_("the journal cannot be written; make its file and its folder writable for this user") },
  { SQLITE_CANTOPEN, TILL_JOURNAL_ERROR_READ_ONLY,
    N_("the journal, or the files beside it, cannot be opened; make its file and its folder "
       "readable and writable for this user") },
  { SQLITE_FULL, TILL_JOURNAL_ERROR_FULL,
    N_("the disk is full; free some space, then try again") },
  { SQLITE_IOERR, TILL_JOURNAL_ERROR_IO,
    N_("the disk failed; check the disk, and bring a backup to safety") },
  { SQLITE_CORRUPT, TILL_JOURNAL_ERROR_NOT_ONE,
    N_("the journal is damaged; keep the file, and take up the newest one from the backups "
       "folder") },
  { SQLITE_NOTADB, TILL_JOURNAL_ERROR_NOT_ONE,
    N_("this file is not a journal of Till; put it aside, and take up one from the backups "
       "folder") },
};

/* A quota or a limit of the file's size comes as an I/O error, but is a full disk to a person. */
static gboolean
is_out_of_space (int code,
                 int system_errno)
{
  return code == SQLITE_IOERR &&
         (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG);
}

static void
set_error (const char *path,
           int         extended_code,
           int         system_errno,
           const char *said,
           GError    **error)
{
  int code = extended_code & 0xff;

  if (is_out_of_space (code, system_errno))
    code = SQLITE_FULL;

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    if (faults[i].code == code) {
      g_set_error (error, TILL_JOURNAL_ERROR, faults[i].error, "%s: %s (%s, %d)", path,
                   _(faults[i].advice), said, extended_code);
      return;
    }
  }

  g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_IO,
               _("%s: the journal cannot be used (%s, %d)"), path, said, extended_code);
}

/**
 * till_db_set_error:
 * @error: set to a #TillJournalError that says what to do
 *
 * Tells what SQLite's last call on @self failed of.
 */
void
till_db_set_error (TillDb  *self,
                   GError **error)
{
  int system_errno = sqlite3_system_errno (self->sqlite);

  /* Not every path in SQLite keeps it; callers here clear errno before they call. */
  if (system_errno == 0)
    system_errno = errno;

  set_error (self->path, sqlite3_extended_errcode (self->sqlite), system_errno,
             sqlite3_errmsg (self->sqlite), error);
}

static void
finalize (gpointer statement)
{
  sqlite3_finalize (statement);
}

static TillDb *
open_file (const char *path,
           int         flags,
           GError    **error)
{
  g_autoptr (TillDb) self = g_new0 (TillDb, 1);

  self->path = g_strdup (path);
  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, finalize);
  if (sqlite3_open_v2 (path, &self->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
    till_db_set_error (self, error);
    return NULL;
  }

  sqlite3_extended_result_codes (self->sqlite, 1);
  sqlite3_busy_timeout (self->sqlite, TILL_DB_BUSY_TIMEOUT_MS);
  sqlite3_db_config (self->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

  return g_steal_pointer (&self);
}

/**
 * till_db_open:
 * @path: an existing file
 * @writes: whether this connection may write
 * @error: set to a #TillJournalError
 *
 * Opens a connection that forces what it commits to the disk. The write-ahead log stays allocated,
 * also after the last program has gone: to overwrite is cheaper than to grow.
 *
 * Returns: (transfer full): the connection, or %NULL with @error
 */
TillDb *
till_db_open (const char *path,
              gboolean    writes,
              GError    **error)
{
  g_autoptr (TillDb) self = open_file (path, writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY,
                                       error);
  int persists = 1;

  if (!self || !till_db_exec (self,
                              "PRAGMA synchronous = FULL;"
                              "PRAGMA wal_autocheckpoint = 0;"
                              "PRAGMA foreign_keys = OFF;"
                              "PRAGMA trusted_schema = OFF;", error))
    return NULL;

  sqlite3_file_control (self->sqlite, "main", SQLITE_FCNTL_PERSIST_WAL, &persists);
  if (writes && sqlite3_db_readonly (self->sqlite, "main") == 1) {
    set_error (path, SQLITE_READONLY, 0, sqlite3_errstr (SQLITE_READONLY), error);
    return NULL;
  }

  return g_steal_pointer (&self);
}

/**
 * till_db_open_alone:
 * @error: set to a #TillJournalError, %TILL_JOURNAL_ERROR_LOCKED where another program has it open
 *
 * Opens the file for one user, who keeps everybody else out until he closes it, and folds the
 * write-ahead log into it: the one file is then all there is.
 *
 * Returns: (transfer full): the connection, or %NULL with @error
 */
TillDb *
till_db_open_alone (const char *path,
                    GError    **error)
{
  g_autoptr (TillDb) self = open_file (path, SQLITE_OPEN_READWRITE, error);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);

  if (!self || !till_db_exec (self,
                              "PRAGMA locking_mode = EXCLUSIVE;"
                              "PRAGMA synchronous = EXTRA;"
                              "PRAGMA journal_mode = DELETE;"
                              "BEGIN EXCLUSIVE;"
                              "COMMIT;", error))
    return NULL;

  /* SQLite does not mind a log that it could not remove, but would read it again over whatever
   * takes the file's place. */
  if (g_file_test (log, G_FILE_TEST_EXISTS)) {
    set_error (path, SQLITE_IOERR_DELETE, 0, "the log beside it cannot be removed", error);
    return NULL;
  }

  return g_steal_pointer (&self);
}

/**
 * till_db_close:
 * @self: (nullable)
 *
 * Finalizes all its statements and closes the connection.
 */
void
till_db_close (TillDb *self)
{
  if (!self)
    return;

  g_hash_table_unref (self->statements);
  sqlite3_close_v2 (self->sqlite);
  g_free (self->path);
  g_free (self);
}

/**
 * till_db_exec:
 * @sql: statements without values and without rows; run once, so not kept
 * @error: says what SQLite and the system said
 *
 * Returns: %FALSE with @error
 */
gboolean
till_db_exec (TillDb     *self,
              const char *sql,
              GError    **error)
{
  errno = 0;
  if (sqlite3_exec (self->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK) {
    till_db_set_error (self, error);
    return FALSE;
  }

  return TRUE;
}

/**
 * till_db_prepare:
 * @sql: a text that lives as long as the program; its address names the statement
 * @error: set to a #TillJournalError
 *
 * Returns: (transfer none): the statement, reset and without parameters, or %NULL with @error
 */
sqlite3_stmt *
till_db_prepare (TillDb     *self,
                 const char *sql,
                 GError    **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement) {
    sqlite3_reset (statement);
    sqlite3_clear_bindings (statement);
    return statement;
  }

  if (sqlite3_prepare_v3 (self->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                          NULL) != SQLITE_OK) {
    till_db_set_error (self, error);
    return NULL;
  }

  g_hash_table_insert (self->statements, (gpointer) sql, statement);
  return statement;
}

/**
 * till_db_step:
 *
 * Returns: %TILL_DB_ROW with a row to read; else the statement is reset, and it is done or has
 *   failed with @error
 */
TillDbStep
till_db_step (TillDb       *self,
              sqlite3_stmt *statement,
              GError      **error)
{
  int code;

  errno = 0;
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    return TILL_DB_ROW;
  if (code != SQLITE_DONE)
    till_db_set_error (self, error);

  sqlite3_reset (statement);
  return code == SQLITE_DONE ? TILL_DB_DONE : TILL_DB_FAILED;
}

/**
 * till_db_run:
 *
 * Runs a statement that brings no rows.
 */
gboolean
till_db_run (TillDb       *self,
             sqlite3_stmt *statement,
             GError      **error)
{
  return till_db_step (self, statement, error) == TILL_DB_DONE;
}

/**
 * till_db_get_int:
 * @value: (out): the one number that @sql asks for; 0 where it brings no row
 *
 * Returns: %FALSE with @error
 */
gboolean
till_db_get_int (TillDb     *self,
                 const char *sql,
                 gint64     *value,
                 GError    **error)
{
  sqlite3_stmt *statement = till_db_prepare (self, sql, error);
  TillDbStep step = statement ? till_db_step (self, statement, error) : TILL_DB_FAILED;

  if (step == TILL_DB_FAILED)
    return FALSE;

  *value = step == TILL_DB_ROW ? sqlite3_column_int64 (statement, 0) : 0;
  sqlite3_reset (statement);
  return TRUE;
}

/**
 * till_db_run_sql:
 * @sql: one statement, a constant that outlives @self
 *
 * As till_db_exec(), for what is run often: it is parsed once.
 */
gboolean
till_db_run_sql (TillDb     *self,
                 const char *sql,
                 GError    **error)
{
  sqlite3_stmt *statement = till_db_prepare (self, sql, error);

  return statement && till_db_run (self, statement, error);
}

/**
 * till_db_begin_read:
 *
 * What is read until till_db_end_read() is of one moment. May be nested.
 */
gboolean
till_db_begin_read (TillDb  *self,
                    GError **error)
{
  if (self->n_readers == 0 && !till_db_run_sql (self, begin_sql, error))
    return FALSE;

  self->n_readers++;
  return TRUE;
}

/**
 * till_db_end_read:
 *
 * Ends what till_db_begin_read() began; the outermost end lets go of the snapshot.
 */
void
till_db_end_read (TillDb *self)
{
  g_assert (self->n_readers > 0);

  /* The end of a transaction that only read can fail only where SQLite ended it already. */
  if (--self->n_readers == 0 && !sqlite3_get_autocommit (self->sqlite))
    till_db_run_sql (self, commit_sql, NULL);
}

/**
 * till_db_use_wal:
 *
 * Sets the file to a write-ahead log; one that comes out of a backup has none.
 */
gboolean
till_db_use_wal (TillDb  *self,
                 GError **error)
{
  sqlite3_stmt *statement = till_db_prepare (self, "PRAGMA journal_mode = WAL", error);
  gboolean is_wal;

  if (!statement || till_db_step (self, statement, error) != TILL_DB_ROW)
    return FALSE;

  is_wal = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "wal") == 0;
  sqlite3_reset (statement);
  if (!is_wal)
    set_error (self->path, SQLITE_CANTOPEN, 0, "no write-ahead log", error);

  return is_wal;
}

/**
 * till_db_has_moved:
 *
 * Returns: whether the file that is open is no longer the one at its path: what is written there
 *   now would be lost
 */
gboolean
till_db_has_moved (TillDb *self)
{
  int has_moved = 0;

  return sqlite3_file_control (self->sqlite, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) ==
             SQLITE_OK &&
         has_moved;
}

/**
 * till_db_bind_text:
 * @index: from 1
 * @text: (nullable): must live until the statement has run
 */
void
till_db_bind_text (sqlite3_stmt *statement,
                   int           index,
                   const char   *text)
{
  int code = text ? sqlite3_bind_text (statement, index, text, -1, SQLITE_STATIC) : SQLITE_OK;

  g_assert (code == SQLITE_OK);
}

/**
 * till_db_bind_int:
 * @index: from 1
 */
void
till_db_bind_int (sqlite3_stmt *statement,
                  int           index,
                  gint64        value)
{
  int code = sqlite3_bind_int64 (statement, index, value);

  g_assert (code == SQLITE_OK);
}
