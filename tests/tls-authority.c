/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-authority.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#define DAY_S (24 * 60 * 60)

struct _TillTlsAuthority
{
  EVP_PKEY *key;
  X509     *certificate;
};

static void
add_extension (X509       *certificate,
               int         nid,
               const char *value)
{
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, nid, value);

  g_assert_nonnull (extension);
  g_assert_true (X509_add_ext (certificate, extension, -1));
  X509_EXTENSION_free (extension);
}

/* What is not signed yet; its issuer is itself until somebody else signs it. */
static X509 *
make_certificate (EVP_PKEY   *key,
                  const char *name,
                  int         valid_from_days,
                  int         valid_until_days)
{
  static long serial;
  X509 *certificate = X509_new ();
  X509_NAME *subject = X509_get_subject_name (certificate);

  g_assert_true (X509_set_version (certificate, X509_VERSION_3));
  g_assert_true (ASN1_INTEGER_set (X509_get_serialNumber (certificate), ++serial));
  g_assert_nonnull (X509_gmtime_adj (X509_getm_notBefore (certificate), valid_from_days * DAY_S));
  g_assert_nonnull (X509_gmtime_adj (X509_getm_notAfter (certificate), valid_until_days * DAY_S));
  g_assert_true (X509_NAME_add_entry_by_txt (subject, "CN", MBSTRING_UTF8,
                                             (const guint8 *) name, -1, -1, 0));
  g_assert_true (X509_set_issuer_name (certificate, subject));
  g_assert_true (X509_set_pubkey (certificate, key));

  return certificate;
}

TillTlsAuthority *
till_tls_authority_new (const char *name)
{
  TillTlsAuthority *self = g_new0 (TillTlsAuthority, 1);

  self->key = EVP_EC_gen ("P-256");
  self->certificate = make_certificate (self->key, name, -1, 1);
  add_extension (self->certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension (self->certificate, NID_key_usage, "critical,keyCertSign");
  g_assert_true (X509_sign (self->certificate, self->key, EVP_sha256 ()) > 0);

  return self;
}

void
till_tls_authority_free (TillTlsAuthority *self)
{
  X509_free (self->certificate);
  EVP_PKEY_free (self->key);
  g_free (self);
}

/**
 * till_tls_authority_save:
 *
 * Writes the authority's certificate to the file @path, as PEM.
 */
void
till_tls_authority_save (TillTlsAuthority *self,
                         const char       *path)
{
  FILE *file = fopen (path, "we");

  g_assert_nonnull (file);
  g_assert_true (PEM_write_X509 (file, self->certificate));
  g_assert_cmpint (fclose (file), ==, 0);
}

/**
 * till_tls_authority_hash:
 *
 * Writes the authority's certificate into @folder, named as OpenSSL looks for it in a folder
 * that it trusts.
 */
void
till_tls_authority_hash (TillTlsAuthority *self,
                         const char       *folder)
{
  g_autofree char *name = g_strdup_printf ("%08lx.0", X509_subject_name_hash (self->certificate));
  g_autofree char *path = g_build_filename (folder, name, NULL);

  till_tls_authority_save (self, path);
}

/**
 * till_tls_authority_issue:
 * @alt_name: whom it is for, "IP:127.0.0.1" or "DNS:bank.test"
 * @valid_from_days: counted from now, may be negative
 *
 * Returns: (transfer full): a server's side that shows a certificate signed by the authority
 */
SSL_CTX *
till_tls_authority_issue (TillTlsAuthority *self,
                          const char       *alt_name,
                          int               valid_from_days,
                          int               valid_until_days)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  X509 *certificate = make_certificate (key, "a server", valid_from_days, valid_until_days);
  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());

  g_assert_true (X509_set_issuer_name (certificate, X509_get_subject_name (self->certificate)));
  add_extension (certificate, NID_subject_alt_name, alt_name);
  g_assert_true (X509_sign (certificate, self->key, EVP_sha256 ()) > 0);
  g_assert_true (SSL_CTX_use_certificate (context, certificate));
  g_assert_true (SSL_CTX_use_PrivateKey (context, key));
  X509_free (certificate);
  EVP_PKEY_free (key);

  return context;
}
