/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/sign-in.h"

#include <glib/gstdio.h>
#include <string.h>

#include "desk-fixture.h"
#include "desk/tapping.h"

#define AMOUNT_FEN 1250
#define ORDER      "20261122TAPTAPTAPTAP"

static TillTapping *
begin (DeskFixture *fixture)
{
  const TillTicket ticket = { .order = ORDER };
  g_autoptr (GError) error = NULL;
  TillTapping *tapping = till_desk_tap (fixture->desk, AMOUNT_FEN, NULL, 0, &ticket, &error);

  g_assert_no_error (error);

  return tapping;
}

static TillPaymentState
state_of (TillTapping *tapping)
{
  return till_sale_item_get_state (till_tapping_get_item (tapping));
}

/* A terminal signs in before its first message of the day is written down: its row keeps the day's
 * batch. Where that fails the message goes out as it can. */
static void
test_tap (void)
{
  static const gboolean answered[] = { TRUE, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (answered); i++) {
    g_autoptr (TillTapping) tapping = NULL;
    const TillSale *sale;
    DeskFixture fixture;

    desk_fixture_set_up (&fixture);
    desk_fixture_add (&fixture, "terminal-words", "cards", 0);
    if (answered[i])
      desk_fixture_late (&fixture, "KEYS", "paid", 3000);
    else
      desk_fixture_silence (&fixture, "KEYS", FALSE);
    tapping = begin (&fixture);
    till_wired_tap_touch (fixture.tap);
    desk_fixture_settle ();
    if (answered[i]) {
      g_assert_null (till_tapping_get_item (tapping));
      g_assert_false (till_tapping_is_over (tapping));
    }
    desk_fixture_answer (&fixture, "TAP", "paid ref=42");
    desk_fixture_pass (&fixture, 20000);
    g_assert_cmpint (state_of (tapping), ==, TILL_PAYMENT_PAID);
    sale = till_sale_item_get_sale (till_tapping_get_item (tapping));
    g_assert_true (g_str_has_prefix (till_sale_get_paid (sale)->keep,
                                     answered[i] ? "signed " : "unsigned "));
    g_clear_object (&tapping);
    desk_fixture_tear_down (&fixture);
  }
}

/* A card that was waited for since yesterday is of today's batch. */
static void
test_tap_over_midnight (void)
{
  g_autoptr (TillTapping) tapping = NULL;
  TillMerchant *merchant;
  DeskFixture fixture;

  desk_fixture_set_up (&fixture);
  merchant = desk_fixture_add (&fixture, "terminal-words", "cards", 0);
  desk_fixture_answer (&fixture, "KEYS", "paid");
  tapping = begin (&fixture);
  desk_fixture_pass (&fixture, 2 * 60 * 1000);
  g_assert_nonnull (merchant->keys);
  merchant->keys = NULL;
  desk_fixture_late (&fixture, "KEYS", "paid", 3000);
  till_wired_tap_touch (fixture.tap);
  desk_fixture_settle ();
  g_assert_null (till_tapping_get_item (tapping));
  desk_fixture_answer (&fixture, "TAP", "paid ref=42");
  desk_fixture_pass (&fixture, 20000);
  g_assert_cmpint (state_of (tapping), ==, TILL_PAYMENT_PAID);
  g_assert_true (g_str_has_prefix (
    till_sale_get_paid (till_sale_item_get_sale (till_tapping_get_item (tapping)))->keep,
    "signed "));
  desk_fixture_tear_down (&fixture);
}

/* A shop that opens signs its terminals in, once. */
static void
test_at_opening (void)
{
  TillMerchant *merchant;
  DeskFixture fixture;

  desk_fixture_set_up (&fixture);
  merchant = desk_fixture_add (&fixture, "terminal-words", "cards", 0);
  desk_fixture_answer (&fixture, "KEYS", "paid");
  desk_fixture_answer (&fixture, "KEYS", "paid");
  till_desk_keep_fresh (fixture.desk);
  till_desk_keep_fresh (fixture.desk);
  desk_fixture_pass (&fixture, 1000);
  g_assert_nonnull (merchant->keys);
  g_assert_cmpuint (till_fake_http_get_n_requests (fixture.http), ==, 2);
  desk_fixture_tear_down (&fixture);
}

/* Who turns away, or shuts the shop, while the terminal signs in charges nobody. */
static void
test_tap_given_up (void)
{
  for (guint i = 0; i < 3; i++) {
    TillTapping *tapping;
    DeskFixture fixture;

    desk_fixture_set_up (&fixture);
    desk_fixture_add (&fixture, "terminal-words", "cards", 0);
    desk_fixture_late (&fixture, "KEYS", "paid", 3000);
    tapping = begin (&fixture);
    till_wired_tap_touch (fixture.tap);
    desk_fixture_settle ();
    if (i == 0)
      till_tapping_cancel (tapping);
    else if (i == 1)
      g_clear_object (&tapping);
    else
      till_desk_close (fixture.desk);
    desk_fixture_pass (&fixture, 10000);
    g_assert_true (!tapping || till_tapping_get_reason (tapping) == TILL_REASON_CANCELLED);
    g_clear_object (&tapping);
    desk_fixture_tear_down (&fixture);
  }
}

/* A tap of yesterday; the keys of today are still to come. */
static TillMerchant *
sell_yesterday (DeskFixture *fixture)
{
  TillMerchant *merchant;
  g_autoptr (TillTapping) tapping = NULL;

  desk_fixture_set_up (fixture);
  merchant = desk_fixture_add (fixture, "terminal-words", "cards", 0);
  desk_fixture_answer (fixture, "KEYS", "paid");
  desk_fixture_answer (fixture, "TAP", "paid ref=42");
  tapping = begin (fixture);
  till_wired_tap_touch (fixture->tap);
  desk_fixture_pass (fixture, 2 * 60 * 1000);
  g_assert_cmpint (state_of (tapping), ==, TILL_PAYMENT_PAID);
  merchant->keys = NULL;

  return merchant;
}

