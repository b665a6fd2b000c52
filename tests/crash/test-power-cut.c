/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disk-image.h"
#include "fault-vfs.h"
#include "journal-fixture.h"
#include "recording.h"
#include "scratch.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* A program's write log is played to random points, and the power goes there. Whatever is left on
 * the disk opens, is whole, and holds all that somebody was told before.
 *
 * `test-power-cut CALLS.SO SELLER TILL`; TILL_CRASH_SEED=N draws the same cuts again, and
 * TILL_CRASH_CUTS=N so many. Where it fails the log and the image stay. */

#define CUTS      300
#define INIT_CUTS 60
#define FORGETTINGS     12
#define FORGETTING_CUTS 25
#define SOON_RECORDS    16
#define ROWS      "900"

static char **programs;
static guint32 seed;

/* What the program had said when the power went. */
typedef struct {
  gboolean    journal;
  gint64      n_rows;
  GHashTable *refused;  /* the numbers of payments */
  GHashTable *backups;  /* name → as a gint64, how many rows at least */
} Said;

typedef struct {
  guint  n_held;
  guint  n_lost;        /* images without a row that was acknowledged, or without the journal */
  gint64 n_rows;        /* acknowledged, and found */
} Outcome;

static gboolean
keep_hash_cb (const TillRow *row,
              gpointer       user_data)
{
  g_ptr_array_add (user_data, g_memdup2 (row->hash, sizeof row->hash));

  return TRUE;
}

static Recording *
record_seller (const char *variable,
               const char *value)
{
  Recording *run = recording_new ();
  g_autofree char *number = g_strdup_printf ("%u", seed);
  char *words[] = { programs[1], run->folder, (char *) ROWS, number,
                    (char *) (g_strcmp0 (variable, CRASH_ENV_FAULT) == 0 ? "ill" : "well"), NULL };
  g_autofree char *path = g_build_filename (run->folder, "journal.db", NULL);
  g_autoptr (TillJournal) journal = NULL;
  g_autoptr (GError) error = NULL;

  recording_run (run, programs[0], words, variable, value);
  journal = till_journal_open (path, TILL_JOURNAL_READ_ONLY, &error);
  g_assert_no_error (error);
  till_journal_each_row (journal, 0, 0, keep_hash_cb, run->hashes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (run->hashes->len, >=, (guint) atoi (ROWS));

  return run;
}

static void
hear (Said              *said,
      const CrashRecord *record,
      const char        *bytes)
{
  g_autofree char *text = g_strndup (bytes, record->n_bytes);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  if (strcmp (words[0], "journal") == 0) {
    said->journal = TRUE;
  } else if (strcmp (words[0], "rows") == 0) {
    said->n_rows = g_ascii_strtoll (words[1], NULL, 10);
  } else if (strcmp (words[0], "refused") == 0) {
    g_hash_table_add (said->refused, g_strdup (words[1]));
  } else {
    gint64 n_rows = g_ascii_strtoll (words[2], NULL, 10);

    g_assert_cmpstr (words[0], ==, "backup");
    g_hash_table_insert (said->backups, g_strdup (words[1]), g_memdup2 (&n_rows, sizeof n_rows));
  }
}

typedef struct {
  const Recording *run;
  const Said      *said;
  char            *what;   /* is wrong */
} Comparison;

/* A row that was acknowledged is the one that was written. What comes after may be of a commit that
 * was under way, but none that was refused. */
static gboolean
compare_row_cb (const TillRow *row,
                gpointer       user_data)
{
  Comparison *comparison = user_data;
  const GPtrArray *hashes = comparison->run->hashes;
  guint index = (guint) row->seq - 1;

  if (row->seq <= comparison->said->n_rows &&
      (index >= hashes->len || memcmp (row->hash, hashes->pdata[index], sizeof row->hash) != 0))
    comparison->what = g_strdup_printf ("row %u was never written", index + 1);
  else if (g_hash_table_contains (comparison->said->refused, row->payment))
    comparison->what = g_strdup_printf ("row %u was refused", index + 1);

  return comparison->what == NULL;
}

static char *
compare_rows (TillJournal     *journal,
              const Recording *run,
              const Said      *said,
              gint64          *n_rows)
{
  Comparison comparison = { run, said, NULL };
  g_auto (TillVerdict) verdict = { 0 };
  g_autoptr (GError) error = NULL;

  if (!till_journal_verify (journal, 1, NULL, NULL, NULL, &verdict, &error) ||
      !till_journal_each_row (journal, 0, 0, compare_row_cb, &comparison, &error))
    return g_strdup (error->message);
  if (verdict.first_bad_seq || verdict.what || !verdict.caches_agree)
    return g_strdup_printf ("not whole: %s", verdict.what ? verdict.what : "its caches");

  *n_rows = verdict.n_rows;
  return comparison.what;
}

/* The till that starts again after the cut goes on selling. */
static char *
sell_one (TillJournal *journal)
{
  Fixture fixture = { .day = 20270116, .now_us = G_GINT64_CONSTANT (1800086400000000),
                      .rand = g_rand_new_with_seed (seed), .n_numbers = 1000000 };
  g_autoptr (TillSale) sale = till_sale_new ();
  g_autofree char *number = fixture_number (&fixture);
  g_autoptr (TillRow) row = fixture_ask (&fixture, sale, TILL_KIND_CHARGE, number);
  g_autoptr (GError) error = NULL;
  g_autoptr (TillRow) kept = append_and_wait (journal, row, &error);
  g_auto (TillVerdict) verdict = { 0 };

  g_rand_free (fixture.rand);
  if (!kept || !till_journal_verify (journal, kept->seq, NULL, NULL, NULL, &verdict, &error))
    return g_strdup_printf ("it does not go on: %s", error->message);

  return verdict.first_bad_seq ? g_strdup ("the next row does not follow") : NULL;
}

/* What is wrong with the journal in an image, or NULL. */
static char *
check_journal (const char      *folder,
               const Recording *run,
               const Said      *said,
               gboolean        *is_lost)
{
  g_autofree char *path = g_build_filename (folder, "journal.db", NULL);
  g_autoptr (TillJournal) journal = NULL;
  g_autoptr (GError) error = NULL;
  gint64 n_rows = 0;
  char *what;

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    *is_lost = said->journal;
    return said->journal ? g_strdup ("there is no journal") : NULL;
  }

  journal = till_journal_open (path, TILL_JOURNAL_INLINE, &error);
  if (!journal)
    return g_strdup (error->message);
  what = compare_rows (journal, run, said, &n_rows);
  if (what)
    return what;

  *is_lost = n_rows < said->n_rows;
  if (*is_lost)
    return g_strdup_printf ("%" G_GINT64_FORMAT " rows of %" G_GINT64_FORMAT, n_rows,
                            said->n_rows);

  return sell_one (journal);
}

