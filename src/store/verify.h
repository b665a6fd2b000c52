/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/journal.h"

G_BEGIN_DECLS

gboolean  till_verify_file  (const char        *path,
                             gint64             from_seq,
                             GHashTable        *anchors,
                             TillProgressFunc   progress,
                             gpointer           user_data,
                             TillVerdict       *verdict,
                             GError           **error);

G_END_DECLS
