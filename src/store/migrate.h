/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What makes a file of one version of the schema one of the next. Rows stay as they are: a new
 * column is empty in old ones. */
typedef struct {
  int         from;  /* 0 ends a table */
  int         to;
  const char *sql;
} TillMigration;

extern const TillMigration till_migrations[];

gboolean  till_migrate  (const char           *path,
                         const TillMigration  *steps,
                         int                   version,
                         GError              **error);

G_END_DECLS
