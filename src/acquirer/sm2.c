/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/sm2.h"

#include "acquirer/acquirer.h"
#include "acquirer/key-private.h"
#include "acquirer/pem.h"
#include "acquirer/seal.h"

#include <glib/gi18n.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <string.h>

/* SM2 with SM3, GM/T 0003 and GB/T 32918: signatures that name their signer. */

#define NUMBER_BYTES 32                      /* of r, of s, of the private number */
#define POINT_BYTES (1 + 2 * NUMBER_BYTES)   /* 04, x, y */

typedef BIGNUM Bignum;
typedef EC_GROUP Curve;
typedef EC_POINT CurvePoint;
typedef ECDSA_SIG Signature;
typedef EVP_MD_CTX DigestCtx;
typedef EVP_PKEY_CTX KeyCtx;
typedef OSSL_PARAM Params;
typedef OSSL_PARAM_BLD ParamsBuilder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bignum, BN_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Curve, EC_GROUP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CurvePoint, EC_POINT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Signature, ECDSA_SIG_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DigestCtx, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KeyCtx, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Params, OSSL_PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParamsBuilder, OSSL_PARAM_BLD_free)

/* Exactly @n_bytes of hex in either case, or FALSE. */
static gboolean
read_hex (const char *hex,
          guint8     *bytes,
          gsize       n_bytes)
{
  if (strlen (hex) != 2 * n_bytes)
    return FALSE;

  for (gsize i = 0; i < n_bytes; i++) {
    int high = g_ascii_xdigit_value (hex[2 * i]);
    int low = g_ascii_xdigit_value (hex[2 * i + 1]);

    if (high < 0 || low < 0)
      return FALSE;
    bytes[i] = (guint8) (high << 4 | low);
  }

  return TRUE;
}

/* The point that belongs to a private number: signing needs it, as it is part of what is hashed. */
static gboolean
compute_point (const BIGNUM *number,
               guint8       *point_bytes)
{
  g_autoptr (Curve) curve = EC_GROUP_new_by_curve_name (NID_sm2);
  g_autoptr (CurvePoint) point = curve ? EC_POINT_new (curve) : NULL;

  return point && !BN_is_zero (number) && BN_cmp (number, EC_GROUP_get0_order (curve)) < 0 &&
         EC_POINT_mul (curve, point, number, NULL, NULL, NULL) == 1 &&
         EC_POINT_point2oct (curve, point, POINT_CONVERSION_UNCOMPRESSED, point_bytes, POINT_BYTES,
                             NULL) == POINT_BYTES;
}

