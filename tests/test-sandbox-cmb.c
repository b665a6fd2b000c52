/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-shop.h"

#include "sandbox/national.h"
#include "sandbox/sign.h"

/* The bank's side is as strict as its manual; a right request's path is walked by
 * test-sandbox-acquirers. */

#define PATH "/polypay/v1.0/mchorders/orderquery"
#define OUTER(sign) "{\"biz_content\":\"{}\",\"encoding\":\"UTF-8\",\"signMethod\":\"02\"," \
  "\"version\":\"0.0.1\"" sign "}"

/* Without our signature, or that of the application, the bank hears nothing. */
static void
test_strict (void)
{
  static const char *const bodies[] = {
    "", "[]", "{}", OUTER (""), OUTER (",\"sign\":\"\""), OUTER (",\"sign\":\"AAAA\""),
  };
  static const char *const headers[] = {
    "Content-Type", "application/json", "appid", "8ab74856-8772-45c9-96db-54cb30ab9f74",
    "timestamp", "1779254975", "apisign", "00000000000000000000000000000000", NULL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (Shop) shop = shop_new (NULL);
    g_autoptr (Reply) reply = shop_send (shop, "POST", PATH, headers, bodies[i]);

    assert_member (reply, "returnCode", "FAIL");
  }
}

/* Its answers are signed over their fields by name, "/" written as "\/". */
static void
test_signed (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) reply = shop_send (shop, "POST", PATH, NULL, "{}");
  const char *text = "biz_content=&encoding=UTF-8&errCode=SIGN_OR_PARAMETER_ERROR&respCode=FAIL&"
                     "returnCode=FAIL&signMethod=02&version=0.0.1";

  g_assert_true (till_sandbox_verify_sm2 (till_sandbox_key ("cmb-bank-pub.pem"), text, FALSE,
                                          reply_text (reply, "sign")));
  g_assert_false (till_sandbox_verify_sm2 (till_sandbox_key ("cmb-merchant-pub.pem"), text, FALSE,
                                           reply_text (reply, "sign")));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-cmb/strict", test_strict);
  g_test_add_func ("/sandbox-cmb/signed", test_signed);

  return g_test_run ();
}
