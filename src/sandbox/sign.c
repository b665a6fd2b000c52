/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/sign.h"

#include <openssl/pem.h>
#include <string.h>

#define RESOURCES  "/cn/till/Till/sandbox/"
#define GCM_TAG_BYTES 16
#define CBC_KEY_BYTES 16

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)

/* Keys are parsed when they are first used, and live as long as the program. */
static GHashTable *keys;
static GHashTable *certificates;

static BIO *
open_bytes (GBytes *bytes)
{
  return BIO_new_mem_buf (g_bytes_get_data (bytes, NULL), (int) g_bytes_get_size (bytes));
}

static EVP_PKEY *
parse_key (const char *resource)
{
  g_autoptr (GBytes) bytes = till_sandbox_resource (resource);
  g_autoptr (BIO) in = open_bytes (bytes);

  return strstr (g_bytes_get_data (bytes, NULL), "PRIVATE KEY") ?
         PEM_read_bio_PrivateKey (in, NULL, NULL, NULL) :
         PEM_read_bio_PUBKEY (in, NULL, NULL, NULL);
}

/* GLib's decoder skips what is no base64, line breaks for one; a signature has none. */
static gboolean
is_base64 (const char *text)
{
  gsize length = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

  return strspn (text + length, "=") <= 2 && text[length + strspn (text + length, "=")] == '\0' &&
         strlen (text) % 4 == 0;
}

