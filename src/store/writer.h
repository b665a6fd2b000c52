/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The one that writes. Its connection belongs to its thread. */
typedef struct _TillWriter TillWriter;

/* What was written since it was opened. */
typedef struct {
  guint64 n_commits;
  guint64 n_frames;   /* pages forced to the write-ahead log */
} TillWriterCounts;

TillWriter       *till_writer_open        (const char        *path,
                                           gboolean           is_inline,
                                           GError           **error);
void              till_writer_close       (TillWriter        *self);
void              till_writer_append      (TillWriter        *self,
                                           GTask             *task);
TillWriterCounts  till_writer_get_counts  (TillWriter        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillWriter, till_writer_close)

G_END_DECLS
