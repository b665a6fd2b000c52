/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/day.h"
#include "core/work.h"

G_BEGIN_DECLS

/* What the owner reads before settling a payment by hand. */
typedef struct {
  const char *what;     /* what is wrong, and what to do: translated, not owned */
  char       *asked;    /* what was asked, of whom, when */
  char       *answer;   /* what was heard last, and when */
  char       *search;   /* what to look for on the acquirer's own pages */
} TillEvidence;

TillEvidence *till_evidence_new      (const TillSale     *sale,
                                      const TillPayment  *payment,
                                      TillWork            work,
                                      const char         *acquirer,
                                      const TillDay      *day);
void          till_evidence_free     (TillEvidence       *evidence);

const char   *till_evidence_get_word (const TillPayment  *payment,
                                      TillPaymentEvent    event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillEvidence, till_evidence_free)

G_END_DECLS
