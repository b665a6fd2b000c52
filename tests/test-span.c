/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/span.h"

#include <string.h>

#include "wire-case.h"

static const struct {
  const char *id;
  const char *key;  /* NULL: the vector's own */
} vectors[] = {
  { "ALI-EXTRACT-1 plain", NULL },
  { "ALI-EXTRACT-2 spaces and newlines", NULL },
  { "ALI-EXTRACT-3 sign first", NULL },
  { "ALI-EXTRACT-4 encrypted: quotes included", NULL },
  { "ALI-EXTRACT-5 error_response", NULL },
  { "ALI-RESP-VERIFY (real gateway answer)", "alipay_open_file_upload_response" },
  { "ALI-RESP-SLASH (computed here: \"\\/\", braces and a \"sign\" key inside strings)",
    "alipay_trade_precreate_response" },
};

/* The substring that is signed is the published one. */
static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    g_autoptr (JsonNode) node = case_vector (vectors[i].id);
    JsonObject *vector = json_node_get_object (node);
    const char *raw = json_object_get_string_member (vector, "raw_response");
    const char *key = vectors[i].key ? vectors[i].key
                                     : json_object_get_string_member (vector, "key");
    g_autofree char *found = NULL;
    TillSpan span;

    g_assert_cmpuint (till_span_find (raw, strlen (raw), key, &span), ==, 1);
    found = g_strndup (span.bytes, span.n_bytes);
    g_assert_cmpstr (found, ==, json_object_get_string_member (vector, "signed_substring"));
  }
}

static const struct {
  const char *bytes;
  guint       n_found;
  const char *value;
} cases[] = {
  { "{\"a\":1}", 1, "1" },
  { " {\"b\":[1,{\"a\":2}],\"a\":\"x\\\"}\"} ", 1, "\"x\\\"}\"" },
  { "{\"b\":\"\\\\\",\"a\":true}", 1, "true" },
  { "{\"a\" : {\"a\":{}} }", 1, "{\"a\":{}}" },
  { "{\"a\":-1.5e3 ,\"b\":null}", 1, "-1.5e3" },
  { "{\"b\":{\"a\":1}}", 0, NULL },
  { "{\"b\":\"\\\"a\\\":1\"}", 0, NULL },
  { "{\"a\":1,\"a\":2}", 2, NULL },
  { "{\"a\":1,\"b\":{},\"a\":1}", 2, NULL },
  { "{\"\\u0061\":1,\"a\":2}", 0, NULL },
  { "{\"a\":1", 0, NULL },
  { "{\"a\":1}}", 0, NULL },
  { "{\"a\":1} x", 0, NULL },
  { "{\"a\":1,}", 0, NULL },
  { "{\"a\"1}", 0, NULL },
  { "{\"a\":}", 0, NULL },
  { "{a:1}", 0, NULL },
  { "{\"a\":{]}", 0, NULL },
  { "{\"a\":{}", 0, NULL },
  { "{\"a\":\"x}", 0, NULL },
  { "{\"a\":\"x\\\"}", 0, NULL },
  { "{", 0, NULL },
  { "{}", 0, NULL },
  { "[{\"a\":1}]", 0, NULL },
  { "\"a\":1", 0, NULL },
  { "", 0, NULL },
};

/* A member of the root and nothing else; two of one name, or a broken text, are not one. */
static void
test_find (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillSpan span = { NULL, 0 };
    g_autofree char *value = NULL;

    g_test_message ("%s", cases[i].bytes);
    g_assert_cmpuint (till_span_find (cases[i].bytes, strlen (cases[i].bytes), "a", &span), ==,
                      cases[i].n_found);
    value = span.bytes ? g_strndup (span.bytes, span.n_bytes) : NULL;
    g_assert_cmpstr (value, ==, cases[i].value);
  }
}

/* Every prefix of an answer is no answer, and reading it stays within it. */
static void
test_prefixes (void)
{
  static const char whole[] = "{\"a_response\":{\"x\":\"\\\"}\",\"y\":[1,{}]},\"sign\":\"x\\/y\"}";

  for (gsize n = 0; n < strlen (whole); n++) {
    g_autofree char *part = g_memdup2 (whole, n + 1);
    TillSpan span;

    g_assert_cmpuint (till_span_find (part, n, "a_response", &span), ==, 0);
    g_assert_false (till_span_is_object (part, n));
  }
  g_assert_true (till_span_is_object (whole, strlen (whole)));
}

/* An answer nested without end is refused before a parser recurses into it. */
static void
test_depth (void)
{
  g_autoptr (GString) deep = g_string_new ("{\"a\":");

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  g_assert_false (till_span_is_object (deep->str, deep->len));
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, ']');
  g_string_append_c (deep, '}');
  g_assert_false (till_span_is_object (deep->str, deep->len));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/span/vectors", test_vectors);
  g_test_add_func ("/span/find", test_find);
  g_test_add_func ("/span/prefixes", test_prefixes);
  g_test_add_func ("/span/depth", test_depth);

  return g_test_run ();
}
