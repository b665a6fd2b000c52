/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "code/scan.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "code/belief.h"
#include "code/corners.h"
#include "code/redraw.h"
#include "code/scan-view.h"
#include "code/zbar-reader.h"
#ifdef TILL_HAVE_ZXING
#include "code/zxing-reader.h"
#endif

/* Grey pixels → texts: many cheap looks at a frame, the most fruitful first, until one reads. */

/* A camera gives a frame each 33 ms. Once a frame has cost so much of a core, none of the passes in
 * rotation begins, but for one; and none of the others, so that cloth and gravel leave time for
 * it. */
#define DEAR_UNTIL_US  10000
#define CHEAP_UNTIL_US 14000

/* How many frames without a code the place of the last one is looked at. */
#define LAST_FRAMES 10

struct _TillScan
{
  TillScanView  view;
  TillZbar     *zbar;
  TillRedraw    redraw;
  gint64        cheap_until_us;
  gint64        dear_until_us;
  guint         next_dear;      /* whose turn it is */
  TillBox       last;
  guint         last_frames;    /* left; 0: no last place */
  TillBelief    belief;
};

/* Of this thread: a busy machine must not make a frame's time shorter. */
static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
is_among (const TillBarcode *code,
          const GPtrArray   *codes)
{
  for (guint i = 0; i < codes->len; i++) {
    const TillBarcode *other = g_ptr_array_index (codes, i);

    if (other->symbol == code->symbol && g_strcmp0 (other->text, code->text) == 0)
      return TRUE;
  }

  return FALSE;
}

#ifdef TILL_HAVE_ZXING
static void
read_zxing (const TillCanvas *picture,
            TillZxingEffort   effort,
            GPtrArray        *found)
{
  TillZxingCode code;
  TillBarcode *barcode;

  if (!till_zxing_read (picture->pixels, (int) picture->width, (int) picture->height, effort,
                        &code))
    return;

  barcode = till_barcode_new (code.is_qr ? TILL_SYMBOL_QR : TILL_SYMBOL_CODE_128, code.text, -1);
  barcode->n_lines = (guint) MAX (code.n_lines, 0);
  for (guint i = 0; i < G_N_ELEMENTS (barcode->corners); i++)
    barcode->corners[i] = (TillPoint) { code.x[i], code.y[i] };
  explicit_bzero (&code, sizeof code);
  g_ptr_array_add (found, barcode);
}
#else
static void
read_zxing (const TillCanvas *picture,
            guint             effort,
            GPtrArray        *found)
{
  g_assert_not_reached ();
}
#define TILL_ZXING_TURNED 0
#define TILL_ZXING_HARD   0
#endif

/* Noise that is sharpened becomes bars, but where it was summed up along them. */
static gboolean
may_be (const TillBarcode  *code,
        const TillScanPass *pass)
{
  return code->symbol == TILL_SYMBOL_QR || !(pass->change & TILL_SCAN_SHARPENED) ||
         pass->part >= TILL_SCAN_OF_BARS_1;
}

static GPtrArray *
new_codes (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) till_barcode_free);
}

/* From the picture of a pass to the base, where codes are drawn anew. */
static void
read_drawn (TillScan  *self,
            GPtrArray *found)
{
  const TillScanView *view = &self->view;
  double factor = view->factor, shift = (factor - 1) / 2;
  TillWarp warp = view->warp;
  TillWarp to_base = { warp.a / factor, warp.b / factor, (warp.c - shift) / factor,
                       warp.d / factor, warp.e / factor, (warp.f - shift) / factor };
  TillWarp to_frame = { factor, 0, shift, 0, factor, shift };

  till_redraw_qr (&self->redraw, &view->picture, &to_base, &view->base, self->zbar, found);
  for (guint i = 0; i < found->len; i++) {
    TillBarcode *code = g_ptr_array_index (found, i);

    for (guint j = 0; j < G_N_ELEMENTS (code->corners); j++)
      code->corners[j] = till_warp_apply (&to_frame, code->corners[j]);
  }
}

