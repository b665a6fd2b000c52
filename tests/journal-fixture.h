/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/journal.h"

G_BEGIN_DECLS

/* A journal in a folder of its own, and sales that wander through the machine. */
typedef struct {
  char        *dir;
  char        *path;
  TillJournal *journal;
  GPtrArray   *sales;    /* (element-type TillSale): as the test folded them itself */
  gint64       now_us;
  int          day;
  guint        n_numbers;
  GRand       *rand;
} Fixture;

Fixture   *fixture_new        (TillJournalFlags   flags);
void       fixture_free       (Fixture           *self);
void       fixture_reopen     (Fixture           *self,
                               TillJournalFlags   flags);
void       fixture_exec       (Fixture           *self,
                               const char        *sql);
gint64     fixture_get_int    (Fixture           *self,
                               const char        *sql);

char      *fixture_number     (Fixture           *self);
TillRow   *fixture_ask        (Fixture           *self,
                               const TillSale    *sale,
                               TillKind           kind,
                               const char        *number);
TillRow   *fixture_event      (Fixture           *self,
                               const TillSale    *sale,
                               const char        *number,
                               TillPaymentEvent   event);

TillRow   *append_and_wait    (TillJournal       *journal,
                               const TillRow     *row,
                               GError           **error);
TillSale  *fixture_add_sale   (Fixture           *self);
void       fixture_add        (Fixture           *self,
                               TillSale          *sale,
                               TillRow           *row);
void       fixture_pay        (Fixture           *self,
                               TillSale          *sale);
void       fixture_wander     (Fixture           *self,
                               guint              n_rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

G_END_DECLS
