/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/zxing-reader.h"

#include <cstring>
#include <exception>
#include <string>

#define ZX_USE_UTF8 1
#include <ReadBarcode.h>

/* For ZXing-C++ from 1.4 to 2.1, which has no C interface. */

static ZXing::DecodeHints
hints_of (TillZxingEffort effort)
{
  ZXing::DecodeHints hints;

  hints.setFormats (ZXing::BarcodeFormat::QRCode | ZXing::BarcodeFormat::Code128);
  hints.setTryHarder (effort == TILL_ZXING_HARD);
  hints.setTryRotate (effort != TILL_ZXING_QUICK);
  hints.setTryDownscale (effort == TILL_ZXING_HARD);
  /* 1.4.0 aborts on a second code beside a bar code. */
  hints.setMaxNumberOfSymbols (1);

  return hints;
}

/*
 * till_zxing_read: one code of a picture without gaps between its rows, into @code. Nothing is
 * thrown: C calls. Returns 1 where there is one, 0 else; then @code is untouched.
 */
extern "C" int
till_zxing_read (const unsigned char *pixels,
                 int                  width,
                 int                  height,
                 TillZxingEffort      effort,
                 TillZxingCode       *code)
try {
  const ZXing::ImageView view (pixels, width, height, ZXing::ImageFormat::Lum);
  const ZXing::Result result = ZXing::ReadBarcode (view, hints_of (effort));

  if (!result.isValid ())
    return 0;

  const std::string text = result.text ();
  if (text.empty () || text.size () > TILL_ZXING_MAX_TEXT)
    return 0;

  std::memcpy (code->text, text.c_str (), text.size () + 1);
  code->is_qr = result.format () == ZXing::BarcodeFormat::QRCode;
  code->n_lines = result.lineCount ();
  for (int i = 0; i < 4; i++) {
    code->x[i] = result.position ()[i].x;
    code->y[i] = result.position ()[i].y;
  }

  return 1;
} catch (const std::exception &) {
  return 0;
}
