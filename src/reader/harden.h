/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void till_harden_memory       (void);
void till_harden_environment  (void);

G_END_DECLS
