/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"
#include "store/hasher.h"

#include <gio/gio.h>
#include <string.h>

#define README TEST_DIR "/../README.md"

/* The hash of the row that is written out beside it, as the handbook describes the bytes. */
static void
test_known_bytes (void)
{
  static const char bytes[] =
      "0000000000000000000000000000000000000000000000000000000000000000\n"
      "seq 1 1\nat_us 16 1800000000123456\nday 8 20270115\nhour 1 0\nsale 2 S1\npayment 2 S1\n"
      "event 3 ask\nstate 5 asked\nkind 6 charge\namount_fen 4 1250\ncurrency 3 CNY\n"
      "note 10 第一单 \nfee_fen 2 -1\nsaid 0 \n";
  g_autofree char *expected = g_compute_checksum_for_string (G_CHECKSUM_SHA256, bytes, -1);
  g_autoptr (TillHasher) hasher = till_hasher_new ();
  const guint8 zeros[TILL_ROW_HASH_BYTES] = { 0 };
  guint8 hash[TILL_ROW_HASH_BYTES];
  char hex[TILL_ROW_HEX_CHARS + 1];
  TillRow row = {
    .seq = 1, .at_us = 1800000000123456, .day = 20270115, .sale = (char *) "S1",
    .payment = (char *) "S1", .event = TILL_EVENT_ASK, .state = TILL_PAYMENT_ASKED,
    .kind = TILL_KIND_CHARGE, .amount_fen = 1250, .currency = (char *) "CNY",
    .note = (char *) "第一单 ", .fee_fen = -1, .said = (char *) "",
  };

  till_hasher_hash_row (hasher, zeros, &row, hash);
  till_hasher_to_hex (hash, hex);
  g_assert_cmpstr (hex, ==, expected);
}

static gboolean
add_json_cb (const TillRow *row,
             gpointer       user_data)
{
  g_autofree char *json = till_row_to_json (row);

  g_assert_null (strchr (json, '\n'));
  g_string_append_printf (user_data, "%s\n", json);
  return TRUE;
}

/* The script of the handbook. */
static char *
read_script (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  char *begin, *end;

  g_file_get_contents (README, &text, NULL, &error);
  g_assert_no_error (error);
  begin = strstr (text, "```python\n");
  g_assert_nonnull (begin);
  begin += strlen ("```python\n");
  end = strstr (begin, "```\n");
  g_assert_nonnull (end);

  return g_strndup (begin, (gsize) (end - begin));
}

/* What the script says of the export, and whether it is content. */
static char *
run_script (Fixture    *fixture,
            const char *export,
            const char *before,
            gboolean   *is_whole)
{
  g_autofree char *script_path = g_build_filename (fixture->dir, "verify.py", NULL);
  g_autofree char *export_path = g_build_filename (fixture->dir, "export.jsonl", NULL);
  g_autofree char *script = read_script ();
  g_autofree char *out = NULL, *err = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (script_path, script, -1, NULL);
  g_file_set_contents (export_path, export, -1, NULL);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                              &error, "/usr/bin/env", "python3", script_path, export_path, before,
                              NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, &err, &error);
  g_assert_no_error (error);
  *is_whole = g_subprocess_get_successful (process);
  g_test_message ("%s%s", out, err);

  return g_strconcat (out, err, NULL);
}

static char *
export_days (Fixture *fixture,
             int      first_day)
{
  GString *export = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  till_journal_each_row (fixture->journal, first_day, 0, add_json_cb, export, &error);
  g_assert_no_error (error);

  return g_string_free (export, FALSE);
}

