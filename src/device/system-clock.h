/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/clock.h"

G_BEGIN_DECLS

const TillClock *till_system_clock_get (void);

G_END_DECLS
