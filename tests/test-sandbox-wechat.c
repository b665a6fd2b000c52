/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-shop.h"

#include <string.h>

#define PAY     "/v3/pay/transactions/"
#define PARTNER "/v3/pay/partner/transactions/"
#define CLOSE   PAY "out-trade-no/" ORDER "/close"
#define REVERSE PAY "out-trade-no/" ORDER "/reverse"
#define REFUNDS "/v3/refund/domestic/refunds"
#define ORDER   "261122AAAAAAAAAAAAAA"

static const char good_charge[] =
  "{\"appid\":\"wx19000000010000aa\",\"mchid\":\"1900000001\",\"description\":\"晨光便利店\","
  "\"out_trade_no\":\"" ORDER "\",\"attach\":\"sale 7\","
  "\"payer\":{\"auth_code\":\"134567890123456700\"},"
  "\"amount\":{\"total\":1250,\"currency\":\"CNY\"},"
  "\"scene_info\":{\"device_id\":\"01\",\"store_info\":{\"out_id\":\"demo-01\"}}}";
static const char good_native[] =
  "{\"appid\":\"wx19000000010000aa\",\"mchid\":\"1900000001\",\"description\":\"晨光便利店\","
  "\"out_trade_no\":\"" ORDER "\",\"notify_url\":\"https://shop.example/wechat\","
  "\"amount\":{\"total\":1250,\"currency\":\"CNY\"}}";
static const char good_refund[] =
  "{\"out_trade_no\":\"" ORDER "\",\"out_refund_no\":\"R1\",\"reason\":\"退货\","
  "\"amount\":{\"refund\":300,\"total\":1250,\"currency\":\"CNY\"}}";
static const char mchid_body[] = "{\"mchid\":\"1900000001\"}";
static const char ids_body[] = "{\"appid\":\"wx19000000010000aa\",\"mchid\":\"1900000001\"}";

static char *
replace (const char *text,
         const char *old,
         const char *new)
{
  g_auto (GStrv) parts = old ? g_strsplit (text, old, 2) : NULL;

  g_assert_true (!old || g_strv_length (parts) == 2);
  return old ? g_strjoinv (new, parts) : g_strdup (text);
}

static Reply *
post (Shop       *shop,
      const char *path,
      const char *body,
      const char *old,
      const char *new)
{
  g_autofree char *text = replace (body, old, new);

  return shop_wechat (shop, (Wechat) { .path = path, .body = text });
}

static Reply *
get (Shop       *shop,
     const char *path)
{
  return shop_wechat (shop, (Wechat) { .path = path });
}

static Reply *
query (Shop *shop)
{
  return get (shop, PAY "out-trade-no/" ORDER "?mchid=1900000001");
}

static void
assert_state (Shop       *shop,
              const char *state)
{
  g_autoptr (Reply) reply = query (shop);

  assert_member (reply, "trade_state", state);
}

/* A charge is paid, the answer is signed by the public key, and both queries tell the same. */
static void
test_charge (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) paid = post (shop, PAY "codepay", good_charge, NULL, NULL);
  g_autoptr (Reply) queried = query (shop);
  g_autofree char *path = g_strdup_printf (PAY "id/%s?mchid=1900000001",
                                           reply_text (paid, "transaction_id"));
  g_autoptr (Reply) by_ref = get (shop, path);

  g_assert_no_error (paid->error);
  g_assert_cmpuint (paid->status, ==, 200);
  g_assert_nonnull (soup_message_headers_get_one (paid->headers, "Request-ID"));
  g_assert_true (reply_is_signed_by (paid, "wechat-platform-pub.pem"));
  assert_member (paid, "trade_state", "SUCCESS");
  assert_member (paid, "trade_type", "MICROPAY");
  assert_member (paid, "out_trade_no", ORDER);
  assert_member (paid, "amount.total", "1250");
  assert_member (paid, "amount.currency", "CNY");
  assert_member (paid, "attach", "sale 7");
  assert_member (paid, "appid", "wx19000000010000aa");
  assert_member (paid, "mchid", "1900000001");

  g_assert_true (reply_is_signed_by (queried, "wechat-platform-pub.pem"));
  g_assert_true (reply_is_signed_by (by_ref, "wechat-platform-pub.pem"));
  g_assert_cmpstr (queried->body, ==, paid->body);
  g_assert_cmpstr (by_ref->body, ==, paid->body);
}