/* A point that is not on the curve makes no key. */
static EVP_PKEY *
make_pkey (const guint8 *point_bytes,
           const BIGNUM *number) /* NULL: a public key */
{
  g_autoptr (ParamsBuilder) builder = OSSL_PARAM_BLD_new ();
  g_autoptr (KeyCtx) ctx = EVP_PKEY_CTX_new_from_name (NULL, "SM2", NULL);
  g_autoptr (Params) params = NULL;
  EVP_PKEY *pkey = NULL;

  if (OSSL_PARAM_BLD_push_utf8_string (builder, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) == 1 &&
      OSSL_PARAM_BLD_push_octet_string (builder, OSSL_PKEY_PARAM_PUB_KEY, point_bytes,
                                        POINT_BYTES) == 1 &&
      (!number || OSSL_PARAM_BLD_push_BN (builder, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1))
    params = OSSL_PARAM_BLD_to_param (builder);

  if (!params || EVP_PKEY_fromdata_init (ctx) != 1 ||
      EVP_PKEY_fromdata (ctx, &pkey, number ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) != 1)
    return NULL;

  return pkey;
}

static TillKey *
load_key (const char *path,
          gboolean    wants_private,
          GError    **error)
{
  g_autoptr (TillWiped) text = till_pem_read (path, error);

  return text ? till_key_parse (text, path, wants_private, TILL_KEY_SM2, error) : NULL;
}

/* DER → r‖s; FALSE where it is no SEQUENCE of two numbers, or there is more behind it. */
static gboolean
split (const guint8 *der,
       gsize         n_der,
       guint8       *raw)
{
  const guint8 *end = der;
  g_autoptr (Signature) pair = d2i_ECDSA_SIG (NULL, &end, (long) n_der);

  return pair && end == der + n_der &&
         BN_bn2binpad (ECDSA_SIG_get0_r (pair), raw, NUMBER_BYTES) == NUMBER_BYTES &&
         BN_bn2binpad (ECDSA_SIG_get0_s (pair), raw + NUMBER_BYTES, NUMBER_BYTES) == NUMBER_BYTES;
}

/* r‖s → DER, which is made by OPENSSL_malloc(). */
static guint8 *
join (const guint8 *raw,
      int          *n_der)
{
  g_autoptr (Signature) pair = ECDSA_SIG_new ();
  guint8 *der = NULL;

  ECDSA_SIG_set0 (pair, BN_bin2bn (raw, NUMBER_BYTES, NULL),
                  BN_bin2bn (raw + NUMBER_BYTES, NUMBER_BYTES, NULL));
  *n_der = i2d_ECDSA_SIG (pair, &der);

  return der;
}

static char *
write_signature (TillSm2Form   form,
                 const guint8 *der,
                 gsize         n_der)
{
  guint8 raw[2 * NUMBER_BYTES];

  if (form == TILL_SM2_DER_BASE64)
    return g_base64_encode (der, n_der);
  if (!split (der, n_der, raw))
    return NULL;

  return form == TILL_SM2_RAW_HEX ? till_hex (raw, sizeof raw) : g_base64_encode (raw, sizeof raw);
}

/* The DER within @signature, to be freed by OPENSSL_free(); NULL where it has another form. */
static guint8 *
read_signature (TillSm2Form  form,
                const char  *signature,
                int         *n_der)
{
  guint8 raw[2 * NUMBER_BYTES];
  g_autofree guint8 *bytes = NULL;
  gsize n_bytes = 0;

  if (form == TILL_SM2_RAW_HEX)
    return read_hex (signature, raw, sizeof raw) ? join (raw, n_der) : NULL;

  bytes = till_base64_decode (signature, &n_bytes);
  if (!bytes)
    return NULL;
  if (form == TILL_SM2_RAW_BASE64)
    return n_bytes == sizeof raw ? join (bytes, n_der) : NULL;
  if (!split (bytes, n_bytes, raw))
    return NULL;

  *n_der = (int) n_bytes;
  return OPENSSL_memdup (bytes, n_bytes);
}

/* OpenSSL 3.0 takes an empty id where none is set, and then nobody else's signature verifies. */
static KeyCtx *
open_ctx (const TillKey *key,
          const char    *user_id,
          EVP_MD_CTX    *digest)
{
  g_autoptr (KeyCtx) ctx = EVP_PKEY_CTX_new_from_pkey (NULL, till_key_get_pkey (key), NULL);

  EVP_MD_CTX_set_pkey_ctx (digest, ctx);
  if (EVP_PKEY_CTX_set1_id (ctx, user_id, (int) strlen (user_id)) != 1)
    return NULL;

  return g_steal_pointer (&ctx);
}

/**
 * till_sm2_load_private:
 * @path: PKCS#8 or SEC 1, as PEM or as bare base64
 * @error: set to %TILL_ACQUIRER_ERROR_KEY; the text names the file and what to do
 *
 * Returns: (transfer full): our own key; wiped when freed
 */
TillKey *
till_sm2_load_private (const char *path,
                       GError    **error)
{
  return load_key (path, TRUE, error);
}

/**
 * till_sm2_load_public:
 * @path: a public key as PEM or bare base64
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): the other side's key
 */
TillKey *
till_sm2_load_public (const char *path,
                      GError    **error)
{
  return load_key (path, FALSE, error);
}

/**
 * till_sm2_load_certificate:
 * @path: PEM; its first certificate is taken
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): the certificate's key, with serial, subject and last day
 */
TillKey *
till_sm2_load_certificate (const char *path,
                           GError    **error)
{
  g_autoptr (TillWiped) text = till_pem_read (path, error);

  return text ? till_key_parse_certified (text, path, TILL_KEY_SM2, error) : NULL;
}

/**
 * till_sm2_parse_certificate:
 * @pem: as it was downloaded
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): like till_sm2_load_certificate()
 */
TillKey *
till_sm2_parse_certificate (const char *pem,
                            GError    **error)
{
  return till_key_parse_certified (pem, "the download", TILL_KEY_SM2, error);
}

/**
 * till_sm2_parse_private_hex:
 * @hex: the private number, 64 digits, as banks hand it out
 * @name: what @error shall call it
 * @error: set to %TILL_ACQUIRER_ERROR_KEY; never repeats @hex
 *
 * Returns: (transfer full): our own key
 */
TillKey *
till_sm2_parse_private_hex (const char *hex,
                            const char *name,
                            GError    **error)
{
  guint8 bytes[NUMBER_BYTES];
  guint8 point[POINT_BYTES];
  g_autoptr (Bignum) number = NULL;
  EVP_PKEY *pkey = NULL;

  if (read_hex (hex, bytes, sizeof bytes))
    number = BN_bin2bn (bytes, sizeof bytes, NULL);
  OPENSSL_cleanse (bytes, sizeof bytes);
  if (number && compute_point (number, point))
    pkey = make_pkey (point, number);

  if (!pkey) {
    till_pem_fail (error, name, _("is no SM2 private key of 64 hex digits: copy it again"));
    return NULL;
  }

  return till_key_take (pkey, name, TILL_KEY_SM2, error);
}

/**
 * till_sm2_parse_public_hex:
 * @hex: 04, x and y: 130 digits
 * @name: what @error shall call it
 * @error: set to %TILL_ACQUIRER_ERROR_KEY
 *
 * Returns: (transfer full): the other side's key
 */
TillKey *
till_sm2_parse_public_hex (const char *hex,
                           const char *name,
                           GError    **error)
{
  guint8 point[POINT_BYTES];
  EVP_PKEY *pkey = read_hex (hex, point, sizeof point) ? make_pkey (point, NULL) : NULL;

  if (!pkey) {
    till_pem_fail (error, name, _("is no SM2 public key of 130 hex digits: copy it again"));
    return NULL;
  }

  return till_key_take (pkey, name, TILL_KEY_SM2, error);
}

/**
 * till_sm2_sign:
 * @key: a private one
 * @user_id: %TILL_SM2_USER_ID unless the protocol has another
 * @error: set to %TILL_ACQUIRER_ERROR_BUILD
 *
 * Each signature of one text is another: they are drawn by chance, and only verify. May run in any
 * thread.
 *
 * Returns: (transfer full): the signature in one line
 */
char *
till_sm2_sign (const TillKey *key,
               const char    *user_id,
               TillSm2Form    form,
               const char    *text,
               GError       **error)
{
  g_autoptr (DigestCtx) digest = EVP_MD_CTX_new ();
  g_autoptr (KeyCtx) ctx = open_ctx (key, user_id, digest);
  EVP_PKEY *pkey = till_key_get_pkey (key);
  g_autofree guint8 *der = g_malloc ((gsize) EVP_PKEY_get_size (pkey));
  gsize n_der = (gsize) EVP_PKEY_get_size (pkey);
  char *signature = NULL;

  if (ctx && EVP_DigestSignInit_ex (digest, NULL, "SM3", NULL, NULL, pkey, NULL) == 1 &&
      EVP_DigestSign (digest, der, &n_der, (const guint8 *) text, strlen (text)) == 1)
    signature = write_signature (form, der, n_der);
  ERR_clear_error ();

  if (!signature)
    g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD,
                         "the SM2 private key does not sign");
  return signature;
}

/**
 * till_sm2_verify:
 * @user_id: the signer's
 * @form: the one form that is taken
 * @bytes: what was signed, exactly as it came
 *
 * Returns: whether the owner of @key signed these bytes under this id
 */
gboolean
till_sm2_verify (const TillKey *key,
                 const char    *user_id,
                 TillSm2Form    form,
                 const char    *bytes,
                 gsize          n_bytes,
                 const char    *signature)
{
  g_autoptr (DigestCtx) digest = EVP_MD_CTX_new ();
  g_autoptr (KeyCtx) ctx = open_ctx (key, user_id, digest);
  int n_der = 0;
  guint8 *der = read_signature (form, signature, &n_der);
  gboolean fits;

  fits = ctx && der &&
         EVP_DigestVerifyInit_ex (digest, NULL, "SM3", NULL, NULL, till_key_get_pkey (key),
                                  NULL) == 1 &&
         EVP_DigestVerify (digest, der, (gsize) n_der, (const guint8 *) bytes, n_bytes) == 1;
  OPENSSL_free (der);
  ERR_clear_error ();

  return fits;
}
