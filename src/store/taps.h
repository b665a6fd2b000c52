/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TILL_TAPS_KEY_BYTES 32
#define TILL_TAPS_TRACE_MOST 999999

/* DIR/taps: what the journal must not keep of tapped cards, for it forgets nothing. Errors are
 * #TillJournalError. */
GBytes   *till_taps_new_key     (const guint8   bytes[TILL_TAPS_KEY_BYTES]);
gboolean  till_taps_save_key    (const char    *dir,
                                 const char    *payment,
                                 GBytes        *key,
                                 GError       **error);
GBytes   *till_taps_load_key    (const char    *dir,
                                 const char    *payment,
                                 GError       **error);
gboolean  till_taps_forget_key  (const char    *dir,
                                 const char    *payment,
                                 GError       **error);
GStrv     till_taps_list_keys   (const char    *dir,
                                 gint64         older_than_s);
gboolean  till_taps_next_trace  (const char    *dir,
                                 const char    *contract,
                                 guint          first,
                                 guint         *trace,
                                 GError       **error);

G_END_DECLS
