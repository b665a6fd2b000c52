/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include "wire-case.h"

#define KNOWN "respCode=00&txnAmt=1250&currencyCode=156&queryId=2026"
#define SECOND G_USEC_PER_SEC

typedef struct {
  TillCall    call;
  gint64      after_us;   /* so long after the ask, and of a code's end */
  const char *pairs;
  const char *expect;
} Case;

static void
check_one (const Case *row,
           TillKind    kind)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");
  gboolean is_refund = row->call == TILL_CALL_REFUND || row->call == TILL_CALL_QUERY_REFUND;
  g_autoptr (TillHttpReply) reply =
    case_unionpay_reply ("unionpay-signer.pem", is_refund ? CASE_REFUND : CASE_ORDER, row->pairs);
  TillAsk ask = case_ask (row->call, NULL);
  g_auto (CaseAnswer) answer = { 0 };

  if (!is_refund)
    ask.kind = kind;
  ask.expires_us = kind == TILL_KIND_COLLECT ? CASE_NOW_US : 0;
  ask.now_us += row->after_us;
  g_test_message ("%s", row->pairs);
  till_acquirer_read (merchant, &ask, reply, &answer);
  case_assert_answer (&answer, row->expect);
}

static const Case trades[] = {
  { TILL_CALL_CHARGE, 0, KNOWN,
    "event=wait; reason=processing; acquirer_ref=2026; brand=unionpay" },
  { TILL_CALL_CHARGE, 0, "respCode=03", "event=lost; reason=acquirer-fault; said=HTTP 200 03" },
  { TILL_CALL_CHARGE, 0, "respCode=0<script>", "event=lost; reason=unknown-answer; said=HTTP 200" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=00&traceTime=0520132936",
    "event=paid; reason=; amount_fen=1250; currency=CNY; paid_us=1779254976000000" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=00", "event=paid; reason=; paid_us=0" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=00&traceTime=rubbish000", "event=paid; paid_us=0" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=A6",
    "event=paid; reason=paid-to-check; said=HTTP 200 00 A6" },
  /* 白条 by the card's name alone: a number says nothing. */
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=00&payCardIssueName=上海银行&payCardType=02"
                        "&accNo=6221********0004", "event=paid; brand=unionpay" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=00&payCardIssueName=京东白条",
    "event=paid; brand=baitiao" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=00&reqReserved=白条", "event=paid; brand=unionpay" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=05", "event=wait; reason=processing" },
  /* The time of what is not paid is none that a reversal may count from. */
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=05&traceTime=0520132936", "event=wait; paid_us=0" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=64", "event=refused; reason=balance" },
  { TILL_CALL_QUERY, 0, KNOWN, "event=lost; reason=bad-answer" },
  { TILL_CALL_QUERY, 0, "respCode=34", "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY, 0, "respCode=37", "event=lost; reason=busy" },
  { TILL_CALL_QUERY, 0, "respCode=03&origRespCode=00", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_ORDER, 0, "respCode=00", "event=lost; reason=bad-answer" },
  { TILL_CALL_REFUND, 0, "respCode=00", "event=wait; reason=processing" },
  { TILL_CALL_QUERY_REFUND, 0, "respCode=00&txnAmt=500&origRespCode=00", "event=paid; reason=" },
  { TILL_CALL_QUERY_REFUND, 0, "respCode=00&txnAmt=500&origRespCode=05", "event=wait" },
};

static void
test_trades (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (trades); i++)
    check_one (&trades[i], TILL_KIND_CHARGE);
}

/* Signed by UnionPay, and yet not the answer to what was asked: it pays nothing. */
static const Case others[] = {
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=00&orderId=ANOTHER00000000000000A",
    "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=00&merId=777290058110098",
    "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=00&txnTime=20260520132936",
    "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 0, "respCode=34&txnTime=20260520132936", "event=lost; reason=other-order" },
  { TILL_CALL_QUERY, 0, "respCode=00&origRespCode=00&txnAmt=1251",
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, 0, "respCode=00&origRespCode=00&txnAmt=12.50",
    "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, 0, "respCode=00&origRespCode=00", "event=lost; reason=other-amount" },
  { TILL_CALL_QUERY, 0, "respCode=00&origRespCode=00&txnAmt=1250&currencyCode=840",
    "event=lost; reason=other-amount" },
  { TILL_CALL_CHARGE, 0, "respCode=64&orderId=ANOTHER00000000000000A",
    "event=lost; reason=other-order" },
  { TILL_CALL_REVERSE, 0, "respCode=00&orderId=ANOTHER00000000000000A",
    "event=close-lost; reason=other-order" },
  { TILL_CALL_QUERY_REFUND, 0, "respCode=00&origRespCode=00&txnAmt=1250",
    "event=lost; reason=other-amount" },
};

static void
test_others (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    check_one (&others[i], TILL_KIND_CHARGE);
}

#define OVER (21 * SECOND)
#define LATER (11 * 60 * SECOND)

/* A code can be paid until its time is over, whatever became of the cards that tried; then it ends,
 * and what was under way is waited for. */
static const Case codes[] = {
  { TILL_CALL_QUERY, 0, "respCode=34", "event=absent; reason=not-scanned" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=05", "event=wait; reason=processing" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=64", "event=wait; reason=payer" },
  { TILL_CALL_QUERY, 0, KNOWN "&origRespCode=00", "event=paid; reason=" },
  { TILL_CALL_QUERY, 5 * SECOND, KNOWN "&origRespCode=05", "event=wait; reason=processing" },
  { TILL_CALL_QUERY, LATER, KNOWN "&origRespCode=05", "event=closed; reason=expired" },
  { TILL_CALL_QUERY, LATER, KNOWN "&origRespCode=64", "event=closed; reason=expired" },
  { TILL_CALL_QUERY, LATER, KNOWN "&origRespCode=00", "event=paid; reason=" },
  { TILL_CALL_QUERY, LATER, KNOWN "&origRespCode=03", "event=lost; reason=acquirer-fault" },
  { TILL_CALL_CLOSE, 0, "respCode=34", "event=close-lost; reason=ending" },
  { TILL_CALL_QUERY, OVER, KNOWN "&origRespCode=05", "event=wait; reason=processing" },
  { TILL_CALL_QUERY, OVER, KNOWN "&origRespCode=64", "event=closed; reason=expired" },
  { TILL_CALL_CLOSE, 5 * SECOND, "respCode=34", "event=close-lost; reason=ending" },
  { TILL_CALL_CLOSE, OVER, "respCode=34", "event=close-done; reason=" },
  { TILL_CALL_CLOSE, 0, KNOWN "&origRespCode=05", "event=close-lost; reason=ending" },
  { TILL_CALL_CLOSE, OVER, KNOWN "&origRespCode=05", "event=close-done; reason=" },
  { TILL_CALL_CLOSE, 0, KNOWN "&origRespCode=64", "event=close-lost; reason=ending" },
  { TILL_CALL_CLOSE, OVER, KNOWN "&origRespCode=64", "event=close-done; reason=" },
  { TILL_CALL_CLOSE, 0, KNOWN "&origRespCode=00", "event=close-refused; reason=" },
  { TILL_CALL_CLOSE, OVER, KNOWN "&origRespCode=03", "event=close-lost; reason=acquirer-fault" },
  { TILL_CALL_CLOSE, OVER, KNOWN "&origRespCode=46", "event=close-done; reason=" },
};

static void
test_codes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    check_one (&codes[i], TILL_KIND_COLLECT);
}

