/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/fields.h"

static const TillField fields[] = {
  { "name", TILL_FIELD_TEXT, TRUE, 2, 4, "^[a-z市]+$" },
  { "amount.total", TILL_FIELD_INTEGER, TRUE, 1, 100 },
  { "amount.yuan", TILL_FIELD_YUAN },
  { "flag", TILL_FIELD_BOOLEAN },
  { "time", TILL_FIELD_TIME },
  { "detail", TILL_FIELD_ANY },
  { NULL },
};
static const TillField more_fields[] = {
  { "more", TILL_FIELD_TEXT, FALSE, 1 },
  { NULL },
};
static const TillField *const tables[] = { fields, more_fields, NULL };

#define REST "\"name\":\"abc\",\"amount\":{\"total\":5}"

/* Each type refuses what is not its own, and says where. */
static void
test_check (void)
{
  static const struct {
    const char *text;
    const char *path;    /* NULL: good */
  } cases[] = {
    { "{" REST "}", NULL },
    { "{" REST ",\"more\":\"x\",\"flag\":false}", NULL },
    { "{\"name\":\"市市市市\",\"amount\":{\"total\":1}}", NULL },
    { "{" REST ",\"detail\":{\"a\":[{\"b\":null}]}}", NULL },
    { "{" REST ",\"detail\":[]}", NULL },
    { "{" REST ",\"time\":\"2026-05-20T13:29:35+08:00\"}", NULL },
    { "{\"name\":\"abc\",\"amount\":{\"total\":100,\"yuan\":\"0.01\"}}", NULL },
    { "{\"name\":\"abc\",\"amount\":{\"total\":100,\"yuan\":\"100000000\"}}", NULL },
    { "{\"name\":\"abc\",\"amount\":{\"total\":100,\"yuan\":\"1.5\"}}", NULL },

    { "{}", "name" },
    { "{\"name\":\"abc\"}", "amount.total" },
    { "{\"name\":\"abc\",\"amount\":{}}", "amount.total" },
    { "{\"name\":\"abc\",\"amount\":5}", "amount" },
    { "{\"name\":\"abc\",\"amount\":null}", "amount" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":0}}", "amount.total" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":101}}", "amount.total" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":-1}}", "amount.total" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":5.0}}", "amount.total" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":\"5\"}}", "amount.total" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":true}}", "amount.total" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":null}}", "amount.total" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":5,\"yuan\":\"0.00\"}}", "amount.yuan" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":5,\"yuan\":\"1.234\"}}", "amount.yuan" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":5,\"yuan\":\".5\"}}", "amount.yuan" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":5,\"yuan\":\"01\"}}", "amount.yuan" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":5,\"yuan\":\"100000000.01\"}}", "amount.yuan" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":5,\"yuan\":\"1,000\"}}", "amount.yuan" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":5,\"yuan\":\"1\\n\"}}", "amount.yuan" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":5,\"yuan\":1}}", "amount.yuan" },
    { "{\"name\":\"a\",\"amount\":{\"total\":5}}", "name" },
    { "{\"name\":\"abcde\",\"amount\":{\"total\":5}}", "name" },
    { "{\"name\":\"ab1\",\"amount\":{\"total\":5}}", "name" },
    { "{\"name\":\"ab\\n\",\"amount\":{\"total\":5}}", "name" },
    { "{\"name\":7,\"amount\":{\"total\":5}}", "name" },
    { "{" REST ",\"flag\":\"true\"}", "flag" },
    { "{" REST ",\"flag\":1}", "flag" },
    { "{" REST ",\"time\":\"2026-05-20T13:29:35\"}", "time" },
    { "{" REST ",\"time\":\"2026-05-20 13:29:35+08:00\"}", "time" },
    { "{" REST ",\"time\":\"soon\"}", "time" },
    { "{" REST ",\"detail\":\"text\"}", "detail" },
    { "{" REST ",\"detail\":null}", "detail" },
    { "{" REST ",\"more\":\"\"}", "more" },
    { "{" REST ",\"unknown\":1}", "unknown" },
    { "{\"name\":\"abc\",\"amount\":{\"total\":5,\"totals\":5}}", "amount.totals" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonNode) node = json_from_string (cases[i].text, NULL);
    g_auto (TillFieldFault) fault = { NULL };
    gboolean is_good = till_fields_check (json_node_get_object (node), tables, &fault);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpstr (fault.path, ==, cases[i].path);
    g_assert_cmpint (is_good, ==, cases[i].path == NULL);
  }
}

static void
test_get (void)
{
  g_autoptr (JsonNode) node = json_from_string ("{\"a\":{\"b\":7,\"c\":\"x\"},\"d\":[1]}", NULL);
  JsonObject *object = json_node_get_object (node);

  g_assert_cmpint (till_fields_get_int (object, "a.b"), ==, 7);
  g_assert_cmpint (till_fields_get_int (object, "a.c"), ==, 0);
  g_assert_cmpstr (till_fields_get_text (object, "a.c"), ==, "x");
  g_assert_null (till_fields_get_text (object, "a.b"));
  g_assert_null (till_fields_get_text (object, "d.b"));
  g_assert_null (till_fields_get (object, "a.b.c"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-fields/check", test_check);
  g_test_add_func ("/sandbox-fields/get", test_get);

  return g_test_run ();
}
