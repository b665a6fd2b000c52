/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv-objects.h"

#include <string.h>

#include "code/emv-tags.h"

/* What is kept of all that cards say, and how long it may be: EMV Book 3 annex A. The cardholder's
 * name is left out: nobody needs it. */
static const struct {
  guint32 tag;
  guint8  n_min;
  guint8  n_max;
} kept[] = {
  { TILL_EMV_TAG_LABEL,           1,  16 },
  { TILL_EMV_TAG_DF_NAME,         5,  16 },
  { TILL_EMV_TAG_PDOL,            0, 255 },
  { TILL_EMV_TAG_CDOL1,           0, 252 },
  { TILL_EMV_TAG_AIP,             2,   2 },
  { TILL_EMV_TAG_AFL,             0, 252 },
  { TILL_EMV_TAG_TRACK_2,         8,  19 },
  { TILL_EMV_TAG_PAN,             7,  10 },
  { TILL_EMV_TAG_EXPIRY,          3,   3 },
  { TILL_EMV_TAG_PAN_SEQUENCE,    1,   1 },
  { TILL_EMV_TAG_CRYPTOGRAM,      8,   8 },
  { TILL_EMV_TAG_CRYPTOGRAM_INFO, 1,   1 },
  { TILL_EMV_TAG_ISSUER_DATA,     1,  32 },
  { TILL_EMV_TAG_ATC,             2,   2 },
  { TILL_EMV_TAG_CTQ,             2,   2 },
  { TILL_EMV_TAG_PRODUCT,         1,  16 },
};

static gboolean
fail (GError       **error,
      TillTlvError   code,
      guint32        tag,
      const char    *what)
{
  g_set_error (error, TILL_TLV_ERROR, (int) code, "object %X %s", tag, what);
  return FALSE;
}

static gboolean
is_same (const TillEmvObjects *objects,
         guint32               tag,
         const guint8         *value,
         gsize                 n_bytes)
{
  gsize n_had;
  const guint8 *had = till_emv_objects_get (objects, tag, &n_had);

  return n_had == n_bytes && (n_bytes == 0 || memcmp (had, value, n_bytes) == 0);
}

/**
 * till_emv_objects_put:
 * @error: set to a #TillTlvError: no such object has this length, or it was said before and
 *   was another
 *
 * Keeps an object, if a purchase needs it. Source for the second rule: EMV Book 3, 10.2.
 */
gboolean
till_emv_objects_put (TillEmvObjects *objects,
                      guint32         tag,
                      const guint8   *value,
                      gsize           n_bytes,
                      GError        **error)
{
  guint row = 0;

  while (row < G_N_ELEMENTS (kept) && kept[row].tag != tag)
    row++;
  if (row == G_N_ELEMENTS (kept))
    return TRUE;

  if (n_bytes < kept[row].n_min || n_bytes > kept[row].n_max)
    return fail (error, TILL_TLV_ERROR_LENGTH, tag, "has a length that it never has");
  if (till_emv_objects_get (objects, tag, NULL))
    return is_same (objects, tag, value, n_bytes) ||
           fail (error, TILL_TLV_ERROR_TAG, tag, "is said twice, differently");
  if (n_bytes > sizeof objects->bytes - objects->n_bytes)
    return fail (error, TILL_TLV_ERROR_LENGTH, tag, "is more than there is room for");

  memcpy (objects->bytes + objects->n_bytes, value, n_bytes);
  objects->rows[objects->n_rows].tag = tag;
  objects->rows[objects->n_rows].begin = objects->n_bytes;
  objects->rows[objects->n_rows].n_bytes = n_bytes;
  objects->n_bytes += n_bytes;
  objects->n_rows++;
  return TRUE;
}

/**
 * till_emv_objects_take:
 * @said: (element-type TillTlv) (nullable): objects and templates of them
 * @error: as till_emv_objects_put()
 *
 * Keeps what a purchase needs of all that a card said at once.
 */
gboolean
till_emv_objects_take (TillEmvObjects   *objects,
                       const GPtrArray  *said,
                       GError          **error)
{
  for (guint i = 0; said && i < said->len; i++) {
    const TillTlv *object = g_ptr_array_index (said, i);

    if (object->children ? !till_emv_objects_take (objects, object->children, error)
                         : !till_emv_objects_put (objects, object->tag, object->value,
                                                  object->n_bytes, error))
      return FALSE;
  }

  return TRUE;
}

/**
 * till_emv_objects_get:
 * @n_bytes: (out) (optional): 0 where it is not there
 *
 * Returns: (transfer none) (nullable): the value, until @objects is wiped
 */
const guint8 *
till_emv_objects_get (const TillEmvObjects *objects,
                      guint32               tag,
                      gsize                *n_bytes)
{
  for (guint i = 0; i < objects->n_rows; i++) {
    if (objects->rows[i].tag != tag)
      continue;
    if (n_bytes)
      *n_bytes = objects->rows[i].n_bytes;
    return objects->bytes + objects->rows[i].begin;
  }

  if (n_bytes)
    *n_bytes = 0;
  return NULL;
}
