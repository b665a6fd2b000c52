/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <string.h>

#include "wire-case.h"

static const char *const call_names[TILL_N_CALLS] = {
  [TILL_CALL_CHARGE] = "charge",   [TILL_CALL_ORDER] = "order",
  [TILL_CALL_QUERY] = "query",     [TILL_CALL_CLOSE] = "close",
  [TILL_CALL_REVERSE] = "reverse", [TILL_CALL_REFUND] = "refund",
  [TILL_CALL_KEYS] = "keys",       [TILL_CALL_QUERY_REFUND] = "query-refund",
  [TILL_CALL_ACTIVATE] = "activate", [TILL_CALL_TAP] = "tap",
  [TILL_CALL_STATEMENT] = "statement",
};

static const char *const reply_kinds[] = { "good", "refused", "malformed", "badly-signed" };

static void
check_request (const TillMerchant *merchant,
               const TillAsk      *ask)
{
  g_autofree char *name = g_strconcat (call_names[ask->call], ".request", NULL);
  g_autofree char *text = case_read_file (merchant->acquirer->id, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (TillHttpRequest) request = till_acquirer_build (merchant, ask, &error);
  g_autofree char *built = NULL;

  g_assert_no_error (error);
  built = case_print_request (request);
  g_assert_cmpstr (built, ==, text[0] == '#' ? strchr (text, '\n') + 1 : text);
  g_assert_cmpuint (request->connect_timeout_ms, ==, 5000);
  g_assert_cmpuint (request->total_timeout_ms, >=, 15000);
}

static void
check_keys (TillMerchant        *merchant,
            const TillAsk       *ask,
            const TillHttpReply *reply,
            const char          *expect)
{
  g_autoptr (GError) error = NULL;
  gboolean taken = merchant->acquirer->take_keys (merchant, ask, reply, &error);

  if (strcmp (expect, "taken") == 0) {
    g_assert_no_error (error);
    g_assert_true (taken);
  } else {
    g_assert_false (taken);
    g_assert_true (g_str_has_prefix (expect, "error="));
    g_assert_nonnull (strstr (error->message, expect + strlen ("error=")));
  }
}

static void
check_reply (TillMerchant  *merchant,
             const TillAsk *ask,
             const char    *kind)
{
  g_autofree char *name = g_strconcat (call_names[ask->call], ".", kind, ".reply", NULL);
  g_autofree char *text = case_read_file (merchant->acquirer->id, name);
  g_autofree char *expect = NULL;
  g_autoptr (TillHttpReply) reply = case_parse_reply (text, &expect);
  g_auto (CaseAnswer) answer = { 0 };

  g_test_message ("%s/%s: %s", merchant->acquirer->id, name, expect);
  if (till_call_is_about_keys (ask->call)) {
    check_keys (merchant, ask, reply, expect);
    return;
  }

  if (ask->call == TILL_CALL_STATEMENT) {
    g_auto (TillStatement) statement = { 0 };

    till_acquirer_read_statement (merchant, ask, reply, &statement);
    case_assert_statement (&statement, expect);
    return;
  }

  till_acquirer_read (merchant, ask, reply, &answer);
  case_assert_answer (&answer, expect);
}

/* What stands in a payment's first row, for contracts that keep something there. */
static char *
first_keep (const TillMerchant *merchant,
            TillCall            call,
            const char         *of_keep)
{
  TillAsk ask = case_ask (call, NULL);

  ask.of_keep = of_keep;
  return till_acquirer_first_keep (merchant, &ask, NULL);
}

/* Each acquirer of the registry makes, for each call that it offers, the bytes of the vectors, and
 * reads the four replies beside them as they say. */
static void
test_walk (void)
{
  for (guint i = 0; till_acquirer_list ()[i]; i++) {
    const TillAcquirer *acquirer = till_acquirer_list ()[i];
    g_autofree char *paycode = case_paycode (acquirer->id);

    for (guint call = 0; call < TILL_N_CALLS; call++) {
      TillAsk ask = case_ask (call, paycode);

      if (!till_acquirer_offers (acquirer, call))
        continue;
      for (guint kind = 0; kind < G_N_ELEMENTS (reply_kinds); kind++) {
        g_autoptr (TillMerchant) merchant = case_merchant (acquirer->id);
        g_autofree char *of_keep = first_keep (merchant, TILL_CALL_TAP, NULL);
        g_autofree char *keep =
          first_keep (merchant, call == TILL_CALL_REVERSE ? TILL_CALL_TAP : call, of_keep);

        if (keep)
          ask.keep = keep;
        ask.of_keep = of_keep;
        ask.of_ref = of_keep ? "260520000001" : NULL;
        check_request (merchant, &ask);
        check_reply (merchant, &ask, reply_kinds[kind]);
      }
    }
  }
}

/* An acquirer's table is whole: what the desk relies on is there. */
static void
test_tables (void)
{
  for (guint i = 0; till_acquirer_list ()[i]; i++) {
    const TillAcquirer *acquirer = till_acquirer_list ()[i];

    g_assert_true (till_acquirer_find (acquirer->id) == acquirer);
    g_assert_nonnull (acquirer->name);
    g_assert_cmpuint (acquirer->brands, !=, 0);
    g_assert_true (g_str_has_prefix (acquirer->base_url, "https://"));
    g_assert_true (till_acquirer_offers (acquirer, TILL_CALL_QUERY) ||
                   acquirer->card_way == TILL_CARD_TOKEN);
    g_assert_true (till_acquirer_offers (acquirer, acquirer->order_close_call));
    g_assert_cmpint (till_acquirer_offers (acquirer, TILL_CALL_TAP), ==,
                     acquirer->card_way != TILL_CARD_NONE);
    g_assert_cmpint (acquirer->get_card_terms != NULL, ==, acquirer->card_way != TILL_CARD_NONE);
    g_assert_true (till_acquirer_offers (acquirer, TILL_CALL_KEYS) ==
                   (acquirer->take_keys != NULL));
    g_assert_nonnull (acquirer->pace.charge_query);
    g_assert_nonnull (acquirer->pace.order_query);
    g_assert_nonnull (acquirer->pace.refund_query);
    g_assert_nonnull (acquirer->pace.close_again);
    g_assert_cmpint (acquirer->pace.give_up_ms, >=, acquirer->pace.reverse_not_before_ms);
    for (guint call = 0; call < TILL_N_CALLS; call++)
      if (acquirer->calls[call].build)
        g_assert_true ((acquirer->calls[call].parse != NULL) ==
                       (!till_call_is_about_keys (call) && call != TILL_CALL_STATEMENT));
    g_assert_true (till_acquirer_offers (acquirer, TILL_CALL_STATEMENT) ==
                   (acquirer->read_statement != NULL));
    g_assert_true ((acquirer->kept_secrets != NULL) == (acquirer->tell_secret != NULL));
    for (guint k = 0; acquirer->kept_secrets && acquirer->kept_secrets[k]; k++)
      g_assert_true (till_acquirer_has_secret (acquirer, acquirer->kept_secrets[k]));
  }
}

static const struct {
  const char *key;
  const char *value;
  const char *error;  /* NULL where it is taken */
} settings_cases[] = {
  { "type", "wechatpay", "type names no acquirer" },
  { "type", NULL, "type names no acquirer" },
  { "base-url", "https://127.0.0.1:8443/", NULL },
  { "base-url", "http://127.0.0.1:8443", "base-url must be" },
  { "base-url", "https://", "base-url must be" },
  { "base-url", "https://host/?x=1", "base-url must be" },
  { "backup-base-url", "https://second.example", NULL },
  { "backup-base-url", "second.example", "backup-base-url must be" },
  { "ca-file", "published/wx_java_plat_cert.pem", NULL },
  { "ca-file", "own/answers-pub.pem", "holds no certificate" },
  { "ca-file", "own/nothing.pem", "ca-file names a file that is not there" },
  { "brands", "wechat", NULL },
  { "brands", "wechat,alipay", "brands names a wallet" },
  { "brands", "wechta", "brands names a wallet" },
  { "fee-rate", "0.0038", NULL },
  { "fee-rate", "1", NULL },
  { "fee-rate", "1.000001", "fee-rate must be" },
  { "fee-rate", "0.38%", "fee-rate must be" },
  { "fee-rate", "0.", "fee-rate must be" },
  { "fee-rate", "0.0000001", "fee-rate must be" },
  { "fee-rate", "-0.1", "fee-rate must be" },
  { "limit-per-sale", "50000.00", NULL },
  { "limit-per-sale", "much", "limit-per-sale must be" },
  { "connect-timeout", "10", NULL },
  { "connect-timeout", "0", "connect-timeout must be" },
  { "connect-timeout", "5s", "connect-timeout must be" },
  { "total-timeout", "60", NULL },
  { "total-timeout", "14", "total-timeout must be" },
  { "total-timeout", "121", "total-timeout must be" },
  { "mch-id", "1900007291", "mch-id is no key of this type" },
  { "api-v3-key", "x", "api-v3-key is a secret" },
};

/* Common keys are taken in their form, and any other key or form is a fault that names it. */
static void
test_settings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings_cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");
    g_autoptr (TillMerchant) merchant = NULL;
    g_autoptr (GError) error = NULL;

    g_test_message ("%s=%s", settings_cases[i].key, settings_cases[i].value);
    fake_settings_set (settings, settings_cases[i].key, settings_cases[i].value);
    merchant = till_merchant_new ("wechat", settings, &error);
    if (settings_cases[i].error) {
      g_assert_null (merchant);
      g_assert_nonnull (strstr (error->message, settings_cases[i].error));
    } else {
      g_assert_no_error (error);
      g_assert_nonnull (merchant);
    }
  }
}

