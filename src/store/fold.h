/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ledger.h"
#include "core/sale.h"

G_BEGIN_DECLS

/* A sale as its rows make it, with what the caches want to know beside. */
typedef struct {
  TillSale *sale;
  gint64    id;          /* the number of its first row */
  gint64    changed_us;
  GArray   *payments;    /* beside sale->payments, one for one */
} TillFold;

/* What a row adds to the takings, and under which keys. The texts are the fold's. */
typedef struct {
  TillTakings  takings;
  int          day;
  int          hour;
  TillBrand    brand;
  const char  *acquirer;
  const char  *clerk;
} TillMove;

TillFold *till_fold_new      (void);
void      till_fold_free     (TillFold       *self);

gboolean  till_fold_apply    (TillFold       *self,
                              const TillRow  *row,
                              TillMove       *move,
                              GError        **error);
char     *till_fold_numbers  (const TillFold *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillFold, till_fold_free)

G_END_DECLS
