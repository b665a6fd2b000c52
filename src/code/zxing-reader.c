/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/zxing-reader.h"

#include <ZXing/ZXingC.h>
#include <stddef.h>
#include <string.h>

/* For ZXing-C++ from 2.2 on, by its C interface; what is older is read by zxing-reader.cpp. */

static ZXing_ReaderOptions *
make_options (TillZxingEffort effort)
{
  ZXing_ReaderOptions *options = ZXing_ReaderOptions_new ();

  if (!options)
    return NULL;

  ZXing_ReaderOptions_setFormats (options,
                                  ZXing_BarcodeFormat_QRCode | ZXing_BarcodeFormat_Code128);
  ZXing_ReaderOptions_setTryHarder (options, effort == TILL_ZXING_HARD);
  ZXing_ReaderOptions_setTryRotate (options, effort != TILL_ZXING_QUICK);
  ZXing_ReaderOptions_setTryInvert (options, effort == TILL_ZXING_HARD);
  ZXing_ReaderOptions_setTryDownscale (options, effort == TILL_ZXING_HARD);
  ZXing_ReaderOptions_setMaxNumberOfSymbols (options, 1);

  return options;
}

static int
take_code (const ZXing_Barcode *barcode,
           TillZxingCode       *code)
{
  char *text = ZXing_Barcode_isValid (barcode) ? ZXing_Barcode_text (barcode) : NULL;
  size_t length = text ? strlen (text) : 0;
  ZXing_Position position;

  if (length > 0 && length <= TILL_ZXING_MAX_TEXT) {
    position = ZXing_Barcode_position (barcode);
    memcpy (code->text, text, length + 1);
    code->is_qr = ZXing_Barcode_format (barcode) == ZXing_BarcodeFormat_QRCode;
    code->n_lines = ZXing_Barcode_lineCount (barcode);
    memcpy (code->x, (int[]) { position.topLeft.x, position.topRight.x, position.bottomRight.x,
                               position.bottomLeft.x }, sizeof code->x);
    memcpy (code->y, (int[]) { position.topLeft.y, position.topRight.y, position.bottomRight.y,
                               position.bottomLeft.y }, sizeof code->y);
  }
  ZXing_free (text);

  return length > 0 && length <= TILL_ZXING_MAX_TEXT;
}

/**
 * till_zxing_read:
 * @pixels: grey, without gaps between rows
 * @code: (out): untouched where there is none
 *
 * Returns: 1 where a code was read, else 0
 */
int
till_zxing_read (const unsigned char *pixels,
                 int                  width,
                 int                  height,
                 TillZxingEffort      effort,
                 TillZxingCode       *code)
{
  ZXing_ImageView *view = ZXing_ImageView_new (pixels, width, height, ZXing_ImageFormat_Lum, 0, 0);
  ZXing_ReaderOptions *options = make_options (effort);
  ZXing_Barcodes *found = view && options ? ZXing_ReadBarcodes (view, options) : NULL;
  int n_read = found && ZXing_Barcodes_size (found) > 0
                 ? take_code (ZXing_Barcodes_at (found, 0), code) : 0;

  ZXing_Barcodes_delete (found);
  ZXing_ReaderOptions_delete (options);
  ZXing_ImageView_delete (view);

  return n_read;
}