/* What the profile says is what the desk finds. */
static void
test_merchant (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("wechat-pay");
  g_autoptr (TillMerchant) plain = till_merchant_new ("a", settings, NULL);
  g_autoptr (TillMerchant) merchant = NULL;
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);

  g_assert_cmpstr (plain->base_url, ==, "https://api.mch.weixin.qq.com");
  g_assert_cmpstr (plain->backup_base_url, ==, "https://api2.mch.weixin.qq.com");
  g_assert_cmpuint (plain->brands, ==, TILL_BRAND_BIT (TILL_BRAND_WECHAT));
  g_assert_cmpuint (plain->fee_ppm, ==, 0);
  g_assert_cmpint (plain->limit_per_sale_fen, ==, 0);

  fake_settings_set (settings, "base-url", "https://127.0.0.1:8443/");
  fake_settings_set (settings, "fee-rate", "0.0038");
  fake_settings_set (settings, "limit-per-sale", "50000.00");
  fake_settings_set (settings, "connect-timeout", "7");
  fake_settings_set (settings, "total-timeout", "60");
  merchant = till_merchant_new ("wechat", settings, NULL);
  g_assert_cmpstr (merchant->id, ==, "wechat");
  g_assert_cmpstr (merchant->base_url, ==, "https://127.0.0.1:8443");
  g_assert_null (merchant->backup_base_url);
  g_assert_cmpuint (merchant->fee_ppm, ==, 3800);
  g_assert_cmpint (merchant->limit_per_sale_fen, ==, 5000000);
  g_assert_cmpuint (merchant->connect_timeout_ms, ==, 7000);
  g_assert_cmpuint (merchant->total_timeout_ms, ==, 60000);

  ask.use_backup = TRUE;
  g_assert_cmpstr (till_merchant_get_host (merchant, &ask), ==, "https://127.0.0.1:8443");
  g_assert_cmpstr (till_merchant_get_host (plain, &ask), ==, "https://api2.mch.weixin.qq.com");
}

