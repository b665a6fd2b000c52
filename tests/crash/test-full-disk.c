/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calls-room.h"
#include "desk-fixture.h"
#include "write-log.h"

#include "desk/books.h"

/* A disk fills up while the till runs, and gets room again: what cannot be written is not sent and
 * says why, what was answered waits to be written, and then the same program goes on. */

#define ROOM_STEP_BYTES 1777
#define ROOM_STEPS      36
#define SALES_MOST      8

typedef DeskFixture F;

typedef struct {
  guint n_paid;      /* at once */
  guint n_refused;
  guint n_late;      /* paid, and written when there was room */
} Counts;

static void
set_up (F            *f,
        gconstpointer data)
{
  desk_fixture_set_up (f);
  g_setenv (CRASH_ENV_UNDER, f->dir, TRUE);
}

static void
tear_down (F            *f,
           gconstpointer data)
{
  g_auto (TillVerdict) verdict = { 0 };
  g_autoptr (GError) error = NULL;

  till_journal_verify (f->shop->journal, 1, NULL, NULL, NULL, &verdict, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (verdict.what, ==, NULL);
  g_assert_true (verdict.caches_agree);
  g_unsetenv (CRASH_ENV_UNDER);
  desk_fixture_tear_down (f);
}

/* Another customer each time. NULL where the desk does not even try. */
static TillSaleItem *
charge (F *f)
{
  static guint n_codes;
  g_autofree char *paycode = g_strdup_printf ("13%016u", ++n_codes);
  g_autoptr (GError) error = NULL;
  TillSaleItem *item = till_desk_charge (f->desk, 1250, paycode, NULL, NULL, &error);

  if (item)
    g_assert_no_error (error);
  else
    g_assert_error (error, TILL_REFUSAL, TILL_REASON_JOURNAL);
  desk_fixture_settle ();

  return item;
}

static gboolean
is_full (TillSaleItem *item)
{
  return g_error_matches (till_sale_item_get_fault (item), TILL_JOURNAL_ERROR,
                          TILL_JOURNAL_ERROR_FULL);
}

/* A sale that must not be sent: the answer that waits for it is not fetched. */
static void
assert_refused (F            *f,
                TillSaleItem *item,
                guint         n_requests)
{
  g_assert_nonnull (strstr (till_desk_get_journal_fault (f->desk), "free some space"));
  g_assert_cmpuint (till_fake_http_get_n_requests (f->http), ==, n_requests);
  if (!item)
    return;

  g_assert_true (is_full (item));
  g_assert_null (till_sale_item_get_sale (item)->order);
  g_assert_false (till_desk_is_busy (f->desk, item));
}

static void
assert_paid (F            *f,
             TillSaleItem *item)
{
  const char *number = till_sale_item_get_order (item);
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSale) sale = till_journal_load_sale (f->shop->journal, number, &error);

  g_assert_no_error (error);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_PAID);
  g_assert_null (till_sale_item_get_fault (item));
  g_assert_cmpint (sale->state, ==, TILL_PAYMENT_PAID);
}

/* Customers come; @answered gets those whose wallet was asked. */
static void
sell (F         *f,
      GPtrArray *answered,
      Counts    *counts)
{
  for (guint i = 0; i < SALES_MOST; i++) {
    guint n_requests = till_fake_http_get_n_requests (f->http);
    g_autoptr (TillSaleItem) item = NULL;

    if (till_fake_http_get_n_left (f->http) == 0)
      desk_fixture_answer (f, "CHARGE", "paid");
    item = charge (f);
    if (!item || till_sale_item_get_state (item) == TILL_PAYMENT_NEW) {
      assert_refused (f, item, n_requests);
      counts->n_refused++;
      continue;
    }

    g_assert_cmpuint (till_fake_http_get_n_requests (f->http), ==, n_requests + 1);
    g_ptr_array_add (answered, g_object_ref (item));
    if (till_sale_item_get_state (item) == TILL_PAYMENT_PAID) {
      counts->n_paid++;
      continue;
    }
    g_assert_true (is_full (item));
    counts->n_late++;
  }
}

/* Whatever room is left, for one row, for its answer or for half of either. */
static void
test_room (F            *f,
           gconstpointer data)
{
  CrashRoom kind = (CrashRoom) GPOINTER_TO_INT (data);
  Counts counts = { 0 };

  for (guint step = 0; step < ROOM_STEPS; step++) {
    g_autoptr (GPtrArray) answered = g_ptr_array_new_with_free_func (g_object_unref);

    crash_room_set (kind, step * ROOM_STEP_BYTES);
    sell (f, answered, &counts);
    desk_fixture_pass (f, 10000);
    crash_room_forget ();
    desk_fixture_pass (f, 4000);
    g_assert_null (till_desk_get_journal_fault (f->desk));

    if (till_fake_http_get_n_left (f->http) == 0)
      desk_fixture_answer (f, "CHARGE", "paid");
    g_ptr_array_add (answered, charge (f));
    for (guint i = 0; i < answered->len; i++)
      assert_paid (f, answered->pdata[i]);
    g_assert_cmpuint (g_list_model_get_n_items (till_desk_get_open (f->desk)), ==, 0);
  }

  g_test_message ("room for %u sales, %u refused while full, %u written when there was room",
                  counts.n_paid, counts.n_refused, counts.n_late);
  g_assert_cmpuint (counts.n_paid, >, ROOM_STEPS / 4);
  g_assert_cmpuint (counts.n_refused, >, ROOM_STEPS);
  g_assert_cmpuint (counts.n_late, >, ROOM_STEPS / 10);
}

/* Money is not given back while the disk is full, and is when it has room. */
static void
test_refund (F            *f,
             gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL, refused = NULL, given = NULL;
  g_autoptr (GError) error = NULL;
  const char *number;

  desk_fixture_answer (f, "CHARGE", "paid");
  item = charge (f);
  number = till_sale_item_get_order (item);

  crash_room_set (CRASH_ROOM_ALL, 0);
  refused = till_desk_refund (f->desk, number, 250, NULL, &error);
  g_assert_no_error (error);
  desk_fixture_settle ();
  g_assert_true (is_full (refused));
  desk_fixture_pass (f, 60000);
  g_assert_cmpuint (till_fake_http_get_n_requests (f->http), ==, 1);
  crash_room_forget ();

  desk_fixture_answer (f, "REFUND", "paid");
  given = till_desk_refund (f->desk, number, 250, NULL, &error);
  g_assert_no_error (error);
  desk_fixture_settle ();
  g_assert_cmpint (till_sale_item_get_sale (given)->refunded_fen, ==, 250);
  g_assert_null (till_sale_item_get_fault (given));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/full-disk/room-to-grow", F, GINT_TO_POINTER (CRASH_ROOM_GROWTH), set_up, test_room,
              tear_down);
  g_test_add ("/full-disk/no-room-at-all", F, GINT_TO_POINTER (CRASH_ROOM_ALL), set_up, test_room,
              tear_down);
  g_test_add ("/full-disk/refund", F, NULL, set_up, test_refund, tear_down);

  return g_test_run ();
}
