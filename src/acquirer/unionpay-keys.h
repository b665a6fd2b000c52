/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"
#include "acquirer/form.h"
#include "acquirer/seal.h"
#include "acquirer/sm2.h"
#include "acquirer/trust.h"

G_BEGIN_DECLS

/* Where the rules come from, by the names that the comments of the unionpay-* files use.
 *
 * [acp]   open.unionpay.com, tjweb/acproduct/APIList, apiservId 468 (QR codes: acpAPIId 792–795,
 *         798–800) and 455 (841: signing; 901: codes)
 * [sdk]   UnionPay's own SDK 5.1.0, as playniuniu/python-unionpay (SDKUtil, SDKUtil_test) and
 *         smartwalle/unionpay (internal/cert.go, payment.go) have it
 * [codes] the tables of hanfengzqh/UnionPayQR (UnionPayResult) and ewfresh (UnionPayLogUtil)
 * [qr]    jifuwei/lol, pay-component-unionpay, qrcode/model */

/* One row a sign method of [acp] 841. */
typedef struct _TillUnionpayMethod TillUnionpayMethod;

/* One contract with UnionPay: who we are, and whose signature we believe. Never changes. */
typedef struct {
  const TillUnionpayMethod *method;
  char        *mer_id;
  char        *term_id;      /* NULL: made of the register */
  char        *cert_id;      /* NULL where no certificate signs */
  char        *access_type;  /* "0", or not said */
  char        *file_url;     /* where statements are; NULL: where the host has them */
  char        *back_url;
  char        *sm2_user_id;
  TillSm2Form  sm2_form;
  TillKey     *private_key;
  TillTrust   *trust;
  TillWiped   *secure_key;
} TillUnionpayKeys;

extern const TillSettingRow till_unionpay_texts[];

gpointer     till_unionpay_keys_load    (const TillSettings      *settings,
                                         GError                 **error);
void         till_unionpay_keys_unload  (gpointer                 keys);
GArray      *till_unionpay_keys_list    (gconstpointer            keys);

gboolean     till_unionpay_keys_sign    (const TillUnionpayKeys  *keys,
                                         TillForm                *form,
                                         GError                 **error);
TillReason   till_unionpay_keys_open    (const TillMerchant      *merchant,
                                         const TillHttpReply     *reply,
                                         gint64                   now_us,
                                         TillForm               **form);

G_END_DECLS
