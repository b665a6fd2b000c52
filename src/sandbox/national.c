/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/national.h"

#include <openssl/ec.h>
#include <string.h>

#define USER_ID "1234567812345678"   /* GM/T 0009 */
#define HALF 32

/* A context that knows who signs; @owned is to be freed after it. */
static EVP_MD_CTX *
open_context (EVP_PKEY      *key,
              EVP_PKEY_CTX **owned)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();

  *owned = EVP_PKEY_CTX_new_from_pkey (NULL, key, NULL);
  EVP_MD_CTX_set_pkey_ctx (context, *owned);
  if (EVP_PKEY_CTX_set1_id (*owned, USER_ID, (int) strlen (USER_ID)) != 1)
    g_error ("sandbox: no SM2 id");

  return context;
}

static char *
to_raw (const guint8 *der,
        gsize         length)
{
  guint8 raw[2 * HALF];
  const guint8 *p = der;
  ECDSA_SIG *pair = d2i_ECDSA_SIG (NULL, &p, (long) length);

  g_assert (pair);
  BN_bn2binpad (ECDSA_SIG_get0_r (pair), raw, HALF);
  BN_bn2binpad (ECDSA_SIG_get0_s (pair), raw + HALF, HALF);
  ECDSA_SIG_free (pair);

  return g_base64_encode (raw, sizeof raw);
}

static guint8 *
from_raw (const guint8 *raw,
          int          *length)
{
  ECDSA_SIG *pair = ECDSA_SIG_new ();
  guint8 *der = NULL;

  ECDSA_SIG_set0 (pair, BN_bin2bn (raw, HALF, NULL), BN_bin2bn (raw + HALF, HALF, NULL));
  *length = i2d_ECDSA_SIG (pair, &der);
  ECDSA_SIG_free (pair);

  return der;
}

/**
 * till_sandbox_digest:
 * @digest: "SHA256", "SM3"
 *
 * Returns: (transfer full): lower hex
 */
char *
till_sandbox_digest (const char *digest,
                     const char *text)
{
  guint8 bytes[EVP_MAX_MD_SIZE];
  gsize length = 0;
  GString *hex = g_string_new (NULL);

  if (EVP_Q_digest (NULL, digest, NULL, text, strlen (text), bytes, &length) != 1)
    g_error ("sandbox: no digest %s", digest);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);

  return g_string_free (hex, FALSE);
}

/**
 * till_sandbox_sign_sm2:
 * @is_raw: r and s side by side, instead of DER
 *
 * Returns: (transfer full): SM2 with SM3 over @text, base64
 */
char *
till_sandbox_sign_sm2 (EVP_PKEY   *key,
                       const char *text,
                       gboolean    is_raw)
{
  EVP_PKEY_CTX *owned;
  EVP_MD_CTX *context = open_context (key, &owned);
  guint8 der[128];
  gsize length = sizeof der;

  if (EVP_DigestSignInit_ex (context, NULL, "SM3", NULL, NULL, key, NULL) != 1 ||
      EVP_DigestSign (context, der, &length, (const guint8 *) text, strlen (text)) != 1)
    g_error ("sandbox: cannot sign");
  EVP_MD_CTX_free (context);
  EVP_PKEY_CTX_free (owned);

  return is_raw ? to_raw (der, length) : g_base64_encode (der, length);
}

/**
 * till_sandbox_verify_sm2:
 * @signature: base64
 *
 * Returns: whether @signature, in this form, is @key's of @text
 */
gboolean
till_sandbox_verify_sm2 (EVP_PKEY   *key,
                         const char *text,
                         gboolean    is_raw,
                         const char *signature)
{
  gsize n_bytes;
  g_autofree guint8 *bytes = g_base64_decode (signature, &n_bytes);
  guint8 *der = is_raw && n_bytes == 2 * HALF ? NULL : OPENSSL_memdup (bytes, n_bytes);
  int length = (int) n_bytes;
  EVP_PKEY_CTX *owned;
  EVP_MD_CTX *context = open_context (key, &owned);
  gboolean fits;

  if (!der)
    der = from_raw (bytes, &length);
  fits = (n_bytes == 2 * HALF) == is_raw &&
         EVP_DigestVerifyInit_ex (context, NULL, "SM3", NULL, NULL, key, NULL) == 1 &&
         EVP_DigestVerify (context, der, (gsize) length, (const guint8 *) text,
                           strlen (text)) == 1;
  OPENSSL_free (der);
  EVP_MD_CTX_free (context);
  EVP_PKEY_CTX_free (owned);

  return fits;
}
