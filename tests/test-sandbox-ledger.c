/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/ledger.h"

#include <json-glib/json-glib.h>

#define NOW_US G_GINT64_CONSTANT (1795300000000000)

static TillScene
scene (const char *word)
{
  const TillScenario *row = till_scenario_find (word);

  g_assert_nonnull (row);
  return (TillScene) { .row = row, .queries = row->queries, .after_ms = row->after_ms };
}

static TillEntry *
charge (TillSandboxLedger *ledger,
        const char        *order,
        const char        *word)
{
  TillEntry *entry = till_sandbox_ledger_add (ledger, "wechat", "1900000001", order, 1000, NOW_US);
  TillScene played = scene (word);

  entry->ref = g_strdup (order);
  till_entry_play (entry, &played, NOW_US);
  return entry;
}

/* What is said to each query in turn: a state's first letter, '-' for "no such order". */
static char *
ask (TillEntry *entry,
     guint      n)
{
  GString *said = g_string_new (NULL);
  TillEntryState told;

  for (guint i = 0; i < n; i++)
    g_string_append_c (said, till_entry_ask (entry, NOW_US, &told) ?
                       till_entry_state_to_word (told)[0] : '-');

  return g_string_free (said, FALSE);
}

/* What becomes of a charge, and what four queries hear of it. */
static void
test_play (void)
{
  static const struct {
    const char     *word;
    TillEntryState  state;
    const char     *told;
    gint64          paid_fen;
    gint64          given_back_fen;
  } cases[] = {
    { "approve", TILL_ENTRY_PAID, "pppp", 1000, 0 },
    { "not-enough", TILL_ENTRY_FAILED, "ffff", 0, 0 },
    { "password", TILL_ENTRY_TYPING, "tttt", 0, 0 },
    { "password-paid", TILL_ENTRY_TYPING, "tppp", 1000, 0 },
    { "password-refused", TILL_ENTRY_TYPING, "tfff", 0, 0 },
    { "absent-at-first", TILL_ENTRY_PAID, "--pp", 1000, 0 },
    { "booked-late", TILL_ENTRY_PAID, "----", 1000, 0 },
    { "query-lags", TILL_ENTRY_PAID, "ttpp", 1000, 0 },
    { "rolled-back", TILL_ENTRY_REVERSED, "rrrr", 1000, 1000 },
    { "lost-booked", TILL_ENTRY_PAID, "pppp", 1000, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillSandboxLedger) ledger = till_sandbox_ledger_new ();
    TillEntry *entry = charge (ledger, "ORDER1", cases[i].word);
    g_autofree char *told = NULL;

    g_assert_cmpint (entry->state, ==, cases[i].state);
    told = ask (entry, 4);
    g_assert_cmpstr (told, ==, cases[i].told);
    g_assert_cmpint (entry->paid_fen, ==, cases[i].paid_fen);
    g_assert_cmpint (entry->given_back_fen, ==, cases[i].given_back_fen);
  }
}

/* An order that is booked late is found once its time has come. */
static void
test_booked_late (void)
{
  g_autoptr (TillSandboxLedger) ledger = till_sandbox_ledger_new ();
  TillEntry *entry = charge (ledger, "ORDER1", "booked-late");
  TillEntryState told;

  g_assert_false (till_entry_ask (entry, NOW_US + 9999 * 1000, &told));
  g_assert_true (till_entry_ask (entry, NOW_US + 10000 * 1000, &told));
  g_assert_cmpint (told, ==, TILL_ENTRY_PAID);
}

/* Reversing undoes whatever there is, once, and nothing can be paid after it. */
static void
test_reverse (void)
{
  static const struct {
    const char *word;
    gint64      given_back_fen;
  } cases[] = {
    { "approve", 1000 }, { "password", 0 }, { "not-enough", 0 }, { "booked-late", 1000 },
    { "rolled-back", 1000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillSandboxLedger) ledger = till_sandbox_ledger_new ();
    TillEntry *entry = charge (ledger, "ORDER1", cases[i].word);

    for (guint j = 0; j < 2; j++) {
      g_assert_true (till_entry_reverse (entry, NOW_US));
      g_assert_cmpint (entry->state, ==, TILL_ENTRY_REVERSED);
      g_assert_cmpint (entry->given_back_fen, ==, cases[i].given_back_fen);
    }
    g_assert_false (till_entry_pay (entry, NOW_US));
    g_assert_cmpint (till_entry_get_left_fen (entry), ==, 0);
  }
}

