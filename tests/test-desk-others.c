/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk-fixture.h"

#include <sqlite3.h>

#include "fault-vfs.h"

/* A desk that is not alone on its profile, and one that hears nothing. */

typedef DeskFixture F;

static void
set_up (F            *f,
        gconstpointer data)
{
  desk_fixture_set_up (f);
}

static void
tear_down (F            *f,
           gconstpointer data)
{
  desk_fixture_tear_down (f);
}

static const Fault full_disk = {
  .ops = FAULT_WRITE, .at = 1, .for_ever = TRUE, .code = SQLITE_FULL,
};

/* While the journal cannot be written no sale begins; it is tried again until it can, and nothing
 * but time must pass for that. */
static void
test_journal_fault (F            *f,
                    gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;

  g_assert_null (till_desk_get_journal_fault (f->desk));
  fault_vfs_set (&full_disk);
  item = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_settle ();
  g_assert_null (till_sale_item_get_order (item));
  g_object_get (f->desk, "journal-fault", &shown, NULL);
  g_assert_nonnull (shown);
  g_assert_null (till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_JOURNAL);
  g_clear_error (&error);
  g_assert_null (till_desk_collect (f->desk, 1250, TILL_BRAND_BIT (TILL_BRAND_WECHAT), 120000, NULL,
                                    &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_JOURNAL);
  desk_fixture_pass (f, 10 * 60 * 1000);
  g_assert_nonnull (till_desk_get_journal_fault (f->desk));

  fault_vfs_set (NULL);
  desk_fixture_pass (f, 2000);
  g_assert_null (till_desk_get_journal_fault (f->desk));
  desk_fixture_answer (f, "CHARGE", "paid");
  after = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_settle ();
  g_assert_cmpint (till_sale_item_get_state (after), ==, TILL_PAYMENT_PAID);
}

/* A row that another program was faster with is no fault of the journal's; a desk that ends while
 * the journal is being tried leaves nothing behind. */
static void
test_journal_fault_ends (F            *f,
                         gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  fault_vfs_set (&full_disk);
  item = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_settle ();
  till_fake_clock_advance (f->clock, 2000);
  desk_fixture_restart (f);
  fault_vfs_set (NULL);
  g_assert_null (till_desk_get_journal_fault (f->desk));
}

/* What is in the way of the wallets is told until one of them is heard. */
static void
test_trouble (F            *f,
              gconstpointer data)
{
  static const struct {
    const char *answer;    /* NULL: no network */
    TillReason  trouble;
  } cases[] = {
    { NULL, TILL_REASON_NO_NETWORK },
    { "lost bad-answer", TILL_REASON_BAD_ANSWER },
    { "lost busy", TILL_REASON_NONE },
    { "lost unsigned", TILL_REASON_UNSIGNED },
    { "lost bad-signature", TILL_REASON_BAD_SIGNATURE },
    { "absent no-answer", TILL_REASON_NONE },
    { "lost bad-answer", TILL_REASON_BAD_ANSWER },
    { "paid", TILL_REASON_NONE },
  };
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (f, "CHARGE", "wait payer");
  item = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_settle ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%u", i);
    if (cases[i].answer)
      desk_fixture_answer (f, "QUERY", cases[i].answer);
    else
      desk_fixture_silence (f, "QUERY", TRUE);
    desk_fixture_pass (f, 5000);
    g_assert_cmpint (till_desk_get_trouble (f->desk), ==, cases[i].trouble);
  }
}

#define JD_CODE "180000000000000001"

/* What waits for the day's key when nobody wants it any more never leaves, and nothing needs to be
 * ended there. */