/* A copy that has its name is whole, and one that was reported is there. */
static char *
check_backup (const char      *folder,
              const Recording *run,
              const Said      *said,
              const char      *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  const gint64 *n_rows_said = g_hash_table_lookup (said->backups, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (TillJournal) journal = till_journal_open (path, TILL_JOURNAL_READ_ONLY, &error);
  gint64 n_rows = 0;
  char *what;

  if (!journal)
    return g_strdup (error->message);
  what = compare_rows (journal, run, said, &n_rows);
  if (what)
    return what;

  return n_rows_said && n_rows < *n_rows_said ? g_strdup_printf ("%s lacks rows", name) : NULL;
}

static char *
check_backups (const char      *folder,
               const Recording *run,
               const Said      *said)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  const char *name;
  gpointer key;

  while ((name = g_dir_read_name (dir))) {
    char *what;

    if (!g_str_has_prefix (name, "backup-") || !g_str_has_suffix (name, ".db"))
      continue;
    g_hash_table_add (found, g_strdup (name));
    what = check_backup (folder, run, said, name);
    if (what)
      return what;
  }

  g_hash_table_iter_init (&iter, said->backups);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (found, key))
      return g_strdup_printf ("%s is not there", (char *) key);

  return NULL;
}

static int
compare_points (gconstpointer a,
                gconstpointer b)
{
  return *(const guint *) a < *(const guint *) b ? -1 : *(const guint *) a > *(const guint *) b;
}

/* The records that tell of a sync that failed. */
static GArray *
find_forgotten (const Recording *run)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < run->records->len; i++) {
    CrashRecord record;

    memcpy (&record, run->records->pdata[i], sizeof record);
    if (record.kind == CRASH_FORGET)
      g_array_append_val (found, i);
  }

  return found;
}

/* Where the power goes: after so many records, in their order; once after the last, and every other
 * time soon after a sync has failed, if any has. */
static GArray *
draw_points (const Recording *run,
             guint            n_cuts,
             GRand           *rand)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) forgotten = find_forgotten (run);

  for (guint i = 1; i < n_cuts; i++) {
    guint point = (guint) g_rand_int_range (rand, 0, (gint32) run->records->len);

    if (forgotten->len && i % 2) {
      guint index = (guint) g_rand_int_range (rand, 0, (gint32) forgotten->len);
      guint soon = (guint) g_rand_int_range (rand, 1, SOON_RECORDS);

      point = MIN (g_array_index (forgotten, guint, index) + soon, run->records->len);
    }
    g_array_append_val (points, point);
  }
  g_array_append_val (points, run->records->len);
  g_array_sort (points, compare_points);

  return points;
}

