/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <string.h>

#include "wire-case.h"

/* An answer of the acquirer's, signed with its key. */
static TillHttpReply *
make_reply (const char *nonce,
            gint64      at_s,
            const char *body)
{
  g_autoptr (TillKey) key = case_private_key ("wx_go_signer_key.der.b64");
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, at_s);
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s\n", time, nonce, body);
  g_autofree char *signature = till_key_sign (key, text, NULL);
  TillHttpReply *reply = case_reply (200, body);

  case_header (reply, "till-time", time);
  case_header (reply, "till-nonce", nonce);
  case_header (reply, "till-signature", signature);
  return reply;
}

#define NOW_S (CASE_NOW_US / G_USEC_PER_SEC)
#define BODY(members) "{" members "}"
#define STATE(state)                                                                               \
  BODY ("\"result\":\"OK\",\"order\":\"" CASE_ORDER "\",\"amount\":1250,\"currency\":\"CNY\","     \
        "\"state\":\"" state "\"")
#define BACK(state)                                                                                \
  BODY ("\"result\":\"OK\",\"order\":\"" CASE_REFUND "\",\"amount\":500,\"currency\":\"CNY\","     \
        "\"state\":\"" state "\"")
#define RESULT(result) BODY ("\"result\":\"" result "\"")

static const struct {
  TillCall    call;
  const char *body;
  const char *expect;
} answers[] = {
  { TILL_CALL_TAP, STATE ("PAID"), "event=paid; reason=" },
  { TILL_CALL_TAP, STATE ("PENDING"), "event=wait; reason=processing" },
  { TILL_CALL_TAP, STATE ("FAILED"), "event=refused; reason=payer-refused" },
  { TILL_CALL_TAP, STATE ("REVERSED"), "event=closed; reason=reversed" },
  { TILL_CALL_TAP, STATE ("UNHEARD_OF"), "event=lost; reason=unknown-answer" },
  { TILL_CALL_TAP, RESULT ("PIN_REQUIRED"), "event=refused; reason=card-pin" },
  { TILL_CALL_TAP, RESULT ("CARD_EXPIRED"), "event=refused; reason=card-expired" },
  { TILL_CALL_TAP, RESULT ("SYSTEM"), "event=lost; reason=acquirer-fault" },
  { TILL_CALL_TAP, RESULT ("BUSY"), "event=lost; reason=busy" },
  { TILL_CALL_TAP, RESULT ("UNHEARD_OF"), "event=lost; reason=unknown-answer" },
  { TILL_CALL_TAP, RESULT ("NOT_FOUND"), "event=lost; reason=unknown-answer" },
  { TILL_CALL_TAP, BODY ("\"state\":\"PAID\""), "event=lost; reason=unknown-answer" },
  { TILL_CALL_QUERY, STATE ("PAID"), "event=paid; reason=" },
  { TILL_CALL_QUERY, RESULT ("DECLINED"), "event=lost; reason=unknown-answer" },
  { TILL_CALL_QUERY, RESULT ("NOT_FOUND"), "event=absent; reason=no-answer" },
  { TILL_CALL_REVERSE, STATE ("REVERSED"), "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, STATE ("PAID"), "event=close-lost; reason=unknown-answer" },
  { TILL_CALL_REVERSE, STATE ("PENDING"), "event=close-lost; reason=processing" },
  { TILL_CALL_REVERSE, RESULT ("NOT_FOUND"), "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, RESULT ("SYSTEM"), "event=close-lost; reason=acquirer-fault" },
  { TILL_CALL_REFUND, BACK ("PAID"), "event=paid; reason=" },
  { TILL_CALL_REFUND, BACK ("PENDING"), "event=wait; reason=processing" },
  { TILL_CALL_REFUND, STATE ("PAID"), "event=lost; reason=other-order" },
  { TILL_CALL_REFUND, RESULT ("TOO_LATE"), "event=refused; reason=refund-too-late" },
  { TILL_CALL_QUERY_REFUND, RESULT ("NOT_FOUND"), "event=absent; reason=no-answer" },

  /* Paid must say which order, how much, of what. */
  { TILL_CALL_TAP, BODY ("\"result\":\"OK\",\"state\":\"PAID\",\"amount\":1250,"
                         "\"currency\":\"CNY\""),
    "event=lost; reason=other-order" },
  { TILL_CALL_TAP, BODY ("\"result\":\"OK\",\"state\":\"PAID\",\"order\":\"" CASE_ORDER "\","
                         "\"currency\":\"CNY\""),
    "event=lost; reason=other-amount" },
  { TILL_CALL_TAP, BODY ("\"result\":\"OK\",\"state\":\"PAID\",\"order\":\"" CASE_ORDER "\","
                         "\"amount\":1251,\"currency\":\"CNY\""),
    "event=lost; reason=other-amount" },
  { TILL_CALL_TAP, BODY ("\"result\":\"OK\",\"state\":\"PAID\",\"order\":\"" CASE_ORDER "\","
                         "\"amount\":1250"),
    "event=lost; reason=other-amount" },
  { TILL_CALL_TAP, "[]", "event=lost; reason=bad-answer" },
  { TILL_CALL_TAP, "", "event=lost; reason=bad-answer" },
};

static void
test_answers (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("sealed");

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    TillAsk ask = case_ask (answers[i].call, NULL);
    g_autoptr (TillHttpReply) reply = make_reply (CASE_NONCE, NOW_S + 1, answers[i].body);
    g_auto (CaseAnswer) answer = { 0 };

    g_test_message ("%u %s", answers[i].call, answers[i].body);
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, answers[i].expect);
  }
}