/* When a code's time is over UnionPay's clock says, whatever ours shows. */
static void
test_code_clock (void)
{
  static const struct {
    gint64      ours_us;
    gint64      theirs_us;
    const char *expect;
  } cases[] = {
    { LATER, 5 * SECOND, "event=close-lost; reason=ending" },
    { LATER, -LATER, "event=close-lost; reason=ending" },
    { -LATER, OVER, "event=close-done" },
    { OVER, OVER, "event=close-done" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillAsk ask = case_ask (TILL_CALL_CLOSE, NULL);
    g_autoptr (TillHttpReply) reply = case_unionpay_reply ("unionpay-signer.pem", CASE_ORDER,
                                                           "respCode=34");
    g_auto (CaseAnswer) answer = { 0 };

    ask.kind = TILL_KIND_COLLECT;
    ask.expires_us = CASE_NOW_US;
    ask.now_us += cases[i].ours_us;
    reply->date_us = CASE_NOW_US + cases[i].theirs_us;
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, cases[i].expect);
  }
}

static const struct {
  guint       status;
  const char *expect;
} statuses[] = {
  { 204, "event=lost; reason=bad-answer; said=HTTP 204" },
  { 302, "event=lost; reason=bad-answer; said=HTTP 302" },
  { 404, "event=lost; reason=bad-answer; said=HTTP 404" },
  { 429, "event=lost; reason=busy; said=HTTP 429" },
  { 502, "event=lost; reason=acquirer-fault; said=HTTP 502" },
};

/* UnionPay answers 200; whatever else there is comes from something in between. */
static void
test_statuses (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");
  TillAsk ask = case_ask (TILL_CALL_CHARGE, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (TillHttpReply) reply = case_unionpay_reply ("unionpay-signer.pem", CASE_ORDER,
                                                           "respCode=64");
    g_auto (CaseAnswer) answer = { 0 };

    reply->status = statuses[i].status;
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, statuses[i].expect);
  }
}

/* A request that was refused while our clock is wrong was refused for that. */
static void
test_clock (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");
  TillAsk ask = case_ask (TILL_CALL_CHARGE, NULL);
  g_autoptr (TillHttpReply) reply = case_unionpay_reply ("unionpay-signer.pem", CASE_ORDER,
                                                         "respCode=10");
  g_auto (CaseAnswer) answer = { 0 };

  reply->skew_us = 600 * SECOND;
  till_acquirer_read (merchant, &ask, reply, &answer);
  case_assert_answer (&answer, "event=refused; reason=clock");
}

/* A payment at the turn of the year was made in the year in which it was answered. */
static void
test_new_year (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");
  TillAsk ask = case_ask (TILL_CALL_QUERY, NULL);
  g_autoptr (TillHttpReply) reply =
    case_unionpay_reply ("unionpay-signer.pem", CASE_ORDER,
                         KNOWN "&origRespCode=00&txnTime=20261231235959&traceTime=0101000001");
  g_auto (CaseAnswer) answer = { 0 };

  ask.asked_us = G_GINT64_CONSTANT (1798732799) * G_USEC_PER_SEC;
  till_acquirer_read (merchant, &ask, reply, &answer);
  case_assert_answer (&answer, "event=paid; paid_us=1798732801000000");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unionpay/trades", test_trades);
  g_test_add_func ("/unionpay/others", test_others);
  g_test_add_func ("/unionpay/codes", test_codes);
  g_test_add_func ("/unionpay/code-clock", test_code_clock);
  g_test_add_func ("/unionpay/statuses", test_statuses);
  g_test_add_func ("/unionpay/clock", test_clock);
  g_test_add_func ("/unionpay/new-year", test_new_year);

  return g_test_run ();
}
