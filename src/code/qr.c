/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/qr.h"

#include <errno.h>
#include <png.h>
#include <qrencode.h>
#include <string.h>

/* ISO/IEC 18004: four light modules all round. */
#define QUIET_MODULES 4

/**
 * till_qr_new:
 * @text: encoded byte for byte; a wallet's text must not be changed
 * @error: set to a #GFileError where @text does not fit into a QR code
 *
 * Returns: (transfer full): the modules, error correction M
 */
TillQr *
till_qr_new (const char *text,
             GError    **error)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  TillQr *qr;

  if (!code) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                 "no QR code of %" G_GSIZE_FORMAT " bytes: %s", strlen (text), g_strerror (errno));
    return NULL;
  }

  qr = g_new0 (TillQr, 1);
  qr->width = (guint) code->width;
  qr->modules = g_new (guint8, (gsize) qr->width * qr->width);
  for (gsize i = 0; i < (gsize) qr->width * qr->width; i++)
    qr->modules[i] = code->data[i] & 1;
  QRcode_free (code);

  return qr;
}

void
till_qr_free (TillQr *qr)
{
  if (!qr)
    return;

  g_free (qr->modules);
  g_free (qr);
}

/**
 * till_qr_to_png:
 * @module_px: pixels a module, at least 1
 *
 * Returns: (transfer full): a PNG file in grey, with the quiet zone
 */
GBytes *
till_qr_to_png (const TillQr *qr,
                guint         module_px)
{
  guint quiet_px = QUIET_MODULES * module_px;
  guint side_px = qr->width * module_px + 2 * quiet_px;
  g_autofree guint8 *pixels = g_malloc ((gsize) side_px * side_px);
  png_image image = {
    .version = PNG_IMAGE_VERSION, .width = side_px, .height = side_px, .format = PNG_FORMAT_GRAY,
  };
  png_alloc_size_t n_bytes = 0;
  guint8 *file;

  g_return_val_if_fail (module_px >= 1, NULL);

  memset (pixels, 0xff, (gsize) side_px * side_px);
  for (guint y = 0; y < qr->width * module_px; y++) {
    for (guint x = 0; x < qr->width * module_px; x++) {
      if (qr->modules[y / module_px * qr->width + x / module_px])
        pixels[(gsize) (y + quiet_px) * side_px + x + quiet_px] = 0;
    }
  }

  png_image_write_to_memory (&image, NULL, &n_bytes, 0, pixels, 0, NULL);
  file = g_malloc (n_bytes);
  png_image_write_to_memory (&image, file, &n_bytes, 0, pixels, 0, NULL);

  return g_bytes_new_take (file, n_bytes);
}
