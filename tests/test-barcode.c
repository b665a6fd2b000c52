/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/barcode.h"

/* What a QR code holds that says nothing of its charset, and what is told. */
static const struct {
  const char *what;
  const char *bytes;
  const char *text;
} texts[] = {
  { "UTF-8", "\xe6\x94\xb6\xe6\xac\xbe", "收款" },
  { "Shift JIS", "hype\x83\x82\x83o\x83" "C\x83\x8b", "hypeモバイル" },
  /* The photograph qrcode-2/29 of ZXing's test set has both. */
  { "a backslash, no yen sign", "\x83\x82:URL:http\\://a.jp", "モ:URL:http\\://a.jp" },
  { "GB 18030", "\xce\xa2\xd0\xc5\xca\xd5\xbf\xee", "微信收款" },
  { "Latin 1", "caf\xe9", "café" },
};

static void
test_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (TillBarcode) code = till_barcode_new (TILL_SYMBOL_QR, texts[i].bytes, -1);

    g_test_message ("%s: %s", texts[i].what, code->text);
    g_assert_cmpstr (code->text, ==, texts[i].text);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/barcode/texts", test_texts);

  return g_test_run ();
}
