/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"

G_BEGIN_DECLS

/* What lies between a phone's screen and the pixels of a frame. */
typedef struct {
  double corners[4][2];            /* of the screen in the frame, in pixels, clockwise */
  double gain, lift;               /* contrast and black of the camera's picture */
  double moire;                    /* share of the shade */
  double moire_step;               /* radians a pixel */
  double glare;                    /* shades at its middle */
  double glare_x, glare_y;         /* its middle, in shares of the screen */
  double glare_size;
  double motion_px, motion_angle;  /* while the shutter was open */
  double blur_px;                  /* standard deviation */
  double noise;                    /* standard deviation in shades */
} Light;

void light_project (const Light      *self,
                    const TillCanvas *screen,
                    TillCanvas       *frame);
void light_spoil   (const Light      *self,
                    guint32           seed,
                    TillCanvas       *frame);
void light_add_noise (guint32         seed,
                      double          noise,
                      TillCanvas     *frame);

G_END_DECLS
