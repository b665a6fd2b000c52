/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-counter.h"

#include <string.h>

#include "code/bcd.h"
#include "code/emv-card.h"
#include "reader/cms.h"
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

static gint64
ledger_fen (Counter    *counter,
            const char *order,
            const char *member)
{
  g_autoptr (Reply) ledger = shop_send (counter->shop, "GET", "/sandbox/ledger", NULL, NULL);
  JsonArray *orders = json_object_get_array_member (ledger->json, "orders");

  for (guint i = 0; i < json_array_get_length (orders); i++) {
    JsonObject *entry = json_array_get_object_element (orders, i);

    if (strcmp (json_object_get_string_member (entry, "order"), order) == 0)
      return json_object_get_int_member (entry, member);
  }

  return 0;
}

static gint64
booked_fen (Counter    *counter,
            const char *order)
{
  return ledger_fen (counter, order, "paid_fen") - ledger_fen (counter, order, "given_back_fen");
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
    g_assert_cmpint (booked_fen (&counter, order), ==,
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
  g_assert_cmpint (booked_fen (&counter, "261122PAID000001"), ==, AMOUNT_FEN - 300);
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
    g_assert_cmpint (booked_fen (&counter, order), ==, 0);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-cards/sealed/rows", test_sealed_rows);
  g_test_add_func ("/sandbox-cards/sealed/refund", test_sealed_refund);
  g_test_add_func ("/sandbox-cards/sealed/amounts", test_sealed_amounts);
  g_test_add_func ("/sandbox-cards/sealed/bad-cards", test_sealed_bad_cards);

  return g_test_run ();
}
