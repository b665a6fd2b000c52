/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A sentence for the clerk, below the pages: never over a code, which must stay readable. */
#define TILL_TYPE_NOTICE (till_notice_get_type ())
G_DECLARE_FINAL_TYPE (TillNotice, till_notice, TILL, NOTICE, AdwBin)

void till_notice_tell     (TillNotice  *self,
                           const char  *sentence,
                           gboolean     is_bad);
void till_notice_dismiss  (TillNotice  *self);

G_END_DECLS