static void
test_cancel_before_key (F            *f,
                        gconstpointer data)
{
  g_autoptr (TillSaleItem) charge = NULL;
  g_autoptr (TillSaleItem) collect = NULL;
  g_autoptr (TillSaleItem) same = NULL;

  desk_fixture_add (f, "daily-words", "daily", 0);
  desk_fixture_late (f, "KEYS", "key", 5000);
  charge = till_desk_charge (f->desk, 1250, JD_CODE, NULL, NULL, NULL);
  desk_fixture_settle ();
  g_assert_cmpint (till_sale_item_get_state (charge), ==, TILL_PAYMENT_ASKED);
  same = till_desk_cancel (f->desk, till_sale_item_get_order (charge), NULL);
  desk_fixture_pass (f, 60 * 1000);
  g_assert_cmpint (till_sale_item_get_state (charge), ==, TILL_PAYMENT_FAILED);
  g_assert_cmpint (till_sale_item_get_sale (charge)->reason, ==, TILL_REASON_CANCELLED);
  g_clear_object (&same);

  desk_fixture_late (f, "KEYS", "key", 5000);
  collect = till_desk_collect (f->desk, 1250, TILL_BRAND_BIT (TILL_BRAND_JD), 60000, NULL, NULL);
  desk_fixture_settle ();
  same = till_desk_cancel (f->desk, till_sale_item_get_order (collect), NULL);
  desk_fixture_pass (f, 60 * 1000);
  g_assert_cmpint (till_sale_item_get_state (collect), ==, TILL_PAYMENT_FAILED);
  g_assert_false (till_desk_is_busy (f->desk, collect));
}

/* What is wanted all the same leaves with the new key. */
static void
test_charge_after_key (F            *f,
                       gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_add (f, "daily-words", "daily", 0);
  desk_fixture_late (f, "KEYS", "key", 5000);
  desk_fixture_answer (f, "CHARGE", "paid");
  item = till_desk_charge (f->desk, 1250, JD_CODE, NULL, NULL, NULL);
  desk_fixture_pass (f, 4999);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_ASKED);
  desk_fixture_pass (f, 1);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_PAID);
}

#define ECNY_CODE "0134567890123456789"

/* Where a refund that was refused is over, another try is another refund: a clerk's at once, and
 * the till's own five minutes later. */
static void
test_refund_once (F            *f,
                  gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) same = NULL;

  desk_fixture_add (f, "once-words", "once", 0);
  desk_fixture_answer (f, "CHARGE", "paid");
  item = till_desk_charge (f->desk, 1250, ECNY_CODE, NULL, NULL, NULL);
  desk_fixture_settle ();
  for (guint i = 1; i < 3; i++) {
    desk_fixture_answer (f, "REFUND", i < 2 ? "refused config" : "paid");
    same = till_desk_refund (f->desk, till_sale_item_get_order (item), 500, NULL, NULL);
    desk_fixture_settle ();
    g_assert_cmpint (payment_at (same, i)->state, ==, i < 2 ? TILL_PAYMENT_FAILED
                                                            : TILL_PAYMENT_PAID);
    g_clear_object (&same);
  }
}

static void
test_late_refund_once (F            *f,
                       gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_add (f, "once-words", "once", 0);
  desk_fixture_silence (f, "CHARGE", FALSE);
  item = till_desk_charge (f->desk, 1250, ECNY_CODE, NULL, NULL, NULL);
  for (guint i = 0; i < 6; i++)
    desk_fixture_answer (f, "QUERY", "absent no-answer");
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "absent no-answer");
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_answer (f, "REFUND", "refused config");
  desk_fixture_pass (f, 80 * 1000);
  g_assert_cmpint (payment_at (item, 0)->state, ==, TILL_PAYMENT_PAID_LATE);
  g_assert_cmpint (payment_at (item, 1)->state, ==, TILL_PAYMENT_FAILED);

  /* For an hour, and then each hour. */
  for (guint i = 2; i < 14; i++) {
    desk_fixture_answer (f, "REFUND", "refused config");
    desk_fixture_pass (f, 5 * 60 * 1000);
    g_assert_cmpint (payment_at (item, i)->state, ==, TILL_PAYMENT_FAILED);
  }
  desk_fixture_pass (f, 59 * 60 * 1000);
  desk_fixture_answer (f, "REFUND", "paid");
  desk_fixture_pass (f, 60 * 1000);
  g_assert_cmpint (payment_at (item, 14)->state, ==, TILL_PAYMENT_PAID);
  g_assert_cmpint (till_sale_item_get_sale (item)->refunded_fen, ==, 1250);
  g_assert_false (till_sale_item_is_open (item));
}

