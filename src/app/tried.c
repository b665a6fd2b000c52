/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/tried.h"

#include <string.h>

#include "code/paycode.h"

/* The wallets' codes are renewed each minute, UnionPay's live five (wallets' public rules, from
 * memory). */
#define LIFE_US (5 * 60 * G_USEC_PER_SEC)

struct _TillTried
{
  GHashTable *tried_us;   /* digest → when */
  guint32     salt[4];    /* so that a digest in memory tells nobody the digits */
};

TillTried *
till_tried_new (void)
{
  TillTried *self = g_new0 (TillTried, 1);

  self->tried_us = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->salt); i++)
    self->salt[i] = g_random_int ();

  return self;
}

void
till_tried_free (TillTried *self)
{
  if (!self)
    return;

  g_hash_table_unref (self->tried_us);
  g_free (self);
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

  g_checksum_update (checksum, (const guchar *) self->salt, sizeof self->salt);
  g_checksum_update (checksum, (const guchar *) plain, (gssize) strlen (plain));

  return g_strdup (g_checksum_get_string (checksum));
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
  gint64 *at_us = g_new (gint64, 1);

  *at_us = now_us;
  g_hash_table_replace (self->tried_us, g_strdup (digest), at_us);
}

static gboolean
is_over (gpointer digest,
         gpointer at_us,
         gpointer now_us)
{
  return *(gint64 *) now_us - *(gint64 *) at_us >= LIFE_US;
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
