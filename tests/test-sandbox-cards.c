/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-counter.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "code/bcd.h"
#include "code/emv-card.h"
#include "reader/cms.h"
#include "reader/exchange.h"
#include "reader/token.h"
#include "sandbox/scenario.h"

/* Contracts for cards against the sandbox: what till-reader makes of a card, what the acquirers
 * build of that, and whether the other side has the money where the till says so. */

#define AMOUNT_FEN 1250
#define NONCE      "593BEC0C930BF1AFEB40B4A08C8FB242"
#define NUMBER     "621094******0029"

static guint n_taps;

/* A good card, with a counter of its own for each tap. */
static TillEmvCard
make_card (gint64 amount_fen)
{
  TillEmvCard card = {
    .decision = TILL_EMV_ONLINE, .pan = "6210948000000029", .masked = NUMBER, .expiry = "3012",
    .track_2 = "6210948000000029D30122200000012300", .pan_sequence = 1,
  };
  g_autofree char *hex = g_strdup_printf (
    "9F26081E3FFB7F627E349E9F2701809F101307010103A00000010A010000000000127141689F3704DEADBEEF"
    "9F3602%04X95050000000000" "9A032611229C01009F0206%012" G_GINT64_FORMAT "5F2A02015682027C00"
    "9F1A0201569F03060000000000009F33032008008408A000000333010101", ++n_taps, amount_fen);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_assert_true (till_bcd_from_hex (hex, bytes));
  memcpy (card.field_55, bytes->data, bytes->len);
  card.n_field_55 = bytes->len;
  return card;
}

static TillAsk
make_ask (TillCall    call,
          const char *order,
          gint64      amount_fen,
          gint64      now_us)
{
  return (TillAsk) {
    .call = call, .kind = TILL_KIND_TAP, .order = order, .sale = order, .amount_fen = amount_fen,
    .currency = "CNY", .subject = "晨光便利店", .nonce = NONCE, .register_no = "01",
    .card_number = NUMBER, .now_us = now_us, .asked_us = now_us,
  };
}

static TillPaymentEvent
ask (Counter            *counter,
     const TillMerchant *merchant,
     TillAsk             asked)
{
  g_autoptr (TillHttpReply) reply = counter_send (counter, merchant, &asked);
  g_auto (TillAnswer) answer = { 0 };

  till_acquirer_read (merchant, &asked, reply, &answer);
  g_test_message ("%s %s: %s, %s", merchant->id, asked.order,
                  till_payment_event_to_string (answer.event), answer.said);
  return answer.event;
}

static char *
seal (const TillMerchant *merchant,
      const TillEmvCard  *card)
{
  g_autoptr (GError) error = NULL;
  char *sealed = till_cms_seal (card, till_merchant_get_card_terms (merchant)->certificate, &error);

  g_assert_no_error (error);
  return sealed;
}

static TillPaymentEvent
tap (Counter            *counter,
     const TillMerchant *merchant,
     const char         *order,
     const TillEmvCard  *card,
     gint64              amount_fen)
{
  g_autofree char *sealed = seal (merchant, card);
  TillAsk asked = make_ask (TILL_CALL_TAP, order, amount_fen, g_get_real_time ());

  asked.card = sealed;
  return ask (counter, merchant, asked);
}

/* As the desk would: asks, and gives up now and then. */
static TillPaymentState
settle (Counter            *counter,
        const TillMerchant *merchant,
        const char         *order,
        TillPaymentEvent    event)
{
  TillPaymentState state = TILL_PAYMENT_ASKED;

  for (guint i = 0; i < 40; i++) {
    gint64 now_us = g_get_real_time ();
    TillEffect effect;

    g_assert_true (till_payment_step (TILL_KIND_TAP, state, event, &state));
    if (till_payment_is_final (state))
      return state;
    effect = till_payment_on_entry (state);
    if (i % 5 == 4 && (state == TILL_PAYMENT_WAITING || state == TILL_PAYMENT_UNSURE))
      event = TILL_EVENT_GIVE_UP;
    else
      event = ask (counter, merchant,
                   make_ask (effect == TILL_EFFECT_QUERY ? TILL_CALL_QUERY : TILL_CALL_REVERSE,
                             order, AMOUNT_FEN, now_us));
  }

  g_assert_not_reached ();
}

