/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/writer.h"

#include "store/append.h"
#include "store/journal.h"
#include "store/schema.h"

#include <glib/gi18n.h>
#include <string.h>

/* Rows that wait are taken together into one transaction: forcing the disk costs the same for one
 * as for many. A row that is refused leaves the others alone; a disk that fails concerns all. */

#define BATCH_MAX_ROWS    256
#define CHECKPOINT_FRAMES 500                      /* worth folding in, when nothing waits */
#define WAL_MAX_FRAMES    (8 * CHECKPOINT_FRAMES)  /* folded in even when something waits */
#define IDLE_US           (G_USEC_PER_SEC / 4)

static const char begin_sql[] = "BEGIN IMMEDIATE";

struct _TillWriter
{
  char             *path;
  TillDb           *db;         /* NULL after a fault, until it could be opened again */
  TillHasher       *hasher;
  int               n_wal_frames;
  GThread          *thread;     /* NULL: inline */
  GAsyncQueue      *queue;      /* of GTask; the writer itself is the word to end */
  gboolean          is_ending;
  GMutex            lock;       /* guards the counts */
  TillWriterCounts  counts;
};

/* After each commit; n_frames is how long the log is now. A log that is shorter than it was began
 * anew. */
static int
wal_grown_cb (void       *user_data,
              sqlite3    *sqlite,
              const char *name,
              int         n_frames)
{
  TillWriter *self = user_data;
  int n_before = n_frames > self->n_wal_frames ? self->n_wal_frames : 0;

  g_mutex_lock (&self->lock);
  self->counts.n_commits++;
  self->counts.n_frames += (guint64) (n_frames - n_before);
  g_mutex_unlock (&self->lock);
  self->n_wal_frames = n_frames;

  return SQLITE_OK;
}

static gboolean
open_db (TillWriter *self,
         GError    **error)
{
  g_autoptr (TillDb) db = till_db_open (self->path, TRUE, error);

  if (!db || !till_schema_check (db, error) || !till_db_use_wal (db, error))
    return FALSE;

  sqlite3_wal_hook (db->sqlite, wal_grown_cb, self);
  self->db = g_steal_pointer (&db);
  return TRUE;
}

static void
roll_back (TillWriter *self)
{
  g_autoptr (GError) fault = NULL;

  if (!sqlite3_get_autocommit (self->db->sqlite) && !till_db_exec (self->db, "ROLLBACK", &fault)) {
    g_message ("journal: a connection that cannot roll back is given up: %s", fault->message);
    g_clear_pointer (&self->db, till_db_close);
  }
}

/* Folds the log into the file. What another program is at can wait for the next time. */
static void
checkpoint (TillWriter *self)
{
  int code = sqlite3_wal_checkpoint_v2 (self->db->sqlite, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
                                        NULL);

  if (code != SQLITE_OK && code != SQLITE_BUSY)
    g_message ("journal: the log could not be folded in: %s", sqlite3_errstr (code));
}

static gboolean
begin (TillWriter *self,
       TillHead   *head,
       GError    **error)
{
  if (!self->db && !open_db (self, error))
    return FALSE;
  if (!till_db_run_sql (self->db, begin_sql, error))
    return FALSE;

  if (till_db_has_moved (self->db)) {
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_MISSING,
                 _("%s: the journal's file was moved or replaced while it was open; start the till "
                   "again"), self->path);
    roll_back (self);
    return FALSE;
  }
  if (!till_head_read (self->db, head, error)) {
    roll_back (self);
    return FALSE;
  }

  return TRUE;
}

/* Whether the chain has @head as the row of its number. */
static gboolean
has_row (TillWriter     *self,
         const TillHead *head,
         gboolean       *is_there,
         GError        **error)
{
  static const char hash_sql[] = "SELECT hash FROM row WHERE seq = ?1";
  sqlite3_stmt *statement = till_db_prepare (self->db, hash_sql, error);
  TillDbStep step;

  if (!statement)
    return FALSE;

  till_db_bind_int (statement, 1, head->seq);
  step = till_db_step (self->db, statement, error);
  if (step == TILL_DB_FAILED)
    return FALSE;

  *is_there = step == TILL_DB_ROW && sqlite3_column_bytes (statement, 0) == TILL_ROW_HASH_BYTES &&
              memcmp (sqlite3_column_blob (statement, 0), head->hash, TILL_ROW_HASH_BYTES) == 0;
  sqlite3_reset (statement);
  return TRUE;
}

