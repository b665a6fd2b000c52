/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/iso8583.h"

#include <string.h>

#include "code/bcd.h"
#include "code/iso8583-mac.h"

static GByteArray *
bytes_of (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  g_assert_true (till_bcd_from_hex (hex, bytes));
  return bytes;
}

static char *
hex_of (const GByteArray *bytes)
{
  char *hex = g_malloc (2 * bytes->len + 1);

  till_bcd_to_hex (bytes->data, bytes->len, hex);
  return hex;
}

static GKeyFile *
load (void)
{
  g_autofree char *path = g_build_filename (TEST_DIR, "vectors", "iso8583-messages", "good.ini",
                                            NULL);
  GKeyFile *file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  return file;
}

static void
assert_fields (GKeyFile          *file,
               const char        *name,
               const TillIso8583 *message)
{
  g_autofree char *mti = g_key_file_get_value (file, name, "mti", NULL);

  g_assert_cmpuint (message->mti, ==, g_ascii_strtoull (mti, NULL, 16));
  for (guint i = 1; i <= TILL_ISO8583_FIELDS; i++) {
    g_autofree char *key = g_strdup_printf ("%u", i);
    g_autofree char *should = g_key_file_get_string (file, name, key, NULL);

    if (should)
      g_assert_cmpstr (till_iso8583_get (message, i), ==, should);
  }
}

/* Each message is read as what it says, and written again as the same bytes. */
static void
test_good (void)
{
  g_autoptr (GKeyFile) file = load ();
  g_auto (GStrv) names = g_key_file_get_groups (file, NULL);

  for (guint i = 0; names[i]; i++) {
    g_autofree char *hex = g_key_file_get_value (file, names[i], "bytes", NULL);
    gboolean is_framed = g_key_file_get_boolean (file, names[i], "framed", NULL);
    g_autoptr (GByteArray) bytes = bytes_of (hex);
    gsize n_bytes = bytes->len;
    const guint8 *begin = is_framed ? till_iso8583_unframe (bytes->data, &n_bytes, NULL)
                                    : bytes->data;
    g_autoptr (GError) error = NULL;
    g_autoptr (TillIso8583) message = till_iso8583_parse (begin, n_bytes, &error);
    g_autoptr (GByteArray) again = NULL;
    g_autofree char *again_hex = NULL;

    g_test_message ("%s", names[i]);
    g_assert_no_error (error);
    assert_fields (file, names[i], message);
    again = till_iso8583_pack (message, &error);
    g_assert_no_error (error);
    if (is_framed)
      till_iso8583_frame (again);
    again_hex = hex_of (again);
    g_assert_cmpstr (again_hex, ==, hex);
  }
}

/* No cut of any message is taken for a whole one, nor read behind its end. */
static void
test_cuts (void)
{
  g_autoptr (GKeyFile) file = load ();
  g_auto (GStrv) names = g_key_file_get_groups (file, NULL);

  for (guint i = 0; names[i]; i++) {
    g_autofree char *hex = g_key_file_get_value (file, names[i], "bytes", NULL);
    g_autoptr (GByteArray) bytes = bytes_of (hex);
    gsize skipped = g_key_file_get_boolean (file, names[i], "framed", NULL) ? 2 : 0;

    for (gsize n = 0; n < bytes->len - skipped; n++) {
      g_autofree guint8 *cut = g_memdup2 (bytes->data + skipped, n);
      g_autoptr (GError) error = NULL;

      g_assert_null (till_iso8583_parse (cut, n, &error));
      g_assert_error (error, TILL_ISO8583_ERROR, TILL_ISO8583_ERROR_SHORT);
    }
  }
}

#define HEAD "6000030000603100310100"

