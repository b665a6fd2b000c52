/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"

G_BEGIN_DECLS

char            *till_unionpay_format_time (gint64               at_us);
TillHttpRequest *till_unionpay_build       (const TillMerchant  *merchant,
                                            const TillAsk       *ask,
                                            GError             **error);

G_END_DECLS
