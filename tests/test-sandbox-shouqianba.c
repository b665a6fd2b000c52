/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-shop.h"

#include <string.h>

/* Shouqianba's side is as strict as its manual. */

#define ORDER "261122AAAAAAAAAAAAAA"
#define SN "100000000000000001"
#define KEY "68d499beda5f72116592f5c527465656"
#define VENDOR_SN "91800000"
#define VENDOR_KEY "b7c1f0e93d524a6d8f2e11c4a7905d36"
#define TERMINAL "{\"terminal_sn\":\"" SN "\""
#define NUMBER TERMINAL ",\"client_sn\":\"" ORDER "\""
#define PAY NUMBER ",\"total_amount\":\"1250\",\"dynamic_id\":\"134567890123456700\"," \
  "\"subject\":\"晨光便利店\",\"operator\":\"c1\"}"
#define CHECKIN TERMINAL ",\"device_id\":\"x\"}"

typedef struct {
  const char *path;
  const char *body;
  const char *sn;
  const char *key;
} Ask;

static Reply *
send_ask (Shop *shop,
          Ask   ask)
{
  g_autofree char *whole = g_strconcat (ask.body, ask.key ? ask.key : KEY, NULL);
  g_autofree char *sign = g_compute_checksum_for_string (G_CHECKSUM_MD5, whole, -1);
  g_autofree char *line = g_strdup_printf ("%s %s", ask.sn ? ask.sn : SN, sign);
  const char *const headers[] = {
    "Content-Type", "application/json; charset=utf-8", "Authorization", line, NULL,
  };

  return shop_send (shop, "POST", ask.path, headers, ask.body);
}

/* The first layer's words. */
static void
assert_layer (const Reply *reply,
              const char  *code,
              const char  *error)
{
  g_assert_cmpstr (json_object_get_string_member (reply->json, "result_code"), ==, code);
  g_assert_cmpstr (json_object_get_string_member_with_default (reply->json, "error_code", NULL),
                   ==, error);
}

static const struct {
  const char *path;
  const char *body;
  const char *sn;
  const char *key;
  const char *error;   /* of the first layer; NULL where the request is right */
} cases[] = {
  { "/upay/v2/pay", PAY, NULL, NULL, NULL },
  { "/upay/v2/pay", PAY, NULL, "another key", "ILLEGAL_SIGN" },
  { "/upay/v2/pay", PAY, NULL, VENDOR_KEY, "ILLEGAL_SIGN" },
  { "/upay/v2/pay", PAY, "999", NULL, "INVALID_TERMINAL" },
  { "/upay/v2/pay", NUMBER "}", NULL, NULL, "INVALID_PARAMS" },
  { "/upay/v2/pay", "{}", NULL, NULL, "INVALID_PARAMS" },
  { "/upay/v2/pay", "[]", NULL, NULL, "INVALID_PARAMS" },
  { "/upay/v2/pay", "not JSON", NULL, NULL, "INVALID_PARAMS" },
  { "/upay/v2/query", NUMBER "}", NULL, NULL, NULL },
  { "/upay/v2/query", TERMINAL "}", NULL, NULL, "INVALID_PARAMS" },
  { "/upay/v2/query", NUMBER ",\"more\":\"1\"}", NULL, NULL, "INVALID_PARAMS" },
  { "/upay/v2/query", "{\"terminal_sn\":\"5\",\"client_sn\":\"1\"}", NULL, NULL,
    "INVALID_PARAMS" },
  { "/upay/v2/refund", NUMBER ",\"refund_request_no\":\"1\",\"operator\":\"c\","
    "\"refund_amount\":1}", NULL, NULL, "INVALID_PARAMS" },
  { "/upay/v2/refund", NUMBER ",\"refund_request_no\":\"123456789012345678901\",\"operator\":\"c\","
    "\"refund_amount\":\"1\"}", NULL, NULL, "INVALID_PARAMS" },
  { "/upay/v2/refund", NUMBER ",\"refund_request_no\":\"1\",\"operator\":\"c\",\"refund_amount\":"
    "\"0\"}", NULL, NULL, "INVALID_PARAMS" },
  { "/upay/v2/precreate", NUMBER ",\"total_amount\":\"1250\",\"subject\":\"a\",\"operator\":\"c\"}",
    NULL, NULL, "INVALID_PARAMS" },
  { "/upay/v2/precreate", NUMBER "1\",\"total_amount\":\"1250\",\"subject\":\"a\",\"operator\":"
    "\"c\",\"payway\":\"3\"}", NULL, NULL, "INVALID_PARAMS" },
  { "/terminal/checkin", TERMINAL "}", NULL, NULL, "INVALID_PARAMS" },
  { "/terminal/activate", "{\"app_id\":\"2026112200000001\",\"code\":\"1234\",\"device_id\":\"x\"}",
    VENDOR_SN, KEY, "ILLEGAL_SIGN" },
  { "/terminal/activate", "{\"app_id\":\"2026112200000001\",\"code\":\"1234\",\"device_id\":\"x\"}",
    SN, VENDOR_KEY, "ILLEGAL_SIGN" },
  { "/terminal/activate", "{\"app_id\":\"1\",\"code\":\"1234\",\"device_id\":\"x\"}", VENDOR_SN,
    VENDOR_KEY, "INVALID_PARAMS" },
  { "/terminal/activate", "{\"app_id\":\"2026112200000001\",\"code\":\"0234\",\"device_id\":\"x\"}",
    VENDOR_SN, VENDOR_KEY, "INVALID_PARAMS" },
};

