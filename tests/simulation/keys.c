/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/key-private.h"
#include "acquirer/sm2.h"
#include "acquirer/trust.h"

#include <string.h>

/* In place of acquirer/sign.c, sm2.c and trust.c, by linking: RSA would be nine tenths of a life's
 * time. A key is a name, its file holds nothing else, and a signature is a sum over name and text:
 * as easily wrong, as surely checked. An authority vouches for names that begin with its own. */

struct _TillKey
{
  char *name;
};

static guint64
sum_of (const char *name,
        const char *bytes,
        gsize       n_bytes)
{
  guint64 sum = G_GUINT64_CONSTANT (14695981039346656037);

  for (; *name; name++)
    sum = (sum ^ (guint8) *name) * G_GUINT64_CONSTANT (1099511628211);
  for (gsize i = 0; i < n_bytes; i++)
    sum = (sum ^ (guint8) bytes[i]) * G_GUINT64_CONSTANT (1099511628211);

  return sum;
}

TillKey *
till_key_load_private (const char *path,
                       GError    **error)
{
  TillKey *key = g_new0 (TillKey, 1);

  if (g_file_get_contents (path, &key->name, NULL, error))
    return key;

  till_key_free (key);
  return NULL;
}

TillKey *
till_key_load_public (const char *path,
                      GError    **error)
{
  return till_key_load_private (path, error);
}

TillKey *
till_key_load_certificate (const char *path,
                           GError    **error)
{
  return till_key_load_private (path, error);
}

TillKey *
till_key_parse_certificate (const char *pem,
                            GError    **error)
{
  TillKey *key = g_new0 (TillKey, 1);

  key->name = g_strdup (pem);

  return key;
}

void
till_key_free (TillKey *key)
{
  if (!key)
    return;

  g_free (key->name);
  g_free (key);
}

const char *
till_key_get_serial (const TillKey *key)
{
  return key->name;
}

const char *
till_key_get_subject (const TillKey *key)
{
  return key->name;
}

gint64
till_key_get_expires_us (const TillKey *key)
{
  return 0;
}

gboolean
till_key_fits (const TillKey *one,
               const TillKey *other)
{
  return strcmp (one->name, other->name) == 0;
}

char *
till_key_sign (const TillKey *key,
               const char    *text,
               GError       **error)
{
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", sum_of (key->name, text, strlen (text)));
}

gboolean
till_key_verify (const TillKey *key,
                 const char    *bytes,
                 gsize          n_bytes,
                 const char    *signature)
{
  g_autofree char *right =
    g_strdup_printf ("%016" G_GINT64_MODIFIER "x", sum_of (key->name, bytes, n_bytes));

  return strcmp (right, signature) == 0;
}

char *
till_key_open_oaep (const TillKey *key,
                    const char    *sealed,
                    GError       **error)
{
  g_assert_not_reached ();
}

/* SM2 keys. */

TillKey *
till_sm2_load_private (const char *path,
                       GError    **error)
{
  return till_key_load_private (path, error);
}

TillKey *
till_sm2_load_public (const char *path,
                      GError    **error)
{
  return till_key_load_private (path, error);
}

TillKey *
till_sm2_load_certificate (const char *path,
                           GError    **error)
{
  return till_key_load_private (path, error);
}

TillKey *
till_sm2_parse_certificate (const char *pem,
                            GError    **error)
{
  return till_key_parse_certificate (pem, error);
}

TillKey *
till_sm2_parse_private_hex (const char *hex,
                            const char *name,
                            GError    **error)
{
  return till_key_parse_certificate (hex, error);
}

TillKey *
till_sm2_parse_public_hex (const char *hex,
                           const char *name,
                           GError    **error)
{
  return till_key_parse_certificate (hex, error);
}

char *
till_sm2_sign (const TillKey *key,
               const char    *user_id,
               TillSm2Form    form,
               const char    *text,
               GError       **error)
{
  return till_key_sign (key, text, error);
}

gboolean
till_sm2_verify (const TillKey *key,
                 const char    *user_id,
                 TillSm2Form    form,
                 const char    *bytes,
                 gsize          n_bytes,
                 const char    *signature)
{
  return till_key_verify (key, bytes, n_bytes, signature);
}

/* Authorities. */

struct _TillTrust
{
  TillKey *root;
};

TillTrust *
till_trust_load (const char *root_path,
                 const char *middle_path,
                 GError    **error)
{
  TillTrust *trust = g_new0 (TillTrust, 1);

  trust->root = till_key_load_private (root_path, error);
  if (trust->root)
    return trust;

  till_trust_free (trust);
  return NULL;
}

void
till_trust_free (TillTrust *trust)
{
  if (!trust)
    return;

  till_key_free (trust->root);
  g_free (trust);
}

TillKey *
till_trust_open (const TillTrust *trust,
                 const char      *pem,
                 gint64           now_us,
                 char           **name)
{
  if (!g_str_has_prefix (pem, trust->root->name))
    return NULL;

  *name = g_strdup (pem);

  return till_key_parse_certificate (pem, NULL);
}

/* Of PFX files, which no shop in here has. */

TillKey *
till_key_parse (const char *text,
                const char *name,
                gboolean    wants_private,
                TillKeyKind kind,
                GError    **error)
{
  g_assert_not_reached ();
}

TillKey *
till_key_parse_certified (const char *text,
                          const char *name,
                          TillKeyKind kind,
                          GError    **error)
{
  g_assert_not_reached ();
}

TillKey *
till_key_take (EVP_PKEY   *pkey,
               const char *name,
               TillKeyKind kind,
               GError    **error)
{
  g_assert_not_reached ();
}

void
till_key_certify (TillKey               *key,
                  const TillCertificate *certificate)
{
  g_assert_not_reached ();
}

EVP_PKEY *
till_key_get_pkey (const TillKey *key)
{
  g_assert_not_reached ();
}
