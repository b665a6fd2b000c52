/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"
#include "port/scanner.h"

G_BEGIN_DECLS

/* Where a camera's frames are read, on the threads of its source, and where the main context
 * fetches what came of them: the only thing that both know. */
typedef struct _TillCameraEye TillCameraEye;

/* What came since the last time. */
typedef struct {
  guint     n_read;     /* frames that were looked at */
  gboolean  is_black;   /* the newest */
  char     *text;       /* the newest code that nobody fetched, to be wiped; NULL: none */
  gboolean  has_sight;
  TillSight sight;
  TillView *view;       /* NULL: no new one */
} TillCameraNews;

typedef void (*TillCameraEyeFunc) (gpointer user_data);

TillCameraEye *till_camera_eye_new    (TillCameraEyeFunc     seen,
                                       gpointer              user_data);
TillCameraEye *till_camera_eye_ref    (TillCameraEye        *self);
void           till_camera_eye_unref  (TillCameraEye        *self);
void           till_camera_eye_shut   (TillCameraEye        *self);

void           till_camera_eye_count  (TillCameraEye        *self);
void           till_camera_eye_read   (TillCameraEye        *self,
                                       const TillGrey       *frame);
void           till_camera_eye_view   (TillCameraEye        *self,
                                       TillView             *view);

void           till_camera_eye_fetch  (TillCameraEye        *self,
                                       TillCameraNews       *news);
void           till_camera_eye_tell   (TillCameraEye        *self,
                                       TillScannerFacts     *facts);

G_END_DECLS
