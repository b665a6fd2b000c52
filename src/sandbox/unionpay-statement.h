/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/unionpay-gateway.h"

G_BEGIN_DECLS

void till_unionpay_statement (TillUnionpayAsk *ask);

G_END_DECLS
