/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "port/clock.h"
#include "port/tap.h"

G_BEGIN_DECLS

void till_reader_send_async (GTask             *task,
                             GCancellable      *cancellable,
                             const TillTapSend *send,
                             const char        *program,
                             const TillClock   *clock);

G_END_DECLS