/* However a tap goes wrong: in the end the till says paid where, and only where, the acquirer has
 * the money. */
static void
test_sealed_rows (void)
{
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;
  const TillScenario *row;

  counter_open (&counter);
  merchant = counter_merchant (&counter, "sealed");
  for (guint i = 0; (row = till_scenario_get (i)); i++) {
    g_autofree char *order = g_strdup_printf ("261122SEALED%06u", i);
    TillEmvCard card = make_card (AMOUNT_FEN);
    TillPaymentState state;

    if (!(row->calls & (1u << TILL_SANDBOX_CHARGE)))
      continue;
    g_test_message ("%s", row->word);
    shop_plan (counter.shop, "{\"scenario\":\"%s\",\"call\":\"charge\"%s}", row->word,
               row->fault == TILL_FAULT_SLOW ? ",\"after_ms\":1" : "");
    state = settle (&counter, merchant, order, tap (&counter, merchant, order, &card, AMOUNT_FEN));
    g_assert_cmpint (counter_booked_fen (&counter, order), ==,
                     state == TILL_PAYMENT_PAID ? AMOUNT_FEN : 0);
  }
}

static void
test_sealed_refund (void)
{
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;
  TillEmvCard card = make_card (AMOUNT_FEN);
  TillAsk back = make_ask (TILL_CALL_REFUND, "261122BACK000001", 300, g_get_real_time ());

  counter_open (&counter);
  merchant = counter_merchant (&counter, "sealed");
  g_assert_cmpint (tap (&counter, merchant, "261122PAID000001", &card, AMOUNT_FEN), ==,
                   TILL_EVENT_PAID);
  back.kind = TILL_KIND_REFUND;
  back.of = "261122PAID000001";
  back.of_kind = TILL_KIND_TAP;
  back.of_amount_fen = AMOUNT_FEN;
  g_assert_cmpint (ask (&counter, merchant, back), ==, TILL_EVENT_PAID);
  g_assert_cmpint (ask (&counter, merchant, back), ==, TILL_EVENT_PAID);
  g_assert_cmpint (counter_booked_fen (&counter, "261122PAID000001"), ==, AMOUNT_FEN - 300);
  back.call = TILL_CALL_QUERY_REFUND;
  g_assert_cmpint (ask (&counter, merchant, back), ==, TILL_EVENT_PAID);
  back.order = "261122BACK000002";
  g_assert_cmpint (ask (&counter, merchant, back), ==, TILL_EVENT_ABSENT);
}

/* The amount chooses the scenario where nobody plans one. */
static void
test_sealed_amounts (void)
{
  static const struct {
    gint64           amount_fen;
    TillPaymentEvent event;
  } cases[] = {
    { 8800, TILL_EVENT_PAID }, { 8823, TILL_EVENT_REFUSED }, { 8811, TILL_EVENT_WAIT },
    { 8860, TILL_EVENT_LOST }, { 8723, TILL_EVENT_PAID }, { 8923, TILL_EVENT_PAID },
  };
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;

  counter_open (&counter);
  merchant = counter_merchant (&counter, "sealed");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *order = g_strdup_printf ("261122AMOUNT%06u", i);
    TillEmvCard card = make_card (cases[i].amount_fen);

    g_assert_cmpint (tap (&counter, merchant, order, &card, cases[i].amount_fen), ==,
                     cases[i].event);
  }
}

/* What no issuer would take is not booked: another amount than the card was told, no request for
 * going online, a card that has expired, another scheme's, the same tap twice. */
