/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"
#include "port/clock.h"
#include "port/scanner.h"

G_BEGIN_DECLS

/* Where a camera's frames come from. */
typedef struct _TillCameraSource TillCameraSource;

typedef struct {
  /* On any thread, one call at a time; what it costs is lost for older frames, never waited for. */
  void (*frame) (const TillGrey *frame, gpointer user_data);
  /* On the main context, at most once: it has ended. */
  void (*fault) (TillScannerState why, gpointer user_data);
} TillCameraFuncs;

struct _TillCameraSource
{
  void (*free) (TillCameraSource *self);  /* no call comes after it */
};

TillCameraSource *till_camera_stills_new    (const char            *pattern,
                                             const TillClock       *clock,
                                             const TillCameraFuncs *funcs,
                                             gpointer               user_data);
TillCameraSource *till_camera_pipeline_new  (const char            *device,
                                             const TillCameraFuncs *funcs,
                                             gpointer               user_data,
                                             TillScannerState      *why);

G_END_DECLS
