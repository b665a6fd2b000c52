/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "port/clock.h"

G_BEGIN_DECLS

/* The time, once a second, for countdowns to bind to: "now-us" (x). */
#define TILL_TYPE_TICKER (till_ticker_get_type ())
G_DECLARE_FINAL_TYPE (TillTicker, till_ticker, TILL, TICKER, GObject)

TillTicker *till_ticker_new         (const TillClock *clock);
gint64      till_ticker_get_now_us  (TillTicker      *self);

G_END_DECLS
