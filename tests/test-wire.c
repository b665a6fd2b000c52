/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/wire.h"

#include <string.h>

/* What is put comes out in order, in UTF-8, integers as integers, and nothing for nothing. */
static void
test_build (void)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  till_wire_put_text (builder, "z", "咖啡/\"\\\n");
  till_wire_put_int (builder, "a", 100);
  till_wire_put_text (builder, "none", NULL);
  till_wire_put_text (builder, "empty", "");
  json_builder_end_object (builder);
  text = till_wire_take_json (builder);

  g_assert_cmpstr (text, ==, "{\"z\":\"咖啡/\\\"\\\\\\n\",\"a\":100}");
}

static const struct {
  const char *text;
  gssize      n_bytes;  /* −1: the whole text */
  gboolean    is_object;
} objects[] = {
  { "{}", -1, TRUE },
  { " {\"a\":{\"b\":[1,2]}}\n", -1, TRUE },
  { "{\"a\":1}garbage", 7, TRUE },
  { "", -1, FALSE },
  { "[]", -1, FALSE },
  { "null", -1, FALSE },
  { "<html>", -1, FALSE },
  { "{\"a\":1", -1, FALSE },
  { "{\"a\":1}x", -1, FALSE },
  { "{\"a\":\xff}", -1, FALSE },
  { "{\"a\":\"\xc3\x28\"}", -1, FALSE },
  { "{\"a\" 1}", -1, FALSE },
  { "{\"a\":1}\0", 8, FALSE },
};

/* An object of JSON in UTF-8, whole, and nothing else. */
static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++) {
    gsize n = objects[i].n_bytes < 0 ? strlen (objects[i].text) : (gsize) objects[i].n_bytes;
    g_autoptr (JsonNode) root = till_wire_parse_object (objects[i].text, n);

    g_test_message ("object %u", i);
    g_assert_true ((root != NULL) == objects[i].is_object);
  }
}

static const struct {
  const char *value;
  gint64      fen;   /* as integer fen; −1 where it is none */
  gint64      yuan;  /* as a text of yuan; −1 where it is none */
} amounts[] = {
  { "1250", 1250, -1 },
  { "0", 0, -1 },
  { "9999999999", 9999999999, -1 },
  { "10000000000", -1, -1 },
  { "-1", -1, -1 },
  { "1.0", -1, -1 },
  { "1250.0", -1, -1 },
  { "1e3", -1, -1 },
  { "true", -1, -1 },
  { "null", -1, -1 },
  { "[1250]", -1, -1 },
  { "{}", -1, -1 },
  { "\"12.50\"", -1, 1250 },
  { "\"12.5\"", -1, 1250 },
  { "\"12\"", -1, 1200 },
  { "\"0.01\"", -1, 1 },
  { "\"0.00\"", -1, 0 },
  { "\"99999999.99\"", -1, 9999999999 },
  { "\"100000000.00\"", -1, -1 },
  { "\"1250\"", -1, 125000 },
  { "\"12.505\"", -1, -1 },
  { "\"12.\"", -1, -1 },
  { "\".5\"", -1, -1 },
  { "\"\"", -1, -1 },
  { "\"-1.00\"", -1, -1 },
  { "\"+1.00\"", -1, -1 },
  { "\"1,250.00\"", -1, -1 },
  { "\" 1.00\"", -1, -1 },
  { "\"1.00 \"", -1, -1 },
  { "\"1e3\"", -1, -1 },
  { "\"１２\"", -1, -1 },
  { "\"99999999999999999999\"", -1, -1 },
  { "88.88", -1, -1 },
};

/* Amounts are read by their digits, in the one form that the wallet writes them in. */
static void
test_amounts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++) {
    g_autofree char *text = g_strdup_printf ("{\"v\":%s}", amounts[i].value);
    g_autoptr (JsonNode) root = till_wire_parse_object (text, strlen (text));
    JsonObject *object = json_node_get_object (root);
    gint64 fen = -1;
    gint64 yuan = -1;

    g_test_message ("%s", text);
    g_assert_true (till_wire_get_fen (object, "v", &fen) == (amounts[i].fen >= 0));
    g_assert_true (till_wire_get_yuan (object, "v", &yuan) == (amounts[i].yuan >= 0));
    g_assert_cmpint (fen, ==, amounts[i].fen);
    g_assert_cmpint (yuan, ==, amounts[i].yuan);
  }
}

