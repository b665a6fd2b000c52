/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/tapping.h"

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#include "desk-fixture.h"
#include "desk/books.h"
#include "store/taps.h"

#define AMOUNT_FEN 1250
#define ORDER      "20261122TAPTAPTAPTAP"

/* Which contract takes the card: "sealed-words" or "token-words". */
static void
set_up (DeskFixture   *fixture,
        gconstpointer  type)
{
  desk_fixture_set_up (fixture);
  desk_fixture_add (fixture, type, "cards", 0);
}

static void
tear_down (DeskFixture   *fixture,
           gconstpointer  type)
{
  desk_fixture_tear_down (fixture);
}

static gboolean
uses_token (gconstpointer type)
{
  return strcmp (type, "token-words") == 0;
}

static TillTapping *
begin (DeskFixture *fixture)
{
  const TillTicket ticket = { .order = ORDER };
  g_autoptr (GError) error = NULL;
  TillTapping *tapping = till_desk_tap (fixture->desk, AMOUNT_FEN, NULL, 0, &ticket, &error);

  g_assert_no_error (error);

  return tapping;
}

static void
assert_key (DeskFixture *fixture,
            gboolean     is_there)
{
  g_autoptr (GBytes) key = till_taps_load_key (fixture->dir, ORDER, NULL);

  g_assert_cmpint (key != NULL, ==, is_there);
}

static TillPaymentState
state_of (TillTapping *tapping)
{
  return till_sale_item_get_state (till_tapping_get_item (tapping));
}

/* Nothing in the profile's folder says more of the card than may be printed. */
static void
test_paid (DeskFixture   *fixture,
           gconstpointer  type)
{
  g_autoptr (TillTapping) tapping = begin (fixture);
  const TillSale *sale;

  g_assert_false (till_tapping_is_over (tapping));
  g_assert_cmpint (till_tapping_get_state (tapping), ==, TILL_TAP_WAITING);
  g_assert_cmpint (till_wired_tap_get_amount (fixture->tap), ==, AMOUNT_FEN);
  g_assert_cmpstr (till_wired_tap_get_reader (fixture->tap), ==, "auto");

  desk_fixture_answer (fixture, "TAP " ORDER " 1250", "paid ref=42 brand=jd");
  till_wired_tap_touch (fixture->tap);
  desk_fixture_settle ();

  g_assert_true (till_tapping_is_over (tapping));
  g_assert_cmpint (state_of (tapping), ==, TILL_PAYMENT_PAID);
  sale = till_sale_item_get_sale (till_tapping_get_item (tapping));
  g_assert_cmpint (sale->kind, ==, TILL_KIND_TAP);
  g_assert_cmpint (sale->brand, ==, TILL_BRAND_JD);
  g_assert_cmpstr (sale->order, ==, ORDER);
  g_assert_true (till_fake_http_body_contains (fixture->http, 0, uses_token (type)
                                                                 ? "card=- number=621094******0029"
                                                                 : "card=c2VhbGVkIGNhcmQ="));
  assert_key (fixture, FALSE);
}

/* What the card or the reader ends is written nowhere, and sent to nobody. */
static void
test_refused (DeskFixture   *fixture,
              gconstpointer  type)
{
  static const TillReason reasons[] = {
    TILL_REASON_CARD_PIN, TILL_REASON_CARD_SIGNATURE, TILL_REASON_CARD_LIMIT,
    TILL_REASON_CARD_DECLINED, TILL_REASON_CARD_OFFLINE, TILL_REASON_CARD_FOREIGN,
    TILL_REASON_CARD_LOCKED, TILL_REASON_CARD_MOVED,
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    g_autoptr (TillTapping) tapping = begin (fixture);
    g_autoptr (TillSaleItem) none = NULL;

    till_wired_tap_refuse (fixture->tap, reasons[i]);
    desk_fixture_settle ();
    g_assert_true (till_tapping_is_over (tapping));
    g_assert_cmpint (till_tapping_get_reason (tapping), ==, reasons[i]);
    g_assert_null (till_tapping_get_item (tapping));
    none = till_desk_find (fixture->desk, ORDER, NULL);
    g_assert_null (none);
    assert_key (fixture, FALSE);
  }

  g_assert_cmpuint (till_fake_http_get_n_requests (fixture->http), ==, 0);
}

