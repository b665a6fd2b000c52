/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A disk in memory, as SQLite's default file system: what was written is only what the system
 * knows, until it is synced; a power cut keeps, loses or tears what was not. One for the
 * process. */

/* What a write or a sync shall fail with; 0 to go on. */
typedef struct {
  int   code;            /* an SQLite code */
  guint written;         /* permille of the bytes that a failing write leaves */
} DiskFault;

typedef DiskFault (*DiskFaultFunc) (gboolean is_sync, gpointer user_data);

/* Asked by a power cut for each sector that was not synced: whether it reached the disk. */
typedef gboolean (*DiskKeepFunc) (gpointer user_data);

void    disk_install    (void);
void    disk_clear      (void);
void    disk_put        (const char    *path,
                         GBytes        *content);
GBytes *disk_get        (const char    *path);
void    disk_set_faults (const char    *folder,
                         DiskFaultFunc  func,
                         gpointer       user_data);
void    disk_cut_power  (const char    *folder,
                         DiskKeepFunc   func,
                         gpointer       user_data);

G_END_DECLS
