/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"

G_BEGIN_DECLS

/* More than so many corners are cloth or a trap. */
#define TILL_CORNERS_MOST 250

guint  till_corners_count  (const TillCanvas *picture);

G_END_DECLS
