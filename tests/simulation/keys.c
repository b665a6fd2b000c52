/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/key-private.h"

#include <string.h>

/* In place of acquirer/sign.c, by linking: RSA would be nine tenths of a life's time. A key is a
 * name, its file holds nothing else, and a signature is a sum over name and text: as easily
 * wrong, as surely checked. */

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

/* Of SM2 keys and PFX files, which no bank in here has. */

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
