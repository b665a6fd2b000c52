/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/desk.h"

G_BEGIN_DECLS

/* With which camera codes are read, and when it is on. */
typedef struct {
  char     *device;    /* "auto", a camera's name or path, "file:PATTERN" */
  gboolean  stays_on;  /* also while the amount is typed */
} TillCameraChoice;

TillCameraChoice *till_camera_choice_new    (const char              *device,
                                             gboolean                 stays_on);
TillCameraChoice *till_camera_choice_load   (TillDesk                *desk);
gboolean          till_camera_choice_store  (const TillCameraChoice  *self,
                                             TillDesk                *desk,
                                             GError                 **error);
void              till_camera_choice_free   (TillCameraChoice        *self);

const char       *till_camera_state_get_text (TillScannerState        state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillCameraChoice, till_camera_choice_free)

G_END_DECLS