/* A commit that wrote all and failed to force it may come back to life when the log is read again
 * after a crash. Another commit, forced over the same place, ends that for ever. */
static gboolean
bury (TillWriter *self,
      GError    **error)
{
  return till_db_exec (self->db,
                       "BEGIN IMMEDIATE;"
                       "DELETE FROM day_run WHERE first_seq = 0;"
                       "INSERT INTO day_run VALUES (0, 0);"
                       "DELETE FROM day_run WHERE first_seq = 0;"
                       "COMMIT;", error);
}

/* What is there though the disk would not confirm it is forced into the file itself. */
static gboolean
force (TillWriter *self,
       GError    **error)
{
  if (sqlite3_wal_checkpoint_v2 (self->db->sqlite, NULL, SQLITE_CHECKPOINT_FULL, NULL, NULL) !=
      SQLITE_OK) {
    till_db_set_error (self->db, error);
    return FALSE;
  }

  return TRUE;
}

static gboolean
look_again (TillWriter     *self,
            const TillHead *head,
            gboolean        may_be_there,
            gboolean       *is_there,
            GError        **error)
{
  g_clear_pointer (&self->db, till_db_close);
  if (!open_db (self, error) || !has_row (self, head, is_there, error))
    return FALSE;

  return *is_there ? force (self, error) : !may_be_there || bury (self, error);
}

/* A commit failed. Nothing is guessed: the journal is opened again and read. */
static gboolean
settle (TillWriter     *self,
        const TillHead *head,
        const GError   *fault,
        GError        **error)
{
  int code = sqlite3_extended_errcode (self->db->sqlite);
  /* Frames that could not be written, the last of which makes the commit, are not there. */
  gboolean may_be_there = code != SQLITE_FULL && code != SQLITE_IOERR_WRITE;
  g_autoptr (GError) again = NULL;
  gboolean is_there;

  if (look_again (self, head, may_be_there, &is_there, &again)) {
    if (!is_there)
      g_propagate_error (error, g_error_copy (fault));
    return is_there;
  }

  g_clear_pointer (&self->db, till_db_close);
  g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_UNCERTAIN,
               _("%s; and whether the row was kept could not be read: %s"), fault->message,
               again->message);
  return FALSE;
}

static gboolean
commit (TillWriter     *self,
        const TillHead *head,
        GError        **error)
{
  g_autoptr (GError) fault = NULL;

  return till_db_exec (self->db, "COMMIT", &fault) || settle (self, head, fault, error);
}

/* FALSE where none of the rows is in the journal; @refusals has those that alone are not. */
static gboolean
write_batch (TillWriter *self,
             GPtrArray  *tasks,
             GError    **refusals,
             GError    **error)
{
  TillHead head;
  guint n_written = 0;

  if (!begin (self, &head, error))
    return FALSE;

  for (guint i = 0; i < tasks->len; i++) {
    g_autoptr (GError) fault = NULL;

    if (till_append_row (self->db, self->hasher, &head,
                         g_task_get_task_data (tasks->pdata[i]), &fault)) {
      n_written++;
    } else if (till_append_is_refusal (fault)) {
      refusals[i] = g_steal_pointer (&fault);
    } else {
      g_propagate_error (error, g_steal_pointer (&fault));
      roll_back (self);
      return FALSE;
    }
  }

  if (n_written == 0) {
    roll_back (self);
    return TRUE;
  }

  return commit (self, &head, error);
}

/* A commit that changes nothing, to see whether one can be made. */
static gboolean
try_write (TillWriter *self,
           GError    **error)
{
  TillHead head;

  if (!begin (self, &head, error))
    return FALSE;

  roll_back (self);
  if (!self->db || !bury (self, error)) {
    g_clear_pointer (&self->db, till_db_close);
    if (error && !*error)
      g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_IO, _("%s: cannot be written"),
                   self->path);
    return FALSE;
  }

  return TRUE;
}

/* Tasks without a row only want to know. */
static void
take_tries (TillWriter *self,
            GPtrArray  *tasks)
{
  for (guint i = 0; i < tasks->len;) {
    g_autoptr (GTask) task = NULL;
    GError *fault = NULL;

    if (g_task_get_task_data (tasks->pdata[i])) {
      i++;
      continue;
    }
    task = g_object_ref (tasks->pdata[i]);
    g_ptr_array_remove_index (tasks, i);
    if (try_write (self, &fault))
      g_task_return_boolean (task, TRUE);
    else
      g_task_return_error (task, fault);
  }
}

