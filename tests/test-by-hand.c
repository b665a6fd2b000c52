/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk-fixture.h"

#include <string.h>

#include "core/work.h"
#include "desk/books.h"
#include "desk/entry.h"

/* What only a person can settle: when it is asked of the owner, what the owner's word does, and
 * what becomes of it when the wallet speaks after all. A request that is not in the script
 * fails. */

typedef DeskFixture F;

#define MINUTE_MS (60 * 1000)

static const TillTicket owner = { NULL, "boss", "seen on the merchant page" };

static void
set_up (F            *f,
        gconstpointer data)
{
  desk_fixture_set_up (f);
}

/* Whatever was settled by hand, the journal verifies. */
static void
tear_down (F            *f,
           gconstpointer data)
{
  g_auto (TillVerdict) verdict = { 0 };

  desk_fixture_settle ();
  g_assert_true (till_books_verify (f->desk, 0, NULL, NULL, NULL, &verdict, NULL));
  g_assert_cmpstr (verdict.what, ==, NULL);
  g_assert_true (verdict.caches_agree);
  desk_fixture_tear_down (f);
}

static TillSaleItem *
settle (F                *f,
        TillSaleItem     *item,
        TillPaymentEvent  word)
{
  g_autoptr (GError) error = NULL;
  TillSaleItem *same =
    till_desk_settle (f->desk, till_sale_item_get_order (item), word, &owner, &error);

  g_assert_no_error (error);
  desk_fixture_pass (f, 0);

  return same;
}

static void
assert_refused (F                *f,
                const char       *order,
                TillPaymentEvent  word,
                const TillTicket *ticket,
                TillReason        reason)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (till_desk_settle (f->desk, order, word, ticket, &error));
  g_assert_error (error, TILL_REFUSAL, (int) reason);
}

/* A charge without an answer; the till is off for so long. */
static TillSaleItem *
silent_sale (F     *f,
             gint64 minutes)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_silence (f, "CHARGE", FALSE);
  item = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_pass (f, 15000);
  assert_is (item, TILL_PAYMENT_UNSURE, TILL_REASON_NO_ANSWER);
  desk_fixture_restart (f);
  desk_fixture_pass (f, minutes * MINUTE_MS);

  return till_desk_find (f->desk, till_sale_item_get_order (item), NULL);
}

/* A refused charge that was paid after all, and whose refund is refused for good. */
static TillSaleItem *
stuck_late_sale (F *f)
{
  g_autoptr (TillSaleItem) item = NULL;
  TillSaleItem *late;

  desk_fixture_answer (f, "CHARGE", "refused code-expired");
  item = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_settle ();
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_answer (f, "REFUND", "refused refund-refused");
  late = till_desk_query (f->desk, till_sale_item_get_order (item), NULL);
  desk_fixture_pass (f, 0);
  g_assert_cmpint (till_sale_item_get_state (late), ==, TILL_PAYMENT_PAID_LATE);

  return late;
}

/* While the till may settle it by itself nobody may; then the owner must say who and why. */
static void
test_only_when_needed (F            *f,
                       gconstpointer data)
{
  static const TillTicket nobody = { NULL, "", "seen" };
  static const TillTicket without_reason = { NULL, "boss", "  " };
  g_autoptr (TillSaleItem) item = silent_sale (f, 14);
  const char *order = till_sale_item_get_order (item);

  assert_refused (f, order, TILL_EVENT_OWNER_PAID, &owner, TILL_REASON_SETTLES_ITSELF);
  desk_fixture_pass (f, MINUTE_MS);
  assert_refused (f, order, TILL_EVENT_OWNER_PAID, &nobody, TILL_REASON_NO_EVIDENCE);
  assert_refused (f, order, TILL_EVENT_OWNER_PAID, &without_reason, TILL_REASON_NO_EVIDENCE);
  assert_refused (f, order, TILL_EVENT_OWNER_PAID, NULL, TILL_REASON_NO_EVIDENCE);
  assert_refused (f, "NOSUCHSALE0000000000", TILL_EVENT_OWNER_PAID, &owner, TILL_REASON_NO_SALE);
  assert_is (item, TILL_PAYMENT_UNSURE, TILL_REASON_NO_ANSWER);
}

