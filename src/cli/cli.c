/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include <glib/gi18n.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "code/paycode.h"
#include "core/money.h"

/* One row a command: what one types, what it does. */
static const struct {
  const char      *name;
  const char      *usage;   /* NULL: nothing more than its name */
  const char      *does;
  TillCommandFunc  run;
  gboolean         only_tells;   /* what is not printed is not done */
} commands[] = {
  { "init", "[--demo] [--shop NAME]",
    N_("make a profile: profile.ini, keys folder, empty journal"), till_command_init },
  { "activate", "ID CODE",
    N_("turn an acquirer's activation code into this till's own key"), till_command_activate },
  { "sandbox", "[--listen 127.0.0.1:PORT] [--script FILE]",
    N_("run the bundled sandbox acquirer"), till_command_sandbox },
  { "charge", "AMOUNT --code PAYCODE [--acquirer ID]",
    N_("charge the payment code that the customer showed"), till_command_charge },
  { "collect", "AMOUNT [--brand BRAND…|all] [--wait SECONDS] [--png FILE]",
    N_("show a code for the customer to scan, and wait for the payment"), till_command_collect },
  { "tap", "AMOUNT [--reader CONNSTRING] [--timeout SECONDS]",
    N_("charge the card or phone that is held to the reader"), till_command_tap },
  { "query", "ORDER", N_("ask what became of a payment"), till_command_query },
  { "cancel", "ORDER", N_("close or reverse a payment that is not final"), till_command_cancel },
  { "refund", "ORDER [AMOUNT] [--reason TEXT]",
    N_("give back, in whole or part"), till_command_refund },
  { "settle", "[ORDER --paid|--unpaid|--given-back --reason TEXT]",
    N_("what only a person can settle, and that person's word"), till_command_settle },
  { "resume", NULL, N_("take up every payment that is not final"), till_command_resume },
  { "list", "[--date D] [--state S] [--brand B] [--limit N]",
    N_("the sales, newest first"), till_command_list, TRUE },
  { "show", "ORDER", N_("the proof of one sale, row by row"), till_command_show, TRUE },
  { "statement", "--acquirer ID --date D",
    N_("what the acquirer booked on one of its days"), till_command_statement, TRUE },
  { "journal", "verify|export|backup …",
    N_("check, export or copy the journal"), till_command_journal },
  { "emv-qr", "decode PAYLOAD | encode --template PAYLOAD …",
    N_("what an EMV code of a shop says; one for a sale, of the acquirer's"), till_command_emv_qr,
    TRUE },
  { "identify", "CODE", N_("whose code is this?"), till_command_identify, TRUE },
  { "decode", "FILE… [--all]", N_("what the camera would read in pictures"), till_command_decode,
    TRUE },
  { "nfc", "[--reader CONNSTRING] [--timeout SECONDS]",
    N_("read one card, charge nothing, and say what the till would do"), till_command_nfc },
  { "doctor", NULL, N_("check everything and say what to do"), till_command_doctor, TRUE },
};

G_DEFINE_QUARK (till-cli-error-quark, till_cli_error)

/**
 * till_cli_print_help:
 *
 * Prints what one can type.
 */
void
till_cli_print_help (void)
{
  g_print ("%s\n\n", _("Till (通收) takes money in shops."));
  g_print ("  till [--profile DIR]                  %s\n", _("the cashier's window"));
  g_print ("  till [--profile DIR] [--json] COMMAND %s\n", _("one thing, then the end"));
  g_print ("  till --demo                           %s\n\n", _("a training shop"));

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %s%s%s\n      %s\n", commands[i].name, commands[i].usage ? " " : "",
             commands[i].usage ? commands[i].usage : "", _(commands[i].does));
  g_print ("\n%s\n", _("till COMMAND --help tells the options of a command."));
}

/* A full disk takes no list. Who closes the pipe, as head does, has read enough; what moved money
 * has moved it. */
static int
check_printed (int      code,
               gboolean only_tells)
{
  struct pollfd out = { .fd = STDOUT_FILENO };

  if (fflush (stdout) == 0 && !ferror (stdout))
    return code;
  if (poll (&out, 1, 0) > 0 && (out.revents & POLLERR))
    return code;

  g_printerr ("till: %s\n", _("What there is to read was not written whole. Make room for it or "
                              "choose another place; “till list” shows the sales."));

  return only_tells && code == TILL_EXIT_DONE ? TILL_EXIT_FAULT : code;
}

