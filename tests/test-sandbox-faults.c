/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-shop.h"

#include <string.h>

#include "sandbox/scenario.h"

#define ORDER "261122AAAAAAAAAAAAAA"
#define PAY   "/v3/pay/transactions/"

static Reply *
charge_wechat (Shop       *shop,
               const char *order,
               const char *paycode,
               gboolean    wants_certificates)
{
  g_autofree char *body =
    g_strdup_printf ("{\"appid\":\"wx19000000010000aa\",\"mchid\":\"1900000001\","
                     "\"description\":\"d\",\"out_trade_no\":\"%s\","
                     "\"payer\":{\"auth_code\":\"%s\"},\"amount\":{\"total\":1250},"
                     "\"scene_info\":{\"store_info\":{\"id\":\"1\"}}}", order, paycode);

  return shop_wechat (shop, (Wechat) { .path = PAY "codepay", .body = body,
                                       .wants_certificates = wants_certificates });
}

static Reply *
charge_alipay (Shop       *shop,
               const char *order,
               const char *paycode,
               const char *app_id)
{
  g_autofree char *content =
    g_strdup_printf ("{\"out_trade_no\":\"%s\",\"total_amount\":\"12.50\",\"subject\":\"s\","
                     "\"auth_code\":\"%s\",\"scene\":\"bar_code\"}", order, paycode);

  return shop_alipay (shop, (Alipay) { .method = "alipay.trade.pay", .content = content,
                                       .app_id = app_id });
}

static Reply *
ask_wechat (Shop       *shop,
            const char *path,
            const char *body)
{
  return shop_wechat (shop, (Wechat) { .path = path, .body = body });
}

static Reply *
ask_alipay (Shop       *shop,
            const char *method,
            const char *content)
{
  return shop_alipay (shop, (Alipay) { .method = method, .content = content });
}

/* The state of an order in the ledger, NULL where it has none. */
static char *
booked_state (Shop       *shop,
              const char *order)
{
  g_autoptr (Reply) ledger = shop_send (shop, "GET", "/sandbox/ledger", NULL, NULL);
  JsonArray *orders = json_object_get_array_member (ledger->json, "orders");

  for (guint i = 0; i < json_array_get_length (orders); i++) {
    JsonObject *entry = json_array_get_object_element (orders, i);

    if (strcmp (json_object_get_string_member (entry, "order"), order) == 0)
      return g_strdup (json_object_get_string_member (entry, "state"));
  }

  return NULL;
}

static gboolean
is_on_the_way (TillFault fault)
{
  return fault == TILL_FAULT_DROP || fault == TILL_FAULT_CUT;
}

static const char *
expected_state (const TillScenario *row)
{
  switch (row->booking) {
    case TILL_BOOK_PAID:
    case TILL_BOOK_HIDDEN:
    case TILL_BOOK_LAGGING:
      return "paid";
    case TILL_BOOK_NOTHING:
      return NULL;
    case TILL_BOOK_FAILED:
      return "failed";
    case TILL_BOOK_TYPING:
    case TILL_BOOK_TYPING_PAID:
    case TILL_BOOK_TYPING_FAILED:
      return "typing";
    case TILL_BOOK_ROLLED_BACK:
      return "reversed";
  }

  g_assert_not_reached ();
}

static void
check_wechat_row (Shop               *shop,
                  const TillScenario *row)
{
  g_autofree char *order = g_strdup_printf ("WECHAT%02d", row->digits);
  g_autofree char *paycode = shop_paycode (shop, "wechat", row->word);
  g_autoptr (Reply) reply = charge_wechat (shop, order, paycode, FALSE);
  g_autofree char *state = booked_state (shop, order);

  g_assert_cmpstr (state, ==, row->booking == TILL_BOOK_ROLLED_BACK ? "paid" :
                   expected_state (row));
  g_assert_cmpint (reply->error != NULL, ==, is_on_the_way (row->fault));
  if (row->wechat_code)
    assert_refused (reply, row->status, row->wechat_code);
  else if (row->fault == TILL_FAULT_NONE)
    g_assert_true (reply_is_signed_by (reply, "wechat-platform-pub.pem"));
}

