/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/backup.h"

#include <glib/gi18n.h>

#include "store/folder.h"
#include "store/journal-private.h"
#include "store/verify.h"

/**
 * till_backup_copy_pages:
 * @to: an empty file, for one user
 * @error: set to a #TillJournalError
 *
 * Copies a journal of one moment, while others may go on writing it. The copy is one file, without
 * a log beside it.
 */
gboolean
till_backup_copy_pages (TillDb  *from,
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

  /* The copy's header speaks of a log, as the journal's does; once it was read it can be told to
   * do without. */
  return till_db_exec (to, "SELECT 1 FROM sqlite_schema; PRAGMA journal_mode = DELETE", error);
}

/**
 * till_backup_check:
 * @error: set to %TILL_JOURNAL_ERROR_NOT_ONE where the copy is not whole
 */
gboolean
till_backup_check (const char *path,
                   GError    **error)
{
  g_auto (TillVerdict) verdict = { 0 };

  if (!till_verify_file (path, 1, NULL, NULL, NULL, &verdict, error))
    return FALSE;
  if (verdict.first_bad_seq || !verdict.caches_agree) {
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE,
                 _("%s: the copy is not whole (%s); look at the journal with till journal verify"),
                 path, verdict.what ? verdict.what : _("its summaries disagree with its rows"));
    return FALSE;
  }

  return TRUE;
}

static gboolean
copy (const char *path,
      gpointer    user_data,
      GError    **error)
{
  TillDb *from = user_data;
  g_autoptr (TillDb) to = till_db_open_alone (path, error);

  if (!to || !till_backup_copy_pages (from, to, error))
    return FALSE;

  g_clear_pointer (&to, till_db_close);
  return till_backup_check (path, error);
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

  return till_folder_make_file (path, copy, self->reader, error);
}
