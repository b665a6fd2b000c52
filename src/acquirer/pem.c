/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/pem.h"

#include "acquirer/acquirer.h"
#include "acquirer/seal.h"

#include <glib/gi18n.h>
#include <openssl/err.h>
#include <string.h>

#define FILE_BYTES_MAX (256 * 1024)

/**
 * till_pem_read:
 * @error: set to %TILL_ACQUIRER_ERROR_KEY; the text names the file and what to do
 *
 * Returns: (transfer full): the file's text; to be wiped
 */
char *
till_pem_read (const char *path,
               GError    **error)
{
  g_autoptr (GError) fault = NULL;
  g_autoptr (TillWiped) text = NULL;
  gsize n_bytes;

  if (!g_file_get_contents (path, &text, &n_bytes, &fault)) {
    g_set_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY,
                 /* Translators: %s tells which file could not be opened, and why */
                 _("%s: put the file there, readable for the till's user"), fault->message);
    return NULL;
  }
  if (n_bytes == 0 || n_bytes > FILE_BYTES_MAX || strlen (text) != n_bytes) {
    till_pem_fail (error, path, _("is not a PEM file: export the key again as PEM text"));
    return NULL;
  }

  return g_steal_pointer (&text);
}

/**
 * till_pem_open:
 * @text: stays the caller's, and must outlive what is returned
 *
 * Returns: (transfer full): a reader of @text for OpenSSL
 */
TillBio *
till_pem_open (const char *text)
{
  return BIO_new_mem_buf (text, -1);
}

/**
 * till_pem_refuse_passphrase_cb:
 *
 * Given to OpenSSL, which would ask for a passphrase on the terminal without it.
 *
 * Returns: −1, there is none
 */
int
till_pem_refuse_passphrase_cb (char *buffer,
                               int   size,
                               int   writing,
                               void *user_data)
{
  return -1;
}

/**
 * till_pem_fail:
 * @name: the file's
 * @what: what is wrong with it, and what to do
 *
 * Sets @error to %TILL_ACQUIRER_ERROR_KEY. What OpenSSL says is for its developers; its queue is
 * emptied, so that the next failure does not report this one.
 */
void
till_pem_fail (GError    **error,
               const char *name,
               const char *what)
{
  ERR_clear_error ();
  g_set_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_KEY, "%s %s", name, what);
}
