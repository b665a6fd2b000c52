/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "acquirer/verdict.h"

G_BEGIN_DECLS

/* What the aggregators share: JSON out by POST, JSON in, words for states. */

/* What a state's word means; the first row with the word counts. */
typedef struct {
  const char       *word;
  TillPaymentEvent  event;
  TillReason        reason;
} TillStateRow;

TillHttpRequest *till_post_json   (const char          *host,
                                   const char          *path,
                                   const char          *text);

gboolean         till_post_check  (const TillHttpReply *reply,
                                   TillAnswer          *answer);
JsonNode        *till_post_read   (const TillHttpReply *reply,
                                   TillAnswer          *answer);
gboolean         till_post_state  (const TillStateRow  *rows,
                                   guint                n_rows,
                                   const char          *word,
                                   TillAnswer          *answer);
void             till_post_said   (TillAnswer          *answer,
                                   const char          *first,
                                   const char          *second);
gboolean         till_post_get_fen (JsonObject         *object,
                                    const char         *name,
                                    gint64             *amount_fen);

G_END_DECLS
