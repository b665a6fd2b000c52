/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/desk.h"

G_BEGIN_DECLS

/* One code that can be shown. */
typedef struct {
  char         *acquirer;  /* the contract's id */
  TillBrand     brand;     /* the only wallet that it is for; NONE: all of @brands */
  TillBrandSet  brands;    /* whose names stand over it */
} TillCodeFacts;

void          till_code_facts_free     (TillCodeFacts      *facts);

GPtrArray    *till_codes_plan          (TillDesk           *desk,
                                        gint64              amount_fen,
                                        TillBrandSet        wanted);
gboolean      till_codes_propose       (TillDesk           *desk,
                                        gint64              amount_fen,
                                        TillBrandSet       *brands);
TillBrandSet  till_codes_get_choices   (TillDesk           *desk);
TillBrandSet  till_codes_get_brands    (TillDesk           *desk,
                                        const TillPayment  *payment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillCodeFacts, till_code_facts_free)

G_END_DECLS
