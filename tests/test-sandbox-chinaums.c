/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-shop.h"

#include <string.h>

/* Chinaums' side is as strict as its documents. */

#define APP_ID "8a81c1be00000000000000000000till"
#define KEY "5c0f4e3d2b1a49788796a5b4c3d2e1f0"
#define ORDER "261122AAAAAAAAAAAAAA"
#define BILL "{\"requestTimestamp\":\"2026-11-22 10:00:00\",\"mid\":\"898310000000001\"," \
  "\"tid\":\"00000001\",\"instMid\":\"QRPAYDEFAULT\",\"billNo\":\"3194" ORDER "\"," \
  "\"billDate\":\"2026-11-22\""
#define TRADE "{\"merchantCode\":\"898310000000001\",\"terminalCode\":\"00000001\"," \
  "\"merchantOrderId\":\"" ORDER "\""
#define PAY TRADE ",\"transactionAmount\":1250,\"transactionCurrencyCode\":\"156\"," \
  "\"merchantRemark\":\"晨光\",\"payMode\":\"CODE_SCAN\",\"payCode\":\"281234567890123400\"," \
  "\"deviceType\":\"11\""

typedef struct {
  const char *path;
  const char *body;
  const char *key;
  gint64      late_s;
  const char *code;   /* errCode */
} Case;

static Reply *
send_ask (Shop       *shop,
          const Case *ask)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 60 * 60);
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);
  g_autoptr (GDateTime) at = g_date_time_add_seconds (now, (double) ask->late_s);
  g_autofree char *time = g_date_time_format (at, "%Y%m%d%H%M%S");
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, ask->body, -1);
  g_autofree char *text = g_strconcat (APP_ID, time, "N0", digest, NULL);
  const char *key = ask->key ? ask->key : KEY;
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guint8 *) key, strlen (key));
  g_autofree char *signature = NULL;
  g_autofree char *line = NULL;
  guint8 bytes[32];
  gsize n_bytes = sizeof bytes;

  g_hmac_update (hmac, (const guint8 *) text, -1);
  g_hmac_get_digest (hmac, bytes, &n_bytes);
  signature = g_base64_encode (bytes, n_bytes);
  line = g_strdup_printf ("OPEN-BODY-SIG AppId=\"" APP_ID "\", Timestamp=\"%s\", Nonce=\"N0\", "
                          "Signature=\"%s\"", time, signature);

  return shop_send (shop, "POST", ask->path,
                    (const char *const[]) { "Content-Type", "application/json", "Authorization",
                                            line, NULL }, ask->body);
}

#define PAY_PATH "/v6/poslink/transaction/pay"
#define QUERY_PATH "/v6/poslink/transaction/query"
#define ORDER_PATH "/v1/netpay/bills/get-qrcode"

