/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/history.h"

#include "store/hasher.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The journal against what the machine can do at best, by turns in one run:
 *
 *   a durable row     against overwriting 16 KB and fdatasync
 *   pages of the log  a row, exact
 *   CPU of a row      in memory, where there is a file system in memory
 *   a verification    against reading all columns and hashing as many bytes
 *
 * bench-journal [ROWS TO VERIFY] [FOLDER]: the folder is on the disk that is measured. */

#define ROW_GOAL    1.8
#define FRAMES_GOAL 5.0
#define CPU_GOAL_US 60.0
#define VERIFY_GOAL 1.4

#define N_ROUNDS     40
#define N_PER_ROUND  50
#define N_WARM       1500
#define N_CPU_ROWS   20000
#define N_VERIFIES   9
#define N_AT_ONCE    256
#define FLOOR_BYTES  16384

static double
clock_us (clockid_t id)
{
  struct timespec at;

  clock_gettime (id, &at);
  return (double) at.tv_sec * 1e6 + (double) at.tv_nsec / 1e3;
}

static int
compare_doubles (const void *a,
                 const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
quantile (double *values,
          guint   n_values,
          double  part)
{
  qsort (values, n_values, sizeof *values, compare_doubles);

  return values[(guint) ((n_values - 1) * part)];
}

static gboolean
print (const char *what,
       double     *ratios,
       guint       n_ratios,
       double      goal)
{
  double median = quantile (ratios, n_ratios, 0.5);

  g_print ("%s: %.2f (quartiles %.2f to %.2f), goal %.2f%s\n", what, median,
           quantile (ratios, n_ratios, 0.25), quantile (ratios, n_ratios, 0.75), goal,
           median <= goal ? "" : " MISSED");
  return median <= goal;
}

/* One row, waited for, after overwriting and forcing as much. */
static void
time_one (History *history,
          int      fd,
          Story   *story,
          double  *floor_us,
          double  *row_us)
{
  static const char bytes[FLOOR_BYTES] = { 0x5a };
  g_autoptr (TillRow) row = history_next_row (history, story);
  double begun_us = clock_us (CLOCK_MONOTONIC), between_us;

  if (pwrite (fd, bytes, sizeof bytes, 0) != sizeof bytes || fdatasync (fd) != 0)
    g_error ("the floor cannot be measured");
  between_us = clock_us (CLOCK_MONOTONIC);
  history_append (history, story, row);
  history_wait (history);

  *floor_us = between_us - begun_us;
  *row_us = clock_us (CLOCK_MONOTONIC) - between_us;
}

static gboolean
print_rows (double           *ratios,
            double           *floors_us,
            double           *rows_us,
            TillWriterCounts  before,
            TillWriterCounts  after)
{
  double frames = (double) (after.n_frames - before.n_frames) / (N_ROUNDS * N_PER_ROUND);
  gboolean is_met;

  g_print ("durable row %.0f us, overwriting 16 KB and fdatasync %.0f us\n",
           quantile (rows_us, N_ROUNDS, 0.5), quantile (floors_us, N_ROUNDS, 0.5));
  is_met = print ("durable row / floor", ratios, N_ROUNDS, ROW_GOAL);

  return print ("pages of the log a row", &frames, 1, FRAMES_GOAL) && is_met;
}

static gboolean
measure_row (const char *folder)
{
  History history;
  Story story = { 0 };
  g_autofree char *floor_path = NULL;
  double ratios[N_ROUNDS], floors_us[N_ROUNDS], rows_us[N_ROUNDS];
  TillWriterCounts before, after;
  int fd;

  history_open (&history, folder, TILL_JOURNAL_DEFAULT);
  floor_path = g_build_filename (history.dir, "floor", NULL);
  fd = open (floor_path, O_RDWR | O_CREAT, 0600);
  /* The log as large as it will be: to overwrite is what is measured. */
  history_sell (&history, N_WARM, 1);

  before = till_writer_get_counts (history.journal->writer);
  for (guint round = 0; round < N_ROUNDS; round++) {
    double floor_each[N_PER_ROUND], row_each[N_PER_ROUND];

    for (guint i = 0; i < N_PER_ROUND; i++)
      time_one (&history, fd, &story, &floor_each[i], &row_each[i]);
    floors_us[round] = quantile (floor_each, N_PER_ROUND, 0.5);
    rows_us[round] = quantile (row_each, N_PER_ROUND, 0.5);
    ratios[round] = rows_us[round] / floors_us[round];
  }
  after = till_writer_get_counts (history.journal->writer);

  close (fd);
  history_close (&history);
  g_free (story.sale);
  g_free (story.payment);
  return print_rows (ratios, floors_us, rows_us, before, after);
}

static gboolean
measure_cpu (const char *folder)
{
  gboolean has_memory = g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR);
  History history;
  double begun_us, cpu_us;

  history_open (&history, has_memory ? "/dev/shm" : folder, TILL_JOURNAL_INLINE);
  history_sell (&history, N_WARM, 1);
  begun_us = clock_us (CLOCK_PROCESS_CPUTIME_ID);
  history_sell (&history, N_CPU_ROWS, 1);
  cpu_us = (clock_us (CLOCK_PROCESS_CPUTIME_ID) - begun_us) / N_CPU_ROWS;
  history_close (&history);

  return print (has_memory ? "CPU of a row in memory, us" : "CPU of a row on the disk, us", &cpu_us,
                1, CPU_GOAL_US);
}

