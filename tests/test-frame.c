/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/frame.h"

#include <string.h>

static GVariant *
make_values (gsize n_bytes)
{
  g_autofree guint8 *bytes = g_malloc0 (n_bytes + 1);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "amount-fen", "x", G_GINT64_CONSTANT (1250));
  g_variant_dict_insert_value (&dict, "bytes",
                               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, n_bytes, 1));

  return g_variant_dict_end (&dict);
}

/* What was packed comes out, however the bytes arrive, one frame after the other. */
static void
test_round (void)
{
  g_autoptr (GByteArray) first = till_frame_pack ("read", make_values (300));
  g_autoptr (GByteArray) second = till_frame_pack ("list", make_values (0));
  g_autoptr (GByteArray) in = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint n_frames = 0;

  g_byte_array_append (first, second->data, second->len);
  for (guint i = 0; i < first->len; i++) {
    g_autofree char *word = NULL;
    g_autoptr (GVariant) values = NULL;
    gint64 amount_fen = 0;

    g_byte_array_append (in, first->data + i, 1);
    if (!till_frame_take (in, &word, &values, &error)) {
      g_assert_no_error (error);
      continue;
    }
    g_assert_cmpstr (word, ==, n_frames++ ? "list" : "read");
    g_assert_true (g_variant_lookup (values, "amount-fen", "x", &amount_fen));
    g_assert_cmpint (amount_fen, ==, 1250);
  }

  g_assert_cmpuint (n_frames, ==, 2);
  g_assert_cmpuint (in->len, ==, 0);
}

/* A frame that would be too long is not made. */
static void
test_too_long (void)
{
  g_autoptr (GByteArray) fits = till_frame_pack ("read", make_values (TILL_FRAME_MAX_BYTES - 200));
  g_autoptr (GByteArray) longer = till_frame_pack ("read", make_values (TILL_FRAME_MAX_BYTES));

  g_assert_nonnull (fits);
  g_assert_null (longer);
}

static const struct {
  const char *bytes;
  gsize       n_bytes;
  int         code;   /* a TillFrameError; −1 to wait for more */
} refused[] = {
  { "", 0, -1 },
  { "\0\0\0", 3, -1 },
  { "\0\0\0\1", 4, -1 },
  { "\0\1\0\0", 4, -1 },
  { "\0\1\0\1", 4, TILL_FRAME_ERROR_TOO_LONG },
  { "\377\377\377\377", 4, TILL_FRAME_ERROR_TOO_LONG },
  { "GET / HTTP/1.1", 14, TILL_FRAME_ERROR_TOO_LONG },
  { "\0\0\0\0", 4, TILL_FRAME_ERROR_MALFORMED },
  { "\0\0\0\1\377", 5, TILL_FRAME_ERROR_MALFORMED },
  { "\0\0\0\7read\0\0\0", 11, TILL_FRAME_ERROR_MALFORMED },
};

/* What is no frame is no message, and nothing is read behind its end. */
static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GByteArray) in = g_byte_array_new ();
    g_autoptr (GVariant) values = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *word = NULL;

    g_byte_array_append (in, (const guint8 *) refused[i].bytes, (guint) refused[i].n_bytes);
    g_assert_false (till_frame_take (in, &word, &values, &error));
    g_assert_null (word);
    if (refused[i].code < 0)
      g_assert_no_error (error);
    else
      g_assert_error (error, TILL_FRAME_ERROR, refused[i].code);
  }
}

/* Bytes that were changed are refused or are another message, never worse. */
static void
test_fuzz (void)
{
  g_autoptr (GByteArray) frame = till_frame_pack ("read", make_values (40));

  for (guint i = 0; i < 20000; i++) {
    g_autoptr (GByteArray) in = g_byte_array_new ();
    g_autoptr (GVariant) values = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *word = NULL;

    g_byte_array_append (in, frame->data, frame->len);
    for (gint32 n = g_test_rand_int_range (1, 4); n > 0; n--)
      in->data[g_test_rand_int_range (0, (gint32) in->len)] = (guint8) g_test_rand_int ();
    if (till_frame_take (in, &word, &values, &error)) {
      g_assert_true (g_variant_is_of_type (values, G_VARIANT_TYPE_VARDICT));
      g_assert_true (g_utf8_validate (word, -1, NULL));
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/round", test_round);
  g_test_add_func ("/frame/too-long", test_too_long);
  g_test_add_func ("/frame/refused", test_refused);
  g_test_add_func ("/frame/fuzz", test_fuzz);

  return g_test_run ();
}
