/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/tlv.h"

/* EMV nests three deep; what nests deeper is no card's. */
#define DEPTH_MOST 8

#define CONSTRUCTED    0x20 /* of a tag's first byte */
#define TAG_GOES_ON    0x1f /* all five set in the first byte */
#define TAG_BYTE_MORE  0x80
#define LENGTH_IS_LONG 0x80

typedef struct {
  const guint8 *next;
  const guint8 *end;
} Reader;

G_DEFINE_QUARK (till-tlv-error-quark, till_tlv_error)

static GPtrArray *parse (Reader *reader, guint depth, GError **error);

static gboolean
fail (GError       **error,
      TillTlvError   code,
      const char    *what)
{
  g_set_error_literal (error, TILL_TLV_ERROR, (int) code, what);
  return FALSE;
}

static gboolean
read_byte (Reader  *reader,
           guint8  *byte,
           GError **error)
{
  if (reader->next == reader->end)
    return fail (error, TILL_TLV_ERROR_TRUNCATED, "ends within a tag or a length");

  *byte = *reader->next++;
  return TRUE;
}

static gboolean
read_tag (Reader   *reader,
          guint32  *tag,
          gboolean *is_constructed,
          GError  **error)
{
  guint8 byte;

  if (!read_byte (reader, &byte, error))
    return FALSE;

  *tag = byte;
  *is_constructed = (byte & CONSTRUCTED) != 0;
  if ((byte & TAG_GOES_ON) != TAG_GOES_ON)
    return TRUE;

  do {
    if (*tag > 0xffffff)
      return fail (error, TILL_TLV_ERROR_TAG, "a tag of more than four bytes");
    if (!read_byte (reader, &byte, error))
      return FALSE;
    *tag = *tag << 8 | byte;
  } while (byte & TAG_BYTE_MORE);

  return TRUE;
}

static gboolean
read_length (Reader  *reader,
             gsize   *n_bytes,
             GError **error)
{
  guint8 byte;
  guint n_more;

  if (!read_byte (reader, &byte, error))
    return FALSE;

  *n_bytes = byte;
  if (!(byte & LENGTH_IS_LONG))
    return TRUE;

  n_more = byte & ~LENGTH_IS_LONG;
  if (n_more < 1 || n_more > 2)
    return fail (error, TILL_TLV_ERROR_LENGTH, "a length of a form that EMV does not have");

  for (*n_bytes = 0; n_more > 0; n_more--) {
    if (!read_byte (reader, &byte, error))
      return FALSE;
    *n_bytes = *n_bytes << 8 | byte;
  }

  return TRUE;
}

static void
tlv_free (gpointer object)
{
  TillTlv *tlv = object;

  g_clear_pointer (&tlv->children, g_ptr_array_unref);
  g_free (tlv);
}

static gboolean
read_object (Reader    *reader,
             guint      depth,
             GPtrArray *objects,
             GError   **error)
{
  TillTlv *tlv = g_new0 (TillTlv, 1);
  gboolean is_constructed;
  Reader inner;

  g_ptr_array_add (objects, tlv);
  if (!read_tag (reader, &tlv->tag, &is_constructed, error) ||
      !read_length (reader, &tlv->n_bytes, error))
    return FALSE;
  if (tlv->n_bytes > (gsize) (reader->end - reader->next))
    return fail (error, TILL_TLV_ERROR_TRUNCATED, "a value runs past the end");

  tlv->value = reader->next;
  reader->next += tlv->n_bytes;
  if (!is_constructed)
    return TRUE;

  inner = (Reader) { tlv->value, reader->next };
  tlv->children = parse (&inner, depth + 1, error);
  return tlv->children != NULL;
}

static GPtrArray *
parse (Reader  *reader,
       guint    depth,
       GError **error)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (tlv_free);

  if (depth > DEPTH_MOST) {
    fail (error, TILL_TLV_ERROR_DEPTH, "too many templates within each other");
    return NULL;
  }

  while (reader->next < reader->end) {
    /* ISO 7816-4 lets cards pad between objects with zeros. */
    if (*reader->next == 0)
      reader->next++;
    else if (!read_object (reader, depth, objects, error))
      return NULL;
  }

  return g_steal_pointer (&objects);
}

/**
 * till_tlv_parse:
 * @bytes: must outlive what is returned; not copied, so that card data stands in one place only
 * @error: set to a #TillTlvError
 *
 * Reads data objects until the end of @bytes, and those within templates.
 *
 * Returns: (transfer full) (element-type TillTlv): the objects in their order, or %NULL
 */
GPtrArray *
till_tlv_parse (const guint8 *bytes,
                gsize         n_bytes,
                GError      **error)
{
  Reader reader = { bytes, bytes + n_bytes };

  return parse (&reader, 0, error);
}

/**
 * till_tlv_find:
 *
 * Returns: (transfer none) (nullable): the first object with @tag, on this level only
 */
const TillTlv *
till_tlv_find (const GPtrArray *objects,
               guint32          tag)
{
  for (guint i = 0; objects && i < objects->len; i++) {
    const TillTlv *tlv = g_ptr_array_index (objects, i);

    if (tlv->tag == tag)
      return tlv;
  }

  return NULL;
}
