/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/tlv.h"

G_BEGIN_DECLS

#define TILL_EMV_OBJECTS_MAX 24

/* What a card has said and a purchase needs, in one piece of memory that never moves, so that it
 * can be wiped. */
typedef struct {
  guint8 bytes[1024];
  gsize  n_bytes;
  struct {
    guint32 tag;
    gsize   begin;
    gsize   n_bytes;
  } rows[TILL_EMV_OBJECTS_MAX];
  guint n_rows;
} TillEmvObjects;

gboolean       till_emv_objects_take  (TillEmvObjects        *objects,
                                       const GPtrArray       *said,
                                       GError               **error);
gboolean       till_emv_objects_put   (TillEmvObjects        *objects,
                                       guint32                tag,
                                       const guint8          *value,
                                       gsize                  n_bytes,
                                       GError               **error);
const guint8  *till_emv_objects_get   (const TillEmvObjects  *objects,
                                       guint32                tag,
                                       gsize                 *n_bytes);

G_END_DECLS