/* A stranger with the handbook's script comes to the same hash as Till. */
static void
test_script_on_whole (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  g_auto (TillVerdict) verdict = { 0 };
  g_autofree char *export = NULL, *said = NULL, *expected = NULL;
  g_autoptr (GError) error = NULL;
  TillSale *sale;
  TillRow *row;
  gboolean is_whole;

  fixture_wander (fixture, 150);
  sale = fixture_add_sale (fixture);
  row = fixture_event (fixture, sale, sale->order, TILL_EVENT_WAIT);
  row->said = g_strdup ("“退款” \"quoted\" \\ / a line\nand\ttab \x01 \x7f \xf0\x9f\x8e\x89 ");
  row->keep = g_strdup ("");
  row->payer_total_fen = G_MININT64;
  fixture_add (fixture, sale, row);

  export = export_days (fixture, 0);
  till_journal_verify (fixture->journal, 1, NULL, NULL, NULL, &verdict, &error);
  g_assert_no_error (error);
  said = run_script (fixture, export, NULL, &is_whole);
  expected = g_strdup_printf ("whole up to row 152, hash %s\n", verdict.head);
  g_assert_cmpstr (said, ==, expected);
  g_assert_true (is_whole);
}

/* An export from the middle verifies with the hash of the row before it, and with no other. */
static void
test_script_on_part (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  g_auto (TillVerdict) verdict = { 0 };
  g_autofree char *export = NULL, *good = NULL, *bad = NULL;
  gboolean is_whole;

  fixture_pay (fixture, fixture_add_sale (fixture));
  till_journal_verify (fixture->journal, 1, NULL, NULL, NULL, &verdict, NULL);
  fixture->day++;
  fixture_pay (fixture, fixture_add_sale (fixture));
  export = export_days (fixture, fixture->day);

  good = run_script (fixture, export, verdict.head, &is_whole);
  g_assert_true (is_whole);
  bad = run_script (fixture, export, NULL, &is_whole);
  g_assert_false (is_whole);
}

/* Every change of an export is told by the script. */
static void
test_script_on_tampered (void)
{
  static const struct {
    const char *pattern;
    const char *replacement;
    const char *said;
  } cases[] = {
    { "\"seq\":3,", "\"seq\":4,", "row 3 " },
    { "\"event\":\"paid\"", "\"event\":\"lost\"", "row 2 " },
    { "\"currency\":\"CNY\"", "\"currency\":\"USD\"", "row 1 " },
    { "\"hour\":", "\"tip\":7,\"hour\":", "row 1 " },
    { "\"hour\":\\d+,", "", "row 1 " },
    { "\\{\"seq\":3,.*\n", "", "row 3 " },
    { "\\{\"seq\":1,.*\n", "", "row 1 " },
  };
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  g_autofree char *export = NULL;

  fixture_pay (fixture, fixture_add_sale (fixture));
  fixture_pay (fixture, fixture_add_sale (fixture));
  export = export_days (fixture, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GRegex) regex = g_regex_new (cases[i].pattern, 0, 0, NULL);
    g_autofree char *changed =
        g_regex_replace (regex, export, -1, 0, cases[i].replacement, 0, NULL);
    g_autofree char *said = NULL;
    gboolean is_whole;

    g_assert_cmpstr (changed, !=, export);
    said = run_script (fixture, changed, NULL, &is_whole);
    g_assert_false (is_whole);
    g_assert_true (g_str_has_prefix (said, cases[i].said));
  }
}

/* The handbook's table has the columns, all of them, in their order. */
static void
test_handbook_order (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) names = g_strsplit (TILL_ROW_COLUMNS, ", ", -1);
  const char *at;

  g_file_get_contents (README, &text, NULL, NULL);
  at = strstr (text, "| name |");
  g_assert_cmpint (g_strv_length (names), ==, TILL_ROW_N_COLUMNS);
  for (guint i = 0; i < TILL_ROW_N_COLUMNS - 1; i++) {
    g_autofree char *cell = g_strdup_printf ("\n| `%s` |", names[i]);

    at = strstr (at, "\n| `");
    g_assert_nonnull (at);
    g_assert_true (g_str_has_prefix (at, cell));
    at += strlen (cell);
  }
  g_assert_null (strstr (at, "\n| `"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/row-codec/known-bytes", test_known_bytes);
  g_test_add_func ("/row-codec/handbook-order", test_handbook_order);
  g_test_add_func ("/row-codec/script-on-whole", test_script_on_whole);
  g_test_add_func ("/row-codec/script-on-part", test_script_on_part);
  g_test_add_func ("/row-codec/script-on-tampered", test_script_on_tampered);

  return g_test_run ();
}