static guint64
inode_of (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return status.st_ino;
}

/* What is wrong with the image in @folder, or NULL. */
typedef char *(*CheckFunc) (const char *folder, const Recording *run, const Said *said,
                            gboolean is_end, Outcome *outcome);

/* Plays the log and cuts the power at @n_cuts points; @ignored, an inode or 0, is never forced to
 * the disk. The first @what that is wrong is kept. */
static Outcome
cut (const Recording *run,
     guint            n_cuts,
     guint64          ignored,
     CheckFunc        check,
     char           **first)
{
  guint64 root = inode_of (run->folder);
  g_autoptr (DiskImage) disk = disk_image_new (root, seed);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (GArray) points = draw_points (run, n_cuts, rand);
  Said said = {
    .refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .backups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
  };
  Outcome outcome = { 0 };
  guint n_played = 0;

  for (guint i = 0; i < points->len; i++) {
    g_autofree char *folder = g_strdup_printf ("%s/image-%u", run->dir, i);
    g_autofree char *what = NULL;

    for (; n_played < g_array_index (points, guint, i); n_played++) {
      const char *at = run->records->pdata[n_played];
      CrashRecord record;

      memcpy (&record, at, sizeof record);
      if (record.kind == CRASH_SAID)
        hear (&said, &record, at + sizeof record);
      if (record.kind != CRASH_SYNC || record.inode != ignored)
        disk_image_apply (disk, &record, (const guint8 *) at + sizeof record);
    }

    /* The last cut, after all that there was, is at its hardest. */
    disk_image_cut (disk, (DiskTemper) ((points->len - 1 - i) % DISK_N_TEMPERS), rand, folder);
    what = check (folder, run, &said, n_played == run->records->len, &outcome);
    outcome.n_held += what ? 0 : 1;
    if (what && !*first)
      *first = g_strdup_printf ("cut %u, after record %u of %u: %s", i, n_played,
                                run->records->len, what);
    else
      scratch_remove (folder);
  }

  g_hash_table_unref (said.refused);
  g_hash_table_unref (said.backups);
  return outcome;
}

static char *
check_seller (const char      *folder,
              const Recording *run,
              const Said      *said,
              gboolean         is_end,
              Outcome         *outcome)
{
  gboolean is_lost = FALSE;
  char *what = check_journal (folder, run, said, &is_lost);

  outcome->n_lost += is_lost ? 1 : 0;
  outcome->n_rows += what ? 0 : said->n_rows;

  return what ? what : check_backups (folder, run, said);
}

static guint
count_cuts (void)
{
  const char *text = g_getenv ("TILL_CRASH_CUTS");

  return text ? (guint) atoi (text) : CUTS;
}

/* As the till runs: nothing that was acknowledged is ever lost. */
static void
test_full (void)
{
  g_autoptr (Recording) run = record_seller (NULL, NULL);
  g_autofree char *first = NULL;
  Outcome outcome = cut (run, count_cuts (), 0, check_seller, &first);

  g_test_message ("power cuts %u/%u, %" G_GINT64_FORMAT " acknowledged rows held; seed %u",
                  outcome.n_held, count_cuts (), outcome.n_rows, seed);
  if (first)
    g_test_message ("%s", first);
  if (outcome.n_held < count_cuts ())
    g_test_fail ();
}

/* That this test can fail: with less care the images are whole, but rows are lost. */
static void
test_normal (void)
{
  g_autoptr (Recording) run = record_seller (CRASH_ENV_SYNCHRONOUS, "NORMAL");
  g_autofree char *first = NULL;
  Outcome outcome = cut (run, count_cuts (), 0, check_seller, &first);

  g_test_message ("synchronous=NORMAL: %u of %u power cuts lost acknowledged rows; seed %u",
                  outcome.n_lost, count_cuts (), seed);
  g_assert_cmpuint (outcome.n_lost, >, count_cuts () / 10);
  g_assert_cmpuint (outcome.n_lost + outcome.n_held, ==, count_cuts ());
}

/* The same for names: were the folder not forced to the disk, the journal would vanish. */
static void
test_no_folder (void)
{
  g_autoptr (Recording) run = record_seller (NULL, NULL);
  g_autofree char *first = NULL;
  Outcome outcome = cut (run, count_cuts () / 3, inode_of (run->folder), check_seller, &first);

  g_test_message ("folder not synced: %u of %u power cuts lost the journal or its rows; seed %u",
                  outcome.n_lost, count_cuts () / 3, seed);
  g_assert_cmpuint (outcome.n_lost, >, count_cuts () / 30);
}

/* A sync fails, and nobody knows what of it is on the disk: what was acknowledged before and
 * afterwards is there all the same, and what was refused never is. */