static TillSaleItem *
give_back (DeskFixture *fixture,
           gint64       amount_fen)
{
  g_autoptr (GError) error = NULL;
  TillSaleItem *item = till_desk_refund (fixture->desk, ORDER, amount_fen, NULL, &error);

  g_assert_no_error (error);

  return item;
}

static const TillPayment *
find_refund (TillSaleItem *item,
             guint         n)
{
  const TillSale *sale = till_sale_item_get_sale (item);

  return n < sale->payments->len - 1 ? g_ptr_array_index (sale->payments, n + 1) : NULL;
}

/* A refund after midnight is of the new day's batch, though nobody tapped yet: its row waits for
 * the keys, and counts as asked meanwhile. Where they do not come it goes out as it can. */
static void
test_refund (void)
{
  static const gboolean answered[] = { TRUE, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (answered); i++) {
    g_autoptr (TillSaleItem) item = NULL;
    g_autoptr (TillSaleItem) second = NULL;
    g_autoptr (GError) error = NULL;
    DeskFixture fixture;

    sell_yesterday (&fixture);
    if (answered[i])
      desk_fixture_late (&fixture, "KEYS", "paid", 3000);
    else
      desk_fixture_silence (&fixture, "KEYS", FALSE);
    desk_fixture_answer (&fixture, "REFUND", "paid ref=43");
    item = give_back (&fixture, 0);
    desk_fixture_pass (&fixture, 1000);
    g_assert_null (find_refund (item, 0));
    g_assert_true (till_desk_is_busy (fixture.desk, item));
    g_assert_true (till_desk_is_beginning (fixture.desk, item));
    second = till_desk_refund (fixture.desk, ORDER, 1, NULL, &error);
    g_assert_error (error, TILL_REFUSAL, TILL_REASON_ALL_GIVEN_BACK);

    desk_fixture_pass (&fixture, 20000);
    g_assert_false (till_desk_is_busy (fixture.desk, item));
    g_assert_cmpint (find_refund (item, 0)->state, ==, TILL_PAYMENT_PAID);
    g_assert_true (g_str_has_prefix (find_refund (item, 0)->keep,
                                     answered[i] ? "signed " : "unsigned "));
    desk_fixture_tear_down (&fixture);
  }
}

/* Who comes while others sign in waits with them: one sign-in for all. */
static void
test_together (void)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) same = NULL;
  g_autoptr (TillTapping) tapping = NULL;
  DeskFixture fixture;
  guint n_before;

  sell_yesterday (&fixture);
  n_before = till_fake_http_get_n_requests (fixture.http);
  /* WeChat's, for which nobody waits, are fetched at the opening too. */
  desk_fixture_answer (&fixture, "KEYS", "paid");
  desk_fixture_late (&fixture, "KEYS", "paid", 3000);
  /* Rows of one sale are written one at a time. */
  desk_fixture_answer (&fixture, "REFUND", "paid ref=43");
  desk_fixture_answer (&fixture, "TAP", "paid ref=45");
  desk_fixture_answer (&fixture, "REFUND", "paid ref=44");
  till_desk_keep_fresh (fixture.desk);
  item = give_back (&fixture, 250);
  same = give_back (&fixture, 1000);
  g_assert_true (same == item);
  tapping = till_desk_tap (fixture.desk, AMOUNT_FEN, NULL, 0, NULL, NULL);
  till_wired_tap_touch (fixture.tap);
  desk_fixture_pass (&fixture, 20000);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpint (find_refund (item, i)->state, ==, TILL_PAYMENT_PAID);
    g_assert_true (g_str_has_prefix (find_refund (item, i)->keep, "signed "));
  }
  g_assert_cmpint (state_of (tapping), ==, TILL_PAYMENT_PAID);
  g_assert_cmpuint (till_fake_http_get_n_requests (fixture.http) - n_before, ==, 5);
  desk_fixture_tear_down (&fixture);
}

/* A shop that shuts meanwhile has not given back; a disk that is full is told. */
static void
test_refund_given_up (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (TillSaleItem) item = NULL;
    g_autofree char *folder = NULL;
    DeskFixture fixture;

    sell_yesterday (&fixture);
    desk_fixture_late (&fixture, "KEYS", "paid", 3000);
    item = give_back (&fixture, 0);
    folder = g_build_filename (fixture.dir, "taps", NULL);
    if (i == 0) {
      till_desk_close (fixture.desk);
    } else {
      g_autofree char *traces = g_build_filename (folder, "cards.trace", NULL);

      g_assert_cmpint (g_remove (traces), ==, 0);
      g_assert_cmpint (g_mkdir (traces, 0700), ==, 0);
    }
    desk_fixture_pass (&fixture, 10000);
    g_assert_null (find_refund (item, 0));
    if (i == 1) {
      g_assert_nonnull (till_sale_item_get_fault (item));
      g_assert_false (till_desk_is_busy (fixture.desk, item));
    }
    desk_fixture_tear_down (&fixture);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);

  g_test_add_func ("/sign-in/tap", test_tap);
  g_test_add_func ("/sign-in/tap/over-midnight", test_tap_over_midnight);
  g_test_add_func ("/sign-in/tap/given-up", test_tap_given_up);
  g_test_add_func ("/sign-in/at-opening", test_at_opening);
  g_test_add_func ("/sign-in/refund", test_refund);
  g_test_add_func ("/sign-in/refund/given-up", test_refund_given_up);
  g_test_add_func ("/sign-in/together", test_together);

  return g_test_run ();
}
