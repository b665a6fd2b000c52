/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/shop.h"

G_BEGIN_DECLS

/* One request to an acquirer, from the ask to the answer: built and signed while its row is
 * being committed, sent when told to, read, and read again once when keys had to be fetched. */
typedef struct _TillRequest TillRequest;

/* What the customer showed or tapped, as far as the row may not keep it. All may be NULL. */
typedef struct {
  const char *paycode;
  const char *card;
  const char *card_number;
} TillPresented;

typedef void (*TillRequestFunc) (const TillAnswer    *answer,
                                 const TillHttpReply *reply,
                                 gpointer             user_data);

/* Asked when a key that was waited for is here: whether the request is still wanted. Who says
 * %FALSE has dropped it. */
typedef gboolean (*TillRequestGate) (gpointer user_data);

TillAsk       till_request_make_ask (const TillShop    *shop,
                                    const TillSale     *sale,
                                    const TillPayment  *payment,
                                    TillCall            call);
TillRequest  *till_request_new     (TillShop           *shop,
                                    TillMerchant       *merchant,
                                    const TillAsk      *ask);
TillRequest  *till_request_new_for (TillShop           *shop,
                                    TillMerchant       *merchant,
                                    const TillSale     *sale,
                                    const TillPayment  *payment,
                                    TillCall            call,
                                    const TillPresented *shown,
                                    gboolean            use_backup);
void          till_request_set_gate (TillRequest       *self,
                                    TillRequestGate     gate);
void          till_request_send    (TillRequest        *self,
                                    TillRequestFunc     func,
                                    gpointer            user_data);
gboolean      till_request_has_left (const TillRequest *self);
void          till_request_drop    (TillRequest        *self);

G_END_DECLS
