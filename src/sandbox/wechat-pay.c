/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/exchange.h"

#include "sandbox/fields.h"
#include "sandbox/text.h"
#include "sandbox/wechat-calls.h"
#include "sandbox/wechat-sign.h"

#include <string.h>

/* WeChat Pay's side, API v3. Sources: pay.weixin.qq.com, apis/code-payment-v3/direct/{code-pay,
 * reverse}, partner-code-payment-v3/partner/partner-code-pay, doc/v3/merchant/{4012525171 native,
 * 4013071036 refund, 4012081709 and 4012081717 rules and codes}. */

#define ORDER_PATTERN  "^[0-9A-Za-z_*-]+$"
#define NATIVE_PATTERN "^[0-9A-Za-z_*|-]+$"
#define REFUND_PATTERN "^[0-9A-Za-z_|*@-]+$"
#define URL_PATTERN    "^https://[^?#]+$"
#define TOTAL_MAX      9999999999

typedef enum { IDS_NONE, IDS_ORDER, IDS_MERCHANT, IDS_SUB } Ids;
typedef enum { BOTH, DIRECT, PARTNER } Mode;

typedef struct {
  const char       *method;
  const char       *path;
  Mode              mode;
  TillSandboxCall   call;
  Ids               ids;
  const TillField  *fields;
  void            (*run) (TillWechatAsk *ask);
} Route;

static const TillField no_fields[] = { { NULL } };

