/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/sign.h"

#include "acquirer/acquirer.h"
#include "acquirer/certificate.h"
#include "acquirer/key-private.h"
#include "acquirer/pem.h"
#include "acquirer/seal.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#define KEY_BITS_MIN 2048 /* both wallets: RSA2, WECHATPAY2-SHA256-RSA2048 */

struct _TillKey
{
  EVP_PKEY *pkey;
  char     *serial;      /* of its certificate, upper hex, leading zeros kept; NULL without one */
  char     *subject;
  gint64    expires_us;
};

typedef EVP_PKEY_CTX KeyCtx;
typedef EVP_MD_CTX DigestCtx;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KeyCtx, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DigestCtx, EVP_MD_CTX_free)

static char *
without_blanks (const char *text)
{
  char *packed = g_malloc (strlen (text) + 1);
  char *end = packed;

  for (const char *p = text; *p; p++)
    if (!g_ascii_isspace (*p))
      *end++ = *p;
  *end = '\0';

  return packed;
}

/* The wallets' own tools hand out keys as bare base64, without the lines of PEM around it. */
static EVP_PKEY *
parse_bare (const char *text,
            gboolean    wants_private)
{
  g_autoptr (TillWiped) packed = without_blanks (text);
  EVP_PKEY *pkey;
  gsize n_bytes;
  guint8 *bytes = till_base64_decode (packed, &n_bytes);
  const guint8 *p = bytes;

  if (!bytes)
    return NULL;

  pkey = wants_private ? d2i_AutoPrivateKey_ex (NULL, &p, (long) n_bytes, NULL, NULL)
                       : d2i_PUBKEY_ex (NULL, &p, (long) n_bytes, NULL, NULL);
  OPENSSL_cleanse (bytes, n_bytes);
  g_free (bytes);

  return pkey;
}

/* What a file that does not hold the wanted key holds instead, by its words. */
static const struct {
  const char *mark;
  const char *what;
} wrong_files[] = {
  { "ENCRYPTED", N_("is locked with a passphrase: export the key without one") },
  { "BEGIN PUBLIC KEY", N_("is a public key: another file belongs here") },
  { "BEGIN CERTIFICATE", N_("is a certificate: another file belongs here") },
  { "PRIVATE KEY-----",
N_("is a private key that cannot be used here: look which file belongs here") },
  { "-----BEGIN", N_("is a PEM file of another kind: look which file belongs here") },
  { "", N_("is not a PEM file: export the key again as PEM text") },
};

static void
fail_kind (GError    **error,
           const char *path,
           const char *text)
{
  guint i = 0;

  while (!strstr (text, wrong_files[i].mark))
    i++;
  till_pem_fail (error, path, _(wrong_files[i].what));
}

static gboolean
is_of_kind (const EVP_PKEY *pkey,
            TillKeyKind     kind)
{
  if (kind == TILL_KEY_SM2)
    return EVP_PKEY_is_a (pkey, "SM2");

  return EVP_PKEY_is_a (pkey, "RSA") && EVP_PKEY_get_bits (pkey) >= KEY_BITS_MIN;
}

/* Takes @pkey. */
static TillKey *
wrap (EVP_PKEY   *pkey,
      const char *name,
      TillKeyKind kind,
      GError    **error)
{
  static const char *const wanted[] = {
    [TILL_KEY_RSA] = N_("holds no RSA key of 2048 bits or more: have a new one made"),
    [TILL_KEY_SM2] = N_("holds no SM2 key: have a new one made, or look which file belongs here"),
  };
  TillKey *key;

  if (!is_of_kind (pkey, kind)) {
    EVP_PKEY_free (pkey);
    till_pem_fail (error, name, _(wanted[kind]));
    return NULL;
  }

  key = g_new0 (TillKey, 1);
  key->pkey = pkey;
  return key;
}

static TillKey *
load_key (const char *path,
          gboolean    wants_private,
          GError    **error)
{
  g_autoptr (TillWiped) text = till_pem_read (path, error);

  return text ? till_key_parse (text, path, wants_private, TILL_KEY_RSA, error) : NULL;
}

/**
 * till_key_parse:
 * @text: PEM, or bare base64
 * @name: what @error shall call it
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): the key, which is of this kind and half
 */
