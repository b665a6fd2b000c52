/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include <dlfcn.h>
#include <stdlib.h>

/* Sells over a journal of its own in the folder given, and says of each row when the journal has
 * acknowledged it. `seller DIR ROWS SEED HOW`; run under calls.c, which writes down what is said.
 * HOW is "well", or "ill" where the disk may fail, and then a row may be refused.
 *
 *   "journal"       it was made
 *   "rows N"        rows 1 to N are acknowledged
 *   "refused NUMBER" the row that begins this payment is not there, and never will be
 *   "backup NAME N" a copy was made and verified, with at least N rows */

#define BURST_MAX 12

typedef void (*SayFunc) (const char *words);

static void
say (const char *words)
{
  SayFunc func = (SayFunc) dlsym (RTLD_DEFAULT, "crash_log_said");

  g_assert_nonnull (func);
  func (words);
}

static void
say_number (const char *word,
            const char *number)
{
  g_autofree char *words = g_strdup_printf ("%s %s", word, number);

  say (words);
}

static gint64
say_rows (Fixture *fixture,
          gint64   n_rows)
{
  g_autofree char *words = g_strdup_printf ("rows %" G_GINT64_FORMAT, n_rows);

  say (words);
  return n_rows;
}

typedef struct {
  Fixture *fixture;
  gint64   n_rows;     /* acknowledged */
  guint    n_waiting;
} Burst;

/* One of them. */
typedef struct {
  Burst *burst;
  char  *number;
} Sale;

static gboolean is_ill;

/* Whoever is told that it is uncertain knows neither. */
static void
hear_refusal (const char   *number,
              const GError *error)
{
  g_assert_true (is_ill);
  if (!g_error_matches (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_UNCERTAIN))
    say_number ("refused", number);
}

static void
appended_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Sale *sale = user_data;
  Burst *burst = sale->burst;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillRow) row = till_journal_append_finish (burst->fixture->journal, result, &error);

  burst->n_waiting--;
  if (row)
    burst->n_rows = say_rows (burst->fixture, row->seq);
  else
    hear_refusal (sale->number, error);

  g_free (sale->number);
  g_free (sale);
}

/* Several sales at once, which may share a transaction. */
static gint64
sell_burst (Fixture *fixture,
            gint64   n_rows)
{
  Burst burst = { fixture, n_rows, (guint) g_rand_int_range (fixture->rand, 2, BURST_MAX + 1) };

  for (guint i = burst.n_waiting; i > 0; i--) {
    g_autoptr (TillSale) none = till_sale_new ();
    Sale *sale = g_new (Sale, 1);
    g_autoptr (TillRow) row = NULL;

    *sale = (Sale) { &burst, fixture_number (fixture) };
    row = fixture_ask (fixture, none, TILL_KIND_CHARGE, sale->number);
    till_journal_append_async (fixture->journal, row, appended_cb, sale);
  }
  while (burst.n_waiting)
    g_main_context_iteration (NULL, TRUE);

  return burst.n_rows;
}

static void
back_up (Fixture *fixture,
         gint64   n_rows)
{
  g_autofree char *name = g_strdup_printf ("backup-%" G_GINT64_FORMAT ".db", n_rows);
  g_autofree char *path = g_build_filename (fixture->dir, name, NULL);
  g_autofree char *words = g_strdup_printf ("backup %s %" G_GINT64_FORMAT, name, n_rows);
  g_autoptr (GError) error = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return;

  till_journal_backup (fixture->journal, path, &error);
  g_assert_no_error (error);
  say (words);
}

static void
sell (Fixture *fixture,
      gint64   n_wanted)
{
  for (gint64 n_rows = 0; n_rows < n_wanted;) {
    int dice = g_rand_int_range (fixture->rand, 0, 200);

    if (dice < 10 || is_ill) {
      n_rows = sell_burst (fixture, n_rows);
    } else if (dice < 12) {
      fixture_reopen (fixture, dice & 1 ? TILL_JOURNAL_INLINE : TILL_JOURNAL_DEFAULT);
    } else if (dice < 13) {
      back_up (fixture, n_rows);
    } else {
      fixture_wander (fixture, 1);
      n_rows = say_rows (fixture, n_rows + 1);
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  Fixture fixture = { .now_us = G_GINT64_CONSTANT (1800000000000000), .day = 20270115 };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (argc, ==, 5);
  is_ill = g_str_equal (argv[4], "ill");
  fixture.dir = argv[1];
  fixture.path = g_build_filename (argv[1], "journal.db", NULL);
  fixture.sales = g_ptr_array_new_with_free_func ((GDestroyNotify) till_sale_free);
  fixture.rand = g_rand_new_with_seed ((guint32) strtoul (argv[3], NULL, 10));

  till_journal_create (fixture.path, &error);
  g_assert_no_error (error);
  say ("journal");
  fixture_reopen (&fixture, TILL_JOURNAL_DEFAULT);
  sell (&fixture, g_ascii_strtoll (argv[2], NULL, 10));

  till_journal_close (fixture.journal);
  g_ptr_array_unref (fixture.sales);
  g_rand_free (fixture.rand);
  g_free (fixture.path);

  return 0;
}