static void
test_ended (DeskFixture   *fixture,
            gconstpointer  type)
{
  static const struct {
    TillTapOutcome outcome;
    TillTapState   fault;
    TillReason     reason;
  } cases[] = {
    { TILL_TAP_NO_CARD, TILL_TAP_OFF, TILL_REASON_CARD_ABSENT },
    { TILL_TAP_CANCELLED, TILL_TAP_OFF, TILL_REASON_CANCELLED },
    { TILL_TAP_FAILED, TILL_TAP_ABSENT, TILL_REASON_NONE },
    { TILL_TAP_FAILED, TILL_TAP_FAULT, TILL_REASON_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillTapping) tapping = begin (fixture);

    till_wired_tap_end (fixture->tap, cases[i].outcome, cases[i].fault);
    desk_fixture_settle ();
    g_assert_true (till_tapping_is_over (tapping));
    g_assert_cmpint (till_tapping_get_reason (tapping), ==, cases[i].reason);
    g_assert_cmpint (till_tapping_get_state (tapping), ==, cases[i].fault);
    g_assert_null (till_tapping_get_item (tapping));
  }
}

/* Who turned away is not charged, though the card was read in that moment. */
static void
test_cancelled_in_time (DeskFixture   *fixture,
                        gconstpointer  type)
{
  g_autoptr (TillTapping) tapping = begin (fixture);

  till_wired_tap_touch (fixture->tap);
  till_tapping_cancel (tapping);
  desk_fixture_settle ();
  g_assert_cmpint (till_tapping_get_reason (tapping), ==, TILL_REASON_CANCELLED);
  g_assert_null (till_tapping_get_item (tapping));
}

/* A desk that was shut charges nobody. */
static void
test_shut (DeskFixture   *fixture,
           gconstpointer  type)
{
  g_autoptr (TillTapping) tapping = begin (fixture);

  till_wired_tap_touch (fixture->tap);
  till_desk_close (fixture->desk);
  desk_fixture_settle ();
  g_assert_cmpint (till_tapping_get_reason (tapping), ==, TILL_REASON_CANCELLED);
}

/* The same number charges once, whatever became of it. */
static void
test_same_number (DeskFixture   *fixture,
                  gconstpointer  type)
{
  const TillTicket ticket = { .order = ORDER };
  g_autoptr (TillTapping) first = begin (fixture);
  g_autoptr (TillTapping) again = NULL;
  g_autoptr (TillTapping) other = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (fixture, "TAP", "refused balance");
  till_wired_tap_touch (fixture->tap);
  desk_fixture_settle ();
  g_assert_cmpint (state_of (first), ==, TILL_PAYMENT_FAILED);

  again = begin (fixture);
  g_assert_true (till_tapping_is_over (again));
  g_assert_cmpint (state_of (again), ==, TILL_PAYMENT_FAILED);
  g_assert_cmpuint (till_wired_tap_get_n_reads (fixture->tap), ==, 1);

  other = till_desk_tap (fixture->desk, AMOUNT_FEN + 1, NULL, 0, &ticket, &error);
  g_assert_null (other);
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_DUPLICATE);
}

/* Silence is asked about where there is a question, and reversed where there is none; the key
 * stays as long as a reversal may need it. */
static void
test_silence (DeskFixture   *fixture,
              gconstpointer  type)
{
  g_autoptr (TillTapping) tapping = begin (fixture);
  guint n_queries = uses_token (type) ? 0 : 6;

  desk_fixture_silence (fixture, "TAP", FALSE);
  for (guint i = 0; i < n_queries; i++)
    desk_fixture_answer (fixture, "QUERY", "absent");
  desk_fixture_silence (fixture, "REVERSE " ORDER, FALSE);
  desk_fixture_silence (fixture, "REVERSE " ORDER, FALSE);
  desk_fixture_answer (fixture, "REVERSE " ORDER, "reverse-done");
  if (!uses_token (type))
    desk_fixture_answer (fixture, "QUERY", "closed");

  till_wired_tap_touch (fixture->tap);
  desk_fixture_pass (fixture, 20000);
  g_assert_cmpint (state_of (tapping), !=, TILL_PAYMENT_FAILED);
  assert_key (fixture, uses_token (type));
  desk_fixture_pass (fixture, 180000);
  g_assert_cmpint (state_of (tapping), ==, TILL_PAYMENT_FAILED);
  g_assert_cmpint (till_sale_item_get_reason (till_tapping_get_item (tapping)), ==,
                   TILL_REASON_REVERSED);
  assert_key (fixture, FALSE);
}

