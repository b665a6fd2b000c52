/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault-vfs.h"
#include "journal-fixture.h"
#include "store/journal-private.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

static void
assert_same_row (const TillRow *a,
                 const TillRow *b)
{
  g_autofree char *json_a = till_row_to_json (a);
  g_autofree char *json_b = till_row_to_json (b);

  g_assert_cmpstr (json_a, ==, json_b);
}

static void
assert_same_sale (const TillSale *a,
                  const TillSale *b)
{
  g_assert_cmpstr (a->order, ==, b->order);
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpint (a->reason, ==, b->reason);
  g_assert_cmpint (a->last_seq, ==, b->last_seq);
  g_assert_cmpint (a->amount_fen, ==, b->amount_fen);
  g_assert_cmpint (a->refunded_fen, ==, b->refunded_fen);
  g_assert_cmpint (a->is_open, ==, b->is_open);
  g_assert_cmpint (a->payments->len, ==, b->payments->len);
}

/* A row with something in each of its fields. */
static TillRow *
full_row (void)
{
  TillRow *row = till_row_new ();

  *row = (TillRow) {
    .at_us = 1800000000123456, .day = 20270115, .hour = 0,
    .sale = g_strdup ("20270115000000000001"), .payment = g_strdup ("20270115000000000001"),
    .event = TILL_EVENT_ASK, .state = TILL_PAYMENT_ASKED, .reason = TILL_REASON_PAYER,
    .kind = TILL_KIND_COLLECT, .amount_fen = 1250, .currency = g_strdup ("CNY"),
    .acquirer = g_strdup ("wechat"), .of = g_strdup ("X"), .clerk = g_strdup ("ann"),
    .note = g_strdup ("第一单 \"quoted\" \\ and\na line"),
    .brand = TILL_BRAND_WECHAT, .acquirer_ref = g_strdup (""), .payer_total_fen = 1200,
    .fee_fen = -1, .paid_us = G_MAXINT64, .code_text = g_strdup ("weixin://x"),
    .expires_us = 7, .keep = g_strdup ("{}"), .said = g_strdup ("HTTP 200"),
  };

  return row;
}

/* What was appended is read back, field by field, also by another connection. */
static void
test_append_and_load (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_DEFAULT);
  g_autoptr (TillJournal) other = till_journal_open (fixture->path, TILL_JOURNAL_READ_ONLY, NULL);
  g_autoptr (TillRow) row = full_row ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TillRow) kept = append_and_wait (fixture->journal, row, &error);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (TillSale) sale = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (kept->seq, ==, 1);
  rows = till_journal_load_rows (other, row->sale, &error);
  g_assert_no_error (error);
  g_assert_cmpint (rows->len, ==, 1);
  assert_same_row (rows->pdata[0], kept);

  sale = till_journal_load_sale (other, row->sale, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sale->amount_fen, ==, 1250);
  g_assert_cmpint (sale->last_seq, ==, 1);
  g_assert_true (sale->is_open);
}

/* A number that no sale has is no error, and any payment's number leads to its sale. */
static void
test_load_by_any_number (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  TillSale *sale = fixture_add_sale (fixture);
  g_autoptr (TillSale) found = NULL;
  g_autoptr (GError) error = NULL;

  fixture_pay (fixture, sale);
  fixture_add (fixture, sale,
               fixture_ask (fixture, sale, TILL_KIND_REFUND, "REFUND00000000000001"));
  fixture_add_sale (fixture);

  found = till_journal_load_sale (fixture->journal, "REFUND00000000000001", &error);
  g_assert_no_error (error);
  assert_same_sale (found, sale);

  g_assert_null (till_journal_load_sale (fixture->journal, "NOBODY", &error));
  g_assert_no_error (error);
  g_assert_null (till_journal_load_rows (fixture->journal, "", &error));
  g_assert_no_error (error);
}

