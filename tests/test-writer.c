/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault-vfs.h"
#include "journal-fixture.h"
#include "store/writer.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

static void
ended_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* A row by a writer that no reader keeps company. */
static TillRow *
write_alone (TillWriter    *writer,
             const TillRow *row,
             GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GTask *task = g_task_new (NULL, NULL, ended_cb, &result);

  g_task_set_task_data (task, till_row_copy (row), (GDestroyNotify) till_row_free);
  till_writer_append (writer, task);
  while (!result)
    g_main_context_iteration (NULL, TRUE);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static TillRow *
new_sale_row (Fixture *fixture)
{
  g_autoptr (TillSale) sale = till_sale_new ();
  g_autofree char *number = fixture_number (fixture);

  return fixture_ask (fixture, sale, TILL_KIND_CHARGE, number);
}

static gboolean
is_there (Fixture       *fixture,
          const TillRow *row)
{
  g_autofree char *sql =
      g_strdup_printf ("SELECT count(*) FROM row WHERE payment = '%s'", row->payment);

  return fixture_get_int (fixture, sql) == 1;
}

static void
assert_whole (Fixture *fixture)
{
  g_auto (TillVerdict) verdict = { 0 };
  g_autoptr (GError) error = NULL;

  till_journal_verify (fixture->journal, 1, NULL, NULL, NULL, &verdict, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (verdict.what, ==, NULL);
  g_assert_true (verdict.caches_agree);
}

/* One append under @fault: what it says must be so, also after all was closed and opened again, and
 * the next append must succeed. Returns whether there was such a call to fail. */
static gboolean
try_fault (const Fault *fault,
           gboolean     is_alone,
           guint        n_codes[])
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  g_autoptr (TillWriter) writer = NULL;
  g_autoptr (TillRow) row = NULL, kept = NULL;
  g_autoptr (GError) error = NULL;
  gboolean was_hit;

  for (guint i = 0; i < 3; i++)
    fixture_add_sale (fixture);
  row = new_sale_row (fixture);
  if (is_alone) {
    g_clear_pointer (&fixture->journal, till_journal_close);
    writer = till_writer_open (fixture->path, TRUE, &error);
    g_assert_no_error (error);
  }

  fault_vfs_set (fault);
  kept = is_alone ? write_alone (writer, row, &error)
                  : append_and_wait (fixture->journal, row, &error);
  was_hit = fault_vfs_get_calls () >= fault->at;
  fault_vfs_set (NULL);
  g_clear_pointer (&writer, till_writer_close);
  fixture_reopen (fixture, TILL_JOURNAL_INLINE);

  if (!error)
    g_assert_true (is_there (fixture, row));
  else if (!g_error_matches (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_UNCERTAIN))
    g_assert_false (is_there (fixture, row));
  if (error)
    g_assert_true (error->domain == TILL_JOURNAL_ERROR);
  n_codes[error ? error->code : 31]++;

  fixture_add_sale (fixture);
  assert_whole (fixture);
  return was_hit;
}

/* Whatever call fails, once or for ever, done or not: an answer about a row is true. */
static void
test_every_fault (void)
{
  static const struct {
    FaultOps ops;
    int      code;
    gboolean after_all;
  } cases[] = {
    { FAULT_SYNC, SQLITE_IOERR_FSYNC, FALSE },
    { FAULT_SYNC, SQLITE_IOERR_FSYNC, TRUE },
    { FAULT_WRITE, SQLITE_IOERR_WRITE, FALSE },
    { FAULT_WRITE, SQLITE_FULL, FALSE },
    { FAULT_SHARED, SQLITE_IOERR_SHMMAP, FALSE },
    { FAULT_OPEN, SQLITE_CANTOPEN, FALSE },
    { FAULT_READ, SQLITE_IOERR_READ, FALSE },
    { FAULT_CHANGES, SQLITE_IOERR, TRUE },
  };
  guint n_codes[32] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    for (guint j = 0; j < 4; j++) {
      Fault fault = { .ops = cases[i].ops, .code = cases[i].code, .at = 1,
                      .after_all = cases[i].after_all, .for_ever = (j & 1) != 0 };

      while (try_fault (&fault, (j & 2) != 0, n_codes))
        fault.at++;
    }
  }

  for (guint i = 0; i < 32; i++)
    g_test_message ("outcome %u: %u times", i, n_codes[i]);
  g_assert_cmpint (n_codes[31], >, 0);
  g_assert_cmpint (n_codes[TILL_JOURNAL_ERROR_IO], >, 0);
  g_assert_cmpint (n_codes[TILL_JOURNAL_ERROR_FULL], >, 0);
  g_assert_cmpint (n_codes[TILL_JOURNAL_ERROR_UNCERTAIN], >, 0);
}

