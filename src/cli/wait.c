/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/wait.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>

#include "cli/command.h"
#include "cli/print.h"

/* How often a sale is begun again when another program was faster: each of its rows may be, and five
 * programs that give back a part each write some twenty. */
#define BEGIN_MOST 50

/* A command does not wait for ever: so long for a close or a reversal to be confirmed, for word of
 * a refund, for a journal that cannot be written; and never for a question that lies further
 * away, but for the half minute that an acquirer wants which was asked too often. */
#define CLOSING_PATIENCE_US (45 * G_USEC_PER_SEC)
#define REFUND_PATIENCE_US  (45 * G_USEC_PER_SEC)
#define FAULT_PATIENCE_US   (10 * G_USEC_PER_SEC)
#define NEXT_PATIENCE_US    (40 * G_USEC_PER_SEC)

typedef struct {
  const TillCli   *cli;
  TillDesk        *desk;
  TillSaleItem    *item;
  GHashTable      *shown;         /* orders whose code was printed */
  char            *news;          /* the last that was printed */
  gint64           closing_since_us;
  gint64           refund_since_us;
  gint64           fault_since_us;
  gboolean         interrupted;
} Wait;

static gboolean
signal_cb (gpointer user_data)
{
  ((Wait *) user_data)->interrupted = TRUE;

  return G_SOURCE_CONTINUE;
}

/* Wakes the loop so that patience can end. */
static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
print_new_codes (Wait *wait)
{
  const TillSale *sale = till_sale_item_get_sale (wait->item);

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (payment->code_text && payment->state == TILL_PAYMENT_WAITING &&
        g_hash_table_add (wait->shown, g_strdup (payment->order)))
      till_print_code (wait->cli, payment);
  }
}

static const TillPayment *
find_open_refund (const TillSale *sale)
{
  for (guint i = sale->payments->len; i > 0; i--) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i - 1);

    if (payment->kind == TILL_KIND_REFUND && !till_payment_is_final (payment->state))
      return payment;
  }

  return NULL;
}

/* A paid sale of which something is being given back is told by that refund. */
static void
print_news (Wait *wait)
{
  const TillSale *sale = till_sale_item_get_sale (wait->item);
  const TillPayment *refund;
  TillProgress progress;
  g_autofree char *news = NULL;

  if (!sale->order)
    return;

  print_new_codes (wait);
  refund = find_open_refund (sale);
  progress = refund ? (TillProgress) { refund->order, refund->state, refund->reason }
                    : (TillProgress) { sale->order, sale->state, sale->reason };
  progress.next_us = till_sale_item_get_next_us (wait->item);
  progress.gives_up_us = till_sale_item_get_gives_up_us (wait->item);
  news = g_strjoin (" ", progress.order, till_payment_state_to_word (progress.state),
                    till_reason_to_word (progress.reason), NULL);
  if (!sale->is_open || g_strcmp0 (news, wait->news) == 0)
    return;

  till_print_progress (wait->cli, &progress, till_desk_get_day (wait->desk));
  g_free (wait->news);
  wait->news = g_steal_pointer (&news);
}

static gboolean
outlasts (gboolean is_so,
          gint64  *since_us,
          gint64   patience_us)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!is_so)
    *since_us = 0;
  else if (*since_us == 0)
    *since_us = now_us;

  return is_so && now_us - *since_us > patience_us;
}

/* A refund that the bank works on may take days: its next question is for another day. */
static gboolean
next_is_far (Wait *wait)
{
  gint64 next_us = till_sale_item_get_next_us (wait->item);

  return next_us > till_desk_get_now_us (wait->desk) + NEXT_PATIENCE_US;
}

static gboolean
is_done (Wait *wait)
{
  const TillSale *sale = till_sale_item_get_sale (wait->item);

  return wait->interrupted || !till_desk_is_busy (wait->desk, wait->item) ||
         outlasts (till_payment_is_ending (sale->state), &wait->closing_since_us,
                   CLOSING_PATIENCE_US) ||
         outlasts (find_open_refund (sale) != NULL, &wait->refund_since_us, REFUND_PATIENCE_US) ||
         outlasts (till_sale_item_get_fault (wait->item) != NULL, &wait->fault_since_us,
                   FAULT_PATIENCE_US) ||
         next_is_far (wait);
}

static gboolean
begin_signal_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_CONTINUE;
}

/* Until the first row is on disk, or was refused. */
static gboolean
wait_for_first_row (TillDesk     *desk,
                    TillSaleItem *item)
{
  gboolean interrupted = FALSE;
  guint sources[] = {
    g_unix_signal_add (SIGINT, begin_signal_cb, &interrupted),
    g_unix_signal_add (SIGTERM, begin_signal_cb, &interrupted),
  };

  while (!interrupted && till_desk_is_beginning (desk, item))
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);

  return !interrupted;
}

/**
 * till_begin:
 * @func: begins it; called again where another program changed the sale, or used the number, first
 * @code: (out): the exit code where nothing was begun
 *
 * Begins a sale or a refund, and runs the main loop until its first row is on disk. Says on stderr
 * what is wrong.
 *
 * Returns: (transfer full) (nullable): the sale; finish it with till_finish_sale()
 */