/* Paid, says the owner; the wallet confirms it, and the word is the wallet's again. */
static void
test_paid_confirmed (F            *f,
                     gconstpointer data)
{
  g_autoptr (TillSaleItem) item = silent_sale (f, 20);
  g_autoptr (TillSaleItem) settled = NULL;
  g_autoptr (GPtrArray) story = NULL;
  const TillStoryLine *line;
  TillTakings takings;

  desk_fixture_silence (f, "QUERY", FALSE);
  settled = settle (f, item, TILL_EVENT_OWNER_PAID);
  assert_is (settled, TILL_PAYMENT_PAID, TILL_REASON_OWNER_PAID);
  g_assert_true (payment_at (settled, 0)->is_owners);
  g_assert_cmpstr (payment_at (settled, 0)->owner, ==, "boss");
  g_assert_false (till_sale_item_is_open (settled));
  g_assert_true (till_books_takings (f->desk, till_desk_get_today (f->desk), &takings, NULL));
  g_assert_cmpint (takings.gross_fen, ==, 1250);

  desk_fixture_answer (f, "QUERY", "paid ref=42");
  desk_fixture_pass (f, 80 * 1000);
  assert_is (settled, TILL_PAYMENT_PAID, TILL_REASON_NONE);
  g_assert_false (payment_at (settled, 0)->is_owners);
  desk_fixture_pass (f, 60 * MINUTE_MS);

  story = till_books_story (f->desk, till_sale_item_get_order (item), NULL);
  line = g_ptr_array_index (story, 2);
  g_assert_nonnull (strstr (line->text, "The owner says: paid"));
  g_assert_cmpstr (line->said, ==, "boss: “seen on the merchant page”");
}

/* Paid, says the owner; never, says the wallet, also to the next program: a person looks again. */
static void
test_paid_disputed (F            *f,
                    gconstpointer data)
{
  g_autoptr (TillSaleItem) item = silent_sale (f, 20);
  g_autoptr (TillSaleItem) settled = NULL;
  g_autoptr (TillSaleItem) after = NULL;
  g_autoptr (TillSaleItem) again = NULL;

  desk_fixture_silence (f, "QUERY", FALSE);
  settled = settle (f, item, TILL_EVENT_OWNER_PAID);
  desk_fixture_pass (f, 15000);
  desk_fixture_restart (f);
  desk_fixture_answer (f, "QUERY", "refused payer-left");
  g_assert_true (till_desk_resume (f->desk, NULL));
  desk_fixture_settle ();
  after = till_desk_find (f->desk, till_sale_item_get_order (item), NULL);
  assert_is (after, TILL_PAYMENT_PAID, TILL_REASON_DISPUTED);
  g_assert_true (till_sale_item_is_open (after));
  g_assert_cmpuint (g_list_model_get_n_items (till_desk_get_open (f->desk)), ==, 1);
  g_assert_cmpint (till_work_of (till_sale_item_get_sale (after), payment_at (after, 0), 0), ==,
                   TILL_WORK_DISPUTED);
  assert_refused (f, till_sale_item_get_order (item), TILL_EVENT_OWNER_GIVEN_BACK, &owner,
                  TILL_REASON_CANNOT_BE);

  /* The wallet was right. */
  desk_fixture_answer (f, "QUERY", "closed");
  again = settle (f, after, TILL_EVENT_OWNER_UNPAID);
  assert_is (again, TILL_PAYMENT_FAILED, TILL_REASON_OWNER_UNPAID);
  g_assert_false (payment_at (again, 0)->is_watched);
  g_assert_false (till_sale_item_is_open (again));
  g_assert_cmpuint (g_list_model_get_n_items (till_desk_get_open (f->desk)), ==, 0);
}

