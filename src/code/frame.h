/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TILL_FRAME_ERROR (till_frame_error_quark ())

typedef enum {
  TILL_FRAME_ERROR_TOO_LONG,
  TILL_FRAME_ERROR_MALFORMED,
} TillFrameError;

/* What till and till-reader say to each other: a word, and values by name. */
#define TILL_FRAME_TYPE      G_VARIANT_TYPE ("(sa{sv})")
#define TILL_FRAME_MAX_BYTES (64 * 1024)

GQuark      till_frame_error_quark  (void);

GByteArray *till_frame_pack         (const char    *word,
                                     GVariant      *values);
gboolean    till_frame_take         (GByteArray    *in,
                                     char         **word,
                                     GVariant     **values,
                                     GError       **error);

G_END_DECLS
