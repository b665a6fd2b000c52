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
  gboolean    is_sure;     /* a QR code, or a bar code that two lines of pixels agree on */
  TillPoint   corners[4];  /* round it; of a bar code perhaps only a stripe */
} TillBarcode;

TillBarcode *till_barcode_new          (TillSymbol   symbol,
                                        const char  *text,
                                        gssize       n_bytes);
void         till_barcode_free         (TillBarcode *self);
const char  *till_symbol_to_string     (TillSymbol   symbol);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillBarcode, till_barcode_free)

G_END_DECLS
