/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-shop.h"

#include <glib/gstdio.h>
#include <string.h>

#include "code/paycode.h"

#define WECHAT_ORDER "261122AAAAAAAAAAAAAA"
#define ALIPAY_ORDER "261122BBBBBBBBBBBBBB"

static Reply *
act (Shop       *shop,
     const char *wish)
{
  return shop_post (shop, "/sandbox/customer", "%s", wish);
}

/* A charge that waits for the customer's password. */
static Shop *
shop_with_typing_customer (void)
{
  Shop *shop = shop_new (NULL);
  g_autoptr (Reply) reply = shop_wechat (shop, (Wechat) {
    .path = "/v3/pay/transactions/codepay",
    .body = "{\"appid\":\"wx19000000010000aa\",\"mchid\":\"1900000001\",\"description\":\"d\","
            "\"out_trade_no\":\"" WECHAT_ORDER "\","
            "\"payer\":{\"auth_code\":\"134567890123456710\"},"
            "\"amount\":{\"total\":1250},\"scene_info\":{\"store_info\":{\"id\":\"1\"}}}" });

  assert_member (reply, "trade_state", "USERPAYING");
  return shop;
}

static char *
order_wechat (Shop *shop)
{
  g_autoptr (Reply) reply = shop_wechat (shop, (Wechat) {
    .path = "/v3/pay/transactions/native",
    .body = "{\"appid\":\"wx19000000010000aa\",\"mchid\":\"1900000001\",\"description\":\"d\","
            "\"out_trade_no\":\"" WECHAT_ORDER "\",\"notify_url\":\"https://shop.example/\","
            "\"amount\":{\"total\":1250}}" });

  return g_strdup (reply_text (reply, "code_url"));
}

static char *
order_alipay (Shop *shop)
{
  g_autoptr (Reply) reply = shop_alipay (shop, (Alipay) {
    .method = "alipay.trade.precreate",
    .content = "{\"out_trade_no\":\"" ALIPAY_ORDER "\",\"total_amount\":\"8.00\","
               "\"subject\":\"s\"}" });

  return g_strdup (reply_text (reply, "qr_code"));
}

static void
assert_queried (Shop       *shop,
                const char *state)
{
  g_autoptr (Reply) reply = shop_wechat (shop, (Wechat) {
    .path = "/v3/pay/transactions/out-trade-no/" WECHAT_ORDER "?mchid=1900000001" });

  assert_member (reply, "trade_state", state);
}

/* What a customer can do with a charge that waits, and what the acquirer then says. */
static void
test_typing (void)
{
  static const struct {
    const char *word;
    guint       status;
    const char *state;     /* what the customer is told */
    const char *told[2];   /* what two queries tell */
  } cases[] = {
    { "password", 200, "paid", { "SUCCESS", "SUCCESS" } },
    { "decline", 200, "failed", { "PAYERROR", "PAYERROR" } },
    { "walk-away", 200, "typing", { "USERPAYING", "USERPAYING" } },
    { "pay", 409, NULL, { "USERPAYING", "SUCCESS" } },
    { "scan", 409, NULL, { "USERPAYING", "SUCCESS" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Shop) shop = shop_with_typing_customer ();
    g_autofree char *wish = g_strdup_printf ("{\"do\":\"%s\",\"order\":\"" WECHAT_ORDER "\"}",
                                             cases[i].word);
    g_autoptr (Reply) reply = act (shop, wish);

    g_test_message ("%s", cases[i].word);
    g_assert_cmpuint (reply->status, ==, cases[i].status);
    assert_member (reply, "state", cases[i].state);
    for (guint n = 0; n < 2; n++)
      assert_queried (shop, cases[i].told[n]);
  }
}

/* A code is scanned, declined, scanned by another, paid; once. */
static void
test_scan (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autofree char *wechat = order_wechat (shop);
  g_autofree char *alipay = order_alipay (shop);
  const struct {
    const char *word;
    const char *text;
    const char *acquirer;   /* NULL: refused */
    const char *state;
  } steps[] = {
    { "decline", alipay, "alipay", "unscanned" },
    { "scan", alipay, "alipay", "open" },
    { "scan", wechat, "wechat", "open" },
    { "decline", wechat, "wechat", "open" },
    { "walk-away", wechat, "wechat", "open" },
    { "password", wechat, NULL, NULL },
    { "pay", wechat, "wechat", "paid" },
    { "pay", wechat, NULL, NULL },
    { "scan", wechat, NULL, NULL },
    { "decline", wechat, NULL, NULL },
    { "scan", alipay, "alipay", "open" },
    { "pay", alipay, "alipay", "paid" },
    { "scan", "weixin://wxpay/bizpayurl?pr=unknown", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autofree char *wish = g_strdup_printf ("{\"do\":\"%s\",\"text\":\"%s\"}", steps[i].word,
                                             steps[i].text);
    g_autoptr (Reply) reply = act (shop, wish);

    g_test_message ("%u: %s", i, wish);
    assert_member (reply, "acquirer", steps[i].acquirer);
    assert_member (reply, "state", steps[i].state);
    if (steps[i].acquirer) {
      assert_member (reply, "amount_fen",
                     strcmp (steps[i].acquirer, "wechat") == 0 ? "1250" : "800");
    } else {
      g_assert_cmpuint (reply->status, >=, 400);
      g_assert_nonnull (reply_text (reply, "error"));
    }
  }
}

/* Fresh codes are of the wallet's form, ask for their scenario, and differ. */
static void
test_paycodes (void)
{
  static const struct {
    const char *acquirer;
    const char *scenario;
    const char *pattern;
  } cases[] = {
    { "wechat", "approve", "^13[0-9]{14}00$" },
    { "wechat", "lost-booked", "^13[0-9]{14}60$" },
    { "alipay", "approve", "^28[0-9]{14}00$" },
    { "alipay", "not-enough", "^28[0-9]{14}23$" },
  };
  g_autoptr (Shop) shop = shop_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *one = shop_paycode (shop, cases[i].acquirer, cases[i].scenario);
    g_autofree char *two = shop_paycode (shop, cases[i].acquirer, cases[i].scenario);

    g_assert_true (g_regex_match_simple (cases[i].pattern, one, 0, 0));
    g_assert_cmpstr (one, !=, two);
  }
}

/* A wallet's own payment code, whoever takes it, is what code/paycode says it is. */
static void
test_wallets_paycodes (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);

  for (guint brand = TILL_BRAND_NONE + 1; till_brand_is_wallet ((TillBrand) brand); brand++) {
    g_autoptr (Reply) reply =
      shop_post (shop, "/sandbox/customer",
                 "{\"do\":\"code\",\"wallet\":\"%s\",\"scenario\":\"not-enough\"}",
                 till_brand_to_word ((TillBrand) brand));
    const char *code = reply_text (reply, "code");
    TillPaycode found;

    g_assert_cmpuint (reply->status, ==, 200);
    g_assert_true (till_paycode_identify (code, &found));
    g_assert_cmpint (found.brand, ==, brand);
    g_assert_true (g_str_has_suffix (code, "23"));
  }
}