/* Rows that are refused, each for its reason, and the journal goes on as if they had not been. */
static void
test_refused_rows (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  TillSale *sale = fixture_add_sale (fixture);
  const struct {
    const char      *sale;
    const char      *payment;
    gint64           before_seq;
    TillPaymentEvent event;
    TillPaymentState state;
    gint64           amount_fen;
    int              day;
    int              hour;
    const char      *note;
    TillJournalError code;
  } cases[] = {
    { sale->order, sale->order, 0, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 1, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_DUPLICATE },
    { sale->order, sale->order, 1, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 1, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_DUPLICATE },
    { "S2", "S2", 1, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 1, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_CONFLICT },
    { sale->order, "P2", 5, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 1, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_CONFLICT },
    { sale->order, sale->order, 0, TILL_EVENT_PAID, TILL_PAYMENT_PAID, 1, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_CONFLICT },
    { "S2", "P2", 0, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 1, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_BAD_ROW },
    { "S2", "S2", 0, TILL_EVENT_PAID, TILL_PAYMENT_PAID, 1, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_BAD_ROW },
    { sale->order, sale->order, 1, TILL_EVENT_PAID, TILL_PAYMENT_FAILED, 0, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_BAD_ROW },
    { sale->order, sale->order, 1, TILL_EVENT_CLOSE_DONE, TILL_PAYMENT_PAID, 0, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_BAD_ROW },
    { sale->order, "P2", 1, TILL_EVENT_PAID, TILL_PAYMENT_PAID, 0, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_BAD_ROW },
    { "S2", "S2", 0, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 0, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_BAD_ROW },
    { "S2", "S2", 0, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 1, 0, 0, NULL,
      TILL_JOURNAL_ERROR_BAD_ROW },
    { "S2", "S2", 0, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 1, 20270115, 24, NULL,
      TILL_JOURNAL_ERROR_BAD_ROW },
    { "S2", "S2", 0, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 1, 20270115, 0, "\xff",
      TILL_JOURNAL_ERROR_BAD_ROW },
    { "", "", 0, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 1, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_BAD_ROW },
    { NULL, NULL, 0, TILL_EVENT_ASK, TILL_PAYMENT_ASKED, 1, 20270115, 0, NULL,
      TILL_JOURNAL_ERROR_BAD_ROW },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillRow) row = till_row_new ();
    g_autoptr (GError) error = NULL;

    row->sale = g_strdup (cases[i].sale);
    row->payment = g_strdup (cases[i].payment);
    row->before_seq = cases[i].before_seq;
    row->event = cases[i].event;
    row->state = cases[i].state;
    row->amount_fen = cases[i].amount_fen;
    row->currency = g_strdup ("CNY");
    row->at_us = 1;
    row->day = cases[i].day;
    row->hour = cases[i].hour;
    row->note = g_strdup (cases[i].note);
    g_assert_null (append_and_wait (fixture->journal, row, &error));
    g_assert_error (error, TILL_JOURNAL_ERROR, (int) cases[i].code);
  }

  fixture_pay (fixture, sale);
  g_assert_cmpint (sale->last_seq, ==, 2);
  g_assert_cmpint (sale->state, ==, TILL_PAYMENT_PAID);
}

/* Of two programs that know the same sale, the second to write is told to load it again. */
static void
test_conflict_of_two_programs (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_DEFAULT);
  g_autoptr (TillJournal) other = till_journal_open (fixture->path, TILL_JOURNAL_DEFAULT, NULL);
  TillSale *sale = fixture_add_sale (fixture);
  g_autoptr (TillRow) ours = fixture_event (fixture, sale, sale->order, TILL_EVENT_WAIT);
  g_autoptr (TillRow) theirs = fixture_event (fixture, sale, sale->order, TILL_EVENT_LOST);
  g_autoptr (GError) error = NULL;
  g_autoptr (TillRow) kept = append_and_wait (other, theirs, &error);
  g_autoptr (TillSale) loaded = NULL;

  g_assert_no_error (error);
  g_assert_null (append_and_wait (fixture->journal, ours, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_CONFLICT);

  g_clear_error (&error);
  loaded = till_journal_load_sale (fixture->journal, sale->order, &error);
  g_assert_no_error (error);
  g_assert_cmpint (loaded->state, ==, TILL_PAYMENT_UNSURE);
  g_assert_cmpint (loaded->last_seq, ==, kept->seq);
}

