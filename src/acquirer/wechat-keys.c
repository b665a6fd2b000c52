/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/wechat-keys.h"

#include "acquirer/setting.h"
#include "acquirer/verdict.h"
#include "acquirer/wire.h"

#include <glib/gi18n.h>
#include <string.h>

/* Keys and signatures. Sources: wechat-keys.h. */

#define PUBLIC_KEY_PREFIX "PUB_KEY_ID_"
#define PROBE_PREFIX "WECHATPAY/SIGNTEST/"
#define API_V3_KEY_BYTES 32
#define CERTIFICATE_CIPHER "AEAD_AES_256_GCM"

static gboolean
take_mode (TillWechatKeys     *keys,
           const TillSettings *settings,
           GError            **error)
{
  g_autofree char *mode = NULL;

  if (!till_setting_take (settings, "mode", "^(direct|partner)$", FALSE, &mode, error))
    return FALSE;

  keys->is_partner = g_strcmp0 (mode, "partner") == 0;
  return TRUE;
}

static gboolean
take_ids (TillWechatKeys     *keys,
          const TillSettings *settings,
          GError            **error)
{
  gboolean is_partner = keys->is_partner;

  return till_setting_take (settings, "mchid", "^[0-9]{6,32}$", TRUE, &keys->mchid, error) &&
         till_setting_take (settings, "appid", "^[0-9A-Za-z_]{6,32}$", TRUE, &keys->appid, error) &&
         till_setting_take (settings, "sub-mchid", is_partner ? "^[0-9]{6,32}$" : "^$", is_partner,
                            &keys->sub_mchid, error) &&
         till_setting_take (settings, "sub-appid", is_partner ? "^[0-9A-Za-z_]{6,32}$" : "^$",
                            FALSE, &keys->sub_appid, error) &&
         till_setting_take (settings, "serial-no", "^[0-9A-Fa-f]{16,40}$", TRUE, &keys->serial_no,
                            error) &&
         till_setting_take (settings, "store-id", "^[0-9]{1,32}$", FALSE, &keys->store_id, error) &&
         till_setting_take (settings, "store-out-id", "^.{1,80}$", FALSE, &keys->store_out_id,
                            error) &&
         till_setting_take (settings, "notify-url", "^https://[^?#\\s]{1,240}$", FALSE,
                            &keys->notify_url, error);
}

static gboolean
take_api_v3_key (TillWechatKeys     *keys,
                 const TillSettings *settings,
                 GError            **error)
{
  if (!till_setting_take_secret (settings, "api-v3-key", &keys->api_v3_key, error))
    return FALSE;
  if (keys->api_v3_key && strlen (keys->api_v3_key) != API_V3_KEY_BYTES)
    return till_setting_fail (settings, "api-v3-key",
                              _("must have 32 characters: set it anew on the merchant platform"),
                              error);

  return TRUE;
}

static gboolean
load_public_key (TillWechatKeys     *keys,
                 const TillSettings *settings,
                 GError            **error)
{
  g_autofree char *file = till_setting_get (settings, "public-key-file");

  if (!till_setting_take (settings, "public-key-id", "^" PUBLIC_KEY_PREFIX "[0-9A-Za-z]+$",
                          file != NULL, &keys->public_key_id, error))
    return FALSE;
  if (!keys->public_key_id)
    return TRUE;

  keys->public_key = till_setting_load_key (settings, "public-key-file", till_key_load_public,
                                            error);
  if (!keys->public_key)
    return FALSE;
  if (till_key_fits (keys->public_key, keys->private_key))
    return till_setting_fail (settings, "public-key-file",
                              _("is the public half of your own key: download WeChat Pay's"),
                              error);

  return TRUE;
}

/* The merchant's and the platform's certificates are the pair that people mix up most. */
static gboolean
check_certificate (const TillWechatKeys *keys,
                   const TillKey        *certificate,
                   const TillSettings   *settings,
                   GError              **error)
{
  if (till_key_fits (certificate, keys->private_key))
    return till_setting_fail (settings, "certificate-files",
                              _("names your own certificate: WeChat Pay's platform certificates "
                                "belong here"), error);
  if (g_ascii_strcasecmp (till_key_get_serial (certificate), keys->serial_no) == 0)
    return till_setting_fail (settings, "serial-no",
                              _("is a platform certificate's: copy that of your own API "
                                "certificate"),
                              error);

  return TRUE;
}