static const struct {
  const char *hex;
  int         error;
} bad[] = {
  { HEAD "0800" "8020000000C00012" "000001", TILL_ISO8583_ERROR_UNSUPPORTED },  /* bit 1 */
  { HEAD "0800" "0800000000000000" "000001", TILL_ISO8583_ERROR_UNSUPPORTED },  /* field 5 */
  { HEAD "0200" "4000000000000000" "1A62280000000000000010", TILL_ISO8583_ERROR_LENGTH },
  { HEAD "0200" "4000000000000000" "2062280000000000000010", TILL_ISO8583_ERROR_LENGTH },
  { HEAD "0200" "4000000000000000" "196228000000000000001", TILL_ISO8583_ERROR_SHORT },
  { HEAD "0200" "4000000000000000" "0462A8", TILL_ISO8583_ERROR_VALUE },
  { HEAD "0200" "0020000000000000" "00000A", TILL_ISO8583_ERROR_VALUE },
  { HEAD "0200" "0020000000000000" "00000100", TILL_ISO8583_ERROR_LONG },
  { HEAD "0200" "0000000020000000" "0562B801", TILL_ISO8583_ERROR_VALUE },
  { HEAD "0200" "0000000000000200" "02560102", TILL_ISO8583_ERROR_LENGTH },
  { HEAD "0200" "0000000000000200" "00020102FF", TILL_ISO8583_ERROR_LONG },
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *even = g_strdup (bad[i].hex);
    g_autoptr (GByteArray) bytes = NULL;
    g_autoptr (GError) error = NULL;

    even[strlen (even) & ~1u] = '\0';
    bytes = bytes_of (even);
    g_test_message ("%s", even);
    g_assert_null (till_iso8583_parse (bytes->data, bytes->len, &error));
    g_assert_error (error, TILL_ISO8583_ERROR, bad[i].error);
  }
}

static void
test_bad_values (void)
{
  static const struct {
    guint       field;
    const char *value;
    int         error;
  } cases[] = {
    { 2, "62280000000000000010", TILL_ISO8583_ERROR_VALUE },
    { 4, "1234", TILL_ISO8583_ERROR_VALUE },
    { 4, "00000000001A", TILL_ISO8583_ERROR_VALUE },
    { 11, "0000010", TILL_ISO8583_ERROR_VALUE },
    { 35, "6228=2912", TILL_ISO8583_ERROR_VALUE },
    { 39, "0", TILL_ISO8583_ERROR_VALUE },
    { 49, "CNY1", TILL_ISO8583_ERROR_VALUE },
    { 5, "1", TILL_ISO8583_ERROR_UNSUPPORTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillIso8583) message = till_iso8583_new (0x0200);
    g_autoptr (GError) error = NULL;

    till_iso8583_set (message, cases[i].field, cases[i].value);
    g_assert_null (till_iso8583_pack (message, &error));
    g_assert_error (error, TILL_ISO8583_ERROR, cases[i].error);
  }
}

static void
test_frames (void)
{
  static const struct {
    const char *hex;
    int         error;  /* −1: taken */
  } cases[] = {
    { "0000", -1 }, { "000101", -1 }, { "00020102", -1 },
    { "", TILL_ISO8583_ERROR_SHORT }, { "00", TILL_ISO8583_ERROR_SHORT },
    { "000201", TILL_ISO8583_ERROR_SHORT }, { "FFFF01", TILL_ISO8583_ERROR_SHORT },
    { "00010102", TILL_ISO8583_ERROR_LONG },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) bytes = bytes_of (cases[i].hex);
    g_autoptr (GError) error = NULL;
    gsize n_bytes = bytes->len;
    const guint8 *inner = till_iso8583_unframe (bytes->data, &n_bytes, &error);

    if (cases[i].error < 0)
      g_assert_true (inner == bytes->data + 2 && n_bytes == bytes->len - 2);
    else
      g_assert_error (error, TILL_ISO8583_ERROR, cases[i].error);
  }
}

