/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-shop.h"

#include <string.h>

#include "sandbox/fields.h"
#include "sandbox/sign.h"
#include "sandbox/text.h"
#include "sandbox/wechat-sign.h"

static const char *
or (const char *text,
    const char *otherwise)
{
  return text ? text : otherwise;
}

Shop *
shop_new (const char *script_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) trusted = NULL;
  Shop *shop = g_new0 (Shop, 1);

  shop->sandbox = till_sandbox_new ("127.0.0.1:0", script_path, &error);
  g_assert_no_error (error);
  trusted = g_tls_file_database_new (till_sandbox_get_ca_path (shop->sandbox), &error);
  g_assert_no_error (error);
  shop->session = soup_session_new_with_options ("tls-database", trusted, "timeout", 20, NULL);

  return shop;
}

void
shop_free (Shop *shop)
{
  soup_session_abort (shop->session);
  g_object_unref (shop->session);
  g_clear_object (&shop->sandbox);
  g_free (shop);
}

typedef struct {
  Reply    *reply;
  gboolean  is_done;
} Pending;

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Pending *pending = user_data;

  pending->reply->bytes = soup_session_send_and_read_finish (SOUP_SESSION (source), result,
                                                             &pending->reply->error);
  pending->is_done = TRUE;
}

static void
read_reply (Reply       *reply,
            SoupMessage *message)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();
  g_autoptr (JsonNode) node = NULL;

  reply->status = soup_message_get_status (message);
  reply->headers = soup_message_headers_ref (soup_message_get_response_headers (message));
  if (!reply->bytes)
    return;

  g_byte_array_append (text, g_bytes_get_data (reply->bytes, NULL),
                       (guint) g_bytes_get_size (reply->bytes));
  g_byte_array_append (text, (const guint8 *) "", 1);
  g_bytes_unref (reply->bytes);
  reply->bytes = g_byte_array_free_to_bytes (g_steal_pointer (&text));
  reply->body = g_bytes_get_data (reply->bytes, NULL);
  node = json_from_string (reply->body, NULL);
  if (node && JSON_NODE_HOLDS_OBJECT (node))
    reply->json = json_node_dup_object (node);
}

