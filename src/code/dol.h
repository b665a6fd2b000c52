/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "code/tlv.h"

G_BEGIN_DECLS

#define TILL_DOL_VALUE_MAX 64 /* bytes; a merchant's name is the longest that a card asks for */

/* A card asks for no more than an APDU carries behind the tag and length of template 83. */
#define TILL_DOL_DATA_MAX 252

/* What a data object list asks for: so many bytes of that object, in its place. */
typedef struct {
  guint32 tag;
  gsize   n_bytes;
} TillDolEntry;

typedef struct {
  guint8 bytes[TILL_DOL_VALUE_MAX];
  gsize  n_bytes;
} TillDolValue;

/* Tells the value of an object; FALSE where it is not known, the card is then given zeros. */
typedef gboolean (*TillDolSource) (gpointer source, guint32 tag, TillDolValue *value);

gboolean  till_dol_next  (const guint8  **dol,
                          gsize          *n_bytes,
                          TillDolEntry   *entry,
                          GError        **error);
gboolean  till_dol_fill  (const guint8   *dol,
                          gsize           n_bytes,
                          TillDolSource   get_value,
                          gpointer        source,
                          GByteArray     *data,
                          GError        **error);

G_END_DECLS
