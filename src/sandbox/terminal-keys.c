/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/terminal-keys.h"

#include <string.h>

#include "sandbox/sign.h"
#include "sandbox/text.h"

#define DEMO_SN "100000000000000001"
#define GMT8_US (8 * G_TIME_SPAN_HOUR)

typedef struct {
  char     *text;
  gboolean  is_lasting;
  gint64    until_us;    /* 0: until there is a newer one */
} Key;

static void
key_free (gpointer pointer)
{
  Key *key = pointer;

  g_free (key->text);
  g_free (key);
}

static void
add_key (GPtrArray *keys,
         char      *text,
         gboolean   is_lasting)
{
  Key *key = g_new0 (Key, 1);

  key->text = text;
  key->is_lasting = is_lasting;
  g_ptr_array_add (keys, key);
}

static GPtrArray *
add_terminal (const TillExchange *exchange,
              const char         *sn)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (key_free);

  g_hash_table_insert (exchange->world->terminals, g_strdup (sn), keys);

  return keys;
}

/* NULL where there is no such terminal. */
static GPtrArray *
find_keys (const TillExchange *exchange,
           const char         *sn)
{
  GPtrArray *keys = g_hash_table_lookup (exchange->world->terminals, sn);

  if (!keys && strcmp (sn, DEMO_SN) == 0) {
    keys = add_terminal (exchange, sn);
    add_key (keys, till_sandbox_resource_text ("shouqianba-terminal-key.txt"), TRUE);
  }

  return keys;
}

static gint64
end_of_day (gint64 now_us)
{
  return now_us + G_TIME_SPAN_DAY - (now_us + GMT8_US) % G_TIME_SPAN_DAY;
}

/**
 * till_terminal_keys_are_there:
 * @sn: a terminal's number
 *
 * Returns: whether there is such a terminal
 */
gboolean
till_terminal_keys_are_there (const TillExchange *exchange,
                              const char         *sn)
{
  return find_keys (exchange, sn) != NULL;
}

/**
 * till_terminal_keys_renew:
 *
 * Makes a new key, and the terminal where it is new too; the keys before it end with this day.
 *
 * Returns: (transfer full): the key
 */
char *
till_terminal_keys_renew (const TillExchange *exchange,
                          const char         *sn)
{
  GPtrArray *keys = find_keys (exchange, sn);
  g_autofree char *random = till_sandbox_random_text (32);
  char *text = g_compute_checksum_for_string (G_CHECKSUM_MD5, random, -1);

  if (!keys)
    keys = add_terminal (exchange, sn);
  for (guint i = 0; i < keys->len; i++) {
    Key *key = keys->pdata[i];

    if (!key->is_lasting && key->until_us == 0)
      key->until_us = end_of_day (exchange->now_us);
  }
  add_key (keys, g_strdup (text), FALSE);

  return text;
}

/**
 * till_terminal_keys_verify:
 *
 * Returns: whether one of the terminal's keys signed the request's body today
 */
gboolean
till_terminal_keys_verify (const TillExchange *exchange,
                           const char         *sn,
                           const char         *signature)
{
  GPtrArray *keys = find_keys (exchange, sn);

  for (guint i = 0; keys && i < keys->len; i++) {
    const Key *key = keys->pdata[i];

    if ((key->until_us == 0 || exchange->now_us < key->until_us) &&
        till_terminal_key_fits (exchange, key->text, signature))
      return TRUE;
  }

  return FALSE;
}

/**
 * till_terminal_key_fits:
 *
 * Returns: whether @key signed the request's body
 */
gboolean
till_terminal_key_fits (const TillExchange *exchange,
                        const char         *key,
                        const char         *signature)
{
  g_autofree char *whole = g_strconcat (exchange->body, key, NULL);
  g_autofree char *right = g_compute_checksum_for_string (G_CHECKSUM_MD5, whole, -1);

  return strcmp (right, signature) == 0;
}
