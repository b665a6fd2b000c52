/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "device/curl-multi.h"
#include "device/system-clock.h"
#include "sandbox/sandbox.h"
#include "wire-case.h"

/* The acquirers against the sandbox, over loopback HTTPS: two readings of the same documents, by
 * two hands, have to understand each other in every mode and every call. */

#define PFX_PASSWORD "000000"
#define WECHAT \
  "type=wechat-pay\nca-file=ca.pem\n"
#define ALIPAY \
  "type=alipay\nca-file=ca.pem\nprivate-key-file=alipay-app-key.pem\n"

#define UNIONPAY \
  "type=unionpay\nca-file=ca.pem\n"
#define UNIONPAY_CHAIN \
  "root-cert-file=unionpay-root.pem\nmiddle-cert-file=unionpay-middle.pem\n"
#define UNIONPAY_SM2 \
  "private-key-file=unionpay-sm2-merchant-key.pem\ncert-id=68759663359\n" \
  "root-cert-file=unionpay-sm2-cert.pem\n"

static const struct {
  const char *name;
  const char *prefix;    /* of its payment codes */
  const char *settings;
  const char *secret;    /* "name file of data/sandbox"; without a file the PFX's password */
} modes[] = {
  { "wechat direct, public key", "1345678901",
    WECHAT "mchid=1900000001\nappid=wx19000000010000aa\n"
    "serial-no=7C2E9A41D05B3F6688E1A4C7925D0B3E6F18A2D4\nprivate-key-file=wechat-merchant-key.pem\n"
    "public-key-id=PUB_KEY_ID_0119000000012026112200000001\n"
    "public-key-file=wechat-platform-pub.pem\n", NULL },
  { "wechat direct, certificates", "1345678901",
    WECHAT "mchid=1900000001\nappid=wx19000000010000aa\n"
    "serial-no=7C2E9A41D05B3F6688E1A4C7925D0B3E6F18A2D4\n"
    "private-key-file=wechat-merchant-key.pem\n",
    "api-v3-key wechat-api-v3-key.txt" },
  { "wechat partner", "1345678901",
    WECHAT "mode=partner\nmchid=1900000002\nappid=wx19000000020000bb\nsub-mchid=1900000109\n"
    "serial-no=%s\nprivate-key-file=wechat-partner-key.pem\n"
    "public-key-id=PUB_KEY_ID_0119000000012026112200000001\n"
    "public-key-file=wechat-platform-pub.pem\n", NULL },
  { "alipay public key", "2812345678",
    ALIPAY "app-id=2026112200000001\nalipay-public-key-file=alipay-gateway-pub.pem\n", NULL },
  { "alipay certificates", "2812345678",
    ALIPAY "app-id=2026112200000002\napp-cert-file=alipay-app-cert.pem\n"
    "alipay-cert-file=alipay-cert.pem\nalipay-root-cert-file=alipay-root-cert.pem\n", NULL },
  { "alipay encrypted", "2812345678",
    ALIPAY "app-id=2026112200000003\nalipay-public-key-file=alipay-gateway-pub.pem\n",
    "aes-key alipay-aes-key.txt" },
  { "unionpay certificate", "62123456789",
    UNIONPAY "mer-id=777290000000001\nsign-pfx-file=unionpay-merchant.pfx\n" UNIONPAY_CHAIN,
    "pfx-password " },
  { "unionpay SHA-256 key", "62123456789",
    UNIONPAY "mer-id=777290000000011\nsign-method=11\n", "secure-key unionpay-secure-key.txt" },
  { "unionpay SM3 key", "62123456789",
    UNIONPAY "mer-id=777290000000012\nsign-method=12\n", "secure-key unionpay-secure-key.txt" },
  { "unionpay SM2, DER", "62123456789",
    UNIONPAY "mer-id=777290000000021\nsign-method=21\n" UNIONPAY_SM2, NULL },
  { "unionpay SM2, raw", "62123456789",
    UNIONPAY "mer-id=777290000000022\nsign-method=21\nsm2-form=raw\n" UNIONPAY_SM2, NULL },
};

typedef struct {
  TillSandbox  *sandbox;
  TillHttp     *http;
  TillMerchant *merchant;
  const char   *paycode;
  gint64        asked_us;   /* when the order in hand was asked */
  guint         n_orders;
} Side;

