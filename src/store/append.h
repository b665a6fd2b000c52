/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/db.h"
#include "store/hasher.h"

G_BEGIN_DECLS

/* The end of the chain: the last row. All zero where there is none. */
typedef struct {
  gint64 seq;
  int    day;
  guint8 hash[TILL_ROW_HASH_BYTES];
} TillHead;

gboolean  till_head_read          (TillDb        *db,
                                   TillHead      *head,
                                   GError       **error);
gboolean  till_append_row         (TillDb        *db,
                                   TillHasher    *hasher,
                                   TillHead      *head,
                                   TillRow       *row,
                                   GError       **error);
gboolean  till_append_is_refusal  (const GError  *error);

G_END_DECLS
