/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "port/http.h"

#include <string.h>

G_DEFINE_INTERFACE (TillHttp, till_http, G_TYPE_OBJECT)

static void
till_http_default_init (TillHttpInterface *iface)
{
}

/**
 * till_http_send_async:
 * @request: copied where it is needed beyond the call
 * @cancellable: (nullable): ends the request with %TILL_HTTP_CANCELLED; the bytes may have left
 *
 * Sends @request. The callback comes on the caller's main context, always, and once.
 */
void
till_http_send_async (TillHttp              *self,
                      const TillHttpRequest *request,
                      GCancellable          *cancellable,
                      GAsyncReadyCallback    callback,
                      gpointer               user_data)
{
  g_return_if_fail (TILL_IS_HTTP (self));
  g_return_if_fail (request != NULL && request->url != NULL && request->method != NULL);

  TILL_HTTP_GET_IFACE (self)->send_async (self, request, cancellable, callback, user_data);
}

/**
 * till_http_send_finish:
 *
 * Returns: (transfer full): how it ended; never %NULL, whatever happened
 */
TillHttpReply *
till_http_send_finish (TillHttp     *self,
                       GAsyncResult *result)
{
  g_return_val_if_fail (TILL_IS_HTTP (self), NULL);

  return TILL_HTTP_GET_IFACE (self)->send_finish (self, result);
}

TillHttpRequest *
till_http_request_new (const char *method,
                       const char *url)
{
  TillHttpRequest *request = g_new0 (TillHttpRequest, 1);

  request->method = g_strdup (method);
  request->url = g_strdup (url);
  request->headers = g_new0 (char *, 1);

  return request;
}

void
till_http_request_free (TillHttpRequest *request)
{
  if (!request)
    return;

  g_free (request->method);
  g_free (request->url);
  g_strfreev (request->headers);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request->ca_file);
  g_free (request->card_token);
  g_clear_pointer (&request->card_mac_key, g_bytes_unref);
  g_free (request);
}

/**
 * till_http_request_header:
 *
 * Adds a header. Neither part may hold a line end.
 */
void
till_http_request_header (TillHttpRequest *request,
                          const char      *name,
                          const char      *value)
{
  guint n_headers = g_strv_length (request->headers);

  g_return_if_fail (strpbrk (name, "\r\n") == NULL && strpbrk (value, "\r\n") == NULL);

  request->headers = g_renew (char *, request->headers, n_headers + 2);
  request->headers[n_headers] = g_strdup_printf ("%s: %s", name, value);
  request->headers[n_headers + 1] = NULL;
}

/**
 * till_http_request_body:
 *
 * Makes @text, byte for byte, what is sent.
 */
void
till_http_request_body (TillHttpRequest *request,
                        const char      *text)
{
  g_clear_pointer (&request->body, g_bytes_unref);
  request->body = g_bytes_new (text, strlen (text));
}

TillHttpReply *
till_http_reply_new (TillHttpOutcome outcome)
{
  TillHttpReply *reply = g_new0 (TillHttpReply, 1);

  reply->outcome = outcome;
  reply->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  reply->body = g_bytes_new_static ("", 0);

  return reply;
}

void
till_http_reply_free (TillHttpReply *reply)
{
  if (!reply)
    return;

  g_hash_table_unref (reply->headers);
  g_bytes_unref (reply->body);
  g_free (reply->detail);
  g_free (reply);
}

/**
 * till_http_reply_header:
 * @name: in lower case
 *
 * Returns: (nullable): the header's value
 */
const char *
till_http_reply_header (const TillHttpReply *reply,
                        const char          *name)
{
  return g_hash_table_lookup (reply->headers, name);
}