static void
take_batch (TillWriter *self,
            GPtrArray  *tasks)
{
  g_autofree GError **refusals = NULL;
  g_autoptr (GError) fault = NULL;
  gboolean is_written;

  take_tries (self, tasks);
  if (tasks->len == 0)
    return;

  refusals = g_new0 (GError *, tasks->len);
  is_written = write_batch (self, tasks, refusals, &fault);

  for (guint i = 0; i < tasks->len; i++) {
    GTask *task = tasks->pdata[i];

    if (is_written && !refusals[i])
      g_task_return_pointer (task, till_row_copy (g_task_get_task_data (task)),
                             (GDestroyNotify) till_row_free);
    else
      g_task_return_error (task, g_error_copy (is_written ? refusals[i] : fault));
    g_clear_error (&refusals[i]);
  }
}

/* The next task, or NULL at the end. While nothing is asked for, the log is folded in. */
static GTask *
wait_for_task (TillWriter *self)
{
  gpointer next = NULL;

  if (self->db && self->n_wal_frames >= CHECKPOINT_FRAMES &&
      self->n_wal_frames < WAL_MAX_FRAMES)
    next = g_async_queue_timeout_pop (self->queue, IDLE_US);
  if (!next) {
    if (self->db && self->n_wal_frames >= CHECKPOINT_FRAMES)
      checkpoint (self);
    next = g_async_queue_pop (self->queue);
  }

  return next == self ? NULL : next;
}

static gpointer
run (gpointer data)
{
  TillWriter *self = data;
  gpointer next;

  while (!self->is_ending && (next = wait_for_task (self))) {
    g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);

    do
      g_ptr_array_add (tasks, next);
    while (tasks->len < BATCH_MAX_ROWS && (next = g_async_queue_try_pop (self->queue)) &&
           next != self);
    self->is_ending = next == self;
    take_batch (self, tasks);
  }

  return NULL;
}

/**
 * till_writer_open:
 * @is_inline: no thread: till_writer_append() writes before it returns
 * @error: set to a #TillJournalError
 */
TillWriter *
till_writer_open (const char *path,
                  gboolean    is_inline,
                  GError    **error)
{
  g_autoptr (TillWriter) self = g_new0 (TillWriter, 1);

  self->path = g_strdup (path);
  self->hasher = till_hasher_new ();
  self->queue = g_async_queue_new_full (g_object_unref);
  g_mutex_init (&self->lock);
  if (!open_db (self, error))
    return NULL;

  if (!is_inline)
    self->thread = g_thread_new ("till-journal", run, self);

  return g_steal_pointer (&self);
}

/**
 * till_writer_close:
 *
 * Writes what waits, then ends.
 */
void
till_writer_close (TillWriter *self)
{
  if (!self)
    return;

  if (self->thread) {
    g_async_queue_push (self->queue, self);
    g_thread_join (self->thread);
  }
  if (self->db && self->n_wal_frames >= CHECKPOINT_FRAMES)
    checkpoint (self);

  till_db_close (self->db);
  till_hasher_free (self->hasher);
  g_async_queue_unref (self->queue);
  g_mutex_clear (&self->lock);
  g_free (self->path);
  g_free (self);
}

/**
 * till_writer_append:
 * @task: (transfer full): its data is the #TillRow; returns a row, in the context in which the
 *   task was made. Without data it returns whether a row could be written
 */
void
till_writer_append (TillWriter *self,
                    GTask      *task)
{
  g_autoptr (GPtrArray) tasks = NULL;

  if (self->thread) {
    g_async_queue_push (self->queue, task);
    return;
  }

  tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (tasks, task);
  take_batch (self, tasks);
  if (self->db && self->n_wal_frames >= CHECKPOINT_FRAMES)
    checkpoint (self);
}

/**
 * till_writer_get_counts:
 *
 * Returns: what was written until now; any thread may ask
 */
TillWriterCounts
till_writer_get_counts (TillWriter *self)
{
  TillWriterCounts counts;

  g_mutex_lock (&self->lock);
  counts = self->counts;
  g_mutex_unlock (&self->lock);

  return counts;
}