/* No program changes or removes a row, this one included. */
static void
test_rows_are_for_ever (void)
{
  static const char *const attempts[] = {
    "UPDATE row SET amount_fen = 1",
    "DELETE FROM row",
    "INSERT INTO row SELECT * FROM row",
    "INSERT INTO row (seq, at_us, day, hour, sale, payment, event, hash) "
    "SELECT 99, at_us, day, hour, sale, payment, event, hash FROM row",
    "INSERT INTO row (seq, at_us, day, hour, event, hash) VALUES (99, 'x', 1, 1, 'x', x'00')",
  };
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  sqlite3 *sqlite = NULL;

  fixture_add_sale (fixture);
  g_assert_cmpint (sqlite3_open (fixture->path, &sqlite), ==, SQLITE_OK);
  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++)
    g_assert_cmpint (sqlite3_exec (sqlite, attempts[i], NULL, NULL, NULL), ==, SQLITE_CONSTRAINT);
  sqlite3_close (sqlite);

  g_assert_cmpint (fixture_get_int (fixture, "SELECT count(*) FROM row"), ==, 1);
}

typedef struct {
  GPtrArray *numbers;
  guint      n_errors;
} Order;

static void
ordered_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Order *order = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillRow) row = till_journal_append_finish (NULL, result, &error);

  if (error)
    order->n_errors++;
  g_ptr_array_add (order->numbers, g_strdup (row ? row->sale : "refused"));
}

/* Appends that wait while another program writes share one transaction; a refused one among them
 * harms no other, and the answers come in the order of the questions. */
static void
test_group_commit (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_DEFAULT);
  g_autoptr (GPtrArray) numbers = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) sales = g_ptr_array_new_with_free_func (g_free);
  Order order = { numbers, 0 };
  sqlite3 *holder = NULL;

  fault_vfs_set_waits (TRUE);
  sqlite3_open (fixture->path, &holder);
  g_assert_cmpint (sqlite3_exec (holder, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < 20; i++) {
    g_autoptr (TillSale) sale = till_sale_new ();
    char *number = i == 13 ? g_strdup (sales->pdata[5]) : fixture_number (fixture);
    g_autoptr (TillRow) row = fixture_ask (fixture, sale, TILL_KIND_CHARGE, number);

    g_ptr_array_add (sales, number);
    till_journal_append_async (fixture->journal, row, ordered_cb, &order);
  }
  sqlite3_exec (holder, "ROLLBACK", NULL, NULL, NULL);
  sqlite3_close (holder);

  while (numbers->len < 20)
    g_main_context_iteration (NULL, TRUE);
  fault_vfs_set_waits (FALSE);

  for (guint i = 0; i < 20; i++)
    g_assert_cmpstr (numbers->pdata[i], ==, i == 13 ? "refused" : sales->pdata[i]);
  g_assert_cmpint (order.n_errors, ==, 1);
  /* The first may have been taken alone, before the others came. */
  g_assert_cmpint (till_writer_get_counts (fixture->journal->writer).n_commits, <=, 2);
}

/* What waits when the journal is closed is written, and its callers hear of it. */
static void
test_close_writes_what_waits (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_DEFAULT);
  g_autoptr (GPtrArray) numbers = g_ptr_array_new_with_free_func (g_free);
  Order order = { numbers, 0 };

  for (guint i = 0; i < 50; i++) {
    g_autoptr (TillSale) sale = till_sale_new ();
    g_autofree char *number = fixture_number (fixture);
    g_autoptr (TillRow) row = fixture_ask (fixture, sale, TILL_KIND_CHARGE, number);

    till_journal_append_async (fixture->journal, row, ordered_cb, &order);
  }
  g_clear_pointer (&fixture->journal, till_journal_close);
  g_assert_cmpint (fixture_get_int (fixture, "SELECT count(*) FROM row"), ==, 50);

  while (numbers->len < 50)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (order.n_errors, ==, 0);
}

static gboolean
count_cb (const TillSale *sale,
          gpointer        user_data)
{
  GPtrArray *found = user_data;

  g_ptr_array_add (found, g_strdup (sale->order));
  return TRUE;
}

static guint
count_sales (Fixture       *fixture,
             TillSaleFilter filter)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  till_journal_each_sale (fixture->journal, &filter, count_cb, found, &error);
  g_assert_no_error (error);

  return found->len;
}

static gboolean
has_digits (const TillSale *sale,
            const char     *digits)
{
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = sale->payments->pdata[i];

    if (strstr (payment->order, digits) ||
        (payment->acquirer_ref && strstr (payment->acquirer_ref, digits)))
      return TRUE;
  }

  return FALSE;
}

