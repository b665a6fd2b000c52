/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A value within an answer, as it lies in the bytes. */
typedef struct {
  const char *bytes;
  gsize       n_bytes;
} TillSpan;

gboolean till_span_is_object (const char *bytes,
                              gsize       n_bytes);
guint    till_span_find      (const char *bytes,
                              gsize       n_bytes,
                              const char *name,
                              TillSpan   *span);

G_END_DECLS