static char *
read_secret (const char *file)
{
  g_autofree char *path = g_build_filename (TEST_DIR, "..", "data", "sandbox", file, NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return g_strstrip (text);
}

static TillMerchant *
make_merchant (TillSandbox *sandbox,
               guint        mode)
{
  g_autofree char *folder = g_build_filename (TEST_DIR, "..", "data", "sandbox", NULL);
  g_autofree char *partner = g_build_filename (folder, "wechat-partner.pem", NULL);
  g_autoptr (TillKey) certificate = till_key_load_certificate (partner, NULL);
  g_autoptr (GString) text = g_string_new ("[settings]\n");
  g_autoptr (FakeSettings) settings = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *files = g_strconcat (till_sandbox_get_url (sandbox),
                                        "/gateway/api/fileDownload.do", NULL);
  TillMerchant *merchant;
  gboolean is_alipay = strstr (modes[mode].settings, "type=alipay") != NULL;

  g_string_append (text, modes[mode].settings);
  g_string_replace (text, "%s", till_key_get_serial (certificate), 0);
  g_string_append_printf (text, "base-url=%s%s\n[secrets]\n", till_sandbox_get_url (sandbox),
                          is_alipay ? "/gateway.do" : "");
  settings = fake_settings_new (text->str, folder);
  if (strstr (modes[mode].settings, "type=unionpay"))
    fake_settings_set (settings, "file-url", files);
  if (modes[mode].secret) {
    g_auto (GStrv) words = g_strsplit (modes[mode].secret, " ", 2);
    g_autofree char *secret = words[1][0] ? read_secret (words[1]) : g_strdup (PFX_PASSWORD);

    fake_settings_hide (settings, words[0], secret);
  }

  merchant = till_merchant_new ("x", settings, &error);
  g_assert_no_error (error);
  return merchant;
}

static void
sent_cb (GObject      *http,
         GAsyncResult *result,
         gpointer      reply)
{
  *(TillHttpReply **) reply = till_http_send_finish (TILL_HTTP (http), result);
}

static TillHttpReply *
exchange (Side                  *side,
          const TillHttpRequest *request)
{
  TillHttpReply *reply = NULL;

  till_http_send_async (side->http, request, NULL, sent_cb, &reply);
  while (!reply)
    g_main_context_iteration (NULL, TRUE);

  return reply;
}

static TillHttpReply *
ask_for_reply (Side          *side,
               const TillAsk *ask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillHttpRequest) request = till_acquirer_build (side->merchant, ask, &error);

  g_assert_no_error (error);
  return exchange (side, request);
}

/* As the desk does it: when an answer wants keys, they are fetched once, and it is read again. */
static void
check_ask (Side          *side,
           const TillAsk *ask,
           const char    *expect,
           char         **code_text)
{
  g_autoptr (TillHttpReply) reply = ask_for_reply (side, ask);
  g_auto (CaseAnswer) answer = { 0 };

  till_acquirer_read (side->merchant, ask, reply, &answer);
  if (answer.wants_keys) {
    TillAsk keys = *ask;
    g_autoptr (TillHttpReply) download = NULL;
    g_autoptr (GError) error = NULL;

    keys.call = TILL_CALL_KEYS;
    download = ask_for_reply (side, &keys);
    g_assert_true (side->merchant->acquirer->take_keys (side->merchant, &keys, download, &error));
    g_assert_no_error (error);
    till_answer_clear (&answer);
    till_acquirer_read (side->merchant, ask, reply, &answer);
  }

  g_test_message ("call %u: %s", ask->call, answer.said);
  case_assert_answer (&answer, expect);
  if (code_text)
    *code_text = g_steal_pointer (&answer.code_text);
}

static TillAsk
fresh_ask (Side       *side,
           TillCall    call,
           const char *order)
{
  TillAsk ask = case_ask (call, side->paycode);

  ask.now_us = g_get_real_time ();
  ask.asked_us = side->asked_us;
  ask.of_asked_us = side->asked_us;
  ask.order = order;
  if (ask.expires_us)
    ask.expires_us = ask.now_us + 300 * G_USEC_PER_SEC;

  return ask;
}

static void
check (Side       *side,
       TillCall    call,
       const char *order,
       const char *expect)
{
  TillAsk ask = fresh_ask (side, call, order);

  check_ask (side, &ask, expect, NULL);
}

