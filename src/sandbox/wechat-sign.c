/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/wechat-sign.h"

#include "sandbox/sign.h"
#include "sandbox/text.h"

#include <string.h>

/* Who may ask, and how answers are signed. Sources: pay.weixin.qq.com, doc/v3/merchant/4012365336
 * (requests), 4013053249 and 4013053420 (answers), 4012154180 (public key). */

#define SCHEME        "WECHATPAY2-SHA256-RSA2048 "
#define WINDOW_S      300   /* 4012365336: five minutes */
#define NONCE_MAX     32
#define SHOWN_MAX     200   /* how much of the signed text a refusal repeats */

static const TillWechatMerchant merchants[] = {
  { "1900000001", "wx19000000010000aa", NULL, "wechat-merchant.pem" },
  { "1900000002", "wx19000000020000bb", "1900000109", "wechat-partner.pem" },
};

static const struct {
  const char *certificate;
  const char *key;
} platform[] = {
  { "wechat-platform-cert-1.pem", "wechat-platform-cert-1-key.pem" },
  { "wechat-platform-cert-2.pem", "wechat-platform-cert-2-key.pem" },
};

static const char *const part_names[] = {
  "mchid", "nonce_str", "timestamp", "serial_no", "signature",
};
#define N_PARTS G_N_ELEMENTS (part_names)
enum { MCHID, NONCE, TIMESTAMP, SERIAL, SIGNATURE };

static void
clear_parts (char **parts)
{
  for (guint i = 0; i < N_PARTS; i++)
    g_clear_pointer (&parts[i], g_free);
}

/* name="value", five of them in any order, a comma and no blank between them. */
static gboolean
parse_parts (const char *text,
             char      **parts)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  for (guint i = 0; words[i]; i++) {
    char *value = strstr (words[i], "=\"");
    guint part = 0;

    if (!value || !g_str_has_suffix (value + 2, "\""))
      return FALSE;
    *value = '\0';
    while (part < N_PARTS && strcmp (part_names[part], words[i]) != 0)
      part++;
    if (part == N_PARTS || parts[part])
      return FALSE;
    parts[part] = g_strndup (value + 2, strlen (value + 2) - 1);
  }

  for (guint i = 0; i < N_PARTS; i++)
    if (!parts[i] || parts[i][0] == '\0')
      return FALSE;
  return TRUE;
}

static const TillWechatMerchant *
find_merchant (const char *mchid,
               const char *serial)
{
  for (guint i = 0; i < G_N_ELEMENTS (merchants); i++) {
    g_autofree char *own = NULL;

    if (strcmp (merchants[i].mchid, mchid) != 0)
      continue;
    own = till_sandbox_serial (till_sandbox_certificate (merchants[i].certificate));
    return strcmp (own, serial) == 0 ? &merchants[i] : NULL;
  }

  return NULL;
}

static gboolean
is_fresh (const TillExchange *exchange,
          const char         *timestamp)
{
  gint64 time_s;

  return g_ascii_string_to_signed (timestamp, 10, 0, G_MAXINT64, &time_s, NULL) &&
         ABS (exchange->now_us / G_USEC_PER_SEC - time_s) <= WINDOW_S;
}

static GString *
signed_text (const TillExchange *exchange,
             char *const        *parts)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s\n%s%s%s\n%s\n%s\n", exchange->method, exchange->path,
                          exchange->query ? "?" : "", exchange->query ? exchange->query : "",
                          parts[TIMESTAMP], parts[NONCE]);
  g_string_append_len (text, exchange->body, (gssize) exchange->body_length);
  g_string_append_c (text, '\n');
  return text;
}

static void
refuse_signature (TillExchange *exchange,
                  const char   *message,
                  GString      *text)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  till_json_add_text (json, "code", "SIGN_ERROR");
  till_json_add_text (json, "message", message);
  if (text) {
    g_autofree char *shown = g_utf8_make_valid (text->str, (gssize) MIN (text->len, SHOWN_MAX));

    json_builder_set_member_name (json, "detail");
    json_builder_begin_object (json);
    json_builder_set_member_name (json, "sign_information");
    json_builder_begin_object (json);
    till_json_add_text (json, "method", exchange->method);
    till_json_add_text (json, "url", exchange->path);
    till_json_add_text (json, "truncated_sign_message", shown);
    till_json_add_int (json, "sign_message_length", (gint64) text->len);
    json_builder_end_object (json);
    json_builder_end_object (json);
  }
  json_builder_end_object (json);

  till_exchange_answer (exchange, 401, "application/json", till_json_to_text (json));
}

