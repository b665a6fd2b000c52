/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/unionpay-calls.h"
#include "sandbox/unionpay-statement.h"

#include <string.h>

/* UnionPay's side. Fields: open.unionpay.com apiservId 468. */

#define BACK_TRANS "/gateway/api/backTransReq.do"
#define QUERY_TRANS "/gateway/api/queryTrans.do"
#define FILES "/gateway/api/fileDownload.do"   /* our own; UnionPay has a host for it */
#define AMOUNT "^[1-9][0-9]{0,11}$"
#define URL "^https?://.+$"
#define FLAWED "A6"                            /* paid, not without a flaw */

typedef struct {
  const char *name;     /* NULL ends a table */
  gboolean    required;
  const char *pattern;
} Field;

typedef struct {
  const char      *type;   /* txnType and txnSubType */
  const char      *path;
  TillSandboxCall  call;
  const Field     *fields;
  void           (*run) (TillUnionpayAsk *ask);
} Route;

static const Field charge_fields[] = {
  { "txnAmt", TRUE, AMOUNT },
  { "currencyCode", TRUE, "^156$" },
  { "backUrl", TRUE, URL },
  { "qrNo", TRUE, "^[0-9]{1,20}$" },
  { "termId", TRUE, "^[0-9A-Za-z]{8}$" },
  { "termInfo", FALSE, NULL },
  { "riskRateInfo", FALSE, NULL },
  { "reqReserved", FALSE, NULL },
  { NULL },
};

static const Field order_fields[] = {
  { "txnAmt", TRUE, AMOUNT },
  { "currencyCode", TRUE, "^156$" },
  { "backUrl", TRUE, URL },
  { "termId", FALSE, "^[0-9A-Za-z]{8}$" },
  { "payTimeout", FALSE, "^20[0-9]{12}$" },
  { "reqReserved", FALSE, NULL },
  { NULL },
};

static const Field no_fields[] = { { NULL } };

static const Field back_fields[] = {
  { "txnAmt", TRUE, AMOUNT },
  { "backUrl", TRUE, URL },
  { "origQryId", FALSE, "^[0-9]{21}$" },
  { "origOrderId", FALSE, "^[0-9A-Za-z]{8,40}$" },
  { "origTxnTime", FALSE, "^20[0-9]{12}$" },
  { "reqReserved", FALSE, NULL },
  { NULL },
};

static const Field file_fields[] = {
  { "fileType", TRUE, "^00$" },
  { "settleDate", TRUE, "^(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$" },
  { NULL },
};

static const Route routes[] = {
  { "0106", BACK_TRANS, TILL_SANDBOX_CHARGE, charge_fields, till_unionpay_charge },
  { "0107", BACK_TRANS, TILL_SANDBOX_ORDER, order_fields, till_unionpay_order },
  { "0000", QUERY_TRANS, TILL_SANDBOX_QUERY, no_fields, till_unionpay_query },
  { "9901", BACK_TRANS, TILL_SANDBOX_REVERSE, no_fields, till_unionpay_reverse },
  { "3100", BACK_TRANS, TILL_SANDBOX_REFUND, back_fields, till_unionpay_void },
  { "0400", BACK_TRANS, TILL_SANDBOX_REFUND, back_fields, till_unionpay_refund },
  { "7601", FILES, TILL_SANDBOX_N_CALLS, file_fields, till_unionpay_statement },
};

static const char *const common[] = {
  "version", "encoding", "signMethod", "signature", "certId", "txnType", "txnSubType", "bizType",
  "channelType", "accessType", "merId", "orderId", "txnTime", NULL,
};

/* What UnionPay says in a scene, by its word: the nearest of its codes. */
static const struct {
  const char *scenario;
  const char *code;
} said[] = {
  { "code-expired", "86" },         { "code-invalid", "87" },        { "code-error", "88" },
  { "not-enough", "64" },           { "card-not-enough", "64" },     { "account-abnormal", "63" },
  { "account-error", "66" },        { "risk", "30" },                { "trade-error", "60" },
  { "no-instrument", "62" },        { "balance-disabled", "68" },    { "day-limit", "78" },
  { "month-limit", "78" },          { "mobile-off", "77" },          { "face-off", "68" },
  { "buyer-is-seller", "38" },      { "buyer-mismatch", "65" },      { "rule-limit", "33" },
  { "receipt-limit", "33" },        { "shop-limit", "33" },          { "no-auth", "32" },
  { "shop-blocked", "31" },         { "shop-status", "31" },         { "partner-error", "31" },
  { "app-mismatch", "32" },         { "param-error", "10" },         { "invalid-request", "13" },
  { "forbidden-word", "10" },       { "expired", "69" },             { "risk-ip", "39" },
  { "order-closed", "12" },         { "order-reversed", "46" },      { "number-used", "12" },
  { "says-paid", "12" },            { "unheard-of", "A9" },          { "sign-error", "11" },
  { "system-error-booked", "03" },  { "system-error-unbooked", "04" }, { "bank-error", "74" },
  { "rate-limited", "37" },         { "rate-limited-booked", "37" }, { "clock-slow", "10" },
  { "clock-fast", "10" },           { "absent", "34" },              { "reverse-refused", "36" },
  { "reverse-again", "05" },        { "refund-not-enough", "64" },   { "error-unsigned", "60" },
  { "paid-to-check", FLAWED },
};