/* Which ids stand in a request; the first of each pair is direct, the second partner. */
static const TillField order_ids[] = {
  { "appid", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "mchid", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { NULL },
};
static const TillField partner_order_ids[] = {
  { "sp_appid", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "sp_mchid", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "sub_appid", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "sub_mchid", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { NULL },
};
static const TillField merchant_ids[] = {
  { "mchid", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { NULL },
};
static const TillField partner_merchant_ids[] = {
  { "sp_mchid", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "sub_mchid", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { NULL },
};
static const TillField sub_ids[] = {
  { "sub_mchid", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { NULL },
};

static const TillField *const id_tables[][2] = {
  [IDS_NONE]     = { no_fields, no_fields },
  [IDS_ORDER]    = { order_ids, partner_order_ids },
  [IDS_MERCHANT] = { merchant_ids, partner_merchant_ids },
  [IDS_SUB]      = { no_fields, sub_ids },
};

/* wechat code-pay page of 2025-02 */
static const TillField charge_fields[] = {
  { "description", TILL_FIELD_TEXT, TRUE, 1, 127 },
  { "out_trade_no", TILL_FIELD_TEXT, TRUE, 6, 32, ORDER_PATTERN },
  { "attach", TILL_FIELD_TEXT, FALSE, 1, 128 },
  { "goods_tag", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "support_fapiao", TILL_FIELD_BOOLEAN },
  { "payer.auth_code", TILL_FIELD_TEXT, TRUE, 1, 32 },
  { "amount.total", TILL_FIELD_INTEGER, TRUE, 1, TOTAL_MAX },
  { "amount.currency", TILL_FIELD_TEXT, FALSE, 1, 16, "^CNY$" },
  { "scene_info.device_id", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "scene_info.device_ip", TILL_FIELD_TEXT, FALSE, 1, 45 },
  { "scene_info.store_info.id", TILL_FIELD_TEXT, FALSE, 1, 32, "^[0-9]+$" },
  { "scene_info.store_info.out_id", TILL_FIELD_TEXT, FALSE, 1, 256 },
  { "settle_info.profit_sharing", TILL_FIELD_BOOLEAN },
  { "detail", TILL_FIELD_ANY },
  { NULL },
};

/* 4012525171 */
static const TillField native_fields[] = {
  { "description", TILL_FIELD_TEXT, TRUE, 1, 127 },
  { "out_trade_no", TILL_FIELD_TEXT, TRUE, 6, 32, NATIVE_PATTERN },
  { "time_expire", TILL_FIELD_TIME, FALSE, 1, 64 },
  { "attach", TILL_FIELD_TEXT, FALSE, 1, 128 },
  { "notify_url", TILL_FIELD_TEXT, TRUE, 1, 255, URL_PATTERN },
  { "goods_tag", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "support_fapiao", TILL_FIELD_BOOLEAN },
  { "amount.total", TILL_FIELD_INTEGER, TRUE, 1, TOTAL_MAX },
  { "amount.currency", TILL_FIELD_TEXT, FALSE, 1, 16, "^CNY$" },
  { "scene_info.payer_client_ip", TILL_FIELD_TEXT, FALSE, 1, 45 },
  { "scene_info.device_id", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "scene_info.store_info.id", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "scene_info.store_info.name", TILL_FIELD_TEXT, FALSE, 1, 256 },
  { "scene_info.store_info.area_code", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "scene_info.store_info.address", TILL_FIELD_TEXT, FALSE, 1, 512 },
  { "settle_info.profit_sharing", TILL_FIELD_BOOLEAN },
  { "detail", TILL_FIELD_ANY },
  { NULL },
};

/* 4013071036 */
static const TillField refund_fields[] = {
  { "transaction_id", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "out_trade_no", TILL_FIELD_TEXT, FALSE, 6, 32, NATIVE_PATTERN },
  { "out_refund_no", TILL_FIELD_TEXT, TRUE, 1, 64, REFUND_PATTERN },
  { "reason", TILL_FIELD_TEXT, FALSE, 1, 80 },
  { "notify_url", TILL_FIELD_TEXT, FALSE, 1, 256, URL_PATTERN },
  { "funds_account", TILL_FIELD_TEXT, FALSE, 1, 32, "^(AVAILABLE|UNSETTLED)$" },
  { "amount.refund", TILL_FIELD_INTEGER, TRUE, 1, TOTAL_MAX },
  { "amount.total", TILL_FIELD_INTEGER, TRUE, 1, TOTAL_MAX },
  { "amount.currency", TILL_FIELD_TEXT, TRUE, 1, 16, "^CNY$" },
  { "amount.from", TILL_FIELD_ANY },
  { "goods_detail", TILL_FIELD_ANY },
  { NULL },
};

#define BASE "/v3/pay/transactions/"
#define PARTNER_BASE "/v3/pay/partner/transactions/"
#define REFUNDS "/v3/refund/domestic/refunds"

#define EACH(method, path, call, ids, fields, run) \
  { method, BASE path, DIRECT, TILL_SANDBOX_##call, IDS_##ids, fields, run }, \
  { method, PARTNER_BASE path, PARTNER, TILL_SANDBOX_##call, IDS_##ids, fields, run }

static const Route routes[] = {
  EACH ("POST", "codepay", CHARGE, ORDER, charge_fields, till_wechat_charge),
  EACH ("POST", "native", ORDER, ORDER, native_fields, till_wechat_native),
  EACH ("GET", "out-trade-no/{}", QUERY, MERCHANT, no_fields, till_wechat_query),
  EACH ("GET", "id/{}", QUERY, MERCHANT, no_fields, till_wechat_query_ref),
  EACH ("POST", "out-trade-no/{}/close", CLOSE, MERCHANT, no_fields, till_wechat_close),
  EACH ("POST", "out-trade-no/{}/reverse", REVERSE, ORDER, no_fields, till_wechat_reverse),
  { "POST", REFUNDS, BOTH, TILL_SANDBOX_REFUND, IDS_SUB, refund_fields, till_wechat_refund },
  { "GET", REFUNDS "/{}", BOTH, TILL_SANDBOX_QUERY_REFUND, IDS_SUB, no_fields,
    till_wechat_query_refund },
  { "GET", "/v3/certificates", BOTH, TILL_SANDBOX_KEYS, IDS_NONE, no_fields, till_wechat_keys },
};

/* Whether @path is @pattern, and what stands for {} in it. */
static gboolean
match_path (const char *pattern,
            const char *path,
            char      **number)
{
  const char *hole = strstr (pattern, "{}");
  gsize before, after;

  if (!hole)
    return strcmp (pattern, path) == 0;

  before = (gsize) (hole - pattern);
  after = strlen (hole + 2);
  if (strncmp (pattern, path, before) != 0 || strlen (path) <= before + after ||
      !g_str_has_suffix (path, hole + 2) ||
      memchr (path + before, '/', strlen (path) - before - after))
    return FALSE;

  *number = g_uri_unescape_segment (path + before, path + strlen (path) - after, NULL);
  return *number != NULL;
}

static const Route *
find_route (TillExchange *exchange,
            char        **number)
{
  gboolean path_known = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++) {
    g_autofree char *found = NULL;

    if (!match_path (routes[i].path, exchange->path, &found))
      continue;
    if (strcmp (routes[i].method, exchange->method) == 0) {
      *number = g_steal_pointer (&found);
      return &routes[i];
    }
    path_known = TRUE;
  }

  /* Seen at the live host: both have an empty body. */
  till_exchange_answer (exchange, path_known ? 405 : 404, NULL, NULL);
  return NULL;
}

static const char *
text_of (TillWechatAsk *ask,
         const char    *path)
{
  return till_fields_get_text (ask->fields, path);
}

static gboolean
has_long_characters (const char *text)
{
  for (const char *p = text; *p; p = g_utf8_next_char (p))
    if (g_utf8_get_char (p) > 0xffff)
      return TRUE;

  return FALSE;
}

/* Reads a JSON body, or what stands behind '?', as one object of fields. */
static JsonObject *
read_fields (TillExchange *exchange)
{
  gboolean is_get = strcmp (exchange->method, "GET") == 0;
  g_autoptr (GHashTable) params = NULL;
  g_autoptr (JsonNode) node = NULL;
  GHashTableIter iter;
  gpointer name, value;
  JsonObject *object;

  if (is_get) {
    params = g_uri_parse_params (exchange->query ? exchange->query : "", -1, "&",
                                 G_URI_PARAMS_NONE, NULL);
    if (!params || exchange->body_length > 0)
      return NULL;
    object = json_object_new ();
    g_hash_table_iter_init (&iter, params);
    while (g_hash_table_iter_next (&iter, &name, &value))
      json_object_set_string_member (object, name, value);
    return object;
  }

  if (exchange->query || !g_utf8_validate (exchange->body, (gssize) exchange->body_length, NULL) ||
      has_long_characters (exchange->body))
    return NULL;
  node = json_from_string (exchange->body, NULL);

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
}

/* The ids in the request are the signer's own. */
static gboolean
check_ids (TillWechatAsk *ask)
{
  const struct {
    const char *name;
    const char *own;
    const char *code;
  } ids[] = {
    { "appid", ask->merchant->appid, "APPID_MCHID_NOT_MATCH" },
    { "sp_appid", ask->merchant->appid, "APPID_MCHID_NOT_MATCH" },
    { "mchid", ask->merchant->mchid, "PARAM_ERROR" },
    { "sp_mchid", ask->merchant->mchid, "PARAM_ERROR" },
    { "sub_mchid", ask->merchant->sub_mchid, "MCH_NOT_EXISTS" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    const char *sent = text_of (ask, ids[i].name);

    if (sent && g_strcmp0 (sent, ids[i].own) != 0) {
      till_wechat_refuse (ask->exchange, 400, ids[i].code, ids[i].name);
      return FALSE;
    }
  }

  return TRUE;
}

static gboolean
check_fields (TillWechatAsk *ask,
              const Route   *route)
{
  gboolean is_partner = ask->merchant->sub_mchid != NULL;
  const TillField *const tables[] = {
    id_tables[route->ids][is_partner ? 1 : 0], route->fields, NULL,
  };
  g_auto (TillFieldFault) fault = { NULL };
  gboolean is_charge = route->call == TILL_SANDBOX_CHARGE;

  if (route->mode != BOTH && is_partner != (route->mode == PARTNER)) {
    till_wechat_refuse (ask->exchange, 403, "NO_AUTH", "this merchant may not call this");
    return FALSE;
  }
  if (!ask->fields) {
    till_wechat_refuse (ask->exchange, 400, "PARAM_ERROR", "the request is not one JSON object");
    return FALSE;
  }
  if (!till_fields_check (ask->fields, tables, &fault)) {
    till_wechat_refuse_field (ask->exchange, fault.path, fault.issue);
    return FALSE;
  }
  if (is_charge && !text_of (ask, "scene_info.store_info.id") ==
                   !text_of (ask, "scene_info.store_info.out_id")) {
    till_wechat_refuse_field (ask->exchange, "scene_info.store_info",
                              "has exactly one of id and out_id");
    return FALSE;
  }

  return check_ids (ask);
}

/* Runs the call, unless the scene says that nothing happens; then says what the scene says. */
static void
play (TillWechatAsk *ask,
      const Route   *route)
{
  TillExchange *exchange = ask->exchange;
  const char *paycode = route->call == TILL_SANDBOX_CHARGE ?
                        text_of (ask, "payer.auth_code") : NULL;
  const TillScenario *row;
  gboolean is_done = TRUE;

  exchange->scene = till_plan_take (exchange->world->plan, route->call, paycode);
  row = exchange->scene.row;
  if (till_scenario_lets_run (row, route->call)) {
    route->run (ask);
    is_done = exchange->status < 300;
  }
  if (is_done && row->wechat_code)
    till_wechat_refuse (exchange, row->status, row->wechat_code, row->about);
}

static void
serve (TillExchange *exchange)
{
  g_autofree char *number = NULL;
  g_autofree char *request_id = till_sandbox_random_text (32);
  TillWechatAsk ask = { .exchange = exchange };
  const Route *route;

  till_exchange_header (exchange, "Request-ID", request_id);
  route = find_route (exchange, &number);
  if (!route || !till_wechat_check_headers (exchange))
    return;
  ask.merchant = till_wechat_authenticate (exchange);
  if (!ask.merchant)
    return;

  ask.number = number;
  ask.fields = read_fields (exchange);
  if (check_fields (&ask, route))
    play (&ask, route);
  till_wechat_sign (exchange);
  g_clear_pointer (&ask.fields, json_object_unref);
}

const TillSandboxBank till_sandbox_wechat_pay = {
  .id = "wechat",
  .paycode_prefix = "13",
  .paycode_digits = 18,
  .path_prefix = "/v3/",
  .serve = serve,
};
