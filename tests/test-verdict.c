/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/verdict.h"

static const TillVerdict rows[] = {
  { TILL_ON_ALL, 5, NULL, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_PAY, 403, "NOT_ENOUGH", TILL_EVENT_REFUSED, TILL_REASON_BALANCE },
  { TILL_ON (REFUND), 4, "NOT_ENOUGH", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (QUERY), 0, "GONE", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
};

static const struct {
  TillVerdictMatch match;
  TillCall         call;
  guint            status;
  const char      *code;
  int              row;  /* −1: none */
} cases[] = {
  { TILL_MATCH_EQUAL, TILL_CALL_CHARGE, 403, "NOT_ENOUGH", 1 },
  { TILL_MATCH_EQUAL, TILL_CALL_CHARGE, 403, "notenough", 1 },
  { TILL_MATCH_EQUAL, TILL_CALL_REFUND, 400, "NOT_ENOUGH", 2 },
  { TILL_MATCH_EQUAL, TILL_CALL_CHARGE, 500, "NOT_ENOUGH", 0 },
  { TILL_MATCH_EQUAL, TILL_CALL_CHARGE, 502, NULL, 0 },
  { TILL_MATCH_EQUAL, TILL_CALL_QUERY, 299, "GONE", 3 },
  { TILL_MATCH_CONTAINS, TILL_CALL_CHARGE, 403, "aop.ACQ.NOT_ENOUGH", 1 },
  { TILL_MATCH_CONTAINS, TILL_CALL_CHARGE, 403, " ACQ.NOT_ENOUGH\n", 1 },
  { TILL_MATCH_EQUAL, TILL_CALL_CHARGE, 400, "NOT_ENOUGH", -1 },
  { TILL_MATCH_EQUAL, TILL_CALL_QUERY, 403, "NOT_ENOUGH", -1 },
  { TILL_MATCH_EQUAL, TILL_CALL_CHARGE, 403, "ACQ.NOT_ENOUGH", -1 },
  { TILL_MATCH_EQUAL, TILL_CALL_CHARGE, 403, "NOT_ENOUGH_AT_ALL", -1 },
  { TILL_MATCH_EQUAL, TILL_CALL_CHARGE, 403, "", -1 },
  { TILL_MATCH_EQUAL, TILL_CALL_CHARGE, 403, NULL, -1 },
  { TILL_MATCH_CONTAINS, TILL_CALL_CHARGE, 403, "ENOUGH", -1 },
};

/* The first row that fits call, status and code; none where one of them does not. */
static void
test_find (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const TillVerdict *found = till_verdict_find (rows, G_N_ELEMENTS (rows), cases[i].match,
                                                  cases[i].call, cases[i].status, cases[i].code);

    g_test_message ("case %u", i);
    g_assert_true (found == (cases[i].row < 0 ? NULL : &rows[cases[i].row]));
  }
}

/* Five minutes are the window, either way; an unknown skew is none. */
static void
test_clock (void)
{
  static const struct {
    gint64   skew_s;
    gboolean is_off;
  } skews[] = {
    { 0, FALSE }, { 300, FALSE }, { -300, FALSE }, { 301, TRUE }, { -301, TRUE }, { 86400, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (skews); i++) {
    g_autoptr (TillHttpReply) reply = till_http_reply_new (TILL_HTTP_OK);

    reply->skew_us = skews[i].skew_s * G_USEC_PER_SEC;
    g_assert_true (till_reply_clock_is_off (reply) == skews[i].is_off);
  }
}

static void
test_set (void)
{
  TillAnswer answer = { 0 };

  till_answer_set (&answer, TILL_EVENT_REFUSED, TILL_REASON_BALANCE);
  g_assert_cmpint (answer.event, ==, TILL_EVENT_REFUSED);
  g_assert_cmpint (answer.reason, ==, TILL_REASON_BALANCE);
}

/* JD's credit is told where what paid is called so, and by nothing that only looks like it. */
static void
test_attribute (void)
{
  static const struct {
    TillBrand   before;
    const char *text;
    TillBrand   after;
  } names[] = {
    { TILL_BRAND_JD, "京东白条", TILL_BRAND_BAITIAO },
    { TILL_BRAND_JD, "JD_BAITIAO", TILL_BRAND_BAITIAO },
    { TILL_BRAND_NONE, "Baitiao", TILL_BRAND_BAITIAO },
    { TILL_BRAND_NONE, "JDBT", TILL_BRAND_BAITIAO },
    { TILL_BRAND_UNIONPAY, "上海银行白条闪付", TILL_BRAND_BAITIAO },
    { TILL_BRAND_JD, NULL, TILL_BRAND_JD },
    { TILL_BRAND_JD, "", TILL_BRAND_JD },
    { TILL_BRAND_JD, "京东钱包", TILL_BRAND_JD },
    { TILL_BRAND_UNIONPAY, "上海银行", TILL_BRAND_UNIONPAY },
    { TILL_BRAND_UNIONPAY, "BANKCARD_CREDIT", TILL_BRAND_UNIONPAY },
    { TILL_BRAND_NONE, "6221280000000000004", TILL_BRAND_NONE },
    { TILL_BRAND_WECHAT, "白条闪付", TILL_BRAND_WECHAT },
    { TILL_BRAND_ALIPAY, "ALIPAY_HUABEI", TILL_BRAND_ALIPAY },
    { TILL_BRAND_ALIPAY, "白条", TILL_BRAND_ALIPAY },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    TillAnswer answer = { .brand = names[i].before };

    g_test_message ("name %u", i);
    till_answer_attribute (&answer, names[i].text);
    g_assert_cmpint (answer.brand, ==, names[i].after);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/verdict/find", test_find);
  g_test_add_func ("/verdict/clock", test_clock);
  g_test_add_func ("/verdict/set", test_set);
  g_test_add_func ("/verdict/attribute", test_attribute);

  return g_test_run ();
}