/* A request that cannot be right is not made. */
static void
test_bad_asks (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("alipay");
  TillAsk asks[10];

  for (guint i = 0; i < G_N_ELEMENTS (asks); i++)
    asks[i] = case_ask (TILL_CALL_CHARGE, "28763443825664394");
  asks[0].amount_fen = 0;
  asks[1].amount_fen = G_GINT64_CONSTANT (10000000000);
  asks[2].currency = "USD";
  asks[3].order = "A/../B000";
  asks[4].order = NULL;
  asks[5].paycode = "2876 3443";
  asks[6].paycode = NULL;
  asks[7].nonce = "";
  asks[8].call = TILL_CALL_KEYS;
  asks[9].call = TILL_CALL_REFUND;

  for (guint i = 0; i < G_N_ELEMENTS (asks); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (till_acquirer_build (merchant, &asks[i], &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD);
    g_assert_null (strstr (error->message, "2876"));
  }
}

/* A foreign customer's card code goes only to who says that it takes such codes. */
static void
test_card_codes (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("alipay");
  const TillAsk ask = case_ask (TILL_CALL_CHARGE,
                                "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=");
  TillAcquirer takes_all = *merchant->acquirer;
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (till_acquirer_build (merchant, &ask, &error));
  g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD);
  g_clear_error (&error);

  takes_all.takes = TILL_TAKES_CARD_CODES;
  merchant->acquirer = &takes_all;
  request = till_acquirer_build (merchant, &ask, &error);
  g_assert_no_error (error);
  g_assert_nonnull (request);
}