static gboolean
load_certificates (TillWechatKeys     *keys,
                   const TillSettings *settings,
                   GError            **error)
{
  g_auto (GStrv) files = till_setting_get_files (settings, "certificate-files");

  for (guint i = 0; files[i]; i++) {
    g_autoptr (GError) fault = NULL;
    TillKey *certificate = till_key_load_certificate (files[i], &fault);

    if (!certificate)
      return till_setting_fail (settings, "certificate-files", fault->message, error);
    g_ptr_array_add (keys->certificates, certificate);
    if (!check_certificate (keys, certificate, settings, error))
      return FALSE;
  }

  return TRUE;
}

static gboolean
load_all (TillWechatKeys     *keys,
          const TillSettings *settings,
          GError            **error)
{
  if (!take_mode (keys, settings, error) || !take_ids (keys, settings, error) ||
      !take_api_v3_key (keys, settings, error))
    return FALSE;
  if (keys->store_id && keys->store_out_id)
    return till_setting_fail (settings, "store-out-id",
                              _("stands beside store-id: keep one of them"),
                              error);

  keys->private_key = till_setting_load_key (settings, "private-key-file", till_key_load_private,
                                             error);
  if (!keys->private_key || !load_public_key (keys, settings, error) ||
      !load_certificates (keys, settings, error))
    return FALSE;
  if (!keys->public_key && keys->certificates->len == 0 && !keys->api_v3_key)
    return till_setting_fail (settings, "public-key-file",
                              _("is missing: without WeChat Pay's public key, certificates or the "
                                "APIv3 key no answer can be believed"), error);

  return TRUE;
}

static const TillKey *
find_certificate (const GPtrArray *certificates,
                  const char      *serial)
{
  for (guint i = 0; i < certificates->len; i++)
    if (g_ascii_strcasecmp (till_key_get_serial (certificates->pdata[i]), serial) == 0)
      return certificates->pdata[i];

  return NULL;
}

/* By the header, never by the mode: while a merchant changes over, answers come under either
 * kind. */
static const TillKey *
find_signer (const TillWechatKeys *keys,
             const GPtrArray      *certificates,
             const char           *serial)
{
  if (g_str_has_prefix (serial, PUBLIC_KEY_PREFIX))
    return g_strcmp0 (serial, keys->public_key_id) == 0 ? keys->public_key : NULL;

  return find_certificate (certificates, serial);
}

/* [verify]: time, nonce and the raw body, each ended by a line feed. */
static gboolean
body_is_signed (const TillKey       *key,
                const TillHttpReply *reply,
                const char          *timestamp,
                const char          *nonce,
                const char          *signature)
{
  g_autoptr (GString) signed_text = g_string_new (NULL);
  gsize n_body;
  const char *body = g_bytes_get_data (reply->body, &n_body);

  g_string_printf (signed_text, "%s\n%s\n", timestamp, nonce);
  if (n_body > 0)
    g_string_append_len (signed_text, body, (gssize) n_body);
  g_string_append_c (signed_text, '\n');

  return till_key_verify (key, signed_text->str, signed_text->len, signature);
}

static gboolean
is_fresh (const char *timestamp,
          gint64      now_us)
{
  gint64 at_s;

  return g_ascii_string_to_signed (timestamp, 10, 0, G_MAXINT64 / G_USEC_PER_SEC, &at_s, NULL) &&
         ABS (at_s * G_USEC_PER_SEC - now_us) <= TILL_CLOCK_WINDOW_US;
}

/* Missing headers, an unknown key, a wrong signature and a wrong time are four different faults,
 * with four different things to do; and probes are none. */
static TillReason
verify (const TillWechatKeys *keys,
        const GPtrArray      *certificates,
        const TillAsk        *ask,
        const TillHttpReply  *reply)
{
  const char *serial = till_http_reply_header (reply, "wechatpay-serial");
  const char *timestamp = till_http_reply_header (reply, "wechatpay-timestamp");
  const char *nonce = till_http_reply_header (reply, "wechatpay-nonce");
  const char *signature = till_http_reply_header (reply, "wechatpay-signature");
  const TillKey *key;

  if (!serial || !timestamp || !nonce || !signature)
    return TILL_REASON_UNSIGNED;
  if (g_str_has_prefix (signature, PROBE_PREFIX)) {
    g_debug ("wechat-pay: a probe of our signature check, as WeChat Pay sends now and then");
    return TILL_REASON_BAD_SIGNATURE;
  }

  key = find_signer (keys, certificates, serial);
  if (!key)
    return TILL_REASON_UNKNOWN_KEY;
  if (!body_is_signed (key, reply, timestamp, nonce, signature))
    return TILL_REASON_BAD_SIGNATURE;
  if (!is_fresh (timestamp, ask->now_us))
    return till_reply_clock_is_off (reply) ? TILL_REASON_CLOCK : TILL_REASON_STALE_SIGNATURE;

  return TILL_REASON_NONE;
}

