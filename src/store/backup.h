/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/db.h"

G_BEGIN_DECLS

gboolean  till_backup_copy_pages  (TillDb      *from,
                                   TillDb      *to,
                                   GError     **error);
gboolean  till_backup_check       (const char  *path,
                                   GError     **error);

G_END_DECLS