static void
test_fuzz (void)
{
  g_autoptr (GKeyFile) file = load ();
  g_auto (GStrv) names = g_key_file_get_groups (file, NULL);

  for (guint n = 0; n < 20000; n++) {
    const char *name = names[n % g_strv_length (names)];
    g_autofree char *hex = g_key_file_get_value (file, name, "bytes", NULL);
    g_autoptr (GByteArray) bytes = bytes_of (hex);
    guint n_changes = (guint) g_test_rand_int_range (1, 6);
    g_autofree guint8 *exact = NULL;
    g_autoptr (TillIso8583) message = NULL;

    for (guint i = 0; i < n_changes; i++)
      bytes->data[g_test_rand_int_range (0, (int) bytes->len)] = (guint8) g_test_rand_int ();
    exact = g_memdup2 (bytes->data, bytes->len);
    message = till_iso8583_parse (exact, bytes->len, NULL);
    if (message) {
      g_autoptr (GByteArray) again = till_iso8583_pack (message, NULL);

      g_assert_nonnull (again);
    }
  }
}

/* Sources: public POS code (MacEcbUtils); the second is of a double-length key. */
static const struct {
  const char *key;
  const char *bytes;
  const char *mac;
} macs[] = {
  { "5CBE7E38A146FD5C", "010203", "F11F2C27" },
  { "0123456789ABCDEFFEDCBA9876543210",
    "0800002000000000C4081200007831303031363931393834333239303034353832303030420001", "18D51577" },
};

static void
test_macs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (macs); i++) {
    g_autoptr (GByteArray) key = bytes_of (macs[i].key);
    g_autoptr (GByteArray) bytes = bytes_of (macs[i].bytes);
    char mac[9];

    g_assert_true (till_iso8583_mac (key->data, key->len, bytes->data, bytes->len, mac));
    g_assert_cmpstr (mac, ==, macs[i].mac);
  }
}

/* A sealed message verifies, and no changed byte of what is covered does. */
static void
test_seal (void)
{
  g_autoptr (GKeyFile) file = load ();
  g_autofree char *hex = g_key_file_get_value (file, "E5", "bytes", NULL);
  g_autoptr (GByteArray) bytes = bytes_of (hex);
  g_autoptr (GByteArray) key = bytes_of (macs[1].key);
  g_autoptr (GByteArray) other = bytes_of (macs[0].key);

  g_assert_false (till_iso8583_verify (bytes->data, bytes->len, key->data, key->len));
  g_assert_true (till_iso8583_seal (bytes, key->data, key->len));
  g_assert_true (till_iso8583_verify (bytes->data, bytes->len, key->data, key->len));
  g_assert_false (till_iso8583_verify (bytes->data, bytes->len, other->data, other->len));
  g_assert_false (till_iso8583_verify (bytes->data, 19, key->data, key->len));
  for (gsize i = 11; i < bytes->len; i++) {
    bytes->data[i] ^= 1;
    g_assert_false (till_iso8583_verify (bytes->data, bytes->len, key->data, key->len));
    bytes->data[i] ^= 1;
  }
}

static void
test_des (void)
{
  g_autoptr (GByteArray) key = bytes_of (macs[1].key);
  guint8 block[16] = { 0 };
  static const guint8 zeros[16];

  g_assert_true (till_des_crypt (key->data, key->len, TRUE, block, sizeof block, block));
  g_assert_true (memcmp (block, "\x08\xd7\xb4\xfb\x62\x9d\x08\x85", 8) == 0);
  g_assert_true (memcmp (block, block + 8, 8) == 0);
  g_assert_true (till_des_crypt (key->data, key->len, FALSE, block, sizeof block, block));
  g_assert_true (memcmp (block, zeros, sizeof zeros) == 0);
  g_assert_true (till_des_check (8) && till_des_check (16) && !till_des_check (24));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/iso8583/good", test_good);
  g_test_add_func ("/iso8583/cuts", test_cuts);
  g_test_add_func ("/iso8583/bad", test_bad);
  g_test_add_func ("/iso8583/bad-values", test_bad_values);
  g_test_add_func ("/iso8583/frames", test_frames);
  g_test_add_func ("/iso8583/fuzz", test_fuzz);
  g_test_add_func ("/iso8583/macs", test_macs);
  g_test_add_func ("/iso8583/seal", test_seal);
  g_test_add_func ("/iso8583/des", test_des);

  return g_test_run ();
}