/* What cannot be understood is refused with a reason. */
static void
test_refused (void)
{
  static const struct {
    const char *path;
    const char *body;
    guint       status;
  } cases[] = {
    { "/sandbox/customer", "", 400 },
    { "/sandbox/customer", "[]", 400 },
    { "/sandbox/customer", "{}", 400 },
    { "/sandbox/customer", "{\"do\":\"steal\"}", 400 },
    { "/sandbox/customer", "{\"do\":7}", 400 },
    { "/sandbox/customer", "{\"do\":\"scan\"}", 400 },
    { "/sandbox/customer", "{\"do\":\"scan\",\"order\":\"nobody's\"}", 404 },
    { "/sandbox/customer", "{\"do\":\"code\"}", 400 },
    { "/sandbox/customer", "{\"do\":\"code\",\"acquirer\":\"bank\"}", 400 },
    { "/sandbox/customer", "{\"do\":\"code\",\"acquirer\":\"control\"}", 400 },
    { "/sandbox/customer", "{\"do\":\"code\",\"wallet\":\"gold\"}", 400 },
    { "/sandbox/customer", "{\"do\":\"code\",\"acquirer\":\"wechat\",\"scenario\":\"x\"}", 400 },
    { "/sandbox/customer", "{\"do\":\"code\",\"acquirer\":\"alipay\",\"scenario\":\"absent\"}",
      400 },
    { "/sandbox/control", "", 400 },
    { "/sandbox/control", "{\"scenario\":\"x\"}", 400 },
    { "/sandbox/control", "7", 400 },
    { "/sandbox/ledger", "{}", 404 },
    { "/sandbox/more", "{}", 404 },
  };
  g_autoptr (Shop) shop = shop_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Reply) reply = shop_post (shop, cases[i].path, "%s", cases[i].body);

    g_test_message ("%s %s", cases[i].path, cases[i].body);
    g_assert_cmpuint (reply->status, ==, cases[i].status);
    g_assert_nonnull (reply_text (reply, "error"));
  }
}

/* What is planned can be forgotten; the table of scenarios can be read. */
static void
test_control (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) planned = shop_post (shop, "/sandbox/control", "{\"scenario\":\"slow\"}");
  g_autoptr (Reply) cleared = shop_post (shop, "/sandbox/control", "{\"clear\":true}");
  g_autoptr (Reply) table = shop_send (shop, "GET", "/sandbox/scenarios", NULL, NULL);
  JsonObject *first = json_array_get_object_element (json_object_get_array_member (table->json,
                                                                                   "scenarios"), 0);

  assert_member (planned, "planned", "1");
  assert_member (cleared, "planned", "0");
  g_assert_cmpstr (json_object_get_string_member (first, "scenario"), ==, "approve");
  g_assert_cmpint (json_object_get_int_member (first, "digits"), ==, 0);
}

