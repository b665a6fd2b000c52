/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/shown.h"

static void
test_shown (void)
{
  static const struct {
    const char *text;
    TillShown   shown;
  } cases[] = {
    { "weixin://wxpay/bizpayurl?pr=abc", TILL_SHOWN_WECHAT },
    { "WEIXIN://WXPAY/BIZPAYURL?PR=ABC", TILL_SHOWN_WECHAT },
    { "wxp://f2f0abc", TILL_SHOWN_PERSONAL },
    { "https://qr.alipay.com/bax0123", TILL_SHOWN_ALIPAY },
    { "HTTPS://QR.ALIPAY.COM/FKX0123", TILL_SHOWN_ALIPAY },
    { "https://qr.95516.com/00010000/01116734936470044423094034227630", TILL_SHOWN_UNIONPAY },
    { "https://qr.95516.com/00010002/62", TILL_SHOWN_UNIONPAY },
    { "https://qr.95516.com/48020000/1", TILL_SHOWN_AGGREGATED },
    { "https://qr.95516.com/03080000/1", TILL_SHOWN_AGGREGATED },
    { "https://m.wosai.cn/qr/gateway?terminal_sn=1", TILL_SHOWN_AGGREGATED },
    { "https://qr.shouqianba.com/1", TILL_SHOWN_AGGREGATED },
    { "https://q.huijingcai.top/1", TILL_SHOWN_AGGREGATED },
    { "https://qr.duolabao.com/1", TILL_SHOWN_AGGREGATED },
    { "00020101021115310102", TILL_SHOWN_EMV },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillShown shown = TILL_SHOWN_ECNY;

    g_assert_true (till_shown_identify (cases[i].text, &shown));
    g_assert_cmpint (shown, ==, cases[i].shown);
  }
}

/* What is no collection code, or does not say who made it. */
static void
test_unknown (void)
{
  static const char *const texts[] = {
    "", "0", "00020", "134567890123456789", "6220123456789012345", "0112345678901234567",
    "weixin://", "weixin:/wxpay/", "wxp:", "https://qr.alipay.com", "http://qr.alipay.com/bax1",
    "https://qr.95516.com/", "https://qr.95516.com/00010001/62", "https://qr.95516.com/03095810/1",
    "https://example.org/https://qr.alipay.com/", "hQVDUFYwMQ==", "6901234567892",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    TillShown shown = TILL_SHOWN_ECNY;

    g_assert_false (till_shown_identify (texts[i], &shown));
    g_assert_cmpint (shown, ==, TILL_SHOWN_ECNY);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shown/table", test_shown);
  g_test_add_func ("/shown/unknown", test_unknown);

  return g_test_run ();
}
