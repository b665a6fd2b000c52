/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fills a file that is there and empty, for its owner alone. */
typedef gboolean (*TillFolderFunc) (const char *path, gpointer user_data, GError **error);

gboolean  till_folder_make_file  (const char      *path,
                                  TillFolderFunc   fill,
                                  gpointer         user_data,
                                  GError         **error);
gboolean  till_folder_sync       (const char      *path,
                                  GError         **error);

G_END_DECLS
