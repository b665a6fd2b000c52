/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/alipay-gateway.h"

#include "sandbox/sign.h"
#include "sandbox/text.h"

#include <string.h>

/* gateway.do: parameters, signatures and the envelope of answers. Sources: opendocs.alipay.com
 * common/02mse7 (signing), common/02km9f (codes); alipay-sdk-nodejs-all; alipay-easysdk
 * (SignContentExtractor, AntCertificationUtil, AES). */

#define WINDOW_S    300
#define TYPE        "text/html;charset=utf-8"  /* seen at the live gateway, whatever the body is */
#define SHOWN_MAX   400

static const TillAlipayApp apps[] = {
  { "2026112200000001", FALSE, FALSE },
  { "2026112200000002", TRUE, FALSE },
  { "2026112200000003", FALSE, TRUE },
};

/* Required ones have a code for their absence. */
static const struct {
  const char *name;
  const char *missing;
  const char *pattern;
  const char *invalid;
} params[] = {
  { "app_id", "isv.missing-app-id", "^[0-9]{16}$", "isv.invalid-app-id" },
  { "method", "isv.missing-method", "^[a-z.]+$", "isv.invalid-method" },
  { "format", NULL, "^(?i)json$", "isv.invalid-format" },
  { "charset", "isv.missing-charset", "^(?i)utf-8$", "isv.invalid-charset" },
  { "sign_type", "isv.missing-signature-type", "^RSA2$", "isv.invalid-signature-type" },
  { "sign", "isv.missing-signature", NULL, NULL },
  { "timestamp", "isv.missing-timestamp",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$", "isv.invalid-timestamp" },
  { "version", "isv.missing-version", "^1\\.0$", "isv.invalid-version" },
  { "biz_content", "isv.missing-biz-content", NULL, NULL },
  { "encrypt_type", NULL, "^AES$", "isv.invalid-encrypt-type" },
  { "notify_url", NULL, "^https?://", "isv.invalid-notify-url" },
  { "app_auth_token", NULL, NULL, NULL },
  { "app_cert_sn", NULL, "^[0-9a-f]{32}$", "isv.invalid-app-cert-sn" },
  { "alipay_root_cert_sn", NULL, "^[0-9a-f_]+$", "isv.invalid-alipay-root-cert-sn" },
};

static const struct { const char *code, *msg; } messages[] = {
  { "10000", "Success" },
  { "10003", "order success pay inprocess" },
  { "20000", "Service Currently Unavailable" },
  { "20001", "Insufficient Token Permissions" },
  { "40001", "Missing Required Arguments" },
  { "40002", "Invalid Arguments" },
  { "40003", "Insufficient Conditions" },
  { "40004", "Business Failed" },
  { "40005", "Call Limited" },
  { "40006", "Insufficient Permissions" },
};

static const char *
param (const TillAlipayAsk *ask,
       const char          *name)
{
  const char *value = g_hash_table_lookup (ask->params, name);

  return value && value[0] ? value : NULL;
}

/* The gateway's own errors: nobody signs them. */
static gboolean
refuse (TillAlipayAsk *ask,
        const char    *code,
        const char    *sub_code,
        const char    *sub_msg)
{
  till_alipay_say (ask, code, sub_code, sub_msg);
  return FALSE;
}

static gboolean
is_known (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (params); i++)
    if (strcmp (params[i].name, name) == 0)
      return TRUE;

  return FALSE;
}

/* Adds the pairs of a form; a name that comes twice must say the same. */
static gboolean
add_form (GHashTable *pairs,
          const char *form)
{
  g_auto (GStrv) words = g_strsplit (form, "&", -1);

  for (guint i = 0; words[i]; i++) {
    char *equals = strchr (words[i], '=');
    g_autofree char *name = NULL;
    g_autofree char *value = NULL;
    const char *before;

    if (words[i][0] == '\0')
      continue;
    if (!equals)
      return FALSE;
    *equals = '\0';
    name = till_form_unescape (words[i]);
    value = till_form_unescape (equals + 1);
    if (!name || !value || !is_known (name))
      return FALSE;
    before = g_hash_table_lookup (pairs, name);
    if (before && strcmp (before, value) != 0)
      return FALSE;
    g_hash_table_insert (pairs, g_steal_pointer (&name), g_steal_pointer (&value));
  }

  return TRUE;
}

