/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "cli/cli.h"
#include "core/day.h"
#include "core/sale.h"

G_BEGIN_DECLS

/* How far a sale is, or its refund that is under way. */
typedef struct {
  const char       *order;
  TillPaymentState  state;
  TillReason        reason;
  gint64            next_us;      /* when the wallet is asked next; 0: now, or not planned */
  gint64            gives_up_us;  /* when the till ends it by itself; 0: not planned */
} TillProgress;

void  till_print_sale       (const TillCli      *cli,
                             const TillSale     *sale,
                             const TillDay      *day);
void  till_print_work       (const TillCli      *cli,
                             const TillSale     *sale,
                             const TillDay      *day,
                             gint64              now_us);
void  till_print_refund     (const TillPayment  *refund);
void  till_print_code       (const TillCli      *cli,
                             const TillPayment  *payment);
void  till_print_progress   (const TillCli      *cli,
                             const TillProgress *progress,
                             const TillDay      *day);
void  till_print_object     (JsonBuilder        *builder);
void  till_print_add_text   (JsonBuilder        *builder,
                             const char         *name,
                             const char         *text);
void  till_print_add_int    (JsonBuilder        *builder,
                             const char         *name,
                             gint64              number);
char *till_pad_text         (const char         *text,
                             int                 n_columns);
char *till_clock_text       (gint64              skew_us);

G_END_DECLS