static void
read_view (TillScan           *self,
           const TillScanPass *pass,
           GPtrArray          *found)
{
  switch (pass->by) {
  case TILL_SCAN_BY_ZBAR:
    till_zbar_read (self->zbar, &self->view.picture, 1, found);
    break;
  case TILL_SCAN_BY_ZBAR_2:
    till_zbar_read (self->zbar, &self->view.picture, 2, found);
    break;
  case TILL_SCAN_BY_ZXING:
    read_zxing (&self->view.picture, TILL_ZXING_TURNED, found);
    break;
  case TILL_SCAN_BY_ZXING_HARD:
    read_zxing (&self->view.picture, TILL_ZXING_HARD, found);
    break;
  case TILL_SCAN_BY_DRAWN:
    till_redraw_bars (&self->redraw, &self->view.picture, self->zbar, found);
    break;
  }
}

/* How much of the light at both ends of a bar code must be in sight, in widths of its narrowest
 * bar. */
#define LEAST_MARGIN 1.5

static TillPoint
middle (TillPoint a,
        TillPoint b)
{
  return (TillPoint) { (a.x + b.x) / 2, (a.y + b.y) / 2 };
}

static gboolean
has_margins (TillScan          *self,
             const TillBarcode *code)
{
  gsize length = strlen (code->text);
  gboolean is_in_pairs = length % 2 == 0 && strspn (code->text, "0123456789") == length;
  /* Start, check and stop beside the characters. */
  double narrow = 11.0 * (is_in_pairs ? length / 2 : length) + 35;
  TillPoint from = middle (code->corners[0], code->corners[3]);
  TillPoint to = middle (code->corners[1], code->corners[2]);
  TillPoint step = { (to.x - from.x) / narrow * LEAST_MARGIN,
                     (to.y - from.y) / narrow * LEAST_MARGIN };

  return till_scan_view_holds (&self->view, (TillPoint) { from.x - step.x, from.y - step.y }) &&
         till_scan_view_holds (&self->view, (TillPoint) { to.x + step.x, to.y + step.y });
}

/* zbar does not tell where a bar code begins. */
static void
read_fenced (TillScan           *self,
             const TillScanPass *pass,
             const GPtrArray    *found,
             GPtrArray          *again)
{
  for (guint i = 0; i < found->len; i++) {
    const TillBarcode *code = g_ptr_array_index (found, i);

    if (code->symbol == TILL_SYMBOL_CODE_128) {
      till_scan_view_fence (&self->view, pass);
      read_view (self, pass, again);
      return;
    }
  }
}

/* Where a picture ends, decoders believe in light that nobody sees: a bar code that is cut off
 * there can say anything, in each line and however one looks. */
static void
tell_whole (TillScan           *self,
            const TillScanPass *pass,
            GPtrArray          *found)
{
  gboolean by_zbar = till_scan_pass_is_by_zbar (pass);
  g_autoptr (GPtrArray) again = new_codes ();

  if (by_zbar)
    read_fenced (self, pass, found, again);
  for (guint i = 0; i < found->len; i++) {
    TillBarcode *code = g_ptr_array_index (found, i);

    code->is_whole = code->symbol == TILL_SYMBOL_QR || !code->text ||
                     (by_zbar ? is_among (code, again) : has_margins (self, code));
  }
}

/* What one look finds, its corners in the frame's pixels; nothing where it would take minutes. */
static GPtrArray *
look (TillScan           *self,
      const TillScanPass *pass)
{
  GPtrArray *found = new_codes ();

  if (!till_scan_view_make (&self->view, pass, self->last_frames ? &self->last : NULL))
    return found;
  if (pass->by == TILL_SCAN_BY_DRAWN && pass->part < TILL_SCAN_OF_BARS_1) {
    read_drawn (self, found);
    return found;
  }
  if (till_corners_count (&self->view.picture) >= TILL_CORNERS_MOST)
    return found;

  read_view (self, pass, found);
  tell_whole (self, pass, found);
  for (guint i = 0; i < found->len; i++) {
    TillBarcode *code = g_ptr_array_index (found, i);

    for (guint j = 0; j < G_N_ELEMENTS (code->corners); j++)
      code->corners[j] = till_warp_apply (&self->view.warp, code->corners[j]);
  }

  return found;
}

