/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <glib/gi18n.h>

#include "cli/command.h"
#include "cli/print.h"
#include "cli/wait.h"
#include "core/money.h"
#include "desk/tapping.h"

/* tap and nfc: cards and phones at the reader. */

#define TIMEOUT_S     60
#define TIMEOUT_MAX_S 3600

typedef struct {
  char  *order;
  char  *clerk;
  char  *note;
  char  *reader;
  int    timeout_s;
  gint64 amount_fen;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->order);
  g_free (options->clerk);
  g_free (options->note);
  g_free (options->reader);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

#define READER_OPTIONS(o) \
  { "reader", 0, 0, G_OPTION_ARG_STRING, &(o).reader, N_("in place of the profile's"), \
    N_("CONNSTRING") }, \
  { "timeout", 0, 0, G_OPTION_ARG_INT, &(o).timeout_s, N_("how long to wait for a card"), \
    N_("SECONDS") }

static gboolean
check_timeout (const Options *options,
               GError       **error)
{
  if (options->timeout_s >= 1 && options->timeout_s <= TIMEOUT_MAX_S)
    return TRUE;

  g_set_error (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
               _("--timeout is from 1 to %d seconds"), TIMEOUT_MAX_S);
  return FALSE;
}

static void
print_fault (TillTapState state)
{
  g_printerr ("till: %s\n", till_tap_state_get_text (state));
}

/* One line for each news of the reader, before there is a sale. */
static void
print_state (const TillCli *cli,
             TillTapState   state)
{
  g_autoptr (JsonBuilder) builder = NULL;

  if (!cli->json && till_tap_state_is_fault (state)) {
    print_fault (state);
    return;
  }
  if (!cli->json) {
    g_print ("%s\n", till_tap_state_get_text (state));
    return;
  }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  till_print_add_text (builder, "event", "reader");
  till_print_add_text (builder, "state", till_tap_state_to_word (state));
  till_print_add_text (builder, "text", till_tap_state_get_text (state));
  json_builder_end_object (builder);
  till_print_object (builder);
}

typedef struct {
  const TillCli *cli;
  TillTapState   shown;
  gboolean       interrupted;
} Wait;

static void
show_state (Wait        *wait,
            TillTapState state)
{
  if (wait->shown == state || state == TILL_TAP_OFF)
    return;

  wait->shown = state;
  print_state (wait->cli, state);
}

static gboolean
signal_cb (gpointer user_data)
{
  ((Wait *) user_data)->interrupted = TRUE;

  return G_SOURCE_CONTINUE;
}

static void
changed_cb (TillTapping *tapping,
            Wait        *wait)
{
  show_state (wait, till_tapping_get_state (tapping));
}

/* A fault that ends the wait; for people it may stand there already. */
static int
finish_fault (const Wait   *wait,
              TillTapState  state)
{
  if (wait->cli->json || wait->shown != state)
    print_fault (state);

  return TILL_EXIT_FAULT;
}

/* Until a card is being charged, or it is known why none is. */
static void
wait_for_card (Wait        *wait,
               TillTapping *tapping)
{
  guint sources[] = {
    g_unix_signal_add (SIGINT, signal_cb, wait),
    g_unix_signal_add (SIGTERM, signal_cb, wait),
  };

  g_signal_connect (tapping, "changed", G_CALLBACK (changed_cb), wait);
  if (!till_tapping_is_over (tapping))
    show_state (wait, till_tapping_get_state (tapping));
  while (!till_tapping_is_over (tapping)) {
    if (wait->interrupted)
      till_tapping_cancel (tapping);
    g_main_context_iteration (NULL, TRUE);
  }
  g_signal_handlers_disconnect_by_data (tapping, wait);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
}

/* Nothing was sent and nothing written: the sale that would have been. */
static int
finish_refused (const TillCli *cli,
                TillDesk      *desk,
                const Options *options,
                TillReason     reason)
{
  g_autoptr (TillSale) sale = till_sale_new ();

  sale->order = g_strdup (options->order);
  sale->kind = TILL_KIND_TAP;
  sale->amount_fen = options->amount_fen;
  sale->currency = g_strdup ("CNY");
  sale->state = TILL_PAYMENT_FAILED;
  sale->reason = reason;
  sale->created_us = till_desk_get_now_us (desk);
  if (cli->json)
    till_print_sale (cli, sale, till_desk_get_day (desk));
  else
    g_print ("%s\n", till_reason_get_text (reason));

  return till_exit_of_payment (sale->state, reason);
}

static int
finish_tap (const Wait    *wait,
            TillDesk      *desk,
            const Options *options,
            TillTapping   *tapping)
{
  const TillTapState state = till_tapping_get_state (tapping);

  if (till_tapping_get_fault (tapping)) {
    g_printerr ("till: %s\n", till_tapping_get_fault (tapping)->message);
    return TILL_EXIT_FAULT;
  }
  if (till_tapping_get_item (tapping))
    return till_finish_sale (wait->cli, desk, till_tapping_get_item (tapping), NULL);
  if (till_tap_state_is_fault (state))
    return finish_fault (wait, state);

  return finish_refused (wait->cli, desk, options, till_tapping_get_reason (tapping));
}

/**
 * till_command_tap:
 *
 * `till tap AMOUNT [--reader CONNSTRING] [--timeout S]`
 *
 * Returns: an exit code
 */