static gboolean
is_fresh (const TillAlipayAsk *ask)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 60 * 60);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (param (ask, "timestamp"), zone);

  return time &&
         ABS (g_date_time_to_unix (time) - ask->exchange->now_us / G_USEC_PER_SEC) <= WINDOW_S;
}

/* An application with certificates sends both numbers, another one none. */
static gboolean
check_certificates (TillAlipayAsk *ask)
{
  const char *app_sn = param (ask, "app_cert_sn"), *root_sn = param (ask, "alipay_root_cert_sn");
  X509 *app_cert = till_sandbox_certificate ("alipay-app-cert.pem");
  g_autofree char *own_app_sn = till_sandbox_alipay_sn (app_cert);
  g_autoptr (GBytes) roots = till_sandbox_resource ("alipay-root-cert.pem");
  g_autofree char *own_root_sn = till_sandbox_alipay_root_sn (roots);

  if (!ask->app->has_certificates && (app_sn || root_sn))
    return refuse (ask, "40002", "isv.invalid-app-cert-sn", "this application has no certificates");
  if (!ask->app->has_certificates)
    return TRUE;
  if (!app_sn)
    return refuse (ask, "40001", "isv.missing-app-cert-sn", "app_cert_sn is missing");
  if (!root_sn)
    return refuse (ask, "40001", "isv.missing-alipay-root-cert-sn", "it is missing");
  if (strcmp (app_sn, own_app_sn) != 0)
    return refuse (ask, "40002", "isv.invalid-app-cert-sn", "it is not this application's");
  if (strcmp (root_sn, own_root_sn) != 0)
    return refuse (ask, "40002", "isv.invalid-alipay-root-cert-sn", "alipay_root_cert_sn is wrong");

  return TRUE;
}

static gboolean
check_signature (TillAlipayAsk *ask)
{
  g_autofree char *text = till_form_signed_text (ask->params, "sign");
  g_autofree char *shown = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *sub_msg = NULL;

  if (till_sandbox_verify (till_sandbox_key ("alipay-app-key.pem"), text, strlen (text),
                           param (ask, "sign")))
    return TRUE;

  shown = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), SHOWN_MAX));
  escaped = g_markup_escape_text (shown, -1);
  sub_msg = g_strdup_printf ("the signature is wrong; signed was: %s", escaped);
  return refuse (ask, "40002", "isv.invalid-signature", sub_msg);
}

static gboolean
check_values (TillAlipayAsk *ask)
{
  for (guint i = 0; i < G_N_ELEMENTS (params); i++) {
    const char *value = param (ask, params[i].name);

    if (!value && params[i].missing)
      return refuse (ask, "40001", params[i].missing, params[i].name);
    if (value && params[i].pattern &&
        !g_regex_match_simple (params[i].pattern, value, G_REGEX_DOLLAR_ENDONLY, 0))
      return refuse (ask, "40002", params[i].invalid, params[i].name);
  }

  return TRUE;
}

static const char *
message_of (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    if (strcmp (messages[i].code, code) == 0)
      return messages[i].msg;

  g_assert_not_reached ();
}

/* The gateway writes "\/" in texts, also in encrypted ones, and that is what is signed. */
static char *
escape_slashes (const char *node)
{
  g_auto (GStrv) parts = g_strsplit (node, "/", -1);

  return g_strjoinv ("\\/", parts);
}

static char *
seal_node (const char *node)
{
  g_autofree char *key = till_sandbox_resource_text ("alipay-aes-key.txt");
  g_autofree char *sealed = till_sandbox_seal_cbc (key, node);
  g_autofree char *escaped = escape_slashes (sealed);

  return g_strdup_printf ("\"%s\"", escaped);
}