/* Why a sale is reversed is known by what was wrong with its answer: it stands in the row that the
 * reversal is made of. Nothing else of such an answer is kept. */
static void
test_cause (DeskFixture   *fixture,
            gconstpointer  type)
{
  g_autoptr (TillTapping) tapping = begin (fixture);
  const TillPayment *payment;

  desk_fixture_answer (fixture, "TAP", "lost bad-signature ref=7 cause=A0");
  if (uses_token (type))
    desk_fixture_answer (fixture, "REVERSE " ORDER, "reverse-done");
  else
    desk_fixture_answer (fixture, "QUERY " ORDER, "closed");
  till_wired_tap_touch (fixture->tap);
  desk_fixture_pass (fixture, 60000);
  g_assert_cmpint (state_of (tapping), ==, TILL_PAYMENT_FAILED);
  payment = till_sale_find_payment (till_sale_item_get_sale (till_tapping_get_item (tapping)),
                                    ORDER);
  g_assert_null (payment->acquirer_ref);
  g_assert_cmpint (payment->keep && g_str_has_prefix (payment->keep, "A0 "), ==,
                   uses_token (type));
}

/* What was on its way when the program was killed is not sent again; it is asked about or
 * reversed, with the token that its row keeps. */
static void
test_restart (DeskFixture   *fixture,
              gconstpointer  type)
{
  g_autoptr (TillTapping) tapping = begin (fixture);
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_silence (fixture, "TAP", FALSE);
  till_wired_tap_touch (fixture->tap);
  desk_fixture_settle ();
  g_assert_cmpint (state_of (tapping), ==, TILL_PAYMENT_ASKED);
  assert_key (fixture, uses_token (type));

  desk_fixture_restart (fixture);
  desk_fixture_add (fixture, type, "cards", 0);
  if (uses_token (type))
    desk_fixture_answer (fixture, "REVERSE " ORDER, "reverse-done");
  else
    desk_fixture_answer (fixture, "QUERY " ORDER, "paid ref=42");
  g_assert_true (till_desk_resume (fixture->desk, &error));
  desk_fixture_pass (fixture, 60000);

  item = till_desk_find (fixture->desk, ORDER, &error);
  g_assert_no_error (error);
  g_assert_cmpint (till_sale_item_get_state (item), ==,
                   uses_token (type) ? TILL_PAYMENT_FAILED : TILL_PAYMENT_PAID);
  assert_key (fixture, FALSE);
}

/* A paid tap is undone where the acquirer allows, and given back else. */
static void
test_cancel_and_refund (DeskFixture   *fixture,
                        gconstpointer  type)
{
  g_autoptr (TillTapping) tapping = begin (fixture);
  g_autoptr (TillSaleItem) refunded = NULL;
  g_autoptr (TillSaleItem) undone = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (fixture, "TAP", "paid ref=42");
  till_wired_tap_touch (fixture->tap);
  desk_fixture_settle ();

  desk_fixture_answer (fixture, "REVERSE " ORDER, "close-refused");
  if (!uses_token (type))
    desk_fixture_answer (fixture, "QUERY " ORDER, "paid ref=42");
  undone = till_desk_cancel (fixture->desk, ORDER, &error);
  g_assert_no_error (error);
  desk_fixture_pass (fixture, 30000);
  g_assert_cmpint (till_sale_item_get_state (undone), ==, TILL_PAYMENT_PAID);

  desk_fixture_answer (fixture, "REFUND", "paid ref=43");
  refunded = till_desk_refund (fixture->desk, ORDER, 250, NULL, &error);
  g_assert_no_error (error);
  desk_fixture_settle ();
  g_assert_cmpint (till_sale_item_get_sale (refunded)->refunded_fen, ==, 250);
}

/* A code that can be paid. */
static TillSaleItem *
show_code (DeskFixture *fixture,
           TillBrand    brand)
{
  g_autoptr (GError) error = NULL;
  TillSaleItem *item;

  desk_fixture_answer (fixture, "ORDER", "wait text=weixin://1");
  item = till_desk_collect (fixture->desk, AMOUNT_FEN, TILL_BRAND_BIT (brand), 120000, NULL,
                            &error);
  g_assert_no_error (error);
  desk_fixture_settle ();
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_WAITING);

  return item;
}