static const Case cases[] = {
  { PAY_PATH, PAY ",\"ip\":\"127.0.0.1\"}", NULL, 0, "00" },
  { PAY_PATH, PAY ",\"ip\":\"127.0.0.1\"}", "another key", 0, "BAD_SIGN" },
  { PAY_PATH, PAY ",\"ip\":\"127.0.0.1\"}", NULL, -600, "ABNORMAL_REQUEST_TIME" },
  { PAY_PATH, PAY ",\"ip\":\"127.0.0.1\"}", NULL, 600, "ABNORMAL_REQUEST_TIME" },
  { PAY_PATH, PAY "}", NULL, 0, "BAD_REQUEST" },
  { PAY_PATH, PAY ",\"ip\":\"127.0.0.1\",\"more\":1}", NULL, 0, "BAD_REQUEST" },
  { PAY_PATH, TRADE "}", NULL, 0, "BAD_REQUEST" },
  { PAY_PATH, "{}", NULL, 0, "BAD_REQUEST" },
  { PAY_PATH, "no JSON", NULL, 0, "BAD_REQUEST" },
  { QUERY_PATH, TRADE "}", NULL, 0, "NO_ORDER" },
  { QUERY_PATH, "{\"merchantCode\":\"1\",\"terminalCode\":\"00000001\",\"merchantOrderId\":\""
    ORDER "\"}", NULL, 0, "BAD_REQUEST" },
  { "/v6/poslink/transaction/voidpayment", TRADE "}", NULL, 0, "NO_ORDER" },
  { "/v6/poslink/transaction/refund", TRADE ",\"refundRequestId\":\"R12345\","
    "\"transactionAmount\":\"1\"}", NULL, 0, "BAD_REQUEST" },
  { "/v6/poslink/transaction/refund", TRADE ",\"refundRequestId\":\"R12345\","
    "\"transactionAmount\":1}", NULL, 0, "NO_ORDER" },
  { ORDER_PATH, BILL ",\"totalAmount\":1250,\"walletOption\":\"MULTIPLE\"}", NULL, 0, "SUCCESS" },
  { ORDER_PATH, BILL ",\"totalAmount\":1250,\"walletOption\":\"SINGLE\"}", NULL, 0, "BAD_REQUEST" },
  { ORDER_PATH, BILL ",\"totalAmount\":\"1250\",\"walletOption\":\"MULTIPLE\"}", NULL, 0,
    "BAD_REQUEST" },
  { ORDER_PATH, BILL "}", NULL, 0, "BAD_REQUEST" },
  { "/v1/netpay/bills/query", BILL "}", NULL, 0, "NO_ORDER" },
  { "/v1/netpay/bills/query", TRADE "}", NULL, 0, "BAD_REQUEST" },
  { "/v1/netpay/bills/refund", BILL ",\"refundOrderId\":\"R1\",\"refundAmount\":1}", NULL, 0,
    "BAD_REQUEST" },
};

/* Each wrong request is refused with the documents' word. */
static void
test_strict (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Shop) shop = shop_new (NULL);
    g_autoptr (Reply) reply = send_ask (shop, &cases[i]);

    g_test_message ("%s %s", cases[i].path, cases[i].body);
    g_assert_cmpuint (reply->status, ==, 200);
    assert_member (reply, "errCode", cases[i].code);
  }
}

/* The code is one for all wallets, and is closed by its id. */
static void
test_code (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  const Case order = { ORDER_PATH, BILL ",\"totalAmount\":1250,\"walletOption\":\"MULTIPLE\"}" };
  const Case query = { "/v1/netpay/bills/query", BILL "}" };
  g_autoptr (Reply) made = send_ask (shop, &order);
  const char *text = reply_text (made, "billQRCode");
  g_autofree char *body = g_strdup_printf (
    "{\"requestTimestamp\":\"2026-11-22 10:00:00\",\"mid\":\"898310000000001\","
    "\"tid\":\"00000001\",\"instMid\":\"QRPAYDEFAULT\",\"qrCodeId\":\"%s\",\"systemId\":\"3194\"}",
    reply_text (made, "qrCodeId"));
  const Case close = { "/v1/netpay/bills/close-qrcode", body };
  g_autoptr (Reply) paid = NULL;
  g_autoptr (Reply) asked = NULL;
  g_autoptr (Reply) closed = NULL;

  g_assert_true (g_str_has_prefix (text, "https://qr.95516.com/48020000/"));
  paid = shop_post (shop, "/sandbox/customer",
                    "{\"do\":\"pay\",\"text\":\"%s\",\"wallet\":\"alipay\"}", text);
  g_assert_cmpuint (paid->status, ==, 200);
  asked = send_ask (shop, &query);
  assert_member (asked, "billStatus", "PAID");
  g_assert_nonnull (strstr (asked->body, "\"targetSys\":\"Alipay 2.0\""));
  closed = send_ask (shop, &close);
  assert_member (closed, "errCode", "OPERATION_NOT_ALLOWED");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-chinaums/strict", test_strict);
  g_test_add_func ("/sandbox-chinaums/code", test_code);

  return g_test_run ();
}
