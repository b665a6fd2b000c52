/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/sell-flow.h"
#include "desk/camera-choice.h"

G_BEGIN_DECLS

/* When the camera is on, and what becomes of the codes that it sees: a payment code is charged as
 * one from a scanner that types is, once; of all else the clerk is told what it is.
 *
 * Signals: "changed": the sentence, or whether there is a picture. */
#define TILL_TYPE_LOOKOUT (till_lookout_get_type ())
G_DECLARE_FINAL_TYPE (TillLookout, till_lookout, TILL, LOOKOUT, GObject)

TillLookout            *till_lookout_new           (TillScanner             *camera,
                                                    TillSellFlow            *flow,
                                                    const TillCameraChoice  *choice);
void                    till_lookout_watch         (TillLookout             *self,
                                                    GtkWidget               *scan_page,
                                                    GtkWidget               *amount_page);

TillScanner            *till_lookout_get_camera    (TillLookout             *self);
const TillCameraChoice *till_lookout_get_choice    (TillLookout             *self);
void                    till_lookout_set_choice    (TillLookout             *self,
                                                    const TillCameraChoice  *choice);
void                    till_lookout_set_paused    (TillLookout             *self,
                                                    gboolean                 is_paused);
const char             *till_lookout_get_sentence  (TillLookout             *self,
                                                    gboolean                *is_bad);
gboolean                till_lookout_has_picture   (TillLookout             *self);

G_END_DECLS
