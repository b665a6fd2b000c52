/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "acquirer/acquirer.h"

G_BEGIN_DECLS

void till_alipay_codes_read       (const TillAsk       *ask,
                                   const TillHttpReply *reply,
                                   TillReason           trust,
                                   JsonObject          *node,
                                   TillAnswer          *answer);
void till_alipay_codes_read_trade (const char          *word,
                                   TillAnswer          *answer);

G_END_DECLS
