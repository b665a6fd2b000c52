/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/seal.h"

#include "acquirer/acquirer.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#define GCM_NONCE_BYTES 12 /* wechat-pay-v3, AEAD_AES_256_GCM; so is the tag's length */
#define GCM_TAG_BYTES 16
#define CBC_KEY_BYTES 16   /* Alipay's content encryption; so is the block's length */
#define CBC_BLOCK_BYTES 16

typedef EVP_CIPHER_CTX CipherCtx;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CipherCtx, EVP_CIPHER_CTX_free)

/* OpenSSL's own queue is emptied, so that the next failure does not report this one. */
static void
fail (GError    **error,
      const char *what)
{
  ERR_clear_error ();
  g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER, what);
}

static const EVP_CIPHER *
gcm_of (const char *key)
{
  return strlen (key) == 32 ? EVP_aes_256_gcm () : strlen (key) == 16 ? EVP_aes_128_gcm () : NULL;
}

static gboolean
open_gcm (CipherCtx    *ctx,
          const char   *key,
          const char   *nonce,
          const char   *associated,
          const guint8 *sealed,
          int           n_sealed,
          guint8       *text)
{
  guint8 *tag = (guint8 *) sealed + n_sealed;
  int n = 0;
  int n_last = 0;

  return EVP_DecryptInit_ex2 (ctx, gcm_of (key), (const guint8 *) key, (const guint8 *) nonce,
                              NULL) == 1 &&
         EVP_DecryptUpdate (ctx, NULL, &n, (const guint8 *) associated,
                            (int) strlen (associated)) == 1 &&
         EVP_DecryptUpdate (ctx, text, &n, sealed, n_sealed) == 1 &&
         EVP_CIPHER_CTX_ctrl (ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG_BYTES, tag) == 1 &&
         EVP_DecryptFinal_ex (ctx, text + n, &n_last) == 1;
}

/* The key's 16 bytes, or NULL; to be wiped. */
static guint8 *
read_cbc_key (const char *key)
{
  gsize n_bytes;
  guint8 *bytes = till_base64_decode (key, &n_bytes);

  if (bytes && n_bytes == CBC_KEY_BYTES)
    return bytes;

  if (bytes)
    OPENSSL_cleanse (bytes, n_bytes);
  g_free (bytes);
  return NULL;
}

/* One pass of AES-128-CBC with PKCS#7 padding and the IV of zeros that Alipay fixes. Returns the
 * number of bytes in @out, which has room for one block more than @n_in; −1 where it fails. */
static int
run_cbc (gboolean      seals,
         const char   *key,
         const guint8 *in,
         int           n_in,
         guint8       *out)
{
  static const guint8 iv[CBC_BLOCK_BYTES];
  g_autoptr (CipherCtx) ctx = EVP_CIPHER_CTX_new ();
  guint8 *key_bytes = read_cbc_key (key);
  int n = 0;
  int n_last = 0;
  gboolean done;

  if (!key_bytes)
    return -1;

  done = EVP_CipherInit_ex2 (ctx, EVP_aes_128_cbc (), key_bytes, iv, seals, NULL) == 1 &&
         EVP_CipherUpdate (ctx, out, &n, in, n_in) == 1 &&
         EVP_CipherFinal_ex (ctx, out + n, &n_last) == 1;
  OPENSSL_cleanse (key_bytes, CBC_KEY_BYTES);
  g_free (key_bytes);

  return done ? n + n_last : -1;
}

static guint8 *
compute_hmac (const char *digest,
              const char *key,
              const char *text,
              gsize      *n_bytes)
{
  guint8 *bytes = g_malloc (EVP_MAX_MD_SIZE);

  if (!EVP_Q_mac (NULL, "HMAC", NULL, digest, NULL, key, strlen (key), (const guint8 *) text,
                  strlen (text), bytes, EVP_MAX_MD_SIZE, n_bytes))
    g_error ("no HMAC with %s in OpenSSL", digest);

  return bytes;
}

/**
 * till_wipe:
 * @secret: (nullable): overwritten, then freed
 */
void
till_wipe (TillWiped *secret)
{
  if (secret)
    OPENSSL_cleanse (secret, strlen (secret));
  g_free (secret);
}

/**
 * till_base64_decode:
 * @text: base64 in one line, padded; nothing else is taken for it
 * @n_bytes: (out): written on success only
 *
 * GLib's decoder skips what it does not know. A signature must not get shorter that way.
 *
 * Returns: (transfer full) (nullable): the bytes, with a NUL after them; %NULL where @text is
 *   empty or no base64
 */
guint8 *
till_base64_decode (const char *text,
                    gsize      *n_bytes)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  gsize length = strlen (text);
  gsize n_digits = strspn (text, digits);
  guint8 *bytes;

  if (length == 0 || length % 4 != 0 || length - n_digits > 2 ||
      strspn (text + n_digits, "=") != length - n_digits)
    return NULL;

  bytes = g_malloc0 (length / 4 * 3 + 1);
  if (EVP_DecodeBlock (bytes, (const guint8 *) text, (int) length) < 0) {
    ERR_clear_error ();
    g_free (bytes);
    return NULL;
  }

  *n_bytes = length / 4 * 3 - (length - n_digits);
  return bytes;
}