/* Refunds never exceed what was paid, whatever state they are in; a failed one frees its money. */
static void
test_refunds (void)
{
  g_autoptr (TillSandboxLedger) ledger = till_sandbox_ledger_new ();
  TillEntry *entry = charge (ledger, "ORDER1", "approve");
  TillScene now = scene ("approve"), later = scene ("refund-processing");
  TillScene closed = scene ("refund-closed"), stuck = scene ("refund-abnormal");
  TillEntryRefund *refund;

  g_assert_null (till_entry_refund (entry, "R0", 0, &now, NOW_US));
  g_assert_null (till_entry_refund (entry, "R0", 1001, &now, NOW_US));
  g_assert_nonnull (till_entry_refund (entry, "R1", 300, &now, NOW_US));
  g_assert_cmpint (entry->given_back_fen, ==, 300);
  g_assert_false (till_entry_reverse (entry, NOW_US));

  refund = till_entry_refund (entry, "R2", 200, &later, NOW_US);
  g_assert_cmpint (entry->given_back_fen, ==, 300);
  g_assert_cmpint (till_entry_get_left_fen (entry), ==, 500);
  till_entry_ask_refund (entry, refund, NOW_US);
  g_assert_cmpint (refund->state, ==, TILL_SANDBOX_REFUND_PROCESSING);
  till_entry_ask_refund (entry, refund, NOW_US);
  g_assert_cmpint (refund->state, ==, TILL_SANDBOX_REFUND_SUCCESS);
  g_assert_cmpint (entry->given_back_fen, ==, 500);

  refund = till_entry_refund (entry, "R3", 500, &closed, NOW_US);
  g_assert_null (till_entry_refund (entry, "R4", 1, &now, NOW_US));
  till_entry_ask_refund (entry, refund, NOW_US);
  g_assert_cmpint (till_entry_get_left_fen (entry), ==, 500);
  g_assert_true (till_entry_retry_refund (entry, refund, NOW_US));
  g_assert_false (till_entry_retry_refund (entry, refund, NOW_US));
  g_assert_cmpint (entry->given_back_fen, ==, 1000);
  g_assert_null (till_entry_refund (entry, "R5", 1, &stuck, NOW_US));
}

static void
test_stuck_refund (void)
{
  g_autoptr (TillSandboxLedger) ledger = till_sandbox_ledger_new ();
  TillEntry *entry = charge (ledger, "ORDER1", "approve");
  TillScene stuck = scene ("refund-abnormal");
  TillEntryRefund *refund = till_entry_refund (entry, "R1", 1000, &stuck, NOW_US);

  till_entry_ask_refund (entry, refund, NOW_US);
  g_assert_cmpint (refund->state, ==, TILL_SANDBOX_REFUND_ABNORMAL);
  g_assert_cmpint (till_entry_get_left_fen (entry), ==, 0);
  g_assert_cmpint (entry->given_back_fen, ==, 0);
}

