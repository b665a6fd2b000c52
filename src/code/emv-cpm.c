/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv-cpm.h"

#include <string.h>

/* EMV QR Code Specification for Payment Systems, Consumer-Presented Mode 1.1. */
#define TAG_FORMAT      0x85
#define TAG_APPLICATION 0x61
#define TAG_ADF_NAME    0x4F
#define FORMAT          "CPV01"

/* The format stands first, and once. */
static gboolean
begins_well (const GPtrArray *objects)
{
  const TillTlv *format = objects->len > 0 ? g_ptr_array_index (objects, 0) : NULL;

  for (guint i = 1; i < objects->len; i++) {
    if (((const TillTlv *) g_ptr_array_index (objects, i))->tag == TAG_FORMAT)
      return FALSE;
  }

  return format && format->tag == TAG_FORMAT && format->n_bytes == strlen (FORMAT) &&
         memcmp (format->value, FORMAT, strlen (FORMAT)) == 0;
}

/**
 * till_emv_cpm_decode:
 * @text: base64 with the standard alphabet
 * @error: set to a #TillTlvError
 *
 * Reads a consumer-presented code.
 *
 * Returns: (transfer full): the code, or %NULL where @text is not well formed
 */
TillEmvCpm *
till_emv_cpm_decode (const char *text,
                     GError    **error)
{
  g_autoptr (TillEmvCpm) cpm = g_new0 (TillEmvCpm, 1);
  g_autofree char *again = NULL;
  gboolean is_base64;

  /* GLib's decoder skips what it does not know: only what it writes back the same is base64. */
  cpm->bytes = g_base64_decode (text, &cpm->n_bytes);
  again = g_base64_encode (cpm->bytes, cpm->n_bytes);
  is_base64 = strcmp (again, text) == 0;
  explicit_bzero (again, strlen (again));
  if (!is_base64) {
    g_set_error_literal (error, TILL_TLV_ERROR, TILL_TLV_ERROR_TRUNCATED, "not whole base64");
    return NULL;
  }

  cpm->objects = till_tlv_parse (cpm->bytes, cpm->n_bytes, error);
  if (!cpm->objects)
    return NULL;

  if (!begins_well (cpm->objects)) {
    g_set_error_literal (error, TILL_TLV_ERROR, TILL_TLV_ERROR_TAG,
                         "does not begin with CPV01, once");
    return NULL;
  }

  return g_steal_pointer (&cpm);
}

void
till_emv_cpm_free (TillEmvCpm *cpm)
{
  if (!cpm)
    return;

  g_clear_pointer (&cpm->objects, g_ptr_array_unref);
  if (cpm->bytes)
    explicit_bzero (cpm->bytes, cpm->n_bytes);
  g_free (cpm->bytes);
  g_free (cpm);
}

/**
 * till_emv_cpm_may_charge:
 *
 * Returns: whether it names at least one application; a code of the format alone pays nothing
 */
gboolean
till_emv_cpm_may_charge (const TillEmvCpm *cpm)
{
  for (guint i = 0; i < cpm->objects->len; i++) {
    const TillTlv *tlv = g_ptr_array_index (cpm->objects, i);
    const TillTlv *name = tlv->tag == TAG_APPLICATION ? till_tlv_find (tlv->children, TAG_ADF_NAME)
                                                      : NULL;

    if (name && name->n_bytes > 0)
      return TRUE;
  }

  return FALSE;
}
