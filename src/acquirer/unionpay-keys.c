/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/unionpay-keys.h"

#include "acquirer/pfx.h"
#include "acquirer/setting.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <string.h>

/* Keys of UnionPay's full-channel interface 5.1.0, how it is signed to, and how its answers are
 * believed. Sources: unionpay-keys.h. */

/* [sdk]: where an SDK has no address of its own, this one is sent; nobody listens there, and the
 * till asks instead. */
#define NO_BACK_URL "http://www.specialUrl.com"

/* [sdk] cert.go: the third part of the common name, with '@' between. */
#define SIGNER "中国银联股份有限公司"

typedef enum {
  KEYED,       /* a digest with a secret at its end */
  CERTIFIED,   /* RSA */
  SM2,
} Kind;

struct _TillUnionpayMethod
{
  const char *word;
  const char *digest;
  Kind        kind;
};

/* [acp] 841. "02", which other interfaces have for SM2, does not exist here. */
static const TillUnionpayMethod methods[] = {
  { "01", "SHA256", CERTIFIED },
  { "11", "SHA256", KEYED },
  { "12", "SM3", KEYED },
  { "21", "SM3", SM2 },
};

/* UnionPay's test system and sandboxes on this computer sign under other names. */
static const char *const test_hosts[] = {
  "https://gateway.test.95516.com", "https://127.0.0.1", "https://localhost", "https://[::1]",
};

static const char *const sm2_words[] = {
  [TILL_SM2_DER_BASE64] = "der",
  [TILL_SM2_RAW_BASE64] = "raw",
};

#define AT(member) G_STRUCT_OFFSET (TillUnionpayKeys, member)

const TillSettingRow till_unionpay_texts[] = {
  { "mer-id", "^[0-9A-Za-z]{15}$", TRUE, AT (mer_id), NULL },
  { "term-id", "^[0-9A-Za-z]{8}$", FALSE, AT (term_id), NULL },
  { "access-type", "^[0-2]$", FALSE, AT (access_type), NULL },
  { "file-url", "^https://[^\\s]{1,248}$", FALSE, AT (file_url), NULL },
  { "back-url", "^https?://[^\\s]{1,248}$", FALSE, AT (back_url), NO_BACK_URL },
  { "sm2-user-id", "^[!-~]{1,64}$", FALSE, AT (sm2_user_id), TILL_SM2_USER_ID },
  { "secure-key", NULL, FALSE, AT (secure_key), NULL },
  { NULL, NULL, FALSE, 0, NULL },
};

static gboolean
check_access_type (const TillUnionpayKeys *keys,
                   const TillSettings     *settings,
                   GError                **error)
{
  return !keys->access_type || strcmp (keys->access_type, "0") == 0 ||
         till_setting_fail (settings, "access-type",
                            _("must be 0: only a shop's own contract can be used here"), error);
}

static gboolean
take_method (TillUnionpayKeys   *keys,
             const TillSettings *settings,
             GError            **error)
{
  g_autofree char *word = till_setting_get (settings, "sign-method");

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (strcmp (methods[i].word, word ? word : "01") == 0)
      keys->method = &methods[i];

  return keys->method ||
         till_setting_fail (settings, "sign-method", _("must be 01, 11, 12 or 21"), error);
}

static gboolean
take_sm2_form (TillUnionpayKeys   *keys,
               const TillSettings *settings,
               GError            **error)
{
  g_autofree char *form = NULL;

  if (!till_setting_take (settings, "sm2-form", "^(der|raw)$", FALSE, &form, error))
    return FALSE;
  if (form && strcmp (form, sm2_words[TILL_SM2_RAW_BASE64]) == 0)
    keys->sm2_form = TILL_SM2_RAW_BASE64;

  return TRUE;
}

/* A file that opens with what DIR/keys/ID.pfx-password.secret says. */
static gboolean
load_pfx (TillUnionpayKeys   *keys,
          const TillSettings *settings,
          GError            **error)
{
  g_autofree char *path = settings->path (settings->self, "sign-pfx-file");
  g_autofree char *cert_id = till_setting_get (settings, "cert-id");
  g_autoptr (TillWiped) password = NULL;
  g_autoptr (GError) fault = NULL;

  if (!till_setting_take_secret (settings, "pfx-password", &password, error))
    return FALSE;
  if (cert_id)
    return till_setting_fail (settings, "cert-id",
                              _("stands beside sign-pfx-file, which knows it: take it away"),
                              error);
  if (!password)
    return till_setting_fail (settings, "sign-pfx-file",
                              _("needs its password: write it to the secret pfx-password"), error);

  keys->private_key = till_pfx_load (path, password, &keys->cert_id, &fault);
  return keys->private_key ||
         till_setting_fail (settings, "sign-pfx-file", fault->message, error);
}

static gboolean
load_pem (TillUnionpayKeys   *keys,
          const TillSettings *settings,
          GError            **error)
{
  keys->private_key = till_setting_load_key (settings, "private-key-file",
                                             keys->method->kind == SM2 ? till_sm2_load_private
                                                                       : till_key_load_private,
                                             error);

  return keys->private_key && till_setting_take (settings, "cert-id", "^[0-9]{1,40}$", TRUE,
                                                 &keys->cert_id, error);
}

