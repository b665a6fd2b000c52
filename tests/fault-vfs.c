/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault-vfs.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

/* SQLite's own layer to the system with a hand in between: calls are counted and made to fail.
 * Waiting for another program takes no time unless a test wants it, and nothing is forced to the
 * disk: no test here cuts the power, and the end of a program loses nothing that was written.
 * Set it from one thread, while no other uses SQLite. */

typedef struct {
  sqlite3_file  base;
  sqlite3_file *real;
  const char   *path;
} FaultFile;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs fault_vfs;
static sqlite3_io_methods fault_methods;
static Fault current;
static guint n_calls;
static GMutex lock;
static gint waits;

static sqlite3_file *
real_of (sqlite3_file *file)
{
  return ((FaultFile *) (gpointer) file)->real;
}

/* Whether this call shall fail. */
static gboolean
is_hit (FaultOps    op,
        const char *path)
{
  gboolean hit;

  g_mutex_lock (&lock);
  hit = (current.ops & op) != 0 &&
        (!current.suffix || (path && g_str_has_suffix (path, current.suffix)));
  if (hit) {
    n_calls++;
    hit = current.at && (n_calls == current.at || (current.for_ever && n_calls > current.at));
  }
  g_mutex_unlock (&lock);
  if (hit && current.ends)
    _exit (9);

  return hit;
}

/* Does @call, unless it shall fail before, or fails it after. */
#define PASS(op, file, call) \
  G_STMT_START { \
    gboolean hit = is_hit ((op), ((FaultFile *) (gpointer) (file))->path); \
    int code = hit && !current.after_all ? current.code : (call); \
    return hit ? current.code : code; \
  } G_STMT_END

static int
fault_close (sqlite3_file *file)
{
  return real_of (file)->pMethods->xClose (real_of (file));
}

static int
fault_read (sqlite3_file *file,
            void         *bytes,
            int           n_bytes,
            sqlite3_int64 offset)
{
  PASS (FAULT_READ, file, real_of (file)->pMethods->xRead (real_of (file), bytes, n_bytes, offset));
}

static int
fault_write (sqlite3_file *file,
             const void   *bytes,
             int           n_bytes,
             sqlite3_int64 offset)
{
  PASS (FAULT_WRITE, file,
        real_of (file)->pMethods->xWrite (real_of (file), bytes, n_bytes, offset));
}

static int
fault_truncate (sqlite3_file *file,
                sqlite3_int64 size)
{
  PASS (FAULT_TRUNCATE, file, real_of (file)->pMethods->xTruncate (real_of (file), size));
}

static int
fault_sync (sqlite3_file *file,
            int           flags)
{
  PASS (FAULT_SYNC, file, SQLITE_OK);
}

static int
fault_file_size (sqlite3_file  *file,
                 sqlite3_int64 *size)
{
  return real_of (file)->pMethods->xFileSize (real_of (file), size);
}

static int
fault_lock (sqlite3_file *file,
            int           level)
{
  return real_of (file)->pMethods->xLock (real_of (file), level);
}

static int
fault_unlock (sqlite3_file *file,
              int           level)
{
  return real_of (file)->pMethods->xUnlock (real_of (file), level);
}

static int
fault_check_reserved (sqlite3_file *file,
                      int          *is_reserved)
{
  return real_of (file)->pMethods->xCheckReservedLock (real_of (file), is_reserved);
}

static int
fault_control (sqlite3_file *file,
               int           op,
               void         *argument)
{
  return real_of (file)->pMethods->xFileControl (real_of (file), op, argument);
}

static int
fault_sector_size (sqlite3_file *file)
{
  return real_of (file)->pMethods->xSectorSize (real_of (file));
}

static int
fault_characteristics (sqlite3_file *file)
{
  return real_of (file)->pMethods->xDeviceCharacteristics (real_of (file));
}

static int
fault_shm_map (sqlite3_file   *file,
               int             region,
               int             n_bytes,
               int             extend,
               void volatile **memory)
{
  PASS (FAULT_SHARED, file,
        real_of (file)->pMethods->xShmMap (real_of (file), region, n_bytes, extend, memory));
}

static int
fault_shm_lock (sqlite3_file *file,
                int           offset,
                int           n,
                int           flags)
{
  return real_of (file)->pMethods->xShmLock (real_of (file), offset, n, flags);
}

static void
fault_shm_barrier (sqlite3_file *file)
{
  real_of (file)->pMethods->xShmBarrier (real_of (file));
}

static int
fault_shm_unmap (sqlite3_file *file,
                 int           removes)
{
  return real_of (file)->pMethods->xShmUnmap (real_of (file), removes);
}

static int
fault_open (sqlite3_vfs  *vfs,
            const char   *path,
            sqlite3_file *file,
            int           flags,
            int          *flags_out)
{
  FaultFile *self = (gpointer) file;
  int code;

  self->base.pMethods = NULL;
  self->real = (gpointer) (self + 1);
  self->path = path;
  if (is_hit (FAULT_OPEN, path))
    return current.code;

  code = real_vfs->xOpen (real_vfs, path, self->real, flags, flags_out);
  if (self->real->pMethods)
    self->base.pMethods = &fault_methods;

  return code;
}

static int
fault_delete (sqlite3_vfs *vfs,
              const char  *path,
              int          syncs)
{
  if (is_hit (FAULT_DELETE, path))
    return current.code;

  return real_vfs->xDelete (real_vfs, path, syncs);
}

static int
fault_sleep (sqlite3_vfs *vfs,
             int          us)
{
  if (g_atomic_int_get (&waits))
    return real_vfs->xSleep (real_vfs, us);

  return us;
}

/* Once for all of SQLite in this program. */
void
fault_vfs_install (void)
{
  if (real_vfs)
    return;

  real_vfs = sqlite3_vfs_find (NULL);
  fault_vfs = *real_vfs;
  fault_vfs.zName = "fault";
  fault_vfs.szOsFile = (int) sizeof (FaultFile) + real_vfs->szOsFile;
  fault_vfs.xOpen = fault_open;
  fault_vfs.xDelete = fault_delete;
  fault_vfs.xSleep = fault_sleep;
  fault_methods = (sqlite3_io_methods) {
    .iVersion = 2,
    .xClose = fault_close,
    .xRead = fault_read,
    .xWrite = fault_write,
    .xTruncate = fault_truncate,
    .xSync = fault_sync,
    .xFileSize = fault_file_size,
    .xLock = fault_lock,
    .xUnlock = fault_unlock,
    .xCheckReservedLock = fault_check_reserved,
    .xFileControl = fault_control,
    .xSectorSize = fault_sector_size,
    .xDeviceCharacteristics = fault_characteristics,
    .xShmMap = fault_shm_map,
    .xShmLock = fault_shm_lock,
    .xShmBarrier = fault_shm_barrier,
    .xShmUnmap = fault_shm_unmap,
  };
  g_assert_cmpint (sqlite3_vfs_register (&fault_vfs, 1), ==, SQLITE_OK);
}

/* From now on; the calls are counted anew. */
void
fault_vfs_set (const Fault *fault)
{
  g_mutex_lock (&lock);
  current = fault ? *fault : (Fault) { 0 };
  n_calls = 0;
  g_mutex_unlock (&lock);
}

/* Whether who waits for another program really waits. */
void
fault_vfs_set_waits (gboolean really)
{
  g_atomic_int_set (&waits, really);
}

/* How many calls there were that could have failed. */
guint
fault_vfs_get_calls (void)
{
  return n_calls;
}