static gboolean
refuse_keys (GError    **error,
             const char *what)
{
  g_set_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER,
               /* Translators: %s is what is wrong with them, and what to do */
               _("WeChat Pay's certificates: %s"), what);
  return FALSE;
}

/* [keys]. The serial beside the certificate must be its own. */
static TillKey *
open_certificate (const TillWechatKeys *keys,
                  JsonObject           *row,
                  GError              **error)
{
  JsonObject *sealed = till_wire_get_object (row, "encrypt_certificate");
  const char *serial = till_wire_get_text (row, "serial_no");
  const char *nonce = till_wire_get_text (sealed, "nonce");
  const char *associated = till_wire_get_text (sealed, "associated_data");
  const char *ciphertext = till_wire_get_text (sealed, "ciphertext");
  g_autofree char *pem = NULL;
  g_autoptr (TillKey) certificate = NULL;

  if (!serial || !nonce || !ciphertext ||
      g_strcmp0 (till_wire_get_text (sealed, "algorithm"), CERTIFICATE_CIPHER) != 0) {
    refuse_keys (error, _("the download has a wrong form"));
    return NULL;
  }

  pem = till_gcm_open (keys->api_v3_key, nonce, associated ? associated : "", ciphertext, error);
  if (!pem)
    return NULL;

  certificate = till_key_parse_certificate (pem, error);
  if (certificate && g_ascii_strcasecmp (till_key_get_serial (certificate), serial) != 0) {
    refuse_keys (error, _("one of them has another serial than the download says"));
    return NULL;
  }

  return g_steal_pointer (&certificate);
}

static GPtrArray *
open_download (const TillWechatKeys *keys,
               const TillHttpReply  *reply,
               GError              **error)
{
  gsize n_body;
  const char *body = g_bytes_get_data (reply->body, &n_body);
  g_autoptr (JsonNode) root = till_wire_parse_object (body, n_body);
  JsonNode *member = root ? json_object_get_member (json_node_get_object (root), "data") : NULL;
  JsonArray *rows = member && JSON_NODE_HOLDS_ARRAY (member) ? json_node_get_array (member) : NULL;
  g_autoptr (GPtrArray) opened = g_ptr_array_new_with_free_func ((GDestroyNotify) till_key_free);

  for (guint i = 0; rows && i < json_array_get_length (rows); i++) {
    JsonNode *row = json_array_get_element (rows, i);
    TillKey *certificate = NULL;

    if (JSON_NODE_HOLDS_OBJECT (row))
      certificate = open_certificate (keys, json_node_get_object (row), error);
    else
      refuse_keys (error, _("the download has a wrong form"));
    if (!certificate)
      return NULL;
    g_ptr_array_add (opened, certificate);
  }

  if (opened->len == 0) {
    refuse_keys (error, _("the download holds none"));
    return NULL;
  }

  return g_steal_pointer (&opened);
}

/* [keys]: merchants of the public-key kind have no certificates at all. */
static gboolean
check_download (const TillHttpReply *reply,
                GError             **error)
{
  g_autofree char *what = NULL;

  if (reply->outcome == TILL_HTTP_OK && reply->status == 200)
    return TRUE;
  if (reply->outcome == TILL_HTTP_OK && reply->status == 404)
    return refuse_keys (error,
                        _("there are none for this merchant: download the public key from the "
                          "merchant platform and set public-key-file and public-key-id"));
  if (reply->outcome != TILL_HTTP_OK)
    return refuse_keys (error, _("no answer to the download"));

  what = g_strdup_printf (_("the download was refused with HTTP %u"), reply->status);
  return refuse_keys (error, what);
}

/**
 * till_wechat_keys_load:
 *
 * Returns: (transfer full): a #TillWechatKeys of the profile's settings and files
 */