static void
test_sealed_bad_cards (void)
{
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;
  TillEmvCard cards[5];

  counter_open (&counter);
  merchant = counter_merchant (&counter, "sealed");
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++)
    cards[i] = make_card (i == 0 ? AMOUNT_FEN + 1 : AMOUNT_FEN);
  cards[1].field_55[13] = 0x40;
  strcpy (cards[2].track_2, "6210948000000029D20122200000012300");
  strcpy (cards[3].track_2, "4111111111111111D30122200000012300");
  g_assert_cmpint (tap (&counter, merchant, "261122TAPPED000000", &cards[4], AMOUNT_FEN), ==,
                   TILL_EVENT_PAID);

  for (guint i = 0; i < G_N_ELEMENTS (cards); i++) {
    g_autofree char *order = g_strdup_printf ("261122BADCARD%06u", i);

    g_assert_cmpint (tap (&counter, merchant, order, &cards[i], AMOUNT_FEN), ==,
                     TILL_EVENT_REFUSED);
    g_assert_cmpint (counter_booked_fen (&counter, order), ==, 0);
  }
}

/* ISO 8583: what till-reader does, in a thread beside the sandbox. */

static const guint8 token_key[TILL_TOKEN_KEY] = { 3, 1, 4 };

typedef struct {
  TillExchange   exchange;
  int            fd;
  TillExchanged  exchanged;
  int            is_done;   /* atomic */
} Carried;

static int
connect_to (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketAddress) address =
    g_inet_socket_address_new_from_string ("127.0.0.1", (guint) g_uri_get_port (uri));
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, NULL);

  g_assert_true (g_socket_connect (socket, address, NULL, NULL));
  return dup (g_socket_get_fd (socket));
}

