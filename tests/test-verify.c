/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"
#include "store/hasher.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void
look (Fixture     *fixture,
      gint64       from_seq,
      GHashTable  *anchors,
      TillVerdict *verdict)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done;

  is_done = till_journal_verify (fixture->journal, from_seq, anchors, NULL, NULL, verdict, &error);
  g_assert_no_error (error);
  g_assert_true (is_done);
  g_test_message ("bad %" G_GINT64_FORMAT " caches %d: %s", verdict->first_bad_seq,
                  verdict->caches_agree, verdict->what ? verdict->what : "whole");
}

static void
assert_whole (Fixture *fixture)
{
  g_auto (TillVerdict) verdict = { 0 };

  look (fixture, 1, NULL, &verdict);
  g_assert_cmpint (verdict.first_bad_seq, ==, 0);
  g_assert_null (verdict.what);
  g_assert_true (verdict.caches_agree);
}

/* Does to the file what its triggers forbid, and puts them back. */
static void
tamper (Fixture    *fixture,
        const char *sql)
{
  g_autofree char *all = g_strconcat (
      "BEGIN; CREATE TEMP TABLE kept AS SELECT sql FROM sqlite_schema WHERE type = 'trigger';"
      "DROP TRIGGER row_no_update; DROP TRIGGER row_no_delete;", sql, ";"
      "CREATE TRIGGER row_no_update BEFORE UPDATE ON row BEGIN SELECT raise (ABORT, 'x'); END;"
      "CREATE TRIGGER row_no_delete BEFORE DELETE ON row BEGIN SELECT raise (ABORT, 'x'); END;"
      "COMMIT;", NULL);

  fixture_exec (fixture, all);
}

/* Makes the chain right again from @from_seq on, as somebody would who knows how it is made. */
static void
forge_chain (Fixture *fixture,
             gint64   from_seq)
{
  g_autoptr (TillHasher) hasher = till_hasher_new ();
  g_autoptr (TillDb) db = till_db_open (fixture->path, FALSE, NULL);
  g_autoptr (GString) updates = g_string_new (NULL);
  sqlite3_stmt *statement =
      till_db_prepare (db, "SELECT " TILL_ROW_COLUMNS " FROM row ORDER BY seq", NULL);
  guint8 hash[TILL_ROW_HASH_BYTES] = { 0 };

  while (till_db_step (db, statement, NULL) == TILL_DB_ROW) {
    gint64 seq = sqlite3_column_int64 (statement, 0);
    char hex[TILL_ROW_HEX_CHARS + 1];

    till_hasher_hash_stored (hasher, hash, statement, hash);
    till_hasher_to_hex (hash, hex);
    if (seq >= from_seq)
      g_string_append_printf (updates, "UPDATE row SET hash = x'%s' WHERE seq = %" G_GINT64_FORMAT
                              ";", hex, seq);
  }
  g_clear_pointer (&db, till_db_close);
  tamper (fixture, updates->str);
}

/* Five paid sales of two rows each: 1 ask, 2 paid, 3 ask, 4 paid … */
static Fixture *
new_shop (void)
{
  Fixture *fixture = fixture_new (TILL_JOURNAL_INLINE);

  for (guint i = 0; i < 5; i++)
    fixture_pay (fixture, fixture_add_sale (fixture));

  return fixture;
}

/* Whatever the machine allows leaves a whole journal, and caches that say what the rows come to. */
static void
test_wandering (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  g_auto (TillVerdict) verdict = { 0 };

  assert_whole (fixture);
  /* More sales than are kept in mind, so that some are read back from their rows. */
  fixture_wander (fixture, 10000);
  assert_whole (fixture);
  for (guint i = 1; i <= 10000; i += 1999) {
    look (fixture, i, NULL, &verdict);
    g_assert_cmpint (verdict.first_bad_seq, ==, 0);
    g_assert_true (verdict.caches_agree);
    g_assert_cmpint (verdict.n_rows, ==, 10000 - i + 1);
  }
}