static void
check_alipay_row (Shop               *shop,
                  const TillScenario *row)
{
  g_autofree char *order = g_strdup_printf ("ALIPAY%02d", row->digits);
  g_autofree char *paycode = shop_paycode (shop, "alipay", row->word);
  g_autoptr (Reply) reply = charge_alipay (shop, order, paycode, NULL);
  g_autofree char *state = booked_state (shop, order);

  g_assert_cmpstr (state, ==, expected_state (row));
  g_assert_cmpint (reply->error != NULL, ==, is_on_the_way (row->fault));
  if (row->alipay_code) {
    assert_member (reply, "code", row->alipay_code);
    assert_member (reply, "sub_code", row->alipay_sub_code);
  }
  if (row->fault == TILL_FAULT_NONE && !json_object_has_member (reply->json, "error_response"))
    g_assert_true (reply_node_is_signed_by (reply, "alipay-gateway-pub.pem"));
}

/* Every row with digits, played by a payment code of each wallet: the ledger has what the row says,
 * the code that is to be said is said, and where nothing is to go wrong the answer is signed. */
static void
test_every_row (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  const TillScenario *row;

  for (guint i = 0; (row = till_scenario_get (i)); i++) {
    if (row->digits < 0 || row->fault == TILL_FAULT_SLOW)
      continue;
    g_test_message ("%s", row->word);
    check_wechat_row (shop, row);
    check_alipay_row (shop, row);
  }
}

/* Pages instead of answers: status and type; and nothing that could be taken for a signature. */
static void
test_pages (void)
{
  static const struct {
    const char *word;
    guint       status;
    const char *says;
  } cases[] = {
    { "not-json", 200, "<!DOCTYPE html>" },
    { "redirect", 302, "<!DOCTYPE html>" },
    { "error-page-booked", 502, "<html>" },
    { "error-page-unbooked", 502, "<html>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Shop) shop = shop_new (NULL);
    g_autofree char *paycode = shop_paycode (shop, "wechat", cases[i].word);
    g_autoptr (Reply) reply = charge_wechat (shop, ORDER, paycode, FALSE);

    g_assert_cmpuint (reply->status, ==, cases[i].status);
    g_assert_true (g_str_has_prefix (reply->body, cases[i].says));
    g_assert_cmpint (soup_message_headers_get_one (reply->headers, "Location") != NULL, ==,
                     cases[i].status == 302);
  }
}

static void
test_too_large (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autofree char *paycode = shop_paycode (shop, "wechat", "too-large");
  g_autoptr (Reply) reply = charge_wechat (shop, ORDER, paycode, FALSE);

  g_assert_cmpuint (g_bytes_get_size (reply->bytes), >, 1024 * 1024);
}

/* The answer waits, and the sandbox serves others meanwhile. */
static void
test_slow (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  gint64 start_us = g_get_monotonic_time ();
  g_autoptr (Reply) reply = NULL;

  shop_plan (shop, "{\"scenario\":\"slow\",\"after_ms\":30}");
  reply = charge_wechat (shop, ORDER, "134567890123456700", FALSE);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >=, 30000);
  assert_member (reply, "trade_state", "SUCCESS");
}

/* Goes away as soon as the charge is booked. */
static gboolean
lose_patience_cb (gpointer user_data)
{
  Shop *shop = user_data;
  GCancellable *cancellable = g_steal_pointer (&shop->cancellable);
  g_autofree char *state = booked_state (shop, ORDER);

  if (state) {
    g_cancellable_cancel (cancellable);
    return G_SOURCE_REMOVE;
  }

  shop->cancellable = cancellable;
  return G_SOURCE_CONTINUE;
}

/* A till that does not wait so long does no harm: what was booked stands, and others are served. */
static void
test_impatient (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (Reply) gone = NULL;
  g_autoptr (Reply) patient = NULL;

  shop_plan (shop, "{\"scenario\":\"slow\",\"call\":\"charge\",\"after_ms\":100,\"times\":2}");
  shop->cancellable = cancellable;
  g_timeout_add (5, lose_patience_cb, shop);
  gone = charge_wechat (shop, ORDER, "134567890123456700", FALSE);
  shop->cancellable = NULL;
  patient = charge_wechat (shop, "PATIENT", "134567890123456701", FALSE);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  assert_member (patient, "trade_state", "SUCCESS");
}

