/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The payment codes that were charged lately, by what cannot be charged again: their digests. One
 * that lies before the camera must not be charged once more when the clerk tries again. */
typedef struct _TillTried TillTried;

TillTried *till_tried_new       (void);
void       till_tried_free      (TillTried   *self);
void       till_tried_keep      (TillTried   *self,
                                 const char  *path);

char      *till_tried_digest    (TillTried   *self,
                                 const char  *text);
void       till_tried_add       (TillTried   *self,
                                 const char  *digest,
                                 gint64       now_us);
gboolean   till_tried_contains  (TillTried   *self,
                                 const char  *digest,
                                 gint64       now_us);

G_END_DECLS