static char *
next_order (Side *side)
{
  side->asked_us = g_get_real_time ();
  return g_strdup_printf ("SANDBOXTESTORDER%06u", ++side->n_orders);
}

/* A code of its own each time; its last two digits choose what happens. */
static char *
next_paycode (guint mode,
              guint scenario)
{
  static guint n_codes;

  return g_strdup_printf ("%s%06u%02u", modes[mode].prefix, ++n_codes, scenario);
}

static void
tell_customer (Side       *side,
               const char *text)
{
  g_autofree char *url = g_strconcat (till_sandbox_get_url (side->sandbox), "/sandbox/customer",
                                      NULL);
  g_autoptr (TillHttpRequest) request = till_http_request_new ("POST", url);
  g_autofree char *body = g_strdup_printf ("{\"do\":\"pay\",\"text\":\"%s\"}", text);
  g_autoptr (TillHttpReply) reply = NULL;

  till_http_request_header (request, "Content-Type", "application/json");
  till_http_request_body (request, body);
  request->ca_file = g_strdup (till_sandbox_get_ca_path (side->sandbox));
  request->total_timeout_ms = 15000;
  reply = exchange (side, request);
  g_assert_cmpuint (reply->status, ==, 200);
}

/* Where the wallets say the same in different ways. */
static const struct {
  const char *id;
  const char *paid;        /* to a charge that is paid */
  const char *typing;      /* to one whose payer is asked for a password */
  const char *back;        /* to a refund */
  const char *again;       /* to the same refund once more */
  const char *unscanned;   /* of a code that nobody scanned */
  const char *ended;       /* to the end of one that nobody paid */
  const char *after;       /* to the query after that */
} wallets[] = {
  { "wechat-pay", "event=paid; reason=", "event=wait; reason=payer", "event=paid; reason=",
    "event=paid", "event=wait; reason=not-scanned", "event=close-done", "event=closed" },
  { "alipay", "event=accepted", "event=wait; reason=payer", "event=paid; reason=", "event=wait",
    "event=absent; reason=not-scanned", "event=reverse-done", "event=closed" },
  { "unionpay", "event=wait; reason=processing", "event=wait; reason=processing",
    "event=wait; reason=processing", "event=lost; reason=unknown-answer",
    "event=absent; reason=not-scanned", "event=close-lost; reason=ending", "event=absent" },
};

static guint
wallet_of (const Side *side)
{
  guint i = 0;

  while (strcmp (wallets[i].id, side->merchant->acquirer->id) != 0)
    i++;
  return i;
}

/* Charge, query, and part of it back; another is reversed whole. */
static void
check_charge (Side *side,
              guint mode)
{
  g_autofree char *order = next_order (side);
  g_autofree char *refund = g_strconcat ("R", order, NULL);
  g_autofree char *other = next_order (side);
  g_autofree char *paycode = next_paycode (mode, 0);
  g_autofree char *other_paycode = next_paycode (mode, 0);
  const guint wallet = wallet_of (side);
  const char *paid = wallets[wallet].paid;
  TillAsk back;

  side->paycode = paycode;
  check (side, TILL_CALL_QUERY, order, "event=absent");
  check (side, TILL_CALL_CHARGE, order, paid);
  check (side, TILL_CALL_QUERY, order, "event=paid; reason=; amount_fen=1250");

  back = fresh_ask (side, TILL_CALL_QUERY_REFUND, refund);
  back.of = order;
  check_ask (side, &back, "event=absent", NULL);
  back.call = TILL_CALL_REFUND;
  check_ask (side, &back, wallets[wallet].back, NULL);
  check_ask (side, &back, wallets[wallet].again, NULL);
  back.call = TILL_CALL_QUERY_REFUND;
  check_ask (side, &back, "event=paid; reason=; amount_fen=500", NULL);

  check (side, TILL_CALL_QUERY, order, "event=paid; reason=");

  side->paycode = other_paycode;
  check (side, TILL_CALL_CHARGE, other, paid);
  check (side, TILL_CALL_REVERSE, other, "event=reverse-done");
  check (side, TILL_CALL_QUERY, other, "event=closed");
}

/* A payer who never types the password; the charge is reversed, twice, and stays so. */
static void
check_password (Side *side,
                guint mode)
{
  g_autofree char *order = next_order (side);
  g_autofree char *paycode = next_paycode (mode, 11);

  side->paycode = paycode;
  check (side, TILL_CALL_CHARGE, order, wallets[wallet_of (side)].typing);
  check (side, TILL_CALL_QUERY, order, "event=wait; reason=payer");
  check (side, TILL_CALL_REVERSE, order, "event=reverse-done");
  check (side, TILL_CALL_REVERSE, order, "event=reverse-done");
  check (side, TILL_CALL_QUERY, order, "event=closed");
}

