/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/unionpay-gateway.h"

G_BEGIN_DECLS

void till_unionpay_charge  (TillUnionpayAsk *ask);
void till_unionpay_order   (TillUnionpayAsk *ask);
void till_unionpay_query   (TillUnionpayAsk *ask);
void till_unionpay_reverse (TillUnionpayAsk *ask);
void till_unionpay_void    (TillUnionpayAsk *ask);
void till_unionpay_refund  (TillUnionpayAsk *ask);

gboolean till_unionpay_is_refund (TillUnionpayAsk *ask);

G_END_DECLS