TillKey *
till_key_parse (const char *text,
                const char *name,
                gboolean    wants_private,
                TillKeyKind kind,
                GError    **error)
{
  g_autoptr (TillBio) bio = till_pem_open (text);
  EVP_PKEY *pkey;

  if (!strstr (text, "-----BEGIN"))
    pkey = parse_bare (text, wants_private);
  else if (wants_private)
    pkey = PEM_read_bio_PrivateKey_ex (bio, NULL, till_pem_refuse_passphrase_cb, NULL, NULL, NULL);
  else
    pkey = PEM_read_bio_PUBKEY_ex (bio, NULL, till_pem_refuse_passphrase_cb, NULL, NULL, NULL);

  if (!pkey) {
    fail_kind (error, name, text);
    return NULL;
  }

  return wrap (pkey, name, kind, error);
}

/**
 * till_key_parse_certified:
 * @text: PEM; its first certificate is taken, and its signature not looked at
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): the certificate's public key, with serial, subject and last day
 */
TillKey *
till_key_parse_certified (const char *text,
                          const char *name,
                          TillKeyKind kind,
                          GError    **error)
{
  g_autoptr (TillCertificate) certificate = till_certificate_parse (text, name, error);
  EVP_PKEY *pkey = certificate ? X509_get_pubkey (certificate) : NULL;
  TillKey *key;

  if (!certificate)
    return NULL;
  if (!pkey) {
    till_pem_fail (error, name,
                   _("holds a certificate of a kind that cannot be used here: look which file "
                     "belongs here"));
    return NULL;
  }

  key = wrap (pkey, name, kind, error);
  if (key)
    till_key_certify (key, certificate);

  return key;
}

/**
 * till_key_take:
 * @pkey: taken in every case
 * @name: what @error shall call it
 * @error: set to %TILL_ACQUIRER_ERROR_KEY where it is of another kind
 *
 * Returns: (transfer full): the key
 */
TillKey *
till_key_take (EVP_PKEY   *pkey,
               const char *name,
               TillKeyKind kind,
               GError    **error)
{
  return wrap (pkey, name, kind, error);
}

/**
 * till_key_certify:
 *
 * Gives @key serial, subject and last day of its certificate.
 */
void
till_key_certify (TillKey               *key,
                  const TillCertificate *certificate)
{
  key->serial = till_certificate_get_serial (certificate);
  key->subject = till_certificate_get_subject (certificate);
  key->expires_us = till_certificate_get_expires_us (certificate);
}

/**
 * till_key_get_pkey:
 *
 * Returns: (transfer none): OpenSSL's own
 */
EVP_PKEY *
till_key_get_pkey (const TillKey *key)
{
  return key->pkey;
}

/**
 * till_key_load_private:
 * @path: PKCS#8 or PKCS#1, as PEM or as the bare base64 that the wallets' tools write
 * @error: set to %TILL_ACQUIRER_ERROR_KEY; the text names the file and what to do
 *
 * Returns: (transfer full): our own key; wiped when freed
 */
TillKey *
till_key_load_private (const char *path,
                       GError    **error)
{
  return load_key (path, TRUE, error);
}

/**
 * till_key_load_public:
 * @path: a public key as PEM or bare base64
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): the other side's key
 */
TillKey *
till_key_load_public (const char *path,
                      GError    **error)
{
  return load_key (path, FALSE, error);
}

/**
 * till_key_load_certificate:
 * @path: PEM; its first certificate is taken
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): the certificate's public key, with serial, subject and last day
 */
TillKey *
till_key_load_certificate (const char *path,
                           GError    **error)
{
  g_autoptr (TillWiped) text = till_pem_read (path, error);

  return text ? till_key_parse_certified (text, path, TILL_KEY_RSA, error) : NULL;
}

/**
 * till_key_parse_certificate:
 * @pem: as it was downloaded
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): like till_key_load_certificate()
 */
TillKey *
till_key_parse_certificate (const char *pem,
                            GError    **error)
{
  return till_key_parse_certified (pem, "the download", TILL_KEY_RSA, error);
}

void
till_key_free (TillKey *key)
{
  if (!key)
    return;

  EVP_PKEY_free (key->pkey);
  g_free (key->serial);
  g_free (key->subject);
  g_free (key);
}

