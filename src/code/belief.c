/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/belief.h"

#include <string.h>

/* What fewer characters say, noise says too. */
#define LEAST_CHARACTERS 4

/* So many lines must agree. zbar's lie side by side, where one fault spoils two: of 1300 bar codes
 * two lines of it were wrong twice, three never. Rows that are drawn anew are each the mean of
 * many lines. */
#define LEAST_LINES       2
#define LEAST_DRAWN_LINES 3
#define LEAST_ZBAR_LINES  4

void
till_belief_clear (TillBelief *self)
{
  if (self->unsure)
    explicit_bzero (self->unsure, strlen (self->unsure));
  g_clear_pointer (&self->unsure, g_free);
}

static void
set_unsure (TillBelief         *self,
            const TillBarcode  *code,
            const TillScanPass *pass)
{
  till_belief_clear (self);
  self->unsure = g_strdup (code->text);
  self->is_whole = code->is_whole;
  self->by = *pass;
  self->frame = self->n_frames;
}

/* In another frame, or in this one from other pixels: a part of the frame is no other way. */
static gboolean
is_another_way (const TillBelief   *self,
                const TillScanPass *pass)
{
  const TillScanPass *before = &self->by;

  return self->frame != self->n_frames ||
         till_scan_pass_is_by_zbar (before) != till_scan_pass_is_by_zbar (pass) ||
         before->scale != pass->scale || before->degrees != pass->degrees ||
         before->change != pass->change ||
         (before->part >= TILL_SCAN_OF_BARS_1) != (pass->part >= TILL_SCAN_OF_BARS_1);
}

static gboolean
is_sure (const TillBarcode  *code,
         const TillScanPass *pass)
{
  guint least = till_scan_pass_is_by_zbar (pass)      ? LEAST_ZBAR_LINES
                : pass->by == TILL_SCAN_BY_DRAWN ? LEAST_DRAWN_LINES
                                                 : LEAST_LINES;

  return code->is_whole && code->n_lines >= least && till_barcode_is_payment (code);
}

/**
 * till_belief_counts:
 *
 * A bar code has one check digit only, and what spoils one line of pixels spoils its neighbours.
 * What several lines say counts when it is just what a wallet shows; all else must be read once
 * more, in another way or in another frame, and once it must be seen whole. A QR code always
 * counts.
 *
 * Returns: whether @code may be told; if not, it is remembered
 */
gboolean
till_belief_counts (TillBelief         *self,
                    const TillBarcode  *code,
                    const TillScanPass *pass)
{
  gboolean is_known = code->text && g_strcmp0 (self->unsure, code->text) == 0;

  if (!code->text || code->text[0] == '\0')
    return FALSE;
  if (code->symbol == TILL_SYMBOL_QR || is_sure (code, pass) ||
      (is_known && is_another_way (self, pass) && (code->is_whole || self->is_whole)))
    return TRUE;

  if (!is_known && strlen (code->text) >= LEAST_CHARACTERS)
    set_unsure (self, code, pass);

  return FALSE;
}

/**
 * till_belief_wants_more:
 *
 * Returns: whether a bar code that @pass read in this frame is to be read once more
 */
gboolean
till_belief_wants_more (const TillBelief   *self,
                        const TillScanPass *pass)
{
  return self->unsure && self->frame == self->n_frames &&
         self->by.by == pass->by && self->by.part == pass->part && self->by.scale == pass->scale &&
         self->by.degrees == pass->degrees && self->by.change == pass->change;
}
