/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/text.h"

#include <string.h>

#include <openssl/rand.h>

/* Times, random words, forms and JSON, as the acquirers write them. */

#define GMT8_S (8 * 60 * 60)

/**
 * till_sandbox_time_gmt8:
 * @format: as g_date_time_format() takes it
 *
 * Returns: (transfer full): the time in China, whatever the zone of this computer
 */
char *
till_sandbox_time_gmt8 (gint64      time_us,
                        const char *format)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (GMT8_S);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);

  return g_date_time_format (local, format);
}

/**
 * till_sandbox_time_rfc3339:
 *
 * Returns: (transfer full): "2026-05-20T13:29:35+08:00"
 */
char *
till_sandbox_time_rfc3339 (gint64 time_us)
{
  return till_sandbox_time_gmt8 (time_us, "%Y-%m-%dT%H:%M:%S+08:00");
}

/**
 * till_sandbox_random_text:
 *
 * Returns: (transfer full): @length of [0-9A-Za-v], for nonces and collection codes
 */
char *
till_sandbox_random_text (guint length)
{
  static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv";
  char *text = g_malloc (length + 1);

  if (RAND_bytes ((guint8 *) text, (int) length) != 1)
    g_error ("sandbox: no random bytes");
  for (guint i = 0; i < length; i++)
    text[i] = digits[(guint8) text[i] % (sizeof digits - 1)];
  text[length] = '\0';

  return text;
}

/**
 * till_form_unescape:
 * @text: a name or a value of a form
 *
 * Returns: (transfer full) (nullable): what it says; %NULL where that is no UTF-8
 */
char *
till_form_unescape (const char *text)
{
  g_autofree char *spaced = g_strdelimit (g_strdup (text), "+", ' ');
  char *plain = g_uri_unescape_string (spaced, NULL);

  if (plain && !g_utf8_validate (plain, -1, NULL))
    g_clear_pointer (&plain, g_free);

  return plain;
}

/**
 * till_form_signed_text:
 * @pairs: a form, names to values
 * @signature: the name of what is not signed
 *
 * Returns: (transfer full): all other pairs that say something, by name, "a=1&b=2"
 */
char *
till_form_signed_text (GHashTable *pairs,
                       const char *signature)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (pairs), (GCompareFunc) strcmp);
  GString *text = g_string_new (NULL);

  for (GList *l = names; l; l = l->next) {
    const char *value = g_hash_table_lookup (pairs, l->data);

    if (value[0] && strcmp (l->data, signature) != 0)
      g_string_append_printf (text, "%s%s=%s", text->len ? "&" : "", (char *) l->data, value);
  }

  return g_string_free (text, FALSE);
}

/**
 * till_json_to_text:
 * @json: complete
 *
 * Returns: (transfer full): what was built, without blanks
 */
char *
till_json_to_text (JsonBuilder *json)
{
  g_autoptr (JsonNode) root = json_builder_get_root (json);

  return json_to_string (root, FALSE);
}

/**
 * till_json_add_text:
 * @text: (nullable): %NULL leaves the member out
 */
void
till_json_add_text (JsonBuilder *json,
                    const char  *name,
                    const char  *text)
{
  if (!text)
    return;

  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, text);
}

/**
 * till_json_add_digits:
 *
 * Adds a member that is a number and stands there as a text, as sums do at some acquirers.
 */
void
till_json_add_digits (JsonBuilder *json,
                      const char  *name,
                      gint64       number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  till_json_add_text (json, name, text);
}

/**
 * till_json_add_int:
 *
 * Adds a member to the object that is being built.
 */
void
till_json_add_int (JsonBuilder *json,
                   const char  *name,
                   gint64       number)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, number);
}
