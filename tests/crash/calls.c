/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Stands between a program and the system, preloaded: what concerns one folder can be made to fail
 * (calls-fault.c), or is kept in a write log (calls-log.c). While a log is kept nothing is forced
 * to the disk: what would be there after a power cut is for the log to tell. */

#define REAL(name) ((__typeof__ (&name)) real (#name))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *
real (const char *name)
{
  void *function = dlsym (RTLD_NEXT, name);

  if (!function)
    abort ();

  return function;
}

int
crash_real_open (const char *path,
                 int         flags)
{
  return REAL (open64) (path, flags, 0600);
}

ssize_t
crash_real_write (int         fd,
                  const void *bytes,
                  size_t      n_bytes)
{
  return REAL (write) (fd, bytes, n_bytes);
}

/* Makes @path absolute. Returns whether it lies in the folder that we are about. */
static bool
find_path (const char *path,
           char       *found)
{
  const char *under = getenv (CRASH_ENV_UNDER);
  size_t n_under = under ? strlen (under) : 0;
  char folder[CRASH_PATH_MAX / 2] = "";

  if (path[0] != '/' && !getcwd (folder, sizeof folder))
    return false;
  if (snprintf (found, CRASH_PATH_MAX, "%s%s%s", folder, folder[0] ? "/" : "", path) >=
      CRASH_PATH_MAX)
    return false;

  return under && strncmp (found, under, n_under) == 0 &&
         (found[n_under] == '/' || found[n_under] == '\0');
}

static bool
find_fd (int   fd,
         char *found)
{
  char link[64], path[CRASH_PATH_MAX];
  int saved = errno;
  ssize_t n_bytes;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n_bytes = readlink (link, path, sizeof path - 1);
  errno = saved;
  if (n_bytes <= 0 || path[0] != '/')
    return false;

  path[n_bytes] = '\0';
  return find_path (path, found);
}

static uint64_t
inode_of_fd (int fd)
{
  struct stat status;

  return fstat (fd, &status) == 0 ? status.st_ino : 0;
}

static uint64_t
inode_of_path (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0 ? status.st_ino : 0;
}

static uint64_t
inode_of_folder (const char *path)
{
  char folder[CRASH_PATH_MAX];

  snprintf (folder, sizeof folder, "%s", path);
  *strrchr (folder, '/') = '\0';

  return inode_of_path (folder);
}

static const char *
name_of (const char *path)
{
  return strrchr (path, '/') + 1;
}

static int
fail (int code)
{
  errno = code;
  return -1;
}

/* What the program told somebody must be so after a power cut from here on. */
void
crash_log_said (const char *words)
{
  CrashRecord record = { .kind = CRASH_SAID, .n_bytes = (uint32_t) strlen (words) };

  if (!crash_log_is_on ())
    return;

  pthread_mutex_lock (&lock);
  crash_log_add (&record, words);
  pthread_mutex_unlock (&lock);
}

static void
log_write (int         fd,
           const void *bytes,
           ssize_t     n_bytes,
           int64_t     offset)
{
  CrashRecord record = { CRASH_WRITE, (uint32_t) n_bytes, inode_of_fd (fd), 0, offset };

  if (n_bytes > 0)
    crash_log_add (&record, bytes);
}

static ssize_t
write_here (int         fd,
            const void *bytes,
            size_t      n_bytes,
            int64_t     offset)
{
  return REAL (write) (fd, bytes, n_bytes);
}

static ssize_t
write_there (int         fd,
             const void *bytes,
             size_t      n_bytes,
             int64_t     offset)
{
  return REAL (pwrite64) (fd, bytes, n_bytes, offset);
}

/* A write at @offset, or where the file stands where that is −1. */
static ssize_t
write_at (int         fd,
          const void *bytes,
          size_t      n_bytes,
          int64_t     offset)
{
  ssize_t (*function) (int, const void *, size_t, int64_t) = offset < 0 ? write_here : write_there;
  char path[CRASH_PATH_MAX];
  ssize_t n_written;
  int code;

  if (!find_fd (fd, path))
    return function (fd, bytes, n_bytes, offset);

  code = crash_fault_check (CRASH_CALL_WRITE, path, &n_bytes);
  if (code)
    return fail (code);

  pthread_mutex_lock (&lock);
  if (offset < 0)
    offset = lseek64 (fd, 0, SEEK_CUR);
  code = crash_room_take (fd, offset, &n_bytes);
  n_written = code ? fail (code) : function (fd, bytes, n_bytes, offset);
  if (crash_log_is_on ())
    log_write (fd, bytes, n_written, offset);
  pthread_mutex_unlock (&lock);

  return n_written;
}

