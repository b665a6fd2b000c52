/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GPtrArray *till_camera_list_find        (void);
void       till_camera_list_add_portal  (GPtrArray  *devices);
GstDevice *till_camera_list_pick        (const char *device);
char      *till_camera_list_get_path    (GstDevice  *camera);

G_END_DECLS
