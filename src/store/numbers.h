/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/db.h"

G_BEGIN_DECLS

/* Payments' numbers with the rows that ask for them, as a sum that is the same in any order. */
typedef struct {
  guint64 secret;  /* the same for sums that are compared */
  guint64 n;
  guint64 sum;
} TillNumbers;

void      till_numbers_add         (TillNumbers  *self,
                                    const char   *payment,
                                    gint64        seq);
gboolean  till_numbers_read_index  (TillNumbers  *self,
                                    TillDb       *db,
                                    gint64       *twice_seq,
                                    GError      **error);

G_END_DECLS
