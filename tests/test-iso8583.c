/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <string.h>

#include "acquirer/iso8583-request.h"
#include "code/iso8583-mac.h"
#include "code/iso8583.h"
#include "wire-case.h"

#define MAK     "\x01\x23\x45\x67\x89\xAB\xCD\xEF\xFE\xDC\xBA\x98\x76\x54\x32\x10"
#define FIRST   "000007 000079 0520 98 " CASE_CARD

/* What a case changes of a good answer. */
typedef struct {
  guint16     mti;
  const char *code;      /* field 39 */
  guint       field;     /* another field; 0: none */
  const char *value;     /* NULL: without it */
} Change;

static TillHttpReply *
make_reply (const Change *change,
            gint64        amount_fen)
{
  g_autoptr (TillIso8583) message = till_iso8583_new (change->mti);
  g_autofree char *amount = g_strdup_printf ("%012" G_GINT64_FORMAT, amount_fen);
  g_autoptr (GByteArray) packed = NULL;
  TillHttpReply *reply = case_reply (200, "");

  till_iso8583_set (message, 4, amount);
  till_iso8583_set (message, 11, "000079");
  till_iso8583_set (message, 13, "0521");
  till_iso8583_set (message, 37, "260520000001");
  till_iso8583_set (message, 39, change->code);
  till_iso8583_set (message, 41, "10000159");
  till_iso8583_set (message, 42, "880210010210160");
  till_iso8583_set (message, 64, "00000000");
  if (change->field && change->value)
    till_iso8583_set (message, change->field, change->value);
  else if (change->field)
    till_iso8583_clear (message, change->field);

  packed = till_iso8583_pack (message, NULL);
  if (till_iso8583_get (message, 64))
    g_assert_true (till_iso8583_seal (packed, (const guint8 *) MAK, 16));
  till_iso8583_frame (packed);
  g_bytes_unref (reply->body);
  reply->body = g_bytes_new (packed->data, packed->len);
  return reply;
}