static gpointer
carry (gpointer data)
{
  Carried *carried = data;

  till_exchange_perform (&carried->exchange, carried->fd, &carried->exchanged);
  g_atomic_int_set (&carried->is_done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static TillHttpReply *
read_exchanged (const TillExchanged *exchanged)
{
  static const struct {
    const char      *word;
    TillHttpOutcome  outcome;
  } outcomes[] = {
    { "ok", TILL_HTTP_OK }, { "cut-off", TILL_HTTP_CUT_OFF }, { "timeout", TILL_HTTP_TIMEOUT },
    { "too-large", TILL_HTTP_TOO_LARGE }, { "no-network", TILL_HTTP_NO_NETWORK },
  };
  TillHttpReply *reply = till_http_reply_new (TILL_HTTP_FAULT);

  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    if (strcmp (outcomes[i].word, exchanged->outcome) == 0)
      reply->outcome = outcomes[i].outcome;
  reply->sent = exchanged->sent;
  reply->status = exchanged->status;
  g_bytes_unref (reply->body);
  reply->body = g_bytes_ref (exchanged->body);
  return reply;
}

static TillHttpReply *
send_through_reader (const TillHttpRequest *request)
{
  gsize n_mac_key;
  const guint8 *mac_key = g_bytes_get_data (request->card_mac_key, &n_mac_key);
  gsize n_body;
  const guint8 *body = g_bytes_get_data (request->body, &n_body);
  Carried carried = {
    .exchange = {
      .url = request->url, .headers = (const char *const *) request->headers,
      .body = body, .n_body = n_body, .token = request->card_token, .key = token_key,
      .mac_key = mac_key, .n_mac_key = n_mac_key, .ca_file = request->ca_file,
      .timeout_ms = request->total_timeout_ms,
    },
    .fd = connect_to (request->url),
  };
  GThread *thread = g_thread_new ("reader", carry, &carried);
  TillHttpReply *reply;

  while (!g_atomic_int_get (&carried.is_done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  reply = read_exchanged (&carried.exchanged);
  till_exchanged_clear (&carried.exchanged);
  return reply;
}

static void
sign_in (Counter      *counter,
         TillMerchant *merchant)
{
  TillAsk asked = { .call = TILL_CALL_KEYS, .nonce = NONCE, .now_us = g_get_real_time () };
  g_autoptr (TillHttpReply) reply = counter_send (counter, merchant, &asked);
  g_autoptr (GError) error = NULL;

  merchant->acquirer->take_keys (merchant, &asked, reply, &error);
  g_assert_no_error (error);
}

/* A payment as the desk knows it. */
typedef struct {
  const char *order;
  char       *keep;
  char       *ref;
} Paid;

static void
paid_clear (Paid *paid)
{
  g_clear_pointer (&paid->keep, g_free);
  g_clear_pointer (&paid->ref, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Paid, paid_clear)

/* Asks, signs in before where it is due, and keeps what the answer says. */
static TillPaymentEvent
ask_host (Counter      *counter,
          TillMerchant *merchant,
          TillAsk       asked,
          Paid         *paid)
{
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (TillHttpReply) reply = NULL;
  g_auto (TillAnswer) answer = { 0 };

  if (merchant->acquirer->keys_are_due (merchant->keys, asked.now_us))
    sign_in (counter, merchant);
  asked.keep = paid->keep;
  request = till_acquirer_build (merchant, &asked, NULL);
  g_assert_nonnull (request);
  reply = request->card_token ? send_through_reader (request)
                              : counter_send (counter, merchant, &asked);
  till_acquirer_read (merchant, &asked, reply, &answer);
  g_test_message ("%s: %s %s, %s", asked.order, till_payment_event_to_string (answer.event),
                  till_reason_to_word (answer.reason), answer.said);
  if (answer.keep) {
    g_free (paid->keep);
    paid->keep = g_strdup (answer.keep);
  }
  if (answer.acquirer_ref) {
    g_free (paid->ref);
    paid->ref = g_strdup (answer.acquirer_ref);
  }
  return answer.event;
}

static TillAsk
host_ask (TillCall    call,
          const char *order,
          gint64      amount_fen)
{
  TillAsk asked = make_ask (call, order, amount_fen, g_get_real_time ());

  asked.trace = n_taps;
  return asked;
}

static TillPaymentEvent
tap_host (Counter      *counter,
          TillMerchant *merchant,
          gint64        amount_fen,
          Paid         *paid)
{
  TillEmvCard card = make_card (amount_fen);
  g_autofree char *token = till_token_seal (&card, token_key, NULL);
  TillAsk asked = host_ask (TILL_CALL_TAP, paid->order, amount_fen);

  if (merchant->acquirer->keys_are_due (merchant->keys, asked.now_us))
    sign_in (counter, merchant);
  asked.card = token;
  paid->keep = till_acquirer_first_keep (merchant, &asked, NULL);
  return ask_host (counter, merchant, asked, paid);
}

/* Batch and trace number are the order's number there. */
static gint64
host_booked_fen (Counter    *counter,
                 const Paid *paid)
{
  g_autofree char *number = g_strdup_printf ("%.6s%.6s", paid->keep, paid->keep + 7);

  return counter_booked_fen (counter, number);
}

/* The desk believes that nothing is there to reverse when nothing can come any more: here at
 * once. */
static TillPaymentEvent
reverse_at_host (Counter      *counter,
                 TillMerchant *merchant,
                 Paid         *paid)
{
  TillPaymentEvent event =
    ask_host (counter, merchant, host_ask (TILL_CALL_REVERSE, paid->order, AMOUNT_FEN), paid);

  return event == TILL_EVENT_ABSENT ? TILL_EVENT_CLOSED : event;
}

static TillPaymentState
settle_at_host (Counter          *counter,
                TillMerchant     *merchant,
                TillPaymentEvent  event,
                Paid             *paid)
{
  TillPaymentState state = TILL_PAYMENT_ASKED;

  for (guint i = 0; i < 10; i++) {
    g_assert_true (till_payment_step (TILL_KIND_TAP, state, event, &state));
    if (till_payment_is_final (state))
      return state;
    event = till_payment_on_entry (state) == TILL_EFFECT_CLOSE
              ? reverse_at_host (counter, merchant, paid) : TILL_EVENT_GIVE_UP;
  }

  g_assert_not_reached ();
}

static void
test_iso8583_rows (void)
{
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;
  const TillScenario *row;

  counter_open (&counter);
  merchant = counter_merchant (&counter, "iso8583");
  for (guint i = 0; (row = till_scenario_get (i)); i++) {
    g_auto (Paid) paid = { .order = "261122ISO8583000001" };
    TillPaymentState state;

    if (!(row->calls & (1u << TILL_SANDBOX_CHARGE)))
      continue;
    g_test_message ("%s", row->word);
    shop_plan (counter.shop, "{\"scenario\":\"%s\",\"call\":\"charge\"%s}", row->word,
               row->fault == TILL_FAULT_SLOW ? ",\"after_ms\":1" : "");
    state = settle_at_host (&counter, merchant, tap_host (&counter, merchant, AMOUNT_FEN, &paid),
                            &paid);
    g_assert_cmpint (host_booked_fen (&counter, &paid), ==,
                     state == TILL_PAYMENT_PAID ? AMOUNT_FEN : 0);
  }
}

/* However a reversal goes wrong, it goes on until it is done. */
static void
test_iso8583_reversals (void)
{
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;
  const TillScenario *row;

  counter_open (&counter);
  merchant = counter_merchant (&counter, "iso8583");
  for (guint i = 0; (row = till_scenario_get (i)); i++) {
    g_auto (Paid) paid = { .order = "261122ISO8583000002" };

    if (!(row->calls & (1u << TILL_SANDBOX_REVERSE)))
      continue;
    g_test_message ("%s", row->word);
    shop_plan (counter.shop, "{\"scenario\":\"lost-booked\",\"call\":\"charge\"}");
    shop_plan (counter.shop, "{\"scenario\":\"%s\",\"call\":\"reverse\",\"times\":2%s}",
               row->word, row->fault == TILL_FAULT_SLOW ? ",\"after_ms\":1" : "");
    g_assert_cmpint (settle_at_host (&counter, merchant,
                                     tap_host (&counter, merchant, AMOUNT_FEN, &paid), &paid),
                     ==, TILL_PAYMENT_FAILED);
    g_assert_cmpint (host_booked_fen (&counter, &paid), ==, 0);
    shop_plan (counter.shop, "{\"clear\":true}");
  }
}

static TillAsk
refund_ask (const Paid *paid,
            gint64      amount_fen)
{
  TillAsk asked = host_ask (TILL_CALL_REFUND, "261122ISO8583BACK01", amount_fen);

  asked.kind = TILL_KIND_REFUND;
  asked.trace = ++n_taps;
  asked.of = paid->order;
  asked.of_kind = TILL_KIND_TAP;
  asked.of_ref = paid->ref;
  asked.of_keep = paid->keep;
  asked.of_amount_fen = AMOUNT_FEN;
  return asked;
}

/* A void of all, refunds of parts, and never more than was paid. */
static void
test_iso8583_refunds (void)
{
  static const struct {
    gint64           fen[3];
    TillPaymentEvent events[3];
    gint64           left_fen;
  } cases[] = {
    { { AMOUNT_FEN }, { TILL_EVENT_PAID }, 0 },
    { { 300, 400, 600 }, { TILL_EVENT_PAID, TILL_EVENT_PAID, TILL_EVENT_REFUSED }, 550 },
  };
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;

  counter_open (&counter);
  merchant = counter_merchant (&counter, "iso8583");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Paid) paid = { .order = "261122ISO8583000003" };
    gint64 given_fen = 0;

    g_assert_cmpint (tap_host (&counter, merchant, AMOUNT_FEN, &paid), ==, TILL_EVENT_PAID);
    for (guint n = 0; n < 3 && cases[i].fen[n]; n++) {
      TillAsk asked = refund_ask (&paid, cases[i].fen[n]);
      g_auto (Paid) back = { .order = asked.order };

      asked.given_back_fen = given_fen;
      back.keep = till_acquirer_first_keep (merchant, &asked, NULL);
      g_assert_cmpint (ask_host (&counter, merchant, asked, &back), ==, cases[i].events[n]);
      given_fen += cases[i].fen[n];
    }
    g_assert_cmpint (host_booked_fen (&counter, &paid), ==, cases[i].left_fen);
  }
}

/* When the host has begun another batch, what is new must be of it, and a sign-in says which it is;
 * what is repeated keeps its number. Of the sale of the batch before nothing is voided any more. */
static void
test_iso8583_batches (void)
{
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;
  g_auto (Paid) paid = { .order = "261122ISO8583000006" };
  g_auto (Paid) early = { .order = "261122ISO8583BACK01" };
  g_auto (Paid) back = { .order = "261122ISO8583BACK01" };
  TillAsk asked;

  counter_open (&counter);
  merchant = counter_merchant (&counter, "iso8583");
  g_assert_cmpint (tap_host (&counter, merchant, AMOUNT_FEN, &paid), ==, TILL_EVENT_PAID);
  shop_plan (counter.shop, "{\"batch\":\"next\"}");

  asked = refund_ask (&paid, AMOUNT_FEN);
  early.keep = till_acquirer_first_keep (merchant, &asked, NULL);
  g_assert_nonnull (strstr (early.keep, " V "));
  g_assert_cmpint (ask_host (&counter, merchant, asked, &early), ==, TILL_EVENT_LOST);
  g_assert_cmpint (host_booked_fen (&counter, &paid), ==, AMOUNT_FEN);

  g_assert_true (merchant->acquirer->keys_are_due (merchant->keys, asked.now_us));
  sign_in (&counter, merchant);
  asked = refund_ask (&paid, AMOUNT_FEN);
  back.keep = till_acquirer_first_keep (merchant, &asked, NULL);
  g_assert_nonnull (strstr (back.keep, " R "));
  g_assert_cmpint (ask_host (&counter, merchant, asked, &back), ==, TILL_EVENT_PAID);
  shop_plan (counter.shop, "{\"batch\":\"next\"}");
  g_assert_cmpint (ask_host (&counter, merchant, asked, &back), ==, TILL_EVENT_PAID);
  g_assert_cmpint (host_booked_fen (&counter, &paid), ==, 0);
}

/* Another till of this number has signed in: one sale is not taken, the next one is. */
static void
test_iso8583_other_keys (void)
{
  g_auto (Counter) counter = { NULL };
  g_autoptr (TillMerchant) merchant = NULL;
  g_autoptr (TillMerchant) other = NULL;
  g_auto (Paid) first = { .order = "261122ISO8583000004" };
  g_auto (Paid) second = { .order = "261122ISO8583000005" };

  counter_open (&counter);
  merchant = counter_merchant (&counter, "iso8583");
  other = counter_merchant (&counter, "iso8583");
  sign_in (&counter, merchant);
  sign_in (&counter, other);
  g_assert_cmpint (settle_at_host (&counter, merchant,
                                   tap_host (&counter, merchant, AMOUNT_FEN, &first), &first),
                   ==, TILL_PAYMENT_FAILED);
  g_assert_cmpint (tap_host (&counter, merchant, AMOUNT_FEN, &second), ==, TILL_EVENT_PAID);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);

  g_test_add_func ("/sandbox-cards/sealed/rows", test_sealed_rows);
  g_test_add_func ("/sandbox-cards/sealed/refund", test_sealed_refund);
  g_test_add_func ("/sandbox-cards/sealed/amounts", test_sealed_amounts);
  g_test_add_func ("/sandbox-cards/sealed/bad-cards", test_sealed_bad_cards);
  g_test_add_func ("/sandbox-cards/iso8583/rows", test_iso8583_rows);
  g_test_add_func ("/sandbox-cards/iso8583/reversals", test_iso8583_reversals);
  g_test_add_func ("/sandbox-cards/iso8583/refunds", test_iso8583_refunds);
  g_test_add_func ("/sandbox-cards/iso8583/batches", test_iso8583_batches);
  g_test_add_func ("/sandbox-cards/iso8583/other-keys", test_iso8583_other_keys);

  return g_test_run ();
}
