/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "window-fixture.h"

/* Cards and phones at the reader, as the clerk sees them. */

typedef WindowFixture F;

/* A contract that takes tapped cards. */
static void
take_taps (F *f)
{
  window_close (f);
  desk_fixture_add (&f->desk, "sealed-words", "cards", 0);
  window_open (f);
}

/* A card that refuses itself was not charged: the next may be tapped, and is. */
static void
test_tap (F            *f,
          gconstpointer data)
{
  assert_shown (f, "Amount to pay");
  assert_not_shown (f, "Tap card or phone");
  take_taps (f);
  assert_shown (f, "Tap card or phone");
  window_assert_fits (f);
  window_act (f, "tap", NULL);
  assert_shown (f, "Enter the amount first, then tap the card or phone.");
  window_type (f, "12.50");
  window_act (f, "tap", NULL);
  assert_shown (f, "Hold the card or the phone to the reader.");
  assert_shown (f, "¥12.50");
  window_assert_fits (f);
  till_wired_tap_set_state (f->desk.tap, TILL_TAP_READING);
  assert_shown (f, "Hold it still.");

  till_wired_tap_refuse (f->desk.tap, TILL_REASON_CARD_PIN);
  assert_shown (f, "The card wants a PIN");
  assert_shown (f, "Hold the card or the phone to the reader.");
  window_assert_fits (f);
  desk_fixture_answer (&f->desk, "TAP", "paid ref=1 brand=unionpay");
  till_wired_tap_touch (f->desk.tap);
  assert_shown (f, "Paid");
  assert_shown (f, "¥12.50");
  assert_shown (f, "Take the card away.");
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
}

/* "Hold it still" and "take it away" are heard, each once for a card; so is a card that moved. */
static void
test_tap_bells (F            *f,
                gconstpointer data)
{
  static const struct {
    TillTapState state;
    guint        n_bells;
  } moments[] = {
    { TILL_TAP_WAITING, 0 }, { TILL_TAP_READING, 1 }, { TILL_TAP_READING, 0 },
    { TILL_TAP_AGAIN, 1 },   { TILL_TAP_READING, 1 }, { TILL_TAP_WAITING, 0 },
    { TILL_TAP_REMOVE, 1 },  { TILL_TAP_WAITING, 0 }, { TILL_TAP_ABSENT, 0 },
    { TILL_TAP_STARTING, 0 }, { TILL_TAP_READING, 1 },
  };

  take_taps (f);
  window_type (f, "7");
  window_act (f, "tap", NULL);
  window_take_n_bells ();
  for (guint i = 0; i < G_N_ELEMENTS (moments); i++) {
    till_wired_tap_set_state (f->desk.tap, moments[i].state);
    desk_fixture_settle ();
    g_test_message ("%u: %s", i, till_tap_state_to_word (moments[i].state));
    g_assert_cmpuint (window_take_n_bells (), ==, moments[i].n_bells);
  }
  desk_fixture_late (&f->desk, "TAP", "paid ref=1", 2000);
  till_wired_tap_touch (f->desk.tap);
  desk_fixture_settle ();
  g_assert_cmpuint (window_take_n_bells (), ==, 1);
  assert_shown (f, "Take the card away.");
  desk_fixture_pass (&f->desk, 3000);
  assert_shown (f, "Paid");
}

/* After two taps in vain the clerk is back at the amount, and may show a code. */
static void
test_tap_twice_in_vain (F            *f,
                        gconstpointer data)
{
  take_taps (f);
  window_type (f, "7");
  window_act (f, "tap", NULL);
  till_wired_tap_refuse (f->desk.tap, TILL_REASON_CARD_LOCKED);
  assert_shown (f, "The phone is locked");
  till_wired_tap_refuse (f->desk.tap, TILL_REASON_CARD_SIGNATURE);
  assert_shown (f, "The card wants a signature");
  assert_shown (f, "¥7");
  assert_shown (f, "Scan payment code");
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
}

/* Whatever else the clerk does, no card is charged any more; and a reader that is not there is no
 * reason not to sell. */
static void
test_tap_given_up (F            *f,
                   gconstpointer data)
{
  take_taps (f);
  window_type (f, "7");
  window_act (f, "tap", NULL);
  window_act (f, "back", NULL);
  desk_fixture_settle ();
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
  assert_shown (f, "¥7");

  window_act (f, "tap", NULL);
  till_wired_tap_set_state (f->desk.tap, TILL_TAP_ABSENT);
  assert_shown (f, "The card reader is not plugged in.");
  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  window_scan (f, WECHAT_CODE);
  assert_shown (f, "Paid");
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
}

static void
show_code (F          *f,
           const char *text)
{
  g_autofree char *answer = g_strconcat ("wait not-scanned text=", text, NULL);

  window_type (f, "12.50");
  desk_fixture_answer (&f->desk, "ORDER", answer);
  window_act (f, "collect", "wechat");
  assert_shown (f, "Waiting for the customer");
}