static const char *
code_of (const TillScenario *row)
{
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    if (strcmp (said[i].scenario, row->word) == 0)
      return said[i].code;

  return NULL;
}

static const Route *
find_route (const TillUnionpayAsk *ask)
{
  g_autofree char *type = g_strconcat (till_unionpay_param (ask, "txnType"),
                                       till_unionpay_param (ask, "txnSubType"), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    if (strcmp (routes[i].type, type) == 0 && strcmp (routes[i].path, ask->exchange->path) == 0)
      return &routes[i];

  return NULL;
}

static gboolean
is_known (const TillUnionpayAsk *ask,
          const Field           *fields,
          const char            *name)
{
  for (; fields->name; fields++)
    if (strcmp (fields->name, name) == 0)
      return TRUE;
  if (till_unionpay_is_for_file (ask) &&
      (strcmp (name, "orderId") == 0 || strcmp (name, "channelType") == 0))
    return FALSE;

  return g_strv_contains (common, name);
}

static gboolean
check_fields (TillUnionpayAsk *ask,
              const Route     *route)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, ask->params);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    if (!is_known (ask, route->fields, name)) {
      till_unionpay_refuse (ask, "10");
      return FALSE;
    }
  }

  for (const Field *field = route->fields; field->name; field++) {
    const char *value = till_unionpay_param (ask, field->name);

    if ((!value && field->required) ||
        (value && field->pattern &&
         !g_regex_match_simple (field->pattern, value, G_REGEX_DOLLAR_ENDONLY, 0))) {
      till_unionpay_refuse (ask, value ? "10" : "13");
      return FALSE;
    }
  }

  return TRUE;
}

/* What is declined, or paid with a flaw, is asked about, and then told again. */
static void
remember_result (TillUnionpayAsk *ask,
                 const char      *code)
{
  TillEntry *entry = till_sandbox_ledger_find (ask->exchange->world->ledger, "unionpay",
                                               ask->merchant->mer_id,
                                               till_unionpay_param (ask, "orderId"));

  if (entry && !entry->attach &&
      entry->state == (strcmp (code, FLAWED) == 0 ? TILL_ENTRY_PAID : TILL_ENTRY_FAILED))
    entry->attach = g_strdup (code);
}

/* Runs the call, unless the scene says that nothing happens; then says what the scene says. */
static void
play (TillUnionpayAsk *ask,
      const Route     *route)
{
  TillExchange *exchange = ask->exchange;
  TillSandboxCall call = route->call == TILL_SANDBOX_QUERY && till_unionpay_is_refund (ask)
                           ? TILL_SANDBOX_QUERY_REFUND : route->call;
  const char *code;

  /* No scenes are played with a file. */
  if (till_unionpay_is_for_file (ask)) {
    route->run (ask);
    return;
  }

  exchange->scene = till_plan_take (exchange->world->plan, call,
                                    till_unionpay_param (ask, "qrNo"));
  code = code_of (exchange->scene.row);
  if (till_scenario_lets_run (exchange->scene.row, call))
    route->run (ask);
  if (!code || ask->was_refused)
    return;

  remember_result (ask, code);
  till_unionpay_refuse (ask, code);
}

static void
serve (TillExchange *exchange)
{
  TillUnionpayAsk ask = { .exchange = exchange };
  const Route *route = NULL;

  if (till_unionpay_read (&ask) && till_unionpay_check (&ask) && till_unionpay_is_signed (&ask)) {
    route = find_route (&ask);
    if (!route)
      till_unionpay_refuse (&ask, "10");
    else if (check_fields (&ask, route))
      play (&ask, route);
  }

  till_unionpay_ask_clear (&ask);
}

const TillSandboxBank till_sandbox_unionpay = {
  .id = "unionpay",
  .paycode_prefix = "62",
  .paycode_digits = 19,
  .path_prefix = "/gateway/api/",
  .serve = serve,
};