/* A till whose clock is wrong is refused, and learns from the Date header how far it is off. */
static void
test_clock (void)
{
  static const struct {
    const char *scenario;
    gint64      ahead_s;
  } cases[] = {
    { "clock-slow", 600 },
    { "clock-fast", -600 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Shop) shop = shop_new (NULL);
    g_autoptr (Reply) reply = NULL;
    g_autoptr (GDateTime) date = NULL;
    gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;

    shop_plan (shop, "{\"scenario\":\"%s\"}", cases[i].scenario);
    reply = charge_wechat (shop, ORDER, "134567890123456700", FALSE);
    assert_refused (reply, 401, "SIGN_ERROR");
    date = soup_date_time_new_from_http_string (
      soup_message_headers_get_one (reply->headers, "Date"));
    g_assert_cmpint (ABS (g_date_time_to_unix (date) - now_s - cases[i].ahead_s), <=, 5);
  }
}

/* Ends the sandbox as soon as the charge is booked, and its answer held back. */
static gboolean
sandbox_gone_cb (gpointer user_data)
{
  Shop *shop = user_data;
  g_autofree char *state = booked_state (shop, ORDER);

  if (!state)
    return G_SOURCE_CONTINUE;

  g_clear_object (&shop->sandbox);
  return G_SOURCE_REMOVE;
}

/* A sandbox that goes away while an answer waits ends the connection. */
static void
test_gone_while_slow (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) reply = NULL;

  shop_plan (shop, "{\"scenario\":\"slow\",\"after_ms\":60000}");
  g_timeout_add (5, sandbox_gone_cb, shop);
  reply = charge_wechat (shop, ORDER, "134567890123456700", FALSE);
  g_assert_nonnull (reply->error);
}

/* Alipay's answer says paid, and the trade is rolled back; WeChat's is final. */
static void
test_rolled_back (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) wechat = charge_wechat (shop, ORDER, "134567890123456788", FALSE);
  g_autoptr (Reply) alipay = charge_alipay (shop, ORDER, "281234567890123488", NULL);
  g_autoptr (Reply) later = ask_wechat (shop, PAY "out-trade-no/" ORDER "?mchid=1900000001", NULL);
  g_autoptr (Reply) closed = ask_alipay (shop, "alipay.trade.query",
                                         "{\"out_trade_no\":\"" ORDER "\"}");

  assert_member (wechat, "trade_state", "SUCCESS");
  assert_member (alipay, "code", "10000");
  assert_member (later, "trade_state", "SUCCESS");
  assert_member (closed, "trade_status", "TRADE_CLOSED");
}

static const char *
header (const Reply *reply,
        const char  *name)
{
  return soup_message_headers_get_one (reply->headers, name);
}

/* What is wrong with a WeChat signature, each in its own way; with keys of either kind. */
static void
test_wechat_signatures (void)
{
  static const struct {
    const char *word;
    gboolean    wants_certificates;
    const char *signed_by;   /* NULL: nobody verifies it */
    gint64      age_s;
    gboolean    serial_known;
  } cases[] = {
    { "approve", FALSE, "wechat-platform-pub.pem", 0, TRUE },
    { "approve", TRUE, "wechat-platform-cert-1.pem", 0, TRUE },
    { "bad-signature", FALSE, NULL, 0, TRUE },
    { "bad-signature", TRUE, NULL, 0, TRUE },
    { "old-signature", FALSE, "wechat-platform-pub.pem", 600, TRUE },
    { "old-signature", TRUE, "wechat-platform-cert-1.pem", 600, TRUE },
    { "unknown-key", FALSE, "stranger-key.pem", 0, FALSE },
    { "unknown-key", TRUE, "stranger-key.pem", 0, FALSE },
    { "signtest", FALSE, NULL, 0, TRUE },
    { "new-key", FALSE, "wechat-platform-pub.pem", 0, TRUE },
    { "new-key", TRUE, "wechat-platform-cert-2.pem", 0, FALSE },
    { "other-order", FALSE, "wechat-platform-pub.pem", 0, TRUE },
    { "other-amount", FALSE, "wechat-platform-pub.pem", 0, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Shop) shop = shop_new (NULL);
    g_autofree char *paycode = shop_paycode (shop, "wechat", cases[i].word);
    g_autoptr (Reply) reply = charge_wechat (shop, ORDER, paycode, cases[i].wants_certificates);
    const char *serial = header (reply, "Wechatpay-Serial");
    const char *signature = header (reply, "Wechatpay-Signature");
    gint64 age_s = g_get_real_time () / G_USEC_PER_SEC -
                   g_ascii_strtoll (header (reply, "Wechatpay-Timestamp"), NULL, 10);

    g_test_message ("%s", cases[i].word);
    if (cases[i].signed_by)
      g_assert_true (reply_is_signed_by (reply, cases[i].signed_by));
    else
      g_assert_false (reply_is_signed_by (reply, cases[i].wants_certificates ?
                                          "wechat-platform-cert-1.pem" :
                                          "wechat-platform-pub.pem"));
    g_assert_cmpint (ABS (age_s - cases[i].age_s), <=, 5);
    g_assert_cmpint (strcmp (serial, "PUB_KEY_ID_0119000000012026112200000001") == 0 ||
                     strcmp (serial, "3A9F04C6E8D17B5230C4F6A81E9D7B40526C8E13") == 0, ==,
                     cases[i].serial_known);
    g_assert_cmpint (strncmp (signature, "WECHATPAY/SIGNTEST/", 19) == 0, ==,
                     strcmp (cases[i].word, "signtest") == 0);
    assert_member (reply, "out_trade_no", strcmp (cases[i].word, "other-order") == 0 ?
                   "SOMEBODYELSES0000001" : ORDER);
    assert_member (reply, "amount.total", strcmp (cases[i].word, "other-amount") == 0 ?
                   "1350" : "1250");
  }
}

