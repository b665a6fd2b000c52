/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/bcd.h"

static void
test_numbers (void)
{
  static const struct {
    guint64     number;
    gsize       n_bytes;
    const char *hex;  /* NULL where it does not fit */
  } cases[] = {
    { 0, 1, "00" },
    { 0, 6, "000000000000" },
    { 1234, 6, "000000001234" },
    { 99, 1, "99" },
    { 999999999999, 6, "999999999999" },

    { 100, 1, NULL },
    { 1000000000000, 6, NULL },
    { 1, 0, NULL },
    { G_MAXUINT64, 9, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    guint8 bytes[10];
    char hex[21];
    guint64 back;

    g_test_message ("%" G_GUINT64_FORMAT, cases[i].number);
    g_assert_cmpint (till_bcd_put (cases[i].number, bytes, cases[i].n_bytes), ==,
                     cases[i].hex != NULL);
    if (!cases[i].hex)
      continue;
    till_bcd_to_hex (bytes, cases[i].n_bytes, hex);
    g_assert_cmpstr (hex, ==, cases[i].hex);
    g_assert_true (till_bcd_get (bytes, cases[i].n_bytes, &back));
    g_assert_cmpuint (back, ==, cases[i].number);
  }
}

static void
test_not_decimal (void)
{
  static const guint8 cases[] = { 0x0a, 0xa0, 0xff, 0x1f };
  guint64 number = 7;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_false (till_bcd_get (&cases[i], 1, &number));
  g_assert_cmpuint (number, ==, 7);
}

static void
test_from_hex (void)
{
  static const struct {
    const char *text;
    gssize      n_bytes;  /* −1 where it is refused */
  } cases[] = {
    { "", 0 }, { "00", 1 }, { "dEAdbeEF", 4 },
    { "0", -1 }, { "000", -1 }, { "0g", -1 }, { "g0", -1 }, { " 00", -1 }, { "00 0", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    g_byte_array_append (bytes, (const guint8 *) "x", 1);
    g_assert_cmpint (till_bcd_from_hex (cases[i].text, bytes), ==, cases[i].n_bytes >= 0);
    g_assert_cmpuint (bytes->len, ==, 1 + (guint) MAX (cases[i].n_bytes, 0));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bcd/numbers", test_numbers);
  g_test_add_func ("/bcd/not-decimal", test_not_decimal);
  g_test_add_func ("/bcd/from-hex", test_from_hex);

  return g_test_run ();
}