/* A member is what it is asked for, or nothing. */
static void
test_members (void)
{
  static const char text[] =
    "{\"t\":\"x\",\"e\":\"\",\"n\":null,\"i\":7,\"o\":{\"t\":\"y\"},\"a\":[]}";
  g_autoptr (JsonNode) root = till_wire_parse_object (text, strlen (text));
  JsonObject *object = json_node_get_object (root);
  gint64 value = -1;

  g_assert_cmpstr (till_wire_get_text (object, "t"), ==, "x");
  g_assert_null (till_wire_get_text (object, "e"));
  g_assert_null (till_wire_get_text (object, "n"));
  g_assert_null (till_wire_get_text (object, "i"));
  g_assert_null (till_wire_get_text (object, "o"));
  g_assert_null (till_wire_get_text (object, "missing"));
  g_assert_null (till_wire_get_text (NULL, "t"));
  g_assert_cmpstr (till_wire_get_text (till_wire_get_object (object, "o"), "t"), ==, "y");
  g_assert_null (till_wire_get_object (object, "t"));
  g_assert_null (till_wire_get_object (object, "a"));
  g_assert_null (till_wire_get_object (NULL, "o"));
  g_assert_true (till_wire_get_int (object, "i", &value));
  g_assert_cmpint (value, ==, 7);
  g_assert_false (till_wire_get_int (object, "t", &value));
  g_assert_false (till_wire_get_int (NULL, "i", &value));
}

static const struct {
  const char *bytes;
  const char *text;
} strings[] = {
  { "\"x\\/y\\u00e9\\\"\"", "x/yé\"" },
  { "\"QUJD==\"", "QUJD==" },
  { "\"\"", NULL },
  { "12", NULL },
  { "{\"a\":1}", NULL },
  { "\"a\",\"b\":1", "a" },
};

static void
test_read_span (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++) {
    TillSpan span = { strings[i].bytes, strlen (strings[i].bytes) };
    g_autofree char *text = till_wire_read_span (&span);

    g_assert_cmpstr (text, ==, strings[i].text);
  }
}

static const struct {
  gint64      at_s;
  const char *rfc3339;
  const char *gmt8;
} times[] = {
  { 1779254975, "2026-05-20T13:29:35+08:00", "2026-05-20 13:29:35" },
  { 0, "1970-01-01T08:00:00+08:00", "1970-01-01 08:00:00" },
  { 1735660799, "2024-12-31T23:59:59+08:00", "2024-12-31 23:59:59" },
  { 1735660800, "2025-01-01T00:00:00+08:00", "2025-01-01 00:00:00" },
};

/* China's time both ways, whatever the computer's zone is. */
static void
test_times (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    gint64 at_us = times[i].at_s * G_USEC_PER_SEC;
    g_autofree char *rfc3339 = till_wire_format_rfc3339 (at_us);
    g_autofree char *gmt8 = till_wire_format_gmt8 (at_us);

    g_assert_cmpstr (rfc3339, ==, times[i].rfc3339);
    g_assert_cmpstr (gmt8, ==, times[i].gmt8);
    g_assert_cmpint (till_wire_parse_rfc3339 (times[i].rfc3339), ==, at_us);
    g_assert_cmpint (till_wire_parse_gmt8 (times[i].gmt8), ==, at_us);
  }
  g_assert_cmpint (till_wire_parse_rfc3339 ("2026-05-20T05:29:35Z"), ==,
                   G_GINT64_CONSTANT (1779254975) * G_USEC_PER_SEC);
}

static const char *const bad_times[] = {
  "", "2026", "2026-05-20", "2026-05-20T13:29:35", "2026-13-20 13:29:35", "2026-05-20 25:29:35",
  "2026-05-20 13:29", "20 May 2026 13:29:35 xx", "x",
};

