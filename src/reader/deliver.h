/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void till_deliver (GVariant *request,
                   int       fd);

G_END_DECLS