/* A script is played from the first call on. */
static void
test_script (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "till-test-script-XXXXXX", NULL);
  g_autoptr (Shop) shop = NULL;
  g_autoptr (Reply) keys = NULL;

  g_assert_true (g_close (g_mkstemp (path), NULL));
  g_assert_true (g_file_set_contents (path, "{\"scenario\":\"no-certificates\"}\n", -1, NULL));
  shop = shop_new (path);
  keys = shop_wechat (shop, (Wechat) { .path = "/v3/certificates" });
  assert_refused (keys, 404, "RESOURCE_NOT_EXISTS");
  g_unlink (path);
}

/* The sandbox listens to this computer only, and says what is wrong. */
static void
test_listen (void)
{
  static const char *const refused[] = {
    "0.0.0.0:0", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1",
    "127.0.0.2:0", "192.168.1.2:8443", "localhost:0", "[::]:0", "::1:0", "[::1]", "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", refused[i]);
    g_assert_null (till_sandbox_new (refused[i], NULL, &error));
    g_assert_error (error, TILL_SANDBOX_ERROR, TILL_SANDBOX_ERROR_LISTEN);
  }
}

/* Two cannot have one port; a script that is wrong or missing starts nothing. */
static void
test_cannot_start (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  const char *address = till_sandbox_get_url (shop->sandbox) + strlen ("https://");
  g_autoptr (GError) taken = NULL;
  g_autoptr (GError) script = NULL;

  g_assert_null (till_sandbox_new (address, NULL, &taken));
  g_assert_error (taken, TILL_SANDBOX_ERROR, TILL_SANDBOX_ERROR_LISTEN);
  g_assert_null (till_sandbox_new ("127.0.0.1:0", TEST_DIR "/no-such-script", &script));
  g_assert_error (script, TILL_SANDBOX_ERROR, TILL_SANDBOX_ERROR_SCRIPT);
}

/* A client that does not have the CA does not talk to it. */
static void
test_trust (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (SoupSession) strict = soup_session_new ();
  g_autoptr (Reply) reply = NULL;

  g_object_unref (shop->session);
  shop->session = g_steal_pointer (&strict);
  reply = shop_send (shop, "GET", "/sandbox/ledger", NULL, NULL);
  g_assert_error (reply->error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
}

/* The demo profile and its keys are where whoever makes a profile looks for them. */
static void
test_resources (void)
{
  g_autoptr (GBytes) ini =
    g_resources_lookup_data ("/cn/till/Till/sandbox/demo-profile.ini", 0, NULL);
  g_autoptr (GBytes) list = g_resources_lookup_data ("/cn/till/Till/sandbox/keys.txt", 0, NULL);
  g_autoptr (GKeyFile) profile = g_key_file_new ();
  g_auto (GStrv) lines = g_strsplit (g_bytes_get_data (list, NULL), "\n", -1);
  guint n = 0;

  g_assert_true (g_key_file_load_from_bytes (profile, ini, G_KEY_FILE_NONE, NULL));
  g_assert_true (g_key_file_has_group (profile, "shop"));
  g_assert_true (g_key_file_has_group (profile, "acquirer wechat"));
  g_assert_true (g_key_file_has_group (profile, "acquirer alipay"));
  for (guint i = 0; lines[i]; i++) {
    g_autofree char *resource = NULL;

    if (lines[i][0] == '#' || lines[i][0] == '\0')
      continue;
    resource = g_strdup_printf ("/cn/till/Till/sandbox/%.*s", (int) strcspn (lines[i], " "),
                                lines[i]);
    g_assert_true (g_resources_get_info (resource, 0, NULL, NULL, NULL));
    n++;
  }
  g_assert_cmpuint (n, >=, 6);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-customer/typing", test_typing);
  g_test_add_func ("/sandbox-customer/scan", test_scan);
  g_test_add_func ("/sandbox-customer/paycodes", test_paycodes);
  g_test_add_func ("/sandbox-customer/wallets-paycodes", test_wallets_paycodes);
  g_test_add_func ("/sandbox-customer/refused", test_refused);
  g_test_add_func ("/sandbox-customer/control", test_control);
  g_test_add_func ("/sandbox-customer/script", test_script);
  g_test_add_func ("/sandbox-customer/listen", test_listen);
  g_test_add_func ("/sandbox-customer/cannot-start", test_cannot_start);
  g_test_add_func ("/sandbox-customer/trust", test_trust);
  g_test_add_func ("/sandbox-customer/resources", test_resources);

  return g_test_run ();
}