/* A change of any column of a row is told with its number. */
static void
test_changed_columns (void)
{
  static const char *const numbers[] = {
    "at_us", "day", "hour", "before_seq", "amount_fen", "payer_total_fen", "fee_fen", "paid_us",
    "expires_us",
  };
  static const char *const texts[] = {
    "sale", "payment", "event", "state", "reason", "kind", "currency", "acquirer", "of", "clerk",
    "note", "brand", "acquirer_ref", "code_text", "keep", "said",
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (numbers) + G_N_ELEMENTS (texts) + 2 == TILL_ROW_N_COLUMNS);
  for (guint i = 0; i < G_N_ELEMENTS (numbers) + G_N_ELEMENTS (texts); i++) {
    gboolean is_number = i < G_N_ELEMENTS (numbers);
    const char *name = is_number ? numbers[i] : texts[i - G_N_ELEMENTS (numbers)];
    g_autoptr (Fixture) fixture = new_shop ();
    g_autofree char *sql = g_strdup_printf (
        is_number ? "UPDATE row SET %s = coalesce (%s, 0) + 1 WHERE seq = 7"
                  : "UPDATE row SET %s = coalesce (%s, '') || 'x' WHERE seq = 7", name, name);
    g_auto (TillVerdict) verdict = { 0 };

    tamper (fixture, sql);
    look (fixture, 1, NULL, &verdict);
    g_assert_cmpint (verdict.first_bad_seq, ==, 7);
  }
}

/* Every way to change what is written, and where it is told. @forged: the chain was made right
 * again behind it. */
static void
test_tampering (void)
{
  static const struct {
    const char *sql;
    gint64      forged_from;   /* 0: not */
    gint64      first_bad_seq; /* 0: the chain is whole */
    gboolean    caches_agree;
  } cases[] = {
    { "UPDATE row SET hash = zeroblob (32) WHERE seq = 4", 0, 4, TRUE },
    { "UPDATE row SET hash = zeroblob (31) WHERE seq = 4", 0, 4, TRUE },
    { "UPDATE row SET note = '' WHERE seq = 4", 0, 4, TRUE },
    { "DELETE FROM row WHERE seq = 5", 0, 5, FALSE },
    { "DELETE FROM row WHERE seq = 1", 0, 1, FALSE },
    { "UPDATE row SET seq = 99 WHERE seq = 5", 0, 5, FALSE },
    { "UPDATE row SET seq = -1 WHERE seq = 5", 0, 1, FALSE },
    { "UPDATE row SET seq = 99 WHERE seq = 3; UPDATE row SET seq = 3 WHERE seq = 5;"
      "UPDATE row SET seq = 5 WHERE seq = 99", 0, 3, FALSE },
    { "INSERT INTO row SELECT 11, at_us, day, hour, sale, payment, before_seq, event, state, "
      "reason, kind, amount_fen, currency, acquirer, of, clerk, note, brand, acquirer_ref, "
      "payer_total_fen, fee_fen, paid_us, code_text, expires_us, keep, said, hash FROM row "
      "WHERE seq = 10", 0, 11, FALSE },

    { "UPDATE row SET state = 'failed' WHERE seq = 4", 4, 4, FALSE },
    { "UPDATE row SET event = 'sleep' WHERE seq = 4", 4, 4, FALSE },
    { "UPDATE row SET brand = 'cowrie' WHERE seq = 4", 4, 4, FALSE },
    { "UPDATE row SET sale = NULL WHERE seq = 4", 4, 4, FALSE },
    { "UPDATE row SET before_seq = NULL WHERE seq = 4", 4, 4, FALSE },
    { "UPDATE row SET before_seq = 1 WHERE seq = 4", 4, 4, FALSE },
    { "UPDATE row SET before_seq = 4 WHERE seq = 4", 4, 4, FALSE },
    { "UPDATE row SET before_seq = 9 WHERE seq = 4", 4, 4, FALSE },
    { "DROP INDEX row_ask; CREATE INDEX row_ask ON row (payment) WHERE event = 'ask';"
      "UPDATE row SET payment = 'P', sale = 'P' WHERE seq IN (3, 4, 7, 8)", 3, 7, FALSE },
    { "DROP INDEX row_ask; CREATE UNIQUE INDEX row_ask ON row (payment) "
      "WHERE event = 'ask' AND seq < 5", 0, 1, TRUE },

    { "UPDATE row SET amount_fen = 7 WHERE seq = 3", 3, 0, FALSE },
    { "DELETE FROM row WHERE seq > 8", 0, 0, FALSE },

    { "UPDATE sale SET state = 'failed' WHERE id = 3", 0, 0, FALSE },
    { "UPDATE sale SET number = 'x' WHERE id = 3", 0, 0, FALSE },
    { "UPDATE sale SET amount_fen = amount_fen + 1 WHERE id = 3", 0, 0, FALSE },
    { "UPDATE sale SET refunded_fen = 1 WHERE id = 3", 0, 0, FALSE },
    { "UPDATE sale SET is_open = 1 WHERE id = 3", 0, 0, FALSE },
    { "UPDATE sale SET last_seq = 3 WHERE id = 3", 0, 0, FALSE },
    { "UPDATE sale SET last_seq = 9 WHERE id = 3", 0, 0, FALSE },
    { "UPDATE sale SET last_seq = 99 WHERE id = 3", 0, 0, FALSE },
    { "UPDATE sale SET numbers = numbers || '1' WHERE id = 3", 0, 0, FALSE },
    { "DELETE FROM sale WHERE id = 3", 0, 0, FALSE },
    { "INSERT INTO sale SELECT 2, number, day, state, reason, brand, acquirer, amount_fen, "
      "refunded_fen, clerk, created_us, changed_us, last_seq, is_open, numbers FROM sale "
      "WHERE id = 3", 0, 0, FALSE },
    { "UPDATE rollup SET gross_fen = gross_fen + 1 WHERE dim = 'hour'", 0, 0, FALSE },
    { "UPDATE rollup SET key = 'x' WHERE dim = 'hour'", 0, 0, FALSE },
    { "DELETE FROM rollup WHERE dim = 'clerk'", 0, 0, FALSE },
    { "INSERT INTO rollup VALUES (20270101, 'brand', '', 1, 1, 1, 1)", 0, 0, FALSE },
    { "DELETE FROM day_run", 0, 0, FALSE },
    { "UPDATE day_run SET day = day + 1", 0, 0, FALSE },
    { "INSERT INTO day_run VALUES (5, 20270116)", 0, 0, FALSE },
    { "SELECT 1", 0, 0, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Fixture) fixture = new_shop ();
    g_auto (TillVerdict) verdict = { 0 };

    g_test_message ("%s", cases[i].sql);
    tamper (fixture, cases[i].sql);
    if (cases[i].forged_from)
      forge_chain (fixture, cases[i].forged_from);
    look (fixture, 1, NULL, &verdict);
    g_assert_cmpint (verdict.first_bad_seq, ==, cases[i].first_bad_seq);
    g_assert_cmpint (verdict.caches_agree, ==, cases[i].caches_agree);
  }
}

