/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/plan.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK (till-plan-error-quark, till_plan_error)

#define TIMES_MAX    1000000
#define QUERIES_MAX  1000
#define AFTER_MS_MAX 600000

typedef struct {
  guint     calls;  /* bits of TillSandboxCall */
  guint     times;
  TillScene scene;
} Wish;

struct _TillPlan
{
  GQueue wishes;
};

static const char *const members[] = { "call", "scenario", "times", "queries", "after_ms", NULL };

static gboolean
read_number (JsonObject *wish,
             const char *name,
             gint64      max,
             guint      *number,
             GError    **error)
{
  JsonNode *node = json_object_get_member (wish, name);

  if (!node)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < 0 ||
      json_node_get_int (node) > max) {
    g_set_error (error, TILL_PLAN_ERROR, TILL_PLAN_ERROR_NUMBER,
                 _("%s is an integer from 0 to %lld"), name, (long long) max);
    return FALSE;
  }

  *number = (guint) json_node_get_int (node);
  return TRUE;
}

static gboolean
read_word (JsonObject  *wish,
           const char  *name,
           const char  *otherwise,
           const char **word,
           GError     **error)
{
  JsonNode *node = json_object_get_member (wish, name);

  if (node && json_node_get_value_type (node) != G_TYPE_STRING) {
    g_set_error (error, TILL_PLAN_ERROR, TILL_PLAN_ERROR_SYNTAX, _("%s is a word"), name);
    return FALSE;
  }

  *word = node ? json_node_get_string (node) : otherwise;
  return TRUE;
}

static gboolean
only_known_members (JsonObject *wish,
                    GError    **error)
{
  g_autoptr (GList) names = json_object_get_members (wish);

  for (GList *l = names; l; l = l->next) {
    if (!g_strv_contains (members, l->data)) {
      g_set_error (error, TILL_PLAN_ERROR, TILL_PLAN_ERROR_SYNTAX, _("no member is called “%s”"),
                   (const char *) l->data);
      return FALSE;
    }
  }

  return TRUE;
}

static gboolean
read_words (JsonObject *object,
            Wish       *wish,
            GError    **error)
{
  const char *call = NULL, *word = NULL;

  if (!read_word (object, "call", "any", &call, error) ||
      !read_word (object, "scenario", "", &word, error))
    return FALSE;

  wish->scene.row = till_scenario_find (word);
  if (!wish->scene.row) {
    g_set_error (error, TILL_PLAN_ERROR, TILL_PLAN_ERROR_SCENARIO, _("no scenario is called “%s”"),
                 word);
    return FALSE;
  }
  if (!till_sandbox_call_from_word (call, &wish->calls)) {
    g_set_error (error, TILL_PLAN_ERROR, TILL_PLAN_ERROR_CALL, _("no call is called “%s”"), call);
    return FALSE;
  }
  wish->calls &= wish->scene.row->calls;
  if (!wish->calls) {
    g_set_error (error, TILL_PLAN_ERROR, TILL_PLAN_ERROR_SCENARIO,
                 _("“%s” is not for the call “%s”"), word, call);
    return FALSE;
  }

  return TRUE;
}

static TillScene
scene_of (const TillScenario *row)
{
  return (TillScene) { .row = row, .queries = row->queries, .after_ms = row->after_ms };
}

static gboolean
add_line (TillPlan   *plan,
          const char *line,
          GError    **error)
{
  g_autoptr (JsonNode) node = json_from_string (line, error);

  if (!node) {
    if (error && !*error)
      g_set_error_literal (error, TILL_PLAN_ERROR, TILL_PLAN_ERROR_SYNTAX, _("nothing there"));
    return FALSE;
  }
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    g_set_error_literal (error, TILL_PLAN_ERROR, TILL_PLAN_ERROR_SYNTAX, _("not an object"));
    return FALSE;
  }

  return till_plan_add (plan, json_node_get_object (node), error);
}

TillPlan *
till_plan_new (void)
{
  return g_new0 (TillPlan, 1);
}

void
till_plan_free (TillPlan *plan)
{
  till_plan_clear (plan);
  g_free (plan);
}

/**
 * till_plan_add:
 * @wish: {"scenario": WORD, "call": WORD, "times": N, "queries": N, "after_ms": N}; all but
 *   the first may be left out: any call, once, the scenario's own numbers
 * @error: set to a #TillPlanError
 *
 * Asks for a scenario for the next calls.
 *
 * Returns: %FALSE where @wish cannot be played; nothing is then planned
 */
gboolean
till_plan_add (TillPlan   *plan,
               JsonObject *wish,
               GError    **error)
{
  g_autofree Wish *read = g_new0 (Wish, 1);

  if (!only_known_members (wish, error) || !read_words (wish, read, error))
    return FALSE;

  read->times = 1;
  read->scene = scene_of (read->scene.row);
  if (!read_number (wish, "times", TIMES_MAX, &read->times, error) ||
      !read_number (wish, "queries", QUERIES_MAX, &read->scene.queries, error) ||
      !read_number (wish, "after_ms", AFTER_MS_MAX, &read->scene.after_ms, error))
    return FALSE;

  if (read->times > 0)
    g_queue_push_tail (&plan->wishes, g_steal_pointer (&read));
  return TRUE;
}

/**
 * till_plan_add_script:
 * @path: a file with one wish a line; empty lines and those that begin with '#' say nothing
 * @error: a #TillPlanError that names the line, or what the file system says
 *
 * Returns: %FALSE where the file cannot be read or a line is wrong
 */
gboolean
till_plan_add_script (TillPlan   *plan,
                      const char *path,
                      GError    **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    g_strstrip (lines[i]);
    if (lines[i][0] == '\0' || lines[i][0] == '#')
      continue;
    if (!add_line (plan, lines[i], error)) {
      g_prefix_error (error, "%s:%u: ", path, i + 1);
      return FALSE;
    }
  }

  return TRUE;
}

void
till_plan_clear (TillPlan *plan)
{
  g_queue_clear_full (&plan->wishes, g_free);
}

/**
 * till_plan_get_length:
 *
 * Returns: how many wishes for scenes wait for their call
 */
guint
till_plan_get_length (const TillPlan *plan)
{
  return plan->wishes.length;
}

/**
 * till_plan_take:
 * @paycode: (nullable): the customer's payment code, where the call has one
 *
 * Returns: the scene that was asked for first among those for @call, else that of the payment
 *   code's last digits, else approval
 */
TillScene
till_plan_take (TillPlan       *plan,
                TillSandboxCall call,
                const char     *paycode)
{
  for (GList *l = plan->wishes.head; l; l = l->next) {
    Wish *wish = l->data;
    TillScene scene = wish->scene;

    if (!(wish->calls & (1u << call)))
      continue;
    if (--wish->times == 0) {
      g_queue_delete_link (&plan->wishes, l);
      g_free (wish);
    }
    return scene;
  }

  return scene_of (till_scenario_for_paycode (paycode ? paycode : ""));
}
