/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"

G_BEGIN_DECLS

#define TILL_ALIPAY_CODE_LIFE_MS (2 * 60 * 60 * 1000) /* [precreate]: 2 h at most */

const char      *till_alipay_get_method (TillCall             call);
TillHttpRequest *till_alipay_build      (const TillMerchant  *merchant,
                                         const TillAsk       *ask,
                                         GError             **error);

G_END_DECLS