static TillTapping *
begin_onto (DeskFixture  *fixture,
            TillSaleItem *item)
{
  g_autoptr (GError) error = NULL;
  TillTapping *tapping = till_desk_tap_onto (fixture->desk, item, &error);

  g_assert_no_error (error);
  g_assert_cmpint (till_wired_tap_get_amount (fixture->tap), ==, AMOUNT_FEN);

  return tapping;
}

static void
count_unpaid_cb (TillSaleItem *item,
                 GParamSpec   *pspec,
                 guint        *n_unpaid)
{
  *n_unpaid += till_sale_item_get_state (item) == TILL_PAYMENT_FAILED;
}

/* A code is on the screen, and the customer taps: the code is ended, for certain, before the card is
 * charged. Nobody sees the sale fail in between. */
static void
test_onto_code (DeskFixture   *fixture,
                gconstpointer  type)
{
  g_autoptr (TillSaleItem) item = show_code (fixture, TILL_BRAND_WECHAT);
  g_autoptr (TillTapping) tapping = begin_onto (fixture, item);
  g_autoptr (TillTapping) second = NULL;
  g_autoptr (GError) error = NULL;
  guint n_unpaid = 0;

  g_signal_connect (item, "notify::state", G_CALLBACK (count_unpaid_cb), &n_unpaid);
  desk_fixture_silence (fixture, "CLOSE", FALSE);
  till_wired_tap_touch (fixture->tap);
  desk_fixture_pass (fixture, 1000);
  g_assert_true (till_tapping_has_card (tapping));
  g_assert_null (till_tapping_get_item (tapping));
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_CLOSING);
  g_assert_cmpint (till_sale_item_get_reason (item), ==, TILL_REASON_CARD_NEXT);
  g_assert_cmpuint (till_fake_http_get_n_requests (fixture->http), ==, 2);

  desk_fixture_answer (fixture, "CLOSE", "close-done");
  desk_fixture_answer (fixture, "QUERY", "closed");
  desk_fixture_answer (fixture, "TAP", "paid ref=42");
  desk_fixture_pass (fixture, 19000);
  g_assert_true (till_tapping_get_item (tapping) == item);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_PAID);
  g_assert_cmpuint (till_sale_item_get_sale (item)->payments->len, ==, 2);
  g_assert_true (till_fake_http_body_contains (fixture->http, 4, "TAP "));
  g_assert_cmpuint (n_unpaid, ==, 0);
  g_signal_handlers_disconnect_by_data (item, &n_unpaid);

  second = till_desk_tap_onto (fixture->desk, item, &error);
  g_assert_null (second);
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_CODE_PAID);
}

/* While a card is being charged nobody taps for the same sale again. */
static void
test_onto_tapped (DeskFixture   *fixture,
                  gconstpointer  type)
{
  g_autoptr (TillSaleItem) item = show_code (fixture, TILL_BRAND_WECHAT);
  g_autoptr (TillTapping) tapping = begin_onto (fixture, item);
  g_autoptr (TillTapping) second = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (fixture, "CLOSE", "close-done");
  desk_fixture_answer (fixture, "QUERY", "closed");
  desk_fixture_late (fixture, "TAP", "paid ref=42", 5000);
  till_wired_tap_touch (fixture->tap);
  desk_fixture_pass (fixture, 3000);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_ASKED);
  second = till_desk_tap_onto (fixture->desk, item, &error);
  g_assert_null (second);
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_TAP_OPEN);
  desk_fixture_pass (fixture, 10000);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_PAID);
}

/* The customer paid the code while the card was read: the card is not charged. */
static void
test_onto_paid (DeskFixture   *fixture,
                gconstpointer  type)
{
  g_autoptr (TillSaleItem) item = show_code (fixture, TILL_BRAND_WECHAT);
  g_autoptr (TillTapping) tapping = begin_onto (fixture, item);

  desk_fixture_answer (fixture, "CLOSE", "close-refused");
  desk_fixture_answer (fixture, "QUERY", "paid ref=7");
  till_wired_tap_touch (fixture->tap);
  desk_fixture_pass (fixture, 30000);
  g_assert_true (till_tapping_is_over (tapping));
  g_assert_cmpint (till_tapping_get_reason (tapping), ==, TILL_REASON_CODE_PAID);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_PAID);
  g_assert_cmpuint (till_sale_item_get_sale (item)->payments->len, ==, 1);
  g_assert_false (till_sale_item_is_open (item));
}