static const TillWechatMerchant *
authenticate (TillExchange *exchange,
              char        **parts)
{
  const char *header = soup_message_headers_get_one (exchange->headers, "Authorization");
  const TillWechatMerchant *merchant;
  g_autoptr (GString) text = NULL;

  if (!header || !g_str_has_prefix (header, SCHEME) ||
      !parse_parts (header + strlen (SCHEME), parts) ||
      strlen (parts[NONCE]) > NONCE_MAX) {
    refuse_signature (exchange, "Authorization is missing or not of its form", NULL);
    return NULL;
  }
  if (!is_fresh (exchange, parts[TIMESTAMP])) {
    refuse_signature (exchange, "Authorization's timestamp is more than five minutes off", NULL);
    return NULL;
  }
  merchant = find_merchant (parts[MCHID], parts[SERIAL]);
  if (!merchant) {
    refuse_signature (exchange, "no such mchid, or serial_no is not its certificate's", NULL);
    return NULL;
  }
  text = signed_text (exchange, parts);
  if (!till_sandbox_verify (X509_get0_pubkey (till_sandbox_certificate (merchant->certificate)),
                            text->str, text->len, parts[SIGNATURE])) {
    refuse_signature (exchange, "the signature is wrong", text);
    return NULL;
  }

  return merchant;
}

static gboolean
wants_public_key (const TillExchange *exchange)
{
  const char *serial = soup_message_headers_get_one (exchange->headers, "Wechatpay-Serial");

  return serial && g_str_has_prefix (serial, "PUB_KEY_ID_");
}

/* Which key signs, and by which name the client is to look for it. */
static EVP_PKEY *
choose_key (const TillExchange *exchange,
            char              **serial)
{
  guint index = exchange->world->signs_with_new_key ? 1 : 0;

  if (till_exchange_get_fault (exchange) == TILL_FAULT_UNKNOWN_KEY) {
    *serial = g_strdup (wants_public_key (exchange) ? "PUB_KEY_ID_0119000000012026112299999999" :
                        "6D0F00D0000000000000000000000000000000FF");
    return till_sandbox_key ("stranger-key.pem");
  }
  if (wants_public_key (exchange)) {
    *serial = g_strdup (TILL_WECHAT_PUBLIC_KEY_ID);
    return till_sandbox_key ("wechat-platform-key.pem");
  }

  *serial = till_sandbox_serial (till_sandbox_certificate (platform[index].certificate));
  return till_sandbox_key (platform[index].key);
}

/* A signature is spoilt by signing one byte more; a probe is marked, and as long as a real one. */
static char *
make_signature (const TillExchange *exchange,
                EVP_PKEY           *key,
                const char         *timestamp,
                const char         *nonce)
{
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s\n", timestamp, nonce,
                                           exchange->answer ? exchange->answer : "");
  TillFault fault = till_exchange_get_fault (exchange);
  gsize spoilt = fault == TILL_FAULT_BAD_SIGNATURE || fault == TILL_FAULT_SIGNTEST ? 1 : 0;
  g_autofree char *signature = till_sandbox_sign (key, text, strlen (text) + spoilt);

  return fault == TILL_FAULT_SIGNTEST ? g_strconcat ("WECHATPAY/SIGNTEST/", signature, NULL) :
         g_steal_pointer (&signature);
}

static void
add_certificate (JsonBuilder *json,
                 const char  *file,
                 const char  *api_v3_key)
{
  g_autofree char *serial = till_sandbox_serial (till_sandbox_certificate (file));
  g_autofree char *nonce = till_sandbox_random_text (12);
  g_autoptr (GBytes) pem = till_sandbox_resource (file);
  g_autofree char *sealed = till_sandbox_seal_gcm (api_v3_key, nonce, "certificate", pem);

  json_builder_begin_object (json);
  till_json_add_text (json, "serial_no", serial);
  till_json_add_text (json, "effective_time", "2020-01-01T08:00:00+08:00");
  till_json_add_text (json, "expire_time", "2120-01-01T08:00:00+08:00");
  json_builder_set_member_name (json, "encrypt_certificate");
  json_builder_begin_object (json);
  till_json_add_text (json, "algorithm", "AEAD_AES_256_GCM");
  till_json_add_text (json, "nonce", nonce);
  till_json_add_text (json, "associated_data", "certificate");
  till_json_add_text (json, "ciphertext", sealed);
  json_builder_end_object (json);
  json_builder_end_object (json);
}

/**
 * till_wechat_check_headers:
 *
 * Checks what every request carries beside its signature.
 *
 * Returns: %FALSE where the request was answered with 400
 */