/* Whether the test's own fold of a sale passes a filter. */
static gboolean
passes (const TillSale       *sale,
        const TillSaleFilter *filter)
{
  return sale->day >= filter->first_day && (!filter->last_day || sale->day <= filter->last_day) &&
         (!filter->brand || sale->brand == filter->brand) &&
         (!filter->open_only || sale->is_open || sale->is_watched) &&
         (!filter->state ||
          g_str_equal (till_payment_state_to_word (sale->state), filter->state)) &&
         (!filter->digits || has_digits (sale, filter->digits));
}

/* Filters show the sales that a look at every one of them would show, though clocks went back. */
static void
test_filters (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  const TillSaleFilter filters[] = {
    { 0 },
    { .first_day = 20270117 },
    { .last_day = 20270118 },
    { .first_day = 20270116, .last_day = 20270116 },
    { .first_day = 20280101 },
    { .state = "paid" },
    { .state = "closing" },
    { .state = "nonsense" },
    { .brand = TILL_BRAND_WECHAT },
    { .brand = TILL_BRAND_QQ },
    { .open_only = TRUE },
    { .open_only = TRUE, .state = "waiting", .first_day = 20270116 },
    { .digits = "T000000000" },
    { .digits = "A" },
    { .digits = "%" },
  };

  fixture_wander (fixture, 600);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++) {
    guint n_passing = 0;

    for (guint j = 0; j < fixture->sales->len; j++)
      n_passing += passes (fixture->sales->pdata[j], &filters[i]) ? 1 : 0;
    g_test_message ("filter %u: %u", i, n_passing);
    g_assert_cmpint (count_sales (fixture, filters[i]), ==, n_passing);
  }

  g_assert_cmpint (count_sales (fixture, (TillSaleFilter) { .limit = 7 }), ==, 7);
}

/* Sales come newest first, and as their rows make them. */
static void
test_order_of_sales (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  fixture_wander (fixture, 200);
  till_journal_each_sale (fixture->journal, &(TillSaleFilter) { 0 }, count_cb, found, &error);
  g_assert_no_error (error);
  g_assert_cmpint (found->len, ==, fixture->sales->len);

  for (guint i = 0; i < found->len; i++) {
    const TillSale *sale = fixture->sales->pdata[found->len - 1 - i];
    g_autoptr (TillSale) loaded = NULL;

    loaded = till_journal_load_sale (fixture->journal, found->pdata[i], &error);
    g_assert_no_error (error);
    assert_same_sale (loaded, sale);
  }
}

/* A part of any number, also the acquirer's, copied with blanks or in small letters. */
static void
test_digits (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  TillSale *sale = fixture_add_sale (fixture);
  g_autoptr (TillRow) row = fixture_event (fixture, sale, sale->order, TILL_EVENT_PAID);
  static const struct {
    const char *digits;
    guint       n;
  } cases[] = {
    { "4200001234", 1 }, { "1234 abcd", 1 }, { "ABCD", 1 }, { " 1234\tAb", 1 },
    { "4200001235", 0 }, { "1234_bcd", 0 }, { "", 2 },
  };

  g_free (row->acquirer_ref);
  row->acquirer_ref = g_strdup ("4200001234abCd");
  fixture_add (fixture, sale, g_steal_pointer (&row));
  fixture_add_sale (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (count_sales (fixture, (TillSaleFilter) { .digits = cases[i].digits }), ==,
                     cases[i].n);
}

static gboolean
add_row_cb (const TillRow *row,
            gpointer       user_data)
{
  GArray *seqs = user_data;

  g_array_append_val (seqs, row->seq);
  return TRUE;
}

/* The rows of a day are those that say so, in the chain's order. */
static void
test_rows_of_days (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);

  fixture_wander (fixture, 400);
  for (int day = 20270113; day < 20270127; day++) {
    g_autoptr (GArray) seqs = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM row WHERE day = %d", day);
    g_autoptr (GError) error = NULL;

    till_journal_each_row (fixture->journal, day, day, add_row_cb, seqs, &error);
    g_assert_no_error (error);
    g_assert_cmpint (seqs->len, ==, fixture_get_int (fixture, sql));
    for (guint i = 1; i < seqs->len; i++)
      g_assert_cmpint (g_array_index (seqs, gint64, i), >, g_array_index (seqs, gint64, i - 1));
  }
}

