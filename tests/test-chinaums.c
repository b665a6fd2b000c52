/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <string.h>

#include "acquirer/chinaums-request.h"
#include "wire-case.h"

#define UNKNOWN "event=lost; reason=unknown-answer"
#define FAULT "event=lost; reason=acquirer-fault"
#define BAD "event=lost; reason=bad-answer"
#define CONFIG "event=refused; reason=config"
#define OTHER_ORDER "event=lost; reason=other-order"
#define OTHER_AMOUNT "event=lost; reason=other-amount"
#define CODE(code) "{\"errCode\":\"" code "\"}"
#define BILL(state, more) "{\"errCode\":\"SUCCESS\",\"billNo\":\"3194" CASE_ORDER "\"," \
  "\"billStatus\":\"" state "\",\"totalAmount\":1250" more "}"
#define TRADE(state, more) "{\"errCode\":\"00\",\"queryResCode\":\"" state \
  "\",\"originalTransactionAmount\":1250" more "}"
#define REFUND(state) "{\"errCode\":\"SUCCESS\",\"refundOrderId\":\"3194" CASE_REFUND \
  "\",\"refundAmount\":500,\"refundStatus\":\"" state "\"}"

typedef struct {
  TillCall    call;
  TillKind    kind;   /* of the payment, also where it is given back */
  const char *body;
  const char *expect;
} Case;

#define C TILL_KIND_CHARGE
#define O TILL_KIND_COLLECT

