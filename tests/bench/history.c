/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/history.h"

#include <glib/gstdio.h>
#include <time.h>

#include "core/order-number.h"

#define SEED         20261122
#define ROW_EVERY_US (7 * G_TIME_SPAN_SECOND)

/* What becomes of a sale, and how often of a hundred. REFUND asks for one and pays it. */
enum { END = -1, REFUND = -2 };
static const struct {
  guint percent;
  int   events[6];
} plots[] = {
  { 60, { TILL_EVENT_ASK, TILL_EVENT_PAID, END } },
  { 25, { TILL_EVENT_ASK, TILL_EVENT_WAIT, TILL_EVENT_PAID, END } },
  { 8, { TILL_EVENT_ASK, TILL_EVENT_LOST, TILL_EVENT_PAID, END } },
  { 5, { TILL_EVENT_ASK, TILL_EVENT_REFUSED, END } },
  { 2, { TILL_EVENT_ASK, TILL_EVENT_PAID, REFUND, TILL_EVENT_PAID, END } },
};

typedef struct {
  History *history;
  Story   *story;
} Step;

/**
 * history_open:
 *
 * Makes an empty journal in a new folder under @folder.
 */
void
history_open (History          *history,
              const char       *folder,
              TillJournalFlags  flags)
{
  g_autoptr (GError) error = NULL;

  *history = (History) { .now_us = 1800000000 * G_TIME_SPAN_SECOND };
  history->dir = g_build_filename (folder, "till-bench-XXXXXX", NULL);
  if (!g_mkdtemp (history->dir))
    g_error ("%s: no folder can be made", folder);
  history->path = g_build_filename (history->dir, "journal.db", NULL);
  history->rand = g_rand_new_with_seed (SEED);
  if (!till_journal_create (history->path, &error))
    g_error ("%s", error->message);
  history->journal = till_journal_open (history->path, flags, &error);
  if (!history->journal)
    g_error ("%s", error->message);
}

/**
 * history_take_up:
 * @journal: the caller's, empty
 * @begins_us: when the first sale begins
 */
void
history_take_up (History     *history,
                 TillJournal *journal,
                 gint64       begins_us)
{
  *history = (History) { .now_us = begins_us, .journal = journal };
  history->rand = g_rand_new_with_seed (SEED);
}

/**
 * history_close:
 *
 * Removes what history_open() made; a journal that was taken up stays.
 */
void
history_close (History *history)
{
  static const char *const names[] = { "journal.db", "journal.db-wal", "journal.db-shm", "floor" };

  g_rand_free (history->rand);
  if (!history->dir)
    return;

  till_journal_close (history->journal);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (history->dir, names[i], NULL);

    g_unlink (path);
  }
  g_rmdir (history->dir);
  g_free (history->dir);
  g_free (history->path);
}

/* By UTC: what a benchmark writes is no shop's. */
static int
day_of (gint64 at_us)
{
  time_t at_s = (time_t) (at_us / G_USEC_PER_SEC);
  struct tm at;

  gmtime_r (&at_s, &at);
  return (at.tm_year + 1900) * 10000 + (at.tm_mon + 1) * 100 + at.tm_mday;
}

static char *
new_number (History *history)
{
  guint8 bytes[TILL_ORDER_NUMBER_RANDOM_BYTES];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) g_rand_int (history->rand);

  return till_order_number_new (day_of (history->now_us), bytes);
}

static void
begin_story (History *history,
             Story   *story)
{
  guint dice = (guint) g_rand_int_range (history->rand, 0, 100), i = 0;

  g_free (story->sale);
  g_free (story->payment);
  while (dice >= plots[i].percent)
    dice -= plots[i++].percent;
  history->n_sales++;
  *story = (Story) { .at = plots[i].events, .sale = new_number (history) };
  story->payment = g_strdup (story->sale);
}

static void
state_facts (History     *history,
             const Story *story,
             TillRow     *row)
{
  static const char *const acquirers[] = { "wechat", "alipay" };
  static const char *const clerks[] = { "ann", "bo", "chen" };

  row->amount_fen = 100;
  if (story->kind != TILL_KIND_REFUND)
    row->amount_fen = g_rand_int_range (history->rand, 100, 50000);
  row->kind = story->kind;
  row->currency = g_strdup ("CNY");
  row->acquirer = g_strdup (acquirers[g_rand_int_range (history->rand, 0, 2)]);
  row->clerk = g_strdup (clerks[g_rand_int_range (history->rand, 0, 3)]);
  row->of = story->kind == TILL_KIND_REFUND ? g_strdup (story->sale) : NULL;
}

