/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *till_reader_holder_find (const char *path,
                               const char *root);

G_END_DECLS
