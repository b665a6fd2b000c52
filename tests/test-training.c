/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-clock.h"
#include "fake-http.h"

#include <string.h>

#include "desk/training.h"

/* What the customer's phone says to the sandbox, and what it understands. */

#define URL "https://127.0.0.1:1"

typedef struct {
  TillFakeClock *clock;
  TillFakeHttp  *http;
  TillPorts      ports;
  TillTraining  *training;
} F;

static void
set_up (F            *f,
        gconstpointer data)
{
  f->clock = till_fake_clock_new ();
  f->http = till_fake_http_new (f->clock);
  f->ports.http = TILL_HTTP (f->http);
  f->training = till_training_new (&f->ports, URL, "ca.pem");
}

static void
tear_down (F            *f,
           gconstpointer data)
{
  g_clear_object (&f->training);
  g_clear_object (&f->http);
  till_fake_clock_free (f->clock);
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static TillCustomerReply *
act (F                      *f,
     const TillCustomerWish *wish,
     GError                **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  till_training_act_async (f->training, wish, result_cb, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);

  return till_training_act_finish (f->training, result, error);
}

/* Each act's words; a payment code is of the wallet that is open. */
static void
test_wishes (F            *f,
             gconstpointer data)
{
  static const struct {
    TillCustomerWish  wish;
    const char       *body;
  } cases[] = {
    { { TILL_CUSTOMER_SHOW_CODE, NULL, TILL_BRAND_ECNY, "approve" },
      "{\"do\":\"code\",\"wallet\":\"ecny\",\"scenario\":\"approve\"}" },
    { { TILL_CUSTOMER_SCAN, "https://x/1", TILL_BRAND_JD, NULL },
      "{\"do\":\"scan\",\"text\":\"https://x/1\",\"wallet\":\"jd\"}" },
    { { TILL_CUSTOMER_PAY, "A1", TILL_BRAND_WECHAT, NULL },
      "{\"do\":\"pay\",\"order\":\"A1\",\"wallet\":\"wechat\"}" },
    { { TILL_CUSTOMER_PASSWORD, "A1", TILL_BRAND_NONE, NULL },
      "{\"do\":\"password\",\"order\":\"A1\"}" },
    { { TILL_CUSTOMER_DECLINE, "A1", TILL_BRAND_NONE, NULL },
      "{\"do\":\"decline\",\"order\":\"A1\"}" },
    { { TILL_CUSTOMER_WALK_AWAY, "A1", TILL_BRAND_NONE, NULL },
      "{\"do\":\"walk-away\",\"order\":\"A1\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const TillFakeExchange exchange = {
      .url = URL "/sandbox/customer", .body = cases[i].body, .status = 200,
      .answer = "{\"code\":\"0112\",\"order\":\"A1\",\"amount_fen\":1250}",
    };
    g_autoptr (TillCustomerReply) reply = NULL;
    g_autoptr (GError) error = NULL;

    till_fake_http_expect (f->http, &exchange);
    reply = act (f, &cases[i].wish, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (reply->code, ==, "0112");
    g_assert_cmpstr (reply->order, ==, "A1");
    g_assert_cmpint (reply->amount_fen, ==, 1250);
  }
}

/* What the sandbox refuses, or does not say, is no reply. */
static void
test_refused (F            *f,
              gconstpointer data)
{
  static const TillFakeExchange exchanges[] = {
    { .status = 403, .answer = "{\"error\":\"this app cannot pay this code\"}" },
    { .status = 200, .answer = "[]" },
    { .status = 200, .answer = "no JSON" },
    { .outcome = TILL_HTTP_NO_NETWORK, .unsent = TRUE },
  };
  const TillCustomerWish wish = { TILL_CUSTOMER_PAY, "A1", TILL_BRAND_ALIPAY, NULL };

  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++) {
    g_autoptr (GError) error = NULL;

    till_fake_http_expect (f->http, &exchanges[i]);
    g_assert_null (act (f, &wish, &error));
    g_assert_nonnull (error);
    if (i == 0)
      g_assert_nonnull (strstr (error->message, "this app cannot pay this code"));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/training/wishes", F, NULL, set_up, test_wishes, tear_down);
  g_test_add ("/training/refused", F, NULL, set_up, test_refused, tear_down);

  return g_test_run ();
}
