/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/statement.h"

#include "acquirer/wire.h"

/**
 * till_statement_init:
 *
 * Makes @statement one that did not come.
 */
void
till_statement_init (TillStatement *statement)
{
  *statement = (TillStatement) {
    .state = TILL_STATEMENT_LOST,
    .reason = TILL_REASON_BAD_ANSWER,
    .files = g_ptr_array_new_with_free_func ((GDestroyNotify) till_statement_file_free),
    .lines = g_ptr_array_new_with_free_func ((GDestroyNotify) till_statement_line_free),
  };
}

void
till_statement_clear (TillStatement *statement)
{
  g_clear_pointer (&statement->said, g_free);
  g_clear_pointer (&statement->fault, g_free);
  g_clear_pointer (&statement->files, g_ptr_array_unref);
  g_clear_pointer (&statement->lines, g_ptr_array_unref);
}

/**
 * till_statement_add:
 * @line: (transfer full)
 *
 * Adds @line and counts it.
 */
void
till_statement_add (TillStatement     *statement,
                    TillStatementLine *line)
{
  TillStatementSum *sum = &statement->sums[line->kind];

  sum->n_lines++;
  sum->amount_fen += line->amount_fen;
  sum->fee_fen += line->fee_fen;
  sum->settle_fen += line->settle_fen;
  g_ptr_array_add (statement->lines, line);
}

/**
 * till_statement_fail:
 * @fault: where it is wrong, for the log
 *
 * Makes @statement one that cannot be believed: a part of a day is worse than none.
 */
void
till_statement_fail (TillStatement *statement,
                     const char    *fault)
{
  statement->state = TILL_STATEMENT_LOST;
  statement->reason = TILL_REASON_BAD_ANSWER;
  g_free (statement->fault);
  statement->fault = g_strdup (fault);
  g_ptr_array_set_size (statement->lines, 0);
  for (guint i = 0; i < TILL_STATEMENT_N_KINDS; i++)
    statement->sums[i] = (TillStatementSum) { 0 };
}

/**
 * till_statement_read_day:
 * @day: (nullable): "20260520"
 *
 * Returns: the day's first moment in China's zone; 0 where it is no day
 */
gint64
till_statement_read_day (const char *day)
{
  g_autofree char *text = NULL;

  if (!day || !till_wire_is_made_of (day, "0123456789", 8, 8))
    return 0;

  text = g_strdup_printf ("%.4s-%.2s-%.2s 00:00:00", day, day + 4, day + 6);
  return till_wire_parse_gmt8 (text);
}

void
till_statement_line_free (TillStatementLine *line)
{
  g_free (line->order);
  g_free (line->acquirer_ref);
  g_free (line->of_ref);
  g_free (line);
}

void
till_statement_file_free (TillStatementFile *file)
{
  g_free (file->name);
  g_bytes_unref (file->bytes);
  g_free (file);
}
