/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/db.h"
#include "store/fold.h"

G_BEGIN_DECLS

gboolean    till_lookup_sale   (TillDb      *db,
                                const char  *number,
                                gint64      *last_seq,
                                GError     **error);
GPtrArray  *till_lookup_rows   (TillDb      *db,
                                gint64       last_seq,
                                GError     **error);
TillFold   *till_lookup_fold   (TillDb      *db,
                                gint64       last_seq,
                                GError     **error);

G_END_DECLS