/* A partner's requests and answers carry the partner's ids, at the partner's addresses only. */
static void
test_partner (void)
{
  static const char body[] =
    "{\"sp_appid\":\"wx19000000020000bb\",\"sp_mchid\":\"1900000002\",\"sub_mchid\":\"1900000109\","
    "\"description\":\"晨光便利店\",\"out_trade_no\":\"" ORDER "\","
    "\"payer\":{\"auth_code\":\"134567890123456700\"},\"amount\":{\"total\":1250},"
    "\"scene_info\":{\"store_info\":{\"id\":\"88000109\"}}}";
  g_autofree char *stranger = replace (body, "1900000109", "1900000110");
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) there = shop_wechat (shop, (Wechat) { .path = PAY "codepay", .body = body,
                                                          .is_partner = TRUE });
  g_autoptr (Reply) direct = shop_wechat (shop, (Wechat) { .path = PARTNER "codepay",
                                                           .body = body });
  g_autoptr (Reply) other = shop_wechat (shop, (Wechat) { .path = PARTNER "codepay",
                                                          .body = stranger, .is_partner = TRUE });
  g_autoptr (Reply) paid = shop_wechat (shop, (Wechat) { .path = PARTNER "codepay", .body = body,
                                                         .is_partner = TRUE });
  g_autoptr (Reply) queried = shop_wechat (shop, (Wechat) {
    .path = PARTNER "out-trade-no/" ORDER "?sp_mchid=1900000002&sub_mchid=1900000109",
    .is_partner = TRUE });
  g_autoptr (Reply) unnamed = shop_wechat (shop, (Wechat) { .path = REFUNDS, .body = good_refund,
                                                            .is_partner = TRUE });

  assert_refused (there, 403, "NO_AUTH");
  assert_refused (direct, 403, "NO_AUTH");
  assert_refused (other, 400, "MCH_NOT_EXISTS");
  assert_member (paid, "trade_state", "SUCCESS");
  assert_member (paid, "sp_mchid", "1900000002");
  assert_member (paid, "sub_mchid", "1900000109");
  assert_member (paid, "mchid", NULL);
  g_assert_cmpstr (queried->body, ==, paid->body);
  assert_refused (unnamed, 400, "PARAM_ERROR");
  assert_member (unnamed, "detail.field", "/sub_mchid");
}

/* What is wrong with who asks, how, or when: refused before anything is looked at. */
static void
test_strict_headers (void)
{
  static const struct {
    const char *name;
    Wechat      ask;
    guint       status;
    const char *code;
  } cases[] = {
    { "no Authorization", { .authorization = "" }, 401, "SIGN_ERROR" },
    { "another scheme", { .authorization = "Bearer x" }, 401, "SIGN_ERROR" },
    { "no fields", { .authorization = "WECHATPAY2-SHA256-RSA2048 " }, 401, "SIGN_ERROR" },
    { "fields missing", { .authorization = "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\"" },
      401, "SIGN_ERROR" },
    { "a field twice", { .extra = ",mchid=\"1900000001\"" }, 401, "SIGN_ERROR" },
    { "a field too many", { .extra = ",more=\"1\"" }, 401, "SIGN_ERROR" },
    { "a blank after the comma", { .extra = ", " }, 401, "SIGN_ERROR" },
    { "no quotes", { .extra = ",more=1" }, 401, "SIGN_ERROR" },
    { "another merchant", { .mchid = "1900000003" }, 401, "SIGN_ERROR" },
    { "somebody else's mchid", { .mchid = "1900000002" }, 401, "SIGN_ERROR" },
    { "another serial", { .serial = "7C2E9A41D05B3F6688E1A4C7925D0B3E6F18A2D5" },
      401, "SIGN_ERROR" },
    { "a serial in lower case", { .serial = "7c2e9a41d05b3f6688e1a4c7925d0b3e6f18a2d4" },
      401, "SIGN_ERROR" },
    { "a long nonce", { .nonce = "0123456789012345678901234567890123" }, 401, "SIGN_ERROR" },
    { "six minutes late", { .late_s = 360 }, 401, "SIGN_ERROR" },
    { "six minutes early", { .late_s = -360 }, 401, "SIGN_ERROR" },
    { "another key", { .key = "stranger-key.pem" }, 401, "SIGN_ERROR" },
    { "another body than was signed",
      { .body = good_charge, .sent_body = "{\"a\":1}", .path = PAY "codepay" }, 401, "SIGN_ERROR" },
    { "another address than was signed",
      { .sent_path = PAY "out-trade-no/" ORDER "?mchid=1900000001&" }, 401, "SIGN_ERROR" },
    { "no User-Agent", { .without = "User-Agent" }, 400, "PARAM_ERROR" },
    { "no Accept", { .without = "Accept" }, 400, "PARAM_ERROR" },
    { "another public key", { .wechatpay_serial = "PUB_KEY_ID_0119000000012026112200000009" },
      400, "PARAM_ERROR" },
    { "a form", { .body = good_charge, .path = PAY "codepay",
                  .type = "application/x-www-form-urlencoded" }, 400, "PARAM_ERROR" },
    { "a query without mchid", { .path = PAY "out-trade-no/" ORDER }, 400, "PARAM_ERROR" },
    { "a query for another mchid", { .path = PAY "out-trade-no/" ORDER "?mchid=1900000002" },
      400, "PARAM_ERROR" },
    { "a query with more", { .path = PAY "out-trade-no/" ORDER "?mchid=1900000001&more=1" },
      400, "PARAM_ERROR" },
  };
  g_autoptr (Shop) shop = shop_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Wechat ask = cases[i].ask;
    g_autoptr (Reply) reply = NULL;

    g_test_message ("%s", cases[i].name);
    if (!ask.path)
      ask.path = PAY "out-trade-no/" ORDER "?mchid=1900000001";
    reply = shop_wechat (shop, ask);
    assert_refused (reply, cases[i].status, cases[i].code);
  }
}

