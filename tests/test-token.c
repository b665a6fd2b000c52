/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/token.h"

#include <string.h>

static const guint8 key[TILL_TOKEN_KEY] = { 1, 2, 3 };
static const guint8 other_key[TILL_TOKEN_KEY] = { 1, 2, 4 };

static const TillEmvCard cards[] = {
  {
    .decision = TILL_EMV_ONLINE, .pan = "6210948000000029", .expiry = "3012",
    .track_2 = "6210948000000029D30122200000012300", .pan_sequence = 1,
    .field_55 = { 0x9f, 0x26, 0x00 }, .n_field_55 = 3,
  },
  {
    .decision = TILL_EMV_ONLINE, .pan = "6228000000000000001", .expiry = "2912",
    .track_2 = "", .pan_sequence = -1, .n_field_55 = TILL_EMV_FIELD_55_MAX,
  },
  { .decision = TILL_EMV_ONLINE, .pan = "6210948000000029", .expiry = "3012", .pan_sequence = 0 },
};

static void
test_there_and_back (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *token = till_token_seal (&cards[i], key, &error);
    TillEmvCard card;

    g_assert_no_error (error);
    g_assert_null (strstr (token, cards[i].pan));
    g_assert_true (till_token_open (token, key, &card, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (card.pan, ==, cards[i].pan);
    g_assert_cmpstr (card.track_2, ==, cards[i].track_2);
    g_assert_cmpstr (card.expiry, ==, cards[i].expiry);
    g_assert_cmpint (card.pan_sequence, ==, cards[i].pan_sequence);
    g_assert_cmpmem (card.field_55, card.n_field_55, cards[i].field_55, cards[i].n_field_55);
  }
}

/* The same card is never sealed the same. */
static void
test_differs (void)
{
  g_autofree char *one = till_token_seal (&cards[0], key, NULL);
  g_autofree char *two = till_token_seal (&cards[0], key, NULL);

  g_assert_cmpstr (one, !=, two);
}

static void
assert_refused (const char   *token,
                const guint8 *with)
{
  g_autoptr (GError) error = NULL;
  TillEmvCard card = { .pan = "" };

  g_assert_false (till_token_open (token, with, &card, &error));
  g_assert_nonnull (error);
  g_assert_cmpstr (card.pan, ==, "");
  g_assert_cmpuint (card.n_field_55, ==, 0);
}

/* No changed bit, no cut and no other key opens it. */
static void
test_refused (void)
{
  g_autofree char *token = till_token_seal (&cards[0], key, NULL);
  gsize n_bytes;
  g_autofree guint8 *bytes = g_base64_decode (token, &n_bytes);

  assert_refused (token, other_key);
  assert_refused ("", key);
  assert_refused ("AAAA", key);
  for (gsize i = 0; i < n_bytes; i++) {
    g_autofree char *changed = NULL;
    g_autofree char *cut = g_base64_encode (bytes, i);

    bytes[i] ^= 1;
    changed = g_base64_encode (bytes, n_bytes);
    bytes[i] ^= 1;
    assert_refused (changed, key);
    assert_refused (cut, key);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/token/there-and-back", test_there_and_back);
  g_test_add_func ("/token/differs", test_differs);
  g_test_add_func ("/token/refused", test_refused);

  return g_test_run ();
}
