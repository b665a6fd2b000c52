/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/journal-private.h"

#include "store/folder.h"
#include "store/migrate.h"
#include "store/schema.h"

#include <glib/gi18n.h>

G_DEFINE_QUARK (till-journal-error-quark, till_journal_error)

static gboolean
make_empty (const char *path,
            gpointer    user_data,
            GError    **error)
{
  g_autoptr (TillDb) db = till_db_open_alone (path, error);

  return db && till_schema_create (db, error) && till_db_use_wal (db, error);
}

/**
 * till_journal_create:
 * @path: where there is no file yet; its folder exists
 * @error: set to a #TillJournalError, %TILL_JOURNAL_ERROR_EXISTS where there is one
 *
 * Makes a journal without rows, for its owner alone to read and write. It is there whole or not
 * at all.
 */
gboolean
till_journal_create (const char *path,
                     GError    **error)
{
  g_return_val_if_fail (path, FALSE);

  return till_folder_make_file (path, make_empty, NULL, error);
}

static gboolean
open_reader (TillJournal *self,
             GError     **error)
{
  self->reader = till_db_open (self->path, FALSE, error);

  return self->reader && till_schema_check (self->reader, error);
}

/**
 * till_journal_open:
 * @path: an existing journal
 * @flags: how it is used
 * @error: set to a #TillJournalError
 *
 * Returns: (transfer full): the journal, or %NULL with @error
 */
TillJournal *
till_journal_open (const char       *path,
                   TillJournalFlags  flags,
                   GError          **error)
{
  g_autoptr (TillJournal) self = g_new0 (TillJournal, 1);

  g_return_val_if_fail (path, NULL);

  self->path = g_strdup (path);
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_MISSING,
                 _("%s: there is no journal here; put one from the backups folder there, or another "
                   "copy; where there is none, make a profile in a new folder with till init and "
                   "copy profile.ini and keys into it"), path);
    return NULL;
  }

  /* The writer first: it makes of a file that comes out of a backup one that can be written. */
  if (!(flags & TILL_JOURNAL_READ_ONLY)) {
    if (!till_migrate (path, till_migrations, TILL_SCHEMA_VERSION, error))
      return NULL;
    self->writer = till_writer_open (path, (flags & TILL_JOURNAL_INLINE) != 0, error);
    if (!self->writer)
      return NULL;
  }
  if (!open_reader (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * till_journal_close:
 *
 * Writes what waits. Callbacks of appends that were not called yet still will be.
 */
void
till_journal_close (TillJournal *self)
{
  if (!self)
    return;

  till_db_close (self->reader);
  till_writer_close (self->writer);
  g_free (self->path);
  g_free (self);
}

/**
 * till_journal_append_async:
 * @row: what happened. Its before_seq is the last row of the sale that the caller knows, 0 for a
 *   new sale, whose first payment bears the sale's own number; seq and hash are set by the journal
 * @callback: called in the thread-default context of this call, never before it returns, and in
 *   the order of the calls
 *
 * Adds a row. When @callback hears of success, the row is on the disk.
 */
void
till_journal_append_async (TillJournal         *self,
                           const TillRow       *row,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (self && row);

  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, till_journal_append_async);
  g_task_set_task_data (task, till_row_copy (row), (GDestroyNotify) till_row_free);

  if (self->writer) {
    till_writer_append (self->writer, task);
    return;
  }

  g_task_return_new_error (task, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_READ_ONLY,
                           "%s: the journal was opened for reading", self->path);
  g_object_unref (task);
}

/**
 * till_journal_append_finish:
 * @error: set to a #TillJournalError. After %TILL_JOURNAL_ERROR_UNCERTAIN the row may or may not be
 *   there: nothing may be sent, and the sale is to be loaded again
 *
 * Returns: (transfer full): the row as it stands in the journal, or %NULL with @error
 */
TillRow *
till_journal_append_finish (TillJournal  *self,
                            GAsyncResult *result,
                            GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * till_journal_try_async:
 * @callback: called as that of till_journal_append_async()
 *
 * Looks whether a row could be written: forces a commit that changes nothing.
 */
void
till_journal_try_async (TillJournal         *self,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (self && self->writer);

  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, till_journal_try_async);
  till_writer_append (self->writer, task);
}

/**
 * till_journal_try_finish:
 * @error: set to a #TillJournalError
 *
 * Returns: whether a row could be written
 */
gboolean
till_journal_try_finish (TillJournal  *self,
                         GAsyncResult *result,
                         GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
till_takings_line_free (TillTakingsLine *line)
{
  if (!line)
    return;

  g_free (line->key);
  g_free (line);
}

