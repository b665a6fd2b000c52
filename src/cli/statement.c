/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "cli/command.h"
#include "cli/print.h"
#include "core/day.h"
#include "core/money.h"
#include "desk/statement.h"

/* statement: what an acquirer booked on one of its days. */

#define AMOUNT_COLUMNS 14
#define KIND_COLUMNS 8

static const struct {
  const char *word;
  const char *text;
} kinds[TILL_STATEMENT_N_KINDS] = {
  [TILL_STATEMENT_SALE]   = { "sale", N_("Sale") },
  [TILL_STATEMENT_REFUND] = { "refund", N_("Refund") },
  [TILL_STATEMENT_VOID]   = { "void", N_("Void") },
  [TILL_STATEMENT_OTHER]  = { "other", N_("Other") },
};

/* What becomes of it: for scripts, for people. */
static const struct {
  const char *word;
  const char *text;
  int         exit_code;
} states[] = {
  [TILL_STATEMENT_LOST]    =
    { "lost", N_("No statement came that can be trusted. Try again later."), TILL_EXIT_FAULT },
  [TILL_STATEMENT_HERE]    = { "here", NULL, TILL_EXIT_DONE },
  [TILL_STATEMENT_ABSENT]  =
    { "absent", N_("There is no statement of this day: nothing was booked, or it is not made yet."),
      TILL_EXIT_DONE },
  [TILL_STATEMENT_REFUSED] =
    { "refused", N_("The acquirer does not give this statement."), TILL_EXIT_REFUSED },
};

static void
print_line_json (const TillStatementLine *line)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  till_print_add_text (builder, "kind", kinds[line->kind].word);
  till_print_add_text (builder, "order", line->order);
  till_print_add_text (builder, "acquirer_ref", line->acquirer_ref);
  till_print_add_text (builder, "of_ref", line->of_ref);
  till_print_add_int (builder, "at_us", line->at_us);
  json_builder_set_member_name (builder, "amount_fen");
  json_builder_add_int_value (builder, line->amount_fen);
  json_builder_set_member_name (builder, "fee_fen");
  json_builder_add_int_value (builder, line->fee_fen);
  json_builder_set_member_name (builder, "settle_fen");
  json_builder_add_int_value (builder, line->settle_fen);
  json_builder_end_object (builder);
  till_print_object (builder);
}

static void
print_end_json (const char          *acquirer,
                const char          *date,
                const TillStatement *statement)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  till_print_add_text (builder, "acquirer", acquirer);
  till_print_add_text (builder, "date", date);
  till_print_add_text (builder, "state", states[statement->state].word);
  till_print_add_text (builder, "reason", till_reason_to_word (statement->reason));
  for (guint i = 0; statement->state == TILL_STATEMENT_HERE && i < TILL_STATEMENT_N_KINDS; i++) {
    const TillStatementSum *sum = &statement->sums[i];

    json_builder_set_member_name (builder, kinds[i].word);
    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, "count");
    json_builder_add_int_value (builder, sum->n_lines);
    json_builder_set_member_name (builder, "amount_fen");
    json_builder_add_int_value (builder, sum->amount_fen);
    json_builder_set_member_name (builder, "fee_fen");
    json_builder_add_int_value (builder, sum->fee_fen);
    json_builder_set_member_name (builder, "settle_fen");
    json_builder_add_int_value (builder, sum->settle_fen);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
  till_print_object (builder);
}

static char *
money_column (gint64 amount_fen)
{
  g_autofree char *text = till_money_to_text (amount_fen);

  return till_pad_text (text, -AMOUNT_COLUMNS);
}

/* The acquirers' clocks are China's. */
static void
print_line_text (const TillStatementLine *line)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 60 * 60);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (line->at_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  g_autofree char *time = g_date_time_format (local, "%Y-%m-%d %H:%M:%S");
  g_autofree char *kind = till_pad_text (_(kinds[line->kind].text), KIND_COLUMNS);
  g_autofree char *amount = money_column (line->amount_fen);
  g_autofree char *fee = money_column (line->fee_fen);

  g_print ("%s  %s  %-26s  %s  %s\n", time, kind, line->order ? line->order : "", amount, fee);
}

static void
print_sums_text (const TillStatement *statement)
{
  for (guint i = 0; i < TILL_STATEMENT_N_KINDS; i++) {
    const TillStatementSum *sum = &statement->sums[i];
    g_autofree char *kind = till_pad_text (_(kinds[i].text), KIND_COLUMNS);
    g_autofree char *amount = till_money_to_text (sum->amount_fen);
    g_autofree char *fee = till_money_to_text (sum->fee_fen);
    g_autofree char *settle = till_money_to_text (sum->settle_fen);

    if (sum->n_lines > 0)
      /* Translators: of sales or refunds: how many, their sum, the fees, what the shop gets */
      g_print (_("%s %u: %s, fees %s, for the shop %s\n"), kind, sum->n_lines, amount, fee, settle);
  }
}

static void
print (const TillCli       *cli,
       const char          *acquirer,
       const char          *date,
       const TillStatement *statement)
{
  for (guint i = 0; i < statement->lines->len; i++) {
    const TillStatementLine *line = g_ptr_array_index (statement->lines, i);

    if (cli->json)
      print_line_json (line);
    else
      print_line_text (line);
  }

  if (cli->json)
    print_end_json (acquirer, date, statement);
  else
    print_sums_text (statement);
}

/* What there is in place of a statement; a fault goes where faults go. */
static void
tell_state (const TillCli       *cli,
            const TillStatement *statement)
{
  const char *what = states[statement->state].text;
  const char *why = till_reason_get_text (statement->reason);

  if (statement->state == TILL_STATEMENT_LOST)
    g_printerr ("till: %s %s\n", _(what), why);
  else if (what && !cli->json)
    g_print ("%s%s%s\n", _(what), why[0] != '\0' ? " " : "", why);
}

static gboolean
check_words (const char *acquirer,
             const char *date,
             int        *day,
             GError    **error)
{
  if (!acquirer || !date)
    g_set_error_literal (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                         _("This command wants --acquirer and --date."));
  else if (!till_day_parse (date, day))
    g_set_error (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                 _("“%s” is no date. Type it like 2026-11-22."), date);
  else
    return TRUE;

  return FALSE;
}

/**
 * till_command_statement:
 *
 * `till statement --acquirer ID --date D`
 *
 * Returns: an exit code; 1 where the acquirer does not give it, 4 where nothing came that can be
 *   trusted
 */
int
till_command_statement (const TillCli *cli,
                        char         **words)
{
  g_autofree char *acquirer = NULL, *date = NULL;
  const GOptionEntry entries[] = {
    { "acquirer", 0, 0, G_OPTION_ARG_STRING, &acquirer, N_("a contract of the profile"), "ID" },
    { "date", 0, 0, G_OPTION_ARG_STRING, &date, N_("a day of the acquirer's"),
      N_("YYYY-MM-DD") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = till_command_parse (words, "statement --acquirer ID --date D", entries, 0,
                                            0, &error);
  g_auto (TillStatement) statement = { 0 };
  int day = 0;

  if (!args || !check_words (acquirer, date, &day, &error) ||
      !till_statement_fetch (cli->dir, cli->ports, acquirer, day, &statement, &error))
    return till_command_fail (cli, error);

  print (cli, acquirer, date, &statement);
  tell_state (cli, &statement);
  return states[statement.state].exit_code;
}
