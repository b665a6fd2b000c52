/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-counter.h"

#include <string.h>

#include "sandbox/scenario.h"

/* Both ends of the wire against each other: the demo profile's contracts and those of every other
 * mode, built and read by the acquirers, carried by libcurl, answered by the sandbox. */

/* Asks, and fetches keys once where the answer wants them, as the desk does. */
static TillPaymentEvent
ask (Counter      *counter,
     TillMerchant *merchant,
     TillAsk       asked,
     char        **code_text)
{
  g_autoptr (TillHttpReply) reply = NULL;
  g_auto (TillAnswer) answer = { 0 };

  asked.now_us = g_get_real_time ();
  asked.keep = asked.call == TILL_CALL_CLOSE ? counter->keep : NULL;
  asked.nonce = "593BEC0C930BF1AFEB40B4A08C8FB242";
  asked.currency = "CNY";
  asked.subject = "晨光便利店";
  asked.sale = asked.order;
  asked.asked_us = asked.of_asked_us = counter->asked_us;
  asked.expires_us = asked.now_us + 5 * G_TIME_SPAN_MINUTE;
  asked.register_no = "01";
  reply = counter_send (counter, merchant, &asked);
  till_acquirer_read (merchant, &asked, reply, &answer);
  if (answer.wants_keys) {
    TillAsk keys = asked;
    g_autoptr (TillHttpReply) keys_reply = NULL;
    g_autoptr (GError) error = NULL;

    keys.call = TILL_CALL_KEYS;
    keys_reply = counter_send (counter, merchant, &keys);
    merchant->acquirer->take_keys (merchant, &keys, keys_reply, &error);
    g_assert_no_error (error);
    till_answer_clear (&answer);
    answer = (TillAnswer) { 0 };
    till_acquirer_read (merchant, &asked, reply, &answer);
  }

  g_test_message ("%s %s: %s, %s", merchant->id, asked.order,
                  till_payment_event_to_string (answer.event), answer.said);
  if (code_text)
    *code_text = g_strdup (answer.code_text);
  g_free (counter->keep);
  counter->keep = g_strdup (answer.keep);
  return answer.event;
}

static const char *
wallet_of (const TillMerchant *merchant)
{
  return g_str_has_prefix (merchant->acquirer->id, "wechat") ? "wechat" : merchant->acquirer->id;
}

/* ACCEPTED is paid, but for the query that confirms it; UnionPay says of everything that it has
 * taken it, and closes no code before its time. */
static gboolean
says_paid (const TillMerchant *merchant,
           TillPaymentEvent    event)
{
  return event == TILL_EVENT_PAID || event == TILL_EVENT_ACCEPTED ||
         (event == TILL_EVENT_WAIT && strcmp (merchant->acquirer->id, "unionpay") == 0);
}

static gboolean
says_closed (const TillMerchant *merchant,
             TillPaymentEvent    event)
{
  return event == TILL_EVENT_CLOSE_DONE || event == TILL_EVENT_REVERSE_DONE ||
         (event == TILL_EVENT_CLOSE_LOST && strcmp (merchant->acquirer->id, "unionpay") == 0);
}

static void
pay_code (Counter    *counter,
          const char *text)
{
  g_autoptr (Reply) reply = shop_post (counter->shop, "/sandbox/customer",
                                       "{\"do\":\"pay\",\"text\":\"%s\"}", text);

  g_assert_cmpuint (reply->status, ==, 200);
}

static TillAsk
charge_ask (TillCall    call,
            const char *order,
            const char *paycode)
{
  return (TillAsk) { .call = call, .kind = TILL_KIND_CHARGE, .order = order, .amount_fen = 1250,
                     .paycode = paycode };
}

static TillAsk
order_ask (TillCall    call,
           const char *order)
{
  return (TillAsk) { .call = call, .kind = TILL_KIND_COLLECT, .order = order, .amount_fen = 1250 };
}

