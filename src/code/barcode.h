/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"

G_BEGIN_DECLS

typedef enum {
  TILL_SYMBOL_QR,
  TILL_SYMBOL_CODE_128,
} TillSymbol;
#define TILL_N_SYMBOLS 2

/* What a decoder found in a picture. A customer's code is a bearer token: never log the text. */
typedef struct {
  TillSymbol  symbol;
  char       *text;        /* UTF-8 */
  guint       n_lines;     /* of pixels that agree on a bar code; it may be more */
  gboolean    is_whole;    /* it has light of its own around it, and was not cut off */
  TillPoint   corners[4];  /* round it; of a bar code perhaps only a stripe */
} TillBarcode;

TillBarcode *till_barcode_new          (TillSymbol   symbol,
                                        const char  *text,
                                        gssize       n_bytes);
void         till_barcode_free         (TillBarcode *self);
gboolean     till_barcode_is_payment   (const TillBarcode *self);
const char  *till_symbol_to_string     (TillSymbol   symbol);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillBarcode, till_barcode_free)

G_END_DECLS
