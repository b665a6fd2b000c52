/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/certificate.h"

#include "acquirer/pem.h"
#include "acquirer/seal.h"

#include <glib/gi18n.h>
#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

typedef BIGNUM Bignum;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bignum, BN_free)

/* As Java's X500Principal and Alipay's SDKs write a name: last part first, commas without blanks,
 * UTF-8 as it is. */
static char *
print_name (const X509_NAME *name)
{
  g_autoptr (TillBio) bio = BIO_new (BIO_s_mem ());
  char *bytes;
  long n_bytes;

  X509_NAME_print_ex (bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  n_bytes = BIO_get_mem_data (bio, &bytes);

  return g_strndup (bytes, (gsize) n_bytes);
}

/* Alipay's number of a certificate: MD5 over issuer and decimal serial, without anything between.
 * Source: alipay-sdk-nodejs-all, getSN(). */
static char *
compute_sn (const X509 *certificate)
{
  g_autofree char *issuer = print_name (X509_get_issuer_name (certificate));
  g_autofree char *decimal = till_certificate_get_number (certificate);
  g_autofree char *text = g_strconcat (issuer, decimal, NULL);

  return till_digest_hex ("MD5", text);
}

/* Roots signed by SM2 or elliptic curves are left out of the number: the SDKs look for this
 * prefix. */
static gboolean
is_rsa_signed (const X509 *certificate)
{
  const X509_ALGOR *algorithm;
  const ASN1_OBJECT *object;
  char oid[80];

  X509_get0_signature (NULL, &algorithm, certificate);
  X509_ALGOR_get0 (&object, NULL, NULL, algorithm);
  OBJ_obj2txt (oid, sizeof oid, object, 1);

  return g_str_has_prefix (oid, "1.2.840.113549.1.1");
}

/**
 * till_certificate_parse:
 * @pem: whose first certificate is taken
 * @name: what @error shall call it
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): the certificate; its signature is not looked at
 */
TillCertificate *
till_certificate_parse (const char *pem,
                        const char *name,
                        GError    **error)
{
  g_autoptr (TillBio) bio = till_pem_open (pem);
  X509 *certificate = PEM_read_bio_X509 (bio, NULL, till_pem_refuse_passphrase_cb, NULL);

  if (!certificate)
    till_pem_fail (error, name, _("holds no certificate: look which file belongs here"));

  return certificate;
}

/**
 * till_certificate_get_serial:
 *
 * Returns: (transfer full): upper hex, leading zeros kept
 */
char *
till_certificate_get_serial (const TillCertificate *certificate)
{
  const ASN1_INTEGER *serial = X509_get0_serialNumber (certificate);
  GString *hex = g_string_new (NULL);

  for (int i = 0; i < ASN1_STRING_length (serial); i++)
    g_string_append_printf (hex, "%02X", ASN1_STRING_get0_data (serial)[i]);

  return g_string_free (hex, FALSE);
}

/**
 * till_certificate_get_number:
 *
 * Returns: (transfer full): the serial in decimal, as UnionPay's certId is written
 */
char *
till_certificate_get_number (const TillCertificate *certificate)
{
  g_autoptr (Bignum) number = ASN1_INTEGER_to_BN (X509_get0_serialNumber (certificate), NULL);
  char *decimal = BN_bn2dec (number);
  char *text = g_strdup (decimal);

  OPENSSL_free (decimal);
  return text;
}

/**
 * till_certificate_get_subject:
 *
 * Returns: (transfer full): whose certificate it is, for people
 */
char *
till_certificate_get_subject (const TillCertificate *certificate)
{
  return print_name (X509_get_subject_name (certificate));
}

/**
 * till_certificate_get_expires_us:
 *
 * Returns: its last moment; 0 where that cannot be read
 */
gint64
till_certificate_get_expires_us (const TillCertificate *certificate)
{
  g_autoptr (GDateTime) at = NULL;
  struct tm tm;

  if (ASN1_TIME_to_tm (X509_get0_notAfter (certificate), &tm) != 1) {
    ERR_clear_error ();
    return 0;
  }

  at = g_date_time_new_utc (tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
                            tm.tm_sec);
  return at ? g_date_time_to_unix (at) * G_USEC_PER_SEC : 0;
}

/**
 * till_certificate_load_sn:
 * @path: PEM; its first certificate counts
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): what Alipay calls app_cert_sn and alipay_cert_sn
 */
char *
till_certificate_load_sn (const char *path,
                          GError    **error)
{
  g_autoptr (TillWiped) text = till_pem_read (path, error);
  g_autoptr (TillCertificate) certificate = NULL;

  if (text)
    certificate = till_certificate_parse (text, path, error);

  return certificate ? compute_sn (certificate) : NULL;
}

/**
 * till_certificate_load_root_sn:
 * @path: PEM, Alipay's root certificates
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): alipay_root_cert_sn, the numbers of those signed with RSA in the file's
 *   order, with '_' between
 */
char *
till_certificate_load_root_sn (const char *path,
                               GError    **error)
{
  g_autoptr (TillWiped) text = till_pem_read (path, error);
  g_autoptr (TillBio) bio = text ? till_pem_open (text) : NULL;
  g_autoptr (GString) sn = g_string_new (NULL);
  X509 *certificate;

  if (!text)
    return NULL;

  while ((certificate = PEM_read_bio_X509 (bio, NULL, till_pem_refuse_passphrase_cb, NULL))) {
    g_autofree char *one = is_rsa_signed (certificate) ? compute_sn (certificate) : NULL;

    if (one)
      g_string_append_printf (sn, "%s%s", sn->len > 0 ? "_" : "", one);
    X509_free (certificate);
  }
  ERR_clear_error ();

  if (sn->len == 0) {
    till_pem_fail (error, path,
                   _("holds no RSA root certificate: download Alipay's root certificates again"));
    return NULL;
  }

  return g_strdup (sn->str);
}
