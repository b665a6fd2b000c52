/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "acquirer/acquirer.h"
#include "acquirer/seal.h"
#include "acquirer/sign.h"

G_BEGIN_DECLS

/* Where the rules come from: pages of opendocs.alipay.com, by the names that the comments of the
 * alipay-* files use, and the SDKs where the pages are silent.
 *
 * [pay]    open/02ekfp                  [precreate]  open/05osv9     [cancel]  open/02ekfr
 * [guide]  open/00f7ns, open/00f7nv     [codes]      common/02km9f
 * [sign]   common/057k53, common/02mse7
 * [query], [refund], [refund-query]     the reference pages of these methods
 * [rules]  [sign], and what [sdk] does  [sdk]        alipay-sdk-nodejs-all, alipay-easysdk */

/* One contract with Alipay: who we are, and whose signature we believe. Never changes. */
typedef struct {
  char       *app_id;
  char       *store_id;
  char       *terminal_id;
  char       *precreate_product_code;
  char       *notify_url;
  char       *app_cert_sn;     /* these three in certificate mode, and only there */
  char       *alipay_cert_sn;
  char       *root_cert_sn;
  TillKey    *private_key;
  TillKey    *app_certificate;
  TillKey    *alipay_key;      /* Alipay's public key, or its certificate's */
  TillWiped  *app_auth_token;
  TillWiped  *aes_key;         /* content is encrypted where there is one */
} TillAlipayKeys;

extern const TillSettingRow till_alipay_texts[];

gpointer     till_alipay_keys_load    (const TillSettings    *settings,
                                       GError               **error);
void         till_alipay_keys_unload  (gpointer               keys);
GArray      *till_alipay_keys_list    (gconstpointer          keys);
TillReason   till_alipay_keys_open    (const TillAlipayKeys  *keys,
                                       const char            *method,
                                       const TillHttpReply   *reply,
                                       JsonNode             **node);

G_END_DECLS