/* Nobody says that the code is ended: the card is given up, and nothing is charged later. */
static void
test_onto_open (DeskFixture   *fixture,
                gconstpointer  type)
{
  g_autoptr (TillSaleItem) item = show_code (fixture, TILL_BRAND_WECHAT);
  g_autoptr (TillTapping) tapping = begin_onto (fixture, item);

  desk_fixture_silence (fixture, "CLOSE", FALSE);
  desk_fixture_silence (fixture, "CLOSE", FALSE);
  till_wired_tap_touch (fixture->tap);
  desk_fixture_pass (fixture, 40000);
  g_assert_true (till_tapping_is_over (tapping));
  g_assert_cmpint (till_tapping_get_reason (tapping), ==, TILL_REASON_CODE_OPEN);
  g_assert_cmpint (till_sale_item_get_reason (item), !=, TILL_REASON_CARD_NEXT);

  desk_fixture_answer (fixture, "CLOSE", "close-done");
  desk_fixture_answer (fixture, "QUERY", "closed");
  desk_fixture_pass (fixture, 60000);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_FAILED);
  g_assert_cmpuint (till_sale_item_get_sale (item)->payments->len, ==, 1);
}

/* The clerk cancels the sale while its code is being ended: the card is not charged. */
static void
test_onto_cancelled (DeskFixture   *fixture,
                     gconstpointer  type)
{
  g_autoptr (TillSaleItem) item = show_code (fixture, TILL_BRAND_WECHAT);
  g_autoptr (TillTapping) tapping = begin_onto (fixture, item);
  g_autoptr (TillSaleItem) cancelled = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_late (fixture, "CLOSE", "close-done", 3000);
  desk_fixture_answer (fixture, "QUERY", "closed");
  till_wired_tap_touch (fixture->tap);
  desk_fixture_settle ();
  cancelled = till_desk_cancel (fixture->desk, till_sale_item_get_order (item), &error);
  g_assert_no_error (error);
  desk_fixture_pass (fixture, 30000);
  g_assert_cmpint (till_tapping_get_reason (tapping), ==, TILL_REASON_CANCELLED);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_FAILED);
  g_assert_cmpuint (till_sale_item_get_sale (item)->payments->len, ==, 1);
}

/* Who waited has gone on to the next customer: a card that was read is charged all the same. */
static void
test_onto_dropped (DeskFixture   *fixture,
                   gconstpointer  type)
{
  g_autoptr (TillSaleItem) item = show_code (fixture, TILL_BRAND_WECHAT);
  TillTapping *tapping = begin_onto (fixture, item);

  desk_fixture_late (fixture, "CLOSE", "close-done", 3000);
  desk_fixture_answer (fixture, "QUERY", "closed");
  desk_fixture_answer (fixture, "TAP", "paid ref=42");
  till_wired_tap_touch (fixture->tap);
  desk_fixture_settle ();
  till_tapping_cancel (tapping);
  g_object_unref (tapping);
  desk_fixture_pass (fixture, 19000);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_PAID);
  g_assert_cmpuint (till_sale_item_get_sale (item)->payments->len, ==, 2);
}

/* The program ends while the code is being ended: what was never written is never charged. */
static void
test_onto_restart (DeskFixture   *fixture,
                   gconstpointer  type)
{
  TillSaleItem *item = show_code (fixture, TILL_BRAND_WECHAT);
  g_autofree char *order = g_strdup (till_sale_item_get_order (item));
  TillTapping *tapping = begin_onto (fixture, item);
  g_autoptr (TillSaleItem) again = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_silence (fixture, "CLOSE", FALSE);
  till_wired_tap_touch (fixture->tap);
  desk_fixture_settle ();
  g_object_unref (item);
  g_object_add_weak_pointer (G_OBJECT (tapping), (gpointer *) &tapping);
  g_object_unref (tapping);
  g_assert_nonnull (tapping);
  desk_fixture_restart (fixture);
  g_assert_null (tapping);

  desk_fixture_add (fixture, type, "cards", 0);
  desk_fixture_answer (fixture, "CLOSE", "close-done");
  desk_fixture_answer (fixture, "QUERY", "closed");
  g_assert_true (till_desk_resume (fixture->desk, &error));
  desk_fixture_pass (fixture, 60000);
  again = till_desk_find (fixture->desk, order, &error);
  g_assert_no_error (error);
  g_assert_cmpint (till_sale_item_get_state (again), ==, TILL_PAYMENT_FAILED);
  g_assert_cmpuint (till_sale_item_get_sale (again)->payments->len, ==, 1);
}

