/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/db.h"
#include "store/fold.h"

G_BEGIN_DECLS

/* The takings, added up anew in memory, to compare the rollup with. */
typedef struct _TillTally TillTally;

TillTally  *till_tally_new      (void);
void        till_tally_free     (TillTally       *self);
void        till_tally_add      (TillTally       *self,
                                 const TillMove  *move);
gboolean    till_tally_compare  (TillTally       *self,
                                 TillDb          *db,
                                 gboolean        *agrees,
                                 GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillTally, till_tally_free)

G_END_DECLS
