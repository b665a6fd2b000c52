/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

#include "acquirer/span.h"

G_BEGIN_DECLS

/* Both wallets live in China's one zone, whatever the computer's is. */
#define TILL_WIRE_ZONE_US (G_GINT64_CONSTANT (8) * 3600 * G_USEC_PER_SEC)

#define TILL_WIRE_LETTERS_AND_DIGITS \
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

gboolean     till_wire_is_made_of     (const char    *text,
                                       const char    *characters,
                                       gsize          n_min,
                                       gsize          n_max);

/* Out: a text is made once; these bytes are signed and these bytes are sent. */
void         till_wire_put_text       (JsonBuilder   *builder,
                                       const char    *name,
                                       const char    *value);
void         till_wire_put_int        (JsonBuilder   *builder,
                                       const char    *name,
                                       gint64         value);
void         till_wire_put_digits     (JsonBuilder   *builder,
                                       const char    *name,
                                       gint64         value);
char        *till_wire_take_json      (JsonBuilder   *builder);

/* In: nothing is taken for what it is not. */
JsonNode    *till_wire_parse_object   (const char    *bytes,
                                       gsize          n_bytes);
const char  *till_wire_get_text       (JsonObject    *object,
                                       const char    *name);
JsonObject  *till_wire_get_object     (JsonObject    *object,
                                       const char    *name);
gboolean     till_wire_get_int        (JsonObject    *object,
                                       const char    *name,
                                       gint64        *value);
gboolean     till_wire_get_fen        (JsonObject    *object,
                                       const char    *name,
                                       gint64        *amount_fen);
gboolean     till_wire_get_yuan       (JsonObject    *object,
                                       const char    *name,
                                       gint64        *amount_fen);

char        *till_wire_read_span      (const TillSpan *span);

char        *till_wire_format_rfc3339 (gint64         at_us);
gint64       till_wire_parse_rfc3339  (const char    *text);
char        *till_wire_format_gmt8    (gint64         at_us);
gint64       till_wire_parse_gmt8     (const char    *text);

char        *till_wire_clean          (const char    *text,
                                       const char    *refused,
                                       gsize          n_bytes_max);
char        *till_wire_said           (const char    *where,
                                       const char    *code);
char        *till_wire_squeeze        (const char    *code);

G_END_DECLS
