/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TILL_TLV_ERROR (till_tlv_error_quark ())

typedef enum {
  TILL_TLV_ERROR_TRUNCATED,  /* ends within a tag, a length or a value */
  TILL_TLV_ERROR_TAG,        /* a tag of more than four bytes */
  TILL_TLV_ERROR_LENGTH,     /* a length without end, or of more than two bytes */
  TILL_TLV_ERROR_DEPTH,      /* templates within templates within templates … */
} TillTlvError;

/* One data object of BER-TLV (ISO/IEC 8825-1, as EMV Book 3 annex B has it). The value belongs to
 * who gave the bytes; it may be card data. */
typedef struct {
  guint32       tag;       /* its bytes as they stand: 0x9F26 */
  const guint8 *value;
  gsize         n_bytes;
  GPtrArray    *children;  /* (element-type TillTlv); NULL unless the tag is constructed */
} TillTlv;

GQuark         till_tlv_error_quark  (void);

GPtrArray     *till_tlv_parse        (const guint8     *bytes,
                                      gsize             n_bytes,
                                      GError          **error);
const TillTlv *till_tlv_find         (const GPtrArray  *objects,
                                      guint32           tag);

G_END_DECLS