/* The same shop in another program. */
static TillDesk *
open_other (F *f)
{
  g_autoptr (GError) error = NULL;
  TillShop *shop = till_shop_open (f->dir, &f->ports, TILL_JOURNAL_INLINE, &error);

  g_assert_no_error (error);
  g_ptr_array_set_free_func (shop->merchants, NULL);
  for (guint i = 0; i < f->shop->merchants->len; i++)
    g_ptr_array_add (shop->merchants, g_ptr_array_index (f->shop->merchants, i));

  return till_desk_new (shop);
}

static TillSaleItem *
paid_sale (F *f)
{
  g_autoptr (GError) error = NULL;
  TillSaleItem *item;

  desk_fixture_answer (f, "CHARGE", "paid ref=42");
  item = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, &error);
  g_assert_no_error (error);
  desk_fixture_settle ();
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_PAID);

  return item;
}

static TillSaleItem *
refund (TillDesk     *desk,
        TillSaleItem *item,
        gint64        amount_fen,
        const char   *number,
        GError      **error)
{
  const TillTicket ticket = { number, NULL, NULL };
  TillSaleItem *same =
    till_desk_refund (desk, till_sale_item_get_order (item), amount_fen, &ticket, error);

  desk_fixture_settle ();

  return same;
}

/* Two programs give back parts of one sale: the answer that comes second is written too. */
static void
test_two_refunds (F            *f,
                  gconstpointer data)
{
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillDesk) other = open_other (f);
  g_autoptr (TillSaleItem) slow = NULL;
  g_autoptr (TillSaleItem) quick = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_late (f, "REFUND", "paid ref=43", 3000);
  slow = refund (f->desk, item, 500, NULL, &error);
  g_assert_no_error (error);
  desk_fixture_answer (f, "REFUND", "paid ref=44");
  quick = refund (other, item, 250, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (till_sale_item_get_sale (quick)->refunded_fen, ==, 250);

  desk_fixture_pass (f, 3000);
  g_assert_cmpint (till_sale_item_get_sale (slow)->refunded_fen, ==, 750);
  g_assert_false (till_desk_is_busy (f->desk, slow));
  g_assert_null (till_sale_item_get_fault (slow));
  till_desk_close (other);
}

/* An acquirer that only tells how much went back of a sale in all: what another program gives back
 * while it is asked does not pass for the refund that it is asked about. */
static void
test_counted_elsewhere (F            *f,
                        gconstpointer data)
{
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillDesk) other = open_other (f);
  g_autoptr (TillSaleItem) slow = NULL;
  g_autoptr (TillSaleItem) quick = NULL;

  desk_fixture_answer (f, "REFUND", "wait processing");
  slow = refund (f->desk, item, 500, NULL, NULL);
  desk_fixture_late (f, "ASK-REFUND", "paid counted=750", 1000);
  desk_fixture_pass (f, 60 * 1000);
  desk_fixture_answer (f, "REFUND", "paid");
  quick = refund (other, item, 750, NULL, NULL);
  g_assert_cmpint (till_sale_item_get_sale (quick)->refunded_fen, ==, 750);

  desk_fixture_answer (f, "REFUND", "wait processing");
  desk_fixture_pass (f, 1000);
  g_assert_cmpint (till_sale_item_get_sale (slow)->refunded_fen, ==, 750);
  desk_fixture_answer (f, "ASK-REFUND", "paid counted=1250");
  desk_fixture_pass (f, 60 * 1000);
  g_assert_cmpint (till_sale_item_get_sale (slow)->refunded_fen, ==, 1250);
  till_desk_close (other);
}