gpointer
till_wechat_keys_load (const TillSettings *settings,
                       GError            **error)
{
  TillWechatKeys *keys = g_new0 (TillWechatKeys, 1);

  keys->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify) till_key_free);
  if (load_all (keys, settings, error))
    return keys;

  till_wechat_keys_unload (keys);
  return NULL;
}

/**
 * till_wechat_keys_unload:
 *
 * Wipes and frees what till_wechat_keys_load() made.
 */
void
till_wechat_keys_unload (gpointer loaded)
{
  TillWechatKeys *keys = loaded;

  g_free (keys->mchid);
  g_free (keys->appid);
  g_free (keys->sub_mchid);
  g_free (keys->sub_appid);
  g_free (keys->serial_no);
  g_free (keys->store_id);
  g_free (keys->store_out_id);
  g_free (keys->notify_url);
  g_free (keys->public_key_id);
  till_key_free (keys->private_key);
  till_key_free (keys->public_key);
  g_ptr_array_unref (keys->certificates);
  till_wipe (keys->api_v3_key);
  g_free (keys);
}

/**
 * till_wechat_keys_list:
 *
 * Returns: (transfer full): a #TillKeyFacts for each key; the texts belong to @loaded
 */
GArray *
till_wechat_keys_list (gconstpointer loaded)
{
  const TillWechatKeys *keys = loaded;
  GArray *list = g_array_new (FALSE, TRUE, sizeof (TillKeyFacts));
  TillKeyFacts own = { .setting = "private-key-file", .serial = keys->serial_no };
  TillKeyFacts public = { .setting = "public-key-file", .serial = keys->public_key_id };

  g_array_append_val (list, own);
  if (keys->public_key)
    g_array_append_val (list, public);
  for (guint i = 0; i < keys->certificates->len; i++) {
    const TillKey *certificate = keys->certificates->pdata[i];
    TillKeyFacts facts = { .setting = "certificate-files",
                           .serial = till_key_get_serial (certificate),
                           .subject = till_key_get_subject (certificate),
                           .expires_us = till_key_get_expires_us (certificate) };

    g_array_append_val (list, facts);
  }

  return list;
}

/**
 * till_wechat_keys_take:
 * @reply: to %TILL_CALL_KEYS
 * @error: set to %TILL_ACQUIRER_ERROR_ANSWER; the keys are then what they were
 *
 * Adds the certificates of a download to those that are held. The download vouches for itself: the
 * APIv3 key opens it, and one of the certificates in it, or one that we held before, signed it.
 *
 * Returns: %FALSE where it is not to be trusted
 */
gboolean
till_wechat_keys_take (TillMerchant        *merchant,
                       const TillAsk       *ask,
                       const TillHttpReply *reply,
                       GError             **error)
{
  TillWechatKeys *keys = merchant->keys;
  g_autoptr (GPtrArray) opened = NULL;

  if (!check_download (reply, error))
    return FALSE;
  if (!keys->api_v3_key)
    return refuse_keys (error, _("the profile has no api-v3-key to open them with"));

  opened = open_download (keys, reply, error);
  if (!opened)
    return FALSE;
  if (verify (keys, opened, ask, reply) != TILL_REASON_NONE &&
      verify (keys, keys->certificates, ask, reply) != TILL_REASON_NONE)
    return refuse_keys (error,
                        _("the download is not signed by any of them, or the clock is wrong"));

  for (guint i = 0; i < opened->len; i++)
    if (!find_certificate (keys->certificates, till_key_get_serial (opened->pdata[i])))
      g_ptr_array_add (keys->certificates, g_steal_pointer (&opened->pdata[i]));

  return TRUE;
}

/**
 * till_wechat_keys_verify:
 * @wants_keys: (out): whether a download of certificates may bring the missing key
 *
 * Returns: %TILL_REASON_NONE where @reply is signed by WeChat Pay, now; else what is wrong
 */
TillReason
till_wechat_keys_verify (const TillWechatKeys *keys,
                         const TillAsk        *ask,
                         const TillHttpReply  *reply,
                         gboolean             *wants_keys)
{
  TillReason reason = verify (keys, keys->certificates, ask, reply);
  const char *serial = till_http_reply_header (reply, "wechatpay-serial");

  *wants_keys = reason == TILL_REASON_UNKNOWN_KEY && keys->api_v3_key &&
                !g_str_has_prefix (serial, PUBLIC_KEY_PREFIX);
  return reason;
}