gboolean
till_wechat_check_headers (TillExchange *exchange)
{
  const char *agent = soup_message_headers_get_one (exchange->headers, "User-Agent");
  const char *accept = soup_message_headers_get_list (exchange->headers, "Accept");
  const char *type = soup_message_headers_get_content_type (exchange->headers, NULL);
  const char *serial = soup_message_headers_get_one (exchange->headers, "Wechatpay-Serial");
  const char *issue = NULL;

  if (!agent || agent[0] == '\0')
    issue = "User-Agent is missing";
  else if (!accept || !strstr (accept, "application/json"))
    issue = "Accept is not application/json";
  else if (exchange->body_length > 0 && g_strcmp0 (type, "application/json") != 0)
    issue = "Content-Type is not application/json";
  else if (serial && wants_public_key (exchange) && strcmp (serial, TILL_WECHAT_PUBLIC_KEY_ID) != 0)
    issue = "Wechatpay-Serial names no public key of this merchant";

  if (issue)
    till_wechat_refuse (exchange, 400, "PARAM_ERROR", issue);
  return issue == NULL;
}

/**
 * till_wechat_authenticate:
 *
 * Checks the Authorization header: its form, its time, whose it is, its signature; in this order.
 *
 * Returns: (nullable): who asks; %NULL where the request was answered with 401
 */
const TillWechatMerchant *
till_wechat_authenticate (TillExchange *exchange)
{
  char *parts[N_PARTS] = { NULL };
  const TillWechatMerchant *merchant = authenticate (exchange, parts);

  clear_parts (parts);
  return merchant;
}

/**
 * till_wechat_sign:
 *
 * Adds the signature's headers to a 2xx answer. Errors carry none.
 */
void
till_wechat_sign (TillExchange *exchange)
{
  TillFault fault = till_exchange_get_fault (exchange);
  gint64 time_s = exchange->now_us / G_USEC_PER_SEC;
  g_autofree char *nonce = till_sandbox_random_text (32);
  g_autofree char *timestamp = NULL;
  g_autofree char *serial = NULL;
  g_autofree char *signature = NULL;
  EVP_PKEY *key;

  if (exchange->status < 200 || exchange->status > 299 || fault == TILL_FAULT_NO_SIGNATURE)
    return;
  if (fault == TILL_FAULT_OLD_SIGNATURE)
    time_s -= 2 * WINDOW_S;
  if (fault == TILL_FAULT_NEW_KEY)
    exchange->world->signs_with_new_key = TRUE;

  timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, time_s);
  key = choose_key (exchange, &serial);
  signature = make_signature (exchange, key, timestamp, nonce);
  till_exchange_header (exchange, "Wechatpay-Serial", serial);
  till_exchange_header (exchange, "Wechatpay-Timestamp", timestamp);
  till_exchange_header (exchange, "Wechatpay-Nonce", nonce);
  till_exchange_header (exchange, "Wechatpay-Signature", signature);
  till_exchange_header (exchange, "Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048");
}

/**
 * till_wechat_certificates:
 *
 * Returns: (transfer full): the answer of /v3/certificates: the platform's certificates, sealed
 *   with the APIv3 key; the second only once it is in use
 */
char *
till_wechat_certificates (TillExchange *exchange)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *key = till_sandbox_resource_text ("wechat-api-v3-key.txt");
  guint n = exchange->world->signs_with_new_key ? 2 : 1;

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "data");
  json_builder_begin_array (json);
  for (guint i = 0; i < n; i++)
    add_certificate (json, platform[i].certificate, key);
  json_builder_end_array (json);
  json_builder_end_object (json);

  return till_json_to_text (json);
}

/**
 * till_wechat_refuse:
 *
 * Answers with an error's code.
 */
void
till_wechat_refuse (TillExchange *exchange,
                    guint         status,
                    const char   *code,
                    const char   *message)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  till_json_add_text (json, "code", code);
  till_json_add_text (json, "message", message);
  json_builder_end_object (json);

  till_exchange_answer (exchange, status, "application/json", till_json_to_text (json));
}

/**
 * till_wechat_refuse_field:
 * @field: "amount.total"
 *
 * Answers with 400 PARAM_ERROR and says which field is wrong.
 */
void
till_wechat_refuse_field (TillExchange *exchange,
                          const char   *field,
                          const char   *issue)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *message = g_strdup_printf ("%s %s", field, issue);
  g_autofree char *path = g_strconcat ("/", field, NULL);

  g_strdelimit (path, ".", '/');
  json_builder_begin_object (json);
  till_json_add_text (json, "code", "PARAM_ERROR");
  till_json_add_text (json, "message", message);
  json_builder_set_member_name (json, "detail");
  json_builder_begin_object (json);
  till_json_add_text (json, "field", path);
  till_json_add_text (json, "issue", issue);
  till_json_add_text (json, "location", exchange->body_length > 0 ? "body" : "url");
  json_builder_end_object (json);
  json_builder_end_object (json);

  till_exchange_answer (exchange, 400, "application/json", till_json_to_text (json));
}