/* A wrong signature's refusal shows what the server signed. */
static void
test_sign_information (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) reply = shop_wechat (shop, (Wechat) {
    .path = PAY "out-trade-no/" ORDER "?mchid=1900000001", .key = "stranger-key.pem" });
  const char *shown = reply_text (reply, "detail.sign_information.truncated_sign_message");

  g_assert_true (g_str_has_prefix (shown, "GET\n" PAY "out-trade-no/" ORDER "?mchid=1900000001\n"));
}

/* Addresses that nobody knows, and methods that they do not take: no body, as at the live host. */
static void
test_unknown_addresses (void)
{
  static const struct {
    const char *method;
    const char *path;
    guint       status;
  } cases[] = {
    { "GET", "/v3/pay/transactions/micropay", 404 },
    { "GET", PAY "out-trade-no/", 404 },
    { "GET", PAY "out-trade-no/a/b", 404 },
    { "GET", "/v3/certificates/1", 404 },
    { "GET", PAY "codepay", 405 },
    { "POST", "/v3/certificates", 405 },
    { "GET", "/", 404 },
    { "GET", "/v2/", 404 },
  };
  g_autoptr (Shop) shop = shop_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Reply) reply = shop_send (shop, cases[i].method, cases[i].path, NULL, NULL);

    g_test_message ("%s %s", cases[i].method, cases[i].path);
    g_assert_cmpuint (reply->status, ==, cases[i].status);
    g_assert_cmpstr (reply->body, ==, "");
  }
}

typedef struct {
  const char *old;
  const char *new;
  const char *code;
  const char *field;   /* NULL where no field is named */
} Spoilt;

static void
check_spoilt (const char   *path,
              const char   *body,
              const Spoilt *cases,
              guint         n_cases)
{
  g_autoptr (Shop) shop = shop_new (NULL);

  for (guint i = 0; i < n_cases; i++) {
    g_autoptr (Reply) reply = post (shop, path, body, cases[i].old, cases[i].new);

    g_test_message ("%s → %s", cases[i].old, cases[i].new);
    assert_refused (reply, 400, cases[i].code);
    assert_member (reply, "detail.field", cases[i].field);
  }
}