/* Beside a code that ends by its time alone no card is waited for. */
static void
test_onto_staying (DeskFixture   *fixture,
                   gconstpointer  type)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) cancelled = NULL;
  g_autoptr (TillTapping) tapping = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_add (fixture, "stays-words", "stays", TILL_BRAND_BIT (TILL_BRAND_UNIONPAY));
  item = show_code (fixture, TILL_BRAND_UNIONPAY);
  tapping = till_desk_tap_onto (fixture->desk, item, &error);
  g_assert_null (tapping);
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_CODE_OPEN);
  g_assert_cmpuint (till_wired_tap_get_n_reads (fixture->tap), ==, 0);

  desk_fixture_answer (fixture, "CLOSE", "close-done");
  desk_fixture_answer (fixture, "QUERY", "closed");
  cancelled = till_desk_cancel (fixture->desk, till_sale_item_get_order (item), NULL);
  desk_fixture_pass (fixture, 20000);
}

/* A card that is read when the code was just paid is not charged. */
static void
test_onto_too_late (DeskFixture   *fixture,
                    gconstpointer  type)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillTapping) tapping = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (fixture, "ORDER", "wait text=weixin://1");
  desk_fixture_answer (fixture, "QUERY", "paid ref=7");
  item = till_desk_collect (fixture->desk, AMOUNT_FEN, TILL_BRAND_BIT (TILL_BRAND_WECHAT), 120000,
                            NULL, &error);
  desk_fixture_settle ();
  tapping = till_desk_tap_onto (fixture->desk, item, &error);
  desk_fixture_pass (fixture, 10000);
  till_wired_tap_touch (fixture->tap);
  desk_fixture_settle ();
  g_assert_cmpint (till_tapping_get_reason (tapping), ==, TILL_REASON_CODE_PAID);
  g_assert_cmpuint (till_sale_item_get_sale (item)->payments->len, ==, 1);
}

/* What cannot be written is not sent: the key's folder, or the journal. */
static void
test_disk (DeskFixture   *fixture,
           gconstpointer  type)
{
  g_autofree char *folder = g_build_filename (fixture->dir, "taps", NULL);
  g_autoptr (TillTapping) tapping = NULL;

  g_assert_true (g_file_set_contents (folder, "in the way", -1, NULL));
  tapping = begin (fixture);
  till_wired_tap_touch (fixture->tap);
  desk_fixture_settle ();
  g_assert_true (till_tapping_is_over (tapping));
  g_assert_nonnull (till_tapping_get_fault (tapping));
  g_assert_null (till_tapping_get_item (tapping));
}

/* Keys that a killed program left are taken away, but those of payments that are not over. */
static void
test_sweep (DeskFixture   *fixture,
            gconstpointer  type)
{
  const guint8 bytes[] = "one key of thirty-two bytes long";
  g_autoptr (GBytes) key = till_taps_new_key (bytes);
  g_autoptr (TillTapping) tapping = begin (fixture);
  g_auto (GStrv) left = NULL;
  const char *const orphan = "20261122NOBODYSPAYMENT";

  desk_fixture_silence (fixture, "TAP", FALSE);
  till_wired_tap_touch (fixture->tap);
  desk_fixture_settle ();
  g_assert_true (till_taps_save_key (fixture->dir, orphan, key, NULL));
  for (guint i = 0; i < 2; i++) {
    g_autofree char *name = g_strconcat (i == 0 ? orphan : ORDER, ".key", NULL);
    g_autofree char *path = g_build_filename (fixture->dir, "taps", name, NULL);
    struct utimbuf hour_ago = {
      .actime = g_get_real_time () / G_USEC_PER_SEC - 3600,
      .modtime = g_get_real_time () / G_USEC_PER_SEC - 3600,
    };

    g_assert_cmpint (g_utime (path, &hour_ago), ==, 0);
  }

  till_desk_sweep_cards (fixture->desk);
  left = till_taps_list_keys (fixture->dir, -10);
  g_assert_cmpuint (g_strv_length (left), ==, 1);
  g_assert_cmpstr (left[0], ==, ORDER);

  desk_fixture_answer (fixture, "REVERSE", "reverse-done");
  desk_fixture_pass (fixture, 60000);
}