/* The guards themselves are missed when they are gone. */
static void
test_lost_guards (void)
{
  static const char *const cases[] = {
    "DROP TRIGGER row_no_update", "DROP TRIGGER row_no_delete", "DROP INDEX row_ask",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Fixture) fixture = new_shop ();
    g_auto (TillVerdict) verdict = { 0 };

    fixture_exec (fixture, cases[i]);
    look (fixture, 1, NULL, &verdict);
    g_assert_cmpint (verdict.first_bad_seq, ==, 1);
  }
}

static void
add_anchor (GHashTable *anchors,
            gint64      seq,
            const char *hex)
{
  g_hash_table_insert (anchors, g_memdup2 (&seq, sizeof seq), g_strdup (hex));
}

/* What a chain alone cannot tell, an anchor outside does: a cut tail, and a chain made anew. */
static void
test_anchors (void)
{
  g_autoptr (Fixture) fixture = new_shop ();
  g_autoptr (GHashTable) anchors = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                                          g_free);
  g_auto (TillVerdict) whole = { 0 }, anew = { 0 }, cut = { 0 }, tail = { 0 };

  look (fixture, 1, NULL, &whole);
  add_anchor (anchors, 10, whole.head);
  look (fixture, 1, anchors, &whole);
  g_assert_cmpint (whole.first_bad_seq, ==, 0);
  look (fixture, 6, anchors, &tail);
  g_assert_cmpint (tail.first_bad_seq, ==, 0);

  tamper (fixture, "UPDATE row SET note = 'x' WHERE seq = 3");
  forge_chain (fixture, 3);
  assert_whole (fixture);
  look (fixture, 1, anchors, &anew);
  g_assert_cmpint (anew.first_bad_seq, ==, 10);

  tamper (fixture, "DELETE FROM row WHERE seq > 8; DELETE FROM sale WHERE id > 8");
  look (fixture, 1, anchors, &cut);
  g_assert_cmpint (cut.first_bad_seq, ==, 9);
}