/* What waits for the day's key while another program ends it never leaves. */
static void
test_cancelled_elsewhere (F            *f,
                          gconstpointer data)
{
  g_autoptr (TillDesk) other = NULL;
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) same = NULL;

  desk_fixture_add (f, "daily-words", "daily", 0);
  other = open_other (f);
  desk_fixture_late (f, "KEYS", "key", 5000);
  item = till_desk_charge (f->desk, 1250, JD_CODE, NULL, NULL, NULL);
  desk_fixture_settle ();
  same = till_desk_cancel (other, till_sale_item_get_order (item), NULL);
  desk_fixture_settle ();
  g_assert_cmpint (till_sale_item_get_state (same), ==, TILL_PAYMENT_CLOSING);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_ASKED);

  desk_fixture_pass (f, 5000);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_CLOSING);
  till_desk_close (other);
}

/* Two programs end one payment: what the first has brought to its end the second does not reverse
 * when its own time comes. */
static void
test_ended_elsewhere (F            *f,
                      gconstpointer data)
{
  g_autoptr (TillDesk) other = open_other (f);
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) same = NULL;

  desk_fixture_answer (f, "CHARGE", "wait payer");
  item = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_pass (f, 3000);
  same = till_desk_cancel (other, till_sale_item_get_order (item), NULL);
  desk_fixture_settle ();
  g_assert_cmpint (till_sale_item_get_state (same), ==, TILL_PAYMENT_CLOSING);

  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_pass (f, 2000);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_CLOSING);
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "closed reversed");
  desk_fixture_pass (f, 11000);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_FAILED);

  desk_fixture_pass (f, 10000);
  g_assert_cmpint (till_sale_item_get_state (same), ==, TILL_PAYMENT_FAILED);
  g_assert_false (till_desk_is_busy (other, same));
  till_desk_close (other);
}

/* Two programs reverse one payment, and the first one's reversal is stuck on its way: whatever the
 * second then hears, it does not believe "paid". Whoever reverses what another one began to end
 * says so in the journal first. */
static void
test_reversed_by_both (F            *f,
                       gconstpointer data)
{
  g_autoptr (TillDesk) other = open_other (f);
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) same = NULL;
  gint64 begun_seq;

  desk_fixture_answer (f, "CHARGE", "wait payer");
  item = till_desk_charge (f->desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_pass (f, 3000);
  same = till_desk_cancel (other, till_sale_item_get_order (item), NULL);
  desk_fixture_settle ();
  begun_seq = till_sale_item_get_sale (same)->last_seq;
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_pass (f, 2000);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_CLOSING);

  desk_fixture_silence (f, "REVERSE", FALSE);
  desk_fixture_pass (f, 10000);
  g_assert_cmpint (till_sale_item_get_sale (item)->last_seq, ==, begun_seq + 1);

  /* The other one's time comes at 18 s; it lets this one go first for a moment. */
  desk_fixture_pass (f, 5000);
  desk_fixture_answer (f, "REVERSE", "close-refused paid-no-cancel");
  desk_fixture_answer (f, "QUERY", "paid");
  desk_fixture_pass (f, 3000);
  g_assert_cmpint (till_sale_item_get_state (same), ==, TILL_PAYMENT_CLOSING);

  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "closed reversed");
  desk_fixture_pass (f, 5000);
  g_assert_cmpint (till_sale_item_get_state (same), ==, TILL_PAYMENT_FAILED);
  desk_fixture_pass (f, 60000);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_FAILED);
  g_assert_false (till_desk_is_busy (f->desk, item));
  till_desk_close (other);
}

/* What was cancelled elsewhere between its row and its sending never leaves. */
static void
test_cancelled_before_sent (F            *f,
                            gconstpointer data)
{
  static const char number[] = "TESTSALE000000000001";
  const TillTicket ticket = { number, NULL, NULL };
  g_autoptr (TillDesk) other = open_other (f);
  g_autoptr (TillSaleItem) item = till_desk_collect (
    f->desk, 1250, TILL_BRAND_BIT (TILL_BRAND_WECHAT), 120000, &ticket, NULL);
  g_autoptr (TillSaleItem) same = till_desk_cancel (other, number, NULL);

  desk_fixture_settle ();
  g_assert_cmpint (till_sale_item_get_state (same), ==, TILL_PAYMENT_FAILED);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_FAILED);
  g_assert_cmpuint (till_fake_http_get_n_requests (f->http), ==, 0);
  g_assert_false (till_desk_is_busy (f->desk, item));
  till_desk_close (other);
}

