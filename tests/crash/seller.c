/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include <dlfcn.h>
#include <stdlib.h>

/* Sells over a journal of its own in the folder given, and says of each row when the journal has
 * acknowledged it. `seller DIR ROWS SEED`; run under calls.c, which writes down what is said.
 *
 *   "journal"       it was made
 *   "rows N"        rows 1 to N are acknowledged
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

static void
appended_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Burst *burst = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillRow) row = till_journal_append_finish (burst->fixture->journal, result, &error);

  g_assert_no_error (error);
  burst->n_waiting--;
  burst->n_rows = say_rows (burst->fixture, row->seq);
}

/* Several sales at once, which may share a transaction. */
static gint64
sell_burst (Fixture *fixture,
            gint64   n_rows)
{
  Burst burst = { fixture, n_rows, (guint) g_rand_int_range (fixture->rand, 2, BURST_MAX + 1) };

  for (guint i = burst.n_waiting; i > 0; i--) {
    g_autoptr (TillSale) sale = till_sale_new ();
    g_autofree char *number = fixture_number (fixture);
    g_autoptr (TillRow) row = fixture_ask (fixture, sale, TILL_KIND_CHARGE, number);

    till_journal_append_async (fixture->journal, row, appended_cb, &burst);
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

    if (dice < 10) {
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

  g_assert_cmpint (argc, ==, 4);
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