/* Beside a code a card is waited for, too: the code is ended first, then the card is charged. */
static void
test_tap_beside_code (F            *f,
                      gconstpointer data)
{
  take_taps (f);
  show_code (f, "weixin://wxpay/bizpayurl?pr=1");
  assert_shown (f, "Or hold a card or a phone to the reader.");
  assert_shown (f, "Scan with WeChat");
  window_assert_fits (f);
  till_wired_tap_set_state (f->desk.tap, TILL_TAP_READING);
  assert_shown (f, "Hold it still.");
  till_wired_tap_refuse (f->desk.tap, TILL_REASON_CARD_PIN);
  assert_shown (f, "The card wants a PIN");
  assert_shown (f, "Scan with WeChat");
  till_wired_tap_set_state (f->desk.tap, TILL_TAP_ABSENT);
  assert_not_shown (f, "The card reader is not plugged in.");
  assert_shown (f, "Scan with WeChat");
  till_wired_tap_set_state (f->desk.tap, TILL_TAP_BUSY);
  assert_shown (f, "Another program");
  window_assert_fits (f);

  desk_fixture_late (&f->desk, "CLOSE", "close-done", 3000);
  window_take_n_bells ();
  till_wired_tap_touch (f->desk.tap);
  desk_fixture_pass (&f->desk, 1000);
  g_assert_cmpuint (window_take_n_bells (), ==, 1);
  assert_shown (f, "Card read — the code is being ended");
  assert_shown (f, "The card was read and may be taken away.");
  assert_not_shown (f, "Scan with WeChat");
  window_assert_fits (f);
  desk_fixture_answer (&f->desk, "QUERY", "closed");
  desk_fixture_late (&f->desk, "TAP", "paid ref=1 brand=unionpay", 2000);
  desk_fixture_pass (&f->desk, 3000);
  assert_shown (f, "Charging…");
  assert_not_shown (f, "Not paid");
  assert_not_shown (f, "Scan with WeChat");
  desk_fixture_pass (&f->desk, 3000);
  assert_shown (f, "Paid");
  assert_shown (f, "¥12.50");
  g_assert_cmpuint (till_wired_tap_get_n_reads (f->desk.tap), ==, 2);
}

/* Whoever leaves the code leaves the reader alone; a new code has it again. */
static void
test_tap_beside_code_left (F            *f,
                           gconstpointer data)
{
  take_taps (f);
  show_code (f, "weixin://wxpay/bizpayurl?pr=1");
  g_assert_true (till_wired_tap_is_waiting (f->desk.tap));
  desk_fixture_answer (&f->desk, "CLOSE", "close-done");
  desk_fixture_answer (&f->desk, "QUERY", "closed");
  window_act (f, "back", NULL);
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
  desk_fixture_pass (&f->desk, 1000);
  assert_shown (f, "Not paid");

  window_act (f, "next", NULL);
  show_code (f, "weixin://wxpay/bizpayurl?pr=2");
  g_assert_true (till_wired_tap_is_waiting (f->desk.tap));
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "Paid");
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
}

/* The code was paid while the card was read. */
static void
test_tap_beside_paid_code (F            *f,
                           gconstpointer data)
{
  take_taps (f);
  show_code (f, "weixin://wxpay/bizpayurl?pr=1");
  desk_fixture_answer (&f->desk, "CLOSE", "close-refused");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  till_wired_tap_touch (f->desk.tap);
  desk_fixture_pass (&f->desk, 6000);
  assert_shown (f, "Paid");
  assert_shown (f, "The code was paid at the same moment. The card was not charged");
}

/* A card was read and the clerk cancels all the same: nothing is charged. */
static void
test_tap_beside_cancelled (F            *f,
                           gconstpointer data)
{
  take_taps (f);
  show_code (f, "weixin://wxpay/bizpayurl?pr=1");
  desk_fixture_late (&f->desk, "CLOSE", "close-done", 3000);
  desk_fixture_answer (&f->desk, "QUERY", "closed");
  till_wired_tap_touch (f->desk.tap);
  desk_fixture_pass (&f->desk, 1000);
  window_act (f, "cancel", NULL);
  desk_fixture_pass (&f->desk, 6000);
  assert_shown (f, "Not paid");
}

/* The reader opens the code on phones: the very one that is on the screen, and none after it. */
static void
test_link_beside_code (F            *f,
                       gconstpointer data)
{
  window_configure (f, "[nfc]\nbeside-code=link\nreader=pn532_uart:/dev/ttyUSB0:115200");
  show_code (f, "https://pay.example.cn/c/8F3KQ2");
  g_assert_cmpstr (till_wired_tap_get_shown (f->desk.tap), ==, "https://pay.example.cn/c/8F3KQ2");
  assert_shown (f, "Hold the phone to the reader to open the code.");
  window_assert_fits (f);
  g_signal_emit_by_name (f->desk.tap, "was-read");
  assert_shown (f, "A phone has opened the code. The customer pays there.");

  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "Paid");
  g_assert_null (till_wired_tap_get_shown (f->desk.tap));
}

int
main (int   argc,
      char *argv[])
{
  window_init (&argc, &argv);

  window_add ("/window/tap", test_tap);
  window_add ("/window/tap/in-vain", test_tap_twice_in_vain);
  window_add ("/window/tap/given-up", test_tap_given_up);
  window_add ("/window/tap/bells", test_tap_bells);
  window_add ("/window/tap/beside-code", test_tap_beside_code);
  window_add ("/window/tap/beside-code/left", test_tap_beside_code_left);
  window_add ("/window/tap/beside-code/paid", test_tap_beside_paid_code);
  window_add ("/window/tap/beside-code/cancelled", test_tap_beside_cancelled);
  window_add ("/window/tap/link", test_link_beside_code);

  return g_test_run ();
}
