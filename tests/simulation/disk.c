/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disk.h"

#include <sqlite3.h>
#include <string.h>

#define SECTOR_BYTES 512
#define REGION_MAX   8

/* What goes wrong with a till's disk. */
typedef struct {
  char          *folder;
  DiskFaultFunc  func;
  gpointer       user_data;
} Faults;

/* A file as the system sees it, and what lies under it on the disk. */
typedef struct {
  char       *path;
  const Faults *faults;
  GByteArray *bytes;
  gsize       synced_size;
  GByteArray *undo;        /* Undo by Undo: what the disk has yet of what was written over */

  int         n_readers;   /* connections with a SHARED lock */
  gpointer    writer;      /* the one with RESERVED or more */
  int         writer_level;

  guint8     *regions[REGION_MAX];  /* the log's index, in shared memory */
  guint       slots[SQLITE_SHM_NLOCK];
  gpointer    owners[SQLITE_SHM_NLOCK];
  guint       n_users;
} SimFile;

/* What a write took the place of, the bytes behind it. */
typedef struct {
  gsize offset;
  gsize n_bytes;
} Undo;

typedef struct {
  sqlite3_file base;
  SimFile     *file;
  int          level;
  guint        shared;    /* bits of the slots held in common */
  guint        alone;     /* bits of the slots held alone */
} Handle;

static GHashTable *files;
static Faults disks[4];
static sqlite3_vfs vfs;

static Handle *
handle_of (sqlite3_file *file)
{
  return (Handle *) (gpointer) file;
}

static void
file_free (gpointer data)
{
  SimFile *file = data;

  g_free (file->path);
  g_byte_array_unref (file->bytes);
  g_byte_array_unref (file->undo);
  for (guint i = 0; i < REGION_MAX; i++)
    g_free (file->regions[i]);
  g_free (file);
}

static gboolean
is_in (const SimFile *file,
       const char    *folder)
{
  return g_str_has_prefix (file->path, folder) && file->path[strlen (folder)] == G_DIR_SEPARATOR;
}

static DiskFault
fault_of (const SimFile *file,
          gboolean       is_sync)
{
  static const DiskFault ok = { 0 };

  return file->faults && file->faults->func
           ? file->faults->func (is_sync, file->faults->user_data) : ok;
}

static SimFile *
get_file (const char *path,
          gboolean    create)
{
  SimFile *file = g_hash_table_lookup (files, path);

  if (file || !create)
    return file;

  file = g_new0 (SimFile, 1);
  file->path = g_strdup (path);
  file->bytes = g_byte_array_new ();
  file->undo = g_byte_array_new ();
  for (guint i = 0; i < G_N_ELEMENTS (disks); i++) {
    if (disks[i].folder && is_in (file, disks[i].folder))
      file->faults = &disks[i];
  }
  g_hash_table_insert (files, file->path, file);

  return file;
}

static int
disk_close (sqlite3_file *base)
{
  return SQLITE_OK;
}

static int
disk_read (sqlite3_file *base,
           void         *bytes,
           int           n_bytes,
           sqlite3_int64 offset)
{
  const SimFile *file = handle_of (base)->file;
  gsize n_there = (gsize) offset < file->bytes->len ? file->bytes->len - (gsize) offset : 0;

  n_there = MIN (n_there, (gsize) n_bytes);
  if (n_there)
    memcpy (bytes, file->bytes->data + offset, n_there);
  if (n_there == (gsize) n_bytes)
    return SQLITE_OK;

  memset ((guint8 *) bytes + n_there, 0, (gsize) n_bytes - n_there);
  return SQLITE_IOERR_SHORT_READ;
}

/* To @n_bytes, which are written from @offset on: what is before that and was not there is zero. */
static void
grow (SimFile *file,
      gsize    offset,
      gsize    n_bytes)
{
  gsize old = file->bytes->len;

  if (n_bytes <= old)
    return;

  g_byte_array_set_size (file->bytes, (guint) n_bytes);
  if (offset > old)
    memset (file->bytes->data + old, 0, offset - old);
}

/* Keeps what the disk has of the bytes that change. */
static void
remember (SimFile *file,
          gsize    offset,
          gsize    n_bytes)
{
  gsize end = MIN (offset + n_bytes, MIN (file->synced_size, file->bytes->len));
  Undo undo = { offset, end - offset };

  if (offset >= end)
    return;

  g_byte_array_append (file->undo, file->bytes->data + offset, (guint) undo.n_bytes);
  g_byte_array_append (file->undo, (const guint8 *) &undo, sizeof undo);
}

