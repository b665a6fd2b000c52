/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Opens and closes cameras in another thread, one thing after another: either may take a second,
 * and a camera that is not closed yet cannot be opened again. */
typedef struct _TillCameraWorker TillCameraWorker;

TillCameraWorker *till_camera_worker_new   (void);
void              till_camera_worker_free  (TillCameraWorker *self);
void              till_camera_worker_push  (TillCameraWorker *self,
                                            GFunc             work,
                                            gpointer          subject);
void              till_camera_worker_wait  (TillCameraWorker *self,
                                            GFunc             work,
                                            gpointer          subject);

G_END_DECLS