/* A shown code is paid, or is not and can be paid no more. */
static void
check_orders (Side *side)
{
  g_autofree char *order = next_order (side);
  g_autofree char *unpaid = next_order (side);
  g_autofree char *text = NULL;
  TillAsk ask = fresh_ask (side, TILL_CALL_ORDER, order);
  TillCall end = side->merchant->acquirer->order_close_call;
  const guint wallet = wallet_of (side);

  check_ask (side, &ask, "event=wait; reason=not-scanned", &text);
  ask.call = TILL_CALL_QUERY;
  check_ask (side, &ask, wallets[wallet].unscanned, NULL);
  tell_customer (side, text);
  check_ask (side, &ask, "event=paid; reason=; amount_fen=1250", NULL);

  check (side, TILL_CALL_ORDER, unpaid, "event=wait");
  ask.order = unpaid;
  ask.call = end;
  check_ask (side, &ask, wallets[wallet].ended, NULL);
  ask.call = TILL_CALL_QUERY;
  check_ask (side, &ask, wallets[wallet].after, NULL);
}

static JsonNode *
fetch_ledger (Side *side)
{
  g_autofree char *url = g_strconcat (till_sandbox_get_url (side->sandbox), "/sandbox/ledger",
                                      NULL);
  g_autoptr (TillHttpRequest) request = till_http_request_new ("GET", url);
  g_autoptr (TillHttpReply) reply = NULL;
  g_autofree char *text = NULL;

  request->ca_file = g_strdup (till_sandbox_get_ca_path (side->sandbox));
  request->total_timeout_ms = 15000;
  reply = exchange (side, request);
  text = g_strndup (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));
  return json_from_string (text, NULL);
}

static const TillStatementLine *
find_line (const TillStatement *statement,
           const char          *order)
{
  for (guint i = 0; i < statement->lines->len; i++)
    if (strcmp (((TillStatementLine *) statement->lines->pdata[i])->order, order) == 0)
      return statement->lines->pdata[i];

  return NULL;
}

/* Returns: how many lines the statement has to have of this payment. */
static guint
check_booked (const TillStatement *statement,
              JsonObject          *entry)
{
  JsonArray *refunds = json_object_get_array_member (entry, "refunds");
  const char *order = json_object_get_string_member (entry, "order");
  const TillStatementLine *sale = find_line (statement, order);

  if (strcmp (json_object_get_string_member (entry, "state"), "paid") != 0) {
    g_assert_null (sale);
    return 0;
  }

  g_assert_nonnull (sale);
  g_assert_cmpint (sale->kind, ==, TILL_STATEMENT_SALE);
  g_assert_cmpint (sale->amount_fen, ==, json_object_get_int_member (entry, "paid_fen"));
  g_assert_cmpint (sale->settle_fen, ==, sale->amount_fen - sale->fee_fen);
  g_assert_cmpstr (sale->acquirer_ref, ==, json_object_get_string_member (entry, "acquirer_ref"));
  g_assert_cmpint (sale->at_us / G_USEC_PER_SEC, ==,
                   json_object_get_int_member (entry, "paid_us") / G_USEC_PER_SEC);
  for (guint i = 0; i < json_array_get_length (refunds); i++) {
    JsonObject *refund = json_array_get_object_element (refunds, i);
    const TillStatementLine *back =
      find_line (statement, json_object_get_string_member (refund, "refund"));

    g_assert_nonnull (back);
    g_assert_cmpint (back->kind, ==, TILL_STATEMENT_REFUND);
    g_assert_cmpint (back->amount_fen, ==, json_object_get_int_member (refund, "amount_fen"));
    g_assert_cmpint (back->settle_fen, ==, -back->amount_fen);
    g_assert_cmpstr (back->of_ref, ==, sale->acquirer_ref);
  }

  return 1 + json_array_get_length (refunds);
}

