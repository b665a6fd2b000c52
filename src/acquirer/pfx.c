/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/pfx.h"

#include "acquirer/acquirer.h"
#include "acquirer/certificate.h"
#include "acquirer/key-private.h"
#include "acquirer/pem.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

/* Acquirers hand out keys as PFX (PKCS#12), many of them under RC2 of 40 bits, which OpenSSL 3 has
 * in its legacy provider only. That is loaded into a context of its own, for the moment of reading:
 * the rest of the program never gets to use such ciphers. */

#define FILE_BYTES_MAX (256 * 1024)

typedef OSSL_LIB_CTX LibCtx;
typedef OSSL_PROVIDER Provider;
typedef PKCS12 Pfx;
typedef PKCS8_PRIV_KEY_INFO Pkcs8;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LibCtx, OSSL_LIB_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Provider, OSSL_PROVIDER_unload)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pfx, PKCS12_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pkcs8, PKCS8_PRIV_KEY_INFO_free)

/* What is found in a file, and how it opens. */
typedef struct {
  const char      *password;
  OSSL_LIB_CTX    *ctx;
  EVP_PKEY        *pkey;
  STACK_OF (X509) *certificates;
} Parts;

static void
parts_clear (Parts *parts)
{
  EVP_PKEY_free (parts->pkey);
  sk_X509_pop_free (parts->certificates, X509_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

static Pfx *
read_file (const char  *path,
           LibCtx      *ctx,
           GError     **error)
{
  g_autoptr (GError) fault = NULL;
  g_autofree char *bytes = NULL;
  g_autoptr (TillBio) bio = NULL;
  g_autoptr (Pfx) pfx = NULL;
  gsize n_bytes;

  if (!g_file_get_contents (path, &bytes, &n_bytes, &fault)) {
    g_set_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY,
                 _("%s: put the file there, readable for the till's user"), fault->message);
    return NULL;
  }

  /* Only the reader of a BIO keeps to the context of @pfx. */
  bio = n_bytes <= FILE_BYTES_MAX ? BIO_new_mem_buf (bytes, (int) n_bytes) : NULL;
  pfx = PKCS12_init_ex (NID_pkcs7_data, ctx, NULL);
  if (!bio || !d2i_PKCS12_bio (bio, &pfx)) {
    till_pem_fail (error, path, _("is not a PFX file: export certificate and key as .pfx again"));
    return NULL;
  }

  return g_steal_pointer (&pfx);
}

/* The password is asked first, so that a wrong one is not taken for a damaged file. */
static gboolean
check_password (const char  *path,
                Pfx         *pfx,
                const char  *password,
                GError     **error)
{
  if (!PKCS12_mac_present (pfx) || PKCS12_verify_mac (pfx, password, -1) == 1 ||
      (password[0] == '\0' && PKCS12_verify_mac (pfx, NULL, 0) == 1))
    return TRUE;

  till_pem_fail (error, path,
                 _("does not open with this password: write the one that came with the file"));
  return FALSE;
}

/* A wrong cipher or a damaged bag leaves things missing, and is told by that. */
static void
take_bag (Parts                *parts,
          const PKCS12_SAFEBAG *bag)
{
  g_autoptr (Pkcs8) opened = NULL;
  X509 *certificate;

  switch (PKCS12_SAFEBAG_get_nid (bag)) {
  case NID_keyBag:
    if (!parts->pkey)
      parts->pkey = EVP_PKCS82PKEY (PKCS12_SAFEBAG_get0_p8inf (bag));
    break;
  case NID_pkcs8ShroudedKeyBag:
    opened = PKCS12_decrypt_skey_ex (bag, parts->password, -1, parts->ctx, NULL);
    if (opened && !parts->pkey)
      parts->pkey = EVP_PKCS82PKEY (opened);
    break;
  case NID_certBag:
    certificate = PKCS12_SAFEBAG_get1_cert (bag);
    if (certificate)
      sk_X509_push (parts->certificates, certificate);
    break;
  default:
    break;
  }
}

/* PKCS12_parse() would do, but that it opens keys in the program's own context. */
static gboolean
take_apart (Parts *parts,
            Pfx   *pfx)
{
  STACK_OF (PKCS7) *safes = PKCS12_unpack_authsafes (pfx);
  gboolean is_whole = safes != NULL;

  for (int i = 0; i < sk_PKCS7_num (safes); i++) {
    PKCS7 *safe = sk_PKCS7_value (safes, i);
    STACK_OF (PKCS12_SAFEBAG) *bags = OBJ_obj2nid (safe->type) == NID_pkcs7_encrypted
                                        ? PKCS12_unpack_p7encdata (safe, parts->password, -1)
                                        : PKCS12_unpack_p7data (safe);

    is_whole = is_whole && bags;
    for (int n = 0; n < sk_PKCS12_SAFEBAG_num (bags); n++)
      take_bag (parts, sk_PKCS12_SAFEBAG_value (bags, n));
    sk_PKCS12_SAFEBAG_pop_free (bags, PKCS12_SAFEBAG_free);
  }
  sk_PKCS7_pop_free (safes, PKCS7_free);
  ERR_clear_error ();

  return is_whole;
}

static const TillCertificate *
find_certificate (const Parts *parts)
{
  for (int i = 0; i < sk_X509_num (parts->certificates); i++)
    if (X509_check_private_key (sk_X509_value (parts->certificates, i), parts->pkey) == 1)
      return sk_X509_value (parts->certificates, i);

  ERR_clear_error ();
  return NULL;
}

/* Takes the key out of @parts; @number is written on success only. */
static TillKey *
make_key (const char  *path,
          Parts       *parts,
          char       **number,
          GError     **error)
{
  const TillCertificate *certificate = parts->pkey ? find_certificate (parts) : NULL;
  TillKey *key;

  if (!certificate) {
    till_pem_fail (error, path,
                   parts->pkey ? _("holds no certificate of its key: export both together")
                               : _("holds no private key: export the key with its certificate"));
    return NULL;
  }

  key = till_key_take (g_steal_pointer (&parts->pkey), path, TILL_KEY_RSA, error);
  if (!key)
    return NULL;

  till_key_certify (key, certificate);
  *number = till_certificate_get_number (certificate);
  return key;
}

/**
 * till_pfx_load:
 * @path: PKCS#12 with one private key and its certificate
 * @password: may be ""
 * @number: (out): the certificate's serial in decimal; written on success only
 * @error: set to %TILL_ACQUIRER_ERROR_KEY; the text names the file and what to do
 *
 * Returns: (transfer full): the RSA key, with its certificate's serial, subject and last day
 */
TillKey *
till_pfx_load (const char  *path,
               const char  *password,
               char       **number,
               GError     **error)
{
  g_autoptr (LibCtx) ctx = OSSL_LIB_CTX_new ();
  g_autoptr (Provider) modern = OSSL_PROVIDER_load (ctx, "default");
  g_autoptr (Provider) legacy = OSSL_PROVIDER_load (ctx, "legacy");
  g_autoptr (Pfx) pfx = read_file (path, ctx, error);
  g_auto (Parts) parts = { .password = password, .ctx = ctx };

  if (!pfx || !check_password (path, pfx, password, error))
    return NULL;

  parts.certificates = sk_X509_new_null ();
  if (!take_apart (&parts, pfx) || (!parts.pkey && !legacy)) {
    till_pem_fail (error, path, legacy
                   ? _("is damaged: copy it again")
                   : _("needs OpenSSL's legacy provider (legacy.so): install OpenSSL's modules "
                       "again"));
    return NULL;
  }

  return make_key (path, &parts, number, error);
}