static void
test_bad_times (void)
{
  g_assert_cmpint (till_wire_parse_rfc3339 (NULL), ==, 0);
  g_assert_cmpint (till_wire_parse_gmt8 (NULL), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (bad_times); i++) {
    g_assert_cmpint (till_wire_parse_rfc3339 (bad_times[i]), ==, 0);
    g_assert_cmpint (till_wire_parse_gmt8 (bad_times[i]), ==, 0);
  }
}

static const struct {
  const char *text;
  const char *refused;
  gsize       n_bytes_max;
  const char *clean;
} texts[] = {
  { "晨光便利店", "", 127, "晨光便利店" },
  { "晨光🍜便利店", "", 127, "晨光便利店" },
  { "a/b=c&d", "/=&", 256, "abcd" },
  { "a/b=c&d", "", 256, "a/b=c&d" },
  { " tab\tand\nline ", "", 256, "tabandline" },
  { "晨光便利店", "", 8, "晨光" },
  { "晨光便利店", "", 9, "晨光便" },
  { "🍜🍜", "", 127, NULL },
  { "  ", "", 127, NULL },
  { "", "", 127, NULL },
  { NULL, "", 127, NULL },
  { "\xff\xfe", "", 127, NULL },
};

/* Only what the wallet takes, cut between two characters. */
static void
test_clean (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *clean = till_wire_clean (texts[i].text, texts[i].refused,
                                              texts[i].n_bytes_max);

    g_assert_cmpstr (clean, ==, texts[i].clean);
  }
}

static const struct {
  const char *code;
  const char *said;
} said[] = {
  { "NOT_ENOUGH", "HTTP 403 NOT_ENOUGH" },
  { "isv.invalid-signature", "HTTP 403 isv.invalid-signature" },
  { NULL, "HTTP 403" },
  { "", "HTTP 403" },
  { "134567890123456789 was used\n", "HTTP 403" },
  { "余额不足", "HTTP 403" },
  { "A2345678901234567890123456789012345678901234567890123456789012345", "HTTP 403" },
};

/* What nobody signed gets into a log only as far as it is a plain word. */
static void
test_said (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (said); i++) {
    g_autofree char *text = till_wire_said ("HTTP 403", said[i].code);

    g_assert_cmpstr (text, ==, said[i].said);
  }
}

static void
test_squeeze (void)
{
  static const char *const spellings[] = {
    "NOT_ENOUGH", "NOTENOUGH", "not_enough", " Not_Enough\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++) {
    g_autofree char *squeezed = till_wire_squeeze (spellings[i]);

    g_assert_cmpstr (squeezed, ==, "NOTENOUGH");
  }
}

static void
test_is_made_of (void)
{
  static const struct {
    const char *text;
    gboolean    fits;   /* two or three of "ab0" */
  } cases[] = {
    { "ab", TRUE },   { "0a0", TRUE },   { "bbb", TRUE },  { NULL, FALSE },   { "", FALSE },
    { "a", FALSE },   { "abab", FALSE }, { "aB", FALSE },  { "ab\n", FALSE }, { "ac", FALSE },
    { "a b", FALSE }, { "ä", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (till_wire_is_made_of (cases[i].text, "ab0", 2, 3), ==, cases[i].fits);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/is-made-of", test_is_made_of);
  g_test_add_func ("/wire/build", test_build);
  g_test_add_func ("/wire/parse", test_parse);
  g_test_add_func ("/wire/amounts", test_amounts);
  g_test_add_func ("/wire/members", test_members);
  g_test_add_func ("/wire/read-span", test_read_span);
  g_test_add_func ("/wire/times", test_times);
  g_test_add_func ("/wire/bad-times", test_bad_times);
  g_test_add_func ("/wire/clean", test_clean);
  g_test_add_func ("/wire/said", test_said);
  g_test_add_func ("/wire/squeeze", test_squeeze);

  return g_test_run ();
}