static char *
sign_node (const TillAlipayAsk *ask,
           const char          *node)
{
  TillFault fault = till_exchange_get_fault (ask->exchange);
  const char *key = fault == TILL_FAULT_UNKNOWN_KEY ? "stranger-key.pem" :
                    ask->app->has_certificates ? "alipay-cert-key.pem" : "alipay-gateway-key.pem";

  return till_sandbox_sign (till_sandbox_key (key), node,
                            strlen (node) + (fault == TILL_FAULT_BAD_SIGNATURE ? 1 : 0));
}

static void
append_certificate (const TillAlipayAsk *ask,
                    GString             *text)
{
  gboolean is_stranger = till_exchange_get_fault (ask->exchange) == TILL_FAULT_UNKNOWN_KEY;
  g_autofree char *sn = till_sandbox_alipay_sn (till_sandbox_certificate (is_stranger ?
                                                "alipay-app-cert.pem" : "alipay-cert.pem"));

  g_string_append_printf (text, ",\"alipay_cert_sn\":\"%s\"", sn);
}

/* {"METHOD_response":NODE,"alipay_cert_sn":"…","sign":"…"} */
static char *
wrap_node (const TillAlipayAsk *ask,
           const char          *node)
{
  g_autofree char *name = g_strdelimit (g_strdup (ask->method), ".", '_');
  g_autofree char *sign = sign_node (ask, node);
  TillFault fault = till_exchange_get_fault (ask->exchange);
  GString *text = g_string_new ("{");

  if (fault == TILL_FAULT_SIGN_FIRST)
    g_string_append_printf (text, "\"sign\":\"%s\",", sign);
  g_string_append_printf (text, "\"%s_response\":%s", name, node);
  if (ask->app->has_certificates)
    append_certificate (ask, text);
  if (fault != TILL_FAULT_SIGN_FIRST && fault != TILL_FAULT_NO_SIGNATURE)
    g_string_append_printf (text, ",\"sign\":\"%s\"", sign);
  g_string_append_c (text, '}');

  return g_string_free (text, FALSE);
}

/**
 * till_alipay_read_params:
 *
 * Reads the parameters, wherever they stand: in the address or in the body.
 *
 * Returns: %FALSE where the request was answered
 */
gboolean
till_alipay_read_params (TillAlipayAsk *ask)
{
  TillExchange *exchange = ask->exchange;
  const char *type = soup_message_headers_get_content_type (exchange->headers, NULL);

  ask->params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (strcmp (exchange->method, "POST") != 0) {
    till_exchange_answer (exchange, 405, NULL, NULL);
    return FALSE;
  }
  if (exchange->body_length > 0 && g_strcmp0 (type, "application/x-www-form-urlencoded") != 0)
    return refuse (ask, "40002", "isv.invalid-content-type", "the body is not a form");
  if (!add_form (ask->params, exchange->query ? exchange->query : "") ||
      !add_form (ask->params, exchange->body))
    return refuse (ask, "40002", "isv.invalid-parameter",
                   "a parameter is unknown, not UTF-8, or said twice");

  ask->method = param (ask, "method");
  return TRUE;
}

/**
 * till_alipay_check_params:
 *
 * Checks the common parameters, who asks, when, and the signature.
 *
 * Returns: %FALSE where the request was answered
 */
gboolean
till_alipay_check_params (TillAlipayAsk *ask)
{
  const char *token = param (ask, "app_auth_token");

  if (!check_values (ask))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    if (strcmp (apps[i].app_id, param (ask, "app_id")) == 0)
      ask->app = &apps[i];
  if (!ask->app)
    return refuse (ask, "40002", "isv.invalid-app-id", "no such application");
  if (!is_fresh (ask))
    return refuse (ask, "40002", "isv.invalid-timestamp", "it is more than five minutes off");
  if (ask->app->encrypts != (param (ask, "encrypt_type") != NULL))
    return refuse (ask, "40002", "isv.invalid-encrypt-type", ask->app->encrypts ?
                   "this application encrypts" : "this application has no AES key");
  if (!check_certificates (ask) || !check_signature (ask))
    return FALSE;
  if (token && strcmp (token, TILL_ALIPAY_AUTH_TOKEN) != 0)
    return refuse (ask, "20001", "aop.invalid-app-auth-token", "no such authorisation");

  return TRUE;
}

