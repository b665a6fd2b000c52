/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/cms.h"

#include <string.h>

#include <gio/gio.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "code/bcd.h"

/* {"field55":"9F26…","track2":"6210…D3012…","number":"621094******0029"}, nothing that JSON would
 * have to escape: digits, letters and asterisks. */
#define TEXT_MAX 1024

static char *
fail (GError    **error,
      const char *what)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, what);
  return NULL;
}

static X509 *
read_certificate (const char *pem)
{
  BIO *in = BIO_new_mem_buf (pem, -1);
  X509 *certificate = PEM_read_bio_X509 (in, NULL, NULL, NULL);

  BIO_free (in);
  return certificate;
}

static gsize
write_text (const TillEmvCard *card,
            char              *text)
{
  char field_55[2 * TILL_EMV_FIELD_55_MAX + 1];
  int n;

  till_bcd_to_hex (card->field_55, card->n_field_55, field_55);
  n = g_snprintf (text, TEXT_MAX, "{\"field55\":\"%s\",\"track2\":\"%s\",\"number\":\"%s\"}",
                  field_55, card->track_2, card->masked);
  explicit_bzero (field_55, sizeof field_55);
  return (gsize) n;
}

/* RSA as OAEP with SHA-256; keys of other kinds as OpenSSL does them. */
static gboolean
add_recipient (CMS_ContentInfo *cms,
               X509            *certificate)
{
  CMS_RecipientInfo *recipient =
    CMS_add1_recipient_cert (cms, certificate, CMS_KEY_PARAM);
  EVP_PKEY_CTX *key = recipient ? CMS_RecipientInfo_get0_pkey_ctx (recipient) : NULL;

  if (!recipient || !EVP_PKEY_is_a (X509_get0_pubkey (certificate), "RSA"))
    return recipient != NULL;

  return key && EVP_PKEY_CTX_set_rsa_padding (key, RSA_PKCS1_OAEP_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_oaep_md (key, EVP_sha256 ()) > 0;
}

static char *
to_base64 (CMS_ContentInfo *cms)
{
  unsigned char *der = NULL;
  int n_der = i2d_CMS_ContentInfo (cms, &der);
  char *text = n_der > 0 ? g_base64_encode (der, (gsize) n_der) : NULL;

  OPENSSL_free (der);
  return text;
}

static char *
envelop (const char *text,
         gsize       n_text,
         X509       *certificate)
{
  const guint flags = CMS_BINARY | CMS_PARTIAL;
  CMS_ContentInfo *cms = CMS_encrypt (NULL, NULL, EVP_aes_256_cbc (), flags);
  BIO *in = BIO_new_mem_buf (text, (int) n_text);
  char *sealed = NULL;

  if (cms && in && add_recipient (cms, certificate) && CMS_final (cms, in, NULL, CMS_BINARY))
    sealed = to_base64 (cms);

  BIO_free (in);
  CMS_ContentInfo_free (cms);
  return sealed;
}

/**
 * till_cms_seal:
 * @card: one that may go online, with its account data
 * @certificate_pem: the acquirer's, whose trust the till has settled
 * @error: set where the certificate cannot be read or sealed to
 *
 * Seals field 55, track 2 and the masked number as CMS EnvelopedData (RFC 5652), AES-256.
 *
 * Returns: (transfer full) (nullable): base64 of its DER
 */
char *
till_cms_seal (const TillEmvCard *card,
               const char        *certificate_pem,
               GError           **error)
{
  X509 *certificate = read_certificate (certificate_pem);
  char text[TEXT_MAX];
  gsize n_text;
  char *sealed;

  if (!certificate)
    return fail (error, "the acquirer's certificate cannot be read");

  n_text = write_text (card, text);
  sealed = envelop (text, n_text, certificate);
  explicit_bzero (text, sizeof text);
  X509_free (certificate);

  return sealed ? sealed : fail (error, "the card's data cannot be sealed to the acquirer");
}
