/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"

G_BEGIN_DECLS

void till_unionpay_codes_read      (const TillAsk  *ask,
                                    const char     *code,
                                    TillAnswer     *answer);
void till_unionpay_codes_read_orig (const TillAsk  *ask,
                                    const char     *code,
                                    TillAnswer     *answer);

G_END_DECLS
