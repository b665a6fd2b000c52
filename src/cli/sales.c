/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "cli/command.h"
#include "cli/print.h"
#include "desk/books.h"

/* list and show: reading the journal. */

typedef struct {
  const TillCli *cli;
  const TillDay *day;
  guint          n_printed;
} Printer;

static gboolean
print_sale (const TillSale *sale,
            gpointer        user_data)
{
  Printer *printer = user_data;

  till_print_sale (printer->cli, sale, printer->day);
  printer->n_printed++;

  return TRUE;
}

static gboolean
usage (GError    **error,
       const char *format,
       const char *word)
{
  /* format is a translated literal with one %s */
  g_autoptr (GString) text = g_string_new (format);

  g_string_replace (text, "%s", word, 1);
  g_set_error_literal (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE, text->str);

  return FALSE;
}

static gboolean
is_state_word (const char *word)
{
  for (guint state = 0; state < TILL_PAYMENT_N_STATES; state++) {
    if (strcmp (till_payment_state_to_word (state), word) == 0)
      return TRUE;
  }

  return FALSE;
}

static gboolean
fill_filter (const char     *date,
             const char     *brand,
             const char     *limit,
             TillSaleFilter *filter,
             GError        **error)
{
  guint64 n_most = 0;

  if (date && !till_day_parse (date, &filter->first_day))
    return usage (error, _("“%s” is no date. Type it like 2026-11-22."), date);
  filter->last_day = filter->first_day;
  if (brand && !till_brand_from_word (brand, &filter->brand))
    return usage (error, _("There is no wallet “%s”."), brand);
  if (filter->state && !is_state_word (filter->state))
    return usage (error, _("There is no state “%s”. Use new, asked, waiting, unsure, closing, "
                           "paid, failed or paid-late."), filter->state);
  if (limit && !g_ascii_string_to_unsigned (limit, 10, 1, G_MAXUINT, &n_most, NULL))
    return usage (error, _("“%s” is no number of sales. --limit is from 1."), limit);

  filter->limit = (guint) n_most;
  return TRUE;
}

/**
 * till_command_list:
 *
 * `till list [--date D] [--state S] [--brand B] [--limit N]`
 *
 * Returns: an exit code
 */
int
till_command_list (const TillCli *cli,
                   char         **words)
{
  g_autofree char *date = NULL, *state = NULL, *brand = NULL, *limit = NULL;
  const GOptionEntry entries[] = {
    { "date", 0, 0, G_OPTION_ARG_STRING, &date, N_("a business day"), N_("YYYY-MM-DD") },
    { "state", 0, 0, G_OPTION_ARG_STRING, &state, N_("paid, failed, unsure …"), N_("STATE") },
    { "brand", 0, 0, G_OPTION_ARG_STRING, &brand, N_("a wallet"), N_("BRAND") },
    { "limit", 0, 0, G_OPTION_ARG_STRING, &limit, N_("at most so many"), N_("COUNT") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_auto (GStrv) args = till_command_parse (words, "list", entries, 0, 0, &error);
  TillSaleFilter filter = { .state = state };
  Printer printer = { .cli = cli };

  if (!args || !fill_filter (date, brand, limit, &filter, &error))
    return till_command_fail (cli, error);

  desk = till_command_open (cli, &error);
  if (!desk)
    return till_command_fail (cli, error);

  printer.day = till_desk_get_day (desk);
  if (!till_books_each_sale (desk, &filter, print_sale, &printer, &error))
    return till_command_fail (cli, error);
  if (printer.n_printed == 0 && !cli->json)
    g_print ("%s\n", _("No sales."));

  return TILL_EXIT_DONE;
}

static void
print_line (const TillCli       *cli,
            const TillDay       *day,
            const TillStoryLine *line)
{
  g_autofree char *time = till_day_format (day, line->at_us, "%Y-%m-%d %H:%M:%S");
  g_autoptr (JsonBuilder) builder = NULL;

  if (!cli->json) {
    g_print ("%6" G_GINT64_FORMAT "  %s  %s  %s%s%s\n", line->seq, time, line->payment, line->text,
             line->said ? "  — " : "", line->said ? line->said : "");
    return;
  }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  till_print_add_text (builder, "event", "row");
  till_print_add_int (builder, "seq", line->seq);
  till_print_add_int (builder, "at_us", line->at_us);
  till_print_add_text (builder, "order", line->payment);
  till_print_add_text (builder, "text", line->text);
  till_print_add_text (builder, "said", line->said);
  json_builder_end_object (builder);
  till_print_object (builder);
}

/**
 * till_command_show:
 *
 * `till show ORDER`: each journal row of one sale in plain words, then the sale.
 *
 * Returns: an exit code
 */
int
till_command_show (const TillCli *cli,
                   char         **words)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_auto (GStrv) args = till_command_parse (words, "show ORDER", entries, 1, 1, &error);

  desk = args ? till_command_open (cli, &error) : NULL;
  item = desk ? till_desk_find (desk, args[0], &error) : NULL;
  lines = item ? till_books_story (desk, args[0], &error) : NULL;
  if (!lines)
    return till_command_fail (cli, error);

  for (guint i = 0; i < lines->len; i++)
    print_line (cli, till_desk_get_day (desk), g_ptr_array_index (lines, i));
  till_print_work (cli, till_sale_item_get_sale (item), till_desk_get_day (desk),
                   till_desk_get_now_us (desk));

  return TILL_EXIT_DONE;
}