TillSaleItem *
till_begin (const TillCli *cli,
            TillDesk      *desk,
            TillBeginFunc  func,
            gpointer       user_data,
            int           *code)
{
  for (guint i = 1;; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TillSaleItem) item = func (desk, user_data, &error);

    if (!item) {
      *code = till_command_fail (cli, error);
      return NULL;
    }
    if (!wait_for_first_row (desk, item)) {
      *code = TILL_EXIT_SIGNAL;
      return NULL;
    }
    if (i == BEGIN_MOST || !till_desk_may_begin_again (till_sale_item_get_fault (item)))
      return g_steal_pointer (&item);
  }
}

/* Runs the main loop, prints what is new, until nothing more is under way for @item, patience ends,
 * or a signal comes. What is open then stays open in the journal. Returns 0, or
 * TILL_EXIT_SIGNAL. */
static int
wait_for_sale (const TillCli *cli,
               TillDesk      *desk,
               TillSaleItem  *item)
{
  Wait wait = { .cli = cli, .desk = desk, .item = item };
  guint sources[] = {
    g_unix_signal_add (SIGINT, signal_cb, &wait),
    g_unix_signal_add (SIGTERM, signal_cb, &wait),
    g_timeout_add (250, tick_cb, NULL),
  };

  wait.shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  while (!is_done (&wait)) {
    g_main_context_iteration (NULL, TRUE);
    print_news (&wait);
  }

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  g_hash_table_unref (wait.shown);
  g_free (wait.news);

  return wait.interrupted ? TILL_EXIT_SIGNAL : 0;
}

/**
 * till_exit_of_payment:
 *
 * Returns: the exit code that says what became of the money
 */
int
till_exit_of_payment (TillPaymentState state,
                      TillReason       reason)
{
  switch (state) {
  case TILL_PAYMENT_PAID:
    return TILL_EXIT_DONE;
  case TILL_PAYMENT_NEW:
  case TILL_PAYMENT_FAILED:
    return till_reason_is_fault (reason) ? TILL_EXIT_FAULT : TILL_EXIT_REFUSED;
  case TILL_PAYMENT_ASKED:
  case TILL_PAYMENT_WAITING:
  case TILL_PAYMENT_UNSURE:
  case TILL_PAYMENT_CLOSING:
  case TILL_PAYMENT_CLOSED_ONCE:
  case TILL_PAYMENT_REVERSED:
  case TILL_PAYMENT_REVERSING:
  case TILL_PAYMENT_PAID_LATE:
    return TILL_EXIT_UNSURE;
  }
  g_assert_not_reached ();
}

/* The wallets refuse what is signed more than five minutes away from their time. */
static void
warn_of_clock (TillDesk *desk)
{
  gint64 skew_us = till_desk_get_skew_us (desk);
  g_autofree char *text = NULL;

  if (ABS (skew_us) <= 5 * G_TIME_SPAN_MINUTE)
    return;

  text = till_clock_text (skew_us);
  g_printerr ("till: %s %s\n", text, _("Set it right: timedatectl set-ntp true"));
}

/* What the exit code says of a payment that was only asked about, or ended: that it failed for want
 * of a network, say, was then. */
static int
exit_of_sale (const TillSale *sale,
              const char     *asked_about)
{
  const TillPayment *payment = asked_about && strcmp (asked_about, sale->order) != 0
                                 ? till_sale_find_payment (sale, asked_about) : NULL;
  int code = payment ? till_exit_of_payment (payment->state, payment->reason)
                     : till_exit_of_payment (sale->state, sale->reason);

  return asked_about && code == TILL_EXIT_FAULT ? TILL_EXIT_REFUSED : code;
}

/**
 * till_finish_sale:
 * @asked_about: (nullable): the number of a sale or payment that was there before and that the exit
 *   code is about; %NULL for a new sale
 *
 * Waits, prints the sale as the last line, and says on stderr what is wrong.
 *
 * Returns: the exit code
 */
int
till_finish_sale (const TillCli *cli,
                  TillDesk      *desk,
                  TillSaleItem  *item,
                  const char    *asked_about)
{
  int interrupted = wait_for_sale (cli, desk, item);
  const TillSale *sale = till_sale_item_get_sale (item);
  const GError *fault = till_sale_item_get_fault (item);
  int code;

  warn_of_clock (desk);
  if (fault)
    g_printerr ("till: %s\n", fault->message);
  if (!sale->order)
    return fault ? TILL_EXIT_FAULT : TILL_EXIT_SIGNAL;

  till_print_sale (cli, sale, till_desk_get_day (desk));
  code = exit_of_sale (sale, asked_about);
  if (code == TILL_EXIT_FAULT)
    g_printerr ("till: %s\n", till_reason_get_text (sale->reason));
  /* Nothing came of what was asked for; what is not final stays unsure all the same. */
  if (fault && code != TILL_EXIT_UNSURE)
    code = TILL_EXIT_FAULT;

  return interrupted ? interrupted : code;
}
