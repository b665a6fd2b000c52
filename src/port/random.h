/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes that nobody can foretell; a counter or a seed in tests. Never fails: without randomness the
 * program must not run on. */
typedef struct {
  void   (*fill) (gpointer self, guint8 *bytes, gsize n_bytes);
  gpointer self;
} TillRandom;

static inline void
till_random_fill (const TillRandom *random, guint8 *bytes, gsize n_bytes)
{
  random->fill (random->self, bytes, n_bytes);
}

G_END_DECLS