/* Each field of the code-pay page, spoilt. */
static void
test_strict_charge (void)
{
  static const Spoilt cases[] = {
    { "1250", "\"1250\"", "PARAM_ERROR", "/amount/total" },
    { "1250", "1250.0", "PARAM_ERROR", "/amount/total" },
    { "1250", "0", "PARAM_ERROR", "/amount/total" },
    { "1250", "-5", "PARAM_ERROR", "/amount/total" },
    { "CNY", "USD", "PARAM_ERROR", "/amount/currency" },
    { "晨光便利店", "", "PARAM_ERROR", "/description" },
    { "晨光便利店", "晨光便利店🍎", "PARAM_ERROR", NULL },
    { "\"description\":\"晨光便利店\",", "", "PARAM_ERROR", "/description" },
    { ORDER, "12345", "PARAM_ERROR", "/out_trade_no" },
    { ORDER, "123456789012345678901234567890123", "PARAM_ERROR", "/out_trade_no" },
    { ORDER, "261122|AAAAAAA", "PARAM_ERROR", "/out_trade_no" },
    { "134567890123456700", "", "PARAM_ERROR", "/payer/auth_code" },
    { "134567890123456700", "281234567890123400", "AUTH_CODE_ERROR", NULL },
    { "134567890123456700", "163456789012345600", "AUTH_CODE_ERROR", NULL },
    { "134567890123456700", "13456789012345600", "AUTH_CODE_ERROR", NULL },
    { "\"out_id\":\"demo-01\"", "", "PARAM_ERROR", "/scene_info/store_info" },
    { "\"out_id\":\"demo-01\"", "\"out_id\":\"1\",\"id\":\"1\"", "PARAM_ERROR",
      "/scene_info/store_info" },
    { "\"out_id\":\"demo-01\"", "\"id\":\"demo-01\"", "PARAM_ERROR", "/scene_info/store_info/id" },
    { ",\"scene_info\":{\"device_id\":\"01\",\"store_info\":{\"out_id\":\"demo-01\"}}", "",
      "PARAM_ERROR", "/scene_info/store_info" },
    { "\"attach\"", "\"notify_url\"", "PARAM_ERROR", "/notify_url" },
    { "\"attach\"", "\"time_expire\"", "PARAM_ERROR", "/time_expire" },
    { "wx19000000010000aa", "wx19000000020000bb", "APPID_MCHID_NOT_MATCH", NULL },
    { "\"1900000001\"", "\"1900000002\"", "PARAM_ERROR", NULL },
    { "\"mchid\":\"1900000001\",", "", "PARAM_ERROR", "/mchid" },
    { "}}}", "}}", "PARAM_ERROR", NULL },
    { "{\"appid\"", "[{\"appid\"", "PARAM_ERROR", NULL },
  };

  check_spoilt (PAY "codepay", good_charge, cases, G_N_ELEMENTS (cases));
}

/* Each field of the native page, spoilt. */
static void
test_strict_native (void)
{
  static const Spoilt cases[] = {
    { ",\"notify_url\":\"https://shop.example/wechat\"", "", "PARAM_ERROR", "/notify_url" },
    { "https://shop", "http://shop", "PARAM_ERROR", "/notify_url" },
    { "example/wechat", "example/wechat?a=1", "PARAM_ERROR", "/notify_url" },
    { "\"amount\"", "\"payer\":{\"auth_code\":\"1\"},\"amount\"", "PARAM_ERROR", "/payer" },
    { "\"amount\"", "\"time_expire\":\"tomorrow\",\"amount\"", "PARAM_ERROR", "/time_expire" },
    { "\"amount\"", "\"time_expire\":\"2026-05-20T13:29:35+08:00\",\"amount\"", "PARAM_ERROR",
      "/time_expire" },
    { "\"amount\"", "\"time_expire\":\"2099-05-20T13:29:35+08:00\",\"amount\"", "PARAM_ERROR",
      "/time_expire" },
    { "1250", "1e3", "PARAM_ERROR", "/amount/total" },
    { ORDER, "a b c d e f", "PARAM_ERROR", "/out_trade_no" },
  };

  check_spoilt (PAY "native", good_native, cases, G_N_ELEMENTS (cases));
}

/* Each field of the refund page, spoilt. */
static void
test_strict_refund (void)
{
  static const Spoilt cases[] = {
    { "\"out_trade_no\":\"" ORDER "\",", "", "PARAM_ERROR", "/out_trade_no" },
    { "\"reason\"", "\"transaction_id\"", "PARAM_ERROR", "/out_trade_no" },
    { "R1", "", "PARAM_ERROR", "/out_refund_no" },
    { "R1", "退1", "PARAM_ERROR", "/out_refund_no" },
    { ",\"currency\":\"CNY\"", "", "PARAM_ERROR", "/amount/currency" },
    { "\"total\":1250,", "", "PARAM_ERROR", "/amount/total" },
    { "300", "\"300\"", "PARAM_ERROR", "/amount/refund" },
    { "300", "0", "PARAM_ERROR", "/amount/refund" },
    { "\"reason\"", "\"sub_mchid\"", "PARAM_ERROR", "/sub_mchid" },
    { "\"reason\":\"退货\"", "\"funds_account\":\"MINE\"", "PARAM_ERROR", "/funds_account" },
  };

  check_spoilt (REFUNDS, good_refund, cases, G_N_ELEMENTS (cases));
}

