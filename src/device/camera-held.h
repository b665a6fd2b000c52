/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many codes beside each other are known again. */
#define TILL_CAMERA_N_HELD 8

/* The codes that were seen a moment ago, so that each is told once. Zeros are a fresh one. */
typedef struct {
  struct {
    char   *text;
    gint64  seen_us;
  } codes[TILL_CAMERA_N_HELD];
} TillCameraHeld;

gboolean  till_camera_held_see     (TillCameraHeld  *self,
                                    const char      *text,
                                    gint64           now_us);
void      till_camera_held_forget  (TillCameraHeld  *self);
void      till_camera_wipe         (char           **text);

G_END_DECLS
