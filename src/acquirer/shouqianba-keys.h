/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"
#include "acquirer/seal.h"

G_BEGIN_DECLS

/* Who we are to Shouqianba (收钱吧), "Upay v2". Sources, by the names that comments give them:
 *   [manual]  github.com/WoSai/shouqianba-doc, zh-cn/api: activate, checkin, pay, precreate,
 *             query, refund, revoke&cancel, sign, wap2, annex
 *   [skills]  github.com/WoSai/sqb-payment-skills (2026): signing, status-parsing, polling */
typedef struct {
  char      *vendor_sn;
  TillWiped *vendor_key;
  char      *app_id;
  char      *device_id;
  char      *gateway_url;
  char      *return_url;

  char      *terminal_sn;   /* NULL until it is activated */
  TillWiped *terminal_key;
  char      *day;           /* "20261122", of the last check-in; NULL: unknown */
} TillShouqianbaKeys;

extern const TillSettingRow till_shouqianba_texts[];

gpointer   till_shouqianba_keys_load    (const TillSettings   *settings,
                                         GError              **error);
void       till_shouqianba_keys_unload  (gpointer              keys);
gboolean   till_shouqianba_keys_take    (TillMerchant         *merchant,
                                         const TillAsk        *ask,
                                         const TillHttpReply  *reply,
                                         GError              **error);
gboolean   till_shouqianba_keys_are_due (gconstpointer         keys,
                                         gint64                now_us);
char      *till_shouqianba_keys_tell    (gconstpointer         keys,
                                         const char           *name);
void       till_shouqianba_keys_read_kept (gpointer           keys,
                                         const TillSettings   *settings);

char      *till_shouqianba_keys_sn      (const TillShouqianbaKeys *keys);
char      *till_shouqianba_keys_sign    (const TillShouqianbaKeys *keys,
                                         gboolean              by_vendor,
                                         const char           *text);

G_END_DECLS
