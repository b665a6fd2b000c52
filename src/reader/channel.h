/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/tap.h"

G_BEGIN_DECLS

/* To the till: a stream socket at descriptor 0. When the till leaves, the process ends. */
gboolean  till_channel_receive     (char         **word,
                                    GVariant     **values,
                                    int           *fd);
void      till_channel_send        (const char    *word,
                                    GVariant      *values);
void      till_channel_send_state  (TillTapState   state);
gboolean  till_channel_pause       (guint          ms);

G_END_DECLS
