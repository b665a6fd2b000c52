/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "port/scanner.h"

G_BEGIN_DECLS

/* What the camera sees, with an outline round the code that was found. */
#define TILL_TYPE_VIEWFINDER (till_viewfinder_get_type ())
G_DECLARE_FINAL_TYPE (TillViewfinder, till_viewfinder, TILL, VIEWFINDER, GtkWidget)

void  till_viewfinder_set_view   (TillViewfinder   *self,
                                  TillView         *view);
void  till_viewfinder_set_sight  (TillViewfinder   *self,
                                  const TillSight  *sight,
                                  gboolean          is_bad);

G_END_DECLS