static gboolean
load_trust (TillUnionpayKeys   *keys,
            const TillSettings *settings,
            GError            **error)
{
  g_autofree char *root = NULL;
  g_autofree char *middle = NULL;
  g_autoptr (GError) fault = NULL;

  if (!till_setting_take_file (settings, "root-cert-file", &root, error) ||
      !till_setting_take_file (settings, "middle-cert-file", &middle, error))
    return FALSE;
  if (!root)
    return till_setting_fail (settings, "root-cert-file",
                              _("is missing: name UnionPay's root certificate (acp_…_root.cer)"),
                              error);

  keys->trust = till_trust_load (root, middle, &fault);
  return keys->trust ||
         till_setting_fail (settings, strstr (fault->message, root) ? "root-cert-file"
                                                                    : "middle-cert-file",
                            fault->message, error);
}

/* A key is in a PFX, or in a PEM file beside its certificate's number. */
static gboolean
load_certified (TillUnionpayKeys   *keys,
                const TillSettings *settings,
                GError            **error)
{
  g_autofree char *pfx = till_setting_get (settings, "sign-pfx-file");
  g_autofree char *pem = till_setting_get (settings, "private-key-file");

  if (pfx && pem)
    return till_setting_fail (settings, "private-key-file",
                              _("stands beside sign-pfx-file: keep one of them"), error);
  if (pfx && keys->method->kind == SM2)
    return till_setting_fail (settings, "sign-pfx-file",
                              _("holds no SM2 key: name it by private-key-file and cert-id"),
                              error);

  return (pfx ? load_pfx (keys, settings, error) : load_pem (keys, settings, error)) &&
         load_trust (keys, settings, error);
}

static gboolean
check_secure_key (const TillUnionpayKeys *keys,
                  const TillSettings     *settings,
                  GError                **error)
{
  return keys->secure_key ||
         till_setting_fail (settings, "sign-method",
                            _("needs the key agreed with UnionPay: write it to the secret "
                              "secure-key"),
                            error);
}

static gboolean
load_all (TillUnionpayKeys   *keys,
          const TillSettings *settings,
          GError            **error)
{
  if (!till_setting_take_rows (settings, till_unionpay_texts, keys, error) ||
      !check_access_type (keys, settings, error) || !take_method (keys, settings, error) ||
      !take_sm2_form (keys, settings, error))
    return FALSE;

  return keys->method->kind == KEYED ? check_secure_key (keys, settings, error)
                                     : load_certified (keys, settings, error);
}

/* [acp] 841: the digest of the text and of the secret's own digest. */
static char *
make_code (const TillUnionpayKeys *keys,
           const char             *text)
{
  g_autoptr (TillWiped) inner = till_digest_hex (keys->method->digest, keys->secure_key);
  g_autoptr (TillWiped) whole = g_strconcat (text, "&", inner, NULL);

  return till_digest_hex (keys->method->digest, whole);
}

/* [acp] 841: a certificate's key signs the digest's hex, so that the text is hashed twice. */
static char *
sign_text (const TillUnionpayKeys *keys,
           const char             *text,
           GError                **error)
{
  g_autofree char *digest = till_digest_hex (keys->method->digest, text);

  switch (keys->method->kind) {
  case KEYED:
    return make_code (keys, text);
  case CERTIFIED:
    return till_key_sign (keys->private_key, digest, error);
  case SM2:
    return till_sm2_sign (keys->private_key, keys->sm2_user_id, keys->sm2_form, digest, error);
  }
  g_assert_not_reached ();
}

static gboolean
is_test_host (const char *base_url)
{
  for (guint i = 0; i < G_N_ELEMENTS (test_hosts); i++) {
    gsize n = strlen (test_hosts[i]);

    if (strncmp (base_url, test_hosts[i], n) == 0 && strchr (":/", base_url[n]))
      return TRUE;
  }

  return FALSE;
}

/* Whoever has a certificate of the same authority is not UnionPay. */
static gboolean
is_signers_name (const TillMerchant *merchant,
                 const char         *name)
{
  g_auto (GStrv) parts = g_strsplit (name, "@", -1);

  return is_test_host (merchant->base_url) ||
         (g_strv_length (parts) > 2 && strcmp (parts[2], SIGNER) == 0);
}

static TillReason
verify_certified (const TillMerchant *merchant,
                  const char         *pem,
                  gint64              now_us,
                  const char         *text,
                  const char         *signature)
{
  const TillUnionpayKeys *keys = merchant->keys;
  g_autofree char *digest = till_digest_hex (keys->method->digest, text);
  g_autofree char *name = NULL;
  g_autoptr (TillKey) key = till_trust_open (keys->trust, pem, now_us, &name);
  gboolean fits;

  if (!key || !is_signers_name (merchant, name))
    return TILL_REASON_UNKNOWN_KEY;

  fits = keys->method->kind == SM2
           ? till_sm2_verify (key, keys->sm2_user_id, keys->sm2_form, digest, strlen (digest),
                              signature)
           : till_key_verify (key, digest, strlen (digest), signature);
  return fits ? TILL_REASON_NONE : TILL_REASON_BAD_SIGNATURE;
}