/* The issuer as Alipay hashes it: RFC 2253 in its reversed order, nothing of UTF-8 escaped. */
static char *
issuer_text (X509 *certificate)
{
  g_autoptr (BIO) out = BIO_new (BIO_s_mem ());
  char *text;
  long length;

  X509_NAME_print_ex (out, X509_get_issuer_name (certificate), 0,
                      XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  length = BIO_get_mem_data (out, &text);

  return g_strndup (text, (gsize) length);
}

static gboolean
signed_with_rsa (X509 *certificate)
{
  const X509_ALGOR *algorithm;
  const ASN1_OBJECT *object;
  char oid[64];

  X509_get0_signature (NULL, &algorithm, certificate);
  X509_ALGOR_get0 (&object, NULL, NULL, algorithm);
  OBJ_obj2txt (oid, sizeof oid, object, 1);

  return g_str_has_prefix (oid, "1.2.840.113549.1.1");
}

/* Both directions of AES-CBC with PKCS#7 padding; Alipay starts with sixteen zero bytes. */
static GByteArray *
run_cbc (const char   *key_base64,
         const guint8 *in,
         gsize         in_length,
         int           encrypts)
{
  static const guint8 zeros[CBC_KEY_BYTES];
  g_autoptr (EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new ();
  g_autoptr (GByteArray) out = g_byte_array_sized_new ((guint) in_length + CBC_KEY_BYTES);
  gsize key_length;
  g_autofree guchar *key = g_base64_decode (key_base64, &key_length);
  int length = 0, last = 0;

  g_assert (key_length == CBC_KEY_BYTES);
  g_byte_array_set_size (out, (guint) in_length + CBC_KEY_BYTES);
  if (!EVP_CipherInit_ex (context, EVP_aes_128_cbc (), NULL, key, zeros, encrypts) ||
      !EVP_CipherUpdate (context, out->data, &length, in, (int) in_length) ||
      !EVP_CipherFinal_ex (context, out->data + length, &last))
    return NULL;
  g_byte_array_set_size (out, (guint) (length + last));

  return g_steal_pointer (&out);
}

/**
 * till_sandbox_resource:
 * @resource: a file of data/sandbox
 *
 * Returns: (transfer full): what is compiled in under that name
 */
GBytes *
till_sandbox_resource (const char *resource)
{
  g_autofree char *path = g_strconcat (RESOURCES, resource, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);

  g_assert_no_error (error);
  return bytes;
}

/**
 * till_sandbox_resource_text:
 * @resource: as of till_sandbox_resource()
 *
 * Returns: (transfer full): its text, without the line's end after it
 */
char *
till_sandbox_resource_text (const char *resource)
{
  g_autoptr (GBytes) bytes = till_sandbox_resource (resource);

  return g_strchomp (g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
}

/**
 * till_sandbox_key:
 * @resource: a PEM file of data/sandbox, with a private or a public key
 *
 * Returns: (transfer none): the key
 */
EVP_PKEY *
till_sandbox_key (const char *resource)
{
  EVP_PKEY *key;

  if (!keys)
    keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  key = g_hash_table_lookup (keys, resource);
  if (!key) {
    key = parse_key (resource);
    g_assert (key != NULL);
    g_hash_table_insert (keys, g_strdup (resource), key);
  }

  return key;
}

/**
 * till_sandbox_certificate:
 * @resource: a PEM file of data/sandbox, with a certificate
 *
 * Returns: (transfer none): the certificate
 */
X509 *
till_sandbox_certificate (const char *resource)
{
  X509 *certificate;

  if (!certificates)
    certificates = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  certificate = g_hash_table_lookup (certificates, resource);
  if (!certificate) {
    g_autoptr (GBytes) bytes = till_sandbox_resource (resource);
    g_autoptr (BIO) in = open_bytes (bytes);

    certificate = PEM_read_bio_X509 (in, NULL, NULL, NULL);
    g_assert (certificate != NULL);
    g_hash_table_insert (certificates, g_strdup (resource), certificate);
  }

  return certificate;
}

/**
 * till_sandbox_sign:
 *
 * Returns: (transfer full): SHA256withRSA over @text, base64 without line breaks
 */
char *
till_sandbox_sign (EVP_PKEY   *key,
                   const void *text,
                   gsize       length)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  guint8 signature[512];
  gsize signature_length = sizeof signature;

  if (!EVP_DigestSignInit (context, NULL, EVP_sha256 (), NULL, key) ||
      !EVP_DigestSign (context, signature, &signature_length, text, length))
    g_error ("sandbox: cannot sign");

  return g_base64_encode (signature, signature_length);
}

/**
 * till_sandbox_verify:
 * @signature: base64 without line breaks
 *
 * Returns: whether @signature is SHA256withRSA of @text by @key
 */
gboolean
till_sandbox_verify (EVP_PKEY   *key,
                     const void *text,
                     gsize       length,
                     const char *signature)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  gsize signature_length;
  g_autofree guchar *bytes = g_base64_decode (signature, &signature_length);

  return signature_length > 0 && is_base64 (signature) &&
         EVP_DigestVerifyInit (context, NULL, EVP_sha256 (), NULL, key) == 1 &&
         EVP_DigestVerify (context, bytes, signature_length, text, length) == 1;
}

/**
 * till_sandbox_serial:
 *
 * Returns: (transfer full): the serial number as WeChat writes it: 40 upper-case hex digits
 */
char *
till_sandbox_serial (X509 *certificate)
{
  g_autoptr (BIGNUM) number = ASN1_INTEGER_to_BN (X509_get0_serialNumber (certificate), NULL);
  char *hex = BN_bn2hex (number);
  char *serial = g_strdup (hex);

  OPENSSL_free (hex);
  return serial;
}

/**
 * till_sandbox_alipay_sn:
 *
 * Returns: (transfer full): the certificate's number as Alipay writes it: the MD5 of issuer and
 *   decimal serial. Source: alipay-sdk-nodejs-all, alipay-easysdk (AntCertificationUtil).
 */
char *
till_sandbox_alipay_sn (X509 *certificate)
{
  g_autoptr (BIGNUM) number = ASN1_INTEGER_to_BN (X509_get0_serialNumber (certificate), NULL);
  char *serial = BN_bn2dec (number);
  g_autofree char *issuer = issuer_text (certificate);
  g_autofree char *text = g_strconcat (issuer, serial, NULL);

  OPENSSL_free (serial);
  return g_compute_checksum_for_string (G_CHECKSUM_MD5, text, -1);
}

/**
 * till_sandbox_alipay_root_sn:
 * @pem: several certificates
 *
 * Returns: (transfer full): the numbers of those that are signed with RSA, joined by '_'
 */
char *
till_sandbox_alipay_root_sn (GBytes *pem)
{
  g_autoptr (BIO) in = open_bytes (pem);
  GString *text = g_string_new (NULL);
  X509 *next;

  while ((next = PEM_read_bio_X509 (in, NULL, NULL, NULL))) {
    g_autoptr (X509) certificate = next;

    if (signed_with_rsa (certificate)) {
      g_autofree char *sn = till_sandbox_alipay_sn (certificate);

      g_string_append_printf (text, "%s%s", text->len ? "_" : "", sn);
    }
  }

  return g_string_free (text, FALSE);
}

/**
 * till_sandbox_seal_gcm:
 * @key: 32 ASCII characters, WeChat's APIv3 key
 * @nonce: 12 ASCII characters
 * @associated: additional data
 *
 * Returns: (transfer full): base64 of the ciphertext and its tag, AEAD_AES_256_GCM
 */
char *
till_sandbox_seal_gcm (const char *key,
                       const char *nonce,
                       const char *associated,
                       GBytes     *plain)
{
  g_autoptr (EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new ();
  gsize length;
  const guint8 *in = g_bytes_get_data (plain, &length);
  g_autofree guint8 *out = g_malloc (length + GCM_TAG_BYTES);
  int done;

  g_assert (strlen (key) == 32 && strlen (nonce) == 12);
  if (!EVP_EncryptInit_ex (context, EVP_aes_256_gcm (), NULL, (const guint8 *) key,
                           (const guint8 *) nonce) ||
      !EVP_EncryptUpdate (context, NULL, &done, (const guint8 *) associated,
                          (int) strlen (associated)) ||
      !EVP_EncryptUpdate (context, out, &done, in, (int) length) ||
      !EVP_EncryptFinal_ex (context, out + done, &done) ||
      !EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_GCM_GET_TAG, GCM_TAG_BYTES, out + length))
    g_error ("sandbox: cannot encrypt");

  return g_base64_encode (out, length + GCM_TAG_BYTES);
}

/**
 * till_sandbox_seal_cbc:
 * @key_base64: 16 bytes
 *
 * Returns: (transfer full): base64 of @plain as Alipay encrypts content
 */
char *
till_sandbox_seal_cbc (const char *key_base64,
                       const char *plain)
{
  g_autoptr (GByteArray) out = run_cbc (key_base64, (const guint8 *) plain, strlen (plain), 1);

  g_assert (out != NULL);
  return g_base64_encode (out->data, out->len);
}

/**
 * till_sandbox_open_cbc:
 * @sealed: base64
 *
 * Returns: (transfer full) (nullable): the text, %NULL where @sealed does not decrypt
 */
char *
till_sandbox_open_cbc (const char *key_base64,
                       const char *sealed)
{
  gsize length;
  g_autofree guchar *bytes = g_base64_decode (sealed, &length);
  g_autoptr (GByteArray) out = NULL;

  if (length == 0 || length % CBC_KEY_BYTES != 0)
    return NULL;
  out = run_cbc (key_base64, bytes, length, 0);

  return out ? g_strndup ((const char *) out->data, out->len) : NULL;
}
