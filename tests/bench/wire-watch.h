/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Stands between the till and a server on this computer, in threads of its own, and sees when a
 * request's first byte comes along: TLS 1.3 tells handshakes from data by the size of their
 * records alone. Never freed: a bench ends first. */
typedef struct _WireWatch WireWatch;

WireWatch *wire_watch_new         (guint      server_port);
guint      wire_watch_get_port    (WireWatch *self);
void       wire_watch_reset       (WireWatch *self);
gint64     wire_watch_get_seen_us (WireWatch *self);

G_END_DECLS
