/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/migrate.h"

#include "fault-vfs.h"
#include "journal-fixture.h"
#include "store/verify.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIP "ALTER TABLE row ADD COLUMN tip_fen INTEGER"

static const TillMigration good_steps[] = {
  { 2, 3, "CREATE TABLE note (text TEXT) STRICT" },
  { 1, 2, TIP },
  { 0, 0, NULL },
};

/* A closed journal of ten rows, and the bytes of it. */
static Fixture *
new_shop (void)
{
  Fixture *fixture = fixture_new (TILL_JOURNAL_INLINE);

  for (guint i = 0; i < 5; i++)
    fixture_pay (fixture, fixture_add_sale (fixture));
  g_clear_pointer (&fixture->journal, till_journal_close);

  return fixture;
}

static void
assert_journal (Fixture *fixture,
                int      version)
{
  g_auto (TillVerdict) verdict = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (fixture_get_int (fixture, "PRAGMA user_version"), ==, version);
  g_assert_cmpint (fixture_get_int (fixture, "SELECT count(*) FROM row"), ==, 10);
  till_verify_file (fixture->path, 1, NULL, NULL, NULL, &verdict, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (verdict.what, ==, NULL);
  g_assert_true (verdict.caches_agree);
}

static guint
count_backups (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->dir, "backups", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  while (folder && (name = g_dir_read_name (folder)))
    n += g_str_has_prefix (name, "journal-v1-20270115") && g_str_has_suffix (name, ".db") ? 1 : 0;

  return n;
}

/* Step after step to the version wanted; rows and their hashes stay, and so does the old file. */
static void
test_steps (void)
{
  g_autoptr (Fixture) fixture = new_shop ();
  g_autofree char *backup = g_build_filename (fixture->dir, "backups", "journal-v1-20270115.db",
                                              NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TillJournal) kept = NULL;
  GStatBuf status;

  till_migrate (fixture->path, good_steps, 1, &error);
  g_assert_no_error (error);
  assert_journal (fixture, 1);
  g_assert_cmpint (count_backups (fixture), ==, 0);

  till_migrate (fixture->path, good_steps, 3, &error);
  g_assert_no_error (error);
  assert_journal (fixture, 3);
  g_assert_cmpint (fixture_get_int (fixture, "SELECT count(*) FROM row WHERE tip_fen IS NULL"), ==,
                   10);
  g_assert_cmpint (fixture_get_int (fixture, "SELECT count(*) FROM note"), ==, 0);
  g_stat (fixture->path, &status);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  g_assert_cmpint (count_backups (fixture), ==, 1);
  g_stat (backup, &status);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  kept = till_journal_open (backup, TILL_JOURNAL_READ_ONLY, &error);
  g_assert_no_error (error);
}

/* A way that does not lead there, or would lose something, leaves the old file. */
static void
test_bad_steps (void)
{
  static const struct {
    TillMigration    steps[3];
    int              version;
    TillJournalError code;
  } cases[] = {
    { { { 1, 2, TIP } }, 3, TILL_JOURNAL_ERROR_NOT_ONE },
    { { { 2, 3, TIP } }, 3, TILL_JOURNAL_ERROR_NOT_ONE },
    { { { 0, 0, NULL } }, 2, TILL_JOURNAL_ERROR_NOT_ONE },
    { { { 1, 3, TIP } }, 2, TILL_JOURNAL_ERROR_NOT_ONE },
    { { { 1, 1, TIP } }, 2, TILL_JOURNAL_ERROR_NOT_ONE },
    { { { 1, 2, "CREATE TABLE" } }, 2, TILL_JOURNAL_ERROR_IO },
    { { { 1, 2, "UPDATE row SET amount_fen = 1" } }, 2, TILL_JOURNAL_ERROR_IO },
    { { { 1, 2, "DROP TRIGGER row_no_update; UPDATE row SET amount_fen = 1" } }, 2,
      TILL_JOURNAL_ERROR_NOT_ONE },
    { { { 1, 2, "UPDATE sale SET amount_fen = 1" } }, 2, TILL_JOURNAL_ERROR_NOT_ONE },
    { { { 1, 2, "DELETE FROM rollup" } }, 2, TILL_JOURNAL_ERROR_NOT_ONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Fixture) fixture = new_shop ();
    g_autoptr (GError) error = NULL;

    g_assert_false (till_migrate (fixture->path, cases[i].steps, cases[i].version, &error));
    g_test_message ("%s", error->message);
    g_assert_error (error, TILL_JOURNAL_ERROR, (int) cases[i].code);
    assert_journal (fixture, 1);
  }
}

/* Nobody writes an old file while it is copied, and no newer one is taken for an older. */
static void
test_refused (void)
{
  g_autoptr (Fixture) fixture = new_shop ();
  g_autoptr (GError) error = NULL;
  sqlite3 *other = NULL;

  sqlite3_open (fixture->path, &other);
  sqlite3_exec (other, "BEGIN; SELECT count(*) FROM row", NULL, NULL, NULL);
  g_assert_false (till_migrate (fixture->path, good_steps, 2, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_LOCKED);
  g_clear_error (&error);
  sqlite3_close (other);
  assert_journal (fixture, 1);

  till_migrate (fixture->path, good_steps, 2, &error);
  g_assert_no_error (error);
  g_assert_false (till_migrate (fixture->path, good_steps, 1, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NEWER);
}

/* Whatever call fails on the way, the journal is there as it was, and the next try succeeds. */
static void
test_every_fault (void)
{
  static const struct {
    FaultOps ops;
    int      code;
  } cases[] = {
    { FAULT_CHANGES, SQLITE_IOERR },
    { FAULT_WRITE, SQLITE_FULL },
    { FAULT_OPEN, SQLITE_CANTOPEN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gboolean is_done = FALSE;

    for (guint at = 1; !is_done; at++) {
      const Fault fault = { .ops = cases[i].ops, .at = at, .code = cases[i].code };
      g_autoptr (Fixture) fixture = new_shop ();
      g_autoptr (GError) error = NULL;

      fault_vfs_set (&fault);
      is_done = till_migrate (fixture->path, good_steps, 2, &error);
      fault_vfs_set (NULL);
      assert_journal (fixture, is_done ? 2 : 1);
      if (is_done)
        continue;

      g_clear_error (&error);
      till_migrate (fixture->path, good_steps, 2, &error);
      g_assert_no_error (error);
      assert_journal (fixture, 2);
    }
  }
}

/* The same where the program ends there: what it leaves is a whole journal, old or new. */
static void
test_every_end (void)
{
  gboolean is_done = FALSE;
  guint n_old = 0;

  for (guint at = 1; !is_done; at += 1 + at / 8) {
    const Fault fault = { .ops = FAULT_CHANGES | FAULT_OPEN, .at = at, .ends = TRUE };
    g_autoptr (Fixture) fixture = new_shop ();
    g_autoptr (GError) error = NULL;
    pid_t child = fork ();
    int status = 0;

    if (child == 0) {
      fault_vfs_set (&fault);
      _exit (till_migrate (fixture->path, good_steps, 2, NULL) ? 0 : 1);
    }
    g_assert_cmpint (waitpid (child, &status, 0), ==, child);
    g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) != 1);
    is_done = WEXITSTATUS (status) == 0;
    n_old += fixture_get_int (fixture, "PRAGMA user_version") == 1 ? 1 : 0;

    till_migrate (fixture->path, good_steps, 2, &error);
    g_assert_no_error (error);
    assert_journal (fixture, 2);
    g_assert_cmpint (count_backups (fixture), >=, 1);
  }

  g_test_message ("%u ends left the old journal", n_old);
  g_assert_cmpint (n_old, >, 10);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/migrate/steps", test_steps);
  g_test_add_func ("/migrate/bad-steps", test_bad_steps);
  g_test_add_func ("/migrate/refused", test_refused);
  g_test_add_func ("/migrate/every-fault", test_every_fault);
  g_test_add_func ("/migrate/every-end", test_every_end);

  return g_test_run ();
}