static gboolean
verify_keyed (const TillUnionpayKeys *keys,
              const char             *text,
              const char             *signature)
{
  g_autofree char *code = make_code (keys, text);

  return strlen (signature) == strlen (code) &&
         CRYPTO_memcmp (signature, code, strlen (code)) == 0;
}

/* An answer is signed as the request was; a weaker way is not taken for it. */
static TillReason
verify (const TillMerchant *merchant,
        TillForm           *form,
        gint64              now_us)
{
  const TillUnionpayKeys *keys = merchant->keys;
  g_autofree char *signature = till_form_take (form, "signature");
  const char *pem = till_form_get (form, "signPubKeyCert");
  g_autofree char *text = till_form_canonical (form);

  if (!signature)
    return TILL_REASON_UNSIGNED;
  if (g_strcmp0 (till_form_get (form, "signMethod"), keys->method->word) != 0)
    return TILL_REASON_BAD_SIGNATURE;
  if (keys->method->kind == KEYED)
    return verify_keyed (keys, text, signature) ? TILL_REASON_NONE : TILL_REASON_BAD_SIGNATURE;
  if (!pem)
    return TILL_REASON_UNKNOWN_KEY;

  return verify_certified (merchant, pem, now_us, text, signature);
}

/**
 * till_unionpay_keys_load:
 *
 * Returns: (transfer full): a #TillUnionpayKeys of the profile's settings and files
 */
gpointer
till_unionpay_keys_load (const TillSettings *settings,
                         GError            **error)
{
  TillUnionpayKeys *keys = g_new0 (TillUnionpayKeys, 1);

  if (load_all (keys, settings, error))
    return keys;

  till_unionpay_keys_unload (keys);
  return NULL;
}

/**
 * till_unionpay_keys_unload:
 *
 * Wipes and frees what till_unionpay_keys_load() made.
 */
void
till_unionpay_keys_unload (gpointer loaded)
{
  TillUnionpayKeys *keys = loaded;

  till_setting_clear_rows (till_unionpay_texts, keys);
  g_free (keys->cert_id);
  till_key_free (keys->private_key);
  till_trust_free (keys->trust);
  g_free (keys);
}

/**
 * till_unionpay_keys_list:
 *
 * Returns: (transfer full): a #TillKeyFacts for the key that signs, where there is one; the texts
 *   belong to @loaded
 */
GArray *
till_unionpay_keys_list (gconstpointer loaded)
{
  const TillUnionpayKeys *keys = loaded;
  GArray *list = g_array_new (FALSE, TRUE, sizeof (TillKeyFacts));

  if (keys->private_key) {
    TillKeyFacts facts = { .setting = till_key_get_subject (keys->private_key)
                                        ? "sign-pfx-file" : "private-key-file",
                           .serial = keys->cert_id,
                           .subject = till_key_get_subject (keys->private_key),
                           .expires_us = till_key_get_expires_us (keys->private_key) };

    g_array_append_val (list, facts);
  }

  return list;
}

/**
 * till_unionpay_keys_sign:
 * @form: (inout): without signMethod, certId and signature, which are added
 * @error: set to %TILL_ACQUIRER_ERROR_BUILD
 *
 * Returns: whether @form is signed
 */
gboolean
till_unionpay_keys_sign (const TillUnionpayKeys *keys,
                         TillForm               *form,
                         GError                **error)
{
  g_autoptr (TillWiped) text = NULL;
  g_autofree char *signature = NULL;

  till_form_add (form, "signMethod", keys->method->word);
  till_form_add (form, "certId", keys->cert_id);
  text = till_form_canonical (form);
  signature = sign_text (keys, text, error);
  till_form_add (form, "signature", signature);

  return signature != NULL;
}

/**
 * till_unionpay_keys_open:
 * @form: (out): what the answer says, where it can be read; %NULL else
 *
 * Returns: %TILL_REASON_NONE where UnionPay signed @form; else what is wrong
 */
TillReason
till_unionpay_keys_open (const TillMerchant  *merchant,
                         const TillHttpReply *reply,
                         gint64               now_us,
                         TillForm           **form)
{
  gsize n_body;
  const char *body = g_bytes_get_data (reply->body, &n_body);
  g_autofree char *text = g_strndup (body ? body : "", n_body);

  *form = NULL;
  if (n_body == 0 || strlen (text) != n_body || !g_utf8_validate (text, -1, NULL))
    return TILL_REASON_BAD_ANSWER;

  *form = till_form_parse_bare (text);
  if (!*form || !till_form_get (*form, "respCode")) {
    g_clear_pointer (form, till_form_free);
    return TILL_REASON_BAD_ANSWER;
  }

  return verify (merchant, *form, now_us);
}
