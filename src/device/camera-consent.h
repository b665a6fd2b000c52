/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/camera-source.h"

G_BEGIN_DECLS

gboolean          till_camera_consent_is_wanted  (const char            *device);
TillCameraSource *till_camera_consent_new        (const TillClock       *clock,
                                                  TillCameraWorker      *worker,
                                                  TillCameraEye         *eye,
                                                  const TillCameraFuncs *funcs,
                                                  gpointer               user_data);

G_END_DECLS
