/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"

G_BEGIN_DECLS

double  draw_between   (GRand      *rand,
                        double      from,
                        double      to);
gboolean chance        (GRand      *rand,
                        double      share);
void    fill_box       (TillCanvas *canvas,
                        int         x,
                        int         y,
                        int         width,
                        int         height,
                        guint8      shade);
void    draw_words     (GRand      *rand,
                        TillCanvas *canvas,
                        int         x,
                        int         y,
                        int         height,
                        guint8      shade);
void    draw_counter   (GRand      *rand,
                        TillCanvas *frame);

G_END_DECLS
