/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A disk in memory, as SQLite's default file system: what was written is only what the system
 * knows, until it is synced; a power cut keeps, loses or tears what was not. One for the
 * process. */

/* Asked before a write or a sync; returns the SQLite code it shall fail with, 0 to go on. */
typedef int (*DiskFaultFunc) (gboolean is_sync, gpointer user_data);

/* Asked by a power cut for each sector that was not synced: whether it reached the disk. */
typedef gboolean (*DiskKeepFunc) (gpointer user_data);

void    disk_install    (void);
void    disk_clear      (void);
void    disk_put        (const char    *path,
                         GBytes        *content);
GBytes *disk_get        (const char    *path);
void    disk_set_faults (DiskFaultFunc  func,
                         gpointer       user_data);
void    disk_cut_power  (DiskKeepFunc   func,
                         gpointer       user_data);

G_END_DECLS