static int
disk_write (sqlite3_file *base,
            const void   *bytes,
            int           n_bytes,
            sqlite3_int64 offset)
{
  SimFile *file = handle_of (base)->file;
  DiskFault fault = fault_of (file, FALSE);

  if (fault.code)
    n_bytes = (int) ((gint64) n_bytes * fault.written / 1000);

  remember (file, (gsize) offset, (gsize) n_bytes);
  grow (file, (gsize) offset, (gsize) offset + (gsize) n_bytes);
  memcpy (file->bytes->data + offset, bytes, (gsize) n_bytes);

  return fault.code;
}

static int
disk_truncate (sqlite3_file *base,
               sqlite3_int64 size)
{
  SimFile *file = handle_of (base)->file;

  if ((gsize) size < file->bytes->len) {
    remember (file, (gsize) size, file->bytes->len - (gsize) size);
    g_byte_array_set_size (file->bytes, (guint) size);
  }

  return SQLITE_OK;
}

static int
disk_sync (sqlite3_file *base,
           int           flags)
{
  SimFile *file = handle_of (base)->file;
  DiskFault fault = fault_of (file, TRUE);

  if (fault.code)
    return fault.code;

  g_byte_array_set_size (file->undo, 0);
  file->synced_size = file->bytes->len;

  return SQLITE_OK;
}

static int
disk_file_size (sqlite3_file  *base,
                sqlite3_int64 *size)
{
  *size = handle_of (base)->file->bytes->len;

  return SQLITE_OK;
}

static int
disk_unlock (sqlite3_file *base,
             int           level)
{
  Handle *handle = handle_of (base);
  SimFile *file = handle->file;

  if (level < SQLITE_LOCK_RESERVED && file->writer == handle)
    file->writer = NULL;
  if (level < SQLITE_LOCK_SHARED && handle->level >= SQLITE_LOCK_SHARED)
    file->n_readers--;
  handle->level = MIN (handle->level, level);

  return SQLITE_OK;
}

static int
disk_lock (sqlite3_file *base,
           int           level)
{
  Handle *handle = handle_of (base);
  SimFile *file = handle->file;

  if (level <= handle->level)
    return SQLITE_OK;
  if (file->writer && file->writer != handle &&
      (level >= SQLITE_LOCK_RESERVED || file->writer_level >= SQLITE_LOCK_PENDING))
    return SQLITE_BUSY;
  if (handle->level < SQLITE_LOCK_SHARED)
    file->n_readers++;
  if (level >= SQLITE_LOCK_RESERVED) {
    file->writer = handle;
    file->writer_level = level;
  }
  handle->level = level;
  if (level == SQLITE_LOCK_EXCLUSIVE && file->n_readers > 1) {
    handle->level = SQLITE_LOCK_PENDING;
    return SQLITE_BUSY;
  }

  return SQLITE_OK;
}

static int
disk_check_reserved (sqlite3_file *base,
                     int          *is_reserved)
{
  *is_reserved = handle_of (base)->file->writer != NULL;

  return SQLITE_OK;
}

static int
disk_control (sqlite3_file *base,
              int           op,
              void         *arg)
{
  return op == SQLITE_FCNTL_PERSIST_WAL ? SQLITE_OK : SQLITE_NOTFOUND;
}

static int
disk_sector_size (sqlite3_file *base)
{
  return SECTOR_BYTES;
}

static int
disk_characteristics (sqlite3_file *base)
{
  return 0;
}

static int
disk_shm_map (sqlite3_file   *base,
              int             region,
              int             n_bytes,
              int             extend,
              volatile void **memory)
{
  SimFile *file = handle_of (base)->file;

  g_assert (region < REGION_MAX);
  if (!file->regions[region] && extend)
    file->regions[region] = g_malloc0 ((gsize) n_bytes);
  *memory = file->regions[region];

  return SQLITE_OK;
}

static int
shm_unlock (Handle *handle,
            int     first,
            int     n)
{
  SimFile *file = handle->file;

  for (int i = first; i < first + n; i++) {
    if (handle->alone & (1u << i)) {
      file->owners[i] = NULL;
    } else if (handle->shared & (1u << i)) {
      file->slots[i]--;
    }
    handle->alone &= ~(1u << i);
    handle->shared &= ~(1u << i);
  }

  return SQLITE_OK;
}

