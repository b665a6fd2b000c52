/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "fault-vfs.h"
#include "scratch.h"

#include <sqlite3.h>

#define START_US  (G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC)
#define START_DAY 20270115

Fixture *
fixture_new (TillJournalFlags flags)
{
  Fixture *self = g_new0 (Fixture, 1);
  g_autoptr (GError) error = NULL;
  gboolean is_made;

  fault_vfs_install ();
  self->dir = g_dir_make_tmp ("till-journal-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->dir, "journal.db", NULL);
  self->sales = g_ptr_array_new_with_free_func ((GDestroyNotify) till_sale_free);
  self->now_us = START_US;
  self->day = START_DAY;
  self->rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());

  is_made = till_journal_create (self->path, &error);
  g_assert_no_error (error);
  g_assert_true (is_made);
  fixture_reopen (self, flags);

  return self;
}

void
fixture_free (Fixture *self)
{
  till_journal_close (self->journal);
  scratch_remove (self->dir);
  g_ptr_array_unref (self->sales);
  g_rand_free (self->rand);
  g_free (self->dir);
  g_free (self->path);
  g_free (self);
}

void
fixture_reopen (Fixture         *self,
                TillJournalFlags flags)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->journal, till_journal_close);
  self->journal = till_journal_open (self->path, flags, &error);
  g_assert_no_error (error);
}

static int
keep_int_cb (void  *user_data,
             int    n_columns,
             char **values,
             char **names)
{
  gint64 *value = user_data;

  *value = values[0] ? g_ascii_strtoll (values[0], NULL, 10) : 0;
  return 0;
}

/* What somebody with another program can do to the file, and read of it. */
gint64
fixture_get_int (Fixture    *self,
                 const char *sql)
{
  sqlite3 *sqlite = NULL;
  char *message = NULL;
  gint64 value = 0;

  g_assert_cmpint (sqlite3_open (self->path, &sqlite), ==, SQLITE_OK);
  sqlite3_busy_timeout (sqlite, 10000);
  sqlite3_exec (sqlite, sql, keep_int_cb, &value, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (sqlite);

  return value;
}

void
fixture_exec (Fixture    *self,
              const char *sql)
{
  fixture_get_int (self, sql);
}

char *
fixture_number (Fixture *self)
{
  /* Random in front, as the numbers of tills are: the index on them is hit all over. */
  return g_strdup_printf ("%08XT%011u", g_rand_int (self->rand), ++self->n_numbers);
}

static TillRow *
new_row (Fixture        *self,
         const TillSale *sale)
{
  TillRow *row = till_row_new ();

  self->now_us += 1000;
  row->at_us = self->now_us;
  row->day = self->day;
  row->hour = (int) (self->now_us / G_USEC_PER_SEC / 3600 % 24);
  row->before_seq = sale->last_seq;

  return row;
}

/* The row that begins a payment, and the sale where it has no rows. */
TillRow *
fixture_ask (Fixture        *self,
             const TillSale *sale,
             TillKind        kind,
             const char     *number)
{
  static const char *const acquirers[] = { "wechat", "alipay" };
  static const char *const clerks[] = { "ann", "bo", NULL };
  TillRow *row = new_row (self, sale);
  TillPayment *paid = till_sale_get_paid (sale);

  row->sale = g_strdup (sale->order ? sale->order : number);
  row->payment = g_strdup (number);
  row->event = TILL_EVENT_ASK;
  row->state = TILL_PAYMENT_ASKED;
  row->kind = kind;
  row->amount_fen = g_rand_int_range (self->rand, 1, 100000);
  row->currency = g_strdup ("CNY");
  row->acquirer = g_strdup (acquirers[g_rand_int_range (self->rand, 0, 2)]);
  row->clerk = g_strdup (clerks[g_rand_int_range (self->rand, 0, 3)]);
  if (kind == TILL_KIND_REFUND && paid) {
    row->of = g_strdup (paid->order);
    row->amount_fen = g_rand_int_range (self->rand, 1,
                                        (gint32) till_sale_get_refundable (sale, paid->order) + 1);
  }

  return row;
}

/* The row that says that something happened to one of the sale's payments. */
TillRow *
fixture_event (Fixture         *self,
               const TillSale  *sale,
               const char      *number,
               TillPaymentEvent event)
{
  TillRow *row = new_row (self, sale);
  TillPayment *payment = till_sale_find_payment (sale, number);
  gboolean is_allowed = till_payment_step (payment->kind, payment->state, event, &row->state);

  g_assert_true (is_allowed);
  row->sale = g_strdup (sale->order);
  row->payment = g_strdup (number);
  row->event = event;
  if (row->state == TILL_PAYMENT_PAID) {
    row->acquirer_ref = g_strdup_printf ("42000%023u", g_rand_int (self->rand));
    row->paid_us = row->at_us;
    row->fee_fen = payment->amount_fen * 38 / 10000;
    row->brand = g_rand_boolean (self->rand) ? TILL_BRAND_WECHAT : TILL_BRAND_ALIPAY;
    row->payer_total_fen = payment->amount_fen;
  }
  if (row->state == TILL_PAYMENT_FAILED)
    row->reason = TILL_REASON_BALANCE;

  return row;
}

typedef struct {
  gboolean is_done;
  TillRow *row;
  GError  *error;
} Waited;

static void
appended_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Waited *waited = user_data;

  waited->row = till_journal_append_finish (NULL, result, &waited->error);
  waited->is_done = TRUE;
}

