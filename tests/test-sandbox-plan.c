/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/plan.h"

#include <glib/gstdio.h>
#include <string.h>

static gboolean
add (TillPlan   *plan,
     const char *line,
     GError    **error)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);

  g_assert_nonnull (node);
  return till_plan_add (plan, json_node_get_object (node), error);
}

static void
assert_taken (TillPlan       *plan,
              TillSandboxCall call,
              const char     *paycode,
              const char     *word)
{
  g_assert_cmpstr (till_plan_take (plan, call, paycode).row->word, ==, word);
}

/* Words and digits name one row each, and every row can be played for some call. */
static void
test_table (void)
{
  const TillScenario *row;
  gboolean taken[100] = { FALSE };

  for (guint i = 0; (row = till_scenario_get (i)); i++) {
    g_assert_true (till_scenario_find (row->word) == row);
    g_assert_cmpuint (row->calls, !=, 0);
    g_assert_cmpint (row->digits, <, 100);
    g_assert_true (row->wechat_code == NULL || row->status >= 400);
    g_assert_true (!row->alipay_code == !row->alipay_sub_code);
    if (row->digits >= 0) {
      g_assert_false (taken[row->digits]);
      g_assert_true (row->calls & (1u << TILL_SANDBOX_CHARGE));
      taken[row->digits] = TRUE;
    }
  }

  g_assert_null (till_scenario_find ("nothing of the kind"));
}

