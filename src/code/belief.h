/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/barcode.h"
#include "code/scan-pass.h"

G_BEGIN_DECLS

/* Which bar codes are believed, when; zeros to begin with. */
typedef struct {
  guint         n_frames;  /* the user counts them */
  char         *unsure;    /* what was read once, or never whole */
  gboolean      is_whole;
  TillScanPass  by;        /* how it was read */
  guint         frame;     /* and when */
} TillBelief;

void      till_belief_clear      (TillBelief         *self);
gboolean  till_belief_counts     (TillBelief         *self,
                                  const TillBarcode  *code,
                                  const TillScanPass *pass);
gboolean  till_belief_wants_more (const TillBelief   *self,
                                  const TillScanPass *pass);

G_END_DECLS
