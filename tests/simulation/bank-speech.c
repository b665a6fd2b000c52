/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank-speech.h"

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

/* What stands between @before and the next of "/?". */
static char *
path_part (const char *url,
           const char *before)
{
  const char *part = strstr (url, before);

  if (!part)
    return NULL;
  part += strlen (before);

  return g_strndup (part, strcspn (part, "/?"));
}

static char *
number_in_body (const TillHttpRequest *request)
{
  static const char *const keys[] = { "out_refund_no", "out_request_no", "out_trade_no" };
  g_autofree char *body = speech_body (request);
  g_autofree char *content = speech_parameter (body, "biz_content");
  g_autofree char *ref = NULL;
  char *number = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (keys) && !number; i++)
    number = speech_field (content ? content : body, keys[i]);
  ref = number || !content ? NULL : speech_field (content, "trade_no");

  return ref ? g_strdup (ref + strlen ("2088")) : number;
}

/**
 * speech_number_of:
 *
 * Returns: (transfer full) (nullable): our number of the payment or refund that @request is about;
 *   %NULL where it names none: it asks for keys
 */
char *
speech_number_of (const TillHttpRequest *request)
{
  char *number = path_part (request->url, "/refund/domestic/refunds/");

  if (!number)
    number = path_part (request->url, "/out-trade-no/");
  if (!number)
    number = path_part (request->url, "/transactions/id/42");
  if (!number && request->body)
    number = number_in_body (request);

  return number;
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

static char *
shanghai (gint64      wall_us,
          const char *format)
{
  g_autoptr (GDateTime) local =
    g_date_time_new_from_unix_utc (wall_us / G_USEC_PER_SEC + 8 * 60 * 60);

  return g_date_time_format (local, format);
}

char *
speech_rfc3339 (gint64 wall_us)
{
  return shanghai (wall_us, "%Y-%m-%dT%H:%M:%S+08:00");
}

char *
speech_gmt8 (gint64 wall_us)
{
  return shanghai (wall_us, "%Y-%m-%d %H:%M:%S");
}
