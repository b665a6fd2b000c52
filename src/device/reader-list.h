/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "port/clock.h"

G_BEGIN_DECLS

void till_reader_list_async (GTask           *task,
                             const char      *program,
                             const TillClock *clock);

G_END_DECLS
