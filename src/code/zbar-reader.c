/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/zbar-reader.h"

#include <zbar.h>

struct _TillZbar
{
  zbar_image_t *image;
};

static const struct {
  zbar_symbol_type_t type;
  TillSymbol         symbol;
} symbols[] = {
  { ZBAR_QRCODE,  TILL_SYMBOL_QR },
  { ZBAR_CODE128, TILL_SYMBOL_CODE_128 },
};

/* For each picture anew, which takes two microseconds: zbar 0.23.92 keeps 176 bytes of each QR code
 * that it read, and room for all lines of the busiest picture, which may be megabytes. */
static zbar_image_scanner_t *
make_scanner (guint density)
{
  zbar_image_scanner_t *scanner = zbar_image_scanner_create ();

  /* Half of the time, and no ghosts of other symbologies. */
  zbar_image_scanner_set_config (scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++)
    zbar_image_scanner_set_config (scanner, symbols[i].type, ZBAR_CFG_ENABLE, 1);
  /* It takes UTF-8 for Big5 now and then. */
  zbar_image_scanner_set_config (scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
  zbar_image_scanner_set_config (scanner, ZBAR_NONE, ZBAR_CFG_X_DENSITY, (int) density);
  zbar_image_scanner_set_config (scanner, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, (int) density);

  return scanner;
}

/**
 * till_zbar_new:
 *
 * Returns: (transfer full): a reader; one thread at a time may use it
 */
TillZbar *
till_zbar_new (void)
{
  TillZbar *self = g_new0 (TillZbar, 1);

  self->image = zbar_image_create ();
  zbar_image_set_format (self->image, zbar_fourcc ('Y', '8', '0', '0'));

  return self;
}

void
till_zbar_free (TillZbar *self)
{
  if (!self)
    return;

  zbar_image_destroy (self->image);
  g_free (self);
}

/* zbar tells many points of a bar code and four of a QR code. */
static void
set_corners (TillBarcode         *code,
             const zbar_symbol_t *symbol)
{
  guint n_points = zbar_symbol_get_loc_size (symbol);
  double left = G_MAXINT, right = 0, top = G_MAXINT, bottom = 0;

  for (guint i = 0; i < n_points; i++) {
    TillPoint point = { zbar_symbol_get_loc_x (symbol, i), zbar_symbol_get_loc_y (symbol, i) };

    if (n_points == 4)
      code->corners[i] = point;
    left = MIN (left, point.x);
    right = MAX (right, point.x);
    top = MIN (top, point.y);
    bottom = MAX (bottom, point.y);
  }
  if (n_points != 4 && n_points > 0) {
    code->corners[0] = (TillPoint) { left, top };
    code->corners[1] = (TillPoint) { left, bottom };
    code->corners[2] = (TillPoint) { right, bottom };
    code->corners[3] = (TillPoint) { right, top };
  }
}

static void
add_symbol (GPtrArray           *found,
            const zbar_symbol_t *symbol)
{
  /* Some ghosts of other symbologies look like payment codes: the type counts too. */
  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++) {
    if (zbar_symbol_get_type (symbol) == symbols[i].type) {
      TillBarcode *code = till_barcode_new (symbols[i].symbol, zbar_symbol_get_data (symbol),
                                            zbar_symbol_get_data_length (symbol));

      code->n_lines = (guint) MAX (zbar_symbol_get_quality (symbol), 0);
      set_corners (code, symbol);
      g_ptr_array_add (found, code);
    }
  }
}

/**
 * till_zbar_read:
 * @density: every which line of pixels is looked at, from 1
 * @found: (element-type TillBarcode): what is found is added
 */
void
till_zbar_read (TillZbar         *self,
                const TillCanvas *picture,
                guint             density,
                GPtrArray        *found)
{
  zbar_image_scanner_t *scanner = make_scanner (density);
  const zbar_symbol_t *symbol;

  zbar_image_set_size (self->image, picture->width, picture->height);
  zbar_image_set_data (self->image, picture->pixels,
                       (unsigned long) picture->width * picture->height, NULL);
  if (zbar_scan_image (scanner, self->image) > 0) {
    for (symbol = zbar_image_first_symbol (self->image); symbol;
         symbol = zbar_symbol_next (symbol))
      add_symbol (found, symbol);
  }
  /* Neither the pixels nor the codes stay with zbar. */
  zbar_image_set_symbols (self->image, NULL);
  zbar_image_set_data (self->image, NULL, 0, NULL);
  zbar_image_scanner_destroy (scanner);
}