/* A number and a payment code are good for one charge. */
static void
test_single_use (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) first = post (shop, PAY "codepay", good_charge, NULL, NULL);
  g_autoptr (Reply) again = post (shop, PAY "codepay", good_charge, NULL, NULL);
  g_autoptr (Reply) same_code = post (shop, PAY "codepay", good_charge, ORDER, "261122BBBB");
  g_autoptr (Reply) typing = post (shop, PAY "codepay",
                                   "{\"appid\":\"wx19000000010000aa\",\"mchid\":\"1900000001\","
                                   "\"description\":\"d\",\"out_trade_no\":\"261122CCCC\","
                                   "\"payer\":{\"auth_code\":\"134567890123456711\"},"
                                   "\"amount\":{\"total\":1},\"scene_info\":{\"store_info\":"
                                   "{\"id\":\"1\"}}}", NULL, NULL);
  g_autoptr (Reply) taken = post (shop, PAY "codepay", good_charge, ORDER, "261122CCCC");

  assert_member (first, "trade_state", "SUCCESS");
  assert_refused (again, 400, "ORDERPAID");
  assert_refused (same_code, 400, "AUTH_CODE_INVALID");
  assert_member (typing, "trade_state", "USERPAYING");
  assert_member (typing, "transaction_id", NULL);
  assert_member (typing, "attach", NULL);
  assert_refused (taken, 403, "OUT_TRADE_NO_USED");
}

/* The same request again gives one more code of the same order; another one is refused. */
static void
test_native (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) first = post (shop, PAY "native", good_native, NULL, NULL);
  g_autoptr (Reply) second = post (shop, PAY "native", good_native, NULL, NULL);
  g_autoptr (Reply) other = post (shop, PAY "native", good_native, "1250", "1251");
  g_autoptr (Reply) paid = NULL;
  g_autoptr (Reply) after = NULL;

  g_assert_true (reply_is_signed_by (first, "wechat-platform-pub.pem"));
  g_assert_true (g_str_has_prefix (reply_text (first, "code_url"), "weixin://wxpay/bizpayurl?pr="));
  g_assert_cmpstr (reply_text (first, "code_url"), !=, reply_text (second, "code_url"));
  assert_refused (other, 403, "OUT_TRADE_NO_USED");
  assert_state (shop, "NOTPAY");

  paid = shop_post (shop, "/sandbox/customer", "{\"do\":\"pay\",\"text\":\"%s\"}",
                    reply_text (first, "code_url"));
  assert_member (paid, "state", "paid");
  assert_state (shop, "SUCCESS");
  after = post (shop, PAY "native", good_native, NULL, NULL);
  assert_refused (after, 400, "ORDERPAID");
}

/* Orders are closed, once and again; paid ones are not, and charges are reversed instead. */
static void
test_close (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) absent = post (shop, CLOSE, mchid_body, NULL, NULL);
  g_autoptr (Reply) order = post (shop, PAY "native", good_native, NULL, NULL);
  g_autoptr (Reply) closed = post (shop, CLOSE, mchid_body, NULL, NULL);
  g_autoptr (Reply) again = post (shop, CLOSE, mchid_body, NULL, NULL);
  g_autoptr (Reply) scanned = shop_post (shop, "/sandbox/customer",
                                         "{\"do\":\"pay\",\"text\":\"%s\"}",
                                         reply_text (order, "code_url"));
  g_autoptr (Reply) reopened = post (shop, PAY "native", good_native, NULL, NULL);
  g_autoptr (Reply) reversed = post (shop, REVERSE, ids_body, NULL, NULL);
  g_autoptr (Reply) charge = post (shop, PAY "codepay", good_charge, ORDER, "261122BBBB");
  g_autoptr (Reply) wrong = post (shop, PAY "out-trade-no/261122BBBB/close", mchid_body, NULL,
                                  NULL);

  assert_refused (absent, 404, "ORDER_NOT_EXIST");
  g_assert_cmpuint (closed->status, ==, 204);
  g_assert_cmpstr (closed->body, ==, "");
  g_assert_true (reply_is_signed_by (closed, "wechat-platform-pub.pem"));
  g_assert_cmpuint (again->status, ==, 204);
  assert_state (shop, "CLOSED");
  g_assert_cmpuint (scanned->status, ==, 409);
  assert_refused (reopened, 400, "ORDER_CLOSED");
  assert_refused (reversed, 400, "INVALID_REQUEST");
  assert_member (charge, "trade_state", "SUCCESS");
  assert_refused (wrong, 400, "INVALID_REQUEST");
}

