/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/statement.h"

G_BEGIN_DECLS

void till_unionpay_statement_read  (const char    *mer_id,
                                    const char    *day,
                                    const char    *content,
                                    TillStatement *statement);
void till_unionpay_statement_parse (const char    *mer_id,
                                    const char    *day,
                                    GBytes        *file,
                                    TillStatement *statement);

G_END_DECLS