/* Not paid, says the owner; paid, says the wallet: that is money that came late. */
static void
test_unpaid_then_paid (F            *f,
                       gconstpointer data)
{
  g_autoptr (TillSaleItem) item = silent_sale (f, 20);
  g_autoptr (TillSaleItem) settled = NULL;

  desk_fixture_silence (f, "QUERY", FALSE);
  settled = settle (f, item, TILL_EVENT_OWNER_UNPAID);
  assert_is (settled, TILL_PAYMENT_FAILED, TILL_REASON_OWNER_UNPAID);
  g_assert_true (payment_at (settled, 0)->is_watched);

  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_answer (f, "REFUND", "paid");
  desk_fixture_pass (f, 80 * 1000);
  assert_is (settled, TILL_PAYMENT_PAID_LATE, TILL_REASON_PAID_LATE);
  g_assert_cmpint (till_sale_item_get_sale (settled)->refunded_fen, ==, 1250);
  g_assert_false (till_sale_item_is_open (settled));
}

/* Given back by hand, says the owner: no refund is asked for, in this program or the next, and the
 * day's takings have it. */
static void
test_given_back (F            *f,
                 gconstpointer data)
{
  g_autoptr (TillSaleItem) item = silent_sale (f, 20);
  g_autoptr (TillSaleItem) settled = settle (f, item, TILL_EVENT_OWNER_GIVEN_BACK);
  g_autoptr (TillSaleItem) asked = NULL;
  g_autoptr (GError) error = NULL;
  TillTakings takings;

  assert_is (settled, TILL_PAYMENT_PAID_LATE, TILL_REASON_OWNER_GIVEN_BACK);
  g_assert_cmpint (till_sale_item_get_sale (settled)->refunded_fen, ==, 1250);
  g_assert_cmpint (payment_at (settled, 1)->state, ==, TILL_PAYMENT_PAID);
  g_assert_cmpstr (payment_at (settled, 1)->note, ==, "seen on the merchant page");
  g_assert_false (till_sale_item_is_open (settled));
  g_assert_true (till_books_takings (f->desk, till_desk_get_today (f->desk), &takings, NULL));
  g_assert_cmpint (takings.gross_fen - takings.refunded_fen, ==, 0);

  desk_fixture_restart (f);
  g_assert_true (till_desk_resume (f->desk, NULL));
  desk_fixture_answer (f, "QUERY", "paid");
  asked = till_desk_query (f->desk, till_sale_item_get_order (item), &error);
  g_assert_no_error (error);
  desk_fixture_pass (f, 0);
  g_assert_cmpuint (till_sale_item_get_sale (asked)->payments->len, ==, 2);
  g_assert_false (till_sale_item_is_open (asked));
}

/* A late payment whose refund failed for good waits for the owner, in one line of the open list. */
static void
test_refund_refused (F            *f,
                     gconstpointer data)
{
  g_autoptr (TillSaleItem) item = stuck_late_sale (f);
  g_autoptr (TillSaleItem) settled = NULL;
  g_autoptr (TillSaleItem) asked = NULL;
  const char *order = till_sale_item_get_order (item);

  g_assert_cmpint (till_work_of (till_sale_item_get_sale (item), payment_at (item, 0),
                                 till_desk_get_now_us (f->desk)), ==, TILL_WORK_NOT_GIVEN_BACK);
  g_assert_cmpuint (g_list_model_get_n_items (till_desk_get_open (f->desk)), ==, 1);
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_answer (f, "REFUND", "refused refund-refused");
  asked = till_desk_query (f->desk, order, NULL);
  desk_fixture_pass (f, 0);
  g_assert_cmpuint (g_list_model_get_n_items (till_desk_get_open (f->desk)), ==, 1);
  assert_refused (f, order, TILL_EVENT_OWNER_PAID, &owner, TILL_REASON_CANNOT_BE);
  assert_refused (f, order, TILL_EVENT_OWNER_UNPAID, &owner, TILL_REASON_CANNOT_BE);
  settled = settle (f, item, TILL_EVENT_OWNER_GIVEN_BACK);
  g_assert_cmpuint (g_list_model_get_n_items (till_desk_get_open (f->desk)), ==, 0);
  g_assert_cmpint (till_sale_item_get_sale (settled)->refunded_fen, ==, 1250);
  g_assert_false (till_sale_item_is_open (settled));
  g_assert_cmpuint (g_list_model_get_n_items (till_desk_get_open (f->desk)), ==, 0);
  assert_refused (f, order, TILL_EVENT_OWNER_GIVEN_BACK, &owner, TILL_REASON_SETTLES_ITSELF);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillRow) row = till_journal_append_finish (user_data, result, &error);

  g_assert_no_error (error);
}

