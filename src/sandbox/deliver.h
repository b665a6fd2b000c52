/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/exchange.h"

G_BEGIN_DECLS

guint till_exchange_deliver (TillExchange       *exchange,
                             SoupServerMessage  *message);

G_END_DECLS
