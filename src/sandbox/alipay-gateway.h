/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/exchange.h"

G_BEGIN_DECLS

#define TILL_ALIPAY_AUTH_TOKEN "202611BBTillSandboxShop109"

/* An application that may ask here, in one mode each. */
typedef struct {
  const char *app_id;
  gboolean    has_certificates;
  gboolean    encrypts;
} TillAlipayApp;

/* A request on its way in. */
typedef struct {
  TillExchange        *exchange;
  const TillAlipayApp *app;
  GHashTable          *params;
  const char          *method;  /* "alipay.trade.pay" */
  JsonObject          *fields;  /* of biz_content */
  gboolean             was_refused;
} TillAlipayAsk;

gboolean     till_alipay_read_params  (TillAlipayAsk  *ask);
gboolean     till_alipay_check_params (TillAlipayAsk  *ask);
gboolean     till_alipay_read_content (TillAlipayAsk  *ask);
void         till_alipay_ask_clear    (TillAlipayAsk  *ask);

JsonBuilder *till_alipay_begin        (const char     *code);
void         till_alipay_finish       (TillAlipayAsk  *ask,
                                       JsonBuilder    *json);
void         till_alipay_refuse       (TillAlipayAsk  *ask,
                                       const char     *sub_code,
                                       const char     *sub_msg);
void         till_alipay_say          (TillAlipayAsk  *ask,
                                       const char     *code,
                                       const char     *sub_code,
                                       const char     *sub_msg);

G_END_DECLS
