/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/folder.h"

#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

/* Files that are there whole or not at all, also after a power cut. */

static gboolean
fail (const char *path,
      int         code,
      GError    **error)
{
  static const struct {
    int              code;
    TillJournalError error;
    const char      *advice;
  } faults[] = {
    { EEXIST, TILL_JOURNAL_ERROR_EXISTS, N_("there is such a file already; choose another name") },
    { ENOSPC, TILL_JOURNAL_ERROR_FULL, N_("the disk is full; free some space, then try again") },
    { EDQUOT, TILL_JOURNAL_ERROR_FULL, N_("the disk is full; free some space, then try again") },
    { EACCES, TILL_JOURNAL_ERROR_READ_ONLY, N_("the folder cannot be written by this user") },
    { EPERM, TILL_JOURNAL_ERROR_READ_ONLY, N_("the folder cannot be written by this user") },
    { EROFS, TILL_JOURNAL_ERROR_READ_ONLY, N_("the disk can only be read") },
    { ENOENT, TILL_JOURNAL_ERROR_MISSING, N_("there is no such folder") },
    { ENOTDIR, TILL_JOURNAL_ERROR_MISSING, N_("there is no such folder") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    if (faults[i].code == code) {
      g_set_error (error, TILL_JOURNAL_ERROR, faults[i].error, "%s: %s (%s)", path,
                   _(faults[i].advice), g_strerror (code));
      return FALSE;
    }
  }

  g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_IO,
               _("%s: the disk failed; check the disk, then try again (%s)"),
               path, g_strerror (code));
  return FALSE;
}

static gboolean
sync_path (const char *path,
           int         flags,
           GError    **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | flags);
  int code;

  if (fd < 0)
    return fail (path, errno, error);

  code = fsync (fd) == 0 ? 0 : errno;
  close (fd);

  return code == 0 || fail (path, code, error);
}

/**
 * till_folder_sync:
 * @path: a file or folder
 * @error: set to a #TillJournalError
 *
 * Forces the names in the folder of @path to the disk.
 */
gboolean
till_folder_sync (const char *path,
                  GError    **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return sync_path (folder, O_DIRECTORY, error);
}

/* @path is what people are told. */
static gboolean
make_private (const char *part,
              const char *path,
              GError    **error)
{
  int fd = open (part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0)
    return fail (path, errno, error);

  close (fd);
  return TRUE;
}

/* Gives @part its name. Not every file system knows how to refuse an existing one by itself. */
static gboolean
settle_name (const char *part,
             const char *path,
             GError    **error)
{
  if (renameat2 (AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS)
    return fail (path, errno, error);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return fail (path, EEXIST, error);

  return g_rename (part, path) == 0 || fail (path, errno, error);
}

/**
 * till_folder_make_file:
 * @path: where there is no file yet
 * @fill: makes the content; called with another name in the same folder
 * @error: set to a #TillJournalError, %TILL_JOURNAL_ERROR_EXISTS where there is one
 *
 * Makes a file that nobody else may read. Once it has its name, all of it is on the disk.
 */
gboolean
till_folder_make_file (const char     *path,
                       TillFolderFunc  fill,
                       gpointer        user_data,
                       GError        **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return fail (path, EEXIST, error);

  /* What a crash left half made has no value. */
  if (g_unlink (part) != 0 && errno != ENOENT)
    return fail (part, errno, error);
  if (!make_private (part, path, error))
    return FALSE;

  if (!fill (part, user_data, error) || !sync_path (part, 0, error) ||
      !settle_name (part, path, error)) {
    g_unlink (part);
    return FALSE;
  }

  if (till_folder_sync (path, error))
    return TRUE;

  /* A name that a power cut may take away again: then there is no file. */
  g_unlink (path);
  return FALSE;
}
