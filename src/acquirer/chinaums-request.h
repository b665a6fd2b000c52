/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"
#include "acquirer/seal.h"

G_BEGIN_DECLS

/* Who we are to Chinaums (银联商务). Sources, by the names that comments give them:
 *   [bills]    open.chinaums.com saas-doc/openplate/netpay/bills; public clients of it
 *              (majiameng/chinaums-php, BillQuery; the AgPay and MPAY gateways)
 *   [poslink]  open.chinaums.com saas-doc/openplate/poslink/poslink-v6/transaction-v6; the same
 *   [errors]   the table of platform error codes in public clients of netpay
 * What only one of them has is marked; nothing in an answer is signed, TLS vouches for it. */
typedef struct {
  char      *app_id;
  TillWiped *app_key;
  char      *mid;
  char      *tid;
  char      *msg_src_id;
  char      *inst_mid;
  char      *system_id;
  char      *merchant_code;
  char      *terminal_code;
  char      *terminal_ip;
  char      *notify_url;
} TillChinaumsKeys;

extern const TillSettingRow till_chinaums_texts[];

TillHttpRequest *till_chinaums_build   (const TillMerchant   *merchant,
                                        const TillAsk        *ask,
                                        GError              **error);
gboolean         till_chinaums_is_bill (const TillAsk        *ask);
char            *till_chinaums_number  (const TillMerchant   *merchant,
                                        const char           *number);

G_END_DECLS
