/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ledger.h"

static gboolean
has_moved (TillPaymentState state)
{
  return state == TILL_PAYMENT_PAID || state == TILL_PAYMENT_PAID_LATE;
}

/**
 * till_ledger_delta:
 * @before: the payment's state before the row
 * @after: its state after it
 * @amount_fen: the payment's amount
 * @fee_fen: what the acquirer keeps of it
 * @delta: (out): what the row adds to its day
 *
 * Money counts on the day on which the row says that it moved, also when it moves back.
 * A payment that was reversed after it was paid is taken off again; a refund leaves the gross
 * as it is and counts as refunded.
 *
 * Returns: %FALSE where the row moves no money; @delta is then all zero
 */
gboolean
till_ledger_delta (TillKind         kind,
                   TillPaymentState before,
                   TillPaymentState after,
                   gint64           amount_fen,
                   gint64           fee_fen,
                   TillTakings     *delta)
{
  int sign = has_moved (after) - has_moved (before);

  *delta = (TillTakings) { 0 };
  if (sign == 0)
    return FALSE;

  if (kind == TILL_KIND_REFUND) {
    delta->refunded_fen = sign * amount_fen;
  } else {
    delta->n = sign;
    delta->gross_fen = sign * amount_fen;
    delta->fee_fen = sign * fee_fen;
  }

  return TRUE;
}
