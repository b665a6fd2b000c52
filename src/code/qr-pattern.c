/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/qr-pattern.h"

#include <stdlib.h>

/* Corners, timing and alignment of QR codes (ISO/IEC 18004, 6.3). */

/* An alignment pattern in each corner of so many rows and columns at most. */
#define MOST_PLACES 7

/* Which rings around the middle of a pattern are light: of a corner with the light around it, of an
 * alignment pattern. */
#define CORNER_RINGS    (1 << 2 | 1 << 4)
#define ALIGNMENT_RINGS (1 << 1)

static void
add (TillQrPattern *self,
     int            column,
     int            row,
     gboolean       is_light)
{
  int side = (int) self->side;

  if (column < 0 || row < 0 || column >= side || row >= side)
    return;

  g_assert (self->n_modules < TILL_QR_MOST_FIXED);
  self->modules[self->n_modules++] = (TillQrModule) {
    (guint8) column, (guint8) row, is_light, 0,
  };
}

static void
add_rings (TillQrPattern *self,
           int            column,
           int            row,
           int            n_rings,
           guint          light_rings)
{
  for (int y = -n_rings; y <= n_rings; y++) {
    for (int x = -n_rings; x <= n_rings; x++)
      add (self, column + x, row + y, light_rings >> MAX (abs (x), abs (y)) & 1);
  }
}

/* Weighs the modules of one pattern, which are the last. */
static void
weigh (TillQrPattern *self,
       guint          from)
{
  guint n_light = 0, n = self->n_modules - from;

  for (guint i = from; i < self->n_modules; i++)
    n_light += self->modules[i].is_light;
  for (guint i = from; i < self->n_modules; i++) {
    TillQrModule *module = &self->modules[i];

    module->weight = module->is_light ? (float) n / (float) (2 * n_light)
                                      : -(float) n / (float) (2 * (n - n_light));
  }
}

/* Annex E; the steps as in Nayuki's QR Code generator. */
static guint
find_places (guint  side,
             guint *places)
{
  guint version = (side - TILL_QR_LEAST_SIDE) / TILL_QR_SIDE_STEP + 1, n = version / 7 + 2;
  guint step = version == 32 ? 26 : (version * 4 + n * 2 + 1) / (n * 2 - 2) * 2;

  if (version == 1)
    return 0;

  places[0] = 6;
  for (guint i = 1; i < n; i++)
    places[i] = side - 7 - step * (n - 1 - i);

  return n;
}

static void
add_alignments (TillQrPattern *self)
{
  guint places[MOST_PLACES], n_places = find_places (self->side, places);

  for (guint i = 0; i < n_places; i++) {
    for (guint j = 0; j < n_places; j++) {
      guint from = self->n_modules;
      gboolean is_corner = (i == 0 && (j == 0 || j == n_places - 1)) ||
                           (j == 0 && i == n_places - 1);

      if (is_corner)
        continue;
      add_rings (self, (int) places[j], (int) places[i], 2, ALIGNMENT_RINGS);
      weigh (self, from);
    }
  }
}

/**
 * till_qr_pattern_fill:
 * @side: of a code, in modules
 *
 * Lists the modules that each code of this size has.
 */
void
till_qr_pattern_fill (TillQrPattern *self,
                      guint          side)
{
  int far = (int) side - 4;
  guint from;

  g_return_if_fail (side >= TILL_QR_LEAST_SIDE && side <= TILL_QR_MOST_SIDE);

  self->side = side;
  self->n_modules = 0;
  add_rings (self, 3, 3, 4, CORNER_RINGS);
  add_rings (self, far, 3, 4, CORNER_RINGS);
  add_rings (self, 3, far, 4, CORNER_RINGS);
  weigh (self, 0);
  from = self->n_modules;
  for (int i = 8; i < (int) side - 8; i++) {
    add (self, i, 6, i % 2);
    add (self, 6, i, i % 2);
  }
  weigh (self, from);
  add_alignments (self);
}
