/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/trust.h"

#include "acquirer/certificate.h"
#include "acquirer/key-private.h"
#include "acquirer/pem.h"
#include "acquirer/seal.h"
#include "acquirer/sm2.h"

#include <glib/gi18n.h>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <string.h>

typedef X509_STORE Store;
typedef X509_STORE_CTX StoreCtx;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Store, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreCtx, X509_STORE_CTX_free)

struct _TillTrust
{
  X509_STORE      *roots;
  STACK_OF (X509) *middle;
};

static gboolean
is_sm2 (const TillCertificate *certificate)
{
  return EVP_PKEY_is_a (X509_get0_pubkey (certificate), "SM2");
}

/* OpenSSL takes an empty id for an SM2 certificate that was not told its signer's; of others it
 * wants none. */
static void
name_signer (TillCertificate *certificate)
{
  ASN1_OCTET_STRING *id;

  if (X509_get_signature_nid (certificate) != NID_SM2_with_SM3)
    return;

  id = ASN1_OCTET_STRING_new ();
  ASN1_OCTET_STRING_set (id, (const guint8 *) TILL_SM2_USER_ID, (int) strlen (TILL_SM2_USER_ID));
  X509_set0_distinguishing_id (certificate, id);
}

/* Every certificate of the file, or NULL with @error where there is none. */
static STACK_OF (X509) *
load_all (const char *path,
          GError    **error)
{
  g_autoptr (TillWiped) text = till_pem_read (path, error);
  g_autoptr (TillBio) bio = text ? till_pem_open (text) : NULL;
  STACK_OF (X509) *all = sk_X509_new_null ();
  X509 *certificate;

  while (bio &&
         (certificate = PEM_read_bio_X509 (bio, NULL, till_pem_refuse_passphrase_cb, NULL))) {
    name_signer (certificate);
    sk_X509_push (all, certificate);
  }
  ERR_clear_error ();
  if (sk_X509_num (all) > 0)
    return all;

  if (text)
    till_pem_fail (error, path, _("holds no certificate: look which file belongs here"));
  sk_X509_free (all);
  return NULL;
}

/* RFC 2253 would escape it; the name is compared as it is. */
static char *
common_name (const TillCertificate *certificate)
{
  const X509_NAME *subject = X509_get_subject_name (certificate);
  int at = X509_NAME_get_index_by_NID (subject, NID_commonName, -1);
  guint8 *bytes = NULL;
  char *name = NULL;
  int n_bytes;

  if (at < 0)
    return NULL;

  n_bytes = ASN1_STRING_to_UTF8 (&bytes, X509_NAME_ENTRY_get_data (X509_NAME_get_entry (subject,
                                                                                       at)));
  if (n_bytes >= 0)
    name = g_strndup ((const char *) bytes, (gsize) n_bytes);
  OPENSSL_free (bytes);

  return name;
}

static gboolean
is_vouched_for (const TillTrust *trust,
                TillCertificate *certificate,
                gint64           now_us)
{
  g_autoptr (StoreCtx) ctx = X509_STORE_CTX_new ();
  gboolean holds;

  name_signer (certificate);
  if (X509_STORE_CTX_init (ctx, trust->roots, certificate, trust->middle) != 1)
    return FALSE;

  X509_STORE_CTX_set_time (ctx, 0, (time_t) (now_us / G_USEC_PER_SEC));
  holds = X509_verify_cert (ctx) == 1;
  if (!holds)
    g_debug ("certificate of an answer: %s",
             X509_verify_cert_error_string (X509_STORE_CTX_get_error (ctx)));
  ERR_clear_error ();

  return holds;
}

/**
 * till_trust_load:
 * @root_path: PEM; every certificate in it is an authority
 * @middle_path: (nullable): PEM, certificates between those and the answers'
 * @error: set to %TILL_ACQUIRER_ERROR_KEY; the text names the file
 *
 * Returns: (transfer full): the authorities
 */
TillTrust *
till_trust_load (const char *root_path,
                 const char *middle_path,
                 GError    **error)
{
  g_autoptr (TillTrust) trust = g_new0 (TillTrust, 1);
  STACK_OF (X509) *roots = load_all (root_path, error);

  if (!roots)
    return NULL;

  trust->roots = X509_STORE_new ();
  while (sk_X509_num (roots) > 0) {
    TillCertificate *root = sk_X509_pop (roots);

    X509_STORE_add_cert (trust->roots, root);
    X509_free (root);
  }
  sk_X509_free (roots);
  if (middle_path && !(trust->middle = load_all (middle_path, error)))
    return NULL;

  return g_steal_pointer (&trust);
}

void
till_trust_free (TillTrust *trust)
{
  if (!trust)
    return;

  X509_STORE_free (trust->roots);
  sk_X509_pop_free (trust->middle, X509_free);
  g_free (trust);
}

/**
 * till_trust_open:
 * @pem: the certificate that came with an answer
 * @name: (out): its common name; written on success only
 *
 * Returns: (transfer full) (nullable): the certificate's key, RSA or SM2; %NULL where no authority
 *   vouches for it now
 */
TillKey *
till_trust_open (const TillTrust *trust,
                 const char      *pem,
                 gint64           now_us,
                 char           **name)
{
  g_autoptr (TillCertificate) certificate = till_certificate_parse (pem, "the answer", NULL);
  g_autofree char *found = certificate ? common_name (certificate) : NULL;
  TillKey *key;

  if (!found || !is_vouched_for (trust, certificate, now_us))
    return NULL;

  key = till_key_parse_certified (pem, "the answer", is_sm2 (certificate) ? TILL_KEY_SM2
                                                                           : TILL_KEY_RSA, NULL);
  if (key)
    *name = g_steal_pointer (&found);

  return key;
}