/* A tail is looked at from its first row on, and believes the hash before it. */
static void
test_tail (void)
{
  g_autoptr (Fixture) fixture = new_shop ();
  static const struct {
    gint64 from_seq;
    gint64 first_bad_seq;
    gint64 n_rows;
  } cases[] = {
    { 1, 5, 4 }, { 5, 5, 0 }, { 6, 0, 5 }, { 10, 0, 1 }, { 11, 0, 0 }, { 12, 11, 0 },
  };

  tamper (fixture, "UPDATE row SET amount_fen = 7 WHERE seq = 5");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (TillVerdict) verdict = { 0 };

    look (fixture, cases[i].from_seq, NULL, &verdict);
    g_assert_cmpint (verdict.first_bad_seq, ==, cases[i].first_bad_seq);
    g_assert_cmpint (verdict.n_rows, ==, cases[i].n_rows);
  }
}

static void
count_progress_cb (gint64   done,
                   gint64   total,
                   gpointer user_data)
{
  g_assert_cmpint (done, <=, total);
  *(guint *) user_data += 1;
}

/* A backup is a whole journal in one private file, made while the till goes on; an existing file is
 * not touched. */
static void
test_backup (void)
{
  g_autoptr (Fixture) fixture = new_shop ();
  g_autofree char *path = g_build_filename (fixture->dir, "copy.db", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TillJournal) copy = NULL;
  g_auto (TillVerdict) verdict = { 0 };
  TillSale *first = fixture->sales->pdata[0];
  g_autoptr (TillSale) found = NULL;
  GStatBuf status;
  guint n_calls = 0;

  g_file_set_contents (part, "left by a crash", -1, NULL);
  till_journal_backup (fixture->journal, path, &error);
  g_assert_no_error (error);
  g_stat (path, &status);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));

  g_assert_false (till_journal_backup (fixture->journal, path, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_EXISTS);
  g_clear_error (&error);
  fixture_add_sale (fixture);
  g_assert_false (till_journal_backup (fixture->journal, "/nonexistent/copy.db", &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_MISSING);
  g_clear_error (&error);

  copy = till_journal_open (path, TILL_JOURNAL_INLINE, &error);
  g_assert_no_error (error);
  till_journal_verify (copy, 1, NULL, count_progress_cb, &n_calls, &verdict, &error);
  g_assert_no_error (error);
  g_assert_cmpint (verdict.n_rows, ==, 10);
  g_assert_cmpint (n_calls, ==, 1);
  found = till_journal_load_sale (copy, first->order, &error);
  g_assert_cmpint (found->amount_fen, ==, first->amount_fen);
}

/* A journal that is not whole is not passed on as a good backup. */
static void
test_backup_of_damaged (void)
{
  g_autoptr (Fixture) fixture = new_shop ();
  g_autofree char *path = g_build_filename (fixture->dir, "copy.db", NULL);
  g_autoptr (GError) error = NULL;

  tamper (fixture, "UPDATE row SET amount_fen = 7 WHERE seq = 5");
  g_assert_false (till_journal_backup (fixture->journal, path, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/verify/wandering", test_wandering);
  g_test_add_func ("/verify/changed-columns", test_changed_columns);
  g_test_add_func ("/verify/tampering", test_tampering);
  g_test_add_func ("/verify/lost-guards", test_lost_guards);
  g_test_add_func ("/verify/anchors", test_anchors);
  g_test_add_func ("/verify/tail", test_tail);
  g_test_add_func ("/verify/backup", test_backup);
  g_test_add_func ("/verify/backup-of-damaged", test_backup_of_damaged);

  return g_test_run ();
}