/* Sends, and runs the main context, where both sides live, until the answer is here. */
Reply *
shop_send (Shop              *shop,
           const char        *method,
           const char        *path,
           const char *const *headers,
           const char        *body)
{
  g_autofree char *url = g_strconcat (till_sandbox_get_url (shop->sandbox), path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  SoupMessageHeaders *sent = soup_message_get_request_headers (message);
  Pending pending = { .reply = g_new0 (Reply, 1) };

  g_assert_nonnull (message);
  /* libsoup gives each POST a connection of its own, lest it send one twice. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT |
                          (g_str_has_prefix (path, "/sandbox/") ? SOUP_MESSAGE_IDEMPOTENT : 0));
  for (guint i = 0; headers && headers[i]; i += 2)
    soup_message_headers_replace (sent, headers[i], headers[i + 1]);
  if (body) {
    g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
    g_autofree char *type = g_strdup (soup_message_headers_get_one (sent, "Content-Type"));

    soup_message_set_request_body_from_bytes (message, type, bytes);
  }
  soup_session_send_and_read_async (shop->session, message, G_PRIORITY_DEFAULT,
                                    shop->cancellable, sent_cb, &pending);
  while (!pending.is_done)
    g_main_context_iteration (NULL, TRUE);
  read_reply (pending.reply, message);

  return pending.reply;
}

static char *
authorize (const Wechat *ask,
           const char   *method)
{
  g_autofree char *own_serial =
    till_sandbox_serial (till_sandbox_certificate (ask->is_partner ? "wechat-partner.pem" :
                                                   "wechat-merchant.pem"));
  gint64 time_s = g_get_real_time () / G_USEC_PER_SEC + ask->late_s;
  const char *nonce = or (ask->nonce, "593BEC0C930BF1AFEB40B4A08C8FB242");
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%" G_GINT64_FORMAT "\n%s\n%s\n", method,
                                           ask->path, time_s, nonce, or (ask->body, ""));
  g_autofree char *signature =
    till_sandbox_sign (till_sandbox_key (or (ask->key, ask->is_partner ? "wechat-partner-key.pem" :
                                             "wechat-merchant-key.pem")), text, strlen (text));

  if (ask->authorization)
    return g_strdup (ask->authorization);

  return g_strdup_printf ("WECHATPAY2-SHA256-RSA2048 mchid=\"%s\",nonce_str=\"%s\",timestamp=\"%"
                          G_GINT64_FORMAT "\",serial_no=\"%s\",signature=\"%s\"%s",
                          or (ask->mchid, ask->is_partner ? "1900000002" : "1900000001"), nonce,
                          time_s, or (ask->serial, own_serial), signature, or (ask->extra, ""));
}

Reply *
shop_wechat (Shop   *shop,
             Wechat  ask)
{
  const char *method = or (ask.method, ask.body ? "POST" : "GET");
  g_autofree char *authorization = authorize (&ask, method);
  const struct { const char *name, *value; } all[] = {
    { "Authorization", authorization },
    { "Accept", "application/json" },
    { "User-Agent", "Till/test" },
    { "Content-Type", ask.body ? or (ask.type, "application/json") : "" },
    { "Wechatpay-Serial", or (ask.wechatpay_serial,
                              ask.wants_certificates ? "" : TILL_WECHAT_PUBLIC_KEY_ID) },
  };
  const char *headers[2 * G_N_ELEMENTS (all) + 1] = { NULL };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    if (all[i].value[0] && g_strcmp0 (all[i].name, ask.without) != 0) {
      headers[n++] = all[i].name;
      headers[n++] = all[i].value;
    }
  }

  return shop_send (shop, method, or (ask.sent_path, ask.path), headers,
                    or (ask.sent_body, ask.body));
}

static void
set_pair (GHashTable *params,
          const char *pair)
{
  const char *equals = strchr (pair, '=');

  g_hash_table_insert (params, g_strndup (pair, (gsize) (equals - pair)), g_strdup (equals + 1));
}

static char *
sign_params (const Alipay *ask,
             GHashTable   *params)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (params), (GCompareFunc) strcmp);
  g_autoptr (GString) text = g_string_new (NULL);

  for (GList *l = names; l; l = l->next)
    g_string_append_printf (text, "%s%s=%s", text->len ? "&" : "", (char *) l->data,
                            (char *) g_hash_table_lookup (params, l->data));

  return till_sandbox_sign (till_sandbox_key (or (ask->key, "alipay-app-key.pem")), text->str,
                            text->len);
}

static void
fill_params (const Alipay *ask,
             GHashTable   *params)
{
  const char *app_id = or (ask->app_id, "2026112200000001");
  g_autofree char *time = till_sandbox_time_gmt8 (g_get_real_time () + ask->late_s * G_USEC_PER_SEC,
                                                  "%Y-%m-%d %H:%M:%S");
  const struct { const char *name, *value; } common[] = {
    { "app_id", app_id }, { "method", ask->method }, { "format", "JSON" }, { "charset", "utf-8" },
    { "sign_type", "RSA2" }, { "timestamp", time }, { "version", "1.0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (common); i++)
    g_hash_table_insert (params, g_strdup (common[i].name), g_strdup (common[i].value));
  if (g_str_has_suffix (app_id, "2")) {
    g_autoptr (GBytes) roots = till_sandbox_resource ("alipay-root-cert.pem");

    g_hash_table_insert (params, g_strdup ("app_cert_sn"),
                         till_sandbox_alipay_sn (till_sandbox_certificate ("alipay-app-cert.pem")));
    g_hash_table_insert (params, g_strdup ("alipay_root_cert_sn"),
                         till_sandbox_alipay_root_sn (roots));
  }
  if (g_str_has_suffix (app_id, "3")) {
    g_hash_table_insert (params, g_strdup ("encrypt_type"), g_strdup ("AES"));
    g_hash_table_insert (params, g_strdup ("biz_content"),
                         till_sandbox_seal_cbc ("VGlsbCBzYW5kYm94IEFFUw==", ask->content));
  } else {
    g_hash_table_insert (params, g_strdup ("biz_content"), g_strdup (ask->content));
  }
}

Reply *
shop_alipay (Shop   *shop,
             Alipay  ask)
{
  g_autoptr (GHashTable) params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *type = or (ask.type, "application/x-www-form-urlencoded;charset=utf-8");
  const char *headers[] = { "Content-Type", type, NULL };
  g_autoptr (GString) path = g_string_new ("/gateway.do");
  g_autofree char *content = NULL;
  g_autofree char *form = NULL;

  fill_params (&ask, params);
  if (ask.set)
    set_pair (params, ask.set);
  if (ask.unset)
    g_hash_table_remove (params, ask.unset);
  g_hash_table_insert (params, g_strdup ("sign"), sign_params (&ask, params));
  if (g_strcmp0 (ask.unset, "sign") == 0)
    g_hash_table_remove (params, "sign");
  if (ask.spoil)
    set_pair (params, ask.spoil);
  if (ask.in_query) {
    g_autoptr (GHashTable) rest = g_hash_table_new (g_str_hash, g_str_equal);
    g_autofree char *query = NULL;

    content = g_strdup (g_hash_table_lookup (params, "biz_content"));
    g_hash_table_remove (params, "biz_content");
    query = soup_form_encode_hash (params);
    g_string_append_printf (path, "?%s", query);
    g_hash_table_insert (rest, (gpointer) "biz_content", content);
    form = soup_form_encode_hash (rest);
  } else {
    form = soup_form_encode_hash (params);
  }

  return shop_send (shop, or (ask.http_method, "POST"), path->str, headers, or (ask.raw, form));
}

Reply *
shop_post (Shop       *shop,
           const char *path,
           const char *format,
           ...)
{
  const char *headers[] = { "Content-Type", "application/json", NULL };
  g_autofree char *body = NULL;
  va_list args;

  va_start (args, format);
  body = g_strdup_vprintf (format, args);
  va_end (args);

  return shop_send (shop, "POST", path, headers, body);
}

void
shop_plan (Shop       *shop,
           const char *format,
           ...)
{
  g_autofree char *body = NULL;
  g_autoptr (Reply) reply = NULL;
  va_list args;

  va_start (args, format);
  body = g_strdup_vprintf (format, args);
  va_end (args);
  reply = shop_post (shop, "/sandbox/control", "%s", body);

  g_assert_cmpuint (reply->status, ==, 200);
}

char *
shop_paycode (Shop       *shop,
              const char *acquirer,
              const char *scenario)
{
  g_autoptr (Reply) reply = shop_post (shop, "/sandbox/customer",
                                       "{\"do\":\"code\",\"acquirer\":\"%s\",\"scenario\":\"%s\"}",
                                       acquirer, scenario);

  g_assert_cmpuint (reply->status, ==, 200);
  return g_strdup (reply_text (reply, "code"));
}

static EVP_PKEY *
public_key (const char *resource)
{
  return strstr (resource, "cert") ? X509_get0_pubkey (till_sandbox_certificate (resource)) :
         till_sandbox_key (resource);
}

/* WeChat: the headers sign the raw body. */
gboolean
reply_is_signed_by (const Reply *reply,
                    const char  *resource)
{
  const char *signature = soup_message_headers_get_one (reply->headers, "Wechatpay-Signature");
  const char *time = soup_message_headers_get_one (reply->headers, "Wechatpay-Timestamp");
  const char *nonce = soup_message_headers_get_one (reply->headers, "Wechatpay-Nonce");
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s\n", time, nonce, reply->body);
  EVP_PKEY *key = public_key (resource);

  return signature && till_sandbox_verify (key, text, strlen (text), signature);
}

/* Alipay: where the raw node begins and ends; it is the first member but "sign". */
static char *
raw_node (const Reply *reply)
{
  const char *start = strstr (reply->body, "_response\":");
  const char *end;
  gboolean in_text = FALSE;
  int depth = 0;

  g_assert_nonnull (start);
  start += strlen ("_response\":");
  end = start;
  do {
    if (in_text && *end == '\\')
      end++;
    else if (*end == '"')
      in_text = !in_text;
    else if (!in_text)
      depth += *end == '{' ? 1 : *end == '}' ? -1 : 0;
    end++;
  } while (*end && (depth > 0 || in_text));

  return g_strndup (start, (gsize) (end - start));
}

gboolean
reply_node_is_signed_by (const Reply *reply,
                         const char  *resource)
{
  g_autofree char *node = raw_node (reply);
  const char *sign = reply->json ? till_fields_get_text (reply->json, "sign") : NULL;
  EVP_PKEY *key = public_key (resource);

  return sign && till_sandbox_verify (key, node, strlen (node), sign);
}

JsonObject *
reply_node (const Reply *reply)
{
  g_autoptr (GList) names = reply->json ? json_object_get_members (reply->json) : NULL;

  for (GList *l = names; l; l = l->next)
    if (g_str_has_suffix (l->data, "_response") &&
        JSON_NODE_HOLDS_OBJECT (json_object_get_member (reply->json, l->data)))
      return json_object_get_object_member (reply->json, l->data);

  return NULL;
}

/* A member of a WeChat answer, or of an Alipay answer's node; numbers as text. */
const char *
reply_text (const Reply *reply,
            const char  *name)
{
  JsonObject *node = reply_node (reply);
  JsonNode *member;

  if (!node)
    node = reply->json;
  member = node ? till_fields_get (node, name) : NULL;
  if (!member || !JSON_NODE_HOLDS_VALUE (member))
    return NULL;
  if (json_node_get_value_type (member) == G_TYPE_STRING)
    return json_node_get_string (member);

  g_autofree char *text = json_to_string (member, FALSE);

  return g_intern_string (text);
}

void
reply_free (Reply *reply)
{
  g_clear_error (&reply->error);
  g_clear_pointer (&reply->headers, soup_message_headers_unref);
  g_clear_pointer (&reply->bytes, g_bytes_unref);
  g_clear_pointer (&reply->json, json_object_unref);
  g_free (reply);
}