static void
read_statement (Side          *side,
                int            days,
                TillStatement *statement)
{
  TillAsk ask = case_ask (TILL_CALL_STATEMENT, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) at = g_date_time_add_hours (now, 9 + 24 * days);  /* to 23:00 in China */
  g_autofree char *day = g_date_time_format (at, "%Y%m%d");
  g_autoptr (TillHttpReply) reply = NULL;

  ask.now_us = ask.asked_us = g_get_real_time ();
  ask.day = day;
  reply = ask_for_reply (side, &ask);
  till_acquirer_read_statement (side->merchant, &ask, reply, statement);
}

/* The file of the day has what the other side booked, line by line, and nothing else. */
static void
check_statement (Side *side)
{
  g_auto (TillStatement) statement = { 0 };
  g_auto (TillStatement) earlier = { 0 };
  g_autoptr (JsonNode) root = NULL;
  JsonArray *entries;
  guint n_lines = 0;

  if (!till_acquirer_offers (side->merchant->acquirer, TILL_CALL_STATEMENT))
    return;

  read_statement (side, 0, &statement);
  case_assert_statement (&statement, "state=here; reason=; void=0/0/0/0; other=0/0/0/0");
  root = fetch_ledger (side);
  entries = json_object_get_array_member (json_node_get_object (root), "orders");
  for (guint i = 0; i < json_array_get_length (entries); i++)
    n_lines += check_booked (&statement, json_array_get_object_element (entries, i));
  g_assert_cmpuint (n_lines, >=, 3);
  g_assert_cmpuint (statement.lines->len, ==, n_lines);

  read_statement (side, -2, &earlier);
  case_assert_statement (&earlier, "state=absent; reason=; said=HTTP 200 98");
}

static void
side_init (Side *side,
           guint mode)
{
  g_autoptr (GError) error = NULL;

  *side = (Side) { .sandbox = till_sandbox_new ("127.0.0.1:0", NULL, &error),
                   .http = till_curl_multi_new (till_system_clock_get ()) };
  g_assert_no_error (error);
  side->merchant = make_merchant (side->sandbox, mode);
}

static void
side_clear (Side *side)
{
  till_merchant_free (side->merchant);
  g_object_unref (side->http);
  g_object_unref (side->sandbox);
}

/* Every mode of every wallet, in every call. */
static void
test_modes (void)
{
  for (guint mode = 0; mode < G_N_ELEMENTS (modes); mode++) {
    Side side;

    g_test_message ("%s", modes[mode].name);
    side_init (&side, mode);
    check_charge (&side, mode);
    check_password (&side, mode);
    check_orders (&side);
    check_statement (&side);
    side_clear (&side);
  }
}

#define OR_FAULT "event=lost; reason=acquirer-fault"
#define UNKNOWN "event=lost; reason=unknown-answer"

