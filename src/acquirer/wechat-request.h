/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"

G_BEGIN_DECLS

TillHttpRequest *till_wechat_build (const TillMerchant  *merchant,
                                    const TillAsk       *ask,
                                    GError             **error);

G_END_DECLS
