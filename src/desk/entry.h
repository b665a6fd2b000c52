/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/sale.h"
#include "desk/shop.h"

G_BEGIN_DECLS

/* Something that happened to a payment, until its row is committed. */
typedef struct {
  TillPaymentEvent event;
  TillAnswer       answer;   /* empty for what is not an answer */
  TillRow         *first;    /* the facts of the payment's first row, where it is that */
  char            *clerk;    /* who says so, and why: the owner's words */
  char            *note;
} TillHappening;

TillHappening  *till_happening_new   (TillPaymentEvent      event,
                                      const TillAnswer     *answer);
void            till_happening_free  (TillHappening        *happening);

gboolean        till_entry_step      (const TillSale       *sale,
                                      const char           *payment,
                                      TillHappening        *happening,
                                      TillPaymentState     *next);
gboolean        till_entry_is_news   (const TillSale       *sale,
                                      const char           *payment,
                                      const TillHappening  *happening,
                                      TillPaymentState      next);
TillRow        *till_entry_make_row  (const TillShop       *shop,
                                      const TillMerchant   *merchant,
                                      const TillSale       *sale,
                                      const char           *payment,
                                      const TillHappening  *happening,
                                      TillPaymentState      next);

G_END_DECLS