/**
 * till_alipay_read_content:
 *
 * Decrypts biz_content where the application encrypts, and reads it.
 *
 * Returns: %FALSE where the request was answered
 */
gboolean
till_alipay_read_content (TillAlipayAsk *ask)
{
  g_autofree char *key = till_sandbox_resource_text ("alipay-aes-key.txt");
  g_autofree char *text = ask->app->encrypts ?
                          till_sandbox_open_cbc (key, param (ask, "biz_content")) :
                          g_strdup (param (ask, "biz_content"));
  g_autoptr (JsonNode) node = NULL;

  if (!text || !g_utf8_validate (text, -1, NULL))
    return refuse (ask, "40002", "isv.decryption-error-unknown", "biz_content does not decrypt");

  node = json_from_string (text, NULL);
  if (!node || !JSON_NODE_HOLDS_OBJECT (node)) {
    till_alipay_refuse (ask, "ACQ.INVALID_PARAMETER", "biz_content is not one JSON object");
    return FALSE;
  }

  ask->fields = json_node_dup_object (node);
  return TRUE;
}

void
till_alipay_ask_clear (TillAlipayAsk *ask)
{
  g_clear_pointer (&ask->params, g_hash_table_unref);
  g_clear_pointer (&ask->fields, json_object_unref);
}

/**
 * till_alipay_begin:
 * @code: "10000"
 *
 * Returns: (transfer full): the answer's node, open, with code and msg
 */
JsonBuilder *
till_alipay_begin (const char *code)
{
  JsonBuilder *json = json_builder_new ();

  json_builder_begin_object (json);
  till_json_add_text (json, "code", code);
  till_json_add_text (json, "msg", message_of (code));
  return json;
}

/**
 * till_alipay_finish:
 * @json: (transfer full): what till_alipay_begin() began
 *
 * Closes the node, encrypts it where the application encrypts, signs it and answers.
 */
void
till_alipay_finish (TillAlipayAsk *ask,
                    JsonBuilder   *json)
{
  g_autoptr (JsonBuilder) owned = json;
  g_autofree char *text = NULL;
  g_autofree char *node = NULL;

  if (till_exchange_get_fault (ask->exchange) == TILL_FAULT_DECOY_SIGN) {
    till_json_add_text (owned, "store_name", "},\"sign\":\"AAAA\"}");
    till_json_add_text (owned, "sign", "QUJDRA==");
  }
  json_builder_end_object (owned);
  text = till_json_to_text (owned);
  node = escape_slashes (text);
  if (ask->app->encrypts) {
    g_autofree char *sealed = seal_node (node);

    till_exchange_answer (ask->exchange, 200, TYPE, wrap_node (ask, sealed));
    return;
  }

  till_exchange_answer (ask->exchange, 200, TYPE, wrap_node (ask, node));
}

/**
 * till_alipay_refuse:
 * @sub_code: "ACQ.…"
 *
 * Answers with a business error, signed.
 */
void
till_alipay_refuse (TillAlipayAsk *ask,
                    const char    *sub_code,
                    const char    *sub_msg)
{
  till_alipay_say (ask, "40004", sub_code, sub_msg);
}

/**
 * till_alipay_say:
 *
 * Answers with an error. Those of the business are signed; those of the gateway itself stand in
 * "error_response", are never encrypted, and nobody signs them.
 */
void
till_alipay_say (TillAlipayAsk *ask,
                 const char    *code,
                 const char    *sub_code,
                 const char    *sub_msg)
{
  g_autoptr (JsonBuilder) json = till_alipay_begin (code);
  g_autofree char *node = NULL;

  ask->was_refused = TRUE;
  till_json_add_text (json, "sub_code", sub_code);
  till_json_add_text (json, "sub_msg", sub_msg);
  if (strcmp (code, "40004") == 0 || strcmp (code, "20000") == 0) {
    till_alipay_finish (ask, g_steal_pointer (&json));
    return;
  }

  json_builder_end_object (json);
  node = till_json_to_text (json);
  till_exchange_answer (ask->exchange, 200, TYPE,
                        g_strdup_printf ("{\"error_response\":%s}", node));
}
