/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/guide.h"

#include <zbar.h>

#include "code/region.h"

/* The side that frames are looked at in; a camera's usual picture is twice as large. */
#define LOOK_SIDE 640

/* The rim that till_regions_find() adds round a region, and a cell of it. */
#define RIM_PX  16
#define CELL_PX 8

/* All in pixels of the picture that is looked at. A QR code of a wallet has 25 to 37 modules, and
 * less than two of these pixels a module are not read; a bar code has more than a hundred. */
#define SMALL_PX 60

/* What is no code is rarely so black and white; what is, has it unless the screen is dark. */
#define CLEAR_SPREAD 90
#define DIM_SPREAD   60
#define DIM_LIGHT    120
#define LEAST_SPREAD 25

/* A lamp is a spot as white as can be that swallows what is round it. */
#define LAMP_LIGHT 248
#define LAMP_PART  40      /* one cell in so many of the code's place */

/* A picture in so many tiles; what is no code is grey between its dark and its light, in
 * per cent. */
#define TILES_WIDE  8
#define TILES_HIGH  5
#define MOST_GREY   40
#define LEAST_SHARE 10

/* So many looks must agree: hands move. */
#define SURE_AFTER 4

/* Each so-manieth look is for a goods barcode as well, which takes longer. */
#define GOODS_EVERY 4

struct _TillGuide
{
  zbar_image_scanner_t *goods;
  TillCanvas            picture;
  TillHint              seen;     /* by the last look */
  guint                 n_same;   /* looks that saw the same */
  TillHint              hint;
  guint                 n_looks;
};

/* How light and dark the place of a code is. */
typedef struct {
  guint dark;      /* a twentieth of the pixels is darker */
  guint light;     /* a twentieth is lighter */
  guint n_cells;
  guint n_lamp;    /* cells in the midst of white */
} Light;

/* A cell that is white with all that is round it: a module of a bright screen is smaller. */
static gboolean
is_lamp (const TillGrey *picture,
         guint           left,
         guint           top)
{
  if (left < CELL_PX || top < CELL_PX || left + 2 * CELL_PX > picture->width ||
      top + 2 * CELL_PX > picture->height)
    return FALSE;

  for (guint y = top - CELL_PX; y < top + 2 * CELL_PX; y++) {
    for (guint x = left - CELL_PX; x < left + 2 * CELL_PX; x++) {
      if (picture->pixels[y * picture->stride + x] < LAMP_LIGHT)
        return FALSE;
    }
  }

  return TRUE;
}

static guint
find_level (const guint *counts,
            guint        rank)
{
  guint level = 0;

  for (guint sum = counts[0]; sum <= rank && level < 255; sum += counts[level])
    level++;

  return level;
}

static Light
measure (const TillGrey *picture,
         const TillBox  *box)
{
  guint counts[256] = { 0 };
  guint n_pixels = box->width * box->height;
  Light light = { 0 };

  for (guint y = box->y; y < box->y + box->height; y++) {
    for (guint x = box->x; x < box->x + box->width; x++)
      counts[picture->pixels[y * picture->stride + x]]++;
  }
  light.dark = find_level (counts, n_pixels / 20);
  light.light = find_level (counts, n_pixels - 1 - n_pixels / 20);

  for (guint y = box->y; y + CELL_PX <= box->y + box->height; y += CELL_PX) {
    for (guint x = box->x; x + CELL_PX <= box->x + box->width; x += CELL_PX) {
      light.n_cells++;
      light.n_lamp += is_lamp (picture, x, y);
    }
  }

  return light;
}

/* The region without its rim; what touches an edge of the picture has none there. */
static TillBox
take_rim_off (const TillBox *box)
{
  guint x = MIN (RIM_PX, box->width / 3), y = MIN (RIM_PX, box->height / 3);

  return (TillBox) { box->x + x, box->y + y, box->width - 2 * x, box->height - 2 * y };
}

/* Whether a part of the picture is of a code's large modules: black and white, both, and little
 * grey. */
static gboolean
is_of_modules (const TillGrey *picture,
               const TillBox  *box)
{
  guint counts[256] = { 0 }, n_pixels = box->width * box->height, n_dark = 0, n_grey = 0;
  guint dark, light;

  for (guint y = box->y; y < box->y + box->height; y++) {
    for (guint x = box->x; x < box->x + box->width; x++)
      counts[picture->pixels[y * picture->stride + x]]++;
  }
  dark = find_level (counts, n_pixels / 20);
  light = find_level (counts, n_pixels - 1 - n_pixels / 20);
  for (guint level = 0; level < 256; level++) {
    if (level * 4 < dark * 3 + light)
      n_dark += counts[level];
    else if (level * 4 < dark + light * 3)
      n_grey += counts[level];
  }

  return light - dark >= CLEAR_SPREAD && n_grey * 100 < n_pixels * MOST_GREY &&
         n_dark * 100 > n_pixels * LEAST_SHARE &&
         (n_pixels - n_dark - n_grey) * 100 > n_pixels * LEAST_SHARE;
}

