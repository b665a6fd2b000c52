/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"

G_BEGIN_DECLS

/* From start to check; a longer one fits on no phone. */
#define TILL_CODE_128_MOST 64

/* The characters of a Code 128, as a row of pixels shows them. */
typedef struct {
  guint8 values[TILL_CODE_128_MOST];  /* of the start, of what it says, of the check */
  guint  n_values;
  double from, to;                    /* where the first bar begins and the last ends, in pixels */
} TillCode128;

gboolean till_code_128_find (TillCode128       *self,
                             const guint8      *row,
                             guint              width);
gboolean till_code_128_is   (const TillCode128 *self,
                             const TillCode128 *other);
void     till_code_128_draw (const TillCode128 *self,
                             TillCanvas        *canvas);

G_END_DECLS
