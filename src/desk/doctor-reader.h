/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/doctor.h"
#include "desk/shop.h"

G_BEGIN_DECLS

void till_doctor_look_at_reader (TillFindingHealth *worst,
                                 TillShop          *shop,
                                 TillFindingFunc    func,
                                 gpointer           user_data);

G_END_DECLS