/* The wish to undo a paid sale could not be written; what was given back meanwhile is not reversed
 * as well. */
static void
test_refunded_before_undo (F            *f,
                           gconstpointer data)
{
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillDesk) other = open_other (f);
  g_autoptr (TillSaleItem) same = NULL;
  g_autoptr (TillSaleItem) given = NULL;

  fault_vfs_set (&full_disk);
  same = till_desk_cancel (f->desk, till_sale_item_get_order (item), NULL);
  desk_fixture_settle ();
  fault_vfs_set (NULL);
  desk_fixture_answer (f, "REFUND", "paid");
  given = refund (other, item, 0, NULL, NULL);
  g_assert_cmpint (till_sale_item_get_sale (given)->refunded_fen, ==, 1250);

  desk_fixture_pass (f, 60 * 1000);
  g_assert_cmpint (till_sale_item_get_state (same), ==, TILL_PAYMENT_PAID);
  g_assert_cmpint (till_sale_item_get_sale (same)->refunded_fen, ==, 1250);
  g_assert_false (till_desk_is_busy (f->desk, same));
  till_desk_close (other);
}

/* A question finds one of two codes paid: the other is closed, though nobody was busy with it. */
static void
test_query_closes_others (F            *f,
                          gconstpointer data)
{
  g_autoptr (TillSaleItem) shown = NULL;
  g_autoptr (TillSaleItem) asked = NULL;
  g_autofree char *order = NULL;

  desk_fixture_answer (f, "ORDER", "wait not-scanned text=weixin://1");
  desk_fixture_answer (f, "ORDER", "wait not-scanned text=https://qr/2");
  shown = till_desk_collect (
    f->desk, 1250, TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY), 120000,
    NULL, NULL);
  desk_fixture_settle ();
  order = g_strdup (till_sale_item_get_order (shown));
  desk_fixture_restart (f);

  desk_fixture_late (f, "QUERY", "paid", 1000);
  desk_fixture_answer (f, "QUERY", "wait not-scanned");
  asked = till_desk_query (f->desk, order, NULL);
  desk_fixture_pass (f, 500);
  desk_fixture_answer (f, "REVERSE", "reverse-done");
  desk_fixture_answer (f, "QUERY", "absent");
  desk_fixture_pass (f, 60 * 1000);
  g_assert_cmpint (payment_at (asked, 0)->state, ==, TILL_PAYMENT_PAID);
  g_assert_cmpint (payment_at (asked, 1)->state, ==, TILL_PAYMENT_FAILED);
  g_assert_cmpint (payment_at (asked, 1)->reason, ==, TILL_REASON_OTHER_PAID);
}

