/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/camera-eye.h"
#include "device/camera-worker.h"
#include "port/clock.h"

G_BEGIN_DECLS

/* Where a camera's frames come from: it gives them to an eye. */
typedef struct _TillCameraSource TillCameraSource;

/* On the main context; none comes once the source was freed. */
typedef struct {
  void (*opened) (gpointer user_data);                        /* frames will come now */
  void (*failed) (TillScannerState why, gpointer user_data);  /* at most once: it has ended */
} TillCameraFuncs;

struct _TillCameraSource
{
  void  (*free)       (TillCameraSource *self);
  void  (*set_viewed) (TillCameraSource *self, gboolean viewed);
  void  (*tell)       (TillCameraSource *self, TillScannerFacts *facts);  /* device and mode */
};

TillCameraSource *till_camera_stills_new    (const char            *pattern,
                                             const TillClock       *clock,
                                             TillCameraEye         *eye,
                                             const TillCameraFuncs *funcs,
                                             gpointer               user_data);
TillCameraSource *till_camera_pipeline_new  (const char            *device,
                                             int                    fd,
                                             TillCameraWorker      *worker,
                                             TillCameraEye         *eye,
                                             const TillCameraFuncs *funcs,
                                             gpointer               user_data);

G_END_DECLS
