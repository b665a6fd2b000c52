/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/interop.h"

G_BEGIN_DECLS

gboolean till_shown_identify (const char *text,
                              TillShown  *shown);

G_END_DECLS