/**
 * till_key_get_serial:
 *
 * Returns: (nullable): the certificate's serial in upper hex, leading zeros kept
 */
const char *
till_key_get_serial (const TillKey *key)
{
  return key->serial;
}

/**
 * till_key_get_subject:
 *
 * Returns: (nullable): whose certificate it is, for people
 */
const char *
till_key_get_subject (const TillKey *key)
{
  return key->subject;
}

/**
 * till_key_get_expires_us:
 *
 * Returns: the certificate's last moment; 0 for a key without one
 */
gint64
till_key_get_expires_us (const TillKey *key)
{
  return key->expires_us;
}

/**
 * till_key_fits:
 *
 * Returns: whether both are halves of one key pair, or the same half
 */
gboolean
till_key_fits (const TillKey *one,
               const TillKey *other)
{
  return EVP_PKEY_eq (one->pkey, other->pkey) == 1;
}

/**
 * till_key_sign:
 * @key: a private one
 * @error: set to %TILL_ACQUIRER_ERROR_BUILD
 *
 * SHA256withRSA, PKCS#1 v1.5. May run in any thread: the key is only read.
 *
 * Returns: (transfer full): base64 in one line
 */
char *
till_key_sign (const TillKey *key,
               const char    *text,
               GError       **error)
{
  g_autoptr (DigestCtx) ctx = EVP_MD_CTX_new ();
  g_autofree guint8 *signature = g_malloc ((gsize) EVP_PKEY_get_size (key->pkey));
  gsize n_signature = (gsize) EVP_PKEY_get_size (key->pkey);

  if (EVP_DigestSignInit_ex (ctx, NULL, "SHA256", NULL, NULL, key->pkey, NULL) != 1 ||
      EVP_DigestSign (ctx, signature, &n_signature, (const guint8 *) text, strlen (text)) != 1) {
    ERR_clear_error ();
    g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD,
                         "the private key does not sign");
    return NULL;
  }

  return g_base64_encode (signature, n_signature);
}

/**
 * till_key_verify:
 * @bytes: what was signed, exactly as it came
 * @signature: base64
 *
 * Returns: whether the owner of @key signed these bytes
 */
gboolean
till_key_verify (const TillKey *key,
                 const char    *bytes,
                 gsize          n_bytes,
                 const char    *signature)
{
  g_autoptr (DigestCtx) ctx = EVP_MD_CTX_new ();
  g_autofree guint8 *raw = NULL;
  gsize n_raw = 0;
  gboolean fits;

  raw = till_base64_decode (signature, &n_raw);
  if (!raw)
    return FALSE;

  fits = EVP_DigestVerifyInit_ex (ctx, NULL, "SHA256", NULL, NULL, key->pkey, NULL) == 1 &&
         EVP_DigestVerify (ctx, raw, n_raw, (const guint8 *) bytes, n_bytes) == 1;
  ERR_clear_error ();

  return fits;
}

/**
 * till_key_open_oaep:
 * @key: a private one
 * @sealed: base64
 * @error: set to %TILL_ACQUIRER_ERROR_ANSWER
 *
 * WeChat Pay's sensitive fields: RSA-OAEP with SHA-1 and MGF1-SHA-1.
 *
 * Returns: (transfer full): the text
 */
char *
till_key_open_oaep (const TillKey *key,
                    const char    *sealed,
                    GError       **error)
{
  g_autoptr (KeyCtx) ctx = EVP_PKEY_CTX_new_from_pkey (NULL, key->pkey, NULL);
  g_autofree guint8 *bytes = NULL;
  g_autofree guint8 *text = g_malloc0 ((gsize) EVP_PKEY_get_size (key->pkey) + 1);
  gsize n_text = (gsize) EVP_PKEY_get_size (key->pkey);
  gsize n_bytes = 0;

  bytes = till_base64_decode (sealed, &n_bytes);
  if (!bytes || EVP_PKEY_decrypt_init (ctx) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding (ctx, RSA_PKCS1_OAEP_PADDING) != 1 ||
      EVP_PKEY_decrypt (ctx, text, &n_text, bytes, n_bytes) != 1) {
    ERR_clear_error ();
    g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER,
                         "the sealed field does not open with this private key");
    return NULL;
  }

  return (char *) g_steal_pointer (&text);
}
