/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum {
  TILL_FIELD_TEXT,      /* min to max characters, matching pattern */
  TILL_FIELD_INTEGER,   /* min to max; no text, no 1.0 */
  TILL_FIELD_BOOLEAN,
  TILL_FIELD_YUAN,      /* text, 0.01 to 100000000, at most two decimals */
  TILL_FIELD_TIME,      /* text, RFC 3339 with an offset */
  TILL_FIELD_ANY,       /* whatever lies below is not looked at */
} TillFieldType;

/* A row of a document's table of fields. A field that no row has is refused. */
typedef struct {
  const char    *path;      /* "amount.total"; NULL ends the table */
  TillFieldType  type;
  gboolean       required;
  gint64         min;
  gint64         max;
  const char    *pattern;
} TillField;

/* What is wrong with a field. */
typedef struct {
  char *path;
  char *issue;
} TillFieldFault;

gboolean    till_fields_check       (JsonObject             *object,
                                     const TillField *const *tables,
                                     TillFieldFault         *fault);
JsonObject *till_fields_read        (const char             *body,
                                     const TillField *const *tables,
                                     JsonNode              **root);
void        till_field_fault_clear  (TillFieldFault         *fault);

JsonNode   *till_fields_get         (JsonObject             *object,
                                     const char             *path);
const char *till_fields_get_text    (JsonObject             *object,
                                     const char             *path);
gint64      till_fields_get_int     (JsonObject             *object,
                                     const char             *path);
gint64      till_fields_get_digits  (JsonObject             *object,
                                     const char             *path);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TillFieldFault, till_field_fault_clear)

G_END_DECLS
