/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What till-reader ends with when a call into a library takes too long. */
#define TILL_WATCHDOG_EXIT 70

void till_watchdog_arm   (guint ms);
void till_watchdog_rest  (void);

G_END_DECLS