/* The program ends between the owner's word and the refund that it writes down. */
static void
test_given_back_and_killed (F            *f,
                            gconstpointer data)
{
  g_autoptr (TillSaleItem) item = silent_sale (f, 20);
  g_autoptr (TillSaleItem) after = NULL;
  const TillHappening happening = {
    .event = TILL_EVENT_OWNER_GIVEN_BACK, .clerk = (char *) "boss", .note = (char *) "seen",
    .answer.amount_fen = -1,
  };
  g_autoptr (TillRow) row =
    till_entry_make_row (f->shop, NULL, till_sale_item_get_sale (item),
                         till_sale_item_get_order (item), &happening, TILL_PAYMENT_PAID_LATE);

  till_journal_append_async (f->shop->journal, row, written_cb, f->shop->journal);
  desk_fixture_settle ();
  desk_fixture_restart (f);
  g_assert_true (till_desk_resume (f->desk, NULL));
  desk_fixture_settle ();
  after = till_desk_find (f->desk, till_sale_item_get_order (item), NULL);
  g_assert_cmpint (till_sale_item_get_sale (after)->refunded_fen, ==, 1250);
  g_assert_cmpstr (payment_at (after, 1)->owner, ==, "boss");
  g_assert_false (till_sale_item_is_open (after));
}

/* A refund of which nobody hears. */
static void
test_silent_refund (F            *f,
                    gconstpointer data)
{
  static const struct {
    TillPaymentEvent word;
    TillPaymentState state;
    gint64           refunded_fen;
  } cases[] = {
    { TILL_EVENT_OWNER_GIVEN_BACK, TILL_PAYMENT_PAID, 1250 },
    { TILL_EVENT_OWNER_UNPAID, TILL_PAYMENT_FAILED, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillSaleItem) item = NULL;
    g_autoptr (TillSaleItem) same = NULL;
    g_autoptr (TillSaleItem) after = NULL;
    g_autoptr (TillSaleItem) settled = NULL;

    desk_fixture_answer (f, "CHARGE", "paid");
    item = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
    desk_fixture_settle ();
    desk_fixture_silence (f, "REFUND", FALSE);
    same = till_desk_refund (f->desk, till_sale_item_get_order (item), 0, NULL, NULL);
    desk_fixture_pass (f, 15000);
    desk_fixture_restart (f);
    desk_fixture_pass (f, 16 * MINUTE_MS);
    after = till_desk_find (f->desk, till_sale_item_get_order (item), NULL);
    assert_refused (f, till_sale_item_get_order (item), TILL_EVENT_OWNER_PAID, &owner,
                    TILL_REASON_CANNOT_BE);
    settled = settle (f, after, cases[i].word);
    g_assert_cmpint (payment_at (settled, 1)->state, ==, cases[i].state);
    g_assert_cmpint (till_sale_item_get_sale (settled)->refunded_fen, ==, cases[i].refunded_fen);
    g_assert_false (till_sale_item_is_open (settled));
  }
}

/* A contract that the profile has no more: nobody can be asked, and the owner's word is written. */
static void
test_contract_gone (F            *f,
                    gconstpointer data)
{
  g_autoptr (TillSaleItem) item = silent_sale (f, 20);
  g_autoptr (TillSaleItem) settled = NULL;

  g_ptr_array_set_size (f->shop->merchants, 0);
  settled = settle (f, item, TILL_EVENT_OWNER_PAID);
  assert_is (settled, TILL_PAYMENT_PAID, TILL_REASON_OWNER_PAID);
  g_assert_false (till_sale_item_is_open (settled));
}

