/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/pulse.h"
#include "desk/shop.h"

G_BEGIN_DECLS

/* Whether the till can work at all: write its journal, and hear the wallets themselves. A journal
 * that cannot be written is tried again until it can. */
typedef struct _TillHealth TillHealth;

typedef void (*TillHealthFunc) (gpointer user_data);

TillHealth  *till_health_new          (TillShop             *shop,
                                       TillHealthFunc        changed,
                                       gpointer              user_data);
void         till_health_free         (TillHealth           *self);

void         till_health_wrote        (TillHealth           *self,
                                       const GError         *error);
void         till_health_heard        (TillHealth           *self,
                                       const TillMerchant   *merchant,
                                       const TillHeard      *heard);

const char  *till_health_get_fault    (TillHealth           *self);
TillReason   till_health_get_trouble  (TillHealth           *self);
gboolean     till_health_is_offline   (TillHealth           *self);
const TillPulse *till_health_get_pulse (TillHealth          *self,
                                       const TillMerchant   *merchant);
gboolean     till_health_wants_backup (TillHealth           *self,
                                       const TillMerchant   *merchant);
TillPulseGrade till_health_get_grade  (TillHealth           *self,
                                       const TillMerchant   *merchant);

G_END_DECLS