static void
test_close_paid (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) order = post (shop, PAY "native", good_native, NULL, NULL);
  g_autoptr (Reply) paid = shop_post (shop, "/sandbox/customer",
                                      "{\"do\":\"pay\",\"order\":\"" ORDER "\"}");
  g_autoptr (Reply) closed = post (shop, CLOSE, mchid_body, NULL, NULL);

  g_assert_cmpuint (order->status, ==, 200);
  g_assert_cmpuint (paid->status, ==, 200);
  assert_refused (closed, 400, "ORDERPAID");
  assert_state (shop, "SUCCESS");
}

/* A reversal gives back what was paid, and may be repeated. */
static void
test_reverse (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) absent = post (shop, REVERSE, ids_body, NULL, NULL);
  g_autoptr (Reply) paid = post (shop, PAY "codepay", good_charge, NULL, NULL);
  g_autoptr (Reply) first = post (shop, REVERSE, ids_body, NULL, NULL);
  g_autoptr (Reply) second = post (shop, REVERSE, ids_body, NULL, NULL);
  g_autoptr (Reply) refund = post (shop, REFUNDS, good_refund, NULL, NULL);
  g_autoptr (Reply) again = post (shop, PAY "codepay", good_charge, NULL, NULL);
  g_autoptr (Reply) ledger = shop_send (shop, "GET", "/sandbox/ledger", NULL, NULL);
  JsonObject *order = json_array_get_object_element (json_object_get_array_member (ledger->json,
                                                                                   "orders"), 0);

  assert_refused (absent, 404, "ORDER_NOT_EXIST");
  g_assert_cmpuint (paid->status, ==, 200);
  g_assert_cmpuint (first->status, ==, 200);
  g_assert_true (reply_is_signed_by (first, "wechat-platform-pub.pem"));
  g_assert_cmpuint (second->status, ==, 200);
  assert_state (shop, "REVOKED");
  assert_refused (refund, 400, "INVALID_REQUEST");
  assert_refused (again, 400, "ORDERREVERSED");
  g_assert_cmpint (json_object_get_int_member (order, "paid_fen"), ==, 1250);
  g_assert_cmpint (json_object_get_int_member (order, "given_back_fen"), ==, 1250);
  g_assert_cmpstr (json_object_get_string_member (order, "state"), ==, "reversed");
}

/* Refunds: by either number, the same number once, never more than is left. */
static void
test_refund (void)
{
  static const struct {
    const char *old;
    const char *new;
    const char *code;    /* NULL: a refund */
    const char *refund;
  } cases[] = {
    { NULL, NULL, NULL, "300" },
    { NULL, NULL, NULL, "300" },
    { "300", "301", "INVALID_REQUEST", NULL },
    { "1250", "1300", "INVALID_REQUEST", NULL },
    { "\"R1\"", "\"R2\"", NULL, "300" },
    { "\"R1\",\"reason\":\"退货\",\"amount\":{\"refund\":300,\"total\":1250",
      "\"R3\",\"amount\":{\"refund\":300,\"total\":1300", "INVALID_REQUEST", NULL },
    { "\"R1\",\"reason\":\"退货\",\"amount\":{\"refund\":300", "\"R3\",\"amount\":{\"refund\":651",
      "INVALID_REQUEST", NULL },
    { "\"R1\",\"reason\":\"退货\",\"amount\":{\"refund\":300", "\"R3\",\"amount\":{\"refund\":650",
      NULL, "650" },
    { "\"R1\",\"reason\":\"退货\",\"amount\":{\"refund\":300", "\"R4\",\"amount\":{\"refund\":1",
      "INVALID_REQUEST", NULL },
  };
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) absent = post (shop, REFUNDS, good_refund, NULL, NULL);
  g_autoptr (Reply) no_refund = get (shop, REFUNDS "/R1");
  g_autoptr (Reply) paid = post (shop, PAY "codepay", good_charge, NULL, NULL);
  g_autoptr (Reply) queried = NULL;

  assert_refused (absent, 404, "RESOURCE_NOT_EXISTS");
  assert_refused (no_refund, 404, "RESOURCE_NOT_EXISTS");
  g_assert_cmpuint (paid->status, ==, 200);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Reply) reply = post (shop, REFUNDS, good_refund, cases[i].old, cases[i].new);

    g_test_message ("%u: %s", i, cases[i].new);
    assert_member (reply, "code", cases[i].code);
    assert_member (reply, "amount.refund", cases[i].refund);
    assert_member (reply, "status", cases[i].code ? NULL : "SUCCESS");
    assert_state (shop, "REFUND");
  }
  queried = get (shop, REFUNDS "/R3");
  assert_member (queried, "amount.refund", "650");
  assert_member (queried, "out_trade_no", ORDER);
  g_assert_true (reply_is_signed_by (queried, "wechat-platform-pub.pem"));
}

