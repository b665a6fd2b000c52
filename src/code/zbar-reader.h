/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/barcode.h"

G_BEGIN_DECLS

/* zbar, for QR and Code 128 only. */
typedef struct _TillZbar TillZbar;

TillZbar *till_zbar_new   (void);
void      till_zbar_free  (TillZbar         *self);
void      till_zbar_read  (TillZbar         *self,
                           const TillCanvas *picture,
                           guint             density,
                           GPtrArray        *found);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillZbar, till_zbar_free)

G_END_DECLS