/* A new certificate signs all that follows, and only a new download has it, beside the old one. */
static void
test_rotation (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autofree char *paycode = shop_paycode (shop, "wechat", "new-key");
  g_autoptr (Reply) paid = charge_wechat (shop, ORDER, paycode, TRUE);
  g_autoptr (Reply) keys = shop_wechat (shop, (Wechat) { .path = "/v3/certificates",
                                                         .wants_certificates = TRUE });

  g_assert_true (reply_is_signed_by (paid, "wechat-platform-cert-2.pem"));
  g_assert_true (reply_is_signed_by (keys, "wechat-platform-cert-2.pem"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (keys->json, "data")),
                    ==, 2);
}

/* What is wrong with an Alipay signature; in both modes. */
static void
test_alipay_signatures (void)
{
  static const struct {
    const char *word;
    const char *app_id;
    const char *signed_by;   /* NULL: nobody verifies it */
    gboolean    has_sign;
  } cases[] = {
    { "approve", "2026112200000001", "alipay-gateway-pub.pem", TRUE },
    { "approve", "2026112200000002", "alipay-cert.pem", TRUE },
    { "bad-signature", "2026112200000001", NULL, TRUE },
    { "bad-signature", "2026112200000002", NULL, TRUE },
    { "no-signature", "2026112200000001", NULL, FALSE },
    { "unknown-key", "2026112200000001", "stranger-key.pem", TRUE },
    { "unknown-key", "2026112200000002", "stranger-key.pem", TRUE },
    { "sign-first", "2026112200000001", "alipay-gateway-pub.pem", TRUE },
    { "decoy-sign", "2026112200000001", "alipay-gateway-pub.pem", TRUE },
    { "decoy-sign", "2026112200000002", "alipay-cert.pem", TRUE },
    { "error-unsigned", "2026112200000001", NULL, FALSE },
    { "other-order", "2026112200000001", "alipay-gateway-pub.pem", TRUE },
    { "other-amount", "2026112200000001", "alipay-gateway-pub.pem", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Shop) shop = shop_new (NULL);
    g_autofree char *paycode = shop_paycode (shop, "alipay", cases[i].word);
    g_autoptr (Reply) reply = charge_alipay (shop, ORDER, paycode, cases[i].app_id);
    gboolean is_error = strcmp (cases[i].word, "error-unsigned") == 0;

    g_test_message ("%s", cases[i].word);
    g_assert_cmpint (json_object_has_member (reply->json, "sign"), ==, cases[i].has_sign);
    if (cases[i].signed_by)
      g_assert_true (reply_node_is_signed_by (reply, cases[i].signed_by));
    else
      g_assert_false (reply_node_is_signed_by (reply, "alipay-gateway-pub.pem"));
    assert_member (reply, "code", is_error ? "40004" : "10000");
    assert_member (reply, "out_trade_no", is_error ? NULL :
                   strcmp (cases[i].word, "other-order") == 0 ? "SOMEBODYELSES0000001" : ORDER);
    assert_member (reply, "total_amount", is_error ? NULL :
                   strcmp (cases[i].word, "other-amount") == 0 ? "13.50" : "12.50");
    g_assert_cmpint (g_str_has_prefix (reply->body, "{\"sign\":"), ==,
                     strcmp (cases[i].word, "sign-first") == 0);
    g_assert_cmpint (reply_text (reply, "sign") != NULL, ==,
                     strcmp (cases[i].word, "decoy-sign") == 0);
  }
}