/* A code that is higher than the picture, and half as wide. */
static gboolean
is_too_near (const TillGrey *picture)
{
  guint width = picture->width / TILES_WIDE, height = picture->height / TILES_HIGH, n_full = 0;

  if (width < CELL_PX || height < CELL_PX)
    return FALSE;

  for (guint column = 0; column < TILES_WIDE; column++) {
    guint n_tiles = 0;

    for (guint row = 0; row < TILES_HIGH; row++)
      n_tiles += is_of_modules (picture, &(TillBox) { column * width, row * height,
                                                      width, height });
    n_full += n_tiles == TILES_HIGH;
  }

  return n_full * 2 >= TILES_WIDE;
}

static TillHint
judge (const TillGrey *picture)
{
  TillBox box, inner;
  Light light;
  guint spread, side;

  if (is_too_near (picture))
    return TILL_HINT_AWAY;
  if (till_regions_find (picture, &box, 1) == 0)
    return TILL_HINT_NONE;

  inner = take_rim_off (&box);
  light = measure (picture, &inner);
  spread = light.light - light.dark;
  side = MAX (inner.width, inner.height);
  if (light.n_lamp * LAMP_PART > light.n_cells && spread >= CLEAR_SPREAD)
    return TILL_HINT_TILT;
  if (spread >= LEAST_SPREAD && spread < DIM_SPREAD && light.light < DIM_LIGHT)
    return TILL_HINT_BRIGHTER;
  if (spread < CLEAR_SPREAD)
    return TILL_HINT_NONE;

  return side <= SMALL_PX ? TILL_HINT_CLOSER : TILL_HINT_NONE;
}

/* None of the wallets uses these, so only here are they looked for. */
static gboolean
has_goods_code (TillGuide      *self,
                const TillGrey *picture)
{
  zbar_image_t *image = zbar_image_create ();
  const zbar_symbol_t *symbol;
  gboolean found = FALSE;

  zbar_image_set_format (image, zbar_fourcc ('Y', '8', '0', '0'));
  zbar_image_set_size (image, picture->width, picture->height);
  zbar_image_set_data (image, picture->pixels, (gulong) picture->width * picture->height, NULL);
  zbar_scan_image (self->goods, image);
  for (symbol = zbar_image_first_symbol (image); symbol; symbol = zbar_symbol_next (symbol))
    found |= zbar_symbol_get_quality (symbol) >= 2;
  zbar_image_destroy (image);

  return found;
}

static void
note (TillGuide *self,
      TillHint   seen)
{
  self->n_same = seen == self->seen ? self->n_same + 1 : 1;
  self->seen = seen;
  if (self->n_same >= SURE_AFTER || seen == TILL_HINT_GOODS)
    self->hint = seen;
}

/**
 * till_guide_new:
 *
 * Returns: (transfer full): a guide; one thread at a time may use it
 */
TillGuide *
till_guide_new (void)
{
  static const zbar_symbol_type_t goods[] = { ZBAR_EAN13, ZBAR_EAN8, ZBAR_UPCA };
  TillGuide *self = g_new0 (TillGuide, 1);

  self->goods = zbar_image_scanner_create ();
  zbar_image_scanner_set_config (self->goods, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (goods); i++)
    zbar_image_scanner_set_config (self->goods, goods[i], ZBAR_CFG_ENABLE, 1);
  zbar_image_scanner_set_config (self->goods, ZBAR_NONE, ZBAR_CFG_X_DENSITY, 2);
  zbar_image_scanner_set_config (self->goods, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, 2);

  return self;
}

void
till_guide_free (TillGuide *self)
{
  if (!self)
    return;

  zbar_image_scanner_destroy (self->goods);
  till_canvas_clear (&self->picture);
  g_free (self);
}

/**
 * till_guide_look:
 * @frame: at least one pixel; nothing was read in it
 */
void
till_guide_look (TillGuide      *self,
                 const TillGrey *frame)
{
  const TillBox all = { 0, 0, frame->width, frame->height };
  guint longer = MAX (frame->width, frame->height), shorter = MIN (frame->width, frame->height);
  TillGrey picture;

  till_canvas_shrink (&self->picture, frame, &all,
                      MIN ((longer + LOOK_SIDE - 1) / LOOK_SIDE, shorter));
  picture = till_canvas_get (&self->picture);
  if (self->n_looks++ % GOODS_EVERY == 0 && has_goods_code (self, &picture))
    note (self, TILL_HINT_GOODS);
  else if (self->hint != TILL_HINT_GOODS || self->n_looks % GOODS_EVERY == 1)
    note (self, judge (&picture));
}

/**
 * till_guide_rest:
 *
 * A code was read: no help is needed.
 */
void
till_guide_rest (TillGuide *self)
{
  self->hint = self->seen = TILL_HINT_NONE;
  self->n_same = 0;
}

/**
 * till_guide_get_hint:
 *
 * Returns: what several looks agreed on
 */
TillHint
till_guide_get_hint (TillGuide *self)
{
  return self->hint;
}