/* Each wrong request is refused with the manual's word, and nothing is booked of it. */
static void
test_strict (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Shop) shop = shop_new (NULL);
    g_autoptr (Reply) reply = send_ask (shop, (Ask) { cases[i].path, cases[i].body, cases[i].sn,
                                                      cases[i].key });
    g_autoptr (Reply) ledger = shop_send (shop, "GET", "/sandbox/ledger", NULL, NULL);
    gboolean is_pay = !cases[i].error && strcmp (cases[i].path, "/upay/v2/pay") == 0;

    g_test_message ("%s %s", cases[i].path, cases[i].body);
    g_assert_cmpuint (reply->status, ==, 200);
    assert_layer (reply, cases[i].error ? "400" : "200", cases[i].error);
    g_assert_true ((strstr (ledger->body, ORDER) != NULL) == is_pay);
  }
}

/* Without a signature, or by another method or type, nothing is heard. */
static void
test_doors (void)
{
  static const char *const bare[] = { "Content-Type", "application/json", NULL };
  static const char *const form[] = { "Content-Type", "text/plain", "Authorization", "a b",
                                      NULL };
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) unsigned_reply = shop_send (shop, "POST", "/upay/v2/pay", bare, PAY);
  g_autoptr (Reply) typed = shop_send (shop, "POST", "/upay/v2/pay", form, PAY);
  g_autoptr (Reply) got = shop_send (shop, "GET", "/upay/v2/pay", NULL, NULL);
  g_autoptr (Reply) unknown = shop_send (shop, "POST", "/upay/v2/revoke", bare, PAY);

  assert_layer (unsigned_reply, "400", "ILLEGAL_SIGN");
  assert_layer (typed, "400", "INVALID_PARAMS");
  assert_layer (got, "400", "INVALID_PARAMS");
  g_assert_cmpuint (unknown->status, ==, 404);
}

/* A check-in gives a new key; the old one is good until the day ends, so that a lost answer can be
 * asked for again. */
static void
test_check_in (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autofree char *key = NULL;

  for (guint i = 0; i < 3; i++) {
    g_autoptr (Reply) reply = send_ask (shop, (Ask) { "/terminal/checkin", CHECKIN, NULL, key });
    JsonObject *biz = json_object_get_object_member (reply->json, "biz_response");
    g_autoptr (Reply) with_old = send_ask (shop, (Ask) { "/upay/v2/query", NUMBER "}", NULL, key });
    g_autoptr (Reply) with_new = NULL;

    assert_layer (reply, "200", NULL);
    assert_layer (with_old, "200", NULL);
    g_free (key);
    key = g_strdup (json_object_get_string_member (biz, "terminal_key"));
    with_new = send_ask (shop, (Ask) { "/upay/v2/query", NUMBER "}", NULL, key });
    assert_layer (with_new, "200", NULL);
  }
}

/* An activation code makes one terminal, which then has a key. */
static void
test_activate (void)
{
  const Ask ask = { "/terminal/activate",
                    "{\"app_id\":\"2026112200000001\",\"code\":\"4321\",\"device_id\":\"x\"}",
                    VENDOR_SN, VENDOR_KEY };
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) first = send_ask (shop, ask);
  g_autoptr (Reply) second = send_ask (shop, ask);
  JsonObject *biz = json_object_get_object_member (first->json, "biz_response");
  g_autoptr (Reply) reply = send_ask (shop, (Ask) {
    "/terminal/checkin", "{\"terminal_sn\":\"14321\",\"device_id\":\"x\"}", "14321",
    json_object_get_string_member (biz, "terminal_key"),
  });

  g_assert_cmpstr (json_object_get_string_member (biz, "terminal_sn"), ==, "14321");
  assert_layer (second, "400", "INVALID_PARAMS");
  assert_layer (reply, "200", NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-shouqianba/strict", test_strict);
  g_test_add_func ("/sandbox-shouqianba/doors", test_doors);
  g_test_add_func ("/sandbox-shouqianba/check-in", test_check_in);
  g_test_add_func ("/sandbox-shouqianba/activate", test_activate);

  return g_test_run ();
}
