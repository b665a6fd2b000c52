/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/shop.h"

G_BEGIN_DECLS

/* Keeps the keys that answers are signed with fresh while the till runs. */
typedef struct _TillRenewal TillRenewal;

TillRenewal *till_renewal_new  (TillShop    *shop);
void         till_renewal_free (TillRenewal *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillRenewal, till_renewal_free)

G_END_DECLS