/* Which contract takes a tap, by the profile's mode and the contract's address and limit. */
static void
test_route (void)
{
  static const struct {
    const char *mode;
    const char *type;       /* NULL: no contract for cards */
    const char *base_url;
    gint64      limit_fen;
    int         reason;     /* -1: it is taken */
  } cases[] = {
    { "acquirer-approved", "sealed-words", "https://cards.example", 0, -1 },
    { "acquirer-approved", "token-words", "https://cards.example", 5000, -1 },
    { "sandbox", "sealed-words", "https://127.0.0.1:8443/cards", 0, -1 },
    { "sandbox", "sealed-words", "https://[::1]:8443", 0, -1 },
    { "sandbox", "sealed-words", "https://localhost", 0, -1 },
    { "sandbox", "sealed-words", "https://cards.example", 0, TILL_REASON_TAPS_NOT_TAKEN },
    { "sandbox", "sealed-words", "https://127.0.0.1.example", 0, TILL_REASON_TAPS_NOT_TAKEN },
    { "off", "sealed-words", "https://127.0.0.1", 0, TILL_REASON_TAPS_OFF },
    { "acquirer-approved", NULL, NULL, 0, TILL_REASON_TAPS_NOT_TAKEN },
    { "acquirer-approved", "sealed-words", "https://cards.example", 1000,
      TILL_REASON_MERCHANT_LIMIT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    DeskFixture fixture;
    g_autofree char *ini = g_strdup_printf ("[shop]\nname=Test shop\n[nfc]\nmode=%s\n",
                                            cases[i].mode);
    g_autofree char *path = NULL;
    g_autoptr (TillTapping) tapping = NULL;
    g_autoptr (GError) error = NULL;

    desk_fixture_set_up (&fixture);
    path = g_build_filename (fixture.dir, "profile.ini", NULL);
    g_assert_true (g_file_set_contents_full (path, ini, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                              NULL));
    desk_fixture_restart (&fixture);
    if (cases[i].type) {
      TillMerchant *merchant = desk_fixture_add (&fixture, cases[i].type, "cards", 0);

      g_free (merchant->base_url);
      merchant->base_url = g_strdup (cases[i].base_url);
      merchant->limit_per_sale_fen = cases[i].limit_fen;
    }

    tapping = till_desk_tap (fixture.desk, AMOUNT_FEN, NULL, 0, NULL, &error);
    g_assert_cmpint (tapping != NULL, ==, cases[i].reason < 0);
    if (tapping)
      till_tapping_cancel (tapping);
    else
      g_assert_error (error, TILL_REFUSAL, cases[i].reason);
    desk_fixture_tear_down (&fixture);
  }
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *name;
    void      (*run) (DeskFixture *fixture, gconstpointer type);
    gboolean    token_only;
  } tests[] = {
    { "paid", test_paid, FALSE },
    { "refused", test_refused, FALSE },
    { "ended", test_ended, FALSE },
    { "cancelled", test_cancelled_in_time, FALSE },
    { "same-number", test_same_number, FALSE },
    { "silence", test_silence, FALSE },
    { "cause", test_cause, FALSE },
    { "restart", test_restart, FALSE },
    { "cancel-and-refund", test_cancel_and_refund, FALSE },
    { "onto-code", test_onto_code, FALSE },
    { "onto-cancelled", test_onto_cancelled, FALSE },
    { "onto-dropped", test_onto_dropped, FALSE },
    { "onto-open", test_onto_open, FALSE },
    { "onto-paid", test_onto_paid, FALSE },
    { "onto-restart", test_onto_restart, FALSE },
    { "onto-staying", test_onto_staying, FALSE },
    { "onto-tapped", test_onto_tapped, FALSE },
    { "onto-too-late", test_onto_too_late, FALSE },
    { "shut", test_shut, FALSE },
    { "disk", test_disk, TRUE },
    { "sweep", test_sweep, TRUE },
  };
  static const char *const types[] = { "sealed-words", "token-words" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    for (guint t = tests[i].token_only; t < G_N_ELEMENTS (types); t++) {
      g_autofree char *path = g_strdup_printf ("/tapping/%s/%s", types[t], tests[i].name);

      g_test_add (path, DeskFixture, types[t], set_up, tests[i].run, tear_down);
    }
  }
  g_test_add_func ("/tapping/route", test_route);

  return g_test_run ();
}