/* The row as it stands in the journal, or NULL. */
TillRow *
append_and_wait (TillJournal   *journal,
                 const TillRow *row,
                 GError       **error)
{
  Waited waited = { 0 };

  till_journal_append_async (journal, row, appended_cb, &waited);
  g_assert_false (waited.is_done);
  while (!waited.is_done)
    g_main_context_iteration (NULL, TRUE);
  if (waited.error)
    g_propagate_error (error, waited.error);

  return waited.row;
}

/* Appends @row, which is the journal's to accept, and folds it into @sale. */
void
fixture_add (Fixture  *self,
             TillSale *sale,
             TillRow  *row)
{
  g_autoptr (TillRow) asked = row;
  g_autoptr (TillRow) kept = NULL;
  g_autoptr (GError) error = NULL;

  kept = append_and_wait (self->journal, asked, &error);
  g_assert_no_error (error);
  till_sale_apply (sale, kept, &error);
  g_assert_no_error (error);
}

/* A sale that was asked for. */
TillSale *
fixture_add_sale (Fixture *self)
{
  TillSale *sale = till_sale_new ();
  g_autofree char *number = fixture_number (self);

  g_ptr_array_add (self->sales, sale);
  fixture_add (self, sale, fixture_ask (self, sale, TILL_KIND_CHARGE, number));

  return sale;
}

void
fixture_pay (Fixture  *self,
             TillSale *sale)
{
  fixture_add (self, sale, fixture_event (self, sale, sale->order, TILL_EVENT_PAID));
}

/* A failed refund is not tried again when its money was given back otherwise. */
static gboolean
may_happen (const TillSale    *sale,
            const TillPayment *payment,
            int                event)
{
  TillPaymentState next;

  if (event == TILL_EVENT_AGAIN && payment->of &&
      till_sale_get_refundable (sale, payment->of) < payment->amount_fen)
    return FALSE;

  return till_payment_step (payment->kind, payment->state, (TillPaymentEvent) event, &next);
}

/* Any event that the machine allows, or -1. */
static int
draw_event (Fixture           *self,
            const TillSale    *sale,
            const TillPayment *payment)
{
  for (guint i = 0; i < 30; i++) {
    int event = g_rand_int_range (self->rand, 0, TILL_N_EVENTS);

    if (may_happen (sale, payment, event))
      return event;
  }

  return -1;
}

/* @n_rows rows of whatever the machine allows, now and then on another day, or back on the last. */
void
fixture_wander (Fixture *self,
                guint    n_rows)
{
  for (guint i = 0; i < n_rows; i++) {
    gboolean is_new = self->sales->len == 0 || g_rand_int_range (self->rand, 0, 4) == 0;
    TillSale *sale;
    TillPayment *payment;
    int event;

    if (g_rand_int_range (self->rand, 0, 40) == 0)
      self->day = START_DAY + g_rand_int_range (self->rand, 0, 10);
    if (is_new) {
      fixture_add_sale (self);
      continue;
    }

    sale = self->sales->pdata[g_rand_int_range (self->rand, 0, (gint32) self->sales->len)];
    payment = sale->payments->pdata[g_rand_int_range (self->rand, 0, (gint32) sale->payments->len)];
    event = draw_event (self, sale, payment);
    if (event < 0 || g_rand_int_range (self->rand, 0, 5) == 0) {
      g_autofree char *number = fixture_number (self);
      TillKind kind = (TillKind) g_rand_int_range (self->rand, 0, TILL_N_KINDS);
      TillPayment *paid = till_sale_get_paid (sale);

      if (kind == TILL_KIND_REFUND && (!paid || !till_sale_get_refundable (sale, paid->order)))
        kind = TILL_KIND_COLLECT;

      fixture_add (self, sale, fixture_ask (self, sale, kind, number));
    } else {
      fixture_add (self, sale,
                   fixture_event (self, sale, payment->order, (TillPaymentEvent) event));
    }
  }
}