static void
answer_facts (History *history,
              TillRow *row)
{
  row->said = g_strdup ("HTTP 200 SUCCESS");
  if (row->state == TILL_PAYMENT_FAILED)
    row->reason = TILL_REASON_BALANCE;
  if (row->state != TILL_PAYMENT_PAID)
    return;

  row->brand = g_rand_boolean (history->rand) ? TILL_BRAND_WECHAT : TILL_BRAND_ALIPAY;
  row->acquirer_ref = g_strdup_printf ("4200002%021u", g_rand_int (history->rand));
  row->payer_total_fen = 1250;
  row->fee_fen = 5;
  row->paid_us = row->at_us;
}

TillRow *
history_next_row (History *history,
                  Story   *story)
{
  TillRow *row = till_row_new ();
  TillPaymentEvent event;

  if (!story->sale || *story->at == END)
    begin_story (history, story);
  if (*story->at == REFUND) {
    g_free (story->payment);
    story->payment = new_number (history);
    story->kind = TILL_KIND_REFUND;
    story->state = TILL_PAYMENT_NEW;
    event = TILL_EVENT_ASK;
  } else {
    event = (TillPaymentEvent) *story->at;
  }
  story->at++;

  history->now_us += ROW_EVERY_US;
  row->at_us = history->now_us;
  row->day = day_of (history->now_us);
  row->hour = (int) (history->now_us / G_TIME_SPAN_HOUR % 24);
  row->sale = g_strdup (story->sale);
  row->payment = g_strdup (story->payment);
  row->before_seq = story->last_seq;
  row->event = event;
  till_payment_step (story->kind, story->state, event, &row->state);
  story->state = row->state;
  if (event == TILL_EVENT_ASK)
    state_facts (history, story, row);
  else
    answer_facts (history, row);

  return row;
}

static void
appended_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autofree Step *step = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillRow) row = till_journal_append_finish (step->history->journal, result, &error);

  if (!row)
    g_error ("%s", error->message);
  step->story->last_seq = row->seq;
  step->history->n_waiting--;
}

/**
 * history_append:
 * @story: stays until history_wait() returns
 */
void
history_append (History       *history,
                Story         *story,
                const TillRow *row)
{
  Step *step = g_new (Step, 1);

  *step = (Step) { history, story };
  history->n_waiting++;
  history->n_rows++;
  till_journal_append_async (history->journal, row, appended_cb, step);
}

void
history_wait (History *history)
{
  while (history->n_waiting > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
tell_on (History *history,
         Story   *story)
{
  g_autoptr (TillRow) row = history_next_row (history, story);

  history_append (history, story, row);
}

/* To the last line of each, so that no sale is left open. */
static void
tell_to_the_end (History *history,
                 Story   *stories,
                 guint    n_stories)
{
  guint n_told;

  do {
    n_told = 0;
    for (guint i = 0; i < n_stories; i++) {
      if (*stories[i].at == END)
        continue;
      tell_on (history, &stories[i]);
      n_told++;
    }
    history_wait (history);
  } while (n_told > 0);
}

/**
 * history_sell:
 *
 * Writes @n_rows rows, of so many sales side by side, and then what ends those sales.
 *
 * Returns: how many sales were begun
 */
guint
history_sell (History *history,
              guint    n_rows,
              guint    n_at_once)
{
  g_autofree Story *stories = g_new0 (Story, n_at_once);
  guint n_before = history->n_sales;

  for (guint n = 0; n < n_rows; n += n_at_once) {
    for (guint i = 0; i < n_at_once; i++)
      tell_on (history, &stories[i]);
    history_wait (history);
  }
  tell_to_the_end (history, stories, n_at_once);

  for (guint i = 0; i < n_at_once; i++) {
    g_free (stories[i].sale);
    g_free (stories[i].payment);
  }

  return history->n_sales - n_before;
}
