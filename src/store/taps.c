/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/taps.h"

#include "store/folder.h"
#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER     "taps"
#define KEY_SUFFIX ".key"
#define TRACE_CHARS 6

static gboolean
fail (const char *path,
      int         code,
      GError    **error)
{
  g_set_error (error, TILL_JOURNAL_ERROR,
               code == ENOENT ? TILL_JOURNAL_ERROR_MISSING : TILL_JOURNAL_ERROR_IO,
               /* Translators: the file, then what the system says */
               _("%s: %s; check the folder and the disk, then try again"), path,
               g_strerror (code));
  return FALSE;
}

static char *
path_of (const char *dir,
         const char *name,
         const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_build_filename (dir, FOLDER, file, NULL);
}

static gboolean
make_folder (const char *dir,
             GError    **error)
{
  g_autofree char *path = g_build_filename (dir, FOLDER, NULL);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (g_mkdir (path, 0700) != 0 && errno != EEXIST)
    return fail (path, errno, error);

  return till_folder_sync (path, error);
}

static int
write_all (int           fd,
           const guint8 *bytes,
           gsize         n_bytes)
{
  gssize n_written = pwrite (fd, bytes, n_bytes, 0);

  if (n_written == (gssize) n_bytes)
    return 0;

  return n_written < 0 ? errno : ENOSPC;
}

static gboolean
write_key (const char *path,
           gpointer    user_data,
           GError    **error)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  int code = fd < 0 ? errno
                    : write_all (fd, g_bytes_get_data (user_data, NULL), TILL_TAPS_KEY_BYTES);

  if (fd >= 0)
    close (fd);

  return code == 0 || fail (path, code, error);
}

static void
free_key (gpointer key)
{
  explicit_bzero (key, TILL_TAPS_KEY_BYTES);
  g_free (key);
}

/**
 * till_taps_new_key:
 * @bytes: from the system's random source; the caller wipes them
 *
 * Returns: (transfer full): a key that is wiped when it is freed
 */
GBytes *
till_taps_new_key (const guint8 bytes[TILL_TAPS_KEY_BYTES])
{
  guint8 *key = g_memdup2 (bytes, TILL_TAPS_KEY_BYTES);

  return g_bytes_new_with_free_func (key, TILL_TAPS_KEY_BYTES, free_key, key);
}

/**
 * till_taps_save_key:
 * @dir: the till's folder
 * @payment: its number
 * @key: of till_taps_new_key()
 * @error: %TILL_JOURNAL_ERROR_EXISTS where it has a key already, which stands
 *
 * Keeps the key of what a card's token hides. It is on the disk when this returns %TRUE.
 */
gboolean
till_taps_save_key (const char *dir,
                    const char *payment,
                    GBytes     *key,
                    GError    **error)
{
  g_autofree char *path = path_of (dir, payment, KEY_SUFFIX);

  return make_folder (dir, error) && till_folder_make_file (path, write_key, key, error);
}

/**
 * till_taps_load_key:
 * @error: %TILL_JOURNAL_ERROR_MISSING where it was forgotten
 *
 * Returns: (transfer full) (nullable): the key, wiped when it is freed
 */
GBytes *
till_taps_load_key (const char *dir,
                    const char *payment,
                    GError    **error)
{
  g_autofree char *path = path_of (dir, payment, KEY_SUFFIX);
  guint8 bytes[TILL_TAPS_KEY_BYTES];
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  GBytes *key;
  gssize n_read;

  if (fd < 0) {
    fail (path, errno, error);
    return NULL;
  }

  n_read = pread (fd, bytes, sizeof bytes, 0);
  close (fd);
  if (n_read != sizeof bytes) {
    fail (path, EIO, error);
    return NULL;
  }

  key = till_taps_new_key (bytes);
  explicit_bzero (bytes, sizeof bytes);

  return key;
}

/**
 * till_taps_forget_key:
 *
 * Takes the key away, and with it what the payment's token hides. Nothing to do where there is
 * none.
 */
gboolean
till_taps_forget_key (const char *dir,
                      const char *payment,
                      GError    **error)
{
  static const guint8 nothing[TILL_TAPS_KEY_BYTES];
  g_autofree char *path = path_of (dir, payment, KEY_SUFFIX);
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  int code;

  if (fd < 0)
    return errno == ENOENT || fail (path, errno, error);

  code = write_all (fd, nothing, sizeof nothing);
  if (code == 0 && fsync (fd) != 0)
    code = errno;
  close (fd);
  if (g_unlink (path) != 0)
    code = errno;

  return code == 0 ? till_folder_sync (path, error) : fail (path, code, error);
}

/* One that comes from the future was written by a clock that was wrong. */
static gboolean
is_older (const char *path,
          gint64      than_s)
{
  const gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  GStatBuf status;

  return g_stat (path, &status) == 0 &&
         (status.st_mtime <= now_s - than_s || status.st_mtime > now_s + than_s);
}

/**
 * till_taps_list_keys:
 * @older_than_s: younger ones may be of payments that another program is about to write
 *
 * Returns: (transfer full): the numbers of the payments that have a key for longer
 */
GStrv
till_taps_list_keys (const char *dir,
                     gint64      older_than_s)
{
  g_autofree char *folder = g_build_filename (dir, FOLDER, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char *name;

  while (entries && (name = g_dir_read_name (entries))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *number = NULL;

    if (!g_str_has_suffix (name, KEY_SUFFIX) || !is_older (path, older_than_s))
      continue;
    number = g_strndup (name, strlen (name) - strlen (KEY_SUFFIX));
    g_strv_builder_add (builder, number);
  }

  return g_strv_builder_end (builder);
}

/* What stands there; 0 where that is no number. */
static guint
read_trace (int fd)
{
  char text[TRACE_CHARS + 1] = "";
  guint64 number;

  if (pread (fd, text, TRACE_CHARS, 0) != TRACE_CHARS ||
      !g_ascii_string_to_unsigned (text, 10, 1, TILL_TAPS_TRACE_MOST, &number, NULL))
    return 0;

  return (guint) number;
}

static int
count_on (int    fd,
          guint  first,
          guint *trace)
{
  char text[TRACE_CHARS + 1];
  guint before, next;
  int code;

  if (flock (fd, LOCK_EX) != 0)
    return errno;

  before = read_trace (fd);
  next = before ? before % TILL_TAPS_TRACE_MOST + 1 : CLAMP (first, 1, TILL_TAPS_TRACE_MOST);
  g_snprintf (text, sizeof text, "%0*u", TRACE_CHARS, next);
  code = write_all (fd, (const guint8 *) text, TRACE_CHARS);
  if (code == 0 && fdatasync (fd) != 0)
    code = errno;
  if (code == 0)
    *trace = next;

  return code;
}

/**
 * till_taps_next_trace:
 * @contract: its id in the profile
 * @first: where to begin when nothing is known of a last one; at random, so that a lost folder
 *   does not repeat the day's numbers
 * @trace: (out): 1 to %TILL_TAPS_TRACE_MOST, then 1 again
 *
 * Counts the payments of a contract on this computer, over all programs and restarts.
 */
gboolean
till_taps_next_trace (const char *dir,
                      const char *contract,
                      guint       first,
                      guint      *trace,
                      GError    **error)
{
  g_autofree char *path = path_of (dir, contract, ".trace");
  int fd, code;

  if (!make_folder (dir, error))
    return FALSE;

  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail (path, errno, error);

  code = count_on (fd, first, trace);
  close (fd);

  return code == 0 ? till_folder_sync (path, error) : fail (path, code, error);
}
