/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/clock.h"

G_BEGIN_DECLS

/* A person may take so long to allow the camera. */
#define TILL_CAMERA_PORTAL_PERSON_MS 60000

typedef enum {
  TILL_PORTAL_GRANTED,
  TILL_PORTAL_REFUSED,
  TILL_PORTAL_LATE,      /* nobody answered in time */
  TILL_PORTAL_EMPTY,     /* no camera is plugged in */
  TILL_PORTAL_NONE,      /* there is no portal for cameras, or none that works */
} TillPortalAnswer;

/* @fd: (transfer full): a connection to PipeWire that shows cameras; -1 unless granted */
typedef void (*TillCameraPortalFunc) (TillPortalAnswer answer,
                                      int              fd,
                                      gpointer         user_data);

/* A question to the desktop, which asks the person before it: may Till see the camera? */
typedef struct _TillCameraPortal TillCameraPortal;

TillCameraPortal *till_camera_portal_ask       (const TillClock       *clock,
                                                TillCameraPortalFunc   func,
                                                gpointer               user_data);
void              till_camera_portal_cancel    (TillCameraPortal      *self);
gboolean          till_camera_portal_is_there  (void);

G_END_DECLS
