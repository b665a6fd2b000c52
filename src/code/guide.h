/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"
#include "core/hint.h"

G_BEGIN_DECLS

/* Looks at frames that nothing could be read in, and finds out what would help. */
typedef struct _TillGuide TillGuide;

TillGuide *till_guide_new       (void);
void       till_guide_free      (TillGuide       *self);

void       till_guide_look      (TillGuide       *self,
                                 const TillGrey  *frame);
void       till_guide_rest      (TillGuide       *self);
TillHint   till_guide_get_hint  (TillGuide       *self);

G_END_DECLS
