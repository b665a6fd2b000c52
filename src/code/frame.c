/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/frame.h"

#include <string.h>

/* A frame is the length of what follows, four bytes, highest first, and a GVariant of
 * TILL_FRAME_TYPE in this machine's byte order: both ends are one build. */
#define HEAD_BYTES 4

G_DEFINE_QUARK (till-frame-error-quark, till_frame_error)

static void
wipe_free (gpointer user_data)
{
  GByteArray *bytes = user_data;

  if (bytes->len > 0)
    explicit_bzero (bytes->data, bytes->len);
  g_byte_array_unref (bytes);
}

/* A copy that is wiped when its last owner leaves: keys are among the values. */
static GBytes *
copy_secret (const guint8 *from,
             gsize         n_bytes)
{
  GByteArray *copy = g_byte_array_sized_new ((guint) n_bytes);

  g_byte_array_append (copy, from, (guint) n_bytes);
  return g_bytes_new_with_free_func (copy->data, n_bytes, wipe_free, copy);
}

/**
 * till_frame_pack:
 * @values: a dictionary ("a{sv}"); a floating one is taken
 *
 * Returns: (transfer full): the frame; the caller wipes what was secret. %NULL where it would be
 *   longer than %TILL_FRAME_MAX_BYTES
 */
GByteArray *
till_frame_pack (const char *word,
                 GVariant   *values)
{
  g_autoptr (GVariant) message =
    g_variant_ref_sink (g_variant_new ("(s@a{sv})", word, values));
  const gsize n_bytes = g_variant_get_size (message);
  const guint8 head[HEAD_BYTES] = { 0, (guint8) (n_bytes >> 16), (guint8) (n_bytes >> 8),
                                    (guint8) n_bytes };
  g_autofree guint8 *stored = NULL;
  GByteArray *frame;

  if (n_bytes > TILL_FRAME_MAX_BYTES)
    return NULL;

  /* Behind the head it would not be aligned as GVariant wants it. */
  stored = g_malloc (n_bytes);
  g_variant_store (message, stored);
  frame = g_byte_array_sized_new ((guint) n_bytes + HEAD_BYTES);
  g_byte_array_append (frame, head, HEAD_BYTES);
  g_byte_array_append (frame, stored, (guint) n_bytes);
  explicit_bzero (stored, n_bytes);

  return frame;
}

/**
 * till_frame_take:
 * @in: what came; the frame is wiped and taken off its beginning
 * @word: (out) (transfer full): set where a frame was whole
 * @values: (out) (transfer full): set where a frame was whole
 * @error: set to a #TillFrameError where no frame can follow any more
 *
 * Returns: whether a whole frame was there; %FALSE without @error says to wait for more bytes
 */
gboolean
till_frame_take (GByteArray  *in,
                 char       **word,
                 GVariant   **values,
                 GError     **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GVariant) message = NULL;
  gsize n_bytes;

  if (in->len < HEAD_BYTES)
    return FALSE;
  n_bytes = (gsize) in->data[0] << 24 | (gsize) in->data[1] << 16 | (gsize) in->data[2] << 8 |
            in->data[3];
  if (n_bytes > TILL_FRAME_MAX_BYTES) {
    g_set_error_literal (error, TILL_FRAME_ERROR, TILL_FRAME_ERROR_TOO_LONG, "frame too long");
    return FALSE;
  }
  if (in->len < HEAD_BYTES + n_bytes)
    return FALSE;

  bytes = copy_secret (in->data + HEAD_BYTES, n_bytes);
  explicit_bzero (in->data, HEAD_BYTES + n_bytes);
  g_byte_array_remove_range (in, 0, (guint) (HEAD_BYTES + n_bytes));
  message = g_variant_ref_sink (g_variant_new_from_bytes (TILL_FRAME_TYPE, bytes, FALSE));
  if (!g_variant_is_normal_form (message)) {
    g_set_error_literal (error, TILL_FRAME_ERROR, TILL_FRAME_ERROR_MALFORMED, "malformed frame");
    return FALSE;
  }
  g_variant_get (message, "(s@a{sv})", word, values);

  return TRUE;
}