/**
 * till_hex:
 *
 * Returns: (transfer full): the bytes in lower hex
 */
char *
till_hex (const guint8 *bytes,
          gsize         n_bytes)
{
  GString *hex = g_string_sized_new (2 * n_bytes);

  for (gsize i = 0; i < n_bytes; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);

  return g_string_free (hex, FALSE);
}

/**
 * till_digest_hex:
 * @digest: "MD5", "SHA256", "SM3"
 *
 * Returns: (transfer full): the digest of @text, in lower hex
 */
char *
till_digest_hex (const char *digest,
                 const char *text)
{
  guint8 bytes[EVP_MAX_MD_SIZE];
  gsize n_bytes = 0;

  if (EVP_Q_digest (NULL, digest, NULL, text, strlen (text), bytes, &n_bytes) != 1)
    g_error ("no digest %s in OpenSSL", digest);

  return till_hex (bytes, n_bytes);
}

/**
 * till_hmac_hex:
 * @digest: "SHA256", "SM3"
 * @key: a secret, as the bytes of its text
 *
 * Returns: (transfer full): the code of @text under @key, in lower hex
 */
char *
till_hmac_hex (const char *digest,
               const char *key,
               const char *text)
{
  gsize n_bytes = 0;
  g_autofree guint8 *bytes = compute_hmac (digest, key, text, &n_bytes);

  return till_hex (bytes, n_bytes);
}

/**
 * till_hmac_base64:
 *
 * Returns: (transfer full): the same as till_hmac_hex(), as base64
 */
char *
till_hmac_base64 (const char *digest,
                  const char *key,
                  const char *text)
{
  gsize n_bytes = 0;
  g_autofree guint8 *bytes = compute_hmac (digest, key, text, &n_bytes);

  return g_base64_encode (bytes, n_bytes);
}

/**
 * till_gcm_open:
 * @key: 32 ASCII characters, the APIv3 key (16 make it AES-128, as one vector has it)
 * @nonce: 12 characters
 * @associated: may be ""
 * @sealed: base64 of the cipher text and its 16-byte tag
 * @error: set to %TILL_ACQUIRER_ERROR_ANSWER
 *
 * Returns: (transfer full): the text; %NULL where the tag does not fit
 */
char *
till_gcm_open (const char *key,
               const char *nonce,
               const char *associated,
               const char *sealed,
               GError    **error)
{
  g_autoptr (CipherCtx) ctx = EVP_CIPHER_CTX_new ();
  g_autofree guint8 *bytes = NULL;
  g_autofree guint8 *text = NULL;
  gsize n_bytes = 0;

  bytes = till_base64_decode (sealed, &n_bytes);
  if (!bytes || n_bytes <= GCM_TAG_BYTES || strlen (nonce) != GCM_NONCE_BYTES || !gcm_of (key)) {
    fail (error, "the sealed text or its key has a wrong form");
    return NULL;
  }

  text = g_malloc0 (n_bytes);
  if (!open_gcm (ctx, key, nonce, associated, bytes, (int) n_bytes - GCM_TAG_BYTES, text)) {
    fail (error, "the sealed text does not open: compare the APIv3 key with the platform's");
    return NULL;
  }

  return (char *) g_steal_pointer (&text);
}

/**
 * till_cbc_key_is_valid:
 *
 * Returns: whether @key is the base64 of 16 bytes, as Alipay hands out its AES keys
 */
gboolean
till_cbc_key_is_valid (const char *key)
{
  guint8 *bytes = read_cbc_key (key);

  if (!bytes)
    return FALSE;

  OPENSSL_cleanse (bytes, CBC_KEY_BYTES);
  g_free (bytes);
  return TRUE;
}

/**
 * till_cbc_seal:
 * @key: for which till_cbc_key_is_valid() holds
 *
 * Returns: (transfer full): base64 of @text under AES-CBC, as Alipay's encrypt_type=AES wants it
 */
char *
till_cbc_seal (const char *key,
               const char *text)
{
  int n_text = (int) strlen (text);
  g_autofree guint8 *out = g_malloc ((gsize) n_text + CBC_BLOCK_BYTES);
  int n_out = run_cbc (TRUE, key, (const guint8 *) text, n_text, out);

  g_return_val_if_fail (n_out >= 0, NULL);

  return g_base64_encode (out, (gsize) n_out);
}

/**
 * till_cbc_open:
 * @sealed: base64
 * @error: set to %TILL_ACQUIRER_ERROR_ANSWER
 *
 * Returns: (transfer full): the text that till_cbc_seal() was given
 */
char *
till_cbc_open (const char *key,
               const char *sealed,
               GError    **error)
{
  g_autofree guint8 *bytes = NULL;
  g_autofree guint8 *out = NULL;
  gsize n_bytes = 0;
  int n_out = -1;

  bytes = till_base64_decode (sealed, &n_bytes);
  if (bytes) {
    out = g_malloc0 (n_bytes + CBC_BLOCK_BYTES + 1);
    n_out = run_cbc (FALSE, key, bytes, (int) n_bytes, out);
  }
  if (n_out < 0) {
    fail (error, "the sealed text does not open: compare the AES key with the one at Alipay");
    return NULL;
  }

  out[n_out] = '\0';
  return (char *) g_steal_pointer (&out);
}
