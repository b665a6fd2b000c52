/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/shouqianba-keys.h"

G_BEGIN_DECLS

TillHttpRequest *till_shouqianba_build    (const TillMerchant  *merchant,
                                           const TillAsk       *ask,
                                           GError             **error);
const char      *till_shouqianba_refund_number (const TillAsk  *ask);
char            *till_shouqianba_page_url (const TillMerchant  *merchant,
                                           const TillAsk       *ask,
                                           GError             **error);

G_END_DECLS