static const Case cases[] = {
  /* Before anything is done: certain. All else is asked about. */
  { TILL_CALL_CHARGE, C, CODE ("00"), "event=accepted" },
  { TILL_CALL_CHARGE, C, CODE ("0000"), "event=wait; reason=payer" },
  { TILL_CALL_CHARGE, C, CODE ("SUCCESS"), "event=wait; reason=payer" },
  { TILL_CALL_CHARGE, C, CODE ("BAD_REQUEST"), CONFIG },
  { TILL_CALL_CHARGE, C, CODE ("BAD_SIGN"), CONFIG },
  { TILL_CALL_CHARGE, C, CODE ("NO_SERVICE"), CONFIG },
  { TILL_CALL_CHARGE, C, CODE ("NO_MERCHANT"), CONFIG },
  { TILL_CALL_CHARGE, C, CODE ("INVALID_MSGSRC"), CONFIG },
  { TILL_CALL_CHARGE, C, CODE ("DENIED_IP"), CONFIG },
  { TILL_CALL_CHARGE, C, CODE ("INVLID_MERCHANT_CONFIG"), CONFIG },
  { TILL_CALL_CHARGE, C, CODE ("INACTIVE_MERCHANT"), "event=refused; reason=merchant-refused" },
  { TILL_CALL_CHARGE, C, CODE ("ABNORMAL_REQUEST_TIME"), "event=refused; reason=clock" },
  { TILL_CALL_CHARGE, C, CODE ("INTERNAL_ERROR"), FAULT },
  { TILL_CALL_CHARGE, C, CODE ("TIMEOUT"), FAULT },
  { TILL_CALL_CHARGE, C, CODE ("NET_ERROR"), FAULT },
  { TILL_CALL_CHARGE, C, CODE ("TXN_DISCARDED"), FAULT },
  { TILL_CALL_CHARGE, C, CODE ("INVALID_RESPONSE"), FAULT },
  { TILL_CALL_CHARGE, C, CODE ("TARGET_FAIL"), FAULT },
  { TILL_CALL_CHARGE, C, CODE ("ORDER_PROCESSING"), "event=lost; reason=busy" },
  { TILL_CALL_CHARGE, C, CODE ("DUP_ORDER"), UNKNOWN },
  { TILL_CALL_CHARGE, C, CODE ("51"), UNKNOWN },
  { TILL_CALL_CHARGE, C, "{}", BAD },
  { TILL_CALL_CHARGE, C, "{\"errCode\":0}", BAD },
  { TILL_CALL_CHARGE, C, "<html>", BAD },
  { TILL_CALL_ORDER, O, CODE ("SUCCESS"), BAD },
  { TILL_CALL_ORDER, O, CODE ("DUP_ORDER"), UNKNOWN },

  { TILL_CALL_QUERY, C, TRADE ("0", ""), "event=paid; reason=; brand=" },
  { TILL_CALL_QUERY, C, TRADE ("0", ",\"thirdPartyName\":\"微信支付\""), "event=paid; brand=wechat" },
  { TILL_CALL_QUERY, C, TRADE ("0", ",\"thirdPartyName\":\"支付宝\""), "event=paid; brand=alipay" },
  { TILL_CALL_QUERY, C, TRADE ("0", ",\"thirdPartyName\":\"云闪付\""), "event=paid; brand=unionpay" },
  { TILL_CALL_QUERY, C, TRADE ("0", ",\"thirdPartyName\":\"数字人民币\""), "event=paid; brand=ecny" },
  { TILL_CALL_QUERY, C, TRADE ("0", ",\"thirdPartyName\":\"京东\""), "event=paid; brand=jd" },
  { TILL_CALL_QUERY, C, TRADE ("0", ",\"thirdPartyName\":\"京东白条\""),
    "event=paid; brand=baitiao" },
  { TILL_CALL_QUERY, C, TRADE ("0", ",\"thirdPartyName\":\"银联\",\"merchantRemark\":\"白条\""),
    "event=paid; brand=unionpay" },
  { TILL_CALL_QUERY, C, TRADE ("0", ",\"merchantOrderId\":\"ANOTHER\""), OTHER_ORDER },
  { TILL_CALL_QUERY, C, "{\"errCode\":\"00\",\"queryResCode\":\"0\"}", OTHER_AMOUNT },
  { TILL_CALL_QUERY, C, TRADE ("1", ""), FAULT },
  { TILL_CALL_QUERY, C, TRADE ("2", ""), "event=closed; reason=reversed" },
  { TILL_CALL_QUERY, C, TRADE ("3", ""), "event=paid; reason=" },
  { TILL_CALL_QUERY, C, TRADE ("4", ""), "event=closed; reason=reversed" },
  { TILL_CALL_QUERY, C, TRADE ("5", ""), "event=refused; reason=payer-refused" },
  { TILL_CALL_QUERY, C, TRADE ("FF", ""), "event=wait; reason=payer" },
  { TILL_CALL_QUERY, C, TRADE ("6", ""), UNKNOWN },
  { TILL_CALL_QUERY, C, CODE ("00"), BAD },
  { TILL_CALL_QUERY, C, CODE ("NO_ORDER"), "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY, C, CODE ("BAD_SIGN"), "event=lost; reason=config" },
  { TILL_CALL_QUERY, C, CODE ("ABNORMAL_REQUEST_TIME"), "event=lost; reason=clock" },
  { TILL_CALL_QUERY, C, CODE ("INACTIVE_MERCHANT"), UNKNOWN },

  { TILL_CALL_QUERY, O, BILL ("PAID", ""), "event=paid; reason=" },
  { TILL_CALL_QUERY, O, BILL ("PAID", ",\"billPayment\":{\"status\":\"TRADE_SUCCESS\","
                              "\"targetSys\":\"Alipay 2.0\",\"buyerPayAmount\":1200}"),
    "event=paid; reason=; brand=alipay; payer_total_fen=1200" },
  { TILL_CALL_QUERY, O, BILL ("PAID", ",\"billPayment\":{\"targetSys\":\"WXPay\"}"),
    "event=paid; brand=wechat" },
  { TILL_CALL_QUERY, O, BILL ("PAID", ",\"billPayment\":{\"targetSys\":\"ACP\"}"),
    "event=paid; brand=unionpay" },
  { TILL_CALL_QUERY, O, BILL ("PAID", ",\"billPayment\":{\"targetSys\":\"UAC\"}"),
    "event=paid; brand=unionpay" },
  { TILL_CALL_QUERY, O, BILL ("PAID", ",\"billPayment\":{\"targetSys\":\"UnionPay\"}"),
    "event=paid; brand=unionpay" },
  { TILL_CALL_QUERY, O, BILL ("PAID", ",\"billPayment\":{\"targetSys\":\"ECNY\"}"),
    "event=paid; brand=ecny" },
  { TILL_CALL_QUERY, O, BILL ("PAID", ",\"billPayment\":{\"targetSys\":\"JDPay\"}"),
    "event=paid; brand=jd" },
  { TILL_CALL_QUERY, O, BILL ("PAID", ",\"billPayment\":{\"targetSys\":\"JDBT\"}"),
    "event=paid; brand=baitiao" },
  { TILL_CALL_QUERY, O, BILL ("PAID", ",\"billDesc\":\"白条\",\"billPayment\":{\"targetSys\":"
                              "\"ACP\"}"), "event=paid; brand=unionpay" },
  { TILL_CALL_QUERY, O, BILL ("PAID", ",\"billPayment\":{\"status\":\"WAIT_BUYER_PAY\"}"),
    UNKNOWN },
  { TILL_CALL_QUERY, O, BILL ("REFUND", ",\"billPayment\":{\"status\":\"TRADE_REFUND\"}"),
    "event=paid; reason=" },
  { TILL_CALL_QUERY, O, BILL ("UNPAID", ""), "event=wait; reason=not-scanned" },
  { TILL_CALL_QUERY, O, BILL ("CLOSED", ""), "event=closed; reason=closed" },
  { TILL_CALL_QUERY, O, BILL ("UNKNOWN", ""), FAULT },
  { TILL_CALL_QUERY, O, BILL ("NEWS", ""), UNKNOWN },
  { TILL_CALL_QUERY, O, "{\"errCode\":\"SUCCESS\",\"billStatus\":\"PAID\",\"totalAmount\":1250}",
    OTHER_ORDER },
  { TILL_CALL_QUERY, O, "{\"errCode\":\"SUCCESS\",\"billStatus\":\"PAID\",\"totalAmount\":1250,"
                        "\"billNo\":\"9999" CASE_ORDER "\"}", OTHER_ORDER },
  { TILL_CALL_QUERY, O, "{\"errCode\":\"SUCCESS\",\"billStatus\":\"PAID\",\"totalAmount\":1,"
                        "\"billNo\":\"3194" CASE_ORDER "\"}", OTHER_AMOUNT },

  { TILL_CALL_CLOSE, O, CODE ("SUCCESS"), "event=close-done; reason=" },
  { TILL_CALL_CLOSE, O, BILL ("PAID", ""), "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_CLOSE, O, BILL ("UNPAID", ""), "event=close-lost" },
  { TILL_CALL_CLOSE, O, CODE ("NO_ORDER"), "event=close-done; reason=" },
  { TILL_CALL_CLOSE, O, CODE ("OPERATION_NOT_ALLOWED"),
    "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_CLOSE, O, CODE ("INTERNAL_ERROR"), "event=close-lost; reason=acquirer-fault" },
  { TILL_CALL_REVERSE, C, CODE ("00"), "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, C, CODE ("0000"), "event=close-lost; reason=processing" },
  { TILL_CALL_REVERSE, C, CODE ("SUCCESS"), "event=close-lost; reason=processing" },
  { TILL_CALL_REVERSE, C, CODE ("NO_ORDER"), "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, C, CODE ("NO_CROSS_DAY_TRADING"),
    "event=close-refused; reason=paid-no-cancel" },
  { TILL_CALL_REVERSE, C, CODE ("99"), "event=close-lost; reason=unknown-answer" },

  { TILL_CALL_REFUND, C, CODE ("00"), "event=paid; reason=" },
  { TILL_CALL_REFUND, C, CODE ("0000"), "event=wait; reason=processing" },
  { TILL_CALL_REFUND, C, CODE ("SUCCESS"), "event=wait; reason=processing" },
  { TILL_CALL_REFUND, C, CODE ("NO_ORDER"), "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, C, CODE ("OPERATION_NOT_ALLOWED"), "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, C, CODE ("DUP_ORDER"), UNKNOWN },
  { TILL_CALL_REFUND, C, "{\"errCode\":\"00\",\"refundRequestId\":\"ANOTHER\"}", OTHER_ORDER },
  { TILL_CALL_REFUND, O, REFUND ("SUCCESS"), "event=paid; reason=; amount_fen=500" },
  { TILL_CALL_REFUND, O, REFUND ("PROCESSING"), "event=wait; reason=processing" },
  { TILL_CALL_REFUND, O, REFUND ("UNKNOWN"), "event=wait; reason=processing" },
  { TILL_CALL_REFUND, O, REFUND ("FAIL"), "event=refused; reason=refund-refused" },
  { TILL_CALL_REFUND, O, REFUND ("NEWS"), UNKNOWN },
  { TILL_CALL_REFUND, O, "{\"errCode\":\"SUCCESS\",\"refundStatus\":\"SUCCESS\"}", OTHER_ORDER },
  { TILL_CALL_QUERY_REFUND, O, REFUND ("SUCCESS"), "event=paid; reason=" },
  { TILL_CALL_QUERY_REFUND, O, CODE ("NO_ORDER"), "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY_REFUND, C, TRADE ("00", ""), "event=paid; reason=" },
  { TILL_CALL_QUERY_REFUND, C, TRADE ("FF", ""), "event=wait; reason=processing" },
  { TILL_CALL_QUERY_REFUND, C, TRADE ("5", ""), "event=refused; reason=refund-refused" },
  { TILL_CALL_QUERY_REFUND, C, TRADE ("1", ""), UNKNOWN },
};

/* Each row of the tables: an answer in, event and reason out. */
static void
test_answers (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("chinaums");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillAsk ask = case_ask (cases[i].call, NULL);
    g_autoptr (TillHttpReply) reply = case_reply (200, cases[i].body);
    g_auto (CaseAnswer) answer = { 0 };

    if (ask.of)
      ask.of_kind = cases[i].kind;
    else
      ask.kind = cases[i].kind;
    g_test_message ("%s", cases[i].body);
    till_acquirer_read (merchant, &ask, reply, &answer);
    case_assert_answer (&answer, cases[i].expect);
  }
}

/* The published samples of the signature. */
static void
test_vector (void)
{
  static const struct {
    const char *body;
    const char *signature;
  } vectors[] = {
    { "A", "GINsCTyNKTpEI9KXO16KqZJ64fOyAytEKl8aaR/Dy08=" },
    { "{\"mid\":\"898340149000005\",\"tid\":\"88880001\",\"instMid\":\"QRPAYDEFAULT\","
      "\"totalAmount\":1}", "Dkdom/pIuppMVxNv6Xnn5I7IxNNLvT5ERaL+77l/jZA=" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    g_autofree char *digest = till_digest_hex ("SHA256", vectors[i].body);
    g_autofree char *text = g_strconcat ("12345678901234567890123456789012", "20170101120000",
                                         "09876543210987654321098765432109", digest, NULL);
    g_autofree char *signature = till_hmac_base64 ("SHA256", "67890123456789012345678901234567",
                                                   text);

    g_assert_cmpstr (signature, ==, vectors[i].signature);
  }
}

/* A code's payment goes to "bills" in every call, with the day on which it was made. */
static void
test_bills (void)
{
  static const struct {
    TillCall    call;
    const char *path;
    const char *part;
  } rows[] = {
    { TILL_CALL_QUERY, "/bills/query", "\"billDate\":\"2026-05-19\"" },
    { TILL_CALL_REFUND, "/bills/refund", "\"billDate\":\"2026-05-19\"" },
    { TILL_CALL_REFUND, "/bills/refund", "\"refundOrderId\":\"3194" CASE_REFUND "\"" },
    { TILL_CALL_QUERY_REFUND, "/bills/query", "\"refundOrderId\":\"3194" CASE_REFUND "\"" },
    { TILL_CALL_QUERY_REFUND, "/bills/query", "\"billNo\":\"3194" CASE_ORDER "\"" },
  };
  g_autoptr (TillMerchant) merchant = case_merchant ("chinaums");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    TillAsk ask = case_ask (rows[i].call, NULL);
    g_autoptr (TillHttpRequest) request = NULL;

    ask.kind = ask.of ? TILL_KIND_REFUND : TILL_KIND_COLLECT;
    ask.of_kind = TILL_KIND_COLLECT;
    ask.asked_us = ask.of_asked_us = CASE_NOW_US - G_TIME_SPAN_DAY;
    request = till_acquirer_build (merchant, &ask, NULL);
    g_assert_nonnull (strstr (request->url, rows[i].path));
    g_assert_true (case_body_has (request, rows[i].part));
  }
}

/* A code is closed at the source that made it, and not given back by the way. */
static void
test_close (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("chinaums");
  g_autoptr (TillMerchant) plain = till_merchant_new ("a", settings, NULL);
  g_autoptr (TillMerchant) other = NULL;
  TillAsk ask = case_ask (TILL_CALL_CLOSE, NULL);
  g_autoptr (TillHttpRequest) first = till_acquirer_build (plain, &ask, NULL);
  g_autoptr (TillHttpRequest) second = NULL;

  g_assert_true (case_body_has (first, "\"systemId\":\"3194\""));
  g_assert_true (case_body_has (first, "\"attachRefund\":\"false\""));
  fake_settings_set (settings, "system-id", "8066");
  other = till_merchant_new ("a", settings, NULL);
  second = till_acquirer_build (other, &ask, NULL);
  g_assert_true (case_body_has (second, "\"systemId\":\"8066\""));
}

/* What cannot be asked is not: a number that grows too long, a code without an id, a call that
 * the kind of payment does not have. */
static void
test_bad_asks (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("chinaums");
  TillAsk asks[] = {
    case_ask (TILL_CALL_ORDER, NULL), case_ask (TILL_CALL_CLOSE, NULL),
    case_ask (TILL_CALL_REVERSE, NULL), case_ask (TILL_CALL_CLOSE, NULL),
  };

  asks[0].order = "123456789012345678901234";
  asks[1].keep = NULL;
  asks[2].kind = TILL_KIND_COLLECT;
  asks[3].kind = TILL_KIND_CHARGE;
  for (guint i = 0; i < G_N_ELEMENTS (asks); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (till_acquirer_build (merchant, &asks[i], &error));
    g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD);
  }
}

/* Digital yuan only where the contract has it. */
static void
test_brands (void)
{
  g_autoptr (FakeSettings) settings = case_settings ("chinaums");
  g_autoptr (TillMerchant) plain = till_merchant_new ("a", settings, NULL);
  g_autoptr (TillMerchant) more = NULL;

  g_assert_false (plain->brands & TILL_BRAND_BIT (TILL_BRAND_ECNY));
  fake_settings_set (settings, "brands", "wechat,ecny");
  more = till_merchant_new ("a", settings, NULL);
  g_assert_cmpuint (more->brands, ==,
                    TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ECNY));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chinaums/answers", test_answers);
  g_test_add_func ("/chinaums/vector", test_vector);
  g_test_add_func ("/chinaums/bills", test_bills);
  g_test_add_func ("/chinaums/close", test_close);
  g_test_add_func ("/chinaums/bad-asks", test_bad_asks);
  g_test_add_func ("/chinaums/brands", test_brands);

  return g_test_run ();
}
