/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/row.h"
#include "store/db.h"

G_BEGIN_DECLS

/* The row's columns in their fixed order, for SELECT and INSERT. */
#define TILL_ROW_COLUMNS \
  "seq, at_us, day, hour, sale, payment, before_seq, event, state, reason, kind, amount_fen, " \
  "currency, acquirer, of, clerk, note, brand, acquirer_ref, payer_total_fen, fee_fen, " \
  "paid_us, code_text, expires_us, keep, said, hash"
#define TILL_ROW_N_COLUMNS   27
#define TILL_ROW_N_FIELDS    (TILL_ROW_N_COLUMNS - 1)  /* all but the hash */
#define TILL_ROW_HASH_COLUMN TILL_ROW_N_FIELDS

/* A text, or a number where there is none. */
typedef struct {
  const char *text;
  gint64      number;
} TillRowValue;

const char *till_row_field_name  (int            index,
                                  gsize         *n_bytes);
gboolean    till_row_get_value   (const TillRow *row,
                                  int            index,
                                  TillRowValue  *value);

gboolean    till_row_bind        (const TillRow *row,
                                  sqlite3_stmt  *statement,
                                  GError       **error);
gboolean    till_row_peek        (sqlite3_stmt  *statement,
                                  TillRow       *row,
                                  GError       **error);
gboolean    till_row_peek_some   (sqlite3_stmt  *statement,
                                  guint          wanted,
                                  TillRow       *row,
                                  GError       **error);

G_END_DECLS
