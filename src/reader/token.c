/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/token.h"

#include <string.h>
#include <sys/random.h>

#include <gio/gio.h>
#include <openssl/evp.h>

/* Base64 of: nonce, sealed text, tag. AES-256-GCM; the name stands for the form of the text. */

#define NAME        "till-token-1"
#define NONCE_BYTES 12
#define TAG_BYTES   16
#define TEXT_MAX    512
#define PARTS       5

typedef struct {
  guint8 bytes[TEXT_MAX];
  gsize  n_bytes;
} Text;

static gboolean
fail (GError    **error,
      const char *what)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, what);
  return FALSE;
}

static void
put (Text       *text,
     const void *bytes,
     gsize       n_bytes)
{
  g_assert (n_bytes <= 0xff && text->n_bytes + 1 + n_bytes <= sizeof text->bytes);

  text->bytes[text->n_bytes++] = (guint8) n_bytes;
  memcpy (text->bytes + text->n_bytes, bytes, n_bytes);
  text->n_bytes += n_bytes;
}

static void
write_text (const TillEmvCard *card,
            Text              *text)
{
  guint8 sequence = (guint8) card->pan_sequence;

  text->n_bytes = 0;
  put (text, card->pan, strlen (card->pan));
  put (text, card->track_2, strlen (card->track_2));
  put (text, card->expiry, strlen (card->expiry));
  put (text, &sequence, card->pan_sequence >= 0 ? 1 : 0);
  put (text, card->field_55, card->n_field_55);
}

static gboolean
read_text (const Text  *text,
           TillEmvCard *card)
{
  guint8 sequence = 0;
  struct {
    void  *place;
    gsize  n_max;
    gsize  n;
  } parts[PARTS] = {
    { card->pan, sizeof card->pan - 1 },
    { card->track_2, sizeof card->track_2 - 1 },
    { card->expiry, sizeof card->expiry - 1 },
    { &sequence, 1 },
    { card->field_55, sizeof card->field_55 },
  };
  gsize at = 0;

  for (guint i = 0; i < PARTS; i++) {
    parts[i].n = at < text->n_bytes ? text->bytes[at++] : G_MAXSIZE;
    if (parts[i].n > parts[i].n_max || parts[i].n > text->n_bytes - at)
      return FALSE;
    memcpy (parts[i].place, text->bytes + at, parts[i].n);
    at += parts[i].n;
  }

  card->pan_sequence = parts[3].n == 1 ? sequence : -1;
  card->n_field_55 = parts[4].n;
  return at == text->n_bytes;
}

/* One direction or the other; in, the tag is checked. */
static gboolean
crypt_text (gboolean      seals,
            const guint8 *key,
            const guint8 *nonce,
            const guint8 *in,
            gsize         n_bytes,
            guint8       *out,
            guint8       *tag)
{
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  int n_out = 0, n_last = 0;
  gboolean done =
    context && EVP_CipherInit_ex2 (context, EVP_aes_256_gcm (), key, nonce, seals, NULL) &&
    EVP_CipherUpdate (context, NULL, &n_out, (const guint8 *) NAME, (int) strlen (NAME)) &&
    EVP_CipherUpdate (context, out, &n_out, in, (int) n_bytes) && n_out == (int) n_bytes &&
    (seals || EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag)) &&
    EVP_CipherFinal_ex (context, out + n_out, &n_last) &&
    (!seals || EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, tag));

  EVP_CIPHER_CTX_free (context);
  return done;
}

/**
 * till_token_seal:
 * @card: one that may go online
 * @key: fresh from the system's random source, of this payment alone
 * @error: set where the system has no random numbers or no AES
 *
 * Returns: (transfer full) (nullable): printable; without the key it says nothing about the card
 */
char *
till_token_seal (const TillEmvCard *card,
                 const guint8       key[TILL_TOKEN_KEY],
                 GError           **error)
{
  guint8 sealed[NONCE_BYTES + TEXT_MAX + TAG_BYTES];
  Text text;
  gboolean done;

  write_text (card, &text);
  done = getrandom (sealed, NONCE_BYTES, 0) == NONCE_BYTES &&
         crypt_text (TRUE, key, sealed, text.bytes, text.n_bytes, sealed + NONCE_BYTES,
                     sealed + NONCE_BYTES + text.n_bytes);
  explicit_bzero (text.bytes, sizeof text.bytes);

  if (!done) {
    fail (error, "the card's data cannot be sealed");
    return NULL;
  }

  return g_base64_encode (sealed, NONCE_BYTES + text.n_bytes + TAG_BYTES);
}

/**
 * till_token_open:
 * @card: (out caller-allocates): account data only; the caller wipes them
 * @error: set where it was changed, or sealed under another key
 *
 * Opens what till_token_seal() made.
 */
gboolean
till_token_open (const char   *token,
                 const guint8  key[TILL_TOKEN_KEY],
                 TillEmvCard  *card,
                 GError      **error)
{
  gsize n_sealed;
  g_autofree guint8 *sealed = g_base64_decode (token, &n_sealed);
  Text text = { .n_bytes = 0 };
  gboolean done;

  if (n_sealed < NONCE_BYTES + TAG_BYTES || n_sealed > NONCE_BYTES + TEXT_MAX + TAG_BYTES)
    return fail (error, "the card's sealed data are cut off");

  *card = (TillEmvCard) { .decision = TILL_EMV_ONLINE };
  text.n_bytes = n_sealed - NONCE_BYTES - TAG_BYTES;
  done = crypt_text (FALSE, key, sealed, sealed + NONCE_BYTES, text.n_bytes, text.bytes,
                     sealed + n_sealed - TAG_BYTES) &&
         read_text (&text, card);
  explicit_bzero (text.bytes, sizeof text.bytes);
  if (!done)
    till_emv_card_wipe_account (card);

  return done || fail (error, "the card's sealed data were changed, or are of another key");
}
