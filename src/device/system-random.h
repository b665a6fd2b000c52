/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/random.h"

G_BEGIN_DECLS

const TillRandom *till_system_random_get (void);

G_END_DECLS
