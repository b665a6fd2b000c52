/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/shop.h"

G_BEGIN_DECLS

/* Keys that come over the wire, and stay. */
gboolean  till_keys_take   (TillShop             *shop,
                            TillMerchant         *merchant,
                            const TillAsk        *ask,
                            const TillHttpReply  *reply,
                            GError              **error);
gboolean  till_keys_renew  (TillShop             *shop,
                            const TillMerchant   *merchant,
                            TillCall              call);

G_END_DECLS
