/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/barcode.h"

#include <string.h>

#include "code/paycode.h"

static const char *const symbol_words[TILL_N_SYMBOLS] = {
  [TILL_SYMBOL_QR]       = "qr",
  [TILL_SYMBOL_CODE_128] = "code-128",
};

/* What a QR code without a word about it may hold; the last takes anything. CP932 is Shift JIS with
 * a backslash, as all write it; ISO has a yen sign there. */
static const char *const charsets[] = { "CP932", "GB18030", "ISO-8859-1" };

static char *
to_utf8 (const char *text,
         gsize       length)
{
  char *utf8 = g_utf8_validate (text, (gssize) length, NULL) ? g_strndup (text, length) : NULL;

  for (guint i = 0; !utf8 && i < G_N_ELEMENTS (charsets); i++)
    utf8 = g_convert (text, (gssize) length, "UTF-8", charsets[i], NULL, NULL, NULL);

  return utf8;
}

/**
 * till_barcode_new:
 * @text: what is no UTF-8 is taken for the first charset that it fits
 * @n_bytes: of @text, or -1
 *
 * Returns: (transfer full): a code at no place that nobody is sure of yet
 */
TillBarcode *
till_barcode_new (TillSymbol  symbol,
                  const char *text,
                  gssize      n_bytes)
{
  TillBarcode *self = g_new0 (TillBarcode, 1);
  gsize length = n_bytes < 0 ? strlen (text) : strnlen (text, (gsize) n_bytes);

  self->symbol = symbol;
  self->text = to_utf8 (text, length);

  return self;
}

void
till_barcode_free (TillBarcode *self)
{
  if (!self)
    return;

  /* A payment code is worth money for a minute. */
  if (self->text)
    explicit_bzero (self->text, strlen (self->text));
  g_free (self->text);
  g_free (self);
}

/**
 * till_symbol_to_string:
 *
 * Returns: the symbol's word in JSON
 */
const char *
till_symbol_to_string (TillSymbol symbol)
{
  g_return_val_if_fail ((guint) symbol < TILL_N_SYMBOLS, NULL);

  return symbol_words[symbol];
}

/**
 * till_barcode_is_payment:
 *
 * Returns: whether it says just what a wallet shows to be charged
 */
gboolean
till_barcode_is_payment (const TillBarcode *self)
{
  TillPaycode paycode;
  g_autofree char *text = till_paycode_normalise (self->text);

  return text && till_paycode_identify (text, &paycode) && paycode.kind == TILL_PAYCODE_PAYMENT;
}
