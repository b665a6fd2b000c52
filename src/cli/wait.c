/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/wait.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>

#include "cli/print.h"

/* A command does not wait for ever: so long for a close or a reversal to be confirmed, so long for a
 * journal that cannot be written, and never for a next question that lies further away than this. */
#define CLOSING_PATIENCE_US (45 * G_USEC_PER_SEC)
#define FAULT_PATIENCE_US   (10 * G_USEC_PER_SEC)
#define NEXT_PATIENCE_US    (15 * G_USEC_PER_SEC)

typedef struct {
  const TillCli   *cli;
  TillDesk        *desk;
  TillSaleItem    *item;
  GHashTable      *shown;         /* orders whose code was printed */
  TillPaymentState state;         /* the last that was printed */
  TillReason       reason;
  gint64           closing_since_us;
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

static void
print_news (Wait *wait)
{
  const TillSale *sale = till_sale_item_get_sale (wait->item);

  if (!sale->order)
    return;

  print_new_codes (wait);
  if (sale->state == wait->state && sale->reason == wait->reason)
    return;

  wait->state = sale->state;
  wait->reason = sale->reason;
  if (sale->is_open)
    till_print_progress (wait->cli, sale);
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

static gboolean
is_closing (const TillSale *sale)
{
  return sale->state == TILL_PAYMENT_CLOSING || sale->state == TILL_PAYMENT_CLOSED_ONCE ||
         sale->state == TILL_PAYMENT_REVERSED;
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
         outlasts (is_closing (sale), &wait->closing_since_us, CLOSING_PATIENCE_US) ||
         outlasts (till_sale_item_get_fault (wait->item) != NULL, &wait->fault_since_us,
                   FAULT_PATIENCE_US) ||
         next_is_far (wait);
}

/**
 * till_wait_for_sale:
 *
 * Runs the main loop, prints what is new, until nothing more is under way for @item, patience ends,
 * or a signal comes. What is open then stays open in the journal.
 *
 * Returns: 0, or %TILL_EXIT_SIGNAL
 */
int
till_wait_for_sale (const TillCli *cli,
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
  case TILL_PAYMENT_PAID_LATE:
    return TILL_EXIT_UNSURE;
  }
  g_assert_not_reached ();
}

/* A wrong clock is worth a number: how far, and which way. */
static void
warn_of_clock (TillDesk *desk)
{
  gint64 skew_s = till_desk_get_skew_us (desk) / G_USEC_PER_SEC;

  if (ABS (skew_s) <= 300)
    return;

  if (skew_s > 0)
    g_printerr (_("till: this computer's clock is %d s slow. Set it right (timedatectl), "
                  "then try again.\n"), (int) skew_s);
  else
    g_printerr (_("till: this computer's clock is %d s fast. Set it right (timedatectl), "
                  "then try again.\n"), (int) -skew_s);
}

/**
 * till_finish_sale:
 * @payment: (nullable): the payment that the exit code is about; %NULL for the sale
 *
 * Waits, prints the sale as the last line, and says on stderr what is wrong.
 *
 * Returns: the exit code
 */
int
till_finish_sale (const TillCli *cli,
                  TillDesk      *desk,
                  TillSaleItem  *item,
                  const char    *payment)
{
  int interrupted = till_wait_for_sale (cli, desk, item);
  const TillSale *sale = till_sale_item_get_sale (item);
  const GError *fault = till_sale_item_get_fault (item);
  const TillPayment *meant = NULL;
  int code;

  warn_of_clock (desk);
  if (fault)
    g_printerr ("till: %s\n", fault->message);
  if (!sale->order)
    return fault ? TILL_EXIT_FAULT : TILL_EXIT_SIGNAL;

  till_print_sale (cli, sale, till_desk_get_day (desk));
  if (payment && strcmp (payment, sale->order) != 0)
    meant = till_sale_find_payment (sale, payment);
  code = meant ? till_exit_of_payment (meant->state, meant->reason)
               : till_exit_of_payment (sale->state, sale->reason);
  if (code == TILL_EXIT_FAULT && !cli->json)
    g_printerr ("till: %s\n", till_reason_get_text (meant ? meant->reason : sale->reason));

  return interrupted ? interrupted : code;
}
