/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/alipay-calls.h"
#include "sandbox/fields.h"

#include <string.h>

/* Alipay's side, gateway.do. Fields: opendocs.alipay.com open/02ekfp, 05osv9, 02ekfr, 00f7ns. */

#define NUMBER   "^[0-9A-Za-z_]+$"
#define SUBJECT  "^[^/=&]+$"
#define EXPRESS  "^([1-9][0-9]?m|[1-9][0-9]{2,4}m|[1-9][0-9]{0,2}h|([1-9]|1[0-5])d|1c)$"
#define TIME     "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$"

typedef struct {
  const char       *method;
  TillSandboxCall   call;
  gboolean          either_number;  /* trade_no or out_trade_no */
  const TillField  *fields;
  const TillField  *more_fields;
  void            (*run) (TillAlipayAsk *ask);
} Route;

static const TillField no_fields[] = { { NULL } };

static const TillField trade_fields[] = {
  { "out_trade_no", TILL_FIELD_TEXT, TRUE, 1, 64, NUMBER },
  { "total_amount", TILL_FIELD_YUAN, TRUE },
  { "subject", TILL_FIELD_TEXT, TRUE, 1, 256, SUBJECT },
  { "body", TILL_FIELD_TEXT, FALSE, 1, 128 },
  { "store_id", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "terminal_id", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "operator_id", TILL_FIELD_TEXT, FALSE, 1, 28 },
  { "seller_id", TILL_FIELD_TEXT, FALSE, 1, 28 },
  { "timeout_express", TILL_FIELD_TEXT, FALSE, 1, 6, EXPRESS },
  { "time_expire", TILL_FIELD_TEXT, FALSE, 19, 19, TIME },
  { "discountable_amount", TILL_FIELD_YUAN },
  { "undiscountable_amount", TILL_FIELD_YUAN },
  { "goods_detail", TILL_FIELD_ANY },
  { "extend_params", TILL_FIELD_ANY },
  { "business_params", TILL_FIELD_ANY },
  { "query_options", TILL_FIELD_ANY },
  { NULL },
};

static const TillField pay_fields[] = {
  { "auth_code", TILL_FIELD_TEXT, TRUE, 1, 64 },
  { "scene", TILL_FIELD_TEXT, TRUE, 1, 32, "^(bar_code|security_code)$" },
  { "product_code", TILL_FIELD_TEXT, FALSE, 1, 64, "^(FACE_TO_FACE_PAYMENT|OFFLINE_PAYMENT)$" },
  { NULL },
};

static const TillField precreate_fields[] = {
  { "product_code", TILL_FIELD_TEXT, FALSE, 1, 64, "^(QR_CODE_OFFLINE|FACE_TO_FACE_PAYMENT)$" },
  { "qr_code_timeout_express", TILL_FIELD_TEXT, FALSE, 1, 6, EXPRESS },
  { NULL },
};

static const TillField number_fields[] = {
  { "out_trade_no", TILL_FIELD_TEXT, FALSE, 1, 64, NUMBER },
  { "trade_no", TILL_FIELD_TEXT, FALSE, 1, 64 },
  { "operator_id", TILL_FIELD_TEXT, FALSE, 1, 28 },
  { "query_options", TILL_FIELD_ANY },
  { NULL },
};

static const TillField refund_fields[] = {
  { "refund_amount", TILL_FIELD_YUAN, TRUE },
  { "out_request_no", TILL_FIELD_TEXT, TRUE, 1, 64 },
  { "refund_reason", TILL_FIELD_TEXT, FALSE, 1, 256 },
  { "store_id", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { "terminal_id", TILL_FIELD_TEXT, FALSE, 1, 32 },
  { NULL },
};

static const TillField query_refund_fields[] = {
  { "out_request_no", TILL_FIELD_TEXT, TRUE, 1, 64 },
  { NULL },
};

static const Route routes[] = {
  { "alipay.trade.pay", TILL_SANDBOX_CHARGE, FALSE, trade_fields, pay_fields, till_alipay_pay },
  { "alipay.trade.precreate", TILL_SANDBOX_ORDER, FALSE, trade_fields, precreate_fields,
    till_alipay_precreate },
  { "alipay.trade.query", TILL_SANDBOX_QUERY, TRUE, number_fields, no_fields, till_alipay_query },
  { "alipay.trade.cancel", TILL_SANDBOX_REVERSE, TRUE, number_fields, no_fields,
    till_alipay_cancel },
  { "alipay.trade.close", TILL_SANDBOX_CLOSE, TRUE, number_fields, no_fields, till_alipay_close },
  { "alipay.trade.refund", TILL_SANDBOX_REFUND, TRUE, number_fields, refund_fields,
    till_alipay_refund },
  { "alipay.trade.fastpay.refund.query", TILL_SANDBOX_QUERY_REFUND, TRUE, number_fields,
    query_refund_fields, till_alipay_query_refund },
};

static const Route *
find_route (TillAlipayAsk *ask)
{
  for (guint i = 0; ask->method && i < G_N_ELEMENTS (routes); i++)
    if (strcmp (routes[i].method, ask->method) == 0)
      return &routes[i];

  return NULL;
}

static gboolean
check_fields (TillAlipayAsk *ask,
              const Route   *route)
{
  const TillField *const tables[] = { route->fields, route->more_fields, NULL };
  g_auto (TillFieldFault) fault = { NULL };

  if (!till_fields_check (ask->fields, tables, &fault)) {
    g_autofree char *message = g_strdup_printf ("%s %s", fault.path, fault.issue);

    till_alipay_refuse (ask, "ACQ.INVALID_PARAMETER", message);
    return FALSE;
  }
  if (route->either_number && !till_fields_get_text (ask->fields, "out_trade_no") &&
      !till_fields_get_text (ask->fields, "trade_no")) {
    till_alipay_refuse (ask, "ACQ.INVALID_PARAMETER", "out_trade_no and trade_no are missing");
    return FALSE;
  }

  return TRUE;
}

/* Runs the call, unless the scene says that nothing happens; then says what the scene says. */
static void
play (TillAlipayAsk *ask,
      const Route   *route)
{
  TillExchange *exchange = ask->exchange;
  const char *paycode = till_fields_get_text (ask->fields, "auth_code");
  const TillScenario *row;

  exchange->scene = till_plan_take (exchange->world->plan, route->call, paycode);
  row = exchange->scene.row;
  if (till_scenario_lets_run (row, route->call))
    route->run (ask);
  if (row->alipay_code && !ask->was_refused)
    till_alipay_say (ask, row->alipay_code, row->alipay_sub_code, row->about);
  else if (!till_scenario_lets_run (row, route->call) && row->fault == TILL_FAULT_NONE &&
           route->call == TILL_SANDBOX_REVERSE)
    till_alipay_cancel_again (ask);
}

static void
serve (TillExchange *exchange)
{
  TillAlipayAsk ask = { .exchange = exchange };

  if (till_alipay_read_params (&ask) && till_alipay_check_params (&ask)) {
    const Route *route = find_route (&ask);

    if (!route)
      till_alipay_say (&ask, "40002", "isv.invalid-method", "no such method");
    else if (till_alipay_read_content (&ask) && check_fields (&ask, route))
      play (&ask, route);
  }

  till_alipay_ask_clear (&ask);
}

static const char *const paths[] = { "/gateway.do" };

const TillSandboxBank till_sandbox_alipay = {
  .id = "alipay",
  .paycode_prefix = "28",
  .paycode_digits = 18,
  TILL_ROUTES (paths),
  .serve = serve,
};