/**
 * till_cli_run:
 * @argv: the command's name and its words, %NULL at the end
 *
 * Runs one command.
 *
 * Returns: an exit code
 */
int
till_cli_run (const TillCli *cli,
              int            argc,
              char         **argv)
{
  g_autofree char *shown = NULL;

  g_return_val_if_fail (argc >= 1, TILL_EXIT_USAGE);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (strcmp (commands[i].name, argv[0]) == 0)
      return check_printed (commands[i].run (cli, argv + 1), commands[i].only_tells);
  }

  /* A scanner types what it reads wherever the cursor is. */
  shown = strcspn (argv[0], "0123456789") == strlen (argv[0]) ? g_strdup (argv[0])
                                                              : till_paycode_mask (argv[0]);
  g_printerr (_("till: there is no command “%s”; see till --help\n"), shown);
  return TILL_EXIT_USAGE;
}

/* GOption leaves the "--" in where what follows begins with '-'. */
static void
drop_separator (GStrv words)
{
  for (guint i = 0; words[i]; i++) {
    if (strcmp (words[i], "--") == 0) {
      g_free (words[i]);
      memmove (&words[i], &words[i + 1], g_strv_length (&words[i + 1]) * sizeof *words +
                                           sizeof *words);
      return;
    }
  }
}

/**
 * till_command_parse:
 * @words: the command's words, without its name
 * @summary: what it wants, "charge AMOUNT --code PAYCODE"
 * @entries: its options; --help is added
 * @n_least: how many words must be left
 * @n_most: how many may be left
 * @error: a #GOptionError or %TILL_CLI_ERROR_USAGE
 *
 * Reads the options.
 *
 * Returns: (transfer full): the words that are left; %NULL with @error where they do not fit
 */
GStrv
till_command_parse (char              **words,
                    const char         *summary,
                    const GOptionEntry *entries,
                    guint               n_least,
                    guint               n_most,
                    GError            **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (summary);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) args = NULL;
  guint n_left;

  g_strv_builder_add (builder, "till");
  g_strv_builder_addv (builder, (const char **) words);
  args = g_strv_builder_end (builder);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, &args, error))
    return NULL;

  drop_separator (args);
  n_left = g_strv_length (args) - 1;
  if (n_left < n_least || n_left > n_most) {
    g_set_error (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                 /* Translators: %s is what the command wants, "charge AMOUNT --code PAYCODE" */
                 _("This command wants: till %s"), summary);
    return NULL;
  }

  return g_strdupv (args + 1);
}

/**
 * till_command_open:
 *
 * Returns: (transfer full): the desk of the profile, or %NULL with @error
 */
TillDesk *
till_command_open (const TillCli *cli,
                   GError       **error)
{
  return till_desk_open (cli->dir, cli->ports, error);
}

static int
exit_code_of (const GError *error)
{
  if (g_error_matches (error, TILL_REFUSAL, TILL_REASON_PAID_NO_CANCEL) ||
      g_error_matches (error, TILL_REFUSAL, TILL_REASON_REFUND_TOO_LATE))
    return TILL_EXIT_REFUSED;
  if (g_error_matches (error, TILL_REFUSAL, TILL_REASON_NOT_ACTIVE) ||
      g_error_matches (error, TILL_REFUSAL, TILL_REASON_TAPS_OFF) ||
      g_error_matches (error, TILL_REFUSAL, TILL_REASON_TAPS_NOT_TAKEN))
    return TILL_EXIT_FAULT;
  /* A plain G_FILE_ERROR is of a file that was named on the command line. */
  if (error->domain == TILL_REFUSAL || error->domain == TILL_CLI_ERROR ||
      error->domain == TILL_MONEY_ERROR || error->domain == G_OPTION_ERROR ||
      error->domain == G_CONVERT_ERROR || error->domain == G_FILE_ERROR)
    return TILL_EXIT_USAGE;

  return TILL_EXIT_FAULT;
}

/**
 * till_command_fail:
 *
 * Says on stderr what went wrong.
 *
 * Returns: the exit code for it
 */
int
till_command_fail (const TillCli *cli,
                   const GError  *error)
{
  if (error->domain == TILL_REFUSAL && cli->json)
    g_printerr ("till: %s: %s\n", till_reason_to_word ((TillReason) error->code), error->message);
  else
    g_printerr ("till: %s\n", error->message);

  return exit_code_of (error);
}
