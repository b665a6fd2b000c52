/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/exchange.h"

G_BEGIN_DECLS

#define TILL_WECHAT_PUBLIC_KEY_ID "PUB_KEY_ID_0119000000012026112200000001"

/* Who signs requests here. */
typedef struct {
  const char *mchid;
  const char *appid;
  const char *sub_mchid;    /* NULL: direct */
  const char *certificate;  /* the file of the API certificate */
} TillWechatMerchant;

const TillWechatMerchant *till_wechat_authenticate  (TillExchange  *exchange);
gboolean                  till_wechat_check_headers (TillExchange  *exchange);
void                      till_wechat_sign          (TillExchange  *exchange);
char                     *till_wechat_certificates  (TillExchange  *exchange);

void                      till_wechat_refuse        (TillExchange  *exchange,
                                                     guint          status,
                                                     const char    *code,
                                                     const char    *message);
void                      till_wechat_refuse_field  (TillExchange  *exchange,
                                                     const char    *field,
                                                     const char    *issue);

G_END_DECLS
