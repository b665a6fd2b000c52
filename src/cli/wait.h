/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"
#include "desk/desk.h"

G_BEGIN_DECLS

/* Begins a sale or a refund at the desk; NULL with @error where it is refused. */
typedef TillSaleItem *(*TillBeginFunc) (TillDesk *desk, gpointer user_data, GError **error);

TillSaleItem *till_begin  (const TillCli  *cli,
                           TillDesk       *desk,
                           TillBeginFunc   func,
                           gpointer        user_data,
                           int            *code);
int  till_exit_of_payment (TillPaymentState state,
                           TillReason       reason);
int  till_finish_sale     (const TillCli  *cli,
                           TillDesk       *desk,
                           TillSaleItem   *item,
                           const char     *asked_about);

G_END_DECLS
