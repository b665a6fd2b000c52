/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/paycode.h"

#include <string.h>

#define P TILL_PAYCODE_PAYMENT
#define C TILL_PAYCODE_COLLECTION
#define G TILL_PAYCODE_GOODS
#define U TILL_PAYCODE_UNKNOWN

/* Every row of the wallets' table, at its edges and just beyond them. */
static void
test_identify (void)
{
  static const struct {
    const char      *text;
    TillPaycodeKind  kind;
    TillBrand        brand;
    TillReason       reason;
  } cases[] = {
    { "100000000000000000", P, TILL_BRAND_WECHAT, 0 },
    { "134567890123456789", P, TILL_BRAND_WECHAT, 0 },
    { "159999999999999999", P, TILL_BRAND_WECHAT, 0 },
    { "099999999999999999", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "160000000000000000", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "13456789012345678", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "1345678901234567890", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "2500000000000000", P, TILL_BRAND_ALIPAY, 0 },
    { "284736251849362514", P, TILL_BRAND_ALIPAY, 0 },
    { "309999999999999999999999", P, TILL_BRAND_ALIPAY, 0 },
    { "250000000000000", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "3000000000000000000000000", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "2400000000000000", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "3100000000000000", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "fp0123456789abcdefghijklmnopqrstuvw", P, TILL_BRAND_ALIPAY, 0 },
    { "fp0123456789abcdefghijklmnopqrstuv", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "fp0123456789abcdefghijklmnopqrstu-w", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "0112345678901234567", P, TILL_BRAND_ECNY, 0 },
    { "6212345678901234567", P, TILL_BRAND_UNIONPAY, 0 },
    { "621234567890123456", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "180000000000000000", P, TILL_BRAND_JD, 0 },
    { "910000000000000000", P, TILL_BRAND_QQ, 0 },
    { "510000000000000000", P, TILL_BRAND_BESTPAY, 0 },
    /* 22 digits: a medical e-code, but where Alipay claims it Alipay decides. */
    { "2512345678901234567890", P, TILL_BRAND_ALIPAY, 0 },
    { "4412345678901234567890", U, 0, TILL_REASON_UNKNOWN_CODE },

    { "weixin://wxpay/bizpayurl?pr=JyC91EIz1", C, TILL_BRAND_WECHAT, TILL_REASON_SHOP_CODE },
    { "wxp://f2f0abcdef", C, TILL_BRAND_WECHAT, TILL_REASON_RECEIVE_CODE },
    { "https://qr.alipay.com/bax00000", C, TILL_BRAND_ALIPAY, TILL_REASON_SHOP_CODE },
    { "HTTPS://QR.ALIPAY.COM/BAX00000", C, TILL_BRAND_ALIPAY, TILL_REASON_SHOP_CODE },
    { "HTTPS://QR.ALIPAY.COM/FKX00000", C, TILL_BRAND_ALIPAY, TILL_REASON_RECEIVE_CODE },
    { "alipays://platformapi/startapp", C, TILL_BRAND_ALIPAY, TILL_REASON_SHOP_CODE },
    { "https://h5pay.jd.com/jdpay/customerPay", C, TILL_BRAND_JD, TILL_REASON_SHOP_CODE },
    { "https://qpay.qq.com/qr/5a1b", C, TILL_BRAND_QQ, TILL_REASON_SHOP_CODE },
    { "https://qr.95516.com/00010000/62", C, TILL_BRAND_UNIONPAY, TILL_REASON_SHOP_CODE },
    { "https://qr.95516.com/48020000/1", C, TILL_BRAND_UNIONPAY, TILL_REASON_SHOP_CODE },
    { "https://qr.shouqianba.com/1", C, 0, TILL_REASON_SHOP_CODE },
    { "https://example.com/", TILL_PAYCODE_URL, 0, TILL_REASON_WEB_CODE },
    { "http://weixin.qq.com/r/abc", TILL_PAYCODE_URL, 0, TILL_REASON_WEB_CODE },
    { "weixin://dl/business", TILL_PAYCODE_URL, 0, TILL_REASON_WEB_CODE },
    { "upi://pay?pa=a@b", TILL_PAYCODE_URL, 0, TILL_REASON_WEB_CODE },
    { "00020101021129300012D156000000000510A93FO3230Q52044111530315655020256041.005802CN5914BEST "
      "TRANSPORT6007BEIJING6304260A", TILL_PAYCODE_EMV_MPM, 0, TILL_REASON_SHOP_CODE },
    { "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=",
      TILL_PAYCODE_EMV_CPM, TILL_BRAND_UNIONPAY, TILL_REASON_CARD_CODE },
    { "hQVDUFYwMWF", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "BEGIN:VCARD", U, 0, TILL_REASON_OTHER_CODE },
    { "WIFI:S:shop;T:WPA;P:secret;;", U, 0, TILL_REASON_OTHER_CODE },
    { "otpauth://totp/a?secret=b", U, 0, TILL_REASON_OTHER_CODE },
    { "01,10,011001900104,12345678,12.50,20260101,,", U, 0, TILL_REASON_OTHER_CODE },
    { "{\"type\":\"jkm\"}", U, 0, TILL_REASON_OTHER_CODE },
    { "://nothing", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "a b://c", U, 0, TILL_REASON_UNKNOWN_CODE },

    { "6901234567892", G, 0, TILL_REASON_GOODS_CODE },
    { "036000291452", G, 0, TILL_REASON_GOODS_CODE },
    { "96385074", G, 0, TILL_REASON_GOODS_CODE },
    { "hello", U, 0, TILL_REASON_UNKNOWN_CODE },
    { "1", U, 0, TILL_REASON_UNKNOWN_CODE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillPaycode found;
    gboolean may_charge = till_paycode_identify (cases[i].text, &found);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpint (found.kind, ==, cases[i].kind);
    g_assert_cmpint (found.brand, ==, cases[i].brand);
    g_assert_cmpint (found.reason, ==, cases[i].reason);
    g_assert_cmpint (may_charge, ==, cases[i].kind == P && cases[i].reason == 0);
    g_assert_cmpint (found.is_valid, ==, cases[i].kind != U);
  }
}

/* EMV codes are known by how they begin, and are valid only when they are whole. */
static void
test_broken_emv (void)
{
  static const struct {
    const char      *text;
    TillPaycodeKind  kind;
  } cases[] = {
    { "00020101021215310102290000520446", TILL_PAYCODE_EMV_MPM },
    { "00020101021129300012D156000000000510A93FO3230Q52044111530315655020256041.005802CN5914BEZT "
      "TRANSPORT6007BEIJING6304260A", TILL_PAYCODE_EMV_MPM },
    { "hQVDUFYwMQ==", TILL_PAYCODE_EMV_CPM },
    { "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJ",
      TILL_PAYCODE_EMV_CPM },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillPaycode found;

    g_assert_false (till_paycode_identify (cases[i].text, &found));
    g_assert_cmpint (found.kind, ==, cases[i].kind);
    g_assert_false (found.is_valid);
    g_assert_cmpint (found.reason, !=, TILL_REASON_NONE);
  }
}

/* A goods code with a wrong check digit is one that was misread. */
static void
test_goods_check_digit (void)
{
  TillPaycode found;

  till_paycode_identify ("6901234567893", &found);
  g_assert_cmpint (found.kind, ==, G);
  g_assert_false (found.is_valid);
}

/* An identity number has WeChat's shape; it is asked about before it is charged. */
static void
test_identity_number (void)
{
  TillPaycode found;

  g_assert_false (till_paycode_identify ("110101199003072316", &found));
  g_assert_cmpint (found.reason, ==, TILL_REASON_IDENTITY_CODE);
  g_assert_cmpint (found.brand, ==, TILL_BRAND_WECHAT);
  /* The check digit is off by one: a payment code. */
  g_assert_true (till_paycode_identify ("110101199003072317", &found));
  /* No such month. */
  g_assert_true (till_paycode_identify ("110101199013072316", &found));
}

/* All 18-digit texts go to at most one wallet, by their first two digits. */
static void
test_eighteen_digits (void)
{
  guint n_claimed = 0;

  for (guint prefix = 0; prefix < 100; prefix++) {
    g_autofree char *text = g_strdup_printf ("%02u3456789012345670", prefix);
    TillPaycode found;

    n_claimed += till_paycode_identify (text, &found);
  }

  g_assert_cmpuint (n_claimed, ==, 6 + 6 + 3); /* WeChat, Alipay; JD, QQ, BestPay */
}

static void
test_normalise (void)
{
  static const struct {
    const char *text;
    const char *code;   /* NULL where it cannot be one */
  } cases[] = {
    { " 1345 6789 0123 4567 89\n", "134567890123456789" },
    { "wxp://a b", "wxp://a b" },
    { "0002016304\xe5\x8c\x97", "0002016304\xe5\x8c\x97" },
    { "0002016304\xb1\xb1", NULL },
    { "0002016304\xe5\x8c\x97\n6", NULL },
    { "", NULL },
    { " \t\n", NULL },
    { "134567890１23456789", NULL },
    { "1345\t6789", NULL },
    { "134567890123456789\x7f", NULL },
  };
  g_autofree char *long_text = g_strnfill (5000, '1');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *code = till_paycode_normalise (cases[i].text);

    g_assert_cmpstr (code, ==, cases[i].code);
  }
  g_assert_null (till_paycode_normalise (long_text));
}

