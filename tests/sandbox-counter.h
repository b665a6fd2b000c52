/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox-shop.h"

#include "acquirer/acquirer.h"
#include "store/profile.h"

G_BEGIN_DECLS

/* The demo profile's contracts and those of every other mode, at a sandbox of its own. */
typedef struct {
  Shop        *shop;
  char        *dir;
  TillProfile *profile;
  TillHttp    *http;
  char        *keep;   /* what the last answer left for the next ask of its payment */
  gint64       asked_us;   /* when all that is asked was first asked */
} Counter;

void           counter_open      (Counter             *counter);
void           counter_close     (Counter             *counter);
TillMerchant  *counter_merchant  (Counter             *counter,
                                  const char          *id);
TillHttpReply *counter_send      (Counter             *counter,
                                  const TillMerchant  *merchant,
                                  const TillAsk       *ask);
gint64         counter_ledger_fen (Counter            *counter,
                                   const char         *order,
                                   const char         *member);
gint64         counter_booked_fen (Counter            *counter,
                                   const char         *order);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Counter, counter_close)

G_END_DECLS