static const struct {
  TillHttpOutcome  outcome;
  gboolean         sent;
  guint            status;  /* 0: no answer was begun */
  TillCall         call;
  const char      *expect;
} silences[] = {
  { TILL_HTTP_NO_NETWORK, FALSE, 0, TILL_CALL_CHARGE, "event=unsent; reason=no-network" },
  { TILL_HTTP_UNTRUSTED, FALSE, 0, TILL_CALL_CHARGE, "event=unsent; reason=untrusted-server" },
  { TILL_HTTP_TIMEOUT, FALSE, 0, TILL_CALL_CHARGE, "event=unsent; reason=no-network" },
  { TILL_HTTP_CANCELLED, FALSE, 0, TILL_CALL_CHARGE, "event=unsent; reason=cancelled" },
  { TILL_HTTP_FAULT, FALSE, 0, TILL_CALL_ORDER, "event=unsent; reason=no-network" },
  { TILL_HTTP_NO_NETWORK, FALSE, 0, TILL_CALL_REFUND, "event=unsent; reason=no-network" },
  { TILL_HTTP_NO_NETWORK, FALSE, 0, TILL_CALL_QUERY, "event=lost; reason=no-network" },
  { TILL_HTTP_NO_NETWORK, FALSE, 0, TILL_CALL_QUERY_REFUND, "event=lost; reason=no-network" },
  { TILL_HTTP_NO_NETWORK, FALSE, 0, TILL_CALL_CLOSE, "event=close-lost; reason=no-network" },
  { TILL_HTTP_UNTRUSTED, FALSE, 0, TILL_CALL_REVERSE, "event=close-lost; reason=untrusted-server" },
  { TILL_HTTP_NO_NETWORK, TRUE, 0, TILL_CALL_CHARGE, "event=lost; reason=no-answer" },
  { TILL_HTTP_UNTRUSTED, TRUE, 0, TILL_CALL_CHARGE, "event=lost; reason=no-answer" },
  { TILL_HTTP_TIMEOUT, TRUE, 0, TILL_CALL_CHARGE, "event=lost; reason=no-answer" },
  { TILL_HTTP_CUT_OFF, TRUE, 0, TILL_CALL_CHARGE, "event=lost; reason=no-answer" },
  { TILL_HTTP_CANCELLED, TRUE, 0, TILL_CALL_CHARGE, "event=lost; reason=no-answer" },
  { TILL_HTTP_FAULT, TRUE, 0, TILL_CALL_REFUND, "event=lost; reason=no-answer" },
  { TILL_HTTP_TIMEOUT, TRUE, 0, TILL_CALL_REVERSE, "event=close-lost; reason=no-answer" },
  { TILL_HTTP_TIMEOUT, TRUE, 0, TILL_CALL_CLOSE, "event=close-lost; reason=no-answer" },
  { TILL_HTTP_TIMEOUT, TRUE, 200, TILL_CALL_CHARGE, "event=lost; reason=bad-answer" },
  { TILL_HTTP_CUT_OFF, TRUE, 200, TILL_CALL_CHARGE, "event=lost; reason=bad-answer" },
  { TILL_HTTP_TOO_LARGE, TRUE, 200, TILL_CALL_QUERY, "event=lost; reason=bad-answer" },
  { TILL_HTTP_CUT_OFF, TRUE, 204, TILL_CALL_CLOSE, "event=close-lost; reason=bad-answer" },
};

/* Silence refuses nothing; only a charge, order or refund that provably never left is unsent. */
static void
test_silence (void)
{
  for (guint i = 0; till_acquirer_list ()[i]; i++) {
    g_autoptr (TillMerchant) merchant = case_merchant (till_acquirer_list ()[i]->id);

    for (guint n = 0; n < G_N_ELEMENTS (silences); n++) {
      g_autoptr (TillHttpReply) reply = till_http_reply_new (silences[n].outcome);
      TillAsk ask = case_ask (silences[n].call, NULL);
      g_auto (CaseAnswer) answer = { 0 };

      if (!till_acquirer_offers (merchant->acquirer, silences[n].call))
        continue;
      reply->sent = silences[n].sent;
      reply->status = silences[n].status;
      till_acquirer_read (merchant, &ask, reply, &answer);
      case_assert_answer (&answer, silences[n].expect);
      g_assert_nonnull (answer.said);
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/acquirer/walk", test_walk);
  g_test_add_func ("/acquirer/tables", test_tables);
  g_test_add_func ("/acquirer/settings", test_settings);
  g_test_add_func ("/acquirer/merchant", test_merchant);
  g_test_add_func ("/acquirer/bad-asks", test_bad_asks);
  g_test_add_func ("/acquirer/card-codes", test_card_codes);
  g_test_add_func ("/acquirer/silence", test_silence);

  return g_test_run ();
}