ssize_t
write (int         fd,
       const void *bytes,
       size_t      n_bytes)
{
  return write_at (fd, bytes, n_bytes, -1);
}

ssize_t
pwrite64 (int         fd,
          const void *bytes,
          size_t      n_bytes,
          off64_t     offset)
{
  return write_at (fd, bytes, n_bytes, offset);
}

ssize_t
pwrite (int         fd,
        const void *bytes,
        size_t      n_bytes,
        off_t       offset)
{
  return write_at (fd, bytes, n_bytes, offset);
}

/* As much as the first piece: who calls goes on with the rest. */
ssize_t
writev (int                 fd,
        const struct iovec *pieces,
        int                 n_pieces)
{
  char path[CRASH_PATH_MAX];

  if (n_pieces == 0 || !find_fd (fd, path))
    return REAL (writev) (fd, pieces, n_pieces);

  return write_at (fd, pieces[0].iov_base, pieces[0].iov_len, -1);
}

/* GLib asks for room before it writes; it goes on where there is no such call. */
int
fallocate64 (int     fd,
             int     mode,
             off64_t offset,
             off64_t n_bytes)
{
  char path[CRASH_PATH_MAX];

  return find_fd (fd, path) ? fail (EOPNOTSUPP) : REAL (fallocate64) (fd, mode, offset, n_bytes);
}

static int
truncate_fd (int     fd,
             int64_t size)
{
  CrashRecord record = { .kind = CRASH_TRUNCATE, .offset = size };
  char path[CRASH_PATH_MAX];
  int code;

  if (!find_fd (fd, path))
    return REAL (ftruncate64) (fd, size);

  code = crash_fault_check (CRASH_CALL_TRUNCATE, path, NULL);
  if (code)
    return fail (code);

  pthread_mutex_lock (&lock);
  code = REAL (ftruncate64) (fd, size);
  record.inode = inode_of_fd (fd);
  if (code == 0 && crash_log_is_on ())
    crash_log_add (&record, NULL);
  pthread_mutex_unlock (&lock);

  return code;
}

int
ftruncate64 (int     fd,
             off64_t size)
{
  return truncate_fd (fd, size);
}

int
ftruncate (int   fd,
           off_t size)
{
  return truncate_fd (fd, size);
}

static int
sync_fd (int         fd,
         int       (*function) (int))
{
  CrashRecord record = { 0 };
  char path[CRASH_PATH_MAX];
  int code;

  if (!find_fd (fd, path))
    return function (fd);

  code = crash_fault_check (CRASH_CALL_SYNC, path, NULL);
  if (!crash_log_is_on ())
    return code ? fail (code) : function (fd);

  pthread_mutex_lock (&lock);
  record.kind = code ? CRASH_FORGET : CRASH_SYNC;
  record.inode = inode_of_fd (fd);
  crash_log_add (&record, NULL);
  pthread_mutex_unlock (&lock);

  return code ? fail (code) : 0;
}

int
fsync (int fd)
{
  return sync_fd (fd, REAL (fsync));
}

int
fdatasync (int fd)
{
  return sync_fd (fd, REAL (fdatasync));
}

/* What an open changes: a name that is new, or a file that is now empty. */
static void
log_open (int         fd,
          const char *path,
          bool        was_there,
          int         flags)
{
  CrashRecord record = { .inode = inode_of_fd (fd) };

  if (!was_there) {
    record.kind = CRASH_CREATE;
    record.folder = inode_of_folder (path);
    record.n_bytes = (uint32_t) strlen (name_of (path));
    crash_log_add (&record, name_of (path));
  } else if (flags & O_TRUNC) {
    record.kind = CRASH_TRUNCATE;
    crash_log_add (&record, NULL);
  }
}

static int
open_path (const char *given,
           int         flags,
           mode_t      mode)
{
  char path[CRASH_PATH_MAX];
  bool was_there;
  int fd, code;

  if ((flags & (O_CREAT | O_TRUNC)) == 0 || !find_path (given, path))
    return REAL (open64) (given, flags, mode);

  pthread_mutex_lock (&lock);
  was_there = inode_of_path (path) != 0;
  code = was_there ? 0 : crash_fault_check (CRASH_CALL_CREATE, path, NULL);
  fd = code ? fail (code) : REAL (open64) (given, flags, mode);
  if (fd >= 0 && crash_log_is_on ())
    log_open (fd, path, was_there, flags);
  pthread_mutex_unlock (&lock);

  return fd;
}

