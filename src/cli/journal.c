/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/print.h"
#include "desk/books.h"

/* journal verify, export, backup: for the owner, and for who does not trust the owner. */

/* A progress line on a terminal, nothing in a log. */
static void
progress_cb (gint64   done,
             gint64   total,
             gpointer user_data)
{
  if (isatty (STDERR_FILENO) && total > 0)
    g_printerr ("\r%3d %%%s", (int) (100 * done / total), done == total ? "\n" : "");
}

static void
print_verdict (const TillCli     *cli,
               const TillVerdict *verdict)
{
  gboolean whole = verdict->first_bad_seq == 0 && verdict->caches_agree && !verdict->what;
  g_autofree char *n_rows = g_strdup_printf ("%" G_GINT64_FORMAT, verdict->n_rows);
  g_autofree char *head_seq = g_strdup_printf ("%" G_GINT64_FORMAT, verdict->head_seq);
  g_autoptr (JsonBuilder) builder = NULL;

  if (!cli->json) {
    if (whole)
      /* Translators: the number of rows, then the last row's number and hash */
      g_print (_("The journal is whole: %s rows. Note its last row where nobody can change it, for "
                 "--anchor:\n%s %s\n"), n_rows, head_seq, verdict->head);
    else
      /* Translators: %s is what is wrong, "row 7: it is missing" */
      g_print (_("The journal is NOT whole: %s. Keep a copy of it and call the technician.\n"),
               verdict->what ? verdict->what : _("its sums differ from its rows"));
    return;
  }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "whole");
  json_builder_add_boolean_value (builder, whole);
  json_builder_set_member_name (builder, "rows");
  json_builder_add_int_value (builder, verdict->n_rows);
  till_print_add_int (builder, "head_seq", verdict->head_seq);
  till_print_add_text (builder, "head", verdict->head);
  till_print_add_int (builder, "first_bad_seq", verdict->first_bad_seq);
  till_print_add_text (builder, "what", verdict->what);
  json_builder_set_member_name (builder, "caches_agree");
  json_builder_add_boolean_value (builder, verdict->caches_agree);
  json_builder_end_object (builder);
  till_print_object (builder);
}

static int
verify (const TillCli *cli,
        char         **words)
{
  gint64 from_seq = 1;
  g_autofree char *anchor = NULL;
  const GOptionEntry entries[] = {
    { "from", 0, 0, G_OPTION_ARG_INT64, &from_seq, N_("begin at this row"), N_("N") },
    { "anchor", 0, 0, G_OPTION_ARG_FILENAME, &anchor, N_("rows whose hash you noted"), N_("FILE") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_auto (TillVerdict) verdict = { 0 };
  g_auto (GStrv) args = till_command_parse (words, "journal verify", entries, 0, 0, &error);

  if (args && from_seq < 1)
    g_set_error_literal (&error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                         _("--from is a row's number, from 1"));
  if (error)
    return till_command_fail (cli, error);

  desk = till_command_open (cli, &error);
  if (!desk || !till_books_verify (desk, from_seq, anchor, progress_cb, NULL, &verdict, &error))
    return till_command_fail (cli, error);

  print_verdict (cli, &verdict);

  return verdict.first_bad_seq == 0 && verdict.caches_agree && !verdict.what
           ? TILL_EXIT_DONE : TILL_EXIT_DIFFERENCES;
}

static gboolean
parse_days (const char *from,
            const char *to,
            const char *format,
            int        *first_day,
            int        *last_day,
            GError    **error)
{
  gboolean is_read =
    (!from || till_day_parse (from, first_day)) && (!to || till_day_parse (to, last_day)) &&
    (!format || strcmp (format, "jsonl") == 0 || strcmp (format, "csv") == 0);

  if (is_read && (!from || !to || *first_day <= *last_day))
    return TRUE;

  g_set_error_literal (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                       is_read ? _("--from is after --to. Exchange them.")
                               : _("Dates are like 2026-11-22, --format is jsonl or csv."));
  return FALSE;
}

static int
export (const TillCli *cli,
        char         **words)
{
  g_autofree char *format = NULL, *from = NULL, *to = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, N_("jsonl or csv"), N_("FORMAT") },
    { "from", 0, 0, G_OPTION_ARG_STRING, &from, N_("first business day"), N_("YYYY-MM-DD") },
    { "to", 0, 0, G_OPTION_ARG_STRING, &to, N_("last business day"), N_("YYYY-MM-DD") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_autoptr (GOutputStream) out = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  g_auto (GStrv) args = till_command_parse (words, "journal export", entries, 0, 0, &error);
  int first_day = 0, last_day = 0;

  if (!args || !parse_days (from, to, format, &first_day, &last_day, &error))
    return till_command_fail (cli, error);

  desk = till_command_open (cli, &error);
  if (desk && till_books_export (desk, format && strcmp (format, "csv") == 0, first_day, last_day,
                                 out, &error))
    return TILL_EXIT_DONE;
  /* Who reads has had enough: till journal export | head */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    return TILL_EXIT_DONE;
  if (error->domain == G_IO_ERROR)
    g_prefix_error (&error, "%s ", _("The rows are not written whole. Make room for them or choose "
                                     "another place, then try again."));

  return till_command_fail (cli, error);
}

static int
backup (const TillCli *cli,
        char         **words)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_auto (GStrv) args = till_command_parse (words, "journal backup FILE", entries, 1, 1, &error);

  if (args && g_file_test (args[0], G_FILE_TEST_EXISTS))
    g_set_error (&error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                 /* Translators: %s is a file's name that somebody typed */
                 _("There is a file “%s” already. Choose another name."), args[0]);
  desk = args && !error ? till_command_open (cli, &error) : NULL;
  if (!desk || !till_books_backup (desk, args[0], &error))
    return till_command_fail (cli, error);

  if (!cli->json)
    /* Translators: %s is a file */
    g_print (_("Copied and verified: %s\n"), args[0]);

  return TILL_EXIT_DONE;
}

static void
print_help (void)
{
  g_print ("  till journal verify [--from N] [--anchor FILE]\n      %s\n",
           _("is the chain whole, and are the sums those of the rows?"));
  g_print ("  till journal export [--format jsonl|csv] [--from D] [--to D]\n      %s\n",
           _("the rows as they are, to stdout"));
  g_print ("  till journal backup FILE\n      %s\n",
           _("a verified copy, while the till runs"));
}

/**
 * till_command_journal:
 *
 * `till journal verify|export|backup …`
 *
 * Returns: an exit code; 5 where the journal is not whole
 */
int
till_command_journal (const TillCli *cli,
                      char         **words)
{
  static const struct {
    const char      *name;
    TillCommandFunc  run;
  } parts[] = {
    { "verify", verify }, { "export", export }, { "backup", backup },
  };

  for (guint i = 0; words[0] && i < G_N_ELEMENTS (parts); i++) {
    if (strcmp (parts[i].name, words[0]) == 0)
      return parts[i].run (cli, words + 1);
  }

  if (words[0] && (strcmp (words[0], "--help") == 0 || strcmp (words[0], "-h") == 0)) {
    print_help ();
    return TILL_EXIT_DONE;
  }

  g_printerr ("till: %s\n", _("This command wants: till journal verify, export or backup"));
  return TILL_EXIT_USAGE;
}