/* The customer's code before what else lies on the counter. */
static void
keep_best (GPtrArray *codes)
{
  for (guint i = 1; i < codes->len && !till_barcode_is_payment (codes->pdata[0]); i++) {
    if (till_barcode_is_payment (codes->pdata[i])) {
      gpointer payment = codes->pdata[i];

      codes->pdata[i] = codes->pdata[0];
      codes->pdata[0] = payment;
    }
  }
  if (codes->len > 1)
    g_ptr_array_set_size (codes, 1);
}

/* One look, and what of it counts and is new; TRUE where nothing more is wanted. */
static gboolean
look_once (TillScan           *self,
           const TillScanPass *pass,
           TillScanWish        wish,
           GPtrArray          *codes)
{
  g_autoptr (GPtrArray) found = look (self, pass);
  gboolean done = FALSE;

  while (found->len > 0) {
    TillBarcode *code = g_ptr_array_steal_index (found, 0);

    if (may_be (code, pass) && till_belief_counts (&self->belief, code, pass) &&
        !is_among (code, codes)) {
      done |= wish == TILL_SCAN_FIRST ||
              (wish == TILL_SCAN_PAYMENT && till_barcode_is_payment (code));
      g_ptr_array_add (codes, code);
    } else {
      till_barcode_free (code);
    }
  }

  return done;
}

/* Bars that were read, but not so surely that one read is enough, are at once looked at in another
 * way. */
static gboolean
run_pass (TillScan           *self,
          const TillScanPass *pass,
          TillScanWish        wish,
          GPtrArray          *codes)
{
  TillScanPass again = *pass;
  gboolean done = look_once (self, pass, wish, codes);

  if (done || pass->change & TILL_SCAN_CRISP ||
      !till_belief_wants_more (&self->belief, pass))
    return done;

  again.change = (pass->change & TILL_SCAN_INVERTED) | TILL_SCAN_CRISP;
  if (pass->part >= TILL_SCAN_OF_BARS_1)
    again.scale = 3;
  else if (pass->part == TILL_SCAN_OF_FRAME)
    again.scale = 0.5;   /* all of it is dear */

  return look_once (self, &again, wish, codes);
}

/* Passes in their order, as long as the frame's time lasts. */
static gboolean
run_passes (TillScan     *self,
            TillScanTurn  turn,
            gint64        until_us,
            TillScanWish  wish,
            GPtrArray    *codes)
{
  guint n_passes;
  const TillScanPass *passes = till_scan_passes (turn, &n_passes);

  for (guint i = 0; i < n_passes && cpu_us () < until_us; i++) {
    if (run_pass (self, &passes[i], wish, codes))
      return TRUE;
  }

  return FALSE;
}

/* At least one a frame; the next frame goes on with the next one. */
static gboolean
run_dear (TillScan     *self,
          gint64        began_us,
          TillScanWish  wish,
          GPtrArray    *codes)
{
  guint n_passes;
  const TillScanPass *passes = till_scan_passes (TILL_SCAN_DEAR, &n_passes);

  for (guint i = 0; i < n_passes; i++) {
    gboolean done = run_pass (self, &passes[self->next_dear % n_passes], wish, codes);

    self->next_dear = (self->next_dear + 1) % n_passes;
    if (done || cpu_us () - began_us >= self->dear_until_us)
      return done;
  }

  return FALSE;
}

static guint
clamp_px (double px,
          guint  most)
{
  return px <= 0 ? 0 : px >= most ? most : (guint) px;
}

