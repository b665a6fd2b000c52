/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "draw-tilted.h"

#include <math.h>
#include <qrencode.h>

/* So many places each way of a pixel are looked at. */
#define N_PLACES 3

guint
draw_tilted_side (const DrawTilted *code)
{
  return 17 + 4 * code->version;
}

/* Where a place of the code, in modules, is in the picture. */
TillPoint
draw_tilted_at (const DrawTilted *code,
                const TillCanvas *canvas,
                double            column,
                double            row)
{
  double half = draw_tilted_side (code) / 2.0, x = column - half, y = row - half;
  double nearer = code->module_px / (1 - code->lean * x / half);
  double angle = code->degrees * G_PI / 180;

  return (TillPoint) {
    canvas->width / 2.0 + (x * cos (angle) - y * sin (angle)) * nearer,
    canvas->height / 2.0 + (x * sin (angle) + y * cos (angle)) * nearer,
  };
}

/* Which module is there: the above the other way round. */
static gboolean
is_dark_at (const DrawTilted *code,
            const QRcode     *modules,
            double            x,
            double            y)
{
  double angle = -code->degrees * G_PI / 180, half = modules->width / 2.0;
  double across = (x * cos (angle) - y * sin (angle)) / code->module_px;
  double down = (x * sin (angle) + y * cos (angle)) / code->module_px;
  double nearer = 1 / (1 + across * code->lean / half);
  double column = floor (across * nearer + half), row = floor (down * nearer + half);

  return column >= 0 && row >= 0 && column < modules->width && row < modules->width &&
         (modules->data[(int) row * modules->width + (int) column] & 1) != 0;
}

/* Fills the picture with the code, light and dark of 200 and 40. */
void
draw_tilted_qr (TillCanvas       *canvas,
                const DrawTilted *code,
                const char       *text)
{
  QRcode *modules = QRcode_encodeString8bit (text, (int) code->version, QR_ECLEVEL_M);

  g_assert_nonnull (modules);
  g_assert_cmpint (modules->width, ==, draw_tilted_side (code));
  for (guint i = 0; i < canvas->width * canvas->height; i++) {
    guint n_dark = 0;

    for (guint j = 0; j < N_PLACES * N_PLACES; j++)
      n_dark += is_dark_at (code, modules,
                            i % canvas->width + (j % N_PLACES + 0.5) / N_PLACES -
                            canvas->width / 2.0,
                            i / canvas->width + (j / N_PLACES + 0.5) / N_PLACES -
                            canvas->height / 2.0);
    canvas->pixels[i] = (guint8) (200 - 160 * n_dark / (N_PLACES * N_PLACES));
    if (code->is_light)
      canvas->pixels[i] = (guint8) ~canvas->pixels[i];
  }
  QRcode_free (modules);
}
