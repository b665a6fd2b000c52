/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/tap.h"

G_BEGIN_DECLS

TillTapState till_tag_show (const char *connstring,
                            const char *uri,
                            gboolean    any_reader);

G_END_DECLS