/* The last two digits choose; those that no row has approve. */
static void
test_digits (void)
{
  static const struct {
    const char *paycode;
    const char *word;
  } cases[] = {
    { "134567890123456700", "approve" },
    { "134567890123456709", "approve" },
    { "134567890123456799", "approve" },
    { "134567890123456710", "password-paid" },
    { "134567890123456760", "lost-booked" },
    { "281234567890123423", "not-enough" },
    { "fpAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "approve" },
    { "1", "approve" },
    { "", "approve" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (till_scenario_for_paycode (cases[i].paycode)->word, ==, cases[i].word);
}

/* Wishes are played in their order, for their call, as often as they say; they win over digits. */
static void
test_take (void)
{
  g_autoptr (TillPlan) plan = till_plan_new ();
  TillScene scene;

  g_assert_true (add (plan, "{\"scenario\":\"absent\",\"times\":2}", NULL));
  g_assert_true (add (plan, "{\"call\":\"charge\",\"scenario\":\"slow\",\"after_ms\":3}", NULL));
  g_assert_true (add (plan, "{\"scenario\":\"refund-processing\",\"queries\":7}", NULL));
  g_assert_true (add (plan, "{\"scenario\":\"approve\",\"times\":0}", NULL));
  g_assert_cmpuint (till_plan_get_length (plan), ==, 3);

  assert_taken (plan, TILL_SANDBOX_KEYS, NULL, "approve");
  assert_taken (plan, TILL_SANDBOX_QUERY, NULL, "absent");
  scene = till_plan_take (plan, TILL_SANDBOX_CHARGE, "134567890123456760");
  g_assert_cmpstr (scene.row->word, ==, "slow");
  g_assert_cmpuint (scene.after_ms, ==, 3);
  assert_taken (plan, TILL_SANDBOX_CHARGE, "134567890123456760", "lost-booked");
  assert_taken (plan, TILL_SANDBOX_QUERY, NULL, "absent");
  assert_taken (plan, TILL_SANDBOX_QUERY, NULL, "approve");
  scene = till_plan_take (plan, TILL_SANDBOX_REFUND, NULL);
  g_assert_cmpuint (scene.queries, ==, 7);
  g_assert_cmpuint (till_plan_get_length (plan), ==, 0);
}

/* A wish that cannot be played is refused, and nothing is planned. */
static void
test_refused (void)
{
  static const struct {
    const char *wish;
    int         code;
  } cases[] = {
    { "{}", TILL_PLAN_ERROR_SCENARIO },
    { "{\"scenario\":\"nothing of the kind\"}", TILL_PLAN_ERROR_SCENARIO },
    { "{\"scenario\":7}", TILL_PLAN_ERROR_SYNTAX },
    { "{\"scenario\":\"slow\",\"call\":\"pay\"}", TILL_PLAN_ERROR_CALL },
    { "{\"scenario\":\"slow\",\"call\":[]}", TILL_PLAN_ERROR_SYNTAX },
    { "{\"scenario\":\"reverse-again\",\"call\":\"charge\"}", TILL_PLAN_ERROR_SCENARIO },
    { "{\"scenario\":\"slow\",\"after\":1}", TILL_PLAN_ERROR_SYNTAX },
    { "{\"scenario\":\"slow\",\"after_ms\":-1}", TILL_PLAN_ERROR_NUMBER },
    { "{\"scenario\":\"slow\",\"after_ms\":1.5}", TILL_PLAN_ERROR_NUMBER },
    { "{\"scenario\":\"slow\",\"after_ms\":\"1\"}", TILL_PLAN_ERROR_NUMBER },
    { "{\"scenario\":\"slow\",\"times\":99999999}", TILL_PLAN_ERROR_NUMBER },
    { "{\"scenario\":\"slow\",\"queries\":null}", TILL_PLAN_ERROR_NUMBER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillPlan) plan = till_plan_new ();
    g_autoptr (GError) error = NULL;

    g_assert_false (add (plan, cases[i].wish, &error));
    g_assert_error (error, TILL_PLAN_ERROR, cases[i].code);
    g_assert_cmpuint (till_plan_get_length (plan), ==, 0);
  }
}

/* A script is a wish a line; an error names its line. */
static void
test_script (void)
{
  static const struct {
    const char *text;
    guint       n_wishes;
    const char *where;   /* what the error begins with, after the path */
  } cases[] = {
    { "", 0, NULL },
    { "# nothing yet\n\n", 0, NULL },
    { "{\"scenario\":\"slow\"}\r\n  {\"scenario\":\"absent\"}", 2, NULL },
    { "{\"scenario\":\"slow\"}\n{\"scenario\":\"slower\"}\n", 0, ":2: no scenario" },
    { "\n\nslow\n", 0, ":3: " },
    { "[]\n", 0, ":1: not an object" },
    { "{\"scenario\":\"slow\"\n", 0, ":1: " },
  };
  g_autoptr (TillPlan) empty = till_plan_new ();
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "till-test-script-XXXXXX", NULL);

  g_assert_cmpint (g_close (g_mkstemp (path), NULL), ==, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillPlan) plan = till_plan_new ();
    g_autoptr (GError) error = NULL;
    g_autofree char *begins = g_strconcat (path, cases[i].where, NULL);

    g_assert_true (g_file_set_contents (path, cases[i].text, -1, NULL));
    g_assert_cmpint (till_plan_add_script (plan, path, &error), ==, cases[i].where == NULL);
    if (cases[i].where)
      g_assert_true (g_str_has_prefix (error->message, begins));
    else
      g_assert_cmpuint (till_plan_get_length (plan), ==, cases[i].n_wishes);
  }

  g_unlink (path);
  g_assert_false (till_plan_add_script (empty, path, NULL));
}

static void
test_words (void)
{
  guint calls;

  for (guint call = 0; call < TILL_SANDBOX_N_CALLS; call++) {
    g_assert_true (till_sandbox_call_from_word (till_sandbox_call_to_word (call), &calls));
    g_assert_cmpuint (calls, ==, 1u << call);
  }

  g_assert_true (till_sandbox_call_from_word ("any", &calls));
  g_assert_cmpuint (calls, ==, TILL_SANDBOX_ANY);
  g_assert_false (till_sandbox_call_from_word ("CHARGE", &calls));
  g_assert_false (till_sandbox_call_from_word ("", &calls));
}

/* The table in the README is the table in the code. */
static void
test_readme (void)
{
  g_autofree char *readme = NULL;
  const TillScenario *row;

  g_assert_true (g_file_get_contents (TEST_DIR "/../src/sandbox/README.md", &readme, NULL, NULL));
  for (guint i = 0; (row = till_scenario_get (i)); i++) {
    g_autofree char *digits = row->digits < 0 ? g_strdup ("–") :
                              g_strdup_printf ("%02d", row->digits);
    g_autofree char *begin = g_strdup_printf ("| %s | `%s` | ", digits, row->word);
    g_autofree char *end = g_strdup_printf (" | %s | %s | %s |\n",
                                            row->wechat_code ? row->wechat_code : "",
                                            row->alipay_sub_code ? row->alipay_sub_code : "",
                                            row->about);
    const char *line = strstr (readme, begin);

    g_test_message ("%s", row->word);
    g_assert_nonnull (line);
    g_assert_true (strstr (line, end) && strstr (line, end) < strchr (line, '\n'));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-plan/table", test_table);
  g_test_add_func ("/sandbox-plan/digits", test_digits);
  g_test_add_func ("/sandbox-plan/take", test_take);
  g_test_add_func ("/sandbox-plan/refused", test_refused);
  g_test_add_func ("/sandbox-plan/script", test_script);
  g_test_add_func ("/sandbox-plan/words", test_words);
  g_test_add_func ("/sandbox-plan/readme", test_readme);

  return g_test_run ();
}