/* A refund's number, used again, stands for that refund and for no other sale's. */
static void
test_number_of_refund (F            *f,
                       gconstpointer data)
{
  static const char number[] = "TESTREFUND0000000001";
  g_autoptr (TillSaleItem) first = paid_sale (f);
  g_autoptr (TillSaleItem) second = paid_sale (f);
  g_autoptr (TillSaleItem) given = NULL;
  g_autoptr (TillSaleItem) again = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (f, "REFUND", "paid");
  given = refund (f->desk, first, 500, number, &error);
  g_assert_no_error (error);

  again = refund (f->desk, first, 500, number, &error);
  g_assert_no_error (error);
  g_assert_cmpint (till_sale_item_get_sale (again)->refunded_fen, ==, 500);
  g_assert_null (refund (f->desk, first, 501, number, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_DUPLICATE);
  g_clear_error (&error);
  g_assert_null (refund (f->desk, second, 500, number, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_DUPLICATE);
}

/* Who gives back all that is left under a number, and asks again, is told what became of that: also
 * when nothing is left any more. All that is left is not the part that this number gave back. */
static void
test_number_of_whole (F            *f,
                      gconstpointer data)
{
  static const char part[] = "TESTREFUND0000000001", rest[] = "TESTREFUND0000000002";
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillSaleItem) given = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_answer (f, "REFUND", "paid");
  given = refund (f->desk, item, 500, part, &error);
  g_assert_no_error (error);
  g_assert_null (refund (f->desk, item, 0, part, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_DUPLICATE);
  g_clear_error (&error);

  desk_fixture_answer (f, "REFUND", "paid");
  for (guint i = 0; i < 3; i++) {
    g_autoptr (TillSaleItem) whole = refund (f->desk, item, 0, rest, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (till_sale_item_get_sale (whole)->payments->len, ==, 3);
    g_assert_cmpint (till_sale_item_get_sale (whole)->refunded_fen, ==, 1250);
  }
  g_assert_null (refund (f->desk, item, 0, part, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_DUPLICATE);
}

/* A question about what is final, and no answer: the sale stays, and it is said. */
static void
test_silent_query (F            *f,
                   gconstpointer data)
{
  g_autoptr (TillSaleItem) item = paid_sale (f);
  g_autoptr (TillSaleItem) asked = NULL;
  g_autoptr (TillSaleItem) again = NULL;

  desk_fixture_silence (f, "QUERY", TRUE);
  asked = till_desk_query (f->desk, till_sale_item_get_order (item), NULL);
  desk_fixture_settle ();
  desk_fixture_pass (f, 0);
  g_assert_cmpint (till_sale_item_get_state (asked), ==, TILL_PAYMENT_PAID);
  g_assert_error (till_sale_item_get_fault (asked), TILL_REFUSAL, TILL_REASON_NO_NETWORK);

  desk_fixture_answer (f, "QUERY", "paid ref=42");
  again = till_desk_query (f->desk, till_sale_item_get_order (item), NULL);
  desk_fixture_settle ();
  desk_fixture_pass (f, 0);
  g_assert_cmpint (till_sale_item_get_state (again), ==, TILL_PAYMENT_PAID);
  g_assert_null (till_sale_item_get_fault (again));
}

/* What may be begun again is what another program was faster with, and nothing else. */
static void
test_begin_again (F            *f,
                  gconstpointer data)
{
  static const struct {
    TillJournalError code;
    gboolean         may;
  } cases[] = {
    { TILL_JOURNAL_ERROR_CONFLICT, TRUE },
    { TILL_JOURNAL_ERROR_DUPLICATE, TRUE },
    { TILL_JOURNAL_ERROR_LOCKED, FALSE },
    { TILL_JOURNAL_ERROR_FULL, FALSE },
    { TILL_JOURNAL_ERROR_UNCERTAIN, FALSE },
  };

  g_assert_false (till_desk_may_begin_again (NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = g_error_new_literal (TILL_JOURNAL_ERROR, (int) cases[i].code, "x");

    g_assert_cmpint (till_desk_may_begin_again (error), ==, cases[i].may);
  }
}

#define ADD(path, func) g_test_add ("/desk-others/" path, F, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_install ();

  ADD ("cancel-before-key", test_cancel_before_key);
  ADD ("charge-after-key", test_charge_after_key);
  ADD ("refund-once", test_refund_once);
  ADD ("late-refund-once", test_late_refund_once);
  ADD ("two-refunds", test_two_refunds);
  ADD ("counted-elsewhere", test_counted_elsewhere);
  ADD ("cancelled-elsewhere", test_cancelled_elsewhere);
  ADD ("ended-elsewhere", test_ended_elsewhere);
  ADD ("cancelled-before-sent", test_cancelled_before_sent);
  ADD ("refunded-before-undo", test_refunded_before_undo);
  ADD ("query-closes-others", test_query_closes_others);
  ADD ("reversed-by-both", test_reversed_by_both);
  ADD ("number-of-refund", test_number_of_refund);
  ADD ("number-of-whole", test_number_of_whole);
  ADD ("silent-query", test_silent_query);
  ADD ("begin-again", test_begin_again);
  ADD ("journal-fault", test_journal_fault);
  ADD ("journal-fault-ends", test_journal_fault_ends);
  ADD ("trouble", test_trouble);

  return g_test_run ();
}
