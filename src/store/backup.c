/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/backup.h"

#include "store/folder.h"
#include "store/journal-private.h"
#include "store/verify.h"

/* Copies a journal of one moment into the empty file @path. */
static gboolean
copy_pages (TillDb  *from,
            TillDb  *to,
            GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to->sqlite, "main", from->sqlite, "main");
  int code;

  if (!backup) {
    till_db_set_error (to, error);
    return FALSE;
  }

  code = sqlite3_backup_step (backup, -1);
  sqlite3_backup_finish (backup);
  if (code != SQLITE_DONE) {
    till_db_set_error (to, error);
    return FALSE;
  }

  return TRUE;
}

static gboolean
check_copy (const char *path,
            GError    **error)
{
  g_auto (TillVerdict) verdict = { 0 };

  if (!till_verify_file (path, 1, NULL, NULL, NULL, &verdict, error))
    return FALSE;
  if (verdict.first_bad_seq || !verdict.caches_agree) {
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE,
                 "%s: the copy is not whole (%s); look at the journal with till journal verify",
                 path, verdict.what ? verdict.what : "its summaries disagree with its rows");
    return FALSE;
  }

  return TRUE;
}

/* A file alone, without a log beside it. */
static gboolean
copy (const char *path,
      gpointer    user_data,
      GError    **error)
{
  TillDb *from = user_data;
  g_autoptr (TillDb) to = till_db_open_alone (path, error);

  /* The copy's header speaks of a log, as the journal's does; once it was read it can be told to
   * do without. */
  if (!to || !copy_pages (from, to, error) ||
      !till_db_exec (to, "SELECT 1 FROM sqlite_schema; PRAGMA journal_mode = DELETE", error))
    return FALSE;

  g_clear_pointer (&to, till_db_close);
  return check_copy (path, error);
}

/**
 * till_backup_write:
 * @from: the journal; others may go on writing it
 * @path: where there is no file yet
 * @error: set to a #TillJournalError
 *
 * Writes a verified copy of one moment, as one file that its owner alone can read.
 */
gboolean
till_backup_write (TillDb     *from,
                   const char *path,
                   GError    **error)
{
  return till_folder_make_file (path, copy, from, error);
}

/**
 * till_journal_backup:
 * @path: where there is no file yet
 * @error: set to a #TillJournalError, %TILL_JOURNAL_ERROR_EXISTS where there is one
 *
 * Copies the journal, while the till runs, to one file that was verified and lies on the disk when
 * this returns. It is a journal again when it is put in the place of one.
 */
gboolean
till_journal_backup (TillJournal *self,
                     const char  *path,
                     GError     **error)
{
  g_return_val_if_fail (self && path, FALSE);

  return till_backup_write (self->reader, path, error);
}