/* What was paid beside another payment can only have been given back; the sale stays paid once. */
static void
test_paid_by_another (F            *f,
                      gconstpointer data)
{
  TillBrandSet both = TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY);
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) after = NULL;
  g_autoptr (TillSaleItem) settled = NULL;
  g_autofree char *second = NULL;

  desk_fixture_answer (f, "ORDER", "wait not-scanned text=1");
  desk_fixture_answer (f, "ORDER", "wait not-scanned text=2");
  item = till_desk_collect (f->desk, 1250, both, 120000, NULL, NULL);
  desk_fixture_settle ();
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_silence (f, "QUERY", TRUE);
  desk_fixture_silence (f, "REVERSE", FALSE);
  desk_fixture_pass (f, 3000);
  second = g_strdup (payment_at (item, 1)->order);
  desk_fixture_pass (f, 14000);
  desk_fixture_restart (f);
  desk_fixture_pass (f, 30 * MINUTE_MS);

  after = till_desk_find (f->desk, second, NULL);
  assert_is (after, TILL_PAYMENT_PAID, TILL_REASON_NONE);
  g_assert_cmpint (till_work_of (till_sale_item_get_sale (after), payment_at (after, 1),
                                 till_desk_get_now_us (f->desk)), ==, TILL_WORK_NOT_CLOSED);
  assert_refused (f, second, TILL_EVENT_OWNER_PAID, &owner, TILL_REASON_CANNOT_BE);
  settled = settle (f, after, TILL_EVENT_OWNER_GIVEN_BACK);
  assert_is (settled, TILL_PAYMENT_PAID, TILL_REASON_NONE);
  g_assert_cmpint (payment_at (settled, 1)->state, ==, TILL_PAYMENT_PAID_LATE);
  g_assert_false (till_sale_item_is_open (settled));
}

/* The owner settles it in a terminal while the window asks on, or has nothing to ask. */
static void
test_settled_elsewhere (F            *f,
                        gconstpointer data)
{
  g_autoptr (TillSaleItem) item = silent_sale (f, 20);
  g_autoptr (TillSaleItem) late = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *open = till_desk_get_open (f->desk);
  TillShop *shop = till_shop_open (f->dir, &f->ports, TILL_JOURNAL_INLINE, &error);
  g_autoptr (TillDesk) other = NULL;

  g_assert_no_error (error);
  other = till_desk_new (shop);
  desk_fixture_silence (f, "QUERY", FALSE);
  g_assert_true (till_desk_resume (f->desk, NULL));
  desk_fixture_pass (f, 14000);
  late = stuck_late_sale (f);
  desk_fixture_silence (f, "REVERSE", FALSE);
  desk_fixture_pass (f, 1000);
  g_assert_cmpuint (g_list_model_get_n_items (open), ==, 2);

  g_object_unref (till_desk_settle (other, till_sale_item_get_order (item), TILL_EVENT_OWNER_UNPAID,
                                    &owner, NULL));
  g_object_unref (till_desk_settle (other, till_sale_item_get_order (late),
                                    TILL_EVENT_OWNER_GIVEN_BACK, &owner, NULL));
  desk_fixture_settle ();
  desk_fixture_answer (f, "QUERY", "closed");
  desk_fixture_pass (f, 15000);
  g_assert_cmpuint (g_list_model_get_n_items (open), ==, 1);

  assert_refused (f, till_sale_item_get_order (late), TILL_EVENT_OWNER_GIVEN_BACK, &owner,
                  TILL_REASON_SETTLES_ITSELF);
  g_assert_cmpuint (g_list_model_get_n_items (open), ==, 0);
  desk_fixture_pass (f, 60000);
}

#define ADD(path, func) g_test_add ("/by-hand/" path, F, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("only-when-needed", test_only_when_needed);
  ADD ("paid-confirmed", test_paid_confirmed);
  ADD ("paid-disputed", test_paid_disputed);
  ADD ("unpaid-then-paid", test_unpaid_then_paid);
  ADD ("given-back", test_given_back);
  ADD ("refund-refused", test_refund_refused);
  ADD ("given-back-and-killed", test_given_back_and_killed);
  ADD ("silent-refund", test_silent_refund);
  ADD ("contract-gone", test_contract_gone);
  ADD ("paid-by-another", test_paid_by_another);
  ADD ("settled-elsewhere", test_settled_elsewhere);

  return g_test_run ();
}
