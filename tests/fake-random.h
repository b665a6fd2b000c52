/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/random.h"

G_BEGIN_DECLS

/* Bytes that are the same in each run: no two draws alike, no two seeds alike. */
typedef struct {
  TillRandom port;
  guint64    state;
} TillFakeRandom;

void till_fake_random_init (TillFakeRandom *self,
                            guint64         seed);

G_END_DECLS
