/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-shop.h"

#include <string.h>

static Reply *
pay (Shop       *shop,
     const char *app_id,
     const char *order,
     const char *yuan,
     const char *paycode)
{
  g_autofree char *content =
    g_strdup_printf ("{\"out_trade_no\":\"%s\",\"total_amount\":\"%s\",\"subject\":\"晨光便利店\","
                     "\"auth_code\":\"%s\",\"scene\":\"bar_code\","
                     "\"product_code\":\"FACE_TO_FACE_PAYMENT\",\"timeout_express\":\"5m\"}",
                     order, yuan, paycode);

  return shop_alipay (shop, (Alipay) { .method = "alipay.trade.pay", .content = content,
                                       .app_id = app_id });
}

static Reply *
query (Shop       *shop,
       const char *order)
{
  g_autofree char *content = g_strdup_printf ("{\"out_trade_no\":\"%s\"}", order);

  return shop_alipay (shop, (Alipay) { .method = "alipay.trade.query", .content = content });
}

/* A charge is paid, the node is signed by the gateway's key, and a query tells the same. */
static void
test_pay (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) paid = pay (shop, NULL, "261122AAAAAAAAAAAAAA", "12.50", "281234567890123400");
  g_autoptr (Reply) queried = query (shop, "261122AAAAAAAAAAAAAA");

  g_assert_no_error (paid->error);
  g_assert_cmpuint (paid->status, ==, 200);
  g_assert_true (reply_node_is_signed_by (paid, "alipay-gateway-pub.pem"));
  assert_member (paid, "code", "10000");
  assert_member (paid, "out_trade_no", "261122AAAAAAAAAAAAAA");
  assert_member (paid, "total_amount", "12.50");

  g_assert_true (reply_node_is_signed_by (queried, "alipay-gateway-pub.pem"));
  assert_member (queried, "trade_status", "TRADE_SUCCESS");
  assert_member (queried, "trade_no", reply_text (paid, "trade_no"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-alipay/pay", test_pay);

  return g_test_run ();
}