static TillAsk
refund_ask (TillCall    call,
            const char *of)
{
  return (TillAsk) { .call = call, .kind = TILL_KIND_REFUND, .order = "261122RRRRRRRRRRRRRR",
                     .amount_fen = 300, .of = of, .of_amount_fen = 1250 };
}

/* A charge, its refund, and a charge that is reversed. */
static void
live_charges (Counter      *counter,
              TillMerchant *merchant)
{
  g_autofree char *one = shop_paycode (counter->shop, wallet_of (merchant), "approve");
  g_autofree char *two = shop_paycode (counter->shop, wallet_of (merchant), "password");
  const char *paid = "261122AAAAAAAAAAAAAA", *undone = "261122BBBBBBBBBBBBBB";

#define ASK(asked) ask (counter, merchant, asked, NULL)
  g_assert_true (says_paid (merchant, ASK (charge_ask (TILL_CALL_CHARGE, paid, one))));
  g_assert_cmpint (ASK (charge_ask (TILL_CALL_QUERY, paid, NULL)), ==, TILL_EVENT_PAID);
  g_assert_true (says_paid (merchant, ASK (refund_ask (TILL_CALL_REFUND, paid))));
  g_assert_cmpint (ASK (refund_ask (TILL_CALL_QUERY_REFUND, paid)), ==, TILL_EVENT_PAID);
  g_assert_cmpint (ASK (charge_ask (TILL_CALL_QUERY, paid, NULL)), ==, TILL_EVENT_PAID);

  g_assert_cmpint (ASK (charge_ask (TILL_CALL_CHARGE, undone, two)), ==, TILL_EVENT_WAIT);
  g_assert_cmpint (ASK (charge_ask (TILL_CALL_QUERY, undone, NULL)), ==, TILL_EVENT_WAIT);
  g_assert_cmpint (ASK (charge_ask (TILL_CALL_REVERSE, undone, NULL)), ==, TILL_EVENT_REVERSE_DONE);
  g_assert_cmpint (ASK (charge_ask (TILL_CALL_QUERY, undone, NULL)), ==, TILL_EVENT_CLOSED);
}

/* An order that is paid, and one that is closed. */
static void
live_orders (Counter      *counter,
             TillMerchant *merchant)
{
  const char *paid = "261122CCCCCCCCCCCCCC", *closed = "261122DDDDDDDDDDDDDD";
  TillCall close = merchant->acquirer->order_close_call;
  g_autofree char *text = NULL;
  TillPaymentEvent event;

  g_assert_cmpint (ask (counter, merchant, order_ask (TILL_CALL_ORDER, paid), &text), ==,
                   TILL_EVENT_WAIT);
  event = ASK (order_ask (TILL_CALL_QUERY, paid));
  g_assert_true (event == TILL_EVENT_WAIT || event == TILL_EVENT_ABSENT);
  pay_code (counter, text);
  g_assert_cmpint (ASK (order_ask (TILL_CALL_QUERY, paid)), ==, TILL_EVENT_PAID);

  g_assert_cmpint (ASK (order_ask (TILL_CALL_ORDER, closed)), ==, TILL_EVENT_WAIT);
  event = ASK (order_ask (close, closed));
  g_assert_true (says_closed (merchant, event));
  event = ASK (order_ask (TILL_CALL_QUERY, closed));
  g_assert_true (event == TILL_EVENT_CLOSED || event == TILL_EVENT_ABSENT);
#undef ASK
}

/* A contract of the demo, or of the other modes, does every call. */
static void
test_contract (gconstpointer id)
{
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;

  counter_open (&counter);
  merchant = counter_merchant (&counter, id);
  live_charges (&counter, merchant);
  live_orders (&counter, merchant);
}

