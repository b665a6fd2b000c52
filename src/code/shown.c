/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/shown.h"

#include <string.h>

/* What kind of collection code a text is, for the table of who can pay it. Sources: WeChat's native
 * pay (chapter 7_3_10), alipay.trade.precreate, public clients of UnionPay (00010000, 00010002),
 * Chinaums (48020000), Shouqianba's wap2, Duolabao. CMB's institution at UnionPay is from memory;
 * its manual calls the code one for WeChat, Alipay and UnionPay. Another member's address at
 * UnionPay does not say whether it is one for all. */
static const struct {
  const char *prefix;
  TillShown   shown;
} prefixes[] = {
  { "weixin://wxpay/", TILL_SHOWN_WECHAT },
  { "wxp://", TILL_SHOWN_PERSONAL },
  { "https://qr.alipay.com/", TILL_SHOWN_ALIPAY },
  { "https://qr.95516.com/00010000/", TILL_SHOWN_UNIONPAY },
  { "https://qr.95516.com/00010002/", TILL_SHOWN_UNIONPAY },
  { "https://qr.95516.com/48020000/", TILL_SHOWN_AGGREGATED },
  { "https://qr.95516.com/03080000/", TILL_SHOWN_AGGREGATED },
  { "https://m.wosai.cn/", TILL_SHOWN_AGGREGATED },
  { "https://qr.shouqianba.com/", TILL_SHOWN_AGGREGATED },
  { "https://q.huijingcai.top/", TILL_SHOWN_AGGREGATED },
  { "https://qr.duolabao.com/", TILL_SHOWN_AGGREGATED },
  { "000201", TILL_SHOWN_EMV },
};

/**
 * till_shown_identify:
 * @text: as till_paycode_normalise() returns it
 * @shown: (out): written on success only
 *
 * Returns: %FALSE where @text does not say what kind of collection code it is, or is none
 */
gboolean
till_shown_identify (const char *text,
                     TillShown  *shown)
{
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    if (g_ascii_strncasecmp (text, prefixes[i].prefix, strlen (prefixes[i].prefix)) == 0) {
      *shown = prefixes[i].shown;
      return TRUE;
    }
  }

  return FALSE;
}