static void
test_refund_by_ref (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) paid = post (shop, PAY "codepay", good_charge, NULL, NULL);
  g_autofree char *by_ref = g_strdup_printf ("\"transaction_id\":\"%s\"",
                                             reply_text (paid, "transaction_id"));
  g_autoptr (Reply) refund = post (shop, REFUNDS, good_refund, "\"out_trade_no\":\"" ORDER "\"",
                                   by_ref);
  g_autoptr (Reply) unpaid = post (shop, PAY "native", good_native, ORDER, "261122BBBB");
  g_autoptr (Reply) refused = post (shop, REFUNDS, good_refund, ORDER "\",\"out_refund_no\":\"R1",
                                    "261122BBBB\",\"out_refund_no\":\"R2");

  assert_member (refund, "status", "SUCCESS");
  g_assert_cmpuint (unpaid->status, ==, 200);
  assert_refused (refused, 400, "INVALID_REQUEST");
}

/* Without Wechatpay-Serial a certificate signs; /v3/certificates gives it, sealed and signed. */
static void
test_certificates (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) keys = shop_wechat (shop, (Wechat) { .path = "/v3/certificates",
                                                         .wants_certificates = TRUE });
  g_autoptr (Reply) absent = shop_wechat (shop, (Wechat) {
    .path = PAY "out-trade-no/" ORDER "?mchid=1900000001", .wants_certificates = TRUE });
  JsonArray *certificates = json_object_get_array_member (keys->json, "data");
  JsonObject *first = json_array_get_object_element (certificates, 0);

  g_assert_true (reply_is_signed_by (keys, "wechat-platform-cert-1.pem"));
  g_assert_cmpstr (soup_message_headers_get_one (keys->headers, "Wechatpay-Serial"), ==,
                   "3A9F04C6E8D17B5230C4F6A81E9D7B40526C8E13");
  g_assert_cmpuint (json_array_get_length (certificates), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (first, "serial_no"), ==,
                   "3A9F04C6E8D17B5230C4F6A81E9D7B40526C8E13");
  assert_refused (absent, 404, "ORDER_NOT_EXIST");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-wechat/charge", test_charge);
  g_test_add_func ("/sandbox-wechat/partner", test_partner);
  g_test_add_func ("/sandbox-wechat/strict-headers", test_strict_headers);
  g_test_add_func ("/sandbox-wechat/sign-information", test_sign_information);
  g_test_add_func ("/sandbox-wechat/unknown-addresses", test_unknown_addresses);
  g_test_add_func ("/sandbox-wechat/strict-charge", test_strict_charge);
  g_test_add_func ("/sandbox-wechat/strict-native", test_strict_native);
  g_test_add_func ("/sandbox-wechat/strict-refund", test_strict_refund);
  g_test_add_func ("/sandbox-wechat/single-use", test_single_use);
  g_test_add_func ("/sandbox-wechat/native", test_native);
  g_test_add_func ("/sandbox-wechat/close", test_close);
  g_test_add_func ("/sandbox-wechat/close-paid", test_close_paid);
  g_test_add_func ("/sandbox-wechat/reverse", test_reverse);
  g_test_add_func ("/sandbox-wechat/refund", test_refund);
  g_test_add_func ("/sandbox-wechat/refund-by-ref", test_refund_by_ref);
  g_test_add_func ("/sandbox-wechat/certificates", test_certificates);

  return g_test_run ();
}
