/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/alipay-keys.h"

#include "acquirer/certificate.h"
#include "acquirer/setting.h"
#include "acquirer/wire.h"

#include <glib/gi18n.h>
#include <string.h>

/* Keys of Alipay's gateway.do, and how its answers are believed. Sources: alipay-keys.h. */

static const char *const certificate_settings[] = {
  "app-cert-file", "alipay-cert-file", "alipay-root-cert-file",
};

#define AT(member) G_STRUCT_OFFSET (TillAlipayKeys, member)

const TillSettingRow till_alipay_texts[] = {
  { "app-id", "^[0-9]{8,32}$", TRUE, AT (app_id), NULL },
  { "store-id", "^[0-9A-Za-z_-]{1,32}$", FALSE, AT (store_id), NULL },
  { "terminal-id", "^[0-9A-Za-z_-]{1,32}$", FALSE, AT (terminal_id), NULL },
  { "precreate-product-code", "^[A-Z_]{1,64}$", FALSE, AT (precreate_product_code), NULL },
  { "notify-url", "^https?://[^\\s]{1,248}$", FALSE, AT (notify_url), NULL },
  { "app-auth-token", NULL, FALSE, AT (app_auth_token), NULL },
  { "aes-key", NULL, FALSE, AT (aes_key), NULL },
  { NULL, NULL, FALSE, 0, NULL },
};

static gboolean
check_aes_key (const TillAlipayKeys *keys,
               const TillSettings   *settings,
               GError              **error)
{
  return !keys->aes_key || till_cbc_key_is_valid (keys->aes_key) ||
         till_setting_fail (settings, "aes-key",
                            _("must be the base64 of 16 bytes: copy the AES key from Alipay "
                              "again"),
                            error);
}

/* One application has one mode; half of one is neither. */
static gboolean
wants_certificates (const TillSettings *settings,
                    gboolean           *wanted,
                    GError            **error)
{
  g_autofree char *public_key = till_setting_get (settings, "alipay-public-key-file");
  guint n_named = 0;

  for (guint i = 0; i < G_N_ELEMENTS (certificate_settings); i++) {
    g_autofree char *file = till_setting_get (settings, certificate_settings[i]);

    n_named += file ? 1 : 0;
  }

  if (n_named > 0 && public_key)
    return till_setting_fail (settings, "alipay-public-key-file",
                              _("stands beside certificates: keep the kind that the application "
                                "has"),
                              error);
  *wanted = n_named > 0;
  return TRUE;
}

/* The most frequent mistake of all: one's own public key in the place of Alipay's. */
static gboolean
check_other_side (const TillAlipayKeys *keys,
                  const TillSettings   *settings,
                  const char           *key,
                  GError              **error)
{
  if (!till_key_fits (keys->alipay_key, keys->private_key))
    return TRUE;

  return till_setting_fail (settings, key,
                            _("is the application's own: download the one that Alipay shows with "
                              "it"),
                            error);
}

static gboolean
take_sn (const TillSettings *settings,
         const char         *key,
         char             *(*compute) (const char *path, GError **error),
         char              **sn,
         GError            **error)
{
  g_autofree char *path = settings->path (settings->self, key);
  g_autoptr (GError) fault = NULL;

  if (!path)
    return till_setting_fail (settings, key,
                              _("is missing: certificate mode needs all three files"),
                              error);

  *sn = compute (path, &fault);
  return *sn != NULL || till_setting_fail (settings, key, fault->message, error);
}

static gboolean
load_certificates (TillAlipayKeys     *keys,
                   const TillSettings *settings,
                   GError            **error)
{
  if (!take_sn (settings, "app-cert-file", till_certificate_load_sn, &keys->app_cert_sn, error) ||
      !take_sn (settings, "alipay-cert-file", till_certificate_load_sn, &keys->alipay_cert_sn,
                error) ||
      !take_sn (settings, "alipay-root-cert-file", till_certificate_load_root_sn,
                &keys->root_cert_sn, error))
    return FALSE;

  keys->app_certificate = till_setting_load_key (settings, "app-cert-file",
                                                 till_key_load_certificate, error);
  if (!keys->app_certificate)
    return FALSE;
  if (!till_key_fits (keys->app_certificate, keys->private_key))
    return till_setting_fail (settings, "app-cert-file",
                              _("does not fit the private key: take the certificate made for it"),
                              error);

  keys->alipay_key = till_setting_load_key (settings, "alipay-cert-file", till_key_load_certificate,
                                            error);
  return keys->alipay_key && check_other_side (keys, settings, "alipay-cert-file", error);
}

static gboolean
load_public_key (TillAlipayKeys     *keys,
                 const TillSettings *settings,
                 GError            **error)
{
  keys->alipay_key = till_setting_load_key (settings, "alipay-public-key-file",
                                            till_key_load_public, error);

  return keys->alipay_key && check_other_side (keys, settings, "alipay-public-key-file", error);
}

static gboolean
load_all (TillAlipayKeys     *keys,
          const TillSettings *settings,
          GError            **error)
{
  gboolean with_certificates = FALSE;

  if (!till_setting_take_rows (settings, till_alipay_texts, keys, error) ||
      !check_aes_key (keys, settings, error) ||
      !wants_certificates (settings, &with_certificates, error))
    return FALSE;

  keys->private_key = till_setting_load_key (settings, "private-key-file", till_key_load_private,
                                             error);
  if (!keys->private_key)
    return FALSE;

  return with_certificates ? load_certificates (keys, settings, error)
                           : load_public_key (keys, settings, error);
}

