/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/unzip.h"

#include <string.h>
#include <zlib.h>

#include "acquirer/acquirer.h"

/* Archives as acquirers send them, in memory. Source: PKWARE's APPNOTE 6.3, 4.3 (records), 4.4
 * (fields). No ZIP64, no encryption, no folders: no acquirer has them. */

#define MEMBERS_MAX 64
#define CHUNK (64 * 1024)
#define END_BYTES 22
#define ENTRY_BYTES 46
#define LOCAL_BYTES 30
#define ENCRYPTED 1u   /* of the flags */
#define STORED 0u
#define DEFLATED 8u

typedef struct {
  const guint8 *data;
  gsize         n;
} Span;

/* What the central directory says of a member. */
typedef struct {
  guint  flags;
  guint  method;
  guint  crc;
  gsize  n_packed;
  gsize  n_bytes;
  gsize  local_at;
  char  *name;
} Entry;

static void
entry_clear (Entry *entry)
{
  g_free (entry->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Entry, entry_clear)

static gboolean
fail (GError    **error,
      const char *what)
{
  g_set_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER, "the archive %s", what);
  return FALSE;
}

static guint
read16 (const guint8 *at)
{
  return at[0] | (guint) at[1] << 8;
}

static guint
read32 (const guint8 *at)
{
  return read16 (at) | read16 (at + 2) << 16;
}

/**
 * till_inflate:
 * @n_max: so many bytes may come out, and no more
 * @error: set to %TILL_ACQUIRER_ERROR_ANSWER
 *
 * Returns: (transfer full) (nullable): what was packed in all of @data
 */
