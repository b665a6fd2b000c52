/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/exchange.h"
#include "sandbox/wechat-sign.h"

G_BEGIN_DECLS

/* A request that was understood: its signature, form and fields are right. */
typedef struct {
  TillExchange             *exchange;
  const TillWechatMerchant *merchant;
  JsonObject               *fields;  /* of the body, or of the address after '?' */
  char                     *number;  /* what stands for {} in the path */
} TillWechatAsk;

void till_wechat_charge        (TillWechatAsk *ask);
void till_wechat_native        (TillWechatAsk *ask);
void till_wechat_query         (TillWechatAsk *ask);
void till_wechat_query_ref     (TillWechatAsk *ask);
void till_wechat_close         (TillWechatAsk *ask);
void till_wechat_reverse       (TillWechatAsk *ask);
void till_wechat_refund        (TillWechatAsk *ask);
void till_wechat_query_refund  (TillWechatAsk *ask);
void till_wechat_keys          (TillWechatAsk *ask);

G_END_DECLS