static mode_t
mode_of (int     flags,
         va_list arguments)
{
  return flags & (O_CREAT | O_TMPFILE) ? va_arg (arguments, mode_t) : 0;
}

int
open64 (const char *path,
        int         flags,
        ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = mode_of (flags, arguments);
  va_end (arguments);

  return open_path (path, flags, mode);
}

int
open (const char *path,
      int         flags,
      ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = mode_of (flags, arguments);
  va_end (arguments);

  return open_path (path, flags, mode);
}

/* What two names in one folder become. */
static void
log_names (CrashRecordKind kind,
           const char     *path,
           const char     *other)
{
  CrashRecord record = { .kind = kind, .folder = inode_of_folder (path) };
  char names[2 * CRASH_PATH_MAX];
  size_t n_bytes = strlen (name_of (path));

  memcpy (names, name_of (path), n_bytes + 1);
  if (other) {
    if (inode_of_folder (other) != record.folder)
      abort ();
    memcpy (names + n_bytes + 1, name_of (other), strlen (name_of (other)) + 1);
    n_bytes += 1 + strlen (name_of (other));
  }

  record.n_bytes = (uint32_t) n_bytes;
  crash_log_add (&record, names);
}

static int
rename_path (const char  *from,
             const char  *to,
             unsigned int flags)
{
  char old_path[CRASH_PATH_MAX], new_path[CRASH_PATH_MAX];
  int code;

  if (!find_path (from, old_path) || !find_path (to, new_path))
    return REAL (renameat2) (AT_FDCWD, from, AT_FDCWD, to, flags);

  code = crash_fault_check (CRASH_CALL_RENAME, new_path, NULL);
  if (code)
    return fail (code);

  pthread_mutex_lock (&lock);
  code = REAL (renameat2) (AT_FDCWD, from, AT_FDCWD, to, flags);
  if (code == 0 && crash_log_is_on ())
    log_names (CRASH_RENAME, old_path, new_path);
  pthread_mutex_unlock (&lock);

  return code;
}

int
rename (const char *from,
        const char *to)
{
  return rename_path (from, to, 0);
}

int
renameat2 (int          from_fd,
           const char  *from,
           int          to_fd,
           const char  *to,
           unsigned int flags)
{
  if (from_fd != AT_FDCWD || to_fd != AT_FDCWD)
    return REAL (renameat2) (from_fd, from, to_fd, to, flags);

  return rename_path (from, to, flags);
}

static int
remove_path (const char *given,
             int       (*function) (const char *))
{
  char path[CRASH_PATH_MAX];
  int code;

  if (!find_path (given, path) || inode_of_path (path) == 0)
    return function (given);

  code = crash_fault_check (CRASH_CALL_REMOVE, path, NULL);
  if (code)
    return fail (code);

  pthread_mutex_lock (&lock);
  code = function (given);
  if (code == 0 && crash_log_is_on ())
    log_names (CRASH_REMOVE, path, NULL);
  pthread_mutex_unlock (&lock);

  return code;
}

int
unlink (const char *path)
{
  return remove_path (path, REAL (unlink));
}

int
rmdir (const char *path)
{
  return remove_path (path, REAL (rmdir));
}

static void
log_mkdir (const char *path)
{
  CrashRecord record = {
    .kind = CRASH_MKDIR,
    .n_bytes = (uint32_t) strlen (name_of (path)),
    .inode = inode_of_path (path),
    .folder = inode_of_folder (path),
  };

  crash_log_add (&record, name_of (path));
}

int
mkdir (const char *given,
       mode_t      mode)
{
  char path[CRASH_PATH_MAX];
  int code;

  if (!find_path (given, path) || inode_of_path (path) != 0)
    return REAL (mkdir) (given, mode);

  code = crash_fault_check (CRASH_CALL_MKDIR, path, NULL);
  if (code)
    return fail (code);

  pthread_mutex_lock (&lock);
  code = REAL (mkdir) (given, mode);
  if (code == 0 && crash_log_is_on ())
    log_mkdir (path);
  pthread_mutex_unlock (&lock);

  return code;
}