/* Takings are the same in each dimension, and what the sales add up to. */
static void
test_takings (void)
{
  static const char *const dimensions[] = { "brand", "acquirer", "clerk", "hour", "day" };
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  gint64 gross_fen = 0, refunded_fen = 0, n = 0;

  fixture_wander (fixture, 800);
  for (guint i = 0; i < fixture->sales->len; i++) {
    const TillSale *sale = fixture->sales->pdata[i];

    refunded_fen += sale->refunded_fen;
    for (guint j = 0; j < sale->payments->len; j++) {
      const TillPayment *payment = sale->payments->pdata[j];
      gboolean is_taken = payment->state == TILL_PAYMENT_PAID ||
                          payment->state == TILL_PAYMENT_PAID_LATE;

      if (payment->kind != TILL_KIND_REFUND && is_taken) {
        gross_fen += payment->amount_fen;
        n++;
      }
    }
  }

  for (guint i = 0; i < G_N_ELEMENTS (dimensions); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) lines =
        till_journal_takings (fixture->journal, 0, 0, dimensions[i], &error);
    TillTakings sum = { 0 };

    g_assert_no_error (error);
    for (guint j = 0; j < lines->len; j++) {
      const TillTakingsLine *line = lines->pdata[j];

      sum.n += line->takings.n;
      sum.gross_fen += line->takings.gross_fen;
      sum.refunded_fen += line->takings.refunded_fen;
    }
    g_assert_cmpint (sum.n, ==, n);
    g_assert_cmpint (sum.gross_fen, ==, gross_fen);
    g_assert_cmpint (sum.refunded_fen, ==, refunded_fen);
  }
}

/* A payment that is taken back takes its fee with it, and a refund counts under the wallet of what
 * it gives back. */
static void
test_takings_keys (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  TillSale *kept = fixture_add_sale (fixture), *reversed = fixture_add_sale (fixture);
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GError) error = NULL;
  TillTakings sum = { 0 };
  TillRow *row;

  row = fixture_event (fixture, kept, kept->order, TILL_EVENT_PAID);
  row->brand = TILL_BRAND_QQ;
  row->fee_fen = 3;
  fixture_add (fixture, kept, row);
  row = fixture_ask (fixture, kept, TILL_KIND_REFUND, "R1");
  fixture_add (fixture, kept, row);
  row = fixture_event (fixture, kept, "R1", TILL_EVENT_PAID);
  row->brand = TILL_BRAND_NONE;
  fixture_add (fixture, kept, row);
  row = fixture_event (fixture, reversed, reversed->order, TILL_EVENT_PAID);
  row->fee_fen = 5;
  row->brand = TILL_BRAND_JD;
  fixture_add (fixture, reversed, row);
  fixture_add (fixture, reversed,
               fixture_event (fixture, reversed, reversed->order, TILL_EVENT_UNDO));

  lines = till_journal_takings (fixture->journal, 0, 0, "brand", &error);
  g_assert_no_error (error);
  g_assert_cmpint (lines->len, ==, 1);
  sum = ((TillTakingsLine *) lines->pdata[0])->takings;
  g_assert_cmpstr (((TillTakingsLine *) lines->pdata[0])->key, ==, "qq");
  g_assert_cmpint (sum.n, ==, 1);
  g_assert_cmpint (sum.fee_fen, ==, 3);
  g_assert_cmpint (sum.refunded_fen, ==, kept->refunded_fen);
}

/* Only the owner reads the journal, and nothing but it and its logs lies beside it. */
static void
test_files_are_private (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_DEFAULT);
  g_autoptr (GDir) folder = NULL;
  const char *name;

  fixture_add_sale (fixture);
  folder = g_dir_open (fixture->dir, 0, NULL);
  while ((name = g_dir_read_name (folder))) {
    g_autofree char *path = g_build_filename (fixture->dir, name, NULL);
    GStatBuf status;

    g_assert_true (g_str_has_prefix (name, "journal.db"));
    g_assert_false (g_str_has_prefix (name, "journal.db.part"));
    g_assert_cmpint (g_stat (path, &status), ==, 0);
    g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  }
}