int
till_command_tap (const TillCli *cli,
                  char         **words)
{
  g_auto (Options) options = { .timeout_s = TIMEOUT_S };
  const GOptionEntry entries[] = {
    READER_OPTIONS (options),
    { "order", 0, 0, G_OPTION_ARG_STRING, &options.order, N_("the sale's number"), N_("ORDER") },
    { "clerk", 0, 0, G_OPTION_ARG_STRING, &options.clerk, N_("who takes the money"), N_("ID") },
    { "note", 0, 0, G_OPTION_ARG_STRING, &options.note, N_("kept with the sale"), N_("TEXT") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_autoptr (TillTapping) tapping = NULL;
  Wait wait = { .cli = cli };
  g_auto (GStrv) args = till_command_parse (words, "tap AMOUNT [--reader CONNSTRING]", entries, 1,
                                            1, &error);
  TillTicket ticket;

  if (!args || !till_money_parse (args[0], &options.amount_fen, &error) ||
      !check_timeout (&options, &error))
    return till_command_fail (cli, error);

  desk = till_command_open (cli, &error);
  if (!desk)
    return till_command_fail (cli, error);

  ticket = (TillTicket) { options.order, options.clerk, options.note };
  tapping = till_desk_tap (desk, options.amount_fen, options.reader,
                           (guint) options.timeout_s * 1000, &ticket, &error);
  if (!tapping)
    return till_command_fail (cli, error);

  wait_for_card (&wait, tapping);

  return wait.interrupted ? TILL_EXIT_SIGNAL : finish_tap (&wait, desk, &options, tapping);
}

/* Reading only. */

typedef struct {
  Wait         wait;
  TillTapCard *card;   /* once it is over */
} Read;

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  ((Read *) user_data)->card = till_tap_read_finish (TILL_TAP (source), result);
}

static void
state_changed_cb (TillTap *port,
                  Wait    *wait)
{
  show_state (wait, till_tap_get_state (port));
}

static void
read_card (Read                 *read,
           const TillTapRequest *request)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TillTap *port = read->wait.cli->ports->tap;
  guint sources[] = {
    g_unix_signal_add (SIGINT, signal_cb, &read->wait),
    g_unix_signal_add (SIGTERM, signal_cb, &read->wait),
  };

  g_signal_connect (port, "state-changed", G_CALLBACK (state_changed_cb), &read->wait);
  till_tap_read_async (port, request, cancellable, read_cb, read);
  while (!read->card) {
    if (read->wait.interrupted)
      g_cancellable_cancel (cancellable);
    g_main_context_iteration (NULL, TRUE);
  }
  g_signal_handlers_disconnect_by_data (port, &read->wait);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
}

static void
print_card_text (const TillTapCard *card,
                 const char        *would)
{
  if (card->number)
    /* Translators: a card's first six and last four digits, and what it calls itself */
    g_print (_("Card %s  %s\n"), card->number, card->label ? card->label : "");
  g_print ("%s\n", would);
}

static void
print_card (const TillCli     *cli,
            const TillTapCard *card)
{
  const gboolean is_good = card->outcome == TILL_TAP_ONLINE;
  g_autoptr (JsonBuilder) builder = NULL;

  if (!cli->json) {
    print_card_text (card, is_good ? _("The till would charge it.")
                                   : till_reason_get_text (card->reason));
    return;
  }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  till_print_add_text (builder, "aid", card->aid);
  till_print_add_text (builder, "label", card->label);
  till_print_add_text (builder, "number", card->number);
  till_print_add_text (builder, "cryptogram", card->cryptogram);
  till_print_add_text (builder, "would", is_good ? "charge" : "refuse");
  till_print_add_text (builder, "reason", till_reason_to_word (card->reason));
  till_print_add_text (builder, "reason_text", till_reason_get_text (card->reason));
  till_print_add_text (builder, "reader", card->reader);
  till_print_add_int (builder, "field_us", card->field_us);
  json_builder_end_object (builder);
  till_print_object (builder);
}

static int
finish_read (const Wait  *wait,
             TillTapCard *card)
{
  switch (card->outcome) {
  case TILL_TAP_ONLINE:
    print_card (wait->cli, card);
    return TILL_EXIT_DONE;
  case TILL_TAP_NO_CARD:
    card->reason = TILL_REASON_CARD_ABSENT;
    print_card (wait->cli, card);
    return TILL_EXIT_REFUSED;
  case TILL_TAP_REFUSED:
    print_card (wait->cli, card);
    return card->reason == TILL_REASON_CARD_MOVED || card->reason == TILL_REASON_CARD_UNREADABLE
             ? TILL_EXIT_REFUSED : TILL_EXIT_DONE;
  case TILL_TAP_CANCELLED:
    return TILL_EXIT_SIGNAL;
  case TILL_TAP_FAILED:
    return finish_fault (wait, card->fault);
  }
  g_assert_not_reached ();
}

/**
 * till_command_nfc:
 *
 * `till nfc [--reader CONNSTRING] [--timeout S]`: charges nothing, and needs no profile where the
 * reader is named.
 *
 * Returns: an exit code
 */
int
till_command_nfc (const TillCli *cli,
                  char         **words)
{
  g_auto (Options) options = { .timeout_s = TIMEOUT_S };
  const GOptionEntry entries[] = { READER_OPTIONS (options), G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_autoptr (TillTapCard) card = NULL;
  Read read = { .wait = { .cli = cli } };
  g_auto (GStrv) args = till_command_parse (words, "nfc [--reader CONNSTRING]", entries, 0, 0,
                                            &error);
  TillTapRequest request = { 0 };

  if (!args || !check_timeout (&options, &error))
    return till_command_fail (cli, error);

  desk = till_command_open (cli, &error);
  if (!desk && !options.reader)
    return till_command_fail (cli, error);

  request.amount_fen = 1;
  if (desk)
    till_desk_prepare_tap (desk, &request);
  if (options.reader)
    request.reader = options.reader;
  request.timeout_ms = (guint) options.timeout_s * 1000;
  read_card (&read, &request);
  card = read.card;

  return finish_read (&read.wait, card);
}
