/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/exchange.h"

G_BEGIN_DECLS

/* A merchant that may ask here, in one way to sign each. */
typedef struct {
  const char *mer_id;
  const char *method;      /* signMethod */
  gboolean    is_raw;      /* SM2's r and s side by side */
} TillUnionpayMerchant;

/* A request on its way in. */
typedef struct {
  TillExchange               *exchange;
  const TillUnionpayMerchant *merchant;
  GHashTable                 *params;
  gboolean                    was_refused;
} TillUnionpayAsk;

gboolean     till_unionpay_read      (TillUnionpayAsk  *ask);
gboolean     till_unionpay_check     (TillUnionpayAsk  *ask);
gboolean     till_unionpay_is_signed (TillUnionpayAsk  *ask);
gboolean     till_unionpay_is_for_file (const TillUnionpayAsk *ask);
void         till_unionpay_ask_clear (TillUnionpayAsk  *ask);

const char  *till_unionpay_param     (const TillUnionpayAsk *ask,
                                      const char            *name);
void         till_unionpay_say       (TillUnionpayAsk  *ask,
                                      const char       *code,
                                      ...) G_GNUC_NULL_TERMINATED;
void         till_unionpay_refuse    (TillUnionpayAsk  *ask,
                                      const char       *code);

G_END_DECLS