/* A code in a log must not be one that can be charged. */
static void
test_mask (void)
{
  g_autofree char *masked = till_paycode_mask ("134567890123456789");
  g_autofree char *brief = till_paycode_mask ("12345678901");
  g_autofree char *emv = till_paycode_mask ("hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTweg");

  g_assert_cmpstr (masked, ==, "13************6789");
  g_assert_cmpstr (brief, ==, "***********");
  g_assert_cmpuint (strspn (emv, "*"), ==, strlen (emv));
}

/* No code and no card's number stands in a note; other numbers do. */
static void
test_redact (void)
{
  static const struct {
    const char *text;
    const char *kept;   /* NULL where it is as it was */
  } cases[] = {
    { "134567890123456789", "13************6789" },
    { " 2888888888888888888888\n", "28****************8888" },
    { "码 134567890123456789，再试", "码 13************6789，再试" },
    { "card 6222021234567890128.", "card 62*************0128." },
    { "4111 1111 1111 1111 ok", "41**********1111 ok" },
    { "2026-11-22 4111-1111-1111-1111", "2026-11-22 41**********1111" },
    { "fp0aZ0aZ0aZ0aZ0aZ0aZ0aZ0aZ0aZ0aZ0aZ", "fp*****************************Z0aZ" },
    { "两碗面", NULL },
    { "", NULL },
    { "13800138000, 2026-11-22 12:30", NULL },
    { "4111111111111112", NULL },                    /* no card: Luhn's digit is wrong */
    { "4200000000202611220000000001", NULL },        /* an acquirer's number */
    { "690123456789", NULL },
    { "1-2 3456 7890", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *kept = till_paycode_redact (cases[i].text);

    g_assert_cmpstr (kept, ==, cases[i].kept ? cases[i].kept : cases[i].text);
  }
  g_assert_null (till_paycode_redact (NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/paycode/identify", test_identify);
  g_test_add_func ("/paycode/broken-emv", test_broken_emv);
  g_test_add_func ("/paycode/goods-check-digit", test_goods_check_digit);
  g_test_add_func ("/paycode/identity-number", test_identity_number);
  g_test_add_func ("/paycode/eighteen-digits", test_eighteen_digits);
  g_test_add_func ("/paycode/normalise", test_normalise);
  g_test_add_func ("/paycode/mask", test_mask);
  g_test_add_func ("/paycode/redact", test_redact);

  return g_test_run ();
}