static const struct {
  TillCall    call;
  Change      change;
  const char *expect;
  const char *keep;      /* NULL: not looked at */
} answers[] = {
  { TILL_CALL_TAP, { 0x0210, "00" }, "event=paid; reason=", "000007 000079 0521 98 -" },
  { TILL_CALL_TAP, { 0x0210, "11" }, "event=paid; reason=", NULL },
  { TILL_CALL_TAP, { 0x0210, "16" }, "event=paid; reason=", NULL },
  { TILL_CALL_TAP, { 0x0210, "A2" }, "event=paid; reason=paid-to-check", NULL },
  { TILL_CALL_TAP, { 0x0210, "A6" }, "event=paid; reason=paid-to-check",
    "000007 000079 0521 98 -" },

  { TILL_CALL_TAP, { 0x0210, "51" }, "event=refused; reason=balance", NULL },
  { TILL_CALL_TAP, { 0x0210, "61" }, "event=refused; reason=payer-limit", NULL },
  { TILL_CALL_TAP, { 0x0210, "54" }, "event=refused; reason=card-expired", NULL },
  { TILL_CALL_TAP, { 0x0210, "55" }, "event=refused; reason=card-pin", NULL },
  { TILL_CALL_TAP, { 0x0210, "04" }, "event=refused; reason=payer-refused", NULL },
  { TILL_CALL_TAP, { 0x0210, "97" }, "event=refused; reason=config", NULL },

  /* Nobody knows: it is reversed, and the reversal says why. */
  { TILL_CALL_TAP, { 0x0210, "68" }, "event=lost; reason=acquirer-fault",
    "000007 000079 0520 06 " CASE_CARD },
  { TILL_CALL_TAP, { 0x0210, "96" }, "event=lost; reason=acquirer-fault", NULL },
  { TILL_CALL_TAP, { 0x0210, "91" }, "event=lost; reason=acquirer-fault", NULL },
  { TILL_CALL_TAP, { 0x0210, "94" }, "event=lost; reason=unknown-answer", NULL },
  { TILL_CALL_TAP, { 0x0210, "10" }, "event=lost; reason=other-amount", NULL },
  { TILL_CALL_TAP, { 0x0210, "XX" }, "event=lost; reason=unknown-answer", NULL },
  { TILL_CALL_TAP, { 0x0210, "00", 64, NULL }, "event=lost; reason=unsigned",
    "000007 000079 0520 A0 " CASE_CARD },
  { TILL_CALL_TAP, { 0x0210, "00", 4, "000000001251" }, "event=lost; reason=other-amount",
    "000007 000079 0520 06 " CASE_CARD },
  { TILL_CALL_TAP, { 0x0210, "00", 4, NULL }, "event=lost; reason=other-amount", NULL },
  { TILL_CALL_TAP, { 0x0210, "00", 11, "000080" }, "event=lost; reason=other-order",
    "000007 000079 0520 06 " CASE_CARD },
  { TILL_CALL_TAP, { 0x0210, "51", 11, "000080" }, "event=lost; reason=other-order", NULL },
  { TILL_CALL_TAP, { 0x0210, "00", 41, "10000160" }, "event=lost; reason=other-order", NULL },
  { TILL_CALL_TAP, { 0x0210, "00", 42, "880210010210161" }, "event=lost; reason=other-order",
    NULL },
  { TILL_CALL_TAP, { 0x0410, "00" }, "event=lost; reason=bad-answer", NULL },
  { TILL_CALL_TAP, { 0x0230, "00" }, "event=lost; reason=bad-answer", NULL },

  /* A reversal is over when it is answered, and never before. */
  { TILL_CALL_REVERSE, { 0x0410, "00" }, "event=closed; reason=reversed", NULL },
  { TILL_CALL_REVERSE, { 0x0410, "25" }, "event=absent; reason=never-booked", NULL },
  { TILL_CALL_REVERSE, { 0x0410, "96" }, "event=close-lost; reason=unknown-answer", NULL },
  { TILL_CALL_REVERSE, { 0x0410, "A0" }, "event=close-lost; reason=unknown-answer", NULL },
  { TILL_CALL_REVERSE, { 0x0410, "00", 11, "000080" }, "event=close-lost; reason=other-order",
    NULL },
  { TILL_CALL_REVERSE, { 0x0410, "00", 64, NULL }, "event=close-lost; reason=unsigned", NULL },
  { TILL_CALL_REVERSE, { 0x0210, "00" }, "event=close-lost; reason=bad-answer", NULL },

  { TILL_CALL_REFUND, { 0x0230, "00" }, "event=paid; reason=", NULL },
  { TILL_CALL_REFUND, { 0x0230, "64" }, "event=refused; reason=refund-refused", NULL },
  { TILL_CALL_REFUND, { 0x0230, "96" }, "event=lost; reason=acquirer-fault", NULL },
  { TILL_CALL_REFUND, { 0x0230, "94" }, "event=lost; reason=unknown-answer", NULL },
  { TILL_CALL_REFUND, { 0x0230, "51" }, "event=refused; reason=merchant-balance", NULL },

  /* Who turns a message away says nothing of the one before it. */
  { TILL_CALL_REFUND, { 0x0230, "A0" }, "event=lost; reason=config", NULL },
  { TILL_CALL_REFUND, { 0x0230, "99" }, "event=lost; reason=config", NULL },
  { TILL_CALL_REFUND, { 0x0230, "77" }, "event=lost; reason=config", NULL },
  { TILL_CALL_REFUND, { 0x0230, "97" }, "event=lost; reason=config", NULL },
  { TILL_CALL_REFUND, { 0x0210, "00" }, "event=lost; reason=bad-answer", NULL },
};

static void
test_answers (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("iso8583");

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    TillAsk ask = case_ask (answers[i].call, NULL);
    g_autoptr (TillHttpReply) reply = make_reply (&answers[i].change, ask.amount_fen);
    g_auto (CaseAnswer) answer = { 0 };

    ask.keep = answers[i].call == TILL_CALL_REFUND ? "000007 000079 0520 R -" : FIRST;
    g_test_message ("%u: %s", i, answers[i].expect);
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, answers[i].expect);
    if (answers[i].keep)
      g_assert_cmpstr (answer.keep, ==, answers[i].keep);
  }
}

/* Silence is told by the reversal as what it is, and changes nothing that is kept. */
static void
test_silence (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("iso8583");
  TillAsk ask = case_ask (TILL_CALL_TAP, NULL);
  g_autoptr (TillHttpReply) reply = till_http_reply_new (TILL_HTTP_TIMEOUT);
  g_auto (CaseAnswer) answer = { 0 };

  reply->sent = TRUE;
  ask.keep = FIRST;
  till_acquirer_read (merchant, &ask, reply, &answer);
  case_assert_answer (&answer, "event=lost; reason=no-answer");
  g_assert_null (answer.keep);
}

static TillIso8583 *
parse_body (const TillHttpRequest *request)
{
  gsize n_bytes;
  const guint8 *body = g_bytes_get_data (request->body, &n_bytes);
  const guint8 *bytes = till_iso8583_unframe (body, &n_bytes, NULL);

  return till_iso8583_parse (bytes, n_bytes, NULL);
}

