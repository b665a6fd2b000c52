/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/tried.h"

#include <string.h>

#include "code/paycode.h"

/* The wallets' codes are renewed each minute, UnionPay's live five (wallets' public rules, from
 * memory). */
#define LIFE_US (5 * 60 * G_USEC_PER_SEC)

/* The file: a key each, the digest, and when; and the salt. */
#define GROUP      "tried"
#define SALT_GROUP "salt"
#define SALT_KEY   "salt"
#define SALT_CHARS 32

struct _TillTried
{
  GHashTable *tried_us;   /* digest → when */
  char       *salt;       /* so that a digest tells nobody the digits */
  char       *path;       /* NULL: what is known is forgotten with the window */
};

static char *
make_salt (void)
{
  return g_strdup_printf ("%08x%08x%08x%08x", g_random_int (), g_random_int (), g_random_int (),
                          g_random_int ());
}

TillTried *
till_tried_new (void)
{
  TillTried *self = g_new0 (TillTried, 1);

  self->tried_us = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->salt = make_salt ();

  return self;
}

void
till_tried_free (TillTried *self)
{
  if (!self)
    return;

  g_hash_table_unref (self->tried_us);
  g_free (self->salt);
  g_free (self->path);
  g_free (self);
}

static void
remember (TillTried  *self,
          const char *digest,
          gint64      at_us)
{
  g_hash_table_replace (self->tried_us, g_strdup (digest), g_memdup2 (&at_us, sizeof at_us));
}

/* Without a wait for the disk: who pulls the plug is not back within the life of a code. */
static void
store (TillTried *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  GHashTableIter iter;
  gpointer digest, at_us;
  gsize length;

  g_key_file_set_string (file, SALT_GROUP, SALT_KEY, self->salt);
  g_hash_table_iter_init (&iter, self->tried_us);
  while (g_hash_table_iter_next (&iter, &digest, &at_us))
    g_key_file_set_int64 (file, GROUP, digest, *(gint64 *) at_us);
  text = g_key_file_to_data (file, &length, NULL);
  if (!g_file_set_contents_full (self->path, text, (gssize) length,
                                 G_FILE_SET_CONTENTS_NONE, 0600, &error))
    g_message ("codes that were tried are known until the window closes only: %s", error->message);
}

/**
 * till_tried_keep:
 * @path: a file for nothing else, which need not be there; one that is damaged counts for nothing
 *
 * Knows what the window that was here before tried, and keeps what is tried from now on, for the
 * next. Called before any digest is made.
 */
void
till_tried_keep (TillTried  *self,
                 const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *salt = NULL;
  g_auto (GStrv) digests = NULL;

  g_return_if_fail (!self->path);

  self->path = g_strdup (path);
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return;
  salt = g_key_file_get_string (file, SALT_GROUP, SALT_KEY, NULL);
  if (!salt || strlen (salt) != SALT_CHARS)
    return;

  g_free (self->salt);
  self->salt = g_steal_pointer (&salt);
  digests = g_key_file_get_keys (file, GROUP, NULL, NULL);
  for (guint i = 0; digests && digests[i]; i++)
    remember (self, digests[i], g_key_file_get_int64 (file, GROUP, digests[i], NULL));
}

/**
 * till_tried_digest:
 * @text: as it was read; blanks in it are ignored
 *
 * Returns: (transfer full): what stands for it
 */
char *
till_tried_digest (TillTried  *self,
                   const char *text)
{
  g_autofree char *normal = till_paycode_normalise (text);
  const char *plain = normal ? normal : text;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) self->salt, (gssize) strlen (self->salt));
  g_checksum_update (checksum, (const guchar *) plain, (gssize) strlen (plain));

  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
is_over (gpointer digest,
         gpointer at_us,
         gpointer now_us)
{
  return *(gint64 *) now_us - *(gint64 *) at_us >= LIFE_US;
}

/**
 * till_tried_add:
 * @digest: of a payment code, by till_tried_digest()
 *
 * Remembers that the code is charged now.
 */
void
till_tried_add (TillTried  *self,
                const char *digest,
                gint64      now_us)
{
  g_hash_table_foreach_remove (self->tried_us, is_over, &now_us);
  remember (self, digest, now_us);
  if (self->path)
    store (self);
}

/**
 * till_tried_contains:
 *
 * Returns: whether it was tried within the life of a payment code
 */
gboolean
till_tried_contains (TillTried  *self,
                     const char *digest,
                     gint64      now_us)
{
  g_hash_table_foreach_remove (self->tried_us, is_over, &now_us);

  return g_hash_table_contains (self->tried_us, digest);
}