/* What the machine wants next of a charge; it gives up now and then. */
static TillPaymentEvent
next_event (Counter         *counter,
            TillMerchant    *merchant,
            const char      *order,
            TillPaymentState state,
            guint            n_asked)
{
  TillEffect effect = till_payment_on_entry (state);

  if (n_asked % 5 == 4 && (state == TILL_PAYMENT_WAITING || state == TILL_PAYMENT_UNSURE))
    return TILL_EVENT_GIVE_UP;
  if (effect == TILL_EFFECT_QUERY)
    return ask (counter, merchant, charge_ask (TILL_CALL_QUERY, order, NULL), NULL);

  g_assert_cmpint (effect, ==, TILL_EFFECT_CLOSE);
  return ask (counter, merchant, charge_ask (TILL_CALL_REVERSE, order, NULL), NULL);
}

static TillPaymentState
settle_charge (Counter      *counter,
               TillMerchant *merchant,
               const char   *order,
               const char   *paycode)
{
  TillPaymentState state = TILL_PAYMENT_ASKED;
  TillPaymentEvent event = ask (counter, merchant,
                                charge_ask (TILL_CALL_CHARGE, order, paycode), NULL);

  for (guint i = 0; i < 40; i++) {
    g_assert_true (till_payment_step (TILL_KIND_CHARGE, state, event, &state));
    if (till_payment_is_final (state))
      return state;
    event = next_event (counter, merchant, order, state, i);
  }

  g_assert_not_reached ();
}

/* However a charge goes wrong: in the end the till says paid where, and only where, the acquirer
 * has the money. */
static void
test_rows (gconstpointer id)
{
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;
  const TillScenario *row;

  counter_open (&counter);
  merchant = counter_merchant (&counter, id);
  for (guint i = 0; (row = till_scenario_get (i)); i++) {
    g_autofree char *order = g_strdup_printf ("261122SCENARIO%06u", i);
    g_autofree char *paycode = NULL;
    TillPaymentState state;

    if (row->digits < 0)
      continue;
    if (row->fault == TILL_FAULT_SLOW)
      shop_plan (counter.shop, "{\"scenario\":\"slow\",\"call\":\"charge\",\"after_ms\":1}");
    paycode = shop_paycode (counter.shop, wallet_of (merchant), row->word);
    g_test_message ("%s", row->word);
    state = settle_charge (&counter, merchant, order, paycode);
    g_assert_cmpint (counter_booked_fen (&counter, order), ==,
                     state == TILL_PAYMENT_PAID ? 1250 : 0);
  }
}

/* The same for what goes wrong afterwards: each row, twice, for the query of a charge whose answer
 * was lost, and for the reversal of one that the payer never ends. */
static void
test_later_rows (gconstpointer id)
{
  static const struct {
    TillSandboxCall  call;
    const char      *charge;
    gint64           booked_fen;
  } cases[] = {
    { TILL_SANDBOX_QUERY, "lost-booked", 1250 },
    { TILL_SANDBOX_REVERSE, "password", 0 },
  };
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;
  const TillScenario *row;

  counter_open (&counter);
  merchant = counter_merchant (&counter, id);
  for (guint i = 0; (row = till_scenario_get (i)); i++) {
    for (guint n = 0; n < G_N_ELEMENTS (cases); n++) {
      g_autofree char *order = g_strdup_printf ("261122LATER%u%06u", n, i);
      g_autofree char *paycode = shop_paycode (counter.shop, wallet_of (merchant), cases[n].charge);

      if (!(row->calls & (1u << cases[n].call)))
        continue;
      shop_plan (counter.shop, "{\"scenario\":\"%s\",\"call\":\"%s\",\"times\":2%s}", row->word,
                 till_sandbox_call_to_word (cases[n].call),
                 row->fault == TILL_FAULT_SLOW ? ",\"after_ms\":1" : "");
      g_test_message ("%s of %s", row->word, till_sandbox_call_to_word (cases[n].call));
      g_assert_cmpint (settle_charge (&counter, merchant, order, paycode), ==,
                       cases[n].booked_fen ? TILL_PAYMENT_PAID : TILL_PAYMENT_FAILED);
      g_assert_cmpint (counter_booked_fen (&counter, order), ==, cases[n].booked_fen);
      shop_plan (counter.shop, "{\"clear\":true}");
    }
  }
}