static int
disk_shm_lock (sqlite3_file *base,
               int           first,
               int           n,
               int           flags)
{
  Handle *handle = handle_of (base);
  SimFile *file = handle->file;

  if (flags & SQLITE_SHM_UNLOCK)
    return shm_unlock (handle, first, n);

  for (int i = first; i < first + n; i++) {
    guint others = file->slots[i] - ((handle->shared >> i) & 1);

    if ((file->owners[i] && file->owners[i] != handle) ||
        ((flags & SQLITE_SHM_EXCLUSIVE) && others > 0))
      return SQLITE_BUSY;
  }
  for (int i = first; i < first + n; i++) {
    if (flags & SQLITE_SHM_EXCLUSIVE) {
      file->owners[i] = handle;
      handle->alone |= 1u << i;
    } else if (!(handle->shared & (1u << i))) {
      file->slots[i]++;
      handle->shared |= 1u << i;
    }
  }

  return SQLITE_OK;
}

static void
disk_shm_barrier (sqlite3_file *base)
{
}

static int
disk_shm_unmap (sqlite3_file *base,
                int           delete_it)
{
  Handle *handle = handle_of (base);
  SimFile *file = handle->file;

  shm_unlock (handle, 0, SQLITE_SHM_NLOCK);
  if (--file->n_users == 0) {
    for (guint i = 0; i < REGION_MAX; i++)
      g_clear_pointer (&file->regions[i], g_free);
  }

  return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
  2, disk_close, disk_read, disk_write, disk_truncate, disk_sync, disk_file_size, disk_lock,
  disk_unlock, disk_check_reserved, disk_control, disk_sector_size, disk_characteristics,
  disk_shm_map, disk_shm_lock, disk_shm_barrier, disk_shm_unmap, NULL, NULL,
};

static int
disk_open (sqlite3_vfs  *self,
           const char   *path,
           sqlite3_file *base,
           int           flags,
           int          *out_flags)
{
  Handle *handle = handle_of (base);
  SimFile *file = get_file (path, (flags & SQLITE_OPEN_CREATE) != 0);

  memset (handle, 0, sizeof *handle);
  if (!file)
    return SQLITE_CANTOPEN;

  handle->base.pMethods = &methods;
  handle->file = file;
  if (flags & SQLITE_OPEN_MAIN_DB)
    file->n_users++;
  if (out_flags)
    *out_flags = flags;

  return SQLITE_OK;
}

static int
disk_delete (sqlite3_vfs *self,
             const char  *path,
             int          sync_folder)
{
  return g_hash_table_remove (files, path) ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

static int
disk_access (sqlite3_vfs *self,
             const char  *path,
             int          flags,
             int         *answer)
{
  *answer = get_file (path, FALSE) != NULL;

  return SQLITE_OK;
}

static int
disk_full_pathname (sqlite3_vfs *self,
                    const char  *path,
                    int          n_bytes,
                    char        *out)
{
  g_strlcpy (out, path, (gsize) n_bytes);

  return SQLITE_OK;
}

static int
disk_sleep (sqlite3_vfs *self,
            int          us)
{
  return us;
}

/**
 * disk_install:
 *
 * Makes it SQLite's default file system.
 */
void
disk_install (void)
{
  sqlite3_vfs *real = sqlite3_vfs_find (NULL);

  files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, file_free);
  vfs = *real;
  vfs.zName = "disk";
  vfs.szOsFile = sizeof (Handle);
  vfs.xOpen = disk_open;
  vfs.xDelete = disk_delete;
  vfs.xAccess = disk_access;
  vfs.xFullPathname = disk_full_pathname;
  vfs.xSleep = disk_sleep;
  sqlite3_vfs_register (&vfs, 1);
}

/**
 * disk_clear:
 *
 * An empty disk; nothing on it may be open.
 */
void
disk_clear (void)
{
  g_hash_table_remove_all (files);
}

/**
 * disk_put:
 *
 * Puts a file on the disk, synced.
 */
void
disk_put (const char *path,
          GBytes     *content)
{
  SimFile *file = get_file (path, TRUE);
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (content, &n_bytes);

  g_byte_array_set_size (file->bytes, 0);
  g_byte_array_append (file->bytes, bytes, (guint) n_bytes);
  file->synced_size = n_bytes;
}