GBytes *
till_inflate (const guint8 *data,
              gsize         n_data,
              TillPacked    form,
              gsize         n_max,
              GError      **error)
{
  z_stream stream = { .next_in = (Bytef *) data, .avail_in = (uInt) n_data };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  int result = inflateInit2 (&stream, form == TILL_PACKED_RAW ? -MAX_WBITS : MAX_WBITS);

  while (result == Z_OK && out->len <= n_max) {
    stream.next_out = chunk;
    stream.avail_out = CHUNK;
    result = inflate (&stream, Z_NO_FLUSH);
    g_byte_array_append (out, chunk, CHUNK - stream.avail_out);
  }
  inflateEnd (&stream);

  if (result != Z_STREAM_END || stream.avail_in != 0 || out->len > n_max) {
    fail (error, out->len > n_max ? "is too large" : "cannot be unpacked");
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* From the end, over a comment: where the record lies that ends the archive. */
static gboolean
find_end (Span   zip,
          gsize *at)
{
  for (gsize i = END_BYTES; i <= zip.n && i <= END_BYTES + 0xFFFF; i++) {
    const guint8 *end = zip.data + zip.n - i;

    if (memcmp (end, "PK\005\006", 4) == 0 && read16 (end + 20) == i - END_BYTES) {
      *at = zip.n - i;
      return TRUE;
    }
  }

  return FALSE;
}

/* A name is never a way: nothing in it leads to another folder. */
static gboolean
name_is_plain (const char *name,
               gsize       n)
{
  if (n == 0 || n > 255 || name[0] == '.' || strlen (name) != n)
    return FALSE;

  for (gsize i = 0; i < n; i++)
    if ((guchar) name[i] < ' ' || name[i] == 0x7F || strchr ("/\\:", name[i]))
      return FALSE;

  return TRUE;
}

/* @at: (inout): behind the entry then */
static gboolean
read_entry (Span    zip,
            gsize   end,
            gsize  *at,
            Entry  *entry,
            GError **error)
{
  const guint8 *head = zip.data + *at;
  gsize n_name, n_more;

  if (end < *at || end - *at < ENTRY_BYTES || memcmp (head, "PK\001\002", 4) != 0)
    return fail (error, "has a broken directory");

  n_name = read16 (head + 28);
  n_more = read16 (head + 30) + read16 (head + 32);
  if (end - *at < ENTRY_BYTES + n_name + n_more)
    return fail (error, "has a broken directory");

  *entry = (Entry) { .flags = read16 (head + 8), .method = read16 (head + 10),
                     .crc = read32 (head + 16), .n_packed = read32 (head + 20),
                     .n_bytes = read32 (head + 24), .local_at = read32 (head + 42),
                     .name = g_strndup ((const char *) head + ENTRY_BYTES, n_name) };
  *at += ENTRY_BYTES + n_name + n_more;
  return name_is_plain (entry->name, n_name) || fail (error, "has a file with a forbidden name");
}

/* The packed bytes, where the member's own head says the same as the directory. */
static gboolean
find_packed (Span         zip,
             const Entry *entry,
             Span        *packed,
             GError     **error)
{
  const guint8 *head = zip.data + entry->local_at;
  gsize n_name = strlen (entry->name);
  gsize at;

  if (zip.n < LOCAL_BYTES || entry->local_at > zip.n - LOCAL_BYTES ||
      memcmp (head, "PK\003\004", 4) != 0 || read16 (head + 26) != n_name)
    return fail (error, "has a file that is not there");

  at = entry->local_at + LOCAL_BYTES + n_name + read16 (head + 28);
  if (at > zip.n || entry->n_packed > zip.n - at ||
      memcmp (head + LOCAL_BYTES, entry->name, n_name) != 0)
    return fail (error, "has a file that is not there");

  *packed = (Span) { zip.data + at, entry->n_packed };
  return TRUE;
}

static gboolean
is_known (guint method)
{
  return method == STORED || method == DEFLATED;
}

static GBytes *
unpack (Span         zip,
        const Entry *entry,
        gsize        n_max,
        GError     **error)
{
  g_autoptr (GBytes) bytes = NULL;
  Span packed, whole;

  if (entry->n_bytes > n_max || (entry->flags & ENCRYPTED) || !is_known (entry->method)) {
    fail (error, entry->n_bytes > n_max ? "is too large"
                 : entry->flags & ENCRYPTED ? "is encrypted" : "is packed in an unknown way");
    return NULL;
  }
  if (!find_packed (zip, entry, &packed, error))
    return NULL;

  bytes = entry->method == STORED ? g_bytes_new (packed.data, packed.n)
                                  : till_inflate (packed.data, packed.n, TILL_PACKED_RAW,
                                                  entry->n_bytes, error);
  if (!bytes)
    return NULL;
  whole.data = g_bytes_get_data (bytes, &whole.n);
  if (whole.n != entry->n_bytes || crc32_z (0, whole.data, whole.n) != entry->crc) {
    fail (error, "has a file that is not what it was");
    return NULL;
  }

  return g_steal_pointer (&bytes);
}

static gboolean
has_name (const GPtrArray *files,
          const char      *name)
{
  for (guint i = 0; i < files->len; i++)
    if (strcmp (((TillStatementFile *) files->pdata[i])->name, name) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
unzip_next (Span       zip,
            gsize      end,
            gsize     *at,
            gsize     *n_left,
            GPtrArray *files,
            GError   **error)
{
  g_auto (Entry) entry = { 0 };
  TillStatementFile *file;
  GBytes *bytes;

  if (!read_entry (zip, end, at, &entry, error))
    return FALSE;
  if (has_name (files, entry.name))
    return fail (error, "has two files of one name");

  bytes = unpack (zip, &entry, *n_left, error);
  if (!bytes)
    return FALSE;

  *n_left -= g_bytes_get_size (bytes);
  file = g_new0 (TillStatementFile, 1);
  file->name = g_steal_pointer (&entry.name);
  file->bytes = bytes;
  g_ptr_array_add (files, file);
  return TRUE;
}

/**
 * till_unzip:
 * @n_max: all members together may have so many bytes
 * @error: set to %TILL_ACQUIRER_ERROR_ANSWER
 *
 * Unpacks a ZIP archive in memory; nothing is ever written to a disk. A name that could lead to
 * another folder, a bomb, an encrypted or damaged member refuses the whole.
 *
 * Returns: (transfer full) (nullable): of #TillStatementFile, whose names are bytes as they came
 */
GPtrArray *
till_unzip (GBytes  *archive,
            gsize    n_max,
            GError **error)
{
  g_autoptr (GPtrArray) files =
    g_ptr_array_new_with_free_func ((GDestroyNotify) till_statement_file_free);
  Span zip = { .data = g_bytes_get_data (archive, NULL), .n = g_bytes_get_size (archive) };
  gsize end, at, n_left = n_max;
  guint n_files;

  if (!find_end (zip, &end)) {
    fail (error, "is no ZIP");
    return NULL;
  }
  n_files = read16 (zip.data + end + 10);
  at = read32 (zip.data + end + 16);
  if (n_files > MEMBERS_MAX || read16 (zip.data + end + 8) != n_files || at > end) {
    fail (error, n_files > MEMBERS_MAX ? "has too many files" : "has a broken directory");
    return NULL;
  }

  for (guint i = 0; i < n_files; i++)
    if (!unzip_next (zip, end, &at, &n_left, files, error))
      return NULL;

  return g_steal_pointer (&files);
}
