/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/row.h"

TillRow *
till_row_new (void)
{
  return g_new0 (TillRow, 1);
}

/**
 * till_row_copy:
 *
 * Returns: (transfer full): a row of its own, with its own texts
 */
TillRow *
till_row_copy (const TillRow *row)
{
  TillRow *copy = g_memdup2 (row, sizeof *row);

  copy->sale = g_strdup (row->sale);
  copy->payment = g_strdup (row->payment);
  copy->currency = g_strdup (row->currency);
  copy->acquirer = g_strdup (row->acquirer);
  copy->of = g_strdup (row->of);
  copy->clerk = g_strdup (row->clerk);
  copy->note = g_strdup (row->note);
  copy->acquirer_ref = g_strdup (row->acquirer_ref);
  copy->code_text = g_strdup (row->code_text);
  copy->keep = g_strdup (row->keep);
  copy->said = g_strdup (row->said);

  return copy;
}

void
till_row_free (TillRow *row)
{
  if (!row)
    return;

  g_free (row->sale);
  g_free (row->payment);
  g_free (row->currency);
  g_free (row->acquirer);
  g_free (row->of);
  g_free (row->clerk);
  g_free (row->note);
  g_free (row->acquirer_ref);
  g_free (row->code_text);
  g_free (row->keep);
  g_free (row->said);
  g_free (row);
}
