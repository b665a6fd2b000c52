/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/money.h"

#include <string.h>

/* A clerk's typing is an amount exactly when nothing has to be guessed; each mistake is told
 * apart. */
static void
test_parse (void)
{
  static const struct {
    const char *text;
    gint64      fen;   /* 0 where @text is refused */
    int         code;  /* a TillMoneyError, where it is refused */
  } cases[] = {
    { "12", 1200, 0 },
    { "12.5", 1250, 0 },
    { "12.50", 1250, 0 },
    { ".5", 50, 0 },
    { "12.", 1200, 0 },
    { "0.01", 1, 0 },
    { "007.10", 710, 0 },
    { " 12.5\t", 1250, 0 },
    { "1,234.50", 123450, 0 },
    { "12,345,678.90", 1234567890, 0 },
    { "99999999.99", TILL_MONEY_MAX_FEN, 0 },
    { "99,999,999.99", TILL_MONEY_MAX_FEN, 0 },
    { "１２．５", 1250, 0 },
    { "１，２３４。５０", 123450, 0 },
    { "12。5", 1250, 0 },

    { "", 0, TILL_MONEY_ERROR_EMPTY },
    { "  ", 0, TILL_MONEY_ERROR_EMPTY },
    { "-1", 0, TILL_MONEY_ERROR_SIGN },
    { "+1", 0, TILL_MONEY_ERROR_SIGN },
    { "－1", 0, TILL_MONEY_ERROR_SIGN },
    { "\u22121", 0, TILL_MONEY_ERROR_SIGN },
    { "1.234", 0, TILL_MONEY_ERROR_DECIMALS },
    { "0.001", 0, TILL_MONEY_ERROR_DECIMALS },
    { "0", 0, TILL_MONEY_ERROR_ZERO },
    { "0.00", 0, TILL_MONEY_ERROR_ZERO },
    { ".00", 0, TILL_MONEY_ERROR_ZERO },
    { "100000000", 0, TILL_MONEY_ERROR_TOO_LARGE },
    { "99999999999999999999999999", 0, TILL_MONEY_ERROR_TOO_LARGE },
    { ".", 0, TILL_MONEY_ERROR_SYNTAX },
    { "1.2.3", 0, TILL_MONEY_ERROR_SYNTAX },
    { "1,23", 0, TILL_MONEY_ERROR_SYNTAX },
    { "1234,567", 0, TILL_MONEY_ERROR_SYNTAX },
    { ",123", 0, TILL_MONEY_ERROR_SYNTAX },
    { "1,234,56", 0, TILL_MONEY_ERROR_SYNTAX },
    { "12.3,4", 0, TILL_MONEY_ERROR_SYNTAX },
    { "1 2", 0, TILL_MONEY_ERROR_SYNTAX },
    { "12a", 0, TILL_MONEY_ERROR_SYNTAX },
    { "1e3", 0, TILL_MONEY_ERROR_SYNTAX },
    { "0x10", 0, TILL_MONEY_ERROR_SYNTAX },
    { "¥12", 0, TILL_MONEY_ERROR_SYNTAX },
    { "一", 0, TILL_MONEY_ERROR_SYNTAX },
    { "٣", 0, TILL_MONEY_ERROR_SYNTAX },
    { "12\n.5", 0, TILL_MONEY_ERROR_SYNTAX },
    { "\xff\xfe", 0, TILL_MONEY_ERROR_SYNTAX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    gint64 fen = -7;
    gboolean good = till_money_parse (cases[i].text, &fen, &error);

    if (g_utf8_validate (cases[i].text, -1, NULL))
      g_test_message ("“%s”", cases[i].text);
    if (cases[i].fen) {
      g_assert_no_error (error);
      g_assert_cmpint (fen, ==, cases[i].fen);
    } else {
      g_assert_false (good);
      g_assert_error (error, TILL_MONEY_ERROR, cases[i].code);
      g_assert_cmpint (fen, ==, -7);
    }
  }
}

/* No two mistakes share a sentence. */
static void
test_sentences_differ (void)
{
  for (guint a = TILL_MONEY_ERROR_EMPTY; a <= TILL_MONEY_ERROR_TOO_LARGE; a++)
    for (guint b = a + 1; b <= TILL_MONEY_ERROR_TOO_LARGE; b++)
      g_assert_cmpstr (till_money_get_error_text (a), !=, till_money_get_error_text (b));
}

/* What is printed for the wire reads back as the same amount. */
static void
test_round_trip (void)
{
  for (guint i = 0; i < 10000; i++) {
    guint64 drawn = (guint64) (guint32) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
    gint64 fen = (gint64) (drawn % TILL_MONEY_MAX_FEN) + 1;
    g_autofree char *yuan = till_money_to_yuan (fen);
    g_autofree char *text = till_money_to_text (fen);
    gint64 back = 0;

    g_assert_true (till_money_parse (yuan, &back, NULL));
    g_assert_cmpint (back, ==, fen);
    g_assert_true (till_money_parse (text + strlen ("¥"), &back, NULL));
    g_assert_cmpint (back, ==, fen);
  }
}

static void
test_text (void)
{
  static const struct {
    gint64      fen;
    const char *yuan;
    const char *text;
  } cases[] = {
    { 0, "0.00", "¥0.00" },
    { 1, "0.01", "¥0.01" },
    { 1250, "12.50", "¥12.50" },
    { 99999, "999.99", "¥999.99" },
    { 100000, "1000.00", "¥1,000.00" },
    { 123456789, "1234567.89", "¥1,234,567.89" },
    { TILL_MONEY_MAX_FEN, "99999999.99", "¥99,999,999.99" },
    { -1250, "-12.50", "-¥12.50" },
    { -123456, "-1234.56", "-¥1,234.56" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *yuan = till_money_to_yuan (cases[i].fen);
    g_autofree char *text = till_money_to_text (cases[i].fen);

    g_assert_cmpstr (yuan, ==, cases[i].yuan);
    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

/* Fees round as the wallets' bills do; the fee on a fen at 0.90 % is nothing. */
static void
test_fee (void)
{
  g_assert_cmpint (till_money_fee (1, 9000), ==, 0);
  g_assert_cmpint (till_money_fee (10000, 3800), ==, 38);
  g_assert_cmpint (till_money_fee (1250, 3800), ==, 5);
  g_assert_cmpint (till_money_fee (1250, 0), ==, 0);
  g_assert_cmpint (till_money_fee (TILL_MONEY_MAX_FEN, 1000000), ==, TILL_MONEY_MAX_FEN);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/money/parse", test_parse);
  g_test_add_func ("/money/sentences-differ", test_sentences_differ);
  g_test_add_func ("/money/round-trip", test_round_trip);
  g_test_add_func ("/money/text", test_text);
  g_test_add_func ("/money/fee", test_fee);

  return g_test_run ();
}