/* Each file that cannot be opened as a journal is refused with its own error. */
static void
test_open_refused (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  static const struct {
    const char      *sql;
    TillJournalError code;
  } cases[] = {
    { "PRAGMA user_version = 2", TILL_JOURNAL_ERROR_NEWER },
    { "PRAGMA user_version = 0", TILL_JOURNAL_ERROR_NOT_ONE },
    { "PRAGMA user_version = 1; PRAGMA application_id = 7", TILL_JOURNAL_ERROR_NOT_ONE },
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *garbage = g_build_filename (fixture->dir, "garbage.db", NULL);
  g_autofree char *empty = g_build_filename (fixture->dir, "empty.db", NULL);

  g_assert_null (till_journal_open ("/nonexistent/journal.db", TILL_JOURNAL_DEFAULT, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_false (till_journal_create (fixture->path, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (till_journal_create ("/nonexistent/journal.db", &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_MISSING);
  g_clear_error (&error);

  g_file_set_contents (garbage, "this is a text of some length, but certainly no journal, and it "
                       "is long enough for a page's header to be read from it", -1, NULL);
  g_assert_null (till_journal_open (garbage, TILL_JOURNAL_DEFAULT, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE);
  g_clear_error (&error);
  g_file_set_contents (empty, "", 0, NULL);
  g_assert_null (till_journal_open (empty, TILL_JOURNAL_READ_ONLY, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_NOT_ONE);
  g_clear_error (&error);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    fixture_exec (fixture, cases[i].sql);
    g_assert_null (till_journal_open (fixture->path, TILL_JOURNAL_DEFAULT, &error));
    g_assert_error (error, TILL_JOURNAL_ERROR, (int) cases[i].code);
    g_clear_error (&error);
  }
}

/* A journal that is opened for reading refuses rows, and shows what others write. */
static void
test_read_only (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  g_autoptr (TillJournal) reader = till_journal_open (fixture->path, TILL_JOURNAL_READ_ONLY, NULL);
  TillSale *sale = fixture_add_sale (fixture);
  g_autoptr (TillRow) row = fixture_event (fixture, sale, sale->order, TILL_EVENT_WAIT);
  g_autoptr (TillSale) seen = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (append_and_wait (reader, row, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_READ_ONLY);
  g_clear_error (&error);
  seen = till_journal_load_sale (reader, sale->order, &error);
  g_assert_no_error (error);
  assert_same_sale (seen, sale);
}

/* A journal whose file was put elsewhere while it is open takes no more rows: they would be
 * lost. */
static void
test_moved_file (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TILL_JOURNAL_INLINE);
  TillSale *sale = fixture_add_sale (fixture);
  g_autoptr (TillRow) row = fixture_event (fixture, sale, sale->order, TILL_EVENT_WAIT);
  g_autofree char *elsewhere = g_strconcat (fixture->path, ".old", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_rename (fixture->path, elsewhere), ==, 0);
  g_assert_null (append_and_wait (fixture->journal, row, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_MISSING);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/journal/append-and-load", test_append_and_load);
  g_test_add_func ("/journal/load-by-any-number", test_load_by_any_number);
  g_test_add_func ("/journal/refused-rows", test_refused_rows);
  g_test_add_func ("/journal/conflict-of-two-programs", test_conflict_of_two_programs);
  g_test_add_func ("/journal/rows-are-for-ever", test_rows_are_for_ever);
  g_test_add_func ("/journal/group-commit", test_group_commit);
  g_test_add_func ("/journal/close-writes-what-waits", test_close_writes_what_waits);
  g_test_add_func ("/journal/filters", test_filters);
  g_test_add_func ("/journal/order-of-sales", test_order_of_sales);
  g_test_add_func ("/journal/digits", test_digits);
  g_test_add_func ("/journal/rows-of-days", test_rows_of_days);
  g_test_add_func ("/journal/takings", test_takings);
  g_test_add_func ("/journal/takings-keys", test_takings_keys);
  g_test_add_func ("/journal/files-are-private", test_files_are_private);
  g_test_add_func ("/journal/open-refused", test_open_refused);
  g_test_add_func ("/journal/read-only", test_read_only);
  g_test_add_func ("/journal/moved-file", test_moved_file);

  return g_test_run ();
}
