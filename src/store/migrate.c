/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/migrate.h"

#include "store/backup.h"
#include "store/folder.h"
#include "store/journal.h"
#include "store/schema.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* A journal of an older version is copied twice while nobody else can write it: once into the
 * backups folder, to stay, and once beside it, where the copy is changed, verified and then takes
 * its place. Whatever fails before that last step leaves the old file as it is. */

#define MAX_BACKUPS_A_DAY 100

/* One row for each version that ever was released and is not this one. */
const TillMigration till_migrations[] = {
  { 0, 0, NULL },
};

typedef struct {
  TillDb              *old;
  const TillMigration *steps;
  int                  from;
  int                  to;
} Way;

static const TillMigration *
find_step (const TillMigration *steps,
           int                  from)
{
  for (; steps->from; steps++)
    if (steps->from == from)
      return steps;

  return NULL;
}

static gboolean
take_steps (const Way *way,
            TillDb    *db,
            GError   **error)
{
  for (int version = way->from; version != way->to;) {
    const TillMigration *step = find_step (way->steps, version);
    g_autofree char *mark = NULL;

    if (!step || step->to <= version || step->to > way->to) {
      g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE,
                   _("%s: no way leads from version %d of the journal to %d; install the Till that "
                     "wrote it"), way->old->path, version, way->to);
      return FALSE;
    }
    mark = g_strdup_printf ("PRAGMA user_version = %d; COMMIT", step->to);
    if (!till_db_exec (db, "BEGIN EXCLUSIVE", error) || !till_db_exec (db, step->sql, error) ||
        !till_db_exec (db, mark, error))
      return FALSE;
    version = step->to;
  }

  return TRUE;
}

/* Fills the file that will take the journal's place. */
static gboolean
make_new (const char *path,
          gpointer    user_data,
          GError    **error)
{
  const Way *way = user_data;
  g_autoptr (TillDb) db = till_db_open_alone (path, error);

  if (!db || !till_backup_copy_pages (way->old, db, error) || !take_steps (way, db, error))
    return FALSE;

  g_clear_pointer (&db, till_db_close);
  return till_backup_check (path, error);
}

/* The old file stays as it was: its pages are looked at, its rows are when they are in the new. */
static gboolean
keep_old (const char *path,
          gpointer    user_data,
          GError    **error)
{
  const Way *way = user_data;
  g_autoptr (TillDb) db = till_db_open_alone (path, error);
  gint64 n_faults;

  if (!db || !till_backup_copy_pages (way->old, db, error) ||
      !till_db_get_int (db, "SELECT count(*) FROM pragma_integrity_check "
                        "WHERE integrity_check <> 'ok'", &n_faults, error))
    return FALSE;

  if (n_faults > 0)
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE,
                 _("%s: the journal is damaged; keep the file, and take up the newest one from the "
                   "backups folder"), way->old->path);
  return n_faults == 0;
}

/* backups/journal-v1-20261122.db, by the day of the last row, or the same with a number. */
static char *
name_backup (const Way *way,
             GError   **error)
{
  g_autofree char *dir = g_path_get_dirname (way->old->path);
  g_autofree char *folder = g_build_filename (dir, "backups", NULL);
  gint64 day;

  if (!till_db_get_int (way->old, "SELECT day FROM row ORDER BY seq DESC LIMIT 1", &day, error))
    return NULL;
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_READ_ONLY,
                 _("%s: the folder cannot be made (%s)"), folder, g_strerror (errno));
    return NULL;
  }

  for (guint i = 1; i <= MAX_BACKUPS_A_DAY; i++) {
    g_autofree char *number = i == 1 ? g_strdup ("") : g_strdup_printf ("-%u", i);
    g_autofree char *path = g_strdup_printf ("%s/journal-v%d-%d%s.db", folder, way->from, (int) day,
                                             number);

    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&path);
  }

  g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_EXISTS,
               _("%s: too many copies of this journal lie here; the first steps of a new version "
                 "fail again and again"), folder);
  return NULL;
}

static gboolean
migrate (Way     *way,
         GError **error)
{
  const char *path = way->old->path;
  g_autofree char *backup = name_backup (way, error);
  g_autofree char *new_path = g_strconcat (path, ".new", NULL);

  if (!backup || !till_folder_make_file (backup, keep_old, way, error))
    return FALSE;

  /* One that was finished and did not take its place is of an older moment. */
  g_unlink (new_path);
  if (!till_folder_make_file (new_path, make_new, way, error))
    return FALSE;
  if (g_rename (new_path, path) != 0) {
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_IO, _("%s: the disk failed (%s)"),
                 path, g_strerror (errno));
    return FALSE;
  }

  return till_folder_sync (path, error);
}

/**
 * till_migrate:
 * @path: a journal
 * @steps: how one version becomes the next
 * @version: the version wanted
 * @error: set to a #TillJournalError: %TILL_JOURNAL_ERROR_LOCKED where another program has it open
 *
 * Makes the journal one of @version, if it is older, and keeps the old one among the backups.
 *
 * Returns: %FALSE with @error; the file is then as it was
 */
gboolean
till_migrate (const char          *path,
              const TillMigration *steps,
              int                  version,
              GError             **error)
{
  g_autoptr (TillDb) db = till_db_open (path, FALSE, error);
  Way way = { .steps = steps, .to = version };

  if (!db || !till_schema_read_version (db, version, &way.from, error))
    return FALSE;
  if (way.from == version)
    return TRUE;

  g_clear_pointer (&db, till_db_close);
  db = till_db_open_alone (path, error);
  /* It may have been done while this program waited. */
  if (!db || !till_schema_read_version (db, version, &way.from, error))
    return FALSE;
  if (way.from == version)
    return TRUE;

  way.old = db;
  return migrate (&way, error);
}
