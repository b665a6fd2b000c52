/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/sm4.h"

#include <string.h>

#include "acquirer/acquirer.h"
#include "acquirer/seal.h"
#include "wire-case.h"

static void
read_hex (const char *hex,
          guint8     *bytes)
{
  for (gsize i = 0; hex[2 * i]; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 |
                         g_ascii_xdigit_value (hex[2 * i + 1]));
}

static JsonArray *
rows_of (JsonNode   *root,
         const char *name)
{
  return json_object_get_array_member (json_node_get_object (root), name);
}

static const char *
text_of (JsonArray  *rows,
         guint       i,
         const char *name)
{
  return json_object_get_string_member (json_array_get_object_element (rows, i), name);
}

/* The standard's blocks come out; it has them without padding, which is one block more. */
static void
test_published (void)
{
  g_autofree char *file = case_read_file ("published", "gm.json");
  g_autoptr (JsonNode) root = json_from_string (file, NULL);
  JsonArray *rows = rows_of (root, "sm4-cbc");

  for (guint i = 0; i < json_array_get_length (rows); i++) {
    guint8 key[TILL_SM4_BYTES];
    guint8 iv[TILL_SM4_BYTES];
    char text[64] = "";
    g_autofree char *sealed = NULL;
    g_autofree char *opened = NULL;
    g_autofree char *hex = NULL;
    g_autofree guint8 *bytes = NULL;
    gsize n_bytes = 0;

    read_hex (text_of (rows, i, "key"), key);
    read_hex (text_of (rows, i, "iv"), iv);
    read_hex (text_of (rows, i, "text"), (guint8 *) text);

    sealed = till_sm4_seal (key, iv, text);
    bytes = till_base64_decode (sealed, &n_bytes);
    hex = till_hex (bytes, n_bytes);
    g_assert_cmpuint (n_bytes, ==, strlen (text) + TILL_SM4_BYTES);
    g_assert_true (g_str_has_prefix (hex, text_of (rows, i, "begins")));

    opened = till_sm4_open (key, iv, sealed, NULL);
    g_assert_cmpstr (opened, ==, text);
  }
}

static const char *const texts[] = { "", "a", "fifteen letters", "sixteen letters!", "收款 12.50" };

/* What is sealed opens, whatever its length, and with another key it does not. */
static void
test_both_ways (void)
{
  static const guint8 key[TILL_SM4_BYTES] = "1234567890123456";
  static const guint8 other[TILL_SM4_BYTES] = "1234567890123457";
  static const guint8 iv[TILL_SM4_BYTES];

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *sealed = till_sm4_seal (key, iv, texts[i]);
    g_autofree char *opened = till_sm4_open (key, iv, sealed, NULL);
    g_autofree char *wrong = till_sm4_open (other, iv, sealed, NULL);

    g_assert_cmpstr (opened, ==, texts[i]);
    g_assert_cmpstr (wrong, !=, texts[i]);
  }
}

static const char *const not_sealed[] = { "", "no base64", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAA" };

/* What was not sealed is refused with the error. */
static void
test_refused (void)
{
  static const guint8 key[TILL_SM4_BYTES] = "1234567890123456";
  static const guint8 iv[TILL_SM4_BYTES];

  for (guint i = 0; i < G_N_ELEMENTS (not_sealed); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (till_sm4_open (key, iv, not_sealed[i], &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER);
  }
}

/* SM3 and the keyed digests are the published ones. */
static void
test_digests (void)
{
  g_autofree char *file = case_read_file ("published", "gm.json");
  g_autoptr (JsonNode) root = json_from_string (file, NULL);
  JsonArray *sm3 = rows_of (root, "sm3");
  JsonArray *hmac = rows_of (root, "hmac");

  for (guint i = 0; i < json_array_get_length (sm3); i++) {
    g_autofree char *hex = till_digest_hex ("SM3", text_of (sm3, i, "text"));

    g_assert_cmpstr (hex, ==, text_of (sm3, i, "hex"));
  }
  for (guint i = 0; i < json_array_get_length (hmac); i++) {
    const char *digest = text_of (hmac, i, "digest");
    const char *key = text_of (hmac, i, "key");
    const char *text = text_of (hmac, i, "text");
    g_autofree char *hex = till_hmac_hex (digest, key, text);
    g_autofree char *base64 = till_hmac_base64 (digest, key, text);
    g_autofree guint8 *bytes = NULL;
    g_autofree char *again = NULL;
    gsize n_bytes = 0;

    bytes = till_base64_decode (base64, &n_bytes);
    again = till_hex (bytes, n_bytes);
    g_assert_cmpstr (hex, ==, text_of (hmac, i, "hex"));
    g_assert_cmpstr (again, ==, hex);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sm4/published", test_published);
  g_test_add_func ("/sm4/both-ways", test_both_ways);
  g_test_add_func ("/sm4/refused", test_refused);
  g_test_add_func ("/sm4/digests", test_digests);

  return g_test_run ();
}