/* A certificate that signs without being ours is named as it is: not the one the shop has. */
static void
test_alipay_unknown_certificate (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) good = charge_alipay (shop, ORDER, "281234567890123400", "2026112200000002");
  g_autoptr (Reply) other = NULL;

  shop_plan (shop, "{\"scenario\":\"unknown-key\",\"call\":\"query\"}");
  other = shop_alipay (shop, (Alipay) { .method = "alipay.trade.query",
                                        .content = "{\"out_trade_no\":\"" ORDER "\"}",
                                        .app_id = "2026112200000002" });
  g_assert_cmpstr (json_object_get_string_member (other->json, "alipay_cert_sn"), !=,
                   json_object_get_string_member (good->json, "alipay_cert_sn"));
}

static const char wechat_refund[] =
  "{\"out_trade_no\":\"" ORDER "\",\"out_refund_no\":\"R1\","
  "\"amount\":{\"refund\":300,\"total\":1250,\"currency\":\"CNY\"}}";
static const char alipay_refund[] =
  "{\"out_trade_no\":\"" ORDER "\",\"refund_amount\":\"3.00\",\"out_request_no\":\"R1\"}";
static const char alipay_refund_number[] =
  "{\"out_trade_no\":\"" ORDER "\",\"out_request_no\":\"R1\"}";

/* Refunds that take their time or fail: what the refund says, and what two queries say. */
static void
test_refunds (void)
{
  static const struct {
    const char *word;
    const char *wechat[3];
    const char *fund_change;
    const char *alipay[2];
  } cases[] = {
    { "approve", { "SUCCESS", "SUCCESS", "SUCCESS" }, "Y", { "REFUND_SUCCESS", "REFUND_SUCCESS" } },
    { "refund-processing", { "PROCESSING", "PROCESSING", "SUCCESS" }, "N",
      { NULL, "REFUND_SUCCESS" } },
    { "refund-closed", { "PROCESSING", "CLOSED", "CLOSED" }, "N", { NULL, NULL } },
    { "refund-abnormal", { "PROCESSING", "ABNORMAL", "ABNORMAL" }, "N", { NULL, NULL } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Shop) shop = shop_new (NULL);
    g_autoptr (Reply) wechat = charge_wechat (shop, ORDER, "134567890123456700", FALSE);
    g_autoptr (Reply) alipay = charge_alipay (shop, ORDER, "281234567890123400", NULL);
    g_autoptr (Reply) by_wechat = NULL;
    g_autoptr (Reply) by_alipay = NULL;

    g_test_message ("%s", cases[i].word);
    shop_plan (shop, "{\"scenario\":\"%s\",\"call\":\"refund\",\"times\":2}", cases[i].word);
    by_wechat = ask_wechat (shop, "/v3/refund/domestic/refunds", wechat_refund);
    by_alipay = ask_alipay (shop, "alipay.trade.refund", alipay_refund);
    assert_member (by_wechat, "status", cases[i].wechat[0]);
    assert_member (by_alipay, "fund_change", cases[i].fund_change);
    for (guint n = 0; n < 2; n++) {
      g_autoptr (Reply) w = ask_wechat (shop, "/v3/refund/domestic/refunds/R1", NULL);
      g_autoptr (Reply) a = ask_alipay (shop, "alipay.trade.fastpay.refund.query",
                                        alipay_refund_number);

      assert_member (w, "status", cases[i].wechat[n + 1]);
      assert_member (a, "code", "10000");
      assert_member (a, "refund_status", cases[i].alipay[n]);
    }
  }
}

