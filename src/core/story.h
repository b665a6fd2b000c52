/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/row.h"

G_BEGIN_DECLS

/* One row in plain words: the proof of a sale, for an owner and a customer who quarrel. */
typedef struct {
  gint64  seq;
  gint64  at_us;
  char   *payment;
  char   *text;     /* what happened, translated */
  char   *said;     /* the acquirer's own code, or who asked for it or settled it, and that person's
                     * words; NULL for none */
} TillStoryLine;

TillStoryLine *till_story_line_new  (const TillRow   *row,
                                     TillKind         kind,
                                     gint64           amount_fen);
void           till_story_line_free (TillStoryLine   *line);

G_END_DECLS