/* Orders are found by number, reference and code, each within its owner; codes die. */
static void
test_find (void)
{
  g_autoptr (TillSandboxLedger) ledger = till_sandbox_ledger_new ();
  TillEntry *entry = till_sandbox_ledger_add (ledger, "wechat", "1", "ORDER1", 5, NOW_US);
  TillEntry *twin = till_sandbox_ledger_add (ledger, "alipay", "1", "ORDER1", 5, NOW_US);
  TillEntryRefund *refund;

  entry->ref = g_strdup ("REF1");
  till_entry_add_code (entry, "weixin://a", NOW_US + 10);
  till_entry_add_code (entry, "weixin://b", NOW_US + 20);

  g_assert_true (till_sandbox_ledger_find (ledger, "wechat", "1", "ORDER1") == entry);
  g_assert_true (till_sandbox_ledger_find (ledger, "alipay", "1", "ORDER1") == twin);
  g_assert_true (till_sandbox_ledger_find (ledger, "alipay", NULL, "ORDER1") == twin);
  g_assert_null (till_sandbox_ledger_find (ledger, "wechat", "2", "ORDER1"));
  g_assert_null (till_sandbox_ledger_find (ledger, NULL, NULL, "ORDER2"));
  g_assert_true (till_sandbox_ledger_find_ref (ledger, "1", "REF1") == entry);
  g_assert_null (till_sandbox_ledger_find_ref (ledger, "2", "REF1"));
  g_assert_true (till_sandbox_ledger_find_code (ledger, "weixin://a", NOW_US + 9) == entry);
  g_assert_null (till_sandbox_ledger_find_code (ledger, "weixin://a", NOW_US + 10));
  g_assert_true (till_sandbox_ledger_find_code (ledger, "weixin://b", NOW_US + 10) == entry);
  g_assert_null (till_sandbox_ledger_find_code (ledger, "weixin://", NOW_US));
  g_assert_null (till_sandbox_ledger_find_refund (ledger, "wechat", "1", "R1", &refund));
}

/* A code is used once; a paid order is not closed; one whose time is over is not paid. */
static void
test_rules (void)
{
  g_autoptr (TillSandboxLedger) ledger = till_sandbox_ledger_new ();
  TillEntry *open = till_sandbox_ledger_add (ledger, "wechat", "1", "ORDER1", 5, NOW_US);
  TillEntry *late = till_sandbox_ledger_add (ledger, "wechat", "1", "ORDER2", 5, NOW_US);
  TillEntry *paid = charge (ledger, "ORDER3", "approve");

  g_assert_true (till_sandbox_ledger_use_paycode (ledger, "134567890123456789"));
  g_assert_false (till_sandbox_ledger_use_paycode (ledger, "134567890123456789"));

  open->state = late->state = TILL_ENTRY_OPEN;
  late->expires_us = NOW_US + 1;
  g_assert_false (till_entry_fail (open));
  g_assert_true (till_entry_close (open));
  g_assert_true (till_entry_close (open));
  g_assert_false (till_entry_pay (open, NOW_US));
  g_assert_false (till_entry_pay (late, NOW_US + 1));
  g_assert_true (till_entry_pay (late, NOW_US));
  g_assert_false (till_entry_close (paid));
  g_assert_false (till_entry_pay (paid, NOW_US));
}

static void
test_json (void)
{
  g_autoptr (TillSandboxLedger) ledger = till_sandbox_ledger_new ();
  TillEntry *entry = charge (ledger, "ORDER1", "approve");
  TillScene now = scene ("approve");
  g_autofree char *text = NULL;

  g_assert_nonnull (till_entry_refund (entry, "R1", 300, &now, NOW_US));
  text = till_sandbox_ledger_to_json (ledger);
  g_assert_cmpstr (text, ==,
                   "{\"orders\":[{\"acquirer\":\"wechat\",\"merchant\":\"1900000001\","
                   "\"order\":\"ORDER1\",\"kind\":\"charge\",\"state\":\"paid\","
                   "\"acquirer_ref\":\"ORDER1\",\"amount_fen\":1000,\"paid_fen\":1000,"
                   "\"given_back_fen\":300,\"made_us\":1795300000000000,"
                   "\"paid_us\":1795300000000000,\"reversed_us\":0,"
                   "\"refunds\":[{\"refund\":\"R1\",\"state\":\"success\",\"amount_fen\":300}]}]}");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-ledger/play", test_play);
  g_test_add_func ("/sandbox-ledger/booked-late", test_booked_late);
  g_test_add_func ("/sandbox-ledger/reverse", test_reverse);
  g_test_add_func ("/sandbox-ledger/refunds", test_refunds);
  g_test_add_func ("/sandbox-ledger/stuck-refund", test_stuck_refund);
  g_test_add_func ("/sandbox-ledger/find", test_find);
  g_test_add_func ("/sandbox-ledger/rules", test_rules);
  g_test_add_func ("/sandbox-ledger/json", test_json);

  return g_test_run ();
}
