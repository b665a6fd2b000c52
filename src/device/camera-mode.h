/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A way in which a camera gives its pictures. */
typedef struct {
  GstStructure *format;    /* with one size and one rate */
  gboolean      is_jpeg;
  int           width;
  int           height;
  double        rate;      /* frames a second; 0: not known */
} TillCameraMode;

GPtrArray *till_camera_modes_find    (const GstCaps         *caps);
GstCaps   *till_camera_mode_to_caps  (const TillCameraMode  *self);
char      *till_camera_mode_to_text  (const TillCameraMode  *self);

G_END_DECLS
