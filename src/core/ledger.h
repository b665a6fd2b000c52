/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/row.h"

G_BEGIN_DECLS

/* What one row adds to the takings of its day. Sums of these are the takings. */
typedef struct {
  gint64 n;             /* payments taken; −1 when one is taken back by a reversal */
  gint64 gross_fen;
  gint64 refunded_fen;
  gint64 fee_fen;
} TillTakings;

gboolean till_ledger_delta (TillKind          kind,
                            TillPaymentState  before,
                            TillPaymentState  after,
                            gint64            amount_fen,
                            gint64            fee_fen,
                            TillTakings      *delta);

G_END_DECLS
