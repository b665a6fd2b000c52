/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/sm4.h"

#include "acquirer/acquirer.h"
#include "acquirer/seal.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

/* SM4, GM/T 0002, in CBC with PKCS#7 padding: OpenSSL 3.0 has no GCM of it. */

typedef EVP_CIPHER Cipher;
typedef EVP_CIPHER_CTX CipherCtx;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Cipher, EVP_CIPHER_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CipherCtx, EVP_CIPHER_CTX_free)

/* Returns the number of bytes in @out, which has room for one block more than @n_in; −1 where it
 * fails. */
static int
run_cbc (gboolean      seals,
         const guint8 *key,
         const guint8 *iv,
         const guint8 *in,
         int           n_in,
         guint8       *out)
{
  g_autoptr (Cipher) cipher = EVP_CIPHER_fetch (NULL, "SM4-CBC", NULL);
  g_autoptr (CipherCtx) ctx = EVP_CIPHER_CTX_new ();
  int n = 0;
  int n_last = 0;

  if (!cipher || EVP_CipherInit_ex2 (ctx, cipher, key, iv, seals, NULL) != 1 ||
      EVP_CipherUpdate (ctx, out, &n, in, n_in) != 1 ||
      EVP_CipherFinal_ex (ctx, out + n, &n_last) != 1) {
    ERR_clear_error ();
    return -1;
  }

  return n + n_last;
}

/**
 * till_sm4_seal:
 * @key: %TILL_SM4_BYTES
 * @iv: %TILL_SM4_BYTES
 *
 * Returns: (transfer full): base64 of @text under SM4-CBC
 */
char *
till_sm4_seal (const guint8 *key,
               const guint8 *iv,
               const char   *text)
{
  int n_text = (int) strlen (text);
  g_autofree guint8 *out = g_malloc ((gsize) n_text + TILL_SM4_BYTES);
  int n_out = run_cbc (TRUE, key, iv, (const guint8 *) text, n_text, out);

  if (n_out < 0)
    g_error ("no SM4-CBC in OpenSSL");

  return g_base64_encode (out, (gsize) n_out);
}

/**
 * till_sm4_open:
 * @sealed: base64
 * @error: set to %TILL_ACQUIRER_ERROR_ANSWER
 *
 * Returns: (transfer full): the text that till_sm4_seal() was given
 */
char *
till_sm4_open (const guint8 *key,
               const guint8 *iv,
               const char   *sealed,
               GError      **error)
{
  g_autofree guint8 *bytes = NULL;
  g_autofree guint8 *out = NULL;
  gsize n_bytes = 0;
  int n_out = -1;

  bytes = till_base64_decode (sealed, &n_bytes);
  if (bytes) {
    out = g_malloc0 (n_bytes + TILL_SM4_BYTES + 1);
    n_out = run_cbc (FALSE, key, iv, bytes, (int) n_bytes, out);
  }
  if (n_out < 0) {
    g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER,
                         "the sealed text does not open with this SM4 key");
    return NULL;
  }

  out[n_out] = '\0';
  return (char *) g_steal_pointer (&out);
}