/* Half of the code's size more all round: the hand moves. */
static void
remember_place (TillScan          *self,
                const TillBarcode *code)
{
  double left = G_MAXINT, right = 0, top = G_MAXINT, bottom = 0, margin;
  guint x, y;

  for (guint i = 0; i < G_N_ELEMENTS (code->corners); i++) {
    left = MIN (left, code->corners[i].x);
    right = MAX (right, code->corners[i].x);
    top = MIN (top, code->corners[i].y);
    bottom = MAX (bottom, code->corners[i].y);
  }
  margin = MAX (right - left, bottom - top) / 2 + 8;
  x = clamp_px (left - margin, self->view.frame.width - 1);
  y = clamp_px (top - margin, self->view.frame.height - 1);
  self->last = (TillBox) {
    x, y, clamp_px (right + margin, self->view.frame.width) - x,
    clamp_px (bottom + margin, self->view.frame.height) - y,
  };
  self->last_frames = self->last.width > 0 && self->last.height > 0 ? LAST_FRAMES : 0;
}

/* Where the camera gives another size than before, the last place means nothing. */
static void
take_frame (TillScan       *self,
            const TillGrey *frame)
{
  if (frame->width != self->view.frame.width || frame->height != self->view.frame.height)
    self->last_frames = 0;
  till_scan_view_take (&self->view, frame);
}

/**
 * till_scan_new:
 *
 * Returns: (transfer full): a reader; one thread at a time may use it
 */
TillScan *
till_scan_new (void)
{
  TillScan *self = g_new0 (TillScan, 1);

  self->zbar = till_zbar_new ();
  self->cheap_until_us = CHEAP_UNTIL_US;
  self->dear_until_us = DEAR_UNTIL_US;

  return self;
}

void
till_scan_free (TillScan *self)
{
  if (!self)
    return;

  till_belief_clear (&self->belief);
  till_redraw_clear (&self->redraw);
  till_scan_view_clear (&self->view);
  till_zbar_free (self->zbar);
  g_free (self);
}

/**
 * till_scan_set_time:
 * @cheap_until_us: of one core since the frame came; after it no pass begins but one in rotation
 * @dear_until_us: likewise; after it none in rotation begins but the first
 *
 * For tests, which do not wait for a clock. At most an hour each.
 */
void
till_scan_set_time (TillScan *self,
                    gint64    cheap_until_us,
                    gint64    dear_until_us)
{
  self->cheap_until_us = cheap_until_us;
  self->dear_until_us = dear_until_us;
}

/**
 * till_scan_read:
 * @frame: at least one pixel, at most %TILL_SCAN_MAX_SIDE a side
 *
 * Reads a frame. With %TILL_SCAN_FIRST there is one code or none, a payment code before others that
 * were met at once.
 *
 * Returns: (transfer full) (element-type TillBarcode): no two alike; corners in pixels of @frame
 */
GPtrArray *
till_scan_read (TillScan       *self,
                const TillGrey *frame,
                TillScanWish    wish)
{
  g_autoptr (GPtrArray) codes = new_codes ();
  gint64 began_us = cpu_us ();

  g_return_val_if_fail (frame->width >= 1 && frame->width <= TILL_SCAN_MAX_SIDE, NULL);
  g_return_val_if_fail (frame->height >= 1 && frame->height <= TILL_SCAN_MAX_SIDE, NULL);
  g_return_val_if_fail (frame->stride >= frame->width, NULL);

  take_frame (self, frame);
  self->belief.n_frames++;
  if (wish == TILL_SCAN_ALL) {
    for (guint turn = 0; turn < TILL_SCAN_N_TURNS; turn++)
      run_passes (self, (TillScanTurn) turn, G_MAXINT64, wish, codes);
  } else if (!run_passes (self, TILL_SCAN_CHEAP, began_us + self->cheap_until_us, wish, codes)) {
    run_dear (self, began_us, wish, codes);
  }

  if (wish == TILL_SCAN_FIRST)
    keep_best (codes);
  if (codes->len > 0)
    remember_place (self, codes->pdata[codes->len - 1]);
  else if (self->last_frames > 0)
    self->last_frames--;

  return g_steal_pointer (&codes);
}

/**
 * till_scan_try:
 *
 * Makes one pass on a frame, for the benchmark that orders the passes.
 *
 * Returns: (transfer full) (element-type TillBarcode): what it reads, also what would not count
 */
GPtrArray *
till_scan_try (TillScan           *self,
               const TillGrey     *frame,
               const TillScanPass *pass)
{
  take_frame (self, frame);

  return look (self, pass);
}
