/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "port/scanner.h"

G_BEGIN_DECLS

/* What there is of a camera before it runs. */
typedef struct {
  GstElement *source;    /* floating; NULL: there is none */
  GstCaps    *caps;      /* how it shall work; NULL: as it likes */
  gboolean    is_jpeg;
  char       *name;      /* as people know it */
  char       *mode;      /* NULL: not known */
  char       *path;      /* of its device file; NULL: has none */
} TillCameraOpening;

void             till_camera_opening_find   (TillCameraOpening        *self,
                                             const char               *device,
                                             int                       fd);
void             till_camera_opening_clear  (TillCameraOpening        *self);
TillScannerState till_camera_opening_why    (const TillCameraOpening  *self,
                                             const GError             *error);

G_END_DECLS