/* What the sandbox plays by the last two digits, and what a charge makes of it. */
static const struct {
  guint       scenario;
  const char *wechat;
  const char *alipay;
  const char *unionpay;
} scenarios[] = {
  { 13, "event=wait; reason=payer", "event=wait; reason=payer", "event=wait; reason=processing" },
  { 20, "event=refused; reason=code-expired", "event=refused; reason=code-invalid",
    "event=refused; reason=code-expired" },
  { 21, "event=refused; reason=code-invalid", "event=refused; reason=code-invalid",
    "event=refused; reason=code-invalid" },
  { 22, "event=refused; reason=code-invalid", "event=refused; reason=code-expired",
    "event=refused; reason=code-invalid" },
  { 23, "event=refused; reason=balance", "event=refused; reason=balance",
    "event=refused; reason=balance" },
  { 24, "event=refused; reason=balance", "event=refused; reason=balance",
    "event=refused; reason=balance" },
  { 25, "event=refused; reason=payer-refused", "event=refused; reason=payer-refused",
    "event=refused; reason=payer-refused" },
  { 27, "event=refused; reason=payer-refused", "event=refused; reason=payer-refused",
    "event=refused; reason=payer-refused" },
  { 28, "event=refused; reason=payer-refused", "event=refused; reason=code-expired",
    "event=refused; reason=payer-refused" },
  { 29, "event=refused; reason=payer-refused", "event=refused; reason=payer-refused",
    "event=refused; reason=payer-refused" },
  { 31, "event=refused; reason=payer-limit", "event=refused; reason=payer-limit",
    "event=refused; reason=payer-limit" },
  { 36, "event=refused; reason=payer-refused", UNKNOWN, "event=refused; reason=payer-refused" },
  { 38, "event=refused; reason=payer-limit", "event=refused; reason=merchant-limit",
    "event=refused; reason=merchant-limit" },
  { 39, "event=refused; reason=payer-limit", "event=refused; reason=merchant-limit",
    "event=refused; reason=merchant-limit" },
  { 40, "event=refused; reason=config", "event=refused; reason=config",
    "event=refused; reason=config" },
  { 41, "event=refused; reason=config", "event=refused; reason=merchant-refused",
    "event=refused; reason=merchant-refused" },
  { 43, "event=refused; reason=config", "event=refused; reason=config",
    "event=refused; reason=merchant-refused" },
  { 50, "event=refused; reason=closed", UNKNOWN, UNKNOWN },
  { 52, UNKNOWN, UNKNOWN, UNKNOWN },
  { 53, UNKNOWN, UNKNOWN, UNKNOWN },
  { 54, UNKNOWN, UNKNOWN, UNKNOWN },
  { 55, "event=refused; reason=config", "event=refused; reason=config",
    "event=refused; reason=config" },
  { 60, "event=lost; reason=no-answer", "event=lost; reason=no-answer",
    "event=lost; reason=no-answer" },
  { 61, "event=lost; reason=no-answer", "event=lost; reason=no-answer",
    "event=lost; reason=no-answer" },
  { 62, OR_FAULT, OR_FAULT, OR_FAULT },
  { 64, OR_FAULT, OR_FAULT, OR_FAULT },
  { 65, OR_FAULT, OR_FAULT, OR_FAULT },
  { 66, OR_FAULT, OR_FAULT, OR_FAULT },
  { 68, "event=lost; reason=bad-answer", "event=lost; reason=bad-answer",
    "event=lost; reason=bad-answer" },
  { 69, "event=lost; reason=bad-answer", "event=lost; reason=bad-answer",
    "event=lost; reason=bad-answer" },
  { 70, "event=lost; reason=unsigned", "event=lost; reason=bad-answer",
    "event=lost; reason=bad-answer" },
  { 71, "event=lost; reason=bad-answer", "event=lost; reason=bad-answer",
    "event=lost; reason=bad-answer" },
  { 72, "event=lost; reason=bad-signature", "event=lost; reason=bad-signature",
    "event=lost; reason=bad-signature" },
  { 73, "event=lost; reason=unsigned", "event=lost; reason=unsigned",
    "event=lost; reason=unsigned" },
  { 74, "event=lost; reason=stale-signature", NULL, NULL },
  { 75, "event=lost; reason=unknown-key", "event=lost; reason=bad-signature",
    "event=lost; reason=unknown-key" },
  { 76, "event=lost; reason=bad-signature", NULL, NULL },
  { 77, "event=lost; reason=other-order", "event=lost; reason=other-order",
    "event=lost; reason=other-order" },
  { 78, "event=lost; reason=other-amount", "event=lost; reason=other-amount",
    "event=wait; reason=processing" },
  { 82, "event=lost; reason=busy", "event=lost; reason=busy", "event=lost; reason=busy" },
  { 83, "event=lost; reason=busy", "event=lost; reason=busy", "event=lost; reason=busy" },
  { 85, NULL, "event=accepted", NULL },
  { 86, NULL, "event=accepted", NULL },
  { 87, NULL, "event=lost; reason=unsigned", "event=lost; reason=unsigned" },
};

/* Each scenario means, on each wallet, what the documents say; and whatever was said of a lost
 * answer, the query after it tells the truth. */
static void
test_scenarios (void)
{
  static const guint mode_of[] = { 0, 3, 6 };

  for (guint n = 0; n < G_N_ELEMENTS (mode_of); n++) {
    Side side;

    side_init (&side, mode_of[n]);
    for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++) {
      const char *said[] = { scenarios[i].wechat, scenarios[i].alipay, scenarios[i].unionpay };
      const char *expect = said[n];
      g_autofree char *order = next_order (&side);
      g_autofree char *paycode = next_paycode (mode_of[n], scenarios[i].scenario);

      if (!expect)
        continue;
      g_test_message ("scenario %u", scenarios[i].scenario);
      side.paycode = paycode;
      check (&side, TILL_CALL_CHARGE, order, expect);
    }
    side_clear (&side);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/acquirer-sandbox/modes", test_modes);
  g_test_add_func ("/acquirer-sandbox/scenarios", test_scenarios);

  return g_test_run ();
}