static TillPaymentState
settle_refund (Counter      *counter,
               TillMerchant *merchant,
               TillAsk       asked)
{
  TillPaymentState state = TILL_PAYMENT_ASKED;

  for (guint i = 0; i < 8 && !till_payment_is_final (state); i++) {
    asked.call = till_payment_on_entry (state) == TILL_EFFECT_SEND ? TILL_CALL_REFUND :
                 TILL_CALL_QUERY_REFUND;
    g_assert_true (till_payment_step (TILL_KIND_REFUND, state, ask (counter, merchant, asked, NULL),
                                      &state));
  }

  return state;
}

/* However a refund, or the query of one, goes wrong: the till says that the money is back where,
 * and only where, it is. One that the payer's bank refuses stays open for people to settle, and so
 * does one that Alipay, which has no word for that, does not carry out. */
static void
test_refund_rows (gconstpointer id)
{
  static const TillSandboxCall calls[] = { TILL_SANDBOX_REFUND, TILL_SANDBOX_QUERY_REFUND };
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;
  const TillScenario *row;

  counter_open (&counter);
  merchant = counter_merchant (&counter, id);
  for (guint i = 0; (row = till_scenario_get (i)); i++) {
    for (guint n = 0; n < G_N_ELEMENTS (calls); n++) {
      g_autofree char *of = g_strdup_printf ("261122REFUND%u%06u", n, i);
      g_autofree char *number = g_strdup_printf ("261122NUMBER%u%06u", n, i);
      g_autofree char *paycode = shop_paycode (counter.shop, wallet_of (merchant), "approve");
      TillAsk asked = refund_ask (TILL_CALL_REFUND, of);
      TillPaymentState state;

      if (!(row->calls & (1u << calls[n])))
        continue;
      g_test_message ("%s of %s", row->word, till_sandbox_call_to_word (calls[n]));
      g_assert_cmpint (settle_charge (&counter, merchant, of, paycode), ==, TILL_PAYMENT_PAID);
      if (calls[n] == TILL_SANDBOX_QUERY_REFUND)
        shop_plan (counter.shop, "{\"scenario\":\"lost-booked\",\"call\":\"refund\"}");
      shop_plan (counter.shop, "{\"scenario\":\"%s\",\"call\":\"%s\"%s}", row->word,
                 till_sandbox_call_to_word (calls[n]),
                 row->fault == TILL_FAULT_SLOW ? ",\"after_ms\":1" : "");
      asked.order = number;
      state = settle_refund (&counter, merchant, asked);
      g_assert_cmpint (counter_ledger_fen (&counter, of, "given_back_fen"), ==,
                       state == TILL_PAYMENT_PAID ? 300 : 0);
      g_assert_true (till_payment_is_final (state) || row->refund != TILL_SANDBOX_REFUND_SUCCESS);
      shop_plan (counter.shop, "{\"clear\":true}");
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  static const char *const ids[] = {
    "wechat", "wechat-certificates", "wechat-partner",
    "alipay", "alipay-certificates", "alipay-aes", "shouqianba",
    "chinaums", "cmb", "unionpay", "unionpay-keyed", "unionpay-sm2",
  };
  static const char *const types[] = {
    "wechat", "alipay", "shouqianba", "chinaums", "cmb", "unionpay",
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *contract = g_strconcat ("/sandbox-acquirers/contract/", ids[i], NULL);
    g_autofree char *rows = g_strconcat ("/sandbox-acquirers/rows/", ids[i], NULL);

    g_test_add_data_func (contract, ids[i], test_contract);
    g_test_add_data_func (rows, ids[i], test_rows);
  }
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autofree char *later = g_strconcat ("/sandbox-acquirers/later-rows/", types[i], NULL);
    g_autofree char *refunds = g_strconcat ("/sandbox-acquirers/refund-rows/", types[i], NULL);

    g_test_add_data_func (later, types[i], test_later_rows);
    g_test_add_data_func (refunds, types[i], test_refund_rows);
  }

  return g_test_run ();
}
