/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What would help to read the code that is held before a camera. */
typedef enum {
  TILL_HINT_NONE,
  TILL_HINT_CLOSER,
  TILL_HINT_AWAY,      /* it does not fit into the picture */
  TILL_HINT_TILT,      /* a lamp is reflected in the screen */
  TILL_HINT_BRIGHTER,
  TILL_HINT_GOODS,     /* it is a goods barcode */
} TillHint;
#define TILL_N_HINTS 6

const char *till_hint_get_text (TillHint hint);

G_END_DECLS