/* An answer counts for the very question that it names, for five minutes. */
static void
test_trust (void)
{
  static const struct {
    const char *nonce;
    gint64      late_s;
    const char *without;  /* a header that is missing */
    const char *expect;
  } cases[] = {
    { CASE_NONCE, 1, NULL, "event=paid; reason=" },
    { CASE_NONCE, 299, NULL, "event=paid; reason=" },
    { CASE_NONCE, 301, NULL, "event=lost; reason=stale-signature" },
    { CASE_NONCE, -301, NULL, "event=lost; reason=stale-signature" },
    { "ANOTHER", 1, NULL, "event=lost; reason=other-order" },
    { CASE_NONCE, 1, "till-time", "event=lost; reason=unsigned" },
    { CASE_NONCE, 1, "till-nonce", "event=lost; reason=unsigned" },
    { CASE_NONCE, 1, "till-signature", "event=lost; reason=unsigned" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("sealed");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillAsk ask = case_ask (TILL_CALL_TAP, NULL);
    g_autoptr (TillHttpReply) reply = make_reply (cases[i].nonce, NOW_S + cases[i].late_s,
                                                  STATE ("PAID"));
    g_auto (CaseAnswer) answer = { 0 };

    if (cases[i].without)
      case_header (reply, cases[i].without, NULL);
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, cases[i].expect);
  }
}

/* What the acquirer prescribes for taps comes from the profile, and what cannot be is refused. */
static void
test_terms (void)
{
  static const struct {
    const char *key;
    const char *value;
  } bad[] = {
    { "ttq", "268000" }, { "ttq", "2680008G" }, { "terminal-objects", "9F33" },
    { "terminal-objects", "9F3303E0E1" }, { "terminal-objects", "70039A0126" },
    { "no-pin-limit", "-1" }, { "no-pin-limit", "all" },
    { "card-certificate-file", "own/answers-pub.pem" }, { "merchant-no", "a b" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("sealed");
  const TillCardTerms *terms = till_merchant_get_card_terms (merchant);

  g_assert_nonnull (strstr (terms->certificate, "BEGIN CERTIFICATE"));
  g_assert_cmpmem (g_bytes_get_data (terms->ttq, NULL), g_bytes_get_size (terms->ttq),
                   "\x26\x80\x00\x80", 4);
  g_assert_cmpuint (g_bytes_get_size (terms->objects), ==, 10);
  g_assert_cmpint (terms->no_pin_limit_fen, ==, 50000);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("sealed");
    g_autoptr (GError) error = NULL;

    fake_settings_set (settings, bad[i].key, bad[i].value);
    g_assert_null (till_merchant_new ("sealed", settings, &error));
    g_assert_nonnull (strstr (error->message, bad[i].key));
  }
}

/* Nothing goes out without a card, or with something else in its place. */
static void
test_no_card (void)
{
  static const char *const cards[] = { NULL, "", "short", "{\"card\":1}1234567890" };
  g_autoptr (TillMerchant) merchant = case_merchant ("sealed");

  for (guint i = 0; i < G_N_ELEMENTS (cards); i++) {
    TillAsk ask = case_ask (TILL_CALL_TAP, NULL);
    g_autoptr (GError) error = NULL;

    ask.card = cards[i];
    g_assert_null (till_acquirer_build (merchant, &ask, &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sealed/answers", test_answers);
  g_test_add_func ("/sealed/trust", test_trust);
  g_test_add_func ("/sealed/terms", test_terms);
  g_test_add_func ("/sealed/no-card", test_no_card);

  return g_test_run ();
}