/* Calls beside the charge: what is planned for one happens to it, and to it alone. */
static void
test_other_calls (void)
{
  static const struct {
    const char *wish;
    guint       status;    /* of WeChat's answer; 0: none came */
    const char *code;
    const char *alipay_code;
    const char *alipay_sub_code;
    const char *retry_flag;
    const char *state;     /* of both orders, afterwards */
  } cases[] = {
    { "reverse-refused", 403, "TRADE_ERROR", "40004", "ACQ.CANCEL_NOT_ALLOWED", NULL, "paid" },
    { "reverse-again", 500, "SYSTEM_ERROR", "10000", NULL, "Y", "paid" },
    { "lost-booked", 0, NULL, NULL, NULL, NULL, "reversed" },
    { "lost-unbooked", 0, NULL, NULL, NULL, NULL, "paid" },
    { "rate-limited", 429, "FREQUENCY_LIMITED", "40005", "isv.app-call-limited", NULL, "paid" },
    { "approve", 200, NULL, "10000", NULL, "N", "reversed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Shop) shop = shop_new (NULL);
    g_autoptr (Reply) paid = charge_wechat (shop, ORDER, "134567890123456700", FALSE);
    g_autoptr (Reply) wechat = NULL;
    g_autoptr (Reply) alipay = NULL;
    g_autofree char *state = booked_state (shop, ORDER);
    g_autoptr (Reply) too = charge_alipay (shop, ORDER, "281234567890123400", NULL);
    g_autoptr (Reply) ledger = NULL;

    g_test_message ("%s", cases[i].wish);
    g_assert_cmpstr (state, ==, "paid");
    shop_plan (shop, "{\"scenario\":\"%s\",\"call\":\"reverse\",\"times\":2}", cases[i].wish);
    wechat = ask_wechat (shop, PAY "out-trade-no/" ORDER "/reverse",
                         "{\"appid\":\"wx19000000010000aa\",\"mchid\":\"1900000001\"}");
    alipay = ask_alipay (shop, "alipay.trade.cancel", "{\"out_trade_no\":\"" ORDER "\"}");
    g_assert_cmpuint (wechat->status, ==, cases[i].status);
    assert_member (wechat, "code", cases[i].code);
    assert_member (alipay, "code", cases[i].alipay_code);
    assert_member (alipay, "sub_code", cases[i].alipay_sub_code);
    assert_member (alipay, "retry_flag", cases[i].retry_flag);
    ledger = shop_send (shop, "GET", "/sandbox/ledger", NULL, NULL);
    for (guint n = 0; n < 2; n++)
      g_assert_cmpstr (json_object_get_string_member (
        json_array_get_object_element (json_object_get_array_member (ledger->json, "orders"), n),
        "state"), ==, cases[i].state);
  }
}

/* A query says "no such order" as often as it is asked to; keys can be denied to a new merchant. */
static void
test_absent (void)
{
  g_autoptr (Shop) shop = shop_new (NULL);
  g_autoptr (Reply) paid = charge_wechat (shop, ORDER, "134567890123456700", FALSE);
  g_autoptr (Reply) keys = NULL;

  g_assert_cmpuint (paid->status, ==, 200);
  shop_plan (shop, "{\"scenario\":\"absent\",\"call\":\"query\",\"times\":2}");
  shop_plan (shop, "{\"scenario\":\"no-certificates\"}");
  for (guint i = 0; i < 3; i++) {
    g_autoptr (Reply) reply = ask_wechat (shop, PAY "out-trade-no/" ORDER "?mchid=1900000001",
                                          NULL);

    assert_member (reply, "code", i < 2 ? "ORDER_NOT_EXIST" : NULL);
    assert_member (reply, "trade_state", i < 2 ? NULL : "SUCCESS");
  }
  keys = ask_wechat (shop, "/v3/certificates", NULL);
  assert_refused (keys, 404, "RESOURCE_NOT_EXISTS");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-faults/every-row", test_every_row);
  g_test_add_func ("/sandbox-faults/pages", test_pages);
  g_test_add_func ("/sandbox-faults/too-large", test_too_large);
  g_test_add_func ("/sandbox-faults/slow", test_slow);
  g_test_add_func ("/sandbox-faults/impatient", test_impatient);
  g_test_add_func ("/sandbox-faults/clock", test_clock);
  g_test_add_func ("/sandbox-faults/gone-while-slow", test_gone_while_slow);
  g_test_add_func ("/sandbox-faults/rolled-back", test_rolled_back);
  g_test_add_func ("/sandbox-faults/wechat-signatures", test_wechat_signatures);
  g_test_add_func ("/sandbox-faults/rotation", test_rotation);
  g_test_add_func ("/sandbox-faults/alipay-signatures", test_alipay_signatures);
  g_test_add_func ("/sandbox-faults/alipay-unknown-certificate", test_alipay_unknown_certificate);
  g_test_add_func ("/sandbox-faults/refunds", test_refunds);
  g_test_add_func ("/sandbox-faults/other-calls", test_other_calls);
  g_test_add_func ("/sandbox-faults/absent", test_absent);

  return g_test_run ();
}
