/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader-holder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The parent's number in "/proc/PID/status"; 0 where it does not say. */
static int
parent_of (const char *process)
{
  g_autofree char *path = g_build_filename (process, "status", NULL);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  line = strstr (text, "\nPPid:");

  return line ? atoi (line + strlen ("\nPPid:")) : 0;
}

static gboolean
has_open (const char *process,
          const char *device)
{
  g_autofree char *folder = g_build_filename (process, "fd", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gboolean found = FALSE;
  const char *name;

  while (dir && !found && (name = g_dir_read_name (dir))) {
    g_autofree char *link = g_build_filename (folder, name, NULL);
    g_autofree char *target = g_file_read_link (link, NULL);

    found = g_strcmp0 (target, device) == 0;
  }

  return found;
}

static char *
name_of (const char *process)
{
  g_autofree char *path = g_build_filename (process, "comm", NULL);
  char *name = NULL;

  return g_file_get_contents (path, &name, NULL, NULL) ? g_strstrip (name) : NULL;
}

/**
 * till_reader_holder_find:
 * @path: a device, or a link to one
 * @root: "/", or where a test has put its files
 *
 * Looks who has @path open. Programs of other users keep that to themselves; this program's own
 * till-reader, which may just be leaving, does not count.
 *
 * Returns: (transfer full) (nullable): the program's name
 */
char *
till_reader_holder_find (const char *path,
                         const char *root)
{
  g_autofree char *folder = g_build_filename (root, "proc", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  char *device = realpath (path, NULL);
  char *holder = NULL;
  const char *pid;

  while (dir && device && !holder && (pid = g_dir_read_name (dir))) {
    g_autofree char *process = g_build_filename (folder, pid, NULL);

    if (g_ascii_isdigit (pid[0]) && atoi (pid) != getpid () && has_open (process, device) &&
        parent_of (process) != getpid ())
      holder = name_of (process);
  }
  free (device);

  return holder;
}
