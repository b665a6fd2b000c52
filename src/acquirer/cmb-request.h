/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "acquirer/acquirer.h"
#include "acquirer/seal.h"
#include "acquirer/sm2.h"

G_BEGIN_DECLS

/* Who we are to China Merchants Bank's "polypay" (聚合收款). Sources, by the names that comments give
 * them: [manual] the bank's interface manual V3.3.5 and V3.4.1, its appendix 4 the table of
 * decisions; [gopay] github.com/go-pay/gopay, cmbpay (68245f4). */
typedef struct {
  char      *mer_id;
  char      *user_id;
  char      *app_id;
  TillWiped *app_secret;
  TillWiped *private_hex;  /* only while it is read */
  TillKey   *private_key;
  TillKey   *public_key;   /* the bank's */
  char      *notify_url;
} TillCmbKeys;

extern const TillSettingRow till_cmb_texts[];

gpointer         till_cmb_load    (const TillSettings   *settings,
                                   GError              **error);
void             till_cmb_unload  (gpointer              keys);
TillHttpRequest *till_cmb_build   (const TillMerchant   *merchant,
                                   const TillAsk        *ask,
                                   GError              **error);
TillReason       till_cmb_verify  (const TillCmbKeys    *keys,
                                   const TillHttpReply  *reply,
                                   JsonObject           *envelope);

G_END_DECLS
