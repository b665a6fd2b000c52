/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kept-cards.h"

#include "store/journal.h"
#include "store/taps.h"

typedef struct {
  GBytes *key;
  gint64  at_us;   /* by the till's own clock */
} Kept;

/* Folder → KeptCards. */
static GHashTable *tills;

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_bytes_unref (kept->key);
  g_free (kept);
}

static KeptCards *
find (const char *dir)
{
  KeptCards *self = g_hash_table_lookup (tills, dir);

  g_assert_nonnull (self);

  return self;
}

void
kept_cards_init (KeptCards       *self,
                 const char      *dir,
                 const TillClock *clock,
                 Chances         *chances,
                 const gboolean  *power_is_gone)
{
  *self = (KeptCards) {
    .clock = clock,
    .chances = chances,
    .power_is_gone = power_is_gone,
    .keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free),
    .traces = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
  if (!tills)
    tills = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert (tills, g_strdup (dir), self);
}

void
kept_cards_clear (KeptCards *self)
{
  g_hash_table_remove_all (self->keys);
  g_hash_table_remove_all (self->traces);
}

void
kept_cards_release (KeptCards  *self,
                    const char *dir)
{
  g_hash_table_remove (tills, dir);
  g_hash_table_unref (self->keys);
  g_hash_table_unref (self->traces);
}

/**
 * kept_cards_count:
 *
 * Returns: of how many payments the card could still be told
 */
guint
kept_cards_count (const KeptCards *self)
{
  return g_hash_table_size (self->keys);
}

gboolean
kept_cards_has (const KeptCards *self,
                const char      *payment)
{
  return g_hash_table_contains (self->keys, payment);
}

/* In place of store/taps.c. */

static gboolean
fail (const KeptCards *self,
      GError         **error)
{
  if (!*self->power_is_gone && !chance_happens (self->chances, CHANCE_DISK_WRITE, 8))
    return FALSE;

  g_set_error_literal (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_IO, "a write fails");
  return TRUE;
}

static void
free_key (gpointer key)
{
  g_free (key);
}

GBytes *
till_taps_new_key (const guint8 bytes[TILL_TAPS_KEY_BYTES])
{
  guint8 *key = g_memdup2 (bytes, TILL_TAPS_KEY_BYTES);

  return g_bytes_new_with_free_func (key, TILL_TAPS_KEY_BYTES, free_key, key);
}

gboolean
till_taps_save_key (const char *dir,
                    const char *payment,
                    GBytes     *key,
                    GError    **error)
{
  KeptCards *self = find (dir);
  Kept *kept;

  if (fail (self, error))
    return FALSE;

  g_assert_false (g_hash_table_contains (self->keys, payment));
  kept = g_new (Kept, 1);
  *kept = (Kept) { g_bytes_ref (key), till_clock_now_us (self->clock) };
  g_hash_table_insert (self->keys, g_strdup (payment), kept);

  return TRUE;
}

GBytes *
till_taps_load_key (const char *dir,
                    const char *payment,
                    GError    **error)
{
  const Kept *kept = g_hash_table_lookup (find (dir)->keys, payment);

  if (kept)
    return g_bytes_ref (kept->key);

  g_set_error_literal (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_MISSING, "it was forgotten");
  return NULL;
}

gboolean
till_taps_forget_key (const char *dir,
                      const char *payment,
                      GError    **error)
{
  KeptCards *self = find (dir);

  if (!g_hash_table_contains (self->keys, payment))
    return TRUE;
  if (fail (self, error))
    return FALSE;

  g_hash_table_remove (self->keys, payment);
  return TRUE;
}

GStrv
till_taps_list_keys (const char *dir,
                     gint64      older_than_s)
{
  KeptCards *self = find (dir);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const gint64 now_us = till_clock_now_us (self->clock);
  GHashTableIter iter;
  gpointer number, kept;

  g_hash_table_iter_init (&iter, self->keys);
  while (g_hash_table_iter_next (&iter, &number, &kept)) {
    if (ABS (now_us - ((const Kept *) kept)->at_us) >= older_than_s * G_USEC_PER_SEC)
      g_strv_builder_add (builder, number);
  }

  return g_strv_builder_end (builder);
}

gboolean
till_taps_next_trace (const char *dir,
                      const char *contract,
                      guint       first,
                      guint      *trace,
                      GError    **error)
{
  KeptCards *self = find (dir);
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (self->traces, contract));

  if (fail (self, error))
    return FALSE;

  *trace = before ? before % TILL_TAPS_TRACE_MOST + 1 : CLAMP (first, 1, TILL_TAPS_TRACE_MOST);
  g_hash_table_insert (self->traces, g_strdup (contract), GUINT_TO_POINTER (*trace));

  return TRUE;
}
