/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disk-image.h"

#include <glib/gstdio.h>
#include <string.h>

/* A disk that owes nothing but what was asked of it by fsync: a file's bytes when the file was
 * synced, its name when its folder was. All else may be there or not, in any order; what was
 * written is lost or kept by sectors, and a sector that was only written in part keeps the rest of
 * what it had. */

#define SECTOR_BYTES 512

/* Something that was asked for and not forced to the disk yet. */
typedef struct {
  CrashRecord record;
  guint8     *bytes;
  gpointer    node;   /* (owned) (nullable): what a name is given to */
} Wish;

typedef struct {
  GByteArray *bytes;    /* on the disk; NULL: a folder */
  GHashTable *names;    /* of a folder on the disk: name → Node */
  GHashTable *all;      /* of a folder as the system sees it */
  GPtrArray  *wishes;
} Node;

struct _DiskImage
{
  GHashTable *nodes;    /* inode → Node */
  Node       *root;
  GRand      *rand;     /* of what becomes of a sync that failed */
};

static void
node_clear (gpointer data)
{
  Node *node = data;

  g_clear_pointer (&node->bytes, g_byte_array_unref);
  g_clear_pointer (&node->names, g_hash_table_unref);
  g_clear_pointer (&node->all, g_hash_table_unref);
  g_ptr_array_unref (node->wishes);
}

static void
node_unref (gpointer data)
{
  g_rc_box_release_full (data, node_clear);
}

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  if (wish->node)
    node_unref (wish->node);
  g_free (wish->bytes);
  g_free (wish);
}

static GHashTable *
new_names (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, node_unref);
}

static Node *
node_new (gboolean is_folder)
{
  Node *node = g_rc_box_new0 (Node);

  node->wishes = g_ptr_array_new_with_free_func (wish_free);
  if (is_folder) {
    node->names = new_names ();
    node->all = new_names ();
  } else {
    node->bytes = g_byte_array_new ();
  }

  return node;
}

static gpointer
key_of (guint64 inode)
{
  return GSIZE_TO_POINTER ((gsize) inode);
}

static Node *
find (DiskImage *self,
      guint64    inode)
{
  return g_hash_table_lookup (self->nodes, key_of (inode));
}

DiskImage *
disk_image_new (guint64 root_inode,
                guint32 seed)
{
  DiskImage *self = g_new0 (DiskImage, 1);

  self->nodes = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, node_unref);
  self->root = node_new (TRUE);
  self->rand = g_rand_new_with_seed (seed);
  g_hash_table_insert (self->nodes, key_of (root_inode), self->root);

  return self;
}

void
disk_image_free (DiskImage *self)
{
  g_hash_table_unref (self->nodes);
  g_rand_free (self->rand);
  g_free (self);
}

static void
resize (GByteArray *bytes,
        gsize       size)
{
  gsize before = bytes->len;

  g_byte_array_set_size (bytes, (guint) size);
  if (size > before)
    memset (bytes->data + before, 0, size - before);
}

static void
put (GByteArray   *file,
     gsize         offset,
     const guint8 *bytes,
     gsize         n_bytes)
{
  if (n_bytes == 0)
    return;
  if (offset + n_bytes > file->len)
    resize (file, offset + n_bytes);

  memcpy (file->data + offset, bytes, n_bytes);
}

/* A name is given, moved or taken away. */
static void
change_name (GHashTable *names,
             const Wish *wish)
{
  const char *name = (const char *) wish->bytes;
  const char *other = name + strlen (name) + 1;

  switch ((CrashRecordKind) wish->record.kind) {
  case CRASH_CREATE:
  case CRASH_MKDIR:
    g_hash_table_insert (names, g_strdup (name), g_rc_box_acquire (wish->node));
    break;
  case CRASH_REMOVE:
    g_hash_table_remove (names, name);
    break;
  case CRASH_RENAME:
    g_hash_table_insert (names, g_strdup (other), g_rc_box_acquire (wish->node));
    g_hash_table_remove (names, name);
    break;
  case CRASH_WRITE:
  case CRASH_TRUNCATE:
  case CRASH_SYNC:
  case CRASH_FORGET:
  case CRASH_SAID:
    g_assert_not_reached ();
  }
}

