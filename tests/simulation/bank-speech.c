/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank-speech.h"

#include <stdio.h>
#include <string.h>

/**
 * speech_field:
 *
 * Returns: (transfer full) (nullable): the text of the first member @name, however deep
 */
char *
speech_field (const char *json,
              const char *name)
{
  char key[64];
  const char *value;

  g_snprintf (key, sizeof key, "\"%s\":\"", name);
  value = strstr (json, key);
  if (!value)
    return NULL;
  value += strlen (key);

  return g_strndup (value, strcspn (value, "\""));
}

/**
 * speech_number:
 *
 * Returns: the first member @name as a number; −1 where there is none
 */
gint64
speech_number (const char *json,
               const char *name)
{
  char key[64];
  const char *value;

  g_snprintf (key, sizeof key, "\"%s\":", name);
  value = strstr (json, key);

  return value ? g_ascii_strtoll (value + strlen (key), NULL, 10) : -1;
}

/**
 * speech_parameter:
 *
 * Returns: (transfer full) (nullable): the value of @name in a form or a query
 */
char *
speech_parameter (const char *form,
                  const char *name)
{
  g_autofree char *key = g_strconcat (name, "=", NULL);
  const char *value = strstr (form, key);
  g_autofree char *encoded = NULL;

  if (!value)
    return NULL;
  value += strlen (key);
  encoded = g_strdelimit (g_strndup (value, strcspn (value, "&")), "+", ' ');

  return g_uri_unescape_string (encoded, NULL);
}

/**
 * speech_path:
 *
 * Returns: the request's address without its host
 */
const char *
speech_path (const TillHttpRequest *request)
{
  return strchr (request->url + strlen ("https://"), '/');
}

/**
 * speech_header:
 * @name: as it is written there
 *
 * Returns: (transfer full): the header's value; %NULL where there is none
 */
char *
speech_header (const TillHttpRequest *request,
               const char            *name)
{
  g_autofree char *begin = g_strconcat (name, ": ", NULL);

  for (guint i = 0; request->headers[i]; i++) {
    if (g_str_has_prefix (request->headers[i], begin))
      return g_strdup (request->headers[i] + strlen (begin));
  }

  return NULL;
}

/**
 * speech_body:
 *
 * Returns: (transfer full): the request's body as text, "" for none
 */
char *
speech_body (const TillHttpRequest *request)
{
  if (!request->body)
    return g_strdup ("");

  return g_strndup (g_bytes_get_data (request->body, NULL), g_bytes_get_size (request->body));
}

/**
 * speech_reply:
 *
 * Returns: (transfer full): a whole answer
 */
TillHttpReply *
speech_reply (guint       status,
              const char *body)
{
  TillHttpReply *reply = till_http_reply_new (TILL_HTTP_OK);

  reply->sent = TRUE;
  reply->status = status;
  g_bytes_unref (reply->body);
  reply->body = g_bytes_new (body, strlen (body));

  return reply;
}

static guint64
sum_of (const char *text,
        guint64     sum)
{
  for (; *text; text++)
    sum = (sum ^ (guint8) *text) * G_GUINT64_CONSTANT (1099511628211);

  return sum;
}

/**
 * speech_sign:
 * @key: a name: keys.c takes the place of RSA
 *
 * Returns: (transfer full): the signature
 */
char *
speech_sign (const char *key,
             const char *text)
{
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x",
                          sum_of (text, sum_of (key, G_GUINT64_CONSTANT (14695981039346656037))));
}

/**
 * speech_is_signed:
 *
 * Returns: whether @signature is @key's over @text
 */
gboolean
speech_is_signed (const char *key,
                  const char *text,
                  const char *signature)
{
  g_autofree char *right = speech_sign (key, text);

  return g_strcmp0 (right, signature) == 0;
}

/**
 * speech_time:
 *
 * Returns: (transfer full): the time in China
 */
char *
speech_time (gint64      wall_us,
             const char *format)
{
  g_autoptr (GDateTime) local =
    g_date_time_new_from_unix_utc (wall_us / G_USEC_PER_SEC + 8 * 60 * 60);

  return g_date_time_format (local, format);
}

/**
 * speech_time_us:
 * @digits: of a time in China, with or without signs between: year, month, day, hour, minute,
 *   second
 *
 * Returns: the wall time
 */
gint64
speech_time_us (const char *digits)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 60 * 60);
  g_autoptr (GDateTime) time = NULL;
  char plain[15] = "";
  int parts[6];

  for (guint n = 0; *digits && n < 14; digits++) {
    if (g_ascii_isdigit (*digits))
      plain[n++] = *digits;
  }
  g_assert_cmpint (sscanf (plain, "%4d%2d%2d%2d%2d%2d", &parts[0], &parts[1], &parts[2], &parts[3],
                           &parts[4], &parts[5]), ==, 6);
  time = g_date_time_new (zone, parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);

  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

char *
speech_rfc3339 (gint64 wall_us)
{
  return speech_time (wall_us, "%Y-%m-%dT%H:%M:%S+08:00");
}

char *
speech_gmt8 (gint64 wall_us)
{
  return speech_time (wall_us, "%Y-%m-%d %H:%M:%S");
}
