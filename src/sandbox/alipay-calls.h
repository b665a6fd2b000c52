/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/alipay-gateway.h"

G_BEGIN_DECLS

void till_alipay_pay          (TillAlipayAsk *ask);
void till_alipay_precreate    (TillAlipayAsk *ask);
void till_alipay_query        (TillAlipayAsk *ask);
void till_alipay_cancel       (TillAlipayAsk *ask);
void till_alipay_cancel_again (TillAlipayAsk *ask);
void till_alipay_close        (TillAlipayAsk *ask);
void till_alipay_refund       (TillAlipayAsk *ask);
void till_alipay_query_refund (TillAlipayAsk *ask);

G_END_DECLS