static void
test_forgotten (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint n_held = 0, n_forgotten = 0;
  gint64 n_rows = 0;

  for (guint i = 0; i < FORGETTINGS; i++) {
    g_autofree char *fault = g_strdup_printf ("sync %d 5 %s", g_rand_int_range (rand, 20, 150),
                                              i % 2 ? "once" : "twice");
    g_autoptr (Recording) run = record_seller (CRASH_ENV_FAULT, fault);
    g_autoptr (GArray) forgotten = find_forgotten (run);
    g_autofree char *first = NULL;
    Outcome outcome = cut (run, FORGETTING_CUTS, 0, check_seller, &first);

    n_forgotten += forgotten->len;
    n_held += outcome.n_held;
    n_rows += outcome.n_rows;
    if (first)
      g_test_message ("%s: %s", fault, first);
    if (outcome.n_held < FORGETTING_CUTS)
      g_test_fail ();
  }
  g_test_message ("%u syncs failed, power cuts %u/%u, %" G_GINT64_FORMAT
                  " acknowledged rows held; seed %u", n_forgotten, n_held,
                  FORGETTINGS * FORGETTING_CUTS, n_rows, seed);
  g_assert_cmpuint (n_forgotten, >=, FORGETTINGS / 2);
}

/* The first file of @wanted that is not the same in @found, or NULL. */
static char *
compare_trees (const char *wanted,
               const char *found)
{
  g_autoptr (GDir) dir = g_dir_open (wanted, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir))) {
    g_autofree char *a = g_build_filename (wanted, name, NULL);
    g_autofree char *b = g_build_filename (found, name, NULL);
    g_autofree char *a_bytes = NULL, *b_bytes = NULL;
    gsize a_size, b_size;
    char *what = NULL;

    if (g_file_test (a, G_FILE_TEST_IS_DIR)) {
      what = g_file_test (b, G_FILE_TEST_IS_DIR) ? compare_trees (a, b)
                                                 : g_strdup_printf ("%s is not there", b);
      if (what)
        return what;
      continue;
    }
    if (!g_file_get_contents (a, &a_bytes, &a_size, NULL) ||
        !g_file_get_contents (b, &b_bytes, &b_size, NULL) || a_size != b_size ||
        memcmp (a_bytes, b_bytes, a_size) != 0)
      return g_strdup_printf ("%s is not what was written", b);
  }

  return NULL;
}

/* Where profile.ini is, all is; where it is not, init makes all that is missing. */
static char *
check_init (const char      *folder,
            const Recording *run,
            const Said      *said,
            gboolean         is_end,
            Outcome         *outcome)
{
  g_autofree char *shop = g_build_filename (folder, "shop", NULL);
  g_autofree char *whole = g_build_filename (run->folder, "shop", NULL);
  g_autofree char *ini = g_build_filename (shop, "profile.ini", NULL);
  char *words[] = { programs[2], (char *) "--profile", shop, (char *) "init", (char *) "--demo",
                    NULL };
  g_autofree char *said_words = NULL;
  int status;

  if (g_file_test (ini, G_FILE_TEST_EXISTS))
    return compare_trees (whole, shop);
  if (is_end)
    return g_strdup ("init was done, and there is no profile");

  if (!g_spawn_sync (NULL, words, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said_words,
                     &status, NULL) || status != 0)
    return g_strdup_printf ("init cannot be done again: %s", said_words);

  return compare_trees (whole, shop);
}

static void
test_init (void)
{
  g_autoptr (Recording) run = recording_new ();
  g_autofree char *shop = g_build_filename (run->folder, "shop", NULL);
  char *words[] = { programs[2], (char *) "--profile", shop, (char *) "init", (char *) "--demo",
                    NULL };
  g_autofree char *first = NULL;
  Outcome outcome;

  recording_run (run, programs[0], words, NULL, NULL);
  outcome = cut (run, INIT_CUTS, 0, check_init, &first);
  g_test_message ("power cuts during init %u/%u; seed %u", outcome.n_held, INIT_CUTS, seed);
  if (first)
    g_test_message ("%s", first);
  if (outcome.n_held < INIT_CUTS)
    g_test_fail ();
}

int
main (int   argc,
      char *argv[])
{
  const char *text = g_getenv ("TILL_CRASH_SEED");

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 4);
  programs = argv + 1;
  seed = text ? (guint32) g_ascii_strtoull (text, NULL, 10) : g_random_int ();
  fault_vfs_install ();

  g_test_add_func ("/power-cut/full", test_full);
  g_test_add_func ("/power-cut/normal", test_normal);
  g_test_add_func ("/power-cut/no-folder", test_no_folder);
  g_test_add_func ("/power-cut/forgotten", test_forgotten);
  g_test_add_func ("/power-cut/init", test_init);

  return g_test_run ();
}
