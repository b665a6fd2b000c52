/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"

G_BEGIN_DECLS

guint  till_regions_find  (const TillGrey  *picture,
                           TillBox         *boxes,
                           guint            n_most);

G_END_DECLS
