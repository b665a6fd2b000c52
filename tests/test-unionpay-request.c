/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/unionpay-request.h"

#include <string.h>

#include "wire-case.h"

static char *
body_of (const TillMerchant *merchant,
         const TillAsk      *ask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillHttpRequest) request = till_acquirer_build (merchant, ask, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (request->body, NULL), g_bytes_get_size (request->body));
}

static void
assert_has (const char *body,
            const char *pair,
            gboolean    has)
{
  g_autofree char *framed = g_strdup_printf ("&%s&", body);
  g_autofree char *wanted = g_strdup_printf ("&%s&", pair);

  g_test_message ("%s", pair);
  g_assert_true ((strstr (framed, wanted) != NULL) == has);
}

/* Whenever one asks, it is asked about the moment that the payment's row names. */
static void
test_moment (void)
{
  static const TillCall calls[] = { TILL_CALL_QUERY, TILL_CALL_REVERSE, TILL_CALL_CLOSE,
                                    TILL_CALL_REFUND, TILL_CALL_QUERY_REFUND };
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    TillAsk ask = case_ask (calls[i], NULL);
    g_autofree char *body = NULL;

    ask.now_us += 3600 * (gint64) G_USEC_PER_SEC;
    body = body_of (merchant, &ask);
    assert_has (body, "txnTime=20260520132935", TRUE);
  }
}

#define HOUR_US (3600 * (gint64) G_USEC_PER_SEC)

/* CASE_NOW_US is 13:29:35 in China. */
static const struct {
  gint64      asked_us;    /* the refund, after the payment */
  gint64      amount_fen;
  const char *txn_type;
} days[] = {
  { 0, CASE_AMOUNT_FEN, "txnType=31" },
  { 9 * HOUR_US, CASE_AMOUNT_FEN, "txnType=31" },                /* 22:29:35 */
  { 9 * HOUR_US + HOUR_US / 4, CASE_AMOUNT_FEN, "txnType=31" },  /* 22:44:35 */
  { 9 * HOUR_US + HOUR_US / 2, CASE_AMOUNT_FEN, "txnType=04" },  /* 22:59:35, or later */
  { 10 * HOUR_US, CASE_AMOUNT_FEN, "txnType=04" },               /* 23:29:35: the next day */
  { 0, CASE_AMOUNT_FEN - 1, "txnType=04" },
  { 24 * HOUR_US, CASE_AMOUNT_FEN, "txnType=04" },
};

/* The whole of a payment is voided on its clearing day, all else is refunded. */
static void
test_void (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");

  for (guint i = 0; i < G_N_ELEMENTS (days); i++) {
    TillAsk ask = case_ask (TILL_CALL_REFUND, NULL);
    g_autofree char *body = NULL;

    ask.of_asked_us = CASE_NOW_US;
    ask.asked_us = CASE_NOW_US + days[i].asked_us;
    ask.amount_fen = days[i].amount_fen;
    body = body_of (merchant, &ask);
    assert_has (body, days[i].txn_type, TRUE);
  }
}

static const struct {
  const char *term_id;
  const char *register_no;
  const char *expect;
} terminals[] = {
  { NULL, "01", "termId=00000001" },
  { NULL, "B2", "termId=000000B2" },
  { NULL, "12345678", "termId=12345678" },
  { NULL, "123456789", "termId=00000001" },
  { NULL, "一号", "termId=00000001" },
  { NULL, NULL, "termId=00000001" },
  { "49000002", "01", "termId=49000002" },
};

/* A terminal has eight characters. */
static void
test_terminal (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (terminals); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("unionpay");
    g_autoptr (TillMerchant) merchant = NULL;
    TillAsk ask = case_ask (TILL_CALL_CHARGE, "6220123456789012345");
    g_autofree char *body = NULL;

    fake_settings_set (settings, "term-id", terminals[i].term_id);
    merchant = till_merchant_new ("unionpay", settings, NULL);
    ask.register_no = terminals[i].register_no;
    body = body_of (merchant, &ask);
    assert_has (body, terminals[i].expect, TRUE);
  }
}

/* The original is named by UnionPay's number where that is known, by ours and its moment else. */
static void
test_original (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");
  TillAsk ask = case_ask (TILL_CALL_REFUND, NULL);
  g_autofree char *unknown = body_of (merchant, &ask);
  g_autofree char *known = NULL;

  ask.of_ref = "202605201329351234568";
  known = body_of (merchant, &ask);
  assert_has (unknown, "origOrderId=" CASE_ORDER, TRUE);
  assert_has (unknown, "origTxnTime=20260520132835", TRUE);
  assert_has (known, "origQryId=202605201329351234568", TRUE);
  assert_has (known, "origOrderId=" CASE_ORDER, FALSE);
}

/* The time that a code lives is a whole second that is not before its end. */
static void
test_life (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");
  TillAsk ask = case_ask (TILL_CALL_ORDER, NULL);
  g_autofree char *body = NULL;
  g_autofree char *endless = NULL;

  ask.expires_us = CASE_NOW_US + 1;
  body = body_of (merchant, &ask);
  assert_has (body, "payTimeout=20260520132936", TRUE);
  ask.expires_us = 0;
  endless = body_of (merchant, &ask);
  g_assert_null (strstr (endless, "payTimeout"));
}

static const char *const bad_orders[] = { "7K2M9P", "7K2M9PQ4_XW8ZT3VB6NHD5" };

/* Numbers that UnionPay does not take are not sent. */
static void
test_numbers (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");

  for (guint i = 0; i < G_N_ELEMENTS (bad_orders); i++) {
    TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);
    g_autoptr (GError) error = NULL;

    ask.order = bad_orders[i];
    g_assert_null (till_acquirer_build (merchant, &ask, &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD);
  }
}

/* A payment code has 20 digits at most. */
static void
test_codes (void)
{
  static const struct {
    const char *paycode;
    gboolean    fits;
  } cases[] = {
    { "6220123456789012345", TRUE }, { "12345678901234567890", TRUE },
    { "123456789012345678901", FALSE }, { "62201234567890A2345", FALSE },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillAsk ask = case_ask (TILL_CALL_CHARGE, cases[i].paycode);
    g_autoptr (GError) error = NULL;
    g_autoptr (TillHttpRequest) request = till_acquirer_build (merchant, &ask, &error);

    g_assert_true ((request != NULL) == cases[i].fits);
    if (!request)
      g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unionpay-request/moment", test_moment);
  g_test_add_func ("/unionpay-request/void", test_void);
  g_test_add_func ("/unionpay-request/terminal", test_terminal);
  g_test_add_func ("/unionpay-request/original", test_original);
  g_test_add_func ("/unionpay-request/life", test_life);
  g_test_add_func ("/unionpay-request/numbers", test_numbers);
  g_test_add_func ("/unionpay-request/codes", test_codes);

  return g_test_run ();
}
