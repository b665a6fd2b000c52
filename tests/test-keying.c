/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/keying.h"

#include "core/money.h"

/* Keys make an amount; a key that would make none does nothing. "b" is back, "c" clear, "d" double
 * zero. */
static void
test_press (void)
{
  static const struct {
    const char *keys;
    const char *text;
    gint64      amount_fen;   /* 0: not an amount yet */
  } cases[] = {
    { "", "¥0", 0 },
    { "12.50", "¥12.50", 1250 },
    { "12.5", "¥12.5", 1250 },
    { "12.", "¥12.", 1200 },
    { ".5", "¥0.5", 50 },
    { "12", "¥12", 1200 },
    { "1d", "¥100", 10000 },
    { "12.d", "¥12.00", 1200 },
    { "1234567.89", "¥1,234,567.89", 123456789 },
    { "99999999.99", "¥99,999,999.99", TILL_MONEY_MAX_FEN },
    { "007", "¥7", 700 },
    { "12.5b", "¥12.", 1200 },
    { "12bb", "¥0", 0 },
    { "12.5c", "¥0", 0 },
    { "12.5c3", "¥3", 300 },

    { "0", "¥0", 0 },
    { "d", "¥0", 0 },
    { ".", "¥0.", 0 },
    { "0.00", "¥0.00", 0 },
    { "12.345", "¥12.34", 1234 },
    { "1.5d", "¥1.50", 150 },
    { "1..5", "¥1.5", 150 },
    { "1.2.3", "¥1.23", 123 },
    { "123456789", "¥12,345,678", 1234567800 },
    { "1234567d", "¥12,345,670", 1234567000 },
    { "b", "¥0", 0 },
    { "c", "¥0", 0 },
    { "x-+", "¥0", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillKeying keying = { "" };
    g_autofree char *text = NULL;

    for (const char *p = cases[i].keys; *p; p++) {
      const char one[] = { *p, '\0' };

      till_keying_press (&keying, *p == 'b' ? "back" : *p == 'c' ? "clear"
                                                    : *p == 'd' ? "00" : one);
    }
    text = till_keying_to_text (&keying);
    g_assert_cmpstr (text, ==, cases[i].text);
    g_assert_cmpint (till_keying_get_amount (&keying), ==, cases[i].amount_fen);
  }
}

/* An amount that is set is as if it had been typed, up to the largest. */
static void
test_set_amount (void)
{
  static const gint64 amounts[] = { 1, 99, 100, 1250, 123456, TILL_MONEY_MAX_FEN };
  TillKeying keying;

  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++) {
    till_keying_set_amount (&keying, amounts[i]);
    g_assert_cmpint (till_keying_get_amount (&keying), ==, amounts[i]);
  }

  till_keying_set_amount (&keying, 0);
  g_assert_cmpstr (keying.text, ==, "");
  g_assert_cmpint (till_keying_get_amount (&keying), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keying/press", test_press);
  g_test_add_func ("/keying/set-amount", test_set_amount);

  return g_test_run ();
}