/**
 * disk_get:
 *
 * Returns: (transfer full) (nullable): a file as the system sees it
 */
GBytes *
disk_get (const char *path)
{
  const SimFile *file = get_file (path, FALSE);

  return file ? g_bytes_new (file->bytes->data, file->bytes->len) : NULL;
}

/**
 * disk_set_faults:
 * @folder: whose files
 * @func: (nullable): decides about each write and sync
 *
 * Makes the disk of one till fail, or work again; for files that are made from then on.
 */
void
disk_set_faults (const char   *folder,
                 DiskFaultFunc func,
                 gpointer      user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (disks); i++) {
    if (disks[i].folder && strcmp (disks[i].folder, folder) != 0)
      continue;
    g_free (disks[i].folder);
    disks[i] = (Faults) { g_strdup (folder), func, user_data };
    return;
  }
  g_assert_not_reached ();
}

/* What was written last is undone first; then @synced is what the disk was sure to have. Where
 * something was written since, @touched has a 1 for the sector. */
static void
undo_writes (SimFile *file,
             guint8  *synced,
             guint8  *touched)
{
  gsize left = file->undo->len;

  while (left > 0) {
    Undo undo;

    memcpy (&undo, file->undo->data + left - sizeof undo, sizeof undo);
    left -= sizeof undo + undo.n_bytes;
    memcpy (synced + undo.offset, file->undo->data + left, undo.n_bytes);
    memset (touched + undo.offset / SECTOR_BYTES, 1,
            (undo.offset + undo.n_bytes - 1) / SECTOR_BYTES - undo.offset / SECTOR_BYTES + 1);
  }
}

/* Of the sectors that were written over, some are as they were. */
static void
lose_sectors (SimFile     *file,
              DiskKeepFunc func,
              gpointer     user_data)
{
  gsize n_sectors = file->synced_size / SECTOR_BYTES + 1;
  g_autofree guint8 *synced = g_malloc0 (n_sectors * SECTOR_BYTES);
  g_autofree guint8 *touched = g_malloc0 (n_sectors);

  memcpy (synced, file->bytes->data, MIN (file->bytes->len, file->synced_size));
  undo_writes (file, synced, touched);
  for (gsize sector = 0; sector < n_sectors; sector++) {
    gsize start = sector * SECTOR_BYTES;
    gsize end = MIN (start + SECTOR_BYTES, file->synced_size);

    if (!touched[sector] || func (user_data))
      continue;
    grow (file, start, end);
    memcpy (file->bytes->data + start, synced + start, end - start);
  }
}

static void
cut_power_of (SimFile     *file,
              DiskKeepFunc func,
              gpointer     user_data)
{
  if (file->undo->len > 0)
    lose_sectors (file, func, user_data);
  /* What was appended since: whole sectors of it are there, or are not. */
  for (gsize start = file->synced_size; start < file->bytes->len; start += SECTOR_BYTES) {
    if (!func (user_data))
      memset (file->bytes->data + start, 0, MIN (SECTOR_BYTES, file->bytes->len - start));
  }
  if (file->synced_size < file->bytes->len && !func (user_data))
    g_byte_array_set_size (file->bytes, (guint) file->synced_size);

  g_byte_array_set_size (file->undo, 0);
  file->synced_size = file->bytes->len;
  file->n_readers = 0;
  file->writer = NULL;
  file->n_users = 0;
  memset (file->slots, 0, sizeof file->slots);
  memset (file->owners, 0, sizeof file->owners);
  for (guint i = 0; i < REGION_MAX; i++)
    g_clear_pointer (&file->regions[i], g_free);
}

/**
 * disk_cut_power:
 * @folder: whose files
 * @func: whether a sector that was written and not synced is there afterwards
 *
 * The power goes and comes back. Connections that were open must not be used again but to be
 * dropped.
 */
void
disk_cut_power (const char  *folder,
                DiskKeepFunc func,
                gpointer     user_data)
{
  g_autoptr (GList) paths = g_list_sort (g_hash_table_get_keys (files), (GCompareFunc) strcmp);

  for (GList *path = paths; path; path = path->next) {
    SimFile *file = g_hash_table_lookup (files, path->data);

    if (is_in (file, folder))
      cut_power_of (file, func, user_data);
  }
}