static void
grant (Node       *node,
       const Wish *wish)
{
  if (!node->bytes)
    change_name (node->names, wish);
  else if (wish->record.kind == CRASH_TRUNCATE)
    resize (node->bytes, (gsize) wish->record.offset);
  else
    put (node->bytes, (gsize) wish->record.offset, wish->bytes, wish->record.n_bytes);
}

static void
sync_node (Node *node)
{
  for (guint i = 0; i < node->wishes->len; i++)
    grant (node, node->wishes->pdata[i]);

  g_ptr_array_set_size (node->wishes, 0);
}

static Wish *
wish_new (const CrashRecord *record,
          const guint8      *bytes)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->record = *record;
  wish->bytes = g_malloc0 (record->n_bytes + 1);
  if (record->n_bytes)
    memcpy (wish->bytes, bytes, record->n_bytes);

  return wish;
}

/* A change of names in a folder; a new inode takes the place of one of that number that is gone. */
static void
apply_names (DiskImage         *self,
             const CrashRecord *record,
             const guint8      *bytes)
{
  Node *folder = find (self, record->folder);
  Wish *wish = wish_new (record, bytes);

  g_assert_nonnull (folder);
  if (record->kind == CRASH_CREATE || record->kind == CRASH_MKDIR) {
    wish->node = node_new (record->kind == CRASH_MKDIR);
    g_hash_table_insert (self->nodes, key_of (record->inode), g_rc_box_acquire (wish->node));
  } else if (record->kind == CRASH_RENAME) {
    Node *node = g_hash_table_lookup (folder->all, (const char *) wish->bytes);

    g_assert_nonnull (node);
    wish->node = g_rc_box_acquire (node);
  }

  change_name (folder->all, wish);
  g_ptr_array_add (folder->wishes, wish);
}

static gboolean
is_granted (DiskTemper temper,
            GRand     *rand)
{
  return temper == DISK_TEMPER_KEEPS || (temper == DISK_TEMPER_DICES && g_rand_boolean (rand));
}