/* A commit whose last step failed is found when the log is read again: then it has succeeded. */
static void
test_commit_found_again (void)
{
  const Fault fault = { .ops = FAULT_SYNC, .suffix = "-wal", .at = 1, .code = SQLITE_IOERR_FSYNC };
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  g_autoptr (TillWriter) writer = NULL;
  g_autoptr (TillRow) first = new_sale_row (fixture), row = new_sale_row (fixture);
  g_autoptr (TillRow) kept_first = NULL, kept = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->journal, till_journal_close);
  writer = till_writer_open (fixture->path, TRUE, &error);
  kept_first = write_alone (writer, first, &error);
  g_assert_no_error (error);
  fault_vfs_set (&fault);
  kept = write_alone (writer, row, &error);
  fault_vfs_set (NULL);

  g_assert_no_error (error);
  g_assert_cmpint (kept->seq, ==, 2);
  g_assert_true (is_there (fixture, row));
}

/* A commit that was reported as failed does not come back to life when the log is read anew after a
 * crash: a reader keeps the log's index, and the log alone is copied away. */
static void
test_failed_commit_stays_failed (void)
{
  const Fault fault = { .ops = FAULT_SYNC, .suffix = "-wal", .at = 1, .code = SQLITE_IOERR_FSYNC };
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  g_autoptr (TillRow) row = new_sale_row (fixture);
  g_autoptr (GError) error = NULL;
  static const char *const suffixes[] = { "", "-wal" };
  g_autofree char *crashed = g_build_filename (fixture->dir, "crashed.db", NULL);
  g_autoptr (TillJournal) journal = NULL;

  fixture_add_sale (fixture);
  fault_vfs_set (&fault);
  g_assert_null (append_and_wait (fixture->journal, row, &error));
  fault_vfs_set (NULL);
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_IO);
  g_clear_error (&error);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *from = g_strconcat (fixture->path, suffixes[i], NULL);
    g_autofree char *to = g_strconcat (crashed, suffixes[i], NULL);
    g_autofree char *bytes = NULL;
    gsize n_bytes;

    g_file_get_contents (from, &bytes, &n_bytes, &error);
    g_assert_no_error (error);
    g_file_set_contents (to, bytes, (gssize) n_bytes, NULL);
  }
  journal = till_journal_open (crashed, TILL_JOURNAL_READ_ONLY, &error);
  g_assert_no_error (error);
  g_assert_null (till_journal_load_sale (journal, row->sale, &error));
  g_assert_no_error (error);
}

static gsize
log_size (Fixture *fixture)
{
  g_autofree char *path = g_strconcat (fixture->path, "-wal", NULL);
  GStatBuf status;

  return g_stat (path, &status) == 0 ? (gsize) status.st_size : 0;
}

/* The log is folded in and used again from its beginning, and stays as large as it was: also when
 * the last program has gone. */
