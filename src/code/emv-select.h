/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TILL_EMV_AID_MAX        16 /* bytes */
#define TILL_EMV_CANDIDATES_MAX 16 /* more applications of one scheme than any card has */

/* An application that a card may be paid with. */
typedef struct {
  guint8 aid[TILL_EMV_AID_MAX];
  gsize  n_aid;
  guint8 priority;  /* 1 goes first, 16 where the card does not say */
} TillEmvCandidate;

typedef struct {
  TillEmvCandidate rows[TILL_EMV_CANDIDATES_MAX];
  guint            n_rows;
  guint            n_foreign;  /* applications of other schemes, or for other kernels */
} TillEmvCandidates;

gboolean  till_emv_candidates_read    (TillEmvCandidates  *candidates,
                                       const guint8       *ppse,
                                       gsize               n_bytes,
                                       GError            **error);
void      till_emv_candidates_direct  (TillEmvCandidates  *candidates);

G_END_DECLS
