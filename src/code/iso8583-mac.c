/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/iso8583-mac.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "code/bcd.h"

/* The "ECB" algorithm of China's terminals over DES. Source: public POS code (MacEcbUtils), whose
 * vectors are in the tests. */

#define BLOCK      8
#define HEAD_BYTES 11 /* TPDU and head are not covered */
#define MAC_BYTES  8

/**
 * till_des_check:
 *
 * Returns: whether a key has a length that terminals use
 */
gboolean
till_des_check (gsize n_key)
{
  return n_key == 8 || n_key == 16;
}

/* DES alone is only in OpenSSL's legacy provider: with one key thrice EDE is the same. */
static void
expand (const guint8 *key,
        gsize         n_key,
        guint8        triple[24])
{
  memcpy (triple, key, 8);
  memcpy (triple + 8, n_key == 16 ? key + 8 : key, 8);
  memcpy (triple + 16, key, 8);
}

/**
 * till_des_crypt:
 * @key: of 8 or 16 bytes
 * @n_bytes: whole blocks of eight
 * @out: (out caller-allocates): as long; may be @in
 *
 * Each block alone, without padding.
 *
 * Returns: %FALSE where OpenSSL refuses, as it does in a mode that allows no DES
 */
gboolean
till_des_crypt (const guint8 *key,
                gsize         n_key,
                gboolean      encrypt,
                const guint8 *in,
                gsize         n_bytes,
                guint8       *out)
{
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  EVP_CIPHER *cipher = EVP_CIPHER_fetch (NULL, "DES-EDE3-ECB", NULL);
  guint8 triple[24];
  int n_out = 0;
  gboolean done;

  g_return_val_if_fail (till_des_check (n_key) && n_bytes % BLOCK == 0, FALSE);

  expand (key, n_key, triple);
  done = context && cipher && EVP_CipherInit_ex2 (context, cipher, triple, NULL, encrypt, NULL) &&
         EVP_CIPHER_CTX_set_padding (context, 0) &&
         EVP_CipherUpdate (context, out, &n_out, in, (int) n_bytes) && n_out == (int) n_bytes;

  explicit_bzero (triple, sizeof triple);
  EVP_CIPHER_free (cipher);
  EVP_CIPHER_CTX_free (context);
  return done;
}

/**
 * till_iso8583_mac:
 * @bytes: from the message's type to the last field before the code
 * @mac: (out caller-allocates): eight characters and a zero
 *
 * Makes the code that proves who made a message.
 */
gboolean
till_iso8583_mac (const guint8 *key,
                  gsize         n_key,
                  const guint8 *bytes,
                  gsize         n_bytes,
                  char          mac[9])
{
  guint8 folded[BLOCK] = { 0 };
  char hex[2 * BLOCK + 1];
  guint8 block[BLOCK];

  for (gsize i = 0; i < n_bytes; i++)
    folded[i % BLOCK] ^= bytes[i];
  till_bcd_to_hex (folded, BLOCK, hex);

  if (!till_des_crypt (key, n_key, TRUE, (const guint8 *) hex, BLOCK, block))
    return FALSE;
  for (guint i = 0; i < BLOCK; i++)
    block[i] ^= (guint8) hex[BLOCK + i];
  if (!till_des_crypt (key, n_key, TRUE, block, BLOCK, block))
    return FALSE;

  till_bcd_to_hex (block, BLOCK / 2, mac);
  return TRUE;
}

/**
 * till_iso8583_seal:
 * @message: packed, with anything as field 64
 *
 * Puts the code into the message's last field.
 */
gboolean
till_iso8583_seal (GByteArray   *message,
                   const guint8 *key,
                   gsize         n_key)
{
  gsize n_covered = message->len - HEAD_BYTES - MAC_BYTES;
  char mac[MAC_BYTES + 1];

  g_return_val_if_fail (message->len > HEAD_BYTES + MAC_BYTES, FALSE);

  if (!till_iso8583_mac (key, n_key, message->data + HEAD_BYTES, n_covered, mac))
    return FALSE;

  memcpy (message->data + message->len - MAC_BYTES, mac, MAC_BYTES);
  return TRUE;
}

/**
 * till_iso8583_verify:
 * @message: whose last field is field 64, as the caller has seen
 *
 * Returns: whether the code is that of the message
 */
gboolean
till_iso8583_verify (const guint8 *message,
                     gsize         n_bytes,
                     const guint8 *key,
                     gsize         n_key)
{
  char mac[MAC_BYTES + 1];

  if (n_bytes <= HEAD_BYTES + MAC_BYTES ||
      !till_iso8583_mac (key, n_key, message + HEAD_BYTES, n_bytes - HEAD_BYTES - MAC_BYTES, mac))
    return FALSE;

  return CRYPTO_memcmp (mac, message + n_bytes - MAC_BYTES, MAC_BYTES) == 0;
}