/* All columns of all rows through SQLite's door. */
static void
read_all (const char *path)
{
  g_autoptr (TillDb) db = till_db_open (path, FALSE, NULL);
  sqlite3_stmt *statement =
      till_db_prepare (db, "SELECT " TILL_ROW_COLUMNS " FROM row ORDER BY seq", NULL);
  guint64 sum = 0;

  while (till_db_step (db, statement, NULL) == TILL_DB_ROW) {
    for (int i = 0; i < TILL_ROW_N_COLUMNS; i++) {
      int type = sqlite3_column_type (statement, i);

      if (type == SQLITE_INTEGER)
        sum += (guint64) sqlite3_column_int64 (statement, i);
      else if (type != SQLITE_NULL)
        sum += *(const guint8 *) sqlite3_column_blob (statement, i);
    }
  }
  g_assert_cmpuint (sum, >, 0);
}

static gboolean
count_bytes_cb (const TillRow *row,
                gpointer       user_data)
{
  guint64 *n_bytes = user_data;

  *n_bytes += TILL_ROW_HEX_CHARS + 1;
  for (int i = 0; i < TILL_ROW_N_FIELDS; i++) {
    TillRowValue value;
    g_autofree char *text = NULL;

    if (!till_row_get_value (row, i, &value))
      continue;
    text = value.text ? g_strdup (value.text) : g_strdup_printf ("%" G_GINT64_FORMAT, value.number);
    *n_bytes += strlen (till_row_field_name (i, NULL)) + strlen (text) +
                (strlen (text) > 9 ? 5 : 4);
  }

  return TRUE;
}

/* As many bytes as stand under the hashes, a row at a time. */
static void
hash_all (guint   n_rows,
          guint64 n_bytes)
{
  EVP_MD *algorithm = EVP_MD_fetch (NULL, "SHA256", NULL);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  gsize n_each = (gsize) (n_bytes / n_rows);
  g_autofree guint8 *bytes = g_malloc0 (n_each);
  guint8 hash[TILL_ROW_HASH_BYTES];

  for (guint i = 0; i < n_rows; i++) {
    EVP_DigestInit_ex2 (context, algorithm, NULL);
    EVP_DigestUpdate (context, bytes, n_each);
    EVP_DigestFinal_ex (context, hash, NULL);
    bytes[0] = hash[0];
  }
  EVP_MD_CTX_free (context);
  EVP_MD_free (algorithm);
}

/* The pass of reading and the pass of hashing, then a verification. */
static void
time_verify (History *history,
             guint    n_rows,
             guint64  n_bytes,
             double  *floor_us,
             double  *verify_us,
             double  *cpu_ratio)
{
  double begun_us = clock_us (CLOCK_MONOTONIC), cpu_us = clock_us (CLOCK_PROCESS_CPUTIME_ID);
  double between_us, cpu_between_us;
  g_auto (TillVerdict) verdict = { 0 };
  g_autoptr (GError) error = NULL;

  read_all (history->path);
  hash_all (n_rows, n_bytes);
  between_us = clock_us (CLOCK_MONOTONIC);
  cpu_between_us = clock_us (CLOCK_PROCESS_CPUTIME_ID);
  if (!till_journal_verify (history->journal, 1, NULL, NULL, NULL, &verdict, &error) ||
      verdict.first_bad_seq || !verdict.caches_agree)
    g_error ("%s", error ? error->message : "the journal is not whole");

  *floor_us = between_us - begun_us;
  *verify_us = clock_us (CLOCK_MONOTONIC) - between_us;
  *cpu_ratio = (clock_us (CLOCK_PROCESS_CPUTIME_ID) - cpu_between_us) / (cpu_between_us - cpu_us);
}

static gboolean
measure_verify (const char *folder,
                guint       n_rows)
{
  History history;
  double ratios[N_VERIFIES], cpu_ratios[N_VERIFIES], floors_us[N_VERIFIES], verifies_us[N_VERIFIES];
  guint64 n_bytes = 0;

  history_open (&history, folder, TILL_JOURNAL_DEFAULT);
  history_sell (&history, n_rows, N_AT_ONCE);
  n_rows = history.n_rows;
  till_journal_each_row (history.journal, 0, 0, count_bytes_cb, &n_bytes, NULL);
  for (guint i = 0; i < N_VERIFIES; i++) {
    time_verify (&history, n_rows, n_bytes, &floors_us[i], &verifies_us[i], &cpu_ratios[i]);
    ratios[i] = verifies_us[i] / floors_us[i];
  }
  history_close (&history);

  g_print ("verification of %u rows %.0f ms, reading and hashing %.0f ms, CPU %.2f times as much\n",
           n_rows, quantile (verifies_us, N_VERIFIES, 0.5) / 1e3,
           quantile (floors_us, N_VERIFIES, 0.5) / 1e3, quantile (cpu_ratios, N_VERIFIES, 0.5));
  return print ("verification / floor, on two cores", ratios, N_VERIFIES, VERIFY_GOAL);
}

int
main (int   argc,
      char *argv[])
{
  guint n_rows = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 200000;
  const char *folder = argc > 2 ? argv[2] : ".";
  gboolean is_met = measure_row (folder);

  is_met &= measure_cpu (folder);
  is_met &= measure_verify (folder, MAX (n_rows, 1));

  return is_met ? 0 : 1;
}
