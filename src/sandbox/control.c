/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/exchange.h"
#include "sandbox/text.h"

#include <string.h>

/* The addresses by which a test asks for scenarios and reads the ledger. They need no signature:
 * the sandbox listens to this computer only. */

#define PREFIX "/sandbox/"

/* {"batch":"next"}: the terminals' host begins another batch, as it does each day. */
static gboolean
begin_batch (TillExchange *exchange,
             JsonObject   *wish)
{
  if (!json_object_has_member (wish, "batch") || json_object_get_size (wish) != 1)
    return FALSE;

  exchange->world->n_batches++;
  return TRUE;
}

/* POST /sandbox/control: a wish for the plan, {"clear":true}, or what begin_batch() takes. */
static void
plan (TillExchange *exchange)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (exchange->body, &error);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  TillPlan *wishes = exchange->world->plan;

  if (!node || !JSON_NODE_HOLDS_OBJECT (node)) {
    till_exchange_fault (exchange, 400, error ? error->message : "not an object");
    return;
  }
  if (json_object_has_member (json_node_get_object (node), "clear")) {
    till_plan_clear (wishes);
  } else if (!begin_batch (exchange, json_node_get_object (node)) &&
             !till_plan_add (wishes, json_node_get_object (node), &error)) {
    till_exchange_fault (exchange, 400, error->message);
    return;
  }

  json_builder_begin_object (json);
  till_json_add_int (json, "planned", till_plan_get_length (wishes));
  json_builder_end_object (json);
  till_exchange_answer (exchange, 200, "application/json", till_json_to_text (json));
}

static void
show_ledger (TillExchange *exchange)
{
  till_exchange_answer (exchange, 200, "application/json",
                        till_sandbox_ledger_to_json (exchange->world->ledger));
}

static void
add_calls (JsonBuilder        *json,
           const TillScenario *row)
{
  json_builder_set_member_name (json, "calls");
  json_builder_begin_array (json);
  for (guint call = 0; call < TILL_SANDBOX_N_CALLS; call++)
    if (row->calls & (1u << call))
      json_builder_add_string_value (json, till_sandbox_call_to_word (call));
  json_builder_end_array (json);
}

/* GET /sandbox/scenarios: the table. */
static void
show_scenarios (TillExchange *exchange)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  const TillScenario *row;

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "scenarios");
  json_builder_begin_array (json);
  for (guint i = 0; (row = till_scenario_get (i)); i++) {
    json_builder_begin_object (json);
    till_json_add_text (json, "scenario", row->word);
    if (row->digits >= 0)
      till_json_add_int (json, "digits", row->digits);
    add_calls (json, row);
    till_json_add_text (json, "wechat", row->wechat_code);
    till_json_add_text (json, "alipay", row->alipay_sub_code);
    till_json_add_text (json, "about", row->about);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
  json_builder_end_object (json);
  till_exchange_answer (exchange, 200, "application/json", till_json_to_text (json));
}

static const struct {
  const char *method;
  const char *path;
  void      (*run) (TillExchange *exchange);
} addresses[] = {
  { "POST", PREFIX "control", plan },
  { "GET", PREFIX "ledger", show_ledger },
  { "GET", PREFIX "scenarios", show_scenarios },
};

static void
serve (TillExchange *exchange)
{
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    if (strcmp (addresses[i].path, exchange->path) == 0 &&
        strcmp (addresses[i].method, exchange->method) == 0) {
      addresses[i].run (exchange);
      return;
    }
  }

  till_exchange_fault (exchange, 404, "no such address");
}

const TillSandboxBank till_sandbox_control = {
  .id = "control",
  .path_prefix = PREFIX,
  .serve = serve,
};