static void
test_log_stays_allocated (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  gsize size;

  fixture_wander (fixture, 400);
  size = log_size (fixture);
  g_assert_cmpuint (size, >, 400 * 4096);
  fixture_wander (fixture, 1200);
  g_assert_cmpuint (log_size (fixture), >=, size);
  g_assert_cmpuint (log_size (fixture), <, 2 * size);

  g_clear_pointer (&fixture->journal, till_journal_close);
  g_assert_cmpuint (log_size (fixture), >=, size);
  fixture_reopen (fixture, TILL_JOURNAL_DEFAULT);
  fixture_wander (fixture, 10);
  g_assert_cmpuint (log_size (fixture), <, 2 * size);
  assert_whole (fixture);
}

/* The till goes on when the disk that was full has room again; nothing is lost or half there. */
static void
test_full_disk (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_DEFAULT);
  struct rlimit before, small;
  g_autoptr (GError) error = NULL;
  guint n_kept = 0;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  small = (struct rlimit) { 200000, before.rlim_max };
  setrlimit (RLIMIT_FSIZE, &small);
  while (!error) {
    g_autoptr (TillRow) row = new_sale_row (fixture);
    g_autoptr (TillRow) kept = append_and_wait (fixture->journal, row, &error);

    n_kept += kept ? 1 : 0;
  }
  setrlimit (RLIMIT_FSIZE, &before);

  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_FULL);
  g_assert_cmpint (n_kept, >, 5);
  g_assert_cmpint (fixture_get_int (fixture, "SELECT count(*) FROM row"), ==, n_kept);
  fixture_add_sale (fixture);
  assert_whole (fixture);
}

/* Who waits for another program longer than is sensible is told so, and may try again. */
static void
test_locked (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_DEFAULT);
  g_autoptr (TillRow) row = new_sale_row (fixture);
  g_autoptr (TillRow) kept = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *holder = NULL;

  sqlite3_open (fixture->path, &holder);
  sqlite3_exec (holder, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  g_assert_null (append_and_wait (fixture->journal, row, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_LOCKED);
  g_clear_error (&error);
  sqlite3_exec (holder, "ROLLBACK", NULL, NULL, NULL);
  sqlite3_close (holder);

  kept = append_and_wait (fixture->journal, row, &error);
  g_assert_no_error (error);
}

/* A folder in which no log can be made is told as what it is. */
static void
test_folder_read_only (void)
{
  const Fault fault = { .ops = FAULT_OPEN, .suffix = "-wal", .at = 1, .for_ever = TRUE,
                        .code = SQLITE_CANTOPEN };
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->journal, till_journal_close);
  fault_vfs_set (&fault);
  g_assert_null (till_journal_open (fixture->path, TILL_JOURNAL_DEFAULT, &error));
  fault_vfs_set (NULL);
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_READ_ONLY);
}

/* The same, with a folder and a file that this user really may not write. */
static void
test_permissions (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  g_autofree char *other = g_build_filename (fixture->dir, "other.db", NULL);
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0) {
    g_test_skip ("root may write everywhere");
    return;
  }

  g_clear_pointer (&fixture->journal, till_journal_close);
  g_chmod (fixture->path, 0400);
  g_assert_null (till_journal_open (fixture->path, TILL_JOURNAL_DEFAULT, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_READ_ONLY);
  g_clear_error (&error);

  g_chmod (fixture->dir, 0500);
  g_assert_false (till_journal_create (other, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_READ_ONLY);
  g_chmod (fixture->dir, 0700);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/writer/every-fault", test_every_fault);
  g_test_add_func ("/writer/commit-found-again", test_commit_found_again);
  g_test_add_func ("/writer/failed-commit-stays-failed", test_failed_commit_stays_failed);
  g_test_add_func ("/writer/log-stays-allocated", test_log_stays_allocated);
  g_test_add_func ("/writer/full-disk", test_full_disk);
  g_test_add_func ("/writer/locked", test_locked);
  g_test_add_func ("/writer/folder-read-only", test_folder_read_only);
  g_test_add_func ("/writer/permissions", test_permissions);

  return g_test_run ();
}