/* What becomes of one sector, or the part of it that was written. */
static void
dice_sector (GByteArray   *file,
             gsize         offset,
             const guint8 *bytes,
             gsize         n_bytes,
             GRand        *rand)
{
  g_autofree guint8 *junk = NULL;
  gsize n_torn = (gsize) g_rand_int_range (rand, 0, (gint32) n_bytes + 1);

  switch (g_rand_int_range (rand, 0, 4)) {
  case 0:
    break;
  case 1:
    put (file, offset, bytes, n_bytes);
    break;
  case 2:
    if (g_rand_boolean (rand))
      put (file, offset, bytes, n_torn);
    else
      put (file, offset + n_torn, bytes + n_torn, n_bytes - n_torn);
    break;
  case 3:
    junk = g_malloc (n_bytes);
    for (gsize i = 0; i < n_bytes; i++)
      junk[i] = (guint8) g_rand_int (rand);
    put (file, offset, junk, n_bytes);
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
dice_write (GByteArray *file,
            const Wish *wish,
            GRand      *rand)
{
  gsize offset = (gsize) wish->record.offset;
  gsize end = offset + wish->record.n_bytes;

  for (gsize at = offset; at < end;) {
    gsize next = MIN (end, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);

    dice_sector (file, at, wish->bytes + (at - offset), next - at, rand);
    at = next;
  }
  /* The file may have its new length without having its bytes. */
  if (file->len < end && g_rand_boolean (rand))
    resize (file, end);
}

/* A sync failed. What it was about is on the disk, or is not, or is there in part; later syncs
 * succeed and change nothing of that, as the system takes those bytes for written. */
static void
forget (DiskImage *self,
        Node      *node)
{
  DiskTemper temper = (DiskTemper) g_rand_int_range (self->rand, 0, DISK_N_TEMPERS);

  if (!node->bytes)
    return;

  for (guint i = 0; temper != DISK_TEMPER_LOSES && i < node->wishes->len; i++) {
    const Wish *wish = node->wishes->pdata[i];

    if (temper == DISK_TEMPER_DICES && wish->record.kind == CRASH_WRITE)
      dice_write (node->bytes, wish, self->rand);
    else
      grant (node, wish);
  }
  g_ptr_array_set_size (node->wishes, 0);
}

/**
 * disk_image_apply:
 * @bytes: what follows the record
 *
 * Plays the next record of the log.
 */
void
disk_image_apply (DiskImage         *self,
                  const CrashRecord *record,
                  const guint8      *bytes)
{
  Node *node = find (self, record->inode);

  switch ((CrashRecordKind) record->kind) {
  case CRASH_WRITE:
  case CRASH_TRUNCATE:
    g_assert_nonnull (node);
    g_ptr_array_add (node->wishes, wish_new (record, bytes));
    break;
  case CRASH_SYNC:
    g_assert_nonnull (node);
    sync_node (node);
    break;
  case CRASH_FORGET:
    g_assert_nonnull (node);
    forget (self, node);
    break;
  case CRASH_CREATE:
  case CRASH_MKDIR:
  case CRASH_REMOVE:
  case CRASH_RENAME:
    apply_names (self, record, bytes);
    break;
  case CRASH_SAID:
    break;
  }
}

static void
cut_file (const Node *node,
          DiskTemper  temper,
          GRand      *rand,
          const char *path)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  put (file, 0, node->bytes->data, node->bytes->len);
  for (guint i = 0; temper != DISK_TEMPER_LOSES && i < node->wishes->len; i++) {
    const Wish *wish = node->wishes->pdata[i];

    if (wish->record.kind == CRASH_TRUNCATE) {
      if (is_granted (temper, rand))
        resize (file, (gsize) wish->record.offset);
    } else if (temper == DISK_TEMPER_KEEPS) {
      put (file, (gsize) wish->record.offset, wish->bytes, wish->record.n_bytes);
    } else {
      dice_write (file, wish, rand);
    }
  }

  g_file_set_contents (path, (const char *) file->data, (gssize) file->len, &error);
  g_assert_no_error (error);
}

static void
cut_folder (const Node *node,
            DiskTemper  temper,
            GRand      *rand,
            const char *path)
{
  g_autoptr (GHashTable) names = new_names ();
  g_autoptr (GList) sorted = NULL;
  GHashTableIter iter;
  gpointer name, child;

  g_hash_table_iter_init (&iter, node->names);
  while (g_hash_table_iter_next (&iter, &name, &child))
    g_hash_table_insert (names, g_strdup (name), g_rc_box_acquire (child));
  for (guint i = 0; i < node->wishes->len; i++)
    if (is_granted (temper, rand))
      change_name (names, node->wishes->pdata[i]);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  /* In an order that the seed alone decides. */
  sorted = g_list_sort (g_hash_table_get_keys (names), (GCompareFunc) strcmp);
  for (GList *at = sorted; at; at = at->next) {
    const Node *below = g_hash_table_lookup (names, at->data);
    g_autofree char *below_path = g_build_filename (path, at->data, NULL);

    if (below->bytes)
      cut_file (below, temper, rand, below_path);
    else
      cut_folder (below, temper, rand, below_path);
  }
}

/**
 * disk_image_cut:
 * @folder: made, with what is there when the power comes back
 *
 * The power goes. The disk itself stays as it is, so that it can go again elsewhere.
 */
void
disk_image_cut (DiskImage  *self,
                DiskTemper  temper,
                GRand      *rand,
                const char *folder)
{
  cut_folder (self->root, temper, rand, folder);
}