/* The reversal has the sale's trace number, whatever has happened since, and its cause. */
static void
test_reversal (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("iso8583");
  TillAsk ask = case_ask (TILL_CALL_REVERSE, NULL);
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (TillIso8583) message = NULL;

  ask.keep = "000003 000041 0519 A0 " CASE_CARD;
  ask.trace = 99;
  request = till_acquirer_build (merchant, &ask, NULL);
  message = parse_body (request);
  g_assert_cmpstr (till_iso8583_get (message, 11), ==, "000041");
  g_assert_cmpstr (till_iso8583_get (message, 39), ==, "A0");
  g_assert_cmpstr (till_iso8583_get (message, 60), ==, "2200000300060");
  g_assert_cmpstr (till_iso8583_get (message, 61), ==, "0000030000410519");
  g_assert_cmpstr (request->card_token, ==, CASE_CARD);
}

/* Whole, of today and of this batch: voided; all else is refunded. Which of them is settled with
 * the first row. */
static void
test_void_or_refund (void)
{
  static const struct {
    const char *of_keep;
    gint64      amount_fen;
    gint64      given_back_fen;
    const char *keep;
    guint16     mti;
  } cases[] = {
    { "000007 000041 0520 98 -", 1250, 0, "000007 000079 0520 V -", 0x0200 },
    { "000007 000041 0519 98 -", 1250, 0, "000007 000079 0520 R -", 0x0220 },
    { "000006 000041 0520 98 -", 1250, 0, "000007 000079 0520 R -", 0x0220 },
    { "000007 000041 0520 98 -", 1249, 0, "000007 000079 0520 R -", 0x0220 },
    { "000007 000041 0520 98 -", 1250, 1, "000007 000079 0520 R -", 0x0220 },
    { NULL, 1250, 0, "000007 000079 0520 R -", 0x0220 },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("iso8583");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillAsk ask = case_ask (TILL_CALL_REFUND, NULL);
    g_autofree char *keep = NULL;
    g_autoptr (TillHttpRequest) request = NULL;
    g_autoptr (TillIso8583) message = NULL;

    ask.of_keep = cases[i].of_keep;
    ask.of_ref = "260520000001";
    ask.amount_fen = cases[i].amount_fen;
    ask.given_back_fen = cases[i].given_back_fen;
    keep = till_acquirer_first_keep (merchant, &ask, NULL);
    g_assert_cmpstr (keep, ==, cases[i].keep);
    ask.keep = keep;
    ask.given_back_fen = 0;  /* what is settled is settled */
    request = till_acquirer_build (merchant, &ask, NULL);
    message = parse_body (request);
    g_assert_cmpuint (message->mti, ==, cases[i].mti);
    g_assert_cmpstr (till_iso8583_get (message, 37), ==, "260520000001");
    g_assert_null (request->card_token);
  }
}

