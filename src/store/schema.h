/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "store/db.h"

G_BEGIN_DECLS

#define TILL_SCHEMA_APPLICATION_ID 0x54696c6c /* "Till" */
#define TILL_SCHEMA_VERSION        1

gboolean  till_schema_create        (TillDb   *db,
                                     GError  **error);
gboolean  till_schema_read_version  (TillDb   *db,
                                     int       newest,
                                     int      *version,
                                     GError  **error);
gboolean  till_schema_check         (TillDb   *db,
                                     GError  **error);

G_END_DECLS
