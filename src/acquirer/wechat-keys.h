/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"
#include "acquirer/seal.h"
#include "acquirer/sign.h"

G_BEGIN_DECLS

/* Where the rules come from: pages of pay.weixin.qq.com, by the names that the comments of the
 * wechat-* files use.
 *
 * [code-pay] apis/code-payment-v3/direct/code-pay  [rules]  doc/v3/merchant/4012081709, 4012081717
 * [reverse]  apis/code-payment-v3/direct/reverse   [refund] doc/v3/merchant/4012709253, 4013071036
 * [native]   doc/v3/merchant/4012525171            [verify] doc/v3/merchant/4013053249, 4013053420
 * [sign]     doc/v3/merchant/4012365336            [keys]   doc/v3/merchant/4012154180
 * [errors]   the table of [code-pay], and of doc/v2/merchant/4011937125, whose words it shares */

/* One contract with WeChat Pay: who we are, and whose signatures we believe. Only @certificates
 * change, on the main thread, when a download brings new ones; requests are made without them. */
typedef struct {
  gboolean    is_partner;
  char       *mchid;          /* the signer's; in partner mode the provider's */
  char       *appid;
  char       *sub_mchid;      /* partner mode: the shop's */
  char       *sub_appid;
  char       *serial_no;      /* of our API certificate */
  char       *store_id;       /* WeChat's number of the shop, or */
  char       *store_out_id;   /* our own one */
  char       *notify_url;
  char       *public_key_id;  /* PUB_KEY_ID_…; NULL in certificate mode */
  TillKey    *private_key;
  TillKey    *public_key;
  GPtrArray  *certificates;   /* of TillKey */
  TillWiped  *api_v3_key;     /* opens downloaded certificates; NULL: none are downloaded */
} TillWechatKeys;

gpointer     till_wechat_keys_load    (const TillSettings    *settings,
                                       GError               **error);
void         till_wechat_keys_unload  (gpointer               keys);
GArray      *till_wechat_keys_list    (gconstpointer          keys);
gboolean     till_wechat_keys_take    (TillMerchant          *merchant,
                                       const TillAsk         *ask,
                                       const TillHttpReply   *reply,
                                       GError               **error);
TillReason   till_wechat_keys_verify  (const TillWechatKeys  *keys,
                                       const TillAsk         *ask,
                                       const TillHttpReply   *reply,
                                       gboolean              *wants_keys);

G_END_DECLS
