/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean till_setup_empty (const char  *dir,
                           const char  *shop_name,
                           GError     **error);
gboolean till_setup_demo  (const char  *dir,
                           const char  *shop_name,
                           const char  *sandbox_url,
                           GError     **error);
gboolean till_setup_is_taken (const GError *error);

G_END_DECLS
