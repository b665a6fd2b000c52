/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/sale-item.h"

G_BEGIN_DECLS

void till_open_list_update (GListStore   *open,
                            TillSaleItem *item);

G_END_DECLS
