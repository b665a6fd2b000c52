/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/tag4.h"

#include <string.h>

static GByteArray *
from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; hex[0]; hex += 2) {
    const guint8 byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 |
                                  g_ascii_xdigit_value (hex[1]));

    g_byte_array_append (bytes, &byte, 1);
  }

  return bytes;
}

static char *
answer (TillTag4   *tag,
        const char *capdu)
{
  g_autoptr (GByteArray) command = from_hex (capdu);
  g_autoptr (GByteArray) rapdu = g_byte_array_new ();
  GString *hex = g_string_new (NULL);

  till_tag4_answer (tag, command->data, command->len, rapdu);
  for (guint i = 0; i < rapdu->len; i++)
    g_string_append_printf (hex, "%02X", rapdu->data[i]);

  return g_string_free (hex, FALSE);
}

#define SELECT "00A4040007D276000085010100"

static const struct {
  const char *capdu;
  const char *rapdu;
} talk[] = {
  /* In this order, as a phone does; the capabilities are those that libnfc's own tool gives. */
  { "00B000000F",                   "6986" },
  { "00A4000C02E104",               "6A82" },
  { SELECT,                         "9000" },
  { "00B000000F",                   "6986" },
  { "00A4000C02E103",               "9000" },
  { "00B000000F",                   "000F20005400FF0406E104FFFE00FF9000" },
  { "00B0000D02",                   "00FF9000" },
  { "00B0000F01",                   "6B00" },
  { "00A4000C02E105",               "6A82" },
  { "00A4000C02E104",               "9000" },
  { "00B0000002",                   "00249000" },
  { "00B0000224",
    "D1012055047061792E6578616D706C652E636E2F632F3846334B51323F613D31322E33349000" },
  { "00B0002404",                   "33349000" },
  { "00B0002601",                   "6B00" },
  { "00D60000020000",               "6D00" },
  { "80B0000002",                   "6E00" },
  { "00B0",                         "6700" },
  { "00A4",                         "6700" },
  { "",                             "6700" },
  { "00A40400",                     "6700" },
  { "00A4040007D2760000",           "6700" },
  { "00A4040007D276000085010000",   "6A82" },
  { "00B0000002",                   "6986" },
};

/* What a phone asks is answered as NFC Forum tags do; what it may not is refused. */
static void
test_talk (void)
{
  g_autoptr (TillTag4) tag = till_tag4_new ("https://pay.example.cn/c/8F3KQ2?a=12.34");

  for (guint i = 0; i < G_N_ELEMENTS (talk); i++) {
    g_autofree char *rapdu = answer (tag, talk[i].capdu);

    g_test_message ("%s", talk[i].capdu);
    g_assert_cmpstr (rapdu, ==, talk[i].rapdu);
  }
  g_assert_true (till_tag4_was_read (tag));
  g_assert_false (till_tag4_was_read (tag));
}

static const struct {
  const char *uri;
  const char *ndef;
} records[] = {
  { "https://www.a.cn",      "0009D101055502612E636E" },
  { "http://www.a.cn",       "0009D101055501612E636E" },
  { "http://a.cn",           "0009D101055503612E636E" },
  { "https://a.cn",          "0009D101055504612E636E" },
  { "weixin://wxpay/a",      "0015D10111550077656978696E3A2F2F77787061792F61" },
};

/* A link is abbreviated by the longest beginning that has a code; others stand whole. */
static void
test_records (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (records); i++) {
    g_autoptr (TillTag4) tag = till_tag4_new (records[i].uri);
    g_autofree char *selected = answer (tag, SELECT);
    g_autofree char *file = answer (tag, "00A4000C02E104");
    g_autofree char *ndef = answer (tag, "00B0000054");

    g_assert_cmpstr (selected, ==, "9000");
    g_assert_cmpstr (file, ==, "9000");
    g_assert_true (g_str_has_prefix (ndef, records[i].ndef));
  }
}

/* A long link is read in parts; it was read when no part is missing. */
static void
test_long (void)
{
  g_autofree char *rest = g_strnfill (900, 'x');
  g_autofree char *uri = g_strconcat ("https://a.cn/", rest, NULL);
  g_autoptr (TillTag4) tag = till_tag4_new (uri);
  g_autofree char *selected = answer (tag, SELECT);
  g_autofree char *file = answer (tag, "00A4000C02E104");
  guint n_read = 0;

  for (guint at = 0; at < 2 + 7 + 5 + 900; at += TILL_TAG4_MAX_READ) {
    g_autofree char *command = g_strdup_printf ("00B0%04X00", at);
    g_autofree char *part = NULL;

    g_assert_false (till_tag4_was_read (tag));
    part = answer (tag, command);
    g_assert_true (g_str_has_suffix (part, "9000"));
    n_read += (guint) strlen (part) / 2 - 2;
    if (at == 0)
      g_assert_true (g_str_has_prefix (part, "0391C1010000038A5504"));
  }
  g_assert_cmpuint (n_read, ==, 2 + 7 + 1 + 5 + 900);
  g_assert_true (till_tag4_was_read (tag));
}

/* No tag without a link, nor with one that no phone would take. */
static void
test_refused (void)
{
  g_autofree char *most = g_strnfill (1024, 'x');
  g_autofree char *more = g_strnfill (1025, 'x');
  g_autoptr (TillTag4) tag = till_tag4_new (most);

  g_assert_nonnull (tag);
  g_assert_null (till_tag4_new (more));
  g_assert_null (till_tag4_new (""));
}

/* Whatever a phone sends, it gets a status word and no byte from elsewhere. */
static void
test_fuzz (void)
{
  g_autoptr (TillTag4) tag = till_tag4_new ("https://a.cn");

  for (guint i = 0; i < 50000; i++) {
    g_autoptr (GByteArray) rapdu = g_byte_array_new ();
    guint8 *capdu = g_malloc (20);
    const gsize n_bytes = (gsize) g_test_rand_int_range (0, 20);

    for (gsize j = 0; j < n_bytes; j++)
      capdu[j] = (guint8) g_test_rand_int ();
    if (n_bytes > 1 && i % 2) {
      capdu[0] = 0x00;
      capdu[1] = i % 4 == 1 ? 0xa4 : 0xb0;
    }
    till_tag4_answer (tag, capdu, n_bytes, rapdu);
    g_assert_cmpuint (rapdu->len, >=, 2);
    g_assert_cmpuint (rapdu->len, <=, TILL_TAG4_MAX_READ + 2);
    g_free (capdu);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tag4/talk", test_talk);
  g_test_add_func ("/tag4/records", test_records);
  g_test_add_func ("/tag4/long", test_long);
  g_test_add_func ("/tag4/refused", test_refused);
  g_test_add_func ("/tag4/fuzz", test_fuzz);

  return g_test_run ();
}
