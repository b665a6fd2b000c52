/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-shop.h"

#include "sandbox/text.h"

#include <string.h>

#define PAY "/v3/pay/transactions/"

static char *
charge_body (const char *order,
             gint64      amount_fen,
             const char *paycode)
{
  return g_strdup_printf ("{\"appid\":\"wx19000000010000aa\",\"mchid\":\"1900000001\","
                          "\"description\":\"晨光便利店\",\"out_trade_no\":\"%s\","
                          "\"payer\":{\"auth_code\":\"%s\"},"
                          "\"amount\":{\"total\":%" G_GINT64_FORMAT ",\"currency\":\"CNY\"},"
                          "\"scene_info\":{\"store_info\":{\"out_id\":\"demo-01\"}}}",
                          order, paycode, amount_fen);
}

static Reply *
charge (Shop       *shop,
        const char *order,
        gint64      amount_fen,
        const char *paycode)
{
  g_autofree char *body = charge_body (order, amount_fen, paycode);

  return shop_wechat (shop, (Wechat) { .path = PAY "codepay", .body = body });
}

static Reply *
query (Shop       *shop,
       const char *order)
{
  g_autofree char *path = g_strdup_printf (PAY "out-trade-no/%s?mchid=1900000001", order);

  return shop_wechat (shop, (Wechat) { .path = path });
}

/* A charge is paid, the answer is signed by the public key, and a query tells the same. */
static void
test_charge (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) paid = charge (shop, "261122AAAAAAAAAAAAAA", 1250, "134567890123456700");
  g_autoptr (Reply) queried = query (shop, "261122AAAAAAAAAAAAAA");

  g_assert_no_error (paid->error);
  g_assert_cmpuint (paid->status, ==, 200);
  g_assert_true (reply_is_signed_by (paid, "wechat-platform-pub.pem"));
  assert_member (paid, "trade_state", "SUCCESS");
  assert_member (paid, "trade_type", "MICROPAY");
  assert_member (paid, "out_trade_no", "261122AAAAAAAAAAAAAA");
  assert_member (paid, "amount.total", "1250");
  assert_member (paid, "mchid", "1900000001");

  g_assert_true (reply_is_signed_by (queried, "wechat-platform-pub.pem"));
  assert_member (queried, "trade_state", "SUCCESS");
  assert_member (queried, "transaction_id", reply_text (paid, "transaction_id"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-wechat/charge", test_charge);

  return g_test_run ();
}