/* Finds the one node of the answer: our method's, or the gateway's own complaint, never both. */
static gboolean
find_node (const char *body,
           gsize       n_body,
           const char *method,
           TillSpan   *node)
{
  g_autofree char *name = g_strconcat (method, "_response", NULL);
  guint n_nodes;

  g_strdelimit (name, ".", '_');
  n_nodes = till_span_find (body, n_body, name, node);

  return n_nodes == 0 ? till_span_find (body, n_body, "error_response", node) == 1
                      : n_nodes == 1 && till_span_find (body, n_body, "error_response",
                                                               &(TillSpan){ NULL, 0 }) == 0;
}

/* A text of the root; FALSE where there are two of it, or something that is no text. */
static gboolean
take_text (const char *body,
           gsize       n_body,
           const char *name,
           char      **text)
{
  TillSpan span;
  guint n_found = till_span_find (body, n_body, name, &span);

  if (n_found == 1)
    *text = till_wire_read_span (&span);

  return n_found == 0 || (n_found == 1 && *text);
}

/* [sign]: what is signed is the node's text as it came, an encrypted one with its quotes. */
static TillReason
verify (const TillAlipayKeys *keys,
        const char           *body,
        gsize                 n_body,
        const TillSpan       *node)
{
  g_autofree char *signature = NULL;
  g_autofree char *cert_sn = NULL;

  if (!take_text (body, n_body, "sign", &signature) ||
      !take_text (body, n_body, "alipay_cert_sn", &cert_sn))
    return TILL_REASON_BAD_ANSWER;
  if (!signature)
    return TILL_REASON_UNSIGNED;

  /* [sdk]: another certificate of theirs is one that we have not looked at. */
  if (keys->alipay_cert_sn && cert_sn && strcmp (cert_sn, keys->alipay_cert_sn) != 0)
    return TILL_REASON_UNKNOWN_KEY;

  return till_key_verify (keys->alipay_key, node->bytes, node->n_bytes, signature)
           ? TILL_REASON_NONE
           : TILL_REASON_BAD_SIGNATURE;
}

/* [sdk]: verified first, then opened. Only what was verified is opened. */
static JsonNode *
read_node (const TillAlipayKeys *keys,
           const TillSpan       *node,
           gboolean              is_verified)
{
  g_autoptr (TillWiped) text = NULL;
  g_autofree char *sealed = NULL;

  if (node->bytes[0] != '"')
    return till_wire_parse_object (node->bytes, node->n_bytes);
  if (!keys->aes_key || !is_verified)
    return NULL;

  sealed = till_wire_read_span (node);
  text = sealed ? till_cbc_open (keys->aes_key, sealed, NULL) : NULL;

  return text ? till_wire_parse_object (text, strlen (text)) : NULL;
}

static void
list_key (GArray        *list,
          const char    *setting,
          const TillKey *key)
{
  TillKeyFacts facts = { .setting = setting,
                         .serial = till_key_get_serial (key),
                         .subject = till_key_get_subject (key),
                         .expires_us = till_key_get_expires_us (key) };

  g_array_append_val (list, facts);
}

/**
 * till_alipay_keys_load:
 *
 * Returns: (transfer full): a #TillAlipayKeys of the profile's settings and files
 */
gpointer
till_alipay_keys_load (const TillSettings *settings,
                       GError            **error)
{
  TillAlipayKeys *keys = g_new0 (TillAlipayKeys, 1);

  if (load_all (keys, settings, error))
    return keys;

  till_alipay_keys_unload (keys);
  return NULL;
}

/**
 * till_alipay_keys_unload:
 *
 * Wipes and frees what till_alipay_keys_load() made.
 */
void
till_alipay_keys_unload (gpointer loaded)
{
  TillAlipayKeys *keys = loaded;

  till_setting_clear_rows (till_alipay_texts, keys);
  g_free (keys->app_cert_sn);
  g_free (keys->alipay_cert_sn);
  g_free (keys->root_cert_sn);
  till_key_free (keys->private_key);
  till_key_free (keys->app_certificate);
  till_key_free (keys->alipay_key);
  g_free (keys);
}

/**
 * till_alipay_keys_list:
 *
 * Returns: (transfer full): a #TillKeyFacts for each key; the texts belong to @loaded
 */
GArray *
till_alipay_keys_list (gconstpointer loaded)
{
  const TillAlipayKeys *keys = loaded;
  GArray *list = g_array_new (FALSE, TRUE, sizeof (TillKeyFacts));

  list_key (list, "private-key-file", keys->private_key);
  if (keys->app_certificate)
    list_key (list, "app-cert-file", keys->app_certificate);
  list_key (list, keys->app_certificate ? "alipay-cert-file" : "alipay-public-key-file",
            keys->alipay_key);

  return list;
}

/**
 * till_alipay_keys_open:
 * @method: that was called, "alipay.trade.pay"
 * @node: (out): what the answer says, where it can be read: also of an answer that nobody signed,
 *   for the few codes that may be believed without; %NULL else
 *
 * Returns: %TILL_REASON_NONE where Alipay signed @node; else what is wrong
 */
TillReason
till_alipay_keys_open (const TillAlipayKeys *keys,
                       const char           *method,
                       const TillHttpReply  *reply,
                       JsonNode            **node)
{
  gsize n_body;
  const char *body = g_bytes_get_data (reply->body, &n_body);
  TillReason reason;
  TillSpan span;

  *node = NULL;
  if (n_body == 0 || !find_node (body, n_body, method, &span))
    return TILL_REASON_BAD_ANSWER;

  reason = verify (keys, body, n_body, &span);
  if (reason == TILL_REASON_NONE || reason == TILL_REASON_UNSIGNED)
    *node = read_node (keys, &span, reason == TILL_REASON_NONE);

  return reason == TILL_REASON_NONE && !*node ? TILL_REASON_BAD_ANSWER : reason;
}
