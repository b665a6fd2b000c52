/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reader/backend.h"

G_BEGIN_DECLS

void till_contactless_read (const TillOpened *opened,
                            GVariant         *request);

G_END_DECLS
