/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scratch.h"

#include <glib/gstdio.h>

/**
 * scratch_remove:
 * @path: a folder that a test made for itself
 *
 * Removes it with all that is in it; a link is removed, not followed.
 */
void
scratch_remove (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder && (name = g_dir_read_name (folder))) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_unlink (child) != 0)
      scratch_remove (child);
  }
  g_rmdir (path);
}
