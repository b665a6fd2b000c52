/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/journal-private.h"

G_BEGIN_DECLS

/* A journal filled with sales as a shop makes them, a row each seven seconds, for benchmarks. */
typedef struct {
  char             *sale;      /* NULL: not begun */
  char             *payment;
  TillKind          kind;
  TillPaymentState  state;
  gint64            last_seq;
  const int        *at;        /* the next event */
} Story;

typedef struct {
  char        *dir;
  char        *path;
  TillJournal *journal;
  GRand       *rand;
  gint64       now_us;
  guint        n_waiting;
  guint        n_sales;
  guint        n_rows;
} History;

void     history_open      (History           *history,
                            const char        *folder,
                            TillJournalFlags   flags);
void     history_take_up   (History           *history,
                            TillJournal       *journal,
                            gint64             begins_us);
void     history_close     (History           *history);
TillRow *history_next_row  (History           *history,
                            Story             *story);
void     history_append    (History           *history,
                            Story             *story,
                            const TillRow     *row);
void     history_wait      (History           *history);
guint    history_sell      (History           *history,
                            guint              n_rows,
                            guint              n_at_once);

G_END_DECLS
