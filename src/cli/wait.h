/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"
#include "desk/desk.h"

G_BEGIN_DECLS

int  till_wait_for_sale   (const TillCli  *cli,
                           TillDesk       *desk,
                           TillSaleItem   *item);
int  till_exit_of_payment (TillPaymentState state,
                           TillReason       reason);
int  till_finish_sale     (const TillCli  *cli,
                           TillDesk       *desk,
                           TillSaleItem   *item,
                           const char     *payment);

G_END_DECLS