static void
test_not_built (void)
{
  static const struct {
    TillCall    call;
    const char *keep;
  } cases[] = {
    { TILL_CALL_TAP, NULL },
    { TILL_CALL_TAP, "" },
    { TILL_CALL_TAP, "000007 000079 0520 98 -" },
    { TILL_CALL_TAP, "000007 79 0520 98 " CASE_CARD },
    { TILL_CALL_REVERSE, "000007 000079 0520 98 -" },
    { TILL_CALL_REFUND, NULL },
    { TILL_CALL_QUERY, FIRST },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("iso8583");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillAsk ask = case_ask (cases[i].call, NULL);
    g_autoptr (GError) error = NULL;

    ask.keep = cases[i].keep;
    g_assert_null (till_acquirer_build (merchant, &ask, &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD);
  }
}

static void
test_no_trace (void)
{
  static const guint traces[] = { 0, 1000000 };
  g_autoptr (TillMerchant) merchant = case_merchant ("iso8583");

  for (guint i = 0; i < G_N_ELEMENTS (traces); i++) {
    TillAsk ask = case_ask (TILL_CALL_TAP, NULL);
    g_autoptr (GError) error = NULL;

    ask.trace = traces[i];
    g_assert_null (till_acquirer_first_keep (merchant, &ask, &error));
    g_assert_nonnull (error);
  }
}

/* A terminal signs in once a day, and when the host says that its keys are others. */
static void
test_keys_are_due (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("iso8583");
  const TillAcquirer *acquirer = merchant->acquirer;
  const Change stale = { 0x0210, "A0" };
  TillAsk ask = case_ask (TILL_CALL_TAP, NULL);
  g_autoptr (TillHttpReply) reply = make_reply (&stale, ask.amount_fen);
  g_auto (CaseAnswer) answer = { 0 };

  g_assert_false (acquirer->keys_are_due (merchant->keys, CASE_NOW_US));
  g_assert_true (acquirer->keys_are_due (merchant->keys, CASE_NOW_US + G_TIME_SPAN_DAY));
  ask.keep = FIRST;
  till_acquirer_read (merchant, &ask, reply, &answer);
  case_assert_answer (&answer, "event=refused; reason=config");
  g_assert_true (acquirer->keys_are_due (merchant->keys, CASE_NOW_US));
}

/* Stored keys that are not for this terminal's key, or are damaged, are as good as none. */
static void
test_stored_keys (void)
{
  static const struct {
    const char *name;
    const char *value;
    gboolean    loads;
    gboolean    is_due;
  } cases[] = {
    { "working-keys", "20260520 000007 00", TRUE, TRUE },
    { "working-keys", "nonsense", TRUE, TRUE },
    { "working-keys", NULL, TRUE, TRUE },
    { "tmk", "31313131323232323333333334343435", TRUE, FALSE },  /* parity alone */
    { "tmk", "41313131323232323333333334343434", TRUE, TRUE },
    { "tmk", "3131", FALSE, FALSE },
    { "tmk", NULL, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("iso8583");
    g_autoptr (TillMerchant) merchant = NULL;
    g_autoptr (GError) error = NULL;

    fake_settings_hide (settings, cases[i].name, cases[i].value);
    merchant = till_merchant_new ("iso8583", settings, &error);
    g_assert_cmpint (merchant != NULL, ==, cases[i].loads);
    if (merchant)
      g_assert_cmpint (merchant->acquirer->keys_are_due (merchant->keys, CASE_NOW_US), ==,
                       cases[i].is_due);
  }
}

/* Of keys that the host does not know, only others help: those that another program of this till
 * fetched, if they are others. */
static void
test_read_kept (void)
{
  static const struct {
    const char *batch;    /* that the other's keys came with; NULL: nothing is kept */
    gboolean    is_due;
  } cases[] = {
    { NULL, TRUE }, { "000007", TRUE }, { "nonsense", TRUE }, { "000008", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("iso8583");
    g_autoptr (TillMerchant) merchant = till_merchant_new ("iso8583", settings, NULL);
    TillIso8583Keys *keys = merchant->keys;
    g_auto (GStrv) words = g_strsplit (keys->working, " ", -1);
    g_autofree char *kept = g_strjoin (" ", words[0], cases[i].batch ? cases[i].batch : words[1],
                                       words[2], NULL);

    fake_settings_hide (settings, "working-keys", cases[i].batch ? kept : NULL);
    keys->is_stale = TRUE;
    merchant->acquirer->read_kept (keys, settings);
    g_assert_cmpint (merchant->acquirer->keys_are_due (keys, CASE_NOW_US), ==, cases[i].is_due);
    g_assert_cmpstr (keys->batch, ==, cases[i].is_due ? "000007" : "000008");
  }
}

/* What the profile asks for and Till cannot do is told when it is read, not at the first card. */
static void
test_cipher (void)
{
  static const struct {
    const char *word;
    const char *what;     /* NULL: loads */
  } cases[] = {
    { NULL, NULL }, { "3des", NULL }, { "sm4", "SM4" }, { "SM4", "3des" }, { "aes", "3des" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("iso8583");
    g_autoptr (TillMerchant) merchant = NULL;
    g_autoptr (GError) error = NULL;

    if (cases[i].word)
      fake_settings_set (settings, "cipher", cases[i].word);
    merchant = till_merchant_new ("iso8583", settings, &error);
    g_assert_cmpint (merchant == NULL, ==, cases[i].what != NULL);
    if (cases[i].what) {
      g_assert_nonnull (strstr (error->message, "cipher"));
      g_assert_nonnull (strstr (error->message, cases[i].what));
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);

  g_test_add_func ("/iso8583/answers", test_answers);
  g_test_add_func ("/iso8583/silence", test_silence);
  g_test_add_func ("/iso8583/reversal", test_reversal);
  g_test_add_func ("/iso8583/void-or-refund", test_void_or_refund);
  g_test_add_func ("/iso8583/not-built", test_not_built);
  g_test_add_func ("/iso8583/no-trace", test_no_trace);
  g_test_add_func ("/iso8583/keys-are-due", test_keys_are_due);
  g_test_add_func ("/iso8583/stored-keys", test_stored_keys);
  g_test_add_func ("/iso8583/cipher", test_cipher);
  g_test_add_func ("/iso8583/read-kept", test_read_kept);

  return g_test_run ();
}
