/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest answer that a tag gives: 54 bytes of a file, as hosts can take them, and its status
 * word. */
#define TILL_TAG4_MAX_READ 0x54

/* An NFC Forum type 4 tag that holds one link, for phones to read. */
typedef struct _TillTag4 TillTag4;

TillTag4 *till_tag4_new       (const char    *uri);
void      till_tag4_free      (TillTag4      *self);

gboolean  till_tag4_was_read  (TillTag4      *self);

void      till_tag4_answer    (TillTag4      *self,
                               const guint8  *capdu,
                               gsize          n_bytes,
                               GByteArray    *rapdu);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillTag4, till_tag4_free)

G_END_DECLS
